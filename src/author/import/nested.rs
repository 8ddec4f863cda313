//! Nested lists: the entries under another entry, which are found in its text.

use std::collections::BTreeSet;

use super::blocks::{Item, Shape, blocks};
use super::rules::split_label;
use super::tree::Entry;
use crate::compose::MAX_DEPTH;
use crate::model::Part;

/// Adds an entry to a list. A list at the end of its text becomes entries under it, which are items and steps: a rule
/// applies by itself, and what these say depends on the entry above them.
pub(super) fn unfold(mut entry: Entry, depth: usize, list: &mut Vec<Entry>) {
    entry.depth = depth;
    let found = (depth < MAX_DEPTH && entry.why.is_none()).then(|| split(&mut entry)).flatten();
    list.push(entry);
    let Some(text) = found else { return };
    let mut end = 0;
    for item in items(&text) {
        let gap = &text[end..item.range.start];
        end = item.range.end;
        let mut entry = listed(&text, gap, &item);
        if let Some((label, words)) = split_label(&entry.text) {
            (entry.label, entry.text) = (Some(label), words);
        }
        unfold(entry, depth + 1, list);
    }
}

/// Takes the lists at the end of an entry's text out of it. Returns them with the gap before them.
fn split(entry: &mut Entry) -> Option<String> {
    let found = blocks(&entry.text, 0, &BTreeSet::new());
    let is_list = |shape: &Shape| matches!(shape, Shape::List(_));
    let first = found.iter().rposition(|block| !is_list(&block.shape))?;
    let lists = &found[first + 1..];
    let end = found[first].range.end;
    let is_whole = lists.last().is_some_and(|last| last.range.end == entry.text.len());
    if !is_whole || !entry.text[..end].contains(char::is_alphanumeric) {
        return None;
    }
    let mut rest = entry.text.split_off(end);
    // Without other lines, the indent is that of the list.
    if !entry.text.contains('\n') {
        let lines: Vec<&str> = rest.split('\n').filter(|line| !line.is_empty()).collect();
        let white = |line: &&str| line.len() - line.trim_start_matches([' ', '\t']).len();
        let least = lines.iter().filter(|line| !line.trim().is_empty()).min_by_key(|line| white(line));
        let common = least.map_or("", |line| &line[..white(line)]).to_owned();
        let is_common = |line: &&str| line.strip_prefix(common.as_str()).is_some_and(|rest| !rest.is_empty());
        if !common.is_empty() && lines.iter().all(is_common) {
            let strip = |line: &str| line.strip_prefix(common.as_str()).unwrap_or(line).to_owned();
            let lines: Vec<String> = rest.split('\n').map(strip).collect();
            rest = lines.join("\n");
            entry.indent = entry.indent.take().map(|indent| indent + &common);
        }
    }
    Some(rest)
}

/// Returns whether an entry of a list has a list of its own.
pub(super) fn has_list(text: &str, item: &Item) -> bool {
    let mut list = Vec::new();
    unfold(listed(text, "", item), 0, &mut list);
    list.len() > 1
}

/// The entries of the lists that a text consists of.
fn items(text: &str) -> Vec<Item> {
    let lists = blocks(text, 0, &BTreeSet::new()).into_iter().map(|block| match block.shape {
        Shape::List(items) => items,
        _ => Vec::new(),
    });
    lists.flatten().collect()
}

/// An item or step as typed.
pub(super) fn listed(text: &str, gap: &str, item: &Item) -> Entry {
    let (bullet, number) = match &item.number {
        None => (text[item.range.start..item.words].to_owned(), None),
        Some(number) => {
            // A number with leading zeros keeps its width.
            let width = if text[number.digits.clone()].starts_with('0') { number.digits.len() } else { 1 };
            let before = &text[item.range.start..number.digits.start];
            let after = &text[number.digits.end..item.words];
            (format!("{before}{}1{after}", "0".repeat(width - 1)), Some(number.value))
        }
    };
    let typed = &text[item.words..item.range.end];
    let width = text[item.range.start..item.words].chars().count();
    let (words, indent) = dedent(typed, width);
    let part = if item.number.is_some() { Part::Step } else { Part::Item };
    Entry { bullet, number, indent, part, ..Entry::prose(gap, &words, item.range.start) }
}

/// Removes the common indent of all lines but the first. Returns the text and the indent; `None` for a single
/// line.
fn dedent(text: &str, width: usize) -> (String, Option<String>) {
    if !text.contains('\n') {
        return (text.to_owned(), None);
    }
    let lines: Vec<&str> = text.split('\n').skip(1).filter(|line| !line.is_empty()).collect();
    let white = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let least = lines.iter().filter(|line| !line.trim().is_empty()).min_by_key(|line| white(line));
    let usual = " ".repeat(width);
    let common = least.map_or("", |line| &line[..white(line)]);
    // A line that is only the indent would lose it when rendered.
    let fits = |indent: &str| {
        lines.iter().all(|line| line.strip_prefix(indent).is_some_and(|rest| !rest.is_empty()))
    };
    let indent = [usual.as_str(), common].into_iter().find(|indent| fits(indent)).unwrap_or("").to_owned();
    let strip = |(number, line): (usize, &str)| match number {
        0 => line.to_owned(),
        _ => line.strip_prefix(indent.as_str()).unwrap_or(line).to_owned(),
    };
    let lines: Vec<String> = text.split('\n').enumerate().map(strip).collect();
    (lines.join("\n"), Some(indent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indentation_is_removed_if_it_can_be_restored() {
        assert_eq!(dedent("a\n  b\n\n  c", 2), ("a\nb\n\nc".to_owned(), Some("  ".to_owned())));
        assert_eq!(dedent("a\n    b", 2).1.as_deref(), Some("  "));
        assert_eq!(dedent("a\n\tb", 2).1.as_deref(), Some("\t"));
        assert_eq!(dedent("a\n  \n  b", 2).1.as_deref(), Some(""));
        assert_eq!(dedent("a\nb", 2).1.as_deref(), Some(""));
    }

    fn unfolded(text: &str) -> Vec<String> {
        let mut list = Vec::new();
        let entry = Entry { part: Part::Item, indent: Some("  ".to_owned()), ..Entry::prose("", text, 0) };
        unfold(entry, 0, &mut list);
        let shown = |entry: &Entry| {
            let indent = entry.indent.as_deref().unwrap_or("-");
            let label = entry.label.as_ref().map_or("", |label| &label.words);
            format!("{} {:?} {label}{:?} {:?} {indent:?}", entry.depth, entry.gap, entry.bullet, entry.text)
        };
        list.iter().map(shown).collect()
    }

    #[test]
    fn lists_at_the_end_of_a_text_become_entries_under_it() {
        assert_eq!(
            unfolded("a\n- b\n  c\n  1. d\n- **E:** f"),
            [
                r#"0 "" "" "a" "  ""#,
                r#"1 "\n" "- " "b\nc" "  ""#,
                r#"2 "\n" "1. " "d" "-""#,
                r#"1 "\n" E"- " "f" "-""#,
            ]
        );
        assert_eq!(
            unfolded("a\n\n  * b\n\n  * c"),
            [r#"0 "" "" "a" "    ""#, r#"1 "\n\n" "* " "b" "-""#, r#"1 "\n\n" "* " "c" "-""#]
        );
        // With other lines, the indent is theirs.
        assert_eq!(unfolded("a\nb\n  - c"), [r#"0 "" "" "a\nb" "  ""#, r#"1 "\n" "  - " "c" "-""#]);
    }

    #[test]
    fn other_lists_stay_in_the_text() {
        for text in ["a", "- b", "a\n- b\n\nc", "...\n- b", "a\n-", "```\n- a\n```"] {
            assert_eq!(unfolded(text).len(), 1, "{text}");
        }
        let deep: String = (1..20).map(|depth| format!("\n{}- x", "  ".repeat(depth))).collect();
        let unfolded = unfolded(&format!("a{deep}"));
        assert_eq!(unfolded.len(), MAX_DEPTH + 1);
        assert!(unfolded[MAX_DEPTH].contains(r"x\n- x"), "{}", unfolded[MAX_DEPTH]);
    }
}
