//! The pages of the reference in docs/, and the tables on them.

#![allow(dead_code, reason = "each test file has its own copy, and needs only part of it")]

use std::path::{Path, PathBuf};

pub(crate) const DOCS: [&str; 9] = [
    "grammar.md", "targets.md", "merging.md", "json.md", "factoring.md", "checking.md", "rules.md",
    "similar.md", "safety.md",
];

pub(crate) fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)
}

pub(crate) fn doc(name: &str) -> String {
    std::fs::read_to_string(path(name)).expect("the page is there")
}

pub(crate) fn updates() -> bool {
    std::env::var_os("UPDATE").is_some()
}

/// The cells of the table after `<!-- table: NAME -->` or `<!-- generated: NAME -->`, without its header.
pub(crate) fn table(name: &str) -> Vec<Vec<String>> {
    let marks = [format!("<!-- table: {name} -->"), format!("<!-- generated: {name} -->")];
    let pages: Vec<String> = DOCS.iter().map(|page| doc(page)).collect();
    let has_mark = |page: &&String| marks.iter().any(|mark| page.contains(mark));
    let page = pages.iter().find(has_mark).unwrap_or_else(|| panic!("no table {name}"));
    let rows = page
        .lines()
        .skip_while(|line| !marks.iter().any(|mark| mark == line))
        .skip(3)
        .take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// The first cells of a table, without their backticks.
pub(crate) fn names(table_name: &str) -> Vec<String> {
    table(table_name).iter().map(|row| row[0].trim_matches('`').to_owned()).collect()
}
