//! Import: for every document, the profile reproduces its bytes.
//!
//! `tests/import/` has documents, each next to the files that it becomes. `UPDATE=1 cargo test --lib import`
//! writes these; read the diff. They do not use the format of `common/case.rs`, because the exact bytes of a
//! document are the subject, so each document is a file. Below are documents that editors and diffs would
//! change, and properties of documents made from realistic parts.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::author::import::{Imported, Input, Setting, import, wanted_ids};
use crate::check::{Checker, Depth};
use crate::compose::Composer;
use crate::model::{Diagnostic, Sources};
use crate::render::render;
use crate::workspace::load_texts;
use camino::Utf8PathBuf;
use proptest::prelude::*;

/// Imports a text at a path outside any workspace.
fn imported(path: &str, text: &str) -> Imported {
    imported_into(path, None, text, None)
}

pub(super) fn imported_into(path: &str, inside: Option<&str>, text: &str, config: Option<&str>) -> Imported {
    let input = Input {
        path: path.into(),
        inside: inside.map(Utf8PathBuf::from),
        text: text.to_owned(),
        given: None,
    };
    let mut sources = Sources::default();
    let file = sources.add(path.into(), text.replace("\r\n", "\n"));
    let setting = Setting::new(config.map(str::to_owned));
    let id = &wanted_ids(&[&input])[0];
    import(&input, id, &setting, file).unwrap_or_else(|finding| panic!("{}\n{text:?}", finding.message))
}

/// Composes the files of an import. Returns the output and the findings.
pub(super) fn shown(files: &[(Utf8PathBuf, String)], id: &str) -> (String, Vec<Diagnostic>) {
    let texts: BTreeMap<_, _> = files.iter().cloned().collect();
    let (library, mut findings) = load_texts(&texts);
    let index = library.profiles.id_of(id).expect("the profile is there");
    let checked = Checker::new(&library, &[]).check(index, Depth::Sound).expect("the profile is whole");
    let composition = checked.composition;
    let text = render(&composition, &composition.persona.targets[0]).into_text();
    findings.extend(composition.findings.iter().cloned());
    (text, findings)
}

/// Imports a text and checks that it is reproduced.
fn exact(text: &str) -> Imported {
    let imported = imported("notes/some-agent.md", text);
    let (shown, findings) = shown(&imported.files, &imported.profile);
    assert_eq!(shown, text);
    // Only a document with invalid front matter or duplicate keys may contradict itself.
    let has = |code: &str| findings.iter().any(|finding| finding.code.name == code);
    // A document of front matter and headings alone has no content.
    let is_wrong = |finding: &Diagnostic| {
        let is_excused = match finding.code.name {
            "front-matter-mismatch" => has("front-matter"),
            "empty-persona" => true,
            _ => false,
        };
        finding.breaks_file() && !is_excused
    };
    assert!(!findings.iter().any(is_wrong), "{findings:?}");
    imported
}

fn all_files(imported: &Imported) -> String {
    imported.files.iter().map(|(path, text)| format!("# {path}\n{text}\n")).collect()
}

#[test]
fn documents_become_the_files_next_to_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import");
    let mut entries: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries.iter().filter(|path| path.extension().is_some_and(|ending| ending != "toml")) {
        let text = fs::read_to_string(path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let imported = imported(&format!("docs/{name}"), &text);
        let (shown, findings) = shown(&imported.files, &imported.profile);
        assert_eq!(shown, text, "{name}");
        // The document has a key that Claude Code does not know.
        let unknown = match name {
            "agent.md" => &["`version` is not a key of a Claude Code subagent"][..],
            _ => &[],
        };
        let found: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(found, unknown, "{name}");
        assert_eq!(imported.summary.left, 0, "{name}: every block can be lifted");
        let expected = path.with_extension("toml");
        let files = all_files(&imported);
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&expected, &files).unwrap();
        }
        assert_eq!(files, fs::read_to_string(&expected).unwrap_or_default(), "{name}");
    }
}

/// Layout that the profile sets has the profile as its origin; only default layout has none.
#[test]
fn only_default_markup_has_no_origin() {
    let usual =
        ["\n", "\n\n", "# ", "## ", "### ", "- ", "1. ", "**", "**: ", ":**", " ", "  ", "   ", "---\n"];
    for name in ["agent.md", "layouts.md", "plain.txt", "sections.md"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import").join(name);
        let imported = imported(name, &fs::read_to_string(path).unwrap());
        let texts: BTreeMap<_, _> = imported.files.iter().cloned().collect();
        let (library, _) = load_texts(&texts);
        let composition = Composer::new(&library).compose(0.into()).expect("the profile is whole");
        let document = render(&composition, &composition.persona.targets[0]);
        let mut end = 0;
        for piece in document.pieces() {
            assert_eq!(piece.range.start, end);
            end = piece.range.end;
            let text = &document.text()[piece.range.clone()];
            let is_number = text.trim_end_matches(". ").parse::<u32>().is_ok() || text.starts_with("name: ");
            if let crate::render::Attribution::Layout = piece.attribution {
                assert!(usual.contains(&text) || is_number, "{name}: {text:?} has no origin");
            }
        }
        assert_eq!(end, document.text().len());
    }
}

#[test]
fn texts_that_editors_would_change_are_reproduced() {
    let documents = [
        "",
        "\n",
        " ",
        "\u{feff}",
        "\r\n",
        "x",
        "\u{2028}",
        "\u{c}\n# A\n\n- b\n",
        "\u{feff}# A\r\n\r\n- b\r\n- c\r\n  d\r\n",
        "# A\r\n\n- b\r\n  c\n- d\r",
        "---\r\nname: some-agent\r\ndescription: d\r\n---\r\n\r\n## Rules\r\n\r\n- Never x\r\n",
        "---\n---\n",
        "---\nname: x\n---",
        "--- \nname: x\n--- \nx\n",
        "---\nname: x\n----------\n- x\n",
        "<!-- c -->\n---\nname: x\n---\n- x",
        "```\n---\nname: x\n---\n```\n- x",
        "## A\n\n```\n# b\n",
        "## A\n\n- x\n  ```\n  # b\n  ```\n- y\n",
        "## A\n\n- \"\"\" and ''' and \\ and {{ x }} and $ARGUMENTS\n",
        "## A\n\nnot NFC: e\u{301}, \u{e9}\nnul: \u{0}, bell: \u{7}, delete: \u{7f}, next: \u{85}\n",
        "## A\n## B\n### C\n#### D\n# E\n",
        "##\n\n# \n\n###### F ######\n",
        "- a\n\n\n- b\n\t\n- c\n",
        "- a\n  \n  b\n- c\n    d\n- e\nf\n",
        "1. a\n1. b\n\n7. c\n007. d\n\n0) e\n99999999999999999999. f\n",
        "-\n- \n* \n\n- TITLE LABEL VALUE WHY\n",
        "*\n  a\n*  b\n",
        "[x]: y\n\n- [x]\n\n[z]: w",
        "## TITLE\n\n**LABEL**: x\n\n- **WHY**: TITLE\n",
        "**You MUST NOT:**\n- A\n\n**You MUST NOT:**\n- A\n- b\n",
        "## Allow\n\n- allow\n- deny\n- title\n- lead\n- gap\n- order\n",
        "Avoid:\r\u{2022} \n\n---\n\n**a\rb**\n\n- c\n",
        "# layout\n\n## layout\n\n## fields\n\n## target\n\n## sections\n",
    ];
    for document in documents {
        exact(document);
    }
}

#[test]
fn front_matter_that_cannot_be_reproduced_is_kept_whole() {
    let text = "---\nname: some-agent\ndescription: d\ntools: Read, Grep\ndisallowedTools: Grep\n---\n\n- Never lie\n";
    let imported = exact(text);
    assert!(
        all_files(&imported).contains("front-matter = \"\"\"\n---\nname: some-agent\n"),
        "{}",
        all_files(&imported)
    );
    assert_eq!(imported.summary.rules, 1);
}

#[test]
fn front_matter_is_extracted_key_by_key() {
    let text = "---\nname: some-agent\ndescription: 'It''s: quoted'\ntools: Read, Grep\n\n# why\nmodel: \"opus\" \n\
                color: blue\nextra:\n  - a\n---\n\nYou are x.\n";
    let imported = exact(text);
    let (path, profile) = imported.files.last().unwrap();
    assert_eq!(path, "profiles/some-agent.toml");
    assert_eq!(imported.summary.target, "claude");
    for line in [
        "description = \"It's: quoted\"\n",
        "allow = [\"Read\", \"Grep\"]\n",
        "model = \"opus\"\n",
        "color = \"blue\"\n",
        "  \"description: 'VALUE'\",\n",
        "  'model: \"VALUE\" ',\n",
        "  \"tools\",\n",
        "  \"# why\",\n",
        "extra:\n  - a",
    ] {
        assert!(profile.contains(line), "{line}\n{profile}");
    }
}

#[test]
fn invalid_front_matter_is_kept_and_reported() {
    let documents = [
        ("---\nname: some-agent\ndescription: Use when: x\n---\nx\n", 3),
        ("---\nglobs: *.ts\n---\nx\n", 2),
        ("---\nname: a\nname: b\n---\nx\n", 3),
        ("---\nhint: [--a] | [--b]\n---\nx\n", 2),
        ("---\n@scope/x\n---\nx\n", 2),
        ("---\nname: a\nand no end\n", 1),
    ];
    for (text, line) in documents {
        let imported = exact(text);
        let [note] = imported.notes.as_slice() else { panic!("{text}: {:?}", imported.notes) };
        assert_eq!(note.code.name, "front-matter");
        let start = note.labels[0].span.start as usize;
        assert_eq!(text[..start].matches('\n').count() + 1, line, "{text}: {}", note.message);
    }
}

#[test]
fn a_document_in_the_workspace_is_built_to_its_own_path() {
    let text = "---\nname: x\ndescription: d\n---\n\nYou are x.\n";
    let usual = imported_into(".claude/agents/x.md", Some(".claude/agents/x.md"), text, None);
    assert!(usual.files.last().unwrap().1.ends_with("\n[target.claude]\n"), "{}", all_files(&usual));
    let other = imported_into("a/x.md", Some("a/x.md"), text, None);
    assert!(all_files(&other).contains("[target.prompt]\npath = \"a/x.md\"\n"), "{}", all_files(&other));
    let skill = imported_into("skills/x/SKILL.md", Some("skills/x/SKILL.md"), text, None);
    assert_eq!(skill.summary.target, "skill");
    // A skill must be in a directory with its own name, so this one cannot have that target.
    let moved = imported_into("y/SKILL.md", Some("y/SKILL.md"), text, None);
    assert_eq!((moved.summary.target, moved.summary.output.as_str()), ("prompt", "y/SKILL.md"));
}

#[test]
fn imports_follow_the_settings_of_the_workspace() {
    let config = "[paths]\nfragments = \"parts\"\nprofiles = \"people\"\n[defaults]\nstyle = \"plain\"\ntargets = [\"claude\"]\n";
    let text = "## Rules\n\n- **Never** x\n";
    let imported = imported_into("a.md", None, text, Some(config));
    let paths: Vec<_> = imported.files.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["parts/rules/a.toml", "people/a.toml"]);
    let mut files = imported.files.clone();
    files.push(("cento.toml".into(), config.to_owned()));
    assert_eq!(shown(&files, "a").0, text);
}

/// Rules that alternate with items are among them, so the profile needs no `order`.
#[test]
fn lists_that_mix_rules_and_items_need_no_order() {
    let mixed = "# A\n\n## Bench\n\n- Keep a log\n- **Never** lend the key\n- Ask the owner\n- **Always** wear gloves\n";
    let all = all_files(&exact(mixed));
    assert!(!all.contains("order ="), "{all}");
    let lend =
        "keep-log = \"Keep a log\"\nlend-key = { force = \"never\", text = \"lend the key\" }\nask-owner = ";
    assert!(all.contains(lend), "{all}");
    // Without alternation, rules are in the table of their force.
    let apart =
        "# A\n\n## Bench\n\n- Keep a log\n- Ask the owner\n- **Never** lend the key\n- **Never** whistle\n";
    let all = all_files(&exact(apart));
    assert!(all.contains("[never]\nlend-key = \"lend the key\"\n") && !all.contains("force ="), "{all}");
}

/// A line may introduce the bullets alone, and a rule of another force would say the reverse.
#[test]
fn a_line_above_a_list_is_about_no_numbered_list_below_it() {
    let below = |above: &str| {
        all_files(&exact(&format!("{above}\n\n- Guess\n- Hide errors\n\n1. Run it\n2. Read it\n")))
    };
    let steps = "[group.never-group.steps]\nrun = \"Run it\"\nread = \"Read it\"\n";
    let apart = below("## Bench\n\nYou NEVER:");
    assert!(apart.contains(steps) && apart.contains("hide-errors = \"hide errors\""), "{apart}");
    // A heading is above both.
    let headed = below("## Never");
    assert!(headed.contains("run = \"run it\""), "{headed}");
}

/// Text above the lists of a document stays there: it would give other rules its force.
#[test]
fn a_rule_beside_imported_ones_keeps_its_force() {
    let documents = [
        "# A\n\n## Principles\n\n- Be kind\n\n## Don'ts\n\n- Use global state\n- Log secrets\n\n## Never\n\n- Guess\n",
        "## Rules\n\n**You MUST NOT:**\n- Use global state\n- Log secrets\n\nWords.\n\n**NEVER:**\n- Run\n- Hide\n",
        "## Rules\n\nNever:\n- Use global state\n- Log secrets\n\n- **Never** guess\n",
        "Never:\n\n- Use global state\n- Log secrets\n",
    ];
    for document in documents {
        let mut files = exact(document).files;
        let (_, profile) = files.last_mut().expect("a profile");
        *profile =
            profile.replacen("use = [", "use = [\"rules/house\", \"principles/house\", \"voice/house\", ", 1);
        for (kind, id) in [("rules", "a"), ("principles", "b"), ("voice", "c")] {
            let text = format!("[never]\nhouse-{id} = \"push {id}\"\n");
            files.insert(0, (format!("fragments/{kind}/house.toml").into(), text));
        }
        let (shown, _) = shown(&files, "some-agent");
        for rule in ["push a", "push b", "push c"] {
            let line = shown.lines().find(|line| line.to_lowercase().contains(rule)).expect("it is there");
            // A section whose heading names the force applies it to every rule in it.
            let is_headed =
                rule == "push a" && (document.contains("## Don") || document.starts_with("Never:"));
            assert!(line.to_lowercase().contains("never") || line.contains("Do not") || is_headed, "{shown}");
        }
    }
}

#[test]
fn a_rule_that_ends_with_its_force_is_reproduced_behind_any_sign() {
    for sign in ["", "\u{2705} ", "- [x] ", "**", "\u{300c}", "\u{ff08}", "\u{2192} \u{300e}", "\""] {
        for rule in
            ["先に灯台を見るべきです", "灯台を塗るべきではない", "등대를 먼저 봐야 합니다", "灯台を見る"]
        {
            for close in ["", "。", "**", "\u{300d}", "\u{ff09}", "\u{300f}。", "\""] {
                exact(&format!("## Rules\n\n- {sign}{rule}{close}\n- The lamp is lit.\n"));
            }
        }
    }
}

#[test]
fn a_large_document_is_imported_in_time() {
    let section = "## Rules\n\n- **Never** do what was said before, whatever it was\n- do `this` *instead*\n\n```\ncode\n```\n\n";
    let text = section.repeat(400);
    let start = std::time::Instant::now();
    exact(&text);
    let limit = if cfg!(debug_assertions) { 20 } else { 1 };
    assert!(start.elapsed().as_secs() < limit, "{:?}", start.elapsed());
}

/// Lines as in real documents, and malformed ones.
fn line() -> impl Strategy<Value = String> {
    let words = prop_oneof![
        Just("alpha"),
        Just("Beta gamma"),
        Just("Never delta"),
        Just("Always epsilon"),
        Just("**Zeta**: eta"),
        Just("**Never** theta"),
        Just("**Iota:** kappa"),
        Just("**Lambda**"),
        Just("**You MUST NOT:**"),
        Just("Avoid:"),
        Just("Rules"),
        Just("mu \u{2014} `nu`"),
        Just("\u{1f916} Xi & omicron"),
        Just("\u{4f8b}"),
        Just("e\u{301}\u{2028}"),
        Just("\"\"\" ''' \\"),
        Just("{{ pi }} $RHO"),
        Just("TITLE LABEL VALUE"),
        Just(""),
        Just(" "),
        Just("\t"),
        Just("\u{c}"),
        Just("\u{0}"),
    ];
    let before = prop_oneof![
        6 => Just(""),
        3 => Just("- "),
        1 => Just("* "),
        1 => Just("+   "),
        1 => Just("  - "),
        1 => Just("\u{2022} "),
        1 => Just("  \u{2022} "),
        1 => Just("- [ ] "),
        2 => Just("1. "),
        1 => Just("2. "),
        1 => Just("07) "),
        2 => Just("## "),
        1 => Just("# "),
        1 => Just("### "),
        1 => Just("#### "),
        1 => Just("> "),
        1 => Just("    "),
        1 => Just("  "),
        1 => Just("\t"),
        1 => Just("```"),
        1 => Just("~~~"),
        1 => Just("---"),
        1 => Just("==="),
        1 => Just("***"),
        1 => Just("| "),
        1 => Just("<b>"),
        1 => Just("</b>"),
        1 => Just("<!-- "),
        1 => Just("--> "),
        1 => Just("[x]: "),
        1 => Just("name: "),
        1 => Just("description: "),
        1 => Just("tools: "),
    ];
    let after = prop_oneof![
        12 => Just("\n"),
        4 => Just("\n\n"),
        1 => Just("\n\n\n"),
        1 => Just("  \n"),
        1 => Just("\r\n"),
        1 => Just("\r"),
        1 => Just(" #\n"),
        1 => Just("\n\n---\n\n"),
        1 => Just("\n \n"),
        1 => Just(""),
    ];
    (before, words, after).prop_map(|(before, words, after)| format!("{before}{words}{after}"))
}

fn document() -> impl Strategy<Value = String> {
    let front = prop_oneof![
        3 => Just(""),
        1 => Just("---\nname: some-agent\ndescription: d: e\nmodel: opus\n---\n"),
        1 => Just("---\n# c\nx: [y\n---\n\n"),
        1 => Just("---\n"),
    ];
    let bytes = prop_oneof![6 => Just((false, false)), 1 => Just((true, false)), 1 => Just((false, true))];
    (front, proptest::collection::vec(line(), 0..24), bytes).prop_map(|(front, lines, (mark, windows))| {
        let text = format!("{front}{}", lines.concat());
        let text = if windows { text.replace("\r\n", "\n").replace('\n', "\r\n") } else { text };
        if mark { format!("\u{feff}{text}") } else { text }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn every_document_is_reproduced(text in document()) {
        exact(&text);
    }

    #[test]
    fn every_text_is_reproduced(text in any::<String>()) {
        exact(&text);
    }

    #[test]
    fn every_mixture_of_markup_is_reproduced(text in "([-*+#>|`~=_:.!\\[\\]()<>/0-9a-zA-Z\" '\\\\\t\r\n]|\n- |\n\n|\\*\\*|\n# ){0,60}") {
        exact(&text);
    }

    /// Every text is in exactly one fragment, so editing it changes one line of the document.
    #[test]
    fn an_edit_of_one_text_changes_only_that_text(
        lines in proptest::collection::vec(line(), 1..16),
        choice in any::<prop::sample::Index>(),
    ) {
        let text = format!("## Rules\n\n- first item\n{}\n- last item\n", lines.concat());
        let imported = exact(&text);
        let words = ["first item", "last item", "alpha", "eta", "kappa", "delta"];
        let word = choice.get(&words);
        let is_entry = |(path, file): &&(Utf8PathBuf, String)| {
            let said = file.matches(&format!("\"{word}\"")).count();
            // The same word may be the name of a section, or the id of an entry that others are under.
            let is_name = |key: &str| file.contains(&format!("{key} = \"{word}\""));
            path.starts_with("fragments") && said == 1 && !is_name("section") && !is_name("under")
        };
        let holders: Vec<_> = imported.files.iter().filter(is_entry).collect();
        if let [(path, _)] = holders.as_slice()
            && text.matches(word).count() == 1
        {
            let edited = |(other, file): &(Utf8PathBuf, String)| {
                let file = match other == path {
                    true => file.replace(&format!("\"{word}\""), "\"edited\""),
                    false => file.clone(),
                };
                (other.clone(), file)
            };
            let files: Vec<_> = imported.files.iter().map(edited).collect();
            let expected = text.replace(word, "edited");
            prop_assert_eq!(shown(&files, &imported.profile).0, expected);
        }
    }
}

#[test]
fn a_file_that_a_program_does_not_load_is_reported() {
    let body = "You review SQL.\n\n## Rules\n\n- Never guess\n";
    let yaml = "name: sql\ndescription: Reviews SQL. Use when a query is slow.\n";
    let whole = format!("---\n{yaml}---\n\n{body}");
    let unnamed = format!("---\ndescription: Reviews SQL.\n---\n\n{body}");
    let fenced = format!("```yaml\n---\n{yaml}---\n```\n\n{body}");
    for (path, text, expected) in [
        (".claude/agents/sql.md", &whole, None),
        (".claude/agents/sql.md", &body.to_owned(), Some("it has no front matter at the top")),
        (".claude/agents/sql.md", &format!("# SQL\n\n{whole}"), Some("it has no front matter at the top")),
        (".claude/agents/sql.md", &fenced, Some("it has no front matter at the top")),
        (".claude/agents/sql.md", &unnamed, Some("its front matter has no `name`")),
        ("skills/sql/SKILL.md", &unnamed, Some("its front matter has no `name`")),
        (
            ".claude/agents/sql.md",
            &whole.replace("Reviews SQL. Use when a query is slow.", ""),
            Some("its front matter has no `description`"),
        ),
        (
            ".claude/agents/sql.md",
            &whole.replace(": Reviews SQL. Use when a query is slow.", ": ''"),
            Some("its front matter has no `description`"),
        ),
        (".gemini/agents/_sql.md", &whole, Some("its name is not accepted: it must not begin with `_`")),
        (
            ".github/agents/my sql.agent.md",
            &whole,
            Some("its name is not accepted: only letters of ASCII, digits, `.`, `_` and `-` are allowed"),
        ),
        (".github/agents/sql.agent.md", &unnamed, None),
        (".github/instructions/sql.instructions.md", &whole, Some("its front matter has no `applyTo`")),
        (".cursor/rules/sql.mdc", &unnamed, None),
        ("AGENTS.md", &body.to_owned(), None),
        ("notes/sql.md", &body.to_owned(), None),
    ] {
        let notes = imported(path, text).notes;
        let found =
            notes.iter().find_map(|note| Some(note.message.split_once(" is not loaded as ")?.1.to_owned()));
        let reason = found.as_deref().and_then(|found| Some(found.split_once(": ")?.1));
        assert_eq!(reason, expected, "{path}\n{text}");
    }
}

#[test]
fn the_ending_of_a_name_and_the_keys_tell_the_target_of_a_file_elsewhere() {
    for (path, keys, target) in [
        ("agents/a.agent.md", "name: a\ntools: [read]\n", "copilot-agent"),
        ("agents/a.AGENT.md", "tools: [read]\n", "copilot-agent"),
        ("files/a.instructions.md", "applyTo: '**'\n", "copilot-instructions"),
        ("rules/a.mdc", "globs: '*.ts'\n", "cursor-rule"),
        ("rules/a.md", "globs: '*.ts'\nalwaysApply: false\n", "cursor-rule"),
        ("rules/a.md", "trigger: glob\nglobs: '*.ts'\n", "devin-rule"),
        ("x/a.md", "mode: subagent\ntemperature: 0.1\n", "opencode"),
        ("x/a.md", "name: a\nkind: local\nmax_turns: 3\n", "gemini"),
        ("x/a.md", "name: a\nreadonly: true\n", "cursor-agent"),
        ("x/a.md", "name: a\ntools: Read\nmodel: opus\n", "claude"),
        ("x/a.md", "name: a\ntools: Read\nfoo: bar\n", "claude"),
        // Several programs have these keys, or none.
        ("x/a.md", "mode: subagent\nmodel: a/b\n", "prompt"),
        ("x/a.md", "foo: bar\n", "prompt"),
        ("x/a.md", "", "prompt"),
    ] {
        let text = format!("---\ndescription: A. Use when asked.\n{keys}---\n\nYou are A.\n");
        let imported = imported(path, &text);
        assert_eq!(imported.summary.target, target, "{path} {keys}");
        assert_eq!(shown(&imported.files, &imported.profile).0, text, "{path} {keys}");
    }
}
