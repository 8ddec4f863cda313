//! Settings of one output that have an effect, and that other outputs of the persona do not have.

use std::collections::BTreeMap;

use crate::compose::{Composition, TargetSettings};
use crate::model::grammar::target_header;
use crate::model::wording::{one_or_many, series};
use crate::model::{Address, Datum, Diagnostic, Span, codes};
use crate::render::front_matter::is_typed;

/// The most keys or targets that a finding names.
const MAX_NAMED: usize = 6;

/// Reports the settings of each output that others do not have, once for all that lack the same ones.
pub(super) fn check(composition: &Composition<'_>) -> Vec<Diagnostic> {
    let targets = &composition.persona.targets;
    let mut findings = Vec::new();
    for other in targets {
        let significant = significant(composition, other);
        let mut lacking: BTreeMap<Vec<&str>, Vec<&TargetSettings<'_>>> = BTreeMap::new();
        for settings in targets {
            let keys = significant
                .iter()
                .map(|(key, _)| *key)
                .filter(|key| lacks(composition, settings, other, key));
            let keys: Vec<&str> = keys.collect();
            if !keys.is_empty() {
                lacking.entry(keys).or_default().push(settings);
            }
        }
        for (keys, lacking) in lacking {
            let at = significant.iter().find(|(key, _)| *key == keys[0]).map(|(_, span)| *span);
            findings.push(finding(other, &keys, &lacking).at_if(at, ""));
        }
    }
    findings
}

/// The settings that an output does not have of the others, by their keys in the profile: `target.kilo.permission`.
pub(super) fn lost<'a>(
    composition: &Composition<'a>,
    settings: &TargetSettings<'a>,
) -> impl Iterator<Item = (String, Option<Span>)> {
    composition.persona.targets.iter().flat_map(move |other| {
        let lost = significant(composition, other).into_iter();
        let lost = lost.filter(move |(key, _)| lacks(composition, settings, other, key));
        let address = |key| Address::TargetKey { target: other.target.name, key }.to_string();
        lost.map(move |(key, span)| (address(key), Some(span)))
    })
}

/// The keys of an output whose values have an effect, with the places that set them.
fn significant(composition: &Composition<'_>, settings: &TargetSettings<'_>) -> Vec<(&'static str, Span)> {
    let target = settings.target;
    let set = settings.values.iter().filter_map(|(name, value, origin)| {
        let key = target.key(name).filter(|key| key.is_significant && !has_no_effect(value))?;
        Some((key.name, (*origin)?.span()))
    });
    // A list of tools that only typed front matter has is no list of the persona.
    let typed = settings.typed_front_matter().map(|(_, origin)| origin.span());
    let persona = &composition.persona;
    let lists = [(target.allow, persona.allow.is_some()), (target.deny, !persona.deny.is_empty())];
    let tools = lists.into_iter().filter(|(_, is_composed)| !is_composed);
    let tools = tools.filter_map(|(list, _)| list.map(|(key, _)| key));
    set.chain(tools.filter(|key| is_typed(settings, key)).filter_map(|key| Some((key, typed?)))).collect()
}

/// Whether a value has no effect, such as `readonly = false`.
pub(super) fn has_no_effect(value: &Datum) -> bool {
    match value {
        Datum::Boolean(truth) => !truth,
        Datum::String(text) => text.is_empty(),
        Datum::List(list) => list.is_empty(),
        Datum::Map(map) => map.is_empty(),
        _ => false,
    }
}

/// Whether an output does not have what another one sets. The structure of a persona has no settings of its outputs.
fn lacks(
    composition: &Composition<'_>,
    settings: &TargetSettings<'_>,
    other: &TargetSettings<'_>,
    key: &str,
) -> bool {
    let target = settings.target;
    let has = || composition.persona.value(settings, key).is_some() || is_typed(settings, key);
    target.name != other.target.name && !target.has_all_fields() && !has()
}

fn finding(other: &TargetSettings<'_>, keys: &[&str], lacking: &[&TargetSettings<'_>]) -> Diagnostic {
    let named = |names: &[&str]| series(names.iter().map(|name| format!("`{name}`")), MAX_NAMED);
    let names: Vec<&str> = lacking.iter().map(|settings| settings.target.name).collect();
    let verb = one_or_many(names.len(), "does", "do");
    let message =
        format!("{} {verb} not have {} of {}", named(&names), named(keys), target_header(other.target.name));
    let can = lacking.iter().filter(|settings| keys.iter().all(|key| settings.target.key(key).is_some()));
    let can: Vec<String> = can.map(|settings| target_header(settings.target.name)).collect();
    let help = (!can.is_empty())
        .then(|| format!("set {} in {} too", named(keys), series(can.iter().cloned(), MAX_NAMED)));
    Diagnostic::new(codes::LOSS, message).help_if(help)
}
