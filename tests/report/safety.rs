//! Safety: the page runs nothing from a workspace, and the command overwrites only reports.

use std::fs;

use super::browser::Page;
use super::fleets::{Fleet, printed};

pub(crate) fn hostile_text_is_shown_and_does_not_run() {
    let fleet = Fleet::named("hostile-page");
    let page = Page::open(&fleet.report(), "#/persona/mallory?source=rules%2Fhostile");
    let text = page.lines().join("\n");
    assert!(text.contains("run <script>window.owned = 2</script> </script><img src=x"), "{text}");
    assert!(text.contains("[click](javascript:window.owned=4) &lt;b&gt;"), "{text}");
    assert!(
        text.contains(
            "read \\u{202e}esrever\\u{202c} and \\u{1b}[31mred\\u{1b}[0m, zero\\u{200b}width and \\u{2028}"
        ),
        "{text}"
    );
    for view in [
        "#/conflicts",
        "#/rules",
        "#/compare?a=mallory&b=other",
        "#/persona/other",
        "#/persona/%3Cimg%20src=x%3E",
        "#/compare?a=%3Cb%3E&b=x",
    ] {
        page.hash(view);
    }
    page.js("new Promise((done) => setTimeout(done, 100))");
    assert_eq!(page.js("window.owned ?? null"), serde_json::Value::Null);
    assert_eq!(
        page.js("document.querySelectorAll('img, svg, iframe, object, a[href^=javascript]').length"),
        0
    );
    let html = fs::read_to_string(fleet.report()).expect("the report");
    assert!(!html.contains(['\u{202e}', '\u{1b}', '\u{2028}', '\u{200b}']));
    let data = html.split("<script type=\"application/json\"").skip(1);
    for part in data {
        let json =
            part.split_once('>').and_then(|(_, rest)| rest.split_once("</script>")).expect("an element").0;
        assert!(!json.contains(['<', '>', '&']));
        serde_json::from_str::<serde_json::Value>(json).expect("JSON");
    }
}

pub(crate) fn the_policy_lets_nothing_else_run() {
    let fleet = Fleet::varied();
    let html = fs::read_to_string(fleet.report()).expect("the report");
    assert!(html.contains("content=\"default-src 'none'; script-src 'sha256-"));
    // Even markup that got in somehow would do nothing.
    let hole = html.replacen(
        "<main id=\"view-persona\"",
        "<script>window.owned = 1</script><img src=x onerror=\"window.owned = 2\"><main id=\"view-persona\"",
        1,
    );
    assert_ne!(hole, html);
    fs::write(fleet.path("hole.html"), hole).expect("it is written");
    let page = Page::open(&fleet.path("hole.html"), "");
    page.wait("document.querySelector('.persona')");
    assert_eq!(page.js("window.owned ?? null"), serde_json::Value::Null);
    page.forgive();
}

pub(crate) fn only_a_report_is_overwritten() {
    let fleet = Fleet::varied();
    let before = fs::read(fleet.report()).expect("the report");
    assert_eq!(
        fleet.cento(&["report"]).status.code(),
        Some(1),
        "there are errors, and the report is written"
    );
    assert_eq!(fs::read(fleet.report()).expect("the report"), before, "the same bytes");

    fleet.write("notes.html", "<p>mine</p>");
    let refused = fleet.cento(&["report", "--out", "notes.html"]);
    assert_eq!(refused.status.code(), Some(2));
    let message = String::from_utf8(refused.stderr).expect("UTF-8");
    assert!(message.contains("notes.html is not a report") && message.contains("--force"), "{message}");
    assert_eq!(fs::read_to_string(fleet.path("notes.html")).expect("it is there"), "<p>mine</p>");
    fleet.cento(&["report", "--out", "notes.html", "--force"]);
    assert_eq!(fs::read(fleet.path("notes.html")).expect("it is there"), before);

    for source in ["profiles/ada.toml", "fragments/rules/sql.toml", "cento.toml"] {
        let text = fs::read(fleet.path(source)).expect("it is there");
        assert_eq!(fleet.cento(&["report", "--out", source, "--force"]).status.code(), Some(2), "{source}");
        assert_eq!(fs::read(fleet.path(source)).expect("it is there"), text);
    }
    let folder = fleet.cento(&["report", "--out", "fragments"]);
    assert_eq!(folder.status.code(), Some(2));

    let sound = fleet.cento(&["report", "ada", "--out", "new/folder/ada.html"]);
    assert_eq!(sound.status.code(), Some(0));
    assert_eq!(printed(&sound), "wrote new/folder/ada.html: 1 persona\n");
    // Links to files are relative to the report, and on standard output to the workspace.
    fleet.cento(&["report", "ada", "--out", "ada.html"]);
    let streamed = fleet.cento(&["report", "ada", "--out", "-"]);
    assert_eq!(streamed.stdout, fs::read(fleet.path("ada.html")).expect("it is there"));
    assert_eq!(fleet.cento(&["report", "nobody"]).status.code(), Some(2));
}
