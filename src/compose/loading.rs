//! The fields that say when programs load a rule, as the settings of each target.

use super::origin::Origin;
use super::persona::{Field, TargetSettings};
use crate::model::{LOADING, PATHS, When, patterns};

/// When the fields say that programs load a rule.
pub(crate) struct Loaded<'a> {
    /// The value of the field; `paths` where only the patterns are given.
    pub word: String,
    /// What it means; `None` for another word.
    pub when: Option<When>,
    /// The patterns, with commas between them. Empty if none are given.
    pub paths: String,
    /// Where that is written.
    pub origin: Option<Origin<'a>>,
    pub paths_origin: Option<Origin<'a>>,
}

impl<'a> Loaded<'a> {
    /// What the fields of a persona say; `None` if it has neither of them.
    pub(crate) fn of(fields: &[Field<'a>]) -> Option<Self> {
        let field = |name: &str| fields.iter().find(|field| field.name == name);
        let text = |field: &Field<'_>| field.value.to_string();
        let (loading, paths) = (field(LOADING), field(PATHS));
        let origin = loading.or(paths)?.origin;
        let word = loading.map_or_else(|| When::Paths.word().to_owned(), text);
        let when = When::WORDS.iter().find(|(known, _)| *known == word).map(|(_, when)| *when);
        let paths_origin = paths.and_then(|field| field.origin);
        Some(Loaded { word, when, paths: paths.map(text).unwrap_or_default(), origin, paths_origin })
    }

    /// Whether there is a pattern.
    pub(crate) fn has_patterns(&self) -> bool {
        !patterns(&self.paths).is_empty()
    }

    /// Whether the profile sets no key that decides when programs load an output.
    pub(crate) fn is_open(settings: &TargetSettings<'_>) -> bool {
        settings.target.switches().all(|key| !settings.values.iter().any(|(set, ..)| *set == key))
    }

    /// Adds the values of the keys of a target that the profile does not set.
    pub(super) fn add_to(&self, settings: &mut TargetSettings<'a>) {
        let is_complete = self.when != Some(When::Paths) || self.has_patterns();
        let Some(when) = self.when.filter(|_| is_complete) else { return };
        let target = settings.target;
        let value = |wanted: &str| settings.values.iter().find(|(set, ..)| *set == wanted);
        // Beside a value that the profile sets, the patterns may have no effect.
        let is_idle = |key: &str| {
            target.idle.iter().any(|(idle, other, when)| {
                let is_beside =
                    value(other).is_some_and(|(_, datum, _)| when.applies(Some(&datum.to_string())));
                *idle == key && is_beside
            })
        };
        let set = target.switched(when, &self.paths).into_iter().flatten();
        let set = set.filter(|(key, _)| value(key).is_none() && !is_idle(key));
        let loaded = set.map(|(key, datum)| {
            let has_paths = when == When::Paths && target.holds_paths(key);
            (key, datum, if has_paths { self.paths_origin } else { self.origin })
        });
        settings.loaded = loaded.collect();
    }
}
