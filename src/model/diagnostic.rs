//! Findings about the workspace, as data. `view` draws them.

use std::collections::BTreeSet;

use super::code::Code;
use super::source::{FileId, Span};

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; never changes an exit code.
    Note,
    /// Probably wrong; an error under `--strict`.
    Warning,
    /// Stops what it is about from being built.
    Error,
}

impl Severity {
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
pub struct Label {
    /// The place.
    pub span: Span,
    /// What to say under the caret; may be empty.
    pub text: String,
    /// Whether this place is what the finding is about; the others are context.
    pub primary: bool,
}

/// A finding: what is wrong, where, why, and what mends it.
#[derive(Debug, Clone)]
pub struct Diagnostic {
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
    /// The personas that it concerns; empty for a finding about a file as such.
    pub personas: BTreeSet<String>,
    /// The address that it concerns.
    pub address: Option<String>,
    /// The file that it is about, where it has no place in it: one that could not be read.
    pub file: Option<FileId>,
}

impl Diagnostic {
    /// A finding without a place.
    pub fn new(code: &'static Code, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            severity: code.severity,
            message: message.into(),
            labels: Vec::new(),
            notes: Vec::new(),
            helps: Vec::new(),
            personas: BTreeSet::new(),
            address: None,
            file: None,
        }
    }

    /// Adds a place that the finding is about.
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), primary: true });
        self
    }

    /// Adds a place that explains the finding.
    pub fn context(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), primary: false });
        self
    }

    /// Adds a reason.
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds what mends it.
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.helps.push(text.into());
        self
    }

    /// Adds what mends it, if there is something to say.
    pub fn help_if(mut self, text: Option<String>) -> Self {
        self.helps.extend(text);
        self
    }

    /// Says which persona it concerns.
    pub fn in_persona(mut self, persona: &str) -> Self {
        self.personas.insert(persona.to_owned());
        self
    }

    /// Says which address it concerns.
    pub fn about(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// Whether this is an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Whether it is an error that keeps the file it is about from being used at all.
    pub fn breaks_file(&self) -> bool {
        self.is_error() && !self.code.is_about_text()
    }
}

/// Merges findings that say the same thing of several personas into one, and sorts them by place,
/// so that a report does not depend on the order in which personas were composed.
pub fn settle(findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut settled: indexmap::IndexMap<_, Diagnostic> = indexmap::IndexMap::new();
    for finding in findings {
        let key = (finding.code.name, finding.message.clone(), finding.labels.clone(), finding.helps.clone());
        settled
            .entry(key)
            .and_modify(|known| known.personas.extend(finding.personas.iter().cloned()))
            .or_insert(finding);
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

/// The `help` line for a word that is not known: the nearest known one, else a short list of all.
pub fn did_you_mean<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<String> {
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
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
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
    fn the_nearest_word_is_offered_and_a_strange_one_gets_the_list() {
        let known = ["never", "avoid", "may"];
        assert_eq!(did_you_mean("nevr", known).as_deref(), Some("did you mean `never`?"));
        assert_eq!(did_you_mean("zzz", known).as_deref(), Some("known here: never, avoid, may"));
        assert_eq!(nearest("sql-safety", ["voice/terse", "rules/sql-safety"]), Some("rules/sql-safety"));
    }
}
