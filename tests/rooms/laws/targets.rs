//! Every target: another reader of its format finds the fields of the persona and its body, whatever they say.

use std::collections::BTreeMap;

use crate::author::import::{Setting, import, inputs};
use crate::check::{Checker, Depth};
use crate::model::{Form, KeyType, Sources, TARGETS, Target};
use crate::render::markdown::body_alone;
use crate::render::render;
use crate::text::front_matter;
use crate::workspace::load_texts;
use camino::Utf8PathBuf;
use proptest::prelude::*;

use super::cases;

/// Parts of texts that the quotes, escapes and comments of a format could misread.
const PARTS: [&str; 22] = [
    "a", "'", "'''", "\"", "\"\"\"", "\\", "\\n", "\\u0041", "\n", "\n\n", "\t", ":", ": ", " #", "- ",
    "---", "{", "*", "\u{e9}", "\u{1f600}", "\u{7f}", "%",
];

fn texts() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&PARTS[..]), 1..12).prop_map(|parts| parts.concat())
}

/// A profile for every target, with what these require.
fn profile(description: &str, text: &str) -> String {
    let mut profile = toml::Table::new();
    profile.insert("description".to_owned(), description.into());
    let prose = toml::Table::from_iter([("a".to_owned(), text.into())]);
    let section = toml::Table::from_iter([("prose".to_owned(), prose.into())]);
    profile
        .insert("body".to_owned(), toml::Table::from_iter([("identity".to_owned(), section.into())]).into());
    let targets = TARGETS.iter().map(|target| {
        let settings = match target.name {
            "copilot-instructions" => toml::Table::from_iter([("applyTo".to_owned(), "**".into())]),
            "devin-rule" => toml::Table::from_iter([("trigger".to_owned(), "manual".into())]),
            _ => toml::Table::new(),
        };
        (target.name.to_owned(), settings.into())
    });
    profile.insert("target".to_owned(), toml::Table::from_iter(targets).into());
    profile.to_string()
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn every_format_holds_the_persona(description in texts(), text in texts()) {
        prop_assume!(!description.trim().is_empty() && !text.trim().is_empty());
        let files = BTreeMap::from([(Utf8PathBuf::from("profiles/p.toml"), profile(&description, &text))]);
        let (library, findings) = load_texts(&files);
        prop_assert!(findings.iter().all(|finding| !finding.breaks_file()), "{:?}", files);
        let checked = Checker::new(&library, &findings).check(0.into(), Depth::Review);
        let Ok(checked) = checked else { return Err(TestCaseError::fail("the profile is read")) };
        let persona = &checked.composition.persona;
        let body = body_alone(persona).into_text();
        let composed = persona.field("description").map(|field| field.value.to_string()).unwrap_or_default();
        prop_assert_eq!(persona.targets.len(), TARGETS.len());
        for settings in &persona.targets {
            let target = settings.target;
            let document = render(&checked.composition, settings);
            let covered = document.pieces().iter().map(|piece| piece.range.len()).sum::<usize>();
            prop_assert_eq!(covered, document.text().len(), "{}", target.name);
            let output = document.into_text();
            let (read, found): (Option<serde_json::Value>, String) = match target.form {
                Form::Markdown => (None, output.clone()),
                Form::Toml(key) => {
                    let read: toml::Table = toml::from_str(&output).unwrap_or_else(|error| panic!("{error}\n{output}"));
                    let found = read[key].as_str().unwrap_or_default().to_owned();
                    (serde_json::to_value(read).ok(), found)
                }
                Form::Json(envelope) => {
                    let read: serde_json::Value =
                        serde_json::from_str(&output).unwrap_or_else(|error| panic!("{error}\n{output}"));
                    let inner = read[envelope.within].clone();
                    let found = inner[envelope.body].as_str().unwrap_or_default().to_owned();
                    for key in target.keys.iter().filter(|key| key.is_always_written) {
                        prop_assert!(inner.get(key.name).is_some(), "{}\n{}", key.name, output);
                    }
                    (Some(inner), found)
                }
                Form::Structure => {
                    let read: serde_json::Value =
                        serde_json::from_str(&output).unwrap_or_else(|error| panic!("{error}\n{output}"));
                    let entries = read["entries"].as_array().map(Vec::as_slice).unwrap_or_default();
                    let prose = entries.iter().find(|entry| entry["address"] == "identity.a");
                    prop_assert_eq!(prose.map(|entry| &entry["text"]), Some(&text.trim_matches('\n').into()));
                    (Some(read), body.clone())
                }
                Form::FrontMatter => {
                    let (inner, _) = front_matter::split(&output).unwrap_or_else(|| panic!("{output}"));
                    let read: serde_json::Value = yaml_serde::from_str(&output[inner.clone()])
                        .unwrap_or_else(|error| panic!("{error}\n{output}"));
                    (Some(read), output[inner.end..].trim_start_matches("---\n").to_owned())
                }
            };
            prop_assert_eq!(found.trim_start_matches('\n'), body.trim_start_matches('\n'), "{}", output);
            let Some(read) = read else { continue };
            prop_assert_eq!(read["description"].as_str(), Some(composed.as_str()), "{}", output);
            let name = target.declared.map(|_| "p");
            prop_assert_eq!(read["name"].as_str(), name, "{}", output);
        }
    }
}

/// The output of a target for a profile `p` with a description and a text.
fn output(target: &'static Target, description: &str, text: &str) -> String {
    let files = BTreeMap::from([(Utf8PathBuf::from("profiles/p.toml"), profile(description, text))]);
    let (library, findings) = load_texts(&files);
    let checked =
        Checker::new(&library, &findings).check(0.into(), Depth::Review).expect("the profile is read");
    let settings = checked.composition.persona.settings(target).into_owned();
    render(&checked.composition, &settings).into_text()
}

proptest! {
    #![proptest_config(cases(60))]

    /// An output that is data is imported and built again: the bytes are the same. In another layout, the values are.
    #[test]
    fn data_is_given_back(description in texts(), text in texts()) {
        prop_assume!(!description.trim().is_empty() && !text.trim().is_empty());
        for target in TARGETS.iter().filter(|target| matches!(target.form, Form::Toml(_) | Form::Json(_))) {
            let written = output(target, &description, &text);
            let imported = |text: &str| {
                let path = Utf8PathBuf::from(target.usual_path("p"));
                let inputs = inputs(&path, Some(path.clone()), text.as_bytes().to_vec());
                let inputs = inputs.unwrap_or_else(|finding| panic!("{}\n{text}", finding.message));
                let mut sources = Sources::default();
                let file = sources.add(path, inputs[0].text.clone());
                import(&inputs[0], "p", &Setting::new(None), file)
                    .unwrap_or_else(|finding| panic!("{}\n{text}", finding.message))
            };
            let same = imported(&written);
            prop_assert!(same.summary.is_exact && same.summary.target == target.name, "{}", written);
            let other = match target.form {
                Form::Json(_) => serde_json::from_str::<serde_json::Value>(&written).expect("JSON").to_string(),
                _ => format!("# a comment\n{written}"),
            };
            let other = imported(&other);
            prop_assert!(!other.summary.is_exact);
            prop_assert_eq!(other.files, same.files);
        }
    }
}

/// The errors of a target in a workspace with one profile.
fn refusals(files: BTreeMap<Utf8PathBuf, String>, id: &str) -> Vec<String> {
    let (library, mut findings) = load_texts(&files);
    if let Some(index) = library.profiles.id_of(id)
        && let Ok(checked) = Checker::new(&library, &findings).check(index, Depth::Review)
    {
        findings.extend(checked.composition.findings);
    }
    findings.iter().filter(|finding| finding.is_error()).map(|finding| finding.message.clone()).collect()
}

/// The files of a profile for one target, with a name, a description and one more setting.
fn one(
    target: &Target,
    name: &str,
    description: &str,
    setting: Option<(&str, toml::Value)>,
) -> BTreeMap<Utf8PathBuf, String> {
    let mut settings = toml::Table::new();
    for key in target.keys.iter().filter(|key| key.is_required) {
        let value = match key.value {
            KeyType::OneOf(words) => words[0],
            _ => "**",
        };
        settings.insert(key.name.to_owned(), value.into());
    }
    if target.declared.is_some() {
        settings.insert("name".to_owned(), name.into());
    }
    if target.named_directory {
        settings.insert("path".to_owned(), target.usual_path(name).into());
    }
    settings.extend(setting.map(|(key, value)| (key.to_owned(), value)));
    let mut profile = toml::Table::new();
    profile.insert("description".to_owned(), description.into());
    let rules = toml::toml! { rules.never.guess = "guess" };
    profile.insert("body".to_owned(), rules.into());
    profile.insert(
        "target".to_owned(),
        toml::Table::from_iter([(target.name.to_owned(), settings.into())]).into(),
    );
    BTreeMap::from([(Utf8PathBuf::from("profiles/p.toml"), profile.to_string())])
}

#[test]
fn every_limit_allows_what_is_just_below_and_refuses_what_is_just_above() {
    let mut tried = 0;
    let mut check = |target: &Target, what: &str, below: BTreeMap<_, _>, above: BTreeMap<_, _>| {
        assert_eq!(refusals(below, "p"), [""; 0], "{} {what}", target.name);
        assert_ne!(refusals(above, "p"), [""; 0], "{} {what}", target.name);
        tried += 1;
    };
    let text = "Use when asked";
    for target in &TARGETS {
        if let Some(most) = target.declared.and_then(|rule| rule.most) {
            let name = |length| one(target, &"a".repeat(length), text, None);
            check(target, "name", name(most), name(most + 1));
        }
        for reserved in target.declared.iter().flat_map(|rule| rule.reserved) {
            check(
                target,
                reserved,
                one(target, &format!("{reserved}s"), text, None),
                one(target, reserved, text, None),
            );
        }
        if let Some(most) = target.description.and_then(|rule| rule.most) {
            let described = |length| one(target, "p", &"\u{e9}".repeat(length), None);
            check(target, "description", described(most), described(most + 1));
        }
        if target.description.is_some_and(|rule| rule.is_required) && target.has_values() {
            check(target, "description", one(target, "p", "x", None), one(target, "p", " ", None));
        }
        for key in target.keys {
            let set = |value: toml::Value| one(target, "p", text, Some((key.name, value)));
            if let Some(most) = key.most {
                check(target, key.name, set("a".repeat(most).into()), set("a".repeat(most + 1).into()));
            }
            match key.value {
                KeyType::Count => check(target, key.name, set(1.into()), set(0.into())),
                KeyType::Number(least, most) => {
                    check(target, key.name, set(i64::from(most).into()), set((i64::from(most) + 1).into()));
                    check(target, key.name, set(i64::from(least).into()), set((i64::from(least) - 1).into()));
                }
                KeyType::OneOf(words) => {
                    let last = words[words.len() - 1];
                    check(target, key.name, set(last.into()), set(format!("{last}s").into()));
                }
                KeyType::Names => {
                    let names = |names: &[&str]| {
                        set(names.iter().map(|name| toml::Value::from(*name)).collect::<Vec<_>>().into())
                    };
                    check(target, key.name, names(&["Ada"]), names(&[]));
                    check(target, key.name, names(&["Ada", "Bob"]), names(&["Ada", "Ada"]));
                    check(target, key.name, names(&["Ada"]), names(&["\u{c4}da"]));
                }
                _ => {}
            }
        }
    }
    assert!(tried > 40, "{tried}");
}

#[test]
fn a_path_is_recognized_wherever_the_workspace_is() {
    let at = |path: &str| -> Vec<&str> {
        TARGETS.iter().filter(|target| target.is_at(path)).map(|target| target.name).collect()
    };
    for (path, expected) in [
        (".claude/agents/a.md", &["claude"][..]),
        ("home/x/.claude/agents/team/a.md", &["claude"]),
        (".agents/skills/a/SKILL.md", &["skill"]),
        ("SOUL.md", &["soul"]),
        ("services/pay/AGENTS.md", &["agents-md"]),
        (".cursor/rules/a.mdc", &["cursor-rule"]),
        (".cursor/rules/a.md", &[]),
        (".github/agents/a.agent.md", &["copilot-agent"]),
        (".github/agents/a.md", &[]),
        (".windsurf/rules/a.md", &["devin-rule"]),
        ("x.claude/agents/a.md", &[]),
        (".claude/agents/.md", &[]),
        ("notes.md", &[]),
    ] {
        assert_eq!(at(path), expected, "{path}");
    }
}
