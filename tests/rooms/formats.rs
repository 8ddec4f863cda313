//! Checks what `cento check` writes for other programs with independent readers: the SARIF schema (errata 01,
//! by OASIS Open, from the crate `serde-sarif`), an XML parser, and the decoding that GitHub documents for
//! its commands.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use camino::{Utf8Path, Utf8PathBuf};
use proptest::prelude::*;
use serde_json::Value;

use super::case::Case;
use crate::check::{Checker, Depth};
use crate::model::{Diagnostic, FileId, Library, Severity, Span, codes, settle};
use crate::view::Terminal;
use crate::view::findings::{Checked, Format};
use crate::workspace::files::Root;
use crate::workspace::{load, load_texts};

fn written(name: &str, library: &Library, findings: &[Diagnostic], base: &str) -> String {
    let profiles: Vec<&str> = library.profiles.keys().map(String::as_str).collect();
    let fragments = library.fragments.values().map(|fragment| fragment.file);
    let files: BTreeSet<FileId> = library
        .profiles
        .values()
        .map(|profile| profile.file)
        .chain(fragments)
        .chain(library.config.file)
        .collect();
    let files: Vec<FileId> = files.into_iter().collect();
    let checked = Checked { library, findings, profiles: &profiles, files: &files, base };
    Format::from_name(name).unwrap().write(&checked, &Terminal::plain(100)).unwrap()
}

/// Returns all findings in a library.
fn found(library: &Library, loaded: Vec<Diagnostic>) -> Vec<Diagnostic> {
    settle(Checker::new(library, &loaded).survey(None, Depth::Review, |_| ()).findings)
}

/// Returns every fixture: name, library and findings.
fn fixtures() -> Vec<(String, Library, Vec<Diagnostic>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut fixtures: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = Utf8PathBuf::try_from(entry.unwrap().path()).unwrap();
            let directory = tempfile::tempdir().unwrap();
            Case::parse(&fs::read_to_string(&path).unwrap()).unwrap().write_to(directory.path());
            let folder = Utf8Path::from_path(directory.path()).unwrap();
            let (library, loaded) = load(&Root::open(folder).unwrap()).unwrap();
            let findings = found(&library, loaded);
            (path.file_stem().unwrap().to_owned(), library, findings)
        })
        .collect();
    fixtures.sort_by(|a, b| a.0.cmp(&b.0));
    fixtures
}

fn schema() -> jsonschema::Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sarif/schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

/// Returns the schema's objections to a report.
fn objections(schema: &jsonschema::Validator, report: &str) -> Vec<String> {
    let report: Value = serde_json::from_str(report).unwrap();
    schema.iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn every_report_of_every_fixture_is_valid_sarif() {
    let schema = schema();
    let mut count = 0;
    for (name, library, findings) in fixtures() {
        let report = written("sarif", &library, &findings, "agents/ä b/");
        assert_eq!(objections(&schema, &report), [""; 0], "{name}");
        let report: Value = serde_json::from_str(&report).unwrap();
        let results = report["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results.len(), findings.len(), "{name}");
        let rules = report["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
        for (result, finding) in results.iter().zip(&findings) {
            let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
            assert_eq!(rule["id"], result["ruleId"]);
            assert_eq!(result["ruleId"], finding.code.name);
            assert_eq!(result["level"], finding.severity.name());
            count += 1;
        }
    }
    assert!(count > 100, "only {count} findings");
}

#[test]
fn the_schema_rejects_invalid_sarif() {
    let wrong = r#"{ "version": "2.1.0", "runs": [{ "tool": { "driver": {} }, "columnKind": "bytes" }] }"#;
    assert_eq!(objections(&schema(), wrong).len(), 2);
}

/// Returns the text of a region.
fn region(text: &str, region: &Value) -> String {
    let (before, after) = around(text, region);
    text[before.len()..text.len() - after.len()].to_owned()
}

/// Returns the text around a region. In SARIF, lines and columns count from 1, columns are UTF-16 units, and
/// the end is exclusive.
fn around(text: &str, region: &Value) -> (String, String) {
    let number = |key: &str| region[key].as_u64().unwrap() as usize;
    let mut starts = vec![0];
    starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
    let offset = |line: usize, column: usize| {
        let before: Vec<u16> = text[..starts[line - 1]].encode_utf16().collect();
        before.len() + column - 1
    };
    let units: Vec<u16> = text.encode_utf16().collect();
    let start = offset(number("startLine"), number("startColumn"));
    let end = offset(number("endLine"), number("endColumn"));
    (String::from_utf16(&units[..start]).unwrap(), String::from_utf16(&units[end..]).unwrap())
}

#[test]
fn regions_and_paths_lead_to_the_text_that_a_finding_is_about() {
    let mut count = 0;
    for (name, library, findings) in fixtures() {
        let report: Value =
            serde_json::from_str(&written("sarif", &library, &findings, "agents/ä b/")).unwrap();
        let results = report["runs"][0]["results"].as_array().unwrap();
        for (result, finding) in results.iter().zip(&findings) {
            let related = result["relatedLocations"].as_array().into_iter().flatten();
            let all: Vec<&Value> =
                result["locations"].as_array().into_iter().flatten().chain(related).collect();
            // A missing rule has no text of its own, so the finding is at the profile that breaks the
            // invariant.
            let is_of_file = usize::from(place(&library, finding).is_none());
            if !finding.labels.is_empty() {
                assert_eq!(all.len(), finding.labels.len() + is_of_file, "{name}");
            }
            let mut told = BTreeSet::new();
            for location in all.iter().filter(|location| !location["physicalLocation"]["region"].is_null()) {
                let place = &location["physicalLocation"];
                let uri = place["artifactLocation"]["uri"].as_str().unwrap();
                let path = percent_encoding::percent_decode_str(uri).decode_utf8().unwrap();
                let path = Utf8Path::new(path.strip_prefix("agents/ä b/").unwrap());
                let file = library.sources.files().find(|file| file.path() == path).unwrap();
                told.insert((path.to_owned(), region(file.text(), &place["region"])));
                count += 1;
            }
            let expected: BTreeSet<_> = finding
                .labels
                .iter()
                .map(|label| {
                    let span = label.span;
                    (library.sources.path(span).to_owned(), library.sources.text(span).to_owned())
                })
                .collect();
            assert_eq!(told, expected, "{name}");
        }
    }
    assert!(count > 200, "only {count} places");
}

/// Returns where a reviewer is led: the subject of the finding, and for an invariant the profile that breaks
/// it.
fn place(library: &Library, finding: &Diagnostic) -> Option<Span> {
    let mut labels = finding.labels.iter();
    let label = match finding.code.name {
        "requirement" => labels.find(|label| Some(label.span.file) != library.config.file),
        _ => labels.find(|label| label.primary),
    };
    label.map(|label| label.span)
}

#[test]
fn fixes_remove_what_they_fix() {
    let mut count = 0;
    for (name, library, findings) in fixtures() {
        let report: Value = serde_json::from_str(&written("sarif", &library, &findings, "")).unwrap();
        let results = report["runs"][0]["results"].as_array().unwrap();
        for (result, finding) in results.iter().zip(&findings) {
            assert_eq!(result["fixes"].is_null(), finding.edits.is_empty(), "{name}");
            for change in result["fixes"]
                .as_array()
                .into_iter()
                .flatten()
                .flat_map(|fix| fix["artifactChanges"].as_array().unwrap())
            {
                let path = change["artifactLocation"]["uri"].as_str().unwrap();
                let file = library.sources.files().find(|file| file.path() == path).unwrap();
                let mut replacements: Vec<_> = change["replacements"].as_array().unwrap().iter().collect();
                let start = |replacement: &&Value| {
                    let region = &replacement["deletedRegion"];
                    (region["startLine"].as_u64(), region["startColumn"].as_u64())
                };
                replacements.sort_by_key(start);
                let mut text = file.text().to_owned();
                for replacement in replacements.iter().rev() {
                    let (before, after) = around(&text, &replacement["deletedRegion"]);
                    text = before + replacement["insertedContent"]["text"].as_str().unwrap_or("") + &after;
                }
                let (_, findings) = load_texts(&BTreeMap::from([(file.path().to_owned(), text)]));
                let is_left = findings.iter().any(|left| left.code.name == finding.code.name);
                assert!(!is_left, "{name}: {path}: {findings:?}");
                count += replacements.len();
            }
        }
    }
    assert!(count > 10, "only {count}");
}

/// Parses a command as GitHub does: name, properties and message.
fn command(line: &str) -> Option<(String, BTreeMap<String, String>, String)> {
    let (head, message) = line.strip_prefix("::")?.split_once("::")?;
    let (word, properties) = head.split_once(' ')?;
    let data = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    let property = |text: &str| data(&text.replace("%3A", ":").replace("%2C", ","));
    let properties = properties.split(',').map(|one| {
        let (name, value) = one.split_once('=').unwrap();
        (name.to_owned(), property(value))
    });
    Some((word.to_owned(), properties.collect(), data(message)))
}

#[test]
fn every_finding_is_one_command_at_its_line() {
    /// Returns the positions of command markers in a path.
    const BASE: &str = "a, b::c=d 100%/";
    for (name, library, findings) in fixtures() {
        let report = written("github", &library, &findings, BASE);
        let lines: Vec<&str> = report.lines().collect();
        assert_eq!(lines.len(), findings.len() + 1, "{name}");
        for (line, finding) in lines.iter().zip(&findings) {
            let (word, properties, message) = command(line).unwrap_or_else(|| panic!("{line}"));
            let expected = match finding.severity {
                Severity::Note => "notice",
                severity => severity.name(),
            };
            assert_eq!(word, expected, "{name}");
            assert!(
                message.contains(&finding.helps.first().cloned().unwrap_or_default())
                    || message.contains("\\u{")
            );
            assert_eq!(properties["title"], format!("cento: {}", finding.code.name));
            if let Some(span) = place(&library, finding) {
                let at = library.sources.line_column(span);
                assert_eq!(properties["line"], at.line.to_string());
                assert_eq!(properties["file"], format!("{BASE}{}", library.sources.path(span)));
            } else if finding.code.name == "requirement" {
                assert!(properties["file"].starts_with(&format!("{BASE}profiles/")), "{name}: {line}");
            }
        }
        assert!(!lines.last().unwrap().starts_with("::"));
    }
}

#[test]
fn junit_has_a_case_for_each_file_and_persona_and_fails_those_with_errors() {
    for (name, library, findings) in fixtures() {
        let report = written("junit", &library, &findings, "");
        let document = roxmltree::Document::parse(&report).unwrap_or_else(|error| panic!("{name}: {error}"));
        let cases: Vec<_> = document.descendants().filter(|node| node.has_tag_name("testcase")).collect();
        let case = |class: &str, name: &str| {
            let is_it = |case: &&roxmltree::Node<'_, '_>| {
                case.attribute("classname") == Some(class) && case.attribute("name") == Some(name)
            };
            let found: Vec<_> = cases.iter().filter(is_it).collect();
            assert_eq!(found.len(), 1, "{class} {name}");
            *found[0]
        };
        let failed = |case: roxmltree::Node<'_, '_>| {
            case.children().filter(|node| node.has_tag_name("failure")).count()
        };
        for id in library.profiles.keys() {
            let errors = findings.iter().any(|finding| finding.is_error() && finding.personas.contains(id));
            assert_eq!(failed(case("personas", id)), usize::from(errors), "{name}: {id}");
        }
        for file in library.sources.files() {
            let path = file.path().as_str();
            let is_about = |finding: &&Diagnostic| {
                let place = finding.labels.iter().find(|label| label.primary).map(|label| label.span.file);
                let place = place.or(finding.file);
                finding.personas.is_empty() && place.is_some_and(|id| library.sources.file(id).path() == path)
            };
            let errors = findings.iter().filter(is_about).any(Diagnostic::is_error);
            assert!(failed(case("files", path)) >= usize::from(errors), "{name}: {path}");
        }
        let root = document.root_element();
        let failures = cases.iter().filter(|case| failed(**case) > 0).count();
        assert_eq!(root.attribute("tests"), Some(cases.len().to_string().as_str()));
        assert_eq!(root.attribute("failures"), Some(failures.to_string().as_str()));
        assert_eq!(failures > 0, findings.iter().any(Diagnostic::is_error), "{name}");
    }
}

/// Texts with what ends strings, lines, commands and elements.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        "[\n\r\t\u{1b}\u{0}\u{8}\u{202e}\u{200b}\u{fdd0}\u{ffff}\u{fffe}\u{85}\u{2028}日👩%:,<>&\"'\\]\\[(){}`]{0,60}",
        Just("a\n::error file=x::y".to_owned()),
        Just("]]><failure/>%0A::warning::[x](1) [y](https://example.org) {0} {{".to_owned()),
        "(?s).{0,40}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn no_text_breaks_out_of_a_format(said in hostile(), there in hostile(), persona in hostile()) {
        let texts = BTreeMap::from([(Utf8PathBuf::from("profiles/ada.toml"), "description = \"x\"\n".to_owned())]);
        let (mut library, _) = load_texts(&texts);
        let file = library.sources.add(format!("fragments/{}.toml", said.replace('\0', "")).into(), there.clone());
        let span = crate::model::Span::new(file, 0..there.len());
        let finding = |code| Diagnostic::new(code, said.clone())
            .at(span, said.clone()).context(span, there.clone())
            .note(said.clone()).help(there.clone()).in_persona(&persona).about(said.clone());
        let findings = settle(vec![finding(codes::CONFLICT), finding(codes::LOSS)]);
        // Text next to an escape may be judged differently after escaping; text that is dangerous by itself
        // may not.
        let is_raw = |c: char| {
            let turns = ('\u{202a}'..='\u{202e}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c);
            !matches!(c, '\n' | '\t') && (c.is_control() || turns)
        };
        let is_safe = |text: &str| !text.contains(is_raw);

        let sarif = written("sarif", &library, &findings, "");
        prop_assert_eq!(objections(&schema(), &sarif), Vec::<String>::new());
        let report: Value = serde_json::from_str(&sarif).unwrap();
        for result in report["runs"][0]["results"].as_array().unwrap() {
            let text = result["message"]["text"].as_str().unwrap();
            prop_assert!(is_safe(text) && !text.contains("]("), "{text:?}");
        }
        let github = written("github", &library, &findings, "");
        prop_assert_eq!(github.lines().filter(|line| line.starts_with("::")).count(), 2, "{}", github);
        prop_assert_eq!(github.lines().count(), 3);
        prop_assert!(is_safe(&github), "{:?}", github);
        let junit = written("junit", &library, &findings, "");
        prop_assert!(is_safe(&junit), "{:?}", junit);
        let document = roxmltree::Document::parse(&junit).unwrap();
        let failures = document.descendants().filter(|node| node.has_tag_name("failure")).count();
        prop_assert_eq!(failures, 1);
    }
}
