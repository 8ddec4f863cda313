//! The modes of Roo Code, which its heir Kilo has as agents. cento does not write such files.

use std::collections::BTreeSet;

use camino::Utf8Path;
use indexmap::IndexMap;

use super::{Given, Input, Read, left_out, refusal, required, string};
use crate::model::wording::names;
use crate::model::{DESCRIPTION, Datum, Diagnostic, KILO, NAME, Severity, codes, layout_keys};
use crate::render::front_matter_line;
use crate::text::yaml::{self, Mapping, Yaml};

/// The key of the list of modes.
const LIST: &str = "customModes";

/// The groups of tools that Kilo has permissions for.
const PERMISSIONS: [(&str, &str); 3] = [("read", "read"), ("edit", "edit"), ("command", "bash")];

/// All groups.
const GROUPS: [&str; 5] = ["read", "edit", "browser", "command", "mcp"];

/// The keys of a mode that become text or settings of an agent.
const TAKEN: [&str; 6] =
    ["slug", "roleDefinition", "customInstructions", "description", "whenToUse", "groups"];

/// Returns whether values are those of a file of modes.
pub(super) fn has_modes(values: &Mapping) -> bool {
    values.iter().any(|(key, _)| key == LIST)
}

/// Reads a file of modes, in YAML or JSON.
pub(super) fn read(path: &Utf8Path, text: &str) -> Result<Mapping, Box<Diagnostic>> {
    if text.trim_start_matches('\u{feff}').trim_start().starts_with('{')
        && let Ok(Yaml::Map(values)) = super::json(path, text)
    {
        return Ok(values);
    }
    yaml::mapping(text).map_err(|objection| {
        let message = format!("{path} is not valid YAML, line {}: {}", objection.line, objection.reason);
        refusal(codes::SYNTAX, message, objection.help)
    })
}

/// Returns a document or a finding for each mode of a file.
pub(super) fn modes(path: &Utf8Path, values: &Mapping) -> Result<Vec<Read>, Box<Diagnostic>> {
    let list = values.iter().find(|(key, _)| key == LIST).map(|(_, value)| value);
    let modes = match list {
        Some(Yaml::List(modes)) if !modes.is_empty() => modes,
        Some(_) => {
            let message = format!("`{LIST}` in {path} is not a list of modes");
            return Err(refusal(codes::WRONG_TYPE, message, "write a list with a mode"));
        }
        None => {
            let message = format!("{path} has no `{LIST}`, so it is not a list of modes");
            return Err(refusal(codes::MISSING_KEY, message, "import another file"));
        }
    };
    let mut slugs = BTreeSet::new();
    let mut read = |(at, mode): (usize, &Yaml)| {
        let Yaml::Map(mode) = mode else {
            let message = format!("`{LIST}[{at}]` in {path} is not a mode");
            let help = "write `slug`, `name`, `roleDefinition` and `groups`";
            return Err(refusal(codes::WRONG_TYPE, message, help));
        };
        let input = self::mode(path, &format!("{LIST}[{at}]."), mode)?;
        let slug = input.given_name().unwrap_or_default();
        if !slugs.insert(slug.to_owned()) {
            let message = format!("two modes in {path} have the slug `{slug}`");
            return Err(refusal(codes::BAD_VALUE, message, "rename one of them"));
        }
        Ok(input)
    };
    Ok(modes.iter().enumerate().map(&mut read).collect())
}

/// A mode as an agent of Kilo.
fn mode(path: &Utf8Path, at: &str, mode: &Mapping) -> Result<Input, Box<Diagnostic>> {
    let slug = required(path, mode, at, "slug")?;
    let role = required(path, mode, at, "roleDefinition")?;
    let instructions = string(path, mode, at, "customInstructions")?;
    let description = string(path, mode, at, DESCRIPTION)?;
    let occasion = string(path, mode, at, "whenToUse")?;
    let groups = Groups::of(path, at, mode)?;
    let name = required(path, mode, at, NAME)?;
    let texts = [description.trim(), occasion.trim()];
    let is_described = texts.iter().any(|text| !text.is_empty());
    let described = match texts {
        ["", ""] => name.trim().to_owned(),
        ["", text] | [text, ""] => text.to_owned(),
        [what, when] if what.ends_with(['.', '!', '?', '\u{2026}', ':', ';', ',']) => {
            format!("{what} {when}")
        }
        [what, when] if what.ends_with(['\u{3002}', '\u{ff01}', '\u{ff1f}']) => format!("{what}{when}"),
        // Chinese and Japanese have a stop of their own, and no spaces.
        [what, when] if what.ends_with(|last| last >= '\u{3000}') => format!("{what}\u{3002}{when}"),
        [what, when] => format!("{what}. {when}"),
    };
    let mut text = "---\n".to_owned();
    text += &front_matter_line(&KILO, DESCRIPTION, &Datum::String(described));
    text += &front_matter_line(&KILO, "mode", &Datum::String("primary".to_owned()));
    if !groups.permission.is_empty() {
        text += &front_matter_line(&KILO, "permission", &Datum::Map(groups.permission.clone()));
    }
    text += "---\n\n";
    text += role.trim();
    if !instructions.trim().is_empty() {
        text += layout_keys::BETWEEN_BLOCKS.gap(false);
        text += instructions.trim();
    }
    text += "\n";
    let notes = notes(path, &slug, mode, &groups, is_described);
    let given = Given { part: slug.clone(), name: slug, target: &KILO, values: None, whole: None, notes };
    Ok(Input { path: path.to_owned(), inside: None, text, given: Some(given) })
}

/// What a mode may do.
struct Groups {
    /// The permissions of an agent that may do no more.
    permission: IndexMap<String, Datum>,
    /// The patterns of the files that the mode may edit.
    patterns: Vec<String>,
    /// The missing groups for which there is no permission.
    unlimited: Vec<&'static str>,
}

impl Groups {
    fn of(path: &Utf8Path, at: &str, mode: &Mapping) -> Result<Self, Box<Diagnostic>> {
        let wrong = |what: &str| {
            let message = format!("`{at}groups` in {path} {what}");
            refusal(codes::WRONG_TYPE, message, &format!("write a list of these: {}", GROUPS.join(", ")))
        };
        let Some((_, Yaml::List(groups))) = mode.iter().find(|(key, _)| key == "groups") else {
            return Err(wrong("is not a list"));
        };
        let (mut named, mut patterns) = (BTreeSet::new(), Vec::new());
        for group in groups {
            // A group is a name, or a list of a name and its limits.
            let (name, limits) = match group {
                Yaml::String(name) => (name, None),
                Yaml::List(parts) => match parts.as_slice() {
                    [Yaml::String(name)] => (name, None),
                    [Yaml::String(name), Yaml::Map(limits)] => (name, Some(limits)),
                    _ => return Err(wrong("has a group without a name")),
                },
                _ => return Err(wrong("has a group without a name")),
            };
            if !GROUPS.contains(&name.as_str()) {
                return Err(wrong(&format!("has the unknown group `{name}`")));
            }
            if !named.insert(name.as_str()) {
                return Err(wrong(&format!("has the group `{name}` twice")));
            }
            let pattern = limits.into_iter().flatten().find(|(key, _)| key == "fileRegex");
            patterns.extend(pattern.map(|(_, pattern)| pattern.to_string()));
        }
        let mut permission = IndexMap::new();
        let mut set = |name: &str, action: &str| {
            permission.insert(name.to_owned(), Datum::String(action.to_owned()));
        };
        for (group, name) in PERMISSIONS {
            match named.contains(group) {
                false => set(name, "deny"),
                true if group == "edit" && !patterns.is_empty() => set(name, "ask"),
                true => {}
            }
        }
        let has_permission = |group: &&str| PERMISSIONS.iter().any(|(known, _)| known == group);
        let unlimited = GROUPS.into_iter().filter(|group| !named.contains(group) && !has_permission(group));
        Ok(Groups { permission, patterns, unlimited: unlimited.collect() })
    }
}

/// What is not imported from a mode.
fn notes(
    path: &Utf8Path,
    slug: &str,
    mode: &Mapping,
    groups: &Groups,
    is_described: bool,
) -> Vec<Diagnostic> {
    let mut notes = Vec::new();
    let summary = KILO.summary;
    if !groups.patterns.is_empty() {
        let patterns = groups.patterns.join("`, `");
        let message = format!("the mode `{slug}` of {path} may edit only files that match `{patterns}`");
        let finding = left_out(Severity::Warning, message);
        notes.push(
            finding
                .note(format!("{summary} has no such patterns, so it has to ask before each edit"))
                .help("set `permission` in the profile to path patterns"),
        );
    }
    if !groups.unlimited.is_empty() {
        let message = format!(
            "the mode `{slug}` of {path} has no group {}, and {summary} has no permission for that",
            names(groups.unlimited.iter().map(|group| format!("`{group}`")), GROUPS.len())
        );
        notes.push(left_out(Severity::Warning, message).help("set `permission` in the profile"));
    }
    let is_left = |key: &&String| !TAKEN.contains(&key.as_str()) && (is_described || *key != NAME);
    let others = mode.iter().map(|(key, _)| key).filter(is_left);
    let others: Vec<String> = others.map(|key| format!("`{key}`")).collect();
    if !others.is_empty() {
        let message =
            format!("not imported from the mode `{slug}` of {path}: {}", names(&others, others.len()));
        notes.push(left_out(Severity::Note, message));
    }
    notes
}
