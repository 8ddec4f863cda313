//! The keys of TOML are named by their rows in the grammar, not typed again.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::{Item, LitStr};

use super::product::{Text, texts};
use super::sources;

/// The rooms that read, write and edit TOML.
const ROOMS: [&str; 10] = [
    "analyse/diff/causes", "author/", "check/", "cli/", "compose/", "render/", "source/", "trial/",
    "workspace/", "api.rs",
];

/// Words that are no keys where they are typed: the file, the words, and what they are there.
const OTHER_WORDS: &[(&str, &[&str], &str)] = &[
    ("api.rs", &["profiles"], "a field that `Debug` shows"),
    ("author/absorb/sections.rs", &["group"], "the id of a group whose title has no word for one"),
    ("author/factor/alike.rs", &["force", "section", "prose"], "how two statements differ, for people"),
    (
        "author/factor/name.rs",
        &[
            "about", "after", "always", "avoid", "before", "keep", "may", "must", "never", "not", "only",
            "should", "use", "without",
        ],
        "English words that do not tell what a text is about",
    ),
    (
        "author/import/file/modes.rs",
        &["description", "groups", "deny"],
        "keys of a mode of Roo Code, and an action of Kilo",
    ),
    ("author/import/name.rs", &["group", "rule", "section", "step"], "ids for texts without words"),
    (
        "check/lint/description.rs",
        &["before", "after", "use", "require", "requires", "not"],
        "English words of an occasion",
    ),
    ("cli/resolve.rs", &["value"], "what a prompt asks for"),
    ("cli/rules.rs", &["force", "kind", "rule", "tag"], "names of flags"),
    ("compose/merge/resolve.rs", &["value"], "a noun for a claim that is no entry"),
    ("compose/mod.rs", &["tools"], "a key of front matter"),
    ("compose/report.rs", &["profiles", "fragments"], "nouns for sources"),
    ("compose/template.rs", &["title"], "a filter of templates"),
    ("compose/template/syntax.rs", &["title"], "a filter of templates"),
    ("render/provenance.rs", &["combine"], "the name of a kind of grounds"),
    ("render/structure.rs", &["section", "group"], "nouns for elements"),
    ("source/read/body.rs", &["prose", "group"], "nouns for what an address names"),
    (
        "source/read/guess.rs",
        &["fragments", "without", "why", "reason", "body", "name"],
        "words that people write for other keys",
    ),
    ("source/read/references.rs", &["fragment"], "a noun for a source"),
    (
        "source/read/values.rs",
        &["tools", "field"],
        "a key of front matter, and a noun for what an address names",
    ),
    ("workspace/attributes.rs", &["text"], "an attribute of git"),
    ("workspace/files/documents.rs", &["target"], "a directory that builds write to"),
    ("workspace/files/writing.rs", &["remove"], "what was tried with a file"),
    ("workspace/git.rs", &["never"], "the value of a setting of git"),
];

/// The keys in the tables of the grammar and of `[layout]`.
fn keys() -> BTreeSet<String> {
    let tables = sources()
        .into_iter()
        .filter(|(path, _)| path.starts_with("model/grammar/") || path == "model/layout.rs");
    let mut keys = BTreeSet::new();
    for (_, source) in tables {
        for item in syn::parse_file(&source).expect("sources parse").items {
            if let Item::Macro(table) = item
                && table.mac.path.is_ident("keys")
            {
                keys.extend(rows(table.mac.tokens));
            }
        }
    }
    keys
}

/// The texts in `NAME = "text"`, each at the start of a row.
fn rows(tokens: TokenStream) -> Vec<String> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let rows = tokens.split(|token| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ';'));
    let key = |row: &[TokenTree]| match row {
        [TokenTree::Ident(_), TokenTree::Punct(sign), word, ..] if sign.as_char() == '=' => {
            syn::parse2::<LitStr>(word.clone().into()).ok().map(|word| word.value())
        }
        _ => None,
    };
    rows.filter_map(key).collect()
}

/// A key that a text is, shows, sets, or names in the header of a table.
fn named<'k>(text: &Text, keys: &'k BTreeSet<String>) -> Option<&'k str> {
    let is_in = |key: &str| {
        text.value.match_indices(key).any(|(at, _)| {
            let (before, after) = (&text.value[..at], &text.value[at + key.len()..]);
            let is_header = before.ends_with('[') && after.starts_with([']', '.']);
            let is_word =
                before.ends_with(|letter: char| letter.is_alphanumeric() || "-_}.".contains(letter));
            let is_shown = before.ends_with('`') && after.starts_with('`');
            is_header || is_shown || after.starts_with(" = ") && !is_word
        })
    };
    keys.iter().map(String::as_str).find(|key| text.value == *key || is_in(key))
}

/// The keys that a file types, each with its line.
fn typed(path: &str, source: &str, keys: &BTreeSet<String>) -> Vec<String> {
    let others = OTHER_WORDS.iter().filter(|(file, ..)| *file == path).flat_map(|(_, words, _)| *words);
    let others: BTreeSet<&str> = others.copied().collect();
    let found = texts(source).into_iter().filter_map(|text| {
        let key = named(&text, keys).filter(|key| !others.contains(key))?;
        Some(format!("{path}:{}: `{key}`", text.line))
    });
    found.collect()
}

#[test]
fn keys_are_named_by_their_rows() {
    let keys = keys();
    assert!(
        keys.len() > 80 && ["use", "breaks-lock", "between-items"].iter().all(|key| keys.contains(*key)),
        "{keys:?}"
    );
    let mut found = Vec::new();
    for (path, source) in sources() {
        if ROOMS.iter().any(|room| path.starts_with(room)) {
            found.extend(typed(&path, &source, &keys));
        }
    }
    assert!(
        found.is_empty(),
        "name the row of the grammar, such as `Profile::Use.name()`:\n{}",
        found.join("\n")
    );
}

#[test]
fn the_list_of_other_words_is_no_longer_than_it_must_be() {
    let (keys, files) = (keys(), sources());
    for (path, words, _) in OTHER_WORDS {
        let source = files.iter().find(|(file, _)| file == path).map_or("", |(_, source)| source);
        let found: BTreeSet<&str> = texts(source).iter().filter_map(|text| named(text, &keys)).collect();
        for word in *words {
            assert!(found.contains(word), "{path} has no {word:?} any more");
        }
    }
}

#[test]
fn common_forms_of_typed_keys_are_found() {
    let keys = keys();
    for source in [
        "fn f() { table.get(\"use\") }",
        "fn f() { table.get(r#\"use\"#) }",
        "const KEYS: [&str; 1] = [\"take\"];",
        "fn f() { vec![\"breaks-lock\"] }",
        "fn f() { format!(\"{} {}\", 1, \"keep\") }",
        "fn f() { println!(\"add [[resolve]] to {path}\") }",
        "mod inner { impl A { fn f() -> &'static str { \"[body.rules]\" } } }",
        "macro_rules! m { () => { \"use\" } }",
        "fn f() { format!(\"add `breaks-lock = true` to {path}\") }",
        "fn f() { bail!(\"take it out of `use`\") }",
        "fn f() -> &'static str { \"\\n    seen = {}\" }",
    ] {
        assert_eq!(typed("author/planted.rs", source, &keys).len(), 1, "{source}");
    }
    for source in [
        "// \"use\"\n/// \"use\"\nfn f() { \"a user\" }",
        "#[doc = \"use\"] fn f() {}",
        "#[cfg(test)] mod tests { fn f() { table.get(\"use\") } }",
        "fn f() { \"let reuse = 1; {use} = 2; a.use = 3\" }",
        "mod inner { #[test] fn f() { table.get(\"use\") } }",
    ] {
        assert_eq!(typed("author/planted.rs", source, &keys), [""; 0], "{source}");
    }
    assert_eq!(typed("cli/rules.rs", "const A: &str = \"tag\";", &keys), [""; 0]);
}
