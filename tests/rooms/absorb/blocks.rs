//! Edits of whole lines and sections: added, moved and removed blocks.

use crate::author::absorb::{Answer, Reason};
use crate::workspace::load_texts;

use super::case::{ADA, CHANGE, Case, ENGINEER, HOUSE, PROFILE, built, workspace};

#[test]
fn wrapping_a_line_keeps_its_placeholders() {
    let mut texts = workspace();
    texts.insert("profiles/eve.toml".into(), "name = \"Eve\"\nuse = [\"identity/engineer\"]\n".into());
    let case = || {
        Case::of(texts.clone(), "ada")
            .edit("an engineer with 10 years.\n", "an engineer\nwith 10 years and a day.\n")
    };
    case().answer(Answer::Shared).applied().only(
        ENGINEER,
        "an engineer with {{ years }} years.",
        "an engineer\nwith {{ years }} years and a day.",
    );
    // Removing the words around a placeholder changes the text for this persona only.
    let reworded = || {
        Case::of(texts.clone(), "ada").edit("You are **Ada**, an engineer with 10 years", "Adah has 10 years")
    };
    let reason = reworded().answer(Answer::Shared).rejected();
    assert!(matches!(reason, Reason::ProfileOnly), "{reason:?}");
    let own = reworded().answer(Answer::Profile).applied();
    assert_eq!(own.files.keys().collect::<Vec<_>>(), [PROFILE]);
    // A sentence can be removed together with its placeholder.
    let shorter = Case::of(texts.clone(), "ada").edit(" with 10 years", "").answer(Answer::Shared);
    shorter.applied().only(ENGINEER, " with {{ years }} years", "");
}

#[test]
fn wrapped_entries_stay_one_entry() {
    let case = Case::new()
        .edit("- **Never** print a secret\n", "- **Never** print\n  a secret\n")
        .edit("make the change\n", "make\n   the small change\n")
        .edit("for the craft.", "for\nthe craft.");
    let applied = case.answer(Answer::Shared).applied();
    assert!(applied.text(HOUSE).contains("secrets = \"\"\"\nprint\na secret\"\"\" # and this\n"));
    assert!(
        applied.text(CHANGE).contains("text = \"\"\"\nmake\nthe small change\"\"\""),
        "{}",
        applied.text(CHANGE)
    );
    let both = Case::new()
        .edit("- **Never** print a secret\n", "* **Never** print\n  a secret\n")
        .edit("- **Never** guess", "* **Never** guess")
        .edit("- **Never** rush", "* **Never** rush")
        .edit("- **Always** run", "* **Always** run")
        .edit("- **You must** cite", "* **You must** cite");
    let applied = both.answer(Answer::Shared).applied();
    assert!(applied.text(PROFILE).contains("bullet = \"* \""), "{}", applied.text(PROFILE));
}

#[test]
fn a_wrapped_entry_sets_its_indent_where_the_profile_has_another() {
    let mut texts = workspace();
    texts.insert(PROFILE.into(), format!("{ADA}\n[layout]\nindent = \"      \"\n"));
    let case = Case::of(texts, "ada").edit("- **Never** print a secret\n", "- **Never** print\n  a secret\n");
    let applied = case.answer(Answer::Shared).applied();
    assert!(applied.text(HOUSE).contains("secrets = \"\"\"\nprint\na secret\"\"\" # and this\n"));
    assert!(
        applied.text(PROFILE).contains("[layout.rules.secrets]\nindent = \"  \"\n"),
        "{}",
        applied.text(PROFILE)
    );
}

#[test]
fn lines_at_an_end_without_a_newline_are_added_and_removed_with_the_break_above() {
    const VOICE: &str = "fragments/voice/plain.toml";
    let texts = || {
        [
            (VOICE.into(), "[items]\na = \"\"\"\nan entry\nthat goes on\"\"\"\n".to_owned()),
            (PROFILE.into(), "use = [\"voice/plain\"]\n\n[layout]\nend = \"\"\n".to_owned()),
        ]
        .into()
    };
    let longer = Case::of(texts(), "ada").edit("\n  that goes on", "\n  that goes on\n  and on");
    longer.answer(Answer::Shared).applied().only(VOICE, "that goes on\"", "that goes on\nand on\"");
    let shorter = Case::of(texts(), "ada").edit("\n  that goes on", "");
    let applied = shorter.answer(Answer::Shared).applied();
    assert!(!applied.text(VOICE).contains("that goes on"), "{}", applied.text(VOICE));
    let entry = Case::of(texts(), "ada").edit("\n  that goes on", "\n  that goes on\n- another one");
    assert!(entry.answer(Answer::Shared).applied().text(VOICE).contains("another one"));
}

#[test]
fn replacement_lines_are_absorbed_with_the_lines_they_replace() {
    // The new words have little in common with the old entry, so one entry is removed and another added.
    let case = || Case::new().edit("- **Never** rush\n", "- **Never** dawdle over trifles\n");
    let absorption = case().absorb();
    assert!(absorption.files.is_empty(), "{absorption:#?}");
    case().answer(Answer::Shared).applied();
    case().answer(Answer::Profile).applied();
    // An edit that cannot be applied holds back the edits linked to it.
    let torn = Case::new().edit("3. ship it\n", "| a | table |\n|---|---|\n");
    let absorption = torn.absorb();
    let is_all = absorption.outputs[0].changes.iter().all(|change| change.outcome.is_ok());
    assert!(is_all || absorption.files.is_empty(), "{absorption:#?}");
}

#[test]
fn a_rule_moved_among_rules_of_another_force_changes_its_table() {
    let mut texts = workspace();
    texts.insert(PROFILE.into(), ADA.replace("use =", "style = \"grouped\"\nuse ="));
    let rules = texts[&camino::Utf8PathBuf::from(HOUSE)].replace("rush =", "# after the outage\nrush =");
    texts.insert(HOUSE.into(), rules);
    let case = || {
        Case::of(texts.clone(), "ada")
            .edit("- Rush\n", "")
            .edit("- Run the tests\n", "- Run the tests\n- Rush\n")
    };
    let applied = case().answer(Answer::Shared).applied();
    assert!(
        applied.text(HOUSE).ends_with("tests = \"run the tests\"\n# after the outage\nrush = \"rush\"\n"),
        "{}",
        applied.text(HOUSE)
    );
    let own = case().answer(Answer::Profile).applied();
    assert_eq!(own.files.keys().collect::<Vec<_>>(), [PROFILE]);
    let absorption = case().absorb();
    assert!(absorption.files.is_empty() && !absorption.outputs[0].is_whole(), "{absorption:#?}");
    // Names keep their capitals.
    let named =
        Case::of(texts, "ada").edit("- Rush\n", "- Rush\n- SQL without parameters\n- GitHub tokens\n");
    let applied = named.answer(Answer::Shared).applied();
    assert!(applied.text(HOUSE).contains("\"SQL without parameters\""), "{}", applied.text(HOUSE));
    assert!(applied.text(HOUSE).contains("\"GitHub tokens\""), "{}", applied.text(HOUSE));
}

#[test]
fn a_rule_with_a_new_force_keeps_its_comments() {
    let case = Case::new().edit("**Never** print a secret\n", "**Always** print a secret\n");
    let applied = case.answer(Answer::Profile).applied();
    assert_eq!(applied.files.keys().collect::<Vec<_>>(), [PROFILE]);
    let case = Case::new()
        .edit("- **Never** print a secret\n", "")
        .edit("- **Never** guess", "- **Always** print a secret\n- **Never** guess");
    let applied = case.answer(Answer::Shared).applied();
    assert!(applied.text(HOUSE).contains("# keep this comment\nsecrets ="), "{}", applied.text(HOUSE));
    assert!(applied.text(HOUSE).contains("# and this\n"), "{}", applied.text(HOUSE));
}

const WORKFLOW: &str = "## Workflow\n\n1. write the plan\n2. **Build**: make the change\n3. ship it\n";

#[test]
fn a_moved_section_is_listed_in_its_new_place() {
    let case = Case::new();
    let rules = case.found[case.found.find("## Rules").unwrap()..case.found.find("\n## Workflow").unwrap()]
        .to_owned();
    let mut case = Case::new();
    case.found = case.found.replace(&format!("{rules}\n{WORKFLOW}"), &format!("{WORKFLOW}\n{rules}"));
    let applied = case.applied();
    assert_eq!(applied.files.keys().collect::<Vec<_>>(), [PROFILE]);
    let text = applied.text(PROFILE);
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
fn a_removed_section_leaves_nothing_behind() {
    for (gone, above, below) in [
        ("## Work\n\n1) write the plan\n2) **Build**: make the change\n\n3) ship it\n\n", "", ""),
        ("\n## Work\n\n1) write the plan\n2) **Build**: make the change\n\n3) ship it\n", "", ""),
        ("## Work\n\n1) write the plan\n2) **Build**: make the change\n\n3) ship it\n", "", "gap = 2"),
        ("\n## Work\n\n1) write the plan\n2) **Build**: make the change\n\n3) ship it\n\n", "", "gap = 0"),
    ] {
        let case = laid_out().edit(gone, above);
        let applied = case.applied();
        assert_eq!(applied.gone, [CHANGE]);
        let text = applied.text(PROFILE);
        assert!(
            !text.contains("workflow") && text.contains("use = [\"identity/engineer\", \"rules/house\"]"),
            "{text}"
        );
        assert_eq!(text.contains("gap"), !below.is_empty(), "{text}");
        assert!(text.contains(below), "{text}");
        let mut texts = case.texts.clone();
        texts.extend(applied.files.clone());
        texts.retain(|path, _| !applied.gone.contains(path));
        let (_, findings) = load_texts(&texts);
        assert!(findings.is_empty(), "{findings:?}");
        assert!(built(&texts, "ada").contains_key("prompt"));
    }
}

#[test]
fn an_empty_fragment_with_comments_or_references_stays() {
    let mut case = laid_out();
    let steps = format!("# ours\n\n{}", case.texts[&camino::Utf8PathBuf::from(CHANGE)]);
    case.texts.insert(CHANGE.into(), steps);
    let start = case.found.find("## Work").unwrap();
    let end = case.found.find("## Rules").unwrap();
    case.found.replace_range(start..end, "");
    let absorption = case.absorb();
    assert!(absorption.gone.is_empty() && absorption.outputs[0].is_whole(), "{absorption:#?}");
    assert!(absorption.notes.iter().any(|note| note.contains("delete the file")), "{:?}", absorption.notes);
}

#[test]
fn titles_reasons_and_front_matter_are_added_and_removed() {
    let mut case = Case::new();
    case.found = format!("# Ada\n\n{}", case.found);
    case.applied().only(PROFILE, "\n\n[body", "\ntitle = \"Ada\"\n\n[body");
    let mut texts = workspace();
    texts.insert(PROFILE.into(), ADA.replace("use =", "title = \"Ada\"\nuse ="));
    Case::of(texts, "ada").edit("# Ada\n\n", "").applied().only(PROFILE, "title = \"Ada\"\n", "");
    let case = Case::new().edit(" \u{2014} a wrong number is worse than none", "").answer(Answer::Shared);
    case.applied().only(
        HOUSE,
        "{ text = 'guess at \"figures\"', why = \"a wrong number is worse than none\" }",
        "'guess at \"figures\"'",
    );
    let mut case = Case::new();
    case.found = format!("---\nname: ada\nversion: 2\n---\n\n{}", case.found);
    let applied = case.applied();
    assert!(applied.text(PROFILE).contains("[target.prompt]\nfront-matter = "), "{}", applied.text(PROFILE));
    let mut case = Case::new();
    case.found = format!("First of all.\n\n{}", case.found);
    case.applied();
    let mut texts = workspace();
    texts.insert(PROFILE.into(), format!("{ADA}\n[target.claude]\nmodel = \"inherit\"\n"));
    let case = || Case::of(texts.clone(), "ada");
    case().edit("model: inherit\n", "").applied().only(PROFILE, "model = \"inherit\"\n", "");
    case()
        .edit("model: inherit\n", "model: inherit\ncolor: blue\n")
        .applied()
        .only(PROFILE, "", "color = \"blue\"\n");
}

#[test]
fn lines_under_a_subheading_become_a_group() {
    let case = Case::new().edit("ship it\n", "ship it\n\n### At night\n\n- wait\n- sleep\n");
    let applied = case.applied();
    let text = applied.text(PROFILE);
    assert!(text.contains("[body.workflow.group.night]\ntitle = \"At night\"\n"), "{text}");
    assert!(
        text.contains("[body.workflow.group.night.items]\nwait = \"wait\"\nsleep = \"sleep\"\n"),
        "{text}"
    );
}

#[test]
fn a_step_may_be_inserted_without_renumbering() {
    let case = Case::new().edit("2. **Build**", "2. ask\n2. **Build**");
    let applied = case.applied();
    assert!(applied.text(CHANGE).contains("ask = \"ask\"\nbuild"), "{}", applied.text(CHANGE));
    assert!(applied.text(PROFILE).ends_with("[layout.workflow.build]\nnumber = 2\n"));
    let case = Case::new().edit("2. **Build**", "2. ask\n3. **Build**");
    let applied = case.applied();
    assert!(applied.text(PROFILE).ends_with("[layout.workflow.ship]\nnumber = 3\n"), "{:#?}", applied.files);
}

#[test]
fn line_endings_are_absorbed_and_mixed_ones_left_with_one_reason() {
    let mut case = Case::new();
    case.found = case.found.replace('\n', "\r\n");
    let absorption = case.absorb();
    let changes = &absorption.outputs[0].changes;
    assert!(changes.len() == 1 && changes[0].outcome.is_ok(), "{changes:#?}");
    let mut case = Case::new().edit("ship it", "ship it now");
    case.found = case.found.replacen('\n', "\r\n", 4);
    let absorption = case.absorb();
    let changes = &absorption.outputs[0].changes;
    assert_eq!(changes.iter().filter(|change| change.outcome.is_err()).count(), 1, "{changes:#?}");
    assert!(absorption.files.contains_key(&camino::Utf8PathBuf::from(CHANGE)));
    // Profiles that extend this one inherit its line endings.
    let mut texts = workspace();
    texts.insert("profiles/kid.toml".into(), "extends = [\"ada\"]\n".to_owned());
    let mut case = Case::of(texts, "ada");
    case.found = case.found.replace('\n', "\r\n");
    assert!(matches!(case.rejected(), Reason::Shared { .. }));
    case = case.answer(Answer::Profile);
    case.applied();
}

#[test]
fn an_edit_of_a_required_fragment_goes_to_the_profile_if_asked() {
    let mut texts = workspace();
    texts.insert("fragments/rules/lock.toml".into(), "[must]\nmfa = \"use MFA\"\n".to_owned());
    texts.insert(PROFILE.into(), ADA.replace("\"rules/house\", ", "\"rules/house\", \"rules/lock\", "));
    texts.insert("profiles/kid.toml".into(), "extends = [\"ada\"]\n".to_owned());
    let case = || Case::of(texts.clone(), "ada").edit("print a secret", "print any secret");
    let Reason::Shared { own: Some(heirs), .. } = case().rejected() else { panic!() };
    assert_eq!(heirs.iter().map(|other| other.profile.as_str()).collect::<Vec<_>>(), ["kid"]);
    let applied = case().answer(Answer::Profile).applied();
    assert_eq!(applied.files.keys().collect::<Vec<_>>(), [PROFILE]);
}

/// A list whose rules begin with force labels, as in documents.
fn modals() -> Case {
    let profile =
        "[body.rules.never]\nguess = \"guess\"\nrush = \"rush\"\n\n[layout.rules]\nnever = \"Never\"\n";
    Case::of([("profiles/ada.toml".into(), profile.to_owned())].into(), "ada")
}

#[test]
fn a_new_bullet_with_a_force_label_is_a_rule() {
    let rush = "- Never rush\n";
    let applied = modals().edit(rush, "- Never rush\n- Never lie\n").applied();
    applied.only(PROFILE, "rush = \"rush\"\n", "rush = \"rush\"\nlie = \"lie\"\n");
    let applied = modals().edit(rush, "- Never rush\n- Do not lie\n").applied();
    let text = applied.text(PROFILE);
    assert!(text.contains("rush = \"rush\"\nlie = \"lie\"\n"), "{text}");
    assert!(text.contains("[layout.rules.lie]\nnever = \"Do not\"\n"), "{text}");
    let applied = modals().edit(rush, "- Never rush\n- You have to cite the source\n").applied();
    let text = applied.text(PROFILE);
    assert!(text.contains("[body.rules.must]\ncite-source = \"cite the source\"\n"), "{text}");
    assert!(text.contains("must = \"You have to\"\n"), "{text}");
    // Questions and statements are not rules.
    let applied = modals().edit(rush, "- Never rush\n- Never mind the gap\n").applied();
    assert!(!applied.text(PROFILE).contains("never = \"mind"), "{}", applied.text(PROFILE));
}

#[test]
fn a_force_label_below_a_force_heading_is_left() {
    let profile = "style = \"grouped\"\n[body.rules.never]\nguess = \"guess\"\n";
    let case = || Case::of([("profiles/ada.toml".into(), profile.to_owned())].into(), "ada");
    let Reason::NoSource { why, .. } = case().edit("- Guess\n", "- Guess\n- Do not lie\n").rejected() else {
        panic!()
    };
    assert!(why.contains("already names its force; remove `Do not`"), "{why}");
    case().edit("- Guess\n", "- Guess\n- Lie\n").applied().only(
        PROFILE,
        "\"guess\"\n",
        "\"guess\"\nlie = \"lie\"\n",
    );
}

#[test]
fn a_bullet_that_becomes_a_paragraph_is_left() {
    let Reason::NoSource { why, places } = modals().edit("- Never rush", "Never rush").rejected() else {
        panic!()
    };
    assert!(why.contains("without its bullet, `rules.rush` would be a paragraph"), "{why}");
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
        let is_fence = |change: &crate::author::absorb::Change| matches!(change.outcome, Err(Reason::Fence));
        assert!(output.changes.iter().any(is_fence), "{torn}{:#?}", output.changes);
        assert!(output.text.starts_with("---\nname: ada\n") && output.text.matches("---\n").count() == 2);
    }
    case().edit(front, front.replace("inherit", "opus").as_str()).applied();
    case().edit(front, front.replace("model: inherit\n", "").as_str()).applied();
}

#[test]
fn an_edit_of_words_reaches_a_subsumed_rule() {
    let mut texts = workspace();
    let mild = "fragments/rules/mild.toml";
    texts.insert(mild.into(), "[should]\nplan = \"read  the plan\"\n".to_owned());
    let firm = "fragments/rules/firm.toml";
    texts.insert(firm.into(), "[must]\nplan = \"read the plan\"\n".to_owned());
    texts.insert("profiles/cy.toml".into(), "use = [\"rules/firm\", \"rules/mild\"]\n".to_owned());
    let applied = Case::of(texts.clone(), "cy").edit("read the plan", "read the query plan").applied();
    for path in [firm, mild] {
        assert!(applied.text(path).contains("\"read the query plan\""), "{}", applied.text(path));
    }
}
