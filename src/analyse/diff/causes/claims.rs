//! The edits of claims.

use std::collections::{BTreeMap, BTreeSet};

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::{Edit, Finder, OTHER_PART, OTHER_TARGETS, Pair, Touches, edit};
use crate::model::{Anchor, Block, Claim, Content, Part, Placement, Text, address};

impl<'l> Finder<'l> {
    /// Records the edits of a source's claims. If its whole body moved to another section, entries are
    /// matched by the rest of their addresses.
    pub(super) fn claims(&mut self, pair: Pair, before: &'l [Claim], after: &'l [Claim], resectioned: bool) {
        let key = |claim: &'l Claim| match claim.block() {
            Some(_) if resectioned => address::below_section(claim.address.as_str()),
            _ => claim.address.as_str(),
        };
        let by_address = |claims: &'l [Claim]| -> BTreeMap<&'l str, &'l Claim> {
            claims.iter().map(|claim| (key(claim), claim)).collect()
        };
        let (old, new) = (by_address(before), by_address(after));
        let order = |claims: &'l [Claim], other: &BTreeMap<&str, &Claim>| -> Vec<&'l str> {
            let blocks = claims.iter().filter(|claim| claim.block().is_some());
            blocks.map(key).filter(|address| other.contains_key(address)).collect()
        };
        let (before_order, after_order) = (order(before, &new), order(after, &old));
        let ops = capture_diff_slices(Algorithm::Myers, &before_order, &after_order);
        let moved: BTreeSet<&str> = ops
            .iter()
            .filter(|op| !matches!(op, DiffOp::Equal { .. }))
            .flat_map(|op| &after_order[op.new_range()])
            .copied()
            .collect();
        let addresses: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
        for address in addresses {
            let (before, after) = (old.get(address).copied(), new.get(address).copied());
            let edits = match (before, after) {
                (Some(before), Some(after)) => edits(before, after, moved.contains(address)),
                (before, after) => vec![edit(before.is_some(), after.is_some(), Edit::Value)],
            };
            if edits.is_empty() {
                continue;
            }
            let key_and_text = |claim: &Claim| (claim.key, claim.whole_text());
            let both = [before, after].into_iter().flatten();
            let address = both.clone().last().map_or(address, |claim| claim.address.as_str());
            let addresses = both.map(|claim| claim.address.to_string()).collect();
            let touches = Touches::Claims(addresses, pair);
            self.add(pair, address, edits, before.map(key_and_text), after.map(key_and_text), touches);
            if let ((Some(claim), None) | (None, Some(claim)), Some(cause)) =
                ((before, after), self.causes.last_mut())
            {
                cause.force = claim.force();
            }
        }
    }
}

/// The edits between two claims of one source at the same address.
fn edits(before: &Claim, after: &Claim, moved: bool) -> Vec<Edit> {
    let mut edits = Vec::new();
    match (before.block(), after.block()) {
        (Some(old), Some(new)) => edits.extend(block_edits(old, new)),
        _ if before.partial().map(|it| it.part) != after.partial().map(|it| it.part) => {
            edits.push(Edit::Value);
        }
        _ if before.whole_text() != after.whole_text() || !is_same_type(&before.content, &after.content) => {
            edits.push(Edit::Value)
        }
        _ => {}
    }
    if before.targets != after.targets {
        edits.push(Edit::Changed { to: OTHER_TARGETS });
    }
    if before.level != after.level {
        edits.push(Edit::Level { from: before.level, to: after.level });
    }
    if moved || !is_same_placement(&before.placement, &after.placement) {
        edits.push(Edit::Moved);
    }
    edits
}

fn block_edits(before: &Block, after: &Block) -> Vec<Edit> {
    let mut edits = Vec::new();
    match (before.part, after.part) {
        (Part::Rule(from), Part::Rule(to)) if from != to => edits.push(Edit::Force { from, to }),
        (old, new) if old != new => edits.push(Edit::Changed { to: OTHER_PART }),
        _ => {}
    }
    let text = |text: &Option<Text>| text.as_ref().map(|text| text.value.clone());
    let wording = |block: &Block| (block.text.value.clone(), text(&block.label), text(&block.why));
    if wording(before) != wording(after) {
        edits.push(Edit::Reworded);
    }
    if text(&before.about) != text(&after.about) {
        edits.push(Edit::Changed { to: "is about another subject" });
    }
    if text(&before.under) != text(&after.under) {
        edits.push(Edit::Moved);
    }
    edits
}

fn is_same_type(before: &Content, after: &Content) -> bool {
    match (before, after) {
        (Content::Field(a), Content::Field(b)) | (Content::Setting(a), Content::Setting(b)) => {
            a.type_name() == b.type_name()
        }
        _ => std::mem::discriminant(before) == std::mem::discriminant(after),
    }
}

fn is_same_placement(before: &Placement, after: &Placement) -> bool {
    let anchors = |anchors: &[Anchor]| -> Vec<(String, bool, bool)> {
        let parts = |anchor: &Anchor| (anchor.id.clone(), anchor.optional, anchor.directly == Some(true));
        anchors.iter().map(parts).collect()
    };
    let parts = |placement: &Placement| {
        let band = placement.band.map(|(band, _)| band);
        (band, anchors(&placement.before), anchors(&placement.after))
    };
    parts(before) == parts(after)
}
