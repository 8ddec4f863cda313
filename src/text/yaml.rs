//! How YAML reads: the values of a mapping, and plain scalars that some reader does not take for strings.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::model::{Datum, fold};

/// A value as a reader of YAML gets it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Yaml {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    String(String),
    List(Vec<Yaml>),
    Map(Mapping),
}

/// A mapping in file order. Keys that are not strings are formatted as strings.
pub(crate) type Mapping = Vec<(String, Yaml)>;

/// An objection of a strict reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Objection {
    /// The line in the text, from 1.
    pub(crate) line: usize,
    /// In characters, from 1.
    pub(crate) column: usize,
    /// The problem.
    pub(crate) reason: String,
    /// How to fix it.
    pub(crate) help: &'static str,
}

/// Reads a mapping. A text without content is an empty one.
///
/// # Errors
/// The first objection of a strict reader; a duplicate key is one.
pub(crate) fn mapping(text: &str) -> Result<Mapping, Objection> {
    match serde_yaml::from_str::<Option<Yaml>>(text) {
        Ok(None | Some(Yaml::Null)) => Ok(Mapping::new()),
        Ok(Some(Yaml::Map(mapping))) => Ok(mapping),
        Ok(Some(_)) => {
            let reason = "it has no keys".to_owned();
            Err(Objection { line: 1, column: 1, reason, help: "write each value as `key: value`" })
        }
        Err(error) => Err(objection(&error)),
    }
}

/// Reads a mapping as lenient readers do: if a strict reader would reject the whole, it is read entry by
/// entry.
pub(crate) fn lenient(text: &str) -> (Mapping, Option<Objection>) {
    let objection = match mapping(text) {
        Ok(mapping) => return (mapping, None),
        Err(objection) => objection,
    };
    let mut read = Mapping::new();
    let mut entry = String::new();
    let is_inside = |line: &str| line.starts_with([' ', '\t', '-', '#']) || line.trim().is_empty();
    for line in text.lines().map(Some).chain([None]) {
        if line.is_none_or(|line| !is_inside(line)) {
            read.extend(mapping(&entry).unwrap_or_default());
            entry.clear();
        }
        entry.extend(line.into_iter().flat_map(|line| [line, "\n"]));
    }
    (read, Some(objection))
}

fn objection(error: &serde_yaml::Error) -> Objection {
    let message = error.to_string();
    let first = message.lines().next().unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(first);
    // The place is given by line and column.
    let reason =
        first.split_once(": ").filter(|(place, _)| place.starts_with("line ")).map_or(first, |(_, it)| it);
    let (reason, help) = match reason {
        reason if reason.starts_with("duplicate mapping key") => ("duplicate key", "delete one of them"),
        reason => (reason, "if the value is a text, put it in quotes"),
    };
    let (line, column) = error.location().map_or((1, 1), |at| (at.line() as usize, at.column() as usize));
    Objection { line, column, reason: reason.to_owned(), help }
}

impl Yaml {
    /// Returns whether it is the value that TOML holds; the white space of texts does not count.
    pub(crate) fn is(&self, datum: &Datum) -> bool {
        match (self, datum) {
            (Yaml::String(read), Datum::String(text)) => fold(read) == fold(text),
            (Yaml::Boolean(read), Datum::Boolean(truth)) => read == truth,
            (Yaml::Integer(read), Datum::Integer(number)) => read == number,
            (Yaml::Float(read), Datum::Float(number)) => read.to_bits() == number.to_bits() || read == number,
            // A number of TOML without a fraction may be written without a point.
            (Yaml::Integer(read), Datum::Float(number)) => *read as f64 == *number,
            (Yaml::List(read), Datum::List(items)) => {
                read.len() == items.len() && read.iter().zip(items).all(|(read, item)| read.is(item))
            }
            (Yaml::Map(read), Datum::Map(map)) => {
                let has = |(key, value): &(String, Yaml)| map.get(key).is_some_and(|datum| value.is(datum));
                read.len() == map.len() && read.iter().all(has)
            }
            _ => false,
        }
    }

    /// The value in TOML. `None` for a null, and for what contains one.
    pub(crate) fn datum(&self) -> Option<Datum> {
        Some(match self {
            Yaml::Null => return None,
            Yaml::Boolean(truth) => Datum::Boolean(*truth),
            Yaml::Integer(number) => Datum::Integer(*number),
            Yaml::Float(number) => Datum::Float(*number),
            Yaml::String(text) => Datum::String(text.clone()),
            Yaml::List(items) => Datum::List(items.iter().map(Yaml::datum).collect::<Option<_>>()?),
            Yaml::Map(map) => Datum::Map(
                map.iter().map(|(key, value)| Some((key.clone(), value.datum()?))).collect::<Option<_>>()?,
            ),
        })
    }

    /// The names of a list of tools: the elements, or the names in a string.
    pub(crate) fn tools(&self) -> Option<Vec<String>> {
        match self {
            Yaml::String(text) => Some(super::tools::names(text)),
            Yaml::List(items) => items
                .iter()
                .map(|item| match item {
                    Yaml::String(name) => Some(name.trim().to_owned()),
                    _ => None,
                })
                .collect(),
            _ => None,
        }
    }
}

impl fmt::Display for Yaml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Yaml::Null => f.write_str("null"),
            Yaml::Boolean(truth) => write!(f, "{truth}"),
            Yaml::Integer(number) => write!(f, "{number}"),
            Yaml::Float(number) => write!(f, "{number:?}"),
            Yaml::String(text) => f.write_str(text),
            Yaml::List(items) => {
                let items: Vec<String> = items.iter().map(Yaml::to_string).collect();
                write!(f, "[{}]", items.join(", "))
            }
            Yaml::Map(map) => {
                let entries: Vec<String> = map.iter().map(|(key, value)| format!("{key}: {value}")).collect();
                write!(f, "{{{}}}", entries.join(", "))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Yaml {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Yaml;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Yaml, E> {
        Ok(Yaml::Null)
    }

    fn visit_none<E>(self) -> Result<Yaml, E> {
        Ok(Yaml::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Yaml, E> {
        Ok(Yaml::Boolean(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Yaml, E> {
        Ok(Yaml::Integer(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Yaml, E> {
        // TOML has no such number, so no value equals it.
        Ok(i64::try_from(number).map_or(Yaml::Float(number as f64), Yaml::Integer))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Yaml, E> {
        Ok(Yaml::Float(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Yaml, E> {
        Ok(Yaml::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Yaml, E> {
        Ok(Yaml::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Yaml, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Yaml::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Yaml, A::Error> {
        let mut mapping = Mapping::new();
        while let Some((key, value)) = access.next_entry::<Yaml, Yaml>()? {
            mapping.push((key.to_string(), value));
        }
        Ok(Yaml::Map(mapping))
    }
}

/// Returns whether some reader of YAML 1.1 or 1.2 takes a plain scalar for something else than a string: a truth value,
/// nothing, a number, a date, or a sign of its own.
pub(crate) fn is_other_than_a_string(plain: &str) -> bool {
    const WORDS: [&str; 13] =
        ["", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "=", "<<"];
    let lower = plain.to_ascii_lowercase();
    let unsigned = lower.strip_prefix(['+', '-']).unwrap_or(&lower);
    let begins = unsigned.starts_with(|letter: char| letter.is_ascii_digit())
        || unsigned
            .strip_prefix('.')
            .is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_digit()));
    WORDS.contains(&lower.as_str())
        || [".inf", ".nan"].contains(&unsigned)
        || (begins && (is_number(unsigned) || is_date(&lower)))
}

/// Returns whether a text that begins with a digit or a point is a number: decimal, with a fraction or exponent, in
/// another base, with underscores, or in sixties.
fn is_number(text: &str) -> bool {
    let text = text.replace('_', "");
    let all =
        |digits: &str, base: u32| !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(base));
    for (mark, base) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = text.strip_prefix(mark) {
            return all(digits, base);
        }
    }
    let (number, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let (whole, fraction) = number.split_at(number.find('.').unwrap_or(number.len()));
    let fraction = fraction.trim_start_matches('.');
    let is_whole = whole.is_empty() || whole.split(':').all(|part| all(part, 10));
    is_whole && (fraction.is_empty() || all(fraction, 10)) && all(exponent, 10)
}

/// Returns whether a text begins with a date: `2024-01-31`, whatever time follows.
fn is_date(text: &str) -> bool {
    let day = text.split(['t', ' ', '\t']).next().unwrap_or_default();
    let parts: Vec<&str> = day.split('-').collect();
    let is_part = |part: &&str, most| {
        (1..=most).contains(&part.len()) && part.bytes().all(|digit| digit.is_ascii_digit())
    };
    matches!(parts.as_slice(), [year, month, day]
        if year.len() == 4 && is_part(year, 4) && is_part(month, 2) && is_part(day, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_with_their_types() {
        let text =
            "a: 1\nb: 1.5\nc: true\nd: ~\ne: >-\n  x\n  y\nf: &n [p, 'q']\ng: *n\nh: {i: j}\n1: k\nl:\n";
        let read = mapping(text).unwrap();
        let shown: Vec<String> = read.iter().map(|(key, value)| format!("{key}={value}")).collect();
        assert_eq!(
            shown,
            [
                "a=1", "b=1.5", "c=true", "d=null", "e=x y", "f=[p, q]", "g=[p, q]", "h={i: j}", "1=k",
                "l=null"
            ]
        );
        assert_eq!(mapping("# nothing\n"), Ok(vec![]));
    }

    #[test]
    fn objections_have_a_place_and_a_fix() {
        let objection = |text| mapping(text).unwrap_err();
        assert_eq!(
            (objection("a: 1\na: 2\n").line, objection("a: 1\na: 2\n").help),
            (2, "delete one of them")
        );
        assert_eq!(objection("a: b: c\n").help, "if the value is a text, put it in quotes");
        assert_eq!(objection("- a\n").reason, "it has no keys");
    }

    #[test]
    fn plain_scalars_that_some_reader_takes_for_another_type_are_known() {
        for plain in [
            "", "~", "null", "NULL", "True", "yes", "No", "ON", "off", "y", "N", "=", "<<", "1", "+1", "-1",
            "1.0", ".5", "1.", "1e3", "1E-3", "1_000", "0x1F", "0o17", "017", "0b1", "12:30:45", "1:30.5",
            ".inf", "-.INF", ".nan", "2024-01-01", "2024-1-1", "2024-01-01T10:00:00Z", "2024-01-01 10:00:00",
        ] {
            assert!(is_other_than_a_string(plain), "{plain}");
        }
        for plain in
            ["MIT", "1.0.0", "yesterday", "v1", "e3", "0xg", "12:30 today", "2024-01", "a", "-", "1st", "+"]
        {
            assert!(!is_other_than_a_string(plain), "{plain}");
        }
    }
}
