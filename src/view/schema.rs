//! JSON Schemas of the files that people write, for editors and other programs.

use serde_json::{Map, Value, json};

use crate::model::grammar::{self, Entry, FORCES, File, Keys as _, LeftOut, Name, Row, Rule, Table, Type};
use crate::model::{
    Bound, CODES, Force, KeyType, LAYOUT, LayoutKey, LayoutValue, MAX_LINES, Member, Part, RESERVED,
    Severity, TARGETS, Target,
};

/// A string that is not blank.
const TEXT: &str = r"\S";
/// A line that is not blank.
const LINE: &str = r"^[^\n\r]*\S[^\n\r]*$";
/// A relative path without `..` components and backslashes.
const DIRECTORY: &str = r"^(?!/|\.{1,2}(/|$)|.*/\.\.(/|$))[^\n\r\\]*[^\s\\][^\n\r\\]*$";
/// An id.
const ID: &str = "^[a-z0-9][a-z0-9-]*$";

/// How deep places in `[layout]` are nested: section, group and entry.
const PLACES: usize = 3;

/// The JSON Schema (draft 2020-12) of a kind of file.
pub(crate) fn schema(file: &File) -> Value {
    let mut schema = Schema { has_partial_entries: file.has_partial_entries, ..Schema::default() };
    let mut root = Map::new();
    root.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    root.insert("title".into(), format!("cento {}", file.name).into());
    root.insert("description".into(), file.summary.into());
    root.extend(schema.table(&(file.table)()));
    root.insert("$defs".into(), schema.definitions.into());
    root.into()
}

/// The definitions under `$defs`, by name.
#[derive(Default)]
struct Schema {
    definitions: Map<String, Value>,
    /// Whether entries may leave out their text.
    has_partial_entries: bool,
}

impl Schema {
    /// A reference to a definition. If it does not exist, `make` makes it.
    fn refer(&mut self, name: &str, make: impl FnOnce(&mut Self) -> Value) -> Value {
        if !self.definitions.contains_key(name) {
            // A definition may refer to itself, so its name is reserved before it is made.
            self.definitions.insert(name.to_owned(), Value::Null);
            let made = make(self);
            self.definitions.insert(name.to_owned(), made);
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    fn table(&mut self, table: &Table) -> Map<String, Value> {
        self.object(&table.rows, &table.rules)
    }

    fn object(&mut self, rows: &[&Row], rules: &[Rule]) -> Map<String, Value> {
        let mut object = Map::new();
        object.insert("type".into(), "object".into());
        let properties: Map<String, Value> =
            rows.iter().map(|row| (row.name.to_owned(), self.property(row))).collect();
        object.insert("properties".into(), properties.into());
        object.insert("additionalProperties".into(), false.into());
        let required: Vec<&str> = rows
            .iter()
            .filter(|row| match row.left_out {
                LeftOut::Required(_) => true,
                LeftOut::RequiredInFragment => !self.has_partial_entries,
                LeftOut::Nothing
                | LeftOut::False
                | LeftOut::Text(_)
                | LeftOut::List(_)
                | LeftOut::Derived(_) => false,
            })
            .map(|row| row.name)
            .collect();
        if !required.is_empty() {
            object.insert("required".into(), required.into());
        }
        let mut needs = Map::new();
        let mut excluded = Vec::new();
        for rule in rules {
            let each =
                |keys: &[&str]| keys.iter().map(|key| json!({ "required": [key] })).collect::<Vec<Value>>();
            match rule {
                Rule::ExactlyOne(keys) => drop(object.insert("oneOf".into(), each(keys).into())),
                Rule::AtLeastOne(keys) => drop(object.insert("anyOf".into(), each(keys).into())),
                Rule::AtMostOne(keys) => excluded.push(json!({ "required": keys })),
                Rule::Needs(key, of) => {
                    drop(needs.insert((*key).to_owned(), json!({ "anyOf": each(of) })));
                }
            }
        }
        match excluded.as_slice() {
            [] => {}
            [only] => drop(object.insert("not".into(), only.clone())),
            several => drop(object.insert("not".into(), json!({ "anyOf": several }))),
        }
        if !needs.is_empty() {
            object.insert("dependentSchemas".into(), needs.into());
        }
        object
    }

    fn property(&mut self, row: &Row) -> Value {
        let mut property = self.value(row.value);
        property["description"] = described(row).into();
        match row.left_out {
            LeftOut::False => property["default"] = false.into(),
            LeftOut::Text(text) => property["default"] = text.into(),
            LeftOut::List(list) => property["default"] = list.into(),
            LeftOut::Nothing | LeftOut::Derived(_) | LeftOut::Required(_) | LeftOut::RequiredInFragment => {}
        }
        property
    }

    fn value(&mut self, value: Type) -> Value {
        match value {
            Type::String => json!({ "type": "string" }),
            Type::Text => string(TEXT),
            Type::Line => string(LINE),
            Type::Heading => string(r"^([^\n\r]*\S[^\n\r]*)?$"),
            Type::Directory => string(DIRECTORY),
            Type::Truth => json!({ "type": "boolean" }),
            Type::Count => json!({ "type": "integer", "minimum": 1 }),
            Type::Scalar => json!({ "type": ["string", "number", "boolean"] }),
            Type::Any => json!({}),
            Type::OneOf(words) => json!({ "enum": words }),
            Type::Name(name) => self::name(name),
            Type::List(of) => json!({ "type": "array", "items": self.value(*of) }),
            Type::Set(of, least) => {
                let mut list = json!({ "type": "array", "items": self.value(*of), "uniqueItems": true });
                if least > 0 {
                    list["minItems"] = least.into();
                }
                list
            }
            Type::Sides => json!({
                "type": "array", "items": string(":"), "uniqueItems": true, "minItems": 2, "maxItems": 2,
            }),
            Type::OneOrMore(of) => json!({ "anyOf": [self.value(*of), self.value(Type::Set(of, 1))] }),
            Type::Anchors => {
                let anchor = string(r"^[a-z0-9][a-z0-9-]*\??$");
                json!({ "anyOf": [anchor, { "type": "array", "items": anchor }] })
            }
            Type::Either(types) => {
                json!({ "anyOf": types.iter().map(|one| self.value(*one)).collect::<Vec<_>>() })
            }
            Type::Table(table) => {
                let table = table();
                self.refer(table.name, |schema| schema.table(&table).into())
            }
            Type::Tables(table) => json!({ "type": "array", "items": self.value(Type::Table(table)) }),
            Type::Map(names, of, least) => {
                let mut map = json!({ "type": "object" });
                if names != Name::Any {
                    map["propertyNames"] = self::name(names);
                }
                map["additionalProperties"] = self.value(*of);
                if least > 0 {
                    map["minProperties"] = least.into();
                }
                map
            }
            Type::Entry(part) => self.refer(part.noun(), |schema| schema.entry(part)),
            Type::Layout => self.layout(0),
            Type::Targets => targets(),
            Type::Severities => severities(),
            Type::Subjects => {
                let subject = self.refer("subject", Self::subject);
                json!({
                    "type": "object",
                    "propertyNames": self::name(Name::Subject),
                    "additionalProperties": subject,
                })
            }
        }
    }

    /// The schema of an entry: its text alone, or a table of the keys that its part allows.
    fn entry(&mut self, part: Part) -> Value {
        let text = if part == Part::Title { Type::Line } else { Type::Text };
        let rows: Vec<&Row> = Entry::all().iter().filter(|key| key.fits(part)).map(|key| key.row()).collect();
        let has = |key: &str| rows.iter().any(|row| row.name == key);
        let rules: Vec<Rule> = Entry::rules()
            .into_iter()
            .filter(|rule| match rule {
                Rule::Needs(key, _) => has(key),
                Rule::AtMostOne(keys) => keys.iter().all(|key| has(key)),
                Rule::AtLeastOne(_) | Rule::ExactlyOne(_) => true,
            })
            .collect();
        let mut table: Value = self.object(&rows, &rules).into();
        let text = self.value(text);
        for (key, value) in text.as_object().into_iter().flatten() {
            table["properties"][Entry::Text.name()][key] = value.clone();
        }
        json!({ "anyOf": [text, table] })
    }

    /// The schema of the layout settings of the document, or of places `depth` levels below it.
    fn layout(&mut self, depth: usize) -> Value {
        let fits = |key: &&LayoutKey| key.reach.fits(depth == 0);
        let below = (depth < PLACES)
            .then(|| self.refer(&format!("layout-{}", depth + 1), |schema| schema.layout(depth + 1)));
        let mut properties = Map::new();
        for key in LAYOUT.iter().filter(fits) {
            let mut setting = layout_value(key.value);
            if depth == 0 && Force::from_name(key.name).is_some() {
                setting["minLength"] = 1.into();
            }
            // A table is always a place, even if a setting has the same name.
            let mut setting = match &below {
                Some(below) => json!({ "anyOf": [setting, below] }),
                None => setting,
            };
            setting["description"] = plain(key.summary).into();
            properties.insert(key.name.to_owned(), setting);
        }
        json!({
            "type": "object",
            "propertyNames": string(ID),
            "properties": properties,
            "additionalProperties": below.unwrap_or(false.into()),
        })
    }

    /// The schema of a subject: its relations, and nested subjects whose names continue its own.
    fn subject(&mut self) -> Value {
        let more = json!({ "$ref": "#/$defs/subject" });
        let mut properties = Map::new();
        for row in grammar::Subject::rows() {
            let relation = self.property(row);
            properties.insert(
                row.name.to_owned(),
                json!({ "description": described(row), "anyOf": [relation, more] }),
            );
        }
        json!({
            "type": "object",
            "properties": properties,
            "propertyNames": name(Name::Subject),
            "additionalProperties": more,
        })
    }
}

fn string(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": pattern })
}

fn name(name: Name) -> Value {
    match name {
        Name::Any => json!({ "type": "string" }),
        Name::Id => string(ID),
        Name::Kind => json!({ "type": "string", "pattern": ID, "not": { "enum": RESERVED } }),
        Name::Field => string("^[a-z][a-z0-9_]*$"),
        Name::Subject => string(r"^[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*$"),
        Name::Tool => {
            string(r"^([^,\s]|\([^()\n\r]*\))(([^,\n\r]|\([^()\n\r]*\))*([^,\s]|\([^()\n\r]*\)))?$")
        }
        Name::Force => json!({ "enum": FORCES }),
    }
}

fn layout_value(value: LayoutValue) -> Value {
    match value {
        LayoutValue::Gap => {
            json!({ "anyOf": [{ "type": "integer", "minimum": 0, "maximum": MAX_LINES }, { "type": "string" }] })
        }
        LayoutValue::Pattern(word) => {
            let others = format!(r"((?!{word})[\s\S])*");
            string(&format!("^{others}{word}{others}$"))
        }
        LayoutValue::Number => string(r"^[^\n]*[0-9][^\n]*$"),
        LayoutValue::Text => json!({ "type": "string" }),
        LayoutValue::Line => string(r"^[^\n]*$"),
        LayoutValue::Count => json!({ "type": "integer", "minimum": 0 }),
        LayoutValue::Ids => json!({ "type": "array", "items": string(ID) }),
        LayoutValue::LineEnding => json!({ "enum": [crate::model::LF, crate::model::CRLF] }),
        LayoutValue::Truth => json!({ "type": "boolean" }),
    }
}

/// The schema of `[target]`: a table of settings for each target.
fn targets() -> Value {
    let settings: Map<String, Value> = TARGETS
        .iter()
        .map(|target| {
            (
                target.name.to_owned(),
                json!({ "description": target.summary, "anyOf": [settings(target), { "const": false }] }),
            )
        })
        .collect();
    json!({ "type": "object", "properties": settings, "additionalProperties": false })
}

fn settings(target: &Target) -> Value {
    let keys: Vec<&str> = target.front_matter_keys().collect();
    // A single word names a key whose value cento computes. Anything else is a literal line.
    let entry = json!({
        "type": "string",
        "anyOf": [{ "enum": keys }, { "not": { "pattern": "^[A-Za-z][A-Za-z0-9_-]*$" } }],
    });
    let properties: Map<String, Value> = target
        .settings()
        .map(|name| {
            let mut value = match target.key(name) {
                Some(key) => {
                    let mut value = key_value(key.value);
                    if let Some(most) = key.most {
                        value["maxLength"] = most.into();
                    }
                    value
                }
                None if name == crate::model::FRONT_MATTER => {
                    json!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": entry }] })
                }
                None => string(LINE),
            };
            let about = target.describe(name);
            value["description"] = match target.key(name) {
                Some(_) => format!("the key `{name}` of the front matter: {about}").into(),
                None => about.into(),
            };
            (name.to_owned(), value)
        })
        .collect();
    json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}

fn key_value(value: KeyType) -> Value {
    let list = |items: Value| json!({ "type": "array", "items": items });
    match value {
        KeyType::String => json!({ "type": "string" }),
        KeyType::Filled => json!({ "type": "string", "pattern": "\\S" }),
        KeyType::OneOf(words) => json!({ "enum": words }),
        KeyType::AtLeast(least) => json!({ "type": "integer", "minimum": least }),
        KeyType::Boolean => json!({ "type": "boolean" }),
        KeyType::Any => json!({}),
        KeyType::Map => json!({ "type": "object" }),
        KeyType::AnyNumber => json!({ "type": "number" }),
        KeyType::Number(least, most) => json!({ "type": "number", "minimum": least, "maximum": most }),
        KeyType::Names => json!({
            "type": "array",
            "items": { "type": "string", "pattern": "^ *[A-Za-z0-9_-][A-Za-z0-9 _-]*$" },
            "minItems": 1,
            "uniqueItems": true,
        }),
        KeyType::List(of) => list(key_value(*of)),
        KeyType::MapOf(of) => json!({ "type": "object", "additionalProperties": key_value(*of) }),
        KeyType::Table(entries) => {
            let property = |entry: &Member| {
                let mut property = key_value(entry.value);
                property["description"] =
                    format!("the key `{}`: {}", entry.name, entry.value.describe()).into();
                (entry.name.to_owned(), property)
            };
            let properties: Map<String, Value> = entries.iter().map(property).collect();
            let required: Vec<&str> =
                entries.iter().filter(|entry| entry.is_required).map(|entry| entry.name).collect();
            json!({ "type": "object", "properties": properties, "required": required })
        }
        KeyType::Either(types) => json!({ "anyOf": types.map(key_value) }),
        KeyType::Pattern => path_pattern(),
        KeyType::Globs(_) => json!({ "anyOf": [path_pattern(), list(path_pattern())] }),
    }
}

/// A pattern of paths. Its brackets are not counted.
fn path_pattern() -> Value {
    string(r#"^[^\n\r"'#]*[^\s"'#][^\n\r"'#]*$"#)
}

/// The schema of `[severity]`: the severities that each code may have.
fn severities() -> Value {
    let properties: Map<String, Value> = CODES
        .iter()
        .map(|code| {
            let words: Vec<&str> = Severity::WORDS
                .iter()
                .filter(|(_, severity)| code.bound == Bound::Free || *severity == Some(code.severity))
                .map(|(word, _)| *word)
                .collect();
            let property = json!({
                "enum": words, "default": code.severity.name(), "description": plain(code.summary),
            });
            (code.name.to_owned(), property)
        })
        .collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// The purpose and the default of a key, in a self-contained sentence.
fn described(row: &Row) -> String {
    // The reference goes on with a pointer to its own sections.
    let summary = row.summary.split("; see [").next().unwrap_or(row.summary);
    match row.left_out {
        LeftOut::Derived(default) => plain(&format!("{summary}; without it: {default}")),
        _ => plain(summary),
    }
}

/// Removes the link targets from a sentence of the reference.
fn plain(sentence: &str) -> String {
    let mut text = String::new();
    let mut rest = sentence;
    while let Some((before, link)) = rest.split_once('[') {
        text.push_str(before);
        match link.split_once("](").and_then(|(words, after)| Some((words, after.split_once(')')?.1))) {
            Some((words, after)) if !words.contains('[') => {
                text.push_str(words);
                rest = after;
            }
            _ => {
                text.push('[');
                rest = link;
            }
        }
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;
    use crate::model::{is_field_name, is_id, is_subject, is_tool_name};

    #[test]
    fn patterns_of_names_agree_with_the_readers() {
        let is_valid = |name, text: &str| match name {
            Name::Id => is_id(text),
            Name::Field => is_field_name(text),
            Name::Subject => is_subject(text),
            _ => is_tool_name(text),
        };
        let pieces = ["", "a", "Z", "0", "-", "_", ".", ",", " ", "\n", "b-c", "\u{e9}", "(", ")", "(a, b)"];
        for name in [Name::Id, Name::Field, Name::Subject, Name::Tool] {
            let schema = super::name(name);
            let pattern = Regex::new(schema["pattern"].as_str().unwrap()).unwrap();
            for at in 0..pieces.len().pow(3) {
                let piece = |place: u32| pieces[at / pieces.len().pow(place) % pieces.len()];
                let text = [piece(0), piece(1), piece(2)].concat();
                assert_eq!(pattern.is_match(&text), is_valid(name, &text), "{name:?}: {text:?}");
            }
        }
    }

    #[test]
    fn links_become_their_text() {
        assert_eq!(plain("see [a](#b), `[[x]]` and [c](d#e)"), "see a, `[[x]]` and c");
    }
}
