//! The output of the target `json`: a persona with its structure; see `docs/json.md`.

use std::borrow::Cow;

use super::data::{string, within_string};
use super::document::{Attribution, Document};
use super::front_matter::{Plain, known};
use crate::compose::{Block, Composition, Element, Origin, Persona, TargetSettings, Words, marker};
use crate::model::grammar::{Entry, own_field};
use crate::model::{Address, JsonVersion, address};

/// Appends a persona: a line for each value, each field and each element of the body.
pub(super) fn structure<'a>(
    document: &mut Document<'a>,
    composition: &Composition<'a>,
    persona: &Persona<'a>,
    settings: &TargetSettings<'a>,
) {
    let id = &composition.profile.id;
    let version = serde_json::json!(JsonVersion::PERSONA);
    document.layout(&format!("{{\n  \"version\": {version},\n  \"profile\": {}", string(id)));
    for known in &known(id, persona, settings) {
        document.layout(",\n  ");
        let value = serde_json::json!(Plain(known.listed()));
        document.push(&format!("{}: {value}", string(known.key)), known.attribution);
    }
    if let Some(title) = &persona.title {
        document.layout(",\n  ");
        document.push(&format!("\"title\": {}", string(&title.text)), Attribution::from(title.origin));
    }
    document.layout(",\n  \"tags\": ");
    let tags = composition.decisions.get(address::TAGS).and_then(|decision| decision.emitted().next());
    let tags = Attribution::from(tags.map(Origin::Claim));
    document.push(&serde_json::json!(persona.tags).to_string(), tags);
    document.layout(",\n  \"fields\": {");
    let fields = persona.fields.iter().filter(|field| own_field(field.name).is_none());
    lines(document, "}", fields, |document, field| {
        let value = serde_json::json!(Plain(&field.value));
        let address = Address::Field(field.name).to_string();
        let attribution = match composition.decisions.get_key_value(address.as_str()) {
            Some((address, _)) if field.origin.is_none() => Attribution::Open(address),
            _ => Attribution::from(field.origin),
        };
        document.push(&format!("{}: {value}", string(field.name)), attribution);
    });
    document.layout(",\n  \"entries\": [");
    let mut elements = Vec::new();
    persona.visit(|list, element| elements.push((list.to_owned(), element)));
    lines(document, "]", elements.into_iter(), |document, (list, element)| {
        let library = composition.library;
        match element {
            Element::Section(section) => {
                let origin = section.heading.origin;
                let attribution = Attribution::from(origin);
                document.push(&opening(section.kind, "section"), attribution);
                document.push(&format!(", \"text\": {}", string(&section.heading.text)), attribution);
                document
                    .push(&closing(origin.map(|origin| library.source_name(origin.source()))), attribution);
            }
            Element::Group(group) => {
                document.layout(&opening(&address::below(&list, group.id), "group"));
                document.layout(&closing(None));
            }
            Element::Conflict(address) => {
                let text = string(&marker(address.as_str()));
                let conflict = format!("{}, \"text\": {text}}}", opening(address.as_str(), "conflict"));
                document.push(&conflict, Attribution::Open(address.as_str()));
            }
            Element::Block(block) => {
                entry(document, persona, block);
                let attribution = Attribution::From(block.address.as_str(), block.origin);
                document.push(&closing(Some(library.source_name(block.origin.source()))), attribution);
            }
        }
    });
    document.layout("\n}\n");
}

/// Appends things to a list or table that is open, each on a line of its own, and closes it.
fn lines<'a, T>(
    document: &mut Document<'a>,
    close: &str,
    things: impl Iterator<Item = T>,
    mut write: impl FnMut(&mut Document<'a>, T),
) {
    let mut is_empty = true;
    for thing in things {
        document.layout(if is_empty { "\n    " } else { ",\n    " });
        write(document, thing);
        is_empty = false;
    }
    document.layout(if is_empty { "" } else { "\n  " });
    document.layout(close);
}

/// The start of an element, up to its kind.
fn opening(address: &str, noun: &str) -> String {
    format!("{{\"address\": {}, \"noun\": {}", string(address), string(noun))
}

/// The end of an element, with its source.
fn closing(source: Option<String>) -> String {
    source.map_or("}".to_owned(), |source| format!(", \"source\": {}}}", string(&source)))
}

/// Appends a block up to its texts.
fn entry<'a>(document: &mut Document<'a>, persona: &Persona<'a>, block: &Block<'a>) {
    let attribution = Attribution::From(block.address.as_str(), block.origin);
    document.push(&opening(block.address.as_str(), block.part.noun()), attribution);
    if let Some(force) = block.part.force() {
        document.push(&format!(", \"force\": {}", string(force.name())), Attribution::force_of(block));
    }
    if let Some(under) = block.under.filter(|_| block.depth > 0) {
        let (key, id) = (Entry::Under.name(), string(under.as_str()));
        document.push(&format!(", \"{key}\": {id}"), attribution);
    }
    let texts = [
        (Entry::Label, block.label.as_ref()),
        (Entry::Text, Some(&block.text)),
        (Entry::Why, block.why.as_ref()),
    ];
    for (key, words) in texts {
        let Some(words) = words else { continue };
        document.push(&format!(", {}: \"", string(key.name())), attribution);
        document.append(&text(persona, block, words), |text| Cow::Owned(within_string(text)));
        document.push("\"", attribution);
    }
}

/// A text of a block by itself.
fn text<'a>(persona: &Persona<'a>, block: &Block<'a>, words: &Words<'a>) -> Document<'a> {
    let mut text = Document::new(false);
    text.push_words(words, &[], Attribution::words_of(block, words), persona);
    text
}
