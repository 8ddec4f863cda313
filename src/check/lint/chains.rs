//! Chains of `AGENTS.md`: Codex reads the one of each directory from the root to its working directory, up to a limit
//! for all of them together.

use std::collections::{BTreeMap, BTreeSet};

use crate::compose::{Composition, Origin};
use crate::model::{CHAIN_BYTES, Diagnostic, Severity, Span, codes};
use crate::render::{output_path, render};

/// The file that Codex reads in a directory, the preferred one first. See <https://agents.md>.
const NAMES: [&str; 2] = ["AGENTS.override.md", "AGENTS.md"];

/// The outputs that are in a chain, by directory and by the place of their name in `NAMES`.
#[derive(Debug, Default)]
pub(crate) struct Tally<'a> {
    outputs: BTreeMap<(String, usize), Output<'a>>,
}

#[derive(Debug)]
struct Output<'a> {
    profile: &'a str,
    bytes: usize,
    span: Span,
}

impl<'a> Tally<'a> {
    /// Adds the outputs of a persona.
    pub(crate) fn add(&mut self, composition: &Composition<'a>) {
        if composition.profile.is_abstract {
            return;
        }
        for settings in &composition.persona.targets {
            let path = output_path(composition, settings);
            let (directory, file) = path.rsplit_once('/').unwrap_or(("", &path));
            let Some(place) = NAMES.iter().position(|name| *name == file) else { continue };
            let bytes = render(composition, settings).text().len();
            let set = settings.path.as_ref().and_then(|path| path.origin);
            let span = set.map_or(composition.profile.start(), Origin::span);
            let output = Output { profile: &composition.profile.id, bytes, span };
            self.outputs.insert((directory.to_owned(), place), output);
        }
    }

    /// Adds the outputs of another tally.
    pub(crate) fn extend(&mut self, later: Self) {
        self.outputs.extend(later.outputs);
    }

    /// Reports each chain where it becomes too long. A file that is too long by itself has a finding of its own.
    ///
    /// Files that cento does not write count too: `size` tells the size of the one at a path, which begins with `../`
    /// for each of the `above` directories between the workspace and the root of its work tree.
    pub(crate) fn findings(&self, above: usize, size: &dyn Fn(&str) -> Option<usize>) -> Vec<Diagnostic> {
        let outer = (1..=above).rev().map(|levels| vec![".."; levels].join("/"));
        let outer: Vec<String> = outer.chain([String::new()]).collect();
        let ends: BTreeSet<&str> = self.outputs.keys().map(|(directory, _)| directory.as_str()).collect();
        let way = |end| outer.iter().map(String::as_str).chain(downward(end));
        let directories: BTreeSet<&str> = ends.iter().flat_map(|end| way(end)).collect();
        let files = directories.into_iter().filter_map(|place| Some((place, self.read_in(place, size)?)));
        let files: BTreeMap<&str, File<'_>> = files.collect();
        let mut findings = self.unread(size);
        let mut reported: BTreeSet<&str> = BTreeSet::new();
        for directory in ends {
            let chain: Vec<_> = way(directory).filter_map(|place| files.get(place)).collect();
            let bytes: usize = chain.iter().map(|file| file.bytes).sum();
            let is_reported = chain.iter().any(|file| file.output.is_some() && file.bytes > CHAIN_BYTES);
            let mut parents = [""].into_iter().chain(downward(directory));
            if bytes <= CHAIN_BYTES || is_reported || parents.any(|parent| reported.contains(parent)) {
                continue;
            }
            if let Some(finding) = too_long(&chain, bytes) {
                reported.insert(directory);
                findings.push(finding);
            }
        }
        findings
    }

    /// Reports the outputs that Codex does not read because of another file in their directory.
    fn unread(&self, size: &dyn Fn(&str) -> Option<usize>) -> Vec<Diagnostic> {
        let outputs = self.outputs.iter();
        let report = |((directory, place), output): (&(String, usize), &Output<'_>)| {
            let read = self.read_in(directory, size)?;
            let path = path_of(directory, NAMES[*place]);
            if read.path == path {
                return None;
            }
            let message = format!("Codex does not read {path}: it reads {} instead", read.path);
            let mut finding = Diagnostic::new(codes::CUT_OFF, message).at(output.span, "");
            finding.severity = Severity::Warning;
            let help =
                format!("move what {} says to the persona and delete the file, or change `path`", read.path);
            Some(finding.help(help).in_persona(output.profile))
        };
        outputs.filter_map(report).collect()
    }

    /// The file that Codex reads in a directory.
    fn read_in(&self, directory: &str, size: &dyn Fn(&str) -> Option<usize>) -> Option<File<'_>> {
        NAMES.iter().enumerate().find_map(|(place, name)| {
            let path = path_of(directory, name);
            let output = self.outputs.get(&(directory.to_owned(), place));
            let bytes = output.map_or_else(|| size(&path), |output| Some(output.bytes))?;
            Some(File { path, bytes, output })
        })
    }
}

/// A file of a chain.
struct File<'t> {
    path: String,
    bytes: usize,
    /// `None` if cento does not write it.
    output: Option<&'t Output<'t>>,
}

/// The path of a file in a directory of the workspace, or above it.
fn path_of(directory: &str, name: &str) -> String {
    let slash = if directory.is_empty() { "" } else { "/" };
    format!("{directory}{slash}{name}")
}

/// The directories below the root on the way to one, and this one.
fn downward(end: &str) -> impl Iterator<Item = &str> {
    let slashes = end.match_indices('/').map(|(at, _)| &end[..at]);
    slashes.chain(Some(end).filter(|end| !end.is_empty()))
}

/// The finding about a chain, at the last of its files that cento writes. `None` if it writes none of them.
fn too_long(chain: &[&File<'_>], bytes: usize) -> Option<Diagnostic> {
    let (last, before) = chain.split_last()?;
    let own = chain.iter().rev().find_map(|file| file.output)?;
    let message = format!(
        "by default, Codex reads at most {CHAIN_BYTES} bytes of the AGENTS.md files from the root to a directory; down to {}, they have {bytes}",
        last.path
    );
    let mut finding = Diagnostic::new(codes::CUT_OFF, message).at(own.span, "");
    finding.severity = Severity::Warning;
    for File { path, bytes, output } in before {
        finding = match output {
            Some(output) => finding.context(output.span, format!("{path} has {bytes} bytes")),
            None => finding.note(format!("{path}, which cento does not write, has {bytes} bytes")),
        };
    }
    let left = CHAIN_BYTES.saturating_sub(before.iter().map(|file| file.bytes).sum());
    Some(
        finding
            .note(format!("it reads {left} of the {} bytes of {}", last.bytes, last.path))
            .help("shorten the personas, or raise `project_doc_max_bytes` in the configuration of Codex")
            .in_persona(own.profile),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Sources;

    #[test]
    fn a_chain_is_reported_at_the_file_that_makes_it_too_long() {
        let mut sources = Sources::default();
        let file = sources.add("p.toml".into(), "x".to_owned());
        let found = |outputs: &[(&str, usize, usize)]| -> Vec<String> {
            let outputs = outputs.iter().map(|(directory, place, bytes)| {
                let output = Output { profile: "p", bytes: *bytes, span: Span::new(file, 0..0) };
                (((*directory).to_owned(), *place), output)
            });
            let tally = Tally { outputs: outputs.collect() };
            let findings = tally.findings(0, &|_| None);
            findings.iter().filter_map(|finding| finding.notes.first().cloned()).collect()
        };
        let half = 20_000;
        assert_eq!(found(&[("", 1, half), ("a/b", 1, half), ("a/b/c", 1, half)]).len(), 1);
        assert_eq!(
            found(&[("", 1, half), ("a/b", 1, half)]),
            ["it reads 12768 of the 20000 bytes of a/b/AGENTS.md"]
        );
        // Siblings are in no chain, names that begin alike are no parents, and an override replaces its neighbour.
        assert_eq!(found(&[("a", 1, half), ("b", 1, half), ("ab", 1, half)]), [""; 0]);
        assert_eq!(found(&[("", 1, half), ("", 0, 10), ("a", 1, half)]), [""; 0]);
        // Each branch has its own end, and a file that is too long alone is reported elsewhere.
        assert_eq!(found(&[("", 1, half), ("a", 1, half), ("b", 1, half)]).len(), 2);
        assert_eq!(found(&[("", 1, 40_000), ("a", 1, half)]), [""; 0]);
    }

    #[test]
    fn files_of_others_count() {
        let mut sources = Sources::default();
        let span = Span::new(sources.add("p.toml".into(), "x".to_owned()), 0..0);
        let output = |bytes| Output { profile: "p", bytes, span };
        let tally = Tally {
            outputs: [((String::new(), 1), output(20_000)), (("a".to_owned(), 1), output(10))].into(),
        };
        let notes = |above, others: &[(&str, usize)]| -> Vec<String> {
            let size = |path: &str| others.iter().find(|(other, _)| *other == path).map(|(_, bytes)| *bytes);
            tally.findings(above, &size).into_iter().flat_map(|finding| finding.notes).collect()
        };
        let above = |path: &str| format!("{path}, which cento does not write, has 20000 bytes");
        let last = |left: usize| format!("it reads {left} of the 20000 bytes of AGENTS.md");
        assert_eq!(notes(0, &[("../AGENTS.md", 20_000), ("a/b/AGENTS.md", 20_000)]), [""; 0]);
        assert_eq!(notes(2, &[("../../AGENTS.md", 20_000)]), [above("../../AGENTS.md"), last(12_768)]);
        // An override of a person is read instead of the output beside it, and a file that is too long alone counts.
        let replaced = notes(0, &[("a/AGENTS.override.md", 20_000)]);
        assert_eq!(replaced, ["it reads 12768 of the 20000 bytes of a/AGENTS.override.md"]);
        assert_eq!(notes(1, &[("../AGENTS.md", 40_000)]).last(), Some(&last(0)));
        // Where cento's own file is not read, those below it are still reported.
        assert_eq!(notes(0, &[("AGENTS.override.md", 40_000)]).len(), 2);
        let unread = tally.findings(0, &|path| (path == "a/AGENTS.override.md").then_some(1));
        let expected = "Codex does not read a/AGENTS.md: it reads a/AGENTS.override.md instead";
        assert_eq!(unread.iter().map(|finding| &*finding.message).collect::<Vec<_>>(), [expected]);
    }
}
