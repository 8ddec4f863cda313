//! Statements: the meaning of a claim, without its position and formatting.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::address::Address;
use super::claim::{Block, Claim, Content, Datum, Force, Source};
use super::fold;
use super::source::{Spanned, Text};

/// The normalized content of a claim. Two statements are equal exactly if the claims agree.
///
/// Texts are folded (NFC, white space), parts are kept separate, and values keep their type. Level, ordering and file
/// are not included.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Statement(String);

/// The hash of a statement or of other content: 128 bits of BLAKE3, so equal hashes mean equal content.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Digest([u8; 16]);

impl Digest {
    pub(crate) fn of(content: &[u8]) -> Self {
        let mut digest = Digest::default();
        blake3::Hasher::new().update(content).finalize_xof().fill(&mut digest.0);
        digest
    }

    /// What [`Statement::hash`] returns for the statement alone.
    pub(crate) fn hash(self) -> String {
        self.0[..HASH_DIGITS / 2].iter().fold(String::with_capacity(HASH_DIGITS), |mut hash, byte| {
            let _ = write!(hash, "{byte:02x}");
            hash
        })
    }
}

/// Length of the hash of a side, in hex digits: 64 bits, so that no text can be made to match another's.
const HASH_DIGITS: usize = 16;

/// Length of a hash of the old form, of 24 bits.
const OLD_HASH_DIGITS: usize = 6;

/// Returns whether a hash recorded in a decision matches the current hash of a side. Hashes of the old form
/// match too.
pub(crate) fn is_hash_of(seen: &str, now: &str) -> bool {
    seen == now || is_old_hash(seen) && now.starts_with(seen)
}

/// What a decision saw: the name of each side, and the hash of its claims at that time.
pub(crate) type Seen = Spanned<Vec<(Text, Text)>>;

impl Seen {
    /// The name and the hash of each side.
    pub(crate) fn pins(&self) -> impl Iterator<Item = (&str, &str)> {
        self.value.iter().map(|(name, hash)| (name.as_str(), hash.as_str()))
    }

    /// Returns whether one of the hashes has the old form.
    pub(crate) fn has_old_hashes(&self) -> bool {
        self.pins().any(|(_, hash)| is_old_hash(hash))
    }
}

/// Returns whether a hash has the old form, which is too short to tell texts apart that were made to look alike.
pub(crate) fn is_old_hash(seen: &str) -> bool {
    seen.len() == OLD_HASH_DIGITS
}

impl Statement {
    /// The statement of a claim. `is_template` returns whether a source is a template.
    pub(crate) fn of(claim: &Claim, is_template: impl Fn(Source) -> bool) -> Self {
        let value = match &claim.content {
            Content::Field(datum) => datum_statement("field", claim, datum, is_template(claim.source)),
            Content::Setting(datum) => datum_statement("setting", claim, datum, is_template(claim.source)),
            Content::Tags(names) => serde_json::json!(["tags", sorted(names)]),
            Content::Allow(names) => serde_json::json!(["allow", sorted(names)]),
            Content::Deny(names) => serde_json::json!(["deny", sorted(names)]),
            Content::Block(block) => {
                block_json(block, block.part.force(), has_braces(claim, block, is_template))
            }
            Content::Partial(partial) => {
                let named = [&partial.label, &partial.why].map(folded);
                let about = partial.about.as_ref().map(Text::as_str);
                let statement = serde_json::json!([
                    "partial",
                    partial.part.noun(),
                    partial.part.force().map(Force::name),
                    named,
                    about
                ]);
                nested(statement, &partial.under)
            }
        };
        Statement(value.to_string())
    }

    /// Returns whether two claims differ in the force of a rule at most. This compares what their statements are made of,
    /// and makes none.
    pub(crate) fn has_same_words(one: &Claim, other: &Claim, is_template: impl Fn(Source) -> bool) -> bool {
        let (Content::Block(a), Content::Block(b)) = (&one.content, &other.content) else {
            return one.digest == other.digest;
        };
        a.under.as_ref().map(Text::as_str) == b.under.as_ref().map(Text::as_str)
            && Parts::of(a, has_braces(one, a, &is_template))
                == Parts::of(b, has_braces(other, b, &is_template))
    }

    /// The statement that an address is removed.
    pub(crate) fn removal() -> Self {
        Statement("[\"removed\"]".to_owned())
    }

    /// The hash that statements are compared by.
    pub(crate) fn digest(&self) -> Digest {
        Digest::of(self.0.as_bytes())
    }

    /// The hash of several statements, whatever their order: the first 64 bits of their BLAKE3 in hex.
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

fn datum_statement(content: &str, claim: &Claim, datum: &Datum, is_template: bool) -> serde_json::Value {
    let is_filled = is_template && Address::parse(claim.address.as_str()).is_filled();
    match is_filled && datum.strings().iter().any(|text| text.contains('{')) {
        true => serde_json::json!([content, datum_json(datum), "template"]),
        false => serde_json::json!([content, datum_json(datum)]),
    }
}

fn folded(text: &Option<Text>) -> Option<Cow<'_, str>> {
    text.as_ref().map(|text| fold(&text.value))
}

/// The content of a block, without the force of a rule and the entry that it is under.
#[derive(PartialEq)]
struct Parts<'c> {
    noun: &'static str,
    text: Cow<'c, str>,
    label: Option<Cow<'c, str>>,
    why: Option<Cow<'c, str>>,
    about: Option<&'c str>,
    /// Whether a template wrote it.
    is_template: bool,
}

impl<'c> Parts<'c> {
    fn of(block: &'c Block, is_template: bool) -> Self {
        Parts {
            noun: block.part.noun(),
            text: fold(&block.text.value),
            label: folded(&block.label),
            why: folded(&block.why),
            about: block.about.as_ref().map(Text::as_str),
            is_template,
        }
    }
}

/// Whether a block has braces in a part that a template wrote. They mean something else there, so such a text is not
/// equal to the same text elsewhere.
fn has_braces(claim: &Claim, block: &Block, is_template: impl Fn(Source) -> bool) -> bool {
    let mut parts = block.texts().into_iter().zip(claim.writers());
    parts.any(|(text, source)| {
        text.is_some_and(|text| text.value.contains('{')) && source.is_some_and(&is_template)
    })
}

fn block_json(block: &Block, force: Option<Force>, is_template: bool) -> serde_json::Value {
    let Parts { noun, text, label, why, about, is_template } = Parts::of(block, is_template);
    let statement = serde_json::json!([noun, force.map(Force::name), text, label, why, about, is_template]);
    nested(statement, &block.under)
}

/// A statement with the entry that it is under, if any: recorded hashes of other entries stay as they are.
fn nested(mut statement: serde_json::Value, under: &Option<Text>) -> serde_json::Value {
    if let (Some(parts), Some(under)) = (statement.as_array_mut(), under) {
        parts.push(serde_json::json!({ "under": under.value }));
    }
    statement
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
