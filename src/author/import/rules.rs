//! Rules: which entries of a list state a rule, and how it is typed.
//!
//! An entry that may be a statement, a question or the reverse of a rule stays an item.

use super::tree::{Entry, Label};
use crate::model::{Force, Part};
use crate::text::bullets::without_marker;
use crate::text::force_labels::{Fit, against_label, contradiction, fit, opening};
use crate::text::forces::{self, Lead};
use crate::text::labels;
use crate::text::negation::IN_NAMES;
use crate::text::statements::is_question;
use crate::text::titles;
use crate::text::verbs::begins_with_verb;

/// Takes the label, the label of a force and the reason from the text of an entry. An entry that contradicts its label, or
/// the line above its list, stays an item: which of them is meant, only a person knows.
pub(super) fn read(entry: &mut Entry, lead: Option<Lead>, above: Option<Force>) {
    let is_task = entry.bullet.contains('[');
    // The entry's own words of force count more than those above its list.
    let context = Context { lead, above };
    if !is_task && (modal(entry, context) || sentence(entry, context)) {
        return;
    }
    if let Some((label, text)) = split_label(&entry.text) {
        (entry.label, entry.text) = (Some(label), text);
        if !is_task && (modal(entry, context) || sentence(entry, context)) {
            return;
        }
    }
    let is_led = |lead: &Lead| !is_task && above.is_none_or(|above| above == lead.force);
    if let Some(lead) = lead.filter(is_led) {
        led(entry, lead);
    }
}

/// The line above a list.
#[derive(Clone, Copy)]
struct Context {
    /// The line that introduces it.
    lead: Option<Lead>,
    /// The force that the nearest line states.
    above: Option<Force>,
}

/// Turns an entry that begins with the words of a force into a rule. Returns whether it did.
fn modal(entry: &mut Entry, context: Context) -> bool {
    let Some((force, end)) = forces::label(&entry.text) else { return false };
    let text = std::mem::take(&mut entry.text);
    let is_rule = context.fits(entry, force, &text, end);
    if is_rule {
        state(entry, force, &text, end);
    } else {
        entry.text = text;
    }
    is_rule
}

/// Turns an entry whose emphasized beginning is a rule into that rule; the rest is its reason: `**Never guess.** Ask`.
/// Returns whether it did.
fn sentence(entry: &mut Entry, context: Context) -> bool {
    let Some(found) = Sentence::of(&entry.text) else { return false };
    // "May fail" is a reason, but reads as a permission after a rule.
    let is_permitted = opening(found.rest).is_some_and(|opening| opening.force == Force::May);
    if is_permitted || !context.fits(entry, found.force, found.words, found.label) {
        return false;
    }
    let Sentence { open, words, close, between, rest, force, label } = found;
    let (words, sentence) = (words.to_owned(), (open.to_owned(), close.to_owned()));
    entry.why = reason(between, rest);
    state(entry, force, &words, label);
    entry.sentence = Some(sentence);
    true
}

/// An emphasized rule at the beginning of a text.
struct Sentence<'t> {
    /// The signs and marks before its words.
    open: &'t str,
    words: &'t str,
    /// The punctuation and marks after them.
    close: &'t str,
    /// The separator between it and the rest.
    between: &'t str,
    rest: &'t str,
    force: Force,
    /// The length of the label of its force.
    label: usize,
}

impl<'t> Sentence<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let start = forces::signs(text);
        let marks = forces::emphasis(&text[start..]);
        let inner = start + marks.len();
        let end = inner + first_asterisk(&text[inner..]).filter(|_| (1..=3).contains(&marks.len()))?;
        let start = inner + forces::signs(&text[inner..end]);
        let words = text[start..end].trim_end_matches(|letter| ".!:;".contains(letter));
        let is_line = !marks.contains('_') && !words.contains('\n') && text[end..].starts_with(marks);
        let (force, label) = forces::label(words).filter(|_| is_line)?;
        let close = &text[start + words.len()..end + marks.len()];
        let after = &text[end + marks.len()..];
        let rest = after.trim_start_matches(|letter: char| " :.\u{2014}\u{2013}-".contains(letter));
        let between = &after[..after.len() - rest.len()];
        let is_apart = between.ends_with(' ') && (between.trim() != "" || close.len() > marks.len());
        let fits = after.is_empty() || is_apart && is_paragraph(rest);
        fits.then_some(Sentence { open: &text[..start], words, close, between, rest, force, label })
    }
}

/// The first asterisk of a text that is not in code.
fn first_asterisk(text: &str) -> Option<usize> {
    let mut is_code = false;
    text.bytes().position(|byte| {
        is_code ^= byte == b'`';
        byte == b'*' && !is_code
    })
}

/// Returns whether a text is one paragraph, without a list or code below it.
fn is_paragraph(text: &str) -> bool {
    let is_block = |line: &str| {
        line.trim().is_empty() || line.trim_start().starts_with("```") || without_marker(line) != line
    };
    !text.is_empty() && !text.lines().any(is_block)
}

/// A reason and what separates it from its rule.
fn reason(between: &str, words: &str) -> Option<Label> {
    let reason = Label { open: between.to_owned(), words: words.to_owned(), close: String::new() };
    (!words.is_empty()).then_some(reason)
}

impl Context {
    /// Returns whether a text that begins with words of force states a rule here: neither the label of the entry, nor the
    /// line above the list, nor the rest of the text states another force.
    fn fits(self, entry: &Entry, force: Force, text: &str, label: usize) -> bool {
        // "Avoid loops" and "ensure it ends" complete "You must:".
        let completes =
            |lead: Lead| !lead.force.is_prohibition() && fit(lead.force, force) != Fit::Contradicting;
        let is_completion = self.lead.is_some_and(completes) && forces::is_before_noun(&text[..label]);
        let is_opposed = self.above.is_some_and(|above| fit(above, force) == Fit::Contradicting)
            || entry.label.as_ref().is_some_and(|label| against_label(&label.words, force).is_some())
            || contradiction(&text[forces::behind(text, label)..], force, true).is_some();
        !is_completion && !is_opposed
    }
}

/// Makes an entry the rule of a text whose label ends at an offset.
fn state(entry: &mut Entry, force: Force, text: &str, label: usize) {
    entry.part = Part::Rule(force);
    if !forces::is_before_noun(&text[..label]) {
        (entry.force, entry.text) =
            (Some(text[..label].to_owned()), text[forces::behind(text, label)..].to_owned());
        return;
    }
    // These words belong to the text, and signs before them do not.
    let (signs, words) = text.split_at(forces::signs(text));
    if !signs.is_empty() {
        entry.sentence = Some((signs.to_owned(), String::new()));
    }
    match entry.label {
        Some(_) => words.clone_into(&mut entry.text),
        None => (entry.text, entry.capital) = uncapitalized(words),
    }
    // Words at the end of the text leave no label before it.
    entry.force = Some(entry.text[..label.saturating_sub(signs.len())].to_owned());
}

/// Makes an entry a rule of the force that the line above its list states, if it surely is one.
fn led(entry: &mut Entry, lead: Lead) {
    let force = lead.force;
    if is_question(&entry.text) {
        return;
    }
    if let Some(label) = &entry.label {
        let is_topic = lead.is_sentence && label.close.contains(':');
        let is_stated = opening(&label.words).is_some()
            || is_other(&label.words, force)
            || against_label(&label.words, force).is_some();
        if !is_stated && begins_with_verb(&label.words) && is_paragraph(&entry.text) {
            // "Skip tests: they are slow" forbids to skip them.
            let Label { open, words, close } = label.clone();
            let marks = close.find("**").map_or(0, |at| at + 2);
            entry.why = reason(&close[marks..], &entry.text);
            entry.sentence = Some((open, close[..marks].to_owned()));
            (entry.label, entry.text) = (None, words);
        } else if is_stated || !is_topic {
            return;
        }
    }
    if entry.why.is_none() && is_other(&entry.text, force) {
        return;
    }
    let (mut text, capital) = uncapitalized(&entry.text);
    if lead.is_before_noun && !begins_with_verb(&text) {
        text.insert_str(0, "avoid ");
        if forces::own_label(&text, force).is_none() {
            return;
        }
    }
    (entry.part, entry.text, entry.capital, entry.force) =
        (Part::Rule(force), text, capital, Some(String::new()));
}

/// Verbs that recommend what follows, whatever the force of the line above the list.
const ADVICE: [&str; 8] = ["prefer", "favor", "favour", "ensure", "remember", "consider", "instead", "opt"];

/// Returns whether a text below a line that states a force may say something else: "Use globals -> use arguments".
fn is_other(text: &str, force: Force) -> bool {
    let words = titles::words(text);
    let begins = |list: &[&str]| words.first().is_some_and(|word| list.contains(&word.as_str()));
    let is_replaced = words.iter().any(|word| word == "instead")
        || ["\u{2192}", "->", "=>"].iter().any(|arrow| text.contains(arrow));
    begins(&IN_NAMES)
        || force.is_prohibition() && (is_replaced || begins(&ADVICE))
        || contradiction(text, force, false).is_some()
}

/// Returns a text as it is written after a label, and whether it begins with a capital letter without one.
fn uncapitalized(text: &str) -> (String, Option<bool>) {
    match forces::bare(text) {
        Some(bare) => {
            let is_changed = bare != text;
            (bare, is_changed.then_some(true))
        }
        None => (text.to_owned(), Some(false)),
    }
}

/// Splits a bold label from the rest of a text.
pub(super) fn split_label(text: &str) -> Option<(Label, String)> {
    let labels::Labelled { words, close, rest } = labels::split(text)?;
    let label = Label { open: "**".to_owned(), words: words.to_owned(), close: close.to_owned() };
    Some((label, rest.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_split_at_their_separators() {
        let split = |text: &str| {
            let (label, rest) = split_label(text)?;
            Some((label.words, label.close, rest))
        };
        let parts = |a: &str, b: &str, c: &str| Some((a.to_owned(), b.to_owned(), c.to_owned()));
        assert_eq!(split("**Go**: fast"), parts("Go", "**: ", "fast"));
        assert_eq!(split("**Go:** fast"), parts("Go", ":** ", "fast"));
        assert_eq!(split("**Go** \u{2014} fast"), parts("Go", "** \u{2014} ", "fast"));
        assert_eq!(split("**Go** is fast"), None);
        assert_eq!(split("**Go**"), None);
    }
}
