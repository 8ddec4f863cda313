//! The order of the entries of each list, and findings about it.

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::ops::Deref;

use super::merge::{Decision, Decisions, Placed};
use super::order::{Contest, Neighbour, Node, Reason, Step, Unordered, order};
use super::persona::Entry;
use crate::model::grammar::{Entry as Key, Keys as _};
use crate::model::wording;
use crate::model::{Anchor, Band, Claim, Diagnostic, Part, Profile, Suggestions, address, codes};

/// The entries of a list by address, in display order.
pub(super) type Entries<'a> = Vec<(&'a str, Vec<Entry<'a>>)>;

/// A list of a persona, or the entries of one that are under the same entry.
pub(super) struct List<'c, 'a> {
    pub(super) profile: &'a Profile,
    pub(super) decisions: &'c Decisions<'a>,
    pub(super) entries: Entries<'a>,
    pub(super) suggestions: &'c Suggestions,
}

impl<'a> List<'_, 'a> {
    /// Orders the entries by band, anchors and display order.
    pub(super) fn ordered(self, findings: &mut Vec<Diagnostic>) -> Vec<Entry<'a>> {
        // Few lists have anchors, which need it.
        let places: LazyCell<BTreeMap<&'a str, usize>, _> =
            LazyCell::new(|| (0..self.entries.len()).map(|at| (self.id(at), at)).collect());
        let mut nodes: Vec<Node> = Vec::with_capacity(self.entries.len());
        for (address, entries) in &self.entries {
            let is_block = entries.iter().any(|entry| match entry {
                Entry::Block(block) => block.part.is_prose(),
                Entry::Group(_) => true,
                Entry::Conflict(_) => false,
            });
            let mut node = Node { is_block, ..Node::default() };
            let mut closing = None;
            for (claim, placed) in self.placed(address) {
                self.place(&mut node, claim, placed, &places, findings);
                let is_closing = claim.block().is_some_and(|block| block.part == Part::Closing);
                closing = closing.or(is_closing.then_some((Band::Last, claim.key)));
            }
            if !node.follows() {
                node.band = node.band.or(closing);
            }
            nodes.push(node);
        }
        let sorted = match order(&nodes) {
            Ok(sorted) => {
                findings.extend(self.apart(&nodes, &sorted));
                sorted
            }
            Err(reason) => {
                findings.extend(self.unordered(&nodes, reason));
                (0..nodes.len()).collect()
            }
        };
        let mut entries: Vec<Option<Vec<Entry<'a>>>> =
            self.entries.into_iter().map(|(_, entries)| Some(entries)).collect();
        sorted.into_iter().filter_map(|at| entries[at].take()).flatten().collect()
    }

    /// The id of the entry at this index.
    fn id(&self, at: usize) -> &'a str {
        address::id(self.entries[at].0)
    }

    /// The claims of an entry, with the place that each requests.
    fn placed(&self, address: &str) -> impl Iterator<Item = (&'a Claim, Placed<'a>)> {
        let placed = self.decisions.get(address).into_iter().flat_map(Decision::placed);
        placed.filter(move |(claim, _)| claim.address.as_str() == address)
    }

    /// Adds the ordering constraints of a claim to its node.
    fn place(
        &self,
        node: &mut Node,
        claim: &Claim,
        placed: Placed<'_>,
        places: &impl Deref<Target = BTreeMap<&'a str, usize>>,
        findings: &mut Vec<Diagnostic>,
    ) {
        if let Some((band, span)) = placed.band {
            match node.band {
                Some((other, first)) if other != band => {
                    let message = format!("the sources of `{}` have different bands", claim.address);
                    let finding = Diagnostic::new(codes::BAND_DISAGREEMENT, message)
                        .at(first, band_name(other))
                        .at(span, band_name(band))
                        .note(format!("`{}`, the earlier one, is used", band_name(other.min(band))))
                        .help("use the same band in both, or set it in only one");
                    findings.push(finding.in_persona(&self.profile.id).about(claim.address.as_str()));
                    if band < other {
                        node.band = Some((band, span));
                    }
                }
                _ => node.band = Some((band, span)),
            }
        }
        let mut resolve = |anchors: &[Anchor]| -> Vec<Neighbour> {
            let mut found = Vec::new();
            for anchor in anchors {
                match places.get(anchor.id.as_str()) {
                    Some(_) if anchor.id == claim.address.id() => {
                        findings.push(self.anchor_to_itself(claim, anchor))
                    }
                    Some(place) => found.push(Neighbour {
                        at: *place,
                        span: anchor.span,
                        directly: anchor.directly == Some(true),
                    }),
                    None if anchor.optional => {}
                    None => findings.push(self.missing_anchor(claim, anchor, places)),
                }
            }
            found
        };
        let (before, after) = (resolve(placed.before), resolve(placed.after));
        node.before.extend(before);
        node.after.extend(after);
    }

    fn anchor_to_itself(&self, claim: &Claim, anchor: &Anchor) -> Diagnostic {
        let message = format!("`{}` cannot come before or after itself", claim.address);
        Diagnostic::new(codes::ORDER_ANCHOR, message).at(anchor.span, "").help("delete the anchor")
    }

    fn missing_anchor(&self, claim: &Claim, anchor: &Anchor, places: &BTreeMap<&str, usize>) -> Diagnostic {
        let list = claim.address.parent();
        let message = format!("`{list}` of `{}` has no entry `{}`", self.profile.id, anchor.id);
        let mut finding =
            Diagnostic::new(codes::ORDER_ANCHOR, message).at(anchor.span, "").in_persona(&self.profile.id);
        let address = address::below(list, &anchor.id);
        if let Some(decision) = self.decisions.get(address.as_str()) {
            finding = match decision.removals.first() {
                Some((_, removal)) => finding.context(removal.target.span, "removed here"),
                None if decision.emitted().next().is_some() => {
                    finding.note(format!("`{address}` is not under the same entry as `{}`", claim.address))
                }
                None => finding.note(format!("`{address}` is overridden in this persona")),
            };
        } else {
            let others = places.keys().copied().filter(|id| *id != claim.address.id());
            finding = finding.help_if(self.suggestions.did_you_mean(&anchor.id, others));
        }
        finding.help(format!("write \"{}?\" if it may be missing", anchor.id))
    }

    /// Reports why the list has no order.
    fn unordered(&self, nodes: &[Node], reason: Unordered) -> Vec<Diagnostic> {
        let findings = match reason {
            Unordered::Cycle(steps) => vec![self.cycle(steps)],
            Unordered::Contested(contests) => contests.iter().map(|contest| self.contest(contest)).collect(),
            Unordered::Bands { entries: [one, other], directly } => {
                let message = format!(
                    "`{}` and `{}` cannot be next to each other: their bands differ",
                    self.entries[one].0,
                    self.id(other)
                );
                let mut finding = Diagnostic::new(codes::ORDER_DIRECTLY, message);
                for (band, span) in [one, other].into_iter().filter_map(|at| nodes[at].band) {
                    finding = finding.at(span, format!("band `{}`", band_name(band)));
                }
                let finding = match directly {
                    Some(span) => finding.context(span, format!("by {}", Key::Directly.shown())),
                    None => finding,
                };
                vec![finding.help("delete the band of the entry that is joined to the other")]
            }
        };
        findings.into_iter().map(|finding| finding.in_persona(&self.profile.id)).collect()
    }

    /// Reports entries that want the same place.
    fn contest(&self, contest: &Contest) -> Diagnostic {
        let mut rivals: Vec<_> = contest.rivals.iter().map(|(at, span)| (self.id(*at), *span)).collect();
        rivals.sort_unstable();
        let names: Vec<String> = rivals.iter().map(|(id, _)| format!("`{id}`")).collect();
        let side = if contest.is_after { Key::After.name() } else { Key::Before.name() };
        let message = format!(
            "{} cannot {} be directly {side} `{}`",
            wording::series(&names, MAX_RIVALS),
            if names.len() == 2 { "both" } else { "all" },
            self.entries[contest.of].0,
        );
        let mut finding = Diagnostic::new(codes::ORDER_DIRECTLY, message);
        for (id, span) in rivals.iter().take(MAX_RIVALS) {
            finding = finding.at(*span, format!("`{id}`, directly {side} `{}`", self.id(contest.of)));
        }
        finding.help(format!(
            "delete {} in all but one of them, or put one beside the other",
            Key::Directly.shown()
        ))
    }

    fn cycle(&self, mut steps: Vec<Step>) -> Diagnostic {
        // The cycle begins with the first name in order, independent of the order of `use`.
        let least = (0..steps.len()).min_by_key(|at| self.id(steps[*at].entry)).unwrap_or(0);
        steps.rotate_left(least);
        let mut names: Vec<_> = steps.iter().map(|step| self.id(step.entry)).collect();
        names.extend(names.first().copied());
        let message = format!("ordering cycle: {}", wording::chain(&names));
        let mut finding = Diagnostic::new(codes::ORDER_CYCLE, message);
        for Step { reason, between: (before, after), .. } in steps.into_iter().take(wording::MAX_CHAIN) {
            let (before, after) = (self.id(before), self.id(after));
            let text = format!("`{before}` before `{after}`");
            finding = match reason {
                Reason::Anchor(span) => finding.at(span, text),
                Reason::Directly(span) => finding.at(span, format!("`{before}` directly before `{after}`")),
                Reason::Band(span) => finding.at(span, format!("{text}, by its band")),
                Reason::Kept => {
                    finding.note(format!("{text}: neither has an ordering, so they keep their order"))
                }
            };
        }
        finding.help("delete one of these")
    }

    /// Notes entries that have a single anchor and do not end up next to it.
    ///
    /// Nothing is noted if all entries between are placed by anchors too: then `after = "x"` of several entries puts
    /// them all after `x`.
    fn apart(&self, nodes: &[Node], sorted: &[usize]) -> Vec<Diagnostic> {
        if nodes.iter().all(|node| node.before.is_empty() && node.after.is_empty()) {
            return Vec::new();
        }
        let mut findings = Vec::new();
        let mut reversed = sorted.to_vec();
        reversed.reverse();
        for (sorted, key) in [(sorted, Key::After), (&reversed, Key::Before)] {
            let mut positions = vec![0; nodes.len()];
            sorted.iter().enumerate().for_each(|(position, at)| positions[*at] = position);
            // Where the entries begin that follow each other, each placed by an anchor to one of them.
            let mut start = 0;
            for (position, at) in sorted.iter().copied().enumerate() {
                let anchors = if key == Key::After { &nodes[at].after } else { &nodes[at].before };
                let is_placed = |anchor: &Neighbour| (start..position).contains(&positions[anchor.at]);
                if anchors.iter().any(is_placed) {
                    continue;
                }
                start = position;
                if !anchors.is_empty() && nodes[at].band.is_none() {
                    findings.extend(self.not_adjacent(at, key));
                }
            }
        }
        findings
    }

    /// Notes that entries come between an entry and the only one that it names, unless it says that they may.
    fn not_adjacent(&self, at: usize, key: Key) -> Option<Diagnostic> {
        let address = self.entries[at].0;
        let placed = self.placed(address).map(|(_, placed)| placed);
        let anchors: Vec<&Anchor> =
            placed.flat_map(|placed| placed.before.iter().chain(placed.after)).collect();
        let first = anchors.first()?;
        if anchors.iter().any(|anchor| anchor.directly.is_some() || anchor.id != first.id) {
            return None;
        }
        let message = format!("`{address}` comes {0} `{1}`, but not directly {0} it", key.name(), first.id);
        Some(
            Diagnostic::new(codes::ORDER_NOT_ADJACENT, message)
                .at(first.span, "")
                .help(format!(
                    "add `{0} = true` to keep them together, or `{0} = false` if other entries may come between",
                    Key::Directly.name()
                ))
                .in_persona(&self.profile.id)
                .about(address),
        )
    }
}

/// The maximum number of entries that a finding names that want the same place.
const MAX_RIVALS: usize = 8;

fn band_name(band: Band) -> &'static str {
    Band::NAMED.iter().find(|(_, named)| *named == band).map_or("", |(name, _)| name)
}
