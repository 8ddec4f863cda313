//! The appearance of the page: contrast, width, color schemes.

use super::browser::Page;
use super::fleets::Fleet;

/// The views, with everything expanded.
const VIEWS: [&str; 12] = [
    "#/",
    "#/persona",
    "#/persona/ada?view=rendered",
    "#/conflicts?state=removed",
    "#/persona/ada",
    "#/persona/ada?source=identity%2Fengineer",
    "#/persona/ada?source=identity%2Fveteran",
    "#/persona/cleo",
    "#/persona/dan",
    "#/conflicts",
    "#/rules",
    "#/compare?a=ada&b=bob",
];

/// Finds text with a contrast below 4.5, or 3 for large text. Colors are painted on a canvas and read back,
/// so their notation does not matter.
const FAINT: &str = r#"(() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const rgba = (color) => {
    if (!known.has(color)) {
      brush.clearRect(0, 0, 1, 1);
      brush.fillStyle = color;
      brush.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
      known.set(color, [r, g, b, a / 255]);
    }
    return known.get(color);
  };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const groundOf = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255, 1]);
  };
  const light = ([r, g, b]) => {
    const part = (v) => ((v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  let seen = 0;
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) if (walker.currentNode.data.trim()) texts.push(walker.currentNode.parentElement);
  for (const input of document.querySelectorAll("input.filter")) texts.push(input);
  for (const element of new Set(texts)) {
    if (element.closest("script, style, noscript, datalist") || element.getClientRects().length === 0) continue;
    seen += 1;
    const style = getComputedStyle(element, element.matches("input") ? "::placeholder" : undefined);
    const ground = groundOf(element);
    const attribution = over(rgba(style.color), ground);
    const [a, b] = [light(attribution), light(ground)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) faint.push(`${ratio.toFixed(2)} ${element.className}: ${element.textContent.slice(0, 40)}`);
  }
  return { seen, faint };
})()"#;

pub(crate) fn all_text_has_enough_contrast_in_both_schemes() {
    let fleet = Fleet::varied();
    let page = Page::open(&fleet.report(), "");
    let mut grounds = Vec::new();
    for scheme in ["light", "dark"] {
        page.scheme(scheme);
        grounds.push(page.js("getComputedStyle(document.body).backgroundColor"));
        for view in VIEWS {
            page.hash(view);
            page.js("document.querySelectorAll('details').forEach((part) => (part.open = true))");
            let found = page.js(FAINT);
            assert_eq!(found["faint"], serde_json::json!([]), "{view} in {scheme}");
            assert!(found["seen"].as_u64() > Some(20), "{view}: {found}");
        }
    }
    assert_ne!(grounds[0], grounds[1], "the schemes differ");
}

pub(crate) fn every_hue_of_a_tint_leaves_the_text_readable() {
    let fleet = Fleet::varied();
    let page = Page::open(&fleet.report(), "#/persona/ada?source=identity%2Fengineer");
    for scheme in ["light", "dark"] {
        page.scheme(scheme);
        for hue in (0..360).step_by(24) {
            page.js(&format!("document.querySelectorAll('.piece').forEach((piece) => piece.style.setProperty('--hue', {hue}))"));
            assert_eq!(page.js(FAINT)["faint"], serde_json::json!([]), "hue {hue} in {scheme}");
        }
    }
}

pub(crate) fn the_theme_can_be_chosen_and_stays() {
    let fleet = Fleet::varied();
    let page = Page::open(&fleet.report(), "");
    let ground = || page.js("getComputedStyle(document.body).backgroundColor");
    let light = ground();
    page.click("#theme");
    assert_eq!(ground(), light, "light, where light is preferred");
    page.click("#theme");
    assert_ne!(ground(), light);
    assert_eq!(page.text("#theme"), "Theme: dark");
    page.click("#theme");
    assert_eq!(ground(), light);
}

pub(crate) fn no_width_makes_the_page_scroll_sideways() {
    let fleet = Fleet::varied();
    let page = Page::open(&fleet.report(), "");
    for width in [320, 360, 768, 1024, 1440] {
        page.resize(width, 800);
        for view in VIEWS {
            page.hash(view);
            for pane in ["personas", "text", "sources"] {
                page.js(&format!("document.querySelector('.panes [data-pane={pane}]').click()"));
                let over = page.js(
                    "[...document.querySelectorAll('html, body, main, .pane, .sheet, .card, .detail')]
                       .filter((e) => e.offsetParent !== null && e.scrollWidth > e.clientWidth + 1).map((e) => e.className || e.tagName)",
                );
                assert_eq!(over, serde_json::json!([]), "{view} at {width}");
                assert_eq!(page.js("document.documentElement.scrollWidth"), width, "{view} at {width}");
            }
        }
    }
}

pub(crate) fn reduced_motion_is_respected() {
    let fleet = Fleet::varied();
    let page = Page::open(&fleet.report(), "#/persona/ada");
    // Every transition is inside a media query for users who accept motion.
    let moving = page.js(
        "[...document.styleSheets[0].cssRules].filter((rule) => rule.style?.transition || rule.style?.animationName || rule.style?.scrollBehavior === 'smooth').map((rule) => rule.selectorText)",
    );
    assert_eq!(moving, serde_json::json!([]));
}

pub(crate) fn paper_shows_all_of_a_view_and_no_controls() {
    let fleet = Fleet::varied();
    fleet.commit();
    let rules: String = (0..30).map(|rule| format!("rule-{rule} = \"do step {rule}\"\n")).collect();
    fleet.write("fragments/rules/tests.toml", &format!("[must]\n{rules}"));
    for number in 0..30 {
        fleet.write(&format!("profiles/agent-{number}.toml"), "use = [\"rules/sql\", \"rules/tests\"]\n");
    }
    fleet.cento(&["report", "--since", "HEAD"]);
    let page = Page::open(&fleet.report(), "");
    let shown = |selector: &str| {
        let count =
            format!("[...document.querySelectorAll('{selector}')].filter((it) => it.offsetParent).length");
        page.js(&count).as_u64().unwrap_or_default()
    };
    for view in VIEWS.iter().chain(&["#/review"]) {
        // Letters, the matrix across.
        let width = if *view == "#/rules" { 949 } else { 690 };
        page.print(width);
        page.hash(view);
        assert_eq!(page.js("getComputedStyle(document.body).colorScheme"), "light", "{view}");
        assert_eq!(page.js("document.documentElement.scrollWidth"), width, "{view}: nothing is cut off");
        assert_eq!(
            shown("input, select, .bar, .panes, #inspector, button.quiet, .persona-tools"),
            0,
            "{view}"
        );
        assert_eq!(page.js(FAINT)["faint"], serde_json::json!([]), "{view}");
        // What scrolls on a screen is as long as its content.
        let cut = "[...document.querySelectorAll('main, .pane, .sheet, .matrix-frame')]
           .filter((it) => it.offsetParent && (it.scrollHeight > it.clientHeight + 2 || it.scrollWidth > it.clientWidth + 1)).map((it) => it.className)";
        assert_eq!(page.js(cut), serde_json::json!([]), "{view}");
    }
    page.hash("#/rules");
    assert!(page.text("#rule-pages").contains("personas 1\u{2013}30 of 35") && shown("#rule-pages span") > 0);
    page.hash("#/compare?a=ada&b=bob");
    assert_eq!((page.text(".compared"), shown(".compared")), ("ada \u{2192} bob".into(), 1));
    page.hash("#/review");
    assert_eq!(
        shown("#view-review details .inside p"),
        page.texts("#view-review details .inside p").len() as u64
    );
}
