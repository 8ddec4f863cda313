//! Which targets a persona has: those that its lineage sets, without those that a profile above takes away.

use super::lineage::Lineages;
use super::votes::{self, Tally, Vote};
use crate::model::{Diagnostic, Library, Profile, ProfileId, Text, codes, did_you_mean, grammar};

/// Returns the names of the targets, in the order in which the lineage sets them, or those of the workspace if it sets
/// none. Also returns the findings.
pub(super) fn chosen<'a>(
    library: &'a Library,
    lineages: &Lineages,
    root: ProfileId,
    order: &[ProfileId],
) -> (Vec<&'a str>, Vec<Diagnostic>) {
    let chosen = Chosen { library, root, order };
    let mut findings = Vec::new();
    let mut names: Vec<(usize, &'a str)> = Vec::new();
    let mut taken: Vec<(&'a str, Vote)> = Vec::new();
    for name in chosen.mentioned() {
        let setters = chosen.votes(name, |profile| &profile.targets);
        let takers = chosen.votes(name, |profile| &profile.without_targets);
        let Tally { kept, contradicted } = votes::tally(lineages, &setters, &takers);
        match kept.first() {
            Some(first) => names.push((chosen.rank(*first, name), name)),
            None => taken.extend(takers.last().map(|taker| (name, *taker))),
        }
        let is_idle =
            |taker: &&Vote| setters.iter().all(|setter| votes::is_above(lineages, *setter, **taker));
        findings.extend(takers.iter().filter(is_idle).map(|taker| chosen.without_effect(name, *taker)));
        findings.extend(contradicted.into_iter().map(|taker| chosen.conflict(name, taker, kept[0])));
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

    fn votes(&self, name: &str, list: impl Fn(&'a Profile) -> &'a Vec<Text>) -> Vec<Vote> {
        let vote = |(id, profile): (ProfileId, &'a Profile)| {
            list(profile).iter().find(|text| text.value == name).map(|text| (id, text.span))
        };
        self.profiles().filter_map(vote).collect()
    }

    /// The place of a target among all that the lineage sets.
    fn rank(&self, setter: Vote, name: &str) -> usize {
        let all =
            self.profiles().flat_map(|(id, profile)| profile.targets.iter().map(move |text| (id, text)));
        all.take_while(|(id, text)| *id != setter.0 || text.value != name).count()
    }

    /// The finding about a target that a profile takes away although no parent has it.
    fn without_effect(&self, name: &str, (taker, span): Vote) -> Diagnostic {
        let header = grammar::target_header(name);
        let message = format!("no parent of `{}` has `{header}` to remove", self.library.profiles[taker].id);
        let named = self.profiles().flat_map(|(_, profile)| &profile.targets);
        Diagnostic::new(codes::REMOVE_UNMATCHED, message)
            .at(span, "")
            .help_if(did_you_mean(name, named.map(|text| text.value.as_str())))
            .help("delete the line")
    }

    fn conflict(&self, name: &str, taker: Vote, setter: Vote) -> Diagnostic {
        let id = |profile: ProfileId| &self.library.profiles[profile].id;
        let (takes, sets, header) = (id(taker.0), id(setter.0), grammar::target_header(name));
        let peers = [(taker, format!("taken away by `{takes}`")), (setter, format!("set by `{sets}`"))];
        votes::conflict(format!("`{takes}` takes `{header}` away, and `{sets}` sets it"), peers).help(
            format!(
                "write `{header}` in {} to keep it, or set it to `false` there to leave it out",
                self.library.profile_path(&self.library.profiles[self.root]),
            ),
        )
    }

    fn none_left(&self, (_, span): Vote) -> Diagnostic {
        let message = format!("`{}` has no target left", self.library.profiles[self.root].id);
        Diagnostic::new(codes::EMPTY_PERSONA, message).at(span, "the last one is taken away here").help(
            format!(
                "set a target in {}, or delete this line",
                self.library.profile_path(&self.library.profiles[self.root])
            ),
        )
    }
}
