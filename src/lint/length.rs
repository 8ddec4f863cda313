//! Personas that are longer than their targets advise.

use super::Lints;
use crate::compose::Composition;
use crate::model::{Diagnostic, Span, codes};
use crate::render::render;

impl Lints<'_> {
    /// A finding for each target whose advice the persona's document exceeds.
    pub(super) fn length(&self, composition: &Composition<'_>) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        for settings in &composition.persona.targets {
            let Some(advice) = settings.target.advice else { continue };
            let document = render(composition, settings);
            let (lines, tokens) = (document.text().lines().count(), tokens(document.text()));
            let mut over = Vec::new();
            if lines > advice.lines {
                over.push(format!("{lines} lines, and at most {} are advised", advice.lines));
            }
            if tokens > advice.tokens {
                over.push(format!("about {tokens} tokens, and at most {} are advised", advice.tokens));
            }
            if over.is_empty() {
                continue;
            }
            let id = &composition.profile.id;
            let message = format!("`{id}` is long for {}: {}", settings.target.summary, over.join("; "));
            let start = Span::new(composition.profile.file, 0..0);
            let finding = Diagnostic::new(codes::TOO_LONG, message).at(start, "");
            findings.push(finding.note("tokens are estimated: a quarter of the ASCII characters, and one for each other").help(
                format!(
                    "leave fragments out (`cento diff {id}` shows what each contributes), or move what is rarely \
                     needed to files that the text names"
                ),
            ));
        }
        findings
    }
}

/// About how many tokens a text has. English comes to about four characters a token, other scripts to
/// one or two.
fn tokens(text: &str) -> usize {
    let ascii = text.bytes().filter(u8::is_ascii).count();
    let other = text.chars().filter(|character| !character.is_ascii()).count();
    ascii / 4 + other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_estimated_by_script() {
        assert_eq!(tokens(&"word ".repeat(400)), 500);
        assert_eq!(tokens("日本語"), 3);
    }
}
