//! Proves that groups can move: every persona must keep every byte.

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8PathBuf;
use rayon::prelude::*;
use typed_index_collections::TiVec;

use super::Options;
use super::fleet::Fleet;
use super::group::Group;
use super::order::{Lists, lists, order};
use super::plan::Plan;
use super::saving::savings;
use crate::compose::Composition;
use crate::model::layout_keys::ORDER;
use crate::model::{Address, Claim, Content, Datum, Diagnostic, ProfileId, Severity, Source};
use crate::source::edit::EditError;
use crate::trial::{Output, Personas, Texts, Trial, differing, outputs};

/// The parts of a persona that must not change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Persona {
    /// The outputs; empty for an abstract profile.
    outputs: Vec<Output>,
    /// The number of errors and warnings by code.
    findings: BTreeMap<&'static str, usize>,
    lists: Lists,
}

impl Persona {
    fn of(composition: &Composition<'_>) -> Persona {
        let is_abstract = composition.profile.is_abstract;
        Persona {
            outputs: if is_abstract { Vec::new() } else { outputs(composition) },
            findings: counted(&composition.findings),
            lists: lists(composition),
        }
    }
}

fn counted(findings: &[Diagnostic]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.severity != Severity::Note) {
        *counts.entry(finding.code.name).or_default() += 1;
    }
    counts
}

/// Why groups cannot move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Obstacle {
    /// The profiles that would change.
    profiles: BTreeSet<ProfileId>,
    /// The changes.
    pub(super) reason: String,
}

/// The groups that can move and the texts after the moves, and the groups that cannot, with reasons.
pub(super) struct Proof {
    pub(super) texts: Texts,
    pub(super) left_out: BTreeMap<usize, String>,
    /// The groups that can move but save too little.
    pub(super) poor: BTreeSet<usize>,
    /// For groups that can move without some profiles: these profiles, and why they keep their own entries.
    pub(super) apart: BTreeMap<usize, (BTreeSet<ProfileId>, String)>,
}

/// Proves groups against the current workspace.
pub(super) struct Prover<'p, 'f, 'a> {
    fleet: &'p Fleet<'f, 'a>,
    texts: &'p Texts,
    groups: &'p mut [Group<'a>],
    options: &'p Options,
    /// The personas before any move.
    before: TiVec<ProfileId, Option<Persona>>,
    /// The number of errors and warnings in the files, by code.
    findings: BTreeMap<&'static str, usize>,
}

/// The maximum number of attempts per group, each with more profiles left out.
const MAX_ATTEMPTS: usize = 4;

/// The maximum number of names in an `order` that a move may need, unless the profile has a longer one.
const MAX_ORDER: usize = 3;

/// The maximum number of rounds that repair the order of lists.
const MAX_ROUNDS: usize = 8;

impl<'p, 'f, 'a> Prover<'p, 'f, 'a> {
    pub(super) fn new(
        fleet: &'p Fleet<'f, 'a>,
        texts: &'p Texts,
        findings: &[Diagnostic],
        groups: &'p mut [Group<'a>],
        options: &'p Options,
    ) -> Self {
        let before =
            fleet.compositions.raw.par_iter().map(|composition| composition.as_ref().map(Persona::of));
        Prover {
            fleet,
            texts,
            groups,
            options,
            before: before.collect::<Vec<_>>().into(),
            findings: counted(findings),
        }
    }

    /// Finds which of the groups can move together.
    pub(super) fn prove(mut self, chosen: &[usize]) -> Proof {
        let mut poor = BTreeSet::new();
        let mut wanted = chosen.to_vec();
        loop {
            let (left_out, apart) = (BTreeMap::new(), BTreeMap::new());
            let mut proof = Proof { texts: self.texts.clone(), left_out, poor: BTreeSet::new(), apart };
            let mut kept = Vec::new();
            self.settle(&wanted, &mut kept, &mut proof);
            // What a group costs in `use` and `order` is known only now. Without the groups that save too
            // little, others may save more or less.
            kept.retain(|number| self.groups[*number].saves < self.options.least_bytes);
            if kept.is_empty() {
                return Proof { poor, ..proof };
            }
            wanted.retain(|number| !kept.contains(number));
            poor.extend(kept);
        }
    }

    /// Adds those of `numbers` that can move to `kept`. If they fail together, they are tried in two parts,
    /// so that one group cannot block the others.
    fn settle(&mut self, numbers: &[usize], kept: &mut Vec<usize>, proof: &mut Proof) {
        if numbers.is_empty() {
            return;
        }
        let mut together: Vec<usize> = kept.iter().chain(numbers).copied().collect();
        together.sort_unstable();
        let obstacle = match self.attempt(&together, &proof.texts) {
            Ok(plan) => {
                self.keep(&together, plan, proof);
                *kept = together;
                return;
            }
            Err(obstacle) => obstacle,
        };
        if let [number] = numbers {
            self.settle_apart(*number, obstacle, kept, proof);
            return;
        }
        let is_suspect =
            |number: &usize| obstacle.profiles.is_empty() || self.touches(*number, &obstacle.profiles);
        let (suspects, others): (Vec<usize>, Vec<usize>) = numbers.iter().copied().partition(is_suspect);
        if others.is_empty() || suspects.is_empty() {
            let (first, second) = numbers.split_at(numbers.len() / 2);
            self.settle(first, kept, proof);
            self.settle(second, kept, proof);
        } else {
            self.settle(&others, kept, proof);
            self.settle(&suspects, kept, proof);
        }
    }

    /// Adds a group without the profiles that would change, if the rest can move.
    fn settle_apart(&mut self, number: usize, first: Obstacle, kept: &mut Vec<usize>, proof: &mut Proof) {
        let whole = self.groups[number].clone();
        let mut together: Vec<usize> = kept.iter().copied().chain([number]).collect();
        together.sort_unstable();
        let mut apart = first.profiles;
        for _ in 0..MAX_ATTEMPTS {
            let Some(left) = whole.without(self.fleet, &apart, self.options) else { break };
            self.groups[number] = left;
            match self.attempt(&together, &proof.texts) {
                Ok(plan) => {
                    self.keep(&together, plan, proof);
                    *kept = together;
                    proof.apart.insert(number, (apart, first.reason));
                    return;
                }
                Err(obstacle) if obstacle.profiles.is_subset(&apart) => break,
                Err(obstacle) => apart.extend(obstacle.profiles),
            }
        }
        self.groups[number] = whole;
        proof.left_out.insert(number, first.reason);
    }

    /// Adopts a proven plan and the saving of each of its groups.
    fn keep(&mut self, numbers: &[usize], plan: Plan, proof: &mut Proof) {
        let groups: Vec<&Group<'a>> = numbers.iter().map(|number| &self.groups[*number]).collect();
        let saved = savings(self.fleet, self.texts, &plan, &groups);
        for (number, saved) in numbers.iter().zip(saved) {
            self.groups[*number].saves = saved;
        }
        proof.texts = plan.texts;
    }

    fn touches(&self, number: usize, profiles: &BTreeSet<ProfileId>) -> bool {
        let sources = self.groups[number].sources();
        profiles.iter().any(|profile| {
            let composition = self.fleet.compositions[*profile].as_ref();
            composition.is_some_and(|composition| {
                composition.selection.sources.iter().any(|source| sources.contains(source))
            })
        })
    }

    /// Plans the moves, repairs the order of lists, and compares. Personas whose files all equal those in
    /// `proven` are not compared.
    fn attempt(&self, numbers: &[usize], proven: &Texts) -> Result<Plan, Obstacle> {
        let groups: Vec<&Group<'a>> = numbers.iter().map(|number| &self.groups[*number]).collect();
        let unwritten = |error: EditError| Obstacle { profiles: BTreeSet::new(), reason: error.to_string() };
        let mut plan = Plan::new(self.fleet, self.texts, &groups).map_err(unwritten)?;
        self.forget_orders(&mut plan, &groups).map_err(unwritten)?;
        let mut tried: BTreeMap<(ProfileId, String), usize> = BTreeMap::new();
        let mut open: Option<BTreeSet<ProfileId>> = None;
        for _ in 0..MAX_ROUNDS {
            let trial = Trial::new(&plan.texts);
            if let Some(code) = worse(&self.findings, &counted(&trial.findings)) {
                let reason = format!("the files would have one more `{code}`");
                return Err(Obstacle { profiles: BTreeSet::new(), reason });
            }
            let personas = trial.personas();
            let profiles = open.take().unwrap_or_else(|| self.affected(&trial, &personas, proven));
            let now = self.compose(&personas, &profiles);
            let failing: BTreeSet<ProfileId> =
                profiles.iter().copied().filter(|profile| self.differs(*profile, &now, &plan)).collect();
            if failing.is_empty() {
                return Ok(plan);
            }
            let mut mended: BTreeSet<ProfileId> = BTreeSet::new();
            let mut torn: BTreeMap<ProfileId, String> = BTreeMap::new();
            for profile in &failing {
                // The order of a parent also applies to its children.
                if failing.iter().any(|other| self.fleet.builds_on(*profile, *other)) {
                    continue;
                }
                let orders = self.mended(*profile, &now, &plan, &mut tried);
                if let Some(reason) = self.too_long(*profile, &orders) {
                    torn.insert(*profile, reason);
                } else if !orders.is_empty() {
                    let path = self.path(*profile);
                    plan.lay_out(self.texts, &path, orders).map_err(unwritten)?;
                    mended.insert(*profile);
                }
            }
            if let Some(reason) = torn.first_key_value().map(|(_, reason)| reason.clone()) {
                return Err(Obstacle { profiles: torn.into_keys().collect(), reason });
            }
            if mended.is_empty() {
                return Err(self.obstacle(failing, &now));
            }
            let builds_on_mended =
                |profile: &ProfileId| self.lineage(*profile).iter().any(|at| mended.contains(at));
            let others = self.before.keys().filter(builds_on_mended);
            open = Some(others.chain(failing).collect());
        }
        let profiles = open.unwrap_or_default();
        Err(Obstacle { profiles, reason: "the order of a list could not be kept".to_owned() })
    }

    /// Returns a profile and its ancestors. Empty if it could not be composed.
    fn lineage(&self, profile: ProfileId) -> &[ProfileId] {
        self.fleet.compositions[profile].as_ref().map_or(&[], |composition| &composition.lineage)
    }

    /// Returns the profiles that depend on a file that differs from `before`, and those whose files are
    /// unknown.
    fn affected(&self, trial: &Trial<'_>, personas: &Personas<'_>, before: &Texts) -> BTreeSet<ProfileId> {
        let changed = differing(before, trial.texts);
        let is_affected = |profile: &ProfileId| {
            let now = trial.library.profiles.id_of(&self.fleet.library.profiles[*profile].id);
            now.is_none_or(|now| self.lineage(*profile).is_empty() || personas.reaches(now, &changed))
        };
        self.before.keys().collect::<Vec<_>>().into_par_iter().filter(is_affected).collect()
    }

    /// Removes `layout.order` of changed lists from the profiles: it was made for the old files.
    fn forget_orders(&self, plan: &mut Plan, groups: &[&Group<'a>]) -> Result<(), EditError> {
        let mut touched: BTreeSet<&str> = BTreeSet::new();
        for (statement, _) in groups.iter().flat_map(|group| &group.entries) {
            touched.extend([statement.list(), statement.section()]);
        }
        for profile in self.before.keys().filter(|profile| self.before[*profile].is_some()) {
            let claims = self.fleet.claims(Source::Profile(profile)).iter();
            let lists = claims.filter_map(|claim| match claim.address.parsed() {
                Address::Layout { place, key } if key == ORDER.name && touched.contains(place) => {
                    Some((place.to_owned(), None))
                }
                _ => None,
            });
            let orders: BTreeMap<String, Option<Vec<String>>> = lists.collect();
            if !orders.is_empty() {
                plan.lay_out(self.texts, &self.path(profile), orders)?;
            }
        }
        Ok(())
    }

    fn path(&self, profile: ProfileId) -> Utf8PathBuf {
        let library = self.fleet.library;
        library.profile_path(&library.profiles[profile]).to_owned()
    }

    /// Composes profiles in the changed workspace; `None` for those that do not compose.
    fn compose(
        &self,
        personas: &Personas<'_>,
        profiles: &BTreeSet<ProfileId>,
    ) -> BTreeMap<ProfileId, Option<Persona>> {
        let compose = |profile: &ProfileId| {
            let checked = personas.check(&self.fleet.library.profiles[*profile].id);
            (*profile, checked.ok().map(|checked| Persona::of(&checked.composition)))
        };
        profiles.par_iter().map(compose).collect()
    }

    /// Returns the lists of a profile before the moves, with the new ids.
    fn wanted(&self, profile: ProfileId, plan: &Plan) -> Lists {
        let mut lists = self.before[profile].as_ref().map_or(Lists::new(), |before| before.lists.clone());
        for (list, renames) in plan.renames.get(&profile).into_iter().flatten() {
            for id in lists.get_mut(list).into_iter().flatten() {
                if let Some(new) = renames.get(id) {
                    id.clone_from(new);
                }
            }
        }
        lists
    }

    fn differs(&self, profile: ProfileId, now: &BTreeMap<ProfileId, Option<Persona>>, plan: &Plan) -> bool {
        let before = self.before[profile].as_ref();
        match (before, now.get(&profile).and_then(Option::as_ref)) {
            (Some(before), Some(now)) => {
                // An abstract profile has no output, so its lists are compared.
                let is_abstract = self.fleet.library.profiles[profile].is_abstract;
                before.outputs != now.outputs
                    || worse(&before.findings, &now.findings).is_some()
                    || (is_abstract && self.wanted(profile, plan) != now.lists)
            }
            (before, now) => before.is_some() != now.is_some(),
        }
    }

    /// Returns the orders that restore a profile's lists: the shortest on the first try, the full list on the
    /// second.
    fn mended(
        &self,
        profile: ProfileId,
        now: &BTreeMap<ProfileId, Option<Persona>>,
        plan: &Plan,
        tried: &mut BTreeMap<(ProfileId, String), usize>,
    ) -> BTreeMap<String, Option<Vec<String>>> {
        let mut orders = BTreeMap::new();
        let Some(Some(now)) = now.get(&profile) else { return orders };
        for (list, wanted) in self.wanted(profile, plan) {
            let Some(found) = now.lists.get(&list).filter(|found| **found != wanted) else { continue };
            let same: BTreeSet<&String> = found.iter().collect();
            if same != wanted.iter().collect() {
                continue;
            }
            let times = tried.entry((profile, list.clone())).or_default();
            *times += 1;
            match *times {
                1 => drop(orders.insert(list, Some(order(found, &wanted)))),
                2 => drop(orders.insert(list, Some(wanted))),
                _ => {}
            }
        }
        orders
    }

    /// Returns why orders are too long to read, if one is.
    fn too_long(&self, profile: ProfileId, orders: &BTreeMap<String, Option<Vec<String>>>) -> Option<String> {
        let own = self.fleet.claims(Source::Profile(profile));
        let known = |list: &str| {
            let is_order = |claim: &&Claim| matches!(claim.address.parsed(), Address::Layout { place, key } if key == ORDER.name && place == list);
            match own.iter().find(is_order).map(|claim| &claim.content) {
                Some(Content::Setting(Datum::List(names))) => names.len(),
                _ => 0,
            }
        };
        let id = &self.fleet.library.profiles[profile].id;
        orders.iter().find_map(|(list, order)| {
            let names = order.as_ref().map_or(0, Vec::len);
            (self.options.keeps_whole() && names > MAX_ORDER.max(known(list)))
                .then(|| format!("`{id}` would need an `{}` of {names} names for `{list}`", ORDER.name))
        })
    }

    fn obstacle(&self, failing: BTreeSet<ProfileId>, now: &BTreeMap<ProfileId, Option<Persona>>) -> Obstacle {
        let Some(first) = failing.first().copied() else {
            return Obstacle { profiles: failing, reason: String::new() };
        };
        let id = &self.fleet.library.profiles[first].id;
        let before = self.before[first].as_ref();
        let reason = match (before, now.get(&first).and_then(Option::as_ref)) {
            (Some(before), Some(now)) => match worse(&before.findings, &now.findings) {
                Some(code) => format!("`{id}` would have one more `{code}`"),
                None if before.outputs != now.outputs => format!("the bytes of `{id}` would change"),
                None => format!("the order in `{id}` would change"),
            },
            _ => format!("`{id}` could not be composed"),
        };
        Obstacle { profiles: failing, reason }
    }
}

/// Returns a code with more findings than before.
fn worse(
    before: &BTreeMap<&'static str, usize>,
    now: &BTreeMap<&'static str, usize>,
) -> Option<&'static str> {
    now.iter()
        .find(|(code, count)| before.get(*code).is_none_or(|before| before < *count))
        .map(|(code, _)| *code)
}
