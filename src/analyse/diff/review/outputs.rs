//! The outputs of a persona in both states of a workspace.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::analyse::diff::lines::{Hunk, changed_lines, hunks};
use crate::compose::Composition;
use crate::render::{output_path, render};

/// The number of unchanged lines around a change, as in `diff -u`.
const CONTEXT: usize = 3;

/// One output of a persona in both states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct OutputChange {
    pub target: &'static str,
    /// Its path in the earlier state; `None` if it had no output.
    pub before: Option<String>,
    /// Its path in the later state.
    pub after: Option<String>,
    /// Its number of lines in the later state.
    #[serde(skip)]
    pub lines: usize,
}

/// The changed lines of one output.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct OutputText {
    pub profile: String,
    pub target: &'static str,
    /// Its paths in both states; `None` if it had no output.
    #[serde(skip)]
    pub paths: [Option<String>; 2],
    pub hunks: Vec<Hunk>,
}

/// The comparison of the outputs of one persona.
#[derive(Default)]
pub(super) struct Compared {
    /// The outputs that differ.
    pub(super) changes: Vec<OutputChange>,
    /// Their changed lines, if they were asked for.
    pub(super) texts: Vec<OutputText>,
    /// The addresses of all changed lines.
    pub(super) lines: BTreeSet<String>,
}

/// An output in one state.
struct Side {
    path: String,
    text: String,
    /// The address of each line.
    addresses: Vec<Option<String>>,
}

/// Compares the outputs of a persona, with their lines if `with_texts`.
pub(super) fn compare_outputs(id: &str, built: [Option<&Composition<'_>>; 2], with_texts: bool) -> Compared {
    let mut compared = Compared::default();
    let names = built.iter().flatten().flat_map(|composition| &composition.persona.targets);
    let names: BTreeSet<&'static str> = names.map(|settings| settings.target.name).collect();
    for target in names {
        let [before, after] = built.map(|composition| side(composition?, target));
        let path = |side: &Option<Side>| side.as_ref().map(|side| side.path.clone());
        let change = OutputChange {
            target,
            before: path(&before),
            after: path(&after),
            lines: after.as_ref().map_or(0, |side| side.addresses.len()),
        };
        let text = |side: &Option<Side>| side.as_ref().map_or("", |side| side.text.as_str()).to_owned();
        if change.before == change.after && text(&before) == text(&after) {
            continue;
        }
        if with_texts {
            let paths = [path(&before), path(&after)];
            let hunks = hunks(&text(&before), &text(&after), CONTEXT);
            compared.texts.push(OutputText { profile: id.to_owned(), target, paths, hunks });
        }
        if let (Some(before), Some(after)) = (&before, &after) {
            compared.lines.extend(changed_addresses(before, after));
        }
        compared.changes.push(change);
    }
    compared
}

fn side(composition: &Composition<'_>, target: &str) -> Option<Side> {
    let settings = composition.persona.targets.iter().find(|settings| settings.target.name == target)?;
    let document = render(composition, settings);
    let addresses = document.line_addresses();
    Some(Side { path: output_path(composition, settings), addresses, text: document.into_text() })
}

/// The addresses of the lines that differ. A changed line of layout belongs to the changed content before it.
fn changed_addresses(before: &Side, after: &Side) -> BTreeSet<String> {
    let mut addresses = BTreeSet::new();
    for [old, new] in changed_lines(&before.text, &after.text) {
        let lines = [(before, old), (after, new)];
        let lines =
            lines.iter().flat_map(|(side, range)| side.addresses.get(range.clone()).unwrap_or_default());
        addresses.extend(lines.flatten().cloned());
    }
    addresses
}
