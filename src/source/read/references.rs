//! Checks references between files.

use std::collections::BTreeSet;

use crate::model::grammar::{self, Keys as _};
use crate::model::{
    Address, AddressBuf, Code, Content, Diagnostic, KINDS, Library, Seen, Source, Statement, Suggestions,
    Text, address, codes, is_hash_of,
};
use crate::text::ids::slug;

/// Reports references to fragments, profiles and styles that do not exist, and marks the files that contain them as
/// broken.
pub(crate) fn check(library: &mut Library) -> Vec<Diagnostic> {
    let suggestions = Suggestions::default();
    let mut findings = Vec::new();
    let mut broken = BTreeSet::new();
    for fragment in library.fragments.values() {
        for text in fragment.requires.iter().chain(&fragment.excludes) {
            if let Some(finding) = unknown_fragment(library, &suggestions, text) {
                findings.push(finding);
                broken.insert(fragment.file);
            }
        }
    }
    let known = known_kinds(library);
    for profile in library.profiles.values() {
        let fragments = profile.uses.iter().chain(profile.drops.iter().map(|drop| &drop.fragment));
        let mut unknown: Vec<_> =
            fragments.filter_map(|text| unknown_fragment(library, &suggestions, text)).collect();
        unknown
            .extend(profile.extends.iter().filter_map(|text| unknown_profile(library, &suggestions, text)));
        for claim in &profile.claims {
            if let Content::Setting(datum) = &claim.content
                && is_style(&claim.address)
                && let Some(style) = datum.as_str()
                && !library.config.styles.contains_key(style)
            {
                let help = suggestions.did_you_mean(style, library.config.styles.keys().map(String::as_str));
                let finding =
                    Diagnostic::new(codes::BAD_VALUE, format!("the style `{style}` does not exist"));
                unknown.push(finding.at(claim.span, "").help_if(help));
            }
        }
        let unknown_kinds = profile.section_order.iter().filter(|kind| !known.contains(kind.value.as_str()));
        findings.extend(unknown_kinds.map(|kind| unknown_kind(kind, &suggestions, &known)));
        if !unknown.is_empty() {
            broken.insert(profile.file);
            findings.append(&mut unknown);
        }
    }
    let mut config_is_broken = false;
    for requirement in &library.config.requirements {
        let unknown =
            requirement.personas.profiles().filter_map(|text| unknown_profile(library, &suggestions, text));
        let fragments = requirement.fragments.iter().chain(&requirement.without);
        let unknown =
            unknown.chain(fragments.filter_map(|text| unknown_fragment(library, &suggestions, text)));
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
fn known_kinds(library: &Library) -> BTreeSet<&str> {
    KINDS.iter().map(|(kind, ..)| *kind).chain(kinds(library, library.every_source())).collect()
}

/// Returns the kinds that sources use, which any profile may name.
pub(crate) fn kinds(library: &Library, sources: impl IntoIterator<Item = Source>) -> BTreeSet<&str> {
    let mut kinds = BTreeSet::new();
    for source in sources {
        match source {
            Source::Fragment(fragment) => {
                kinds.insert(library.fragments[fragment].section.as_str());
            }
            Source::Profile(profile) => {
                let bodies = library.profiles[profile].claims.iter().filter(|claim| claim.block().is_some());
                kinds.extend(bodies.map(|claim| claim.address.section()));
            }
        }
    }
    kinds
}

fn unknown_kind(kind: &Text, suggestions: &Suggestions, known: &BTreeSet<&str>) -> Diagnostic {
    let message = format!("no fragment or profile has the kind `{}`", kind.value);
    let help = suggestions.did_you_mean(&kind.value, known.iter().copied());
    Diagnostic::new(codes::UNKNOWN_KIND, message).at(kind.span, "").help_if(help)
}

fn is_style(address: &AddressBuf) -> bool {
    matches!(address.parsed(), Address::Style | Address::SectionKey { key: address::STYLE, .. })
}

/// Reports a fragment that does not exist.
fn unknown_fragment(library: &Library, suggestions: &Suggestions, text: &Text) -> Option<Diagnostic> {
    let folder = &library.config.fragments;
    let list =
        if library.profiles.contains_key(&text.value) { Some(grammar::Profile::Extends) } else { None };
    let known = |id: &str| library.fragments.contains_key(id);
    let ids = library.fragments.keys().map(String::as_str);
    if known(&text.value) {
        return None;
    }
    if let Some(moved) = moved_to(library, &text.value) {
        let message = format!("the fragment `{}` does not exist", text.value);
        let help = format!(
            "write `{moved}`: it matches what decisions saw in `{}`, so it may be its new name",
            text.value
        );
        return Some(Diagnostic::new(codes::UNKNOWN_FRAGMENT, message).at(text.span, "").help(help));
    }
    Some(unknown((codes::UNKNOWN_FRAGMENT, "fragment", folder), suggestions, text, list, ids))
}

/// Finds the new name of a fragment that no longer exists: the only fragment whose entries match what the
/// decisions of profiles saw in the old one.
fn moved_to<'l>(library: &'l Library, gone: &str) -> Option<&'l str> {
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for profile in library.profiles.values() {
        let resolutions = profile.resolutions.iter().map(|resolution| (&resolution.at, &resolution.seen));
        let removals = profile.removals.iter().map(|removal| (&removal.target, &removal.seen));
        for (at, pins) in resolutions.chain(removals) {
            let pins = pins.iter().flat_map(Seen::pins).filter(|(name, _)| *name == gone);
            seen.extend(pins.map(|(_, hash)| (at.as_str(), hash)));
        }
    }
    if seen.is_empty() {
        return None;
    }
    let is_there = |fragment: &&crate::model::Fragment| {
        fragment.claims.iter().any(|claim| {
            let is_at = |at: &str| match Address::parse(at).subject() {
                Some(subject) => claim.subject() == Some(subject),
                None => claim.address.as_str() == at,
            };
            let hash = || Statement::hash([&library.statement(claim)]);
            seen.iter().any(|(at, seen)| is_at(at) && is_hash_of(seen, &hash()))
        })
    };
    let mut found = library.fragments.values().filter(is_there);
    let only = found.next().filter(|_| found.next().is_none())?;
    Some(&only.id)
}

/// Reports a profile that does not exist.
fn unknown_profile(library: &Library, suggestions: &Suggestions, text: &Text) -> Option<Diagnostic> {
    let folder = &library.config.profiles;
    let list = if library.fragments.contains_key(&text.value) { Some(grammar::Profile::Use) } else { None };
    let known = |id: &str| library.profiles.contains_key(id);
    let ids = library.profiles.keys().map(String::as_str);
    (!known(&text.value))
        .then(|| unknown((codes::UNKNOWN_PROFILE, "profile", folder), suggestions, text, list, ids))
}

/// Reports a `noun` of this name that is not in `folder`. `list` is the key of profiles where the name would
/// be valid.
fn unknown<'l>(
    (code, noun, folder): (&'static Code, &str, &str),
    suggestions: &Suggestions,
    text: &Text,
    list: Option<grammar::Profile>,
    ids: impl Iterator<Item = &'l str> + Clone,
) -> Diagnostic {
    let finding =
        Diagnostic::new(code, format!("the {noun} `{}` does not exist", text.value)).at(text.span, "");
    if let Some(list) = list {
        let other = if list == grammar::Profile::Use { "fragment" } else { "profile" };
        return finding.help(format!("`{}` is a {other}: profiles list it in {}", text.value, list.shown()));
    }
    let id = id_of(&text.value, folder);
    let rule = format!("the id of a {noun} is its path below {folder}/ without `.toml`");
    let is_path = id != text.value;
    finding.help(match suggestions.nearest(&id, ids.clone()) {
        Some(known) if is_path && known == id => format!("write `{id}`: {rule}"),
        Some(known) if is_path => format!("did you mean `{known}`? ({rule})"),
        Some(known) => format!("did you mean `{known}`?"),
        None => suggestions
            .did_you_mean(&id, ids)
            .unwrap_or_else(|| format!("create {folder}/{id}.toml, or run `cento list {noun}s`")),
    })
}

/// Converts a path to the id that it means: `./fragments/rules/x.toml`, `rules\x` and `rules.x` are
/// `rules/x`.
fn id_of(path: &str, folder: &str) -> String {
    let path = path.trim().replace('\\', "/");
    let path = path.trim_start_matches("./").trim_matches('/');
    let path = path.strip_prefix(folder).and_then(|path| path.strip_prefix('/')).unwrap_or(path);
    let endings = [".toml", ".yaml", ".yml", ".md", ".json", ".txt"];
    let cut = endings.iter().find_map(|ending| {
        let at = path.len().checked_sub(ending.len())?;
        path.get(at..).filter(|end| end.eq_ignore_ascii_case(ending))?;
        path.get(..at)
    });
    let parts: Vec<String> = cut.unwrap_or(path).split(['/', '.']).map(slug).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_mean_ids() {
        let paths = [
            "fragments/rules/x.toml",
            "./fragments/rules/x",
            "/fragments/rules/x.toml",
            "rules/x.toml",
            "rules/x.TOML",
            "rules/x.yaml",
            "rules\\x",
            "fragments\\rules\\x.toml",
            "rules.x",
            "Rules/X",
            "rules/x/",
            " rules/x ",
        ];
        for path in paths {
            assert_eq!(id_of(path, "fragments"), "rules/x", "{path}");
        }
        assert_eq!(id_of("rules/x", "fragments"), "rules/x");
        assert_eq!(id_of("library/rules/x.toml", "library"), "rules/x");
    }
}
