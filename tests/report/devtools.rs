//! The browser and its connection: messages of the DevTools protocol.

use std::fs;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

/// The names of the browser's executable.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// The maximum time that the browser may take to start and to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The browser, while a test has a page in it. The last reference ends it.
static SHARED: Mutex<Weak<Browser>> = Mutex::new(Weak::new());

/// A headless Chromium with its own profile.
pub(crate) struct Browser {
    process: Child,
    port: u16,
    path: String,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Returns the browser that all tests share.
    pub(crate) fn shared() -> Arc<Browser> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let browser = Arc::new(Browser::start());
            *shared = Arc::downgrade(&browser);
            browser
        })
    }

    fn start() -> Browser {
        let profile = tempfile::tempdir().expect("a temporary directory");
        let program = program().expect("these tests need Chromium on the path: apt-get install -y chromium");
        let process = Command::new(program)
            // Chromium has no sandbox when run as root, as in a container.
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--disable-dev-shm-usage", "--disable-extensions", "--remote-debugging-port=0"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("Chromium starts");
        // It writes the port that it chose into its profile.
        let start = Instant::now();
        let (port, path) = loop {
            let written = fs::read_to_string(profile.path().join("DevToolsActivePort")).unwrap_or_default();
            if let Some((port, path)) = written.split_once('\n')
                && let (Ok(port), true) = (port.parse(), path.starts_with('/'))
            {
                break (port, path.trim().to_owned());
            }
            assert!(start.elapsed() < PATIENCE, "Chromium does not say where it listens");
            std::thread::sleep(Duration::from_millis(10));
        };
        Browser { process, port, path, _profile: profile }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Ok(mut wire) = Wire::connect(self.port, &self.path) {
            // It closes the connection instead of answering.
            let _ = wire.send("Browser.close", &json!({}));
        }
        let start = Instant::now();
        while matches!(self.process.try_wait(), Ok(None)) {
            if start.elapsed() > Duration::from_secs(5) {
                let _ = self.process.kill();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Where Chromium is, if it is on the path.
pub(crate) fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).flat_map(|directory| NAMES.map(|name| directory.join(name)));
    places.into_iter().find(|place| place.is_file())
}

/// A connection to the browser, and to one of its tabs.
pub(crate) struct Wire {
    socket: WebSocket<TcpStream>,
    session: Option<String>,
    last: u64,
    /// Events from the browser.
    pub(crate) events: Vec<Value>,
}

impl Wire {
    /// A connection to a new tab.
    pub(crate) fn new_tab(browser: &Browser) -> Wire {
        let mut wire = Wire::connect(browser.port, &browser.path).expect("the browser listens");
        let tab = wire.call("Target.createTarget", &json!({ "url": "about:blank" }));
        let attached =
            wire.call("Target.attachToTarget", &json!({ "targetId": tab["targetId"], "flatten": true }));
        wire.session = attached["sessionId"].as_str().map(str::to_owned);
        wire
    }

    fn connect(port: u16, path: &str) -> Result<Wire, Box<dyn std::error::Error>> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let (socket, _) = tungstenite::client(format!("ws://127.0.0.1:{port}{path}"), stream)?;
        Ok(Wire { socket, session: None, last: 0, events: Vec::new() })
    }

    fn send(&mut self, method: &str, parameters: &Value) -> tungstenite::Result<u64> {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method, "params": parameters });
        if let Some(session) = &self.session {
            message["sessionId"] = session.as_str().into();
        }
        self.socket.send(Message::text(message.to_string()))?;
        Ok(self.last)
    }

    /// Calls a method and waits for what it returns.
    pub(crate) fn call(&mut self, method: &str, parameters: &Value) -> Value {
        let id = self.send(method, parameters).expect("the browser takes a message");
        loop {
            let message = self.socket.read().unwrap_or_else(|error| panic!("{method}: {error}"));
            let Message::Text(text) = message else { continue };
            let mut message: Value = serde_json::from_str(text.as_str()).expect("messages are JSON");
            if message["id"] == id {
                assert!(message["error"].is_null(), "{method}: {}", message["error"]);
                return message["result"].take();
            }
            self.events.push(message);
        }
    }
}
