//! Runs the reference in docs/: examples, keys and links. `rooms/docs.rs` compares its tables with the
//! program.
//!
//! A ```toml block that begins with a path (`# fragments/rules/x.toml`) is a file of a workspace. The files
//! under one heading accumulate, and a block with the path of an earlier one replaces it. The block after a
//! series of files shows the result:
//!
//! - a ```text block: the output of `cento check`, as the first line or the code of each finding, or in full;
//! - a ```markdown block: the output of `cento show` for the only profile, or the one named after `markdown`;
//!   a ```json block: the output of `cento check --format json`; a ```console block: the output of the
//!   command in its first line;
//! - nothing: the files load and compose without errors and warnings.
//!
//! If no profile is shown, one is created that uses every fragment; when it is checked, it has some content of its own
//! too, because an excerpt often has no text. `UPDATE=1 cargo test --test docs` writes
//! the output of the program, and pins decisions.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

#[path = "common/pages.rs"]
mod pages;

use pages::{DOCS, doc, names, path, table, updates};

/// Lint codes that are acceptable in an excerpt.
const EXCERPT: [&str; 6] = [
    "unused-fragment", "unused-field", "unused-relation", "unmatched-model", "shadowed-fragment",
    "empty-section",
];

/// The files of a workspace by path.
type Files = BTreeMap<String, String>;

/// A workspace on disk.
struct Workspace(tempfile::TempDir);

impl Workspace {
    fn new(files: &Files) -> Self {
        Workspace::with(files, "")
    }

    /// A workspace whose created profile has content, whatever the files are about.
    fn with_content(files: &Files) -> Self {
        Workspace::with(files, "[body.voice.items]\nbrief = \"be brief\"\n")
    }

    fn with(files: &Files, content: &str) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let write = |path: &str, text: &str| {
            let path = directory.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("directories are made");
            std::fs::write(path, text).expect("a file is written");
        };
        for (path, text) in files {
            write(path, text);
        }
        if profiles(files).is_empty() {
            let ids = files.keys().filter_map(|path| path.strip_prefix("fragments/")?.strip_suffix(".toml"));
            write("profiles/all.toml", &format!("use = {:?}\n{content}", ids.collect::<Vec<_>>()));
        }
        Workspace(directory)
    }

    fn run(&self, arguments: &[&str]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_cento"))
            .args(arguments)
            .current_dir(self.0.path())
            .env("COLUMNS", "100")
            .env_remove("CLICOLOR_FORCE")
            .output()
            .expect("cento runs");
        String::from_utf8(output.stdout).expect("cento prints UTF-8")
    }

    fn findings(&self) -> Vec<Value> {
        let report: Value = serde_json::from_str(&self.run(&["check", "--format", "json"])).expect("JSON");
        report["findings"].as_array().expect("a list").clone()
    }

    /// Returns the first line of each finding as shown to people. Lints of the fleet are omitted if the page
    /// does not show them: an excerpt may contain unused sources.
    fn first_lines(&self, shown: &str) -> String {
        let findings = self.findings();
        let is_told = |finding: &&Value| {
            let code = finding["code"].as_str().expect("a string");
            let is_lint = EXCERPT.contains(&code) && !shown.contains(&format!("[{code}]"));
            !is_lint && (finding["severity"] != "note" || shown.contains("note["))
        };
        let line = |finding: &Value| {
            let text = |key: &str| finding[key].as_str().expect("a string").to_owned();
            format!("{}[{}]: {}\n", text("severity"), text("code"), text("message"))
        };
        findings.iter().filter(is_told).map(line).collect()
    }
}

/// Returns the ids of the profiles, wherever the example puts them.
fn profiles(files: &Files) -> Vec<&str> {
    let ids = files.keys().filter_map(|path| {
        let (folder, name) = path.split_once('/')?;
        if folder == "fragments" { None } else { name.strip_suffix(".toml") }
    });
    ids.collect()
}

/// Returns the path that the first line of a file block names.
fn named_path(block: &[&str]) -> Option<String> {
    let path = block.first()?.strip_prefix("# ")?;
    (path.ends_with(".toml") && !path.contains(' ')).then(|| path.to_owned())
}

/// A run through the examples of one page.
#[derive(Default)]
struct Runner {
    /// The updated page, in pieces.
    pieces: Vec<String>,
    files: Files,
    /// The pieces with files.
    places: BTreeMap<String, usize>,
    /// The files since the last result.
    series: BTreeSet<String>,
    wrong: Vec<String>,
    count: usize,
}

impl Runner {
    fn page(&mut self, text: &str) {
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            self.pieces.push(format!("{line}\n"));
            if line.starts_with('#') {
                self.end_of_series();
                self.files.clear();
                self.places.clear();
            }
            let Some(info) = line.strip_prefix("```") else { continue };
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let shown: String = block.iter().map(|line| format!("{line}\n")).collect();
            let (kind, argument) = info.split_once(' ').unwrap_or((info, ""));
            let printed = match kind {
                "toml" => {
                    if let Some(path) = named_path(&block) {
                        self.file(path, &shown);
                    }
                    shown
                }
                _ if self.files.is_empty() => shown,
                "text" | "markdown" | "json" | "console" => self.result(kind, argument, &shown),
                _ => shown,
            };
            self.pieces.push(printed);
            self.pieces.push("```\n".to_owned());
        }
        self.end_of_series();
    }

    fn file(&mut self, path: String, text: &str) {
        if self.series.contains(&path) {
            self.end_of_series();
        }
        self.places.insert(path.clone(), self.pieces.len());
        self.series.insert(path.clone());
        self.files.insert(path, text.to_owned());
    }

    fn end_of_series(&mut self) {
        if !self.series.is_empty() {
            self.count += 1;
            self.sound();
            self.series.clear();
        }
    }

    /// Checks that the files have no errors and warnings.
    fn sound(&mut self) {
        let workspace = Workspace::with_content(&self.files);
        if updates() {
            self.pin(&workspace);
        }
        let lines = workspace.first_lines("");
        if !lines.is_empty() {
            let files: Vec<_> = self.files.keys().map(String::as_str).collect();
            self.wrong.push(format!("{}: not shown:\n{lines}", files.join(", ")));
        }
    }

    /// Pins the decisions in a workspace and on the page.
    fn pin(&mut self, workspace: &Workspace) {
        for profile in profiles(&self.files) {
            workspace.run(&["resolve", profile, "--reaffirm"]);
        }
        for (path, place) in &self.places {
            let text = std::fs::read_to_string(workspace.0.path().join(path)).expect("the file is there");
            self.pieces[*place].clone_from(&text);
            self.files.insert(path.clone(), text);
        }
    }

    fn result(&mut self, kind: &str, argument: &str, shown: &str) -> String {
        self.count += 1;
        self.series.clear();
        if kind == "markdown" {
            self.sound();
        }
        let workspace = Workspace::new(&self.files);
        let printed = match kind {
            "markdown" => {
                let concrete: Vec<&str> = profiles(&self.files)
                    .into_iter()
                    .filter(|id| {
                        let text =
                            &self.files.iter().find(|(path, _)| path.ends_with(&format!("/{id}.toml")));
                        text.is_some_and(|(_, text)| !text.contains("abstract = true"))
                    })
                    .collect();
                let profile = match concrete.as_slice() {
                    _ if !argument.is_empty() => argument,
                    [] => "all",
                    [only] => only,
                    several => panic!("which of {several:?} is shown?\n{shown}"),
                };
                workspace.run(&["show", profile])
            }
            "json" => workspace.run(&["check", "--format", "json"]),
            "console" => {
                let command = shown.lines().next().and_then(|line| line.strip_prefix("$ cento "));
                let command = command.unwrap_or_else(|| panic!("a console block runs cento\n{shown}"));
                let arguments: Vec<&str> = command.split(' ').collect();
                format!("$ cento {command}\n{}", workspace.run(&arguments))
            }
            _ if shown.contains(" --> ") => workspace.run(&["check"]),
            _ => workspace.first_lines(shown),
        };
        if kind == "text" && is_abbreviated(shown, &printed) {
            return shown.to_owned();
        }
        if printed != shown && !updates() {
            self.wrong.push(format!("--- shown\n{shown}--- printed\n{printed}"));
        }
        printed
    }
}

/// Returns whether each line is the code or the text of a finding, in any order.
fn is_abbreviated(shown: &str, printed: &str) -> bool {
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let (shown, printed) = (sorted(shown), sorted(printed));
    let same = |(shown, printed): (&String, &String)| {
        shown == printed || printed.strip_prefix(shown.as_str()).is_some_and(|rest| rest.starts_with(": "))
    };
    shown.len() == printed.len() && shown.iter().zip(&printed).all(same)
}

#[test]
fn every_example_gives_the_documented_result() {
    for (name, least) in DOCS.into_iter().zip([20, 2, 25, 1, 1, 5, 2, 1, 0]) {
        let page = doc(name);
        let mut runner = Runner::default();
        runner.page(&page);
        assert!(runner.count >= least, "docs/{name} has only {} examples", runner.count);
        let updated = runner.pieces.concat();
        if updates() {
            std::fs::write(path(name), updated).expect("the page is written");
        }
        let wrong = runner.wrong.join("\n");
        assert!(wrong.is_empty(), "docs/{name} is not what the program says:\n{wrong}");
    }
}

fn workspace_of(path: &str, text: &str) -> Workspace {
    Workspace::with_content(&Files::from([(path.to_owned(), text.to_owned())]))
}

/// Returns the words that the program suggests for the unknown word `zzz` in a file.
fn known(path: &str, text: &str) -> BTreeSet<String> {
    let findings = workspace_of(path, text).findings();
    let helps = findings.iter().flat_map(|finding| finding["helps"].as_array().expect("a list"));
    let lists = helps.filter_map(|help| help.as_str()?.strip_prefix("known here: "));
    let words: BTreeSet<String> = lists.flat_map(|list| list.split(", ")).map(str::to_owned).collect();
    assert!(!words.is_empty(), "{path} lists no known words: {findings:?}\n{text}");
    words
}

#[test]
fn every_key_is_documented_and_every_documented_key_is_known() {
    let (fragment, profile, config) = ("fragments/rules/x.toml", "profiles/x.toml", "cento.toml");
    let places = [
        ("parts", profile, "[body.rules]\nzzz = 1"),
        (
            "entry-keys",
            fragment,
            "[never]\na = { text = 'x', zzz = 1 }\n[items]\nb = { text = 'x', zzz = 1 }",
        ),
        ("group-keys", fragment, "[group.g]\nzzz = 1"),
        ("field-keys", fragment, "[fields]\na = { value = 1, zzz = 1 }"),
        ("tools-keys", fragment, "[tools]\nzzz = 1"),
        ("levels", fragment, "[fields]\na = { value = 1, level = 'zzz' }"),
        ("bands", fragment, "[items]\na = { text = 'x', band = 'zzz' }"),
        ("section-keys", profile, "[sections]\nrules = { zzz = 1 }"),
        ("styles", profile, "style = 'zzz'"),
        ("drop-keys", profile, "drop = [{ fragment = 'a', zzz = 1 }]"),
        ("remove-keys", profile, "[[remove]]\nzzz = 1"),
        ("resolve-keys", profile, "[[resolve]]\nzzz = 1"),
        ("combine", profile, "combine = 'zzz'"),
        ("config-keys", config, "zzz = 1"),
        ("paths-keys", config, "[paths]\nzzz = 1"),
        ("defaults-keys", config, "[defaults]\nzzz = 1"),
        ("style-keys", config, "[styles.a]\nzzz = 1"),
        ("labels", config, "[styles.a.labels]\nzzz = 1"),
        ("subject-keys", config, "[subjects]\na = { zzz = 1 }"),
        ("require-keys", config, "[[require]]\nzzz = 1"),
        ("accept-keys", config, "[[accept]]\nzzz = 1"),
        ("selector-keys", config, "[[require]]\nrule = 'a.b'\npersonas = { zzz = 1 }"),
    ];
    for (name, path, text) in places {
        assert_eq!(names(name).into_iter().collect::<BTreeSet<_>>(), known(path, text), "{name}");
    }
}

#[test]
fn the_keys_of_entries_are_allowed_as_the_table_says() {
    let values = [
        ("text", "'x'"),
        ("label", "'x'"),
        ("why", "'x'"),
        ("force", "'never'"),
        ("about", "'x'"),
        ("under", "'b' }\nb = { text = 'y'"),
        ("level", "'normal'"),
        ("before", "'b?'"),
        ("after", "['b?']"),
        ("band", "'first'"),
        ("directly", "true, before = 'b?'"),
        ("only", "['claude']"),
        ("not", "['claude']"),
    ];
    let columns: [(usize, &[&str]); 4] = [
        (4, &["[prose]\na"]),
        (5, &["[items]\na", "[steps]\na"]),
        (6, &["[never]\na", "[must]\na"]),
        (7, &["[group.g]\ntitle", "[group.g]\nlead"]),
    ];
    for row in table("entry-keys") {
        let key = row[0].trim_matches('`');
        let value = values.iter().find(|(name, _)| *name == key).expect("a value for the key").1;
        let more = if key == "text" { String::new() } else { format!(", {key} = {value}") };
        for (column, places) in columns {
            for place in places {
                let text = format!("{place} = {{ text = 'x'{more} }}\n");
                let accepted = workspace_of("fragments/rules/x.toml", &text).first_lines("").is_empty();
                assert_eq!(accepted, row[column] == "yes", "{text}");
            }
        }
    }
}

/// Returns the anchor of a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    kept.chars()
        .filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '-')
        .collect::<String>()
        .replace(' ', "-")
}

/// Returns the anchors of a page, ignoring headings in its examples.
fn anchors(page: &str) -> BTreeSet<String> {
    let mut inside = false;
    let outside = page.lines().filter(|line| {
        let fence = line.starts_with("```");
        inside ^= fence;
        !inside && !fence
    });
    outside
        .filter(|line| line.starts_with('#'))
        .map(|line| anchor(line.trim_start_matches(['#', ' '])))
        .collect()
}

#[test]
fn every_link_between_pages_has_a_target() {
    for name in DOCS {
        let page = doc(name);
        for link in page.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.starts_with("https:") {
                continue;
            }
            let (file, fragment) = link.split_once('#').unwrap_or((link, ""));
            let file = if file.is_empty() { name } else { file };
            assert!(DOCS.contains(&file), "docs/{name} links to {link}");
            assert!(fragment.is_empty() || anchors(&doc(file)).contains(fragment), "docs/{name}: {link}");
        }
    }
}

#[test]
fn the_files_that_the_guides_name_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut homes = vec![root.to_path_buf(), root.join("src")];
    let rooms = fs::read_dir(root.join("src")).expect("src can be read");
    homes.extend(rooms.map(|entry| entry.expect("src can be read").path()));
    for (guide, least) in [("ARCHITECTURE.md", 30), ("CONTRIBUTING.md", 1), ("tests/MUTATIONS.md", 80)] {
        let text = fs::read_to_string(root.join(guide)).expect("the guide can be read");
        // Every second part between backticks is code.
        let named: Vec<&str> = text
            .lines()
            .flat_map(|line| line.split('`').skip(1).step_by(2))
            .filter(|code| [".rs", ".js", ".css", ".html"].iter().any(|end| code.ends_with(end)))
            .collect();
        assert!(named.len() >= least, "{guide} names only {} files", named.len());
        // A name without a directory is relative to the directory that its paragraph is about.
        let exists = |name: &&str| !name.contains('/') || homes.iter().any(|home| home.join(name).is_file());
        let gone: Vec<&str> = named.into_iter().filter(|name| !exists(name)).collect();
        assert!(gone.is_empty(), "{guide} names files that do not exist: {gone:?}");
    }
}

#[test]
fn the_headings_of_the_changelog_are_the_labels_of_its_entries() {
    let text = fs::read_to_string("CHANGELOG.md").expect("it is there");
    let is_labelled = |line: &&str| {
        ["Added", "Changed", "Fixed"].iter().any(|label| line.starts_with(&format!("- {label}:")))
    };
    assert_eq!(text.lines().find(is_labelled), None, "move it below the heading, without the label");
}

/// The cell of a mutation table that names a file below `src` and, after it, functions of that file.
fn mutated(row: &str) -> Option<(&str, Vec<&str>)> {
    let cell = row.split(" | ").find(|cell| cell.starts_with('`') && cell.contains(".rs`"))?;
    let mut names = cell.split('`').skip(1).step_by(2);
    let file = names.next()?;
    Some((file, names.filter(|name| !name.contains('/')).collect()))
}

#[test]
fn the_functions_of_the_mutation_tables_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("tests/MUTATIONS.md")).expect("the page can be read");
    let rows: Vec<(&str, Vec<&str>)> = page.lines().filter_map(mutated).collect();
    assert!(rows.len() >= 100, "only {} rows name a file", rows.len());
    for (file, names) in rows {
        let source = fs::read_to_string(root.join("src").join(file)).expect("the file of a row can be read");
        for name in names {
            let last = name.rsplit("::").next().unwrap_or(name);
            let words: &[&str] = if file.ends_with(".js") { &["function "] } else { &["fn ", "struct "] };
            let is_there = words.iter().any(|word| {
                let declaration = format!("{word}{last}");
                source.match_indices(&declaration).any(|(at, _)| {
                    !source[at + declaration.len()..]
                        .starts_with(|next: char| next.is_alphanumeric() || next == '_')
                })
            });
            assert!(is_there, "{file} has no `{name}`");
        }
    }
}
