//! Invisible characters, and private-use and unassigned characters.

use std::ops::Range;

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use super::context::{Neighbours, may_be_proper};
use super::direction::{self, is_directing};
use super::hidden::hidden;
use super::message::hidden_text;
use super::name::{described, is_noncharacter};
use super::{Specimen, control};
use crate::model::wording::{and_more, one_or_many, shortened};
use crate::model::{Code, codes};

/// The maximum length of a hidden message in a finding.
pub(super) const MAX_SHOWN: usize = 80;

/// Characters that separate words or stand for an object. Deleting one may change the text, so no edit is
/// offered.
const SPACING: [char; 4] = ['\u{2028}', '\u{2029}', '\u{2800}', '\u{fffc}'];

/// Returns the characters of a text that are invisible, misleading or undefined.
pub(super) fn inspect(text: &str) -> Vec<Specimen> {
    let mut specimens = control::inspect(text);
    specimens.extend(direction::inspect(text));
    specimens.extend(runs(text).map(|(range, code)| specimen(&text[range.clone()], range, code)));
    specimens
}

/// Returns runs of characters that are not allowed at their place, with the code of each.
fn runs(text: &str) -> impl Iterator<Item = (Range<usize>, &'static Code)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let (at, code) =
                text[from..].char_indices().find_map(|(at, character)| Some((at, sort(character)?)))?;
            let start = from + at;
            let length = text[start..].find(|character| sort(character) != Some(code));
            let end = length.map_or(text.len(), |length| start + length);
            from = end;
            let run = &text[start..end];
            let neighbours = Neighbours { before: &text[..start], after: &text[end..] };
            if code != codes::HIDDEN_CHARACTER
                || !run.chars().all(may_be_proper)
                || !neighbours.is_proper(run)
            {
                return Some((start..end, code));
            }
        }
    })
}

/// Returns the code of a character, not considering its neighbours.
fn sort(character: char) -> Option<&'static Code> {
    // A fast path for nearly all text.
    if matches!(character, '\0'..='\u{ac}' | '\u{ae}'..='\u{33f}' | '\u{3041}'..='\u{3096}' | '\u{4e00}'..='\u{9fff}')
    {
        return None;
    }
    if is_noncharacter(character) {
        return Some(codes::UNDEFINED_CHARACTER);
    }
    if hidden(character).is_some() {
        return (!is_directing(character)).then_some(codes::HIDDEN_CHARACTER);
    }
    match character.general_category() {
        GeneralCategory::PrivateUse | GeneralCategory::Unassigned => Some(codes::UNDEFINED_CHARACTER),
        _ => None,
    }
}

fn specimen(run: &str, range: Range<usize>, code: &'static Code) -> Specimen {
    let count = run.chars().count();
    let first = run.chars().next().map(described).unwrap_or_default();
    let message = Some(run).filter(|_| code == codes::HIDDEN_CHARACTER).and_then(hidden_text);
    let is_same = run.chars().all(|character| run.starts_with(character));
    let what = match (message, count) {
        (Some(message), _) => {
            format!("{count} characters that hide the text `{}`", shortened(&message, MAX_SHOWN))
        }
        (None, 1) => first,
        (None, _) if is_same => format!("{count} times {first}"),
        (None, _) => format!("{first}{}", and_more(count - 1)),
    };
    let fix = match code == codes::HIDDEN_CHARACTER {
        true => one_or_many(count, "delete it", "delete them"),
        false => one_or_many(
            count,
            "delete it, or replace it with a word",
            "delete them, or replace them with words",
        ),
    };
    let why = run.chars().next().and_then(hidden).map_or("", |entry| entry.reason);
    let instead = (code == codes::HIDDEN_CHARACTER && !run.contains(SPACING)).then(String::new);
    Specimen { range, code, what, why, count, fix: fix.to_owned(), instead }
}

/// Returns the ranges that must be escaped to print a text faithfully: control characters except tabs and line
/// breaks, characters that are not allowed at their place, and all direction controls.
pub(crate) fn concealed(text: &str) -> Vec<Range<usize>> {
    if text.is_ascii() && !text.contains(is_concealing) {
        return Vec::new();
    }
    let is_alone = |character: &char| control::is_control(*character) || is_directing(*character);
    let alone = text.char_indices().filter(|(_, character)| is_alone(character));
    let mut ranges: Vec<Range<usize>> = alone.map(|(at, character)| at..at + character.len_utf8()).collect();
    ranges.extend(runs(text).map(|(range, _)| range));
    ranges.sort_by_key(|range| range.start);
    ranges
}

/// Returns whether a character on its own is invisible or misleading.
pub(super) fn is_concealing(character: char) -> bool {
    control::is_control(character) || is_directing(character) || sort(character).is_some()
}
