//! The contents of each view.

use super::browser::Page;
use super::fleets::{Fleet, printed};

fn open(fleet: &Fleet, hash: &str) -> Page {
    Page::open(&fleet.report(), hash)
}

pub(crate) fn choosing_a_persona_shows_the_text_that_show_prints() {
    let fleet = Fleet::varied();
    let page = open(&fleet, "");
    assert_eq!(page.texts(".persona b"), ["ada", "bob", "cleo", "dan", "eve"]);
    assert_eq!(
        page.texts(".persona .state"),
        ["ok", "ok", "conflict", "cannot be composed", "ok"],
        "the abstract profile is no persona"
    );
    for id in ["ada", "bob", "cleo", "eve"] {
        page.click(&format!(".persona[href='#/persona/{id}']"));
        page.wait(&format!("document.title.startsWith('{id} ')"));
        let shown: String = page.lines().iter().map(|line| format!("{line}\n")).collect();
        assert_eq!(shown, printed(&fleet.cento(&["show", id])), "{id}");
    }
    page.hash("#/persona/bob?target=claude");
    let shown: String = page.lines().iter().map(|line| format!("{line}\n")).collect();
    assert_eq!(shown, printed(&fleet.cento(&["show", "bob", "--target", "claude"])));
}

pub(crate) fn a_persona_that_cannot_be_composed_shows_why() {
    let fleet = Fleet::varied();
    let page = open(&fleet, "#/persona/dan");
    let findings = page.texts(".finding");
    assert!(findings.iter().any(|finding| finding.contains("fragments/rules/ruined.toml:1")), "{findings:?}");
    assert_eq!(page.lines(), [""; 0]);
}

pub(crate) fn errors_in_files_that_no_persona_uses_are_not_lost() {
    let fleet = Fleet::new(&[
        ("fragments/voice/unused.toml", "[item]\na = \"b\"\n"),
        ("fragments/voice/used.toml", "[items]\na = \"b\"\n"),
        ("profiles/ada.toml", "use = [\"voice/used\"]\n"),
    ]);
    let page = open(&fleet, "");
    let findings = page.texts(".hello .finding");
    assert!(findings.len() == 1 && findings[0].contains("fragments/voice/unused.toml:1"), "{findings:?}");
    assert_eq!(page.texts(".persona .state"), ["ok"]);
    let report = fleet.cento(&["report"]);
    assert_eq!(report.status.code(), Some(1));
    assert_eq!(fleet.cento(&["report", "ada"]).status.code(), Some(0), "not asked for");
}

pub(crate) fn choosing_a_source_highlights_its_text_and_shows_the_loss_without_it() {
    let fleet = Fleet::varied();
    let page = open(&fleet, "#/persona/ada");
    page.click(".source[data-source] b");
    page.wait("location.hash.includes('source=')");
    page.hash("#/persona/ada?source=rules%2Fsql");
    assert_eq!(
        page.texts(".piece.lit"),
        ["**Never**", "use `SELECT *` in production", "**Never**", "concatenate SQL", "injection"]
    );
    // Only the selected source's text is highlighted.
    let ground = |selector: &str| {
        page.js(&format!("getComputedStyle(document.querySelector('{selector}')).backgroundColor"))
    };
    assert_ne!(ground(".piece.lit"), ground(".piece:not(.lit)"));
    assert_eq!(
        page.texts(".detail .gone"),
        ["-- **Never** use `SELECT *` in production", "-- **Never** concatenate SQL — injection"]
    );
    assert_eq!(page.texts(".detail .come"), [""; 0]);

    // Another source has the same text, so nothing is lost without it.
    page.hash("#/persona/ada?source=identity%2Fcraft");
    assert_eq!(page.texts(".piece.lit"), ["You care about the craft."]);
    let detail = page.text(".detail");
    assert!(detail.contains("identity.craft with identity/engineer, 1/2 each"), "{detail}");
    assert!(detail.contains("Nothing: other sources have all of it."), "{detail}");

    // Without it a resolution becomes stale, and the other side is emitted.
    page.hash("#/persona/ada?source=identity%2Fveteran");
    let detail = page.text(".detail");
    assert!(detail.contains("Would break without it") && detail.contains("error["), "{detail}");
    assert!(page.texts(".detail .come").iter().any(|line| line.contains("10")), "{detail}");

    // Claims that lost, and why.
    page.hash("#/persona/ada?source=identity%2Fengineer");
    let detail = page.text(".detail");
    assert!(
        detail.contains("fields.years overruled by a decision") && detail.contains("She has seen much"),
        "{detail}"
    );
    assert!(page.texts(".piece.lit").contains(&"You care about the craft.".to_owned()), "it says so too");
}

pub(crate) fn the_credits_are_those_of_diff() {
    let fleet = Fleet::varied();
    let page = open(&fleet, "#/persona/ada");
    let diff = printed(&fleet.cento(&["diff", "ada", "--format", "json"]));
    let diff: serde_json::Value = serde_json::from_str(&diff).expect("JSON");
    let bytes = diff["bytes"].as_f64().expect("a number");
    for source in diff["sources"].as_array().expect("a list") {
        let credit = &source["credit"];
        let credit = credit["numerator"].as_f64().expect("a number")
            / credit["denominator"].as_f64().expect("a number");
        let share = if credit == 0.0 { "0 %".to_owned() } else { format!("{:.1} %", 100.0 * credit / bytes) };
        let name = source["source"].as_str().expect("a name");
        let row = format!(
            "[...document.querySelectorAll('.source')].find((row) => row.querySelector('b').textContent === '{name}').querySelector('.share').textContent"
        );
        assert_eq!(page.js(&row), share, "{name}");
    }
}

pub(crate) fn a_piece_of_text_shows_its_origin() {
    let fleet = Fleet::varied();
    let page = open(&fleet, "#/persona/ada");
    let focus = |text: &str| {
        page.js(&format!("[...document.querySelectorAll('.piece')].find((piece) => piece.textContent.includes('{text}')).focus()"));
        page.text("#inspector")
    };
    let years = focus("20");
    assert!(
        years.contains("fields.years") && years.contains("fragments/identity/veteran.toml:2:9"),
        "{years}"
    );
    assert!(
        years.contains("overruled") && years.contains("identity/engineer") && years.contains("“10”"),
        "{years}"
    );
    assert!(
        years.contains("profiles/ada takes identity/veteran") && years.contains("She has seen much"),
        "{years}"
    );
    let craft = focus("You care");
    assert!(craft.contains("also in") && craft.contains("identity/engineer"), "{craft}");
    let answer = focus("begin with");
    assert!(answer.contains("fragments/voice/direct.toml:2:44"), "{answer}");
}

pub(crate) fn filters_narrow_the_lists() {
    let fleet = Fleet::varied();
    let page = open(&fleet, "#/persona/ada");
    page.click("#persona-filter");
    page.type_in("composed");
    assert_eq!(page.texts(".persona b"), ["dan"]);
    assert_eq!(page.text("#persona-count"), "1 of 5");
    page.keys(&["Escape"]);
    assert_eq!(page.texts(".persona b").len(), 5);
    page.type_in("zzz");
    assert_eq!(page.text("#persona-list"), "No persona matches.");
    page.keys(&["Escape"]);
    page.click("#tag-filter button:nth-child(2)");
    assert_eq!(page.texts("#tag-filter [aria-pressed=true]"), ["reviews 1"]);
    assert_eq!(page.texts(".persona b"), ["bob"]);
    page.click("#source-filter");
    page.type_in("rules/");
    assert_eq!(page.texts(".source b"), ["rules/sql", "rules/tests"]);
}

pub(crate) fn conflicts_show_their_sides_and_decisions() {
    let fleet = Fleet::varied();
    let page = open(&fleet, "");
    assert_eq!(page.text("#open-count"), "2");
    page.click(".views [data-view=conflicts]");
    page.wait("document.querySelector('.dispute')");
    let at = "[...document.querySelectorAll('.dispute')].map((card) => card.dataset.at + ' ' + card.querySelector('.state').textContent)";
    let states = page.js(at);
    let states: Vec<&str> =
        states.as_array().expect("a list").iter().filter_map(|state| state.as_str()).collect();
    assert!(
        states.contains(&"voice.answer open") && states.contains(&"rules.select-star open"),
        "{states:?}"
    );
    assert_eq!(states.last(), Some(&"fields.years settled"), "open ones come first");
    let card = page.text(".dispute[data-at='voice.answer']");
    for part in [
        "voice/direct",
        "“Answer first: begin with the answer”",
        "voice/slow",
        "cento resolve cleo voice.answer --take",
        "cleo",
    ] {
        assert!(card.contains(part), "{part} is not in {card}");
    }
    page.click("#conflict-states button:nth-child(4)");
    page.wait("document.querySelectorAll('.dispute').length === 1");
    assert!(page.text(".dispute").contains("She has seen much"));
    assert_eq!(page.js("location.hash"), "#/conflicts?state=settled");
    page.hash("#/conflicts?filter=voice");
    assert_eq!(page.texts(".dispute h2"), ["voice.answer"]);
}

pub(crate) fn the_matrix_shows_forces_and_marks_other_wordings() {
    let fleet = Fleet::varied();
    let page = open(&fleet, "#/rules");
    assert_eq!(page.texts(".matrix thead a"), ["ada", "bob", "cleo", "dan", "eve"]);
    let row = |rule: &str| {
        page.js(&format!(
            "[...[...document.querySelectorAll('.matrix tbody tr')].find((row) => row.firstChild.textContent === '{rule}').children].slice(1).map((cell) => cell.textContent)"
        ))
    };
    assert_eq!(row("rules.tests"), serde_json::json!(["must", "always", "must", "", "must"]));
    assert_eq!(row("rules.concat"), serde_json::json!(["never", "", "never", "", ""]));
    assert_eq!(
        page.js("[...document.querySelectorAll('.cell.other')].map((cell) => cell.ariaLabel)"),
        serde_json::json!(["always, another wording: rules.tests in bob"])
    );
    page.click(".cell.other");
    let detail = page.text("#rule-detail");
    for part in ["run all tests twice", "profiles/bob.toml", "as written", "run the tests before you say"] {
        assert!(detail.contains(part), "{part} is not in {detail}");
    }
    page.click("#rule-drift");
    assert_eq!(page.texts(".matrix tbody th"), ["rules.tests"]);
    page.hash("#/rules?filter=concat&personas=da");
    assert_eq!(page.texts(".matrix tbody th"), ["rules.concat"]);
    assert_eq!(page.texts(".matrix thead a"), ["ada", "dan"]);
}

pub(crate) fn two_personas_compare_by_address_and_by_line() {
    let fleet = Fleet::varied();
    let page = open(&fleet, "#/compare");
    page.click("#compare-a");
    page.type_in("ada");
    page.click("#compare-b");
    page.type_in("bob");
    page.wait("document.querySelector('.pair')");
    assert_eq!(page.js("location.hash"), "#/compare?a=ada&b=bob");
    let section = |title: &str| {
        let rows = page.js(&format!(
            "[...[...document.querySelectorAll('.compare-section')].find((part) => part.firstChild.textContent.startsWith('{title}')).querySelectorAll('.pair > code')].map((at) => at.textContent)"
        ));
        let rows: Vec<String> = serde_json::from_value(rows).expect("a list");
        rows
    };
    assert_eq!(section("Only in ada"), ["rules.concat"]);
    assert_eq!(section("Reworded"), ["fields.years", "tags", "fields.name", "fields.description"]);
    assert_eq!(section("Different force"), ["rules.tests"]);
    let words = page.texts(".pair");
    assert!(words.iter().any(|pair| pair == "tags-backend+backend, reviews"), "lists are united: {words:?}");
    let marked = page.texts(".compare-section:last-of-type .diff mark");
    assert!(marked.contains(&"Ada".to_owned()) && marked.contains(&"Bob".to_owned()), "{marked:?}");
    page.click("#compare-swap");
    page.wait("location.hash === '#/compare?a=bob&b=ada'");
    assert_eq!(section("Only in ada"), ["rules.concat"]);
    page.hash("#/compare?a=ada&b=dan");
    assert!(page.text("#compare-result").contains("dan cannot be composed"));
    page.hash("#/compare?a=ada&b=nobody");
    assert!(page.text("#compare-result").contains("no persona nobody"));
}

pub(crate) fn an_empty_workspace_says_what_to_do() {
    let fleet = Fleet::new(&[]);
    let page = open(&fleet, "");
    assert!(page.text("#persona-head").contains("No personas yet"));
    for view in ["conflicts", "rules", "compare"] {
        page.hash(&format!("#/{view}"));
        assert_eq!(
            page.js(&format!("document.getElementById('view-{view}').offsetParent !== null")),
            true,
            "{view}"
        );
    }
}
