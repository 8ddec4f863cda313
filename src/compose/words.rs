//! A text of a persona, and what templates filled in.

use std::borrow::Cow;
use std::ops::Range;

use super::origin::Origin;
use crate::model::Text;

/// A text of the persona, with the ranges that come from fields.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words<'a> {
    /// The text with templates filled in.
    pub text: Cow<'a, str>,
    /// The ranges filled in by a template, in order, each with the name of the field.
    pub filled: Vec<(Range<usize>, String)>,
    /// The string in a source file that the text equals or was filled in from.
    pub written: Option<&'a Text>,
    /// Who wrote it, if that is not the origin of its block.
    pub origin: Option<Origin<'a>>,
}

impl<'a> Words<'a> {
    /// The words from an offset on, which lies before all that was filled in.
    pub(crate) fn after(&self, start: usize) -> Self {
        self.moved(self.text[start..].to_owned().into(), |offset| offset - start)
    }

    /// The same words with a changed beginning; `shift` moves the offsets after it.
    pub(crate) fn moved(&self, text: Cow<'a, str>, shift: impl Fn(usize) -> usize) -> Self {
        let filled = self.filled.iter();
        let filled = filled.map(|(range, name)| (shift(range.start)..shift(range.end), name.clone()));
        Words { text, filled: filled.collect(), written: self.written, origin: self.origin }
    }

    /// Whether a template filled in one of these fields.
    pub(super) fn fills_in(&self, names: &[&str]) -> bool {
        self.filled.iter().any(|(_, name)| names.contains(&name.as_str()))
    }

    /// The fields among these names that the template fills in without changing their values. `{{ user | upper }}` changes
    /// one, even if its value is in capitals.
    fn plain<'n>(&self, template: &str, names: &[&'n str]) -> Vec<&'n str> {
        let is_filled = |name: &&&str| self.fills_in(&[**name]);
        let expressions = template.split("{{").skip(1).filter_map(|rest| rest.split("}}").next());
        let is_plain = |name: &&&str| {
            expressions
                .clone()
                .map(|one| one.trim_matches('-').trim())
                .all(|one| one == **name || !one.contains(**name))
        };
        names.iter().filter(is_filled).filter(is_plain).copied().collect()
    }

    /// The words with macros in place of these fields, where a template filled in their values as they are; `None` where it did
    /// not.
    pub(super) fn with_macros(&self, template: &str, names: &[&str]) -> Option<Self> {
        let names = self.plain(template, names);
        if names.is_empty() {
            return None;
        }
        let (mut text, mut filled, mut end) = (String::new(), Vec::new(), 0);
        for (range, name) in &self.filled {
            text.push_str(&self.text[end..range.start]);
            end = range.end;
            let start = text.len();
            if names.contains(&name.as_str()) {
                text.push_str(&format!("{{{{{name}}}}}"));
            } else {
                text.push_str(&self.text[range.clone()]);
                filled.push((start..text.len(), name.clone()));
            }
        }
        text.push_str(&self.text[end..]);
        Some(Words { text: text.into(), filled, written: self.written, origin: self.origin })
    }
}

impl<'a> From<&'a str> for Words<'a> {
    fn from(text: &'a str) -> Self {
        Words { text: Cow::Borrowed(text), filled: Vec::new(), written: None, origin: None }
    }
}

impl<'a> From<&'a Text> for Words<'a> {
    fn from(text: &'a Text) -> Self {
        Words { text: Cow::Borrowed(&text.value), filled: Vec::new(), written: Some(text), origin: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_macros(template: &str, text: &str, filled: &[(Range<usize>, &str)]) -> Option<(String, usize)> {
        let filled = filled.iter().map(|(range, name)| (range.clone(), (*name).to_owned())).collect();
        let words = Words { text: text.to_owned().into(), filled, ..Words::default() };
        let kept = words.with_macros(template, &["char", "user"])?;
        Some((kept.text.into_owned(), kept.filled.len()))
    }

    #[test]
    fn macros_take_the_place_of_plain_fields_only() {
        let template = "{{char}} and {{- user -}} of {{place}}";
        let filled = [(0..3, "char"), (8..11, "user"), (15..19, "place")];
        let kept = "{{char}} and {{user}} of Rome".to_owned();
        assert_eq!(with_macros(template, "Ada and Bob of Rome", &filled), Some((kept, 1)));
        // A filter that happens to change nothing is still wanted.
        assert_eq!(with_macros("{{ char | upper }}", "ADA", &[(0..3, "char")]), None);
        assert_eq!(with_macros("{{place}}", "Rome", &[(0..4, "place")]), None);
    }
}
