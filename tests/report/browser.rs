//! Pages in the browser: what a user sees and does.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::devtools::{Browser, Wire};

/// How long a test waits for something to appear.
const PATIENCE: Duration = Duration::from_secs(10);

/// A page in its own tab.
pub(crate) struct Page {
    wire: RefCell<Wire>,
    // Held until the page is gone.
    _browser: Arc<Browser>,
}

impl Page {
    /// Opens a file in a wide, light page at an address such as `#/rules`.
    pub(crate) fn open(file: &Path, hash: &str) -> Page {
        let browser = Browser::shared();
        let page = Page { wire: RefCell::new(Wire::new_tab(&browser)), _browser: browser };
        for domain in ["Page", "Runtime", "Log", "Network"] {
            page.call(&format!("{domain}.enable"), &json!({}));
        }
        // Several tabs are open at once, and each must receive keys as if it were in front.
        page.call("Emulation.setFocusEmulationEnabled", &json!({ "enabled": true }));
        page.resize(1440, 900);
        page.scheme("light");
        let answer =
            page.call("Page.navigate", &json!({ "url": format!("file://{}{hash}", file.display()) }));
        assert!(answer["errorText"].is_null(), "{answer}");
        page.wait("location.protocol === 'file:' && document.readyState === 'complete'");
        page
    }

    fn call(&self, method: &str, parameters: &Value) -> Value {
        self.wire.borrow_mut().call(method, parameters)
    }

    /// Changes the part of the address after `#`, and waits until that is shown.
    pub(crate) fn hash(&self, hash: &str) {
        let hash = Value::from(hash);
        self.js(&format!(
            "new Promise((done) => {{
               if (location.hash === {hash}) return done();
               addEventListener('hashchange', () => done(), {{ once: true }});
               location.hash = {hash};
               if ({hash} === '#') setTimeout(done, 50);
             }})"
        ));
    }

    /// Resizes the window, with the behaviour of a phone if it is narrow.
    pub(crate) fn resize(&self, width: u32, height: u32) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500 });
        self.call("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// Sets the preferred color scheme: `light` or `dark`.
    pub(crate) fn scheme(&self, scheme: &str) {
        // Without animations, nothing is measured halfway.
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.call("Emulation.setEmulatedMedia", &json!({ "features": features }));
    }

    /// Lays the page out as for paper of this width, where dark is preferred.
    pub(crate) fn print(&self, width: u32) {
        self.resize(width, 1000);
        let features = json!([{ "name": "prefers-color-scheme", "value": "dark" }]);
        self.call("Emulation.setEmulatedMedia", &json!({ "media": "print", "features": features }));
    }

    /// Evaluates an expression in the page.
    pub(crate) fn js(&self, expression: &str) -> Value {
        let question = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let mut answer = self.call("Runtime.evaluate", &question);
        let failure = &answer["exceptionDetails"];
        assert!(failure.is_null(), "{expression}\n{}", failure["exception"]["description"]);
        answer["result"]["value"].take()
    }

    /// Returns the texts of all elements that match a selector.
    pub(crate) fn texts(&self, selector: &str) -> Vec<String> {
        let all = self.js(&format!(
            "[...document.querySelectorAll({})].map((e) => e.textContent)",
            Value::from(selector)
        ));
        serde_json::from_value(all).expect("a list of texts")
    }

    /// Returns the text of the only element that matches a selector.
    pub(crate) fn text(&self, selector: &str) -> String {
        let mut texts = self.texts(selector);
        assert_eq!(texts.len(), 1, "{selector}: {texts:?}");
        texts.remove(0)
    }

    /// Waits until an expression is true.
    pub(crate) fn wait(&self, expression: &str) {
        let start = Instant::now();
        while self.js(&format!("Boolean({expression})")) != Value::Bool(true) {
            assert!(start.elapsed() < PATIENCE, "never true: {expression}");
            std::thread::sleep(Duration::from_millis(10));
        }
        // The address changes before the view does.
        self.js("new Promise((done) => setTimeout(done, 20))");
    }

    /// Clicks on the first element that matches a selector, with the mouse.
    pub(crate) fn click(&self, selector: &str) {
        let at = self.js(&format!(
            "(() => {{ const e = document.querySelector({}); e.scrollIntoView({{ block: 'nearest' }});
               const r = e.getClientRects()[0]; return [r.x + r.width / 2, r.y + r.height / 2]; }})()",
            Value::from(selector)
        ));
        for kind in ["mousePressed", "mouseReleased"] {
            let mouse = json!({ "type": kind, "x": at[0], "y": at[1], "button": "left", "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", &mouse);
        }
    }

    /// Presses keys one after the other: characters, or keys by name.
    pub(crate) fn keys(&self, keys: &[&str]) {
        for key in keys {
            let code = match *key {
                "Tab" => 9,
                "Enter" => 13,
                "Escape" => 27,
                "End" => 35,
                "Home" => 36,
                "ArrowLeft" => 37,
                "ArrowUp" => 38,
                "ArrowRight" => 39,
                "ArrowDown" => 40,
                _ => 0,
            };
            let text = match *key {
                "Enter" => "\r",
                character if code == 0 => character,
                _ => "",
            };
            let mut event = json!({ "type": "keyDown", "key": key, "windowsVirtualKeyCode": code });
            if !text.is_empty() {
                event["text"] = text.into();
            }
            self.call("Input.dispatchKeyEvent", &event);
            self.call(
                "Input.dispatchKeyEvent",
                &json!({ "type": "keyUp", "key": key, "windowsVirtualKeyCode": code }),
            );
        }
    }

    /// Types a text into the focused element.
    pub(crate) fn type_in(&self, text: &str) {
        self.call("Input.insertText", &json!({ "text": text }));
    }

    /// Returns the lines of the composed text.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.texts("#document .words")
    }

    /// Discards the page's errors and requests so far, if they are expected.
    pub(crate) fn forgive(&self) {
        self.js("0");
        self.wire.borrow_mut().events.clear();
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        // Events that happened before are delivered before this call returns.
        self.js("0");
        let events = std::mem::take(&mut self.wire.borrow_mut().events);
        self.call("Page.close", &json!({}));
        let is = |event: &&Value, names: &[&str]| names.iter().any(|name| event["method"] == *name);
        let complaints: Vec<_> = events
            .iter()
            .filter(|event| {
                is(event, &["Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"])
            })
            .map(|event| &event["params"])
            .collect();
        assert!(complaints.is_empty(), "the page complains: {complaints:#?}");
        let requests = events.iter().filter(|event| is(event, &["Network.requestWillBeSent"]));
        let urls: BTreeSet<_> = requests
            .filter_map(|event| event["params"]["request"]["url"].as_str()?.split('#').next())
            .collect();
        assert!(
            urls.len() <= 1 && urls.iter().all(|url| url.starts_with("file:///")),
            "the page asks for {urls:?}"
        );
    }
}
