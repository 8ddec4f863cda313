//! Checks the paths of outputs.

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8Path;

use super::Output;
use crate::model::grammar::target_header;
use crate::model::wording::series;
use crate::model::{self, Diagnostic, NAME, PATH, codes};
use crate::workspace::attributes::ATTRIBUTES;
use crate::workspace::built::KEPT;
use crate::workspace::files::{FileError, Root, fold, is_git, objection};
use crate::workspace::lock::LOCK_PATH;

/// The names of files that cento reads or writes itself, or that change what git does.
const RESERVED: [&str; 4] = ["cento.toml", LOCK_PATH, ATTRIBUTES, ".gitmodules"];

/// The maximum number of outputs in a finding about a name that they share.
const MAX_SHARING: usize = 4;

/// Places where nothing is ever written, whatever the options.
#[derive(Debug, Clone)]
pub(crate) struct Protected {
    /// The root of the outputs, folded.
    root: String,
    /// Sources and configuration of the workspace: folded path and description.
    places: Vec<(String, &'static str)>,
}

impl Protected {
    /// Returns the protected places of `workspace` for outputs below `root`, which may be the workspace or
    /// another directory. `sources` are the directories of fragments and profiles, relative to the workspace.
    ///
    /// # Errors
    /// If the absolute paths cannot be determined.
    pub(crate) fn new<'s>(
        workspace: &Root,
        root: &Root,
        sources: impl IntoIterator<Item = &'s str>,
    ) -> Result<Protected, FileError> {
        Ok(Protected::at(&workspace.absolute()?, &root.absolute()?, sources))
    }

    /// Returns the protected places for outputs in the workspace itself, wherever it is.
    pub(crate) fn inside<'s>(sources: impl IntoIterator<Item = &'s str>) -> Protected {
        Protected::at("/".into(), "/".into(), sources)
    }

    fn at<'s>(home: &Utf8Path, root: &Utf8Path, sources: impl IntoIterator<Item = &'s str>) -> Protected {
        let mut places = vec![
            (fold(home.join("cento.toml").as_str()), "the workspace configuration"),
            (fold(home.join(LOCK_PATH).as_str()), "the lock file"),
            (fold(home.join(KEPT).as_str()), "what cento keeps for itself"),
        ];
        for source in sources {
            let parts = Utf8Path::new(source).components().filter(|part| part.as_str() != ".");
            let directory = parts.fold(home.to_owned(), |directory, part| directory.join(part));
            places.push((fold(directory.as_str()), "a source directory"));
        }
        Protected { root: fold(root.as_str()), places }
    }

    /// Returns why `path`, below the root, cannot be an output, as the end of a sentence about it.
    pub(crate) fn objection(&self, path: &Utf8Path) -> Option<String> {
        if let Some(reason) = objection(path) {
            return Some(reason.to_owned());
        }
        if path.as_str().split('/').any(is_git) {
            return Some("is inside a `.git` directory".to_owned());
        }
        if path.as_str().split('/').any(|part| fold(part) == KEPT) {
            return Some(format!("is inside {KEPT}, which is reserved"));
        }
        // Reserved in any workspace, since one may be inside another.
        if path.file_name().is_some_and(|name| RESERVED.contains(&fold(name).as_str())) {
            return Some("has a reserved name".to_owned());
        }
        let root = self.root.trim_end_matches('/');
        let whole = format!("{root}/{}", fold(path.as_str()));
        let (_, what) = self.places.iter().find(|(place, _)| is_at_or_in(&whole, place))?;
        Some(format!("is {what}, or inside it"))
    }
}

/// Outputs with valid paths, ready for planning.
#[derive(Debug)]
pub(crate) struct CheckedPaths {
    /// The outputs, sorted by path.
    pub outputs: Vec<Output>,
    /// Profiles with outputs that were set aside. Their entries in the lock stay as they are.
    pub(super) refused: BTreeSet<String>,
    pub(super) protected: Protected,
}

impl CheckedPaths {
    /// Removes the outputs of profiles for which `keep` is false.
    pub(crate) fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        self.outputs.retain(|output| keep(&output.profile));
    }
}

/// Sets aside outputs whose path leaves the root or is protected, and those that share a path or declared
/// name with another, with findings.
pub(crate) fn check_paths(outputs: Vec<Output>, protected: &Protected) -> (CheckedPaths, Vec<Diagnostic>) {
    let mut findings = Vec::new();
    let mut refused = BTreeSet::new();
    let mut sound: Vec<(String, Output)> = Vec::new();
    for output in outputs {
        match protected.objection(&output.path) {
            None => sound.push((fold(output.path.as_str()), output)),
            Some(reason) => {
                findings.push(unsafe_path(&output, &reason));
                refused.insert(output.profile);
            }
        }
    }
    // Sorted by component, a directory directly precedes its content.
    sound.sort_by(|(a, x), (b, y)| {
        let order = a.split('/').cmp(b.split('/'));
        order.then_with(|| (&x.path, &x.profile, x.target).cmp(&(&y.path, &y.profile, y.target)))
    });
    let clashes = collisions(&sound);
    let mut clashing = BTreeSet::new();
    for (first, second) in clashes {
        findings.push(collision(&sound[first].1, &sound[second].1));
        clashing.extend([first, second]);
    }
    for sharing in shared_names(&sound) {
        let outputs: Vec<&Output> = sharing.iter().map(|index| &sound[*index].1).collect();
        findings.extend(shared_name(&outputs));
        clashing.extend(sharing);
    }
    let mut kept = Vec::with_capacity(sound.len());
    for (index, (_, output)) in sound.into_iter().enumerate() {
        if clashing.contains(&index) {
            refused.insert(output.profile);
        } else {
            kept.push(output);
        }
    }
    kept.sort_by(|a, b| a.path.cmp(&b.path));
    (CheckedPaths { outputs: kept, refused, protected: protected.clone() }, findings)
}

/// Returns the pairs of outputs with the same path, or of which one is inside the other. `sorted` is sorted
/// by component, so only the nearest enclosing output has to be checked.
fn collisions(sorted: &[(String, Output)]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut above: Vec<usize> = Vec::new();
    for (index, (path, _)) in sorted.iter().enumerate() {
        while above.last().is_some_and(|last| !is_at_or_in(path, &sorted[*last].0)) {
            above.pop();
        }
        // The innermost is enough: it has its own pair with the next.
        pairs.extend(above.last().map(|last| (*last, index)));
        above.push(index);
    }
    pairs
}

/// Returns the outputs of one target that declare the same name in one place, where there are several. Copies elsewhere,
/// such as translations, are files like any other.
fn shared_names(outputs: &[(String, Output)]) -> Vec<Vec<usize>> {
    let mut sharing: BTreeMap<(&str, String, String), Vec<usize>> = BTreeMap::new();
    for (index, (path, output)) in outputs.iter().enumerate() {
        if let Some(name) = &output.name {
            let place = model::target(output.target).map(|target| target.place_of_name(path));
            let place = place.unwrap_or_default();
            sharing.entry((output.target, fold(name), place)).or_default().push(index);
        }
    }
    let mut several: Vec<_> = sharing.into_values().filter(|sharing| sharing.len() > 1).collect();
    several.sort();
    several
}

fn shared_name(outputs: &[&Output]) -> Option<Diagnostic> {
    let last = outputs.last()?;
    let profiles = series(outputs.iter().map(|output| format!("`{}`", output.profile)), MAX_SHARING);
    let (declare, all) = if outputs.len() == 2 { ("both declare", "both") } else { ("declare", "these") };
    let name = last.name.as_deref().unwrap_or_default().escape_debug();
    let message = format!("{profiles} {declare} the name `{name}` for target `{}`", last.target);
    let paths = series(outputs.iter().map(|output| &output.path), MAX_SHARING);
    let finding = Diagnostic::new(codes::NAME_COLLISION, message)
        .note(format!("{paths}: a program that loads {all} files picks one of them"))
        .help(format!("set another `{NAME}` in {} of all profiles but one", target_header(last.target)));
    Some(outputs.iter().fold(finding, |finding, output| finding.in_persona(&output.profile)))
}

/// Returns the help that moves an output.
pub(super) fn another_path(profile: &str, target: &str) -> String {
    format!("set another `{PATH}` in {} of profile `{profile}`", target_header(target))
}

fn unsafe_path(output: &Output, reason: &str) -> Diagnostic {
    let Output { path, profile, target, .. } = output;
    let message =
        format!("`{profile}` cannot be written to `{}`: the path {reason}", path.as_str().escape_debug());
    Diagnostic::new(codes::UNSAFE_PATH, message).help(another_path(profile, target)).in_persona(profile)
}

fn collision(first: &Output, second: &Output) -> Diagnostic {
    let name = |output: &Output| format!("`{}` (target {})", output.profile, output.target);
    let (one, other) = (name(first), name(second));
    let message = if first.path == second.path {
        format!("{one} and {other} would both be written to {}", first.path)
    } else if fold(first.path.as_str()) == fold(second.path.as_str()) {
        format!("{} of {one} and {} of {other} differ only in case", first.path, second.path)
    } else {
        format!("{} of {one} would have to be a directory, for {} of {other}", first.path, second.path)
    };
    let profile = &second.profile;
    Diagnostic::new(codes::PATH_COLLISION, message)
        .help(another_path(profile, second.target))
        .in_persona(&first.profile)
        .in_persona(profile)
}

/// Returns whether `path` is `place` or inside it.
fn is_at_or_in(path: &str, place: &str) -> bool {
    path.strip_prefix(place.trim_end_matches('/'))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
