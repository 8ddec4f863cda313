//! Layout: the settings that arrange a document and never change its content.

use LayoutValue::{Count, Gap, Ids, Line, LineEnding, Number, Pattern, Text, Truth};

use super::claim::{Datum, Force};

/// The type of a setting's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LayoutValue {
    /// A number of blank lines, or the text between two pieces, verbatim.
    Gap,
    /// A line with this word as the placeholder of a text.
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

/// Where a setting is allowed, and what it applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// For the document: in `[layout]` itself.
    Document,
    /// Anywhere, for everything below; the nearest one holds.
    Below,
    /// At a section or group, for the list that it is.
    List,
    /// At one place, for that place alone.
    Place,
}

impl Reach {
    /// Returns whether a setting is allowed in `[layout]` itself, or else at a place.
    pub(crate) fn fits(self, is_document: bool) -> bool {
        match self {
            Reach::Document => is_document,
            Reach::Below => true,
            Reach::List | Reach::Place => !is_document,
        }
    }
}

/// The default of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LayoutDefault {
    /// A text or pattern.
    Text(&'static str),
    /// A number of blank lines.
    Lines(usize),
    /// A number of blank lines in the place described, and another one elsewhere.
    LinesBut(usize, &'static str, usize),
    /// True or false.
    Truth(bool),
    /// Computed by the renderer, as described.
    Derived(&'static str),
}

/// A setting of `[layout]`.
#[derive(Debug)]
pub(crate) struct LayoutKey {
    /// The key.
    pub name: &'static str,
    /// The type of its value.
    pub value: LayoutValue,
    /// Where it is allowed.
    pub reach: Reach,
    /// Its default. The renderer, `import` and `absorb` read it here.
    pub default: LayoutDefault,
    /// What it controls, for the docs.
    pub summary: &'static str,
}

macro_rules! keys {
    ($($constant:ident = $name:literal, $value:expr, $reach:ident, $default:expr, $summary:literal;)*) => {
        /// The settings of `[layout]`, one constant each.
        pub(crate) mod layout_keys {
            use super::LayoutDefault::{Derived, Lines, LinesBut, Truth as Bool, Text as Typed};
            use super::{Force, LayoutKey};
            use super::LayoutValue::{Count, Gap, Ids, Line, LineEnding, Number, Pattern, Text, Truth};
            use super::Reach::{Below, Document, List, Place};

            $(
                #[doc = concat!("The setting `", $name, "`.")]
                pub(crate) const $constant: LayoutKey = LayoutKey {
                    name: $name,
                    value: $value,
                    reach: $reach,
                    default: $default,
                    summary: $summary,
                };
            )*

            /// The setting for the label of a force.
            pub(crate) fn of_force(force: Force) -> &'static LayoutKey {
                match force {
                    Force::Never => &NEVER,
                    Force::Avoid => &AVOID,
                    Force::May => &MAY,
                    Force::Should => &SHOULD,
                    Force::Must => &MUST,
                    Force::Always => &ALWAYS,
                }
            }
        }

        /// Every setting of `[layout]`.
        pub(crate) const LAYOUT: [LayoutKey; [$($name),*].len()] = [$(layout_keys::$constant),*];
    };
}

keys! {
    TITLE = "title", Pattern("TITLE"), Document, Typed("# TITLE"), "the document's title";
    HEADING = "heading", Pattern("TITLE"), Below, Typed("## TITLE"), "headings of sections";
    GROUP = "group", Pattern("TITLE"), Below, Typed("### TITLE"), "titles of groups";
    BULLET = "bullet", Line, Below, Typed("- "), "the marker of an item or rule; one with a number counts like steps";
    STEP = "step", Number, Below, Typed("1. "), "the marker of a step";
    NUMBER = "number", Count, Below, Derived("counted"), "the number of a step; the following steps count from it";
    INDENT = "indent", Line, Below, Derived("as wide as the bullet"), "the indentation of the other lines of an entry";
    LABEL = "label", Pattern("LABEL"), Below, Typed("**LABEL**: "), "labels of entries";
    WHY = "why", Pattern("WHY"), Below, Typed(" \u{2014} WHY"), "reasons of entries";
    SENTENCE = "sentence", Pattern("SENTENCE"), Below, Derived("without markup"), "of a rule: the label of its force, together with its text";
    CAPITALS = "capitals", Truth, Below, Bool(true), "whether a rule without a label begins with a capital letter";
    NEVER = "never", Text, Below, Derived("the style's"), "the label of this force, verbatim; `\"\"` for none in one list";
    AVOID = "avoid", Text, Below, Derived("the style's"), "the label of this force, verbatim; `\"\"` for none in one list";
    MAY = "may", Text, Below, Derived("the style's"), "the label of this force, verbatim; `\"\"` for none in one list";
    SHOULD = "should", Text, Below, Derived("the style's"), "the label of this force, verbatim; `\"\"` for none in one list";
    MUST = "must", Text, Below, Derived("the style's"), "the label of this force, verbatim; `\"\"` for none in one list";
    ALWAYS = "always", Text, Below, Derived("the style's"), "the label of this force, verbatim; `\"\"` for none in one list";
    START = "start", Gap, Document, LinesBut(1, "after front matter", 0), "at the start, after front matter";
    BELOW_TITLE = "below-title", Gap, Document, Lines(1), "below the document's title";
    BEFORE_SECTIONS = "before-sections", Gap, Document, Lines(1), "before a section";
    BELOW_HEADINGS = "below-headings", Gap, Below, Lines(1), "below the heading of a section";
    BEFORE_GROUPS = "before-groups", Gap, Below, Lines(1), "before a group";
    BELOW_GROUPS = "below-groups", Gap, Below, Lines(1), "below the title of a group";
    BEFORE_LISTS = "before-lists", Gap, Below, LinesBut(0, "after a lead or a bold title", 1), "before a list";
    BETWEEN_ITEMS = "between-items", Gap, Below, Lines(0), "between the entries of a list";
    BETWEEN_NESTED = "between-nested", Gap, Below, Lines(0), "before an entry that is under another";
    BETWEEN_BLOCKS = "between-blocks", Gap, Below, Lines(1), "between any other pieces";
    GAP = "gap", Gap, Place, Derived("one of those above"), "before this one entry, group or section";
    ORDER = "order", Ids, List, Derived("display order"), "the order of these entries; each takes along the entries after it";
    END = "end", Gap, Document, Lines(0), "after everything; `\"\"` ends without a line break";
    LINE_ENDING = "line-ending", LineEnding, Document, Typed(super::LF), "line breaks: `\"lf\"` or `\"crlf\"`";
    BYTE_ORDER_MARK = "byte-order-mark", Truth, Document, Bool(false), "whether the file begins with one";
}

#[cfg(test)]
thread_local! {
    /// Defaults that a test plants in its threads in place of those of the table.
    pub(crate) static PLANTED: std::cell::Cell<&'static [(&'static str, LayoutDefault)]> = const { std::cell::Cell::new(&[]) };
}

impl LayoutKey {
    /// The default text; empty for a key whose default is not a text.
    pub(crate) fn text(&self) -> &'static str {
        match self.effective_default() {
            LayoutDefault::Text(text) => text,
            _ => "",
        }
    }

    /// The default pattern before and after its word; empty for a key that is not a pattern.
    pub(crate) fn frame(&self) -> (&'static str, &'static str) {
        match self.value {
            Pattern(word) => self.text().split_once(word).unwrap_or_default(),
            _ => ("", ""),
        }
    }

    /// The word that a pattern contains; empty for a key that is not a pattern.
    pub(crate) const fn word(&self) -> &'static str {
        match self.value {
            Pattern(word) => word,
            _ => "",
        }
    }

    /// The line breaks of the default gap. `is_special` picks the first number of
    /// [`LayoutDefault::LinesBut`].
    pub(crate) fn gap(&self, is_special: bool) -> &'static str {
        let lines = match self.effective_default() {
            LayoutDefault::Lines(lines) => lines,
            LayoutDefault::LinesBut(lines, ..) if is_special => lines,
            LayoutDefault::LinesBut(.., lines) => lines,
            _ => 0,
        };
        BREAKS.get(..lines + self.breaks()).unwrap_or(BREAKS)
    }

    /// The line breaks that a gap has besides its blank lines: one ends the line before it, and only at the
    /// start of a document there is none.
    pub(crate) fn breaks(&self) -> usize {
        usize::from(self.name != layout_keys::START.name)
    }

    /// The default truth value.
    pub(crate) fn truth(&self) -> bool {
        matches!(self.effective_default(), LayoutDefault::Truth(true))
    }

    /// The default. A test can plant another one.
    fn effective_default(&self) -> LayoutDefault {
        #[cfg(test)]
        if let Some((_, planted)) = PLANTED.get().iter().find(|(name, _)| *name == self.name) {
            return *planted;
        }
        self.default
    }
}

/// The default markup around the title of a group: that of [`layout_keys::GROUP`], or bold where the section
/// asks for bold titles. A bold title that ends like a sentence gets no colon.
pub(crate) fn group_frame(is_bold: bool, title: &str) -> (&'static str, &'static str) {
    match (is_bold, title.ends_with([':', '?', '!', '.'])) {
        (true, true) => ("**", "**"),
        (true, false) => ("**", ":**"),
        (false, _) => layout_keys::GROUP.frame(),
    }
}

impl std::fmt::Display for LayoutDefault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            LayoutDefault::Text(text) => write!(formatter, "\"{text}\""),
            LayoutDefault::Lines(lines) => write!(formatter, "{lines}"),
            LayoutDefault::LinesBut(lines, place, others) => {
                write!(formatter, "{lines} {place}, else {others}")
            }
            LayoutDefault::Truth(truth) => write!(formatter, "{truth}"),
            LayoutDefault::Derived(rule) => formatter.write_str(rule),
        }
    }
}

/// The setting of this name.
pub(crate) fn layout_key(name: &str) -> Option<&'static LayoutKey> {
    static KEYS: [LayoutKey; LAYOUT.len()] = LAYOUT;
    KEYS.iter().find(|key| key.name == name)
}

impl LayoutValue {
    /// Returns a description of the allowed values if the value is not valid.
    pub(crate) fn objection(self, datum: &Datum) -> Option<String> {
        let fits = match (self, datum) {
            (Gap, Datum::Integer(lines)) => (0..=MAX_LINES).contains(lines),
            (Gap | Text, Datum::String(_)) => true,
            (Line, Datum::String(text)) => !text.contains('\n'),
            (Number, Datum::String(text)) => {
                !text.contains('\n') && text.split(|letter: char| letter.is_ascii_digit()).count() > 1
            }
            (Pattern(word), Datum::String(text)) => text.matches(word).count() == 1,
            (Count, Datum::Integer(number)) => *number >= 0,
            (Ids, Datum::List(ids)) => ids.iter().all(|id| id.as_str().is_some_and(super::is_id)),
            (LineEnding, Datum::String(word)) => word == LF || word == CRLF,
            (Truth, Datum::Boolean(_)) => true,
            _ => false,
        };
        (!fits).then(|| self.describe())
    }

    /// Describes valid values, for messages.
    pub(crate) fn describe(self) -> String {
        match self {
            Gap => format!("a number of blank lines up to {MAX_LINES}, or the text itself"),
            Pattern(word) => format!("a string with `{word}` in it, once"),
            Number => "one line that contains a number, for example \"1) \"".to_owned(),
            Text => "a string".to_owned(),
            Line => "a string of one line".to_owned(),
            Count => "a whole number that is not negative".to_owned(),
            Ids => "a list of ids".to_owned(),
            LineEnding => "\"lf\" or \"crlf\"".to_owned(),
            Truth => "true or false".to_owned(),
        }
    }
}

/// The line ending `\n`, as a setting names it.
pub(crate) const LF: &str = "lf";

/// The line ending `\r\n`, as a setting names it.
pub(crate) const CRLF: &str = "crlf";

/// The most blank lines that a number can ask for; a text can ask for more.
pub(crate) const MAX_LINES: i64 = 99;

/// The most line breaks that a default gap can have.
const BREAKS: &str = "\n\n\n\n\n\n\n\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_unique_and_fit_their_values() {
        let mut seen = std::collections::BTreeSet::new();
        assert!(LAYOUT.iter().all(|key| seen.insert(key.name)));
        let text = |text: &str| Datum::String(text.to_owned());
        for key in &LAYOUT {
            let lines = |lines: usize| Datum::Integer(i64::try_from(lines).unwrap());
            let defaults = match key.default {
                LayoutDefault::Text(default) => vec![text(default)],
                LayoutDefault::Lines(default) => vec![lines(default)],
                LayoutDefault::LinesBut(one, _, other) => vec![lines(one), lines(other)],
                LayoutDefault::Truth(default) => vec![Datum::Boolean(default)],
                LayoutDefault::Derived(_) => vec![],
            };
            for default in defaults {
                assert_eq!(key.value.objection(&default), None, "{}", key.name);
                assert!(!matches!(default, Datum::Integer(lines) if lines >= BREAKS.len() as i64));
            }
        }
        assert!(Gap.objection(&text("\n")).is_none() && Gap.objection(&Datum::Integer(2)).is_none());
        assert!(Gap.objection(&Datum::Integer(-1)).is_some());
        assert!(Pattern("TITLE").objection(&text("# TITLE")).is_none());
        assert!(Pattern("TITLE").objection(&text("# Title")).is_some());
        assert!(Number.objection(&text("1) ")).is_none() && Number.objection(&text("- ")).is_some());
    }
}
