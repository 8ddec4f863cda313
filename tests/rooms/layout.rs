//! The layout table is the only home of the defaults: renderer, `import` and `absorb` all read it.

use std::fs;
use std::path::{Path, PathBuf};

use super::import::{imported_into, shown};
use crate::author::absorb::{Answer, Edited, absorb};
use crate::model::layout::{LayoutDefault, PLANTED};
use crate::model::{LAYOUT, LayoutKey, LayoutValue, layout_keys as keys};
use crate::trial::Trial;
use camino::Utf8PathBuf;

/// A persona with an element for every default.
const PROFILE: &str = r##"name = "Smith"
description = "Builds when asked"
title = "The smith"
use = []

[target.claude]

[body.identity.prose]
opening = "You are a smith."
second = "You work by day."

[body.expertise.items]
iron = { label = "Iron", text = "hot and cold" }
steel = { text = "springs\nand blades", why = "They break" }
cold = { text = "when it is cold", under = "iron" }

[body.expertise.group.tools]
title = "Tools"

[body.expertise.group.tools.items]
hammer = "hammer"
anvil = "anvil"

[body.expertise.group.metals]
lead = "What you work with:"

[body.expertise.group.metals.items]
copper = "copper"
zinc = "zinc"

[body.workflow.steps]
heat = "heat the iron"
strike = "strike while it is hot"

[body.rules.must]
wear-gloves = "wear gloves"

[body.rules.avoid]
waste = "avoid waste"
"##;

/// Builds the profile with a layout table.
fn built(layout: &str) -> String {
    let profile = format!("{PROFILE}\n{layout}");
    let (text, findings) = shown(&[(Utf8PathBuf::from("profiles/smith.toml"), profile)], "smith");
    assert!(findings.iter().all(|finding| !finding.is_error()), "{layout}\n{findings:?}");
    text
}

/// Returns layout tables that set a default explicitly. `None` if the renderer computes the default.
fn written_out(key: &LayoutKey) -> Option<String> {
    let name = key.name;
    match key.default {
        LayoutDefault::Text(text) => Some(format!("[layout]\n{name} = {}\n", serde_json::json!(text))),
        LayoutDefault::Lines(lines) => Some(format!("[layout]\n{name} = {lines}\n")),
        LayoutDefault::Truth(truth) => Some(format!("[layout]\n{name} = {truth}\n")),
        LayoutDefault::LinesBut(lines, ..) if name == keys::START.name => {
            Some(format!("[layout]\n{name} = {lines}\n"))
        }
        LayoutDefault::LinesBut(below_lead, _, others) => {
            Some(format!("[layout]\n{name} = {others}\n\n[layout.expertise.metals]\n{name} = {below_lead}\n"))
        }
        LayoutDefault::Derived(_) => None,
    }
}

/// Returns a value that is not the default.
fn another(key: &LayoutKey) -> String {
    match key.value {
        LayoutValue::Pattern(word) => format!("\"<{word}>\""),
        LayoutValue::Number => "\"1) \"".to_owned(),
        LayoutValue::LineEnding => format!("\"{}\"", crate::model::CRLF),
        LayoutValue::Truth => (!key.truth()).to_string(),
        LayoutValue::Gap => "7".to_owned(),
        _ => "\"* \"".to_owned(),
    }
}

#[test]
fn an_explicit_default_changes_nothing_but_another_value_does() {
    let plain = built("");
    let mut count = 0;
    for key in &LAYOUT {
        let Some(layout) = written_out(key) else { continue };
        assert_eq!(built(&layout), plain, "{layout}");
        let layout = format!("[layout]\n{} = {}\n", key.name, another(key));
        assert_ne!(built(&layout), plain, "{layout}");
        count += 1;
    }
    assert!(count >= 17, "only {count} keys of {} have a default", LAYOUT.len());
}

#[test]
fn a_document_with_every_default_is_imported_without_settings() {
    let imported = imported_into("old/smith.md", Some("old/smith.md"), &built(""), Some(""));
    let (_, profile) =
        imported.files.iter().find(|(path, _)| path == "profiles/smith.toml").expect("a profile");
    assert!(!profile.contains("[layout"), "{profile}");
}

/// Other defaults, in forms that Markdown has.
const OTHERS: &[(&str, LayoutDefault)] = &[
    ("title", LayoutDefault::Text("# TITLE #")),
    ("heading", LayoutDefault::Text("## TITLE ##")),
    ("group", LayoutDefault::Text("### TITLE ###")),
    ("bullet", LayoutDefault::Text("* ")),
    ("step", LayoutDefault::Text("1) ")),
    ("label", LayoutDefault::Text("**LABEL:** ")),
    ("why", LayoutDefault::Text(" (WHY)")),
    ("capitals", LayoutDefault::Truth(false)),
    ("start", LayoutDefault::LinesBut(2, "after front matter", 1)),
    ("below-title", LayoutDefault::Lines(2)),
    ("before-sections", LayoutDefault::Lines(3)),
    ("below-headings", LayoutDefault::Lines(2)),
    ("before-groups", LayoutDefault::Lines(2)),
    ("below-groups", LayoutDefault::Lines(3)),
    ("before-lists", LayoutDefault::LinesBut(1, "after a lead or a bold title", 2)),
    ("between-items", LayoutDefault::Lines(1)),
    ("between-nested", LayoutDefault::Lines(2)),
    ("between-blocks", LayoutDefault::Lines(2)),
    ("end", LayoutDefault::Lines(2)),
    ("line-ending", LayoutDefault::Text(crate::model::CRLF)),
    ("byte-order-mark", LayoutDefault::Truth(true)),
];

/// Runs with other defaults in place of those in the table.
fn planted<R: Send>(run: impl FnOnce() -> R + Send) -> R {
    let threads = rayon::ThreadPoolBuilder::new().num_threads(2).start_handler(|_| PLANTED.set(OTHERS));
    threads.build().unwrap().install(run)
}

/// Absorbs an edit of the output. Returns the new words and the profile afterwards.
fn absorbed(layout: &str, old: &str, new: &str) -> String {
    let profile = Utf8PathBuf::from("profiles/smith.toml");
    let texts = [(profile.clone(), format!("{PROFILE}\n{layout}"))].into();
    let built = built(layout);
    assert_eq!(built.matches(old).count(), 1, "{old:?}\n{built}");
    let found = built.replace(old, new);
    let path = Utf8PathBuf::from("smith.md");
    let edited = Edited { path, target: "claude", base: None, found: found.clone() };
    let trial = Trial::new(&texts);
    let absorption = absorb(&trial.personas().fleet(), "smith", &[edited], &mut |_| Answer::Profile).unwrap();
    assert_eq!(absorption.outputs[0].text, found, "{old:?} {new:?}\n{:?}", absorption.outputs[0].changes);
    absorption.files[&profile].clone()
}

#[test]
fn changing_a_default_changes_output_import_and_absorb() {
    let plain = built("");
    planted(|| {
        let usual = built("");
        assert_ne!(usual, plain);
        for text in [
            "# The smith #\r\n\r\n\r\n",
            "* hammer\r\n\r\n* anvil",
            "1) heat",
            "**Iron:** hot",
            "blades (They",
        ] {
            assert!(usual.contains(text), "{text:?}\n{usual}");
        }
        let imported = imported_into("old/smith.md", Some("old/smith.md"), &usual, Some(""));
        let (_, profile) = imported.files.iter().find(|(path, _)| path == "profiles/smith.toml").unwrap();
        assert!(!profile.contains("[layout"), "{profile}");

        let added = absorbed("", "* anvil\r\n", "* anvil\r\n\r\n* **Tongs:** long\r\n");
        assert!(added.contains("{ label = \"Tongs\", text = \"long\" }"), "{added}");
        let section = absorbed(
            "",
            "* **You must** wear",
            "## Manners ##\r\n\r\n\r\n* greet\r\n\r\n\r\n\r\n## Rules ##\r\n\r\n\r\n* **You must** wear",
        );
        assert!(section.contains("greet"), "{section}");
        for added in [added, section] {
            assert!(!added.contains("[layout"), "{added}");
        }
        let bullet = absorbed("", "* anvil", "- anvil");
        assert!(bullet.contains("bullet = \"- \""), "{bullet}");
        let heading = absorbed("", "### Tools ###", "### Tools");
        assert!(heading.contains("group = \"### TITLE\""), "{heading}");
        let gap = absorbed("", "* copper\r\n\r\n", "* copper\r\n");
        assert!(gap.contains("between-items = 0") || gap.contains("gap = 0"), "{gap}");
    });
}

#[test]
fn new_text_is_parsed_with_the_layout_of_the_persona() {
    let layout = "[layout]\nheading = \"## TITLE ##\"\nbullet = \"* \"\nlabel = \"**LABEL:** \"\n";
    let section = absorbed(layout, "## Rules ##", "## Manners ##\n\n* greet\n\n## Rules ##");
    assert!(section.contains("[body.manners.items]\ngreet = \"greet\""), "{section}");
    let entry = absorbed(layout, "* anvil\n", "* anvil\n* **Tongs:** long\n");
    assert!(entry.contains("{ label = \"Tongs\", text = \"long\" }"), "{entry}");
}

#[test]
fn titles_of_groups_are_read_as_the_section_prints_them() {
    let layout = "[sections]\nexpertise = { heading = \"Expertise\", groups = \"bold\" }\n";
    let group = absorbed(layout, "- anvil\n", "- anvil\n\n**Woods:**\n- oak\n- ash\n");
    assert!(group.contains("title = \"Woods\"") && group.contains("oak = \"oak\""), "{group}");
    let title = absorbed(layout, "**Tools:**", "**Tools**:");
    assert!(title.contains("[layout.expertise.tools]\ngroup = \"**TITLE**:\""), "{title}");
}

#[test]
fn every_default_is_planted() {
    let planted: Vec<&str> = OTHERS.iter().map(|(name, _)| *name).collect();
    let others: Vec<&str> =
        LAYOUT.iter().map(|key| key.name).filter(|name| !planted.contains(name)).collect();
    let derived = |name: &&str| {
        LAYOUT.iter().any(|key| key.name == *name && matches!(key.default, LayoutDefault::Derived(_)))
    };
    assert!(others.iter().all(derived), "{others:?}");
}

/// Markup that only the table may contain, and files that use it with another meaning: list markers of
/// Markdown, YAML lists, comments and blank lines of TOML, and a rule in a report.
const MARKUP: [(&str, &[&str]); 8] = [
    ("\"# ", &["author/factor/plan.rs"]),
    ("\"## ", &[]),
    ("\"### ", &[]),
    ("\"- \"", &["author/absorb/pairing.rs", "author/front_matter.rs"]),
    ("\"1. \"", &[]),
    ("\"**: \"", &[]),
    ("\" \\u{2014} ", &["author/factor/statement.rs"]),
    ("\"\\n\\n\"", &[]),
];

#[test]
fn no_default_is_written_twice() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut waiting: Vec<PathBuf> = vec![root.join("render"), root.join("author")];
    let mut wrong = Vec::new();
    // A name with a hyphen is unambiguous.
    let names: Vec<String> =
        LAYOUT.iter().filter(|key| key.name.contains('-')).map(|key| format!("\"{}\"", key.name)).collect();
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
                continue;
            }
            let below = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (number, line) in code.lines().enumerate().filter(|(_, line)| !line.trim().starts_with("//"))
            {
                let markup = MARKUP.iter().filter(|(_, but)| !but.contains(&below.as_str()));
                let texts = markup.map(|(markup, _)| *markup).chain(names.iter().map(String::as_str));
                wrong.extend(texts.filter(|text| line.contains(text)).map(|text| {
                    format!("src/{below}:{}: {text} belongs in the table of src/model/layout.rs", number + 1)
                }));
            }
        }
    }
    wrong.sort();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
