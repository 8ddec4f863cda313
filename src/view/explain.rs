//! `cento explain`: who wins at an address, who lost, and because of what.

use std::fmt::Write;

use super::terminal::{Role, Terminal, wrap};
use super::{escape, escape_line};
use crate::compose::{Cause, Composition, Decision, DisputeKind, State};
use crate::model::{Choice, Claim, Code, Level, Library, Resolution, Span, fold};

/// The longest excerpt of a text, in characters.
const LONGEST: usize = 200;

/// Explains a code of a message.
pub fn code(code: &Code, terminal: &Terminal) -> String {
    let role = match code.severity {
        crate::model::Severity::Error => Role::Error,
        crate::model::Severity::Warning => Role::Warning,
        crate::model::Severity::Note => Role::Note,
    };
    let title = format!("{}[{}]", code.severity.name(), code.name);
    format!(
        "{}: {}\n\n{}\n",
        terminal.paint(role, title),
        code.summary,
        wrap(code.explanation, terminal.columns()).trim_end()
    )
}

/// Explains an address of a composition, or all addresses below it; nothing if there are none.
/// `printed` is the place in the output, if the address is there.
pub fn address(
    library: &Library,
    composition: &Composition<'_>,
    address: &str,
    printed: Option<&str>,
    terminal: &Terminal,
) -> Option<String> {
    let explainer = Explainer { library, composition, terminal };
    if let Some(decision) = composition.decisions.get(address) {
        return Some(explainer.decision(address, decision, printed));
    }
    if let Some(subject) = address.strip_prefix("subject.") {
        return explainer.subject(address, subject);
    }
    let prefix = format!("{address}.");
    let members: Vec<_> =
        composition.decisions.iter().filter(|(member, _)| member.starts_with(&prefix)).collect();
    (!members.is_empty()).then(|| explainer.members(&members))
}

/// What a profile is made of: sources, decisions and open conflicts.
pub fn profile(library: &Library, composition: &Composition<'_>, terminal: &Terminal) -> String {
    let mut text = String::new();
    let profile = composition.profile;
    let _ = writeln!(text, "{}", terminal.paint(Role::Emphasis, escape_line(&profile.id)));
    let parents: Vec<_> =
        composition.lineage.iter().map(|index| library.profiles[*index as usize].id.as_str()).collect();
    if let [parents @ .., _] = parents.as_slice()
        && !parents.is_empty()
    {
        let _ = writeln!(text, "  extends    {}", parents.join(", "));
    }
    let _ = writeln!(text, "  fragments  {}", composition.selection.fragments.len());
    for (at, agreement) in &composition.settled {
        let what = decided(agreement.settled.resolution);
        let reason = agreement.settled.resolution.reason.as_ref();
        let reason = reason.map_or(String::new(), |reason| format!(": {}", escape_line(&reason.value)));
        let _ = writeln!(text, "  decided    {} {what}{reason}", terminal.paint(Role::Path, escape_line(at)));
    }
    for conflict in &composition.conflicts {
        let names: Vec<_> = conflict.sides.iter().map(|side| side.name.as_str()).collect();
        let (word, role) =
            if conflict.is_tension() { ("tension ", Role::Warning) } else { ("conflict", Role::Error) };
        let _ = writeln!(
            text,
            "  {}   {} between {}",
            terminal.paint(role, word),
            escape_line(&conflict.at),
            names.join(", ")
        );
    }
    text
}

struct Explainer<'e, 'a> {
    library: &'a Library,
    composition: &'e Composition<'a>,
    terminal: &'e Terminal,
}

impl Explainer<'_, '_> {
    fn decision(&self, address: &str, decision: &Decision<'_>, printed: Option<&str>) -> String {
        let mut text = String::new();
        let headline = self.headline(address, decision);
        let place = printed.map_or(String::new(), |place| {
            format!("  {}", self.terminal.paint(Role::Path, escape_line(place)))
        });
        let _ = writeln!(text, "{}{place}", self.terminal.paint(Role::Emphasis, headline));
        self.claims(&mut text, decision);
        for (profile, removal) in &decision.removals {
            let reason = removal
                .reason
                .as_ref()
                .map_or(String::new(), |reason| format!(" \"{}\"", escape_line(&reason.value)));
            let place = self.place(removal.target.span);
            let name = &self.library.profiles[*profile as usize].id;
            let _ = writeln!(
                text,
                "  {} {place} [[remove]] of profiles/{name}{reason}",
                self.word("because", Role::Help)
            );
        }
        if let Some(settled) = decision.resolution {
            self.because(&mut text, settled.resolution);
        }
        if let Some(subject) = &decision.subject {
            match self.composition.settled.get(&format!("subject.{subject}")) {
                Some(agreement) => self.because(&mut text, agreement.settled.resolution),
                None => {
                    let _ = writeln!(
                        text,
                        "  {} of the rules about `{subject}`: see subject.{subject}",
                        self.word("because", Role::Help)
                    );
                }
            }
        }
        if decision.fates.iter().any(|(_, cause)| *cause == Cause::Combine) {
            let _ = writeln!(
                text,
                "  {} `combine` of the profile decides contradictions",
                self.word("because", Role::Help)
            );
        }
        if decision.is_open {
            let why = decision.dispute.as_ref().map_or("", |dispute| describe(dispute.kind));
            let _ = writeln!(text, "  {} {why}", self.word("open", Role::Error));
        }
        self.routes(&mut text, decision);
        text
    }

    /// What stands, as one line.
    fn headline(&self, address: &str, decision: &Decision<'_>) -> String {
        if let Some(settled) = decision.resolution
            && let Choice::Set(set) = &settled.resolution.choice
        {
            return format!("\"{}\"", excerpt(&set.value.to_string()));
        }
        let standing: Vec<_> = decision.emitted().map(Claim::said).collect();
        match standing.as_slice() {
            [] if is_open(decision) => format!("{} is in conflict", escape_line(address)),
            [] => format!("{} is not in the persona", escape_line(address)),
            texts => {
                texts.iter().map(|text| format!("\"{}\"", excerpt(text))).collect::<Vec<_>>().join(" and ")
            }
        }
    }

    fn claims(&self, text: &mut String, decision: &Decision<'_>) {
        let width = decision
            .claims
            .iter()
            .map(|claim| self.library.source_name(claim.source).len())
            .max()
            .unwrap_or(0);
        let alone = decision.claims.len() == 1;
        let mut rows: Vec<_> = decision.claims.iter().zip(&decision.fates).collect();
        rows.sort_by_key(|(_, (state, _))| *state);
        for (claim, (state, _)) in rows {
            let (word, role) = state_word(*state, claim, alone);
            let name = self.library.source_name(claim.source);
            let place = self.place(claim.span);
            let mut extra = String::new();
            if let Some(force) = claim.force() {
                let _ = write!(extra, " [{}]", force.name());
            }
            if claim.level != Level::Normal {
                let _ = write!(extra, " {}", claim.level.name());
            }
            let _ = writeln!(
                text,
                "  {} {name:width$}  {}{extra}",
                self.word(word, role),
                self.terminal.paint(Role::Path, place)
            );
            if !matches!(state, State::Emitted | State::Agreed) {
                let _ = writeln!(
                    text,
                    "             {}",
                    self.terminal.paint(Role::Faint, format!("\"{}\"", excerpt(&claim.said())))
                );
            }
        }
    }

    fn word(&self, word: &str, role: Role) -> String {
        // Padded before it is painted: escape sequences have no width.
        self.terminal.paint(role, format!("{word:10}")).to_string()
    }

    /// `path:line` of a span, fit to print.
    fn place(&self, span: Span) -> String {
        escape_line(&self.library.sources.place(span)).into_owned()
    }

    fn because(&self, text: &mut String, resolution: &Resolution) {
        let place = self.place(resolution.at.span);
        let reason = resolution.reason.as_ref();
        let reason = reason.map_or(String::new(), |reason| format!(": \"{}\"", escape_line(&reason.value)));
        let _ = writeln!(
            text,
            "  {} {place} [[resolve]] {}{reason}",
            self.word("because", Role::Help),
            decided(resolution)
        );
    }

    fn routes(&self, text: &mut String, decision: &Decision<'_>) {
        let mut seen = std::collections::BTreeSet::new();
        for claim in decision.claims.iter().filter(|claim| seen.insert(claim.source)) {
            let steps = self.composition.route(self.library, claim.source);
            let steps: Vec<_> =
                steps.iter().map(|(span, what)| format!("{} {what}", self.place(*span))).collect();
            if !steps.is_empty() {
                let _ = writeln!(
                    text,
                    "  {} {}",
                    self.word("via", Role::Faint),
                    steps.join("\n             -> ")
                );
            }
        }
    }

    fn subject(&self, address: &str, subject: &str) -> Option<String> {
        let about: Vec<_> = self
            .composition
            .decisions
            .iter()
            .filter(|(_, decision)| decision.claims.iter().any(|claim| claim.subject() == Some(subject)))
            .collect();
        let sides = self.composition.sides_at(address).unwrap_or_default();
        if about.is_empty() && sides.is_empty() {
            return None;
        }
        let mut text = self.members(&about);
        if let Some(agreement) = self.composition.settled.get(address) {
            self.because(&mut text, agreement.settled.resolution);
        }
        if let Some(conflict) = self.composition.conflicts.iter().find(|conflict| conflict.at == address) {
            let _ = writeln!(text, "  {} {}", self.word("open", Role::Error), describe(conflict.kind));
        }
        Some(text)
    }

    fn members(&self, members: &[(&&str, &Decision<'_>)]) -> String {
        let width = members.iter().map(|(address, _)| address.len()).max().unwrap_or(0);
        let mut text = String::new();
        for (address, decision) in members {
            let names: Vec<_> =
                decision.emitted().map(|claim| self.library.source_name(claim.source)).collect();
            let state = match names.as_slice() {
                [] if is_open(decision) => "in conflict".to_owned(),
                [] => decision.fates.first().map_or("", |(state, _)| state.describe()).to_owned(),
                names => names.join(", "),
            };
            let padded = format!("{address:width$}");
            let _ = writeln!(text, "{}  {}", self.terminal.paint(Role::Path, padded), escape_line(&state));
        }
        text
    }
}

/// Whether the decision is open, here or about the subject of the rule.
fn is_open(decision: &Decision<'_>) -> bool {
    decision.is_open || decision.fates.iter().any(|(state, _)| *state == State::Conflicted)
}

/// A text on one line, cut where it is long.
fn excerpt(text: &str) -> String {
    let folded = fold(text);
    let escaped = escape(&folded);
    if escaped.chars().count() <= LONGEST {
        return escaped.into_owned();
    }
    let cut: String = escaped.chars().take(LONGEST - 1).collect();
    format!("{}\u{2026}", cut.trim_end())
}

fn state_word(state: State, claim: &Claim, alone: bool) -> (&'static str, Role) {
    match state {
        State::Emitted if alone => ("says", Role::Added),
        State::Emitted => ("wins", Role::Added),
        State::Agreed => ("agrees", Role::Added),
        State::Absorbed => ("absorbed", Role::Faint),
        State::Shadowed if claim.level == Level::Default => ("yielded", Role::Faint),
        State::Shadowed => ("shadowed", Role::Faint),
        State::Removed => ("removed", Role::Removed),
        State::Overruled => ("lost", Role::Removed),
        State::Conflicted => ("conflict", Role::Error),
    }
}

fn decided(resolution: &Resolution) -> String {
    match &resolution.choice {
        Choice::Take(name) => format!("takes {}", escape_line(&name.value)),
        Choice::Set(value) => format!("sets \"{}\"", excerpt(&value.value.to_string())),
        Choice::KeepBoth(_) => "keeps both".to_owned(),
    }
}

/// What a dispute is about, as the end of "open: ...".
fn describe(kind: DisputeKind) -> &'static str {
    match kind {
        DisputeKind::Different => "the sides say different things, and are peers",
        DisputeKind::Locked => "a locked claim is contradicted",
        DisputeKind::Contradiction => "the rules cannot both be obeyed",
        DisputeKind::Weakening => "a higher layer weakens the rule",
        DisputeKind::Removal => "one parent removes what another edits",
        DisputeKind::LockedRemoval => "a locked claim is removed without breaks-lock",
        DisputeKind::Clash => "things of different sorts share the address",
        DisputeKind::Widening => "a higher layer allows more than a lower one",
        DisputeKind::NoTools => "no tool is left that all allow",
        DisputeKind::Tension => "the rules pull in different directions",
    }
}
