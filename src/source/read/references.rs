//! Checks references between files.

use std::collections::BTreeSet;

use crate::model::{AddressBuf, Content, Diagnostic, KINDS, Library, Text, codes, did_you_mean};

/// Reports references to fragments, profiles and styles that do not exist, and marks the files that contain them as
/// broken.
pub(crate) fn check(library: &mut Library) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut broken = BTreeSet::new();
    for fragment in library.fragments.values() {
        for text in fragment.requires.iter().chain(&fragment.excludes) {
            if let Some(finding) = unknown_fragment(library, text) {
                findings.push(finding);
                broken.insert(fragment.file);
            }
        }
    }
    let spoken = spoken_kinds(library);
    for profile in library.profiles.values() {
        let fragments = profile.uses.iter().chain(profile.drops.iter().map(|drop| &drop.fragment));
        let mut unknown: Vec<_> = fragments.filter_map(|text| unknown_fragment(library, text)).collect();
        unknown.extend(profile.extends.iter().filter_map(|text| unknown_profile(library, text)));
        for claim in &profile.claims {
            if let Content::Setting(datum) = &claim.content
                && is_style(&claim.address)
                && let Some(style) = datum.as_str()
                && !library.config.styles.contains_key(style)
            {
                let help = did_you_mean(style, library.config.styles.keys().map(String::as_str));
                let finding =
                    Diagnostic::new(codes::BAD_VALUE, format!("the style `{style}` does not exist"));
                unknown.push(finding.at(claim.span, "").help_if(help));
            }
        }
        let silent = profile.section_order.iter().filter(|kind| !spoken.contains(kind.value.as_str()));
        findings.extend(silent.map(|kind| silent_kind(kind, &spoken)));
        if !unknown.is_empty() {
            broken.insert(profile.file);
            findings.append(&mut unknown);
        }
    }
    let mut config_is_broken = false;
    for requirement in &library.config.requirements {
        let unknown = requirement.personas.profiles().filter_map(|text| unknown_profile(library, text));
        let fragments = requirement.fragments.iter().chain(&requirement.without);
        let unknown = unknown.chain(fragments.filter_map(|text| unknown_fragment(library, text)));
        let before = findings.len();
        findings.extend(unknown);
        config_is_broken |= findings.len() > before;
    }
    library.config.broken |= config_is_broken;
    for fragment in library.fragments.values_mut() {
        fragment.broken |= broken.contains(&fragment.file);
    }
    for profile in library.profiles.values_mut() {
        profile.broken |= broken.contains(&profile.file);
    }
    findings
}

/// Returns the built-in kinds and those that a fragment or profile uses.
fn spoken_kinds(library: &Library) -> BTreeSet<String> {
    let fragments = library.fragments.values().map(|fragment| fragment.section.clone());
    let claims = library.profiles.values().flat_map(|profile| &profile.claims);
    let bodies =
        claims.filter(|claim| claim.block().is_some()).map(|claim| claim.address.section().to_owned());
    KINDS.iter().map(|(kind, ..)| (*kind).to_owned()).chain(fragments).chain(bodies).collect()
}

fn silent_kind(kind: &Text, spoken: &BTreeSet<String>) -> Diagnostic {
    let message = format!("no fragment or profile has the kind `{}`", kind.value);
    let help = did_you_mean(&kind.value, spoken.iter().map(String::as_str));
    Diagnostic::new(codes::UNKNOWN_KIND, message).at(kind.span, "").help_if(help)
}

fn is_style(address: &AddressBuf) -> bool {
    address.as_str() == "style" || (address.section() == "sections" && address.id() == "style")
}

fn unknown_fragment(library: &Library, text: &Text) -> Option<Diagnostic> {
    if library.fragments.contains_key(&text.value) {
        return None;
    }
    let finding =
        Diagnostic::new(codes::UNKNOWN_FRAGMENT, format!("the fragment `{}` does not exist", text.value));
    let help = did_you_mean(&text.value, library.fragments.keys().map(String::as_str)).unwrap_or_else(|| {
        format!("create {}/{}.toml, or run `cento list fragments`", library.config.fragments, text.value)
    });
    Some(finding.at(text.span, "").help(help))
}

fn unknown_profile(library: &Library, text: &Text) -> Option<Diagnostic> {
    if library.profiles.contains_key(&text.value) {
        return None;
    }
    let finding =
        Diagnostic::new(codes::UNKNOWN_PROFILE, format!("the profile `{}` does not exist", text.value));
    let help = did_you_mean(&text.value, library.profiles.keys().map(String::as_str)).unwrap_or_else(|| {
        format!("create {}/{}.toml, or run `cento list profiles`", library.config.profiles, text.value)
    });
    Some(finding.at(text.span, "").help(help))
}
