//! Ordinary edits of imported documents go home whole.

use std::collections::BTreeMap;

use super::case::Case;
use crate::author::absorb::Texts;
use crate::author::import::{Input, Setting, import};
use crate::check::{Checker, Depth};
use crate::model::{Force, Sources};
use crate::workspace::load_texts;

/// Imports a document as the profile `lamp`.
pub(super) fn imported(text: &str) -> Case {
    let input = Input { path: "lamp.md".into(), inside: None, text: text.to_owned(), given: None };
    let file = Sources::default().add("lamp.md".into(), text.replace("\r\n", "\n"));
    let imported = import(&input, "lamp", &Setting::new(None), file).expect("it can be imported");
    let case = Case::of(imported.files.into_iter().collect(), "lamp");
    assert_eq!(case.found, text);
    case
}

/// Absorbs edits of an imported document, all of which must be applied. Returns the texts afterwards.
#[track_caller]
fn absorbed(text: &str, edits: &[(&str, &str)]) -> Texts {
    let case = edits.iter().fold(imported(text), |case, (old, new)| case.edit(old, new));
    let applied = case.applied();
    let mut texts = case.texts.clone();
    texts.retain(|path, _| !applied.gone.contains(path));
    texts.extend(applied.files);
    texts
}

/// Returns the force of each entry of a persona, by address; `None` for what is no rule.
fn forces(texts: &Texts) -> BTreeMap<String, Option<Force>> {
    let (library, findings) = load_texts(texts);
    let index = library.profiles.id_of("lamp").unwrap();
    let checked = Checker::new(&library, &findings).check(index, Depth::Sound).unwrap();
    let decisions = checked.composition.decisions.iter();
    let claims = decisions.filter_map(|(at, decision)| Some((at, decision.effective().next()?.block()?)));
    claims.map(|(at, block)| ((*at).to_owned(), block.part.force())).collect()
}

#[test]
fn a_heading_may_be_left_alone() {
    let text = "You test lamps.\n\n## Story\n\nIt was dark.\n\n## Rules\n\n- Never run\n- Keep left\n\n## Fin\n\nLight.\n";
    for (old, alone) in [
        ("It was dark.\n\n", "[body.story.prose]\nstory = \"## Story\""),
        ("- Never run\n- Keep left\n\n", "[body.rules.prose]\nrules = \"## Rules\""),
        ("\nLight.\n", "[body.fin.prose]\nfin = \"## Fin\""),
    ] {
        let texts = absorbed(text, &[(old, "")]);
        let profile = &texts[camino::Utf8Path::new("profiles/lamp.toml")];
        assert!(profile.contains(alone), "{profile}");
    }
}

const RULES: &str = "\
You test lamps.

## Rules

- Always wear gloves
- Always ask before you switch a lamp on
- Keep a log
- Never look into the light
- **Heat**: You must not touch the socket
- You should label each bulb

## Notes

Write them down.
";

#[test]
fn an_edited_word_of_force_changes_the_force_of_this_rule_alone() {
    let before = forces(&imported(RULES).texts);
    let rule = |words: &str| {
        let mut known = before.keys().filter(|at| words.split(' ').all(|word| at.contains(word)));
        known.next().unwrap_or_else(|| panic!("{words} in {before:?}")).clone()
    };
    let edits = [
        ("Always ask", "Never ask", "ask", Some(Force::Never)),
        ("Always ask", "You may ask", "ask", Some(Force::May)),
        ("Always wear", "You should wear", "gloves", Some(Force::Should)),
        ("Never look", "Avoid look", "light", Some(Force::Avoid)),
        ("You must not touch", "You must touch", "heat", Some(Force::Must)),
        ("You should label", "Must label", "label", Some(Force::Must)),
        ("Keep a log", "Always keep a log", "log", Some(Force::Always)),
        ("Always wear gloves", "Wear gloves", "gloves", None),
    ];
    for ending in ["\n", "\r\n"] {
        let text = RULES.replace('\n', ending);
        for (old, new, words, force) in edits {
            let mut expected = before.clone();
            expected.insert(rule(words), force);
            let texts = absorbed(&text, &[(old, new)]);
            assert_eq!(forces(&texts), expected, "{old} -> {new}: {texts:#?}");
        }
    }
    let both = absorbed(RULES, &[("Always ask", "Never ask"), ("Never look", "Always look")]);
    let forces = forces(&both);
    assert_eq!((forces[&rule("ask")], forces[&rule("light")]), (Some(Force::Never), Some(Force::Always)));
}

#[test]
fn a_rule_of_another_force_keeps_its_comments_and_its_words() {
    let mut case = imported(RULES);
    let path = case.texts.keys().find(|path| path.as_str().contains("rules/")).unwrap().clone();
    let text = case.texts[&path].replace("\"wear gloves\"", "\"wear gloves\" # size 9");
    case.texts.insert(path.clone(), text.clone());
    let applied = case.edit("Always wear", "Never wear").applied();
    let moved = "wear-gloves = { text = \"wear gloves\", before = \"ask-switch-lamp\" } # size 9\n";
    assert!(applied.text(path.as_str()).contains(moved), "{:#?}", applied.files);
}

#[test]
fn entries_of_mixed_lists_come_go_and_move() {
    let lines: Vec<&str> = RULES.lines().filter(|line| line.starts_with("- ")).collect();
    for (at, line) in lines.iter().enumerate() {
        let whole = format!("{line}\n");
        absorbed(RULES, &[(&whole, "")]);
        for new in ["Fetch the ladder", "**Ladder**: Fetch it", "Never run", "Must whistle", "Avoid rain"] {
            absorbed(RULES, &[(&whole, &format!("{whole}- {new}\n"))]);
        }
        if let Some(next) = lines.get(at + 1) {
            absorbed(RULES, &[(&format!("{whole}{next}\n"), &format!("{next}\n{whole}"))]);
        }
    }
    let last = lines[lines.len() - 1];
    absorbed(RULES, &[(&format!("{last}\n"), ""), ("## Rules\n\n", &format!("## Rules\n\n{last}\n"))]);
}

#[test]
fn a_bullet_with_another_marker_joins_its_list() {
    let list =
        |marker: &str| format!("Lamps.\n\n## Checks\n\n{marker}Look at it\n{marker}Smell it\n\nDone.\n");
    for marker in ["- ", "* ", "+ ", "- [ ] ", "* [x] "] {
        for new in ["- ", "* ", "- [ ] ", "- [x] "] {
            let (first, last) = (format!("{marker}Look at it\n"), format!("{marker}Smell it\n"));
            absorbed(&list(marker), &[(&first, &format!("{first}{new}Shake it\n"))]);
            absorbed(&list(marker), &[(&last, &format!("{last}{new}Shake it\n"))]);
        }
    }
}

const DIVIDED: &str = "\
You test lamps.

---

## Preparing

- Check the plug

---

## Testing

1. Switch it on

---

## Reporting

Name the lamp.
";

#[test]
fn sections_come_at_any_place_with_the_dividers_of_the_others() {
    let bodies = [
        "- Call a person\n- Never retry\n",
        "Call a person.\n",
        "1. Stop\n2. Call\n",
        "Two cases:\n\n- a\n- b\n\nWait.\n",
    ];
    for divider in ["---\n\n", "***\n\n", ""] {
        for ending in ["\n", "\r\n"] {
            let text = |text: &str| text.replace('\n', ending);
            let document = text(&DIVIDED.replace("---\n\n", divider));
            for body in bodies {
                let new = text(&format!("## Handing over\n\n{body}\n{divider}"));
                for heading in ["## Testing", "## Reporting"] {
                    absorbed(&document, &[(heading, &format!("{new}{heading}"))]);
                }
                let end = text("Name the lamp.\n");
                let below = text(&format!("\n{divider}## Handing over\n\n{body}"));
                absorbed(&document, &[(&end, &format!("{end}{below}"))]);
            }
        }
    }
}

#[test]
fn a_section_comes_below_a_document_that_ends_in_empty_lines() {
    for blank in ["", "\n", "\n\n"] {
        for new in [
            "## Handing over\n\nCall a person.\n",
            "## Handing over\n\n- Call a person\n",
            "\n## More\n\n- x\n\n",
        ] {
            let text = format!("Lamps.\n\n## Testing\n\n- Switch it on\n- Wait\n{blank}");
            let end = format!("- Wait\n{blank}");
            absorbed(&text, &[(&end, &format!("{end}{new}"))]);
        }
    }
}

const NESTED: &str = "\
You look after a garden.

## Tasks

- Water the seedlings every morning
  - Use rain water
  - **Roses:** twice a day
    - Not at noon
    - Never in frost
- Check the leaves for mites
- Prune dead branches
  1. Take the small shears
  2. Cut above the bud

## Rules

- Always wear gloves
  - The thick ones for roses

1. Begin at the gate
   - Close it behind you
2. Go home
";

#[test]
fn edits_of_nested_entries_go_home() {
    let mites = "- Check the leaves for mites\n";
    let under = |id: &str| format!(", under = \"{id}\" }}\n");
    for ((old, new), expected) in [
        (
            ("Use rain water", "Use soft rain water"),
            format!("text = \"Use soft rain water\"{}", under("water-seedlings-morning")),
        ),
        (
            ("Not at noon", "Not at noon or later"),
            format!("text = \"Not at noon or later\"{}", under("roses")),
        ),
        (
            ("Use rain water\n", "Use rain water\n    from the barrel\n"),
            format!("Use rain water\nfrom the barrel\"\"\"{}", under("water-seedlings-morning")),
        ),
        (
            ("  - Use rain water\n", "  - Use rain water\n  - Use no hose\n"),
            format!("\"Use no hose\"{}", under("water-seedlings-morning")),
        ),
        (
            ("every morning\n", "every morning\n  - Early\n"),
            format!("\"Early\"{}", under("water-seedlings-morning")),
        ),
        (
            ("  - Use rain water\n", "  - Use rain water\n    - From the barrel\n"),
            format!("\"From the barrel\"{}", under("rain-water")),
        ),
        (
            (mites, "- Check the leaves for mites\n  - With a lens\n  - On both sides\n"),
            format!("\"On both sides\"{}", under("check-leaves-mites")),
        ),
        (
            (mites, "- Check the leaves for mites\n- Feed the birds\n  - In winter\n"),
            format!("\"In winter\"{}", under("feed-birds")),
        ),
        (
            ("the bud\n", "the bud\n  3. Clean the shears\n"),
            format!("\"Clean the shears\"{}", under("prune-dead-branches")),
        ),
        (("Go home\n", "Go home\n   - By bike\n"), format!("\"By bike\"{}", under("go-home"))),
        (("roses\n", "roses\n  - Wash them\n"), format!("\"Wash them\"{}", under("wear-gloves"))),
        (
            ("    - Never in frost\n", "  - Never in frost\n"),
            format!("\"Never in frost\"{}", under("water-seedlings-morning")),
        ),
        (("    - Never in frost\n", "- Never in frost\n"), "{ text = \"Never in frost\" }\n".to_owned()),
        (
            (mites, "  - Check the leaves for mites\n"),
            format!("\"Check the leaves for mites\"{}", under("water-seedlings-morning")),
        ),
        (
            ("    - Never in frost\n", "    - Never in frost\n- Sweep the paths\n"),
            "sweep-paths = \"Sweep the paths\"\n".to_owned(),
        ),
    ] {
        let texts = absorbed(NESTED, &[(old, new)]);
        assert!(texts.values().any(|text| text.contains(&expected)), "{new}: {expected}\n{texts:#?}");
    }
}

#[test]
fn nested_entries_are_deleted_and_move() {
    for (old, new) in [
        ("    - Not at noon\n", ""),
        ("  - **Roses:** twice a day\n    - Not at noon\n    - Never in frost\n", ""),
        ("- Prune dead branches\n  1. Take the small shears\n  2. Cut above the bud\n", ""),
        ("  1. Take the small shears\n  2. Cut above the bud\n", ""),
        ("  - The thick ones for roses\n", ""),
        ("    - Not at noon\n    - Never in frost\n", "    - Never in frost\n    - Not at noon\n"),
    ] {
        let texts = absorbed(NESTED, &[(old, new)]);
        let gone = old.lines().filter(|line| !new.contains(line));
        for words in gone.filter_map(|line| line.rsplit(['.', '-', ':']).next()) {
            assert!(!texts.values().any(|text| text.contains(words.trim())), "{words}: {texts:#?}");
        }
    }
    let water = "  - Use rain water\n";
    let mites = "- Check the leaves for mites\n";
    absorbed(NESTED, &[(water, ""), (mites, &format!("{mites}{water}"))]);
}

#[test]
fn entries_under_a_deleted_entry_go_where_they_now_stand() {
    let water = "- Water the seedlings every morning\n  - Use rain water\n  - **Roses:** twice a day\n    - Not at noon\n    - Never in frost\n";
    let outdented = "- Use rain water\n- **Roses:** twice a day\n  - Not at noon\n  - Never in frost\n";
    let roses = "  - **Roses:** twice a day\n    - Not at noon\n    - Never in frost\n";
    let prune = "- Prune dead branches\n  1. Take the small shears\n  2. Cut above the bud\n";
    for (old, new, under) in [
        ("- Prune dead branches\n", "", &[("cut-above-bud", Some("check-leaves-mites"))][..]),
        (
            "  - **Roses:** twice a day\n",
            "",
            &[("noon", Some("rain-water")), ("never-frost", Some("rain-water"))],
        ),
        (roses, "  - Not at noon\n  - Never in frost\n", &[("noon", Some("water-seedlings-morning"))]),
        (roses, "  - Not at noon\n    - Never in frost\n", &[("never-frost", Some("noon"))]),
        (roses, "- Not at noon\n- Never in frost\n", &[("noon", None), ("never-frost", None)]),
        (water, outdented, &[("rain-water", None), ("roses", None), ("noon", Some("roses"))]),
        (prune, "  1. Cut above the bud\n", &[("cut-above-bud", Some("check-leaves-mites"))]),
    ] {
        let texts = absorbed(NESTED, &[(old, new)]);
        for (id, parent) in under {
            let mut lines = texts.values().flat_map(|text| text.lines());
            let line = lines
                .find(|line| line.contains(&format!("{id} = ")))
                .unwrap_or_else(|| panic!("{id} {texts:#?}"));
            let expected = parent.map_or(String::new(), |parent| format!("under = \"{parent}\""));
            assert!(line.contains(&expected) && line.contains("under") == parent.is_some(), "{new} {line}");
        }
    }
}

#[test]
fn rules_among_items_change_their_force_there() {
    let text =
        "## Bench\n\n- Keep a log\n- Never lend the key\n- Ask the owner\n- Always wear gloves\n- Whistle\n";
    let lend = "- Never lend the key\n";
    let owner = "- Ask the owner\n";
    for (old, new, expected) in [
        ("Never lend", "Always lend", "lend-key = { text = \"lend the key\", force = \"always\" }"),
        ("Never lend", "Lend", "lend-key = \"Lend the key\""),
        ("Ask the", "Never ask the", "ask-owner = { text = \"ask the owner\", force = \"never\" }"),
        (owner, &format!("{owner}- Never hurry\n"), "hurry = { force = \"never\", text = \"hurry\" }"),
        (lend, &format!("{lend}- Come early\n"), "come-early = \"Come early\""),
        (&format!("{lend}{owner}"), &format!("{owner}{lend}"), "ask-owner = \"Ask the owner\"\nlend-key = {"),
    ] {
        let texts = absorbed(text, &[(old, new)]);
        assert!(texts.values().any(|text| text.contains(expected)), "{new}: {texts:#?}");
        assert!(texts.values().all(|text| !text.contains("order =")), "{new}: {texts:#?}");
    }
}

#[test]
fn entries_that_are_left_indented_below_nothing_stand_alone() {
    let water = "- Water the seedlings every morning\n  - Use rain water\n";
    let steps = NESTED.replace(water, "- Water\n  1. Use rain water\n  2. Twice\n");
    let (gloves, thick) = ("- Always wear gloves\n", "  - The thick ones for roses\n");
    for (text, old, new, bullets) in [
        (
            NESTED,
            "- Water the seedlings every morning\n",
            "",
            ["bullet = \"  - \"", "roses.bullet = \"  - \""],
        ),
        (NESTED, gloves, "", ["[layout.rules", "bullet = \"  - \""]),
        (NESTED, &format!("{gloves}{thick}"), &thick[1..], ["[layout.rules", "bullet = \" - \""]),
        (&steps, "- Water\n", "", ["step = \"  1. \"", "[layout.objectives"]),
    ] {
        let texts = absorbed(text, &[(old, new)]);
        let profile = texts.iter().find(|(path, _)| path.starts_with("profiles")).unwrap().1;
        assert!(bullets.iter().all(|bullet| profile.contains(bullet)), "{old} {texts:#?}");
        let is_under = |id: &str| texts.values().any(|text| text.contains(&format!("under = \"{id}\"")));
        let gone = ["water", "water-seedlings-morning", "wear-gloves"];
        assert_eq!(gone.iter().filter(|id| is_under(id)).count(), 1, "{old} {texts:#?}");
        assert!(is_under("begin-gate"), "{old} {texts:#?}");
    }
}
