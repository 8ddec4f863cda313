//! The laws of absorbing, over edits of generated personas.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use cento::absorb::{Absorption, Answer, Edited, Reason, Texts, absorb};
use cento::compose::{Composer, Composition, State};
use cento::load::edit::restored;
use cento::load::load_texts;
use cento::render::{Ink, render};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::cases;
use crate::generate::workspace;
use crate::sources::layout;
use crate::workspace::ROOT;

/// What all targets of all personas that can be built come to.
fn built(texts: &Texts) -> BTreeMap<String, Vec<(&'static str, String)>> {
    let (library, _) = load_texts(texts);
    let composer = Composer::new(&library);
    let sound = library.profiles.iter().enumerate().filter_map(|(index, (id, profile))| {
        if profile.is_abstract && id != ROOT {
            return None;
        }
        let composition = composer.compose(index as u32).ok()?;
        let outputs = composition.persona.targets.iter();
        let outputs =
            outputs.map(|settings| (settings.target.name, render(&composition, settings).into_text()));
        let outputs: Vec<_> = outputs.collect();
        is_sound(&library, &composition).then(|| (id.clone(), outputs))
    });
    sound.collect()
}

fn is_sound(library: &cento::model::Library, composition: &Composition<'_>) -> bool {
    let limits = cento::render::check(library, composition);
    composition.is_sound() && !limits.iter().any(|finding| finding.is_error())
}

fn normal(texts: &BTreeMap<Utf8PathBuf, String>) -> Texts {
    let plain = |text: &String| text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    texts.iter().map(|(path, text)| (path.clone(), plain(text))).collect()
}

fn absorbed(texts: &Texts, target: &'static str, base: &str, found: &str, answer: Answer) -> Absorption {
    let edited = Edited {
        path: "personas/root.md".into(),
        target,
        base: Some(base.to_owned()),
        found: found.to_owned(),
    };
    absorb(texts, ROOT, &[edited], &mut |_| answer).expect("the persona can be built")
}

fn after(texts: &Texts, absorption: &Absorption) -> Texts {
    let mut after = texts.clone();
    after.extend(absorption.files.clone());
    after
}

/// The words of a persona that one string says, and no other string with it: their ranges.
fn words(texts: &Texts) -> Vec<std::ops::Range<usize>> {
    let (library, _) = load_texts(texts);
    let index = library.profiles.get_index_of(ROOT).expect("the root is there");
    let composition = Composer::new(&library).compose(index as u32).expect("it composes");
    let document = render(&composition, &composition.persona.targets[0]);
    let mut words = Vec::new();
    for piece in document.pieces().iter().filter(|piece| piece.written.is_some()) {
        let Ink::From(address, _) = piece.ink else { continue };
        let decision = &composition.decisions[address];
        let is_single = decision.in_state(State::Emitted).count() == 1 && decision.dispute.is_none();
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

/// What is done to a line.
fn edit(lines: &mut Vec<String>, [what, at, word]: [u8; 3]) {
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

proptest! {
    #![proptest_config(cases(60))]

    /// Without an edit, nothing changes.
    #[test]
    fn law_absorb_without_an_edit_changes_nothing(workspace in workspace(), layout in layout()) {
        let texts = normal(&workspace.texts(layout));
        let Some(outputs) = built(&texts).remove(ROOT) else { return Ok(()) };
        for (target, text) in outputs {
            let absorption = absorbed(&texts, target, &text, &text, Answer::Shared);
            prop_assert!(absorption.files.is_empty() && absorption.outputs[0].changes.is_empty());
            prop_assert_eq!(&absorption.outputs[0].text, &text);
        }
    }

    /// Words that one string says are all placed: a build then gives the edit, and the TOML around the
    /// strings is as it was, to the byte.
    #[test]
    fn law_edited_words_go_home(
        workspace in workspace(), layout in layout(), picks in vec(any::<prop::sample::Index>(), 1..5)
    ) {
        let raw = workspace.texts(layout);
        let texts = normal(&raw);
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
            // Below a line that says its force, a rule begins like a sentence.
            let is_upper = found[range.clone()].starts_with(char::is_uppercase);
            found.replace_range(range.clone(), if is_upper { "Swiftly" } else { "swiftly" });
        }
        let absorption = absorbed(&texts, target, &text, &found, Answer::Shared);
        prop_assert!(absorption.outputs[0].is_whole(), "{:#?}\n{}", absorption.outputs[0].changes, found);
        let after = after(&texts, &absorption);
        prop_assert_eq!(&built(&after)[ROOT][0].1, &found);
        let again = absorbed(&after, target, &found, &found, Answer::Shared);
        prop_assert!(again.files.is_empty());
        // A line with hardly a word left of it is another entry, and the comments of the old one go with it.
        let is_left = |what: &String| what.contains("leaves its source");
        let placed = absorption.outputs[0].changes.iter().flat_map(|change| &change.fate);
        let is_reworded = !placed.flat_map(|placed| &placed.what).any(is_left);
        for (path, text) in absorption.files.iter().filter(|_| is_reworded) {
            let comments = |text: &str| text.lines().filter(|line| line.trim_start().starts_with('#')).map(str::to_owned).collect::<Vec<_>>();
            prop_assert_eq!(comments(&texts[path]), comments(text));
            let bytes = restored(&raw[path], text);
            prop_assert_eq!(bytes.starts_with('\u{feff}'), layout.mark);
            prop_assert_eq!(bytes.contains("\r\n"), layout.carriage_returns);
        }
    }

    /// Whatever is edited: what is said to be placed is what a build gives, and what is left is not there.
    /// Absorbing again changes nothing more.
    #[test]
    fn law_what_is_placed_is_built(
        workspace in workspace(), layout in layout(), edits in vec(any::<[u8; 3]>(), 1..4), to_profile in any::<bool>()
    ) {
        let texts = normal(&workspace.texts(layout));
        let before = built(&texts);
        let Some(outputs) = before.get(ROOT) else { return Ok(()) };
        let (target, text) = outputs[0].clone();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        edits.iter().for_each(|bytes| edit(&mut lines, *bytes));
        let found = lines.join("\n") + "\n";
        let answer = if to_profile { Answer::Own } else { Answer::Shared };
        let absorption = absorbed(&texts, target, &text, &found, answer);
        let output = &absorption.outputs[0];
        let after = after(&texts, &absorption);
        let now = built(&after);
        prop_assert_eq!(&now[ROOT][0].1, &output.text);
        if output.is_whole() {
            prop_assert_eq!(&output.text, &found);
        } else if output.changes.iter().all(|change| change.fate.is_err()) {
            prop_assert_eq!(&output.text, &text);
            prop_assert!(absorption.files.is_empty());
        }
        prop_assert!(!output.changes.iter().any(|change| matches!(change.fate, Err(Reason::Conflict(_)))));
        // For this persona alone means for no other.
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
}
