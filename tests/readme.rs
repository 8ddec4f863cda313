//! Runs the README and the tour, each in its own directories.
//!
//! - A block `console`: every line `$ ...` is run, with the lines of its heredoc, in one directory for the
//!   whole page, and must print what the block shows.
//! - A block `sh` below `<!-- run ... -->`: it is run as a whole, as if pasted in an empty directory, and
//!   must print the `text` block that follows it.
//!
//! `UPDATE=1 cargo test --test readme` writes the actual output into the pages instead.

use std::fs;
use std::path::Path;
use std::process::Command;

/// The results for one page.
struct Run {
    /// The page with the actual output.
    updated: String,
    /// Each command whose output differs from the page.
    wrong: String,
    commands: usize,
}

impl Run {
    fn compare(&mut self, typed: &str, shown: &str, printed: &str) {
        self.commands += 1;
        if printed != shown {
            self.wrong.push_str(&format!("$ {typed}\n--- shown\n{shown}--- printed\n{printed}\n"));
        }
    }
}

/// A command of a block and its output.
struct Step {
    typed: String,
    printed: String,
}

/// Splits the lines of a block into commands: `$ ` begins one, and a heredoc that it opens is part of it.
fn steps(block: &[&str]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut in_heredoc = false;
    for line in block {
        if in_heredoc {
            let step = steps.last_mut().expect("a command opened the heredoc");
            step.typed.push_str(&format!("\n{line}"));
            in_heredoc = *line != "END";
        } else if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step { typed: command.to_owned(), printed: String::new() });
            in_heredoc = command.contains("<<'END'");
        } else {
            let step = steps.last_mut().expect("a console block begins with a command");
            step.printed.push_str(&format!("{line}\n"));
        }
    }
    steps
}

/// Returns the output of a script, including errors, and whether its last command succeeded.
fn run(script: &str, directory: &Path) -> (String, bool) {
    let program = Path::new(env!("CARGO_BIN_EXE_cento"));
    let programs = program.parent().expect("the program lies in a directory");
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .arg("-c")
        .arg(format!("exec 2>&1\n{script}"))
        .current_dir(directory)
        .env("PATH", path)
        .env("COLUMNS", "100")
        .env_remove("CLICOLOR_FORCE")
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), "Reader")))
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_EMAIL"), "reader@example.org")))
        .output()
        .expect("sh runs");
    (String::from_utf8(output.stdout).expect("cento prints UTF-8"), output.status.success())
}

fn run_page(page: &str) -> Run {
    let home = tempfile::tempdir().expect("a temporary directory");
    let mut found = Run { updated: String::new(), wrong: String::new(), commands: 0 };
    let mut lines = page.lines();
    let mut pasted = false;
    // The output of the script above, until the block that shows it.
    let mut printed_above: Option<(String, String)> = None;
    while let Some(line) = lines.next() {
        found.updated.push_str(&format!("{line}\n"));
        pasted |= line.starts_with("<!-- run");
        let runs = line == "```console" || (line == "```sh" && pasted);
        let shows = line == "```text" && printed_above.is_some();
        if !runs && !shows {
            continue;
        }
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let text: String = block.iter().map(|line| format!("{line}\n")).collect();
        if let Some((script, printed)) = printed_above.take().filter(|_| shows) {
            found.compare(&script, &text, &printed);
            found.updated.push_str(&printed);
        } else if line == "```sh" {
            pasted = false;
            let directory = tempfile::tempdir().expect("a temporary directory");
            let (printed, fine) = run(&format!("set -e\n{text}"), directory.path());
            assert!(fine, "the script fails:\n{text}--- printed\n{printed}");
            found.updated.push_str(&text);
            printed_above = Some((text, printed));
        } else {
            for step in steps(&block) {
                let (printed, _) = run(&step.typed, home.path());
                found.compare(&step.typed, &step.printed, &printed);
                found.updated.push_str(&format!("$ {}\n{printed}", step.typed));
            }
        }
        found.updated.push_str("```\n");
    }
    assert!(printed_above.is_none(), "a script has no block that shows what it prints");
    found
}

#[test]
fn commands_in_the_readme_and_the_tour_print_the_shown_output() {
    for (name, least) in [("README.md", 2), ("docs/tour.md", 50)] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        let found = run_page(&fs::read_to_string(&path).expect("the page can be read"));
        assert!(found.commands >= least, "{name} shows only {} commands", found.commands);
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, found.updated).expect("the page is written");
        } else {
            assert!(
                found.wrong.is_empty(),
                "{name} shows something else than cento prints:\n{}",
                found.wrong
            );
        }
    }
}

#[test]
fn the_readme_is_short_and_its_links_have_targets() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).expect("the README can be read");
    assert!(readme.lines().count() <= 200, "the README has {} lines", readme.lines().count());
    let links = readme.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    for link in links {
        assert!(root.join(link).exists(), "the README links to {link}");
    }
}
