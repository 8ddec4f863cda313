//! Sets of outputs, by target and model: which outputs of a persona have an entry.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{TARGETS, Target};

/// A set of outputs. What counts of an output is its target and the model that it names.
///
/// Two sets are equal if they have the same outputs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct TargetSet {
    /// The targets, each with a bit, of outputs with no model or one that `models` does not list.
    rest: u32,
    /// The models for which the targets differ from `rest`; nothing for none.
    models: Option<Arc<BTreeMap<String, u32>>>,
}

// Each target has a bit.
const _: () = assert!(TARGETS.len() <= u32::BITS as usize);

impl Default for TargetSet {
    /// All outputs.
    fn default() -> Self {
        TargetSet { rest: u32::MAX, models: None }
    }
}

impl TargetSet {
    fn new(rest: u32, mut models: BTreeMap<String, u32>) -> Self {
        models.retain(|_, targets| *targets != rest);
        TargetSet { rest, models: (!models.is_empty()).then(|| Arc::new(models)) }
    }

    /// No output.
    pub(crate) fn none() -> Self {
        TargetSet { rest: 0, models: None }
    }

    /// The outputs for these targets. A name that is unknown adds nothing.
    pub(crate) fn only<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let bit = |name: &str| TARGETS.iter().position(|target| target.name == name).map(|at| 1 << at);
        let rest = names.into_iter().filter_map(bit).fold(0, |set, bit: u32| set | bit);
        TargetSet { rest, models: None }
    }

    /// The outputs that name one of these models.
    pub(crate) fn of_models<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        TargetSet::new(0, names.into_iter().map(|name| (name.to_owned(), u32::MAX)).collect())
    }

    /// All outputs but these.
    pub(crate) fn without(&self) -> Self {
        self.joined(&TargetSet::default(), |own, _| !own)
    }

    /// The outputs in both sets.
    pub(crate) fn and(&self, other: &Self) -> Self {
        self.joined(other, |own, other| own & other)
    }

    /// The outputs in one of the sets.
    pub(crate) fn or(&self, other: &Self) -> Self {
        self.joined(other, |own, other| own | other)
    }

    fn joined(&self, other: &Self, join: impl Fn(u32, u32) -> u32) -> Self {
        let models = [self, other].into_iter().flat_map(|set| set.models.iter().flat_map(|map| map.keys()));
        let at =
            |model: &String| (model.clone(), join(self.targets(Some(model)), other.targets(Some(model))));
        TargetSet::new(join(self.rest, other.rest), models.map(at).collect())
    }

    /// The targets of outputs with a model, or without one.
    fn targets(&self, model: Option<&str>) -> u32 {
        let listed = model.zip(self.models.as_ref()).and_then(|(model, map)| map.get(model));
        listed.copied().unwrap_or(self.rest)
    }

    /// Whether an output for the target that names the model is in the set.
    pub(crate) fn has(&self, target: &Target, model: Option<&str>) -> bool {
        let place = TARGETS.iter().position(|other| other.name == target.name);
        place.is_none_or(|at| self.targets(model) & (1 << at) != 0)
    }

    /// Whether the sets share an output.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        !self.and(other).is_empty()
    }

    /// Whether no output is in the set.
    pub(crate) fn is_empty(&self) -> bool {
        self.rest == 0 && self.models.is_none()
    }

    /// Whether it is the set of all outputs.
    pub(crate) fn is_all(&self) -> bool {
        *self == TargetSet::default()
    }

    /// The targets and models, as a source would limit an entry to them; nothing for all outputs.
    pub(crate) fn describe(&self) -> Option<String> {
        if self.is_empty() {
            return Some("in no output".to_owned());
        }
        let mut groups: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
        for (model, targets) in self.models.iter().flat_map(|map| map.iter()) {
            groups.entry(*targets).or_default().push(model);
        }
        let rest = phrase(self.rest);
        if groups.is_empty() {
            return rest;
        }
        let listed = |but: u32| {
            let phrases = groups.iter().map(|(targets, models)| {
                let place = phrase(targets ^ but).unwrap_or_default();
                let place = place.strip_prefix("only ").unwrap_or(&place);
                format!("for {} {place}", models.join(", ")).trim_end().to_owned()
            });
            phrases.collect::<Vec<_>>().join("; ")
        };
        Some(match rest {
            None => format!("not {}", listed(u32::MAX)),
            Some(_) if self.rest == 0 => format!("only {}", listed(0)),
            Some(rest) => {
                let others = groups.iter().map(|(targets, models)| {
                    let place = match *targets {
                        0 => "nowhere".to_owned(),
                        targets => phrase(targets).unwrap_or_else(|| "everywhere".to_owned()),
                    };
                    format!("; for {} {place}", models.join(", "))
                });
                format!("{rest}{}", others.collect::<String>())
            }
        })
    }
}

/// The names of targets, or of those that are missing if they are fewer; nothing for all.
fn phrase(targets: u32) -> Option<String> {
    let names = |wanted: bool| -> Vec<&str> {
        let numbered = TARGETS.iter().enumerate();
        numbered
            .filter(|(at, _)| (targets & (1 << at) != 0) == wanted)
            .map(|(_, target)| target.name)
            .collect()
    };
    let (has, lacks) = (names(true), names(false));
    match (has.len(), lacks.len()) {
        (_, 0) => None,
        (few, many) if few <= many => Some(format!("only in {}", has.join(", "))),
        _ => Some(format!("not in {}", lacks.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_described_by_the_shorter_list() {
        let claude = TargetSet::only(["claude", "skill"]);
        assert_eq!(claude.describe().as_deref(), Some("only in claude, skill"));
        assert_eq!(claude.without().describe().as_deref(), Some("not in claude, skill"));
        assert_eq!(TargetSet::default().describe(), None);
        assert_eq!(claude.and(&claude.without()).describe().as_deref(), Some("in no output"));
        assert!(!claude.overlaps(&claude.without()) && claude.or(&claude.without()).is_all());
        assert!(!claude.and(&TargetSet::only(["skill"])).has(&TARGETS[1], None));
    }

    #[test]
    fn models_are_in_a_set_with_their_targets() {
        let (haiku, claude) = (TargetSet::of_models(["haiku", "sonnet"]), TargetSet::only(["claude"]));
        let both = haiku.and(&claude);
        let described = |set: &TargetSet| set.describe().unwrap_or_default();
        assert_eq!(described(&haiku), "only for haiku, sonnet");
        assert_eq!(described(&haiku.without()), "not for haiku, sonnet");
        assert_eq!(described(&both), "only for haiku, sonnet in claude");
        assert_eq!(described(&both.without()), "not for haiku, sonnet in claude");
        assert_eq!(
            described(&claude.or(&TargetSet::of_models(["opus"]))),
            "only in claude; for opus everywhere"
        );
        assert_eq!(
            described(&claude.and(&TargetSet::of_models(["opus"]).without())),
            "only in claude; for opus nowhere"
        );
        let [prompt, claude] = [&TARGETS[0], &TARGETS[1]];
        assert!(both.has(claude, Some("haiku")) && !both.has(prompt, Some("haiku")));
        assert!(!both.has(claude, Some("opus")) && !both.has(claude, None));
        assert!(both.without().has(claude, None) && !both.without().has(claude, Some("sonnet")));
        assert!(!haiku.overlaps(&haiku.without()) && haiku.or(&haiku.without()).is_all());
        assert!(!haiku.overlaps(&TargetSet::of_models(["opus"])) && !haiku.is_empty() && !both.is_all());
    }
}
