//! The meaning of a composed persona as a digest: equal for personas with the same meaning to a reader.

use super::comparison::contents;
use crate::compose::Composition;
use crate::model::{Address, Library, PERSONAS, fold};

/// The length of a digest in hexadecimal digits.
const DIGITS: usize = 32;

/// Returns the digest of the meaning of a persona: its texts with their forces, its fields, tools and settings, and the
/// order of its steps. Where an entry is written, its id, its place in a list and its layout do not count.
pub(crate) fn meaning(library: &Library, composition: &Composition<'_>) -> String {
    let mut step = 0;
    let mut statements: Vec<String> = Vec::new();
    for content in contents(library, composition) {
        let is_step = content.noun == "step";
        step = if is_step { step + 1 } else { 0 };
        // The id of an entry is not shown to a reader; the list that it is in is.
        let (place, text) = match Address::parse(&content.address) {
            Address::Body(_) => (content.list.as_deref().unwrap_or_default(), fold(&content.text)),
            Address::Target(_) => (content.address.as_str(), "".into()),
            _ => (content.address.as_str(), fold(&content.text)),
        };
        let force = content.force.map_or("", |force| force.name());
        statements.push(format!("{place}\n{}\n{force}\n{step}\n{text}", content.noun));
    }
    for settings in &composition.persona.targets {
        let name = settings.declared_name(&composition.profile.id);
        let typed = settings.typed_front_matter().map_or(String::new(), |(typed, _)| typed.to_string());
        let address = Address::Target(settings.target.name);
        statements.push(format!("{address}\n{name}\n{}", fold(&typed)));
    }
    for part in &composition.parts {
        statements.push(format!("{PERSONAS}\n{}", meaning(library, part)));
    }
    statements.sort_unstable();
    digest(&statements)
}

/// Returns the digest of several personas, each with its profile and its digest.
pub(crate) fn combined<'d>(digests: impl Iterator<Item = (&'d str, &'d str)>) -> String {
    digest(&digests.map(|(profile, digest)| format!("{profile}\n{digest}")).collect::<Vec<_>>())
}

fn digest(texts: &[String]) -> String {
    let mut hasher = blake3::Hasher::new();
    for text in texts {
        // With its length, a text cannot be mistaken for two.
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    hasher.finalize().to_hex()[..DIGITS].to_owned()
}
