//! Checks how other programs read an output: where they find front matter, and how much of the file they
//! load.

use std::collections::BTreeMap;

use crate::compose::{Composition, Entry, Origin, TargetSettings};
use crate::model::grammar::{self, Keys as _};
use crate::model::wording::shortened;
use crate::model::{Diagnostic, Form, Reading, Severity, Span, TARGETS, Target, codes};
use crate::render::front_matter::front_matter;
use crate::render::{Attribution, Document, output_path, render};
use crate::text::front_matter::{self as fences, is_fence};

/// Reports accidental and misplaced front matter, and truncation. `body` is the document without front matter; `start` is
/// the span of findings that have no better one.
pub(crate) fn check(
    composition: &Composition<'_>,
    settings: &TargetSettings<'_>,
    body: &Document<'_>,
    start: Span,
) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    if settings.front_matter.is_some() {
        findings.extend(false_fence(composition, settings));
    } else if settings.target.form == Form::Markdown {
        findings.extend(false_front_matter(composition, settings, start));
    }
    if findings.is_empty() {
        findings.extend(misplaced(settings, body, start));
    }
    findings.extend(cut_off(composition, settings, start));
    findings
}

/// Reports keys that look like front matter where programs do not look for it.
fn misplaced(settings: &TargetSettings<'_>, body: &Document<'_>, start: Span) -> Option<Diagnostic> {
    let found = fences::misplaced(body.text())?;
    let has_own = settings.target.has_front_matter() || settings.front_matter.is_some();
    let span = body.pieces().iter().find_map(|piece| match piece.attribution {
        Attribution::From(_, origin) if piece.range.end > found.range.start => Some(origin.span()),
        _ => None,
    });
    let (message, help) = found.objection(has_own);
    Some(Diagnostic::new(codes::FRONT_MATTER, message).at(span.unwrap_or(start), "").help(help))
}

/// Reports a line that closes the front matter too early, so that the keys below it become text.
fn false_fence(composition: &Composition<'_>, settings: &TargetSettings<'_>) -> Option<Diagnostic> {
    let (_, origin) = settings.typed_front_matter()?;
    let mut document = Document::new(false);
    front_matter(&mut document, &composition.profile.id, &composition.persona, settings);
    let text = document.into_text();
    let mut lines = text.lines().skip(1);
    lines.find(|line| is_fence(line))?;
    let left: Vec<&str> = lines.collect();
    let after = left.iter().find(|line| !line.trim().is_empty())?;
    let message = format!("a line of dashes ends the front matter of `{}` too early", composition.profile.id);
    let finding = Diagnostic::new(codes::FRONT_MATTER_FENCE, message).at(origin.span(), "");
    let note = format!("programs read the rest as text: `{}`", shortened(after, 60));
    Some(finding.note(note).help("remove the line from `front-matter`"))
}

/// Reports a document that begins with a line of dashes, which many programs read as front matter.
fn false_front_matter(
    composition: &Composition<'_>,
    settings: &TargetSettings<'_>,
    start: Span,
) -> Option<Diagnostic> {
    let persona = &composition.persona;
    let first = persona.sections.first().filter(|section| section.heading.text.is_empty());
    let block = first.and_then(|section| match section.entries.first()? {
        Entry::Block(block) => Some((block.text.text.as_ref(), Some(block.origin))),
        _ => None,
    });
    let heading =
        persona.sections.first().map(|section| (section.heading.text.as_ref(), section.heading.origin));
    let title = persona.title.as_ref().map(|title| (title.text.as_ref(), title.origin));
    let (_, origin) = [title, heading, block]
        .into_iter()
        .flatten()
        .find(|(text, _)| text.trim_start_matches('\n').starts_with(fences::FENCE))?;
    let text = render(composition, settings).into_text();
    let text = text.trim_start_matches(['\u{feff}', '\n', '\r']);
    let mut lines = text.lines();
    if !lines.next().is_some_and(is_fence) {
        return None;
    }
    let id = &composition.profile.id;
    let message = format!("`{id}` begins with `---`, which programs read as front matter");
    let mut finding = Diagnostic::new(codes::FRONT_MATTER_FENCE, message);
    let inside: Vec<&str> = lines.by_ref().take_while(|line| !is_fence(line)).collect();
    let keys = serde_yaml::from_str::<BTreeMap<String, serde::de::IgnoredAny>>(&inside.join("\n"));
    match keys {
        Ok(keys) if !keys.is_empty() => {
            let names: Vec<String> = keys.keys().map(|key| format!("`{key}`")).collect();
            finding = finding.note(format!("programs find these keys in it: {}", names.join(", ")));
        }
        // Without keys, it is only a thematic break; programs read it differently.
        _ => finding.severity = Severity::Warning,
    }
    let span = origin.map_or(start, Origin::span);
    Some(finding.at(span, "").help(format!(
        "add a heading to the section, or a {} to the profile",
        grammar::Profile::Title.shown()
    )))
}

/// Reports an output that is longer than what its reader loads.
fn cut_off(composition: &Composition<'_>, settings: &TargetSettings<'_>, start: Span) -> Option<Diagnostic> {
    let path = output_path(composition, settings);
    let Reading { who, most, unit, counts_front_matter, facts } = reading(settings.target, &path)?;
    let text = render(composition, settings).into_text();
    let body = if *counts_front_matter { 0 } else { fences::body_start(&text) };
    let end = body + unit.cut(&text[body..], *most)?;
    let length = format!("{} {}", unit.length(&text[body..]), unit.name());
    let line = text[..end].matches('\n').count() + 1;
    let (below, part) =
        if body > 0 { (" below its front matter", "the text of ") } else { Default::default() };
    let id = &composition.profile.id;
    let message = format!("`{id}` has {length}{below}; {who} the first {most} of {part}{path}");
    let heading = text[end..].lines().skip(1).find(|line| line.starts_with('#'));
    let next = heading.map_or(String::new(), |heading| format!(", including `{}`", shortened(heading, 60)));
    let span = settings.path.as_ref().and_then(|path| path.origin).map_or(start, Origin::span);
    let finding = Diagnostic::new(codes::CUT_OFF, message).at(span, "");
    Some(
        finding
            .note(format!("everything from line {line} on is cut off{next}"))
            .note(facts.note())
            .help("shorten the persona, or split it"),
    )
}

/// How much programs read of an output. They know plain Markdown by its path alone, whatever target wrote it.
fn reading(target: &'static Target, path: &str) -> Option<&'static Reading> {
    let by_path =
        || TARGETS.iter().filter(|other| other.is_at(path)).find_map(|other| other.reading.as_ref());
    target.reading.as_ref().filter(|_| target.has_values()).or_else(by_path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_are_recognized_by_the_path() {
        let cases = [
            ("AGENTS.md", true),
            ("sub/AGENTS.md", true),
            ("MYAGENTS.md", false),
            (".windsurf/rules/x.md", true),
            ("a/.windsurf/rules/x.md", true),
            (".github/agents/x.agent.md", true),
            (".github/agents/x.md", false),
            ("personas/x.md", false),
        ];
        for (path, expected) in cases {
            assert_eq!(reading(&TARGETS[0], path).is_some(), expected, "{path}");
        }
    }
}
