//! `diff --since` for a reviewer: what needs attention comes first, and every hunk applies.

mod common;

use common::Test;
use serde_json::{Value, json};

/// What an alert is about, its addresses, its end and its personas.
type Alert<'t> = (&'t str, Value, &'t str, Value);

/// The alerts of the edits since HEAD: what each is about, its addresses, its end and its personas.
#[track_caller]
fn alerts(test: &Test) -> Vec<(String, Value, String, Value)> {
    let told = test.json(&["diff", "--since", "HEAD"]);
    let alerts = told["alerts"].as_array().expect("alerts").iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    alerts
        .map(|alert| {
            let concern = text(&alert["concern"]);
            (concern, alert["addresses"].clone(), text(&alert["what"]), alert["personas"].clone())
        })
        .collect()
}

/// Two agents and a prompt, with rules, locks, tools and a requirement, committed.
fn fleet() -> Test {
    let test = Test::named("reviewed-fleet");
    test.git(&["init", "-q", "-b", "main"]);
    test.commit();
    test
}

impl Test {
    /// Replaces a text in a file, which has it once.
    #[track_caller]
    fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert_eq!(text.matches(from).count(), 1, "{from} in {text}");
        self.write(path, text.replace(from, to));
    }
}

#[test]
fn another_model_is_an_alert_with_the_rules_that_it_takes_away() {
    let test = Test::new(&[(
        "profiles/p.toml",
        "description = \"Plans. Use when asked.\"\n[body.rules.must]\n\
         ask = { text = \"ask\", only = { model = \"haiku\" } }\nplan = \"plan\"\n\
         [target.claude]\nmodel = \"haiku\"\n[target.prompt]\n",
    )]);
    test.git(&["init", "-q", "-b", "main"]);
    test.commit();
    test.edit("profiles/p.toml", "[target.claude]\nmodel = \"haiku\"", "[target.claude]\nmodel = \"opus\"");
    let out = test.run(&["diff", "--since", "HEAD"]).out;
    assert!(out.contains("haiku \u{2192} opus, without rules.ask"), "{out}");
}

#[test]
fn each_change_that_weakens_or_widens_is_an_alert() {
    let all = || json!(["author", "critic", "helper"]);
    let agents = || json!(["author", "critic"]);
    let author = || json!(["author"]);
    let (safe, work, tools) =
        ("fragments/rules/safe.toml", "fragments/rules/work.toml", "fragments/tools/read.toml");
    let profile = "profiles/author.toml";
    let decision = |what, persona: &str| ("decision stale", json!([]), what, json!([persona]));
    let unseen = || decision("the removal of `rules.plan` in `critic` also removes unseen claims", "critic");
    let stale = || decision("the resolution of `rules.plan` is out of date and was not applied", "helper");
    let gone = || decision("the conflict at `rules.plan` is gone, so there is nothing to resolve", "helper");
    let weaker = |what| ("rule weakened", json!(["rules.plan"]), what, json!(["author"]));
    let cases: [(&str, &str, &str, &[Alert]); 23] = [
        (
            safe,
            "level = \"locked\"",
            "level = \"locked\", not = [\"claude\"]",
            &[("rule weakened", json!(["rules.secrets"]), "no longer in claude", agents())],
        ),
        (safe, "level = \"locked\"", "level = \"locked\", not = [\"skill\"]", &[]),
        // One alert for an address: the loss comes before the new words, and is in it beside a weaker force.
        (
            safe,
            "print a secret\", level = \"locked\"",
            "print the secret\", level = \"locked\", not = [\"claude\"]",
            &[
                ("rule weakened", json!(["rules.secrets"]), "no longer in claude", agents()),
                ("locked rule reworded", json!(["rules.secrets"]), "", json!(["helper"])),
            ],
        ),
        (
            work,
            "[should]\nplan = \"state a plan before you edit\"",
            "[may]\nplan = { text = \"state a plan before you edit\", not = [\"claude\"] }",
            &[weaker("SHOULD \u{2192} MAY, no longer in claude"), unseen(), stale()],
        ),
        (
            safe,
            ", level = \"locked\"",
            "",
            &[("lock broken", json!(["rules.secrets"]), "no longer locked", all())],
        ),
        (
            safe,
            "secrets = { text = \"print a secret\", level = \"locked\" }",
            "other = \"print a key\"",
            &[("lock broken", json!(["rules.secrets"]), "removed", all())],
        ),
        (
            safe,
            "print a secret",
            "print the secret",
            &[("locked rule reworded", json!(["rules.secrets"]), "", all())],
        ),
        (
            work,
            "plan = \"state a plan before you edit\"\n",
            "",
            &[("rule removed", json!(["rules.plan"]), "", author()), gone()],
        ),
        (work, "[should]", "[may]", &[weaker("SHOULD \u{2192} MAY"), unseen(), stale()]),
        (work, "[should]", "[avoid]", &[weaker("SHOULD \u{2192} AVOID"), unseen(), stale()]),
        (work, "[should]", "[always]", &[unseen(), stale()]),
        (
            tools,
            "\"Grep\"",
            "\"Grep\", \"Edit\"",
            &[("permission widened", json!(["tools.allow"]), "allows Edit", agents())],
        ),
        (
            tools,
            "allow = [\"Read\", \"Grep\"]\n",
            "",
            &[("permission widened", json!(["tools.allow"]), "allows every tool", agents())],
        ),
        (
            tools,
            "deny = [\"Bash\"]\n",
            "",
            &[("permission widened", json!(["tools.deny"]), "no longer denies Bash", agents())],
        ),
        (tools, "\"Read\", ", "", &[]),
        (
            profile,
            "permissionMode = \"default\"",
            "permissionMode = \"bypassPermissions\"",
            &[(
                "permission widened",
                json!(["target.claude.permissionMode"]),
                "default \u{2192} bypassPermissions",
                author(),
            )],
        ),
        (profile, "permissionMode = \"default\"", "permissionMode = \"plan\"", &[]),
        (
            profile,
            "opus",
            "haiku",
            &[("model changed", json!(["target.claude.model"]), "opus \u{2192} haiku", author())],
        ),
        (
            profile,
            "Use when code",
            "Use if code",
            &[("description changed", json!(["fields.description"]), "", author())],
        ),
        (profile, "\"rules/talk\", ", "", &[("fragment dropped", json!(["rules/talk"]), "", author())]),
        (
            profile,
            "\"rules/safe\", ",
            "",
            &[(
                "lock broken",
                json!(["rules.secrets"]),
                "removed with the dropped fragment rules/safe",
                author(),
            )],
        ),
        (
            "cento.toml",
            "duplicate-text = \"error\"",
            "duplicate-text = \"off\"",
            &[("check loosened", json!([]), "`duplicate-text`: error \u{2192} off", json!([]))],
        ),
        (
            "cento.toml",
            "force = \"must\"",
            "force = \"should\"",
            &[("check loosened", json!([]), "[[require]] about rules.tests removed or changed", json!([]))],
        ),
    ];
    let mut wrong = String::new();
    for (path, from, to, expected) in cases {
        let test = fleet();
        test.edit(path, from, to);
        let owned = |(concern, at, what, personas): &Alert| {
            ((*concern).to_owned(), at.clone(), (*what).to_owned(), personas.clone())
        };
        let (found, expected) = (alerts(&test), expected.iter().map(owned).collect::<Vec<_>>());
        if found != expected {
            wrong += &format!("{path}: {from:?} -> {to:?}\n  found {found:?}\n  not   {expected:?}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn an_alert_has_the_text_of_its_rule_and_what_was_not_compared_is_not_called_harmless() {
    let test = fleet();
    test.edit("fragments/rules/safe.toml", ", level = \"locked\"", "");
    test.run(&["diff", "--since", "HEAD"])
        .exits(0)
        .says("lock broken: rules.secrets no longer locked")
        .says("fragments/rules/safe.toml:2  NEVER print a secret");
    test.git(&["checkout", "-q", "."]);
    let text = test.read("fragments/rules/talk.toml");
    test.write("fragments/rules/talk.toml", format!("{text}["));
    let ran = test.run(&["diff", "--since", "HEAD"]).exits(0);
    let ran = ran.says("1 persona that does not compose could not be compared");
    assert!(!ran.out.contains("nothing weakens"), "{}", ran.out);
    test.edit("fragments/rules/work.toml", "run the tests", "run all tests");
    test.run(&["diff", "--since", "HEAD"]).exits(0).says("nothing weakens another persona");
    test.git(&["checkout", "-q", "."]);
    // Changes that follow from an edit, but are not in it, are announced before the edits.
    test.edit("profiles/author.toml", "\"rules/talk\", ", "");
    let ran = test.run(&["diff", "--since", "HEAD"]).exits(0);
    let (screen, _) = ran.out.split_once("\nedits\n").expect("edits");
    assert!(screen.contains("1 change that the edits do not show; see the end"), "{}", ran.out);
}

#[test]
fn decisions_and_requirements_need_attention() {
    let test = fleet();
    let text = test.read("profiles/author.toml");
    let removal = "[[remove]]\ntarget = \"rules.tests\"\nreason = \"slow\"\n";
    test.write("profiles/author.toml", format!("{text}{removal}"));
    test.edit("profiles/helper.toml", "Users want to follow.", "Users asked for it.");
    let told = alerts(&test);
    let concerns: Vec<(&str, &Value, &str)> =
        told.iter().map(|(concern, at, what, _)| (concern.as_str(), at, what.as_str())).collect();
    let (tests, plan) = (json!(["rules.tests"]), json!(["rules.plan"]));
    assert_eq!(concerns[0], ("rule removed", &tests, ""));
    assert_eq!((concerns[1].0, concerns[1].2.contains("rules.tests")), ("requirement not met", true));
    assert_eq!(concerns[2..], [("decision recorded", &plan, "[[resolve]] changed")]);
    let ran = test.run(&["diff", "--since", "HEAD"]).exits(0);
    ran.says("look here first (3)\n  rule removed: rules.tests \u{2192} 1 persona: author\n    profiles/author.toml:7  MUST run")
        .says("1 no longer builds");
    // The alerts of other personas are counted.
    let ran = test.run(&["diff", "--since", "HEAD", "--persona", "helper"]).exits(0);
    let ran = ran.says("decision recorded").says("2 more about other personas");
    assert!(!ran.out.contains("rule removed"), "{}", ran.out);
    test.run(&["diff", "author", "--persona", "author"]).exits(2).says("`--persona` needs `--since`");
    test.run(&["diff", "author", "--text"]).exits(2).says("`--text` needs two profiles");
}

#[test]
fn an_alert_names_the_lines_of_front_matter_that_were_typed() {
    let profile = |entries: &str| {
        let key = format!("front-matter = [\"name\", \"description\", {entries}]");
        format!(
            "description = \"Reads plans. Use when one is written.\"\n[body.voice.items]\nx = \"read\"\n[target.claude]\n{key}\n"
        )
    };
    let test = Test::new(&[("profiles/p.toml", &profile("\"colour: red\", \"level: 2\""))]);
    test.git(&["init", "-q"]);
    test.commit();
    test.write("profiles/p.toml", profile("\"colour: red\", \"level: 3\""));
    test.run(&["diff", "--since", "HEAD"]).exits(0).says("typed front matter: + level: 3, - level: 2");
    test.write("profiles/p.toml", profile("\"level: 2\", \"colour: red\""));
    test.run(&["diff", "--since", "HEAD"]).exits(0).says("typed front matter in another order");
}

#[test]
fn equal_alerts_are_one_and_a_long_text_is_not_repeated_for_a_few_words() {
    let test = fleet();
    let long = "word ".repeat(80);
    for profile in ["author", "critic"] {
        test.edit(&format!("profiles/{profile}.toml"), "changes. Use", &format!("changes. {long}Use"));
    }
    test.commit();
    test.edit("profiles/author.toml", "Use when code", "Use early, when code");
    test.edit("profiles/critic.toml", "Use before", "Use always, before");
    let ran = test.run(&["diff", "--since", "HEAD"]).exits(0);
    let ran = ran.says("look here first (1)\n  description changed: fields.description \u{2192} 2 personas: author, critic\n    profiles/author.toml:1, profiles/critic.toml:1\n");
    assert_eq!(ran.out.matches("{+").count(), 2, "{}", ran.out);
    assert!(!ran.out.contains("\n      - "), "{}", ran.out);
    assert_eq!(test.json(&["diff", "--since", "HEAD"])["alerts"].as_array().expect("alerts").len(), 2);
    // Where words go, what remains is left out.
    test.commit();
    test.edit("profiles/critic.toml", "Use always, before", "Use before");
    let ran = test.run(&["diff", "--since", "HEAD"]).exits(0);
    assert!(ran.out.contains("[-always, -]") && !ran.out.contains("\n      + "), "{}", ran.out);
}

/// Applies the unified diffs in a text to the files that they name, as `patch` does: other lines are ignored.
fn patched(shown: &str, old: impl Fn(&str) -> String) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    let (mut before, mut at): (Vec<String>, usize) = (Vec::new(), 0);
    let mut lines = shown.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(path) = line.strip_prefix("--- a/") {
            let next = lines.next().and_then(|line| line.strip_prefix("+++ b/")).expect("a new name");
            (before, at) = (old(path).split_inclusive('\n').map(str::to_owned).collect(), 0);
            files.push((next.to_owned(), String::new()));
        }
        let Some(range) = line.strip_prefix("@@ -").and_then(|line| line.strip_suffix(" @@")) else {
            continue;
        };
        // Where each side begins, as a number of lines before it.
        let begin = |range: &str| {
            let (first, count) = range.split_once(',').unwrap_or((range, "1"));
            let first: usize = first.parse().expect("a line");
            if count == "0" { first } else { first - 1 }
        };
        let (first, first_new) = range.split_once(" +").expect("two ranges");
        let (first, first_new) = (begin(first), begin(first_new));
        let new = &mut files.last_mut().expect("a file").1;
        new.extend(before[at..first].iter().map(String::as_str));
        assert_eq!(new.lines().count(), first_new, "{line} in {shown}");
        at = first;
        while let Some(line) = lines.next_if(|line| line.starts_with([' ', '-', '+', '\\'])) {
            let (sign, text) = line.split_at(1);
            match sign {
                "\\" => new.truncate(new.len() - 1),
                "+" => new.push_str(&format!("{text}\n")),
                _ => {
                    assert_eq!(before[at].trim_end_matches('\n'), text, "line {at} of {shown}");
                    at += 1;
                    new.push_str(if sign == " " { &before[at - 1] } else { "" });
                }
            }
        }
        if lines.peek().is_none_or(|line| !line.starts_with("@@ ")) {
            new.extend(before[at..].iter().map(String::as_str));
        }
    }
    files
}

#[test]
fn printed_hunks_apply() {
    let test = fleet();
    let agents = ["author", "critic", "helper"];
    let shown = |profile: &str| test.run(&["show", profile]).exits(0).out;
    let before = agents.map(shown);
    test.edit(
        "fragments/rules/work.toml",
        "run the tests before you push",
        "run all tests  \\n\\nbefore you\\tpush  ",
    );
    test.edit("fragments/rules/safe.toml", "print a secret", "print a key");
    test.edit("fragments/tools/read.toml", "\"Grep\"", "\"Grep\", \"Glob\"");
    let after = agents.map(shown);
    let profile = |path: &str| agents.iter().position(|agent| path.contains(agent)).expect("an agent");
    for format in ["human", "markdown"] {
        let ran = test.run(&["diff", "--since", "HEAD", "--text", "--format", format]).exits(0);
        let files = patched(&ran.out, |path| before[profile(path)].clone());
        assert_eq!(files.len(), 3, "{}", ran.out);
        for (path, text) in files {
            assert_eq!(text, after[profile(&path)], "{format} {}", ran.out);
        }
    }
    // Two personas are compared by the same lines.
    let ran = test.run(&["diff", "author", "helper", "--text"]).exits(0);
    let files = patched(&ran.out, |_| test.run(&["show", "author"]).exits(0).out);
    let helper = test.run(&["show", "helper", "--target", "claude"]).out;
    assert_eq!(files.len(), 1, "{}", ran.out);
    assert!(files[0].1 == after[2] || files[0].1 == helper, "{}", ran.out);
    let ran = test.run(&["diff", "author", "helper"]).exits(0);
    assert!(!ran.out.contains("@@"), "{}", ran.out);
}

/// Thirty personas that use some of eight fragments, and who uses which. The numbers come from a seed.
fn many(next: &mut impl FnMut(usize) -> usize) -> (Test, Vec<Vec<String>>) {
    let test = Test::new(&[("cento.toml", "")]);
    let mut users = vec![Vec::new(); 8];
    for number in 0..users.len() {
        let text = format!(
            "[must]\ncheck-{number} = \"check part {number} before you merge\"\n[never]\nleak-{number} = \"leak part {number}\"\n\
             [items]\ntip-{number} = \"keep part {number} short\"\n"
        );
        test.write(&format!("fragments/rules/part-{number}.toml"), &text);
    }
    for persona in 0..30 {
        let first = next(8);
        let used = [first, (first + 1 + next(3)) % 8, (first + 4 + next(4)) % 8];
        let uses: Vec<String> = used.iter().map(|number| format!("\"rules/part-{number}\"")).collect();
        let id = format!("agent-{persona:02}");
        used.iter().for_each(|number| users[*number].push(id.clone()));
        let text = format!(
            "description = \"Checks parts. Use before a merge.\"\nuse = [{}]\n[target.claude]\n",
            uses.join(", ")
        );
        test.write(&format!("profiles/{id}.toml"), &text);
    }
    test.git(&["init", "-q", "-b", "main"]);
    test.commit();
    (test, users)
}

#[test]
fn the_first_screen_of_twenty_changes_answers_what_a_reviewer_asks() {
    let mut state = 13_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let (test, users) = many(&mut next);
    test.run(&["build", "--out", "before"]).exits(0);
    for round in 0..20 {
        let number = next(8);
        let path = format!("fragments/rules/part-{number}.toml");
        let whole = test.read(&path);
        let (check, leak) = (format!("rules.check-{number}"), format!("rules.leak-{number}"));
        let plain = format!("\"check part {number} before you merge\"");
        let limited = format!("{{ text = {plain}, not = [\"claude\"] }}");
        let (from, to, alert): (String, String, Option<String>) = match round % 5 {
            0 => (
                "[must]".into(),
                "[should]".into(),
                Some(format!("rule weakened: {check} MUST \u{2192} SHOULD")),
            ),
            1 => {
                let line = format!("[never]\nleak-{number} = \"leak part {number}\"\n");
                (line, String::new(), Some(format!("rule removed: {leak}")))
            }
            2 => (plain, limited, Some(format!("rule weakened: {check} no longer in claude"))),
            3 => (format!("keep part {number} short"), format!("keep part {number} short and clear"), None),
            _ => ("[must]".into(), "[always]".into(), None),
        };
        test.edit(&path, &from, &to);
        let ran = test.run(&["diff", "--since", "HEAD", "--text"]).exits(0);
        let (screen, _) = ran.out.split_once("changes in personas").expect("the effects");
        let screen = screen.split_whitespace().collect::<Vec<_>>().join(" ");
        let changed = &users[number];
        // What got weaker?
        let concerned = format!(" \u{2192} {} personas: {}", changed.len(), changed[0]);
        match alert {
            Some(alert) => assert!(screen.contains(&(alert + &concerned)), "{from} -> {to}: {}", ran.out),
            None => assert!(screen.contains("nothing weakens a persona"), "{from} -> {to}: {}", ran.out),
        }
        // Which personas change, and why?
        assert!(
            screen.contains(&path) && screen.contains(&format!("{} of 30 personas changed", changed.len())),
            "{}",
            ran.out
        );
        assert!(screen.matches(&concerned).count() >= 1, "{}", ran.out);
        // Is anything here that no edit explains?
        assert!(!ran.out.contains("that the edits do not show"), "{from} -> {to}: {}", ran.out);
        // Each hunk applies, and nothing else changes.
        test.run(&["build", "--out", "after"]).exits(0);
        let files = patched(&ran.out, |path| test.read(&format!("before/{path}")));
        assert_eq!(files.len(), changed.len());
        for (path, text) in files {
            assert_eq!(text, test.read(&format!("after/{path}")), "{path}");
        }
        test.write(&path, &whole);
    }
}

#[test]
fn approvals_are_tied_to_what_a_persona_means() {
    let test = fleet();
    let check = |code| test.run(&["check", "--approved", "approved.toml"]).exits(code);
    check(2).says("approved.toml does not exist");
    test.run(&["approve"]).exits(0).says("approved 3 personas: author, critic, helper in approved.toml");
    test.run(&["approve"]).exits(0).says("nothing new to approve in approved.toml");
    check(0).says("no findings");
    test.commit();
    // Layout, ids, comments and the fragment that has a text are not what a persona means.
    test.edit(
        "profiles/author.toml",
        "[target.claude]",
        "[sections]\nrules = { style = \"grouped\" }\n[target.claude]",
    );
    test.edit("fragments/rules/work.toml", "tests = ", "# always\ntests = ");
    test.edit("fragments/rules/safe.toml", "secrets = ", "keys = ");
    check(0);
    // A force is, and so are tools, settings and fields.
    for (path, from, to) in [
        ("fragments/rules/work.toml", "[must]", "[always]"),
        ("fragments/tools/read.toml", "\"Bash\"", "\"Bash\", \"Edit\""),
        ("profiles/author.toml", "opus", "haiku"),
        ("profiles/author.toml", "Writes changes.", "Writes code."),
    ] {
        test.git(&["checkout", "-q", "."]);
        test.edit(path, from, to);
        let ran = check(1).says("error[unapproved]: `author` has changed in meaning since it was approved");
        assert!(ran.out.contains("cento approve author"), "{}", ran.out);
        let json = test.run(&["check", "--approved", "approved.toml", "--format", "json"]).exits(1).out;
        assert!(json.contains("\"code\": \"unapproved\""), "{json}");
    }
    // One persona is approved alone, with the digest that the review shows.
    let told = test.json(&["diff", "--since", "HEAD", "author"]);
    let digest = told["personas"][0]["digest"].as_str().expect("a digest");
    test.run(&["approve", "author"]).exits(0).says("approved 1 persona: author");
    assert!(test.read("approved.toml").contains(&format!("author = \"{digest}\"\n")), "{digest}");
    let review = test.run(&["diff", "--since", "HEAD", "--format", "markdown"]).exits(0).out;
    assert!(review.trim_end().ends_with("</details>") && review.contains(digest), "{review}");
    check(0);
    // A new persona is not approved, and one that is gone leaves the file.
    test.write("profiles/new.toml", "use = [\"rules/work\"]\n");
    test.git(&["rm", "-q", "profiles/helper.toml"]);
    check(1).says("`new` has not been approved").says("`helper` was approved and no longer exists");
    let ran = test.run(&["check", "--approved", "approved.toml", "author"]).exits(0);
    assert!(!ran.out.contains("helper"), "only the named personas are checked: {}", ran.out);
    test.run(&["approve", "--file", "other.toml", "new"]).exits(0);
    assert!(!test.read("other.toml").contains("author"), "a file of its own");
    test.run(&["approve"]).exits(0).says("removed 1 approval that no longer has a persona");
    check(0);
    // What cannot be built is not approved.
    test.edit("fragments/rules/safe.toml", "level = \"locked\"", "level = \"loud\"");
    test.run(&["approve"]).exits(1).says("bad-value");
    for (text, reason) in [
        ("version = 9\n", "it has version 9"),
        ("version = 1\n\n[approved]\nauthor = 1\n", "line 4: invalid type"),
        (
            "version = 1\n<<<<<<< ours\n=======\n>>>>>>> theirs\n",
            "it has an unresolved git merge conflict in lines 2 to 4",
        ),
        ("", "line 1: missing field `version`"),
    ] {
        test.write("approved.toml", text);
        check(2).says(&format!("approved.toml cannot be read: {reason}")).says("help: restore it from git");
    }
}

#[test]
fn a_long_review_keeps_its_alerts_and_its_digest() {
    let test = fleet();
    let rules: String =
        (0..900).map(|at| format!("rule-{at} = \"check the result of step {at} by hand\"\n")).collect();
    test.write("fragments/rules/many.toml", format!("[should]\n{rules}"));
    test.edit("profiles/author.toml", "\"rules/talk\", ", "\"rules/many\", ");
    test.edit("fragments/tools/read.toml", "\"Grep\"", "\"Grep\", \"Edit\"");
    let ran = test.run(&["diff", "--since", "HEAD", "--text", "--format", "markdown"]).exits(0);
    assert!(ran.out.chars().count() <= 60_000);
    let at = |text: &str| ran.out.find(text).unwrap_or_else(|| panic!("no {text} in {}", ran.out));
    let order = [
        "### look here first",
        "permission widened",
        "### edits",
        "rules/many",
        "changes in personas",
        "more lines are left out",
        "meaning of 2 changed personas",
    ];
    assert!(order.map(at).is_sorted(), "{}", ran.out);
    assert!(!ran.out.contains("changed lines"), "effects are left out from the end");
}

#[test]
fn a_factor_that_changes_no_persona_is_one_line() {
    let test = Test::named("shared-rules");
    test.git(&["init", "-q", "-b", "main"]);
    test.commit();
    test.run(&["factor", "--apply"]).exits(0);
    let ran = test.run(&["diff", "--since", "HEAD"]).exits(0);
    assert!(ran.out.lines().count() == 1 && ran.out.contains("none of 2 personas changed"), "{}", ran.out);
    let review = test.run(&["diff", "--since", "HEAD", "--format", "markdown"]).exits(0).out;
    assert!(review.contains("<details>"), "the edits are folded: {review}");
    assert!(!test.json(&["diff", "--since", "HEAD"])["causes"].as_array().expect("edits").is_empty());
}

#[test]
fn an_item_that_becomes_a_rule_is_shown_by_its_edit() {
    let test = Test::new(&[("profiles/p.toml", "[body.rules.items]\nkey = \"lend the key\"\n")]);
    test.git(&["init", "-q", "-b", "main"]);
    test.commit();
    test.edit("profiles/p.toml", "\"lend the key\"", "{ force = \"never\", text = \"lend the key\" }");
    let out = test.run(&["diff", "--since", "HEAD"]).out;
    assert!(out.contains("is of another kind") && out.contains("1 change is as the edits show"), "{out}");
}
