//! Placeholders that nothing fills in: `{{ field }}` in a text that is not a template.

use std::collections::BTreeSet;

use crate::compose::{Composition, FOREIGN, Field, Origin, TargetSettings};
use crate::model::grammar::Profile;
use crate::model::wording::shortened;
use crate::model::{
    Address, Claim, Content, Diagnostic, Library, Macro, Severity, Span, codes, fold, nearest,
};
use crate::render::{Attribution, Document, Piece};

/// The maximum length of a placeholder, in bytes.
const MAX_PLACEHOLDER: usize = 1_000;

/// Reports placeholders in the pieces of a document: a warning where one names a field of the persona.
pub(super) fn check(
    library: &Library,
    composition: &Composition<'_>,
    document: &Document<'_>,
) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    if !document.text().contains("{{") {
        return findings;
    }
    let mut seen = BTreeSet::new();
    let pieces = document.pieces();
    // A text of several lines has several pieces, and a placeholder may begin in one and end in another.
    for (at, placeholder) in placeholders(document.text()) {
        let mut covered = document.pieces_in(&(at..at + placeholder.len()));
        let Some(piece) = covered.next() else { continue };
        let last = covered.last().unwrap_or(piece);
        let (Attribution::From(address, origin), Attribution::From(_, end)) =
            (piece.attribution, last.attribution)
        else {
            continue;
        };
        let is_one = origin.span() == end.span();
        let is_left = is_one && !is_filled(library, origin) && !is_macro(composition, placeholder);
        if is_left && seen.insert((origin.span(), placeholder)) {
            let place = place(library, piece, at - piece.range.start, placeholder);
            let place = place.unwrap_or_else(|| origin.span());
            findings.push(finding(library, composition, (address, origin, place), placeholder));
        }
    }
    for piece in pieces {
        let Attribution::From(_, origin) = piece.attribution else { continue };
        if !is_filled(library, origin) {
            continue;
        }
        for (field, placeholder) in inserted(composition, origin, &document.text()[piece.range.clone()]) {
            if let Some(origin) = field.origin.filter(|origin| seen.insert((origin.span(), placeholder))) {
                let place = (origin.address(), origin, origin.span());
                findings.push(finding(library, composition, place, placeholder));
            }
        }
    }
    findings
}

/// The placeholders that a filled-in field or setting got from other fields, whose values are inserted as they are. In the body,
/// each inserted value is a piece of its own.
fn inserted<'p, 'a>(
    composition: &'p Composition<'a>,
    origin: Origin<'a>,
    text: &str,
) -> Vec<(&'p Field<'a>, &'p str)> {
    let template = match origin.claim().map(|claim| &claim.content) {
        Some(Content::Field(datum) | Content::Setting(datum)) => datum.as_str().unwrap_or_default(),
        _ => "",
    };
    let is_named = |field: &&Field<'_>| template.contains(field.name);
    let fields = composition.persona.fields.iter().filter(is_named);
    let found = fields.flat_map(|field| {
        let value = field.value.as_str().unwrap_or_default();
        placeholders(value).map(move |(_, placeholder)| (field, placeholder))
    });
    found.filter(|(_, placeholder)| text.contains(placeholder)).collect()
}

/// Reports placeholders in the path of an output, which templates do not fill in.
pub(super) fn check_path(
    library: &Library,
    composition: &Composition<'_>,
    settings: &TargetSettings<'_>,
) -> Vec<Diagnostic> {
    let Some(path) = &settings.path else { return Vec::new() };
    let Some(origin) = path.origin else { return Vec::new() };
    let found = placeholders(&path.text);
    let finding =
        |(_, found)| finding(library, composition, (origin.address(), origin, origin.span()), found);
    found.map(finding).collect()
}

/// Whether the programs of all targets insert a value of theirs.
fn is_macro(composition: &Composition<'_>, placeholder: &str) -> bool {
    let persona = &composition.persona;
    let name = placeholder.trim_matches(['{', '}']).trim();
    let is_known = |known: &Macro| known.name.eq_ignore_ascii_case(name);
    !persona.targets.is_empty()
        && persona.targets.iter().all(|settings| settings.target.macros.iter().any(is_known))
}

/// Whether what comes from here is filled in by templates.
fn is_filled(library: &Library, origin: Origin<'_>) -> bool {
    let in_template = |claim: &Claim| can_be_filled(claim) && library.is_template(claim.source);
    origin.claim().is_some_and(in_template)
}

/// Whether a template may fill in a claim.
fn can_be_filled(claim: &Claim) -> bool {
    claim.block().is_some() || Address::parse(claim.address.as_str()).is_filled()
}

/// The place of a placeholder in the string that its piece is copied from.
fn place(library: &Library, piece: &Piece<'_>, at: usize, placeholder: &str) -> Option<Span> {
    let (text, start) = piece.written?;
    let range = start + at..start + at + placeholder.len();
    (text.value.get(range.clone()) == Some(placeholder)).then(|| library.sources.within(text, range))
}

fn finding(
    library: &Library,
    composition: &Composition<'_>,
    (address, origin, place): (&str, Origin<'_>, Span),
    placeholder: &str,
) -> Diagnostic {
    let fields = || composition.persona.fields.iter().map(|field| field.name);
    let names = names(placeholder);
    let field = names.iter().find(|name| fields().any(|field| field == **name));
    let shown = shortened(&fold(placeholder), 40);
    let message = match field {
        Some(name) => format!("`{shown}` is printed unchanged, although `{name}` is a field"),
        None => format!("`{shown}` is printed unchanged"),
    };
    let mut finding = Diagnostic::new(codes::UNFILLED_FIELD, message).at(place, "").about(address);
    if field.is_none() {
        let like = names.first().and_then(|name| nearest(name, fields()));
        finding.severity = Severity::Note;
        finding = finding.help_if(like.map(|field| format!("did you mean `{field}`?")));
    }
    let path = library.sources.path(origin.span());
    let template = Profile::Template.name();
    match origin.claim().is_some_and(can_be_filled) {
        true => finding.help(format!("to fill fields in, add `{template} = true` at the top of {path}")),
        false => finding.help("write the value itself: templates do not fill in this setting"),
    }
}

/// The placeholders of a text, each with the byte where it begins. `${{ ... }}` is another tool's, and `{{#if ...}}` is not
/// the syntax of fields.
fn placeholders(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices("{{").filter_map(|(at, _)| {
        let own = at.checked_sub(1).and_then(|before| text.get(before..at + 2));
        let mut nearby = text.as_bytes()[at..].windows(2).take(MAX_PLACEHOLDER);
        let length = nearby.position(|pair| pair == b"}}")? + 2;
        let placeholder = &text[at..at + length];
        (own != Some(FOREIGN) && !names(placeholder).is_empty()).then_some((at, placeholder))
    })
}

/// The names that a placeholder asks for; none if it is not an expression.
fn names(placeholder: &str) -> Vec<&str> {
    let inner = placeholder.trim_matches(['{', '}']).trim_matches(['-', '+']).trim();
    let begins = |letter: char| letter.is_alphanumeric() || "_('\"".contains(letter);
    if !inner.starts_with(begins) {
        return Vec::new();
    }
    let mut names = Vec::new();
    let mut before = ' ';
    // Every other part is in quotes.
    for unquoted in inner.split(['\'', '"']).step_by(2) {
        let mut at = 0;
        for part in unquoted.split(|letter: char| !letter.is_alphanumeric() && letter != '_') {
            let start = at;
            at += part.len() + unquoted[start + part.len()..].chars().next().map_or(0, char::len_utf8);
            let last = unquoted[..start].trim_end().chars().next_back().unwrap_or(before);
            let is_name = part.starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
            if is_name && !matches!(last, '.' | '|') {
                names.push(part);
            }
        }
        before = unquoted.trim_end().chars().next_back().unwrap_or(before);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_expressions_between_two_braces() {
        let cases: [(&str, &[&str]); 12] = [
            ("{{ name }}", &["name"]),
            ("{{name}} and {{- name -}}", &["name", "name"]),
            ("{{ name | upper }}", &["name"]),
            ("{{ a ~ 'b' ~ c.d }}", &["a", "c"]),
            ("`{{ name }}`", &["name"]),
            ("{{{ name }}}", &["name"]),
            ("${{ matrix.os }}", &[]),
            ("{{#if name}}{{/if}}{{> part}}", &[]),
            ("{{ 'text' }}", &[]),
            ("{{}} {{ }} {{ 1 }}", &[]),
            ("{{ open", &[]),
            ("{ name } {% name %}", &[]),
        ];
        for (text, expected) in cases {
            let found: Vec<&str> =
                placeholders(text).flat_map(|(_, placeholder)| names(placeholder)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
