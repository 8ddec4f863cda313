//! Edits of whole lines and sections: added, moved and removed blocks.

use crate::author::absorb::{Answer, Reason};
use crate::workspace::load_texts;

use super::case::{ADA, CHANGE, Case, ENGINEER, HOUSE, PROFILE, built, workspace};

#[test]
fn a_wrapped_line_keeps_what_a_template_fills_in() {
    let mut texts = workspace();
    texts.insert("profiles/eve.toml".into(), "name = \"Eve\"\nuse = [\"identity/engineer\"]\n".into());
    let case = || {
        Case::of(texts.clone(), "ada")
            .edit("an engineer with 10 years.\n", "an engineer\nwith 10 years and a day.\n")
    };
    case().answer(Answer::Shared).placed().only(
        ENGINEER,
        "an engineer with {{ years }} years.",
        "an engineer\nwith {{ years }} years and a day.",
    );
    // Removing the words around a placeholder changes the text for this persona only.
    let reworded = || {
        Case::of(texts.clone(), "ada").edit("You are **Ada**, an engineer with 10 years", "Adah has 10 years")
    };
    let reason = reworded().answer(Answer::Shared).left();
    assert!(matches!(reason, Reason::Own), "{reason:?}");
    let own = reworded().answer(Answer::Own).placed();
    assert_eq!(own.files.keys().collect::<Vec<_>>(), [PROFILE]);
    // A sentence can be removed together with its placeholder.
    let shorter = Case::of(texts.clone(), "ada").edit(" with 10 years", "").answer(Answer::Shared);
    shorter.placed().only(ENGINEER, " with {{ years }} years", "");
}

#[test]
fn wrapped_entries_stay_one_entry() {
    let case = Case::new()
        .edit("- **Never** print a secret\n", "- **Never** print\n  a secret\n")
        .edit("make the change\n", "make\n   the small change\n")
        .edit("for the craft.", "for\nthe craft.");
    let placed = case.answer(Answer::Shared).placed();
    assert!(placed.text(HOUSE).contains("secrets = \"\"\"\nprint\na secret\"\"\" # and this\n"));
    assert!(
        placed.text(CHANGE).contains("text = \"\"\"\nmake\nthe small change\"\"\""),
        "{}",
        placed.text(CHANGE)
    );
    let both = Case::new()
        .edit("- **Never** print a secret\n", "* **Never** print\n  a secret\n")
        .edit("- **Never** guess", "* **Never** guess")
        .edit("- **Never** rush", "* **Never** rush")
        .edit("- **Always** run", "* **Always** run")
        .edit("- **You must** cite", "* **You must** cite");
    let placed = both.answer(Answer::Shared).placed();
    assert!(placed.text(PROFILE).contains("bullet = \"* \""), "{}", placed.text(PROFILE));
}

#[test]
fn a_wrapped_entry_says_where_its_further_lines_stand_if_the_profile_puts_them_elsewhere() {
    let mut texts = workspace();
    texts.insert(PROFILE.into(), format!("{ADA}\n[layout]\nindent = \"      \"\n"));
    let case = Case::of(texts, "ada").edit("- **Never** print a secret\n", "- **Never** print\n  a secret\n");
    let placed = case.answer(Answer::Shared).placed();
    assert!(placed.text(HOUSE).contains("secrets = \"\"\"\nprint\na secret\"\"\" # and this\n"));
    assert!(
        placed.text(PROFILE).contains("[layout.rules.secrets]\nindent = \"  \"\n"),
        "{}",
        placed.text(PROFILE)
    );
}

#[test]
fn lines_at_an_end_without_a_line_break_come_and_go_with_the_break_above_them() {
    const VOICE: &str = "fragments/voice/plain.toml";
    let texts = || {
        [
            (VOICE.into(), "[items]\na = \"\"\"\nan entry\nthat goes on\"\"\"\n".to_owned()),
            (PROFILE.into(), "use = [\"voice/plain\"]\n\n[layout]\nend = \"\"\n".to_owned()),
        ]
        .into()
    };
    let longer = Case::of(texts(), "ada").edit("\n  that goes on", "\n  that goes on\n  and on");
    longer.answer(Answer::Shared).placed().only(VOICE, "that goes on\"", "that goes on\nand on\"");
    let shorter = Case::of(texts(), "ada").edit("\n  that goes on", "");
    let placed = shorter.answer(Answer::Shared).placed();
    assert!(!placed.text(VOICE).contains("that goes on"), "{}", placed.text(VOICE));
    let entry = Case::of(texts(), "ada").edit("\n  that goes on", "\n  that goes on\n- another one");
    assert!(entry.answer(Answer::Shared).placed().text(VOICE).contains("another one"));
}

#[test]
fn lines_that_take_the_place_of_others_go_with_them() {
    // The new words are hardly those of the old entry, so one goes and one comes.
    let case = || Case::new().edit("- **Never** rush\n", "- **Never** dawdle over trifles\n");
    let absorption = case().absorb();
    assert!(absorption.files.is_empty(), "{absorption:#?}");
    case().answer(Answer::Shared).placed();
    case().answer(Answer::Own).placed();
    // What cannot be placed keeps what is bound to it.
    let torn = Case::new().edit("3. ship it\n", "| a | table |\n|---|---|\n");
    let absorption = torn.absorb();
    let is_all = absorption.outputs[0].changes.iter().all(|change| change.fate.is_ok());
    assert!(is_all || absorption.files.is_empty(), "{absorption:#?}");
}

#[test]
fn a_rule_that_moves_below_another_force_changes_its_table() {
    let mut texts = workspace();
    texts.insert(PROFILE.into(), ADA.replace("use =", "style = \"grouped\"\nuse ="));
    let rules = texts[&camino::Utf8PathBuf::from(HOUSE)].replace("rush =", "# after the outage\nrush =");
    texts.insert(HOUSE.into(), rules);
    let case = || {
        Case::of(texts.clone(), "ada")
            .edit("- Rush\n", "")
            .edit("- Run the tests\n", "- Run the tests\n- Rush\n")
    };
    let placed = case().answer(Answer::Shared).placed();
    assert!(
        placed.text(HOUSE).ends_with("tests = \"run the tests\"\n# after the outage\nrush = \"rush\"\n"),
        "{}",
        placed.text(HOUSE)
    );
    let own = case().answer(Answer::Own).placed();
    assert_eq!(own.files.keys().collect::<Vec<_>>(), [PROFILE]);
    let absorption = case().absorb();
    assert!(absorption.files.is_empty() && !absorption.outputs[0].is_whole(), "{absorption:#?}");
    // Names keep their capitals.
    let named =
        Case::of(texts, "ada").edit("- Rush\n", "- Rush\n- SQL without parameters\n- GitHub tokens\n");
    let placed = named.answer(Answer::Shared).placed();
    assert!(placed.text(HOUSE).contains("\"SQL without parameters\""), "{}", placed.text(HOUSE));
    assert!(placed.text(HOUSE).contains("\"GitHub tokens\""), "{}", placed.text(HOUSE));
}

#[test]
fn a_rule_of_another_force_takes_its_comments_along() {
    let case = Case::new().edit("**Never** print a secret\n", "**Always** print a secret\n");
    let placed = case.answer(Answer::Own).placed();
    assert_eq!(placed.files.keys().collect::<Vec<_>>(), [PROFILE]);
    let case = Case::new()
        .edit("- **Never** print a secret\n", "")
        .edit("- **Never** guess", "- **Always** print a secret\n- **Never** guess");
    let placed = case.answer(Answer::Shared).placed();
    assert!(placed.text(HOUSE).contains("# keep this comment\nsecrets ="), "{}", placed.text(HOUSE));
    assert!(placed.text(HOUSE).contains("# and this\n"), "{}", placed.text(HOUSE));
}

const WORKFLOW: &str = "## Workflow\n\n1. write the plan\n2. **Build**: make the change\n3. ship it\n";

#[test]
fn a_section_that_moves_is_listed_in_its_new_place() {
    let case = Case::new();
    let rules = case.found[case.found.find("## Rules").unwrap()..case.found.find("\n## Workflow").unwrap()]
        .to_owned();
    let mut case = Case::new();
    case.found = case.found.replace(&format!("{rules}\n{WORKFLOW}"), &format!("{WORKFLOW}\n{rules}"));
    let placed = case.placed();
    assert_eq!(placed.files.keys().collect::<Vec<_>>(), [PROFILE]);
    let text = placed.text(PROFILE);
    assert!(text.contains("[sections]\nidentity = \"Identity\"\nworkflow = \"Workflow\"\n"), "{text}");
}

/// A workspace with a section that uses every setting of a profile.
fn laid_out() -> Case {
    let mut texts = workspace();
    let layout = "\n[sections]\nidentity = \"Identity\"\nworkflow = \"Work\"\n\n[layout.workflow]\nstep = \"1) \"\n\n\
                  [layout.workflow.ship]\ngap = 1\n";
    texts.insert(PROFILE.into(), format!("{ADA}{layout}"));
    Case::of(texts, "ada")
}

#[test]
fn a_section_that_goes_leaves_nothing_behind() {
    for (gone, above, below) in [
        ("## Work\n\n1) write the plan\n2) **Build**: make the change\n\n3) ship it\n\n", "", ""),
        ("\n## Work\n\n1) write the plan\n2) **Build**: make the change\n\n3) ship it\n", "", ""),
        ("## Work\n\n1) write the plan\n2) **Build**: make the change\n\n3) ship it\n", "", "gap = 2"),
        ("\n## Work\n\n1) write the plan\n2) **Build**: make the change\n\n3) ship it\n\n", "", "gap = 0"),
    ] {
        let case = laid_out().edit(gone, above);
        let placed = case.placed();
        assert_eq!(placed.gone, [CHANGE]);
        let text = placed.text(PROFILE);
        assert!(
            !text.contains("workflow") && text.contains("use = [\"identity/engineer\", \"rules/house\"]"),
            "{text}"
        );
        assert_eq!(text.contains("gap"), !below.is_empty(), "{text}");
        assert!(text.contains(below), "{text}");
        let mut texts = case.texts.clone();
        texts.extend(placed.files.clone());
        texts.retain(|path, _| !placed.gone.contains(path));
        let (_, findings) = load_texts(&texts);
        assert!(findings.is_empty(), "{findings:?}");
        assert!(built(&texts, "ada").contains_key("prompt"));
    }
}

#[test]
fn a_fragment_with_comments_or_others_that_name_it_stays() {
    let mut case = laid_out();
    let steps = format!("# ours\n\n{}", case.texts[&camino::Utf8PathBuf::from(CHANGE)]);
    case.texts.insert(CHANGE.into(), steps);
    let start = case.found.find("## Work").unwrap();
    let end = case.found.find("## Rules").unwrap();
    case.found.replace_range(start..end, "");
    let absorption = case.absorb();
    assert!(absorption.gone.is_empty() && absorption.outputs[0].is_whole(), "{absorption:#?}");
    assert!(absorption.notes.iter().any(|note| note.contains("delete it")), "{:?}", absorption.notes);
}

#[test]
fn titles_reasons_and_front_matter_come_and_go() {
    let mut case = Case::new();
    case.found = format!("# Ada\n\n{}", case.found);
    case.placed().only(PROFILE, "\n\n[body", "\ntitle = \"Ada\"\n\n[body");
    let mut texts = workspace();
    texts.insert(PROFILE.into(), ADA.replace("use =", "title = \"Ada\"\nuse ="));
    Case::of(texts, "ada").edit("# Ada\n\n", "").placed().only(PROFILE, "title = \"Ada\"\n", "");
    let case = Case::new().edit(" \u{2014} a wrong number is worse than none", "").answer(Answer::Shared);
    case.placed().only(
        HOUSE,
        "{ text = 'guess at \"figures\"', why = \"a wrong number is worse than none\" }",
        "'guess at \"figures\"'",
    );
    let mut case = Case::new();
    case.found = format!("---\nname: ada\nversion: 2\n---\n\n{}", case.found);
    let placed = case.placed();
    assert!(placed.text(PROFILE).contains("[target.prompt]\nfront-matter = "), "{}", placed.text(PROFILE));
    let mut case = Case::new();
    case.found = format!("First of all.\n\n{}", case.found);
    case.placed();
    let mut texts = workspace();
    texts.insert(PROFILE.into(), format!("{ADA}\n[target.claude]\nmodel = \"inherit\"\n"));
    let case = || Case::of(texts.clone(), "ada");
    case().edit("model: inherit\n", "").placed().only(PROFILE, "model = \"inherit\"\n", "");
    case()
        .edit("model: inherit\n", "model: inherit\ncolor: blue\n")
        .placed()
        .only(PROFILE, "", "color = \"blue\"\n");
}

#[test]
fn lines_under_a_smaller_heading_are_a_group() {
    let case = Case::new().edit("ship it\n", "ship it\n\n### At night\n\n- wait\n- sleep\n");
    let placed = case.placed();
    let text = placed.text(PROFILE);
    assert!(text.contains("[body.workflow.group.night]\ntitle = \"At night\"\n"), "{text}");
    assert!(
        text.contains("[body.workflow.group.night.items]\nwait = \"wait\"\nsleep = \"sleep\"\n"),
        "{text}"
    );
}

#[test]
fn a_step_may_come_in_without_other_numbers() {
    let case = Case::new().edit("2. **Build**", "2. ask\n2. **Build**");
    let placed = case.placed();
    assert!(placed.text(CHANGE).contains("ask = \"ask\"\nbuild"), "{}", placed.text(CHANGE));
    assert!(placed.text(PROFILE).ends_with("[layout.workflow.build]\nnumber = 2\n"));
    let case = Case::new().edit("2. **Build**", "2. ask\n3. **Build**");
    let placed = case.placed();
    assert!(placed.text(PROFILE).ends_with("[layout.workflow.ship]\nnumber = 3\n"), "{:#?}", placed.files);
}

#[test]
fn line_endings_are_told_and_mixed_ones_are_left_with_one_reason() {
    let mut case = Case::new();
    case.found = case.found.replace('\n', "\r\n");
    let absorption = case.absorb();
    let changes = &absorption.outputs[0].changes;
    assert!(changes.len() == 1 && changes[0].fate.is_ok(), "{changes:#?}");
    let mut case = Case::new().edit("ship it", "ship it now");
    case.found = case.found.replacen('\n', "\r\n", 4);
    let absorption = case.absorb();
    let changes = &absorption.outputs[0].changes;
    assert_eq!(changes.iter().filter(|change| change.fate.is_err()).count(), 1, "{changes:#?}");
    assert!(absorption.files.contains_key(&camino::Utf8PathBuf::from(CHANGE)));
    // Profiles that extend this one inherit its line endings.
    let mut texts = workspace();
    texts.insert("profiles/kid.toml".into(), "extends = [\"ada\"]\n".to_owned());
    let mut case = Case::of(texts, "ada");
    case.found = case.found.replace('\n', "\r\n");
    assert!(matches!(case.left(), Reason::Shared { .. }));
    case = case.answer(Answer::Own);
    case.placed();
}

#[test]
fn the_fragment_is_not_the_profile() {
    let mut texts = workspace();
    texts.insert("fragments/rules/lock.toml".into(), "[must]\nmfa = \"use MFA\"\n".to_owned());
    texts.insert(PROFILE.into(), ADA.replace("\"rules/house\", ", "\"rules/house\", \"rules/lock\", "));
    texts.insert("profiles/kid.toml".into(), "extends = [\"ada\"]\n".to_owned());
    let case = || Case::of(texts.clone(), "ada").edit("print a secret", "print any secret");
    let Reason::Shared { own: Some(heirs), .. } = case().left() else { panic!() };
    assert_eq!(heirs.iter().map(|other| other.profile.as_str()).collect::<Vec<_>>(), ["kid"]);
    let placed = case().answer(Answer::Own).placed();
    assert_eq!(placed.files.keys().collect::<Vec<_>>(), [PROFILE]);
}

/// A list whose rules begin with force labels, as in documents.
fn modals() -> Case {
    let profile =
        "[body.rules.never]\nguess = \"guess\"\nrush = \"rush\"\n\n[layout.rules]\nnever = \"Never\"\n";
    Case::of([("profiles/ada.toml".into(), profile.to_owned())].into(), "ada")
}

#[test]
fn a_new_bullet_that_says_its_force_is_a_rule() {
    let rush = "- Never rush\n";
    let placed = modals().edit(rush, "- Never rush\n- Never lie\n").placed();
    placed.only(PROFILE, "rush = \"rush\"\n", "rush = \"rush\"\nlie = \"lie\"\n");
    let placed = modals().edit(rush, "- Never rush\n- Do not lie\n").placed();
    let text = placed.text(PROFILE);
    assert!(text.contains("rush = \"rush\"\nlie = \"lie\"\n"), "{text}");
    assert!(text.contains("[layout.rules.lie]\nnever = \"Do not\"\n"), "{text}");
    let placed = modals().edit(rush, "- Never rush\n- You have to cite the source\n").placed();
    let text = placed.text(PROFILE);
    assert!(text.contains("[body.rules.must]\ncite-source = \"cite the source\"\n"), "{text}");
    assert!(text.contains("must = \"You have to\"\n"), "{text}");
    // What is asked or told is none.
    let placed = modals().edit(rush, "- Never rush\n- Never mind the gap\n").placed();
    assert!(!placed.text(PROFILE).contains("never = \"mind"), "{}", placed.text(PROFILE));
}

#[test]
fn below_a_line_that_says_the_force_another_one_is_left() {
    let profile = "style = \"grouped\"\n[body.rules.never]\nguess = \"guess\"\n";
    let case = || Case::of([("profiles/ada.toml".into(), profile.to_owned())].into(), "ada");
    let Reason::Unplaced { why, .. } = case().edit("- Guess\n", "- Guess\n- Do not lie\n").left() else {
        panic!()
    };
    assert!(why.contains("says its force already; leave out `Do not`"), "{why}");
    case().edit("- Guess\n", "- Guess\n- Lie\n").placed().only(
        PROFILE,
        "\"guess\"\n",
        "\"guess\"\nlie = \"lie\"\n",
    );
}

#[test]
fn a_bullet_that_becomes_a_paragraph_is_left() {
    let Reason::Unplaced { why, places } = modals().edit("- Never rush", "Never rush").left() else {
        panic!()
    };
    assert!(why.contains("without its bullet `rules.rush` is a paragraph"), "{why}");
    assert!(places.iter().any(|place| place.starts_with("profiles/ada.toml:3 ")), "{places:?}");
}

#[test]
fn front_matter_stays_between_its_fences() {
    let profile =
        "description = \"Builds\"\n[body.voice.items]\na = \"short\"\n[target.claude]\nmodel = \"inherit\"\n";
    let case = || Case::of([("profiles/ada.toml".into(), profile.to_owned())].into(), "ada");
    let front = "---\nname: ada\ndescription: Builds\nmodel: inherit\n---\n";
    for torn in [
        "model: inherit\n---\nname: ada\ndescription: Builds\n---\n",
        "name: ada\ndescription: Builds\nmodel: inherit\n---\n",
        "---\nname: ada\ndescription: Builds\nmodel: inherit\n",
        "---\nname: ada\n---\ndescription: Builds\nmodel: inherit\n",
        "---\nname: ada\n---\ndescription: Builds\nmodel: inherit\n---\n",
        "---\nname: ada\ndescription: Builds\nmodel: inherit\n----\n",
    ] {
        let absorption = case().edit(front, torn).absorb();
        let output = &absorption.outputs[0];
        let is_fence = |change: &crate::author::absorb::Change| matches!(change.fate, Err(Reason::Fence));
        assert!(output.changes.iter().any(is_fence), "{torn}{:#?}", output.changes);
        assert!(output.text.starts_with("---\nname: ada\n") && output.text.matches("---\n").count() == 2);
    }
    case().edit(front, front.replace("inherit", "opus").as_str()).placed();
    case().edit(front, front.replace("model: inherit\n", "").as_str()).placed();
}

#[test]
fn an_edit_of_words_reaches_the_weaker_rule_that_is_subsumed() {
    let mut texts = workspace();
    let mild = "fragments/rules/mild.toml";
    texts.insert(mild.into(), "[should]\nplan = \"read  the plan\"\n".to_owned());
    let firm = "fragments/rules/firm.toml";
    texts.insert(firm.into(), "[must]\nplan = \"read the plan\"\n".to_owned());
    texts.insert("profiles/cy.toml".into(), "use = [\"rules/firm\", \"rules/mild\"]\n".to_owned());
    let placed = Case::of(texts.clone(), "cy").edit("read the plan", "read the query plan").placed();
    for path in [firm, mild] {
        assert!(placed.text(path).contains("\"read the query plan\""), "{}", placed.text(path));
    }
}
