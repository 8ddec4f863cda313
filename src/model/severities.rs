//! The severities that a workspace sets for codes.

use std::collections::BTreeMap;

use super::code::Code;
use super::diagnostic::{Diagnostic, Severity};

/// The severities in `[severity]` of cento.toml.
#[derive(Debug, Clone, Default)]
pub(crate) struct Severities(BTreeMap<&'static str, Option<Severity>>);

impl Severities {
    /// Sets the severity of a code. `None` turns the code off.
    pub(crate) fn set(&mut self, code: &'static Code, severity: Option<Severity>) {
        self.0.insert(code.name, severity);
    }

    /// The severity of a code. `None` if it is off.
    pub(crate) fn of(&self, code: &Code) -> Option<Severity> {
        self.0.get(code.name).copied().unwrap_or(Some(code.severity))
    }

    /// Returns whether the workspace sets the severity of a code.
    pub(crate) fn sets(&self, code: &Code) -> bool {
        self.0.contains_key(code.name)
    }

    /// Applies the settings to findings, and leaves out those that are off.
    ///
    /// A finding whose code is not set keeps its own severity, which may differ from that of its code.
    pub(crate) fn applied(&self, mut findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
        if !self.0.is_empty() {
            findings.retain_mut(|finding| match self.0.get(finding.code.name) {
                None => true,
                Some(None) => false,
                Some(Some(severity)) => {
                    finding.severity = *severity;
                    true
                }
            });
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::codes;

    #[test]
    fn set_severities_apply_and_other_findings_keep_theirs() {
        let mut severities = Severities::default();
        severities.set(codes::TENSION, Some(Severity::Error));
        severities.set(codes::LOSS, None);
        let mut idle = Diagnostic::new(codes::REQUIREMENT, "selects nobody");
        idle.severity = Severity::Warning;
        let findings = vec![Diagnostic::new(codes::TENSION, "a"), Diagnostic::new(codes::LOSS, "b"), idle];
        let applied: Vec<_> = severities
            .applied(findings)
            .into_iter()
            .map(|finding| (finding.code.name, finding.severity))
            .collect();
        assert_eq!(applied, [("tension", Severity::Error), ("requirement", Severity::Warning)]);
        assert_eq!(severities.of(codes::LOSS), None);
        assert_eq!(severities.of(codes::CONFLICT), Some(Severity::Error));
    }
}
