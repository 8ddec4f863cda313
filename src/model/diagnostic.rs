//! Findings about the workspace, as data. `view` draws them.

use std::collections::BTreeSet;

use super::code::Code;
use super::source::{FileId, Span};
use super::wording;

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Worth knowing; never changes an exit code.
    Note,
    /// Probably wrong; an error under `--strict`.
    Warning,
    /// Stops what it is about from being built.
    Error,
}

impl Severity {
    /// The words of `[severity]`; `off` is none.
    pub(crate) const WORDS: [(&str, Option<Severity>); 4] = [
        ("error", Some(Severity::Error)),
        ("warning", Some(Severity::Warning)),
        ("note", Some(Severity::Note)),
        ("off", None),
    ];

    /// The word that begins a message.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A place that a finding points at, and what is there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Label {
    /// The place.
    pub span: Span,
    /// What to say under the caret; may be empty.
    pub text: String,
    /// Whether this place is what the finding is about; the others are context.
    pub primary: bool,
}

/// How far one persona goes beyond a limit that others may exceed as well, each as far as it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Extent {
    /// How far.
    pub size: usize,
    /// The persona and its size, in a few words.
    pub told: String,
    /// What is said of many, with `{}` in the place of their number.
    pub together: String,
    /// What mends it for many.
    pub help: String,
}

/// A change of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edit {
    /// What goes.
    pub span: Span,
    /// What comes in its place.
    pub text: String,
}

/// A help that is the same for several personas but for the file that it is about. It is among the helps of
/// a finding as well; findings that differ in nothing else are one, and its help names all files.
#[derive(Debug, Clone)]
pub(crate) struct FileHelp {
    /// Where it stands among the helps.
    at: usize,
    /// What stands before the files.
    before: String,
    /// The files.
    files: BTreeSet<String>,
    /// What stands after the files.
    after: String,
}

/// The files that a help names; of more, it counts the rest.
const MOST_FILES: usize = 3;

impl FileHelp {
    fn text(&self) -> String {
        format!("{}{}{}", self.before, wording::series(&self.files, MOST_FILES), self.after)
    }
}

/// A finding: what is wrong, where, why, and what mends it.
#[derive(Debug, Clone)]
pub(crate) struct Diagnostic {
    /// The entry in the table of codes.
    pub code: &'static Code,
    /// The code's severity, until `--strict` raises it.
    pub severity: Severity,
    /// One line, without a final period.
    pub message: String,
    /// The places, the one to go to first at the front.
    pub labels: Vec<Label>,
    /// Reasons and context, each one or more lines.
    pub notes: Vec<String>,
    /// What mends it: text and commands, each one or more lines.
    pub helps: Vec<String>,
    /// The help that is about a file of each persona, if there is one.
    pub file_help: Option<Box<FileHelp>>,
    /// The personas that it concerns; empty for a finding about a file as such.
    pub personas: BTreeSet<String>,
    /// The address that it concerns.
    pub address: Option<String>,
    /// The file that it is about, where it has no place in it: one that could not be read.
    pub file: Option<FileId>,
    /// What to write where, if that is beyond doubt: with all of these the finding is gone.
    pub edits: Vec<Edit>,
    /// How far its persona goes beyond a limit, if it is about one.
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

    /// Adds a place that explains the finding.
    pub(crate) fn context(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), primary: false });
        self
    }

    /// Adds a reason.
    pub(crate) fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds what mends it.
    pub(crate) fn help(mut self, text: impl Into<String>) -> Self {
        self.helps.push(text.into());
        self
    }

    /// Adds what mends it, if there is something to say.
    pub(crate) fn help_if(mut self, text: Option<String>) -> Self {
        self.helps.extend(text);
        self
    }

    /// Adds what mends it in a file of the persona: a text with `{}` in the place of the file.
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

    /// Says which persona it concerns.
    pub(crate) fn in_persona(mut self, persona: &str) -> Self {
        self.personas.insert(persona.to_owned());
        self
    }

    /// Says which address it concerns.
    pub(crate) fn about(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// Takes in another finding that says the same of other personas.
    fn join(&mut self, other: &Diagnostic) {
        self.personas.extend(other.personas.iter().cloned());
        if let (Some(help), Some(more)) = (&mut self.file_help, &other.file_help) {
            help.files.extend(more.files.iter().cloned());
            self.helps[help.at] = help.text();
        }
    }

    /// Whether this is an error.
    pub(crate) fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Whether it is an error that keeps the file it is about from being used at all.
    pub(crate) fn breaks_file(&self) -> bool {
        self.is_error() && !self.code.is_about_text()
    }
}

/// Merges findings that say the same thing of several personas into one, and sorts them by place,
/// so that a report does not depend on the order in which personas were composed.
pub(crate) fn settle(findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let findings = gathered(findings);
    let mut settled: indexmap::IndexMap<_, Diagnostic> = indexmap::IndexMap::new();
    for finding in findings {
        let mut helps = finding.helps.clone();
        if let Some(help) = &finding.file_help {
            helps[help.at] = format!("{}{{}}{}", help.before, help.after);
        }
        let key = (finding.code.name, finding.message.clone(), finding.labels.clone(), helps);
        settled.entry(key).and_modify(|known| known.join(&finding)).or_insert(finding);
    }
    let mut settled: Vec<_> = settled.into_values().collect();
    settled.sort_by(|a, b| {
        // What has no place comes after what has one.
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
    settled
}

/// How many personas are named with their sizes.
const MOST_SIZES: usize = 6;

/// Makes one finding of those that several personas have for one limit.
fn gathered(findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let (limited, mut others): (Vec<_>, Vec<_>) =
        findings.into_iter().partition(|finding| finding.extent.is_some());
    let mut limits: indexmap::IndexMap<_, Vec<(Box<Extent>, Diagnostic)>> = indexmap::IndexMap::new();
    for mut finding in limited {
        let Some(extent) = finding.extent.take() else { continue };
        let key = (finding.code.name, finding.labels.first().cloned(), extent.together.clone());
        let known = limits.entry(key).or_default();
        if known.iter().all(|(other, _)| other.told != extent.told) {
            known.push((extent, finding));
        }
    }
    others.extend(limits.into_values().filter_map(together));
    others
}

/// The finding about all who exceed one limit: that of the one who exceeds it most, with the sizes of others.
fn together(mut exceeding: Vec<(Box<Extent>, Diagnostic)>) -> Option<Diagnostic> {
    exceeding.sort_by(|(one, _), (other, _)| (other.size, &one.told).cmp(&(one.size, &other.told)));
    let count = exceeding.len();
    let sizes = wording::names(exceeding.iter().map(|(extent, _)| &extent.told), MOST_SIZES);
    let mut all = exceeding.into_iter();
    let (extent, mut finding) = all.next()?;
    if count == 1 {
        return Some(finding);
    }
    let first =
        std::mem::replace(&mut finding.message, extent.together.replacen("{}", &count.to_string(), 1));
    finding.notes.insert(0, format!("most of all: {first}"));
    finding.notes.push(format!("all of them: {sizes}"));
    finding.helps = vec![extent.help.clone()];
    finding.personas.extend(all.flat_map(|(_, other)| other.personas));
    Some(finding)
}

/// The `help` line for a word that is not known: the nearest known one, else a short list of all.
pub(crate) fn did_you_mean<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(nearest) = nearest(word, known.iter().copied()) {
        return Some(format!("did you mean `{nearest}`?"));
    }
    match known.len() {
        0 => None,
        1..=16 => Some(format!("known here: {}", known.join(", "))),
        _ => None,
    }
}

/// The known word that is most like `word`, if one is like it at all.
pub(crate) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let tail = |path: &str| path.rsplit(['/', '.']).next().unwrap_or_default().to_owned();
    let score = |candidate: &str| {
        let whole = strsim::jaro_winkler(word, candidate);
        // `sql-safety` is meant where only `rules/sql-safety` exists.
        let same_tail = tail(word) == tail(candidate);
        if same_tail { whole.max(0.95) } else { whole }
    };
    known
        .into_iter()
        .map(|candidate| (score(candidate), candidate))
        .filter(|(score, _)| *score >= 0.82)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_that_differ_in_the_file_to_mend_are_one() {
        let found = |persona: &str| {
            let finding = Diagnostic::new(super::super::codes::REQUIREMENT, "it is missing");
            finding.help_in("add it to {}: there", persona).in_persona(persona)
        };
        let helps = |names: &[&str]| {
            let settled = settle(names.iter().map(|name| found(name)).collect());
            assert_eq!((settled.len(), settled[0].personas.len()), (1, names.len()));
            settled[0].helps.clone()
        };
        assert_eq!(helps(&["a"]), ["add it to a: there"]);
        assert_eq!(helps(&["b", "a"]), ["add it to a and b: there"]);
        assert_eq!(helps(&["a", "b", "c"]), ["add it to a, b and c: there"]);
        assert_eq!(helps(&["a", "b", "c", "d", "e"]), ["add it to a, b and 3 more: there"]);
    }

    #[test]
    fn the_nearest_word_is_offered_and_a_strange_one_gets_the_list() {
        let known = ["never", "avoid", "may"];
        assert_eq!(did_you_mean("nevr", known).as_deref(), Some("did you mean `never`?"));
        assert_eq!(did_you_mean("zzz", known).as_deref(), Some("known here: never, avoid, may"));
        assert_eq!(nearest("sql-safety", ["voice/terse", "rules/sql-safety"]), Some("rules/sql-safety"));
    }
}
