//! Laws of absorbing, over personas imported from Markdown with all the layout that documents have.

use std::collections::BTreeMap;

use crate::author::absorb::{Absorption, Answer, Edited, Texts, absorb};
use crate::author::import::{Input, Setting, import};
use crate::check::{Checker, Depth};
use crate::compose::Composer;
use crate::model::Sources;
use crate::render::render;
use crate::trial::Trial;
use crate::workspace::load_texts;
use proptest::collection::vec;
use proptest::prelude::*;

use super::absorb::{after, counts, edit, edit_block};
use super::cases;

/// The blocks of documents. No two lines are equal, so that each can be tracked.
fn block() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        4 => Just("- keep NUM items short\n"),
        3 => Just("- **Never** guess NUM times\n"),
        1 => Just("- Do not lie about NUM\n"),
        1 => Just("- You must cite NUM sources\n"),
        2 => Just("- **Label NUM**: what it says\n"),
        1 => Just("- an entry NUM\n  that goes on\n  - with one below\n"),
        1 => Just("- keep NUM in mind\n    - that it says so\n      1. at first NUM\n      2. at last NUM\n    - **Mark NUM:** another\n"),
        1 => Just("NUM. go to NUM\n\n   * keep NUM words\n\n   * run NUM\n\n     on two lines NUM\n"),
        1 => Just("- You must guess NUM\n\t- a task NUM with a tab\n\t- another NUM of it\n"),
        1 => Just("* another bullet NUM\n"),
        1 => Just("- [ ] a task NUM\n"),
        2 => Just("NUM. take step NUM\n"),
        1 => Just("\n1. first of NUM\n2. then NUM more\n"),
        3 => Just("\n## Rules NUM\n\n"),
        2 => Just("\n## How NUM works\n"),
        2 => Just("\n### Group NUM\n\n"),
        1 => Just("\n**You MUST NOT NUM:**\n"),
        1 => Just("\n**You MUST NOT:**\n- Tell NUM secrets\n- Use force NUM\n"),
        3 => Just("\nA paragraph NUM of words.\n\n"),
        1 => Just("\nA paragraph NUM\nin two lines.\n"),
        1 => Just("\n```sh\nrun NUM\n# not a heading NUM\n```\n\n"),
        1 => Just("| a NUM | b |\n|---|---|\n| c | d |\n"),
        1 => Just("\nSetext NUM\n----------\n"),
        1 => Just("> quoted NUM\n\n"),
        1 => Just("\n---\n\n"),
        1 => Just("\n"),
        1 => Just("trailing NUM  \n"),
    ]
}

/// Front matter as people write it.
fn front() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        3 => Just(""),
        3 => Just("---\nname: some-agent\ndescription: Builds things\nmodel: inherit\n---\n\n"),
        1 => Just("---\ndescription: \"Builds: all\"\nname: some-agent\n---\n"),
        1 => Just("---\nname: some-agent\ndescription: >\n  Builds\n  things\ntools: Read, Grep\n---\n\n"),
        1 => Just("---\nname: some-agent\n# a comment\ntools:\n  - Read\n  - Grep\ncolor: blue\n---\n\n"),
        1 => Just("---\ndescription: Use when: asked\nargument-hint: [a] | [b]\n---\n\n"),
        1 => Just("---\nname: some-agent\nnever closed\n\n"),
        1 => Just("---\n---\n\n"),
    ]
}

/// A document: front matter, an optional title, blocks, and line endings.
fn document() -> impl Strategy<Value = String> {
    let title = prop_oneof![2 => Just("# Some Agent\n\n"), 1 => Just(""), 1 => Just("Some Agent\n===\n")];
    (front(), title, vec(block(), 1..14), any::<[bool; 3]>()).prop_map(|(front, title, blocks, bytes)| {
        let blocks = blocks.into_iter().enumerate();
        let body: String = blocks.map(|(at, block)| block.replace("NUM", &(at + 1).to_string())).collect();
        let [windows, mark, ends] = bytes;
        let mut text = format!("{front}{title}{body}");
        if !ends {
            text.truncate(text.trim_end().len());
        }
        if windows && mark {
            text = text.replace('\n', "\r\n");
        }
        if mark && !windows { format!("\u{feff}{text}") } else { text }
    })
}

/// Imports a document. Returns its files and the profile's id.
pub(super) fn imported(text: &str) -> (Texts, String) {
    let input =
        Input { path: "notes/some-agent.md".into(), inside: None, text: text.to_owned(), given: None };
    let mut sources = Sources::default();
    let file = sources.add("notes/some-agent.md".into(), text.replace("\r\n", "\n"));
    let imported = import(&input, "some-agent", &Setting::new(None), file).expect("it can be imported");
    (imported.files.into_iter().collect(), imported.profile)
}

/// Returns the target and text of a persona.
pub(super) fn shown(texts: &Texts, profile: &str) -> (&'static str, String) {
    let (library, _) = load_texts(texts);
    let index = library.profiles.id_of(profile).expect("the profile is there");
    let composition = Composer::new(&library).compose(index).expect("it composes");
    let settings = &composition.persona.targets[0];
    (settings.target.name, render(&composition, settings).into_text())
}

/// Whether the persona of a profile has content: a document of headings alone has none, and is not built.
fn has_content(texts: &Texts, profile: &str) -> bool {
    let (library, _) = load_texts(texts);
    let index = library.profiles.id_of(profile).expect("the profile is there");
    let checked = Checker::new(&library, &[]).check(index, Depth::Sound).expect("it composes");
    !checked.composition.findings.iter().any(|finding| finding.code.name == "empty-persona")
}

fn absorbed(texts: &Texts, profile: &str, found: &str) -> Absorption {
    let (target, _) = shown(texts, profile);
    let edited =
        Edited { path: "personas/some-agent.md".into(), target, base: None, found: found.to_owned() };
    let trial = Trial::new(texts);
    absorb(&trial.personas().fleet(), profile, &[edited], &mut |_| Answer::Leave)
        .expect("the persona can be built")
}

/// Returns the ranges of the words that occur once in a body.
fn words(text: &str) -> Vec<std::ops::Range<usize>> {
    let body =
        ["\n---\n", "\r\n---\r\n"].iter().filter_map(|fence| Some(text.find(fence)? + fence.len())).max();
    let known = ["keep", "guess", "cite", "says", "another", "task", "paragraph", "words", "run", "quoted"];
    let found = known.iter().flat_map(|word| text.match_indices(word)).map(|(at, word)| at..at + word.len());
    found.filter(|range| range.start >= body.unwrap_or(0)).collect()
}

proptest! {
    #![proptest_config(cases(100))]

    /// Without an edit nothing changes, and an edited word goes to the string that holds it.
    #[test]
    fn law_an_edited_word_of_an_imported_persona_goes_to_its_source(text in document(), pick in any::<prop::sample::Index>()) {
        let (texts, profile) = imported(&text);
        prop_assert_eq!(&shown(&texts, &profile).1, &text);
        if !has_content(&texts, &profile) {
            return Ok(());
        }
        let same = absorbed(&texts, &profile, &text);
        prop_assert!(same.files.is_empty() && same.outputs[0].changes.is_empty(), "{:#?}", same);
        let words = words(&text);
        if words.is_empty() {
            return Ok(());
        }
        let mut found = text.clone();
        found.replace_range(pick.get(&words).clone(), "swiftly");
        let absorption = absorbed(&texts, &profile, &found);
        prop_assert!(absorption.outputs[0].is_whole(), "{:#?}\n{}\n{:#?}", absorption.outputs[0].changes, found, texts);
        let after = after(&texts, &absorption);
        prop_assert_eq!(&shown(&after, &profile).1, &found);
        prop_assert_eq!(absorption.files.len(), 1, "{:#?}", absorption.files);
        prop_assert!(absorbed(&after, &profile, &found).files.is_empty());
    }

    /// Whatever the edit: absorbed edits are built, rejected ones are not, no line is duplicated or lost, and
    /// absorbing again changes nothing.
    #[test]
    fn law_edits_of_an_imported_persona_are_absorbed_or_left(
        text in document(), edits in vec(any::<[u8; 3]>(), 1..4), is_block in any::<bool>()
    ) {
        let (texts, profile) = imported(&text);
        if !has_content(&texts, &profile) {
            return Ok(());
        }
        let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        edits.iter().for_each(|bytes| if is_block { edit_block(&mut lines, *bytes) } else { edit(&mut lines, *bytes) });
        let found = lines.join(ending) + if text.ends_with('\n') { ending } else { "" };
        let absorption = absorbed(&texts, &profile, &found);
        let output = &absorption.outputs[0];
        let after = after(&texts, &absorption);
        let now = shown(&after, &profile).1;
        prop_assert_eq!(&now, &output.text);
        prop_assert_eq!(output.is_whole(), now == found, "{:#?}\n{}\n{}", output.changes, now, found);
        if output.changes.iter().all(|change| change.outcome.is_err()) {
            prop_assert_eq!(&now, &text);
            prop_assert!(absorption.files.is_empty());
        }
        let plain = |text: &str| text.trim_start_matches('\u{feff}').replace('\r', "");
        let all = [plain(&text), plain(&found), plain(&now)];
        let [old, new, is] = all.each_ref().map(|text| counts(text));
        for line in old.keys().chain(new.keys()).chain(is.keys()) {
            let count = |counts: &BTreeMap<&str, usize>| counts.get(line).copied().unwrap_or(0);
            let (least, most) = (count(&old).min(count(&new)), count(&old).max(count(&new)));
            let is_right = (least..=most).contains(&count(&is)) || !is_block;
            prop_assert!(is_right, "{:?}\n{}\n{}\n{:#?}", line, now, found, output.changes);
        }
        if output.is_whole() {
            let again = absorbed(&after, &profile, &found);
            prop_assert!(again.files.is_empty() && again.gone.is_empty(), "{:#?}", again);
        }
    }
}
