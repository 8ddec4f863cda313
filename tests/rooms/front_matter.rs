//! Front matter, read back by a YAML crate other than the one that wrote it.

use std::collections::BTreeMap;

use crate::compose::Composer;
use crate::render::render;
use crate::workspace::load_texts;
use camino::Utf8PathBuf;
use proptest::prelude::*;

/// Renders the subagent of a profile with this description and model.
fn rendered(description: &str, model: &str) -> String {
    let text = |value: &str| toml::Value::String(value.to_owned()).to_string();
    let profile = format!(
        "description = {}\n[body.voice.prose]\na = \"Text.\"\n[target.claude]\nmodel = {}\n",
        text(description),
        text(model)
    );
    let texts = BTreeMap::from([(Utf8PathBuf::from("profiles/p.toml"), profile)]);
    let (library, findings) = load_texts(&texts);
    assert!(!findings.iter().any(|finding| finding.breaks_file()), "{findings:?}");
    let composition = Composer::new(&library).compose(0.into()).expect("the profile is whole");
    render(&composition, &composition.persona.targets[0]).into_text()
}

/// Returns the front matter as programs extract it: between the first line and the next `---`.
fn front_matter(document: &str) -> (&str, yaml_serde::Value) {
    let rest = document.strip_prefix("---\n").expect("front matter begins the document");
    let (text, body) = rest.split_once("\n---\n").expect("front matter ends");
    assert!(body.ends_with("## Voice\n\nText.\n"), "{document}");
    (text, yaml_serde::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}")))
}

#[test]
fn strings_that_yaml_1_1_reads_as_other_types_are_quoted() {
    let words = [
        "no", "No", "NO", "yes", "on", "Off", "y", "n", "true", "null", "~", "1e3", "1_000", "0o17", "0x1f",
        "017", "2024-01-01", "12:30:45", "1.0", ".inf", ".nan", "=", "<<", "-", "?", "- a", "a: b", "a #b",
        "@a", "*a", "&a", "!a", "%a", "`a", "[a", "{a", "a:", "'a", "\"a", "|", ">", "---", "...", " a",
        "a ",
    ];
    for word in words {
        let document = rendered(word, "inherit");
        let (text, value) = front_matter(&document);
        assert_eq!(value["description"].as_str(), Some(word), "{text}");
        let line = text.lines().find(|line| line.starts_with("description: ")).expect("one line");
        assert!(line.contains(['"', '\'']), "{line}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    /// A description with any characters, including control characters and line breaks, reads back unchanged
    /// and stays inside the front matter.
    #[test]
    fn any_string_reads_back_unchanged(
        description in "(---\n|: |# |\\PC|[ \t\n\"'\u{7}\u{1b}\u{85}\u{2028}\u{feff}]){0,24}x",
        model in "[ -~]{0,12}x",
    ) {
        let document = rendered(&description, &model);
        let (text, value) = front_matter(&document);
        prop_assert_eq!(value["description"].as_str(), Some(description.as_str()), "{}", text);
        prop_assert_eq!(value["model"].as_str(), Some(model.as_str()), "{}", text);
        prop_assert_eq!(value["name"].as_str(), Some("p"));
    }
}
