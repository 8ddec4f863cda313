//! Rendering: a persona to the bytes of an output, each with its origin.

mod data;
mod document;
mod entry;
pub(crate) mod front_matter;
mod layout;
pub(crate) mod markdown;
mod provenance;
mod structure;
mod walk;

pub(crate) use document::{Attribution, Document, ListEntry, Piece};
pub(crate) use entry::{VALUE, fill, read};
pub(crate) use front_matter::line as front_matter_line;
pub(crate) use layout::{PieceLayout, Side, frame};
pub(crate) use provenance::{Because, Grounds, Ledger, Loser, Provenance, Role};
pub(crate) use walk::{LayoutElement, Walk};

use crate::compose::{Composition, LayoutSetting, Setting, TargetSettings};
use crate::model::{CRLF, Datum, Form, PERSONAS, Target, layout_keys as keys};

/// Renders a composition for one of its targets. Conflicts are rendered as markers.
pub(crate) fn render<'a>(composition: &Composition<'a>, settings: &TargetSettings<'a>) -> Document<'a> {
    let layout = &composition.persona.layout;
    let ending = layout.own("", keys::LINE_ENDING.name).and_then(|setting| setting.datum.as_str());
    let mut document = Document::new(ending.unwrap_or(keys::LINE_ENDING.text()) == CRLF);
    let (has_mark, attribution) = match layout.own("", keys::BYTE_ORDER_MARK.name) {
        Some(LayoutSetting { datum: Datum::Boolean(truth), origin }) => {
            (*truth, Attribution::from(Some(origin)))
        }
        _ => (keys::BYTE_ORDER_MARK.truth(), Attribution::Layout),
    };
    if has_mark && settings.target.may_have_front_matter() {
        document.push("\u{feff}", attribution);
    }
    let id = &composition.profile.id;
    let limited = composition.persona.limited_to(settings);
    let persona = limited.as_ref().unwrap_or(&composition.persona);
    match settings.target.form {
        Form::Toml(body) => {
            data::toml(&mut document, body, id, persona, settings);
            return document;
        }
        Form::Json(envelope) => {
            data::json(&mut document, envelope, id, persona, settings);
            return document;
        }
        Form::Structure => {
            structure::structure(&mut document, composition, persona, settings);
            return document;
        }
        Form::Markdown | Form::FrontMatter => {}
    }
    let may_have_front_matter = settings.target.has_front_matter() || settings.front_matter.is_some();
    let has_front_matter =
        may_have_front_matter && front_matter::front_matter(&mut document, id, persona, settings);
    markdown::body(&mut document, persona, has_front_matter);
    parts_in(composition, settings).iter().for_each(|part| append_part(&mut document, part, settings.target));
    document
}

/// Returns the other personas that an output holds.
pub(crate) fn parts_in<'c, 'a>(
    composition: &'c Composition<'a>,
    settings: &TargetSettings<'a>,
) -> &'c [Composition<'a>] {
    let has_parts = settings.values.iter().any(|(key, ..)| *key == PERSONAS);
    if has_parts { &composition.parts } else { &[] }
}

/// Appends the persona of another profile under its title, or under the id of its profile.
fn append_part<'a>(document: &mut Document<'a>, part: &Composition<'a>, target: &'static Target) {
    let limited = part.persona.limited_to(&part.persona.settings(target));
    let mut persona = limited.unwrap_or_else(|| part.persona.clone());
    let id = &part.profile.id;
    persona.title.get_or_insert_with(|| Setting { text: id.as_str().into(), origin: None });
    document.end_line();
    if !document.text().is_empty() {
        document.layout("\n");
    }
    markdown::body(document, &persona, false);
}

/// The path of an output, relative to the root of outputs.
pub(crate) fn output_path(composition: &Composition<'_>, settings: &TargetSettings<'_>) -> String {
    match &settings.path {
        Some(path) => path.text.clone().into_owned(),
        None => settings.target.default_path(&composition.profile.id),
    }
}

/// Returns whether a persona sets the line ending of its documents.
pub(crate) fn sets_line_ending(composition: &Composition<'_>) -> bool {
    composition.persona.layout.own("", keys::LINE_ENDING.name).is_some()
}

/// The name by which programs that load the target know an output; nothing for targets that are known by their path.
pub(crate) fn declared_name(composition: &Composition<'_>, settings: &TargetSettings<'_>) -> Option<String> {
    let name = settings.declared_name(&composition.profile.id);
    settings.target.is_loaded_by_name().then(|| name.to_owned())
}
