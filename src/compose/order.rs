//! The order of a list: bands, then `before` and `after`, then display order.

use std::collections::{BTreeSet, BinaryHeap, VecDeque};

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
    /// The indexes of entries that come after it, with the location of each anchor.
    pub(super) before: Vec<(usize, Span)>,
    /// The indexes of entries that come before it, with the location of each anchor.
    pub(super) after: Vec<(usize, Span)>,
}

impl Node {
    fn band(&self) -> Band {
        self.band.map_or(Band::Middle, |(band, _)| band)
    }

    fn declares_nothing(&self) -> bool {
        self.band.is_none() && self.before.is_empty() && self.after.is_empty()
    }
}

/// The reason why an entry comes before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// An anchor at this location.
    Anchor(Span),
    /// A band set at this location.
    Band(Span),
    /// Display order, or a default band.
    Kept,
}

/// One step of a cycle: an entry, and the reason why it comes before the next.
pub(super) type Step = (usize, Reason);

/// Orders a list. Returns the indexes in order, or the shortest cycle of the constraints.
///
/// Entries without a band or an anchor keep their display order unless a constraint contradicts it. Display
/// order is not a constraint itself: otherwise the order of `use` could cause a cycle.
pub(super) fn order(nodes: &[Node]) -> Result<Vec<usize>, Vec<Step>> {
    let base = base_order(nodes);
    if nodes.iter().all(|node| node.before.is_empty() && node.after.is_empty()) {
        return Ok(base);
    }
    let keeping: Vec<usize> = base.iter().copied().filter(|index| nodes[*index].declares_nothing()).collect();
    let sorted = Graph::new(nodes, &keeping).sort(&base);
    if sorted.len() == nodes.len() {
        return Ok(sorted);
    }
    let graph = Graph::new(nodes, &[]);
    let sorted = graph.sort(&base);
    if sorted.len() == nodes.len() { Ok(sorted) } else { Err(graph.shortest_cycle(nodes.len())) }
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
struct Graph {
    edges: Vec<Vec<(usize, Reason)>>,
}

/// Steps through the graph after which a cycle that was found is short enough.
const MOST_STEPS: usize = 2_000_000;

const BANDS: [Band; 5] = [Band::First, Band::Early, Band::Middle, Band::Late, Band::Last];

impl Graph {
    /// Builds the graph of all constraints, with the nodes in `keeping` in their display order.
    fn new(nodes: &[Node], keeping: &[usize]) -> Self {
        let mut graph = Graph { edges: vec![Vec::new(); nodes.len()] };
        for pair in keeping.windows(2) {
            graph.edges[pair[0]].push((pair[1], Reason::Kept));
        }
        for (index, node) in nodes.iter().enumerate() {
            graph.edges[index]
                .extend(node.before.iter().map(|(other, span)| (*other, Reason::Anchor(*span))));
            for (other, span) in &node.after {
                graph.edges[*other].push((index, Reason::Anchor(*span)));
            }
        }
        graph.separate(
            nodes,
            |node| node.is_block,
            |node| if node.is_block { node.band() } else { Band::Middle },
        );
        graph.separate(nodes, |node| !node.is_block, Node::band);
        graph
    }

    /// Adds separators between the bands if a node that satisfies `banded` sets one. Items count as `middle`
    /// among the bands of blocks; blocks do not take part in those of items.
    fn separate(&mut self, nodes: &[Node], banded: impl Fn(&Node) -> bool, band: impl Fn(&Node) -> Band) {
        if !nodes.iter().any(|node| banded(node) && node.band.is_some()) {
            return;
        }
        let entries_only = !nodes.iter().any(|node| node.is_block && banded(node));
        let first = self.edges.len();
        self.edges.extend((1..BANDS.len()).map(|_| Vec::new()));
        for separator in first..self.edges.len() - 1 {
            self.edges[separator].push((separator + 1, Reason::Kept));
        }
        for (index, node) in nodes.iter().enumerate().filter(|(_, node)| !(entries_only && node.is_block)) {
            let rank = BANDS.iter().position(|other| *other == band(node)).unwrap_or(2);
            let reason = match node.band {
                Some((_, span)) if banded(node) => Reason::Band(span),
                _ => Reason::Kept,
            };
            if rank > 0 {
                self.edges[first + rank - 1].push((index, reason));
            }
            if rank < BANDS.len() - 1 {
                self.edges[index].push((first + rank, reason));
            }
        }
    }

    /// Topological sort that always takes the first free entry of `base`. The result lacks the entries of a
    /// cycle and all that come after them.
    fn sort(&self, base: &[usize]) -> Vec<usize> {
        // Separators have no position: they are placed as soon as nothing precedes them.
        let mut priority = vec![0; self.edges.len()];
        for (position, index) in base.iter().enumerate() {
            priority[*index] = position + 1;
        }
        let mut waiting = vec![0; self.edges.len()];
        for (target, _) in self.edges.iter().flatten() {
            waiting[*target] += 1;
        }
        let free = (0..self.edges.len()).filter(|node| waiting[*node] == 0);
        let mut free: BinaryHeap<_> = free.map(|node| std::cmp::Reverse((priority[node], node))).collect();
        let mut sorted = Vec::new();
        while let Some(std::cmp::Reverse((_, node))) = free.pop() {
            if node < base.len() {
                sorted.push(node);
            }
            for (target, _) in &self.edges[node] {
                waiting[*target] -= 1;
                if waiting[*target] == 0 {
                    free.push(std::cmp::Reverse((priority[*target], *target)));
                }
            }
        }
        sorted
    }

    /// Returns the shortest cycle, without separators. In a large graph, the shortest of those through the first entries.
    fn shortest_cycle(&self, entries: usize) -> Vec<Step> {
        let size = self.edges.len() + self.edges.iter().map(Vec::len).sum::<usize>();
        let mut left = MOST_STEPS;
        let mut shortest: Option<Vec<Step>> = None;
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
        let shortest = shortest.unwrap_or_default();
        let mut steps: Vec<Step> = Vec::new();
        for (node, reason) in shortest {
            match steps.last_mut() {
                // On a path through separators, the reason is the band that was set.
                Some((_, known)) if node >= entries && *known == Reason::Kept => *known = reason,
                _ if node >= entries => {}
                _ => steps.push((node, reason)),
            }
        }
        steps
    }

    /// Returns the shortest cycle through `start`, breadth first.
    fn cycle_from(&self, start: usize) -> Option<Vec<Step>> {
        let mut came_from: Vec<Option<Step>> = vec![None; self.edges.len()];
        let mut visited = BTreeSet::new();
        let mut queue = VecDeque::from([start]);
        while let Some(node) = queue.pop_front() {
            for (target, reason) in &self.edges[node] {
                if *target == start {
                    let mut steps = vec![(node, *reason)];
                    let mut at = node;
                    while let Some((previous, reason)) = came_from[at] {
                        steps.push((previous, reason));
                        at = previous;
                    }
                    steps.reverse();
                    return Some(steps);
                }
                if visited.insert(*target) {
                    came_from[*target] = Some((node, *reason));
                    queue.push_back(*target);
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

    #[test]
    fn what_declares_nothing_keeps_its_place() {
        let mut nodes = plain(4);
        nodes[3].before.push((1, span()));
        assert_eq!(order(&nodes), Ok(vec![0, 3, 1, 2]));
        let mut nodes = plain(4);
        nodes[0].after.push((2, span()));
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

    #[test]
    fn a_cycle_is_named_with_every_edge() {
        let mut nodes = plain(3);
        nodes[0].before.push((2, span()));
        nodes[2].before.push((0, span()));
        let cycle = order(&nodes).unwrap_err();
        assert_eq!(cycle.iter().map(|(node, _)| *node).collect::<Vec<_>>(), [0, 2]);
    }

    #[test]
    fn an_anchor_against_the_bands_is_a_cycle() {
        let mut nodes = plain(2);
        nodes[0].band = Some((Band::Last, span()));
        nodes[0].before.push((1, span()));
        assert!(order(&nodes).is_err());
    }
}
