//! The law about `directly`: every small list is compared with all its permutations.

use std::collections::{BTreeMap, BTreeSet};

use crate::compose::{Composer, Entry};
use crate::model::{Band, codes};
use crate::workspace::load_texts;
use proptest::collection::vec;
use proptest::prelude::*;

use super::cases;

const IDS: [&str; 5] = ["a", "b", "c", "d", "e"];

/// An entry of the only list.
#[derive(Debug, Clone)]
struct Node {
    is_prose: bool,
    band: Band,
    /// Entries that come after it, and those that come before it.
    before: BTreeSet<usize>,
    after: BTreeSet<usize>,
    directly: Option<bool>,
}

type NodeBytes = (bool, u8, [u8; 2], [u8; 2], u8);

fn nodes(bytes: &[NodeBytes]) -> Vec<Node> {
    let count = bytes.len();
    let node = |(index, (is_prose, band, before, after, directly)): (usize, &NodeBytes)| {
        let others = |ids: &[u8; 2]| {
            let ids = ids.iter().map(|id| *id as usize % 16);
            ids.filter(|other| *other < count && *other != index).collect::<BTreeSet<usize>>()
        };
        let (before, after) = (others(before), others(after));
        let has_anchors = !before.is_empty() || !after.is_empty();
        Node {
            is_prose: *is_prose,
            band: *[Band::First, Band::Early, Band::Late, Band::Last]
                .get(*band as usize % 20)
                .unwrap_or(&Band::Middle),
            before,
            after,
            directly: [Some(true), Some(true), Some(false), None][*directly as usize % 4]
                .filter(|_| has_anchors),
        }
    };
    bytes.iter().enumerate().map(node).collect()
}

impl Node {
    fn toml(&self, id: &str) -> String {
        let ids = |ids: &BTreeSet<usize>| ids.iter().map(|id| format!("{:?}", IDS[*id])).collect::<Vec<_>>();
        let mut keys = vec![format!("text = {id:?}")];
        for (key, list) in [("before", &self.before), ("after", &self.after)] {
            if !list.is_empty() {
                keys.push(format!("{key} = [{}]", ids(list).join(", ")));
            }
        }
        if let Some(directly) = self.directly {
            keys.push(format!("directly = {directly}"));
        }
        if let Some((name, _)) = Band::NAMED.iter().find(|(_, band)| *band == self.band) {
            keys.push(format!("band = {name:?}"));
        }
        let table = if self.is_prose { "prose" } else { "items" };
        format!("[body.notes.{table}.{id}]\n{}\n", keys.join("\n"))
    }

    fn is_direct(&self) -> bool {
        self.directly == Some(true)
    }
}

/// Pairs of which the second comes directly after the first.
fn joined(nodes: &[Node]) -> BTreeSet<(usize, usize)> {
    let direct = nodes.iter().enumerate().filter(|(_, node)| node.is_direct());
    direct
        .flat_map(|(at, node)| {
            let before = node.before.iter().map(move |other| (at, *other));
            before.chain(node.after.iter().map(move |other| (*other, at)))
        })
        .collect()
}

/// The number of the run of each entry.
fn runs(nodes: &[Node]) -> Vec<usize> {
    let mut run: Vec<usize> = (0..nodes.len()).collect();
    for _ in nodes {
        for (left, right) in joined(nodes) {
            let least = run[left].min(run[right]);
            (run[left], run[right]) = (least, least);
        }
    }
    run
}

/// The band of each run among the blocks, or among the items. None if its entries disagree.
fn bands(nodes: &[Node], of_prose: bool) -> Option<BTreeMap<usize, Band>> {
    let runs = runs(nodes);
    let mut bands = BTreeMap::new();
    for run in runs.iter().copied().collect::<BTreeSet<_>>() {
        let members = || (0..nodes.len()).filter(|at| runs[*at] == run);
        let all_follow = members().all(|at| nodes[at].is_direct());
        let mut found = BTreeSet::new();
        for at in members() {
            let node = &nodes[at];
            let own = if node.is_prose == of_prose { node.band } else { Band::Middle };
            let counts = all_follow || !node.is_direct() || own != Band::Middle;
            if counts && (of_prose || !node.is_prose) {
                found.insert(own);
            }
        }
        if found.len() > 1 {
            return None;
        }
        bands.extend(found.first().map(|band| (run, *band)));
    }
    Some(bands)
}

/// Returns whether an order of the entries satisfies every constraint.
fn holds(nodes: &[Node], order: &[usize]) -> bool {
    let place = |at: usize| order.iter().position(|other| *other == at).unwrap();
    let anchors = nodes.iter().enumerate().all(|(at, node)| {
        node.before.iter().all(|other| place(at) < place(*other))
            && node.after.iter().all(|other| place(*other) < place(at))
    });
    let neighbours = joined(nodes).iter().all(|(left, right)| place(*left) + 1 == place(*right));
    let runs = runs(nodes);
    let banded = [true, false].into_iter().all(|of_prose| {
        let Some(bands) = bands(nodes, of_prose) else { return false };
        let band = |at: usize| bands.get(&runs[at]);
        order.iter().enumerate().all(|(position, at)| {
            let later = &order[position + 1..];
            later.iter().all(|other| match (band(*at), band(*other)) {
                (Some(band), Some(next)) => runs[*at] == runs[*other] || band <= next,
                _ => true,
            })
        })
    });
    anchors && neighbours && banded
}

fn permutations(count: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for next in 0..count {
        let insert = |order: Vec<usize>| {
            (0..=order.len()).map(move |at| {
                let mut order = order.clone();
                order.insert(at, next);
                order
            })
        };
        all = all.into_iter().flat_map(insert).collect();
    }
    all
}

proptest! {
    #![proptest_config(cases(2_000))]

    /// Entries that `directly` joins are next to each other whenever that is possible, and otherwise there is an error.
    #[test]
    fn law_10_neighbours(bytes in vec(any::<NodeBytes>(), 2..=IDS.len())) {
        let nodes = nodes(&bytes);
        let text: String = nodes.iter().zip(IDS).map(|(node, id)| node.toml(id)).collect();
        let (library, findings) = load_texts(&[("profiles/me.toml".into(), text.clone())].into());
        prop_assert!(findings.is_empty(), "{:?}\n{}", findings, text);
        let root = library.profiles.id_of("me").unwrap();
        let composition = Composer::new(&library).compose(root).unwrap();
        let id = |entry: &Entry<'_>| match entry {
            Entry::Block(block) => IDS.iter().position(|id| *id == block.address.id()).unwrap(),
            other => panic!("{other:?}"),
        };
        let found: Vec<usize> = composition.persona.sections[0].entries.iter().map(id).collect();
        let is_refused = composition
            .findings
            .iter()
            .any(|finding| [codes::ORDER_CYCLE, codes::ORDER_DIRECTLY].contains(&finding.code));
        let is_possible = permutations(nodes.len()).iter().any(|order| holds(&nodes, order));
        prop_assert_eq!(is_refused, !is_possible, "{:?}\n{}", composition.findings, text);
        if is_possible {
            prop_assert!(holds(&nodes, &found), "{:?}\n{}", found, text);
        }
        // A note about an entry means that it has one anchor, and is not next to it.
        for finding in composition.findings.iter().filter(|finding| finding.code == codes::ORDER_NOT_ADJACENT) {
            let at = IDS.iter().position(|id| finding.address.as_deref() == Some(&format!("notes.{id}"))).unwrap();
            let anchors: Vec<usize> = nodes[at].before.iter().chain(&nodes[at].after).copied().collect();
            prop_assert_eq!(anchors.len(), 1);
            let place = |at: usize| found.iter().position(|other| *other == at).unwrap();
            prop_assert!(place(at).abs_diff(place(anchors[0])) > 1 && nodes[at].directly.is_none());
        }
    }
}
