//! Laws about inputs: the layout of files, the order and grouping of fragments, added fragments and texts,
//! and deleted resolutions.

use std::collections::BTreeSet;

use crate::compose::{Composer, Decision, State};
use crate::model::{Level, codes};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::cases;
use super::generate::{another_fragment, workspace};
use super::toml::{Headers, Layout};
use super::view::{At, Loaded, View, all_targets, meaning};
use super::workspace::{Fragment, Profile, ROOT, Spot, Workspace};

/// Any layout.
pub(crate) fn layout() -> impl Strategy<Value = Layout> {
    let headers = select(vec![Headers::Outer, Headers::All, Headers::None, Headers::Dotted]);
    (headers, any::<[bool; 5]>()).prop_map(|(headers, [verbose, strings, loose, carriage_returns, mark])| {
        Layout { headers, verbose, strings, loose, carriage_returns, mark }
    })
}

/// Regroups the fragments that the root uses into intermediate profiles. The assignment gives the profile of
/// each fragment; zero is the root itself. Fragments that a profile drops stay where they are, since `drop`
/// depends on layers.
fn grouped(workspace: &Workspace, assignment: &[u8; 8], nested: u8) -> Workspace {
    let mut grouped = workspace.clone();
    let dropped = workspace.dropped();
    let mut groups: Vec<Profile> = (1..=3)
        .map(|number| Profile { id: format!("group-{number}"), is_abstract: true, ..Profile::default() })
        .collect();
    let mut own = Vec::new();
    for (id, group) in grouped.root().uses.drain(..).zip(assignment) {
        match *group as usize % 4 {
            0 => own.push(id),
            _ if dropped.contains(id.as_str()) => own.push(id),
            group => groups[group - 1].uses.push(id),
        }
    }
    grouped.root().uses = own;
    // A group is a parent of the next one, or of the root.
    for number in 0..groups.len() {
        let id = groups[number].id.clone();
        match groups.get_mut(number + 1).filter(|_| nested >> number & 1 == 1) {
            Some(next) => next.extends.push(id),
            None => grouped.root().extends.push(id),
        }
    }
    let root = grouped.profiles.pop().expect("a workspace has its root");
    grouped.profiles.extend(groups);
    grouped.profiles.push(root);
    grouped
}

/// Fragments without content.
fn empty_fragment() -> impl Strategy<Value = Fragment> {
    (select(vec!["rules/empty", "voice/empty", "empty/empty"]), any::<bool>(), any::<bool>()).prop_map(
        |(id, template, summary)| Fragment {
            id: id.to_owned(),
            template,
            summary: summary.then_some("says nothing"),
            ..Fragment::default()
        },
    )
}

/// Returns whether an address has one undisputed value.
fn is_resolved(at: &At) -> bool {
    !at.is_open && at.subject.is_none() && !at.states.values().any(|state| *state == State::Conflicted)
}

/// Returns the addresses whose rules can affect those at `address`: rules about the same subject, or about
/// subjects connected by declared relations.
fn related(workspace: &Workspace, address: &str) -> BTreeSet<String> {
    let rules = workspace.rules();
    let mut addresses = BTreeSet::from([address.to_owned()]);
    let mut subjects: BTreeSet<&str> = BTreeSet::new();
    loop {
        let known = (addresses.len(), subjects.len());
        for (address, subject) in &rules {
            if addresses.contains(address) {
                subjects.insert(subject);
            }
        }
        for (subject, _, other) in &workspace.relations {
            if subjects.contains(subject) || subjects.contains(other) {
                subjects.extend([*subject, *other]);
            }
        }
        let about = rules.iter().filter(|(_, subject)| subjects.contains(subject));
        addresses.extend(about.map(|(address, _)| address.clone()));
        if known == (addresses.len(), subjects.len()) {
            return addresses;
        }
    }
}

proptest! {
    #![proptest_config(cases(200))]

    /// The same bytes on every run and machine, whatever the TOML's layout or line endings.
    #[test]
    fn law_1_determinism(workspace in workspace(), layout in layout()) {
        let first = Loaded::new(&workspace);
        let again = Loaded::new(&workspace);
        prop_assert_eq!(first.view(), again.view());
        prop_assert_eq!(first.bytes(), again.bytes());

        // All personas at once, on several threads.
        let index = again.library.profiles.id_of(ROOT).unwrap();
        if let Ok(composition) = &Composer::new(&again.library).compose_all()[index] {
            let bytes = all_targets(composition, |settings| crate::render::render(composition, settings).into_text());
            prop_assert_eq!(&first.bytes(), &bytes);
        }

        let laid_out = Loaded::laid_out(&workspace, layout);
        let texts = workspace.texts(layout);
        prop_assert_eq!(first.view(), laid_out.view(), "laid out as {:#?}", texts);
        prop_assert_eq!(first.bytes(), laid_out.bytes(), "laid out as {:#?}", texts);
    }

    /// Using a fragment twice, or by two routes, changes nothing.
    #[test]
    fn law_2_idempotence(workspace in workspace(), which: Index, at: Index) {
        let loaded = Loaded::new(&workspace);
        let Ok(composition) = loaded.root() else { return Ok(()) };
        // A `use` above a `drop` restores the fragment, and one next to it contradicts it: neither is
        // neutral.
        let dropped = workspace.dropped();
        let used: Vec<String> = composition.selection.fragments.keys()
            .map(|index| loaded.library.fragments[*index].id.clone())
            .filter(|id| !dropped.contains(id.as_str()))
            .collect();
        prop_assume!(!used.is_empty());
        let fragment = which.get(&used);

        // By a parent and by the root itself. Fragments of a parent keep their position.
        let mut twice = workspace.clone();
        if !twice.root().uses.contains(fragment) {
            let at = at.index(twice.root().uses.len() + 1);
            twice.root().uses.insert(at, fragment.clone());
            let twice = Loaded::new(&twice);
            prop_assert_eq!(loaded.view(), twice.view());
            prop_assert_eq!(loaded.bytes(), twice.bytes());
        }

        // By a parent, a second parent, and a child of the first: a diamond.
        let route = |id: &str, extends: &[&str]| Profile {
            id: id.to_owned(),
            is_abstract: true,
            extends: extends.iter().map(|id| (*id).to_owned()).collect(),
            uses: vec![fragment.clone()],
            ..Profile::default()
        };
        let over = |routes: Vec<Profile>| {
            let mut over = workspace.clone();
            let root = over.profiles.len() - 1;
            over.root().extends.extend(routes.iter().map(|route| route.id.clone()));
            over.profiles.splice(root..root, routes);
            Loaded::new(&over)
        };
        let one = over(vec![route("route-1", &[])]);
        let both = over(vec![route("route-1", &[]), route("route-2", &[]), route("route-3", &["route-1"])]);
        prop_assert_eq!(loaded.view(), one.view());
        prop_assert_eq!(one.view(), both.view());
        prop_assert_eq!(one.bytes(), both.bytes());
    }

    /// Shuffling `use` leaves values, conflicts and exit code unchanged.
    #[test]
    fn law_3_permutation(workspace in workspace(), keys: [u8; 16]) {
        let mut shuffled = workspace.clone();
        for (number, profile) in shuffled.profiles.iter_mut().enumerate() {
            let mut uses: Vec<_> = profile.uses.drain(..).enumerate().collect();
            uses.sort_by_key(|(place, _)| keys[(number * 5 + place) % keys.len()]);
            profile.uses = uses.into_iter().map(|(_, id)| id).collect();
        }
        prop_assert_eq!(Loaded::new(&workspace).view(), Loaded::new(&shuffled).view());
    }

    /// Any grouping of fragments through intermediate profiles without claims of their own equals the flat
    /// list.
    #[test]
    fn law_4_bundling(workspace in workspace(), mut assignment: [u8; 8], nested: u8) {
        let flat = Loaded::new(&workspace);
        let bundled = grouped(&workspace, &assignment, nested);
        prop_assert_eq!(flat.view(), Loaded::new(&bundled).view(), "bundled as {:?}", bundled);

        // If the grouping keeps the order, the bytes are equal too. Groups precede the fragments that the
        // root uses itself.
        for group in &mut assignment {
            *group = (*group % 4).wrapping_sub(1) % 4;
        }
        assignment.sort_unstable();
        for group in &mut assignment {
            *group = (*group + 1) % 4;
        }
        let dropped = workspace.dropped();
        if !workspace.profiles.iter().any(|profile| profile.uses.iter().any(|id| dropped.contains(id.as_str()))) {
            let bundled = grouped(&workspace, &assignment, nested);
            let loaded = Loaded::new(&bundled);
            prop_assert_eq!(flat.view(), loaded.view(), "bundled as {:?}", bundled);
            prop_assert_eq!(flat.bytes(), loaded.bytes(), "bundled as {:?}", bundled);
        }
    }

    /// An empty fragment changes nothing.
    #[test]
    fn law_5_neutral_element(
        workspace in workspace(),
        empty in empty_fragment(),
        which: Index,
        place: Index,
    ) {
        let mut more = workspace.clone();
        let profile = which.index(more.profiles.len());
        let place = place.index(more.profiles[profile].uses.len() + 1);
        more.profiles[profile].uses.insert(place, empty.id.clone());
        more.fragments.push(empty);
        let (loaded, more) = (Loaded::new(&workspace), Loaded::new(&more));
        prop_assert_eq!(loaded.view(), more.view());
        prop_assert_eq!(loaded.bytes(), more.bytes());
    }

    /// Adding a fragment leaves a resolved field unchanged, turns it into a conflict, or replaces a
    /// `default`. The same holds for everything that has a single value.
    #[test]
    fn law_6_no_action_at_a_distance(workspace in workspace(), extra in another_fragment()) {
        let mut more = workspace.clone();
        more.root().uses.push(extra.id.clone());
        more.fragments.push(extra);
        let (loaded, more_loaded) = (Loaded::new(&workspace), Loaded::new(&more));
        let (Ok(before), Ok(after)) = (loaded.root(), more_loaded.root()) else { return Ok(()) };
        let (fields_before, fields_after) = (View::of(&loaded, &before).fields, View::of(&more_loaded, &after).fields);
        let is_mood_same = fields_before.get("mood") == fields_after.get("mood");
        let (view_before, view_after) = (View::of(&loaded, &before), View::of(&more_loaded, &after));
        for (address, decision) in &before.decisions {
            let at = &view_before.addresses[*address];
            let is_rule = decision.claims.iter().any(|claim| claim.force().is_some());
            let is_list = matches!(*address, "tags" | "tools.allow" | "tools.deny");
            // A decision without `seen` also applies to claims that it did not see.
            let is_unpinned = workspace.profiles.iter().flat_map(|profile| &profile.resolutions)
                .any(|resolution| resolution.at == *address && resolution.seen.is_none());
            if is_rule || is_list || is_unpinned || !is_resolved(at) {
                continue;
            }
            let was_default = decision.claims.iter().zip(&decision.outcomes)
                .filter(|(_, (state, _))| *state != State::Removed)
                .all(|(claim, _)| claim.level == Level::Default);
            let later = &view_after.addresses[*address];
            let says = |decision: &Decision<'_>| decision.emitted().map(meaning).collect::<BTreeSet<_>>();
            let is_same = says(decision) == says(&after.decisions[*address]);
            prop_assert!(
                is_same || was_default || !is_resolved(later),
                "{}: {:?}, and then {:?}, with {:?}", address, at, later, more
            );
            if let Some(name) = address.strip_prefix("fields.") {
                let is_same = same_field(&fields_before, &fields_after, name);
                prop_assert!(is_same || was_default || !is_resolved(later), "{} with {:?}", address, more);
            } else if is_same && is_mood_same && is_resolved(later) {
                prop_assert_eq!(at.stands.len(), later.stands.len(), "{} with {:?}", address, more);
            }
        }
    }

    /// A claim at one address cannot change the text at another, except through a declared subject relation
    /// or a template field.
    #[test]
    fn law_8_locality(workspace in workspace(), which: Index, text in 0..4usize) {
        let mut edited = workspace.clone();
        let mut spots = edited.spots();
        prop_assume!(!spots.is_empty());
        let at = which.index(spots.len());
        let (address, spot) = &mut spots[at];
        let address = address.clone();
        let text = ["something else entirely", "use `SELECT *` in \"production\"", "read the caf\u{e9} plan", "x"][text];
        match spot {
            Spot::Text(old) => text.clone_into(old),
            Spot::Value(old) => **old = super::toml::Node::text(text),
        }
        let (loaded, edited_loaded) = (Loaded::new(&workspace), Loaded::new(&edited));
        let (Ok(before), Ok(after)) = (loaded.root(), edited_loaded.root()) else { return Ok(()) };
        let (before, after) = (View::of(&loaded, &before), View::of(&edited_loaded, &after));

        let mut excepted = related(&workspace, &address);
        excepted.extend(workspace.rules().into_iter().filter(|(at, _)| excepted.contains(at)).map(|(_, subject)| format!("subject.{subject}")).collect::<Vec<_>>());
        // A group that clashes with an entry is in conflict as a whole.
        excepted.extend(address.rsplit_once('.').map(|(parent, _)| parent.to_owned()));
        if address == "fields.mood" {
            excepted.extend(workspace.templates());
        }
        prop_assert_eq!(before.addresses.keys().collect::<Vec<_>>(), after.addresses.keys().collect::<Vec<_>>());
        for (other, at) in before.addresses.iter().filter(|(other, _)| !excepted.contains(*other)) {
            prop_assert_eq!(at, &after.addresses[other], "{} by an edit at {}", other, address);
        }
        let elsewhere = |view: &View| -> Vec<_> {
            view.conflicts.iter().filter(|(at, ..)| !excepted.contains(at)).cloned().collect()
        };
        prop_assert_eq!(elsewhere(&before), elsewhere(&after), "an edit at {}", address);
        prop_assert_eq!((before.tags, before.allow, before.deny), (after.tags, after.allow, after.deny));
        // A section whose rules all lost to other rules about their subject is absent.
        for (section, settings) in before.settings.iter().filter(|(section, _)| after.settings.contains_key(*section)) {
            prop_assert_eq!(settings, &after.settings[section]);
        }
    }

    /// Deleting a resolution reopens a conflict or a warning.
    #[test]
    fn law_9_necessity(workspace in workspace()) {
        let loaded = Loaded::new(&workspace);
        let Ok(composition) = loaded.root() else { return Ok(()) };
        let view = View::of(&loaded, &composition);
        let all: BTreeSet<&str> = workspace.profiles.iter()
            .flat_map(|profile| &profile.resolutions)
            .map(|resolution| resolution.at.as_str())
            .collect();
        for at in all {
            let is_open = view.conflicts.iter().any(|(other, ..)| other == at);
            let is_refused = view.findings.iter().any(|(code, about)| {
                *code == codes::STALE_RESOLUTION.name && about.as_deref() == Some(at)
            });
            let own = composition.profile.resolutions.iter().find(|resolution| resolution.at.value == at);
            let in_force = composition.decisions.get(at).and_then(|decision| decision.resolution);
            let in_force = in_force.map(|settled| settled.resolution).or(own.filter(|_| !is_open && !is_refused));
            // A parent's decision would replace its child's, so all of them are deleted.
            let mut without = workspace.clone();
            for profile in &mut without.profiles {
                profile.resolutions.retain(|resolution| resolution.at != at);
            }
            let reopened = Loaded::new(&without).view().expect("it was composed with the resolution");
            if let Some(resolution) = in_force {
                // The reopened conflict is the one that the decision saw.
                let seen = resolution.seen.as_ref().map(|seen| {
                    seen.value.iter().map(|(name, hash)| (name.value.clone(), hash.value.clone())).collect()
                });
                let mut disputes = reopened.conflicts.iter().filter(|(other, ..)| other == at);
                let is_seen = |sides: &[(String, String)]| -> bool {
                    seen.as_ref().is_none_or(|seen: &BTreeSet<_>| *seen == sides.iter().cloned().collect())
                };
                prop_assert!(disputes.any(|(_, _, sides, _)| is_seen(sides)), "at {}: {:?}", at, reopened.conflicts);
            } else if is_open || is_refused {
                // A resolution that is not applied decides nothing.
                prop_assert_eq!(&view.addresses, &reopened.addresses, "without {}", at);
            }
        }
    }
}

/// Returns whether a field has one value before and after, ignoring white space.
fn same_field(
    before: &std::collections::BTreeMap<String, String>,
    after: &std::collections::BTreeMap<String, String>,
    name: &str,
) -> bool {
    let value = |fields: &std::collections::BTreeMap<String, String>| {
        fields.get(name).map(|value| crate::model::fold(value).into_owned())
    };
    value(before) == value(after)
}
