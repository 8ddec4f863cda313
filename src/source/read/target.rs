//! Reads the settings in `[target.NAME]`.

use toml::de::DeValue;

use super::Value;
use super::reader::{Key, Reader};
use crate::model::grammar::{Keys as _, Outputs, Profile, TARGET_NAMES, Tools, header, target_header};
use crate::model::{
    Address, DESCRIPTION, Datum, FRONT_MATTER, KeyType, NAME, NameStatus, Objection, PATH, Quoting, Step,
    Target, TargetSet, Text, codes, did_you_mean, target,
};
use crate::source::edit::key_literal;

/// Looks up a target by name. Reports it if there is none.
pub(super) fn known(reader: &mut Reader, name: &Text) -> Option<&'static Target> {
    let known = target(&name.value);
    if known.is_none() {
        let help = did_you_mean(&name.value, TARGET_NAMES.iter().copied());
        reader.error(codes::BAD_VALUE, format!("unknown target `{}`", name.value), name.span, help);
    }
    known
}

/// Reads the outputs that `only` or `not` names: targets, or a table of targets and models. The models are added to a list.
pub(super) fn read_set(
    reader: &mut Reader,
    what: &str,
    value: &Value<'_>,
    models: &mut Vec<Text>,
) -> Option<TargetSet> {
    let DeValue::Table(table) = value.get_ref() else { return read_targets(reader, what, value) };
    if table.is_empty() {
        let help = Some("name a target or a model, or delete the key".to_owned());
        reader.error(codes::BAD_VALUE, format!("{what} must not be empty"), reader.span(value), help);
        return None;
    }
    let mut reach = TargetSet::default();
    for (key, value) in table {
        let named = match reader.known_in(key, value, what)? {
            Outputs::Target => read_targets(reader, Outputs::Target.shown(), value)?,
            Outputs::Model => {
                let names = reader.one_or_several(Outputs::Model.shown(), value);
                let set = TargetSet::of_models(names.iter().map(Text::as_str));
                models.extend(names);
                set
            }
        };
        reach = reach.and(&named);
    }
    Some(reach)
}

/// Reads one target or a list of them.
fn read_targets(reader: &mut Reader, what: &str, value: &Value<'_>) -> Option<TargetSet> {
    let names = reader.one_or_several(what, value);
    let known = names.iter().filter(|name| known(reader, name).is_some());
    let reach = TargetSet::only(known.map(Text::as_str).collect::<Vec<_>>());
    (!reach.is_empty()).then_some(reach)
}

/// Reads one setting of a target and checks it against the target's keys.
pub(super) fn read_setting(
    reader: &mut Reader,
    target: &Target,
    key: &Key<'_>,
    value: &Value<'_>,
) -> Option<Datum> {
    let name = key.get_ref().as_ref();
    let what = format!("`{}`", Address::TargetKey { target: target.name, key: name });
    if !target.settings().any(|setting| setting == name) {
        return unknown(reader, target, key, value);
    }
    if name == PATH || name == NAME {
        return reader.line(&what, value).map(|text| Datum::String(text.value));
    }
    if name == FRONT_MATTER {
        return read_front_matter(reader, target, value);
    }
    let known = target.key(name)?;
    let datum = reader.datum(&what, value)?;
    let objections = known.value.objections(&datum);
    if !objections.is_empty() {
        let setting = Address::TargetKey { target: target.name, key: name };
        objections.iter().for_each(|objection| refuse(reader, &setting, value, objection));
        return None;
    }
    if let (Some(most), Some(text)) = (known.most, datum.as_str()) {
        let length = text.chars().count();
        if length > most {
            let message = format!("{what} has {length} characters; {} allows {most}", target.summary);
            reader.error(codes::TARGET, message, reader.span(value), None);
        }
    }
    Some(datum)
}

/// Reports the part of a value that does not have its type.
fn refuse(reader: &mut Reader, setting: &Address<'_>, value: &Value<'_>, objection: &Objection<'_>) {
    let (mut place, mut at) = (setting.to_string(), value);
    for step in &objection.path {
        let inner = match (step, at.get_ref()) {
            (Step::Key(name), DeValue::Table(table)) => {
                place += &format!(".{}", key_literal(name));
                table.get(*name)
            }
            (Step::Item(number), DeValue::Array(array)) => {
                place += &format!("[{number}]");
                array.get(*number)
            }
            _ => None,
        };
        // A key that is missing has no place of its own.
        at = inner.unwrap_or(at);
    }
    let (what, wanted) = (format!("`{place}`"), objection.wanted.describe());
    let Some(found) = objection.found else {
        let message = format!("{what} is missing; it must be {wanted}");
        return reader.error(codes::BAD_VALUE, message, reader.span(at), None);
    };
    let (message, help) = match (objection.wanted, found.as_str()) {
        _ if !objection.wanted.is_like(found) => return reader.wrong_type(&what, &wanted, at),
        (KeyType::OneOf(words), Some(word)) => {
            (format!("{what} cannot be `{word}`"), did_you_mean(word, words.iter().copied()))
        }
        (KeyType::AtLeast(least), _) => (format!("{what} must be at least {least}"), None),
        (KeyType::Pattern | KeyType::Globs(_), Some(text)) => (
            format!("{what} has a value that is not a path pattern"),
            Some(of_pattern(objection.wanted, text)),
        ),
        _ => (format!("{what} must be {wanted}"), None),
    };
    reader.error(codes::BAD_VALUE, message, reader.span(at), help);
}

/// How to write a path pattern, in place of a text that is none.
fn of_pattern(wanted: KeyType, text: &str) -> String {
    let help = match wanted {
        _ if text.trim().is_empty() => "write a pattern, or delete it",
        KeyType::Globs(Quoting::Bare) => {
            "close its brackets and braces; the program reads it without quotes, so it can have no quotes, no `#` \
             and no line break, must not be all in brackets, and in a list has commas only in braces"
        }
        KeyType::Globs(_) => {
            "write it on one line and close its brackets and braces; in a list, it has commas only in braces"
        }
        _ => "write it on one line and close its brackets and braces",
    };
    help.to_owned()
}

/// What to do with a key that cento does not set, but the program of the target knew or may know.
fn of_program(target: &Target, key: &str) -> Option<String> {
    match target.other_keys?.status(key) {
        NameStatus::Retired(instead) => Some(format!("set `{instead}`: it has taken the place of `{key}`")),
        NameStatus::Known => {
            Some(format!("to pass it on, write the line as an entry of `{FRONT_MATTER}`: `\"{key}: ...\"`"))
        }
        NameStatus::Unknown => None,
    }
}

/// Reports an unknown setting. For keys that cento fills in itself, the help names their source.
fn unknown(reader: &mut Reader, target: &Target, key: &Key<'_>, value: &Value<'_>) -> Option<Datum> {
    let name = key.get_ref().as_ref();
    let lists = [(target.allow, Tools::Allow), (target.deny, Tools::Deny)];
    let tools = lists.map(|(list, key)| list.map(|(name, _)| (name, key.name())));
    let from_tools = tools.into_iter().flatten().find(|(key, _)| *key == name);
    let help = match (name, from_tools) {
        (DESCRIPTION, _) if target.has_values() && target.description.is_some() => {
            format!("set {} at the top of the profile", Profile::Description.shown())
        }
        (_, Some((_, list))) => format!("set `{list}` in {}", header([Profile::Tools.name()])),
        _ if let Some(help) = of_program(target, name) => help,
        _ => {
            let place = format!("`{}`", target_header(target.name));
            reader.unknown_key(key, value, &place, target.settings());
            return None;
        }
    };
    let message = format!("`{name}` cannot be set in `{}`", target_header(target.name));
    reader.error(codes::UNKNOWN_KEY, message, reader.key_span(key), Some(help));
    None
}

/// Reads `front-matter` of a target: a string, or a list of keys and typed lines.
fn read_front_matter(reader: &mut Reader, target: &Target, value: &Value<'_>) -> Option<Datum> {
    let what = format!("`{}`", Address::TargetKey { target: target.name, key: FRONT_MATTER });
    if let DeValue::String(_) = value.get_ref() {
        return reader.datum(&what, value);
    }
    let array = reader.array(&what, value)?;
    let mut entries = Vec::new();
    for element in array.iter() {
        let entry = reader.string(&format!("an entry of {what}"), element)?;
        if is_bare(&entry) && !target.front_matter_keys().any(|key| key == entry.value) {
            let message = format!("`{}` is not a key of {}", entry.value, target.summary);
            let help = did_you_mean(&entry.value, target.front_matter_keys());
            let line = format!("to add another line, write it with its value: \"{}: ...\"", entry.value);
            reader.error(codes::UNKNOWN_KEY, message, entry.span, help.or(Some(line)));
            continue;
        }
        entries.push(Datum::String(entry.value));
    }
    Some(Datum::List(entries))
}

/// Returns whether an entry is a single word, and so the name of a key that cento writes.
fn is_bare(entry: &Text) -> bool {
    let text = entry.value.as_str();
    text.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_')
}
