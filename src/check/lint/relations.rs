//! Reports relations between subjects that no rule has.

use std::collections::BTreeSet;

use crate::model::grammar::{Entry, Subject};
use crate::model::{Diagnostic, Library, codes, nearest};

/// Reports relations in `[subjects]` with a side that no rule is about.
pub(super) fn unused(library: &Library) -> Vec<Diagnostic> {
    let subjects = &library.config.subjects;
    if subjects.declared.is_empty() {
        return Vec::new();
    }
    let of_rules: BTreeSet<&str> = library.claims().filter_map(|claim| claim.subject()).collect();
    // `reached` holds the subjects that some rule implies, `reaching` those that imply the subject of some rule.
    let reached: BTreeSet<&str> = of_rules.iter().flat_map(|subject| subjects.obliges(subject)).collect();
    let reaching: BTreeSet<&str> = subjects
        .declared
        .iter()
        .flat_map(|relation| [relation.subject.as_str(), relation.other.as_str()])
        .filter(|subject| subjects.obliges(subject).any(|implied| of_rules.contains(implied)))
        .collect();
    let mut findings = Vec::new();
    for relation in &subjects.declared {
        let (subject, other) = (relation.subject.as_str(), relation.other.as_str());
        let meets_other = if relation.excludes { reached.contains(other) } else { reaching.contains(other) };
        let missing: Vec<_> =
            [(&relation.subject, reached.contains(subject)), (&relation.other, meets_other)]
                .into_iter()
                .filter(|(_, is_met)| !is_met)
                .map(|(side, _)| side)
                .collect();
        let Some(first) = missing.first() else { continue };
        let verb = if relation.excludes { Subject::Excludes.name() } else { Subject::Implies.name() };
        let names: Vec<String> = missing.iter().map(|side| format!("`{}`", side.value)).collect();
        let message =
            format!("`{subject}` {verb} `{other}`, but no rule is about {}", names.join(" or about "));
        let mut finding = Diagnostic::new(codes::UNUSED_RELATION, message);
        // A subject has no relation to itself.
        let others = of_rules.iter().copied().filter(|known| ![subject, other].contains(known));
        for side in &missing {
            let near = nearest(&side.value, others.clone()).map(|near| format!("did you mean `{near}`?"));
            finding = finding.at(side.span, "").help_if(near);
        }
        let help =
            format!("delete the relation, or add `{} = \"{}\"` to a rule", Entry::About.name(), first.value);
        findings.push(finding.help(help));
    }
    findings
}
