//! Reads TOML values with their spans. Every mismatch becomes a finding, and reading continues.

use toml::de::{DeArray, DeInteger, DeTable, DeValue};

use super::guess::{self, Place, Unknown};
use super::{Value, merge_conflict, safety};
use crate::model::grammar::{Keys, LeftOut, Rule, Type};
use crate::model::wording::article;
use crate::model::{Code, Datum, Diagnostic, FileId, Sources, Span, Spanned, Text, codes, is_id};
use crate::text::ids::slug;

/// The maximum nesting of tables and arrays in a file.
const MAX_DEPTH: usize = 64;

/// A key from the TOML parser.
pub(crate) type Key<'d> = toml::Spanned<std::borrow::Cow<'d, str>>;

/// Reads the values of one file and collects findings about them.
pub(crate) struct Reader {
    file: FileId,
    /// Facts about the file, for guesses about mistakes.
    place: Place,
    /// The findings so far.
    pub(crate) findings: Vec<Diagnostic>,
}

/// Parses a file with the keys `K` and passes the top-level table, as far as it parsed, to `read`. Returns
/// the result of `read` and all findings.
pub(crate) fn read_file<K: Keys, T>(
    sources: &Sources,
    file: FileId,
    read: impl FnOnce(&mut Reader, &DeTable<'_>) -> T,
) -> (T, Vec<Diagnostic>) {
    let text = sources.file(file).text();
    let (document, errors) = DeTable::parse_recoverable(text);
    let place = Place::of::<K>(document.get_ref(), text);
    let is_parsed = errors.is_empty();
    let (errors, conflicts) = merge_conflict::sort_out(sources, file, errors);
    let mut reader = Reader { file, place, findings: conflicts };
    for error in &errors {
        reader.syntax(error, text);
    }
    let deep = document.get_ref().values().find_map(|value| too_deep(value, 1));
    if let Some(range) = deep {
        let message = format!("tables or arrays are nested more than {MAX_DEPTH} levels deep");
        let finding = Diagnostic::new(codes::TOO_DEEP, message).at(Span::new(file, range), "");
        reader.findings.push(finding.help("write the value with fewer levels"));
        return (
            read(&mut Reader { file, place: Place::default(), findings: Vec::new() }, &DeTable::new()),
            reader.findings,
        );
    }
    reader.findings.extend(safety::inspect(sources, file, document.get_ref()));
    if is_parsed {
        let read = read(&mut reader, document.get_ref());
        return (read, reader.findings);
    }
    // The part that could be parsed is read for its definitions, but findings about it are dropped: most would be
    // consequences of the syntax error.
    let mut echo = Reader { file, place: Place::default(), findings: Vec::new() };
    let read = read(&mut echo, document.get_ref());
    (read, reader.findings)
}

/// Returns the place where nesting exceeds the limit. The parser itself stops a little later, so this
/// recursion is bounded.
fn too_deep(value: &Value<'_>, level: usize) -> Option<std::ops::Range<usize>> {
    let (DeValue::Table(_) | DeValue::Array(_)) = value.get_ref() else { return None };
    if level > MAX_DEPTH {
        return Some(value.span());
    }
    match value.get_ref() {
        DeValue::Table(table) => table.values().find_map(|value| too_deep(value, level + 1)),
        DeValue::Array(array) => array.iter().find_map(|value| too_deep(value, level + 1)),
        _ => None,
    }
}

impl Reader {
    fn syntax(&mut self, error: &toml::de::Error, text: &str) {
        let mut range = error.span().unwrap_or(0..0);
        range.end = range.end.min(text.len());
        range.start = range.start.min(range.end);
        let span = Span::new(self.file, range);
        let message = error.message().trim_end_matches('.');
        let finding = if message.contains("recurs") {
            Diagnostic::new(
                codes::TOO_DEEP,
                format!("tables or arrays are nested more than {MAX_DEPTH} levels deep"),
            )
        } else if message == "duplicate key" {
            let key = text.get(span.range()).unwrap_or_default();
            Diagnostic::new(codes::SYNTAX, format!("duplicate key `{key}`"))
                .help("rename or delete one of them")
        } else {
            Diagnostic::new(codes::SYNTAX, format!("invalid TOML: {message}"))
        };
        self.findings.push(finding.at(span, ""));
    }

    /// Returns the span of a key.
    pub(crate) fn key_span(&self, key: &Key<'_>) -> Span {
        Span::new(self.file, key.span())
    }

    /// Returns the span of a value.
    pub(crate) fn span(&self, value: &Value<'_>) -> Span {
        Span::new(self.file, value.span())
    }

    /// Records a finding.
    pub(crate) fn find(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// Records a finding at one place, with an optional help.
    pub(crate) fn error(&mut self, code: &'static Code, message: String, span: Span, help: Option<String>) {
        self.findings.push(Diagnostic::new(code, message).at(span, "").help_if(help));
    }

    /// Reports a key that the table `place` does not have.
    pub(crate) fn unknown_key<'k>(
        &mut self,
        key: &Key<'_>,
        value: &Value<'_>,
        place: &str,
        known: impl IntoIterator<Item = &'k str>,
    ) {
        let message = format!("unknown key `{}` in {place}", key.get_ref());
        let known = known.into_iter().collect();
        let help = self.place.key(&Unknown { key: key.get_ref(), value: value.get_ref(), place, known });
        self.error(codes::UNKNOWN_KEY, message, self.key_span(key), help);
    }

    /// Looks up a key of a table. Reports it if the table does not have it.
    pub(crate) fn known<K: Keys>(&mut self, key: &Key<'_>, value: &Value<'_>) -> Option<K> {
        self.known_in(key, value, K::PLACE)
    }

    /// As [`Reader::known`], for a table that messages call `place`.
    pub(crate) fn known_in<K: Keys>(&mut self, key: &Key<'_>, value: &Value<'_>, place: &str) -> Option<K> {
        let known = K::find(key.get_ref());
        if known.is_none() {
            self.unknown_key(key, value, place, K::rows().map(|row| row.name));
        }
        known
    }

    /// Reports missing keys that the table requires.
    pub(crate) fn required<K: Keys>(&mut self, table: &DeTable<'_>, place: &str, span: Span) {
        for row in K::rows().filter(|row| table.get(row.name).is_none()) {
            let help = match row.left_out {
                LeftOut::Required(help) => Some(help).filter(|help| !help.is_empty()),
                LeftOut::RequiredInFragment => None,
                LeftOut::Nothing
                | LeftOut::False
                | LeftOut::Text(_)
                | LeftOut::List(_)
                | LeftOut::Derived(_) => continue,
            };
            self.missing(row.name, place, span, help);
        }
    }

    /// Reports keys that have no effect without others. Returns whether there are any.
    pub(crate) fn needs<K: Keys>(&mut self, table: &DeTable<'_>) -> bool {
        let before = self.findings.len();
        for rule in K::rules() {
            let Rule::Needs(name, of) = rule else { continue };
            let Some((key, _)) = table.get_key_value(name) else { continue };
            if !of.iter().any(|other| table.contains_key(*other)) {
                let of = of.iter().map(|other| format!("`{other}`")).collect::<Vec<_>>().join(" or ");
                let help = format!("add {of}, or delete `{name}`");
                self.error(
                    codes::MISSING_KEY,
                    format!("`{name}` needs {of}"),
                    self.key_span(key),
                    Some(help),
                );
            }
        }
        self.findings.len() > before
    }

    /// Reports a value of the wrong type.
    pub(crate) fn wrong_type(&mut self, what: &str, expected: &str, value: &Value<'_>) {
        self.wrong_type_but(what, expected, value, None);
    }

    /// As [`Reader::wrong_type`], with a help.
    pub(crate) fn wrong_type_but(
        &mut self,
        what: &str,
        expected: &str,
        value: &Value<'_>,
        help: Option<String>,
    ) {
        let message = format!("{what} must be {expected}, not {}", type_name(value.get_ref()));
        self.error(codes::WRONG_TYPE, message, self.span(value), help);
    }

    /// Warns about an entry that is probably a top-level key.
    pub(crate) fn warn_if_slipped(&mut self, key: &Key<'_>, noun: &str, text: &str) {
        let name = key.get_ref();
        if self.place.is_slipped(name, text) {
            let message = format!("`{name}` is read as the id of {} {noun}", article(noun));
            self.error(codes::SLIPPED_KEY, message, self.key_span(key), self.place.slipped_entry(name, text));
        }
    }

    /// Suggests a fix for a top-level key in another table.
    pub(crate) fn slipped(&self, key: &Key<'_>) -> Option<String> {
        self.place.slipped(key.get_ref())
    }

    /// Reports a missing key.
    pub(crate) fn missing(&mut self, key: &str, place: &str, span: Span, help: Option<&str>) {
        let message = format!("`{key}` is missing in {place}");
        self.error(codes::MISSING_KEY, message, span, help.map(str::to_owned));
    }

    /// Returns the table. Reports any other value.
    pub(crate) fn table<'v, 'd>(&mut self, what: &str, value: &'v Value<'d>) -> Option<&'v DeTable<'d>> {
        match value.get_ref() {
            DeValue::Table(table) => Some(table),
            _ => {
                self.wrong_type_but(what, "a table", value, guess::table(what, value.get_ref()));
                None
            }
        }
    }

    /// Returns the tables of an array of tables. Reports any other value.
    pub(crate) fn tables<'v, 'd>(
        &mut self,
        what: &str,
        value: &'v Value<'d>,
    ) -> Vec<(Span, &'v DeTable<'d>)> {
        let expected = format!("an array of tables, written `[[{}]]`", what.trim_matches('`'));
        let DeValue::Array(array) = value.get_ref() else {
            self.wrong_type(what, &expected, value);
            return Vec::new();
        };
        let mut tables = Vec::new();
        for element in array.iter() {
            match element.get_ref() {
                DeValue::Table(table) => tables.push((self.span(element), table)),
                _ => self.wrong_type(what, &expected, element),
            }
        }
        tables
    }

    /// Returns the array. Reports any other value.
    pub(crate) fn array<'v, 'd>(&mut self, what: &str, value: &'v Value<'d>) -> Option<&'v DeArray<'d>> {
        match value.get_ref() {
            DeValue::Array(array) => Some(array),
            _ => {
                self.wrong_type_but(what, "a list", value, guess::list(value.get_ref()));
                None
            }
        }
    }

    /// Returns the string. Reports any other value.
    pub(crate) fn string(&mut self, what: &str, value: &Value<'_>) -> Option<Text> {
        match value.get_ref() {
            DeValue::String(text) => Some(Spanned { value: text.to_string(), span: self.span(value) }),
            _ => {
                self.wrong_type(what, "a string", value);
                None
            }
        }
    }

    /// Returns a string that is one line and not blank, such as a title or label. Reports any other value.
    pub(crate) fn line(&mut self, what: &str, value: &Value<'_>) -> Option<Text> {
        let text = self.filled(what, value)?;
        if text.value.contains(['\n', '\r']) {
            let message = format!("{what} must be one line");
            self.error(codes::BAD_VALUE, message, text.span, None);
            return None;
        }
        Some(text)
    }

    /// Returns a string that is not blank. Reports any other value.
    pub(crate) fn filled(&mut self, what: &str, value: &Value<'_>) -> Option<Text> {
        let text = self.string(what, value)?;
        if text.value.trim().is_empty() {
            self.error(codes::BAD_VALUE, format!("{what} must not be empty"), text.span, None);
            return None;
        }
        Some(text)
    }

    /// Returns the boolean. Reports any other value and returns false.
    pub(crate) fn boolean(&mut self, what: &str, value: &Value<'_>) -> bool {
        match value.get_ref() {
            DeValue::Boolean(truth) => *truth,
            _ => {
                self.wrong_type(what, "true or false", value);
                false
            }
        }
    }

    /// Returns a list of strings. Reports other items and omits them.
    pub(crate) fn strings(&mut self, what: &str, value: &Value<'_>) -> Vec<Text> {
        let Some(array) = self.array(what, value) else { return Vec::new() };
        let element = format!("an entry of {what}");
        array.iter().filter_map(|value| self.filled(&element, value)).collect()
    }

    /// Returns a list of distinct strings. Reports duplicates and omits them.
    pub(crate) fn distinct(&mut self, what: &str, value: &Value<'_>) -> Vec<Text> {
        let mut known: Vec<Text> = Vec::new();
        let mut seen = std::collections::BTreeMap::new();
        for text in self.strings(what, value) {
            match seen.get(&text.value) {
                None => {
                    seen.insert(text.value.clone(), text.span);
                    known.push(text);
                }
                Some(first) => {
                    let message = format!("{what} lists `{}` twice", text.value);
                    let finding = Diagnostic::new(codes::BAD_VALUE, message).at(text.span, "again here");
                    self.findings.push(finding.context(*first, "first here").help("delete one of them"));
                }
            }
        }
        known
    }

    /// Returns one string, or a list of distinct strings that is not empty. Reports any other value.
    pub(crate) fn one_or_several(&mut self, what: &str, value: &Value<'_>) -> Vec<Text> {
        match value.get_ref() {
            DeValue::Array(array) => {
                if array.is_empty() {
                    let help = Some("delete the key, or list at least one".to_owned());
                    self.error(codes::BAD_VALUE, format!("{what} must not be empty"), self.span(value), help);
                }
                self.distinct(what, value)
            }
            DeValue::String(_) => self.filled(what, value).into_iter().collect(),
            _ => {
                self.wrong_type(what, "a string or a list of strings", value);
                Vec::new()
            }
        }
    }

    /// Returns the choice that a word names. Reports any other value.
    pub(crate) fn choice<T: Copy>(
        &mut self,
        what: &str,
        value: &Value<'_>,
        choices: &[(&str, T)],
    ) -> Option<T> {
        let text = self.string(what, value)?;
        let found = choices.iter().find(|(name, _)| *name == text.value).map(|(_, choice)| *choice);
        if found.is_none() {
            self.no_choice(what, &text, choices.iter().map(|(name, _)| *name));
        }
        found
    }

    /// Returns one of the words that the key allows. Reports any other value.
    pub(crate) fn word(&mut self, key: impl Keys, value: &Value<'_>) -> Option<Datum> {
        let Type::OneOf(words) = key.row().value else { return None };
        let text = self.string(key.shown(), value)?;
        if !words.contains(&text.value.as_str()) {
            self.no_choice(key.shown(), &text, words.iter().copied());
            return None;
        }
        Some(Datum::String(text.value))
    }

    fn no_choice<'k>(&mut self, what: &str, text: &Text, words: impl Iterator<Item = &'k str>) {
        let help = guess::word(&text.value, words);
        self.error(codes::BAD_VALUE, format!("{what} cannot be `{}`", text.value), text.span, help);
    }

    /// Returns whether a key is a valid id. Reports it if not.
    pub(crate) fn id(&mut self, what: &str, key: &Key<'_>) -> bool {
        self.id_text(what, key.get_ref(), self.key_span(key))
    }

    /// Returns whether a text is a valid id. Reports it if not.
    pub(crate) fn id_text(&mut self, what: &str, id: &str, span: Span) -> bool {
        let valid = is_id(id);
        if !valid {
            let message = format!("`{id}` is not a valid id for {what}");
            let suggestion = slug(id);
            let help = match is_id(&suggestion) {
                true => format!("use lower-case letters, digits and hyphens: `{suggestion}`"),
                false => {
                    "use lower-case letters, digits and hyphens; begin with a letter or digit".to_owned()
                }
            };
            self.error(codes::BAD_NAME, message, span, Some(help));
        }
        valid
    }

    /// Converts a value without spans. Dates and numbers out of range are reported.
    pub(crate) fn datum(&mut self, what: &str, value: &Value<'_>) -> Option<Datum> {
        match value.get_ref() {
            DeValue::String(text) => Some(Datum::String(text.to_string())),
            DeValue::Boolean(truth) => Some(Datum::Boolean(*truth)),
            DeValue::Integer(number) => self.integer(what, number, value),
            DeValue::Float(number) => match number.as_str().replace('_', "").parse() {
                Ok(number) => Some(Datum::Float(number)),
                Err(_) => {
                    self.wrong_type(what, "a number that fits in 64 bits", value);
                    None
                }
            },
            DeValue::Datetime(_) => {
                let message = format!("{what} is a date, which front matter and templates do not support");
                self.error(
                    codes::WRONG_TYPE,
                    message,
                    self.span(value),
                    Some("write it as a string, in quotes".to_owned()),
                );
                None
            }
            DeValue::Array(array) => {
                let items: Vec<_> = array.iter().map(|item| self.datum(what, item)).collect();
                items.into_iter().collect::<Option<Vec<_>>>().map(Datum::List)
            }
            DeValue::Table(table) => {
                let entries: Vec<_> = table
                    .iter()
                    .map(|(key, value)| Some((key.get_ref().to_string(), self.datum(what, value)?)))
                    .collect();
                entries.into_iter().collect::<Option<_>>().map(Datum::Map)
            }
        }
    }

    fn integer(&mut self, what: &str, number: &DeInteger<'_>, value: &Value<'_>) -> Option<Datum> {
        let digits = number.as_str().replace('_', "");
        let parsed = i64::from_str_radix(&digits, number.radix());
        if parsed.is_err() {
            let message = format!("{what} does not fit in 64 bits");
            self.error(codes::WRONG_TYPE, message, self.span(value), None);
        }
        parsed.ok().map(Datum::Integer)
    }

    /// Converts a scalar. Reports any other value.
    pub(crate) fn scalar(&mut self, what: &str, value: &Value<'_>) -> Option<Datum> {
        self.scalar_but(what, value, None)
    }

    /// As [`Reader::scalar`], with a help for other values.
    pub(crate) fn scalar_but(
        &mut self,
        what: &str,
        value: &Value<'_>,
        help: Option<String>,
    ) -> Option<Datum> {
        if matches!(value.get_ref(), DeValue::Array(_) | DeValue::Table(_)) {
            self.wrong_type_but(what, "a string, a number, true or false", value, help);
            return None;
        }
        self.datum(what, value)
    }
}

fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}
