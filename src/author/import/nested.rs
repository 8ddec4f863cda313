//! Nested lists: the entries under another entry, which are found in its text.

use std::collections::BTreeSet;

use super::blocks::{Block, Item, Shape, blocks};
use super::rules::split_label;
use super::tree::Entry;
use crate::compose::MAX_DEPTH;
use crate::model::Part;

/// Adds an entry to a list. A list at the end of its text becomes entries under it. These are items and steps, never
/// rules: a rule applies by itself, but what these say depends on the entry above them. A list whose entries would each
/// need a layout of their own stays in the text.
pub(super) fn unfold(mut entry: Entry, depth: usize, list: &mut Vec<Entry>) {
    entry.depth = depth;
    let found = (depth < MAX_DEPTH && entry.why.is_none()).then(|| split(&entry)).flatten();
    let Some((whole, nested)) = found else { return list.push(entry) };
    list.push(whole);
    nested.into_iter().for_each(|entry| unfold(labelled(entry), depth + 1, list));
}

/// The entries of a text that consists of lists, with those under them. None if there is other text.
pub(super) fn all(text: &str) -> Vec<Entry> {
    let mut list = Vec::new();
    let is_list = |block: &Block| matches!(block.shape, Shape::List(_));
    if blocks(text, 0, &BTreeSet::new()).iter().all(is_list) {
        entries(text).into_iter().for_each(|entry| unfold(labelled(entry), 0, &mut list));
    }
    list
}

/// An entry with its label taken out of its text.
fn labelled(mut entry: Entry) -> Entry {
    if let Some((label, words)) = split_label(&entry.text) {
        (entry.label, entry.text) = (Some(label), words);
    }
    entry
}

/// Returns an entry without the lists at the end of its text, and their entries.
fn split(entry: &Entry) -> Option<(Entry, Vec<Entry>)> {
    let text = &entry.text;
    let found = blocks(text, 0, &BTreeSet::new());
    let is_list = |shape: &Shape| matches!(shape, Shape::List(_));
    let last = found.iter().rposition(|block| !is_list(&block.shape))?;
    let is_whole = found[last + 1..].last().is_some_and(|list| list.range.end == text.len());
    let (head, rest) = text.split_at(found[last].range.end);
    if !is_whole || !head.contains(char::is_alphanumeric) {
        return None;
    }
    let mut whole = Entry { text: head.to_owned(), ..entry.clone() };
    let mut rest = rest.to_owned();
    // Without other lines, the indent is that of the list.
    if let Some((inner, common)) = without_indent(&rest).filter(|_| !head.contains('\n')) {
        whole.indent = whole.indent.map(|indent| indent + &common);
        rest = inner;
    }
    let nested = entries(&rest);
    let first = nested.first()?;
    let is_alike = |entry: &Entry| entry.gap == first.gap && !entry.bullet.starts_with([' ', '\t']);
    nested.iter().all(is_alike).then_some((whole, nested))
}

/// Removes the indent that all lines share, if any. Returns it too.
fn without_indent(text: &str) -> Option<(String, String)> {
    let lines: Vec<&str> = text.split('\n').filter(|line| !line.is_empty()).collect();
    let white = |line: &&str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let least = lines.iter().filter(|line| !line.trim().is_empty()).min_by_key(|line| white(line))?;
    let common = &least[..white(least)];
    let is_common = |line: &&str| line.strip_prefix(common).is_some_and(|rest| !rest.is_empty());
    if common.is_empty() || !lines.iter().all(is_common) {
        return None;
    }
    let strip = |line: &str| line.strip_prefix(common).unwrap_or(line).to_owned();
    Some((text.split('\n').map(strip).collect::<Vec<_>>().join("\n"), common.to_owned()))
}

/// The entries of the lists that a text consists of.
fn entries(text: &str) -> Vec<Entry> {
    let lists = blocks(text, 0, &BTreeSet::new()).into_iter().map(|block| match block.shape {
        Shape::List(items) => items,
        _ => Vec::new(),
    });
    let mut end = 0;
    let entry = |item: Item| {
        let gap = &text[end..item.range.start];
        end = item.range.end;
        listed(text, gap, &item)
    };
    lists.flatten().map(entry).collect()
}

/// Returns whether an entry of a list has a list of its own.
pub(super) fn has_list(text: &str, item: &Item) -> bool {
    let mut list = Vec::new();
    unfold(listed(text, "", item), 0, &mut list);
    list.len() > 1
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
    }

    #[test]
    fn other_lists_stay_in_the_text() {
        let unlike = ["a\nb\n  - c", "a\n\n- b\n- c"];
        for text in ["a", "- b", "a\n- b\n\nc", "...\n- b", "a\n-", "```\n- a\n```"].into_iter().chain(unlike)
        {
            assert_eq!(unfolded(text).len(), 1, "{text}");
        }
        let deep: String = (1..20).map(|depth| format!("\n{}- x", "  ".repeat(depth))).collect();
        let unfolded = unfolded(&format!("a{deep}"));
        assert_eq!(unfolded.len(), MAX_DEPTH + 1);
        assert!(unfolded[MAX_DEPTH].contains(r"x\n- x"), "{}", unfolded[MAX_DEPTH]);
    }
}
