//! Edits of what a field filled into a value, such as a description with `{{ role }}`: they go to the field.

use std::ops::Range;

use crate::compose::{Decision, Origin};
use crate::model::grammar::{Field, Section};
use crate::model::{Address, Claim, Content, Datum, Span};
use crate::source::edit::{self, literal_like};
use crate::trial::BuiltPersona;

/// A field in a template, and where it is printed.
struct Filled<'t> {
    field: &'t str,
    value: String,
    range: Range<usize>,
}

/// The new value of a field.
pub(super) struct FieldEdit {
    pub(super) address: String,
    pub(super) splices: Vec<(Span, String)>,
    /// Whether the change is in what the field printed, rather than at its edge, where it may belong to the words beside it.
    pub(super) is_certain: bool,
}

/// The edit of the field that printed what changes, if the whole change is in one field, and if the template with its new
/// value is the new text.
pub(super) fn field_edit(
    persona: &BuiltPersona<'_>,
    claim: &Claim,
    filled: &str,
    new: &str,
) -> Option<FieldEdit> {
    let template = template(persona, claim)?;
    let fields = fields(persona, template, filled)?;
    let change = change(filled, new);
    let Filled { field, value, range } =
        fields.iter().find(|other| other.range.start <= change.start && change.end <= other.range.end)?;
    let is_certain = !change.is_empty() || (range.start < change.start && change.end < range.end);
    let length = (range.len() + new.len()).checked_sub(filled.len())?;
    let edited = new.get(range.start..range.start + length)?;
    let mut printed = filled.to_owned();
    for other in fields.iter().rev().filter(|other| other.field == *field) {
        printed.replace_range(other.range.clone(), edited);
    }
    if printed != new || edited.trim().is_empty() {
        return None;
    }
    let Origin::Claim(_) = persona.composition.persona.field(field)?.origin? else { return None };
    let address = Address::Field(field).to_string();
    let decision = persona.composition.decisions.get(address.as_str())?;
    let splice = |claim: &Claim| {
        let Content::Field(Datum::String(text)) = &claim.content else { return None };
        let (span, raw) = inner(persona, claim);
        (text == value).then(|| (span, literal_like(edited, &raw)))
    };
    let splices: Vec<(Span, String)> = Decision::effective(decision).map(splice).collect::<Option<_>>()?;
    (!splices.is_empty()).then_some(FieldEdit { address, splices, is_certain })
}

/// The claims of the fields that fill in a value.
pub(super) fn sources<'a>(persona: &BuiltPersona<'a>, claim: &Claim) -> Vec<&'a Claim> {
    let parts = template(persona, claim).and_then(parts).unwrap_or_default();
    let origin = |part: Part<'_>| match part {
        Part::Field(name) => persona.composition.persona.field(name)?.origin,
        Part::Text(_) => None,
    };
    parts.into_iter().filter_map(origin).filter_map(Origin::claim).collect()
}

/// The text of a value with placeholders.
pub(super) fn template<'c>(persona: &BuiltPersona<'_>, claim: &'c Claim) -> Option<&'c str> {
    let (Content::Field(datum) | Content::Setting(datum)) = &claim.content else { return None };
    let is_filled = persona.library.is_template(claim.source)
        && Address::parse(claim.address.as_str()).is_filled()
        && datum.as_str().is_some_and(|text| text.contains('{'));
    datum.as_str().filter(|_| is_filled)
}

/// A part of a template.
enum Part<'t> {
    Text(&'t str),
    Field(&'t str),
}

/// The parts of a template that has plain fields only; `None` if it has filters, statements or comments.
fn parts(template: &str) -> Option<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((text, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}")?;
        let name = name.trim();
        let is_name =
            !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
        if !is_name {
            return None;
        }
        parts.extend([Part::Text(text), Part::Field(name)]);
        rest = after;
    }
    parts.push(Part::Text(rest));
    let is_plain = |part: &Part<'_>| match part {
        Part::Text(text) => !["{%", "{#", "}}"].iter().any(|mark| text.contains(mark)),
        Part::Field(_) => true,
    };
    parts.iter().all(is_plain).then_some(parts)
}

/// The fields of a template that was filled in to a text.
fn fields<'t>(persona: &BuiltPersona<'_>, template: &'t str, filled: &str) -> Option<Vec<Filled<'t>>> {
    let (mut fields, mut printed) = (Vec::new(), String::new());
    for part in parts(template)? {
        match part {
            Part::Text(text) => printed.push_str(text),
            Part::Field(field) => {
                let value = persona.composition.persona.field(field)?.value.to_string();
                let start = printed.len();
                printed.push_str(&value);
                fields.push(Filled { field, value, range: start..printed.len() });
            }
        }
    }
    (printed == filled).then_some(fields)
}

/// The range of the old text that differs from the new one.
pub(super) fn change(old: &str, new: &str) -> Range<usize> {
    let same = |pair: &(char, char)| pair.0 == pair.1;
    let length = |pairs: &mut dyn Iterator<Item = (char, char)>| -> usize {
        pairs.take_while(same).map(|(letter, _)| letter.len_utf8()).sum()
    };
    let start = length(&mut old.chars().zip(new.chars()));
    let end = length(&mut old[start..].chars().rev().zip(new[start..].chars().rev()));
    start..old.len() - end
}

/// Returns the span and TOML of a claim's value, inside its table if it has one.
pub(super) fn inner(persona: &BuiltPersona<'_>, claim: &Claim) -> (Span, String) {
    let raw = persona.library.sources.text(claim.span);
    let whole = || (claim.span, raw.to_owned());
    if !raw.starts_with('{') {
        return whole();
    }
    match edit::key_range(raw, &[Field::Value.name(), Section::Heading.name()]) {
        Some(range) => {
            let start = claim.span.start as usize;
            let span = Span::new(claim.span.file, start + range.start..start + range.end);
            (span, persona.library.sources.text(span).to_owned())
        }
        None => whole(),
    }
}
