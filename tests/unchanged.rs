//! A build after which nothing changed is taken from a record. It must not differ from one that looks at everything.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use std::time::Duration;

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

const CHANGES: [Change; 24] = [
    ("a fragment is edited", |test| test.write("fragments/rules/a.toml", "[must]\nx = \"log some calls\"\n")),
    ("a fragment gets a text of the same length at the same time", |test| {
        let path = test.directory.path().join("fragments/rules/a.toml");
        let modified = fs::metadata(&path).unwrap().modified().unwrap();
        test.write("fragments/rules/a.toml", RULES.replace("every", "EVERY"));
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
    ("a command was interrupted while it wrote outputs", |test| {
        test.write("personas/.cento-1-1.tmp", "half")
    }),
    ("a fragment is added in a new directory", |test| test.write("fragments/x/y/c.toml", RULES)),
    ("a directory without files is added", |test| {
        fs::create_dir(test.directory.path().join("fragments/empty")).unwrap();
    }),
    ("a fragment is replaced by a link", |test| {
        let path = |name: &str| test.directory.path().join(name);
        fs::rename(path("fragments/rules/a.toml"), path("a.toml")).unwrap();
        std::os::unix::fs::symlink("../../a.toml", path("fragments/rules/a.toml")).unwrap();
    }),
    ("a directory of fragments is renamed", |test| {
        let path = |name: &str| test.directory.path().join(name);
        fs::rename(path("fragments/voice"), path("fragments/tone")).unwrap();
    }),
];

/// Waits until stamps tell about all that was written so far, and builds, so that the record says so.
fn settled<'t>(tests: impl Iterator<Item = &'t Test>) {
    std::thread::sleep(Duration::from_millis(2_200));
    for test in tests {
        test.run(&["build"]).exits(0);
    }
}

/// Right after a build, files are read and directories listed; later, their stamps have to tell.
#[test]
fn a_build_with_a_record_does_what_one_without_does() {
    for is_later in [false, true] {
        let tests: Vec<[Test; 2]> = CHANGES.iter().map(|_| [built(), built()]).collect();
        if is_later {
            settled(tests.iter().flatten());
        }
        for ((name, change), [with, without]) in CHANGES.iter().zip(&tests) {
            let run = |test: &Test| {
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
            change(with);
            change(without);
            let _ = fs::remove_file(without.directory.path().join(RECORD));
            assert_eq!(run(with), run(without), "{name}, later: {is_later}");
        }
    }
}

#[test]
fn a_record_that_holds_is_not_written_again() {
    let test = built();
    settled(std::iter::once(&test));
    let record = test.read(RECORD);
    // A file beside the outputs is no reason to compose.
    test.write("personas/notes.md", "mine\n");
    mark(&test);
    let marked = test.read(RECORD);
    assert!(is_recorded(&test.run(&["build"]).exits(0)));
    assert_eq!(test.read(RECORD), marked);
    assert_ne!(record, marked);
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
    let mut said = BTreeSet::new();
    for _ in 0..3 {
        said.insert(test.run(&["build"]).exits(0).says("ignored-file").err);
    }
    settled(std::iter::once(&test));
    mark(&test);
    let ran = test.run(&["build"]);
    assert!(is_recorded(&ran));
    said.insert(ran.err);
    assert_eq!(said.len(), 1, "{said:#?}");
    // Findings are written for the terminal of the build that recorded them.
    let mut wider = test.command(&["build", "--color", "always"]);
    assert!(!is_recorded(&Ran::of(wider.output().unwrap())));
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
