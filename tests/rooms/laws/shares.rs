//! Laws about contributions: the share of each source in a persona.

use crate::analyse::diff::{Credit, contributions, cumulative};
use crate::check::Checker;
use crate::compose::Composition;
use crate::model::Diagnostic;
use crate::render::render;
use proptest::prelude::*;

use super::cases;
use super::generate::workspace;
use super::view::Loaded;
use super::workspace::ROOT;

proptest! {
    #![proptest_config(cases(60))]

    /// All credits and the layout add up to the whole document, exactly; removing a fragment that contributes
    /// nothing changes nothing; and the last step of the cumulative view is the whole document.
    #[test]
    fn credits_add_up_and_the_last_step_is_the_whole_document(workspace in workspace()) {
        let loaded = Loaded::new(&workspace);
        let checker = Checker::new(&loaded.library, &loaded.findings);
        let index = loaded.library.profiles.id_of(ROOT).expect("the root is there");
        let Ok(composition) = checker.composer().compose(index) else { return Ok(()) };
        for settings in &composition.persona.targets {
            let all = contributions(&loaded.library, &checker, &composition, settings.target, None);
            let sum: Credit = all.sources.iter().map(|source| source.credit).sum();
            prop_assert_eq!(sum + all.layout, Credit::from_integer(all.text.len() as u64));
            let steps = cumulative(&loaded.library, &checker, &composition, settings.target);
            prop_assert_eq!(&steps.last().expect("there is a first step").text, &all.text);
            for source in &all.sources {
                let says_nothing = composition.decisions.values().flat_map(|decision| &decision.claims)
                    .all(|claim| claim.source != source.source);
                if let (true, Some(without)) = (says_nothing, &source.without) {
                    prop_assert_eq!(without, &all.text);
                }
            }
        }
    }

    /// A persona without a fragment that shares decisions and sections with the whole one is the same as one composed alone.
    #[test]
    fn a_persona_that_shares_with_the_whole_one_is_the_same(workspace in workspace()) {
        let loaded = Loaded::new(&workspace);
        let checker = Checker::new(&loaded.library, &loaded.findings);
        let index = loaded.library.profiles.id_of(ROOT).expect("the root is there");
        let Ok(whole) = checker.composer().compose(index) else { return Ok(()) };
        let known = |found: &Diagnostic| whole.findings.iter().any(|other| other.message == found.message);
        for fragment in whole.selection.fragments.keys() {
            let shared = checker.composer().compose_without(&whole, *fragment);
            let alone = checker.composer().compose_with(index, &|other| other != *fragment);
            let (Ok(shared), Ok(alone)) = (&shared, &alone) else {
                prop_assert_eq!(format!("{:?}", shared.as_ref().err()), format!("{:?}", alone.as_ref().err()));
                continue;
            };
            for settings in &alone.persona.targets {
                let [shared, alone] = [shared, alone].map(|persona| render(persona, settings));
                prop_assert_eq!(format!("{shared:?}"), format!("{alone:?}"));
            }
            let decided = |persona: &Composition<'_>| {
                let Composition { decisions, settled, conflicts, .. } = persona;
                format!("{decisions:?} {settled:?} {conflicts:?}")
            };
            let new = |persona: &Composition<'_>| -> Vec<String> {
                let found = persona.findings.iter().filter(|found| found.is_error() && !known(found));
                found.map(|found| format!("{found:?}")).collect()
            };
            prop_assert_eq!(new(shared), new(alone));
            prop_assert_eq!(decided(shared), decided(alone));
            prop_assert_eq!(&shared.persona.fields_in_text, &alone.persona.fields_in_text);
        }
    }
}
