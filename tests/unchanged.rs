//! A build after which nothing changed is taken from a record. It must not differ from one that looks at everything.

mod common;

use std::fs;
use std::process::Command;

use common::{Ran, Test};

const RECORD: &str = ".cento/last-build.json";

const RULES: &str = "[must]\nx = \"log every call\"\n";

/// Returns a workspace that was built twice, in a work tree of git.
fn built() -> Test {
    let test = Test::new(&[
        ("fragments/rules/a.toml", RULES),
        ("fragments/voice/b.toml", "[items]\nshort = \"be brief\"\n"),
        ("profiles/p.toml", "use = [\"rules/a\"]\n"),
        (
            "profiles/q.toml",
            "use = [\"rules/a\", \"voice/b\"]\n[target.claude]\n[fields]\ndescription = \"Answers questions about logs.\"\n",
        ),
    ]);
    test.git(&["init", "-q"]);
    for _ in 0..2 {
        test.run(&["build"]).exits(0);
    }
    assert!(test.exists(RECORD));
    test
}

/// Changes what the record says, so that a build that uses it can be told.
fn mark(test: &Test) {
    let record = test.read(RECORD);
    let marked = record.replace("\"summary\":\"built ", "\"summary\":\"as recorded: ");
    assert_ne!(record, marked);
    test.write(RECORD, &marked);
}

fn is_recorded(ran: &Ran) -> bool {
    ran.out.starts_with("as recorded: ")
}

#[test]
fn a_build_after_which_nothing_changed_is_taken_from_the_record() {
    let test = built();
    mark(&test);
    assert!(is_recorded(&test.run(&["build"]).exits(0)));
    // The other forms of the command look at everything.
    for other in
        [&["build", "--check"][..], &["build", "--dry-run"], &["build", "p"], &["build", "--origins"]]
    {
        assert!(!is_recorded(&test.run(other)), "{other:?}");
    }
}

/// Each change, with whether the record still holds after it.
type Change = (&'static str, fn(&Test));

const CHANGES: [Change; 19] = [
    ("a fragment is edited", |test| test.write("fragments/rules/a.toml", "[must]\nx = \"log some calls\"\n")),
    ("a fragment gets a text of the same length at the same time", |test| {
        let path = test.directory.path().join("fragments/rules/a.toml");
        let modified = fs::metadata(&path).unwrap().modified().unwrap();
        test.write("fragments/rules/a.toml", &RULES.replace("every", "EVERY"));
        fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
    }),
    ("a fragment is replaced by another file with its text", |test| {
        let path = test.directory.path().join("fragments/rules/a.toml");
        fs::remove_file(&path).unwrap();
        test.write("fragments/rules/a.toml", RULES);
    }),
    ("a fragment that nobody uses is added", |test| test.write("fragments/rules/c.toml", RULES)),
    ("a fragment is deleted", |test| {
        fs::remove_file(test.directory.path().join("fragments/voice/b.toml")).unwrap()
    }),
    ("a file that is not read is added", |test| test.write("fragments/rules/d.yaml", "x: 1\n")),
    ("a profile is added", |test| test.write("profiles/r.toml", "use = [\"rules/a\"]\n")),
    ("a profile is deleted", |test| fs::remove_file(test.directory.path().join("profiles/p.toml")).unwrap()),
    ("a profile is renamed", |test| {
        let path = |name: &str| test.directory.path().join(name);
        fs::rename(path("profiles/p.toml"), path("profiles/z.toml")).unwrap();
    }),
    ("a configuration is added", |test| test.write("cento.toml", "[severity]\n")),
    ("an output is edited", |test| test.write("personas/p.md", "changed\n")),
    ("an output is deleted", |test| fs::remove_file(test.directory.path().join("personas/p.md")).unwrap()),
    ("an output is cut short", |test| test.write("personas/p.md", "")),
    ("the lock is deleted", |test| fs::remove_file(test.directory.path().join("cento.lock")).unwrap()),
    ("the lock is damaged", |test| test.write("cento.lock", "version = 1\n[[output]]\n")),
    ("the lines about line endings are deleted", |test| {
        fs::remove_file(test.directory.path().join(".gitattributes")).unwrap();
    }),
    ("the lines about line endings are changed", |test| test.write(".gitattributes", "*.md -text\n")),
    ("the record is damaged", |test| test.write(RECORD, "{")),
    ("a command was interrupted", |test| test.write("fragments/rules/.cento-1-1.tmp", "half")),
];

#[test]
fn a_build_with_a_record_does_what_one_without_does() {
    for (name, change) in CHANGES {
        let run = |with_record: bool| {
            let test = built();
            change(&test);
            if !with_record {
                let _ = fs::remove_file(test.directory.path().join(RECORD));
            }
            let ran = test.run(&["build"]);
            let files = Command::new("sh")
                .args([
                    "-c",
                    "find . -type f -not -path './.git/*' -not -path './.cento/*' | sort | xargs cksum",
                ])
                .current_dir(test.directory.path())
                .output()
                .unwrap();
            (ran.code, ran.out, ran.err, String::from_utf8(files.stdout).unwrap())
        };
        assert_eq!(run(true), run(false), "{name}");
    }
}

#[test]
fn the_first_work_tree_gets_its_lines() {
    let test = Test::new(&[("fragments/rules/a.toml", RULES), ("profiles/p.toml", "use = [\"rules/a\"]\n")]);
    test.run(&["build"]).exits(0);
    test.git(&["init", "-q"]);
    test.run(&["build"]).exits(0).says(".gitattributes");
}

#[test]
fn findings_are_repeated_by_every_build() {
    let test = Test::new(&[
        ("fragments/rules/a.toml", RULES),
        ("profiles/p.toml", "use = [\"rules/a\"]\n"),
        ("fragments/rules/notes.yaml", "x: 1\n"),
    ]);
    for _ in 0..3 {
        test.run(&["build"]).exits(0).says("ignored-file");
    }
}

/// A record that came with a copy is not believed, even if all contents are those that it names.
#[test]
fn the_record_of_a_copy_is_not_used() {
    let test = built();
    mark(&test);
    let copy = tempfile::tempdir().unwrap();
    let copied = Command::new("cp").arg("-a").arg(test.directory.path()).arg(copy.path().join("w")).status();
    assert!(copied.unwrap().success());
    let ran = test.command(&["build"]).current_dir(copy.path().join("w")).output().unwrap();
    let ran = Ran::of(ran).exits(0);
    assert!(ran.out.starts_with("built 2 personas"), "{}", ran.out);
}
