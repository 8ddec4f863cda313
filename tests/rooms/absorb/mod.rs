//! Absorbing hand edits: edits of a persona, and its sources afterwards.

mod blocks;
mod case;
mod imported;
mod ordinary;

use crate::author::absorb::{Answer, Reason};
use crate::compose::Composer;
use crate::source::edit::{SourceEdit, apply};
use crate::workspace::load_texts;
use camino::Utf8PathBuf;

use case::{ADA, CHANGE, Case, ENGINEER, HOUSE, PROFILE, STEPS, built, workspace};

#[test]
fn edited_words_go_to_the_string_that_holds_them() {
    Case::new()
        .edit("write the plan", "write down the plan")
        .applied()
        .only(CHANGE, "write the plan", "write down the plan");
    Case::new().edit("**Build**", "**Make it**").applied().only(CHANGE, "\"Build\"", "\"Make it\"");
    Case::new().edit("the craft.", "the craft, and say \"no\".").applied().only(
        ENGINEER,
        "the craft.",
        "the craft, and say \"no\".",
    );
    Case::new()
        .edit("make the change", "make the \"change\"")
        .applied()
        .only(CHANGE, "\"make the change\"", "'make the \"change\"'");
    Case::new()
        .edit("cite the line", "cite the file and line")
        .applied()
        .only(PROFILE, "cite the line", "cite the file and line");
}

#[test]
fn text_filled_in_by_a_template_belongs_to_the_field() {
    Case::new().edit("10 years", "12 years").applied().only(ENGINEER, "value = 10", "value = 12");
    Case::new().edit("**Ada**", "**Grace**").applied().only(PROFILE, "\"Ada\"", "\"Grace\"");
    Case::new()
        .edit("an engineer with 10", "a maker with 10")
        .applied()
        .only(ENGINEER, "an engineer", "a maker");
    let reason = Case::new().edit("10 years", "ten years").rejected();
    assert!(matches!(&reason, Reason::NoSource { why, .. } if why.contains("fields.years")), "{reason:?}");
}

/// In values too, of which a template fills in parts: a description, a setting, a heading.
#[test]
fn a_filled_in_value_has_the_origin_of_its_field() {
    let profile = "\
template = true
description = \"Helps {{ who }} when asked\"

[fields]
who = \"ops people\"
kind = \"opus\"
days = \"weekdays\"

[sections.voice]
heading = \"For {{ days }}\"

[body.voice.items]
a = \"be brief\"

[target.claude]
model = \"{{ kind }}\"
";
    let case = || Case::of([(PROFILE.into(), profile.to_owned())].into(), "ada");
    case().edit("ops people", "dev people").applied().only(PROFILE, "\"ops people\"", "\"dev people\"");
    case().edit("opus", "haiku").applied().only(PROFILE, "\"opus\"", "\"haiku\"");
    case().edit("weekdays", "weekends").applied().only(PROFILE, "\"weekdays\"", "\"weekends\"");
    case().edit("Helps ops", "Serves ops").applied().only(PROFILE, "\"Helps", "\"Serves");
    // What is printed elsewhere too, or is in words and field at once, stays as it is, and no placeholder is lost.
    let texts = [(PROFILE.into(), profile.replace("be brief", "be brief with {{ who }}"))].into();
    Case::of(texts, "ada").edit("Helps ops", "Helps dev").rejected();
    let reason = case().edit("Helps ops", "Serves dev").rejected();
    let Reason::NoSource { places, .. } = &reason else { panic!("{reason:?}") };
    assert!(places.iter().any(|place| place == "profiles/ada.toml:5 (`fields.who`)"), "{reason:?}");
}

#[test]
fn a_shared_text_is_left_edited_or_overridden() {
    let case = || Case::new().edit("print a secret", "print a secret or a key");
    let Reason::Shared { files, others, own } = case().rejected() else { panic!() };
    assert_eq!((files[0].as_str(), others[0].profile.as_str(), own), (HOUSE, "bob", Some(Vec::new())));
    case().answer(Answer::Shared).applied().only(HOUSE, "print a secret", "print a secret or a key");
    case().answer(Answer::Profile).applied().only(
        PROFILE,
        "",
        "\n[body.rules.never]\nsecrets = \"print a secret or a key\"\n",
    );
}

#[test]
fn a_rule_with_a_new_label_moves_to_the_table_of_its_force() {
    let case = Case::new().edit("**Never** rush", "**Always** rush").answer(Answer::Shared);
    let applied = case.applied();
    let text = &applied.files[&Utf8PathBuf::from(HOUSE)];
    assert!(text.ends_with("[always]\nrush = \"rush\"\ntests = \"run the tests\"\n"), "{text}");
    let own = Case::new().edit("**Never** rush", "**Always** rush").answer(Answer::Profile).applied();
    let text = &own.files[&Utf8PathBuf::from(PROFILE)];
    assert!(text.contains("[body.rules.always]\nrush = ") && text.contains("[[remove]]"), "{text}");
}

#[test]
fn a_new_entry_goes_next_to_its_neighbour() {
    let step = Case::new()
        .edit("2. **Build**: make the change\n3.", "2. **Build**: make the change\n3. look at it twice\n4.");
    step.applied().only(CHANGE, "ship =", "look-twice = \"look at it twice\"\nship =");
    let last = Case::new().edit("cite the line\n", "cite the line\n- **You must** name the author\n");
    last.applied().only(PROFILE, "", "name-author = \"name the author\"\n");
    let labelled = Case::new().edit("ship it\n", "ship it\n4. **Watch**: look at the graphs\n");
    labelled.applied().only(CHANGE, "", "watch = { label = \"Watch\", text = \"look at the graphs\" }\n");
    let rule = || Case::new().edit("rush\n", "rush\n- **Never** shout — it is rude\n");
    rule().answer(Answer::Shared).applied().only(
        HOUSE,
        "rush = \"rush\"\n",
        "rush = \"rush\"\nshout = \"shout — it is rude\"\n",
    );
    let own = rule().answer(Answer::Profile).applied();
    assert_eq!(own.files.keys().collect::<Vec<_>>(), [PROFILE]);
}

#[test]
fn a_deleted_entry_leaves_its_source_or_is_removed_by_the_profile() {
    Case::new().edit("3. ship it\n", "").applied().only(CHANGE, "ship = \"ship it\"\n", "");
    let rule = || Case::new().edit("- **Never** rush\n", "");
    rule().answer(Answer::Shared).applied().only(HOUSE, "rush = \"rush\"\n", "");
    rule().answer(Answer::Profile).applied().only(
        PROFILE,
        "",
        "\n[[remove]]\ntarget = \"rules.rush\"\nseen = { \"rules/house\" = \"eed091c78e7fa8e3\" }\nreason = \"edited by hand in personas/ada.md\"\n",
    );
    Case::new().edit("- **You must** cite the line\n", "").applied().only(
        PROFILE,
        "\n[body.rules.must]\ncite = \"cite the line\"\n",
        "",
    );
}

#[test]
fn a_moved_entry_moves_in_its_file() {
    let case = Case::new().edit(
        "1. write the plan\n2. **Build**: make the change\n3. ship it\n",
        "1. **Build**: make the change\n2. ship it\n3. write the plan\n",
    );
    let applied = case.applied();
    let text = &applied.files[&Utf8PathBuf::from(CHANGE)];
    assert!(text.ends_with("ship = \"ship it\"\nplan = \"write the plan\"\n"), "{text}");
    let rules = Case::new()
        .edit("- **Never** rush\n", "")
        .edit("- **Never** print", "- **Never** rush\n- **Never** print");
    let own = rules.answer(Answer::Profile).applied();
    assert_eq!(own.files.keys().collect::<Vec<_>>(), [PROFILE]);
    assert!(own.files[&Utf8PathBuf::from(PROFILE)].contains("[layout.rules]\norder = "));
}

#[test]
fn new_paragraphs_go_next_to_their_neighbours() {
    let case = Case::new().edit("the craft.\n", "the craft.\n\nYou ask when in doubt.\n");
    case.applied().only(ENGINEER, "the craft.", "the craft.\n\nYou ask when in doubt.");
    let case = Case::new().edit("the craft.\n", "the craft.\n\n## Notes\n\n- keep notes\n- date them\n");
    let applied = case.applied();
    let text = &applied.files[&Utf8PathBuf::from(PROFILE)];
    assert!(
        text.contains("[body.notes.items]\nkeep-notes = \"keep notes\"\ndate = \"date them\"\n"),
        "{text}"
    );
}

#[test]
fn edits_of_markup_and_gaps_become_layout() {
    Case::new()
        .edit("1. write", "1) write")
        .edit("2. **B", "2) **B")
        .edit("3. ship", "3) ship")
        .applied()
        .only(PROFILE, "", "\n[layout]\nstep = \"1) \"\n");
    Case::new().edit("## Workflow", "# Workflow").applied().only(
        PROFILE,
        "",
        "\n[layout.workflow]\nheading = \"# TITLE\"\n",
    );
    Case::new().edit("- **Never** rush\n", "\n- **Never** rush\n").applied().only(
        PROFILE,
        "",
        "\n[layout.rules.rush]\ngap = 1\n",
    );
    Case::new().edit("ship it\n", "ship it").applied().only(PROFILE, "", "\n[layout]\nend = \"\"\n");
    Case::new().edit("## Rules\n\n", "## Rules\n").applied();
    Case::new().edit("## Rules", "## Hard rules").applied();
    Case::new().edit("## Workflow\n", "---\n\n## Workflow\n").applied();
    Case::new().edit("**Build**: ", "**Build** – ").applied();
    Case::new().edit("**Never** guess at", "Do not guess at").applied();
}

#[test]
fn line_endings_and_the_byte_order_mark_become_document_settings() {
    let mut case = Case::new().edit("ship it", "ship it now");
    case.found = format!("\u{feff}{}", case.found.replace('\n', "\r\n"));
    let applied = case.applied();
    assert!(
        applied.files[&Utf8PathBuf::from(PROFILE)]
            .contains("line-ending = \"crlf\"\nbyte-order-mark = true\n")
    );
}

#[test]
fn a_decision_is_pinned_again_or_changed() {
    let mut texts = workspace();
    texts.insert("fragments/rules/other.toml".into(), "[never]\nrush = \"hurry\"\n".to_owned());
    let profile = format!(
        "{}\n[[resolve]]\nat = \"rules.rush\"\ntake = \"rules/house\"\nreason = \"shorter\"\n",
        ADA.replace("\"rules/house\", ", "\"rules/house\", \"rules/other\", ")
    );
    texts.insert(PROFILE.into(), profile.clone());
    let (library, _) = load_texts(&texts);
    let composition = Composer::new(&library).compose(0.into()).unwrap();
    let seen: Vec<(String, String)> = composition.settled["rules.rush"]
        .sides
        .iter()
        .map(|side| (side.name.clone(), side.hash.clone()))
        .collect();
    let pinned = apply(&profile, &[SourceEdit::Pin { at: "rules.rush".to_owned(), seen }]).unwrap();
    texts.insert(PROFILE.into(), pinned.clone());
    let case =
        Case::of(texts.clone(), "ada").edit("**Never** rush", "**Never** rush it").answer(Answer::Shared);
    let applied = case.applied();
    assert_eq!(applied.files.keys().collect::<Vec<_>>(), [HOUSE, PROFILE]);
    let set = pinned.replace("take = \"rules/house\"", "set = \"dawdle\"");
    texts.insert(PROFILE.into(), set);
    let case = Case::of(texts, "ada").edit("**Never** dawdle", "**Never** dawdle on");
    case.applied().only(PROFILE, "\"dawdle\"", "\"dawdle on\"");
}

#[test]
fn two_sources_that_agree_both_change() {
    let mut texts = workspace();
    texts.insert("fragments/rules/other.toml".into(), "[never]\nrush = \"\"\"\nrush\n\"\"\"\n".to_owned());
    texts.insert(PROFILE.into(), ADA.replace("\"rules/house\", ", "\"rules/house\", \"rules/other\", "));
    let case = Case::of(texts, "ada").edit("**Never** rush", "**Never** hurry").answer(Answer::Shared);
    assert_eq!(case.applied().files.keys().collect::<Vec<_>>(), [HOUSE, "fragments/rules/other.toml"]);
}

#[test]
fn a_value_of_front_matter_goes_home_however_it_is_typed() {
    let mut texts = workspace();
    let tools = "[tools]\nallow = [\"Read\", \"Grep\"]\n\n[target.claude]\nmodel = \"inherit\"\n";
    texts.insert(PROFILE.into(), format!("{ADA}\n{tools}"));
    let case = || Case::of(texts.clone(), "ada");
    let description = "description: Builds things\n";
    for form in [
        "description: >-\n  Builds all\n  things\n",
        "description: |-\n  Builds all things\n",
        "description: \"Builds all\n  things\"\n",
        "description: 'Builds all things'\n",
        "description: Builds all\n  things\n",
        "description: >2-\n  Builds all things\n",
        "description: \"Builds \\\n  \\u0061ll things\"\n",
        "description: Builds all things # why\n",
    ] {
        let applied = case().edit(description, form).applied();
        assert!(applied.text(PROFILE).contains("description = \"Builds all things\""), "{form}");
    }
    for form in ["tools:\n  - Read\n  - Bash\n", "tools: [Read, Bash]\n", "tools: \"Read, Bash\"\n"] {
        let applied = case().edit("tools: Read, Grep\n", form).applied();
        assert!(applied.text(PROFILE).contains("allow = [\"Read\", \"Bash\"]"), "{form}");
    }
    let applied = case().edit("model: inherit\n", "model: >-\n  opus\n").applied();
    assert!(applied.text(PROFILE).contains("model = \"opus\""));
    // What a template filled in stays a placeholder.
    let template = "template = true\ndescription = \"{{ name }} builds things\"";
    let profile = format!("{ADA}\n{tools}").replace("description = \"Builds things\"", template);
    texts.insert(PROFILE.into(), profile);
    let applied = Case::of(texts, "ada").edit("Ada builds things", "Ada builds all things").applied();
    assert!(applied.text(PROFILE).contains("\"{{ name }} builds all things\""));
}

#[test]
fn front_matter_goes_to_its_fields_and_settings() {
    let mut texts = workspace();
    texts.insert(
        PROFILE.into(),
        format!("{ADA}\n[tools]\nallow = [\"Read\", \"Grep\"]\n\n[target.claude]\nmodel = \"inherit\"\n"),
    );
    let case = || Case::of(texts.clone(), "ada");
    case()
        .edit("Builds things", "Builds: \"things\"")
        .edit("description: ", "description: '")
        .edit("\"things\"\n", "\"things\"'\n")
        .applied();
    case().edit("model: inherit\n", "model: inherit\nargument-hint: [--a] | [--b]\n").applied();
    case().edit("model: inherit", "model: opus").applied().only(PROFILE, "\"inherit\"", "\"opus\"");
    case().edit("Read, Grep", "Read, Grep, Bash").applied().only(
        PROFILE,
        "[\"Read\", \"Grep\"]",
        "[\"Read\", \"Grep\", \"Bash\"]",
    );
}

#[test]
fn changes_of_sources_and_output_are_merged() {
    let base = built(&workspace(), "ada").into_values().next().unwrap();
    let mut texts = workspace();
    texts.insert(
        CHANGE.into(),
        STEPS.replace("ship it", "ship it today").replace("write the plan", "draw the plan"),
    );
    let mut case = Case::of(texts.clone(), "ada");
    case.found =
        base.replace("make the change", "make a change").replace("write the plan", "write the plan down");
    case.base = Some(base.clone());
    let absorption = case.absorb();
    assert!(absorption.outputs[0].is_whole() && absorption.outputs[0].is_merged, "{absorption:#?}");
    let text = &absorption.files[&Utf8PathBuf::from(CHANGE)];
    for said in ["ship it today", "draw the plan down", "make a change"] {
        assert!(text.contains(said), "{text}");
    }
    case.found = base.replace("write the plan", "skip the plan");
    assert!(matches!(case.rejected(), Reason::Conflict(_)));
}
