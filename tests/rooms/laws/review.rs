//! Laws about two states of a workspace: every change is reported, and every change has a cause.

use std::collections::BTreeMap;

use crate::analyse::diff::{Hunk, Options, Review, State, Tag, hunks, review};
use crate::compose::Composer;
use crate::model::{Diagnostic, Library};
use crate::render::{output_path, render};
use crate::workspace::load_texts;
use camino::Utf8PathBuf;
use proptest::prelude::*;

use super::cases;
use super::generate::workspace;
use super::toml::Layout;
use super::workspace::Workspace;

type Texts = BTreeMap<Utf8PathBuf, String>;

/// The path and text of each target; `None` for a persona that does not compose.
type Outputs = Option<BTreeMap<&'static str, (String, String)>>;

/// Replaces some files with those of another workspace.
fn mixed(one: &Workspace, other: &Workspace, mask: u32) -> (Texts, Texts) {
    let (before, other) = (one.texts(Layout::PLAIN), other.texts(Layout::PLAIN));
    let mut after = before.clone();
    let paths: Vec<Utf8PathBuf> = before.keys().chain(other.keys()).cloned().collect();
    for (index, path) in paths.into_iter().enumerate().filter(|(index, _)| mask >> (index % 32) & 1 == 1) {
        match other.get(&path) {
            Some(text) => drop(after.insert(path, text.clone())),
            // A third of the files that the other workspace lacks are removed.
            None if index % 3 == 0 => drop(after.remove(&path)),
            None => {}
        }
    }
    (before, after)
}

/// Returns a state in which each profile uses its fragments in reverse, or drops its decisions.
fn turned(one: &Workspace, mask: u32) -> (Texts, Texts) {
    let before = one.texts(Layout::PLAIN);
    let mut after = one.clone();
    for (index, profile) in after.profiles.iter_mut().enumerate() {
        if mask >> index & 1 == 0 {
            profile.uses.reverse();
        }
        if mask >> (index + 8) & 1 == 0 {
            profile.resolutions.clear();
        }
        if mask >> (index + 16) & 1 == 0 {
            profile.removals.clear();
        }
    }
    (before, after.texts(Layout::PLAIN))
}

/// Returns the outputs of every profile that is built, by profile and target.
fn outputs(library: &Library) -> BTreeMap<String, Outputs> {
    let composer = Composer::new(library);
    let profiles = library.profiles.enumerate().filter(|(_, profile)| !profile.is_abstract);
    let output = |(index, profile): (crate::model::ProfileId, &crate::model::Profile)| {
        let id = &profile.id;
        let composed = composer.compose(index).ok();
        let texts = composed.map(|composition| {
            let targets = composition.persona.targets.iter();
            let text =
                |settings| (output_path(&composition, settings), render(&composition, settings).into_text());
            targets.map(|settings| (settings.target.name, text(settings))).collect()
        });
        (id.clone(), texts)
    };
    profiles.map(output).collect()
}

fn compared(before: &(Library, Vec<Diagnostic>), after: &(Library, Vec<Diagnostic>)) -> Review {
    review(
        State { library: &before.0, findings: &before.1 },
        State { library: &after.0, findings: &after.1 },
        Options { only: &[], texts: true },
    )
}

/// Applies hunks to a text as `patch` does, by line numbers and with every line of context checked.
fn applied(text: &str, hunks: &[Hunk]) -> Result<String, String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let (mut result, mut at) = (String::new(), 0);
    for hunk in hunks {
        result.extend(lines.get(at..hunk.before - 1).ok_or("hunks overlap")?.iter().copied());
        at = hunk.before - 1;
        let first = result.split_inclusive('\n').count() + 1;
        if hunk.after != first {
            return Err(format!("the hunk is at line {first}, not {}", hunk.after));
        }
        for line in &hunk.lines {
            let end = if line.unended {
                ""
            } else if line.crlf {
                "\r\n"
            } else {
                "\n"
            };
            let text = line.text() + end;
            if line.tag != Tag::Added {
                let found = lines.get(at).copied().unwrap_or_default();
                if text != found {
                    return Err(format!("{text:?} is not {found:?}"));
                }
                at += 1;
            }
            if line.tag != Tag::Removed {
                result.push_str(&text);
            }
        }
    }
    result.extend(lines[at..].iter().copied());
    Ok(result)
}

proptest! {
    #![proptest_config(cases(150))]

    /// A state does not differ from itself.
    #[test]
    fn a_state_equals_itself(workspace in workspace()) {
        let texts = workspace.texts(Layout::PLAIN);
        let changes = compared(&load_texts(&texts), &load_texts(&texts));
        prop_assert!(changes.causes.is_empty() && !changes.has_effect());
    }

    /// Each output that differs is reported with all its changed lines, no other output is, and each changed
    /// persona is named by an edit.
    #[test]
    fn every_change_is_reported_with_a_cause(one in workspace(), other in workspace(), mask in any::<u32>()) {
        let (before, after) = if mask % 3 == 0 { turned(&one, mask) } else { mixed(&one, &other, mask) };
        let (before, after) = (load_texts(&before), load_texts(&after));
        let changes = compared(&before, &after);
        let (old, new) = (outputs(&before.0), outputs(&after.0));
        for profile in old.keys().chain(new.keys()) {
            let effect = changes.effects.iter().find(|effect| effect.profile == *profile);
            if let Some(effect) = effect {
                let is_caused = changes.causes.iter().any(|caused| caused.changes.contains(profile));
                prop_assert!(is_caused, "no cause of {:?}\n{:#?}", effect, changes.causes);
            }
            let (Some(Some(old)), Some(Some(new))) = (old.get(profile), new.get(profile)) else { continue };
            for (target, (old_path, old_text)) in old {
                let Some((new_path, new_text)) = new.get(target) else { continue };
                let told = effect.and_then(|effect| effect.outputs.iter().find(|output| output.target == *target));
                let differs = (old_path, old_text) != (new_path, new_text);
                prop_assert_eq!(differs, told.is_some(), "{} {}\n{}\n{}", profile, target, old_text, new_text);
                let output = |text: &&crate::analyse::diff::OutputText| (&text.profile, text.target) == (profile, *target);
                let hunks = changes.texts.iter().find(output).map_or(&[][..], |text| &text.hunks);
                prop_assert_eq!(applied(old_text, hunks), Ok(new_text.clone()));
            }
        }
    }

    /// Hunks turn the first text into the second, whatever the context, the line breaks and the end of the texts.
    #[test]
    fn hunks_apply(before in text(), after in text(), context in 0..4usize) {
        prop_assert_eq!(applied(&before, &hunks(&before, &after, context)), Ok(after.clone()));
        prop_assert_eq!(applied(&after, &hunks(&after, &before, context)), Ok(before.clone()));
    }
}

/// Texts of few different lines, some of them alike.
fn text() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec![
        "a", "", "  ", "- run the tests first", "- run all tests first ", "é\r", "b\rc",
    ]);
    let end = prop::sample::select(vec!["\n", "\r\n"]);
    let last = prop::sample::select(vec!["", "a", "- run the tests first", "b\r"]);
    let lines = prop::collection::vec((line, end), 0..12);
    (lines, last).prop_map(|(lines, last)| {
        let lines: String = lines.into_iter().map(|(line, end)| format!("{line}{end}")).collect();
        lines + last
    })
}
