//! Proposals for edited values: fields, headings and front matter.

use std::ops::Range;

use super::change::Change;
use super::filled::{FieldEdit, change, field_edit, inner, template};
use super::proposal::{Edit, Proposal};
use super::sections::listed;
use crate::compose::{Decision, Origin};
use crate::model::grammar::{Profile, Tools};
use crate::model::{Address, Choice, Claim, Content, Datum, Span, address};
use crate::render::{Attribution, Piece};
use crate::source::edit::{self, SourceEdit, list_literal, literal, literal_like};
use crate::trial::BuiltPersona;

/// Proposes new values: at their sources first, then in the profile.
pub(super) fn edited(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let all: Vec<Change> = edit.pending().map(|index| edit.change(index)).collect();
    let mut proposals = Vec::new();
    let mut own = Vec::new();
    let mut seen = Vec::new();
    for change in &all {
        let touches = |piece: &&Piece<'_>| piece.range.start <= change.start && change.end <= piece.range.end;
        for piece in persona.document.pieces().iter().filter(touches) {
            if seen.contains(&piece.range) {
                continue;
            }
            seen.push(piece.range.clone());
            let Some(new) = applied(persona, piece, &all) else { continue };
            let old = &persona.document.text()[piece.range.clone()];
            match piece.attribution {
                Attribution::From(address, origin) if piece.written.is_none() => {
                    proposals.extend(changed_values(persona, address, origin, old, &new));
                    own.extend(profile_values(persona, address, old, &new));
                }
                Attribution::Layout => own.extend(defaults(persona, old, &new)),
                Attribution::From(..) | Attribution::Open(_) => {}
            }
        }
    }
    proposals.extend(own);
    proposals
}

/// Applies the changes that lie within a piece to its text.
fn applied(persona: &BuiltPersona<'_>, piece: &Piece<'_>, changes: &[Change]) -> Option<String> {
    let mut text = persona.document.text()[piece.range.clone()].to_owned();
    let within = |change: &&Change| piece.range.start <= change.start && change.end <= piece.range.end;
    for change in changes.iter().filter(within).rev() {
        let start = change.start - piece.range.start;
        text.replace_range(start..change.end - piece.range.start, &change.new);
    }
    Some(text)
}

/// Returns the value of a field or setting. `None` for other claims.
fn datum(claim: &Claim) -> Option<&Datum> {
    match &claim.content {
        Content::Field(datum) | Content::Setting(datum) => Some(datum),
        _ => None,
    }
}

/// Proposes a new value in all sources that claim the current one.
fn changed_values(
    persona: &BuiltPersona<'_>,
    address: &str,
    origin: Origin<'_>,
    old: &str,
    new: &str,
) -> Vec<Proposal> {
    let what = format!("`{address}`");
    let sources = &persona.library.sources;
    match origin {
        Origin::Resolution(_, resolution) => {
            let Choice::Set(set) = &resolution.choice else { return Vec::new() };
            let splice = |value: String| persona.spliced(vec![(set.span, value)]);
            let values = values(&set.value, old, new, sources.text(set.span));
            values.into_iter().map(|value| Proposal::new(splice(value), what.clone())).collect()
        }
        Origin::Claim(first) => {
            let claims: Vec<&Claim> = persona
                .composition
                .decisions
                .get(address)
                .into_iter()
                .flat_map(Decision::effective)
                .collect();
            if let (Content::Allow(_) | Content::Deny(_), [only]) = (&first.content, claims.as_slice()) {
                let list = list_literal(tools(new).iter().map(String::as_str));
                return vec![Proposal::new(persona.spliced(vec![(only.span, list)]), what)];
            }
            if let Some(Datum::List(entries)) = datum(first) {
                return lines(persona, first, entries, old, new, &what);
            }
            let Some(value) = datum(first) else { return Vec::new() };
            let raw = inner(persona, first).1;
            let filling = field_edit(persona, first, old, new);
            let forms = match template(persona, first) {
                Some(_) if filling.as_ref().is_some_and(|edit| edit.is_certain) => Vec::new(),
                Some(template) => retemplated(template, old, new)
                    .map(|text| literal_like(&text, &raw))
                    .into_iter()
                    .collect(),
                None => values(value, old, new, &raw),
            };
            let filling = filling.map(|FieldEdit { address, splices, .. }| {
                Proposal::new(persona.spliced(splices), format!("`{address}`"))
            });
            forms
                .into_iter()
                .filter_map(|form| {
                    let splices: Vec<(Span, String)> =
                        claims.iter().map(|claim| (inner(persona, claim).0, form.clone())).collect();
                    (!splices.is_empty()).then(|| Proposal::new(persona.spliced(splices), what.clone()))
                })
                .chain(filling)
                .collect()
        }
    }
}

/// Returns the TOML forms of a new value, of the same type as the old one. `old` and `new` are the texts that
/// the persona shows.
fn values(datum: &Datum, old: &str, new: &str, raw: &str) -> Vec<String> {
    let mut shown: Vec<String> = Vec::new();
    // Values have no carriage returns, whatever line ending the persona has.
    if datum.to_string() == old.replace("\r\n", "\n") {
        shown.push(new.replace("\r\n", "\n"));
    } else {
        let line = new.trim_end_matches(['\n', '\r']);
        shown.extend(line.split_once(':').map(|(_, value)| unquoted(value.trim())).into_iter().flatten());
    }
    shown.into_iter().filter_map(|text| form(datum, &text, raw)).collect()
}

/// The template of a text, so changed that it fills in to another one: what the edit changes must be in its words, outside
/// of braces.
pub(super) fn retemplated(template: &str, filled: &str, new: &str) -> Option<String> {
    if ["{{", "{%", "{#"].iter().any(|open| new.contains(open)) {
        return None;
    }
    let Range { start, end: old_end } = change(filled, new);
    let new_end = new.len() - (filled.len() - old_end);
    let is_word = |at: usize| {
        let before = &template[..at];
        let opened = ["{{", "{%", "{#"].iter().filter_map(|open| before.rfind(open)).max();
        opened.is_none_or(|open| ["}}", "%}", "#}"].iter().any(|close| before[open..].contains(close)))
    };
    // As few words around the change as tell where it belongs.
    let widths = || [0, 1, 2, 4, 8, 16, 32, 64, usize::MAX];
    let floor = |at: usize| (0..=at).rev().find(|at| filled.is_char_boundary(*at)).unwrap_or(0);
    let ceiling =
        |at: usize| (at..filled.len()).find(|at| filled.is_char_boundary(*at)).unwrap_or(filled.len());
    let contexts = widths().into_iter().flat_map(|before| widths().map(|after| (before, after)));
    contexts.into_iter().find_map(|(before, after)| {
        let from = floor(start.saturating_sub(before));
        let to = ceiling(old_end.saturating_add(after));
        let old = &filled[from..to];
        let at = template.find(old).filter(|at| !old.is_empty() && is_word(*at))?;
        let is_only = template.matches(old).count() == 1 && is_word(at + old.len());
        let changed = format!("{}{}{}", &filled[from..start], &new[start..new_end], &filled[old_end..to]);
        is_only.then(|| template.replacen(old, &changed, 1))
    })
}

fn form(datum: &Datum, text: &str, raw: &str) -> Option<String> {
    match datum {
        Datum::String(_) => Some(literal_like(text, raw)),
        Datum::Integer(_) => Some(text.parse::<i64>().ok()?.to_string()),
        Datum::Float(_) => text.parse::<f64>().ok().map(|number| format!("{number:?}")),
        Datum::Boolean(_) => Some(text.parse::<bool>().ok()?.to_string()),
        Datum::List(_) | Datum::Map(_) => None,
    }
}

/// Returns the strings that a YAML scalar may stand for.
pub(super) fn unquoted(value: &str) -> Vec<String> {
    let mut all = Vec::new();
    if let Some(inner) = value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        all.push(inner.replace("''", "'"));
    }
    if value.starts_with('"')
        && let Ok(text) = serde_json::from_str::<String>(value)
    {
        all.push(text);
    }
    all.push(value.to_owned());
    all
}

/// Parses the tools of a front matter line.
fn tools(line: &str) -> Vec<String> {
    let value = line.split_once(':').map_or(line, |(_, value)| value).trim();
    let value = unquoted(value).remove(0);
    let separator = if value.contains(',') { ',' } else { ' ' };
    value.split(separator).map(str::trim).filter(|tool| !tool.is_empty()).map(str::to_owned).collect()
}

/// Proposes a new text for a line in the profile's `front-matter` list.
fn lines(
    persona: &BuiltPersona<'_>,
    claim: &Claim,
    entries: &[Datum],
    old: &str,
    new: &str,
    what: &str,
) -> Vec<Proposal> {
    let (old, new) = (old.trim_end_matches('\n'), new.trim_end_matches('\n'));
    let Some(at) = entries.iter().position(|entry| entry.as_str() == Some(old)) else { return Vec::new() };
    let raw = persona.library.sources.text(claim.span);
    let Some(range) = edit::item_range(raw, at) else { return Vec::new() };
    let start = claim.span.start as usize;
    let span = Span::new(claim.span.file, start + range.start..start + range.end);
    let text = literal_like(new, persona.library.sources.text(span));
    vec![Proposal::new(persona.spliced(vec![(span, text)]), what)]
}

/// Proposes to set the value in the profile. Empty if the profile sets it already.
fn profile_values(persona: &BuiltPersona<'_>, address: &str, old: &str, new: &str) -> Vec<Proposal> {
    let decision = persona.composition.decisions.get(address);
    let current = decision.and_then(|decision| decision.effective().next());
    let is_own = current.is_some_and(|claim| claim.source == persona.profile());
    if is_own {
        return Vec::new();
    }
    let what = format!("`{address}`, overridden in the profile");
    let (tables, key): (&[&str], &str) = match Address::parse(address) {
        Address::NAME => (&[], Profile::Name.name()),
        Address::DESCRIPTION => (&[], Profile::Description.name()),
        Address::Field(name) => (&[Profile::Fields.name()], name),
        Address::Title => (&[], Profile::Title.name()),
        Address::SectionKey { kind, key: address::HEADING } => (&[Profile::Sections.name()], kind),
        Address::TargetKey { target, key } => (&[Profile::Target.name(), target], key),
        Address::Allow => (&[Profile::Tools.name()], Tools::Allow.name()),
        Address::Deny => (&[Profile::Tools.name()], Tools::Deny.name()),
        _ => return Vec::new(),
    };
    let forms = match current.and_then(datum) {
        _ if Address::parse(address).is_tools() => vec![list_literal(tools(new).iter().map(String::as_str))],
        Some(value) => values(value, old, new, "\"\""),
        None => Vec::new(),
    };
    let propose = |form| Proposal::own(persona.profile_edits([SourceEdit::set(tables, key, form)]), &what);
    forms.into_iter().map(propose).collect()
}

/// Proposes headings and names that no source sets.
fn defaults(persona: &BuiltPersona<'_>, old: &str, new: &str) -> Vec<Proposal> {
    let sections = &persona.composition.persona.sections;
    let mut proposals = Vec::new();
    for (at, section) in sections.iter().enumerate() {
        if section.heading.origin.is_some() || section.heading.text != old || new.contains('\n') {
            continue;
        }
        let what = format!("the heading of `{}`", section.kind);
        proposals.push(Proposal::new(persona.profile_edits([listed(section.kind, new)]), &what));
        // Listed sections precede unlisted ones, so the sections above are listed too.
        let above = sections[..at].iter().filter(|section| section.heading.origin.is_none());
        let above = above.map(|section| listed(section.kind, &section.heading.text));
        let all = persona.profile_edits(above.chain([listed(section.kind, new)]));
        proposals.push(Proposal::new(all, what));
    }
    let key = Profile::Name.name();
    let name = persona.composition.persona.field(key);
    if name.is_some_and(|name| name.origin.is_none() && name.value.as_str() == Some(old)) {
        let insertion = SourceEdit::insert(&[] as &[&str], edit::Place::Last, key, literal(new));
        proposals.push(Proposal::new(persona.profile_edits([insertion]), format!("`{}`", Address::NAME)));
    }
    proposals
}
