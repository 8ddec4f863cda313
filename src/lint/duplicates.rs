//! Entries under different ids that say the same in one persona.

use std::collections::{BTreeMap, BTreeSet};

use super::{Lints, blocks, claims};
use crate::compose::{Composition, Origin};
use crate::model::{Claim, Diagnostic, Library, Part, Span, codes, fold};

/// The fewest words that say something of their own. Shorter texts, such as "Go" or "None", may well
/// stand in two lists; twice in one list they are one too many.
const FEWEST_WORDS: usize = 4;

/// Places that one finding shows.
const MOST_PLACES: usize = 6;

/// What two texts have in common that say the same: their part, with the force of a rule, and the words.
/// Steps are not among them, since a procedure may well do one thing twice.
fn said(claim: &Claim) -> Option<(Part, String)> {
    let block = claim.block()?;
    let part = match block.part {
        Part::Item | Part::Prose | Part::Rule(_) => block.part,
        Part::Title | Part::Lead | Part::Step => return None,
    };
    let mut words = String::new();
    for text in block.label.iter().chain([&block.text]) {
        for word in fold(&text.value).split(' ') {
            let word = word.trim_end_matches(is_mark).trim_start_matches(|mark| mark != '.' && is_mark(mark));
            if !word.is_empty() {
                words.extend(word.chars().flat_map(char::to_lowercase));
                words.push(' ');
            }
        }
    }
    (!words.is_empty()).then_some((part, words))
}

/// Whether a character at the edge of a word is punctuation or emphasis, and no part of a name such as
/// `C++` or `.env`.
fn is_mark(character: char) -> bool {
    matches!(
        character,
        '.' | ',' | ';' | ':' | '!' | '?' | '"' | '\'' | '`' | '*' | '_' | '(' | ')' | '[' | ']' | '\u{2018}'
            ..='\u{201f}' | '\u{2026}' | '\u{ab}' | '\u{bb}' | '\u{2013}' | '\u{2014}'
    )
}

/// What several texts say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Twin {
    /// The same number for the same words.
    said: u32,
    /// Whether they say it in so few words that only those in one list count.
    is_short: bool,
}

/// For each text of the library that another address has too: what both say.
pub(super) fn twins(library: &Library) -> BTreeMap<Span, Twin> {
    let mut alike: BTreeMap<(Part, String), Vec<&Claim>> = BTreeMap::new();
    for claim in claims(library) {
        if let Some(said) = said(claim) {
            alike.entry(said).or_default().push(claim);
        }
    }
    let mut twins = BTreeMap::new();
    for (number, ((_, words), claims)) in alike.into_iter().enumerate() {
        let is_short = words.split_whitespace().count() < FEWEST_WORDS;
        // Of a short text, only those in one list are twins.
        let mut lists: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for claim in &claims {
            let list = if is_short { claim.address.parent() } else { "" };
            lists.entry(list).or_default().insert(claim.address.as_str());
        }
        for claim in claims {
            let list = if is_short { claim.address.parent() } else { "" };
            if lists[list].len() > 1
                && let Some(block) = claim.block()
            {
                twins.insert(block.text.span, Twin { said: number as u32, is_short });
            }
        }
    }
    twins
}

impl Lints<'_> {
    /// Entries of a persona that say what another says.
    pub(super) fn duplicates(&self, composition: &Composition<'_>) -> Vec<Diagnostic> {
        if self.twins.is_empty() {
            return Vec::new();
        }
        let mut standing: BTreeMap<(u32, &str), Vec<&Claim>> = BTreeMap::new();
        for block in blocks(composition) {
            if let Origin::Claim(claim) = block.origin
                && let Some(written) = claim.block()
                && let Some(Twin { said, is_short }) = self.twins.get(&written.text.span)
            {
                let list = if *is_short { claim.address.parent() } else { "" };
                standing.entry((*said, list)).or_default().push(claim);
            }
        }
        standing.into_values().filter_map(finding).collect()
    }
}

fn finding(mut claims: Vec<&Claim>) -> Option<Diagnostic> {
    // Several at one address were kept on purpose.
    claims.sort_by(|a, b| (&a.address, a.span).cmp(&(&b.address, b.span)));
    claims.dedup_by(|a, b| a.address == b.address);
    let [first, .., last] = claims.as_slice() else { return None };
    let names: Vec<String> =
        claims.iter().take(MOST_PLACES).map(|claim| format!("`{}`", claim.address)).collect();
    let message = match claims.len() - names.len() {
        0 => format!("{} and {} say the same", names[..names.len() - 1].join(", "), names[names.len() - 1]),
        more => format!("{} and {more} more say the same", names.join(", ")),
    };
    let mut finding = Diagnostic::new(codes::DUPLICATE_TEXT, message).about(first.address.as_str());
    for claim in claims.iter().take(MOST_PLACES) {
        finding = finding.at(claim.span, "");
    }
    let is_one_list = claims.iter().all(|claim| claim.address.parent() == first.address.parent());
    let is_one_source = claims.iter().all(|claim| claim.source == first.source);
    let remove = format!("[[remove]] target = \"{}\"", last.address);
    Some(match (is_one_source, is_one_list) {
        (true, _) => finding.help(format!("delete all but one, such as `{}`", last.address.id())),
        (false, true) => finding
            .help(format!(
                "give them one id, such as `{}`: then they agree and stand once",
                first.address.id()
            ))
            .help(format!("or remove one from the persona, with a reason: {remove}")),
        (false, false) => finding.help(format!("remove one from the persona, with a reason: {remove}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_marks_and_sentences_lose_them() {
        let words = |text: &str| {
            let trim = |word: &str| {
                word.trim_end_matches(is_mark)
                    .trim_start_matches(|mark| mark != '.' && is_mark(mark))
                    .to_owned()
            };
            text.split(' ').map(trim).collect::<Vec<_>>()
        };
        assert_eq!(words("`C++`, C# (and) \"Go\"."), ["C++", "C#", "and", "Go"]);
        assert_eq!(words(".env **never** don't…"), [".env", "never", "don't"]);
    }
}
