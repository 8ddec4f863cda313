//! A report of many personas: its size, and how long it takes to open.

use std::fmt::Write;
use std::fs;

use super::browser::Page;
use super::fleets::{Fleet, run};

/// The number of personas that are composed, and the number of copies of each in the large report: composing
/// a thousand personas of forty fragments takes too long for a test. Only the amount of data matters, not
/// whether two personas are equal.
const COMPOSED: usize = 10;
const COPIES: usize = 100;

/// The number of fragments; each persona uses forty of them.
const FRAGMENTS: usize = 400;

const KINDS: [&str; 5] = ["identity", "expertise", "voice", "rules", "workflow"];

fn id(number: usize) -> String {
    let number = number % FRAGMENTS;
    format!("\"{}/block-{number}\"", KINDS[number % 5])
}

fn fleet() -> Fleet {
    let fleet = Fleet::new(&[]);
    for number in 0..FRAGMENTS {
        let mut text = String::from("template = true\nsummary = \"a block\"\n[items]\n");
        for item in 0..8 {
            let _ = writeln!(
                text,
                "item-{number}-{item} = {{ label = \"Item {item}\", text = \"what {{{{ name }}}} does in case {number}\" }}"
            );
        }
        text.push_str("[never]\n");
        for rule in 0..4 {
            let _ = writeln!(text, "rule-{number}-{rule} = \"do the wrong thing {rule} of {number}\"");
        }
        let _ = write!(
            text,
            "[group.shared]\ntitle = \"Shared\"\n[group.shared.items]\nmember-{number} = \"one of many\"\n"
        );
        fleet.write(&format!("fragments/{}/block-{number}.toml", KINDS[number % 5]), &text);
    }
    for number in 0..COMPOSED {
        let uses: Vec<_> = (0..40).map(|step| id(number * 7 + step * 11)).collect();
        let text = format!("name = \"Persona {number}\"\nuse = [{}]\n", uses.join(", "));
        fleet.write(&format!("profiles/persona-{number}.toml"), &text);
    }
    run(&fleet.path(""), &["report"]);
    fleet
}

/// Returns the report with copies of every persona: with new ids in the summary, and its data in an element
/// of its own.
fn multiplied(html: &str, copies: usize) -> String {
    let open = "<script type=\"application/json\" id=\"fleet\">";
    let (before, rest) = html.split_once(open).expect("the data");
    let (json, rest) = rest.split_once("</script>\n").expect("its end");
    let mut data: serde_json::Value = serde_json::from_str(json).expect("JSON");
    let personas = data["personas"].as_array().expect("a list").clone();
    let all = (0..copies * personas.len()).map(|number| {
        let mut persona = personas[number % personas.len()].clone();
        persona["id"] = format!("persona-{number}").into();
        persona
    });
    data["personas"] = all.collect();
    for rule in data["rules"].as_array_mut().expect("a list") {
        let once = rule["personas"].as_array().expect("a list").clone();
        let all = (0..copies).flat_map(|copy| {
            once.iter().map(move |used| {
                let persona = used[0].as_u64().expect("an index") + (copy * COMPOSED) as u64;
                serde_json::json!([persona, used[1], used[2], used[3], used[4]])
            })
        });
        rule["personas"] = all.collect();
    }
    let (elements, script) = rest.split_at(rest.find("\n<script>").expect("the script"));
    let mut page = format!("{before}{open}{data}</script>\n");
    for copy in 0..copies {
        for (number, element) in elements.lines().filter(|line| line.starts_with("<script")).enumerate() {
            let own = format!("id=\"persona-{}\"", copy * COMPOSED + number);
            page.push_str(&element.replacen(&format!("id=\"persona-{number}\""), &own, 1));
            page.push('\n');
        }
    }
    page + script
}

pub(crate) fn a_text_is_in_the_page_once() {
    let fleet = Fleet::new(&[
        (
            "fragments/rules/git.toml",
            "[never]\npush = \"push to the trunk on a Friday\"\n[prose]\nlong = \"\"\"\nFirst of two lines.\nSecond of two lines.\n\"\"\"\n",
        ),
        ("profiles/a.toml", "use = [\"rules/git\"]\n"),
        ("profiles/b.toml", "use = [\"rules/git\"]\n[sections]\nrules = { style = \"grouped\" }\n"),
    ]);
    let html = fs::read_to_string(fleet.report()).expect("the report");
    for text in ["push to the trunk on a Friday", "First of two lines.", "Second of two lines."] {
        assert_eq!(html.matches(text).count(), 1, "{text}");
    }
}

pub(crate) fn a_thousand_personas_are_a_page_that_opens() {
    let fleet = fleet();
    let html = fs::read_to_string(fleet.report()).expect("the report");
    let large = multiplied(&html, COPIES);
    assert!(large.len() < 30 << 20, "{} bytes", large.len());
    fs::write(fleet.report(), &large).expect("it is written");

    let page = Page::open(&fleet.report(), "#/persona");
    let opened = page.js("(() => { const [e] = performance.getEntriesByType('navigation'); return Math.round(e.loadEventEnd || performance.now()); })()");
    println!("{} bytes, open in {opened} ms", large.len());
    assert_eq!(page.text("#persona-count"), "1,000");
    // A tight bound would fail on a busy machine; this one detects a tenfold slowdown.
    assert!(opened.as_u64() < Some(15_000), "{opened} ms");
    assert!(page.texts(".persona").len() < 300, "only what is near is drawn");
    page.click("#persona-filter");
    page.type_in("persona-777");
    assert_eq!(page.texts(".persona b"), ["persona-777"]);
    page.keys(&["ArrowDown", "Enter"]);
    page.wait("document.querySelectorAll('.line').length > 400");
    page.hash("#/persona/persona-999");
    assert_eq!(page.texts("#persona-head code"), ["persona-999"]);

    page.hash("#/rules");
    assert_eq!(page.texts(".matrix thead a").len(), 30);
    assert!(page.text("#rule-pages").contains("personas 1–30 of 1000"));
    page.click("[aria-label='next personas']");
    page.wait("document.querySelector('.matrix thead a').textContent === 'persona-30'");
    assert!(page.js("location.hash").as_str().is_some_and(|hash| hash.contains("columns=2")));
}
