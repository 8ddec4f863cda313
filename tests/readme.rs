//! Runs the README: every line `$ ...` in a block marked `console` is run, in one directory for all
//! blocks, and must print what the block shows. `UPDATE=1 cargo test --test readme` writes what it
//! prints into the README instead.

use std::path::Path;
use std::process::Command;

/// A command of a block: what is typed, and what it prints.
struct Step {
    typed: Vec<String>,
    printed: String,
}

/// Splits the lines of a block into commands: `$ ` begins one, `> ` goes on with it.
fn steps(block: &[&str]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in block {
        if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step { typed: vec![command.to_owned()], printed: String::new() });
            continue;
        }
        let step = steps.last_mut().expect("a console block begins with a command");
        match line.strip_prefix("> ").or(if *line == ">" { Some("") } else { None }) {
            Some(more) if step.printed.is_empty() => step.typed.push(more.to_owned()),
            _ => step.printed.push_str(&format!("{line}\n")),
        }
    }
    steps
}

fn run(step: &Step, directory: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_cento"));
    let programs = program.parent().expect("the program lies in a directory");
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .arg("-c")
        .arg(format!("exec 2>&1\n{}", step.typed.join("\n")))
        .current_dir(directory)
        .env("PATH", path)
        .env("COLUMNS", "100")
        .env_remove("CLICOLOR_FORCE")
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), "Reader")))
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_EMAIL"), "reader@example.org")))
        .output()
        .expect("sh runs");
    String::from_utf8(output.stdout).expect("cento prints UTF-8")
}

#[test]
fn every_console_block_of_the_readme_prints_what_it_shows() {
    let readme = include_str!("../README.md");
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut updated = String::new();
    let mut wrong = String::new();
    let mut count = 0;
    let mut lines = readme.lines();
    while let Some(line) = lines.next() {
        updated.push_str(&format!("{line}\n"));
        if line != "```console" {
            continue;
        }
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        for step in steps(&block) {
            count += 1;
            let printed = run(&step, directory.path());
            if printed != step.printed {
                wrong.push_str(&format!(
                    "$ {}\n--- shown\n{}--- printed\n{printed}\n",
                    step.typed[0], step.printed
                ));
            }
            updated.push_str(&format!("$ {}\n", step.typed.join("\n> ").replace("> \n", ">\n")));
            updated.push_str(&printed);
        }
        updated.push_str("```\n");
    }
    assert!(count > 10, "the README shows only {count} commands");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"), updated)
            .expect("the README is written");
    } else {
        assert!(wrong.is_empty(), "the README shows something else than cento prints:\n{wrong}");
    }
}
