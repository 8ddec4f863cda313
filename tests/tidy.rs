//! The house rules that a compiler does not know.

use std::fs;
use std::path::{Path, PathBuf};

/// What each room may import. `model` is plain data and knows nobody; `compose` opens no file; `author` loads only
/// texts, to prove what it would write; `view` never merges; nobody but the program itself knows `cli`.
const MAY_IMPORT: [(&str, &[&str]); 11] = [
    ("model", &[]),
    ("text", &["model"]),
    ("source", &["model", "text"]),
    ("workspace", &["model", "text", "source"]),
    ("compose", &["model"]),
    ("render", &["model", "compose"]),
    ("check", &["model", "text", "compose", "render"]),
    ("analyse", &["model", "text", "compose", "render", "check"]),
    ("author", &["model", "text", "source", "workspace", "compose", "render", "check", "analyse"]),
    ("view", &["model", "text", "compose", "render", "check", "analyse", "author"]),
    (
        "cli",
        &["model", "text", "source", "workspace", "compose", "render", "check", "analyse", "author", "view"],
    ),
];

fn sources() -> Vec<(PathBuf, String)> {
    let mut waiting = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut files = Vec::new();
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(directory).expect("src is there") {
            let path = entry.expect("src can be read").path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("sources are UTF-8");
                files.push((path, text));
            }
        }
    }
    files.sort();
    files
}

fn room(path: &Path) -> Option<String> {
    let below = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).ok()?;
    let first = below.components().next()?.as_os_str().to_str()?;
    MAY_IMPORT.iter().any(|(room, _)| *room == first).then(|| first.to_owned())
}

#[test]
fn imports_go_one_way() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let Some(room) = room(&path) else { continue };
        let allowed = MAY_IMPORT.iter().find(|(name, _)| *name == room).expect("every room is listed").1;
        for (number, line) in text.lines().enumerate() {
            for (other, _) in
                MAY_IMPORT.iter().filter(|(other, _)| *other != room && !allowed.contains(other))
            {
                if line.contains(&format!("crate::{other}::")) || line.contains(&format!("crate::{other};")) {
                    wrong.push(format!("{}:{}: {room} imports {other}", path.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_have_one_subject() {
    let long = sources().into_iter().filter(|(_, text)| text.lines().count() > 520).map(|(path, _)| path);
    assert_eq!(long.collect::<Vec<_>>(), Vec::<PathBuf>::new(), "split these by subject");
}

#[test]
fn anyhow_stays_in_the_command_line() {
    let elsewhere = sources()
        .into_iter()
        .filter(|(path, text)| room(path).is_some_and(|room| room != "cli") && text.contains("anyhow"))
        .map(|(path, _)| path);
    assert_eq!(elsewhere.collect::<Vec<_>>(), Vec::<PathBuf>::new());
}
