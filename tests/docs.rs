//! Runs the reference in docs/: its examples, tables, codes and links.
//!
//! A ```toml block that begins with a path (`# fragments/rules/x.toml`) is a file of a workspace. The
//! files under one heading gather, and a block with the path of an earlier one replaces it. What
//! follows a series of files says what they come to:
//!
//! - a ```text block: what `cento check` says, as the first line or the code of each finding, or in
//!   full;
//! - a ```markdown block: what `cento show` prints for the only profile, or for the one named after
//!   `markdown`; a ```json block: what `cento check --format json` prints; a ```console block: what the
//!   command in its first line prints;
//! - nothing: they load and compose without errors and warnings.
//!
//! Where no profile is shown, one is made that uses every fragment. `UPDATE=1 cargo test --test docs`
//! writes what the program says, pins decisions, and fills in the generated tables.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cento::analyse::fleet::Standing;
use cento::compose::MOST_FRAGMENTS;
use cento::compose::force::{Relation, relation};
use cento::model::grammar::{self, Entry, Keys as _, LeftOut, Table, Type, table as keys_of};
use cento::model::{
    Band, Bound, CODES, Code, FRONT_MATTER, Force, KINDS, LAYOUT, Layout, LayoutDefault, Level, Part,
    RESERVED, Reach, Style, TARGETS, ToolList,
};
use cento::view::findings::FORMATS;
use cento::workspace::files::SOURCE_LIMIT;
use serde_json::Value;

const DOCS: [&str; 8] = [
    "grammar.md",
    "merging.md",
    "json.md",
    "factoring.md",
    "checking.md",
    "rules.md",
    "similar.md",
    "safety.md",
];

/// What lints may say of an excerpt.
const EXCERPT: [&str; 5] =
    ["unused-fragment", "unused-field", "unused-relation", "shadowed-fragment", "empty-section"];

/// The files of a workspace by path.
type Files = BTreeMap<String, String>;

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)
}

fn doc(name: &str) -> String {
    std::fs::read_to_string(path(name)).expect("the page is there")
}

fn updates() -> bool {
    std::env::var_os("UPDATE").is_some()
}

/// A workspace on disk.
struct Workspace(tempfile::TempDir);

impl Workspace {
    fn new(files: &Files) -> Self {
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
            write("profiles/all.toml", &format!("use = {:?}\n", ids.collect::<Vec<_>>()));
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

    /// The first line of each finding as people read it. What lints say of the fleet is left out where the
    /// page does not show it: an excerpt may well hold what nothing in it uses.
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

/// The ids of the profiles among some files, wherever the example puts them.
fn profiles(files: &Files) -> Vec<&str> {
    let ids = files.keys().filter_map(|path| {
        let (folder, name) = path.split_once('/')?;
        if folder == "fragments" { None } else { name.strip_suffix(".toml") }
    });
    ids.collect()
}

/// The path that the first line of a file block names.
fn named_path(block: &[&str]) -> Option<String> {
    let path = block.first()?.strip_prefix("# ")?;
    (path.ends_with(".toml") && !path.contains(' ')).then(|| path.to_owned())
}

/// A run through the examples of one page.
#[derive(Default)]
struct Runner {
    /// The page as it should be, in pieces.
    pieces: Vec<String>,
    files: Files,
    /// The pieces of the files.
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

    /// Checks that the files are without errors and warnings.
    fn sound(&mut self) {
        let workspace = Workspace::new(&self.files);
        if updates() {
            self.pin(&workspace);
        }
        let lines = workspace.first_lines("");
        if !lines.is_empty() {
            let files: Vec<_> = self.files.keys().map(String::as_str).collect();
            self.wrong.push(format!("{}: not shown:\n{lines}", files.join(", ")));
        }
    }

    /// Pins the decisions in a workspace, and in the page.
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

/// Whether each line is the code alone, or all, of a finding, in whatever order.
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
fn every_example_comes_to_what_the_page_says() {
    for (name, least) in DOCS.into_iter().zip([20, 25, 1, 1, 5, 2, 1, 0]) {
        let page = doc(name);
        let generated = with_generated_tables(&page);
        let mut runner = Runner::default();
        if generated != page && !updates() {
            runner.wrong.push("the generated tables are others now".to_owned());
        }
        runner.page(&generated);
        assert!(runner.count >= least, "docs/{name} has only {} examples", runner.count);
        let updated = runner.pieces.concat();
        if updates() {
            std::fs::write(path(name), updated).expect("the page is written");
        }
        let wrong = runner.wrong.join("\n");
        assert!(wrong.is_empty(), "docs/{name} is not what the program says:\n{wrong}");
    }
}

/// The cells of the table after `<!-- table: NAME -->` or `<!-- generated: NAME -->`, without its header.
fn table(name: &str) -> Vec<Vec<String>> {
    let marks = [format!("<!-- table: {name} -->"), format!("<!-- generated: {name} -->")];
    let pages: Vec<String> = DOCS.iter().map(|page| doc(page)).collect();
    let has_mark = |page: &&String| marks.iter().any(|mark| page.contains(mark));
    let page = pages.iter().find(has_mark).unwrap_or_else(|| panic!("no table {name}"));
    let rows = page
        .lines()
        .skip_while(|line| !marks.iter().any(|mark| mark == line))
        .skip(3)
        .take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// The first cells of a table, without their backticks.
fn names(table_name: &str) -> Vec<String> {
    table(table_name).iter().map(|row| row[0].trim_matches('`').to_owned()).collect()
}

#[test]
fn the_words_of_the_reference_are_those_of_the_program() {
    let levels = Level::ALL.map(|(name, _)| name);
    assert_eq!(names("levels"), levels);
    assert_eq!(names("standings"), Standing::ALL.map(|(name, _)| name));
    assert_eq!(names("bands"), Band::NAMED.map(|(name, _)| name));
    assert_eq!(names("reserved"), RESERVED);
    let kinds: Vec<Vec<String>> = KINDS
        .iter()
        .map(|(kind, heading, what)| vec![format!("`{kind}`"), (*heading).to_owned(), (*what).to_owned()])
        .collect();
    assert_eq!(table("kinds"), kinds);

    let styles = Style::built_in();
    let mut documented: Vec<(String, String)> = table("styles")
        .into_iter()
        .map(|row| (row[0].trim_matches('`').to_owned(), row[1].clone()))
        .collect();
    documented.sort();
    let mut built_in: Vec<(String, String)> = styles
        .iter()
        .map(|(name, style)| {
            let layout = if style.layout == Layout::Grouped { "grouped" } else { "inline" };
            (name.clone(), layout.to_owned())
        })
        .collect();
    built_in.sort();
    assert_eq!(documented, built_in);
    let labels: Vec<Vec<String>> = Force::ALL
        .iter()
        .map(|(name, force)| {
            let label = |style: &str| format!("`{}`", styles[style].label(*force));
            vec![format!("`{name}`"), label("modal"), label("plain"), label("grouped")]
        })
        .collect();
    assert_eq!(table("labels"), labels);
}

#[test]
fn the_force_table_is_the_programs() {
    let rows = table("forces");
    assert_eq!(rows.len(), Force::ALL.len());
    for (row, (name, a)) in rows.iter().zip(Force::ALL) {
        assert_eq!(row[0], name);
        for (cell, (_, b)) in row[1..].iter().zip(Force::ALL).skip(a as usize) {
            let sign = match relation(a, b) {
                Relation::Agree => "=",
                Relation::Subsume => "<",
                Relation::Tension => "~",
                Relation::Contradiction => "x",
            };
            assert_eq!(cell, sign, "{a:?} {b:?}");
        }
    }
}

fn workspace_of(path: &str, text: &str) -> Workspace {
    Workspace::new(&Files::from([(path.to_owned(), text.to_owned())]))
}

/// The words that the program lists for the unknown word `zzz` in a file.
fn known(path: &str, text: &str) -> BTreeSet<String> {
    let findings = workspace_of(path, text).findings();
    let helps = findings.iter().flat_map(|finding| finding["helps"].as_array().expect("a list"));
    let mut lists = helps.filter_map(|help| help.as_str()?.strip_prefix("known here: "));
    let list = lists.next().unwrap_or_else(|| panic!("{path} lists no known words: {findings:?}\n{text}"));
    list.split(", ").map(str::to_owned).collect()
}

#[test]
fn every_key_is_documented_and_every_documented_key_is_known() {
    let (fragment, profile, config) = ("fragments/rules/x.toml", "profiles/x.toml", "cento.toml");
    let places = [
        ("parts", profile, "[body.rules]\nzzz = 1"),
        ("entry-keys", fragment, "[never]\na = { text = 'x', zzz = 1 }"),
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
fn the_keys_of_entries_are_allowed_where_the_table_says() {
    let values = [
        ("text", "'x'"),
        ("label", "'x'"),
        ("why", "'x'"),
        ("about", "'x'"),
        ("level", "'normal'"),
        ("before", "'b?'"),
        ("after", "['b?']"),
        ("band", "'first'"),
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

/// A table of keys on a page, by the name of its mark.
type KeyTable = (&'static str, fn() -> Table);

/// The tables of keys on the pages.
const KEY_TABLES: [KeyTable; 19] = [
    ("fragment-keys", keys_of::<grammar::Fragment>),
    ("parts", keys_of::<grammar::Body>),
    ("entry-keys", keys_of::<Entry>),
    ("group-keys", keys_of::<grammar::Group>),
    ("field-keys", keys_of::<grammar::Field>),
    ("tools-keys", keys_of::<grammar::Tools>),
    ("profile-keys", keys_of::<grammar::Profile>),
    ("section-keys", keys_of::<grammar::Section>),
    ("drop-keys", keys_of::<grammar::Drop>),
    ("remove-keys", keys_of::<grammar::Remove>),
    ("resolve-keys", keys_of::<grammar::Resolve>),
    ("config-keys", keys_of::<grammar::Config>),
    ("paths-keys", keys_of::<grammar::Paths>),
    ("defaults-keys", keys_of::<grammar::Defaults>),
    ("style-keys", keys_of::<grammar::Style>),
    ("subject-keys", keys_of::<grammar::Subject>),
    ("require-keys", keys_of::<grammar::Require>),
    ("selector-keys", keys_of::<grammar::Personas>),
    ("accept-keys", keys_of::<grammar::Accept>),
];

/// The generated table of the keys of one table of the grammar. A column that says the same of all keys is left out.
fn keys_table(table: &Table) -> String {
    let has_types = !table.rows.iter().all(|row| {
        matches!(
            row.value,
            Type::Entry(_)
                | Type::Map(..)
                | Type::Table(_)
                | Type::Tables(_)
                | Type::Subjects
                | Type::Severities
        )
    });
    let has_defaults = !table.rows.iter().all(|row| matches!(row.left_out, LeftOut::Nothing));
    let kinds: [(&str, Part); 4] = [
        ("prose", Part::Prose),
        ("items, steps", Part::Item),
        ("rules", Part::Rule(Force::Never)),
        ("`title`, `lead`", Part::Title),
    ];
    let is_entry = table.name == Entry::NAME;
    let mut lines = Vec::new();
    let mut line = |key: String, holds: String, left_out: String, summary: String, kinds: [String; 4]| {
        let mut cells = vec![key];
        cells.extend(has_types.then_some(holds));
        cells.extend(has_defaults.then_some(left_out));
        cells.push(summary);
        cells.extend(kinds.into_iter().filter(|_| is_entry));
        lines.push(format!("| {} |\n", cells.join(" | ")));
        if lines.len() == 1 {
            lines.push(format!("|{}\n", "---|".repeat(cells.len())));
        }
    };
    line(
        "key".into(),
        "holds".into(),
        "left out".into(),
        "meaning".into(),
        kinds.map(|(name, _)| name.into()),
    );
    for row in &table.rows {
        let left_out = match row.left_out {
            LeftOut::Nothing => String::new(),
            LeftOut::False => "`false`".to_owned(),
            LeftOut::Text(text) => format!("`\"{text}\"`"),
            LeftOut::List(list) => format!("`{list:?}`"),
            LeftOut::Derived(rule) => rule.to_owned(),
            LeftOut::Required(_) => "`error[missing-key]`".to_owned(),
        };
        let fits = kinds.map(|(_, part)| match Entry::find(row.name) {
            Some(key) if key.fits(part) => "yes".to_owned(),
            _ => String::new(),
        });
        line(format!("`{}`", row.name), row.value.describe(), left_out, row.summary.to_owned(), fits);
    }
    lines.concat()
}

/// The generated table of targets.
fn targets_table() -> String {
    let mut text =
        "| target | what it is | usual path | front matter | tools go into |\n|---|---|---|---|---|\n"
            .to_owned();
    for target in &TARGETS {
        let lists = [target.allow, target.deny].into_iter().flatten();
        let tools: Vec<String> = lists
            .map(|(key, form)| match form {
                ToolList::Commas => format!("`{key}`, with commas"),
                ToolList::Spaces => format!("`{key}`, with spaces"),
            })
            .collect();
        let front_matter = if target.front_matter { "yes" } else { "no" };
        text.push_str(&format!(
            "| `{}` | {} | `{}` | {front_matter} | {} |\n",
            target.name,
            target.summary,
            target.path,
            tools.join("; ")
        ));
    }
    text
}

/// The generated table of the targets' settings.
fn settings_table() -> String {
    let mut text = "| target | setting | holds |\n|---|---|---|\n".to_owned();
    for target in &TARGETS {
        for setting in target.settings() {
            let holds = match target.key(setting) {
                None if setting == FRONT_MATTER => "how the front matter is laid out".to_owned(),
                None if target.named_directory => {
                    let usual = target.usual_path("ID");
                    format!(
                        "the path of the output, ending in `{}`",
                        usual.split_once('/').expect("a folder").1
                    )
                }
                None => "the path of the output".to_owned(),
                Some(key) => {
                    let most =
                        key.most.map_or(String::new(), |most| format!(" of at most {most} characters"));
                    format!("{}{most}", key.value.describe())
                }
            };
            text.push_str(&format!("| `{}` | `{setting}` | {holds} |\n", target.name));
        }
    }
    text
}

/// The generated table of the settings of `[layout]`.
fn layout_table() -> String {
    let mut text = "| setting | holds | where | lays out | left out |\n|---|---|---|---|---|\n".to_owned();
    let mut summary = "";
    for key in &LAYOUT {
        let reach = match key.reach {
            Reach::Document => "document",
            Reach::Below => "below",
            Reach::List => "list",
            Reach::Place => "place",
        };
        if !key.summary.is_empty() {
            summary = key.summary;
        }
        let default = match key.default {
            LayoutDefault::Text(_) => format!("`{}`", key.default),
            _ => key.default.to_string(),
        };
        let holds = key.value.describe();
        text.push_str(&format!("| `{}` | {holds} | {reach} | {summary} | {default} |\n", key.name));
    }
    text
}

/// The generated table of the formats of findings.
fn formats_table() -> String {
    let rows = FORMATS.iter().map(|format| format!("| `{}` | {} |\n", format.name, format.summary));
    format!("| `--format` | what reads it |\n|---|---|\n{}", rows.collect::<String>())
}

/// The generated table of codes.
fn codes_table() -> String {
    let rows = CODES.iter().map(|code| {
        let set = if code.bound == Bound::Free { "yes" } else { "no" };
        format!("| `{}` | {} | {set} | {} |\n", code.name, code.severity.name(), code.summary)
    });
    let head = "| code | severity | can be set | what it means |\n|---|---|---|---|\n";
    format!("{head}{}", rows.collect::<String>())
}

/// A page with its generated tables as they should be.
fn with_generated_tables(page: &str) -> String {
    let mut updated = page.to_owned();
    let mut tables: Vec<(&str, String)> =
        KEY_TABLES.iter().map(|(name, keys)| (*name, keys_table(&keys()))).collect();
    tables.extend([
        ("targets", targets_table()),
        ("settings", settings_table()),
        ("layout", layout_table()),
        ("formats", formats_table()),
        ("codes", codes_table()),
    ]);
    for (name, table) in tables {
        let mark = format!("<!-- generated: {name} -->\n");
        let Some((before, rest)) = updated.split_once(&mark) else { continue };
        let (_, after) = rest.split_once("<!-- end -->").expect("the end is marked");
        updated = format!("{before}{mark}{table}<!-- end -->{after}");
    }
    updated
}

#[test]
fn the_limits_are_those_of_the_program() {
    let page = doc("grammar.md");
    assert_eq!(page.matches("<!-- generated: ").count(), 3 + KEY_TABLES.len());
    assert!(page.contains(&format!("{} MiB", SOURCE_LIMIT >> 20)));
    let thousands = format!("{},{:03}", MOST_FRAGMENTS / 1_000, MOST_FRAGMENTS % 1_000);
    assert!(page.contains(&format!("| fragments in one persona | {thousands} |")));
    for target in &TARGETS {
        let lengths = [target.longest_name, target.longest_description];
        for limit in lengths.into_iter().chain(target.keys.iter().map(|key| key.most)).flatten() {
            let number = if limit < 1_000 {
                limit.to_string()
            } else {
                format!("{},{:03}", limit / 1_000, limit % 1_000)
            };
            assert!(page.contains(&number), "{limit} of {} is not among the limits", target.name);
        }
    }
}

#[test]
fn every_code_exists_with_its_severity() {
    let mut count = 0;
    for name in DOCS {
        let page = doc(name);
        for severity in ["error", "warning", "note"] {
            for rest in page.split(&format!("{severity}[")).skip(1) {
                let code = rest.split(']').next().unwrap_or_default();
                let known = Code::from_name(code).unwrap_or_else(|| panic!("docs/{name}: no code {code}"));
                // An example of `[severity]` raises this one.
                let is_raised = (name, code) == ("checking.md", "tension");
                let expected = if is_raised { "error" } else { known.severity.name() };
                assert_eq!(expected, severity, "docs/{name}: {code}");
                count += 1;
            }
        }
    }
    assert!(count > 50);
}

/// The anchor that a heading gets.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    kept.chars()
        .filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '-')
        .collect::<String>()
        .replace(' ', "-")
}

/// The headings of a page, those in its examples aside.
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
fn every_link_between_the_pages_leads_somewhere() {
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
fn the_keys_of_the_json_are_those_of_the_page() {
    let page = doc("json.md");
    let json = page.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let report: Value = serde_json::from_str(json).expect("the example is JSON");
    let keys =
        |value: &Value| -> Vec<String> { value.as_object().expect("an object").keys().cloned().collect() };
    assert_eq!(names("json-report"), keys(&report));
    assert_eq!(names("json-finding"), keys(&report["findings"][0]));
    assert_eq!(names("json-place"), keys(&report["findings"][0]["places"][0]));
    assert_eq!(report["version"], serde_json::json!(cento::view::json::Version::CHECK));
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
        // A name without a directory is below the directory that its paragraph is about.
        let exists = |name: &&str| !name.contains('/') || homes.iter().any(|home| home.join(name).is_file());
        let gone: Vec<&str> = named.into_iter().filter(|name| !exists(name)).collect();
        assert!(gone.is_empty(), "{guide} names files that do not exist: {gone:?}");
    }
}
