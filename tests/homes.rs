//! Each piece of knowledge has one home. A second copy fails these tests.

use std::fs;
use std::path::{Path, PathBuf};

#[path = "homes/dots.rs"]
mod dots;
#[path = "homes/indices.rs"]
mod indices;
#[path = "homes/keys.rs"]
mod keys;
#[path = "homes/lists.rs"]
mod lists;
#[path = "homes/plurals.rs"]
mod plurals;
#[path = "homes/product.rs"]
mod product;
#[path = "homes/targets.rs"]
mod targets;

/// Knowledge that is written in one place only: a text that every copy would contain, and the files that may
/// contain it. In the text, `{}` stands for any field of a format string.
const HOMES: &[(&str, &str, &[&str])] = &[
    (
        "which of two contradicting rules loses under a profile's `combine`",
        "ProhibitionOverrides",
        &["compose/merge/combine.rs", "model/config.rs"],
    ),
    ("when a list of tools widens another", ".is_subset(&allowed(", &["compose/merge/tools.rs"]),
    ("how two forces relate", "(Should, Must | Always)", &["compose/merge/force.rs"]),
    ("the plural of a noun", "{}s{}", &["model/wording.rs"]),
    ("the plural of a noun", "{}s\"", &[]),
    ("the end of a shortened list of names", "and {} more", &["model/wording.rs"]),
    ("the `and` in a list of names", ".join(\" and \")", &[]),
    ("the short hash of what sources say", "blake3::hash(texts.join", &["model/statement.rs"]),
    (
        "what the personas of changed texts would become",
        "load_texts",
        &["api.rs", "trial/mod.rs", "workspace/loading.rs", "workspace/mod.rs"],
    ),
    ("the keys of a table of TOML", "KEYS: [&str", &[]),
    ("the keys that a reader knows", "get_ref().as_ref() {", &[]),
    ("the key that permits breaking a lock", "\"breaks-lock\"", &["model/grammar/profile.rs"]),
    ("how git is run on a repository that is not trusted", "Command::new(\"git\")", &["workspace/git.rs"]),
    ("which setting governs the gap before a thing", "&keys::BETWEEN_ITEMS", &["render/walk.rs"]),
    ("the walk through a document", "Walk::new(", &["author/import/arrange.rs", "render/markdown.rs"]),
    ("an inline table in a new entry", "\"{{ {} }}\"", &["model/claim.rs", "source/edit/inline.rs"]),
    ("the tables that lead to a group", "[Grouping::Group.name()", &["model/grammar/body.rs"]),
    ("the tables that lead to a setting of the layout", "[\"layout\"]", &[]),
    ("the tables that lead to a setting of the layout", "Profile::Layout.name()]", &["source/edit.rs"]),
    (
        "the tables that lead to the body of a profile",
        "[Profile::Body.name(), address",
        &["source/edit/locate.rs"],
    ),
    (
        "how a quote is escaped",
        r#""\\\"""#,
        &["render/entry.rs", "text/toml_escapes.rs", "workspace/attributes.rs"],
    ),
    ("how a value is formatted as TOML", "toml::Value", &["render/data.rs"]),
    ("how findings are drawn for people", "use annotate_snippets", &["view/human.rs"]),
    ("how a table is laid out on a terminal", "comfy_table::{", &["view/page/terminal.rs"]),
    ("the line that opens and closes front matter", "trim_end() == \"---\"", &[]),
    ("the version of a JSON form", "= JsonVersion(", &["model/json.rs"]),
];

/// Returns the files of `src` by relative path.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut waiting = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(directory).expect("src can be read") {
            let path: PathBuf = entry.expect("src can be read").path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let below = path.strip_prefix(&root).expect("the file is below src");
                let text = fs::read_to_string(&path).expect("sources are UTF-8");
                files.push((below.to_string_lossy().replace('\\', "/"), text));
            }
        }
    }
    files.sort();
    files
}

/// Removes comments, and replaces fields of format strings by `{}`.
fn simplified(source: &str) -> String {
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut simplified = String::with_capacity(source.len());
    for (number, part) in code.collect::<Vec<_>>().join("\n").split('{').enumerate() {
        let is_field = |text: &str| text.chars().all(|c| c.is_alphanumeric() || "_.:$?+<>".contains(c));
        let part = match part.split_once('}') {
            Some((field, rest)) if number > 0 && is_field(field) => format!("}}{rest}"),
            _ => part.to_owned(),
        };
        simplified.push_str(if number > 0 { "{" } else { "" });
        simplified.push_str(&part);
    }
    simplified
}

#[test]
fn each_piece_of_knowledge_has_one_home() {
    let sources: Vec<(String, String)> =
        sources().into_iter().map(|(path, source)| (path, simplified(&source))).collect();
    for &(knowledge, text, homes) in HOMES {
        let holders: Vec<&str> = sources
            .iter()
            .filter(|(_, source)| source.contains(text))
            .map(|(path, _)| path.as_str())
            .collect();
        assert_eq!(holders, homes, "{knowledge}: `{text}` belongs in {homes:?} alone");
    }
}

/// Source files are edited in one room. The others that name toml_edit only read.
#[test]
fn toml_is_edited_in_one_room() {
    let others: Vec<String> = sources()
        .into_iter()
        .filter(|(path, source)| source.contains("toml_edit") && !path.starts_with("source/edit"))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(others, ["analyse/diff/causes/config.rs"], "use `SourceEdit` and `apply` of source/edit");
}

/// Proposals of absorb are lists of edits. They are applied in one place, so a failing edit drops the
/// proposal.
#[test]
fn absorb_makes_edits_in_one_place() {
    let is_making = |source: &str| source.contains("edit::apply") || source.contains("apply(text, ");
    let making: Vec<String> = sources()
        .into_iter()
        .filter(|(path, source)| path.starts_with("author/absorb/") && is_making(source))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(making, ["author/absorb/home.rs"], "use `FileEdits`");
}

/// Entries are removed from tables, with their comments, by one function.
#[test]
fn one_function_removes_entries_from_tables() {
    let takes = |source: &str| source.matches("-> Result<Taken, EditError>").count();
    let all: Vec<(String, usize)> = sources()
        .into_iter()
        .map(|(path, source)| (path, takes(&source)))
        .filter(|(_, count)| *count > 0)
        .collect();
    assert_eq!(all, [("source/edit/comments.rs".to_owned(), 1)]);
}
