//! Every command on a terminal, with a workspace full of control sequences.
#![cfg(unix)]

mod common;

use std::fs::File;
use std::io::Read;
use std::process::{Command, Stdio};

use common::Test;
use common::case::Case;
use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// A hostile text: it sets the window title, changes the text direction, and clears the screen in two ways.
const RAW: &str = "\u{1b}]0;OWNED\u{7}\u{202e}\u{9b}2J\u{2066}\u{1b}[2J";
/// The same in TOML.
const ESCAPED: &str = r"\u001b]0;OWNED\u0007\u202e\u009b2J\u2066\u001b[2J";

/// Returns both output streams of a command on a terminal.
fn on_a_terminal(command: &mut Command) -> String {
    let main = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&main).unwrap();
    unlockpt(&main).unwrap();
    let name = ptsname(&main, Vec::new()).unwrap();
    let other = File::from(open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap());
    let (out, err) = (Stdio::from(other.try_clone().unwrap()), Stdio::from(other.try_clone().unwrap()));
    let mut child = command.stdin(Stdio::null()).stdout(out).stderr(err).spawn().unwrap();
    // Reading ends when the other side is closed.
    *command = Command::new("true");
    drop(other);
    let mut printed = Vec::new();
    let mut main = File::from(main);
    let mut part = [0; 1 << 16];
    while let Ok(length @ 1..) = main.read(&mut part) {
        printed.extend_from_slice(&part[..length]);
    }
    child.wait().unwrap();
    String::from_utf8(printed).expect("cento prints UTF-8")
}

/// Returns the first control sequence in the output, other than line breaks and colors.
fn acted_upon(printed: &str) -> Option<String> {
    let mut rest = printed;
    loop {
        let at = rest.find(|character: char| {
            (character.is_control() && !matches!(character, '\n' | '\t'))
                || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        })?;
        let (before, from) = rest.split_at(at);
        let colour = from
            .strip_prefix("\u{1b}[")
            .map(|from| from.trim_start_matches(|digit: char| digit.is_ascii_digit() || digit == ';'));
        let harmless = colour.and_then(|from| from.strip_prefix('m')).or_else(|| from.strip_prefix("\r\n"));
        match harmless {
            Some(after) => rest = after,
            None => {
                let before: String =
                    before.chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect();
                let after: String = from.chars().take(20).collect();
                return Some(format!("{before}{after}"));
            }
        }
    }
}

fn hostile() -> Test {
    let test = Test::new(&[]);
    let hostile = |text: &str| text.replace("EVIL", ESCAPED).replace("RAW", RAW);
    let write = |path: &str, text: &str| test.write(&hostile(path), hostile(text));
    for (path, text) in Case::named("hostile").files {
        write(&path, &text);
    }
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.current_dir(test.directory.path()).args(["-c", "user.name=a", "-c", "user.email=a@example.org"]);
        assert!(git.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success());
    };
    git(&["init", "--quiet"]);
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "-m", "all"]);
    write("fragments/rules/b.toml", "[fields]\nrole = \"drei EVIL\"\n[never]\nsame = \"other EVIL b\"\n");
    write("profiles/new.toml", "name = \"N EVIL\"\nuse = [\"rules/b\"]\n");
    test
}

#[test]
fn every_command_escapes_text_for_the_terminal() {
    let test = hostile();
    let typed = format!("z{RAW}");
    let typed = typed.as_str();
    let mut commands: Vec<Vec<&str>> = [
        "check", "check p", "list", "list fragments", "list profiles", "list rules", "list kinds", "show p",
        "show q", "show bad", "show t", "show p --target claude", "build --dry-run", "build --check",
        "build --origins", "build", "explain p rules.r", "explain p rules.same", "explain p tools.allow",
        "explain p rules.g", "explain p tags", "resolve p", "import docs --dry-run", "rules",
        "rules --matrix", "rules --drift", "rules --format csv", "similar", "similar docs",
        "factor --dry-run", "absorb --dry-run", "report --force",
    ]
    .iter()
    .map(|line| line.split(' ').collect())
    .collect();
    for format in ["human", "json", "markdown", "html"] {
        for line in [
            "diff p", "diff p q", "diff --since HEAD", "blame p", "blame q", "explain p fields.role",
            "factor", "rules", "similar", "absorb --dry-run",
        ] {
            commands.push(line.split(' ').chain(["--format", format]).collect());
        }
    }
    commands.extend(["json", "sarif", "github", "junit"].map(|format| vec!["check", "--format", format]));
    commands.push(vec!["import", "docs", "--dry-run", "--format", "json"]);
    for line in [
        "check T",
        "show T",
        "show p --target T",
        "explain T",
        "explain p T",
        "build T",
        "diff T q",
        "diff p --without T",
        "diff --since T",
        "blame T",
        "import T",
        "import docs --into T --dry-run",
        "factor T",
        "absorb T",
        "resolve p T",
        "similar T",
        "--workspace T list",
        "resolve p rules.same --set T --reason T --dry-run",
        "rules --tag T",
        "rules --rule T",
        "T",
        "check --format T",
        "init T",
    ] {
        commands.push(line.split(' ').map(|word| if word == "T" { typed } else { word }).collect());
    }
    let mut wrong = String::new();
    for arguments in &commands {
        let mut command = test.command(arguments);
        command.env("PAGER", "cat").env("TERM", "xterm").env_remove("NO_COLOR");
        let printed = on_a_terminal(&mut command);
        assert!(!printed.is_empty(), "{arguments:?}");
        assert!(!printed.contains("panicked"), "{arguments:?}: {printed}");
        if let Some(found) = acted_upon(&printed) {
            wrong.push_str(&format!("{arguments:?}: {found:?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn control_sequences_are_detected() {
    assert_eq!(acted_upon("\u{1b}[1;31mred\u{1b}[0m\r\nplain\n"), None);
    for bad in ["\u{1b}[2J", "\u{1b}]0;x\u{7}", "\u{9b}2J", "\u{202e}", "\r", "\u{8}"] {
        assert!(acted_upon(&format!("a{bad}b")).is_some(), "{bad:?}");
    }
}
