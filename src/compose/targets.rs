//! Which targets a persona has: those that its lineage sets, without those that a profile above takes away.

use super::lineage::Lineages;
use crate::model::{
    Diagnostic, Library, Profile, ProfileId, Source, Span, Text, codes, did_you_mean, grammar,
};

/// A profile that sets a target or takes it away, and where.
type Place = (ProfileId, Span);

/// Returns the names of the targets, in the order in which the lineage sets them, or those of the workspace if it sets
/// none. Also returns the findings.
pub(super) fn chosen<'a>(
    library: &'a Library,
    lineages: &Lineages,
    root: ProfileId,
    order: &[ProfileId],
) -> (Vec<&'a str>, Vec<Diagnostic>) {
    let chosen = Chosen { library, lineages, root, order };
    let mut findings = Vec::new();
    let mut names: Vec<(usize, &'a str)> = Vec::new();
    let mut taken: Vec<(&'a str, Place)> = Vec::new();
    for name in chosen.mentioned() {
        let (setters, takers) = (chosen.places(name, |profile| &profile.targets), chosen.takers(name));
        let kept: Vec<Place> = setters
            .iter()
            .copied()
            .filter(|setter| !takers.iter().any(|taker| chosen.is_above(*taker, *setter)))
            .collect();
        if let Some(first) = kept.first() {
            names.push((chosen.rank(*first, name), name));
        } else {
            taken.extend(takers.last().map(|taker| (name, *taker)));
        }
        for taker in &takers {
            let is_idle = setters.iter().all(|setter| chosen.is_above(*setter, *taker));
            let is_overridden = kept.iter().chain(&takers).any(|other| chosen.is_above(*other, *taker));
            match kept.first() {
                _ if is_idle => findings.push(chosen.without_effect(name, *taker)),
                Some(setter) if !is_overridden => findings.push(chosen.conflict(name, *taker, *setter)),
                _ => {}
            }
        }
    }
    names.sort_unstable();
    let mut names: Vec<&str> = names.into_iter().map(|(_, name)| name).collect();
    if names.is_empty() {
        let defaults = || library.config.targets.iter().map(String::as_str);
        let left = defaults().filter(|name| !taken.iter().any(|(other, _)| other == name));
        names.extend(left);
        if let (true, Some((_, taker))) = (names.is_empty(), taken.last()) {
            findings.push(chosen.none_left(*taker));
            names.extend(defaults());
        }
    }
    (names, findings)
}

/// What decides about the targets of a persona.
struct Chosen<'c, 'a> {
    library: &'a Library,
    lineages: &'c Lineages,
    root: ProfileId,
    order: &'c [ProfileId],
}

impl<'a> Chosen<'_, 'a> {
    fn profiles(&self) -> impl Iterator<Item = (ProfileId, &'a Profile)> {
        self.order.iter().map(|profile| (*profile, &self.library.profiles[*profile]))
    }

    /// Every target that a profile sets or takes away, once.
    fn mentioned(&self) -> Vec<&'a str> {
        let mut names = Vec::new();
        for (_, profile) in self.profiles() {
            for name in profile.targets.iter().chain(&profile.without_targets) {
                if !names.contains(&name.value.as_str()) {
                    names.push(name.value.as_str());
                }
            }
        }
        names
    }

    fn places(&self, name: &str, list: impl Fn(&'a Profile) -> &'a Vec<Text>) -> Vec<Place> {
        let place = |(id, profile): (ProfileId, &'a Profile)| {
            list(profile).iter().find(|text| text.value == name).map(|text| (id, text.span))
        };
        self.profiles().filter_map(place).collect()
    }

    fn takers(&self, name: &str) -> Vec<Place> {
        self.places(name, |profile| &profile.without_targets)
    }

    fn is_above(&self, upper: Place, lower: Place) -> bool {
        self.lineages.is_above(Source::Profile(upper.0), Source::Profile(lower.0))
    }

    /// The place of a target among all that the lineage sets.
    fn rank(&self, setter: Place, name: &str) -> usize {
        let all =
            self.profiles().flat_map(|(id, profile)| profile.targets.iter().map(move |text| (id, text)));
        all.take_while(|(id, text)| *id != setter.0 || text.value != name).count()
    }

    /// The finding about a target that a profile takes away although no parent has it.
    fn without_effect(&self, name: &str, (taker, span): Place) -> Diagnostic {
        let header = grammar::target_header(name);
        let message = format!("no parent of `{}` has `{header}` to remove", self.library.profiles[taker].id);
        let named = self.profiles().flat_map(|(_, profile)| &profile.targets);
        Diagnostic::new(codes::REMOVE_UNMATCHED, message)
            .at(span, "")
            .help_if(did_you_mean(name, named.map(|text| text.value.as_str())))
            .help("delete the line")
    }

    fn conflict(&self, name: &str, (taker, taken_at): Place, (setter, set_at): Place) -> Diagnostic {
        let id = |profile: ProfileId| &self.library.profiles[profile].id;
        let header = grammar::target_header(name);
        let message = format!("`{}` takes `{header}` away, and `{}` sets it", id(taker), id(setter));
        Diagnostic::new(codes::DROP_CONFLICT, message)
            .at(taken_at, format!("taken away by `{}`", id(taker)))
            .at(set_at, format!("set by `{}`", id(setter)))
            .note("neither profile extends the other, so neither takes precedence")
            .help(format!(
                "write `{header}` in {} to keep it, or set it to `false` there to leave it out",
                self.library.profile_path(&self.library.profiles[self.root]),
            ))
    }

    fn none_left(&self, (_, span): Place) -> Diagnostic {
        let message = format!("`{}` has no target left", self.library.profiles[self.root].id);
        Diagnostic::new(codes::EMPTY_PERSONA, message).at(span, "the last one is taken away here").help(
            format!(
                "set a target in {}, or delete this line",
                self.library.profile_path(&self.library.profiles[self.root])
            ),
        )
    }
}
