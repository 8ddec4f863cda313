//! Laws of factoring: shared entries move, and no persona changes.

use std::collections::{BTreeMap, BTreeSet};

use crate::author::factor::{Options, Survey, survey};
use crate::compose::Composer;
use crate::model::{Content, Library, fold};
use crate::render::{output_path, render};
use crate::workspace::load_texts;
use camino::{Utf8Path, Utf8PathBuf};
use proptest::collection::vec;
use proptest::prelude::*;

use super::cases;
use super::generate::workspace;
use super::shared::fleet;
use super::toml::Layout;
use super::workspace::{Body, Workspace};

type Texts = BTreeMap<Utf8PathBuf, String>;

/// Returns the path and text of every output of every persona; `None` for a persona that does not compose.
fn outputs(library: &Library) -> BTreeMap<String, Option<Vec<(String, String)>>> {
    let composer = Composer::new(library);
    let built = library.profiles.enumerate().filter(|(_, profile)| !profile.is_abstract);
    let output = |(index, profile): (crate::model::ProfileId, &crate::model::Profile)| {
        let texts = composer.compose(index).ok().map(|composition| {
            let targets = composition.persona.targets.iter();
            let text =
                |settings| (output_path(&composition, settings), render(&composition, settings).into_text());
            targets.map(text).collect()
        });
        (profile.id.clone(), texts)
    };
    built.map(output).collect()
}

/// Returns every text of any source, without ids or duplicates.
fn texts_of(library: &Library) -> BTreeSet<String> {
    let fragments = library.fragments.values().flat_map(|fragment| &fragment.claims);
    let profiles = library.profiles.values().flat_map(|profile| &profile.claims);
    let claims = fragments.chain(profiles).filter(|claim| claim.address.section() != "layout");
    let text = |claim: &crate::model::Claim| match &claim.content {
        Content::Block(block) => {
            format!("{} {:?} {}", claim.address.parent(), block.part, fold(&claim.whole_text()))
        }
        _ => format!("{} {}", claim.address, claim.whole_text()),
    };
    claims.map(text).collect()
}

/// Returns the comments of all files, without duplicates.
fn comments(texts: &Texts) -> BTreeSet<String> {
    let lines = texts.values().flat_map(|text| text.lines());
    lines.filter_map(|line| line.find("# note").map(|at| line[at..].trim().to_owned())).collect()
}

/// Options under which everything is proposed, however little it saves.
fn everything() -> Options {
    Options { least_bytes: i64::MIN, ..Options::default() }
}

fn moved(survey: &Survey) -> usize {
    survey.proposals.iter().filter(|proposal| proposal.obstacle.is_none()).count()
}

/// Returns the sources that can be extended: fragments, and profile bodies of one kind.
fn bodies(workspace: &mut Workspace) -> Vec<(String, &mut Body)> {
    let fragments = workspace.fragments.iter_mut().map(|fragment| {
        let kind = fragment.kind().to_owned();
        (kind, &mut fragment.body)
    });
    let profiles = workspace.profiles.iter_mut().flat_map(|profile| &mut profile.body);
    fragments.chain(profiles.map(|(kind, body)| ((*kind).to_owned(), body))).collect()
}

/// Any workspace, with some entries copied to other sources under the same or another id, and with more
/// profiles that are built.
fn spread() -> impl Strategy<Value = Workspace> {
    (workspace(), vec(any::<[u8; 4]>(), 4..12)).prop_map(|(mut workspace, picks)| {
        for [from, which, to, id] in picks {
            let mut bodies = bodies(&mut workspace);
            let (from, to) = (from as usize % bodies.len(), to as usize % bodies.len());
            let entries = &bodies[from].1.entries;
            if bodies[from].0 != bodies[to].0 || entries.is_empty() {
                continue;
            }
            let mut item = entries[which as usize % entries.len()].clone();
            if id % 3 == 0 {
                item.id = ["a", "b", "c", "d", "e", "f"][id as usize / 3 % 6];
            }
            let target = &mut bodies[to].1;
            let is_taken = target.entries.iter().any(|other| other.id == item.id)
                || target.groups.iter().any(|group| group.id == item.id);
            if !is_taken {
                target.entries.push(item);
            }
            workspace.profiles.iter_mut().for_each(|profile| profile.is_abstract &= id % 2 == 0);
        }
        workspace
    })
}

/// Checks what must hold for every workspace before and after factoring.
fn check(before: &Texts) -> Result<(), TestCaseError> {
    let survey = survey(before, &everything());
    let after = &survey.texts;
    let libraries = [load_texts(before).0, load_texts(after).0];
    let [old, new] = [&libraries[0], &libraries[1]];
    prop_assert_eq!(outputs(old), outputs(new), "bytes\n{:#?}", survey.proposals);
    prop_assert_eq!(texts_of(old), texts_of(new), "claims");
    prop_assert_eq!(comments(before), comments(after), "comments\n{:#?}", after);
    for proposal in survey.proposals.iter().filter(|proposal| proposal.obstacle.is_none()) {
        let fragment = new.fragments.get(&proposal.name).expect("the fragment is new");
        for entry in &proposal.entries {
            let stands = fragment.claims.iter().any(|claim| claim.address.as_str() == entry.address);
            prop_assert!(stands, "{} is not in {}", entry.address, proposal.name);
            for place in entry.places.iter().filter(|place| place.source != proposal.name) {
                let source = new.source_by_name(&place.source);
                let claims = source.map_or(&[][..], |source| match source {
                    crate::model::Source::Fragment(index) => &new.fragments[index].claims,
                    crate::model::Source::Profile(index) => &new.profiles[index].claims,
                });
                let again = claims
                    .iter()
                    .any(|claim| claim.address.as_str() == place.address && claim.whole_text() == entry.text);
                prop_assert!(!again, "{} says {} still", place.source, place.address);
            }
        }
    }
    let again = crate::author::factor::survey(after, &everything());
    prop_assert_eq!(moved(&again), 0, "again: {:#?}\nin {:#?}", again.proposals, after);
    prop_assert_eq!(&again.texts, after);
    let usual = crate::author::factor::survey(before, &Options::default());
    let again = crate::author::factor::survey(&usual.texts, &Options::default());
    prop_assert_eq!(moved(&again), 0, "again, as usual: {:#?}\nin {:#?}", again.proposals, usual.texts);
    Ok(())
}

proptest! {
    #![proptest_config(cases(150))]

    /// Factoring keeps every byte of every persona, loses no claim or comment, leaves one copy of what was
    /// repeated, and finds nothing more the second time, in any workspace.
    #[test]
    fn factoring_changes_no_persona(workspace in spread()) {
        check(&workspace.texts(Layout::PLAIN))?;
    }

    /// The same for personas that share much, in different orders, under other ids and with comments.
    #[test]
    fn factoring_a_fleet_that_shares_much_changes_no_persona(texts in fleet()) {
        check(&texts)?;
    }
}

/// Moving entries that some personas share makes others movable; one run finds both.
#[test]
fn entries_freed_by_the_first_round_move_too() {
    let rule = "{ text = \"touch the plan\", level = \"default\" }";
    let profile = |head: &str, rules: &str| {
        let body = format!("[body]\nrules = {{ never = {{ {rules} }} }}\n");
        format!("description = \"Plans\"\n{head}\n{}", if rules.is_empty() { "" } else { &body })
    };
    let files = [
        ("fragments/rules/one.toml", format!("[never]\na = \"touch the plan\"\nb = {rule}\n")),
        ("fragments/rules/two.toml", format!("[never]\na = {rule}\nb = {rule}\n")),
        ("profiles/base.toml", profile("use = [\"rules/one\"]", &format!("a = {rule}, b = {rule}"))),
        ("profiles/me.toml", profile("extends = [\"mid\"]\nuse = [\"rules/two\"]", "")),
        ("profiles/mid.toml", profile("", &format!("b = {rule}"))),
    ];
    check(&files.into_iter().map(|(path, text)| (path.into(), text)).collect()).expect("the laws hold");
}

#[test]
fn fleets_that_share_much_are_factored() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut moved_groups, mut left_out, mut renamed, mut reordered) = (0, 0, 0, 0);
    for _ in 0..60 {
        let texts = fleet().new_tree(&mut runner).expect("a fleet is made").current();
        let survey = survey(&texts, &everything());
        moved_groups += moved(&survey);
        left_out += survey.proposals.len() - moved(&survey);
        let entries = || {
            survey
                .proposals
                .iter()
                .filter(|proposal| proposal.obstacle.is_none())
                .flat_map(|proposal| &proposal.entries)
        };
        renamed +=
            entries().filter(|entry| entry.places.iter().any(|place| place.address != entry.address)).count();
        let orders = |texts: &Texts| {
            texts
                .iter()
                .filter(|(path, text)| {
                    path.starts_with(Utf8Path::new("profiles")) && text.contains("order =")
                })
                .count()
        };
        reordered += orders(&survey.texts).saturating_sub(orders(&texts));
    }
    let any = spread();
    let moved_in_any: usize = (0..60)
        .map(|_| {
            let texts =
                any.new_tree(&mut runner).expect("a workspace is made").current().texts(Layout::PLAIN);
            moved(&survey(&texts, &everything()))
        })
        .sum();
    assert!(moved_in_any > 15, "{moved_in_any}");
    println!(
        "moved {moved_groups} and {moved_in_any}, left out {left_out}, renamed {renamed}, reordered {reordered}"
    );
    assert!(moved_groups > 100 && renamed > 50 && reordered > 20);
    assert!(left_out * 5 < moved_groups, "most that is shared can move");
}
