//! Reports personas without content, and sections and groups that lost all their entries.

use std::collections::BTreeMap;

use pulldown_cmark::{Event, Parser, Tag};

use crate::compose::{Cause, Composition, Decision, Entry, State, TargetSettings};
use crate::model::grammar::{self, Profile};
use crate::model::{Claim, Datum, Diagnostic, Library, Part, Removal, address, codes, wording};

/// The most places that a finding shows.
const MAX_PLACES: usize = 4;

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

/// Whether an entry has content. Titles have none, and a conflict counts, because it is reported itself.
fn has_content(entry: &Entry<'_>) -> bool {
    match entry {
        Entry::Block(block) => block.part != Part::Title && shows_anything(&block.text.text),
        Entry::Group(group) => group.lead.is_some() || group.entries.iter().any(has_content),
        Entry::Conflict(_) => true,
    }
}

/// Whether a target has texts of the persona besides the body, as a character card has.
fn has_texts(settings: &TargetSettings<'_>) -> bool {
    let is_text = |name: &str| settings.target.key(name).is_some_and(|key| key.is_always_written);
    let has_words = |datum: &Datum| datum.as_str().is_some_and(|text| !text.trim().is_empty());
    settings.values.iter().any(|(name, datum, _)| is_text(name) && has_words(datum))
}

/// Whether Markdown shows anything of a text: not of comments and definitions of links alone.
fn shows_anything(text: &str) -> bool {
    // Other texts begin with a letter or a mark that is shown.
    let may_be_hidden = text.trim_start().starts_with(['<', '[']);
    !may_be_hidden
        || Parser::new(text).any(|event| match event {
            Event::Text(text) | Event::Code(text) => !text.trim().is_empty(),
            Event::Html(html) | Event::InlineHtml(html) => {
                !html.trim().is_empty() && !html.trim_start().starts_with("<!--")
            }
            Event::Rule | Event::Start(Tag::Image { .. }) => true,
            _ => false,
        })
}

/// Whether a decision is about the title or lead of a group.
fn is_heading(decision: &Decision<'_>) -> bool {
    let blocks =
        |claim: &&Claim| claim.block().is_some_and(|block| matches!(block.part, Part::Title | Part::Lead));
    decision.claims.iter().all(blocks)
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
        let persona = &self.composition.persona;
        let has_body = persona.sections.iter().flat_map(|section| &section.entries).any(has_content);
        let has_any = has_body || !self.composition.parts.is_empty();
        !has_any && (persona.targets.is_empty() || !persona.targets.iter().all(has_texts))
    }

    fn persona(&self) -> Diagnostic {
        let id = &self.composition.profile.id;
        let path = self.library.profile_path(self.composition.profile);
        let start = self.composition.profile.start();
        let finding = Diagnostic::new(codes::EMPTY_PERSONA, format!("`{id}` has no content")).at(start, "");
        let (shown, lost): (Vec<_>, Vec<_>) = self
            .entries()
            .filter(|(_, decision)| !is_heading(decision))
            .partition(|(_, decision)| is_shown(decision));
        let finding = match shown.is_empty() {
            true => finding,
            false => finding.note("Markdown does not display comments and link definitions"),
        };
        let finding = match lost.len() {
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
        if self.entries().all(|(_, decision)| is_shown(decision)) {
            return Vec::new();
        }
        let mut lists: BTreeMap<&str, Vec<&Decision<'a>>> = BTreeMap::new();
        for (address, decision) in self.entries() {
            for list in std::iter::successors(outer(address), |list| outer(list)) {
                lists.entry(list).or_default().push(decision);
            }
        }
        let is_gone =
            |at: &str| !lists.get(at).is_some_and(|members| members.iter().any(|one| is_shown(one)));
        let lost = lists.iter().filter(|(at, members)| {
            let mut entries = members.iter().filter(|one| !is_heading(one)).peekable();
            let is_reported = address::is_in_section(at) && is_gone(address::section(at));
            !is_reported && entries.peek().is_some() && !entries.any(|one| is_shown(one))
        });
        lost.filter_map(|(at, members)| {
            let is_group = address::is_in_section(at);
            match members.iter().find(|one| is_heading(one) && is_shown(one)) {
                Some(heading) => is_group.then(|| self.heading(at, heading)),
                None if self.is_removed_whole(at, members) => None,
                None => self.list(at, is_group, members),
            }
        })
        .collect()
    }

    /// Whether all claims of a list were removed with the list itself, or with its section.
    fn is_removed_whole(&self, at: &str, members: &[&Decision<'a>]) -> bool {
        let is_whole = |target: &str| target == at || address::is_below(at, target);
        members.iter().all(|decision| {
            let mut causes = decision.outcomes.iter().map(|(_, cause)| cause);
            causes.all(|cause| removals(decision, cause).any(|removal| is_whole(removal.target.as_str())))
        })
    }

    /// A group with only its heading left.
    fn heading(&self, at: &str, heading: &Decision<'a>) -> Diagnostic {
        let message = format!("the group `{at}` of `{}` is empty", self.composition.profile.id);
        let place = heading.emitted().next().map(|claim| claim.span);
        let finding =
            Diagnostic::new(codes::EMPTY_GROUP, message).about(at).at_if(place, "the heading of the group");
        let path = self.library.profile_path(self.composition.profile);
        finding.help(format!("remove the group: add {} to {path}", removal_of(at)))
    }

    /// A section, or a group without a heading, that lost all its entries.
    fn list(&self, at: &str, is_group: bool, members: &[&Decision<'a>]) -> Option<Diagnostic> {
        let message = match is_group {
            true => format!("all entries of the group `{at}` are gone"),
            false => format!("all entries of the section `{at}` are gone"),
        };
        let mut finding = Diagnostic::new(codes::NOTHING_LEFT, message).about(at);
        let places = members.iter().flat_map(|decision| {
            decision.claims.iter().zip(&decision.outcomes).map(|(claim, (state, cause))| match cause {
                Cause::Removal(_) => {
                    let removal = removals(decision, cause).next();
                    (removal.map_or(claim.span, |removal| removal.target.span), "removed here".to_owned())
                }
                _ => (claim.span, format!("`{}` is {}", claim.address, state.describe())),
            })
        });
        for (span, what) in places {
            if finding.labels.iter().any(|label| label.span == span) {
                continue;
            }
            finding = match finding.labels.len() {
                0 => finding.at(span, what),
                MAX_PLACES.. => break,
                _ => finding.context(span, what),
            };
        }
        let path = self.library.profile_path(self.composition.profile);
        let help =
            format!("if that is intended, remove it as a whole: {}, with a reason, in {{}}", removal_of(at));
        (!finding.labels.is_empty()).then(|| finding.help_in(&help, path.as_str()))
    }
}

/// The removals because of which a claim is not in the persona.
fn removals<'d, 'a>(
    decision: &'d Decision<'a>,
    cause: &Cause,
) -> impl Iterator<Item = &'a Removal> + use<'d, 'a> {
    let remover = match cause {
        Cause::Removal(profile) => Some(*profile),
        _ => None,
    };
    let all = decision.removals.iter().filter(move |(profile, _)| Some(*profile) == remover);
    all.map(|(_, removal)| *removal)
}

/// The section or group around an address.
fn outer(address: &str) -> Option<&str> {
    Some(address::list(address)).filter(|list| *list != address && !list.is_empty())
}

/// The removal of a section or group as it is written.
fn removal_of(at: &str) -> String {
    let header = grammar::headers(Profile::Remove.name());
    format!("{header} {} = \"{at}\"", grammar::Remove::Target.name())
}
