//! A browser that all tests of this file share, and pages in it.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use headless_chrome::protocol::cdp::types::Event;
use headless_chrome::protocol::cdp::{Emulation, Network, Runtime};
use headless_chrome::{Browser, LaunchOptions, Tab};
use serde_json::Value;

/// What the browser is called, where it may be.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// How long a test waits for something to appear.
const PATIENCE: Duration = Duration::from_secs(10);

/// The browser, as long as a test has a page in it. The last one that lets go ends it.
static SHARED: Mutex<Weak<Browser>> = Mutex::new(Weak::new());

fn browser() -> Arc<Browser> {
    let mut shared = SHARED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(browser) = shared.upgrade() {
        return browser;
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).flat_map(|directory| NAMES.map(|name| directory.join(name)));
    let program = places.into_iter().find(|place| place.is_file()).unwrap_or_else(|| {
        panic!(
            "these tests need Chromium, and it is not on the path\n\
             help: install it with `apt-get install -y chromium`"
        )
    });
    let arguments = ["--disable-component-update", "--disable-gpu", "--hide-scrollbars"].map(OsStr::new);
    let options = LaunchOptions {
        path: Some(program),
        // Containers run as root, where Chromium has no sandbox of its own.
        sandbox: false,
        args: arguments.to_vec(),
        idle_browser_timeout: Duration::from_secs(120),
        ..LaunchOptions::default()
    };
    let browser = Arc::new(Browser::new(options).expect("Chromium starts"));
    *shared = Arc::downgrade(&browser);
    browser
}

/// What a page did beside showing itself.
#[derive(Default)]
struct Seen {
    errors: Vec<String>,
    requests: Vec<String>,
}

/// A page in a tab of its own.
pub(crate) struct Page {
    tab: Arc<Tab>,
    seen: Arc<Mutex<Seen>>,
    // Held until the page is gone.
    _browser: Arc<Browser>,
}

impl Page {
    /// A wide and light page that shows a file at an address, such as `#/rules`.
    pub(crate) fn open(file: &Path, hash: &str) -> Page {
        let page = Page::blank();
        page.go(&format!("file://{}{hash}", file.display()));
        page
    }

    /// A page that shows nothing yet.
    pub(crate) fn blank() -> Page {
        let browser = browser();
        let tab = browser.new_tab().expect("a new tab");
        let seen: Arc<Mutex<Seen>> = Arc::default();
        let listener = {
            let seen = Arc::clone(&seen);
            move |event: &Event| {
                let mut seen = seen.lock().expect("no listener panics");
                match event {
                    Event::RuntimeExceptionThrown(event) => {
                        seen.errors.push(format!("{:?}", event.params.exception_details));
                    }
                    Event::LogEntryAdded(event) => seen.errors.push(event.params.entry.text.clone()),
                    Event::RuntimeConsoleAPICalled(event) => {
                        seen.errors.push(format!("{:?}", event.params.args));
                    }
                    Event::NetworkRequestWillBeSent(event) => {
                        seen.requests.push(event.params.request.url.clone());
                    }
                    _ => {}
                }
            }
        };
        tab.add_event_listener(Arc::new(listener)).expect("a listener");
        tab.enable_log().and_then(|tab| tab.enable_runtime()).expect("logs and exceptions");
        let enable = Network::Enable {
            max_total_buffer_size: None,
            max_resource_buffer_size: None,
            max_post_data_size: None,
            report_direct_socket_traffic: None,
            enable_durable_messages: None,
        };
        tab.call_method(enable).expect("requests are reported");
        // Several tabs are open at a time, and each is to take keys as if it were in front.
        tab.call_method(Emulation::SetFocusEmulationEnabled { enabled: true }).expect("focus");
        let page = Page { tab, seen, _browser: browser };
        page.resize(1440, 900);
        page.scheme("light");
        page
    }

    /// Goes to an address and waits for it to load.
    pub(crate) fn go(&self, url: &str) {
        self.tab.navigate_to(url).expect("the address");
        self.tab.wait_until_navigated().expect("the page loads");
        self.wait("document.readyState === 'complete'");
    }

    /// Changes the part of the address after `#`.
    pub(crate) fn hash(&self, hash: &str) {
        self.js(&format!("void (location.hash = {})", Value::from(hash)));
        self.js("new Promise((done) => setTimeout(done, 30))");
    }

    /// Makes the window so large, with the manners of a phone where it is narrow.
    pub(crate) fn resize(&self, width: u32, height: u32) {
        let metrics = Emulation::SetDeviceMetricsOverride {
            width,
            height,
            device_scale_factor: 1.0,
            mobile: width < 500,
            scale: None,
            screen_width: None,
            screen_height: None,
            position_x: None,
            position_y: None,
            dont_set_visible_size: None,
            screen_orientation: None,
            viewport: None,
            display_feature: None,
            device_posture: None,
        };
        self.tab.call_method(metrics).expect("the size");
    }

    /// Says which colours the reader prefers: `light` or `dark`.
    pub(crate) fn scheme(&self, scheme: &str) {
        // Where nothing moves, nothing is measured half-way.
        let features = [("prefers-color-scheme", scheme), ("prefers-reduced-motion", "reduce")]
            .map(|(name, value)| Emulation::MediaFeature { name: name.into(), value: value.into() });
        let media = Emulation::SetEmulatedMedia { media: None, features: Some(features.to_vec()) };
        self.tab.call_method(media).expect("the scheme");
    }

    /// The value of an expression in the page.
    pub(crate) fn js(&self, expression: &str) -> Value {
        let evaluate = Runtime::Evaluate {
            expression: expression.to_owned(),
            return_by_value: Some(true),
            await_promise: Some(true),
            object_group: None,
            include_command_line_api: None,
            silent: None,
            context_id: None,
            generate_preview: None,
            user_gesture: None,
            throw_on_side_effect: None,
            timeout: None,
            disable_breaks: None,
            repl_mode: None,
            allow_unsafe_eval_blocked_by_csp: None,
            unique_context_id: None,
            serialization_options: None,
        };
        let result = self.tab.call_method(evaluate).expect("the page answers");
        if let Some(details) = result.exception_details {
            let exception = details.exception.and_then(|exception| exception.description);
            panic!("{expression}\n{}", exception.unwrap_or(details.text));
        }
        result.result.value.unwrap_or(Value::Null)
    }

    /// The texts of all elements that match a selector.
    pub(crate) fn texts(&self, selector: &str) -> Vec<String> {
        let all = self.js(&format!(
            "[...document.querySelectorAll({})].map((e) => e.textContent)",
            Value::from(selector)
        ));
        serde_json::from_value(all).expect("a list of texts")
    }

    /// The text of the one element that matches a selector.
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
    }

    /// Clicks on the first element that matches a selector, with the mouse.
    pub(crate) fn click(&self, selector: &str) {
        let element = self.tab.wait_for_element(selector).unwrap_or_else(|_| panic!("no {selector}"));
        element.click().unwrap_or_else(|error| panic!("{selector}: {error}"));
    }

    /// Presses keys, one after the other.
    pub(crate) fn keys(&self, keys: &[&str]) {
        for key in keys {
            self.tab.press_key(key).unwrap_or_else(|error| panic!("{key}: {error}"));
        }
    }

    /// Types a text where the focus is.
    pub(crate) fn type_in(&self, text: &str) {
        self.tab.type_str(text).expect("the text is typed");
    }

    /// Forgets what the page has complained about and asked for: for one that is meant to.
    pub(crate) fn forgive(&self) {
        *self.seen.lock().expect("no listener panics") = Seen::default();
    }

    /// The lines of the composed text.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.texts("#document .words")
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let _ = self.tab.close(false);
        if std::thread::panicking() {
            return;
        }
        let seen = self.seen.lock().expect("no listener panics");
        assert!(seen.errors.is_empty(), "the page complains: {:#?}", seen.errors);
        let foreign: Vec<_> = seen.requests.iter().filter(|url| !url.starts_with("file:///")).collect();
        assert!(foreign.is_empty(), "the page asks for {foreign:?}");
        let pages: std::collections::BTreeSet<_> =
            seen.requests.iter().map(|url| url.split('#').next()).collect();
        assert!(pages.len() <= 1, "the page asks for more than itself: {pages:?}");
    }
}
