//! Lines of front matter that came or went: settings of the target.

use super::propose::{Edit, Proposal};
use super::values::unquoted;
use crate::compose::Origin;
use crate::model::{Address, KeyType, TARGETS};
use crate::render::Attribution;
use crate::source::edit::{self, SourceEdit, literal};
use crate::trial::{BuiltPersona, Texts};

/// Settings whose lines went leave the profile that has them.
pub(super) fn removed(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for change in edit.pending().map(|index| edit.change(index)) {
        if !change.new.is_empty() {
            continue;
        }
        let mut files = Texts::new();
        let mut names = Vec::new();
        let within = persona.document.pieces().iter().filter(|piece| {
            change.start <= piece.range.start && piece.range.end <= change.end && !piece.range.is_empty()
        });
        for piece in within {
            let Attribution::From(address, Origin::Claim(claim)) = piece.attribution else { continue };
            let Address::TargetKey { target, key } = Address::parse(address) else {
                continue;
            };
            let path = persona.path_of(claim.source);
            let text = files.get(path).or_else(|| persona.texts.get(path));
            let Some(Ok(text)) = text.map(|text| {
                edit::apply(text, &[SourceEdit::Unset { keys: edit::keys(["target", target, key]) }])
            }) else {
                continue;
            };
            files.insert(path.to_owned(), text);
            names.push(format!("`{address}` goes"));
        }
        proposals.push(Proposal::new(files, names.join(", ")));
    }
    proposals
}

/// Lines that came in with keys that the target knows are settings of the profile's.
pub(super) fn added(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for change in edit.pending().map(|index| edit.change(index)) {
        let mut names = Vec::new();
        let own = persona.own(|text| {
            let mut text = text.to_owned();
            for line in change.new.lines() {
                let Some((name, value)) = setting(persona.target.name, line) else {
                    return Err(edit::EditError::Missing(line.to_owned()));
                };
                text =
                    edit::apply(&text, &[SourceEdit::set(&["target", persona.target.name], name, &value)])?;
                names.push(format!("`target.{}.{name}`", persona.target.name));
            }
            Ok(text)
        });
        proposals.extend(own.map(|files| Proposal::new(files, names.join(", "))));
    }
    proposals
}

/// A line of front matter as a setting that a target knows, with its value in TOML.
pub(super) fn setting<'l>(target: &str, line: &'l str) -> Option<(&'l str, String)> {
    let target = TARGETS.iter().find(|known| known.name == target)?;
    let (name, value) = line.split_once(':').filter(|_| !line.contains('\n'))?;
    let key = target.keys.iter().find(|key| key.name == name)?;
    Some((name, form(key.value, value.trim())?))
}

/// A scalar of YAML as a value of TOML.
fn form(kind: KeyType, value: &str) -> Option<String> {
    let text = || unquoted(value).into_iter().next().map(|text| literal(&text));
    let number = || value.parse::<i64>().ok().map(|number| number.to_string());
    let truth = || value.parse::<bool>().ok().map(|truth| truth.to_string());
    match kind {
        _ if value.is_empty() || value.starts_with(['[', '{', '|', '>', '&', '*', '!']) => None,
        KeyType::String | KeyType::OneOf(_) | KeyType::StringOrStrings => text(),
        KeyType::Count => number(),
        KeyType::Boolean => truth(),
        KeyType::StringMap => None,
        KeyType::Any => truth().or_else(number).or_else(text),
    }
}
