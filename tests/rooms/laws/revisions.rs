//! Laws about two states of a workspace: every change is reported, and every change has a cause.

use std::collections::BTreeMap;

use crate::analyse::diff::{Changes, State, Tag, hunks, revisions};
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

fn compared(before: &(Library, Vec<Diagnostic>), after: &(Library, Vec<Diagnostic>)) -> Changes {
    revisions(
        State { library: &before.0, findings: &before.1 },
        State { library: &after.0, findings: &after.1 },
        &[],
    )
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
                let count = |tag: Tag| hunks(old_text, new_text, 0).iter().flat_map(|hunk| &hunk.lines).filter(|line| line.tag == tag).count();
                let output = (profile.clone(), *target);
                let of_output = || changes.hunks.iter().filter(|shared| shared.outputs.contains(&output));
                for tag in [Tag::Removed, Tag::Added] {
                    // An output may have the same change in several places.
                    let told: usize = of_output().map(|shared| {
                        let times = shared.outputs.iter().filter(|other| **other == output).count();
                        times * shared.hunk.lines.iter().filter(|line| line.tag == tag).count()
                    }).sum();
                    prop_assert_eq!(told, count(tag));
                }
            }
        }
    }
}
