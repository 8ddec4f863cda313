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

/// Builds. Returns the exit code, what is said, and the sums of all files but cento's own.
fn build(test: &Test) -> (i32, String, String, String) {
    let ran = test.run(&["build"]);
    let files = Command::new("sh")
        .args(["-c", "find . -type f -not -path './.git/*' -not -path './.cento/*' | sort | xargs cksum"])
        .current_dir(test.directory.path())
        .output()
        .unwrap();
    (ran.code, ran.out, ran.err, String::from_utf8(files.stdout).unwrap())
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
            change(with);
            change(without);
            let _ = fs::remove_file(without.directory.path().join(RECORD));
            assert_eq!(build(with), build(without), "{name}, later: {is_later}");
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

/// Other texts of sources, by path. Most concern one persona or two, some also a persona that does not reach the file.
const EDITS: [(&str, &str); 35] = [
    ("fragments/rules/log.toml", "[must]\nlog = \"log some calls\"\n"),
    ("fragments/rules/log.toml", "[must]\nother = \"log some calls\"\n"),
    ("fragments/rules/log.toml", "[must]\nlog = 1\n"),
    ("fragments/rules/log.toml", "tags = [\"web\"]\n[must]\nlog = \"log every call\"\n"),
    ("fragments/rules/web.toml", "requires = [\"rules/data\"]\n[must]\nescape = \"escape texts\"\n"),
    ("fragments/rules/web.toml", "requires = [\"rules/none\"]\n[must]\nescape = \"escape texts\"\n"),
    ("fragments/rules/web.toml", "excludes = [\"rules/log\"]\n[must]\nescape = \"escape texts\"\n"),
    ("fragments/rules/web.toml", "[never]\nlog = \"log every call\"\n"),
    ("fragments/rules/web.toml", "[must]\nescape = \"escape every text\"\n"),
    ("fragments/rules/web.toml", ""),
    ("fragments/rules/data.toml", "excludes = [\"voice/short\"]\n[never]\ndrop = \"drop a table\"\n"),
    ("fragments/rules/data.toml", "[never]\ndrop = { text = \"drop a table\", level = \"locked\" }\n"),
    ("fragments/voice/long.toml", "[items]\nlong = \"explain all\"\n"),
    ("fragments/voice/long.toml", "[must]\nlong = { text = \"explain all\", level = \"locked\" }\n"),
    ("fragments/voice/name.toml", "template = true\n[items]\nname = \"be {{ alias }}\"\n"),
    ("fragments/voice/name.toml", "template = true\n[items]\nname = \"be {{ title }}\"\n"),
    ("fragments/garden/plants.toml", "[items]\nplants = \"water no plants\"\n"),
    ("fragments/garden/plants.toml", "kind = \"voice\"\n[items]\nplants = \"water the plants\"\n"),
    ("fragments/rules/unused.toml", "[must]\nunused = \"name it\"\n"),
    ("fragments/rules/unused.toml", "[must\n"),
    ("profiles/base.toml", "abstract = true\nuse = [\"voice/short\"]\n"),
    ("profiles/base.toml", "use = [\"voice/short\", \"voice/long\"]\n"),
    ("profiles/web.toml", "extends = [\"base\"]\nuse = [\"rules/log\"]\ntags = [\"web\"]\n"),
    ("profiles/web.toml", "extends = [\"base\"]\nuse = [\"rules/log\", \"rules/web\"]\n"),
    ("profiles/named.toml", "use = [\"voice/name\"]\n[fields]\nalias = \"Bob\"\n"),
    ("profiles/named.toml", "use = [\"voice/name\"]\n"),
    ("profiles/named.toml", "abstract = true\nuse = [\"voice/name\"]\n[fields]\nalias = \"Ada\"\n"),
    ("profiles/ordered.toml", "use = [\"voice/short\"]\n[sections]\ngarden = \"Plants\"\nnone = \"None\"\n"),
    ("profiles/gardener.toml", "use = [\"garden/plants\", \"rules/unused\"]\n"),
    ("profiles/gardener.toml", "use = [\"voice/short\"]\n"),
    ("profiles/plain.toml", "use = [\"voice/short\"]\n[target.prompt]\npath = \"personas/web.md\"\n"),
    ("profiles/plain.toml", "use = [\"voice/short\"]\n[target.prompt]\npath = \"personas/web.md/x\"\n"),
    ("profiles/plain.toml", "use = [\"voice/short\"]\n[layout]\nline-ending = \"crlf\"\n"),
    (
        "profiles/plain.toml",
        "use = [\"voice/short\"]\n[target.claude]\n[fields]\nname = \"data\"\ndescription = \"Is plain.\"\n",
    ),
    (
        "profiles/plain.toml",
        "use = [\"voice/short\"]\n[fields]\ndescription = \"Answers questions about plain things.\"\n",
    ),
];

/// Returns the workspace of edits, which was built in a work tree of git.
fn built_for_edits() -> Test {
    let test = Test::named("edited-between-builds");
    test.git(&["init", "-q"]);
    let ran = test.run(&["build"]).exits(0);
    assert_eq!(ran.err, "");
    test
}

#[test]
fn a_build_of_edited_sources_does_what_one_without_a_record_does() {
    let [with, without] = [built_for_edits(), built_for_edits()];
    settled([&with, &without].into_iter());
    let originals: Vec<String> = EDITS.iter().map(|(path, _)| with.read(path)).collect();
    let apply = |numbers: &[usize], is_edit: bool| {
        for test in [&with, &without] {
            for number in numbers {
                let (path, text) = EDITS[*number];
                test.write(path, if is_edit { text } else { &originals[*number] });
            }
        }
        let _ = fs::remove_file(without.directory.path().join(RECORD));
        assert_eq!(build(&with), build(&without), "{:?} {is_edit}", numbers.iter().map(|one| EDITS[*one]));
    };
    // Each edit alone, and then with others that follow in steps of numbers without a common factor.
    let together =
        (0..EDITS.len()).map(|one| vec![one, (one * 11 + 7) % EDITS.len(), (one * 16 + 3) % EDITS.len()]);
    for numbers in (0..EDITS.len()).map(|one| vec![one]).chain(together) {
        apply(&numbers, true);
        apply(&numbers, false);
    }
}

/// Lets a record say that a file is as it is now.
fn forge(test: &Test, path: &str) {
    use std::os::unix::fs::MetadataExt;
    let (folder, name) = path.rsplit_once('/').unwrap();
    let stat = fs::metadata(test.path(path)).unwrap();
    let time = |seconds: i64, nanoseconds: i64| seconds * 1_000_000_000 + nanoseconds;
    let mut record: serde_json::Value = serde_json::from_str(&test.read(RECORD)).unwrap();
    let folders = record["sources"].as_array_mut().unwrap();
    let folder = folders.iter_mut().find(|one| one["path"] == folder).unwrap();
    let file = folder["files"].as_array_mut().unwrap().iter_mut().find(|file| file[0] == name).unwrap();
    file[1] = serde_json::json!({
        "device": stat.dev(),
        "inode": stat.ino(),
        "size": stat.size(),
        "modified": time(stat.mtime(), stat.mtime_nsec()),
        "changed": time(stat.ctime(), stat.ctime_nsec()),
    });
    file[2] = blake3::hash(test.read(path).as_bytes()).to_hex().as_str().into();
    test.write(RECORD, record.to_string());
}

#[test]
fn a_build_of_an_edited_source_reads_what_reaches_it() {
    let test = built_for_edits();
    // A build that read this would refuse it.
    test.write("fragments/garden/plants.toml", "[items\n");
    forge(&test, "fragments/garden/plants.toml");
    test.write("fragments/voice/name.toml", "template = true\n[items]\nname = \"be {{ alias }}\"\n");
    let ran = test.run(&["build"]).exits(0).says("2 written, 5 unchanged");
    assert_eq!(ran.err, "");
    assert!(test.read("personas/named.md").contains("be Ada"));
    assert!(test.read("AGENTS.md").contains("be Ada"));
    // The next build has nothing to do, as its record says.
    mark(&test);
    assert!(is_recorded(&test.run(&["build"]).exits(0)));
    test.run(&["check", "gardener"]).exits(1);
}

#[test]
fn a_record_of_personas_that_does_not_belong_to_the_build_is_not_used() {
    let test = built_for_edits();
    let personas = ".cento/last-build-personas.json";
    let nobody = test.read(personas).replace("\"named\"", "\"nobody\"");
    test.write(personas, nobody);
    test.write("fragments/voice/name.toml", "template = true\n[items]\nname = \"be {{ alias }}\"\n");
    test.run(&["build"]).exits(0).says("2 written, 5 unchanged");
}
