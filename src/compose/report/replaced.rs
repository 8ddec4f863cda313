//! Findings about entries of profiles that replace one below them and drop a part of it.

use super::super::Composition;
use super::super::lineage::Lineages;
use super::super::merge::{Cause, Decision, State};
use crate::model::grammar::Entry;
use crate::model::{Anchor, Claim, Diagnostic, Level, Library, Source, Span, Text, codes, fold, wording};

/// Returns a finding for each entry of a profile that has a text of its own and lacks a label, a reason or another part
/// that the entry below it has.
pub(in crate::compose) fn replaced(
    library: &Library,
    lineages: &Lineages,
    composition: &Composition<'_>,
) -> Vec<Diagnostic> {
    let decisions = composition.decisions.values().filter(|decision| decision.claims.len() > 1);
    decisions.filter_map(|decision| dropped(library, lineages, decision)).collect()
}

/// The parts that an entry has besides its text, each with the name of its key.
fn parts(claim: &Claim) -> Vec<(&'static str, Span)> {
    let Some(block) = claim.block() else { return Vec::new() };
    let text = |text: &Option<Text>| text.as_ref().map(|text| text.span);
    let anchor = |anchors: &[Anchor]| anchors.first().map(|anchor| anchor.span);
    let placement = &claim.placement;
    let directly =
        placement.before.iter().chain(&placement.after).find(|anchor| anchor.directly == Some(true));
    let all = [
        (Entry::Label.name(), text(&block.label)),
        (Entry::Why.name(), text(&block.why)),
        (Entry::About.name(), text(&block.about)),
        (Entry::Under.name(), text(&block.under)),
        (Entry::Band.name(), placement.band.map(|(_, span)| span)),
        (Entry::Before.name(), anchor(&placement.before)),
        (Entry::After.name(), anchor(&placement.after)),
        (Entry::Directly.name(), directly.map(|anchor| anchor.span)),
    ];
    all.into_iter().filter_map(|(key, span)| Some((key, span?))).collect()
}

fn dropped(library: &Library, lineages: &Lineages, decision: &Decision<'_>) -> Option<Diagnostic> {
    let winner = decision.outcomes.iter().position(|(state, _)| *state == State::Emitted)?;
    let claim = decision.claims[winner];
    if claim.derivation.is_some() || !matches!(claim.source, Source::Profile(_)) {
        return None;
    }
    // Defaults yield by design.
    let is_replaced = |lower: &Claim, cause: Cause| {
        cause == Cause::Claim(winner)
            && lower.level != Level::Default
            && lineages.is_above(claim.source, lower.source)
    };
    let outcomes = decision.claims.iter().zip(&decision.outcomes);
    let below: Vec<&Claim> =
        outcomes.filter(|(lower, (_, cause))| is_replaced(lower, *cause)).map(|(lower, _)| *lower).collect();
    let is_highest = |lower: &Claim| !below.iter().any(|other| lineages.is_above(other.source, lower.source));
    let own = parts(claim);
    let mut lost: Vec<(&'static str, Span, &Claim)> = Vec::new();
    for lower in below.iter().copied().filter(|lower| is_highest(lower)) {
        for (key, span) in parts(lower) {
            if !own.iter().any(|(kept, _)| *kept == key) && !lost.iter().any(|(known, ..)| *known == key) {
                lost.push((key, span, lower));
            }
        }
    }
    let (_, _, first) = lost.first()?;
    let keys: Vec<String> = lost.iter().map(|(key, ..)| format!("`{key}`")).collect();
    let message = format!(
        "`{}` is replaced without {} of the entry below",
        claim.address,
        wording::names(&keys, keys.len())
    );
    let mut finding =
        Diagnostic::new(codes::REPLACED_PARTS, message).at(claim.span, "").about(claim.address.as_str());
    for (key, span, lower) in &lost {
        finding = finding.context(*span, format!("{}: `{key}`", library.source_name(lower.source)));
    }
    let key = Entry::Text.name();
    let text = |claim: &Claim| claim.block().map(|block| fold(&block.text.value).into_owned());
    Some(finding.help(match text(claim) == text(first) {
        true => format!("delete the `{key}`: an entry without one keeps all of the entry below"),
        false => format!("repeat it here, or leave the `{key}` out to keep all of the entry below"),
    }))
}
