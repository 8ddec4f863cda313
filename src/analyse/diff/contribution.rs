//! Contributions: what each source adds to a persona.

use std::collections::BTreeMap;

use num_rational::Ratio;
use rayon::prelude::*;
use serde::Serialize;

use crate::check::{Checked, Checker};
use crate::compose::{Cause, Composition, Origin, State};
use crate::model::{Claim, Content, Diagnostic, FragmentId, Library, Source, Target};
use crate::render::{Attribution, Document, render};

/// A share of a document in bytes. It is an exact fraction, since sources with the same text split its bytes.
pub(crate) type Credit = Ratio<u64>;

/// The contributions of all sources of a persona to one output.
#[derive(Debug)]
pub(crate) struct Contributions {
    /// The text of the output.
    pub text: String,
    /// The number of bytes of markup and defaults, which come from no source.
    pub layout: u64,
    /// The sources in display order. Their credits and the layout add up to the length of the text.
    pub sources: Vec<Contribution>,
}

/// The contribution of one source.
#[derive(Debug)]
pub(crate) struct Contribution {
    pub source: Source,
    /// The name of the source.
    pub name: String,
    /// Its share of the output.
    pub credit: Credit,
    /// The output without a fragment; nothing for a profile, which cannot be left out.
    pub without: Option<String>,
    /// The errors that leaving it out would add.
    pub breaks: Vec<Diagnostic>,
    /// The claims of other sources that would take effect without it.
    pub instead: Vec<Instead>,
    /// Its claims that other sources share.
    pub shared: Vec<Shared>,
    /// Its claims that are not in the output.
    pub lost: Vec<Loss>,
}

/// A claim that takes effect if a fragment is left out.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Instead {
    pub address: String,
    /// The name of its source.
    pub source: String,
    pub text: String,
    /// Its state while the fragment is used.
    pub state: State,
}

/// A claim that several sources share.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Shared {
    pub address: String,
    /// The names of the other sources.
    pub with: Vec<String>,
}

/// A claim that is not in the output.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Loss {
    pub address: String,
    pub state: State,
    /// The names of the sources that won over it.
    pub to: Vec<String>,
}

/// One step of [`cumulative`].
#[derive(Debug)]
pub(crate) struct Step {
    /// The fragment that the step adds; nothing for the first step, which has only the profiles.
    pub fragment: Option<String>,
    /// The output after the step.
    pub text: String,
}

/// Renders a composition with the persona's own settings of a target.
fn text_of(composition: &Composition<'_>, target: &'static Target) -> String {
    render(composition, &composition.persona.settings(target)).into_text()
}

/// Computes what each source of a composition, or one source alone, contributes to a target.
pub(crate) fn contributions<'a>(
    library: &Library,
    checker: &Checker<'a>,
    composition: &Composition<'a>,
    target: &'static Target,
    only: Option<Source>,
) -> Contributions {
    let settings = composition.persona.settings(target);
    let document = render(composition, &settings);
    let (layout, credits) = credits(composition, &document);
    let text = document.into_text();
    let sources = composition.selection.sources.par_iter();
    let sources = sources.filter(|source| only.is_none_or(|only| **source == only)).map(|source| {
        let (less, breaks) = match source {
            Source::Fragment(fragment) => leave_out(checker, composition, *fragment),
            Source::Profile(_) => (None, Vec::new()),
        };
        let (shared, lost) = shared_and_lost(library, composition, *source);
        Contribution {
            source: *source,
            name: library.source_name(*source),
            credit: credits.get(source).copied().unwrap_or_default(),
            without: less.as_ref().map(|less| text_of(less, target)),
            breaks,
            instead: less.map_or_else(Vec::new, |less| instead(library, composition, &less)),
            shared,
            lost,
        }
    });
    Contributions { sources: sources.collect(), text, layout }
}

/// Returns the number of bytes of layout in an output, and the credit of each source.
pub(crate) fn credits(
    composition: &Composition<'_>,
    document: &Document<'_>,
) -> (u64, BTreeMap<Source, Credit>) {
    let mut layout = 0;
    let mut credits: BTreeMap<Source, Credit> = BTreeMap::new();
    for piece in document.pieces() {
        let bytes = piece.range.len() as u64;
        let suppliers = match piece.attribution {
            Attribution::Layout | Attribution::Open(_) => {
                layout += bytes;
                continue;
            }
            Attribution::From(_, origin @ Origin::Resolution(..)) => vec![origin.source()],
            Attribution::From(address, Origin::Claim(claim)) => suppliers(composition, address, claim.source),
        };
        for supplier in &suppliers {
            *credits.entry(*supplier).or_default() += Credit::new(bytes, suppliers.len() as u64);
        }
    }
    (layout, credits)
}

/// Returns `source` and all sources that share its claim at an address.
fn suppliers(composition: &Composition<'_>, address: &str, source: Source) -> Vec<Source> {
    let mut suppliers = vec![source];
    if let Some(decision) = composition.decisions.get(address) {
        let winner = decision.claims.iter().position(|claim| claim.source == source);
        for (claim, (state, cause)) in decision.claims.iter().zip(&decision.outcomes) {
            let agrees = *state == State::Agreed && matches!(cause, Cause::Claim(of) if Some(*of) == winner);
            // An entry without a text may build on several claims; those with the text of the first supply it too.
            let has_text = winner.is_some_and(|winner| decision.claims[winner].digest == claim.digest);
            let is_refined = *state == State::Refined && has_text && claim.source != source;
            if agrees || is_refined || (is_listed(claim, *state) && claim.source != source) {
                suppliers.push(claim.source);
            }
        }
    }
    suppliers
}

/// Returns whether a claim is an element of a list that several sources form: tools or tags.
fn is_listed(claim: &Claim, state: State) -> bool {
    state == State::Emitted
        && matches!(claim.content, Content::Allow(_) | Content::Deny(_) | Content::Tags(_))
}

/// Composes the persona without a fragment. Returns the result, if it composes, and the errors that this
/// adds.
pub(crate) fn leave_out<'a>(
    checker: &Checker<'a>,
    composition: &Composition<'a>,
    fragment: FragmentId,
) -> (Option<Composition<'a>>, Vec<Diagnostic>) {
    match checker.check_without(composition, fragment) {
        Err(refusal) => (None, refusal),
        Ok(Checked { composition: mut less, .. }) => {
            let known = |finding: &Diagnostic| {
                composition
                    .findings
                    .iter()
                    .any(|other| (other.code, &other.message) == (finding.code, &finding.message))
            };
            let findings = std::mem::take(&mut less.findings);
            let breaks =
                findings.into_iter().filter(|finding| finding.is_error() && !known(finding)).collect();
            (Some(less), breaks)
        }
    }
}

/// The claims that are emitted in `less`, the persona without a fragment, and lose in the full persona.
fn instead(library: &Library, composition: &Composition<'_>, less: &Composition<'_>) -> Vec<Instead> {
    let mut all = Vec::new();
    for (address, decision) in &less.decisions {
        let Some(full) = composition.decisions.get(*address) else { continue };
        for claim in decision.emitted() {
            let outcomes = full.claims.iter().zip(&full.outcomes);
            let state = outcomes
                .filter(|(other, _)| std::ptr::eq(**other, claim))
                .map(|(_, (state, _))| *state)
                .next();
            let Some(state) = state.filter(|state| !matches!(state, State::Emitted | State::Agreed)) else {
                continue;
            };
            let source = library.source_name(claim.source);
            all.push(Instead { address: (*address).to_owned(), source, text: claim.whole_text(), state });
        }
    }
    all
}

/// Returns the claims that a source shares with others, and its claims that are not in the output.
fn shared_and_lost(
    library: &Library,
    composition: &Composition<'_>,
    source: Source,
) -> (Vec<Shared>, Vec<Loss>) {
    let (mut shared, mut lost) = (Vec::new(), Vec::new());
    for (address, decision) in &composition.decisions {
        let claims = decision.claims.iter().enumerate().filter(|(_, claim)| claim.source == source);
        for (index, _) in claims {
            let (state, cause) = decision.outcomes[index];
            let name = |index: usize| library.source_name(decision.claims[index].source);
            let address = (*address).to_owned();
            match state {
                State::Emitted | State::Agreed => {
                    let winner = if let Cause::Claim(winner) = cause { winner } else { index };
                    let sharer = |(at, (state, cause)): (usize, &(State, Cause))| {
                        let agrees = *state == State::Agreed && *cause == Cause::Claim(winner);
                        let is_listed = is_listed(decision.claims[at], *state);
                        (at != index && (at == winner || agrees || is_listed)).then(|| name(at))
                    };
                    let with: Vec<String> = decision.outcomes.iter().enumerate().filter_map(sharer).collect();
                    if !with.is_empty() {
                        shared.push(Shared { address, with });
                    }
                }
                State::Refined => {}
                State::Subsumed | State::Shadowed | State::Removed | State::Overruled | State::Conflicted => {
                    let to = match cause {
                        Cause::Claim(winner) => vec![name(winner)],
                        _ if state == State::Conflicted => {
                            let others =
                                decision.in_state(State::Conflicted).filter(|other| other.source != source);
                            others.map(|other| library.source_name(other.source)).collect()
                        }
                        Cause::Removal(profile) => vec![library.source_name(Source::Profile(profile))],
                        _ => decision.emitted().map(|claim| library.source_name(claim.source)).collect(),
                    };
                    lost.push(Loss { address, state, to });
                }
            }
        }
    }
    (shared, lost)
}

/// Renders the profiles alone, then adds one fragment at a time in display order. The last step is the
/// complete output.
pub(crate) fn cumulative(
    library: &Library,
    checker: &Checker<'_>,
    composition: &Composition<'_>,
    target: &'static Target,
) -> Vec<Step> {
    let index = composition.index();
    let fragments: Vec<FragmentId> = composition
        .selection
        .sources
        .iter()
        .filter_map(|source| match source {
            Source::Fragment(fragment) => Some(*fragment),
            Source::Profile(_) => None,
        })
        .collect();
    let positions: BTreeMap<FragmentId, usize> =
        fragments.iter().enumerate().map(|(position, fragment)| (*fragment, position)).collect();
    let step = |count: usize| {
        let kept = &fragments[..count];
        let partial = checker
            .composer()
            .compose_with(index, &|fragment| positions.get(&fragment).is_some_and(|at| *at < count));
        let name = |fragment: &FragmentId| library.source_name(Source::Fragment(*fragment));
        Step {
            fragment: kept.last().map(name),
            text: partial.map_or(String::new(), |composition| text_of(&composition, target)),
        }
    };
    (0..=fragments.len()).into_par_iter().map(step).collect()
}
