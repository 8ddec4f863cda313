//! What is empty: a persona without content, and sections and groups that lost all their entries.

use std::collections::BTreeMap;

use crate::compose::{Cause, Composition, Decision, Entry, State};
use crate::model::grammar::{self, Profile};
use crate::model::{Claim, Diagnostic, Library, Part, Span, address, codes, wording};

/// Reports what is empty: for a persona without other errors, that all of it is. An abstract profile may leave its content
/// to its children.
pub(super) fn check(library: &Library, composition: &Composition<'_>, is_wrong: bool) -> Vec<Diagnostic> {
    let emptiness = Emptiness { library, composition };
    let is_abstract = composition.profile.is_abstract;
    let findings = match emptiness.is_persona_empty() {
        true if is_abstract || is_wrong => Vec::new(),
        true => vec![emptiness.persona()],
        false => emptiness.lists(),
    };
    let findings = findings.into_iter().map(|finding| finding.in_persona(&composition.profile.id));
    library.config.severities.applied(findings.collect())
}

struct Emptiness<'c, 'a> {
    library: &'a Library,
    composition: &'c Composition<'a>,
}

/// Whether an entry has content: titles have none, and a conflict is reported as what it is.
fn has_content(entry: &Entry<'_>) -> bool {
    match entry {
        Entry::Block(block) => block.part != Part::Title,
        Entry::Group(group) => group.lead.is_some() || group.entries.iter().any(has_content),
        Entry::Conflict(_) => true,
    }
}

fn is_heading(claim: &Claim) -> bool {
    claim.block().is_some_and(|block| matches!(block.part, Part::Title | Part::Lead))
}

/// Whether a decision has a place in the persona: a text, or the marker of a conflict.
fn is_shown(decision: &Decision<'_>) -> bool {
    let is_set = decision.resolution.is_some_and(|settled| settled.sets()) && decision.subject.is_none();
    is_set
        || decision.is_open
        || decision.outcomes.iter().any(|(state, _)| matches!(state, State::Emitted | State::Conflicted))
}

impl<'a> Emptiness<'_, 'a> {
    fn is_persona_empty(&self) -> bool {
        let sections = &self.composition.persona.sections;
        !sections.iter().flat_map(|section| &section.entries).any(has_content)
    }

    fn persona(&self) -> Diagnostic {
        let id = &self.composition.profile.id;
        let path = self.library.profile_path(self.composition.profile);
        let start = Span::new(self.composition.profile.file, 0..0);
        let finding = Diagnostic::new(codes::EMPTY_PERSONA, format!("`{id}` has no content")).at(start, "");
        let lost =
            self.entries().filter(|(_, decision)| !decision.claims.iter().all(|claim| is_heading(claim)));
        let finding = match lost.count() {
            0 => finding,
            count => finding.note(format!(
                "{} of its sources {} removed, overridden or overruled",
                wording::count(count, "entry"),
                wording::one_or_many(count, "is", "are")
            )),
        };
        let help = format!(
            "add fragments to `{}`, or entries to `{}`; or, if only others extend it, `{} = true`: {{}}",
            Profile::Use.name(),
            grammar::header([Profile::Body.name()]),
            Profile::Abstract.name()
        );
        finding.help_in(&help, path.as_str())
    }

    /// The decisions about entries of the body.
    fn entries(&self) -> impl Iterator<Item = (&'a str, &Decision<'a>)> {
        let decisions = self.composition.decisions.iter().map(|(address, decision)| (*address, decision));
        decisions.filter(|(_, decision)| decision.claims.iter().any(|claim| claim.is_entry()))
    }

    /// The sections and groups that lost all their entries, other than by a removal of the whole.
    fn lists(&self) -> Vec<Diagnostic> {
        let mut lists: BTreeMap<&str, Vec<&Decision<'a>>> = BTreeMap::new();
        for (address, decision) in self.entries() {
            let mut list = address;
            while let Some(parent) =
                Some(address::list(list)).filter(|parent| *parent != list && !parent.is_empty())
            {
                lists.entry(parent).or_default().push(decision);
                list = parent;
            }
        }
        let is_empty =
            |at: &str| lists.get(at).is_some_and(|members| !members.iter().any(|one| is_shown(one)));
        let mut findings = Vec::new();
        for (at, members) in &lists {
            let is_group = address::is_in_section(at);
            let is_told = is_group && is_empty(address::section(at));
            let entries = || members.iter().filter(|one| !one.claims.iter().all(|claim| is_heading(claim)));
            let heading =
                members.iter().find(|one| one.claims.iter().all(|claim| is_heading(claim)) && is_shown(one));
            if is_told || entries().next().is_none() || entries().any(|one| is_shown(one)) {
                continue;
            }
            match heading {
                // A heading without content.
                Some(heading) if is_group => findings.push(self.group(at, heading)),
                Some(_) => {}
                None if self.is_removed_whole(at, members) => {}
                None => findings.extend(self.list(at, is_group, members)),
            }
        }
        findings
    }

    /// Whether all claims of a list that lost were removed with the list itself, or with its section.
    fn is_removed_whole(&self, at: &str, members: &[&Decision<'a>]) -> bool {
        let is_whole = |target: &str| target == at || address::is_below(at, target);
        members.iter().all(|decision| {
            decision.outcomes.iter().all(|(_, cause)| match cause {
                Cause::Removal(profile) => {
                    let mut removals = decision.removals.iter().filter(|(remover, _)| remover == profile);
                    removals.any(|(_, removal)| is_whole(removal.target.as_str()))
                }
                _ => false,
            })
        })
    }

    fn group(&self, at: &str, heading: &Decision<'a>) -> Diagnostic {
        let message = format!("the group `{at}` of `{}` is empty", self.composition.profile.id);
        let finding = Diagnostic::new(codes::EMPTY_GROUP, message).about(at);
        let finding = match heading.emitted().next() {
            Some(claim) => finding.at(claim.span, "the heading of the group"),
            None => finding,
        };
        let path = self.library.profile_path(self.composition.profile);
        finding.help(format!("remove the group: add {} to {path}", removal_of(at)))
    }

    /// A section, or a group without a heading, of which nothing is left.
    fn list(&self, at: &str, is_group: bool, members: &[&Decision<'a>]) -> Option<Diagnostic> {
        let message = match is_group {
            true => format!("nothing is left of the group `{at}`"),
            false => format!("nothing is left of the section `{at}`"),
        };
        let finding = Diagnostic::new(codes::NOTHING_LEFT, message).about(at);
        let mut finding = finding;
        let mut is_first = true;
        for decision in members {
            for (claim, (state, cause)) in decision.claims.iter().zip(&decision.outcomes) {
                let (span, what) = match cause {
                    Cause::Removal(profile) => {
                        let removal = decision.removals.iter().find(|(remover, _)| remover == profile);
                        (
                            removal.map_or(claim.span, |(_, removal)| removal.target.span),
                            "removed here".to_owned(),
                        )
                    }
                    _ => (claim.span, format!("`{}` is {}", claim.address, state.describe())),
                };
                if finding.labels.iter().any(|label| label.span == span)
                    || finding.labels.len() >= MOST_PLACES
                {
                    continue;
                }
                finding = if std::mem::take(&mut is_first) {
                    finding.at(span, what)
                } else {
                    finding.context(span, what)
                };
            }
        }
        let path = self.library.profile_path(self.composition.profile);
        let help = format!("if that is meant, say so once: {}, with a reason, in {{}}", removal_of(at));
        (!is_first).then(|| finding.help_in(&help, path.as_str()))
    }
}

/// The removal of a section or group as it is written.
fn removal_of(at: &str) -> String {
    let header = grammar::headers(Profile::Remove.name());
    format!("{header} {} = \"{at}\"", grammar::Remove::Target.name())
}

/// The most places that a finding shows.
const MOST_PLACES: usize = 4;
