//! The limits of targets hold in whatever way a value is set: by the profile, by a field, by a template, by its parent, and in
//! typed front matter.

use crate::model::{DESCRIPTION, FRONT_MATTER, PATH, TARGETS, Target};
use toml::{Table, Value};

use super::limits::{Subject, accepted, reported, valid};

/// A way to set a value to a text.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    Profile,
    Parent,
    Field,
    Template,
    /// As an entry of typed front matter.
    Entry,
    /// In typed front matter that is one string.
    Whole,
}

const WAYS: [Way; 6] = [Way::Profile, Way::Parent, Way::Field, Way::Template, Way::Entry, Way::Whole];

/// A text in UTF-8, UTF-16 and characters has as many different lengths.
const LETTERS: [&str; 4] = ["a", "\u{e9}", "\u{6f22}", "\u{1f600}"];

impl Way {
    /// A persona whose output has the text at a key. `None` if it cannot be set in this way.
    fn subject(self, target: &'static Target, key: &str, text: &str) -> Option<Subject> {
        let is_description = key == DESCRIPTION;
        let mut subject = match is_description {
            true => Subject { description: text.to_owned(), ..Subject::new(target) },
            false => Subject::with(target, key, text.into()),
        };
        let typed = self == Way::Entry || self == Way::Whole;
        if typed && !target.has_front_matter() {
            return None;
        }
        match self {
            Way::Profile => {}
            Way::Parent => {
                // A path is of the profile itself.
                subject.settings.get(PATH).is_none().then_some(())?;
                subject.is_inherited = true;
            }
            Way::Field => {
                let field = target.key(key)?.field()?;
                subject.settings.remove(key);
                subject.others.insert("fields".to_owned(), Table::from_iter([(field, text.into())]).into());
            }
            Way::Template => {
                subject.others.insert("template".to_owned(), true.into());
                let field = ("filled".to_owned(), Value::from(text));
                subject.others.insert("fields".to_owned(), Table::from_iter([field]).into());
                match is_description {
                    true => subject.description = "{{ filled }}".to_owned(),
                    false => drop(subject.settings.insert(key.to_owned(), "{{ filled }}".into())),
                }
            }
            Way::Entry | Way::Whole => {
                subject.settings.remove(key);
                if is_description {
                    subject.description.clear();
                }
                subject.type_front_matter(&[(key, text)], self == Way::Whole);
            }
        }
        Some(subject)
    }
}

impl Subject {
    /// Types front matter with the values of the profile, and with these.
    fn type_front_matter(&mut self, typed: &[(&str, &str)], is_whole: bool) {
        let line = |(key, text): &(&str, &str)| format!("{key}: {text}");
        let mut lines: Vec<String> = typed.iter().map(line).collect();
        if self.target.declared.is_some() {
            lines.insert(0, "name: p".to_owned());
        }
        if is_whole {
            if !self.description.is_empty() {
                lines.push(format!("description: {}", self.description));
            }
            lines.extend(
                self.settings
                    .iter()
                    .filter(|(key, _)| *key != PATH)
                    .map(|(key, value)| format!("{key}: {value}")),
            );
            let text = format!("---\n{}\n---\n", lines.join("\n"));
            self.settings.insert(FRONT_MATTER.to_owned(), text.into());
        } else {
            self.settings.insert(FRONT_MATTER.to_owned(), lines.into());
        }
    }
}

/// The findings, apart from the one that a value is only in typed front matter.
fn checked(subject: &Subject) -> Vec<&'static str> {
    let (found, _) = subject.checked();
    found.into_iter().filter(|code| *code != "typed-front-matter").collect()
}

#[test]
fn no_way_to_set_a_text_makes_it_longer_than_its_limit() {
    let mut ways = Vec::new();
    for target in &TARGETS {
        let description = target.description.map(|rule| (DESCRIPTION, rule.most));
        let keys = target.keys.iter().map(|key| (key.name, key.most));
        for (key, most) in description.into_iter().chain(keys) {
            let Some(most) = most else { continue };
            for (way, letter) in WAYS.iter().flat_map(|way| LETTERS.map(|letter| (*way, letter))) {
                let subject = |length: usize| way.subject(target, key, &letter.repeat(length));
                let (Some(longest), Some(longer)) = (subject(most), subject(most + 1)) else { continue };
                assert_eq!(checked(&longest), [""; 0], "{} {key} {way:?} {letter}", target.name);
                assert_eq!(checked(&longer), ["target"], "{} {key} {way:?} {letter}", target.name);
                ways.push(way);
            }
        }
    }
    assert!(WAYS.iter().all(|way| ways.contains(way)), "{ways:?}");
}

#[test]
fn typed_front_matter_without_a_required_value_is_reported() {
    let mut count = 0;
    for target in TARGETS.iter().filter(|target| target.has_front_matter()) {
        let description = target.description.filter(|rule| rule.is_required).map(|_| DESCRIPTION);
        let keys = target.keys.iter().filter(|key| key.is_required).map(|key| key.name);
        for key in description.into_iter().chain(keys) {
            for (way, nothing) in
                [Way::Entry, Way::Whole].into_iter().flat_map(|way| [(way, ""), (way, "''"), (way, "' '")])
            {
                let subject = way.subject(target, key, nothing).expect("front matter");
                let found = subject.checked().0;
                assert!(
                    found.contains(&"target"),
                    "{} {way:?} {found:?} {:?}",
                    target.name,
                    subject.settings
                );
                count += 1;
            }
        }
    }
    assert!(count >= 40, "{count}");
}

#[test]
fn a_typed_value_without_what_it_needs_is_reported() {
    for target in &TARGETS {
        for (key, value, needed) in target.needs {
            for is_whole in [false, true] {
                let typed = |values: &[(&str, &str)]| {
                    let mut subject = Subject::new(target);
                    subject.settings.remove(*key);
                    subject.description.clear();
                    subject.type_front_matter(values, is_whole);
                    checked(&subject)
                };
                assert_eq!(typed(&[(key, value)]), ["target"], "{} {key}", target.name);
                let text = match target.key(needed).map(|key| valid(key.value)) {
                    Some(Value::String(text)) => text,
                    _ => "a".to_owned(),
                };
                assert_eq!(typed(&[(key, value), (needed, &text)]), [""; 0], "{} {key}", target.name);
            }
        }
    }
}

#[test]
fn typed_names_are_looked_up() {
    let found = |target: &str, entry: &str| {
        let target = TARGETS.iter().find(|known| known.name == target).expect("a target");
        let mut subject = Subject::new(target);
        let (key, value) = entry.split_once(": ").expect("a value");
        subject.type_front_matter(&[(key, value)], false);
        subject.all_findings().0.iter().filter(|code| **code == "unknown-name").count()
    };
    for (target, known, unknown) in [
        ("claude", "tools: Read, Grep", "tools: Read, MultiEdit"),
        ("claude", "model: opus", "model: gpt-5"),
        ("claude", "color: red", "color: crimson"),
        ("gemini", "tools: [read_file]", "tools: [open_file]"),
        ("opencode", "model: a/b", "model: b"),
    ] {
        assert_eq!((found(target, known), found(target, unknown)), (0, 1), "{target} {unknown}");
    }
}

/// The rules of permissions are read in the order in which they are written.
#[test]
fn a_rule_that_a_later_one_takes_the_place_of_is_reported() {
    let ordered = TARGETS.iter().flat_map(|target| target.keys.iter().map(move |key| (target, key)));
    let ordered: Vec<_> = ordered.filter(|(_, key)| key.last_applies.is_some()).collect();
    assert_eq!(ordered.len(), 2);
    for (target, key) in ordered {
        let with = |rules: &str| {
            let rules: Table = rules.parse().expect("rules");
            Subject::with(target, key.name, rules.into())
        };
        for rules in [
            "bash = { '*' = 'deny', 'git *' = 'allow' }",
            "'*' = 'deny'\nbash = 'allow'",
            "bash = { 'git *' = 'deny', '*' = 'deny' }",
            "bash = { 'git *' = 'deny', '*' = 'allow', 'git ?*' = 'deny', 'git *x' = 'ask' }\nedit = 'allow'",
        ] {
            let found = with(rules).checked().0;
            let expected = usize::from(rules.contains("?*"));
            assert_eq!(found.len(), expected, "{rules} {found:?}");
        }
        for rules in [
            "bash = { 'git *' = 'allow', '*' = 'deny' }",
            "bash = { 'git push *' = 'deny', 'git *' = 'allow' }",
            "bash = 'deny'\n'*' = 'allow'",
            "bash = { '*' = 'ask', 'rm *' = 'deny' }\n'*' = { '*' = 'deny' }",
        ] {
            let found = with(rules).checked().0;
            assert!(!found.is_empty() && found.iter().all(|code| *code == "target"), "{rules} {found:?}");
        }
    }
}

#[test]
fn typed_rules_have_the_order_of_the_composed_ones() {
    let target = TARGETS.iter().find(|target| target.name == "opencode").expect("a target");
    let rules: Table = "bash = { '*' = 'deny', 'git *' = 'allow' }".parse().expect("rules");
    for (typed, expected) in [
        ("permission: {bash: {'*': deny, 'git *': allow}}", &[][..]),
        ("permission: {bash: {'git *': allow, '*': deny}}", &["target", "front-matter-mismatch"]),
    ] {
        let mut subject = Subject::with(target, "permission", rules.clone().into());
        subject.settings.insert(FRONT_MATTER.to_owned(), vec!["description", typed].into());
        let mut found = subject.checked().0;
        found.sort_by_key(|code| std::cmp::Reverse(*code));
        assert_eq!(found, expected, "{typed}");
    }
}

#[test]
fn variables_that_are_not_filled_in_are_reported() {
    let variables = TARGETS.iter().flat_map(|target| target.keys.iter().map(move |key| (target, key)));
    for (target, key) in variables.filter(|(_, key)| key.variables.is_some()) {
        let with = |value: &str| {
            let server: Table =
                format!("a = {{ tools = ['*'], env = {{ KEY = '{value}' }} }}").parse().expect("a server");
            Subject::with(target, key.name, server.into())
        };
        for value in [
            "${{ secrets.COPILOT_MCP_KEY }}",
            "${{vars.COPILOT_MCP_KEY}}",
            "$KEY",
            "${{ github.token }}",
            "${{ secrets.KEY",
        ] {
            accepted(&with(value));
        }
        for value in ["${{ secrets.KEY }}", "a ${{vars.KEY}}", "${{ secrets.copilot_mcp_key }}"] {
            reported(&with(value), "target");
        }
    }
}
