//! Findings about a workspace, as data; `view` renders them.

use std::collections::BTreeSet;

use super::code::Code;
use super::source::{FileId, Span, Text};
use super::wording;

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Informative; never changes an exit code.
    Note,
    /// Probably wrong; an error under `--strict`.
    Warning,
    /// Prevents a build of the personas it concerns.
    Error,
}

impl Severity {
    /// The words that `[severity]` accepts. `off` has no severity.
    pub(crate) const WORDS: [(&str, Option<Severity>); 4] = [
        ("error", Some(Severity::Error)),
        ("warning", Some(Severity::Warning)),
        ("note", Some(Severity::Note)),
        ("off", None),
    ];

    /// The word that starts a message.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A place in a file that a finding refers to, with an explanation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Label {
    pub span: Span,
    /// The text under the caret; may be empty.
    pub text: String,
    /// Whether the finding is about this place; other places are context.
    pub primary: bool,
}

/// The excess of one persona over a limit. Findings about the same limit are merged into one, with all sizes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Extent {
    /// The size, in the unit of the limit.
    pub size: usize,
    /// The persona and its size, as text.
    pub size_text: String,
    /// The message for several personas, with `{}` for their number.
    pub together: String,
    /// The help for several personas.
    pub help: String,
}

/// A replacement of text in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edit {
    /// The replaced text.
    pub span: Span,
    /// The new text.
    pub text: String,
}

/// A help that names one file per persona. Its text is also in [`Diagnostic::helps`]. Findings that differ only in this
/// file are merged, and the help names all files.
#[derive(Debug, Clone)]
pub(crate) struct FileHelp {
    /// Its index in the helps.
    at: usize,
    /// The text before the files.
    before: String,
    files: BTreeSet<String>,
    /// The text after the files.
    after: String,
}

/// How many files a help names before it counts the rest.
const MAX_FILES: usize = 3;

impl FileHelp {
    fn text(&self) -> String {
        format!("{}{}{}", self.before, wording::series(&self.files, MAX_FILES), self.after)
    }
}

/// A finding: what is wrong, where, why, and how to fix it.
#[derive(Debug, Clone)]
pub(crate) struct Diagnostic {
    pub code: &'static Code,
    /// The severity of the code, or that of `[severity]` or `--strict`.
    pub severity: Severity,
    /// One line, without a final period.
    pub message: String,
    /// The places; the first is the one to go to.
    pub labels: Vec<Label>,
    /// Reasons and context, each of one or more lines.
    pub notes: Vec<String>,
    /// How to fix it: text and commands, each of one or more lines.
    pub helps: Vec<String>,
    /// The help that names a file of each persona, if there is one.
    pub file_help: Option<Box<FileHelp>>,
    /// The personas that are affected. Empty for a finding about a file alone.
    pub personas: BTreeSet<String>,
    pub address: Option<String>,
    /// The file, if the finding has no place in it, such as for an unreadable file.
    pub file: Option<FileId>,
    /// Edits that fix the finding, if the fix is certain. All of them are needed.
    pub edits: Vec<Edit>,
    /// The excess over a limit, if the finding is about one.
    pub extent: Option<Box<Extent>>,
}

impl Diagnostic {
    /// A finding without a place.
    pub(crate) fn new(code: &'static Code, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            severity: code.severity,
            message: message.into(),
            labels: Vec::new(),
            notes: Vec::new(),
            helps: Vec::new(),
            file_help: None,
            personas: BTreeSet::new(),
            address: None,
            file: None,
            edits: Vec::new(),
            extent: None,
        }
    }

    /// Adds a place that the finding is about.
    pub(crate) fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), primary: true });
        self
    }

    /// Adds a place that the finding is about, if there is one.
    pub(crate) fn at_if(self, span: Option<Span>, text: &str) -> Self {
        match span {
            Some(span) => self.at(span, text),
            None => self,
        }
    }

    /// Adds a place that explains the finding, if there is one.
    pub(crate) fn context_if(self, span: Option<Span>, text: &str) -> Self {
        match span {
            Some(span) => self.context(span, text),
            None => self,
        }
    }

    /// Adds a place that explains the finding.
    pub(crate) fn context(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), primary: false });
        self
    }

    pub(crate) fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds a note, if there is one.
    pub(crate) fn note_if(mut self, text: Option<String>) -> Self {
        self.notes.extend(text);
        self
    }

    /// Adds the reason given for a decision, if there is one.
    pub(crate) fn reason(mut self, reason: Option<&Text>) -> Self {
        self.notes.extend(reason.map(|reason| format!("reason given: \"{}\"", reason.value)));
        self
    }

    pub(crate) fn help(mut self, text: impl Into<String>) -> Self {
        self.helps.push(text.into());
        self
    }

    /// Adds a help, if there is one.
    pub(crate) fn help_if(mut self, text: Option<String>) -> Self {
        self.helps.extend(text);
        self
    }

    /// Adds a help about a file of the persona. `{}` in the text stands for the file.
    pub(crate) fn help_in(mut self, text: &str, file: &str) -> Self {
        let (before, after) = text.rsplit_once("{}").unwrap_or((text, ""));
        let help = FileHelp {
            at: self.helps.len(),
            before: before.to_owned(),
            files: BTreeSet::from([file.to_owned()]),
            after: after.to_owned(),
        };
        self.helps.push(help.text());
        self.file_help = Some(Box::new(help));
        self
    }

    /// Adds an affected persona.
    pub(crate) fn in_persona(mut self, persona: &str) -> Self {
        self.personas.insert(persona.to_owned());
        self
    }

    /// Sets the address.
    pub(crate) fn about(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// Merges in an equal finding about other personas. The text of the help is written by
    /// [`Diagnostic::name_files`], once for all of them.
    fn join(&mut self, other: Diagnostic) {
        self.personas.extend(other.personas);
        if let (Some(help), Some(more)) = (&mut self.file_help, other.file_help) {
            help.files.extend(more.files);
        }
    }

    /// Names the files of all merged findings in the help.
    fn name_files(mut self) -> Self {
        if let Some(help) = &self.file_help {
            self.helps[help.at] = help.text();
        }
        self
    }

    /// Returns whether this is an error.
    pub(crate) fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Returns whether this error makes the whole file unusable.
    pub(crate) fn breaks_file(&self) -> bool {
        self.is_error() && !self.code.is_about_text()
    }
}

/// The parts shared by findings that differ only in their personas and in the files of a help.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Alike {
    code: &'static str,
    message: String,
    labels: Vec<Label>,
    notes: Vec<String>,
    helps: Vec<String>,
}

impl Alike {
    fn of(finding: &Diagnostic) -> Self {
        let mut helps = finding.helps.clone();
        if let Some(help) = &finding.file_help {
            helps[help.at] = format!("{}{{}}{}", help.before, help.after);
        }
        Alike {
            code: finding.code.name,
            message: finding.message.clone(),
            labels: finding.labels.clone(),
            notes: finding.notes.clone(),
            helps,
        }
    }
}

/// Findings of many personas. Equal ones are merged when they are added, so memory grows with the distinct findings
/// and not with the personas that have them.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    alike: indexmap::IndexMap<Alike, Diagnostic>,
    /// Findings about limits, which are merged at the end.
    limited: Vec<Diagnostic>,
}

impl Findings {
    /// The findings in the order in which they were added. Those about limits come last, and are not merged yet.
    pub(crate) fn into_vec(self) -> Vec<Diagnostic> {
        self.alike.into_values().map(Diagnostic::name_files).chain(self.limited).collect()
    }

    /// Merges the findings about the same limit.
    fn merge_limits(&mut self) {
        let limited = std::mem::take(&mut self.limited);
        self.extend(merge_by_limit(limited));
    }
}

impl Extend<Diagnostic> for Findings {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, findings: I) {
        for finding in findings {
            if finding.extent.is_some() {
                self.limited.push(finding);
                continue;
            }
            match self.alike.entry(Alike::of(&finding)) {
                indexmap::map::Entry::Occupied(mut known) => known.get_mut().join(finding),
                indexmap::map::Entry::Vacant(place) => {
                    place.insert(finding);
                }
            }
        }
    }
}

/// Merges equal findings about several personas, and sorts all findings by severity and place. So a report does not
/// depend on the order in which personas are composed.
pub(crate) fn settle(findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut merged = Findings::default();
    merged.extend(findings);
    merged.merge_limits();
    let mut merged = merged.into_vec();
    merged.sort_by(|a, b| {
        // Findings without a place come last.
        let place = |finding: &Diagnostic| {
            let span = finding.labels.first().map(|label| label.span);
            (span.is_none(), span)
        };
        (std::cmp::Reverse(a.severity), place(a), a.code.name, &a.message).cmp(&(
            std::cmp::Reverse(b.severity),
            place(b),
            b.code.name,
            &b.message,
        ))
    });
    merged
}

/// How many personas are named with their sizes.
const MAX_SIZES: usize = 6;

/// Merges the findings of several personas about the same limit.
fn merge_by_limit(limited: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut limits: indexmap::IndexMap<_, Vec<(Box<Extent>, Diagnostic)>> = indexmap::IndexMap::new();
    for mut finding in limited {
        let Some(extent) = finding.extent.take() else { continue };
        let key = (finding.code.name, finding.labels.first().cloned(), extent.together.clone());
        let known = limits.entry(key).or_default();
        if known.iter().all(|(other, _)| other.size_text != extent.size_text) {
            known.push((extent, finding));
        }
    }
    limits.into_values().filter_map(together).collect()
}

/// Merges findings about one limit: the one with the greatest excess, with the sizes of all.
fn together(mut exceeding: Vec<(Box<Extent>, Diagnostic)>) -> Option<Diagnostic> {
    exceeding.sort_by(|(one, _), (other, _)| (other.size, &one.size_text).cmp(&(one.size, &other.size_text)));
    let count = exceeding.len();
    let sizes = wording::names(exceeding.iter().map(|(extent, _)| &extent.size_text), MAX_SIZES);
    let mut all = exceeding.into_iter();
    let (extent, mut finding) = all.next()?;
    if count == 1 {
        return Some(finding);
    }
    let first =
        std::mem::replace(&mut finding.message, extent.together.replacen("{}", &count.to_string(), 1));
    finding.notes.insert(0, format!("the largest: {first}"));
    finding.notes.push(format!("all of them: {sizes}"));
    finding.helps = vec![extent.help.clone()];
    finding.personas.extend(all.flat_map(|(_, other)| other.personas));
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_that_differ_only_in_the_file_to_fix_are_merged() {
        let found = |persona: &str| {
            let finding = Diagnostic::new(super::super::codes::REQUIREMENT, "it is missing");
            finding.help_in("add it to {}: there", persona).in_persona(persona)
        };
        let helps = |names: &[&str]| {
            let merged = settle(names.iter().map(|name| found(name)).collect());
            assert_eq!((merged.len(), merged[0].personas.len()), (1, names.len()));
            merged[0].helps.clone()
        };
        assert_eq!(helps(&["a"]), ["add it to a: there"]);
        assert_eq!(helps(&["b", "a"]), ["add it to a and b: there"]);
        assert_eq!(helps(&["a", "b", "c"]), ["add it to a, b and c: there"]);
        assert_eq!(helps(&["a", "b", "c", "d", "e"]), ["add it to a, b and 3 more: there"]);
    }

    #[test]
    fn findings_with_other_notes_stay_apart() {
        let found = |persona: &str, note: &str| {
            let finding = Diagnostic::new(super::super::codes::REQUIREMENT, "it is missing");
            finding.note(note).in_persona(persona)
        };
        let merged = settle(vec![found("a", "one"), found("b", "two"), found("c", "one")]);
        let notes = merged.iter().map(|finding| (finding.notes[0].as_str(), finding.personas.len()));
        assert_eq!(notes.collect::<Vec<_>>(), [("one", 2), ("two", 1)]);
    }
}
