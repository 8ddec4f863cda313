//! Targets are named by their rows, not typed again.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::{Expr, ExprCall, Lit};

use super::product::texts;
use super::sources;

/// The rows of the targets.
const ROWS: [&str; 2] = ["model/target.rs", "model/target/"];

/// Words that are no targets where they are typed: the file, the words, and what they are there.
const OTHER_WORDS: &[(&str, &[&str], &str)] = &[
    ("author/factor/name.rs", &["json"], "a word that does not tell what a text is about"),
    ("author/import/file.rs", &["json"], "the ending of a file"),
    ("check/lint/description.rs", &["skill"], "a noun for an agent"),
    (
        "text/safety/instruct/words.rs",
        &["prompt", "claude", "gemini", "codex"],
        "words that speak to a model",
    ),
    ("text/titles.rs", &["skill"], "a word of titles"),
    ("text/verbs.rs", &["prompt"], "a verb"),
    ("view/findings.rs", &["json"], "a format of findings"),
    ("workspace/files/documents.rs", &["json"], "the ending of a file"),
    ("workspace/files/listing.rs", &["json"], "the ending of a file"),
];

/// The names of the targets: the first text of each call that makes one.
fn names() -> BTreeSet<String> {
    struct Rows(BTreeSet<String>);
    impl<'ast> Visit<'ast> for Rows {
        fn visit_expr_call(&mut self, call: &'ast ExprCall) {
            if let Expr::Path(function) = &*call.func
                && function.path.segments.first().is_some_and(|segment| segment.ident == "Target")
                && let Some(Expr::Lit(name)) = call.args.first()
                && let Lit::Str(name) = &name.lit
            {
                self.0.insert(name.value());
            }
            visit::visit_expr_call(self, call);
        }
    }
    let mut rows = Rows(BTreeSet::new());
    for (_, source) in sources().into_iter().filter(|(path, _)| is_row(path)) {
        rows.visit_file(&syn::parse_file(&source).expect("sources parse"));
    }
    rows.0
}

fn is_row(path: &str) -> bool {
    ROWS.iter().any(|rows| path.starts_with(rows))
}

#[test]
fn targets_are_named_by_their_rows() {
    let names = names();
    assert!(names.len() >= 20 && names.contains("kiro-steering"), "{names:?}");
    let mut found = BTreeSet::new();
    for (path, source) in sources().into_iter().filter(|(path, _)| !is_row(path)) {
        let typed = texts(&source).into_iter().filter(|text| names.contains(&text.value));
        found.extend(typed.map(|text| (path.clone(), text.value)));
    }
    let known: BTreeSet<(String, String)> = OTHER_WORDS
        .iter()
        .flat_map(|(path, words, _)| words.iter().map(|word| ((*path).to_owned(), (*word).to_owned())))
        .collect();
    assert_eq!(found, known, "name the row, such as `SKILL`, or ask for a fact in it");
}
