//! The format of test cases loses nothing.

mod common;

use std::fs;
use std::path::Path;

use common::case::Case;

#[test]
fn every_fixture_is_written_as_it_would_be_rewritten() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut count = 0;
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(Case::parse(&text).unwrap().to_string(), text, "{path:?}");
        count += 1;
    }
    assert!(count > 100, "only {count} fixtures");
}

#[test]
fn rare_texts_are_the_same_after_writing_and_reading() {
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
