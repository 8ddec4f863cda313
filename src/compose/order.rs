//! The order of a list: bands, then `before` and `after`, then display order.
//!
//! Entries joined by `directly` form a run. A run is ordered as a unit, so no other entry comes between its members.

mod runs;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};

use runs::Runs;

use crate::model::{Band, Span};

/// An entry of a list. Nodes are in display order.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    /// Whether it is a block of its own (prose, a group) instead of an item of a list. Bands order blocks
    /// within the section, and items among themselves. So the first of the rules does not move above the
    /// paragraph that introduces them.
    pub(super) is_block: bool,
    /// Its band, with the location of the setting.
    pub(super) band: Option<(Band, Span)>,
    /// The entries that come after it.
    pub(super) before: Vec<Neighbour>,
    /// The entries that come before it.
    pub(super) after: Vec<Neighbour>,
}

/// An entry of the list that an anchor names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Neighbour {
    /// Its index.
    pub(super) at: usize,
    /// The location of the anchor.
    pub(super) span: Span,
    /// Whether no entry may come between.
    pub(super) directly: bool,
}

impl Node {
    fn band(&self) -> Band {
        self.band.map_or(Band::Middle, |(band, _)| band)
    }

    fn declares_nothing(&self) -> bool {
        self.band.is_none() && self.before.is_empty() && self.after.is_empty()
    }

    /// Whether `directly` joins it to another entry. It then has the band of that entry.
    pub(super) fn follows(&self) -> bool {
        self.before.iter().chain(&self.after).any(|neighbour| neighbour.directly)
    }
}

/// The reason why an entry comes before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// An anchor at this location.
    Anchor(Span),
    /// A band set at this location.
    Band(Span),
    /// An anchor at this location, with `directly`.
    Directly(Span),
    /// Display order, or a default band.
    Kept,
}

/// One step of a cycle, from an entry to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) entry: usize,
    /// Why it comes before the next.
    pub(super) reason: Reason,
    /// The entries that the reason is about: these two, or others of their runs.
    pub(super) between: (usize, usize),
}

/// Why a list has no order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unordered {
    /// The shortest cycle of the constraints.
    Cycle(Vec<Step>),
    /// Entries that want the same place.
    Contested(Vec<Contest>),
    /// Two entries of a run with different bands.
    Bands { entries: [usize; 2], directly: Option<Span> },
}

/// Several entries that have to be directly after one entry, or directly before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Contest {
    pub(super) of: usize,
    pub(super) is_after: bool,
    /// The entries, each with the location of its anchor.
    pub(super) rivals: BTreeMap<usize, Span>,
}

/// Orders a list. Returns the indexes in order, or the reason why there is no order.
///
/// Entries without a band or an anchor keep their display order unless a constraint contradicts it. Display
/// order is not a constraint itself: otherwise the order of `use` could cause a cycle.
pub(super) fn order(nodes: &[Node]) -> Result<Vec<usize>, Unordered> {
    if nodes.iter().all(Node::declares_nothing) {
        return Ok((0..nodes.len()).collect());
    }
    let base = base_order(nodes);
    if nodes.iter().all(|node| node.before.is_empty() && node.after.is_empty()) {
        return Ok(base);
    }
    let runs = Runs::new(nodes)?;
    let keeping: Vec<usize> = base.iter().copied().filter(|index| nodes[*index].declares_nothing()).collect();
    let sorted = Graph::new(nodes, &runs, &keeping)?.sort(nodes, &base);
    if sorted.len() == nodes.len() {
        return Ok(sorted);
    }
    let graph = Graph::new(nodes, &runs, &[])?;
    let sorted = graph.sort(nodes, &base);
    if sorted.len() == nodes.len() { Ok(sorted) } else { Err(Unordered::Cycle(graph.shortest_cycle())) }
}

/// Display order with bands. Items with a band move before or after the other items, then blocks move within
/// the complete list. Entries without a band keep their position.
fn base_order(nodes: &[Node]) -> Vec<usize> {
    let entries: Vec<usize> = (0..nodes.len()).filter(|index| !nodes[*index].is_block).collect();
    let middle = |index: &usize| nodes[*index].band() == Band::Middle;
    let (first, last) = (entries.iter().copied().find(middle), entries.iter().copied().rfind(middle));
    let mut banded: Vec<usize> = entries.iter().copied().filter(|index| !middle(index)).collect();
    banded.sort_by_key(|index| nodes[*index].band());
    let split = banded.partition_point(|index| nodes[*index].band() < Band::Middle);
    let mut base: Vec<usize> = Vec::with_capacity(nodes.len());
    if first.is_none() {
        // Without unbanded items, the banded ones exchange positions.
        let mut banded = banded.into_iter();
        let moved =
            (0..nodes.len()).map(|index| if nodes[index].is_block { Some(index) } else { banded.next() });
        base.extend(moved.flatten());
    } else {
        for index in (0..nodes.len()).filter(|index| nodes[*index].is_block || middle(index)) {
            if Some(index) == first {
                base.extend(&banded[..split]);
            }
            base.push(index);
            if Some(index) == last {
                base.extend(&banded[split..]);
            }
        }
    }
    base.sort_by_key(|index| if nodes[*index].is_block { nodes[*index].band() } else { Band::Middle });
    base
}

/// The constraints as a graph. After the entries come separators, one before each band except the first. With
/// them, the number of edges for bands grows linearly with the list, not quadratically.
///
/// What comes before an entry of a run comes before the first of them, and what comes after one comes after the last. So
/// a cycle through a run names all of it.
struct Graph<'r> {
    runs: &'r Runs,
    edges: Vec<Vec<Edge>>,
}

/// A node comes before the node `to`.
#[derive(Debug, Clone, Copy)]
struct Edge {
    to: usize,
    reason: Reason,
    /// The nodes that the reason is about. They are in the runs of the two nodes.
    between: (usize, usize),
}

/// Steps through the graph after which a cycle that was found is short enough.
const MAX_STEPS: usize = 2_000_000;

const BANDS: [Band; 5] = [Band::First, Band::Early, Band::Middle, Band::Late, Band::Last];

impl<'r> Graph<'r> {
    /// Builds the graph of all constraints, with the nodes in `keeping` in their display order.
    fn new(nodes: &[Node], runs: &'r Runs, keeping: &[usize]) -> Result<Self, Unordered> {
        let mut graph = Graph { runs, edges: vec![Vec::new(); nodes.len()] };
        for pair in keeping.windows(2) {
            graph.add(pair[0], pair[1], Reason::Kept);
        }
        for (index, node) in nodes.iter().enumerate() {
            node.before.iter().for_each(|other| graph.add(index, other.at, Reason::Anchor(other.span)));
            node.after.iter().for_each(|other| graph.add(other.at, index, Reason::Anchor(other.span)));
            if let Some((next, span)) = runs.next[index] {
                let edge = Edge { to: next, reason: Reason::Directly(span), between: (index, next) };
                graph.edges[index].push(edge);
            }
        }
        graph.separate(nodes, true)?;
        graph.separate(nodes, false)?;
        Ok(graph)
    }

    /// Adds that one node comes before another.
    fn add(&mut self, before: usize, after: usize, reason: Reason) {
        let Runs { head, tail, place, .. } = self.runs;
        let is_entry = |node: usize| node < head.len();
        if is_entry(before) && is_entry(after) && head[before] == head[after] && place[before] < place[after]
        {
            return;
        }
        let from = if is_entry(before) { tail[before] } else { before };
        let to = if is_entry(after) { head[after] } else { after };
        self.edges[from].push(Edge { to, reason, between: (before, after) });
    }

    /// Adds separators between the bands of blocks, or of items, if one sets a band. Items count as `middle`
    /// among the bands of blocks; blocks do not take part in those of items.
    fn separate(&mut self, nodes: &[Node], of_blocks: bool) -> Result<(), Unordered> {
        let is_banded = |node: &Node| node.is_block == of_blocks;
        let named = |index: usize| nodes[index].band.filter(|_| is_banded(&nodes[index]));
        if (0..nodes.len()).all(|index| named(index).is_none()) {
            return Ok(());
        }
        let band = |index: usize| named(index).map_or(Band::Middle, |(band, _)| band);
        let first = self.edges.len();
        self.edges.extend((1..BANDS.len()).map(|_| Vec::new()));
        for separator in first..self.edges.len() - 1 {
            self.add(separator, separator + 1, Reason::Kept);
        }
        for head in self.runs.heads() {
            let leaders = self.runs.leaders(nodes, head);
            let takes_part = |index: &usize| of_blocks || !nodes[*index].is_block;
            // A follower without a band goes where the others go.
            let mut placing: Vec<usize> = self
                .runs
                .members(head)
                .filter(|index| named(*index).is_some() || leaders.contains(index))
                .filter(takes_part)
                .collect();
            placing.sort_by_key(|index| named(*index).is_none());
            let Some(index) = placing.first().copied() else { continue };
            if let Some(other) = placing.iter().copied().find(|other| band(*other) != band(index)) {
                let links = self.runs.members(head).filter_map(|index| self.runs.next[index]);
                let directly = links.map(|(_, span)| span).min();
                return Err(Unordered::Bands { entries: [index, other], directly });
            }
            let rank = BANDS.iter().position(|other| *other == band(index)).unwrap_or(2);
            let reason = named(index).map_or(Reason::Kept, |(_, span)| Reason::Band(span));
            if rank > 0 {
                self.add(first + rank - 1, index, reason);
            }
            if rank < BANDS.len() - 1 {
                self.add(index, first + rank, reason);
            }
        }
        Ok(())
    }

    /// Topological sort that always takes the first free entry of `base`. The result lacks the entries of a
    /// cycle and all that come after them.
    fn sort(&self, nodes: &[Node], base: &[usize]) -> Vec<usize> {
        // Separators have no position, and a run has one: the others follow as soon as nothing precedes them.
        let mut positions = vec![0; nodes.len()];
        for (position, index) in base.iter().enumerate() {
            positions[*index] = position + 1;
        }
        let mut priority = vec![0; self.edges.len()];
        for head in self.runs.heads() {
            let leaders = self.runs.leaders(nodes, head);
            priority[head] = leaders.into_iter().map(|index| positions[index]).min().unwrap_or(0);
        }
        let mut waiting = vec![0; self.edges.len()];
        for edge in self.edges.iter().flatten() {
            waiting[edge.to] += 1;
        }
        let free = (0..self.edges.len()).filter(|node| waiting[*node] == 0);
        let mut free: BinaryHeap<_> = free.map(|node| Reverse((priority[node], node))).collect();
        let mut sorted = Vec::new();
        while let Some(Reverse((_, node))) = free.pop() {
            if node < nodes.len() {
                sorted.push(node);
            }
            for edge in &self.edges[node] {
                waiting[edge.to] -= 1;
                if waiting[edge.to] == 0 {
                    free.push(Reverse((priority[edge.to], edge.to)));
                }
            }
        }
        sorted
    }

    /// Returns the shortest cycle, without separators. In a large graph, the shortest of those through the first
    /// entries.
    fn shortest_cycle(&self) -> Vec<Step> {
        let entries = self.runs.head.len();
        let size = self.edges.len() + self.edges.iter().map(Vec::len).sum::<usize>();
        let mut left = MAX_STEPS;
        let mut shortest: Option<Vec<(usize, Edge)>> = None;
        for cycle in (0..entries).map(|start| self.cycle_from(start)) {
            if let Some(cycle) =
                cycle.filter(|cycle| shortest.as_ref().is_none_or(|known| cycle.len() < known.len()))
            {
                shortest = Some(cycle);
            }
            left = left.saturating_sub(size);
            if left == 0 && shortest.is_some() {
                break;
            }
        }
        let mut steps: Vec<Step> = Vec::new();
        for (node, Edge { reason, between, .. }) in shortest.unwrap_or_default() {
            match steps.last_mut() {
                // On a path through separators, the reason is the band that was set.
                Some(step) if node >= entries => {
                    step.between.1 = between.1;
                    if step.reason == Reason::Kept {
                        step.reason = reason;
                    }
                }
                _ if node >= entries => {}
                _ => steps.push(Step { entry: node, reason, between }),
            }
        }
        steps
    }

    /// Returns the shortest cycle through `start`, breadth first.
    fn cycle_from(&self, start: usize) -> Option<Vec<(usize, Edge)>> {
        let mut came_from: Vec<Option<(usize, Edge)>> = vec![None; self.edges.len()];
        let mut visited = BTreeSet::new();
        let mut queue = VecDeque::from([start]);
        while let Some(node) = queue.pop_front() {
            for edge in &self.edges[node] {
                if edge.to == start {
                    let mut steps = vec![(node, *edge)];
                    let mut at = node;
                    while let Some((previous, edge)) = came_from[at] {
                        steps.push((previous, edge));
                        at = previous;
                    }
                    steps.reverse();
                    return Some(steps);
                }
                if visited.insert(edge.to) {
                    came_from[edge.to] = Some((node, *edge));
                    queue.push_back(edge.to);
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Sources;

    fn span() -> Span {
        let mut sources = Sources::default();
        Span::new(sources.add("a.toml".into(), String::new()), 0..0)
    }

    fn plain(count: usize) -> Vec<Node> {
        vec![Node::default(); count]
    }

    fn near(at: usize) -> Neighbour {
        Neighbour { at, span: span(), directly: false }
    }

    fn beside(at: usize) -> Neighbour {
        Neighbour { directly: true, ..near(at) }
    }

    #[test]
    fn entries_without_anchors_keep_their_order() {
        let mut nodes = plain(4);
        nodes[3].before.push(near(1));
        assert_eq!(order(&nodes), Ok(vec![0, 3, 1, 2]));
        let mut nodes = plain(4);
        nodes[0].after.push(near(2));
        assert_eq!(order(&nodes), Ok(vec![1, 2, 0, 3]));
    }

    #[test]
    fn bands_of_entries_do_not_pass_prose_and_bands_of_prose_pass_everything() {
        let mut nodes = plain(4);
        nodes[0].is_block = true;
        nodes[3].band = Some((Band::First, span()));
        assert_eq!(order(&nodes), Ok(vec![0, 3, 1, 2]));
        nodes[0].band = Some((Band::Last, span()));
        assert_eq!(order(&nodes), Ok(vec![3, 1, 2, 0]));
    }

    fn cycle(nodes: &[Node]) -> Vec<usize> {
        match order(nodes) {
            Err(Unordered::Cycle(steps)) => steps.iter().map(|step| step.entry).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_cycle_is_named_with_every_edge() {
        let mut nodes = plain(3);
        nodes[0].before.push(near(2));
        nodes[2].before.push(near(0));
        assert_eq!(cycle(&nodes), [0, 2]);
    }

    #[test]
    fn an_anchor_against_the_bands_is_a_cycle() {
        let mut nodes = plain(2);
        nodes[0].band = Some((Band::Last, span()));
        nodes[0].before.push(near(1));
        assert_eq!(cycle(&nodes), [0, 1]);
    }

    #[test]
    fn nothing_comes_into_a_run() {
        let mut nodes = plain(4);
        nodes[3].after.push(beside(0));
        assert_eq!(order(&nodes), Ok(vec![0, 3, 1, 2]));
        nodes[1].before.push(beside(3));
        let Err(Unordered::Contested(contests)) = order(&nodes) else { panic!() };
        assert_eq!((contests[0].of, contests[0].is_after), (3, false));
        nodes[3].after.clear();
        assert_eq!(order(&nodes), Ok(vec![0, 2, 1, 3]));
        nodes[2].before.push(near(3));
        assert_eq!(order(&nodes), Ok(vec![0, 2, 1, 3]));
        nodes[2].after.push(near(1));
        assert_eq!(cycle(&nodes), [1, 3, 2]);
    }

    #[test]
    fn a_run_has_the_band_of_the_entry_that_it_is_placed_by() {
        let mut nodes = plain(4);
        nodes[3].band = Some((Band::First, span()));
        nodes[2].after.push(beside(3));
        assert_eq!(order(&nodes), Ok(vec![3, 2, 0, 1]));
        nodes[2].band = Some((Band::Last, span()));
        assert!(matches!(order(&nodes), Err(Unordered::Bands { entries: [3, 2], .. })));
    }

    #[test]
    fn a_ring_of_neighbours_is_a_cycle() {
        let mut nodes = plain(3);
        nodes[0].after.push(beside(1));
        nodes[1].after.push(beside(0));
        assert_eq!(cycle(&nodes), [0, 1]);
    }
}
