//! The contents of each view.

use super::browser::Page;
use super::fleets::{Fleet, printed};

/// The sets of rows of the comparison, and of `cento diff`.
const SETS: [(&str, &str); 7] = [
    ("conflict", "conflict"),
    ("force", "force"),
    ("wording", "wording"),
    ("place", "place"),
    ("before", "only-before"),
    ("after", "only-after"),
    ("same", "same"),
];

fn open(fleet: &Fleet, hash: &str) -> Page {
    Page::open(&fleet.report(), hash)
}

pub(crate) fn choosing_a_persona_shows_the_text_that_show_prints() {
    let fleet = Fleet::varied();
    let page = open(&fleet, "#/persona");
    assert!(page.text("#persona-head").contains("ada"), "the first persona is shown");
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
    let findings = page.texts("#overview .findings .finding");
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
    assert!(
        states.contains(&"rules.concat removed") && states.contains(&"fields.years settled"),
        "{states:?}"
    );
    page.click("#conflict-states button:nth-child(7)");
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
            "[...[...document.querySelectorAll('.matrix tbody tr')].find((row) => row.querySelector('code').textContent === '{rule}').children].slice(1).map((cell) => cell.textContent)"
        ))
    };
    assert_eq!(row("rules.tests"), serde_json::json!(["must", "always", "must", "", "must"]));
    assert_eq!(row("rules.concat"), serde_json::json!(["never", "never", "never", "", ""]));
    let labels = |selector: &str| {
        page.js(&format!("[...document.querySelectorAll('{selector}')].map((cell) => cell.ariaLabel)"))
    };
    assert_eq!(
        labels(".cell.struck"),
        serde_json::json!(["removed: rules.concat in bob", "in conflict: rules.select-star in cleo"])
    );
    page.click(".cell.struck.gone");
    let detail = page.text("#rule-detail");
    for part in ["removed", "Bob writes no SQL", "concatenate SQL", "fragments/rules/sql.toml"] {
        assert!(detail.contains(part), "{part} is not in {detail}");
    }
    assert!(page.texts(".matrix tbody th")[0].contains("concatenate SQL"), "the text is beside the id");
    assert_eq!(labels(".cell.other"), serde_json::json!(["always, another wording: rules.tests in bob"]));
    page.click(".cell.other");
    let detail = page.text("#rule-detail");
    for part in ["run all tests twice", "profiles/bob.toml", "baseline", "run the tests before you say"] {
        assert!(detail.contains(part), "{part} is not in {detail}");
    }
    page.click("#rule-drift");
    let drift = fleet.json(&["rules", "--drift"]);
    let drift = drift["rules"].as_array().expect("a list").iter();
    let drift: Vec<&str> = drift.filter_map(|rule| rule["address"].as_str()).collect();
    assert_eq!(page.texts(".matrix tbody th code"), drift, "as `cento rules --drift` lists");
    assert_eq!(drift, ["rules.concat", "rules.select-star", "rules.tests"]);
    page.hash("#/rules?filter=concat&personas=da");
    assert_eq!(page.texts(".matrix tbody th code"), ["rules.concat"]);
    assert_eq!(page.texts(".matrix thead a"), ["ada", "dan"]);
}

pub(crate) fn two_personas_compare_by_address_and_by_line() {
    let fleet = Fleet::varied();
    let page = open(&fleet, "#/compare");
    for (side, id) in [("a", "ada"), ("b", "bob")] {
        page.js(&format!(
            "(() => {{ const list = document.getElementById('compare-{side}'); list.value = '{id}'; list.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()"
        ));
    }
    page.wait("document.querySelector('.pair')");
    assert_eq!(page.js("location.hash"), "#/compare?a=ada&b=bob");
    let section = |title: &str| {
        let rows = page.js(&format!(
            "[...[...document.querySelectorAll('.compare-section')].find((part) => part.firstChild.textContent.startsWith('{title}')).querySelectorAll('.pair code')].map((at) => at.textContent)"
        ));
        let rows: Vec<String> = serde_json::from_value(rows).expect("a list");
        rows
    };
    assert_eq!(section("Only in ada"), ["rules.concat"]);
    assert!(page.text("#compare-result").contains("You are Bob, with 10 years"), "fields are filled in");
    // As `cento diff` counts them.
    for [a, b] in [["ada", "bob"], ["bob", "ada"], ["ada", "cleo"], ["cleo", "eve"]] {
        page.hash(&format!("#/compare?a={a}&b={b}"));
        let diff = fleet.json(&["diff", a, b]);
        let rows = diff["rows"].as_array().expect("a list");
        for (set, word) in SETS {
            let listed = rows.iter().filter(|row| row["difference"] == word).count();
            let shown = page.js(&format!(
                "Number(document.querySelector('.totals [data-set={set}] b')?.textContent ?? 0)"
            ));
            assert_eq!(shown, listed, "{a} {b} {word}");
        }
    }
    page.hash("#/compare?a=ada&b=bob");
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

pub(crate) fn the_numbers_of_a_comparison_are_those_of_diff() {
    // Lists in different orders can be matched in several equally long ways.
    let parts = 6;
    let mut files: Vec<(String, String)> = (0..parts)
        .map(|part| {
            let text = format!("[must]\na-{part} = \"do part {part}\"\nb-{part} = \"check part {part}\"\n");
            (format!("fragments/rules/part-{part}.toml"), text)
        })
        .collect();
    let mut state = 7_usize;
    for persona in 0..6 {
        let mut order: Vec<usize> = (0..parts).collect();
        for place in (1..parts).rev() {
            state = (state * 1_103 + 12_345) % 65_536;
            order.swap(place, state / 7 % (place + 1));
        }
        let uses: Vec<String> =
            order[..parts - persona % 2].iter().map(|part| format!("\"rules/part-{part}\"")).collect();
        files.push((format!("profiles/p-{persona}.toml"), format!("use = [{}]\n", uses.join(", "))));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let fleet = Fleet::new(&files);
    let page = open(&fleet, "");
    for (one, other) in (0..6).flat_map(|one| (0..6).map(move |other| (one, other))) {
        let (one, other) = (format!("p-{one}"), format!("p-{other}"));
        let contents = |id: &str| format!("personaData(personaIndex.get('{id}')).contents.map(readContent)");
        let shown = page.js(&format!(
            "compareContents({}, {}).map((row) => [(row.after ?? row.before).at, row.set])",
            contents(&one),
            contents(&other)
        ));
        let told = fleet.json(&["diff", &one, &other]);
        let rows = told["rows"].as_array().expect("rows").iter();
        let set = |row: &serde_json::Value| match row["difference"].as_str() {
            Some("only-before") => "before".into(),
            Some("only-after") => "after".into(),
            _ => row["difference"].clone(),
        };
        let rows: Vec<_> = rows.map(|row| serde_json::json!([row["address"], set(row)])).collect();
        assert_eq!(shown, serde_json::Value::from(rows), "{one} and {other}");
    }
}

pub(crate) fn an_empty_workspace_says_what_to_do() {
    let fleet = Fleet::new(&[]);
    let page = open(&fleet, "");
    assert!(page.text("#overview").contains("No personas yet"));
    page.hash("#/persona");
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

/// A persona that breaks a lock, one that weakens a rule, and a requirement that one does not meet.
fn unsafe_fleet() -> Fleet {
    Fleet::new(&[
        ("cento.toml", "[[require]]\npersonas = \"all\"\nrule = \"rules.plan\"\n"),
        (
            "fragments/rules/safe.toml",
            "[never]\npush = { text = \"push to main\", level = \"locked\" }\n[must]\nplan = \"plan first\"\n",
        ),
        (
            "profiles/a.toml",
            "description = \"Releases. Use to release.\"\nuse = [\"rules/safe\"]\n[target.skill]\n",
        ),
        (
            "profiles/b.toml",
            "extends = [\"a\"]\n[[remove]]\ntarget = \"rules.push\"\nbreaks-lock = true\nreason = \"Releases\"\n[[remove]]\ntarget = \"rules.plan\"\nreason = \"No time\"\n[body.rules.should]\nlog = \"log it\"\n",
        ),
    ])
}

pub(crate) fn the_overview_counts_what_its_links_show() {
    let fleet = unsafe_fleet();
    let page = open(&fleet, "");
    let number = |name: &str| {
        let card = format!(
            "[...document.querySelectorAll('.number-card')].find((card) => card.textContent.includes('{name}'))"
        );
        (
            page.js(&format!("{card}.querySelector('b').textContent")),
            page.js(&format!("{card}.getAttribute('href')")),
        )
    };
    for (name, count, href) in [
        ("personas", "2", "#/persona"),
        ("open conflicts", "0", "#/conflicts?state=open"),
        ("broken locks", "1", "#/conflicts?state=lock+broken"),
        ("removals", "1", "#/conflicts?state=removed"),
        ("decisions", "0", "#/conflicts?state=settled"),
        ("unmet requirements", "1", "#/overview?at=requirements"),
        ("outputs over budget", "0", "#/overview?at=budget"),
    ] {
        assert_eq!(number(name), (count.into(), href.into()), "{name}");
    }
    assert_eq!(page.texts("#requirements .chip"), ["b"]);
    assert!(page.text(".budget").contains("of 500"), "{}", page.text(".budget"));
    page.hash("#/conflicts?state=lock+broken");
    assert_eq!(page.texts(".dispute h2"), ["rules.push"]);
    assert!(
        page.js("document.querySelector('.verdict.failed') !== null").as_bool() == Some(true),
        "not green"
    );
    page.hash("#/rules");
    assert_eq!(page.texts(".cell.broken.struck"), ["never"]);
    // A persona that can be built is not simply ok.
    fleet.write("cento.toml", "");
    fleet.cento(&["report"]);
    let page = open(&fleet, "#/persona/b");
    assert_eq!(page.texts(".persona .state"), ["ok", "lock broken"]);
    assert_eq!(page.text("#persona-head .state"), "lock broken");
}

pub(crate) fn a_persona_is_rendered_and_copied() {
    let fleet = Fleet::named("hostile-page");
    let page = open(&fleet, "#/persona/mallory?view=rendered");
    assert!(
        page.text(".rendered").contains("click (javascript:window.owned=4)"),
        "{}",
        page.text(".rendered")
    );
    assert_eq!(page.js("document.querySelectorAll('.rendered :is(a, img, script, b)').length"), 0);
    assert_eq!(page.js("window.owned ?? null"), serde_json::Value::Null);
    assert_eq!(page.js("byId('inspector').hidden"), true, "rendered text has no pieces to point at");
    page.click(".source");
    page.wait("document.querySelector('.piece.lit')");
    page.hash("#/persona/mallory?view=rendered");
    page.click(".persona-tools button:first-child");
    page.wait("document.querySelector('.line')");
    page.js("navigator.clipboard.writeText = async (text) => { window.copied = text; }");
    page.click("#copy");
    page.wait("document.getElementById('copy').textContent === 'copied'");
    let lines: String = page.lines().iter().map(|line| format!("{line}\n")).collect();
    assert_eq!(page.js("window.copied"), lines);
}

pub(crate) fn places_are_links_to_their_files() {
    let fleet = Fleet::varied();
    fleet.cento(&["report", "--out", "new/folder/all.html"]);
    for (file, path) in [(fleet.report(), "./"), (fleet.path("new/folder/all.html"), "./../../")] {
        let page = Page::open(&file, "#/conflicts?filter=fields.years");
        let link = page.js("document.querySelector('.dispute a.place').getAttribute('href')");
        assert_eq!(link, format!("{path}fragments/identity/engineer.toml#L4"));
    }
}

pub(crate) fn the_review_is_that_of_diff() {
    let fleet = unsafe_fleet();
    fleet.commit();
    fleet.write(
        "fragments/rules/safe.toml",
        "[never]\npush = \"push to main\"\n[should]\nplan = \"plan <b onclick=alert(1)> first\"\n",
    );
    fleet.cento(&["report", "--since", "HEAD"]);
    let page = open(&fleet, "#/review");
    let words = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = words(page.text("#view-review"));
    for part in [
        "look here first",
        "lock broken: rules.push",
        "rule weakened: rules.plan MUST \u{2192} SHOULD",
        "edits",
    ] {
        assert!(shown.contains(part), "{part} is not in {shown}");
    }
    assert_eq!(page.js("document.querySelectorAll('#view-review b').length"), 0);
    let terminal = printed(&fleet.cento(&["diff", "--since", "HEAD"]));
    for line in terminal.lines().filter(|line| line.contains("rules.")) {
        let line = words(line.trim_start_matches([' ', '!', '~', '-', '+']).to_owned());
        assert!(shown.contains(&line), "{line} is not in {shown}");
    }
}
