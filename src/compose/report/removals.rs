//! Findings about removals: stale ones, which remove claims that they never saw, and unpinned ones.

use super::super::Composition;
use super::super::lineage::Lineages;
use super::super::merge::{Decision, State};
use crate::model::grammar::{self, Keys as _, Remove};
use crate::model::{Claim, Diagnostic, Library, ProfileId, Removal, Seen, Source, codes, is_hash_of};

/// Findings about the removals that take part in a composition: its own that are not pinned, and those of the whole
/// lineage that take a claim which they never saw.
pub(in crate::compose) fn removals(
    library: &Library,
    lineages: &Lineages,
    composition: &Composition<'_>,
) -> Vec<Diagnostic> {
    let root = composition.lineage[composition.lineage.len() - 1];
    let removers = Removers { library, lineages, composition, root };
    let mut findings = Vec::new();
    for removal in &library.profiles[root].removals {
        findings.extend(removers.unpinned(removal));
    }
    for (address, decision) in
        composition.decisions.iter().filter(|(_, decision)| !decision.removals.is_empty())
    {
        findings.extend(removers.stale(address, decision));
    }
    findings
}

struct Removers<'c, 'a> {
    library: &'a Library,
    lineages: &'c Lineages,
    composition: &'c Composition<'a>,
    root: ProfileId,
}

impl Removers<'_, '_> {
    fn id(&self, profile: ProfileId) -> &str {
        &self.library.profiles[profile].id
    }

    /// A removal of the profile itself that has no `seen`, or one that cannot hold.
    fn unpinned(&self, removal: &Removal) -> Option<Diagnostic> {
        let at = removal.target.as_str();
        let (id, target) = (self.id(self.root), removal.target.span);
        let Some(decision) = self.composition.decisions.get(at) else {
            let seen = removal.seen.as_ref()?;
            let is_list =
                self.composition.decisions.keys().any(|address| crate::model::address::is_below(address, at));
            let seen_key = Remove::Seen.shown();
            let message = format!("`{at}` is not a single entry, and {seen_key} pins only those");
            let finding = Diagnostic::new(codes::BAD_VALUE, message).at(seen.span, "").about(at);
            let note = "the removal of a section or group removes everything below the profile, including later additions";
            return is_list
                .then(|| finding.context(target, "").note(note).help(format!("delete {seen_key}")));
        };
        let (message, note) = match &removal.seen {
            None => (
                format!("the removal of `{at}` has no {}", Remove::Seen.shown()),
                "without it, the removal also removes entries that other sources add there later",
            ),
            Some(seen) if seen.has_old_hashes() => (
                format!("the removal of `{at}` has hashes of the old form"),
                "they have 24 bits, so a source can be changed to a text with the same hash",
            ),
            Some(_) => return None,
        };
        let is_below = |claim: &&Claim| self.lineages.is_above(Source::Profile(self.root), claim.source);
        decision.claims.iter().copied().find(is_below)?;
        let finding = Diagnostic::new(codes::UNPINNED_REMOVAL, message).at(target, "").about(at).note(note);
        // A removal that is refused cannot be reaffirmed either; its conflict says what to do.
        let is_refused =
            self.composition.conflicts.iter().any(|conflict| conflict.at == at && !conflict.is_tension());
        let help = format!("pin it to the current texts:\n    cento resolve {id} {at} --reaffirm");
        Some(finding.help_if((!is_refused).then_some(help)))
    }

    /// Reports claims that a removal removes without having seen them.
    fn stale(&self, at: &str, decision: &Decision<'_>) -> Option<Diagnostic> {
        let removed = decision.claims.iter().zip(&decision.outcomes);
        let strangers: Vec<&Claim> = removed
            .filter(|(claim, (state, _))| *state == State::Removed && !self.is_seen(at, decision, claim))
            .map(|(claim, _)| *claim)
            .collect();
        let first = strangers.first()?;
        let is_over = |(profile, _): &&(ProfileId, &Removal)| {
            self.lineages.is_above(Source::Profile(*profile), first.source)
        };
        let (profile, removal) = decision.removals.iter().rfind(is_over).or(decision.removals.last())?;
        let (id, own) = (self.id(*profile), self.id(self.root));
        let message = format!("the removal of `{at}` in `{id}` also removes unseen claims");
        let finding =
            Diagnostic::new(codes::STALE_REMOVAL, message).at(removal.target.span, "removed here").about(at);
        let known = |claim: &Claim| {
            let name = self.library.source_name(claim.source);
            removal.seen.iter().flat_map(Seen::pins).any(|(seen, _)| seen == name)
        };
        let finding = strangers.iter().fold(finding, |finding, claim| {
            let what = if known(claim) { "changed" } else { "new" };
            finding.context(claim.span, format!("{}: {what}", self.library.source_name(claim.source)))
        });
        let finding = finding.reason(removal.reason.as_ref());
        if strangers.iter().all(|claim| self.reaches(*profile, claim.source)) {
            let command = format!("cento resolve {id} {at} --reaffirm");
            return Some(finding.help(format!("if all of it should be removed:\n    {command}")));
        }
        let path = self.library.profile_path(&self.library.profiles[self.root]);
        let seen = self.composition.seen_below(self.library, at);
        let seen: Vec<String> = seen.iter().map(|(name, hash)| format!("\"{name}\" = \"{hash}\"")).collect();
        let finding =
            finding.note(format!("`{id}` removed the claims of its own sources; `{own}` has others"));
        Some(finding.help(format!("to keep it, write the entry in {path}")).help(format!(
            "to remove it as well, add to {path}:\n    {}\n    {} = \"{at}\"\n    {} = {{ {} }}\n    {} = \"...\"",
            grammar::headers(grammar::Profile::Remove.name()),
            Remove::Target.name(),
            Remove::Seen.name(),
            seen.join(", "),
            Remove::Reason.name()
        )))
    }

    /// Returns whether a removal has seen a claim that it removes. The removal of a section or group covers
    /// everything in it. An unpinned removal has seen the claims of its own profile's sources, and is
    /// reported there.
    fn is_seen(&self, at: &str, decision: &Decision<'_>, claim: &Claim) -> bool {
        let name = self.library.source_name(claim.source);
        let now = super::super::hash(self.library, claim);
        decision.removals.iter().any(|(profile, removal)| {
            let is_over = self.lineages.is_above(Source::Profile(*profile), claim.source);
            is_over
                && match &removal.seen {
                    _ if removal.target.as_str() != at => true,
                    None => self.reaches(*profile, claim.source),
                    Some(seen) => seen.pins().any(|(seen, hash)| seen == name && is_hash_of(hash, &now)),
                }
        })
    }

    /// Returns whether a profile of the lineage includes a source itself.
    fn reaches(&self, profile: ProfileId, source: Source) -> bool {
        super::reaches(self.lineages, self.composition, profile, source)
    }
}
