//! Reports entries of one persona with different ids and equal texts.

use std::collections::{BTreeMap, BTreeSet};

use super::{Lints, blocks};
use crate::compose::{Composition, Origin};
use crate::model::grammar::{Profile, Remove, headers};
use crate::model::wording::{plural, series};
use crate::model::{Claim, Diagnostic, Library, Part, Span, codes, fold};

/// Texts with fewer words, such as "Go" or "None", count as duplicates only within one list.
const MIN_WORDS: usize = 4;

/// The maximum number of places that one finding shows.
const MAX_PLACES: usize = 6;

/// Returns the key that duplicates share: part, force of a rule, and words. `None` for steps, since a
/// procedure may repeat one.
fn content_key(claim: &Claim) -> Option<(Part, String)> {
    let block = claim.block()?;
    let part = match block.part {
        Part::Prose | Part::Closing => Part::Prose,
        Part::Item | Part::Rule(_) => block.part,
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

/// Returns whether a character at the edge of a word is punctuation or emphasis, rather than part of a name
/// such as `C++` or `.env`.
fn is_mark(character: char) -> bool {
    matches!(
        character,
        '.' | ',' | ';' | ':' | '!' | '?' | '"' | '\'' | '`' | '*' | '_' | '(' | ')' | '[' | ']' | '\u{2018}'
            ..='\u{201f}' | '\u{2026}' | '\u{ab}' | '\u{bb}' | '\u{2013}' | '\u{2014}'
    )
}

/// A text that several addresses share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Twin {
    /// A number that identifies the text.
    text_id: u32,
    /// Whether the text is so short that only duplicates within one list count.
    is_short: bool,
}

/// Returns the shared texts, by the span of each text that another address also has.
pub(super) fn twins(library: &Library) -> BTreeMap<Span, Twin> {
    let mut alike: BTreeMap<(Part, String), Vec<&Claim>> = BTreeMap::new();
    for claim in library.claims() {
        if let Some(key) = content_key(claim) {
            alike.entry(key).or_default().push(claim);
        }
    }
    let mut twins = BTreeMap::new();
    for (number, ((_, words), claims)) in alike.into_iter().enumerate() {
        let is_short = words.split_whitespace().count() < MIN_WORDS;
        // Short texts are compared within one list only.
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
                twins.insert(block.text.span, Twin { text_id: number as u32, is_short });
            }
        }
    }
    twins
}

/// A shared text and, if it is short, its list.
type Words<'a> = (u32, &'a str);

/// The claims of a persona by shared text, for texts that it has at several addresses.
pub(crate) type Duplicates<'a> = BTreeMap<Words<'a>, Vec<&'a Claim>>;

/// The texts that personas have at several addresses. Each text gets one finding with all of its places.
#[derive(Debug, Default)]
pub(crate) struct SharedTexts<'a>(BTreeMap<Words<'a>, SharedText<'a>>);

impl<'a> SharedTexts<'a> {
    /// Adds the duplicate texts of one persona.
    pub(crate) fn add(
        &mut self,
        library: &Library,
        composition: &Composition<'a>,
        duplicates: Duplicates<'a>,
    ) {
        for (words, claims) in duplicates {
            let shared = self.0.entry(words).or_default();
            shared.claims.extend(claims.into_iter().map(|claim| (claim.span, claim)));
            shared.files.insert(library.profile_path(composition.profile).to_string());
            shared.personas.insert(composition.profile.id.clone());
        }
    }

    /// Adds the duplicate texts of other personas.
    pub(crate) fn extend(&mut self, others: Self) {
        for (words, other) in others.0 {
            let shared = self.0.entry(words).or_default();
            shared.claims.extend(other.claims);
            shared.files.extend(other.files);
            shared.personas.extend(other.personas);
        }
    }

    /// Returns the finding about each text.
    pub(crate) fn findings(self, library: &Library) -> Vec<Diagnostic> {
        library.config.severities.applied(self.0.into_values().filter_map(SharedText::finding).collect())
    }
}

/// The claims that share a text, and the personas that contain several of them.
#[derive(Debug, Default)]
struct SharedText<'a> {
    claims: BTreeMap<Span, &'a Claim>,
    files: BTreeSet<String>,
    personas: BTreeSet<String>,
}

impl<'a> SharedText<'a> {
    fn finding(self) -> Option<Diagnostic> {
        let mut claims: Vec<&Claim> = self.claims.into_values().collect();
        claims.sort_by(|a, b| (&a.address, a.span).cmp(&(&b.address, b.span)));
        let mut addresses: Vec<&str> = claims.iter().map(|claim| claim.address.as_str()).collect();
        addresses.dedup();
        let [first, .., last] = claims.as_slice() else { return None };
        let names = addresses.iter().map(|address| format!("`{address}`"));
        let message = format!("{} have the same text", series(names, MAX_PLACES));
        let mut finding = Diagnostic::new(codes::DUPLICATE_TEXT, message).about(first.address.as_str());
        finding.personas = self.personas;
        for claim in claims.iter().take(MAX_PLACES) {
            finding = finding.at(claim.span, "");
        }
        if let more @ 1.. = claims.len().saturating_sub(MAX_PLACES) {
            finding = finding.note(format!("also in {more} more {}", plural(more, "place")));
        }
        let is_one_list = claims.iter().all(|claim| claim.address.parent() == first.address.parent());
        if claims.iter().all(|claim| claim.source == first.source) {
            return Some(finding.help(format!("delete all but one, such as `{}`", last.address.id())));
        }
        let share = match is_one_list {
            true => {
                format!(
                    "give them the same id, such as `{}`, so that they merge into one",
                    first.address.id()
                )
            }
            false => "keep it in one fragment and delete it from the others".to_owned(),
        };
        let mut files = self.files.into_iter();
        let target = match (addresses.as_slice(), files.next(), files.next()) {
            ([_, last], Some(file), None) => {
                format!("{} = \"{last}\" in {file}", Remove::Target.name())
            }
            _ => "in its profile".to_owned(),
        };
        let remove =
            format!("or remove one from the persona: add {} {target}", headers(Profile::Remove.name()));
        Some(finding.help(share).help(remove))
    }
}

impl Lints<'_> {
    /// Returns the texts that a persona has at several addresses.
    pub(crate) fn duplicates<'a>(&self, composition: &Composition<'a>) -> Duplicates<'a> {
        let mut duplicates = Duplicates::new();
        let twins = self.prepared.twins.get_or_init(|| twins(self.library));
        if twins.is_empty() {
            return duplicates;
        }
        for block in blocks(composition) {
            if let Origin::Claim(claim) = block.origin
                && let Some(written) = claim.block()
                && let Some(Twin { text_id, is_short }) = twins.get(&written.text.span)
            {
                let list = if *is_short { claim.address.parent() } else { "" };
                duplicates.entry((*text_id, list)).or_default().push(claim);
            }
        }
        // Several claims at one address were kept by a resolution.
        let is_twice = |claims: &[&Claim]| claims.iter().any(|claim| claim.address != claims[0].address);
        duplicates.retain(|_, claims| is_twice(claims));
        duplicates
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_punctuation_and_sentences_lose_it() {
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
