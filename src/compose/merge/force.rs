//! The forces of rules and how they relate.
//!
//! `=` agree, `<` the stronger subsumes the weaker, `~` tension (a warning), `x` contradiction:
//!
//! | | never | avoid | may | should | must | always |
//! |---|---|---|---|---|---|---|
//! | never | = | < | x | x | x | x |
//! | avoid | | = | ~ | x | x | x |
//! | may | | | = | < | ~ | ~ |
//! | should | | | | = | < | < |
//! | must | | | | | = | < |
//! | always | | | | | | = |

use crate::model::Force;

/// How two rules about one subject relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    /// The same force.
    Agree,
    /// The stronger subsumes the weaker.
    Subsume,
    /// Both can be followed, but they pull in different directions.
    Tension,
    /// They cannot both be followed.
    Contradiction,
}

/// Returns how rules of these forces relate: the table above. Symmetric.
pub(crate) fn relation(a: Force, b: Force) -> Relation {
    use Force::{Always, Avoid, May, Must, Never, Should};
    use Relation::{Agree, Contradiction, Subsume, Tension};
    match (a.min(b), a.max(b)) {
        (a, b) if a == b => Agree,
        (Never, Avoid) | (May, Should) | (Should, Must | Always) | (Must, Always) => Subsume,
        (Avoid, May) | (May, Must | Always) => Tension,
        _ => Contradiction,
    }
}

/// Returns the rank of a force among forces that do not contradict each other; higher is stronger.
pub(crate) fn strength(force: Force) -> u8 {
    match force {
        Force::May => 0,
        Force::Avoid | Force::Should => 1,
        Force::Must => 2,
        Force::Never | Force::Always => 3,
    }
}

/// Returns whether a rule of one force subsumes a rule of the other.
pub(crate) fn subsumes(strong: Force, weak: Force) -> bool {
    relation(strong, weak) == Relation::Subsume && strength(strong) > strength(weak)
}

/// Returns whether a rule is weaker with the second force: it demands less, or the opposite.
pub(crate) fn weakens(from: Force, to: Force) -> bool {
    relation(from, to) == Relation::Contradiction || strength(to) < strength(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table in the docs above, read from the source, matches the code.
    #[test]
    fn the_match_equals_the_documented_table() {
        let rows: Vec<Vec<&str>> = include_str!("force.rs")
            .lines()
            .filter_map(|line| line.strip_prefix("//! | "))
            .map(|row| row.trim_end_matches('|').split('|').map(str::trim).collect::<Vec<_>>())
            .filter(|cells: &Vec<&str>| cells.len() == 7 && Force::from_name(cells[0]).is_some())
            .collect();
        assert_eq!(rows.len(), 6);
        for (row, (_, a)) in rows.iter().zip(Force::ALL) {
            for (cell, (_, b)) in row[1..].iter().zip(Force::ALL) {
                let expected = match *cell {
                    "=" => Relation::Agree,
                    "<" => Relation::Subsume,
                    "~" => Relation::Tension,
                    "x" => Relation::Contradiction,
                    _ => continue,
                };
                assert_eq!(relation(a, b), expected, "{a:?} {b:?}");
                assert_eq!(relation(b, a), expected, "{b:?} {a:?}");
                if expected == Relation::Subsume {
                    assert_ne!(strength(a), strength(b), "{a:?} {b:?}");
                }
            }
        }
    }
}
