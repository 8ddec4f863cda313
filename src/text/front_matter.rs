//! The boundaries of the front matter of a document, and what only looks like front matter.

use std::borrow::Cow;
use std::ops::Range;

use super::yaml;
use crate::model::{DESCRIPTION, NAME, TARGETS, Target, wording};

/// The line that opens and closes front matter.
pub(crate) const FENCE: &str = "---";

/// Returns whether a line can open or close front matter.
pub(crate) fn is_fence(line: &str) -> bool {
    line.trim_end() == FENCE
}

/// Returns the range of the lines between the dashes, and the offset after the closing dashes. `None` if the
/// text has no front matter or does not close it.
pub(crate) fn split(text: &str) -> Option<(Range<usize>, usize)> {
    let first = text.split_inclusive('\n').next()?;
    if !is_fence(first) || !first.ends_with('\n') {
        return None;
    }
    let mut at = first.len();
    for line in text[at..].split_inclusive('\n') {
        if is_fence(line) {
            return Some((first.len()..at, at + line.len()));
        }
        at += line.len();
    }
    None
}

/// The offset of the text after the front matter; 0 without front matter.
pub(crate) fn body_start(text: &str) -> usize {
    split(text).map_or(0, |(_, end)| end)
}

/// The most keys that a message names.
const MAX_KEYS: usize = 5;

/// Keys between lines of dashes, in a place where programs do not read front matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Misplaced {
    /// The block, with its dashes.
    pub(crate) range: Range<usize>,
    /// Its keys.
    pub(crate) keys: Vec<String>,
    /// Whether it is in a block of code.
    pub(crate) is_code: bool,
}

impl Misplaced {
    /// What is wrong, and the fix. `has_own` is whether the document has front matter besides.
    pub(crate) fn objection(&self, has_own: bool) -> (String, &'static str) {
        let keys = wording::names(&self.keys, MAX_KEYS);
        let place = if self.is_code { "in a block of code" } else { "between lines of dashes" };
        match has_own {
            true => (
                format!("programs read the block after the front matter as text: {keys} {place}"),
                "move the keys into the front matter, or delete the block",
            ),
            false => (
                format!("programs find no front matter, only text: {keys} {place}"),
                "begin the document with the block, or set the values in the profile and its target",
            ),
        }
    }
}

/// The keys at the beginning of the text that follows the front matter, or of all text if there is none: below blank
/// lines, comments and a title, between dashes or in a block of code.
pub(crate) fn misplaced(text: &str) -> Option<Misplaced> {
    let mut at = 0;
    let mut has_title = false;
    loop {
        let rest = &text[at..];
        let line = rest.split_inclusive('\n').next()?;
        let content = line.trim();
        let code = ["```", "~~~"].into_iter().find(|fence| content.starts_with(fence));
        let is_title = content.starts_with("# ") && !has_title;
        if content.is_empty() || is_title {
            has_title |= is_title;
            at += line.len();
        } else if content.starts_with("<!--") {
            at += rest.find("-->")? + 3;
        } else if let Some(fence) = code {
            let start = at + line.len();
            let length = text[start..].find(&format!("\n{fence}"))? + 1;
            let inner = &text[start..start + length];
            let inner = split(inner).map_or(inner, |(range, _)| &inner[range]);
            let keys = known_keys(inner)?;
            // A block of code that is an example has other keys.
            let is_agent = [NAME, DESCRIPTION].iter().all(|key| keys.iter().any(|known| known == key));
            return is_agent.then_some(Misplaced { range: at..start + length, keys, is_code: true });
        } else {
            let indent = line.len() - line.trim_start().len();
            let (inner, end) = split(&rest[indent..])?;
            let keys = known_keys(&rest[indent..][inner])?;
            return Some(Misplaced { range: at + indent..at + indent + end, keys, is_code: false });
        }
    }
}

/// Front matter as YAML: the values that a target writes without quotes have some.
pub(crate) fn as_yaml<'t>(inner: &'t str, target: &Target) -> Cow<'t, str> {
    let bare = |line: &str| {
        let (key, value) = line.split_once(':').filter(|(key, _)| target.reads_bare(key))?;
        let value = value.trim();
        let is_list =
            || yaml::mapping(line).is_ok_and(|read| matches!(read.as_slice(), [(_, yaml::Yaml::List(_))]));
        let has_quotes = value.starts_with(['"', '\'']);
        let is_plain = !value.is_empty() && !has_quotes && !is_list();
        is_plain.then(|| format!("{key}: {}", serde_json::Value::from(value)))
    };
    if !target.keys.iter().any(|key| target.reads_bare(key.name)) {
        return Cow::Borrowed(inner);
    }
    let lines = inner.split('\n').map(|line| bare(line).map_or(Cow::Borrowed(line), Cow::Owned));
    Cow::Owned(lines.collect::<Vec<_>>().join("\n"))
}

/// The keys of a mapping, if a target knows one of them.
fn known_keys(inner: &str) -> Option<Vec<String>> {
    let keys: Vec<String> = yaml::lenient(inner).0.into_iter().map(|(key, _)| key).collect();
    let with_front_matter = || TARGETS.iter().filter(|target| target.may_have_front_matter());
    let is_known =
        |key: &String| with_front_matter().any(|target| target.front_matter_keys().any(|known| known == key));
    keys.iter().any(is_known).then_some(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_where_no_program_looks_for_them_are_found() {
        let block = "---\nname: a\ndescription: b\n---\n";
        let finds = |text: &str| misplaced(text).map(|found| (found.range.start, found.is_code));
        for (before, is_code) in [
            ("", false),
            ("\n\n", false),
            ("  ", false),
            ("<!-- made\nby hand -->\n", false),
            ("# Title\n\n", false),
            ("# Title\n\n```yaml\n", true),
            ("~~~\n", true),
        ] {
            let text = format!("{before}{block}{}\n\nText.\n", before.trim().get(..3).unwrap_or_default());
            let text = if is_code { format!("{before}{block}```\n~~~\n\nText.\n") } else { text };
            let found = finds(&text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(found.1, is_code, "{text}");
        }
        for text in [
            "",
            "Text.\n\n---\nname: a\n---\n",
            "---\n\nText.\n\n---\n",
            "---\nNote: this\n---\n",
            "```yaml\nname: a\n```\n",
            "---\nname: a\n",
            "<!-- open",
            "```\nopen",
        ] {
            assert_eq!(finds(text), None, "{text}");
        }
    }

    #[test]
    fn the_body_begins_behind_closed_front_matter() {
        assert_eq!(split("---\na: 1\n---\nText"), Some((4..9, 13)));
        assert_eq!(body_start("---\na: 1\n"), 0);
        assert_eq!(body_start("Text\n---\n"), 0);
    }
}
