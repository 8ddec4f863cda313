//! Chains of `AGENTS.md`: Codex reads the one of each directory from the root to its working directory, up to a limit
//! for all of them together.

use std::collections::BTreeMap;

use crate::compose::{Composition, Origin};
use crate::model::{CHAIN_BYTES, Diagnostic, Span, codes};
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
    pub(crate) fn findings(&self) -> Vec<Diagnostic> {
        let ends = self.outputs.keys().map(|(directory, _)| directory.as_str());
        let mut findings = Vec::new();
        let mut reported: Vec<&str> = Vec::new();
        for directory in ends {
            let is_below = |above: &&str| directory == *above || is_inside(directory, above);
            let chain = self.chain(directory);
            let bytes: usize = chain.iter().map(|(_, output)| output.bytes).sum();
            let is_reported = chain.iter().any(|(_, output)| output.bytes > CHAIN_BYTES);
            if bytes <= CHAIN_BYTES || is_reported || reported.iter().any(is_below) {
                continue;
            }
            reported.push(directory);
            findings.extend(too_long(&chain, bytes));
        }
        findings
    }

    /// The files that Codex reads in a directory, the root first, with their paths.
    fn chain(&self, directory: &str) -> Vec<(String, &Output<'a>)> {
        let slashes = directory.match_indices('/').map(|(at, _)| &directory[..at]);
        let above = [""].into_iter().chain(slashes).chain(Some(directory).filter(|end| !end.is_empty()));
        let file = |directory: &str| {
            (0..NAMES.len()).find_map(|place| {
                let output = self.outputs.get(&(directory.to_owned(), place))?;
                let slash = if directory.is_empty() { "" } else { "/" };
                Some((format!("{directory}{slash}{}", NAMES[place]), output))
            })
        };
        above.filter_map(file).collect()
    }
}

fn is_inside(directory: &str, above: &str) -> bool {
    above.is_empty() || directory.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
}

fn too_long(chain: &[(String, &Output<'_>)], bytes: usize) -> Option<Diagnostic> {
    let ((path, last), above) = chain.split_last()?;
    let message = format!(
        "Codex by default reads {CHAIN_BYTES} bytes of all AGENTS.md from the root to a directory; up to {path} they have {bytes}"
    );
    let before: usize = above.iter().map(|(_, output)| output.bytes).sum();
    let mut finding = Diagnostic::new(codes::CUT_OFF, message).at(last.span, "");
    finding.severity = crate::model::Severity::Warning;
    for (path, output) in above {
        finding = finding.context(output.span, format!("{path} has {} bytes", output.bytes));
    }
    let left = CHAIN_BYTES.saturating_sub(before);
    Some(
        finding
            .note(format!("of the {} bytes of {path}, it reads {left}", last.bytes))
            .help("shorten the personas, or raise `project_doc_max_bytes` in the configuration of Codex")
            .in_persona(last.profile),
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
            tally.findings().iter().map(|finding| finding.notes[0].clone()).collect()
        };
        let half = 20_000;
        assert_eq!(found(&[("", 1, half), ("a/b", 1, half), ("a/b/c", 1, half)]).len(), 1);
        assert_eq!(
            found(&[("", 1, half), ("a/b", 1, half)]),
            ["of the 20000 bytes of a/b/AGENTS.md, it reads 12768"]
        );
        // Siblings are in no chain, names that begin alike are no parents, and an override replaces its neighbour.
        assert_eq!(found(&[("a", 1, half), ("b", 1, half), ("ab", 1, half)]), [""; 0]);
        assert_eq!(found(&[("", 1, half), ("", 0, 10), ("a", 1, half)]), [""; 0]);
        // Each branch has its own end, and a file that is too long alone is told elsewhere.
        assert_eq!(found(&[("", 1, half), ("a", 1, half), ("b", 1, half)]).len(), 2);
        assert_eq!(found(&[("", 1, 40_000), ("a", 1, half)]), [""; 0]);
    }
}
