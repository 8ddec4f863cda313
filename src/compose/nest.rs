//! Nested entries: those that are printed under another entry of their list.
//!
//! An item or step names the entry that it is under. Entries under the same one are a list of their own, ordered among
//! themselves. In the persona each follows the entry that it is under, with the number of entries above it.
//!
//! An entry that cannot be under the one that it names is an error, and is placed in the list itself. So no entry is
//! lost because another one is.

use std::collections::BTreeMap;

use super::arrange::Entries;
use super::merge::Decisions;
use super::persona::{Block, Entry};
use crate::model::grammar::{Entry as Key, Keys as _, Profile as ProfileKey, Remove, headers};
use crate::model::{Claim, Diagnostic, Profile, Suggestions, TargetSet, Text, address, codes, wording};

/// The maximum number of levels above a nested entry.
pub(crate) const MAX_DEPTH: usize = 8;

/// Orders the entries of a list with `order`, and puts nested entries after the one that they are under. Also returns
/// the findings.
pub(super) fn nested<'a>(
    place: &'a str,
    profile: &Profile,
    decisions: &Decisions<'a>,
    entries: Entries<'a>,
    order: impl FnMut(Entries<'a>) -> Vec<Entry<'a>>,
) -> (Vec<Entry<'a>>, Vec<Diagnostic>) {
    let is_flat = |entry: &Entry<'_>| entry.under().is_none();
    let mut nest = Nest {
        place,
        profile,
        decisions,
        lists: BTreeMap::new(),
        order,
        out: Vec::new(),
        findings: Vec::new(),
    };
    if entries.iter().flat_map(|(_, blocks)| blocks).all(is_flat) {
        return ((nest.order)(entries), nest.findings);
    }
    nest.divide(entries);
    nest.emit(None, 0, &TargetSet::default());
    nest.cut_cycles();
    debug_assert!(nest.lists.is_empty(), "every entry is in the result");
    (nest.out, nest.findings)
}

struct Nest<'c, 'a, O> {
    /// The address of the list.
    place: &'a str,
    profile: &'c Profile,
    decisions: &'c Decisions<'a>,
    /// The entries under each id, or under none, that are not in the result yet.
    lists: BTreeMap<Option<&'a str>, Entries<'a>>,
    order: O,
    out: Vec<Entry<'a>>,
    findings: Vec<Diagnostic>,
}

impl<'a, O: FnMut(Entries<'a>) -> Vec<Entry<'a>>> Nest<'_, 'a, O> {
    /// Divides the entries by the entry that they are under. Those whose entry is not here are under none.
    fn divide(&mut self, entries: Entries<'a>) {
        let is_listed = |blocks: &[Entry<'_>]| match blocks {
            [Entry::Block(block), ..] => block.part.is_listed(),
            [Entry::Conflict(_), ..] => true,
            _ => false,
        };
        let known = entries.iter().map(|(at, blocks)| (address::id(at), is_listed(blocks)));
        let known: BTreeMap<&'a str, bool> = known.collect();
        let suggestions = Suggestions::default();
        for (address, blocks) in entries {
            for entry in blocks {
                let under = entry.under().filter(|under| {
                    let is_listed = known.get(under.as_str()).copied();
                    if is_listed != Some(true) {
                        let listed = known.iter().filter(|(id, is_listed)| **is_listed && **id != entry.id());
                        let names = listed.map(|(id, _)| *id);
                        let help = suggestions.did_you_mean(under.as_str(), names);
                        self.findings.push(self.misplaced(address, under, is_listed.is_some(), help));
                    }
                    is_listed == Some(true)
                });
                let list = self.lists.entry(under.map(Text::as_str)).or_default();
                match list.last_mut() {
                    Some((last, blocks)) if *last == address => blocks.push(entry),
                    _ => list.push((address, vec![entry])),
                }
            }
        }
    }

    /// Adds the entries under an id, or under none, to the result, each with those under it. They have at most the targets
    /// of the entry that they are under.
    fn emit(&mut self, under: Option<&'a str>, depth: usize, targets: &TargetSet) {
        let Some(list) = self.lists.remove(&under) else { return };
        if depth > MAX_DEPTH {
            return self.flatten(list, targets);
        }
        let mut entries = (self.order)(list).into_iter().peekable();
        let mut reached: Option<TargetSet> = None;
        while let Some(entry) = entries.next() {
            let (id, own) = self.push(entry, depth, targets);
            // Several versions of one entry share those under it.
            let all = reached.take().map_or_else(|| own.clone(), |others| others.or(&own));
            if entries.peek().is_some_and(|next| next.id() == id) {
                reached = Some(all);
            } else {
                self.emit(Some(id), depth + 1, &all);
            }
        }
    }

    /// Adds an entry to the result. Returns its id and its targets.
    fn push(&mut self, mut entry: Entry<'a>, depth: usize, targets: &TargetSet) -> (&'a str, TargetSet) {
        let (id, own) = match &mut entry {
            Entry::Block(block) => {
                block.depth = depth;
                self.findings.extend(self.limited(block, targets));
                block.targets = block.targets.and(targets);
                (block.address.id(), block.targets.clone())
            }
            Entry::Group(group) => (group.id, targets.clone()),
            Entry::Conflict(address) => (address.id(), targets.clone()),
        };
        self.out.push(entry);
        (id, own)
    }

    /// The finding for a locked entry that would lack outputs because the one that it is under does, and for an entry that no
    /// output would have.
    fn limited(&self, block: &Block<'a>, targets: &TargetSet) -> Option<Diagnostic> {
        let under = block.under?;
        let (own, left) = (&block.targets, block.targets.and(targets));
        let locked = self.decisions.get(block.address.as_str())?.locked_targets();
        let is_unlocked = locked.is_some_and(|kept| kept.and(targets) != kept);
        if !is_unlocked && (own.is_empty() || !left.is_empty()) {
            return None;
        }
        let (parent, limiting) = match self.limiting(under.as_str()) {
            Some((parent, claim)) => (parent, Some(claim)),
            None => (address::below(self.place, under.as_str()), None),
        };
        let limits = targets.describe().unwrap_or_default();
        let own = own.describe().filter(|_| !is_unlocked).unwrap_or_else(|| "locked".to_owned());
        let message = format!("`{}` is {own}, but `{parent}`, which it is under, is {limits}", block.address);
        let (only, not) = (Key::Only.shown(), Key::Not.shown());
        let place = if is_unlocked { " where it is locked" } else { "" };
        let help = format!(
            "remove {only} or {not} from `{parent}`, or limit `{}` in the same way{place}",
            block.address
        );
        let finding = Diagnostic::new(codes::NESTING, message).at(under.span, "");
        let finding =
            limiting.into_iter().fold(finding, |finding, claim| finding.context(claim.span, "limited here"));
        Some(finding.help(help).in_persona(&self.profile.id).about(block.address.as_str()))
    }

    /// The nearest entry with limits of its own, from an id on through those that it is under, and the claim that has them.
    fn limiting(&self, mut id: &'a str) -> Option<(String, &'a Claim)> {
        for _ in 0..=MAX_DEPTH {
            let at = address::below(self.place, id);
            let decision = self.decisions.get(at.as_str())?;
            if decision.emitted().any(|claim| !decision.targets(claim).is_all()) {
                let limited = decision.claims.iter().rev().find(|claim| !claim.targets.is_all());
                return limited.map(|claim| (at, *claim));
            }
            id = decision.emitted().find_map(|claim| claim.block()?.under.as_ref())?.as_str();
        }
        None
    }

    /// Adds entries that are under too many others, and all under these, at the last depth.
    fn flatten(&mut self, list: Entries<'a>, targets: &TargetSet) {
        for under in list.iter().filter_map(|(_, blocks)| blocks.first()?.under()) {
            let message = format!("an entry of `{}` is under more than {MAX_DEPTH} others", self.place);
            let finding = Diagnostic::new(codes::NESTING, message).at(under.span, "");
            let help = format!("put it under an entry further out, or delete {}", Key::Under.shown());
            self.findings.push(finding.help(help).in_persona(&self.profile.id));
        }
        let mut lists = vec![list];
        while let Some(list) = lists.pop() {
            for entry in (self.order)(list) {
                let (id, _) = self.push(entry, MAX_DEPTH, targets);
                lists.extend(self.lists.remove(&Some(id)));
            }
        }
    }

    /// Reports the cycles of entries under each other, and adds each to the result from its first id on.
    fn cut_cycles(&mut self) {
        let mut under: BTreeMap<&'a str, &'a Text> = BTreeMap::new();
        for (address, blocks) in self.lists.values().flatten() {
            if let Some(text) = blocks.first().and_then(Entry::under) {
                under.entry(address::id(address)).or_insert(text);
            }
        }
        while let Some(cycle) = self.next_cycle(&under) {
            self.findings.push(self.cycle(&cycle, &under));
            let first = cycle[0];
            let key = under.get(first).map(|text| text.as_str());
            let list = self.lists.remove(&key).unwrap_or_default();
            let (cut, rest): (Entries<'a>, Entries<'a>) =
                list.into_iter().partition(|(at, _)| address::id(at) == first);
            if !rest.is_empty() {
                self.lists.insert(key, rest);
            }
            self.lists.insert(None, cut);
            self.emit(None, 0, &TargetSet::default());
        }
    }

    /// Finds a cycle among the entries that are not in the result yet, from its first id on.
    fn next_cycle(&self, under: &BTreeMap<&'a str, &'a Text>) -> Option<Vec<&'a str>> {
        let mut path = vec![self.lists.keys().next().copied().flatten()?];
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        let mut cycle = loop {
            let last = path[path.len() - 1];
            places.insert(last, path.len() - 1);
            let next = under.get(last)?.as_str();
            match places.get(next) {
                Some(at) => break path.split_off(*at),
                None => path.push(next),
            }
        };
        let least = (0..cycle.len()).min_by_key(|at| cycle[*at]).unwrap_or(0);
        cycle.rotate_left(least);
        Some(cycle)
    }

    fn cycle(&self, cycle: &[&str], under: &BTreeMap<&'a str, &'a Text>) -> Diagnostic {
        let names: Vec<&str> = cycle.iter().chain(cycle.first()).copied().collect();
        let message = match cycle {
            [only] => format!("`{}` is under itself", address::below(self.place, only)),
            _ => format!("nesting cycle in `{}`: {}", self.place, wording::chain(&names)),
        };
        let mut finding = Diagnostic::new(codes::NESTING, message);
        for id in cycle.iter().take(wording::MAX_CHAIN) {
            if let Some(text) = under.get(id) {
                finding = finding.at(text.span, format!("`{id}` is under `{}`", text.value));
            }
        }
        let help = match cycle {
            [_] => format!("delete {}", Key::Under.shown()),
            _ => format!("delete {} in one of them", Key::Under.shown()),
        };
        finding.help(help).in_persona(&self.profile.id)
    }

    /// The finding for an entry under one that the list does not have, or that cannot have entries under it.
    fn misplaced(&self, child: &str, under: &Text, is_here: bool, similar: Option<String>) -> Diagnostic {
        let parent = address::below(self.place, under.as_str());
        let finding = |message| {
            Diagnostic::new(codes::NESTING, message)
                .at(under.span, "")
                .in_persona(&self.profile.id)
                .about(child)
        };
        if is_here {
            return finding(format!("`{child}` cannot be under `{parent}`"))
                .note("only items, steps and rules have entries under them")
                .help(format!("name one of these, or delete {}", Key::Under.shown()));
        }
        let message = format!(
            "`{child}` is under `{}`, which `{}` of `{}` does not have",
            under.value, self.place, self.profile.id
        );
        let help = format!("delete {}, or name another entry", Key::Under.shown());
        let Some(decision) = self.decisions.get(parent.as_str()) else {
            return finding(message).help_if(similar).help(help);
        };
        let finding = match decision.removals.first() {
            Some((_, removal)) => finding(message).context(removal.target.span, "removed here"),
            None => finding(message).note(format!("`{parent}` is overridden in this persona")),
        };
        let removal = format!(
            "to leave it out too, add to the profile:\n        {}\n        {} = \"{child}\"",
            headers(ProfileKey::Remove.name()),
            Remove::Target.name(),
        );
        finding.help(removal).help(format!("to keep it, {help}"))
    }
}
