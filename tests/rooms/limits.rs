//! The limits of targets: what is exactly at a limit is accepted, and what is just beyond it is reported.

use std::collections::BTreeMap;

use crate::check::{Checker, Depth};
use crate::model::{DESCRIPTION, KeyType, NAME, PATH, TARGETS, Target};
use crate::render::render;
use crate::text::front_matter;
use crate::workspace::load_texts;
use camino::Utf8PathBuf;
use toml::{Table, Value};

/// A profile with one output.
struct Subject {
    target: &'static Target,
    settings: Table,
    description: String,
    text: String,
}

impl Subject {
    /// The smallest persona that the target accepts.
    fn new(target: &'static Target) -> Self {
        let required = target.keys.iter().filter(|key| key.is_required);
        let settings = required.map(|key| (key.name.to_owned(), valid(key.value)));
        Subject { target, settings: settings.collect(), description: "d".to_owned(), text: "t".to_owned() }
    }

    fn with(target: &'static Target, key: &str, value: Value) -> Self {
        let mut subject = Subject::new(target);
        subject.settings.insert(key.to_owned(), value);
        subject
    }

    /// The findings, apart from what the target cannot express, and the output.
    fn checked(&self) -> (Vec<&'static str>, String) {
        let mut profile = Table::new();
        if !self.description.is_empty() {
            profile.insert(DESCRIPTION.to_owned(), self.description.clone().into());
        }
        let prose = Table::from_iter([("a".to_owned(), self.text.clone().into())]);
        let section = Table::from_iter([("prose".to_owned(), prose.into())]);
        profile.insert("body".to_owned(), Table::from_iter([("identity".to_owned(), section.into())]).into());
        let target = (self.target.name.to_owned(), self.settings.clone().into());
        profile.insert("target".to_owned(), Table::from_iter([target]).into());
        let files = BTreeMap::from([(Utf8PathBuf::from("profiles/p.toml"), profile.to_string())]);
        let (library, loaded) = load_texts(&files);
        let is_told = |code: &&str| !["loss", "vague-description", "unknown-name"].contains(code);
        let of_loading: Vec<&str> = loaded.iter().map(|finding| finding.code.name).filter(is_told).collect();
        let checked = Checker::new(&library, &loaded).check(0.into(), Depth::Review);
        let Ok(checked) = checked else { return (of_loading, String::new()) };
        let composition = checked.composition;
        let found = composition.findings.iter().map(|finding| finding.code.name).filter(is_told);
        let output = render(&composition, &composition.persona.targets[0]).into_text();
        (of_loading.into_iter().chain(found).collect(), output)
    }
}

/// A value that a key accepts.
fn valid(kind: KeyType) -> Value {
    match kind {
        KeyType::OneOf(words) => words[words.len() - 1].into(),
        KeyType::Count => 1.into(),
        KeyType::Boolean => true.into(),
        KeyType::Number(least, _) => i64::from(least).into(),
        KeyType::Strings | KeyType::Names => vec!["a"].into(),
        KeyType::StringMap | KeyType::Map => Table::new().into(),
        _ => "a".into(),
    }
}

#[track_caller]
fn accepted(subject: &Subject) {
    let (found, _) = subject.checked();
    assert!(found.is_empty(), "{}: {found:?} {:?}", subject.target.name, subject.settings);
}

#[track_caller]
fn reported(subject: &Subject, code: &str) {
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
                    subject.settings.insert(PATH.to_owned(), target.usual_path(&name).into());
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
                KeyType::Count => {
                    accepted(&with(1.into()));
                    reported(&with(0.into()), "bad-value");
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
