//! What the generator reaches: a law proves something only if its subject occurs.

use std::collections::{BTreeMap, BTreeSet};

use crate::compose::{Composition, Problem, State};
use crate::model::{Choice, Claim, Level, Part, Source};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::generate::workspace;
use super::view::{Loaded, blocks, meaning, said};
use super::workspace::Workspace;

/// Every feature, and how many of [`WORKSPACES`] must have it.
const FEATURES: [(&str, usize); 83] = [
    ("sound", 40),
    ("several generations", 35),
    ("a profile by two routes", 30),
    ("a fragment by two routes", 95),
    ("abstract root", 6),
    ("dropped fragment", 30),
    ("Emitted", 155),
    ("Agreed", 70),
    ("Subsumed", 15),
    ("Shadowed", 105),
    ("Removed", 90),
    ("Overruled", 70),
    ("Conflicted", 75),
    ("overruled by combine", 10),
    ("overruled by a resolution", 60),
    ("overruled by subject", 6),
    ("agreed in another spelling", 10),
    ("default", 135),
    ("locked", 120),
    ("Different", 15),
    ("Locked", 15),
    ("Contradiction", 15),
    ("Weakening", 2),
    ("Removal", 5),
    ("LockedRemoval", 20),
    ("Clash", 20),
    ("Widening", 30),
    ("NoTools", 1),
    ("Tension", 4),
    ("settled Different", 20),
    ("settled Locked", 20),
    ("settled Contradiction", 10),
    ("settled Weakening", 4),
    ("settled Removal", 4),
    ("settled Widening", 30),
    ("settled Tension", 6),
    ("open about a subject", 15),
    ("about two subjects", 2),
    ("take", 50),
    ("set", 15),
    ("set with a force", 3),
    ("keep", 8),
    ("pinned", 60),
    ("unpinned-resolution", 8),
    ("stale-resolution", 15),
    ("not applied: Stale", 10),
    ("not applied: NotASide", 3),
    ("not applied: KeepsOneValue", 10),
    ("not applied: Lock", 4),
    ("not applied: WrongValue", 4),
    ("not applied: Rival", 1),
    ("combine", 65),
    ("template filled in", 55),
    ("template that fails", 15),
    ("Title", 65),
    ("Lead", 75),
    ("Prose", 70),
    ("Item", 115),
    ("Step", 80),
    ("Never", 45),
    ("Avoid", 40),
    ("May", 45),
    ("Should", 45),
    ("Must", 45),
    ("Always", 50),
    ("band", 90),
    ("before", 95),
    ("after", 85),
    ("directly", 30),
    ("order-directly", 2),
    ("order-not-adjacent", 5),
    ("order-cycle", 7),
    ("order-anchor", 10),
    ("about", 115),
    ("label", 85),
    ("why", 80),
    ("allow", 105),
    ("deny", 105),
    ("tags", 115),
    ("title", 80),
    ("section", 80),
    ("target setting", 35),
    ("relation", 125),
];

const WORKSPACES: usize = 400;

/// Returns the features of a workspace and of its composition.
fn features(workspace: &Workspace, loaded: &Loaded, composition: &Composition<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut has = |feature: &str, holds: bool| {
        if holds {
            found.insert(feature.to_owned());
        }
    };
    has("sound", !composition.findings.iter().any(|finding| finding.breaks_file()));
    has("relation", !workspace.relations.is_empty());
    has("abstract root", composition.profile.is_abstract);
    let generations = composition.lineage.windows(3).any(|three| {
        let above = |upper: crate::model::ProfileId, lower: crate::model::ProfileId| {
            loaded.lineages.is_above(Source::Profile(upper), Source::Profile(lower))
        };
        above(three[1], three[0]) && above(three[2], three[1])
    });
    has("several generations", generations);
    let children = |parent: crate::model::ProfileId| {
        let id = &loaded.library.profiles[parent].id;
        let children = composition
            .lineage
            .iter()
            .filter(|child| loaded.library.profiles[**child].extends.iter().any(|text| text.value == *id));
        children.count()
    };
    has("a profile by two routes", composition.lineage.iter().any(|parent| children(*parent) > 1));
    has("a fragment by two routes", composition.selection.fragments.values().any(|uses| uses.len() > 1));
    has("dropped fragment", !composition.selection.dropped.is_empty());

    for decision in composition.decisions.values() {
        for (claim, (state, cause)) in decision.claims.iter().zip(&decision.outcomes) {
            has(&format!("{state:?}"), true);
            has(&format!("overruled by {}", cause_name(cause)), *state == State::Overruled);
            let is_respelled = |other: &Claim| meaning(other) == meaning(claim) && said(other) != said(claim);
            let emitted = decision.emitted().next();
            has("agreed in another spelling", *state == State::Agreed && emitted.is_some_and(is_respelled));
            has("default", claim.level == Level::Default);
            has("locked", claim.level == Level::Locked);
            let placement = &claim.placement;
            has("band", placement.band.is_some());
            has("before", !placement.before.is_empty());
            has("after", !placement.after.is_empty());
            let mut anchors = placement.before.iter().chain(&placement.after);
            has("directly", anchors.any(|anchor| anchor.directly == Some(true)));
            if let Some(block) = claim.block() {
                has("about", block.about.is_some());
                has("label", block.label.is_some());
                has("why", block.why.is_some());
            }
        }
        if let (Some(settled), Some(disagreement)) = (decision.resolution, &decision.disagreement) {
            has(&format!("settled {:?}", disagreement.kind), true);
            has("take", matches!(settled.resolution.choice, Choice::Take(_)));
            has("set", matches!(settled.resolution.choice, Choice::Set(_)));
            has("set with a force", settled.resolution.force.is_some());
            has("keep", matches!(settled.resolution.choice, Choice::KeepBoth(_)));
            has("pinned", settled.resolution.seen.is_some());
        }
    }
    for conflict in &composition.conflicts {
        has(&format!("{:?}", conflict.kind), true);
        let is_subject = conflict.at.starts_with("subject.");
        has("open about a subject", is_subject);
        let claims = conflict.sides.iter().flat_map(|side| &side.claims);
        let subjects: BTreeSet<_> = claims.filter_map(|claim| claim.subject()).collect();
        has("about two subjects", is_subject && subjects.len() > 1);
        if let Some((_, problem)) = conflict.unapplied() {
            has(&format!("not applied: {}", problem_name(problem)), true);
        }
    }
    for finding in &composition.findings {
        has(finding.code.name, true);
    }
    has("template that fails", composition.findings.iter().any(|finding| finding.code.name == "template"));
    has("combine", composition.decisions.contains_key("combine"));
    for block in blocks(composition).values().flatten() {
        match block.part {
            Part::Rule(force) => has(&format!("{force:?}"), true),
            part => has(&format!("{part:?}"), true),
        }
    }
    let persona = &composition.persona;
    let is_filled = persona.fields_in_text.iter().any(|name| persona.field(name).is_some());
    has("template filled in", is_filled);
    has("allow", persona.allow.is_some());
    has("deny", !persona.deny.is_empty());
    has("tags", !persona.tags.is_empty());
    has("title", persona.title.is_some());
    has("section", persona.sections.iter().any(|section| section.heading.origin.is_some()));
    has("target setting", persona.targets.iter().any(|target| !target.values.is_empty()));
    found
}

fn cause_name(cause: &crate::compose::Cause) -> &'static str {
    match cause {
        crate::compose::Cause::Resolution => "a resolution",
        crate::compose::Cause::Combine => "combine",
        crate::compose::Cause::Subject => "subject",
        _ => "something else",
    }
}

fn problem_name(problem: &Problem<'_>) -> &'static str {
    match problem {
        Problem::Stale(_) => "Stale",
        Problem::Older => "Older",
        Problem::NeedsForce => "NeedsForce",
        Problem::Below => "Below",
        Problem::Rival(_) => "Rival",
        Problem::NotASide => "NotASide",
        Problem::KeepsOneValue => "KeepsOneValue",
        Problem::Lock => "Lock",
        Problem::WrongValue(_) => "WrongValue",
        Problem::Unresolvable => "Unresolvable",
    }
}

/// Every feature, state and kind of disagreement occurs, and every workspace loads.
#[test]
fn the_generator_reaches_everything() {
    let mut runner = TestRunner::deterministic();
    let strategy = workspace();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..WORKSPACES {
        let workspace = strategy.new_tree(&mut runner).expect("nothing is rejected").current();
        let loaded = Loaded::new(&workspace);
        let errors: Vec<_> = loaded.findings.iter().filter(|finding| finding.is_error()).collect();
        assert!(errors.is_empty(), "{errors:?} in {workspace:?}");
        if let Ok(composition) = loaded.root() {
            for feature in features(&workspace, &loaded, &composition) {
                *counts.entry(feature).or_default() += 1;
            }
        }
    }
    let count = |feature: &str| counts.get(feature).copied().unwrap_or_default();
    let rare: Vec<_> = FEATURES
        .iter()
        .filter(|(feature, least)| count(feature) < *least)
        .map(|(feature, least)| format!("{feature}: {} of at least {least}", count(feature)))
        .collect();
    assert!(rare.is_empty(), "{rare:#?}\n{counts:#?}");
}
