//! `cento rules`: the list, the filters and the formats.

mod common;
#[path = "common/pages.rs"]
mod pages;

use common::Test;
use serde_json::Value;

/// Returns the wordings of a rule, the baseline first.
fn wordings(files: &[(&str, &str)], address: &str) -> Vec<String> {
    let test = Test::new(files);
    let json: Value =
        serde_json::from_str(&test.run(&["rules", "--rule", address, "--format", "json"]).out).unwrap();
    let wordings = json["rules"][0]["wordings"].as_array().unwrap().iter();
    wordings.map(|wording| wording["text"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_baseline_of_a_rule_is_from_a_fragment_and_of_several_the_most_common() {
    let own = "use = [\"rules/one\"]\n[body.rules.never]\na = \"my own\"\n";
    let one = ("fragments/rules/one.toml", "[never]\na = \"one\"\n");
    let two = ("fragments/rules/two.toml", "[never]\na = \"two\"\n");
    let (uses_one, uses_two) = ("use = [\"rules/one\"]\n", "use = [\"rules/two\"]\n");
    // However few personas have it, even none.
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
    // If no fragment has the rule, the profiles decide.
    let own = |text: &str| format!("[body.rules.never]\na = \"{text}\"\n");
    let (mine, yours) = (own("mine"), own("yours"));
    let profiles =
        [("profiles/p.toml", mine.as_str()), ("profiles/q.toml", &yours), ("profiles/r.toml", &yours)];
    assert_eq!(wordings(&profiles, "rules.a"), ["yours", "mine"]);
}

#[test]
fn the_list_shows_who_has_each_rule_and_why_others_do_not() {
    let test = Test::named("rules");
    let ran = test.run(&["rules"]).exits(0);
    insta::assert_snapshot!(ran.out);
}

#[test]
fn outputs_that_lack_a_rule_are_named_and_those_that_a_profile_took_away_weaken_it() {
    let profile = |own: &str| {
        format!("description = \"Plans\"\nuse = [\"rules/care\"]\n[target.claude]\n[target.skill]\n{own}")
    };
    let (written, limited) = (profile(""), profile("[body.rules.must]\ntest = { not = \"skill\" }\n"));
    let test = Test::new(&[
        (
            "fragments/rules/care.toml",
            "[must]\nplan = { text = \"write a plan\", only = \"claude\" }\ntest = \"run the tests\"\n",
        ),
        ("profiles/limited.toml", &limited),
        ("profiles/written.toml", &written),
    ]);
    test.run(&["rules"])
        .exits(0)
        .says("2 rules in 2 personas: 1 differs (1 weakened)")
        .says("as written   in all 2 personas  not in skill")
        .says("weakened     limited  not in skill  profiles/limited.toml:6");
    let json: Value = serde_json::from_str(&test.run(&["rules", "--format", "json"]).out).unwrap();
    let left_out = |rule: usize, persona: usize| json["rules"][rule]["personas"][persona]["left_out"].clone();
    assert_eq!(left_out(0, 0), serde_json::json!(["skill"]));
    assert_eq!((left_out(1, 0), left_out(1, 1)), (serde_json::json!(["skill"]), Value::Null));
    test.run(&["rules", "--format", "csv"]).says(",profiles/limited.toml:6,,,skill");
}

#[test]
fn the_matrix_has_a_character_for_each_status() {
    let test = Test::named("rules");
    insta::assert_snapshot!(test.run(&["rules", "--matrix"]).exits(0).out);
}

#[test]
fn drift_shows_differences_and_sets_the_exit_code() {
    let test = Test::named("rules");
    let ran = test.run(&["rules", "--drift", "--exit-code"]).exits(1);
    assert!(ran.out.contains("rules.tests") && !ran.out.contains("rules.own.mine"), "{}", ran.out);
    let ran = test.run(&["rules", "--drift", "--exit-code", "--rule", "rules.own"]).exits(0);
    ran.says("nothing differs");
    test.run(&["rules", "--exit-code", "--persona", "a-written"]).exits(0);
    // The baseline of a rule does not depend on the filter.
    let ran = test.run(&["rules", "--drift", "--persona", "b-reworded"]).exits(0);
    ran.says("2 rules in 1 persona: 2 differ (2 reworded)").says("{+, ever+}");
}

#[test]
fn filters_narrow_and_reject_unknown_values() {
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
    // The tags of a persona include those of its fragments.
    let ran = test.run(&["rules", "--matrix", "--tag", "house", "--format", "csv"]).exits(0);
    let header = "rule,force,a-written,b-reworded,c-stronger,d-weaker,e-removed,j-set,k-limited\r\n";
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
fn csv_reads_back_and_has_no_formulas() {
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
    let words: Vec<String> = pages::names("standings").iter().map(|name| name.replace(' ', "-")).collect();
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
    test.write("profiles/l-broken.toml", "use = [\"rules/nowhere\"]\n");
    let ran = test.run(&["rules", "--matrix"]).exits(1);
    let ran = ran.says("1 persona cannot be composed").says("? cannot be composed");
    assert!(ran.err.contains("rules/nowhere"), "{}", ran.err);
    let json: Value = serde_json::from_str(&test.run(&["rules", "--format", "json"]).out).unwrap();
    assert_eq!(json["personas"][11]["composed"], false);
}

#[test]
fn the_json_has_the_documented_keys() {
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

#[test]
fn a_fragment_that_nobody_used_is_not_removed_by_a_drop() {
    let test = Test::named("unused-and-dropped");
    let ran = test.run(&["rules", "--matrix", "--format", "csv"]);
    let row =
        |address: &str| ran.out.lines().find(|line| line.contains(address)).unwrap_or_default().to_owned();
    assert!(row("rules.x").contains("removed"), "{}", ran.out);
    assert!(!row("rules.y").contains("removed"), "{}", ran.out);
}

#[test]
fn of_several_versions_that_are_kept_the_one_closest_to_the_baseline_counts() {
    let test = Test::named("kept-versions");
    let before = test.json(&["rules"]);
    let path = "profiles/both.toml";
    let other = test.read(path).replace("\"rules/must\", \"rules/may\"", "\"rules/may\", \"rules/must\"");
    assert_ne!(other, test.read(path));
    test.write(path, other);
    assert_eq!(test.json(&["rules"]), before);
    assert!(before.to_string().contains("fragments/rules/must.toml"), "{before}");
}
