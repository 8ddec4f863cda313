//! Write errors and concurrent writes: what is left on disk.

use std::fs;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};

use super::writing::{Ground, apply};
use crate::workspace::exclusive::{ExclusiveError, exclusive};
use crate::workspace::files::fault::inject;
use crate::workspace::files::{Depth, Durability, Seen, WriteError};
use crate::workspace::outputs::{Action, Options};
use crate::workspace::rewrite::{RewriteError, Texts, rewrite};

/// More steps than any write has.
pub(super) const ALL: usize = 10_000;

fn texts(files: &[(&str, &str)]) -> Texts {
    files.iter().map(|(path, text)| (Utf8PathBuf::from(*path), (*text).to_owned())).collect()
}

/// A rewrite with every kind of step: two rules move from two fragments, one of which is deleted, to a new
/// one.
fn moved() -> (Texts, Texts) {
    let before = [
        ("fragments/rules/a.toml", "blind\nalone\n"),
        ("fragments/rules/b.toml", "blind\n"),
        ("profiles/p.toml", "use a\n"),
        ("profiles/q.toml", "use b\n"),
    ];
    let after = [
        ("fragments/rules/a.toml", "alone\n"),
        ("fragments/shared/new.toml", "blind\n"),
        ("profiles/p.toml", "use a new\n"),
        ("profiles/q.toml", "use new\n"),
    ];
    (texts(&before), texts(&after))
}

fn found(ground: &Ground, before: &Texts, after: &Texts) -> Texts {
    let paths = before.keys().chain(after.keys());
    let read =
        |path: &Utf8PathBuf| Some((path.clone(), fs::read_to_string(ground.path(path.as_str())).ok()?));
    paths.filter_map(read).collect()
}

/// Returns whether each rule is still in a fragment, and each fragment that a profile uses exists.
fn is_whole(files: &Texts) -> bool {
    let holds = |directory: &str, word: &str| {
        files
            .iter()
            .any(|(path, text)| path.starts_with(directory) && text.split_whitespace().any(|w| w == word))
    };
    let uses = files.iter().filter(|(path, _)| path.starts_with("profiles"));
    let mut used = uses.flat_map(|(_, text)| text.split_whitespace().skip(1));
    let is_there = |name: &str| files.keys().any(|path| path.file_stem() == Some(name));
    holds("fragments", "blind") && holds("fragments", "alone") && used.all(is_there)
}

fn no_temporary_file(ground: &Ground) {
    assert_eq!(ground.root.sweep("".into(), Depth::Any), Vec::<Utf8PathBuf>::new());
}

#[test]
fn a_failed_rewrite_loses_nothing_and_reports_the_state_of_each_file() {
    let (before, after) = moved();
    let mut half_way = 0;
    for lasting in [false, true] {
        for step in 0.. {
            let ground = Ground::new();
            before.iter().for_each(|(path, text)| ground.put(path.as_str(), text));
            let failing = step..if lasting { ALL } else { step + 1 };
            let (result, failed) =
                inject(failing, || rewrite(&ground.root, &before, &after, "profiles", Durability::Synced));
            let now = found(&ground, &before, &after);
            assert!(is_whole(&now), "step {step}, {failed:?}: {now:?}");
            no_temporary_file(&ground);
            let Err(error) = result else {
                assert_eq!(now, after, "step {step}, {failed:?}");
                break;
            };
            let message = error.to_string();
            match error {
                RewriteError::HalfWay(_) if message.contains("everything was put back") => {
                    assert_eq!(now, before)
                }
                RewriteError::HalfWay(_) => {
                    half_way += 1;
                    for path in now.keys().chain(before.keys()) {
                        let is_before = now.get(path) == before.get(path);
                        let told = |what: &str| message.contains(&format!("note: {path} {what}"));
                        let is_told = match after.get(path) {
                            _ if before.get(path) == after.get(path) => true,
                            _ if is_before => told("is as it was"),
                            None => told("was removed"),
                            Some(_) if before.contains_key(path) => told("has the new text"),
                            Some(_) => told("is new"),
                        };
                        assert!(is_told, "step {step}, {failed:?}, {path}: {message}");
                    }
                }
                _ => {
                    assert_eq!(now, before, "step {step}, {failed:?}: {message}");
                    assert!(message.contains("nothing was"), "{message}");
                }
            }
        }
    }
    assert!(half_way > 0, "no fault kept a step from being undone");
}

#[test]
fn a_file_saved_meanwhile_is_not_overwritten() {
    let ground = Ground::new();
    ground.put("a.toml", "read\n");
    let seen = ground.root.seen("a.toml".into()).unwrap();
    ground.put("a.toml", "an hour of work\n");
    let changed = |result: Result<(), WriteError>| matches!(result, Err(WriteError::Changed(_)));
    assert!(changed(ground.root.write("a.toml".into(), b"new\n", seen, Durability::Synced)));
    assert!(changed(ground.root.write_source("a.toml".into(), b"new\n", seen, Durability::Synced)));
    assert!(changed(ground.root.remove("a.toml".into(), seen, Durability::Synced)));
    assert!(changed(ground.root.write("a.toml".into(), b"new\n", Seen::Nothing, Durability::Synced)));
    assert_eq!(ground.text("a.toml"), "an hour of work\n");
    fs::remove_file(ground.path("a.toml")).unwrap();
    assert!(changed(ground.root.write("a.toml".into(), b"new\n", seen, Durability::Synced)));
    no_temporary_file(&ground);
}

#[test]
fn a_failed_build_leaves_nothing_that_looks_like_an_edit() {
    let old = [("a/ada.md", "1\n"), ("b/bob.md", "1\n"), ("c/cy.md", "1\n")];
    let new = [("a/ada.md", "2\n"), ("b/bob.md", "2\n"), ("d/dot.md", "2\n")];
    let prune = Options { force: false, prune: true, shard: None };
    for lasting in [false, true] {
        for step in 0.. {
            let ground = Ground::new();
            ground.build(&old, Options::default());
            let plan = ground.plan(&new);
            let failing = step..if lasting { ALL } else { step + 1 };
            let (_, failed) = inject(failing, || apply(&ground.root, &plan, prune));
            no_temporary_file(&ground);
            let report = ground.build(&new, prune);
            let refused: Vec<_> = report.done.iter().filter(|done| done.action == Action::Refuse).collect();
            assert!(refused.is_empty(), "step {step}, {failed:?}: {refused:?}");
            for (path, text) in new {
                assert_eq!(ground.text(path), text, "step {step}, {failed:?}");
            }
            if failed.is_empty() {
                break;
            }
        }
    }
}

#[test]
fn unlocked_temporary_files_are_removed() {
    let ground = Ground::new();
    for path in [
        "personas/.cento-12-3.tmp",
        "personas/deep/.cento-12-3.tmp",
        "personas/.cento-x.tmp",
        "personas/a.tmp",
    ] {
        ground.put(path, "half");
    }
    ground.put("personas/.cento-12-4.tmp", "in use");
    let held = fs::File::open(ground.path("personas/.cento-12-4.tmp")).unwrap();
    held.lock().unwrap();
    std::os::unix::fs::symlink(ground.outside("secret.toml"), ground.path("personas/.cento-1-1.tmp"))
        .unwrap();
    std::os::unix::fs::symlink(ground.outside(""), ground.path("link")).unwrap();
    fs::write(ground.outside(".cento-1-1.tmp"), "theirs").unwrap();
    let sweep = |path: &str, depth| ground.root.sweep(Utf8Path::new(path), depth);
    assert_eq!(sweep("personas", Depth::One), ["personas/.cento-12-3.tmp"]);
    assert_eq!(sweep(".", Depth::Any), ["personas/deep/.cento-12-3.tmp"]);
    assert!(sweep("link", Depth::Any).is_empty() && sweep("../outside", Depth::Any).is_empty());
    drop(held);
    assert_eq!(sweep("personas", Depth::One), ["personas/.cento-12-4.tmp"]);
    assert_eq!(fs::read_dir(ground.path("personas")).unwrap().count(), 4);
    assert!(ground.outside(".cento-1-1.tmp").exists());
}

#[test]
fn a_second_writer_waits_says_so_and_gives_up() {
    let ground = Ground::new();
    let at_once = |told: &mut usize| exclusive(&ground.root, Duration::ZERO, |_| *told += 1);
    let mut told = 0;
    let held = at_once(&mut told).unwrap();
    assert_eq!(told, 0);
    let error = at_once(&mut told).unwrap_err();
    assert!(matches!(error, ExclusiveError::Busy { .. }) && told == 1);
    assert!(error.to_string().contains(".cento/lock"), "{error}");
    // Git ignores the lock and everything else in the directory.
    assert!(ground.text(".cento/.gitignore").ends_with("\n*\n"));
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| exclusive(&ground.root, Duration::from_secs(60), |_| ()).map(drop));
        drop(held);
        assert!(waiting.join().unwrap().is_ok());
    });
    // Deleting the directory does not let a second writer in.
    let first = at_once(&mut told).unwrap();
    fs::remove_dir_all(ground.path(".cento")).unwrap();
    let second = at_once(&mut told).unwrap();
    assert!(at_once(&mut told).is_err());
    drop((first, second));
}

#[test]
fn a_lock_that_is_not_a_file_is_refused() {
    let ground = Ground::new();
    let fails = || exclusive(&ground.root, Duration::ZERO, |_| ()).unwrap_err().to_string();
    ground.put(".cento", "a file");
    assert_eq!(fails(), "cannot lock .cento/lock: `.cento` in its path is a file");
    fs::remove_file(ground.path(".cento")).unwrap();
    std::os::unix::fs::symlink(ground.outside(""), ground.path(".cento")).unwrap();
    assert_eq!(fails(), "cannot lock .cento/lock: `.cento` in its path is a symbolic link");
    fs::remove_file(ground.path(".cento")).unwrap();
    fs::create_dir_all(ground.path(".cento/lock")).unwrap();
    assert_eq!(fails(), "cannot lock .cento/lock: it is a directory");
    assert_eq!(fs::read_dir(ground.outside("")).unwrap().count(), 1);
}

#[test]
fn an_output_saved_between_plan_and_rename_is_left_alone() {
    let ground = Ground::new();
    let old = [("a/ada.md", "1\n"), ("b/bob.md", "1\n"), ("c/cy.md", "1\n")];
    ground.build(&old, Options::default());
    let before = ground.lock();
    let all = Options { force: true, prune: true, shard: None };
    let plan = ground.plan(&[("a/ada.md", "2\n"), ("b/bob.md", "2\n"), ("n/new.md", "2\n")]);
    for path in ["a/ada.md", "c/cy.md", "n/new.md"] {
        ground.put(path, "saved\n");
    }
    let report = apply(&ground.root, &plan, all).unwrap();
    let done: Vec<_> = report.done.iter().map(|done| done.action).collect();
    assert_eq!(done, [Action::Refuse, Action::Write, Action::Refuse, Action::Refuse]);
    for path in ["a/ada.md", "c/cy.md", "n/new.md"] {
        assert_eq!(ground.text(path), "saved\n", "{path}");
    }
    // The lock is unchanged for them.
    let path = Utf8Path::new("a/ada.md");
    assert_eq!(ground.lock().entries[path], before.entries[path]);
    assert!(!ground.lock().entries.contains_key(Utf8Path::new("n/new.md")));
}
