//! Laws of absorbing, over edits of generated personas.

use std::collections::BTreeMap;

use crate::author::absorb::{Absorption, Answer, Edited, Reason, Texts, absorb};
use crate::check::{Checker, Depth};
use crate::compose::{Composer, State};
use crate::render::{Attribution, render};
use crate::source::edit::restored;
use crate::trial::Trial;
use crate::workspace::load_texts;
use camino::Utf8PathBuf;
use proptest::collection::vec;
use proptest::prelude::*;

use super::cases;
use super::generate::workspace;
use super::sources::layout;
use super::workspace::ROOT;

/// Returns all outputs of all personas that can be built.
fn built(texts: &Texts) -> BTreeMap<String, Vec<(&'static str, String)>> {
    let (library, _) = load_texts(texts);
    let checker = Checker::new(&library, &[]);
    let sound = library.profiles.enumerate().filter_map(|(index, profile)| {
        let id = &profile.id;
        if profile.is_abstract && id != ROOT {
            return None;
        }
        let checked = checker.check(index, Depth::Sound).ok()?;
        let (is_sound, composition) = (checked.is_sound() && checked.is_safe(), &checked.composition);
        let outputs = composition.persona.targets.iter();
        let outputs =
            outputs.map(|settings| (settings.target.name, render(composition, settings).into_text()));
        let outputs: Vec<_> = outputs.collect();
        is_sound.then(|| (id.clone(), outputs))
    });
    sound.collect()
}

fn normal(texts: &BTreeMap<Utf8PathBuf, String>) -> Texts {
    let plain = |text: &String| text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    texts.iter().map(|(path, text)| (path.clone(), plain(text))).collect()
}

/// Adds layout settings to the workspace's persona.
fn laid_out(mut texts: Texts, choices: &[u8]) -> Texts {
    const SETTINGS: [(&str, &str); 16] = [
        ("title", "\"TITLE\\n=====\""),
        ("heading", "\"### TITLE ###\""),
        ("group", "\"**TITLE**\""),
        ("bullet", "\"* \""),
        ("bullet", "\"-   \""),
        ("step", "\"1) \""),
        ("indent", "\"    \""),
        ("between-items", "1"),
        ("before-sections", "\"\\n\\n---\\n\\n\""),
        ("below-headings", "0"),
        ("before-lists", "2"),
        ("between-blocks", "\"\\n \\n\""),
        ("end", "\"\""),
        ("start", "2"),
        ("why", "\" (WHY)\""),
        ("never", "\"Do NOT\""),
    ];
    let mut settings = BTreeMap::new();
    for choice in choices {
        let (key, value) = SETTINGS[*choice as usize % SETTINGS.len()];
        settings.insert(key, value);
    }
    let Some(text) = texts.get_mut(&Utf8PathBuf::from(format!("profiles/{ROOT}.toml"))) else { return texts };
    if !settings.is_empty() {
        text.push_str("\n[layout]\n");
        settings.iter().for_each(|(key, value)| text.push_str(&format!("{key} = {value}\n")));
    }
    texts
}

fn absorbed(texts: &Texts, target: &'static str, base: &str, found: &str, answer: Answer) -> Absorption {
    let edited = Edited {
        path: "personas/root.md".into(),
        target,
        base: Some(base.to_owned()),
        found: found.to_owned(),
    };
    let trial = Trial::new(texts);
    absorb(&trial.personas().fleet(), ROOT, &[edited], &mut |_| answer).expect("the persona can be built")
}

pub(crate) fn after(texts: &Texts, absorption: &Absorption) -> Texts {
    let mut after = texts.clone();
    after.extend(absorption.files.clone());
    after.retain(|path, _| !absorption.gone.contains(path));
    after
}

/// Returns the ranges of the persona's words that come from exactly one string.
fn words(texts: &Texts) -> Vec<std::ops::Range<usize>> {
    let (library, _) = load_texts(texts);
    let index = library.profiles.id_of(ROOT).expect("the root is there");
    let composition = Composer::new(&library).compose(index).expect("it composes");
    let document = render(&composition, &composition.persona.targets[0]);
    let mut words = Vec::new();
    for piece in document.pieces().iter().filter(|piece| piece.written.is_some()) {
        let Attribution::From(address, _) = piece.attribution else { continue };
        let decision = &composition.decisions[address];
        let is_single = decision.in_state(State::Emitted).count() == 1 && decision.disagreement.is_none();
        let mut start = piece.range.start;
        for word in document.text()[piece.range.clone()].split_inclusive(' ') {
            let plain = word.trim_end();
            if is_single && plain.len() > 2 && plain.chars().all(|letter| letter.is_ascii_alphabetic()) {
                words.push(start..start + plain.len());
            }
            start += word.len();
        }
    }
    words
}

/// Edits one line.
pub(crate) fn edit(lines: &mut Vec<String>, [what, at, word]: [u8; 3]) {
    let at = at as usize % (lines.len() + 1);
    let new = ["quick", "- **Never** pause", "", "## More", "1. begin", "a \"b\" 'c' \\d", "---"]
        [word as usize % 7];
    match what % 6 {
        0 if at < lines.len() => drop(lines.remove(at)),
        1 => lines.insert(at, new.to_owned()),
        2 if at + 1 < lines.len() => lines.swap(at, at + 1),
        3 if at < lines.len() => lines[at].push_str(" and more"),
        4 if at < lines.len() => lines[at] = lines[at].replacen(' ', " very ", 1),
        5 if at < lines.len() => lines[at] = lines[at].replacen("**", "*", 1),
        _ => {}
    }
}

/// Breaks a line after a word, as an editor that wraps lines does.
fn wrap(lines: &mut Vec<String>, at: usize, word: usize) -> bool {
    let Some(line) = lines.get(at).cloned() else { return false };
    let text = line.trim_start_matches(['-', '#', ' ']);
    let mark = line.len() - text.len();
    let spaces: Vec<usize> = text.match_indices(' ').map(|(at, _)| mark + at).collect();
    if spaces.is_empty() || line.starts_with(['#', '`', '|']) || line.contains(": ") {
        return false;
    }
    let space = spaces[word % spaces.len()];
    let (first, rest) = (&line[..space], &line[space + 1..]);
    let is_word = |text: &str| text.trim_start().starts_with(char::is_alphabetic);
    if !is_word(rest) || first.ends_with(' ') || !is_word(text) {
        return false;
    }
    lines.splice(at..=at, [first.to_owned(), format!("{}{rest}", " ".repeat(mark))]);
    true
}

/// Returns the edited lines that end inside the value of a field.
fn breaks_in_fields(texts: &Texts, text: &str, found: &str) -> Vec<usize> {
    let (library, _) = load_texts(texts);
    let index = library.profiles.id_of(ROOT).expect("the root is there");
    let composition = Composer::new(&library).compose(index).expect("it composes");
    let document = render(&composition, &composition.persona.targets[0]);
    let is_in_a_field = |at: usize| {
        let is_field = |attribution: Attribution<'_>| matches!(attribution, Attribution::From(address, _) if address.starts_with("fields."));
        let mut pieces = document.pieces().iter();
        pieces
            .any(|piece| piece.range.contains(&at) && piece.written.is_none() && is_field(piece.attribution))
    };
    // Both texts have the same words, so they are read in parallel.
    let (mut at, mut line, mut breaks) = (0, 1, Vec::new());
    for (place, letter) in found.char_indices() {
        if letter == '\n' {
            if text[at..].starts_with(' ') && is_in_a_field(at) {
                breaks.push(line);
            }
            line += 1;
        }
        if text[at..].starts_with(letter) {
            at += letter.len_utf8();
        } else if letter == '\n' {
            at += 1;
        } else {
            assert!(letter == ' ', "{}", &found[place..]);
        }
    }
    breaks
}

/// Edits a block of lines.
pub(crate) fn edit_block(lines: &mut Vec<String>, [what, at, word]: [u8; 3]) {
    let (at, word) = (at as usize % (lines.len() + 1), word as usize);
    let heads = |lines: &[String]| -> Vec<usize> {
        (0..lines.len()).filter(|at| lines[*at].starts_with("## ")).chain([lines.len()]).collect()
    };
    let section = |lines: &[String]| {
        let heads = heads(lines);
        let at = at % heads.len();
        (heads[at], *heads.get(at + 1).unwrap_or(&heads[at]))
    };
    match what % 6 {
        0 => drop(wrap(lines, at, word)),
        // Removes a section with its blank lines, without them, or with one too many.
        1 => {
            let (from, to) = section(lines);
            drop(lines.drain(from..to.saturating_sub(word % 2).max(from)));
            if word % 5 == 0 && from > 0 && lines.get(from - 1).is_some_and(String::is_empty) {
                lines.remove(from - 1);
            }
        }
        // Moves a section in front of another.
        2 => {
            let (from, to) = section(lines);
            let moved: Vec<String> = lines.drain(from..to).collect();
            let heads = heads(lines);
            let into = heads[word % heads.len()];
            lines.splice(into..into, moved);
        }
        // Moves an entry.
        3 if at < lines.len() => {
            let line = lines.remove(at);
            let into = word % (lines.len() + 1);
            lines.insert(into, line);
        }
        // Changes a bullet.
        4 => {
            for line in lines.iter_mut().filter(|line| line.starts_with("- ")) {
                line.replace_range(..1, "*");
            }
        }
        5 if at < lines.len() => lines[at].push('\r'),
        _ => {}
    }
}

/// Counts how often each line occurs in a text.
pub(crate) fn counts(text: &str) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        *counts.entry(line).or_default() += 1;
    }
    counts
}

/// Counts the layout settings without effect.
fn unused(texts: &Texts) -> usize {
    let (library, _) = load_texts(texts);
    let composer = Composer::new(&library);
    let compositions = library.profiles.ids().filter_map(|index| composer.compose(index).ok());
    let findings = compositions.flat_map(|composition| composition.findings);
    findings.filter(|finding| finding.code.name == "unused-layout").count()
}

/// Counts the placeholders in each file.
fn filled(texts: &Texts) -> BTreeMap<&Utf8PathBuf, usize> {
    texts.iter().map(|(path, text)| (path, text.matches("{{").count())).collect()
}

proptest! {
    #![proptest_config(cases(60))]

    /// Without an edit, nothing changes.
    #[test]
    fn law_absorb_without_an_edit_changes_nothing(workspace in workspace(), layout in layout(), laid in vec(any::<u8>(), 0..4)) {
        let texts = laid_out(normal(&workspace.texts(layout)), &laid);
        let Some(outputs) = built(&texts).remove(ROOT) else { return Ok(()) };
        for (target, text) in outputs {
            let absorption = absorbed(&texts, target, &text, &text, Answer::Shared);
            prop_assert!(absorption.files.is_empty() && absorption.outputs[0].changes.is_empty());
            prop_assert_eq!(&absorption.outputs[0].text, &text);
        }
    }

    /// Edits of words that come from one string are all absorbed: a build then reproduces the edit, and the
    /// TOML outside the strings is unchanged, to the byte.
    #[test]
    fn law_edited_words_go_to_their_source(
        workspace in workspace(), layout in layout(), laid in vec(any::<u8>(), 0..4), picks in vec(any::<prop::sample::Index>(), 1..5)
    ) {
        let raw = workspace.texts(layout);
        let texts = laid_out(normal(&raw), &laid);
        let Some(outputs) = built(&texts).remove(ROOT) else { return Ok(()) };
        let (target, text) = outputs[0].clone();
        let words = words(&texts);
        if words.is_empty() {
            return Ok(());
        }
        let mut chosen: Vec<_> = picks.iter().map(|pick| words[pick.index(words.len())].clone()).collect();
        chosen.sort_by_key(|range| std::cmp::Reverse(range.start));
        chosen.dedup();
        let mut found = text.clone();
        for range in &chosen {
            // Below a heading that names its force, a rule begins with a capital.
            let is_upper = found[range.clone()].starts_with(char::is_uppercase);
            found.replace_range(range.clone(), if is_upper { "Swiftly" } else { "swiftly" });
        }
        let absorption = absorbed(&texts, target, &text, &found, Answer::Shared);
        prop_assert!(absorption.outputs[0].is_whole(), "{:#?}\n{}", absorption.outputs[0].changes, found);
        let after = after(&texts, &absorption);
        prop_assert_eq!(&built(&after)[ROOT][0].1, &found);
        let again = absorbed(&after, target, &found, &found, Answer::Shared);
        prop_assert!(again.files.is_empty());
        // A line with hardly a word in common is a new entry, and the comments of the old one are removed.
        let is_left = |what: &String| what.contains("deleted at the source");
        let placed = absorption.outputs[0].changes.iter().flat_map(|change| &change.outcome);
        let is_reworded = !placed.flat_map(|placed| &placed.what).any(is_left);
        for (path, text) in absorption.files.iter().filter(|_| is_reworded) {
            let comments = |text: &str| text.lines().filter(|line| line.trim_start().starts_with('#')).map(str::to_owned).collect::<Vec<_>>();
            prop_assert_eq!(comments(&texts[path]), comments(text));
            let bytes = restored(&raw[path], text);
            prop_assert_eq!(bytes.starts_with('\u{feff}'), layout.mark);
            prop_assert_eq!(bytes.contains("\r\n"), layout.carriage_returns);
        }
    }

    /// Whatever the edit: absorbed edits are built, rejected edits are not, and absorbing again changes
    /// nothing.
    #[test]
    fn law_absorbed_edits_are_built(
        workspace in workspace(), layout in layout(), laid in vec(any::<u8>(), 0..4), edits in vec(any::<[u8; 3]>(), 1..4), to_profile in any::<bool>()
    ) {
        let texts = laid_out(normal(&workspace.texts(layout)), &laid);
        let before = built(&texts);
        let Some(outputs) = before.get(ROOT) else { return Ok(()) };
        let (target, text) = outputs[0].clone();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        edits.iter().for_each(|bytes| edit(&mut lines, *bytes));
        let found = lines.join("\n") + "\n";
        let answer = if to_profile { Answer::Profile } else { Answer::Shared };
        let absorption = absorbed(&texts, target, &text, &found, answer);
        let output = &absorption.outputs[0];
        let after = after(&texts, &absorption);
        let now = built(&after);
        prop_assert_eq!(&now[ROOT][0].1, &output.text);
        if output.is_whole() {
            prop_assert_eq!(&output.text, &found);
        } else if output.changes.iter().all(|change| change.outcome.is_err()) {
            prop_assert_eq!(&output.text, &text);
            prop_assert!(absorption.files.is_empty());
        }
        prop_assert!(!output.changes.iter().any(|change| matches!(change.outcome, Err(Reason::Conflict(_)))));
        // A change for this persona only affects no other persona.
        if to_profile {
            let others = |all: &BTreeMap<String, Vec<(&'static str, String)>>| {
                all.iter().filter(|(id, _)| *id != ROOT).map(|(id, outputs)| (id.clone(), outputs.clone())).collect::<Vec<_>>()
            };
            prop_assert_eq!(others(&before), others(&now));
        }
        if output.is_whole() {
            let again = absorbed(&after, target, &output.text, &found, answer);
            prop_assert!(again.files.is_empty(), "{:#?}", again);
        }
    }

    /// Lines that were only wrapped lose no placeholder in any file, and are absorbed completely unless the
    /// break is inside the value of a field, which no source can express.
    #[test]
    fn law_wrapped_lines_keep_their_fields(
        workspace in workspace(), layout in layout(), laid in vec(any::<u8>(), 0..4), picks in vec(any::<[u8; 2]>(), 1..6), to_profile in any::<bool>()
    ) {
        let texts = laid_out(normal(&workspace.texts(layout)), &laid);
        let before = built(&texts);
        let Some(outputs) = before.get(ROOT) else { return Ok(()) };
        let (target, text) = outputs[0].clone();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let body = lines.iter().rposition(|line| line == "---").map_or(0, |at| at + 1);
        for [at, word] in picks {
            let at = body + at as usize % (lines.len() - body + 1);
            wrap(&mut lines, at, word as usize);
        }
        let found = lines.join("\n") + if text.ends_with('\n') { "\n" } else { "" };
        let answer = if to_profile { Answer::Profile } else { Answer::Shared };
        let absorption = absorbed(&texts, target, &text, &found, answer);
        let after = after(&texts, &absorption);
        for (path, count) in filled(&texts) {
            prop_assert!(filled(&after)[path] >= count, "{}\n{}", path, after[path]);
        }
        if !to_profile {
            let output = &absorption.outputs[0];
            let within = breaks_in_fields(&texts, &text, &found);
            for change in &output.changes {
                let lines = change.line..change.line + change.added.lines().count().max(1);
                let is_in_a_field = within.iter().any(|line| lines.contains(line));
                let is_right = match &change.outcome {
                    Ok(_) => true,
                    Err(Reason::NoSource { why, .. }) => is_in_a_field && why.contains("is printed here"),
                    Err(_) => false,
                };
                prop_assert!(is_right, "{:#?}\n{}", change, found);
            }
            prop_assert!(output.is_whole() || !within.is_empty());
            prop_assert_eq!(output.is_whole(), output.text == found);
            prop_assert_eq!(&built(&after)[ROOT][0].1, &output.text);
        }
    }

    /// Whatever happens to whole blocks: every line is an old or a new one, none is duplicated or lost, other
    /// affected personas are reported, and no setting becomes useless.
    #[test]
    fn law_blocks_are_absorbed_completely_or_not_at_all(
        workspace in workspace(), layout in layout(), laid in vec(any::<u8>(), 0..4), edits in vec(any::<[u8; 3]>(), 1..4), to_profile in any::<bool>()
    ) {
        let texts = laid_out(normal(&workspace.texts(layout)), &laid);
        let before = built(&texts);
        let Some(outputs) = before.get(ROOT) else { return Ok(()) };
        let (target, text) = outputs[0].clone();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        edits.iter().for_each(|bytes| edit_block(&mut lines, *bytes));
        let found = lines.join("\n") + "\n";
        let answer = if to_profile { Answer::Profile } else { Answer::Shared };
        let absorption = absorbed(&texts, target, &text, &found, answer);
        let output = &absorption.outputs[0];
        let after = after(&texts, &absorption);
        let now = built(&after);
        prop_assert_eq!(&now[ROOT][0].1, &output.text);
        prop_assert!(!output.is_whole() || output.text == found);
        let plain = found.replace('\r', "");
        let (old, new, is) = (counts(&text), counts(&plain), counts(&output.text));
        for line in old.keys().chain(new.keys()).chain(is.keys()) {
            let count = |counts: &BTreeMap<&str, usize>| counts.get(line).copied().unwrap_or(0);
            let (least, most) = (count(&old).min(count(&new)), count(&old).max(count(&new)));
            prop_assert!((least..=most).contains(&count(&is)), "{:?}\n{}\n{}\n{:#?}", line, output.text, plain, output.changes);
        }
        let told: Vec<&str> = output
            .changes
            .iter()
            .filter_map(|change| change.outcome.as_ref().ok())
            .flat_map(|placed| &placed.others)
            .map(|other| other.profile.as_str())
            .collect();
        for (id, outputs) in before.iter().filter(|(id, _)| *id != ROOT) {
            let is_same = now.get(id) == Some(outputs);
            prop_assert!(is_same || told.contains(&id.as_str()), "{} was not told", id);
        }
        prop_assert!(unused(&after) <= unused(&texts), "{:#?}", absorption.files);
        if output.is_whole() {
            let again = absorbed(&after, target, &output.text, &found, answer);
            prop_assert!(again.files.is_empty() && again.gone.is_empty(), "{:#?}", again);
        }
    }
}
