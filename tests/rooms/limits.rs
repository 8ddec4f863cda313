//! The limits of targets: what is exactly at a limit is accepted, and what is just beyond it is reported.

use std::collections::BTreeMap;

use crate::check::{Checker, Depth};
use crate::model::{
    BODY, DESCRIPTION, FRONT_MATTER, Form, Idle, KeyType, NAME, PATH, PERSONAS, Quoting, TARGETS, Target,
};
use crate::render::render;
use crate::text::front_matter;
use crate::workspace::load_texts;
use camino::Utf8PathBuf;
use toml::{Table, Value};

/// A profile with one output.
pub(super) struct Subject {
    pub(super) target: &'static Target,
    pub(super) settings: Table,
    pub(super) description: String,
    pub(super) text: String,
    /// Other keys of the profile.
    pub(super) others: Table,
    /// Whether its parent has all of it.
    pub(super) is_inherited: bool,
}

impl Subject {
    /// The smallest persona that the target accepts.
    pub(super) fn new(target: &'static Target) -> Self {
        let required = target.keys.iter().filter(|key| key.is_required);
        let settings = required.map(|key| (key.name.to_owned(), valid(key.value)));
        Subject {
            target,
            settings: settings.collect(),
            description: "d".to_owned(),
            text: "t".to_owned(),
            others: Table::new(),
            is_inherited: false,
        }
    }

    /// With a value, and with those that give it an effect.
    pub(super) fn with(target: &'static Target, key: &str, value: Value) -> Self {
        let mut subject = Subject::new(target);
        for (idle, other, when) in target.idle {
            if let (true, Idle::Unless(wanted)) = (*idle == key, when) {
                subject.settings.insert((*other).to_owned(), (*wanted).into());
                let needs = target.needs.iter().filter(|need| need.0 == *other && need.1 == *wanted);
                for other in needs.filter_map(|need| target.key(need.2)) {
                    subject.settings.insert(other.name.to_owned(), valid(other.value));
                }
            }
        }
        if let (true, Form::Json(envelope)) = (target.form.body(None) == Some(key), target.form) {
            subject.settings.insert(BODY.to_owned(), envelope.bodies[1].into());
        }
        if let Some(dialect) = target.key(key).and_then(|key| key.dialects.first()) {
            subject.settings.insert(PATH.to_owned(), dialect.path.replace("ID", "p").into());
        }
        subject.settings.insert(key.to_owned(), value);
        subject
    }

    /// The findings, apart from what the target cannot express and names, and the output.
    pub(super) fn checked(&self) -> (Vec<&'static str>, String) {
        let (mut found, output) = self.all_findings();
        found.retain(|code| !["loss", "vague-description", "unknown-name"].contains(code));
        (found, output)
    }

    /// The findings and the output.
    pub(super) fn all_findings(&self) -> (Vec<&'static str>, String) {
        let mut profile = self.others.clone();
        if !self.description.is_empty() {
            profile.insert(DESCRIPTION.to_owned(), self.description.clone().into());
        }
        let prose = Table::from_iter([("a".to_owned(), self.text.clone().into())]);
        let section = Table::from_iter([("prose".to_owned(), prose.into())]);
        profile.insert("body".to_owned(), Table::from_iter([("identity".to_owned(), section.into())]).into());
        let target = (self.target.name.to_owned(), self.settings.clone().into());
        profile.insert("target".to_owned(), Table::from_iter([target]).into());
        let mut files = BTreeMap::from([(Utf8PathBuf::from("profiles/p.toml"), profile.to_string())]);
        if self.is_inherited {
            profile.insert("abstract".to_owned(), true.into());
            files.insert("profiles/p.toml".into(), "extends = ['q']\n".to_owned());
            files.insert("profiles/q.toml".into(), profile.to_string());
        }
        let (library, loaded) = load_texts(&files);
        let of_loading: Vec<&str> = loaded.iter().map(|finding| finding.code.name).collect();
        let checked = Checker::new(&library, &loaded).check(0.into(), Depth::Review);
        let Ok(checked) = checked else { return (of_loading, String::new()) };
        let composition = checked.composition;
        let found = composition.findings.iter().map(|finding| finding.code.name);
        let output = render(&composition, &composition.persona.targets[0]).into_text();
        (of_loading.into_iter().chain(found).collect(), output)
    }
}

/// A value that a key accepts, with all its parts.
pub(super) fn valid(kind: KeyType) -> Value {
    match kind {
        KeyType::OneOf(words) => words[words.len() - 1].into(),
        KeyType::AtLeast(least) => i64::from(least).into(),
        KeyType::AnyNumber => (-0.5).into(),
        KeyType::Boolean => true.into(),
        KeyType::Number(least, _) => i64::from(least).into(),
        KeyType::Names => vec!["a"].into(),
        KeyType::List(of) => vec![valid(*of)].into(),
        KeyType::MapOf(of) => Table::from_iter([("a".to_owned(), valid(*of))]).into(),
        KeyType::Table(entries) => {
            let entries = entries.iter().map(|entry| (entry.name.to_owned(), valid(entry.value)));
            Table::from_iter(entries).into()
        }
        KeyType::Map => Table::from_iter([("a".to_owned(), 1.into())]).into(),
        KeyType::Either([one, _]) => valid(*one),
        KeyType::String | KeyType::Filled | KeyType::Pattern | KeyType::Globs(_) | KeyType::Any => "a".into(),
    }
}

/// Values that differ from a valid one in one part that has another type.
fn broken(kind: KeyType) -> Vec<Value> {
    let wrap = |within: &dyn Fn(Value) -> Value, of: KeyType| broken(of).into_iter().map(within).collect();
    let mut values: Vec<Value> = match kind {
        KeyType::Any => return Vec::new(),
        KeyType::Boolean => vec!["true".into()],
        KeyType::Filled => vec![true.into(), " ".into()],
        KeyType::OneOf(_) => vec![true.into(), "other".into()],
        KeyType::Pattern | KeyType::Globs(_) => {
            let bare = ["a\"b", "a'b", "a # b", "[a]", "[a, b]", "[[a]]"];
            let bare = bare.iter().filter(|_| kind == KeyType::Globs(Quoting::Bare));
            let texts = ["", " ", "a\nb", "[a", "{a,b", "a}", "{a]"].iter().chain(bare);
            texts.map(|text| Value::from(*text)).chain([true.into()]).collect()
        }
        KeyType::List(of) => wrap(&|value| vec![valid(*of), value].into(), *of),
        KeyType::MapOf(of) => wrap(
            &|value| Table::from_iter([("a".to_owned(), valid(*of)), ("b c".to_owned(), value)]).into(),
            *of,
        ),
        KeyType::Table(entries) => {
            let Value::Table(whole) = valid(kind) else { unreachable!() };
            let replaced = |name: &str, value: Option<Value>| {
                let mut table = whole.clone();
                table.remove(name);
                table.extend(value.map(|value| (name.to_owned(), value)));
                Value::Table(table)
            };
            let broken =
                |name: &str, of| broken(of).into_iter().map(|value| replaced(name, Some(value))).collect();
            let values = entries.iter().flat_map(|entry| -> Vec<Value> { broken(entry.name, entry.value) });
            let missing = entries.iter().filter(|entry| entry.is_required);
            values.chain(missing.map(|entry| replaced(entry.name, None))).collect()
        }
        // What one type refuses, the other may accept.
        KeyType::Either(types) => {
            let refused = |value: &Value| !types.iter().any(|of| accepts(*of, value));
            types.iter().flat_map(|of| broken(*of)).filter(refused).collect()
        }
        _ => vec![true.into()],
    };
    if !accepts(kind, &Value::Array(vec![Value::Array(Vec::new())])) {
        values.push(Value::Array(vec![Value::Array(Vec::new())]));
    }
    values
}

/// Whether a value is of a type, by the values that this file knows.
fn accepts(kind: KeyType, value: &Value) -> bool {
    match (kind, value) {
        (KeyType::Any, _)
        | (KeyType::String, Value::String(_))
        | (KeyType::Map, Value::Table(_))
        | (KeyType::AnyNumber, Value::Integer(_) | Value::Float(_)) => true,
        (KeyType::OneOf(words), Value::String(text)) => words.contains(&text.as_str()),
        (KeyType::List(of), Value::Array(items)) => items.iter().all(|item| accepts(*of, item)),
        (KeyType::MapOf(of), Value::Table(table)) => table.values().all(|value| accepts(*of, value)),
        (KeyType::Either(types), value) => types.iter().any(|of| accepts(*of, value)),
        (kind, value) => *value == valid(kind),
    }
}

#[track_caller]
pub(super) fn accepted(subject: &Subject) {
    let (found, _) = subject.checked();
    assert!(found.is_empty(), "{}: {found:?} {:?}", subject.target.name, subject.settings);
}

#[track_caller]
pub(super) fn reported(subject: &Subject, code: &str) {
    let (found, _) = subject.checked();
    assert_eq!(found, [code], "{}: {:?}", subject.target.name, subject.settings);
}

/// `accepted` at the length, and `reported` one character beyond.
#[track_caller]
fn bounded(most: usize, code: &str, subject: impl Fn(String) -> Subject) {
    accepted(&subject("é".repeat(most)));
    reported(&subject("é".repeat(most + 1)), code);
}

#[test]
fn the_smallest_persona_is_accepted_and_each_required_value_is_missed() {
    for target in &TARGETS {
        accepted(&Subject::new(target));
        for key in target.keys.iter().filter(|key| key.is_required) {
            let mut without = Subject::new(target);
            without.settings.remove(key.name);
            reported(&without, "target");
        }
        if target.description.is_some_and(|rule| rule.is_required) {
            reported(&Subject { description: String::new(), ..Subject::new(target) }, "target");
        }
    }
}

#[test]
fn a_value_without_what_it_needs_is_reported() {
    let mut count = 0;
    for target in &TARGETS {
        for (key, value, needed) in target.needs {
            let mut subject = Subject::with(target, key, (*value).into());
            match target.key(needed) {
                Some(other) => {
                    reported(&subject, "target");
                    subject.settings.insert((*needed).to_owned(), valid(other.value));
                }
                None => {
                    subject.description.clear();
                    reported(&subject, "target");
                    subject.description.push('d');
                }
            }
            accepted(&subject);
            count += 1;
        }
    }
    assert!(count >= 4, "rows have such values");
}

#[test]
fn names_descriptions_and_values_have_their_greatest_length() {
    for target in &TARGETS {
        if let Some(most) = target.declared.and_then(|rule| rule.most) {
            // Where the directory must have the name, so must the path; other paths cannot be that long.
            let named = |length: usize| {
                let name = "a".repeat(length);
                let mut subject = Subject::with(target, NAME, name.clone().into());
                if target.named_directory {
                    subject.settings.insert(PATH.to_owned(), target.default_path(&name).into());
                }
                subject
            };
            accepted(&named(most));
            reported(&named(most + 1), "target");
        }
        for reserved in target.declared.iter().flat_map(|rule| rule.reserved) {
            accepted(&Subject::with(target, NAME, format!("{reserved}s").into()));
            reported(&Subject::with(target, NAME, (*reserved).into()), "target");
        }
        if let Some(most) = target.description.and_then(|rule| rule.most) {
            bounded(most, "target", |description| Subject { description, ..Subject::new(target) });
        }
        for key in target.keys {
            if let Some(most) = key.most {
                bounded(most, "target", |text| Subject::with(target, key.name, text.into()));
            }
        }
    }
}

#[test]
fn numbers_and_words_are_those_of_the_program() {
    for target in &TARGETS {
        for key in target.keys {
            let with = |value: Value| Subject::with(target, key.name, value);
            match key.value {
                KeyType::Number(least, most) => {
                    accepted(&with(i64::from(least).into()));
                    accepted(&with(i64::from(most).into()));
                    reported(&with((i64::from(least) - 1).into()), "bad-value");
                    reported(&with((i64::from(most) + 1).into()), "bad-value");
                    reported(&with((f64::from(most) + 0.1).into()), "bad-value");
                }
                KeyType::Names => {
                    let names = |names: &[&str]| {
                        with(names.iter().map(|name| Value::from(*name)).collect::<Vec<_>>().into())
                    };
                    accepted(&names(&["Ada", "Bob"]));
                    for others in [&[][..], &["Ada", "Ada"], &["\u{c4}da"]] {
                        reported(&names(others), "bad-value");
                    }
                }
                KeyType::AtLeast(least) => {
                    accepted(&with(i64::from(least).into()));
                    reported(&with((i64::from(least) - 1).into()), "bad-value");
                    reported(&with((f64::from(least) + 0.5).into()), "wrong-type");
                }
                KeyType::OneOf(words) => {
                    for word in words {
                        let mut subject = with((*word).into());
                        for (_, _, needed) in target.needs.iter().filter(|need| need.1 == *word) {
                            if let Some(other) = target.key(needed) {
                                subject.settings.insert((*needed).to_owned(), valid(other.value));
                            }
                        }
                        accepted(&subject);
                    }
                    reported(&with("other".into()), "bad-value");
                }
                _ => {}
            }
        }
    }
}

#[test]
fn a_part_of_a_value_that_has_another_type_is_reported() {
    let mut count = 0;
    for target in &TARGETS {
        // Personas are looked up, which another test covers.
        for key in target.keys.iter().filter(|key| key.name != PERSONAS) {
            accepted(&Subject::with(target, key.name, valid(key.value)));
            for value in broken(key.value) {
                let subject = Subject::with(target, key.name, value);
                let (found, _) = subject.checked();
                let is_reported = matches!(&found[..], ["bad-value" | "wrong-type"]);
                assert!(is_reported, "{}: {found:?} {:?}", target.name, subject.settings);
                count += 1;
            }
        }
    }
    assert!(count > 200, "{count}");
}

#[test]
fn patterns_of_paths_are_written_as_their_program_reads_them() {
    let patterns = [
        "[id]/page.tsx", "[!a]*.ts", "[[...slug]]/a", "[a][b]", "**/*.{ts,tsx}", "!a", "{a,b}", "*", "@x",
        "a: b", "\\[a", "C:/a",
    ];
    let quoted = ["src/C#/**", "it's/*", "#x", "\"a\"", "[a]"];
    for target in &TARGETS {
        for key in target.keys.iter().filter(|key| matches!(key.value, KeyType::Globs(_))) {
            let more = if key.value == KeyType::Globs(Quoting::Bare) { &[][..] } else { &quoted };
            for pattern in patterns.iter().chain(more) {
                accepted(&Subject::with(target, key.name, (*pattern).into()));
                accepted(&Subject::with(target, key.name, vec![*pattern, "x"].into()));
            }
        }
    }
}

#[test]
fn all_wrong_parts_of_a_value_are_reported() {
    let target = TARGETS.iter().find(|target| target.name == "opencode").unwrap();
    let wrong: Table = "edit = true\nbash = { a = 'x', b = 'ask', c = 'y' }".parse().unwrap();
    assert_eq!(Subject::with(target, "permission", wrong.into()).checked().0.len(), 3);
}

#[test]
fn a_key_without_effect_is_reported() {
    let mut count = 0;
    for target in &TARGETS {
        for (key, other, when) in target.idle {
            let mut subject = Subject::with(target, key, valid(target.key(key).unwrap().value));
            accepted(&subject);
            match when {
                Idle::Where(value) => subject.settings.insert((*other).to_owned(), yaml(value)),
                Idle::Unless(_) => subject.settings.remove(*other),
            };
            let required = target.keys.iter().filter(|key| key.is_required && key.name == *other);
            for key in required {
                subject.settings.insert(key.name.to_owned(), valid(key.value));
            }
            reported(&subject, "target");
            subject.settings.insert((*key).to_owned(), nothing(target.key(key).unwrap().value));
            accepted(&subject);
            count += 1;
        }
    }
    assert!(count >= 5, "rows have such keys");
}

fn yaml(value: &str) -> Value {
    value.parse::<bool>().map_or_else(|_| value.into(), Value::from)
}

/// A value that says nothing.
fn nothing(kind: KeyType) -> Value {
    match kind {
        KeyType::Boolean => false.into(),
        KeyType::Map | KeyType::MapOf(_) => Table::new().into(),
        KeyType::Globs(_) | KeyType::List(_) => Value::Array(Vec::new()),
        KeyType::Either([_, KeyType::List(_)]) => Value::Array(Vec::new()),
        _ => "".into(),
    }
}

#[test]
fn keys_of_one_reader_and_of_two_versions_are_reported() {
    for target in &TARGETS {
        for key in target.keys.iter().filter(|key| !key.dialects.is_empty()) {
            let mut subject = Subject::with(target, key.name, valid(key.value));
            for dialect in key.dialects {
                subject.settings.insert(PATH.to_owned(), dialect.path.replace("ID", "p").into());
                accepted(&subject);
            }
            subject.settings.remove(PATH);
            // A key that gives it an effect may have other readers, and is reported apart from it.
            assert!(subject.checked().0.contains(&"target"), "{}: {}", target.name, key.name);
        }
        for (old, new) in target.versions.iter().flat_map(|[old, new]| old.iter().zip(new.iter().cycle())) {
            let entries = |keys: &[&str]| -> Value {
                keys.iter().map(|key| Value::from(format!("{key}: x"))).collect::<Vec<_>>().into()
            };
            let typed = |keys: &[&str]| {
                let subject = Subject::with(target, FRONT_MATTER, entries(keys));
                let (found, _) = subject.checked();
                found.into_iter().filter(|code| *code == "target").count()
            };
            assert_eq!([typed(&[old, new]), typed(&[old]), typed(&[new])], [1, 0, 0], "{old} {new}");
        }
    }
}

#[test]
fn advised_characters_are_those_of_the_vendor() {
    let warned = |subject: &Subject| subject.checked().0 == ["target"];
    let of = |name: &str| TARGETS.iter().find(|target| target.name == name).unwrap();
    for (name, is_advised) in [("a-b2", true), ("Ab", false), ("a b", false), ("a_b", false), ("a--b", false)]
    {
        let subject = Subject::with(of("cursor-agent"), NAME, name.into());
        assert_eq!(warned(&subject), !is_advised, "{name}");
    }
    for (text, is_advised) in [("a b", true), ("a < b", false), ("<a>", false)] {
        let subject = Subject { description: text.to_owned(), ..Subject::new(of("skill")) };
        assert_eq!(warned(&subject), !is_advised, "{text}");
    }
}

#[test]
fn outputs_are_read_to_their_greatest_length() {
    for target in &TARGETS {
        let Some(reading) = target.reading else { continue };
        let subject = |length: usize| Subject { text: "x".repeat(length), ..Subject::new(target) };
        let (_, shortest) = subject(1).checked();
        let counted = if reading.counts_front_matter { 0 } else { front_matter::body_start(&shortest) };
        let fits = reading.most - (shortest.len() - counted) + 1;
        accepted(&subject(fits));
        reported(&subject(fits + 1), "cut-off");
    }
    // Programs know plain Markdown by its path.
    for path in ["AGENTS.md", "docs/AGENTS.override.md", "ada/SOUL.md", ".windsurf/rules/ada.md"] {
        let mut subject = Subject::with(&TARGETS[0], PATH, path.into());
        accepted(&subject);
        subject.text = "x".repeat(40_000);
        reported(&subject, "cut-off");
    }
}

#[test]
fn the_advised_number_of_lines_is_counted_exactly() {
    for target in &TARGETS {
        let Some(advice) = target.advice else { continue };
        let subject = |lines: usize| Subject { text: vec!["x"; lines].join("\n"), ..Subject::new(target) };
        let (_, shortest) = subject(1).checked();
        let fits = advice.lines - shortest.lines().count() + 1;
        accepted(&subject(fits));
        reported(&subject(fits + 1), "too-long");
    }
}
