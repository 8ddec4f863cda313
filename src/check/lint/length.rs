//! Personas that are longer than their targets recommend.

use super::Lints;
use crate::compose::Composition;
use crate::model::{Diagnostic, codes};
use crate::render::render;
use crate::text::tokens;

impl Lints<'_> {
    /// Reports each target whose recommended length the output exceeds.
    pub(super) fn length(&self, composition: &Composition<'_>) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        for settings in &composition.persona.targets {
            let Some(advice) = settings.target.advice else { continue };
            let document = render(composition, settings);
            let (lines, count) = (document.text().lines().count(), tokens::estimate(document.text()));
            let mut over = Vec::new();
            if lines > advice.lines {
                over.push(format!("{lines} lines (at most {} recommended)", advice.lines));
            }
            if let Some(most) = advice.tokens.filter(|most| count > *most) {
                over.push(format!("about {count} tokens (at most {most} recommended)"));
            }
            if over.is_empty() {
                continue;
            }
            let id = &composition.profile.id;
            let message = format!("`{id}` is too long for {}: {}", settings.target.summary, over.join("; "));
            let start = composition.profile.start();
            let finding = Diagnostic::new(codes::TOO_LONG, message).at(start, "");
            findings.push(finding.note(tokens::METHOD).help(format!(
                "remove fragments (`cento diff {id}` shows what each contributes), or move details to separate files that \
                 the text refers to"
            )));
        }
        findings
    }
}
