//! Ctrl-C at a prompt, on a terminal.
#![cfg(unix)]

mod common;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use common::Test;
use rustix::fs::{Mode, OFlags, open};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// Runs a command on a terminal and types keys as soon as it asks `question`. Returns its output and exit
/// code.
fn typed_at(mut command: Command, question: &str, keys: &str) -> (String, Option<i32>) {
    let main = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&main).unwrap();
    unlockpt(&main).unwrap();
    let name = ptsname(&main, Vec::new()).unwrap();
    let other = File::from(open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap());
    let stream = || Stdio::from(other.try_clone().unwrap());
    let mut child = command.stdin(stream()).stdout(stream()).stderr(stream()).spawn().unwrap();
    // Reading ends when the other side is closed.
    drop((command, other));
    let mut main = File::from(main);
    let (mut printed, mut part) = (Vec::new(), [0; 1 << 16]);
    let (is_asked, is_done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    // Keys typed before the terminal is in raw mode are lost, so they are typed again.
    std::thread::spawn({
        let (mut keyboard, keys) = (main.try_clone().unwrap(), keys.to_owned());
        let (is_asked, is_done) = (Arc::clone(&is_asked), Arc::clone(&is_done));
        let pid = Pid::from_raw(child.id() as i32).unwrap();
        move || {
            for _ in 0..200 {
                std::thread::sleep(Duration::from_millis(100));
                if is_done.load(Ordering::SeqCst) {
                    return;
                }
                if is_asked.load(Ordering::SeqCst) {
                    let _ = keyboard.write_all(keys.as_bytes());
                }
            }
            let _ = kill_process(pid, Signal::KILL);
        }
    });
    while let Ok(length @ 1..) = main.read(&mut part) {
        printed.extend_from_slice(&part[..length]);
        is_asked.store(String::from_utf8_lossy(&printed).contains(question), Ordering::SeqCst);
    }
    is_done.store(true, Ordering::SeqCst);
    let code = child.wait().unwrap().code();
    (String::from_utf8_lossy(&printed).into_owned(), code)
}

/// All files below a directory.
fn files(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| match path.is_dir() {
        true => files(&path),
        false => BTreeMap::from([(path.clone(), std::fs::read(path).unwrap())]),
    });
    files.collect()
}

/// Interrupts a command at its question and checks that no file changed.
fn interrupted(test: &Test, arguments: &[&str], question: &str) {
    let before = files(test.directory.path());
    let (printed, code) = typed_at(test.command(arguments), question, "\u{3}");
    assert!(printed.contains(question), "{printed}");
    assert_eq!(code, Some(130), "{printed}");
    let (hidden, shown) = (printed.rfind("\u{1b}[?25l"), printed.rfind("\u{1b}[?25h"));
    assert!(hidden.is_some() && hidden < shown, "{printed:?}");
    assert_eq!(files(test.directory.path()), before);
}

#[test]
fn absorb_can_be_interrupted_at_its_questions() {
    let test = Test::named("absorb-asks");
    test.run(&["build"]).exits(0);
    let text = test.read("personas/ada.md");
    test.write("personas/ada.md", text.replace("guess", "guess wildly").replace("plain", "short"));
    interrupted(&test, &["absorb"], "personas/ada.md:7 (ada): where should this edit go?");
}

#[test]
fn resolve_can_be_interrupted() {
    let test = Test::new(&[
        ("fragments/identity/a.toml", "[fields]\nrole = \"one\"\n"),
        ("fragments/identity/b.toml", "[fields]\nrole = \"two\"\n"),
        ("profiles/ada.toml", "use = [\"identity/a\", \"identity/b\"]\n"),
    ]);
    interrupted(&test, &["resolve", "ada"], "fields.role in ada: which side wins?");
}
