//! Personas that are longer than their targets advise.

use super::Lints;
use crate::compose::Composition;
use crate::model::{Diagnostic, Span, codes};
use crate::render::render;
use crate::text::tokens;

impl Lints<'_> {
    /// A finding for each target whose advice the persona's document exceeds.
    pub(super) fn length(&self, composition: &Composition<'_>) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        for settings in &composition.persona.targets {
            let Some(advice) = settings.target.advice else { continue };
            let document = render(composition, settings);
            let (lines, count) = (document.text().lines().count(), tokens::estimate(document.text()));
            let mut over = Vec::new();
            if lines > advice.lines {
                over.push(format!("{lines} lines, and at most {} are advised", advice.lines));
            }
            if count > advice.tokens {
                over.push(format!("about {count} tokens, and at most {} are advised", advice.tokens));
            }
            if over.is_empty() {
                continue;
            }
            let id = &composition.profile.id;
            let message = format!("`{id}` is long for {}: {}", settings.target.summary, over.join("; "));
            let start = Span::new(composition.profile.file, 0..0);
            let finding = Diagnostic::new(codes::TOO_LONG, message).at(start, "");
            findings.push(finding.note(tokens::METHOD).help(format!(
                "leave fragments out (`cento diff {id}` shows what each contributes), or move what is rarely needed to \
                 files that the text names"
            )));
        }
        findings
    }
}
