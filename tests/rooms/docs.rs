//! Compares the tables and limits of the reference in docs/ with the program. `UPDATE=1 cargo test --lib
//! docs` writes the generated tables; `tests/docs.rs` runs the examples.

use serde_json::Value;

use crate::analyse::fleet::Status;
use crate::compose::MAX_FRAGMENTS;
use crate::compose::force::{Relation, relation};
use crate::model::grammar::{
    self, Entry, Keys as _, LeftOut, Name, TARGET_NAMES, Table, Type, table as keys_of,
};
use crate::model::layout::LayoutDefault;
use crate::model::{
    Band, Bound, CODES, Code, Force, Form, KINDS, LAYOUT, Layout, Level, Part, RESERVED, Reach, Style,
    TARGETS, ToolList, When, wording,
};
use crate::view::findings::FORMATS;
use crate::workspace::files::SOURCE_LIMIT;

#[path = "../common/pages.rs"]
mod pages;

use pages::{DOCS, doc, names, path, table, updates};

#[test]
fn the_reference_lists_the_words_of_the_program() {
    let levels = Level::ALL.map(|(name, _)| name);
    assert_eq!(names("levels"), levels);
    assert_eq!(names("standings"), Status::ALL.map(|(name, _)| name));
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
fn the_documented_force_table_matches_the_program() {
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

impl Type {
    /// Returns how the reference names this type.
    fn describe(self) -> String {
        match self {
            Type::String | Type::Text => "a string".to_owned(),
            Type::Line => "one line".to_owned(),
            Type::Directory => "a relative path".to_owned(),
            Type::Heading => "one line, or `\"\"`".to_owned(),
            Type::Truth => "true or false".to_owned(),
            Type::Count => "a whole number above zero".to_owned(),
            Type::Scalar => "a string, a number, true or false".to_owned(),
            Type::Any => "any value".to_owned(),
            Type::OneOf(words) if words == TARGET_NAMES => "a [target](#targets)".to_owned(),
            Type::OneOf(words) => {
                let quoted: Vec<_> = words.iter().map(|word| format!("`\"{word}\"`")).collect();
                quoted.join(", ")
            }
            Type::Name(name) => name.describe().to_owned(),
            Type::List(of) | Type::Set(of, _) => format!("a list of {}", of.plural()),
            Type::Sides => "a list of two strings".to_owned(),
            Type::OneOrMore(of) => format!("{}, or several in a list", of.describe()),
            Type::Anchors => "an id, or a list of ids".to_owned(),
            Type::Either(types) => {
                let all: Vec<_> = types.iter().map(|one| one.describe()).collect();
                all.join(", or ")
            }
            Type::Table(_) | Type::Layout | Type::Targets | Type::Severities => "a table".to_owned(),
            Type::Tables(_) => "an array of tables".to_owned(),
            Type::Map(name, ..) => format!("a table by {}", name.noun()),
            Type::Subjects => "a table by subject".to_owned(),
            Type::Entry(part) => part.noun().to_owned(),
        }
    }
}

impl Type {
    /// Returns how the reference names several values of this type.
    fn plural(self) -> String {
        match self {
            Type::OneOf(words) if words == TARGET_NAMES => "[targets](#targets)".to_owned(),
            Type::OneOf(_) => format!("these: {}", self.describe()),
            Type::Name(name) => wording::plural(2, name.noun()),
            Type::Either(types) => {
                let all: Vec<_> = types.iter().map(|one| one.plural()).collect();
                all.join(" or ")
            }
            Type::Table(_) => "tables".to_owned(),
            _ => "strings".to_owned(),
        }
    }
}

impl Name {
    fn describe(self) -> &'static str {
        match self {
            Name::Any => "a string",
            Name::Id => "an id",
            Name::Kind => "a kind",
            Name::Field => "the name of a field",
            Name::Subject => "a subject",
            Name::Tool => "the name of a tool",
            Name::Force => "a force",
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Name::Any => "name",
            Name::Id => "id",
            Name::Kind => "kind",
            Name::Field => "field",
            Name::Subject => "subject",
            Name::Tool => "tool",
            Name::Force => "force",
        }
    }
}

/// A table of keys on a page, by the name of its marker.
type KeyTable = (&'static str, fn() -> Table);

/// The tables of keys on all pages.
const KEY_TABLES: [KeyTable; 21] = [
    ("fragment-keys", keys_of::<grammar::Fragment>),
    ("parts", keys_of::<grammar::Body>),
    ("entry-keys", keys_of::<Entry>),
    ("outputs-keys", keys_of::<grammar::Outputs>),
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
    ("known-keys", keys_of::<grammar::Known>),
    ("accept-keys", keys_of::<grammar::Accept>),
];

/// Generates the table of the keys of a grammar table. Columns with the same value for all keys are omitted.
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
            LeftOut::RequiredInFragment => {
                "in a fragment `error[missing-key]`; in a profile the [entry below](#partial-overrides) keeps its own".to_owned()
            }
        };
        let fits = kinds.map(|(_, part)| match Entry::find(row.name) {
            Some(key) if key.fits(part) => "yes".to_owned(),
            _ => String::new(),
        });
        line(format!("`{}`", row.name), row.value.describe(), left_out, row.summary.to_owned(), fits);
    }
    lines.concat()
}

/// Generates the table of targets.
fn targets_table() -> String {
    let mut text =
        "| target | what it is | default path | form | tools go into |\n|---|---|---|---|---|\n".to_owned();
    for target in &TARGETS {
        let lists = [target.allow, target.deny].into_iter().flatten();
        let tools: Vec<String> = lists
            .map(|(key, form)| match form {
                ToolList::Commas => format!("`{key}`, with commas"),
                ToolList::Spaces => format!("`{key}`, with spaces"),
                ToolList::List => format!("`{key}`, as a list"),
            })
            .collect();
        let form = match target.form {
            Form::Markdown => "Markdown".to_owned(),
            Form::FrontMatter => "front matter, Markdown".to_owned(),
            Form::Toml(body) => format!("TOML; Markdown in `{body}`"),
            Form::Json(envelope) => {
                let bodies = envelope.bodies.iter().map(|body| format!("`{}.{body}`", envelope.within));
                format!("JSON; Markdown in {}", bodies.collect::<Vec<_>>().join(" or "))
            }
            Form::Structure => "JSON".to_owned(),
        };
        text.push_str(&format!(
            "| `{}` | {} | `{}` | {form} | {} |\n",
            target.name,
            target.summary,
            target.path,
            tools.join("; ")
        ));
    }
    text
}

/// Generates the table of the names that programs know.
fn names_table() -> String {
    let mut text = "| target | what | known | gone | verified |\n|---|---|---|---|---|\n".to_owned();
    for target in &TARGETS {
        let of_keys = target.keys.iter().filter_map(|key| key.known);
        for known in target.tools.into_iter().chain(of_keys).chain(target.other_keys) {
            let code = |name: &&str| format!("`{name}`");
            let named = |name: &&'static str| match known.stands_for.iter().find(|(own, _)| own == name) {
                Some((_, tools)) => format!("`{name}` ({})", tools.join(", ")),
                None => code(name),
            };
            let mut names: Vec<String> = known.names.iter().map(named).collect();
            names.extend(known.open.iter().map(|form| form.describe()));
            let gone: Vec<String> =
                known.retired.iter().map(|(name, instead)| format!("`{name}` (`{instead}`)")).collect();
            text.push_str(&format!(
                "| `{}` | {} | {} | {} | [{}]({}) |\n",
                target.name,
                known.what,
                names.join(", "),
                gone.join(", "),
                known.facts.verified,
                known.facts.source
            ));
        }
    }
    text
}

/// Generates the table of the targets' settings, apart from those that most targets have.
fn settings_table() -> String {
    let mut text = "| target | setting | holds |\n|---|---|---|\n".to_owned();
    for target in &TARGETS {
        for key in target.keys {
            let needed = if key.is_required { "; required" } else { "" };
            let holds = target.describe(key.name);
            text.push_str(&format!("| `{}` | `{}` | {holds}{needed} |\n", target.name, key.name));
        }
    }
    text
}

/// Generates the table of what targets demand, with the sources.
fn demands_table() -> String {
    let mut text =
        "| target | `name` | `description` | needed too | read | source | verified |\n|---|---|---|---|---|---|---|\n".to_owned();
    for target in TARGETS.iter().filter(|target| target.facts.is_some()) {
        let most = |most: Option<usize>| most.map_or(String::new(), |most| format!(", at most {most}"));
        let name = match target.declared.filter(|_| target.has_values()) {
            Some(rule) => {
                let kind = if rule.is_optional { "optional" } else { "required" };
                let advised =
                    rule.advised.objection("É").map_or(String::new(), |advised| format!("; {advised}"));
                format!("{kind}{}{advised}", most(rule.most))
            }
            None => "none".to_owned(),
        };
        let description = match target.description.filter(|_| target.has_values()) {
            Some(rule) => {
                let kind = if rule.is_required { "required" } else { "optional" };
                let avoid: String = rule.avoid.iter().map(|letter| format!(", without `{letter}`")).collect();
                format!("{kind}{}{avoid}", most(rule.most))
            }
            None => "none".to_owned(),
        };
        let required = target.keys.iter().filter(|key| key.is_required);
        let required = required.map(|key| format!("`{}`", key.name));
        let needs = target.needs.iter();
        let needs = needs.map(|(key, value, needed)| format!("`{needed}` where `{key}` is `{value}`"));
        let needed: Vec<String> = required.chain(needs).collect();
        let read = target.reading.map_or(String::new(), |reading| {
            let (number, unit) = (reading.most, reading.unit.name());
            let what = if reading.counts_front_matter { "" } else { " below the front matter" };
            let length = format!("{},{:03} {unit}{what}", number / 1_000, number % 1_000);
            format!("[{length}]({})", reading.facts.source)
        });
        let facts = target.facts.expect("only those with facts");
        text.push_str(&format!(
            "| `{}` | {name} | {description} | {} | {read} | <{}> | {} |\n",
            target.name,
            needed.join(", "),
            facts.source,
            facts.verified
        ));
    }
    text
}

/// Generates the table of what programs load of outputs before they use them.
fn loading_table() -> String {
    let mut text = "| target | loaded at the start |\n|---|---|\n".to_owned();
    for target in TARGETS.iter().filter(|target| target.form != Form::Structure) {
        let rows = target
            .loading
            .iter()
            .map(|(key, given, loading)| format!("{} where `{key}` {}", loading.describe(), given.clause()));
        let usual = target.usual_loading().describe().to_owned();
        let all: Vec<String> = rows.chain([usual]).collect();
        text.push_str(&format!("| `{}` | {} |\n", target.name, all.join("; else ")));
    }
    text
}

/// Generates the table of what the field `loading` sets in each target.
fn switches_table() -> String {
    let words = When::WORDS.iter().map(|(word, _)| format!(" `{word}` |"));
    let mut text = format!("| target |{}\n|---|{}\n", words.collect::<String>(), "---|".repeat(4));
    for target in TARGETS.iter().filter(|target| target.switches().next().is_some()) {
        let cell = |(_, when): &(&str, When)| {
            let keys = target.switched(*when, "PATHS").map(|keys| {
                let keys = keys.iter().map(|(key, datum)| format!("`{key}: {datum}`"));
                keys.collect::<Vec<_>>().join(", ")
            });
            format!(" {} |", keys.unwrap_or_else(|| "an error".to_owned()))
        };
        text.push_str(&format!(
            "| `{}` |{}\n",
            target.name,
            When::WORDS.iter().map(cell).collect::<String>()
        ));
    }
    text
}

/// Generates the table of `[layout]` settings.
fn layout_table() -> String {
    let mut text = "| setting | holds | where | controls | left out |\n|---|---|---|---|---|\n".to_owned();
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

/// Generates the table of output formats.
fn formats_table() -> String {
    let rows = FORMATS.iter().map(|format| format!("| `{}` | {} |\n", format.name, format.summary));
    format!("| `--format` | what reads it |\n|---|---|\n{}", rows.collect::<String>())
}

/// Generates the table of codes.
fn codes_table() -> String {
    let rows = CODES.iter().map(|code| {
        let set = if code.bound == Bound::Free { "yes" } else { "no" };
        format!("| `{}` | {} | {set} | {} |\n", code.name, code.severity.name(), code.summary)
    });
    let head = "| code | severity | can be set | what it means |\n|---|---|---|---|\n";
    format!("{head}{}", rows.collect::<String>())
}

/// Returns a page with its generated tables up to date.
fn with_generated_tables(page: &str) -> String {
    let mut updated = page.to_owned();
    let mut tables: Vec<(&str, String)> =
        KEY_TABLES.iter().map(|(name, keys)| (*name, keys_table(&keys()))).collect();
    tables.extend([
        ("targets", targets_table()),
        ("settings", settings_table()),
        ("names", names_table()),
        ("demands", demands_table()),
        ("loading", loading_table()),
        ("switches", switches_table()),
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
fn the_generated_tables_are_up_to_date() {
    for name in DOCS {
        let page = doc(name);
        let generated = with_generated_tables(&page);
        if updates() {
            std::fs::write(path(name), generated).expect("the page is written");
        } else {
            assert!(generated == page, "docs/{name}: the generated tables are others now");
        }
    }
}

#[test]
fn the_documented_limits_match_the_program() {
    let page = doc("grammar.md");
    assert_eq!(page.matches("<!-- generated: ").count(), 1 + KEY_TABLES.len());
    assert!(page.contains(&format!("{} MiB", SOURCE_LIMIT >> 20)));
    let thousands = format!("{},{:03}", MAX_FRAGMENTS / 1_000, MAX_FRAGMENTS % 1_000);
    assert!(page.contains(&format!("| fragments in one persona | {thousands} |")));
    for target in &TARGETS {
        let lengths =
            [target.declared.and_then(|rule| rule.most), target.description.and_then(|rule| rule.most)];
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

#[test]
fn the_documented_json_keys_match_the_output() {
    let page = doc("json.md");
    let json = page.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let report: Value = serde_json::from_str(json).expect("the example is JSON");
    let keys =
        |value: &Value| -> Vec<String> { value.as_object().expect("an object").keys().cloned().collect() };
    assert_eq!(names("json-report"), keys(&report));
    assert_eq!(names("json-finding"), keys(&report["findings"][0]));
    assert_eq!(names("json-place"), keys(&report["findings"][0]["places"][0]));
    assert_eq!(report["version"], serde_json::json!(crate::model::JsonVersion::CHECK));
}
