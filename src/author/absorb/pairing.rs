//! Matches the lines of one text with those of another.

use std::ops::Range;

use crate::text::bullets::without_marker;
use similar::TextDiff;

/// Two lines that share less than this are different lines, not one edited line.
const LEAST_ALIKE: f64 = 0.4;

/// The maximum number of line pairs compared in one changed block; a larger block has no pairs.
const MAX_PAIRS: usize = 10_000;

/// Returns the pairs of lines that are the same line, edited: their indices, in order.
pub(super) fn pairs(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    if old.is_empty() || new.is_empty() {
        return Vec::new();
    }
    if old.len() * new.len() > MAX_PAIRS {
        return Vec::new();
    }
    let score = |one: &str, other: &str| {
        let (one, other) = (without_marker(one), without_marker(other));
        if one.trim().is_empty() || other.trim().is_empty() {
            return f64::from(u8::from(one == other));
        }
        if one == other { 2.0 } else { alike(one, other) }
    };
    // `best` holds the highest total score of any alignment that keeps the order.
    let mut best = vec![vec![0.0_f64; new.len() + 1]; old.len() + 1];
    let mut scores = vec![vec![0.0_f64; new.len()]; old.len()];
    for one in (0..old.len()).rev() {
        for other in (0..new.len()).rev() {
            let own = score(old[one], new[other]);
            scores[one][other] = own;
            let skipped = best[one + 1][other].max(best[one][other + 1]);
            best[one][other] = if own > 0.0 { skipped.max(own + best[one + 1][other + 1]) } else { skipped };
        }
    }
    let mut found = Vec::new();
    let (mut one, mut other) = (0, 0);
    while one < old.len() && other < new.len() {
        let own = scores[one][other];
        if own > 0.0 && best[one][other] == own + best[one + 1][other + 1] {
            found.push((one, other));
            (one, other) = (one + 1, other + 1);
        } else if best[one][other] == best[one + 1][other] {
            one += 1;
        } else {
            other += 1;
        }
    }
    reworded(old, new, found)
}

/// Adds pairs of dissimilar lines at corresponding positions: headings, settings and paragraphs are reworded
/// there, whereas a dissimilar list entry is a new entry.
fn reworded(old: &[&str], new: &[&str], found: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    let mut all = Vec::new();
    let mut from = (0, 0);
    for (one, other) in found.into_iter().chain([(old.len(), new.len())]) {
        let (left, right) = (one - from.0, other - from.1);
        let is_prose = |line: &&str| without_marker(line) == *line && !line.trim().is_empty();
        let own = &old[from.0..one];
        if left == right && own.iter().chain(&new[from.1..other]).all(is_prose) {
            all.extend((0..left).map(|at| (from.0 + at, from.1 + at)));
        }
        if one < old.len() {
            all.push((one, other));
        }
        from = (one + 1, other + 1);
    }
    all
}

/// Returns the share of common letters of two lines, from 0 to 1; 0 if below [`LEAST_ALIKE`].
fn alike(one: &str, other: &str) -> f64 {
    let diff = TextDiff::from_unicode_words(one, other);
    let same: usize = diff
        .iter_all_changes()
        .filter(|change| change.tag() == similar::ChangeTag::Equal)
        .map(|change| letters(change.value()))
        .sum();
    let ratio = 2.0 * same as f64 / (letters(one) + letters(other)).max(1) as f64;
    if ratio >= LEAST_ALIKE { ratio } else { 0.0 }
}

/// Returns the paragraphs and entries whose text is equal or similar but wrapped differently: their line
/// ranges, in order.
pub(super) fn rewrapped(old: &[&str], new: &[&str]) -> Vec<(Range<usize>, Range<usize>)> {
    let (ours, theirs) = (units(old), units(new));
    if ours.len() == old.len() && theirs.len() == new.len() {
        return Vec::new();
    }
    let fold = |lines: &[&str], unit: &Range<usize>| {
        lines[unit.clone()].iter().flat_map(|line| line.split_whitespace()).collect::<Vec<_>>().join(" ")
    };
    let texts = |lines: &[&str], units: &[Range<usize>]| -> Vec<String> {
        units.iter().map(|unit| fold(lines, unit)).collect()
    };
    let (one, other) = (texts(old, &ours), texts(new, &theirs));
    let (one, other): (Vec<&str>, Vec<&str>) =
        (one.iter().map(String::as_str).collect(), other.iter().map(String::as_str).collect());
    let pairs = pairs(&one, &other).into_iter();
    let is_rewrapped = |(unit, other_unit): &(Range<usize>, Range<usize>)| {
        let (old, new) = (&old[unit.clone()], &new[other_unit.clone()]);
        let is_single = old.len() == 1 && new.len() == 1;
        // A word that moved to the next line would count as two changes if the lines were compared one by
        // one.
        !is_single && 2 * changed(&old.concat(), &new.concat()) < changed_by_line(old, new)
    };
    pairs.map(|(one, other)| (ours[one].clone(), theirs[other].clone())).filter(is_rewrapped).collect()
}

/// Groups lines into paragraphs, entries, headings and blank lines.
fn units(lines: &[&str]) -> Vec<Range<usize>> {
    let is_blank = |line: &str| line.trim().is_empty();
    let is_heading = |line: &str| line.starts_with('#');
    let mut units: Vec<Range<usize>> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let text = line.trim_start();
        let begins = is_blank(line)
            || without_marker(line) != *line
            || ["#", "```", "~~~", "|", "---", ">"].iter().any(|mark| text.starts_with(mark));
        let is_after = at.checked_sub(1).is_none_or(|at| is_blank(lines[at]) || is_heading(lines[at]));
        match units.last_mut().filter(|_| !begins && !is_after) {
            Some(last) => last.end = at + 1,
            None => units.push(at..at + 1),
        }
    }
    units
}

/// Counts the letters in words that differ between two texts.
fn changed(one: &str, other: &str) -> usize {
    let diff = TextDiff::from_unicode_words(one, other);
    let changes = diff.iter_all_changes().filter(|change| change.tag() != similar::ChangeTag::Equal);
    changes.map(|change| letters(change.value())).sum()
}

fn changed_by_line(old: &[&str], new: &[&str]) -> usize {
    let pairs = pairs(old, new);
    let all: usize = old.iter().chain(new).map(|line| letters(line)).sum();
    let paired: usize = pairs.iter().map(|(one, other)| letters(old[*one]) + letters(new[*other])).sum();
    all - paired + pairs.iter().map(|(one, other)| changed(old[*one], new[*other])).sum::<usize>()
}

fn letters(text: &str) -> usize {
    text.chars().filter(|letter| !letter.is_whitespace()).count()
}
