//! `cento import` of files of data: character cards, modes of Roo Code and agents of Codex; how their paths tell what they
//! are.

mod common;

use common::Test;
use serde_json::Value;

const CARD: &str = r###"{"spec": "chara_card_v2", "spec_version": "2.0", "fav": true, "name": "Ada L.", "data": {
    "name": "Ada L.", "description": "A mathematician.", "first_mes": "Hello!\r\nWho are you?", "tags": ["math"],
    "system_prompt": "## Rules\n\n- Never lie", "extensions": {"depth": 4, "weight": 0.5}, "character_book": null}}"###;

#[test]
fn a_card_gives_back_its_values_but_those_that_are_named() {
    let test = Test::new(&[("cards/ada.json", CARD)]);
    let ran = test.run(&["import", "cards", "--into", "."]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("imported cards/ada.json as ada-l (chara-card-v2)\n"), "{}", ran.out);
    assert!(
        ran.out.contains("`cento build --force` writes it to cards/ada.json in the layout"),
        "{}",
        ran.out
    );
    assert!(
        ran.err.contains("not imported from cards/ada.json: `fav`, `data.character_book`"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("line breaks `\\r\\n`"), "{}", ran.err);
    let ran = test.run(&["build", "--force"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let mut expected: Value = serde_json::from_str(CARD).unwrap();
    let built: Value = serde_json::from_str(&test.read("cards/ada.json")).unwrap();
    for key in ["fav", "name"] {
        expected.as_object_mut().unwrap().remove(key);
    }
    let data = expected["data"].as_object_mut().unwrap();
    data.remove("character_book");
    data["first_mes"] = "Hello!\nWho are you?".into();
    let keys = ["personality", "scenario", "mes_example", "creator_notes", "post_history_instructions"];
    data.extend(
        keys.into_iter().chain(["creator", "character_version"]).map(|key| (key.to_owned(), "".into())),
    );
    data.insert("alternate_greetings".to_owned(), Vec::<Value>::new().into());
    assert_eq!(built, expected);
    let again = test.run(&["import", "cards/ada.json", "--into", "."]);
    assert!(again.out.contains("cards/ada.json is ada-l already"), "{}", again.out);
}

#[test]
fn every_mode_becomes_a_profile_that_may_do_no_more() {
    let modes = "customModes:\n\
                 - slug: plan\n  name: Plan\n  whenToUse: Use when a design is needed.\n  \
                 roleDefinition: |-\n    You plan.\n  customInstructions: |-\n    - Never code\n  \
                 groups: [read, [edit, {fileRegex: '\\.md$'}], browser, mcp]\n\
                 - {slug: all, name: All, roleDefinition: You build., groups: [read, edit, command, browser, mcp]}\n";
    let json = r#"{"customModes": [{"slug": "look", "name": "Look", "roleDefinition": "You look.", "groups": ["read"]}]}"#;
    let test = Test::new(&[(".roomodes", modes), ("modes.json", json)]);
    let ran = test.run(&["import", ".", "modes.json", "--into", "."]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.ends_with("3 documents imported\n"), "{}", ran.out);
    let said = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("the mode `plan` of .roomodes may edit only files that match `\\.md$`"), "{said}");
    assert!(said.contains("the mode `look` of modes.json has no group `browser`, `mcp`"), "{said}");
    assert_eq!(test.run(&["build"]).code, 0);
    assert_eq!(
        test.read(".kilo/agents/plan.md"),
        "---\ndescription: Use when a design is needed.\nmode: primary\npermission:\n  edit: ask\n  bash: deny\n---\n\n\
         You plan.\n\n- Never code\n"
    );
    assert_eq!(test.read(".kilo/agents/all.md"), "---\ndescription: All\nmode: primary\n---\n\nYou build.\n");
    assert!(test.read(".kilo/agents/look.md").contains("permission:\n  edit: deny\n  bash: deny\n"));
}

#[test]
fn damaged_data_is_refused_with_the_reason() {
    let card = |from: &str, to: &str| CARD.replace(from, to);
    let mode = "slug: a, name: A, roleDefinition: B";
    let twice = format!("customModes: [{{{mode}, groups: []}}, {{{mode}, groups: []}}]\n");
    for (path, text, reason) in [
        ("a.json", CARD[..200].to_owned(), "a.json is not valid JSON: EOF while parsing"),
        ("a.json", "[".repeat(100_000), "recursion limit"),
        ("a.json", "[]".to_owned(), "is not a JSON object"),
        ("a.json", "{}".to_owned(), "it has no `spec`"),
        ("a.json", card("chara_card_v2", "chara_card_v9"), "unknown `spec` `chara_card_v9`"),
        ("a.json", card("\"data\"", "\"date\""), "`data` in a.json is not an object"),
        ("a.json", card("\"Ada L.\"", "7"), "`data.name` in a.json is not a string"),
        ("a.json", card("\"Ada L.\"", "\" \""), "`data.name` is missing in a.json"),
        ("a.toml", "name = \"a\"\ndeveloper_instructions = \"x".to_owned(), "not valid TOML, line 2"),
        ("a.toml", "name = \"a\"\n".to_owned(), "no `developer_instructions`"),
        ("a.toml", "name = 1\ndeveloper_instructions = 'x'\n".to_owned(), "`name` in a.toml is not a string"),
        (".roomodes", "customModes: [a: b: c\n".to_owned(), ".roomodes is not valid YAML, line"),
        (".roomodes", "modes: []\n".to_owned(), "has no `customModes`"),
        (".roomodes", "customModes: []\n".to_owned(), "is not a list of modes"),
        (".roomodes", "customModes: [x]\n".to_owned(), "`customModes[0]` in .roomodes is not a mode"),
        (".roomodes", format!("customModes: [{{{mode}}}]\n"), "`customModes[0].groups` in .roomodes is not"),
        (".roomodes", format!("customModes: [{{{mode}, groups: [write]}}]\n"), "the unknown group `write`"),
        (".roomodes", format!("customModes: [{{{mode}, groups: [read, read]}}]\n"), "group `read` twice"),
        (".roomodes", twice.clone(), "have the slug `a`"),
    ] {
        let test = Test::new(&[(path, &text)]);
        let ran = test.run(&["import", path, "--into", "w"]);
        let said = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(reason), "{reason}\n{said}");
        assert_eq!(ran.code, 1, "{said}");
    }
    let test = Test::new(&[("a.json", &card("[\"math\"]", "\"math\""))]);
    let ran = test.run(&["import", "a.json", "--into", "w"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("`data.tags` in a.json is not imported"), "{}", ran.err);
}

#[test]
fn modes_are_imported_beside_damaged_ones_and_each_of_these_is_named() {
    let modes = "customModes:\n\
                 - {slug: bare, name: Bare, roleDefinition: You plan.}\n\
                 - {slug: good, name: Good, roleDefinition: You build., description: Builds things, \
                 whenToUse: Use it to build., groups: [read, edit, command, browser, mcp]}\n\
                 - {slug: good, name: Twin, roleDefinition: You build., groups: []}\n- x\n";
    let test = Test::new(&[(".roomodes", modes)]);
    let ran = test.run(&["import", ".roomodes", "--into", "."]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.contains("imported .roomodes as good (kilo)"), "{}", ran.out);
    for said in ["`customModes[0].groups` in .roomodes is not", "have the slug `good`", "`customModes[3]` in"]
    {
        assert!(ran.err.contains(said), "{said}\n{}", ran.err);
    }
    test.run(&["build"]).exits(0);
    let built = test.read(".kilo/agents/good.md");
    assert!(built.contains("description: Builds things. Use it to build.\n"), "{built}");
}

#[test]
fn cards_of_a_directory_are_found_wherever_they_are() {
    let image = include_bytes!("data/card.png");
    let marked = format!("\u{feff}{CARD}");
    let test =
        Test::new(&[("images/ada.json", &marked), ("images/other.json", r#"{"const": "chara_card_v2"}"#)]);
    test.write("images/bob.PNG", image);
    test.write("images/photo.png", [&image[..33], &image[image.len() - 12..]].concat());
    let ran = test.run(&["import", "images", "--into", "w"]).exits(0);
    let imported: Vec<&str> = ran.out.lines().filter(|line| line.starts_with("imported")).collect();
    let expected = [
        "imported images/ada.json as ada-l (chara-card-v2)",
        "imported images/bob.PNG as bob (chara-card-v3)",
    ];
    assert_eq!(imported, expected, "{}{}", ran.out, ran.err);
    assert!((ran.out + &ran.err).contains("images/photo.png"), "it is listed");
    // What says that it is a card is refused with the reason, not left out.
    test.write("images/cut.json", &CARD[..200]);
    test.write("images/new.json", CARD.replace("chara_card_v2", "chara_card_v9"));
    let ran = test.run(&["import", "images", "--into", "v"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    for said in ["images/cut.json is not valid JSON", "images/new.json has the unknown `spec`"] {
        assert!(ran.err.contains(said), "{said}\n{}", ran.err);
    }
}

#[test]
fn the_descriptions_of_a_mode_are_joined_as_sentences() {
    for (what, when, joined) in [
        ("Builds things (fast)", "Use it.", "Builds things (fast). Use it."),
        ("Runs `make`", "Use it.", "Runs `make`. Use it."),
        ("Builds.", "Use it.", "Builds. Use it."),
        ("\u{6784}\u{5efa}", "\u{9700}\u{8981}", "\u{6784}\u{5efa}\u{3002}\u{9700}\u{8981}"),
        ("\u{6784}\u{3002}", "\u{9700}", "\u{6784}\u{3002}\u{9700}"),
    ] {
        let mode = format!(
            "customModes:\n- {{slug: a, name: A, roleDefinition: B, groups: [], description: \"{what}\", whenToUse: \"{when}\"}}\n"
        );
        let test = Test::new(&[(".roomodes", &mode)]);
        test.run(&["import", ".roomodes", "--into", "."]).exits(0);
        test.run(&["build"]).exits(0);
        let built = test.read(".kilo/agents/a.md");
        assert!(built.contains(&format!("description: {joined}\n")), "{built}");
    }
}

#[test]
fn a_card_of_the_first_version_becomes_one_of_the_second() {
    let card = r#"{"name": "Ada L.", "description": "A mathematician.", "personality": "dry", "scenario": "",
        "first_mes": "Hello!", "mes_example": "", "create_date": "2023-01-02"}"#;
    let other = card.replace("\"personality\": \"dry\"", "\"personality\": 3");
    let test = Test::new(&[("images/ada.json", card), ("images/other.json", &other)]);
    let ran = test.run(&["import", "images", "--into", "."]).exits(0);
    assert!(ran.out.contains("imported images/ada.json as ada-l (chara-card-v2)\n"), "{}", ran.out);
    assert!(ran.out.contains("left out 1 file (not a document, or part of a skill): images/other.json"));
    assert!(ran.err.contains("images/ada.json is a version 1 card"), "{}", ran.err);
    assert!(ran.err.contains("not imported from images/ada.json: `create_date`"), "{}", ran.err);
    test.run(&["build"]).exits(0);
    let built: Value = serde_json::from_str(&test.read("cards/ada-l.json")).unwrap();
    let first: Value = serde_json::from_str(card).unwrap();
    assert_eq!(built["spec"], "chara_card_v2");
    for key in ["name", "description", "personality", "scenario", "first_mes", "mes_example"] {
        assert_eq!(built["data"][key], first[key], "{key}");
    }
}

/// Programs of that time wrote texts of the second version beside those of the first.
#[test]
fn a_card_of_the_first_version_keeps_the_texts_that_the_second_has_too() {
    let card = r#"{"name": "Mo", "description": "{{char}} solves crosswords in pen.", "personality": "dry", "scenario": "",
        "first_mes": "Hello!", "mes_example": "", "system_prompt": "Never break character.", "tags": ["cafe"],
        "author_notes": "In her seat."}"#;
    let test = Test::new(&[("mo.json", card)]);
    let ran = test.run(&["import", "mo.json", "--into", "."]).exits(0);
    assert!(ran.err.contains("not imported from mo.json: `author_notes`"), "{}", ran.err);
    test.run(&["build", "--force"]).exits(0);
    let built: Value = serde_json::from_str(&test.read("cards/mo.json")).unwrap();
    assert_eq!(built["data"]["system_prompt"], "Never break character.");
    assert_eq!(built["data"]["tags"][0], "cafe");
}

/// Programs open a card of any name, and fill in `{{char}}` and `{{user}}`, which other programs do not.
#[test]
fn a_card_keeps_its_macros_and_other_outputs_get_words() {
    let long = "keeps the lamp of the lighthouse and writes down each ship that passes. ".repeat(4);
    let description = format!("{{{{char}}}} {long}\r\n\r\n{{{{char}}}} asks {{{{user}}}} nothing.");
    let card = serde_json::json!({"spec": "chara_card_v3", "spec_version": "3.0", "data": {
        "name": "Maren Hale", "description": description, "first_mes": "{{user}}!", "extensions": {"world": "sea"},
        "character_book": {"entries": [{"keys": ["a lamp"], "content": "It is\nlit.", "enabled": true,
            "extensions": {"odd key": {"x": [[{"y": 1}]]}}, "insertion_order": 1}], "name": "b"}}});
    let test = Test::new(&[("images/maren.json", &card.to_string())]);
    test.run(&["import", "images", "--into", "."]).exits(0);
    let profile = test.read("profiles/maren-hale.toml");
    for line in [
        "char = \"Maren Hale\"",
        "user = \"User\"",
        "[[target.chara-card-v3.character_book.entries]]",
        "extensions = { \"odd key\" = { x = [[{ y = 1 }]] } }",
    ] {
        assert!(profile.contains(line), "{line}\n{profile}");
    }
    test.write("profiles/maren-hale.toml", format!("{profile}\n[target.prompt]\n"));
    test.run(&["build", "--force"]).exits(0);
    let built: Value = serde_json::from_str(&test.read("images/maren.json")).unwrap();
    assert_eq!(built["data"]["description"], description.replace("\r\n", "\n").as_str());
    assert_eq!(built["data"]["character_book"]["entries"], card["data"]["character_book"]["entries"]);
    let prompt = test.read("personas/maren-hale.md");
    assert!(prompt.contains("Maren Hale asks User nothing.") && !prompt.contains("{{"), "{prompt}");
}

#[test]
fn an_agent_of_codex_without_a_name_is_imported_and_reported() {
    let agent = "description = \"Explores. Use when code is new.\"\ndeveloper_instructions = \"Never edit a file.\"\n";
    let test = Test::new(&[(".codex/agents/look.toml", agent)]);
    let ran = test.run(&["import", ".codex", "--into", "w"]).exits(0);
    assert!(ran.out.contains("imported .codex/agents/look.toml as look (codex)"), "{}", ran.out);
    assert!(ran.err.contains("is not loaded as a Codex agent: it has no `name`"), "{}", ran.err);
    assert!(test.run(&["show", "look", "--workspace", "w"]).out.starts_with("name = \"look\"\n"));
}

/// The target does not depend on the directory in which the command runs.
#[test]
fn documents_are_known_by_their_path_on_the_disk() {
    let test = Test::new(&[
        (
            ".codex/agents/a.toml",
            "name = \"a\"\ndescription = \"A. Use when asked.\"\ndeveloper_instructions = \"A\"\n",
        ),
        (".cursor/agents/b.md", "---\nname: b\ndescription: B. Use when asked.\n---\n\nYou are B.\n"),
        (".kiro/agents/c.md", "---\ndescription: C. Use when asked.\n---\n\nYou are C.\n"),
    ]);
    for (directory, file, line) in [
        (".codex/agents", ".", "imported a.toml as a (codex)"),
        (".codex", ".", "imported agents/a.toml as a (codex)"),
        (".cursor/agents", "b.md", "imported b.md as b (cursor-agent)"),
        (".kiro", "agents", "imported agents/c.md as c (kiro)"),
    ] {
        let into = test.path("into").join(directory.replace('/', "-"));
        let mut command = test.command(&["import", file, "--into", into.to_str().unwrap()]);
        let ran = common::Ran::of(command.current_dir(test.path(directory)).output().unwrap()).exits(0);
        assert!(ran.out.contains(line), "{directory}: {}{}", ran.out, ran.err);
    }
}

/// Most cards that people share have their text in the description, and leave out values that the format demands.
#[test]
fn the_longer_text_of_a_card_is_its_body() {
    let story = "She grew up in the harbour and knows every lock in the city. ".repeat(5);
    let card = |prompt: &str| {
        format!(
            r#"{{"spec": "chara_card_v2", "spec_version": "2.0", "data": {{"name": "Vex", "description": "Rules:\n\n- Never lie to {{{{user}}}}\n\n{story}",
            "personality": "", "scenario": "", "first_mes": "Hi.", "mes_example": "", "system_prompt": "{prompt}",
            "creator_notes": "A thief.", "extensions": {{}}, "character_book": {{"entries": [{{"keys": ["key"],
            "content": "It is brass.", "enabled": true, "insertion_order": 1, "position": "before_char"}}]}}}}}}"#
        )
    };
    for (prompt, body) in
        [("", "description"), ("Be brief.", "description"), (&"Be brief. ".repeat(90), "system_prompt")]
    {
        let test = Test::new(&[("a.json", &card(prompt))]);
        let ran = test.run(&["import", "a.json", "--into", "w"]).exits(0);
        assert!(ran.err.contains("lacks 2 keys"), "{}", ran.err);
        let profile = test.read("w/profiles/vex.toml");
        assert_eq!(profile.contains("body = \"description\"\n"), body == "description", "{profile}");
        let ran = test.run(&["build", "--workspace", "w"]).exits(0);
        assert!(!ran.err.contains("unfilled-field"), "{}", ran.err);
        let built: Value = serde_json::from_str(&test.read("w/cards/vex.json")).unwrap();
        let mut expected: Value = serde_json::from_str(&card(prompt)).unwrap();
        let book = &mut expected["data"]["character_book"];
        book["extensions"] = serde_json::json!({});
        book["entries"][0]["extensions"] = serde_json::json!({});
        for (key, value) in expected["data"].as_object().unwrap() {
            assert_eq!(&built["data"][key], value, "{key}");
        }
        // The text is content, so other targets have it.
        test.write("w/profiles/vex.toml", format!("{profile}\n[target.prompt]\n"));
        test.run(&["build", "--workspace", "w"]).exits(0);
        assert!(test.read("w/personas/vex.md").contains(if body == "description" {
            "Never"
        } else {
            "brief"
        }));
    }
}

/// What cento keeps between builds is no document, although it is JSON in a directory of cards.
#[test]
fn the_state_of_cento_is_not_imported() {
    let test = Test::new(&[("cards/ada.json", CARD)]);
    test.run(&["import", "cards", "--into", "cards"]).exits(0);
    test.run(&["build", "--force", "--workspace", "cards"]).exits(0);
    assert!(test.read("cards/.cento/last-build.json").starts_with('{'));
    let ran = test.run(&["import", "cards", "--into", "other"]).exits(0);
    assert!(!(ran.out + &ran.err).contains(".cento"));
}
