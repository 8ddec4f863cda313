//! Sets of targets: which outputs of a persona have an entry.

use super::{TARGETS, Target};

/// A set of targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TargetSet(u32);

// Each target has a bit.
const _: () = assert!(TARGETS.len() <= u32::BITS as usize);

impl Default for TargetSet {
    /// All targets.
    fn default() -> Self {
        TargetSet(u32::MAX)
    }
}

impl TargetSet {
    /// These targets. A name that is unknown adds nothing.
    pub(crate) fn only<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let bit = |name: &str| TARGETS.iter().position(|target| target.name == name).map(|at| 1 << at);
        TargetSet(names.into_iter().filter_map(bit).fold(0, |set, bit: u32| set | bit))
    }

    /// All targets but these.
    pub(crate) fn without(self) -> Self {
        TargetSet(!self.0)
    }

    /// The targets in both sets.
    pub(crate) fn and(self, other: Self) -> Self {
        TargetSet(self.0 & other.0)
    }

    /// The targets in one of the sets.
    pub(crate) fn or(self, other: Self) -> Self {
        TargetSet(self.0 | other.0)
    }

    /// Whether a target is in the set.
    pub(crate) fn has(self, target: &Target) -> bool {
        let place = TARGETS.iter().position(|other| other.name == target.name);
        place.is_none_or(|at| self.0 & (1 << at) != 0)
    }

    /// Whether the sets share a target.
    pub(crate) fn overlaps(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether no target is in the set.
    pub(crate) fn is_empty(self) -> bool {
        self == TargetSet(0)
    }

    /// Whether it is the set of all targets.
    pub(crate) fn is_all(self) -> bool {
        self == TargetSet::default()
    }

    /// The names of the targets, as a source would limit an entry to them; nothing for all of them.
    pub(crate) fn describe(self) -> Option<String> {
        let names = |wanted: bool| -> Vec<&str> {
            TARGETS.iter().filter(|target| self.has(target) == wanted).map(|target| target.name).collect()
        };
        let (has, lacks) = (names(true), names(false));
        match (has.len(), lacks.len()) {
            (_, 0) => None,
            (few, many) if few <= many => Some(format!("only in {}", has.join(", "))),
            _ => Some(format!("not in {}", lacks.join(", "))),
        }
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
        assert!(!claude.overlaps(claude.without()) && claude.or(claude.without()).is_all());
        assert!(!claude.and(TargetSet::only(["skill"])).has(&TARGETS[1]));
    }
}
