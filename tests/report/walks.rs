//! Navigation in the page: by keyboard alone, by links, back and forward.

use super::browser::Page;
use super::fleets::Fleet;

pub(crate) fn everything_is_reached_by_keyboard() {
    let fleet = Fleet::varied();
    let page = Page::open(&fleet.report(), "#/persona");
    let focused =
        || page.js("document.activeElement.querySelector?.('b')?.textContent ?? document.activeElement.id");
    page.keys(&["/"]);
    assert_eq!(focused(), "persona-filter");
    page.type_in("e");
    page.keys(&["ArrowDown", "ArrowDown", "ArrowUp", "End"]);
    assert_eq!(focused(), "eve");
    page.keys(&["Home"]);
    let first = focused();
    page.keys(&["ArrowUp"]);
    assert_eq!(focused(), first, "the list has an end");
    page.keys(&["End", "Enter"]);
    page.wait("location.hash === '#/persona/eve'");
    // The text is one tab stop, and the arrow keys move through it.
    page.js("document.querySelector('.piece[tabindex=\"0\"]').focus()");
    assert_eq!(page.js("document.querySelectorAll('.piece[tabindex=\"0\"]').length"), 1);
    page.keys(&["ArrowRight"]);
    assert_eq!(page.js("document.activeElement.textContent"), "Eve");
    assert!(page.text("#inspector").contains("fields.name"));
    page.keys(&["ArrowDown"]);
    assert_eq!(page.js("document.activeElement.textContent"), "You care about the craft.");
    page.keys(&["Enter"]);
    page.wait("location.hash.endsWith('source=identity%2Fengineer')");
    assert_eq!(page.texts(".source[aria-expanded=true] b"), ["identity/engineer"]);
    page.keys(&["Escape"]);
    page.wait("location.hash === '#/persona/eve'");
    assert_eq!(page.texts(".piece.lit"), [""; 0]);
    // Sources.
    page.js("document.querySelector('.source').focus()");
    page.keys(&["ArrowDown", "Enter"]);
    page.wait("document.querySelector('.source[aria-expanded=true]') === document.activeElement");
    // Views and help.
    page.keys(&["4"]);
    page.wait("!document.getElementById('view-rules').hidden");
    page.js("document.querySelector('.cell[tabindex=\"0\"]').focus()");
    page.keys(&["ArrowRight", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight"]);
    assert_eq!(page.js("document.activeElement.ariaLabel"), "must: rules.tests in eve", "over what is empty");
    page.keys(&["?"]);
    assert_eq!(page.js("document.getElementById('keys').open"), true);
    page.keys(&["Escape"]);
    assert_eq!(page.js("document.getElementById('keys').open"), false);
    page.keys(&["/"]);
    assert_eq!(focused(), "rule-filter");
}

pub(crate) fn the_tab_key_stops_at_every_control_with_a_visible_focus() {
    let fleet = Fleet::varied();
    let page = Page::open(&fleet.report(), "#/persona/bob");
    let mut stops = Vec::new();
    for _ in 0..60 {
        page.keys(&["Tab"]);
        let stop = page.js(
            "(() => { const e = document.activeElement; if (e === document.body) return ''; const s = getComputedStyle(e);
              return `${e.id || e.className.split(' ').find((name) => name !== 'row')}|${s.outlineStyle}|${s.outlineWidth}`; })()",
        );
        let stop = stop.as_str().expect("a text").to_owned();
        if stop.is_empty() {
            break;
        }
        let (name, outline) = stop.split_once('|').expect("two parts");
        assert!(outline.starts_with("solid|") && outline != "solid|0px", "{name} shows no focus: {outline}");
        stops.push(name.to_owned());
    }
    for wanted in
        ["theme", "help", "persona-filter", "chip", "persona", "piece", "source-filter", "source-row"]
    {
        assert!(stops.iter().any(|stop| stop == wanted), "{wanted} is not among {stops:?}");
    }
}

pub(crate) fn links_restore_what_was_shown() {
    let fleet = Fleet::varied();
    let page = Page::open(&fleet.report(), "#/persona/bob?target=claude&source=rules%2Fsql");
    assert!(page.text("#persona-head").contains(".claude/agents/bob.md"));
    assert_eq!(page.texts(".source[aria-expanded=true] b"), ["rules/sql"]);
    assert_eq!(page.texts(".persona[aria-current] b"), ["bob"]);
    page.click(".persona[href='#/persona/ada']");
    page.wait("document.title.startsWith('ada')");
    page.click(".views [data-view=rules]");
    page.wait("document.title.startsWith('Rules')");
    page.js("history.back()");
    page.wait("document.title.startsWith('ada')");
    page.js("history.back()");
    page.wait("document.title.startsWith('bob')");
    assert_eq!(page.texts(".source[aria-expanded=true] b"), ["rules/sql"]);
    page.js("history.forward()");
    page.wait("document.title.startsWith('ada')");
    // An unknown address breaks nothing.
    for strange in [
        "#/persona/%E0%A4%A",
        "#/nowhere",
        "#/persona/nobody?source=x&target=y",
        "#/rules?page=999&columns=-3",
        "#",
    ] {
        page.hash(strange);
    }
    page.hash("#/persona/nobody");
    assert!(page.text("#persona-head").contains("No such persona"));
}

pub(crate) fn a_phone_shows_one_pane_at_a_time() {
    let fleet = Fleet::varied();
    let page = Page::open(&fleet.report(), "#/persona");
    page.resize(360, 740);
    let visible = || {
        page.js("[...document.querySelectorAll('.pane')].filter((pane) => pane.offsetParent !== null).map((pane) => pane.classList[1])")
    };
    assert_eq!(visible(), serde_json::json!(["personas"]));
    page.click(".persona[href='#/persona/ada']");
    page.wait("document.title.startsWith('ada')");
    assert_eq!(visible(), serde_json::json!(["text"]));
    page.click(".panes [data-pane=sources]");
    assert_eq!(visible(), serde_json::json!(["sources"]));
}

pub(crate) fn a_phone_shows_every_view_in_its_bar() {
    let fleet = Fleet::varied();
    fleet.commit();
    fleet.write("fragments/voice/direct.toml", "[items]\nanswer = \"answer first\"\n");
    fleet.cento(&["report", "--since", "HEAD"]);
    let page = Page::open(&fleet.report(), "#/overview");
    let within = "(() => {
      const bar = document.querySelector('.views').getBoundingClientRect();
      return [...document.querySelectorAll('.views a')].map((link) => link.getBoundingClientRect())
        .filter((link) => link.left >= bar.left - 1 && link.right <= bar.right + 1).length;
    })()";
    page.resize(390, 844);
    assert_eq!(page.js(within), 6);
    assert_ne!(page.text("#open-count"), "0", "the number of conflicts takes room too");
    // On a narrower phone the bar scrolls to the current view.
    page.resize(320, 600);
    page.hash("#/review");
    let is_last_in_view = "document.querySelector('[data-view=review]').getBoundingClientRect().right <= 320";
    assert_eq!(page.js(is_last_in_view), true);
}
