//! The format of test cases loses nothing.

mod common;

use std::fs;
use std::path::Path;

use common::case::Case;

/// All files below a folder, by path.
fn read(root: &Path, folder: &Path, case: &mut Case) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(root, &path, case);
            continue;
        }
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        let expected = name == "check.txt" || name.starts_with("show/");
        let texts = if expected { &mut case.expected } else { &mut case.files };
        texts.insert(name, fs::read_to_string(&path).unwrap());
    }
}

#[test]
fn every_fixture_is_the_same_after_writing_and_reading() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut count = 0;
    for entry in fs::read_dir(root).unwrap() {
        let folder = entry.unwrap().path();
        let mut case = Case { sentence: "A case.".to_owned(), ..Case::default() };
        read(&folder, &folder, &mut case);
        assert_eq!(Case::parse(&case.to_string()).unwrap(), case, "{folder:?}");
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
