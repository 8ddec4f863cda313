//! YAML front matter in a form that simple and full YAML readers read alike.

use serde::Serialize;
use serde_yaml::SerializerOptions;

use super::document::{Attribution, Document};
use super::entry::{VALUE, fill, is_list};
use crate::compose::{Origin, Persona, TargetSettings};
use crate::model::grammar::Profile;
use crate::model::{DESCRIPTION, Datum, Form, KeyType, NAME, Target, ToolList};
use crate::text::front_matter::is_fence;

/// A TOML value that serializes as itself.
pub(super) struct Plain<'d>(pub(super) &'d Datum);

impl Serialize for Plain<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Datum::String(text) => serializer.serialize_str(text),
            Datum::Integer(number) => serializer.serialize_i64(*number),
            Datum::Float(number) => serializer.serialize_f64(*number),
            Datum::Boolean(truth) => serializer.serialize_bool(*truth),
            Datum::List(items) => serializer.collect_seq(items.iter().map(Plain)),
            Datum::Map(map) => serializer.collect_map(map.iter().map(|(key, value)| (key, Plain(value)))),
        }
    }
}

/// Appends the front matter of a target: `name` (the profile's id), `description`, the tools, and the target's other
/// keys in table order. The profile's `front-matter` setting replaces this arrangement. Returns whether there is any:
/// without keys, no dashes are written.
pub(crate) fn front_matter<'a>(
    document: &mut Document<'a>,
    id: &str,
    persona: &Persona<'a>,
    settings: &TargetSettings<'a>,
) -> bool {
    let known = known(id, persona, settings);
    let usual = |line: &Known<'a>| (self::line(settings.target, line.key, &line.value), line.attribution);
    let lines: Vec<(String, Attribution<'a>)> = match settings.typed_front_matter() {
        Some((Datum::String(text), origin)) => {
            document.push(text, Attribution::from(Some(origin)));
            return true;
        }
        Some((Datum::List(entries), origin)) => {
            let entries: Vec<&str> = entries.iter().filter_map(Datum::as_str).collect();
            let line_of = |entry: &&str| match known.iter().find(|line| line.key == key_of(entry)) {
                Some(line) if *entry == line.key => Some(usual(line)),
                Some(line) if entry.contains(VALUE) => match fill(entry, line.value_in(entry)) {
                    Some(filled) => Some((format!("{filled}\n"), line.attribution)),
                    None => Some(usual(line)),
                },
                // An entry for a key without a value is left out.
                None if is_known(settings, entry) => None,
                _ => Some((format!("{entry}\n"), Attribution::from(Some(origin)))),
            };
            // The name always exists, so only the list decides whether it is written.
            let is_stated = |key: &str| key == NAME || entries.iter().any(|entry| key_of(entry) == key);
            let unstated = known.iter().filter(|line| !is_stated(line.key)).map(usual);
            entries.iter().filter_map(line_of).chain(unstated).collect()
        }
        _ => known.iter().map(usual).collect(),
    };
    if lines.is_empty() {
        return false;
    }
    document.layout("---\n");
    lines.into_iter().for_each(|(line, attribution)| document.push(&line, attribution));
    document.layout("---\n");
    true
}

/// Returns whether an entry is a placeholder for a value of the persona.
fn is_known(settings: &TargetSettings<'_>, entry: &str) -> bool {
    let key = key_of(entry);
    (entry == key || entry.contains(VALUE)) && settings.target.front_matter_keys().any(|known| known == key)
}

/// The key of an entry of `front-matter`: the text before the first colon.
fn key_of(entry: &str) -> &str {
    entry.split_once(':').map_or(entry, |(key, _)| key)
}

/// Returns whether the profile's `front-matter` has its own text for a key.
pub(crate) fn is_typed(settings: &TargetSettings<'_>, key: &str) -> bool {
    let is_own = |entry: &str| key_of(entry) == key && !is_known(settings, entry) && !is_empty(entry);
    match settings.typed_front_matter() {
        Some((Datum::List(entries), _)) => entries.iter().filter_map(Datum::as_str).any(is_own),
        Some((Datum::String(text), _)) => {
            let mut lines = text.lines().skip_while(|line| key_of(line) != key).peekable();
            let first = lines.next().unwrap_or_default();
            let rest = lines.take_while(|line| line.starts_with([' ', '\t', '-']) && !is_fence(line));
            is_own(&[first].into_iter().chain(rest).collect::<Vec<_>>().join("\n"))
        }
        _ => false,
    }
}

/// Whether an entry of front matter has no value.
fn is_empty(entry: &str) -> bool {
    let value = entry.split_once(':').map_or("", |(_, value)| value);
    value.trim().trim_matches(['"', '\'']).trim().is_empty()
}

/// A line whose value comes from the persona.
pub(crate) struct Known<'a> {
    pub(crate) key: &'static str,
    pub(crate) value: Datum,
    /// The value as a list, where the target wants its names in one string.
    pub(crate) list: Option<Datum>,
    pub(super) attribution: Attribution<'a>,
}

impl<'a> Known<'a> {
    fn new(key: &'static str, value: Datum, attribution: Attribution<'a>) -> Self {
        Known { key, value, list: None, attribution }
    }

    /// Where the value comes from; nothing for a default.
    pub(crate) fn origin(&self) -> Option<Origin<'a>> {
        match self.attribution {
            Attribution::From(_, origin) => Some(origin),
            Attribution::Open(_) | Attribution::Layout => None,
        }
    }

    /// The value, as a list where it is one.
    pub(crate) fn listed(&self) -> &Datum {
        self.list.as_ref().unwrap_or(&self.value)
    }

    fn value_in(&self, pattern: &str) -> &Datum {
        self.list.as_ref().filter(|_| is_list(pattern)).unwrap_or(&self.value)
    }
}

/// The values that a persona has for the keys of a target, in the order in which they are written.
pub(crate) fn known<'a>(id: &str, persona: &Persona<'a>, settings: &TargetSettings<'a>) -> Vec<Known<'a>> {
    let mut known = Vec::new();
    if settings.target.declared.is_some() {
        let name = Datum::String(settings.declared_name(id).to_owned());
        let given = settings.name.as_ref().and_then(|name| name.origin);
        known.push(Known::new(NAME, name, Attribution::from(given)));
    }
    let body = settings.body_key();
    let key = match settings.target.form {
        Form::Json(envelope) if body == Some(DESCRIPTION) => envelope.blurb,
        _ => DESCRIPTION,
    };
    let is_free = settings.target.description.is_some() && persona.value(settings, key).is_none();
    if let Some(field) = persona.field(Profile::Description.name()).filter(|_| is_free) {
        let value = Datum::String(field.value.to_string());
        known.push(Known::new(key, value, Attribution::from(field.origin)));
    }
    let lists = [
        (settings.target.allow, persona.allow.as_deref(), persona.allow_origin, false),
        (settings.target.deny, Some(&persona.deny[..]), persona.deny_origin, true),
    ];
    for (key, tools, origin, is_denied) in lists {
        if let (Some((key, form)), Some(tools @ [_, ..])) = (key, tools) {
            let tools = settings.target.tool_names(tools, is_denied);
            let list = Datum::List(tools.iter().map(|tool| Datum::String((*tool).to_owned())).collect());
            let value = match form {
                ToolList::List => list.clone(),
                ToolList::Commas | ToolList::Spaces => Datum::String(tools.join(form.separator())),
            };
            known.push(Known { list: Some(list), ..Known::new(key, value, Attribution::from(origin)) });
        }
    }
    for key in settings.target.keys.iter().filter(|key| key.is_written && Some(key.name) != body) {
        if let Some((datum, origin)) = persona.value(settings, key.name) {
            let attribution = Attribution::from(origin);
            known.push(match key.value {
                KeyType::Globs(_) => Known::new(key.name, datum.on_one_line(), attribution),
                _ => Known::new(key.name, datum.clone(), attribution),
            });
        }
    }
    known
}

/// `key: value` in YAML, with a line break. Strings stay on one line if possible, because some readers of front matter
/// support only that; they have no quotes where the target's reader would take these as part of the value.
pub(crate) fn line(target: &Target, key: &str, value: &Datum) -> String {
    if let (true, Datum::String(text)) = (target.writes_bare(key), value) {
        return format!("{key}: {text}\n");
    }
    let mut options = SerializerOptions::default();
    options.prefer_block_scalars = false;
    let map = std::collections::BTreeMap::from([(key, Plain(value))]);
    serde_yaml::to_string_with_options(&map, options).unwrap_or_else(|_| {
        // JSON is a subset of YAML and can express every TOML value.
        format!("{key}: {}\n", serde_json::json!(Plain(value)))
    })
}
