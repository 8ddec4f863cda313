//! `cento schema` and the readers accept the same files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::case::Case;
use crate::model::grammar::{FILES, Keys as _, LeftOut, Row, Rule, Table, Type, table};
use crate::model::{Diagnostic, Severity, grammar};
use crate::view::schema::schema;
use crate::workspace::load_texts;

/// Codes about what no schema knows: the content of other files, and of texts.
const BEYOND: [&str; 6] = [
    "unknown-fragment", "unknown-profile", "unknown-kind", "duplicate-address", "no-reason",
    "stale-acceptance",
];

/// Messages about relations to other keys or files.
const ELSEWHERE: [&str; 9] = [
    "the style `",
    "names the fragment itself",
    "implies itself",
    "excludes itself",
    "not a valid regular expression",
    "is in both `use` and `drop`",
    "must not contain each other",
    "two `[[",
    "leaves no output",
];

fn validators() -> BTreeMap<&'static str, Validator> {
    let of = |file| jsonschema::draft202012::new(&schema(file)).expect("the schema is one");
    FILES.iter().map(|file| (file.name, of(file))).collect()
}

/// Returns the path of a file of this kind in a workspace.
fn path_of(kind: &str) -> &'static str {
    match kind {
        "fragment" => "fragments/rules/x.toml",
        "profile" => "profiles/x.toml",
        _ => "cento.toml",
    }
}

/// Returns the kind of the file at a path, in a workspace with default directories.
fn kind_of(path: &str) -> Option<&'static str> {
    let is_toml = path.ends_with(".toml");
    match path.split_once('/') {
        Some(("fragments", _)) if is_toml => Some("fragment"),
        Some(("profiles", name)) if is_toml && !name.contains('/') => Some("profile"),
        None if path == "cento.toml" => Some("config"),
        _ => None,
    }
}

/// Returns the errors of a single file, as far as a schema can know them.
fn errors(kind: &str, toml: &str) -> Vec<String> {
    let texts = [(path_of(kind).into(), toml.to_owned())].into();
    let (_, findings) = load_texts(&texts);
    let is_about_form = |finding: &&Diagnostic| {
        finding.severity == Severity::Error
            && !finding.code.is_about_text()
            && !BEYOND.contains(&finding.code.name)
            && !ELSEWHERE.iter().any(|part| finding.message.contains(part))
    };
    findings.iter().filter(is_about_form).map(|finding| finding.message.clone()).collect()
}

/// Returns the schema's objections to a file.
fn objections(validator: &Validator, toml: &str) -> Vec<String> {
    let value: Value = toml::from_str(toml).expect("TOML");
    validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn the_schema_and_the_readers_accept_the_same_values_of_every_key() {
    let validators = validators();
    let mut count = 0;
    let mut wrong = Vec::new();
    for file in &FILES {
        let mut documents = Vec::new();
        plant(&(file.table)(), &|document| document, &mut documents);
        for document in documents {
            let Ok(toml) = toml::to_string(&document) else { continue };
            let (read, valid) = (errors(file.name, &toml), objections(&validators[file.name], &toml));
            count += 1;
            if read.is_empty() != valid.is_empty() {
                wrong.push(format!("{} {document}\n  reader: {read:?}\n  schema: {valid:?}", file.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 3_000, "only {count} documents");
}

/// Puts a table into the document around it.
type Wrap<'w> = &'w dyn Fn(Value) -> Value;

/// Adds documents that give each key below a table many values, and otherwise only what is required.
fn plant(table: &Table, wrap: Wrap, documents: &mut Vec<Value>) {
    documents.push(wrap(minimal(table)));
    let mut unknown = minimal(table);
    unknown["zzz"] = 1.into();
    documents.push(wrap(unknown));
    for rule in &table.rules {
        if let Rule::AtMostOne(keys) = rule {
            let mut all = minimal(table);
            for key in *keys {
                all[*key] = sample(row_of(table, key).value);
            }
            documents.push(wrap(all));
        }
    }
    for row in &table.rows {
        let put = |value: Value| {
            let mut all = minimal(table);
            all[row.name] = value;
            let mut put_in = vec![row.name];
            for rule in &table.rules {
                if let Rule::Needs(key, of) = rule
                    && *key == row.name
                {
                    all[of[0]] = sample(row_of(table, of[0]).value);
                    put_in.push(of[0]);
                }
            }
            for rule in &table.rules {
                if let Rule::ExactlyOne(keys) = rule
                    && keys.iter().any(|key| put_in.contains(key))
                {
                    let map = all.as_object_mut().unwrap();
                    map.retain(|key, _| put_in.contains(&&**key) || !keys.contains(&&**key));
                }
            }
            wrap(all)
        };
        documents.push(put(sample(row.value)));
        documents.extend(values().into_iter().map(&put));
        inside(row.value, &put, documents);
        let mut less = minimal(table);
        if less.as_object_mut().unwrap().remove(row.name).is_some() {
            documents.push(wrap(less));
        }
    }
}

fn inside(value: Type, put: Wrap, documents: &mut Vec<Value>) {
    match value {
        Type::Table(table) => plant(&table(), put, documents),
        Type::Tables(table) => plant(&table(), &|one| put(json!([one])), documents),
        Type::List(of) | Type::Set(of, _) | Type::OneOrMore(of) => {
            documents.extend(values().into_iter().map(|value| put(json!([value]))));
            inside(*of, &|one| put(json!([one])), documents);
        }
        Type::Map(name, of, _) => {
            let key = sample(Type::Name(name));
            let key = key.as_str().unwrap();
            documents.extend(values().into_iter().map(|value| put(json!({ key: value }))));
            for key in ["Bad Name", "a_b", "a-b", "a.b", "1", "fields", ""] {
                documents.push(put(json!({ key: sample(*of) })));
            }
            inside(*of, &|one| put(json!({ key: one })), documents);
        }
        Type::Either(types) => types.iter().for_each(|one| inside(*one, put, documents)),
        Type::Entry(part) => {
            let mut entry = table::<grammar::Entry>();
            entry.rows.retain(|row| grammar::Entry::find(row.name).unwrap().fits(part));
            let has = |key: &&str| entry.rows.iter().any(|row| row.name == *key);
            entry.rules.retain(|rule| !matches!(rule, Rule::AtMostOne(keys) if !keys.iter().all(has)));
            plant(&entry, put, documents);
        }
        Type::Subjects => {
            let subjects = table::<grammar::Subject>();
            plant(&subjects, &|one| put(json!({ "a": one })), documents);
            plant(&subjects, &|one| put(json!({ "a": { "b": one } })), documents);
        }
        Type::Layout => {
            for key in crate::model::LAYOUT.iter().map(|key| key.name).chain(["zzz", "Bad"]) {
                for value in values() {
                    documents.push(put(json!({ key: value })));
                    documents.push(put(json!({ "rules": { key: value } })));
                    documents.push(put(json!({ "rules": { "g": { "x": { key: value } } } })));
                }
            }
        }
        Type::Targets => {
            for target in &crate::model::TARGETS {
                for key in target.settings().chain(["zzz", "name", "tools"]) {
                    documents.extend(
                        values().into_iter().map(|value| put(json!({ target.name: { key: value } }))),
                    );
                }
            }
        }
        Type::Severities => {
            for code in crate::model::CODES.iter().map(|code| code.name).chain(["zzz"]) {
                for word in ["error", "warning", "note", "off", "fatal"] {
                    documents.push(put(json!({ code: word })));
                }
            }
        }
        _ => {}
    }
}

fn row_of<'t>(table: &'t Table, name: &str) -> &'t Row {
    table.rows.iter().find(|row| row.name == name).expect("a rule names keys of its table")
}

/// Returns a table with only its required keys.
fn minimal(table: &Table) -> Value {
    let mut all = Map::new();
    for row in &table.rows {
        if let LeftOut::Required(_) | LeftOut::RequiredInFragment = row.left_out {
            all.insert(row.name.to_owned(), sample(row.value));
        }
    }
    for rule in &table.rules {
        if let Rule::ExactlyOne(keys) | Rule::AtLeastOne(keys) = rule {
            all.insert(keys[0].to_owned(), sample(row_of(table, keys[0]).value));
        }
    }
    all.into()
}

/// Returns a value of a type.
fn sample(value: Type) -> Value {
    match value {
        Type::OneOf(words) => words[0].into(),
        Type::Name(grammar::Name::Force) => "never".into(),
        Type::Truth => true.into(),
        Type::Count => 1.into(),
        Type::List(of) | Type::Set(of, _) => json!([sample(*of)]),
        Type::OneOrMore(of) => sample(*of),
        Type::Either(types) => sample(types[0]),
        Type::Sides => json!(["rules/x:rules.a", "rules/x:rules.b"]),
        Type::Table(table) => minimal(&table()),
        Type::Tables(table) => json!([minimal(&table())]),
        Type::Map(name, of, _) => json!({ sample(Type::Name(name)).as_str().unwrap(): sample(*of) }),
        Type::Layout | Type::Targets | Type::Severities | Type::Subjects => json!({}),
        _ => "x".into(),
    }
}

/// Values of every type, some valid and some invalid for most keys.
fn values() -> Vec<Value> {
    let list = json!([
        "x", "", " ", "two\nlines", "Not An Id", "a.b", "x?", "a,b", "../x", "/x", "a/b", "./a", "a/../b", ".", "a//b/", "a\\b", "TITLE 1", "never", "all", "lf", "both", 0, 1, -1, 100,
        1.5, true, [], ["x"], ["x", "x"], ["x", "y"], ["a:b", "c:d"], [1], [""], {}, { "x": "x" }, { "x": 1 }, { "x": {} },
        [{}], [["x"]], { "X Y": "x" }
    ]);
    list.as_array().unwrap().clone()
}

/// Returns the TOML files below a directory, by relative path.
fn toml_files(directory: &Path) -> Vec<(String, String)> {
    let mut waiting = vec![directory.to_path_buf()];
    let mut files = Vec::new();
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(next).expect("the directory can be read") {
            let path: PathBuf = entry.expect("an entry").path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                let below = path.strip_prefix(directory).unwrap().to_str().unwrap().to_owned();
                files.push((below, fs::read_to_string(&path).expect("UTF-8")));
            }
        }
    }
    files
}

#[test]
fn every_file_of_this_workspace_is_valid() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let validators = validators();
    let mut count = 0;
    for directory in ["fragments", "profiles"] {
        for (path, text) in toml_files(&root.join(directory)) {
            let kind = kind_of(&format!("{directory}/{path}")).expect(&path);
            assert_eq!(objections(&validators[kind], &text), [""; 0], "{directory}/{path}");
            count += 1;
        }
    }
    let config = fs::read_to_string(root.join("cento.toml")).expect("the workspace has settings");
    assert_eq!(objections(&validators["config"], &config), [""; 0]);
    assert!(count > 20, "only {count} files");
}

#[test]
fn the_schema_and_the_readers_agree_about_every_fixture() {
    let validators = validators();
    let (mut good, mut bad) = (0, 0);
    let mut wrong = Vec::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")).expect("fixtures")
    {
        let path = entry.expect("an entry").path();
        let case = Case::parse(&fs::read_to_string(&path).expect("UTF-8")).expect("a case");
        for (file, text) in &case.files {
            let Some(kind) = kind_of(file) else { continue };
            if toml::from_str::<Value>(text).is_err() {
                continue;
            }
            let (read, valid) = (errors(kind, text), objections(&validators[kind], text));
            if read.is_empty() {
                good += 1
            } else {
                bad += 1
            }
            if read.is_empty() != valid.is_empty() {
                wrong.push(format!("{}: {file}\n  reader: {read:?}\n  schema: {valid:?}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(good > 300 && bad > 15, "only {good} good and {bad} bad files");
}

/// The properties of a schema and of everything in it, by their place.
fn properties<'v>(at: &str, value: &'v Value, found: &mut Vec<(String, &'v Value)>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let at = format!("{at}/{key}");
                // A property may have any name, and so may a definition.
                match value {
                    Value::Object(inner) if key == "properties" => {
                        for (name, property) in inner {
                            found.push((format!("{at}/{name}"), property));
                            properties(&format!("{at}/{name}"), property, found);
                        }
                    }
                    _ => properties(&at, value, found),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| properties(at, value, found)),
        _ => {}
    }
}

#[test]
fn every_key_of_the_schema_says_what_it_is_for() {
    for file in &FILES {
        let schema = schema(file);
        let mut found = Vec::new();
        properties("", &schema, &mut found);
        assert!(found.len() > 10, "{}", file.name);
        for (at, property) in found {
            let description = property["description"].as_str().unwrap_or_default();
            // Editors show the sentence alone: it has more than a word, and points to no section of the reference.
            let is_sentence = description.contains(' ') && description.len() > 8;
            let points = ["see ", "]("].iter().any(|part| description.contains(part));
            assert!(is_sentence && !points, "{}{at}: {description:?}", file.name);
        }
    }
}
