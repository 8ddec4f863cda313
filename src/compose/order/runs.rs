//! The runs of a list: entries joined by `directly`.

use std::collections::BTreeMap;

use super::{Contest, Node, Unordered};
use crate::model::Span;

/// The runs of a list. An entry that `directly` puts nowhere is a run of its own.
pub(super) struct Runs {
    /// The first entry of the run of each entry.
    pub(super) head: Vec<usize>,
    /// The last entry of the run of each entry.
    pub(super) tail: Vec<usize>,
    /// The position of each entry in its run.
    pub(super) place: Vec<usize>,
    /// The next entry of the run, with the location of the `directly` that puts it there.
    pub(super) next: Vec<Option<(usize, Span)>>,
}

impl Runs {
    pub(super) fn new(nodes: &[Node]) -> Result<Self, Unordered> {
        let mut following: BTreeMap<usize, BTreeMap<usize, Span>> = BTreeMap::new();
        let mut preceding: BTreeMap<usize, BTreeMap<usize, Span>> = BTreeMap::new();
        let mut link = |left: usize, right: usize, span: Span| {
            following.entry(left).or_default().entry(right).or_insert(span);
            preceding.entry(right).or_default().entry(left).or_insert(span);
        };
        for (index, node) in nodes.iter().enumerate() {
            node.before
                .iter()
                .filter(|other| other.directly)
                .for_each(|other| link(index, other.at, other.span));
            node.after
                .iter()
                .filter(|other| other.directly)
                .for_each(|other| link(other.at, index, other.span));
        }
        let contests = [(true, &following), (false, &preceding)].into_iter().flat_map(|(is_after, links)| {
            let contested = links.iter().filter(|(_, rivals)| rivals.len() > 1);
            contested.map(move |(of, rivals)| Contest { of: *of, is_after, rivals: rivals.clone() })
        });
        let contests: Vec<Contest> = contests.collect();
        if !contests.is_empty() {
            return Err(Unordered::Contested(contests));
        }
        let only = |links: &BTreeMap<usize, Span>| links.iter().next().map(|(at, span)| (*at, *span));
        let next = (0..nodes.len()).map(|index| following.get(&index).and_then(only)).collect();
        let each = || (0..nodes.len()).collect::<Vec<usize>>();
        let mut runs = Runs { head: each(), tail: each(), place: vec![0; nodes.len()], next };
        // Entries that follow each other in a ring have no first one. Any will do: `Graph::new` finds the cycle.
        let (first, inner): (Vec<_>, Vec<_>) =
            each().into_iter().partition(|index| !preceding.contains_key(index));
        let mut is_known = vec![false; nodes.len()];
        for head in first.into_iter().chain(inner) {
            let mut run = Vec::new();
            let mut at = Some(head);
            while let Some(index) = at.filter(|index| !is_known[*index]) {
                is_known[index] = true;
                run.push(index);
                at = runs.next[index].map(|(next, _)| next);
            }
            for (place, index) in run.iter().enumerate() {
                (runs.head[*index], runs.tail[*index]) = (head, run[run.len() - 1]);
                runs.place[*index] = place;
            }
        }
        Ok(runs)
    }

    /// The entries of the run with this first entry.
    pub(super) fn members(&self, head: usize) -> impl Iterator<Item = usize> {
        let is_inner = move |next: &usize| self.head[*next] == head && *next != head;
        let next = move |index: &usize| self.next[*index].map(|(next, _)| next).filter(is_inner);
        std::iter::successors(Some(head), next)
    }

    /// The first entry of each run.
    pub(super) fn heads(&self) -> impl Iterator<Item = usize> {
        (0..self.head.len()).filter(|index| self.head[*index] == *index)
    }

    /// The entries of a run that it is placed by: those that do not follow another entry.
    pub(super) fn leaders(&self, nodes: &[Node], head: usize) -> Vec<usize> {
        let leaders: Vec<usize> = self.members(head).filter(|index| !nodes[*index].follows()).collect();
        if leaders.is_empty() { self.members(head).collect() } else { leaders }
    }
}
