//! `cento rules`: every standing of a rule, the filters, the matrix at several widths, and the forms.

mod common;

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use cento::analyse::fleet::{Because, Standing, rules};
use cento::compose::{Composer, Composition};
use cento::view::Terminal;
use cento::view::page::{Block, Mark, Matrix, MatrixRow, Page, markdown, terminal};
use cento::view::terminal::Role;
use cento::workspace::load_texts;
use common::Test;
use common::case::Case;
use serde_json::Value;

/// The standing of each rule in each persona, with who decided.
fn standings() -> BTreeMap<(String, String), (Standing, &'static str)> {
    let texts: BTreeMap<Utf8PathBuf, String> =
        Case::named("rules").files.into_iter().map(|(path, text)| (path.into(), text)).collect();
    let (library, findings) = load_texts(&texts);
    assert!(findings.iter().all(|finding| !finding.is_error()), "{findings:?}");
    let compositions: Vec<Composition<'_>> =
        Composer::new(&library).compose_all().into_iter().map(Result::unwrap).collect();
    let concrete: Vec<&Composition<'_>> =
        compositions.iter().filter(|composition| !composition.profile.is_abstract).collect();
    let asked: Vec<Option<&Composition<'_>>> = concrete.iter().copied().map(Some).collect();
    let mut standings = BTreeMap::new();
    for rule in rules(&library, &asked) {
        for holding in rule.holdings {
            let because = match holding.because {
                None => "",
                Some(Because::Removal(..)) => "removal",
                Some(Because::Drop(..)) => "drop",
                Some(Because::Resolution(_)) => "resolution",
                Some(Because::Combine) => "combine",
                Some(Because::Subject(..)) => "subject",
                Some(Because::Open(..)) => "conflict",
            };
            let persona = concrete[holding.persona].profile.id[..1].to_owned();
            standings.insert((rule.address.to_owned(), persona), (holding.standing, because));
        }
    }
    standings
}

#[test]
fn every_standing_is_told_with_its_reason() {
    use Standing::{AsWritten, InConflict, Lost, Removed, Reversed, Reworded, Strengthened, Weakened};
    let expected = [
        ("rules.again", "f", AsWritten, ""),
        ("rules.again", "g", AsWritten, ""),
        ("rules.again", "h", InConflict, "conflict"),
        ("rules.haste", "a", AsWritten, ""),
        ("rules.haste", "b", AsWritten, ""),
        ("rules.haste", "c", Strengthened, ""),
        ("rules.haste", "d", AsWritten, ""),
        ("rules.haste", "e", AsWritten, ""),
        ("rules.haste", "j", AsWritten, ""),
        ("rules.own.mine", "i", AsWritten, ""),
        ("rules.retry", "a", AsWritten, ""),
        ("rules.retry", "f", Lost, "subject"),
        ("rules.retry", "g", Lost, "resolution"),
        ("rules.retry", "h", InConflict, "conflict"),
        ("rules.secrets", "a", AsWritten, ""),
        ("rules.secrets", "b", Reworded, ""),
        ("rules.secrets", "c", AsWritten, ""),
        ("rules.secrets", "d", Reversed, "combine"),
        ("rules.secrets", "e", AsWritten, ""),
        ("rules.secrets", "j", AsWritten, ""),
        ("rules.tests", "a", AsWritten, ""),
        // The reason after the text counts.
        ("rules.tests", "b", Reworded, ""),
        ("rules.tests", "c", AsWritten, ""),
        ("rules.tests", "d", Weakened, "combine"),
        ("rules.tests", "e", Removed, "removal"),
        ("rules.tests", "j", Reworded, "resolution"),
        ("voice.short", "a", AsWritten, ""),
        ("voice.short", "e", Removed, "drop"),
    ];
    let expected: BTreeMap<_, _> = expected
        .into_iter()
        .map(|(at, persona, standing, because)| ((at.to_owned(), persona.to_owned()), (standing, because)))
        .collect();
    assert_eq!(standings(), expected);
}

/// The texts of the wordings of a rule, the rule as it is written first.
fn wordings(files: &[(&str, &str)], address: &str) -> Vec<String> {
    let test = Test::new(files);
    let json: Value =
        serde_json::from_str(&test.run(&["rules", "--rule", address, "--format", "json"]).out).unwrap();
    let wordings = json["rules"][0]["wordings"].as_array().unwrap().iter();
    wordings.map(|wording| wording["text"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_rule_is_what_a_fragment_says_and_of_several_what_most_personas_have() {
    let own = "use = [\"rules/one\"]\n[body.rules.never]\na = \"my own\"\n";
    let one = ("fragments/rules/one.toml", "[never]\na = \"one\"\n");
    let two = ("fragments/rules/two.toml", "[never]\na = \"two\"\n");
    let (uses_one, uses_two) = ("use = [\"rules/one\"]\n", "use = [\"rules/two\"]\n");
    // However few have it so, and even if nobody has.
    let few = [one, ("profiles/p.toml", own), ("profiles/q.toml", own), ("profiles/r.toml", uses_one)];
    assert_eq!(wordings(&few, "rules.a"), ["one", "my own"]);
    assert_eq!(wordings(&few[..3], "rules.a"), ["one", "my own"]);
    let most = [
        one,
        two,
        ("profiles/p.toml", uses_two),
        ("profiles/q.toml", uses_two),
        ("profiles/r.toml", uses_one),
    ];
    assert_eq!(wordings(&most, "rules.a"), ["two", "one"]);
    let tie = [one, two, ("profiles/p.toml", uses_two), ("profiles/q.toml", uses_one)];
    assert_eq!(wordings(&tie, "rules.a"), ["one", "two"]);
    // Where no fragment says it, the profiles do.
    let own = |text: &str| format!("[body.rules.never]\na = \"{text}\"\n");
    let (mine, yours) = (own("mine"), own("yours"));
    let profiles =
        [("profiles/p.toml", mine.as_str()), ("profiles/q.toml", &yours), ("profiles/r.toml", &yours)];
    assert_eq!(wordings(&profiles, "rules.a"), ["yours", "mine"]);
}

#[test]
fn the_list_says_who_has_each_rule_and_why_not() {
    let test = Test::named("rules");
    let ran = test.run(&["rules"]).exits(0);
    insta::assert_snapshot!(ran.out);
}

#[test]
fn the_matrix_is_a_character_for_each_standing() {
    let test = Test::named("rules");
    insta::assert_snapshot!(test.run(&["rules", "--matrix"]).exits(0).out);
}

#[test]
fn drift_is_what_differs_and_counts_for_the_exit_code() {
    let test = Test::named("rules");
    let ran = test.run(&["rules", "--drift", "--exit-code"]).exits(1);
    assert!(ran.out.contains("rules.tests") && !ran.out.contains("rules.own.mine"), "{}", ran.out);
    let ran = test.run(&["rules", "--drift", "--exit-code", "--rule", "rules.own"]).exits(0);
    ran.says("nothing differs");
    test.run(&["rules", "--exit-code", "--persona", "a-written"]).exits(0);
    // What a rule is measured against does not depend on who is asked about.
    let ran = test.run(&["rules", "--drift", "--persona", "b-reworded"]).exits(0);
    ran.says("2 rules in 1 persona: 2 differ (2 reworded)").says("{+, ever+}");
}

#[test]
fn filters_narrow_and_refuse_what_nothing_has() {
    let test = Test::named("rules");
    let addresses = |arguments: &[&str]| -> Vec<String> {
        let arguments: Vec<&str> = ["rules", "--format", "json"].iter().chain(arguments).copied().collect();
        let json: Value = serde_json::from_str(&test.run(&arguments).exits(0).out).unwrap();
        let rules = json["rules"].as_array().unwrap().iter();
        rules.map(|rule| rule["address"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(addresses(&["--kind", "voice"]), ["voice.short"]);
    assert_eq!(addresses(&["--fragment-tag", "house"]), ["rules.haste", "rules.secrets", "rules.tests"]);
    assert_eq!(
        addresses(&["--force", "may", "--force", "should"]),
        ["rules.secrets", "rules.tests", "voice.short"]
    );
    assert_eq!(
        addresses(&["--rule", "rules.own", "--rule", "rules.unused"]),
        ["rules.own.mine", "rules.unused"]
    );
    assert_eq!(addresses(&["--tag", "x", "--kind", "voice"]), ["voice.short"]);
    assert_eq!(addresses(&["--persona", "i-own", "--kind", "voice"]), [""; 0]);
    // The tags of a persona are also those of its fragments.
    let ran = test.run(&["rules", "--matrix", "--tag", "house", "--format", "csv"]).exits(0);
    let header = "rule,force,a-written,b-reworded,c-stronger,d-weaker,e-removed,j-set\r\n";
    assert!(ran.out.starts_with(header), "{}", ran.out);
    for (arguments, help) in [
        (["--persona", "a-writen"], "did you mean `a-written`?"),
        (["--persona", "e-base"], "is an abstract profile"),
        (["--tag", "hose"], "did you mean `house`?"),
        (["--fragment-tag", "x"], "no fragment has the tag `x`"),
        (["--kind", "voce"], "did you mean `voice`?"),
        (["--force", "nevr"], "did you mean `never`?"),
        (["--rule", "rules.secret"], "did you mean `rules.secrets`?"),
    ] {
        test.run(&["rules", arguments[0], arguments[1]]).exits(2).says(help);
    }
}

#[test]
fn csv_is_read_back_and_no_formula() {
    let test = Test::named("rules");
    test.write("fragments/rules/house.toml", "[must]\ntests = \"=HYPERLINK(\\\"a\\\"), or\\nnot\"\n[never]\nsecrets = \"x\"\n[avoid]\nhaste = \"y\"\n");
    let out = test.run(&["rules", "--format", "csv"]).exits(0).out;
    let mut reader = csv::Reader::from_reader(out.as_bytes());
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let cell = |row: &csv::StringRecord, name: &str| {
        row[header.iter().position(|known| known == name).unwrap()].to_owned()
    };
    let row = |rule: &str, persona: &str| {
        rows.iter().find(|row| cell(row, "rule") == rule && cell(row, "persona") == persona).unwrap()
    };
    let removed = row("rules.tests", "e-removed");
    assert_eq!(cell(removed, "text"), "'=HYPERLINK(\"a\"), or not");
    assert_eq!(cell(removed, "standing"), "removed");
    assert_eq!(cell(removed, "because"), "removal profiles/e-base.toml:4");
    assert_eq!(cell(removed, "reason"), "'=no code");
    assert_eq!(cell(row("rules.unused", ""), "defined"), "fragments/rules/quiet.toml:2");
    // In the matrix every cell is a word.
    let out = test.run(&["rules", "--matrix", "--format", "csv"]).exits(0).out;
    let mut reader = csv::Reader::from_reader(out.as_bytes());
    let words: Vec<String> = Standing::ALL.iter().map(|(name, _)| name.replace(' ', "-")).collect();
    for row in reader.records().map(Result::unwrap) {
        assert!(
            row.iter().skip(2).all(|cell| cell.is_empty() || words.iter().any(|word| word == cell)),
            "{row:?}"
        );
    }
}

#[test]
fn a_persona_that_cannot_be_composed_is_shown_as_unknown() {
    let test = Test::named("rules");
    test.write("profiles/k-broken.toml", "use = [\"rules/nowhere\"]\n");
    let ran = test.run(&["rules", "--matrix"]).exits(1);
    let ran = ran.says("1 persona cannot be composed").says("? cannot be composed");
    assert!(ran.err.contains("rules/nowhere"), "{}", ran.err);
    let json: Value = serde_json::from_str(&test.run(&["rules", "--format", "json"]).out).unwrap();
    assert_eq!(json["personas"][10]["composed"], false);
}

#[test]
fn the_json_has_the_keys_of_the_page() {
    let test = Test::named("rules");
    let json: Value = serde_json::from_str(&test.run(&["rules", "--format", "json"]).exits(0).out).unwrap();
    let page = include_str!("../docs/json.md");
    let documented = |heading: &str| -> Vec<String> {
        let rows = page.lines().skip_while(|line| *line != format!("| {heading} | holds |")).skip(2);
        let cells = rows.take_while(|line| line.starts_with('|')).filter_map(|line| line.split('|').nth(1));
        let mut keys: Vec<String> = cells
            .flat_map(|cell| cell.split(','))
            .map(|key| key.trim().trim_matches('`').to_owned())
            .collect();
        keys.sort();
        keys
    };
    let used = |values: Vec<&Value>| -> Vec<String> {
        let mut keys: Vec<String> =
            values.iter().flat_map(|value| value.as_object().unwrap().keys().cloned()).collect();
        keys.sort();
        keys.dedup();
        keys
    };
    let rules: Vec<&Value> = json["rules"].as_array().unwrap().iter().collect();
    let holdings = rules.iter().flat_map(|rule| rule["personas"].as_array().unwrap()).collect();
    assert_eq!(json["version"], 1);
    assert_eq!(documented("key of a rule"), used(rules));
    assert_eq!(documented("key of a persona of a rule"), used(holdings));
}

/// A matrix of so many rows and columns.
fn matrix(rows: usize, columns: usize) -> Page {
    let legend = [('+', Role::Added, "there"), ('.', Role::Faint, "not there")];
    let row = |row: usize| MatrixRow {
        name: format!("rules.rule-number-{row}"),
        aside: ["never", "always"][row % 2].to_owned(),
        marks: (0..columns).map(|column| usize::from((row + column).is_multiple_of(3))).collect(),
    };
    let matrix = Matrix {
        corner: "rule",
        columns: (0..columns).map(|column| format!("persona-{column}")).collect(),
        rows: (0..rows).map(row).collect(),
        legend: legend.map(|(sign, role, meaning)| Mark { sign, role, meaning }).to_vec(),
    };
    Page { blocks: vec![Block::Matrix(matrix)], ..Page::default() }
}

fn shown(page: &Page, width: usize) -> String {
    terminal(page, &Terminal { width, color: false, folds: true })
}

#[test]
fn a_matrix_of_thirty_by_thirty_fits_80_and_140_columns() {
    insta::assert_snapshot!("matrix-80", shown(&matrix(30, 30), 80));
    insta::assert_snapshot!("matrix-140", shown(&matrix(30, 30), 140));
}

#[test]
fn a_wide_matrix_goes_on_below_and_loses_nothing() {
    for (rows, columns, width) in [(3, 200, 80), (31, 61, 140), (2, 1, 40), (1, 1000, 100)] {
        let text = shown(&matrix(rows, columns), width);
        assert!(text.lines().all(|line| line.chars().count() <= width), "{text}");
        let marks = |line: &str| line.chars().filter(|sign| matches!(sign, '+')).count();
        let found: usize =
            text.lines().filter(|line| line.starts_with("rules.") || line.starts_with('…')).map(marks).sum();
        let there = (0..rows).flat_map(|row| (0..columns).map(move |column| (row + column) % 3 != 0));
        assert_eq!(found, there.filter(|is_there| *is_there).count(), "{text}");
        let last = format!("persona-{}", columns - 1);
        assert!(text.contains(&last));
    }
}

#[test]
fn a_matrix_in_markdown_stays_within_a_comment() {
    let text = markdown(&matrix(400, 200));
    assert!(text.chars().count() <= 60_000 && text.contains("more lines are left out"));
    insta::assert_snapshot!("matrix-markdown", markdown(&matrix(2, 27)));
}
