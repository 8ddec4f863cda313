//! Layout: the settings that say how a document is laid out, and nothing of what it says.

use super::claim::Datum;

/// What the value of a setting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayoutValue {
    /// A number of blank lines, or the text between two things as it stands.
    Gap,
    /// A line with this word in the place of what it lays out.
    Pattern(&'static str),
    /// A text in one line, with the number as `1`.
    Number,
    /// Any text.
    Text,
    /// One line, or nothing.
    Line,
    /// A whole number that is not negative.
    Count,
    /// A list of ids.
    Ids,
    /// `"lf"` or `"crlf"`.
    LineEnding,
    /// True or false.
    Truth,
}

/// Where a setting may stand, and for what it holds there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// For the document: in `[layout]` itself.
    Document,
    /// Anywhere, for everything below; the nearest one holds.
    Below,
    /// At a section or group, for the list that it is.
    List,
    /// At one place, for that place alone.
    Place,
}

/// A setting of `[layout]`.
#[derive(Debug)]
pub struct LayoutKey {
    /// The key.
    pub name: &'static str,
    /// What it holds.
    pub value: LayoutValue,
    /// Where it may stand.
    pub reach: Reach,
    /// What holds without it, as it is written.
    pub default: &'static str,
    /// What it lays out.
    pub summary: &'static str,
}

const fn key(
    name: &'static str,
    value: LayoutValue,
    reach: Reach,
    default: &'static str,
    summary: &'static str,
) -> LayoutKey {
    LayoutKey { name, value, reach, default, summary }
}

use LayoutValue::{Count, Gap, Ids, Line, LineEnding, Number, Pattern, Text, Truth};
use Reach::{Below, Document, List, Place};

/// Every setting of `[layout]`.
#[rustfmt::skip]
pub const LAYOUT: [LayoutKey; 29] = [
    key("title", Pattern("TITLE"), Document, "\"# TITLE\"", "the document's title"),
    key("heading", Pattern("TITLE"), Below, "\"## TITLE\"", "headings of sections"),
    key("group", Pattern("TITLE"), Below, "\"### TITLE\"", "titles of groups"),
    key("bullet", Line, Below, "\"- \"", "what stands before an item or rule"),
    key("step", Number, Below, "\"1. \"", "what stands before a step"),
    key("number", Count, Below, "counted", "the number of a step; the next ones count on"),
    key("indent", Line, Below, "as wide as the bullet", "what stands before the further lines of an entry"),
    key("label", Pattern("LABEL"), Below, "\"**LABEL**: \"", "labels"),
    key("why", Pattern("WHY"), Below, "\" \u{2014} WHY\"", "reasons"),
    key("never", Text, Below, "the style's", "the label of a force as it is typed; `\"\"` for none in one list"),
    key("avoid", Text, Below, "the style's", ""),
    key("may", Text, Below, "the style's", ""),
    key("should", Text, Below, "the style's", ""),
    key("must", Text, Below, "the style's", ""),
    key("always", Text, Below, "the style's", ""),
    key("start", Gap, Document, "0", "before everything, but after front matter"),
    key("below-title", Gap, Document, "1", "below the document's title"),
    key("before-sections", Gap, Document, "1", "before a section"),
    key("below-headings", Gap, Below, "1", "below the heading of a section"),
    key("before-groups", Gap, Below, "1", "before a group"),
    key("below-groups", Gap, Below, "1", "below the title of a group"),
    key("before-lists", Gap, Below, "0 after a lead or a bold title, else 1", "before a list"),
    key("between-items", Gap, Below, "0", "between the entries of a list"),
    key("between-blocks", Gap, Below, "1", "between everything else"),
    key("gap", Gap, Place, "one of those above", "before this one thing"),
    key("order", Ids, List, "display order", "these stand in this order, and each takes along what follows it"),
    key("end", Gap, Document, "0", "after everything; `\"\"` ends without a line break"),
    key("line-ending", LineEnding, Document, "\"lf\"", "line breaks: `\"lf\"` or `\"crlf\"`"),
    key("byte-order-mark", Truth, Document, "false", "whether the file begins with one"),
];

/// The setting of this name.
pub fn layout_key(name: &str) -> Option<&'static LayoutKey> {
    LAYOUT.iter().find(|key| key.name == name)
}

impl LayoutValue {
    /// What is wrong with a value, or nothing.
    pub fn objection(self, datum: &Datum) -> Option<String> {
        let fits = match (self, datum) {
            (Gap, Datum::Integer(lines)) => (0..=MOST_LINES).contains(lines),
            (Gap | Text, Datum::String(_)) => true,
            (Line, Datum::String(text)) => !text.contains('\n'),
            (Number, Datum::String(text)) => {
                !text.contains('\n') && text.split(|letter: char| letter.is_ascii_digit()).count() > 1
            }
            (Pattern(word), Datum::String(text)) => text.matches(word).count() == 1,
            (Count, Datum::Integer(number)) => *number >= 0,
            (Ids, Datum::List(ids)) => ids.iter().all(|id| id.as_str().is_some_and(super::is_id)),
            (LineEnding, Datum::String(word)) => word == "lf" || word == "crlf",
            (Truth, Datum::Boolean(_)) => true,
            _ => false,
        };
        (!fits).then(|| self.describe())
    }

    /// What the value must be, as messages say it.
    pub fn describe(self) -> String {
        match self {
            Gap => format!("a number of blank lines up to {MOST_LINES}, or the text itself"),
            Pattern(word) => format!("a string with `{word}` in it, once"),
            Number => "one line with a number in it, such as \"1) \"".to_owned(),
            Text => "a string".to_owned(),
            Line => "a string of one line".to_owned(),
            Count => "a whole number that is not negative".to_owned(),
            Ids => "a list of ids".to_owned(),
            LineEnding => "\"lf\" or \"crlf\"".to_owned(),
            Truth => "true or false".to_owned(),
        }
    }
}

/// The most blank lines that a number can ask for; a text can ask for more.
const MOST_LINES: i64 = 99;

/// The address of a setting: `place` is a section, group or entry, or empty for the document.
pub fn layout_address(place: &str, key: &str) -> super::Address {
    super::Address::new(["layout", place, key].into_iter().filter(|part| !part.is_empty()))
}

/// The place and the key of the address of a setting of `[layout]`.
pub fn layout_place(address: &str) -> Option<(&str, &str)> {
    let rest = address.strip_prefix("layout.")?;
    Some(rest.rsplit_once('.').unwrap_or(("", rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_settings_are_taken_apart_as_they_are_put_together() {
        for place in ["", "rules", "rules.x", "rules.g.x"] {
            let address = layout_address(place, "gap");
            assert_eq!(layout_place(address.as_str()), Some((place, "gap")));
        }
        assert_eq!(layout_place("rules.gap"), None);
    }

    #[test]
    fn keys_are_unique_and_fit_their_values() {
        let mut seen = std::collections::BTreeSet::new();
        assert!(LAYOUT.iter().all(|key| seen.insert(key.name)));
        let text = |text: &str| Datum::String(text.to_owned());
        assert!(Gap.objection(&text("\n")).is_none() && Gap.objection(&Datum::Integer(2)).is_none());
        assert!(Gap.objection(&Datum::Integer(-1)).is_some());
        assert!(Pattern("TITLE").objection(&text("# TITLE")).is_none());
        assert!(Pattern("TITLE").objection(&text("# Title")).is_some());
        assert!(Number.objection(&text("1) ")).is_none() && Number.objection(&text("- ")).is_some());
    }
}
