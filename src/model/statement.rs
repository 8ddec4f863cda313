//! Statements: what a claim says, without where and how it is written.

use super::claim::{Block, Claim, Content, Datum, Part};
use super::fold;
use super::source::Text;

/// What a claim says, in a form in which two claims are equal exactly when they agree: text in
/// normalization form C with white space folded, each part by itself, values with their type.
/// The level, the place in the list and the file are no part of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Statement(String);

/// A hash of a statement: equal exactly where the statements are, as far as 128 bits of BLAKE3 tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Digest([u8; 16]);

/// Length of a short hash, in hex digits.
const HASH_DIGITS: usize = 6;

impl Statement {
    /// The statement of a claim. `is_template` says whether its source is a template.
    pub(crate) fn of(claim: &Claim, is_template: bool) -> Self {
        let value = match &claim.content {
            Content::Field(datum) => serde_json::json!(["field", datum_json(datum)]),
            Content::Setting(datum) => serde_json::json!(["setting", datum_json(datum)]),
            Content::Tags(names) => serde_json::json!(["tags", sorted(names)]),
            Content::Allow(names) => serde_json::json!(["allow", sorted(names)]),
            Content::Deny(names) => serde_json::json!(["deny", sorted(names)]),
            Content::Block(block) => block_json(block, is_template),
        };
        Statement(value.to_string())
    }

    /// The statement that an address is removed.
    pub(crate) fn removal() -> Self {
        Statement("[\"removed\"]".to_owned())
    }

    /// The hash by which statements are compared.
    pub(crate) fn digest(&self) -> Digest {
        let mut digest = Digest::default();
        blake3::Hasher::new().update(self.0.as_bytes()).finalize_xof().fill(&mut digest.0);
        digest
    }

    /// The short hash of several statements, whatever their order: the first 24 bits of their
    /// BLAKE3 in hex.
    pub(crate) fn hash<'s>(statements: impl IntoIterator<Item = &'s Statement>) -> String {
        let mut texts: Vec<&str> = statements.into_iter().map(|statement| statement.0.as_str()).collect();
        texts.sort_unstable();
        texts.dedup();
        let mut hash = blake3::hash(texts.join("\n").as_bytes()).to_hex().to_string();
        hash.truncate(HASH_DIGITS);
        hash
    }
}

fn sorted(names: &[Text]) -> Vec<&str> {
    let mut names: Vec<_> = names.iter().map(Text::as_str).collect();
    names.sort_unstable();
    names
}

fn block_json(block: &Block, template: bool) -> serde_json::Value {
    let folded = |text: &Option<Text>| text.as_ref().map(|text| fold(&text.value).into_owned());
    let force = match block.part {
        Part::Rule(force) => Some(force.name()),
        _ => None,
    };
    // The same characters mean something else once they are filled in.
    let texts = [Some(&block.text), block.label.as_ref(), block.why.as_ref()];
    let is_template = template && texts.into_iter().flatten().any(|text| text.value.contains('{'));
    serde_json::json!([
        block.part.noun(),
        force,
        fold(&block.text.value),
        folded(&block.label),
        folded(&block.why),
        block.about.as_ref().map(Text::as_str),
        is_template,
    ])
}

fn datum_json(datum: &Datum) -> serde_json::Value {
    let value = match datum {
        Datum::String(text) => fold(text).into_owned().into(),
        Datum::List(items) => items.iter().map(datum_json).collect(),
        Datum::Map(map) => {
            map.iter().map(|(key, value)| serde_json::json!([key, datum_json(value)])).collect()
        }
        _ => serde_json::Value::String(datum.to_string()),
    };
    serde_json::json!([datum.type_name(), value])
}
