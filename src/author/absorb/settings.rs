//! Proposals for added and removed front matter lines: settings of the target.

use super::home::FileEdits;
use super::proposal::{Edit, Proposal};
use super::values::unquoted;
use crate::compose::Origin;
use crate::model::grammar::Profile;
use crate::model::{Address, KeyType, NAME, TARGETS};
use crate::render::Attribution;
use crate::source::edit::{self, SourceEdit, literal};
use crate::trial::BuiltPersona;

/// Proposes to remove the settings whose lines were removed.
pub(super) fn removed(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for change in edit.pending().map(|index| edit.change(index)) {
        if !change.new.is_empty() {
            continue;
        }
        let mut edits = FileEdits::default();
        let mut names = Vec::new();
        let within = persona.document.pieces().iter().filter(|piece| {
            change.start <= piece.range.start && piece.range.end <= change.end && !piece.range.is_empty()
        });
        for piece in within {
            let Attribution::From(address, Origin::Claim(claim)) = piece.attribution else { continue };
            let Address::TargetKey { target, key } = Address::parse(address) else {
                continue;
            };
            let name = format!("`{address}` removed");
            if !names.contains(&name) {
                let keys = edit::keys([Profile::Target.name(), target, key]);
                edits.add(persona.path_of(claim.source), [SourceEdit::Unset { keys }]);
                names.push(name);
            }
        }
        proposals.push(Proposal::new(edits, names.join(", ")));
    }
    proposals
}

/// Proposes settings of the profile for added lines with keys that the target knows.
pub(super) fn added(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let target = persona.target.name;
    let mut proposals = Vec::new();
    for change in edit.pending().map(|index| edit.change(index)) {
        let settings = change.new.lines().map(|line| setting(target, line));
        let Some(settings) = settings.collect::<Option<Vec<_>>>() else { continue };
        let names = settings.iter().map(|(key, _)| format!("`{}`", Address::TargetKey { target, key }));
        let names = names.collect::<Vec<_>>().join(", ");
        let edits = settings.iter().map(|(key, value)| set_target(target, key, value));
        proposals.push(Proposal::new(persona.profile_edits(edits), names));
    }
    proposals
}

/// Returns the edit that sets a key of a target in the profile.
pub(super) fn set_target(target: &str, key: &str, value: &str) -> SourceEdit {
    SourceEdit::set(&[Profile::Target.name(), target], key, value)
}

/// Parses a line of front matter as a setting of the target: its key, and its value in TOML.
pub(super) fn setting<'l>(target: &str, line: &'l str) -> Option<(&'l str, String)> {
    let target = TARGETS.iter().find(|known| known.name == target)?;
    let (name, value) = line.split_once(':').filter(|_| !line.contains('\n'))?;
    let kind = match target.key(name) {
        Some(key) => key.value,
        None if name == NAME => KeyType::String,
        None => return None,
    };
    Some((name, form(kind, value.trim())?))
}

/// Converts a YAML scalar to a TOML value of this type. `None` for other YAML.
fn form(kind: KeyType, value: &str) -> Option<String> {
    let text = || unquoted(value).into_iter().next().map(|text| literal(&text));
    let number = || value.parse::<i64>().ok().map(|number| number.to_string());
    let truth = || value.parse::<bool>().ok().map(|truth| truth.to_string());
    match kind {
        _ if value.is_empty() || value.starts_with(['[', '{', '|', '>', '&', '*', '!']) => None,
        KeyType::String | KeyType::Filled | KeyType::OneOf(_) | KeyType::Pattern | KeyType::Globs(_) => {
            text()
        }
        KeyType::AtLeast(_) => number(),
        KeyType::Number(..) | KeyType::AnyNumber => value.parse::<f64>().ok().map(|_| value.to_owned()),
        KeyType::Boolean => truth(),
        KeyType::MapOf(_) | KeyType::Table(_) | KeyType::Map | KeyType::List(_) | KeyType::Names => None,
        KeyType::Either(types) => types.iter().find_map(|kind| form(*kind, value)),
        KeyType::Any => truth().or_else(number).or_else(text),
    }
}
