//! A build that is divided between machines makes what one build makes.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use common::{Ran, Test};
use tempfile::TempDir;

/// Returns a workspace with personas, of which `changed` say whether it is in its second state: texts are changed, a persona
/// and a target are gone, and a persona is new.
fn workspace(is_changed: bool) -> Test {
    let test = Test::new(&[
        ("fragments/rules/a.toml", "[must]\nx = \"log every call\"\n"),
        ("fragments/voice/b.toml", "[items]\nshort = \"be brief\"\n"),
        ("profiles/base.toml", "abstract = true\nuse = [\"rules/a\"]\n"),
    ]);
    test.git(&["init", "-q"]);
    write(&test, false);
    test.run(&["build"]).exits(0);
    if is_changed {
        write(&test, true);
    }
    test
}

fn write(test: &Test, is_changed: bool) {
    for index in 0..12 {
        let path = format!("profiles/p{index}.toml");
        let uses = if index % 2 == 0 { "use = [\"voice/b\"]\n" } else { "" };
        let target = "[target.claude]\n[fields]\ndescription = \"Answers questions about logs.\"\n";
        let target = if index % 3 == 0 && !(is_changed && index == 3) { target } else { "" };
        let endings = if index % 4 == 1 { "[layout]\nline-ending = \"crlf\"\n" } else { "" };
        test.write(&path, format!("extends = [\"base\"]\n{uses}{endings}{target}"));
    }
    if is_changed {
        test.write("fragments/voice/b.toml", "[items]\nshort = \"be very brief\"\n");
        test.write("profiles/new.toml", "extends = [\"base\"]\n");
        fs::remove_file(test.directory.path().join("profiles/p5.toml")).unwrap();
        // An output that is gone from the disk too leaves the lock.
        fs::remove_file(test.directory.path().join("profiles/p7.toml")).unwrap();
        fs::remove_file(test.directory.path().join("personas/p7.md")).unwrap();
    }
}

/// Returns all files that are built, with the lock.
fn files(directory: &TempDir) -> String {
    let find = "find . -type f -not -path './.git/*' -not -path './.cento/*' | sort | xargs cksum";
    let files = Command::new("sh").args(["-c", find]).current_dir(directory.path()).output().unwrap();
    String::from_utf8(files.stdout).unwrap()
}

fn shards(of: usize) -> impl Iterator<Item = String> {
    (1..=of).map(move |number| format!("{number}/{of}"))
}

/// Joins the locks of shards in these directories.
fn join(test: &Test, shards: &[TempDir], more: &[&str]) -> Ran {
    let directories = shards.iter().map(|shard| shard.path().to_str().unwrap());
    test.run(&[&["build", "--join"], &directories.collect::<Vec<_>>()[..], more].concat())
}

/// Copies the files that differ from those in another directory.
fn copy_changed(from: &Path, before: &Path, to: &Path) {
    for place in ["personas", ".claude/agents"] {
        for entry in fs::read_dir(from.join(place)).into_iter().flatten() {
            let path = Path::new(place).join(entry.unwrap().file_name());
            let text = fs::read(from.join(&path)).unwrap();
            if fs::read(before.join(&path)).ok().as_ref() != Some(&text) {
                fs::create_dir_all(to.join(place)).unwrap();
                fs::write(to.join(&path), text).unwrap();
            }
        }
    }
}

#[test]
fn shards_make_what_one_build_makes() {
    for is_changed in [false, true] {
        let [before, whole] = [(); 2].map(|()| workspace(is_changed));
        whole.run(&["build"]).exits(0);
        for of in 1..=4 {
            let together = workspace(is_changed);
            for shard in shards(of) {
                together.run(&["build", "--shard", &shard]).exits(0);
            }
            let last = format!("shard = \"{of}/{of}\"\n");
            together.write("cento.lock", together.read("cento.lock").replace(&last, ""));
            assert_eq!(
                files(&together.directory),
                files(&whole.directory),
                "in one place, {of}, {is_changed}"
            );

            let apart: Vec<TempDir> = shards(of)
                .map(|shard| {
                    let copy = workspace(is_changed);
                    copy.run(&["build", "--shard", &shard]).exits(0);
                    copy.directory
                })
                .collect();
            let joined = workspace(is_changed);
            for part in &apart {
                copy_changed(part.path(), before.directory.path(), joined.directory.path());
            }
            join(&joined, &apart, &[]).exits(0).says("joined the locks of");
            assert_eq!(files(&joined.directory), files(&whole.directory), "apart, {of}, {is_changed}");
            joined.run(&["build", "--check"]).says("unchanged");
        }
    }
}

/// A new directory that is a work tree of git.
fn in_git() -> TempDir {
    let test = Test::new(&[]);
    test.git(&["init", "-q"]);
    test.directory
}

/// A release is built into new directories, which hold nothing else.
#[test]
fn shards_in_new_directories_are_put_together() {
    let test = workspace(false);
    let whole = in_git();
    test.run(&["build", "--out", whole.path().to_str().unwrap()]).exits(0);
    for of in 1..=4 {
        let joined = in_git();
        let parts: Vec<TempDir> = shards(of)
            .map(|shard| {
                let part = in_git();
                test.run(&["build", "--shard", &shard, "--out", part.path().to_str().unwrap()]).exits(0);
                copy_changed(part.path(), joined.path(), joined.path());
                part
            })
            .collect();
        join(&test, &parts, &["--out", joined.path().to_str().unwrap()]).exits(0);
        assert_eq!(files(&joined), files(&whole), "{of}");
    }
}

#[test]
fn a_shard_checks_its_own_outputs() {
    let test = workspace(true);
    let whole = test.run(&["build", "--check"]).exits(1);
    let named = |line: &&str| line.contains("error[");
    let all: BTreeSet<String> = whole.err.lines().filter(named).map(str::to_owned).collect();
    let mut of_shards = BTreeSet::new();
    for shard in shards(3) {
        let ran = test.run(&["build", "--check", "--shard", &shard]);
        of_shards.extend(ran.err.lines().filter(named).map(str::to_owned));
    }
    assert_eq!(of_shards, all);
}

/// Builds these shards, each in a workspace of its own.
fn built<const N: usize>(shards: [&str; N]) -> [TempDir; N] {
    shards.map(|shard| {
        let test = workspace(true);
        test.run(&["build", "--shard", shard]).exits(0);
        test.directory
    })
}

#[test]
fn only_the_locks_of_all_shards_are_joined() {
    let test = workspace(true);
    let before = test.read("cento.lock");
    let parts = built(["1/3", "2/3", "3/3"]);
    // A lock that was already replaced by that of one shard is not the one from which all were built.
    test.write("cento.lock", fs::read_to_string(parts[0].path().join("cento.lock")).unwrap());
    join(&test, &parts, &[]).exits(2).says("help: restore the lock from which");
    test.write("cento.lock", &before);
    fs::remove_file(parts[0].path().join("cento.lock")).unwrap();
    join(&test, &parts, &[]).exits(2).says("has no cento.lock");
    join(&test, &parts[1..], &[]).exits(2).says("not all shards were given: 1/3 missing");
    join(&test, &built(["1/2"]), &[]).exits(2).says("not all shards were given: 2/2 missing");
    join(&test, &built(["1/4", "2/4"]), &[]).exits(2).says("not all shards were given: 3/4, 4/4 missing");
    join(&test, &built(["1/99999999999"]), &[]).exits(2).says("11/99999999999 and more missing");
    join(&test, &built(["1/2", "2/3"]), &[]).exits(2).says("has shard 1/2, but");
    join(&test, &built(["2/2", "2/2"]), &[]).exits(2).says("shard 2/2 was given twice");
    join(&test, &[workspace(false).directory], &[]).exits(2).says("is not that of a shard");
    assert_eq!(test.read("cento.lock"), before);
}

/// Otherwise a shard that has nothing to write would look like one that is missing.
#[test]
fn a_shard_without_personas_writes_a_lock_too() {
    let test = Test::new(&[("fragments/rules/a.toml", "[must]\nx = \"log every call\"\n")]);
    let parts = [(); 3].map(|()| tempfile::tempdir().unwrap());
    for (shard, part) in shards(2).zip(&parts) {
        test.run(&["build", "--shard", &shard, "--out", part.path().to_str().unwrap()]).exits(0);
    }
    join(&test, &parts[1..], &[]).exits(2).says("has no cento.lock");
    join(&test, &parts[..2], &[]).exits(0).says("joined the locks of 2 shards: 0 outputs");
}

#[test]
fn a_build_of_everything_makes_the_lock_whole_again() {
    let test = workspace(false);
    let before = test.read("cento.lock");
    test.run(&["build", "--shard", "1/2"]).exits(0);
    assert!(test.read("cento.lock").contains("shard = \"1/2\""));
    test.run(&["build"]).exits(0);
    assert_eq!(test.read("cento.lock"), before);
}

/// Others are not cento's, and their order among those that are here matters.
#[test]
fn only_lines_of_cento_are_joined() {
    let test = workspace(false);
    let parts = [in_git(), in_git()];
    for (shard, part) in shards(2).zip(&parts) {
        let attributes = part.path().join(".gitattributes");
        fs::write(&attributes, "*.png binary\n/other -text\n").unwrap();
        test.run(&["build", "--shard", &shard, "--out", part.path().to_str().unwrap()]).exits(0);
    }
    let joined = in_git();
    let attributes = joined.path().join(".gitattributes");
    join(&test, &parts, &["--out", joined.path().to_str().unwrap()]).exits(0);
    let text = fs::read_to_string(attributes).unwrap();
    assert!(text.contains("/personas/*.md text eol=lf"), "{text}");
    assert!(!text.contains("png") && !text.contains("other"), "{text}");
}

#[cfg(unix)]
#[test]
fn a_link_for_lines_of_git_is_not_followed_or_replaced() {
    let test = workspace(false);
    let parts = [in_git(), in_git()];
    for (shard, part) in shards(2).zip(&parts) {
        test.run(&["build", "--shard", &shard, "--out", part.path().to_str().unwrap()]).exits(0);
    }
    let joined = in_git();
    let (link, target) = (joined.path().join(".gitattributes"), joined.path().join("own"));
    fs::write(&target, "*.png binary\n").unwrap();
    std::os::unix::fs::symlink("own", &link).unwrap();
    join(&test, &parts, &["--out", joined.path().to_str().unwrap()]).exits(0);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&target).unwrap(), "*.png binary\n");
}

/// Whether two shards write one file is not known before they are joined.
#[test]
fn an_output_that_two_shards_write_is_found_when_they_are_joined() {
    let test = Test::new(&[("fragments/rules/a.toml", "[must]\nx = \"log every call\"\n")]);
    for index in 0..6 {
        let target = "[target.prompt]\npath = \"one.md\"\n";
        test.write(&format!("profiles/p{index}.toml"), format!("use = [\"rules/a\"]\n{target}"));
    }
    // Those of one shard are reported by it.
    test.run(&["build", "--check", "--shard", "1/2"]).exits(1).says("path-collision");
    let parts: Vec<TempDir> = shards(6).map(|_| tempfile::tempdir().unwrap()).collect();
    for (shard, part) in shards(6).zip(&parts) {
        test.run(&["build", "--shard", &shard, "--out", part.path().to_str().unwrap()]);
    }
    assert!(parts.iter().filter(|part| part.path().join("one.md").exists()).count() > 1);
    join(&test, &parts, &[]).exits(2).says("both changed one.md");
}
