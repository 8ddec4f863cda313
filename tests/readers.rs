//! Outputs and sources opened by other projects' readers: agnix, the reference validator of Agent Skills, a reader of
//! character cards, and readers of YAML, TOML and JSON Schema. `.ci/run` installs them and sets `CENTO_READERS` to their directory; without it these tests are left out.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::case::Case;
use common::{Test, files_below};
use serde_json::Value;

/// The directory of the readers. Without it, the last lines of `cargo test` say that these tests did not run.
fn readers() -> Option<PathBuf> {
    std::env::var_os("CENTO_READERS").map(PathBuf::from)
}

/// Runs a reader and returns its exit code and output. A reader that does not run fails the test.
fn run(program: &Path, arguments: &[&str], directory: &Path) -> (Option<i32>, String) {
    let output = Command::new(program).args(arguments).current_dir(directory).output();
    let output = output.unwrap_or_else(|error| panic!("{} does not run: {error}", program.display()));
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), text)
}

/// One persona in every format.
fn every_target() -> Test {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/target-every.txt");
    let test = Test::of(&Case::parse(&fs::read_to_string(path).unwrap()).unwrap());
    test.run(&["build"]).exits(0);
    test
}

/// The library of this repository, built elsewhere.
fn library() -> Test {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let test = Test::new(&[]);
    let out = test.directory.path().to_str().unwrap();
    test.run(&["build", "--workspace", root.to_str().unwrap(), "--out", out]).exits(0);
    test
}

/// Quotes the patterns of the Cursor rule: Cursor takes them bare, which no reader of YAML accepts.
fn without_bare_patterns(test: &Test) {
    let path = ".cursor/rules/sql.mdc";
    let rule = test.read(path);
    let quoted = rule.replace("globs: **/*.sql,db/**", "globs: \"**/*.sql,db/**\"");
    assert_ne!(rule, quoted, "the rule has bare patterns");
    test.write(path, &quoted);
}

#[test]
fn agnix_finds_no_error() {
    let Some(readers) = readers() else { return };
    let every = every_target();
    without_bare_patterns(&every);
    for test in [every, library()] {
        let (code, found) = run(&readers.join("bin/agnix"), &["."], test.directory.path());
        assert_eq!(code, Some(0), "{found}");
    }
    // It would have found one.
    let test = Test::new(&[("skills/a/SKILL.md", "---\nname: Wrong Name\ndescription: x\n---\n\nText\n")]);
    let (code, found) = run(&readers.join("bin/agnix"), &["."], test.directory.path());
    assert_ne!(code, Some(0), "{found}");
}

/// What agnix finds, by the level.
fn agnix(readers: &Path, directory: &Path, level: &str) -> Vec<String> {
    let (_, found) = run(&readers.join("bin/agnix"), &["--format", "json", "."], directory);
    let found: Value = serde_json::from_str(&found).unwrap_or_else(|_| panic!("{found}"));
    let found = found["diagnostics"].as_array().unwrap().iter().filter(|finding| finding["level"] == level);
    found.map(|finding| format!("{} {}", finding["rule"], finding["message"])).collect()
}

/// Builds a workspace and leaves only its outputs. Returns whether cento found nothing beyond notes.
fn built_alone(test: &Test) -> bool {
    let built = test.run(&["build"]);
    let said = built.out + &built.err;
    let is_silent = !["error[", "warning["].iter().any(|level| said.contains(level));
    for source in ["fragments", "profiles", ".cento"] {
        let _ = fs::remove_dir_all(test.path(source));
    }
    is_silent
}

#[test]
fn agnix_finds_no_error_in_any_fixture_that_has_no_finding() {
    let Some(readers) = readers() else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut count = 0;
    for path in files_below(&folder) {
        let case = Case::parse(&fs::read_to_string(&path).unwrap()).unwrap();
        let test = Test::of(&case);
        let is_silent = built_alone(&test);
        let found = agnix(&readers, test.directory.path(), "error");
        // agnix reads bare patterns as YAML, which Cursor does not.
        let found: Vec<_> = found.iter().filter(|found| !found.contains("CUR-003")).collect();
        assert!(!is_silent || found.is_empty(), "{}: {found:#?}", path.display());
        count += usize::from(is_silent);
    }
    assert!(count > 25, "{count} fixtures without a finding");
}

/// Settings that a program refuses or ignores, by their target.
const WRONG: &[(&str, &[&str])] = &[
    (
        "claude",
        &[
            "model = 'gpt-4'",
            "permissionMode = 'yolo'",
            "memory = 'global'",
            "effort = 'maximum'",
            "isolation = 'partial'",
            "maxTurns = 'ten'",
            "priority = 'high'",
            "name = 'plugin:sql'",
            "hooks = { BeforeTool = [] }",
        ],
    ),
    ("skill", &["compatibility = ''", "metadata = { priority = 1 }"]),
    ("cursor-rule", &["alwaysApply = 'true'", "priority = 'high'", "globs = '[sql'"]),
    ("cursor-agent", &["name = 'ReviewerAgent'", "name = 'a_b'", "readonly = 'true'", "is_background = 1"]),
    (
        "copilot-agent",
        &[
            "target = 'desktop'",
            "priority = 'high'",
            "infer = 'auto'",
            "reasoning-effort = 'extreme'",
            "hooks = 3",
            "mcp-servers = { tracker = { command = 'tracker' } }",
        ],
    ),
    ("copilot-instructions", &["applyTo = '[sql'", "excludeAgent = 'cloud'", "priority = 'high'"]),
    (
        "opencode",
        &[
            "mode = 'helper'",
            "color = '#f00'",
            "color = '#12345g'",
            "color = 'purple'",
            "temperature = 5",
            "steps = 0",
            "top_p = 1.5",
            "hidden = 'yes'",
            "disable = 'yes'",
            "model = 'sonnet'",
            "maxSteps = 2",
            "permission = 'yes'",
            "permission = { bash = 'maybe' }",
            "permission = { bash = { '*' = 'never' } }",
            "temperature = 1\npermissions = []",
        ],
    ),
    (
        "gemini",
        &[
            "temperature = 3",
            "max_turns = 0",
            "system_prompt = 'x'",
            "name = 'Security Auditor'",
            "mcp_servers = { a = { auth = { type = 'basic' } } }",
        ],
    ),
    ("devin-rule", &["trigger = 'sometimes'", "trigger = 'glob'"]),
    (
        "kiro",
        &[
            "mcpServers = { git = { command = 'git-mcp', args = '--repo .' } }",
            "permissions = { rules = [{ capability = 'shell', effect = 'sometimes' }] }",
            "permissions = { rules = [{ capability = 'shell' }] }",
        ],
    ),
    (
        "kiro-steering",
        &[
            "inclusion = 'sometimes'",
            "inclusion = 'fileMatch'",
            "fileMatchPattern = '*.sql'",
            "inclusion = 'always'\nfileMatchPattern = '*.sql'",
        ],
    ),
];

/// A persona with settings of a target.
fn persona(target: &str, settings: &toml::Table) -> Test {
    let profile = toml::toml! {
        description = "Reviews SQL. Use when a query is slow."
        body.rules.never.guess = "guess"
    };
    let settings = toml::Table::from_iter([(target.to_owned(), settings.clone().into())]);
    let target = toml::Table::from_iter([("target".to_owned(), settings.into())]);
    Test::new(&[("profiles/sql.toml", &format!("{profile}{target}"))])
}

#[test]
fn what_agnix_finds_wrong_is_found_before_it_is_written() {
    let Some(readers) = readers() else { return };
    for (target, wrong) in WRONG {
        let mut right = toml::Table::new();
        match *target {
            "copilot-instructions" => right.insert("applyTo".to_owned(), "*.sql".into()),
            "devin-rule" => right.insert("trigger".to_owned(), "manual".into()),
            _ => None,
        };
        let test = persona(target, &right);
        assert!(built_alone(&test), "{target}");
        let output = files_below(test.directory.path());
        let output =
            output.iter().find(|path| fs::read_to_string(path).is_ok_and(|text| text.starts_with("---")));
        let (path, text) = output.map(|path| (path, fs::read_to_string(path).unwrap())).unwrap();
        let problems = |text: &str| {
            fs::write(path, text).unwrap();
            ["error", "warning"].map(|level| agnix(&readers, test.directory.path(), level)).concat()
        };
        let of_right = problems(&text);
        for wrong in *wrong {
            let wrong: toml::Table = wrong.parse().unwrap();
            // JSON is YAML.
            let typed = wrong
                .iter()
                .map(|(key, value)| format!("{key}: {}\n", serde_json::to_string(value).unwrap()));
            let kept =
                text.lines().filter(|line| !wrong.contains_key(line.split(':').next().unwrap_or_default()));
            let kept: String = kept.skip(1).map(|line| format!("{line}\n")).collect();
            let found = problems(&format!("---\n{}{kept}", typed.collect::<String>()));
            assert!(found.iter().any(|found| !of_right.contains(found)), "agnix accepts {target}: {wrong}");
            let mut settings = right.clone();
            settings.extend(wrong.clone());
            assert!(!built_alone(&persona(target, &settings)), "{target}: {wrong} {found:#?}");
        }
    }
}

#[test]
fn the_reference_validator_accepts_skills() {
    let Some(readers) = readers() else { return };
    let validate = |test: &Test, skill: &str| {
        run(&readers.join("bin/agentskills"), &["validate", skill], test.directory.path())
    };
    let test = every_target();
    let (code, found) = validate(&test, "skills/sql");
    assert_eq!(code, Some(0), "{found}");
    test.write("skills/sql/SKILL.md", "---\nname: other\ndescription: x\n---\n");
    assert_ne!(validate(&test, "skills/sql").0, Some(0));
}

#[test]
fn the_reference_validator_has_the_same_limits_for_skills() {
    let Some(readers) = readers() else { return };
    let name = "a".repeat(64);
    let (description, compatibility) = ("d".repeat(1024), "c".repeat(500));
    let profile = format!(
        "description = \"{description}\"\n[body.rules.never]\na = \"guess\"\n[target.skill]\ncompatibility = \"{compatibility}\"\n"
    );
    let test = Test::new(&[(&format!("profiles/{name}.toml"), &profile)]);
    test.run(&["build"]).exits(0);
    let path = format!("skills/{name}/SKILL.md");
    let skill = test.read(&path);
    let longer = [&name, &description, &compatibility].map(|value| {
        let line = format!(": {value}\n");
        assert!(skill.contains(&line), "{skill}");
        skill.replace(&line, &format!(": {value}e\n"))
    });
    let mut valid = vec![true];
    valid.extend(longer.iter().map(|_| false));
    let directory = format!("skills/{name}");
    let found = [skill].into_iter().chain(longer).map(|text| {
        test.write(&path, text);
        let arguments = ["validate", &directory];
        run(&readers.join("bin/agentskills"), &arguments, test.directory.path()).0 == Some(0)
    });
    assert_eq!(found.collect::<Vec<_>>(), valid);
}

#[test]
fn readers_of_cards_find_the_persona() {
    let Some(readers) = readers() else { return };
    let test = every_target();
    let body = test.run(&["show", "sql", "--target", "prompt"]).out;
    let script = "const { v2 } = require('character-card-utils'); const fs = require('fs'); \
                  console.log(JSON.stringify(v2.parse(JSON.parse(fs.readFileSync(process.argv[1])))))";
    let node = |card: &str| {
        let card = test.directory.path().join(card);
        run(Path::new("node"), &["-e", script, card.to_str().unwrap()], &readers)
    };
    let (code, card) = node("cards/sql.json");
    assert_eq!(code, Some(0), "{card}");
    let card: Value = serde_json::from_str(&card).unwrap();
    assert_eq!(
        (card["data"]["name"].as_str(), card["data"]["system_prompt"].as_str()),
        (Some("sql"), Some(&*body))
    );
    assert_eq!(card["data"]["tags"][0], "sql");
    assert_ne!(node("cards/sql.v3.json").0, Some(0), "a card of another version");
}

/// Runs a script of `tests/readers` with the Python of the readers.
fn python(readers: &Path, script: &str, arguments: &[&str], directory: &Path) -> (Option<i32>, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/readers").join(script);
    let arguments: Vec<&str> =
        [script.to_str().unwrap()].into_iter().chain(arguments.iter().copied()).collect();
    run(&readers.join("bin/python"), &arguments, directory)
}

/// Descriptions that some reader of YAML takes for something else than a string, or for two values.
const TEXTS: [&str; 16] = [
    "no", "1e3", "0o17", "1_000", "12:30:00", "2026-11-28", "~", "Use when: a # b", "*.ts", "@x", "- a",
    "{a: b}", "'a' \"b\"", "a\\tb", " a ", "null",
];

#[test]
fn readers_of_both_versions_of_yaml_find_the_same_text() {
    let Some(readers) = readers() else { return };
    let profiles: Vec<(String, String)> = TEXTS
        .iter()
        .enumerate()
        .map(|(number, text)| {
            let profile = toml::Table::from_iter([("description".to_owned(), (*text).into())]);
            let rest = "[body.rules.never]\na = \"guess\"\n[target.claude]\n";
            (format!("profiles/p{number:02}.toml"), format!("{profile}{rest}"))
        })
        .collect();
    let files: Vec<(&str, &str)> = profiles.iter().map(|(path, text)| (&**path, &**text)).collect();
    let test = Test::new(&files);
    test.run(&["build"]).exits(0);
    let outputs: Vec<String> =
        (0..TEXTS.len()).map(|number| format!(".claude/agents/p{number:02}.md")).collect();
    let outputs: Vec<&str> = outputs.iter().map(String::as_str).collect();
    let (code, found) = python(&readers, "front_matter.py", &outputs, test.directory.path());
    assert_eq!(code, Some(0), "{found}");
    let found: Vec<Value> = found.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(found.len(), 2 * TEXTS.len());
    for (both, text) in found.chunks(2).zip(TEXTS) {
        assert_eq!([both[0]["description"].as_str(), both[1]["description"].as_str()], [Some(text); 2]);
    }
}

#[test]
fn readers_of_both_versions_of_yaml_agree_about_every_target() {
    let Some(readers) = readers() else { return };
    let every = every_target();
    without_bare_patterns(&every);
    for test in [every, library()] {
        let root = test.directory.path();
        let outputs: Vec<String> = files_below(root)
            .into_iter()
            .map(|path| path.to_str().unwrap().to_owned())
            .filter(|path| fs::read_to_string(path).is_ok_and(|text| text.starts_with("---\n")))
            .collect();
        assert!(outputs.len() > 3, "{outputs:?}");
        let paths: Vec<&str> = outputs.iter().map(String::as_str).collect();
        let (code, found) = python(&readers, "front_matter.py", &paths, root);
        assert_eq!(code, Some(0), "{found}");
        let found: Vec<Value> = found.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for (both, path) in found.chunks(2).zip(paths) {
            assert!(both[0] == both[1] && both[0].is_object(), "{path}: {both:?}");
        }
    }
}

#[test]
fn a_validator_accepts_the_sources_by_their_schema() {
    let Some(readers) = readers() else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let test = Test::new(&[]);
    let mut pairs = Vec::new();
    for (kind, folder) in [("fragment", "fragments"), ("profile", "profiles"), ("config", "cento.toml")] {
        let schema = format!("{kind}.json");
        test.write(&schema, &test.run(&["schema", kind]).out);
        let sources = match root.join(folder) {
            file if file.is_file() => vec![file],
            directory => files_below(&directory),
        };
        for path in sources {
            pairs.extend([schema.clone(), path.to_str().unwrap().to_owned()]);
        }
    }
    // Codex reads TOML.
    let every = every_target();
    test.write("anything.json", "{\"required\": [\"name\", \"description\", \"developer_instructions\"]}");
    test.write("sql.toml", every.read(".codex/agents/sql.toml"));
    pairs.extend(["anything.json".to_owned(), "sql.toml".to_owned()]);
    let arguments: Vec<&str> = pairs.iter().map(String::as_str).collect();
    let (code, found) = python(&readers, "sources.py", &arguments, test.directory.path());
    assert_eq!(code, Some(0), "{found}");
    // It would have found an error.
    test.write("wrong.toml", "uses = 1\n");
    let (code, _) = python(&readers, "sources.py", &["profile.json", "wrong.toml"], test.directory.path());
    assert_ne!(code, Some(0));
}
