//! Only `model::address` parses and formats addresses.

use super::product::{Text, assert_found, texts};
use super::sources;

/// The file that knows how addresses are written.
const HOME: &str = "model/address.rs";

/// The sandbox handles file names, and no addresses.
const SANDBOX: &str = "workspace/files/";

/// Dots with another meaning: the file, their number, and the meaning.
const OTHER_DOTS: &[(&str, usize, &str)] = &[
    ("analyse/similar/form.rs", 3, "the ends of sentences and the names of files"),
    ("analyse/similar/relation.rs", 2, "versions and the ends of sentences"),
    ("analyse/similar/verbs.rs", 1, "the ends of sentences"),
    ("analyse/similar/words.rs", 1, "numbers"),
    ("author/import/blocks.rs", 1, "the ends of sentences"),
    ("author/import/extract.rs", 1, "the ends of sentences"),
    ("author/import/file/modes.rs", 1, "the ends of sentences"),
    ("author/import/name.rs", 1, "the number of a heading"),
    ("author/import/profile_id.rs", 7, "the ends of names of files"),
    ("check/lint/description.rs", 1, "the ends of sentences"),
    ("check/lint/duplicates.rs", 2, "the ends of words"),
    ("check/placeholders.rs", 1, "attributes in an expression"),
    ("cli/init.rs", 3, "the current directory"),
    ("cli/mod.rs", 2, "the current directory"),
    ("model/device.rs", 1, "the extension of a file"),
    ("author/import/file.rs", 1, "the name of a file"),
    ("author/import/file/agents.rs", 1, "a path of keys in JSON"),
    ("model/grammar/body.rs", 1, "the table of keys, for messages"),
    ("model/grammar/config.rs", 3, "the table of keys, for messages"),
    ("model/layout.rs", 1, "the end of a title"),
    ("model/target/copilot.rs", 2, "references to secrets and variables"),
    ("model/suggest.rs", 1, "the last part of an id or address"),
    ("source/read/reader.rs", 1, "the end of a sentence"),
    ("source/read/references.rs", 4, "the extension of a file"),
    ("text/bullets.rs", 1, "the numbers of steps"),
    ("text/ids.rs", 1, "the ends of sentences"),
    ("text/language.rs", 1, "the length of a list"),
    ("text/safety/elements.rs", 2, "numbers"),
    ("text/safety/instruct.rs", 1, "the ends of sentences"),
    ("text/safety/references.rs", 1, "the name of a character"),
    ("text/yaml.rs", 5, "numbers"),
    ("view/contribution.rs", 1, "a number"),
    ("view/findings/sarif.rs", 1, "the path of a file"),
    ("view/page/markdown.rs", 1, "the number of a step"),
    ("workspace/built.rs", 1, "names of files"),
    ("workspace/outputs/paths.rs", 1, "the current directory"),
    ("workspace/place.rs", 1, "the current directory"),
    ("workspace/revision.rs", 3, "the current directory and hidden files"),
];

/// File extensions.
const EXTENSIONS: [&str; 8] = ["css", "html", "js", "json", "lock", "md", "toml", "tmp"];

/// The first words of addresses with several parts.
const FIRST: [&str; 6] = ["fields", "layout", "sections", "subject", "target", "tools"];

/// Returns whether a text could parse or format an address: it is a dot, a word with a dot at one end, an address, or
/// a format string with a dot between a field and a word or another field.
fn is_dotted(text: &str) -> bool {
    text == "." || is_end(text) || joins(text) || is_address(text)
}

fn is_address(text: &str) -> bool {
    let is_part =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    text.split_once('.').is_some_and(|(first, rest)| FIRST.contains(&first) && rest.split('.').all(is_part))
}

fn is_end(text: &str) -> bool {
    let is_word = |word: &str| {
        let is_file = EXTENSIONS.contains(&word) || word.starts_with("git");
        !is_file && !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    };
    text.strip_prefix('.').or_else(|| text.strip_suffix('.')).is_some_and(is_word)
}

fn joins(text: &str) -> bool {
    text.match_indices('.').any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + 1..]);
        let word = after.split(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or_default();
        let is_letter = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
        let is_field = (before.ends_with('}'), after.starts_with('{'));
        let is_part = (is_letter(before.chars().last()), is_letter(after.chars().next()));
        let follows = is_field.0 && (is_field.1 || is_part.1 && !EXTENSIONS.contains(&word));
        follows || is_field.1 && is_part.0
    })
}

fn dotted(source: &str) -> Vec<Text> {
    texts(source).into_iter().filter(|text| is_dotted(&text.value)).collect()
}

#[test]
fn addresses_are_taken_apart_in_their_module() {
    let files = sources();
    for (path, source) in files.iter().filter(|(path, _)| path != HOME && !path.starts_with(SANDBOX)) {
        let others = OTHER_DOTS.iter().find(|(other, ..)| other == path).map_or(0, |(_, count, _)| *count);
        let found = dotted(source);
        let places: Vec<String> =
            found.iter().map(|text| format!("{path}:{}: {:?}", text.line, text.value)).collect();
        assert_eq!(
            found.len(),
            others,
            "{path}: use {HOME}, or say in OTHER_DOTS what the dots are:\n{}",
            places.join("\n")
        );
    }
    let is_file = |path: &str| files.iter().any(|(file, _)| file == path);
    assert!(OTHER_DOTS.iter().all(|(path, ..)| is_file(path)), "OTHER_DOTS names a file that is gone");
}

#[test]
fn common_forms_of_parsing_an_address_are_found() {
    let found = |source: &str| dotted(source).len();
    let planted = [
        "at.split('.')",
        "at.split(\".\")",
        "at.rsplit_once ( '.' )",
        "at.splitn(2, '\\u{2e}')",
        "at.find(&['.', '/'][..])",
        "at.split(|letter| letter == '.')",
        "at.bytes().position(|byte| byte == b'.')",
        "at.strip_prefix(\"layout.\")",
        "at.strip_suffix(\".gap\")",
        "at.starts_with(\"subject.\")",
        "[list, id].join(\".\")",
        "list.to_owned() + \".\" + id",
        "concat!(\"tools\", \".\", \"allow\")",
        "format!(\"{}.{}\", list, id)",
        "format!(\"{list}.{id}\")",
        "format!(\"`layout.{key}`\")",
        "format!(\"{section}.gap\")",
        "write!(f, \"see {list}.{} there\", id)",
        "text.push('.')",
        "at == \"tools.allow\"",
        "at.split(char::from(46))",
        "at.bytes().position(|byte| byte == 0x2e)",
    ];
    assert_found(&planted, 1, found);
    let others = [
        "format!(\"{path} is missing.\")",
        "format!(\"fragments/{id}.toml\")",
        "format!(\"{text}...\")",
        "path.ends_with(\".md\")",
        "\"one. two\"",
        "1.5",
    ];
    assert_found(&others, 0, found);
}
