//! Writes TOML in many layouts: equal tables that differ only in layout.

/// A TOML value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Text(String),
    Number(i64),
    Truth(bool),
    List(Vec<Node>),
    Table(Table),
}

/// The keys of a table with their values, in file order.
pub(crate) type Table = Vec<(String, Node)>;

impl Node {
    pub(crate) fn text(text: &str) -> Node {
        Node::Text(text.to_owned())
    }

    pub(crate) fn texts<'t>(texts: impl IntoIterator<Item = &'t str>) -> Node {
        Node::List(texts.into_iter().map(Node::text).collect())
    }

    fn is_tables(&self) -> bool {
        matches!(self, Node::List(items) if items.iter().all(|item| matches!(item, Node::Table(_))))
    }
}

/// Which tables have a header of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Headers {
    /// Only top-level tables.
    Outer,
    /// All tables that can have one.
    All,
    /// None: every table is inline.
    None,
    /// None: keys of top-level tables are dotted.
    Dotted,
}

/// A layout of TOML.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    pub(crate) headers: Headers,
    /// Whether `a = "x"` is written as the equivalent `a = { text = "x" }`.
    pub(crate) verbose: bool,
    /// Whether strings alternate between all notations.
    pub(crate) strings: bool,
    /// Whether there are comments, and spaces where TOML allows them.
    pub(crate) loose: bool,
    /// Whether lines end in CRLF.
    pub(crate) carriage_returns: bool,
    /// Whether the file begins with a byte order mark.
    pub(crate) mark: bool,
}

impl Layout {
    pub(crate) const PLAIN: Layout = Layout {
        headers: Headers::Outer,
        verbose: false,
        strings: false,
        loose: false,
        carriage_returns: false,
        mark: false,
    };

    pub(crate) fn print(self, table: &Table) -> String {
        let mut printer = Printer { layout: self, out: String::new(), strings: 0 };
        printer.table(&[], table);
        let mut text = if self.mark { "\u{feff}".to_owned() } else { String::new() };
        text.push_str(&if self.carriage_returns { printer.out.replace('\n', "\r\n") } else { printer.out });
        text
    }
}

struct Printer {
    layout: Layout,
    out: String,
    /// The number of strings written so far.
    strings: usize,
}

impl Printer {
    fn table(&mut self, path: &[&str], table: &Table) {
        let has_header = |node: &Node| match self.layout.headers {
            Headers::None | Headers::Dotted => false,
            Headers::Outer if !path.is_empty() => false,
            _ => matches!(node, Node::Table(_)) || node.is_tables(),
        };
        // Keys after a header belong to it, so only the last keys can have one.
        let split = table.iter().rposition(|(_, node)| !has_header(node)).map_or(0, |last| last + 1);
        for (key, node) in &table[..split] {
            match node {
                Node::Table(inner)
                    if path.is_empty() && self.layout.headers == Headers::Dotted && !inner.is_empty() =>
                {
                    for (inner_key, node) in inner {
                        self.line(&[key, inner_key], node);
                    }
                }
                _ => self.line(&[key], node),
            }
        }
        for (key, node) in &table[split..] {
            let path: Vec<&str> = path.iter().copied().chain([key.as_str()]).collect();
            match node {
                Node::Table(inner) => {
                    self.header("[", &path, "]");
                    self.table(&path, inner);
                }
                Node::List(items) => {
                    for item in items {
                        if let Node::Table(inner) = item {
                            self.header("[[", &path, "]]");
                            self.table(&path, inner);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn header(&mut self, open: &str, path: &[&str], close: &str) {
        let names: Vec<String> = path.iter().map(|key| self.key(key)).collect();
        if self.layout.loose {
            self.out.push_str("\n\n# [not.a.header] = \"x\"\n  ");
            self.out.push_str(&format!("{open} {} {close} # \"\"\"\n", names.join(" . ")));
        } else {
            self.out.push_str(&format!("{open}{}{close}\n", names.join(".")));
        }
    }

    fn key(&self, key: &str) -> String {
        let is_bare = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        match (is_bare, self.layout.loose) {
            (true, false) => key.to_owned(),
            (_, true) => format!("'{key}'"),
            (false, false) => format!("\"{key}\""),
        }
    }

    fn line(&mut self, keys: &[&str], node: &Node) {
        let names: Vec<String> = keys.iter().map(|key| self.key(key)).collect();
        if self.layout.loose {
            self.out.push_str(&format!("\n\t# {} = 'no'\n   {}  =\t", names[0], names.join(" . ")));
        } else {
            self.out.push_str(&format!("{} = ", names.join(".")));
        }
        self.value(node, true);
        self.out.push_str(if self.layout.loose { "   # = {\n" } else { "\n" });
    }

    /// Writes a value. Inline tables have line breaks only inside strings.
    fn value(&mut self, node: &Node, may_break: bool) {
        match node {
            Node::Text(text) => self.string(text),
            Node::Number(number) => self.out.push_str(&number.to_string()),
            Node::Truth(truth) => self.out.push_str(&truth.to_string()),
            Node::List(items) => {
                let breaks = may_break && self.layout.loose;
                self.out.push('[');
                for (at, item) in items.iter().enumerate() {
                    self.out.push_str(if breaks { "\n  # ]\n  " } else { "" });
                    self.value(item, breaks);
                    let is_last = at + 1 == items.len();
                    self.out.push_str(if is_last && !breaks { "" } else { ", " });
                }
                self.out.push(']');
            }
            Node::Table(table) => {
                self.out.push('{');
                for (at, (key, node)) in table.iter().enumerate() {
                    self.out.push_str(if at > 0 { ", " } else { " " });
                    let key = self.key(key);
                    self.out.push_str(&format!("{key} = "));
                    self.value(node, false);
                }
                self.out.push_str(" }");
            }
        }
    }

    fn string(&mut self, text: &str) {
        let form = if self.layout.strings { self.strings % 5 } else { 0 };
        self.strings += 1;
        let written = match form {
            1 if !text.contains(['\'', '\n', '\t']) => format!("'{text}'"),
            2 if !text.contains("''") && !text.ends_with('\'') => format!("'''\n{text}'''"),
            3 => format!("\"\"\"\n{}\"\"\"", escaped(text).replace("\\n", "\n")),
            4 => {
                let unit = |character: char| match character {
                    'a'..='z' | ' ' => character.to_string(),
                    _ => format!("\\U{:08X}", character as u32),
                };
                format!("\"{}\"", text.chars().map(unit).collect::<String>())
            }
            _ => format!("\"{}\"", escaped(text)),
        };
        self.out.push_str(&written);
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t")
}
