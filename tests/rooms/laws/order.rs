//! The law about the order of lists.

use std::collections::{BTreeMap, BTreeSet};

use crate::compose::{Composition, Entry, State};
use crate::model::{Anchor, Band, Claim, Part, Source, codes};
use proptest::prelude::*;

use super::cases;
use super::generate::workspace;
use super::view::Loaded;

/// An entry of a list with its ordering.
#[derive(Debug)]
struct Node<'c> {
    id: &'c str,
    /// Its position in display order, before any ordering.
    place: usize,
    /// Whether it is a group: groups follow the other entries of their list.
    is_group: bool,
    /// Whether it is prose or a group: its band applies in the whole list, that of other entries among
    /// themselves.
    is_block: bool,
    band: Option<Band>,
    before: Vec<&'c Anchor>,
    after: Vec<&'c Anchor>,
    /// The positions of its first and last part.
    found: (usize, usize),
}

/// Returns the position of each address in display order: that of its first claim that is not removed.
fn places<'c>(loaded: &'c Loaded, composition: &Composition<'_>) -> BTreeMap<&'c str, usize> {
    let mut places = BTreeMap::new();
    let mut place = 0;
    for source in &composition.selection.sources {
        let claims = match source {
            Source::Fragment(index) => &loaded.library.fragments[*index].claims,
            Source::Profile(index) => &loaded.library.profiles[*index].claims,
        };
        for claim in claims {
            let decision = &composition.decisions[claim.address.as_str()];
            let is_live = decision
                .claims
                .iter()
                .zip(&decision.outcomes)
                .any(|(other, (state, _))| std::ptr::eq(*other, claim) && *state != State::Removed);
            if is_live {
                places.entry(claim.address.as_str()).or_insert(place);
            }
            place += 1;
        }
    }
    places
}

/// Returns the nodes of a list in output order.
fn nodes<'c>(
    composition: &'c Composition<'_>,
    places: &BTreeMap<&str, usize>,
    list: &str,
    entries: &'c [Entry<'_>],
) -> Vec<Node<'c>> {
    let mut nodes: Vec<Node<'c>> = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let (id, is_block) = match entry {
            Entry::Group(group) => (group.id, true),
            Entry::Block(block) => (block.address.id(), block.part.is_prose()),
            Entry::Conflict(address) => (address.id(), false),
        };
        if let Some(node) = nodes.iter_mut().find(|node| node.id == id) {
            node.found.1 = at;
            continue;
        }
        let address = format!("{list}.{id}");
        let inside = |other: &str| {
            other == address || other.strip_prefix(&address).is_some_and(|rest| rest.starts_with('.'))
        };
        let place = places.iter().filter(|(other, _)| inside(other)).map(|(_, place)| *place).min();
        let decision = composition.decisions.get(address.as_str());
        let standing: Vec<&'c Claim> = decision
            .into_iter()
            .flat_map(|decision| decision.in_state(State::Emitted).chain(decision.in_state(State::Agreed)))
            .collect();
        let is_closing = |claim: &&Claim| claim.block().is_some_and(|block| block.part == Part::Closing);
        nodes.push(Node {
            id,
            place: place.unwrap_or(usize::MAX),
            is_group: matches!(entry, Entry::Group(_)),
            is_block,
            band: standing
                .iter()
                .filter_map(|claim| claim.placement.band)
                .map(|(band, _)| band)
                .min()
                .or(standing.iter().any(is_closing).then_some(Band::Last)),
            before: standing.iter().flat_map(|claim| &claim.placement.before).collect(),
            after: standing.iter().flat_map(|claim| &claim.placement.after).collect(),
            found: (at, at),
        });
    }
    nodes
}

/// Returns the pairs, by index, of which the first must precede the second.
fn constraints(nodes: &[Node<'_>]) -> BTreeSet<(usize, usize)> {
    let mut pairs = BTreeSet::new();
    let index = |anchor: &Anchor| nodes.iter().position(|node| node.id == anchor.id);
    for (at, node) in nodes.iter().enumerate() {
        pairs.extend(node.before.iter().filter_map(|anchor| Some((at, index(anchor)?))));
        pairs.extend(node.after.iter().filter_map(|anchor| Some((index(anchor)?, at))));
        let band = node.band.unwrap_or_default();
        for (other_at, other) in nodes.iter().enumerate() {
            let other_band = match (node.is_block, other.is_block) {
                (true, false) => Band::Middle,
                (false, true) => continue,
                _ => other.band.unwrap_or_default(),
            };
            if band < other_band {
                pairs.insert((at, other_at));
            }
            if other_band < band {
                pairs.insert((other_at, at));
            }
        }
    }
    pairs
}

/// Returns the pairs of neighbours in display order that declare no ordering.
fn kept(nodes: &[Node<'_>]) -> BTreeSet<(usize, usize)> {
    let exists = |anchor: &&&Anchor| nodes.iter().any(|node| node.id == anchor.id);
    let declares_nothing =
        |node: &Node<'_>| node.band.is_none() && node.before.iter().chain(&node.after).find(exists).is_none();
    let mut quiet: Vec<usize> = (0..nodes.len()).filter(|at| declares_nothing(&nodes[*at])).collect();
    quiet.sort_by_key(|at| (nodes[*at].is_group, nodes[*at].place));
    quiet.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

/// Returns whether all pairs can be satisfied at once.
fn can_hold(nodes: usize, pairs: &BTreeSet<(usize, usize)>) -> bool {
    let mut rest: BTreeSet<usize> = (0..nodes).collect();
    loop {
        let free = rest
            .iter()
            .copied()
            .find(|at| !pairs.iter().any(|(before, after)| after == at && rest.contains(before)));
        match free {
            Some(free) => drop(rest.remove(&free)),
            None => return rest.is_empty(),
        }
    }
}

proptest! {
    #![proptest_config(cases(300))]

    /// The order satisfies every constraint, and an item that constrains nothing reorders nothing.
    #[test]
    fn law_10_linear_extension(workspace in workspace()) {
        let loaded = Loaded::new(&workspace);
        let Ok(composition) = loaded.root() else { return Ok(()) };
        let places = places(&loaded, &composition);
        let mut lists: Vec<(String, &[Entry<'_>])> = Vec::new();
        for section in &composition.persona.sections {
            lists.push((section.kind.to_owned(), &section.entries));
            lists.extend(section.entries.iter().filter_map(|entry| match entry {
                Entry::Group(group) => Some((format!("{}.{}", section.kind, group.id), group.entries.as_slice())),
                _ => None,
            }));
        }
        let (mut has_circle, mut has_neighbours) = (false, false);
        for (list, entries) in lists {
            let nodes = nodes(&composition, &places, &list, entries);
            // The law about neighbours has those.
            let is_direct = |anchor: &&Anchor| anchor.directly == Some(true);
            if nodes.iter().any(|node| node.before.iter().chain(&node.after).any(is_direct)) {
                has_neighbours = true;
                continue;
            }
            let declared = constraints(&nodes);
            if !can_hold(nodes.len(), &declared) {
                has_circle = true;
                continue;
            }
            for (before, after) in &declared {
                let (before, after) = (&nodes[*before], &nodes[*after]);
                prop_assert!(before.found.1 < after.found.0, "{}: {:?} has to come before {:?}", list, before, after);
            }
            let kept = kept(&nodes);
            let all = declared.union(&kept).copied().collect();
            if can_hold(nodes.len(), &all) {
                for (before, after) in kept {
                    let (before, after) = (&nodes[before], &nodes[after]);
                    prop_assert!(before.found.1 < after.found.0, "{}: {:?} stood before {:?}", list, before, after);
                }
            }
        }
        // A cycle is an error, and only declared constraints can form one.
        let is_reported = composition.findings.iter().any(|finding| finding.code == codes::ORDER_CYCLE);
        prop_assert!(has_circle == is_reported || has_neighbours);
    }
}
