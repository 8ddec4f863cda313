//! How a claim was edited.

use super::Edit;
use crate::model::{Anchor, Block, Claim, Content, Part, Placement, Text};

/// How one claim differs from another at the same address of the same source.
pub(super) fn edits(before: &Claim, after: &Claim, moved: bool) -> Vec<Edit> {
    let mut edits = Vec::new();
    match (before.block(), after.block()) {
        (Some(old), Some(new)) => edits.extend(block_edits(old, new)),
        _ if before.said() != after.said() || !is_same_type(&before.content, &after.content) => {
            edits.push(Edit::Value)
        }
        _ => {}
    }
    if before.level != after.level {
        edits.push(Edit::Level(before.level, after.level));
    }
    if moved || !is_same_placement(&before.placement, &after.placement) {
        edits.push(Edit::Moved);
    }
    edits
}

fn block_edits(before: &Block, after: &Block) -> Vec<Edit> {
    let mut edits = Vec::new();
    match (before.part, after.part) {
        (Part::Rule(old), Part::Rule(new)) if old != new => edits.push(Edit::Force(old, new)),
        (old, new) if old != new => edits.push(Edit::Changed("is of another kind")),
        _ => {}
    }
    let text = |text: &Option<Text>| text.as_ref().map(|text| text.value.clone());
    let said = |block: &Block| (block.text.value.clone(), text(&block.label), text(&block.why));
    if said(before) != said(after) {
        edits.push(Edit::Reworded);
    }
    if text(&before.about) != text(&after.about) {
        edits.push(Edit::Changed("is about another subject"));
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
    let anchors = |anchors: &[Anchor]| -> Vec<(String, bool)> {
        anchors.iter().map(|anchor| (anchor.id.clone(), anchor.optional)).collect()
    };
    let parts = |placement: &Placement| {
        let band = placement.band.map(|(band, _)| band);
        (band, anchors(&placement.before), anchors(&placement.after))
    };
    parts(before) == parts(after)
}
