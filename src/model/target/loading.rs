//! What programs load of an output before they use it, and when they load a rule.

use super::key_type::between_commas;
use super::{KeyType, Target};
use crate::model::Datum;

/// What programs load of each output at the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loading {
    /// All of it.
    Whole,
    /// The description, by which they choose; the rest once they use it.
    Description,
    /// Nothing: people choose it, or the path of a file does.
    Nothing,
}

impl Loading {
    /// What is loaded.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Loading::Whole => "all",
            Loading::Description => "the description",
            Loading::Nothing => "nothing",
        }
    }
}

/// A condition on the value of a key.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Given {
    /// It has this value.
    Value(&'static str),
    /// It has any value.
    Any,
    /// It has none.
    None,
}

impl Given {
    /// The predicate of a clause about the key.
    pub(crate) fn clause(self) -> String {
        match self {
            Given::Value(value) => format!("is `{value}`"),
            Given::Any => "is set".to_owned(),
            Given::None => "is not set".to_owned(),
        }
    }

    /// Whether a value meets the condition. A text or list without content is no value.
    pub(crate) fn applies(self, value: Option<&Datum>) -> bool {
        let is_filled = |value: &&Datum| match value {
            Datum::String(text) => !text.trim().is_empty(),
            Datum::List(items) => !items.is_empty(),
            _ => true,
        };
        let value = value.filter(is_filled);
        match self {
            Given::Value(wanted) => value.is_some_and(|value| value.to_string() == wanted),
            Given::Any => value.is_some(),
            Given::None => value.is_none(),
        }
    }
}

/// The field that says when programs load a rule.
pub(crate) const LOADING: &str = "loading";

/// The field with the patterns of the paths for which programs load a rule.
pub(crate) const PATHS: &str = "paths";

/// When programs load a rule. Each of them has other keys for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// At the start.
    Always,
    /// With a file whose path matches a pattern.
    Paths,
    /// Once its description fits the task.
    Description,
    /// Once someone names it.
    Manual,
}

impl When {
    /// All of them, as the field [`LOADING`] names them.
    pub(crate) const WORDS: [(&'static str, When); 4] = [
        ("always", When::Always),
        ("paths", When::Paths),
        ("description", When::Description),
        ("manual", When::Manual),
    ];

    /// The word of the field for it.
    pub(crate) fn word(self) -> &'static str {
        When::WORDS[self as usize].0
    }
}

/// The value of a key where a rule is loaded at some time.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Switch {
    Word(&'static str),
    Truth(bool),
    /// The patterns.
    Paths,
}

/// The keys of a target that decide when a rule is loaded, with their values.
pub(crate) type Switches = &'static [(When, &'static [(&'static str, Switch)])];

impl Target {
    /// The keys that decide when its program loads a rule.
    pub(crate) fn switches(&self) -> impl Iterator<Item = &'static str> {
        self.switches.iter().flat_map(|(_, keys)| *keys).map(|(key, _)| *key)
    }

    /// Whether a key holds the patterns.
    pub(crate) fn holds_paths(&self, key: &str) -> bool {
        let mut switches = self.switches.iter().flat_map(|(_, keys)| *keys);
        switches.any(|(other, switch)| *other == key && matches!(switch, Switch::Paths))
    }

    /// The values of these keys for a rule that is loaded then. `None` if its program cannot do that.
    pub(crate) fn switched(&self, when: When, paths: &str) -> Option<Vec<(&'static str, Datum)>> {
        let (_, keys) = self.switches.iter().find(|(other, _)| *other == when)?;
        let value = |switch: &Switch| match switch {
            Switch::Word(word) => Datum::String((*word).to_owned()),
            Switch::Truth(truth) => Datum::Boolean(*truth),
            Switch::Paths => match patterns(paths)[..] {
                [one] => Datum::String(one.to_owned()),
                ref several => {
                    Datum::List(several.iter().map(|path| Datum::String((*path).to_owned())).collect())
                }
            },
        };
        Some(keys.iter().map(|(key, switch)| (*key, value(switch))).collect())
    }

    /// When a rule with these values is loaded, and the patterns, as the fields say it. `None` if they cannot say it.
    pub(crate) fn when(&self, values: &[(&str, Datum)]) -> Option<(When, Option<String>)> {
        let is_described = values.iter().any(|(key, _)| *key == super::DESCRIPTION);
        let values: Vec<_> =
            values.iter().filter(|(key, _)| self.switches().any(|other| other == *key)).collect();
        let value = |key: &str| values.iter().find(|(other, _)| *other == key).map(|(_, datum)| datum);
        let written = |key: &str, datum: &Datum| match self.key(key).map(|key| key.value) {
            Some(KeyType::Globs(_)) => datum.on_one_line(),
            _ => datum.clone(),
        };
        self.switches.iter().find_map(|(when, keys)| {
            // A rule that nothing describes is not chosen by its description.
            if *when == When::Description && !is_described {
                return None;
            }
            let holder = keys.iter().find(|(_, switch)| matches!(switch, Switch::Paths));
            let paths = holder.and_then(|(key, _)| value(key)).map(|paths| paths.on_one_line().to_string());
            let set = self.switched(*when, paths.as_deref().unwrap_or_default())?;
            let is_set = |(key, datum): &(&str, Datum)| {
                value(key).is_some_and(|value| written(key, value) == written(key, datum))
            };
            (values.len() == set.len() && set.iter().all(is_set)).then_some((*when, paths))
        })
    }
}

/// The patterns in the field [`PATHS`].
pub(crate) fn patterns(paths: &str) -> Vec<&str> {
    between_commas(paths).map(str::trim).filter(|pattern| !pattern.is_empty()).collect()
}
