//! The public API, used as another program would: only what `cento` exports at its root.

use indexmap::IndexSet;

use cento::{ChangeKind, ChangeSide, Error, Force, Severity, Target, Workspace};

fn refusal(texts: &[(&str, &str)]) -> Vec<String> {
    let workspace = Workspace::from_texts(texts.iter().copied());
    let built = workspace.compose("p").and_then(|persona| persona.build());
    match built {
        Err(Error::Refused(findings)) => {
            let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
            errors.map(|finding| finding.code.to_owned()).collect()
        }
        Err(error) => panic!("{error}"),
        Ok(outputs) => panic!("built {outputs:?}"),
    }
}

#[test]
fn an_open_conflict_is_not_built() {
    let codes = refusal(&[
        ("fragments/identity/a.toml", "[fields]\ntitle = 'A'"),
        ("fragments/identity/b.toml", "[fields]\ntitle = 'B'"),
        ("profiles/p.toml", "use = ['identity/a', 'identity/b']"),
    ]);
    assert_eq!(codes, ["conflict"]);
}

#[test]
fn hidden_text_in_a_fragment_is_not_built() {
    let codes = refusal(&[
        ("fragments/voice/a.toml", "[items]\na = 'Be\u{202e} brief.'"),
        ("profiles/p.toml", "use = ['voice/a']"),
    ]);
    assert!(!codes.is_empty());
}

#[test]
fn a_lint_that_the_workspace_makes_an_error_prevents_a_build() {
    let profile = ("profiles/p.toml", "use = ['voice/a']\ndescription = 'Helps.'\n[target.claude]");
    let fragment = ("fragments/voice/a.toml", "[items]\na = 'Be brief.'");
    let lenient = Workspace::from_texts([fragment, profile]);
    assert!(lenient.compose("p").is_ok_and(|persona| persona.build().is_ok()));
    let config = ("cento.toml", "[severity]\nvague-description = 'error'");
    assert_eq!(refusal(&[fragment, profile, config]), ["vague-description"]);
}

#[test]
fn a_broken_file_is_refused_with_its_place() {
    let workspace = Workspace::from_texts([("profiles/p.toml", "use = [\n")]);
    let Err(Error::Refused(findings)) = workspace.compose("p") else { panic!("composed") };
    let place = findings.iter().find_map(|finding| finding.place.clone()).expect("a parse error has a place");
    assert_eq!((place.file.as_str(), place.line, place.column), ("profiles/p.toml", 1, 8), "{findings:?}");
    assert_eq!(place.to_string(), "profiles/p.toml:1:8");
    assert!(matches!(workspace.compose("q"), Err(Error::NoProfile(id)) if id == "q"));
}

#[test]
fn an_abstract_profile_is_not_built() {
    let workspace = Workspace::from_texts([("profiles/p.toml", "abstract = true")]);
    let built = workspace.compose("p").and_then(|persona| persona.build());
    assert!(matches!(built, Err(Error::Abstract(id)) if id == "p"));
}

#[test]
fn a_directory_that_cannot_be_read_keeps_the_cause() {
    let Err(error) = Workspace::open("no/such/directory") else { panic!("opened") };
    assert_eq!(error.to_string(), "cannot read no/such/directory");
    let Error::Unreadable { path, source } = error else { panic!("{error}") };
    assert_eq!(path, std::path::Path::new("no/such/directory"));
    assert_eq!(source.kind(), std::io::ErrorKind::NotFound);
}

#[cfg(unix)]
#[test]
fn a_path_that_the_system_refuses_is_named_in_full() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("x".repeat(300));
    let Err(Error::Unreadable { path: named, source }) = Workspace::open(&path) else { panic!("opened") };
    assert_eq!((named, source.kind()), (path, std::io::ErrorKind::InvalidFilename));
}

#[test]
fn a_directory_without_a_workspace_differs_from_an_empty_workspace() {
    let directory = tempfile::tempdir().expect("a directory");
    let opened = Workspace::open(directory.path());
    assert!(matches!(opened, Err(Error::NotAWorkspace(path)) if path == directory.path()));
    std::fs::create_dir(directory.path().join("profiles")).expect("a directory");
    let workspace = Workspace::open(directory.path()).expect("a workspace");
    assert_eq!((workspace.profiles().count(), workspace.findings().len()), (0, 0));
}

const PLAIN: (&str, &str) = ("fragments/voice/plain.toml", "[items]\na = 'Be brief.'");

/// Returns the codes and personas of the errors that prevent a build of these profiles; empty if they build.
fn clashes(profiles: &[(&str, &str)], id: &str) -> Vec<(&'static str, Vec<String>)> {
    let workspace = Workspace::from_texts([PLAIN].into_iter().chain(profiles.iter().copied()));
    // The order in which personas are composed and built makes no difference.
    for other in workspace.profiles().filter(|other| *other < id) {
        let _ = workspace.compose(other).map(|persona| persona.build().is_ok());
    }
    match workspace.compose(id).and_then(|persona| persona.build()) {
        Ok(outputs) => {
            assert!(!outputs.is_empty());
            Vec::new()
        }
        Err(Error::Refused(findings)) => {
            let errors = findings.into_iter().filter(|finding| finding.severity == Severity::Error);
            errors.map(|finding| (finding.code, finding.personas)).collect()
        }
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn outputs_of_two_personas_never_share_a_path() {
    let one = ("profiles/one.toml", "use = ['voice/plain']\n[target.prompt]\npath = 'out/A.md'");
    let both = vec!["one".to_owned(), "two".to_owned()];
    for path in ["out/A.md", "out/a.md", "out/A.md/b.md", "out"] {
        let two = format!("use = ['voice/plain']\n[target.prompt]\npath = '{path}'");
        let profiles =
            [one, ("profiles/two.toml", two.as_str()), ("profiles/three.toml", "use = ['voice/plain']")];
        for id in ["one", "two"] {
            assert_eq!(clashes(&profiles, id), [("path-collision", both.clone())], "{id} with {path}");
        }
        assert_eq!(clashes(&profiles, "three"), []);
    }
    // A profile that is never built takes no path.
    for never in ["abstract = true", "description = 1"] {
        let two = format!("{never}\nuse = ['voice/plain']\n[target.prompt]\npath = 'out/A.md'");
        assert_eq!(clashes(&[one, ("profiles/two.toml", &two)], "one"), [], "{never}");
    }
}

#[test]
fn outputs_of_two_personas_never_declare_one_name() {
    let profile = |target: &str, name: &str, path: &str| {
        format!(
            "use = ['voice/plain']\ndescription = 'Answers questions about the code base'\n[target.{target}]\nname = '{name}'\npath = '{path}'"
        )
    };
    let one = profile("claude", "helper", "a/one.md");
    let both = vec!["one".to_owned(), "two".to_owned()];
    for name in ["helper", "Helper"] {
        let two = profile("claude", name, "a/two.md");
        let profiles = [("profiles/one.toml", one.as_str()), ("profiles/two.toml", two.as_str())];
        for id in ["one", "two"] {
            let found = clashes(&profiles, id);
            assert!(found.contains(&("name-collision", both.clone())), "{id} with {name}: {found:?}");
        }
    }
    // No program looks for agents in two such directories.
    let two = profile("claude", "helper", "b/two.md");
    assert_eq!(clashes(&[("profiles/one.toml", &one), ("profiles/two.toml", &two)], "one"), []);
    let two = profile("claude", "other", "a/two.md");
    assert_eq!(clashes(&[("profiles/one.toml", &one), ("profiles/two.toml", &two)], "one"), []);
    let skill = profile("skill", "helper", "c/helper/SKILL.md");
    assert_eq!(clashes(&[("profiles/one.toml", &one), ("profiles/two.toml", &skill)], "one"), []);
}

#[test]
fn a_name_is_unique_in_the_directories_that_one_program_reads() {
    let profile = |target: &str, path: &str| {
        format!(
            "use = ['voice/plain']\ndescription = 'Answers questions about the code base'\n[target.{target}]\nname = 'helper'\npath = '{path}'"
        )
    };
    let share = |target: &str, one: &str, two: &str| {
        let (one, two) = (profile(target, one), profile(target, two));
        let found = clashes(&[("profiles/one.toml", &one), ("profiles/two.toml", &two)], "one");
        found.iter().any(|(code, _)| *code == "name-collision")
    };
    for (target, one, two) in [
        ("skill", "skills/helper/SKILL.md", "skills/team/helper/SKILL.md"),
        ("skill", ".claude/skills/helper/SKILL.md", ".claude/skills/team/helper/SKILL.md"),
        ("skill", ".claude/skills/helper/SKILL.md", ".agents/skills/helper/SKILL.md"),
        ("skill", "Skills/helper/SKILL.md", "skills/team/helper/SKILL.md"),
        ("claude", "agents/a.md", "agents/team/a.md"),
        ("claude", "plug/agents/a.md", "plug/agents/team/a.md"),
        ("claude", ".Claude/agents/a.md", ".claude/Agents/team/a.md"),
    ] {
        assert!(share(target, one, two), "{one} {two}");
    }
    for (target, one, two) in [
        ("claude", "docs/zh/agents/reader.md", "docs/ja/agents/reader.md"),
        ("claude", ".claude/agents/reader.md", "docs/ja/agents/reader.md"),
        ("skill", "docs/zh/skills/helper/SKILL.md", "docs/ja/skills/helper/SKILL.md"),
        ("skill", "skills/helper/SKILL.md", "docs/ja/skills/helper/SKILL.md"),
        ("skill", "web/helper/SKILL.md", "desk/helper/SKILL.md"),
    ] {
        assert!(!share(target, one, two), "{one} {two}");
    }
}

#[test]
fn an_output_never_replaces_a_source() {
    for path in ["profiles/one.toml", "cento.toml", "cento.lock", ".git/config", "../x.md"] {
        let one = format!("use = ['voice/plain']\n[target.prompt]\npath = '{path}'");
        let found = clashes(&[("profiles/one.toml", &one)], "one");
        assert!(found.iter().any(|(code, _)| *code == "unsafe-path"), "{path}: {found:?}");
    }
}

#[test]
fn targets_are_compared_by_name() {
    let all: IndexSet<Target> = Target::all().chain(Target::all()).collect();
    assert_eq!(all.len(), Target::all().count());
    for target in Target::all() {
        assert_eq!(Target::named(target.name()), Some(target));
        assert_eq!(format!("{target:?}"), format!("Target({:?})", target.name()));
    }
    assert_eq!(Target::named("no-such-target"), None);
}

#[test]
fn debugging_a_workspace_shows_no_texts() {
    let workspace = Workspace::from_texts([PLAIN, ("profiles/p.toml", "use = ['voice/plain']")]);
    assert_eq!(format!("{workspace:?}"), r#"Workspace { profiles: ["p"], findings: 0, .. }"#);
    let persona = workspace.compose("p").expect("it composes");
    assert!(format!("{persona:?}").starts_with(r#"Persona { id: "p", findings: ["#), "{persona:?}");
    assert!(!format!("{persona:?}").contains("Be brief."));
}

#[test]
fn a_change_names_both_sides_with_their_force_and_source() {
    let state = |fragment: &str, rule: &str| {
        Workspace::from_texts([
            (format!("fragments/rules/{fragment}.toml"), rule.to_owned()),
            ("profiles/p.toml".to_owned(), format!("use = ['rules/{fragment}']")),
        ])
    };
    let (before, after) =
        (state("a", "[should]\nx = 'test it'"), state("b", "[must]\nx = 'test it'\ny = 'say so'"));
    let (before, after) =
        (before.compose("p").expect("it composes"), after.compose("p").expect("it composes"));
    let side = |side: &Option<ChangeSide>| {
        side.clone().map(|side| (side.address, side.text, side.force, side.source))
    };
    let said = |address: &str, text: &str, force, source: &str| {
        Some((address.to_owned(), text.to_owned(), Some(force), Some(source.to_owned())))
    };
    let changes = before.diff(&after);
    let rules: Vec<_> = changes.iter().filter(|change| change.address.starts_with("rules.")).collect();
    assert_eq!(rules.len(), 2, "{changes:?}");
    assert_eq!(rules[0].kind, ChangeKind::Force);
    assert_eq!(side(&rules[0].before), said("rules.x", "test it", Force::Should, "rules/a"));
    assert_eq!(side(&rules[0].after), said("rules.x", "test it", Force::Must, "rules/b"));
    assert_eq!((rules[1].kind, side(&rules[1].before)), (ChangeKind::Added, None));
    assert_eq!(side(&rules[1].after), said("rules.y", "say so", Force::Must, "rules/b"));
}
