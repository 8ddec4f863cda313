//! The format of test cases loses nothing.

mod common;

use std::fs;
use std::path::Path;

use common::case::Case;

/// Each case by its file name, without `.txt`.
fn cases(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let paths = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    paths
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect()
}

#[test]
fn every_case_is_written_as_it_would_be_rewritten() {
    for (folder, fewest) in [("fixtures", 100), ("workspaces", 15)] {
        let cases = cases(folder);
        assert!(cases.len() >= fewest, "only {} cases in {folder}", cases.len());
        for (name, text) in cases {
            assert_eq!(Case::parse(&text).unwrap().to_string(), text, "{name}");
        }
    }
}

#[test]
fn every_workspace_has_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let files = |folder: &str| fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let tests = files("")
        .chain(files("rooms"))
        .filter(|path| path.is_file())
        .chain(["common/mod.rs", "report/fleets.rs", "report/safety.rs"].map(|path| root.join(path)));
    let tests: String = tests.map(|path| fs::read_to_string(path).unwrap()).collect();
    for (name, _) in cases("workspaces") {
        assert!(tests.contains(&format!("named(\"{name}\")")), "no test uses tests/workspaces/{name}.txt");
    }
}

#[test]
fn a_workspace_of_many_files_is_no_string_in_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut waiting = vec![root.clone()];
    let mut seen = 0;
    while let Some(folder) = waiting.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                waiting.push(path);
                continue;
            }
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            for (place, start) in text.match_indices("::new(&[\n") {
                let list = &text[place + start.len()..];
                let list = list.split_once("])").map_or(list, |(list, _)| list);
                let files = list.matches(".toml\",").count();
                assert!(
                    files <= 4,
                    "{path:?} types {files} files; see CONTRIBUTING.md, where a test goes:\n{list}"
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 10, "only {seen} lists of files were found");
}

#[test]
fn unusual_texts_read_back_unchanged() {
    let texts =
        ["", "\n", "a", "a\n\n", "a\r\nb", "\u{feff}a\n", "==== b\n", "x\n==== b", "\\u{41}\u{7}\n", "\\n\n"];
    let mut case = Case { sentence: "Rare texts.".to_owned(), ..Case::default() };
    for (index, text) in texts.into_iter().enumerate() {
        case.files.insert(format!("{index}.toml"), text.to_owned());
        case.expected.insert(format!("{index}.md"), text.to_owned());
    }
    let written = case.to_string();
    assert_eq!(Case::parse(&written).unwrap(), case, "{written}");
}

#[test]
fn a_case_needs_a_sentence() {
    let without = "\n\n==== profiles/ada.toml\n";
    assert!(Case::parse(without).is_err_and(|reason| reason.contains("sentence")));
    assert!(Case::parse(&format!("Ada is empty.{without}")).is_ok());
}
