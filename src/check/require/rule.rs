//! Checks required rules: presence, force and wording.

use std::collections::BTreeMap;

use super::Asked;
use super::outputs::located;
use crate::compose::force::subsumes;
use crate::compose::{Block, Decision, Origin};
use crate::model::grammar::{self, Keys as _};
use crate::model::{Address, Claim, Diagnostic, Force, RequiredRule, Source, Text, address, fold};

/// A rule of the composed persona.
type EmittedRule<'a> = (Force, Origin<'a>);

impl<'a> Asked<'_, '_, 'a> {
    pub(super) fn rule(&self, wanted: &RequiredRule) -> Option<Diagnostic> {
        let address = wanted.address.value.as_str();
        if self.is_open(address) {
            return None;
        }
        let decision = self.composition.decisions.get(address);
        let emitted: Vec<EmittedRule<'a>> = decision.map_or_else(Vec::new, Decision::applied_rules);
        if emitted.is_empty() {
            return Some(match decision {
                Some(decision) => self.removed_or_overruled(wanted, decision),
                None => self.missing(wanted),
            });
        }
        let enough = |(force, _): &&EmittedRule<'a>| wanted.force.is_none_or(|least| covers(*force, least));
        let strong: Vec<&EmittedRule<'a>> = emitted.iter().filter(enough).collect();
        match (strong.first(), wanted.force) {
            (None, Some(least)) => Some(self.weaker(wanted, least, emitted[0], decision)),
            _ => {
                let worded = wanted.text.as_ref().and_then(|text| self.wording(wanted, text, &strong));
                worded.or_else(|| self.absent_rule(wanted))
            }
        }
    }

    fn rule_breach(&self, wanted: &RequiredRule, what: &str) -> Diagnostic {
        let address = &wanted.address.value;
        let force = wanted.force.map_or(String::new(), |force| format!(" (`{}`)", force.name()));
        let message = format!("the required rule `{address}`{force} {what}");
        self.breach(message, wanted.address.span).about(address)
    }

    /// Reports a rule that some outputs of the persona do not have with the required force.
    fn absent_rule(&self, wanted: &RequiredRule) -> Option<Diagnostic> {
        self.absent_from_output(wanted, &self.strong_blocks(wanted))
    }

    /// As [`Asked::absent_rule`], for a rule that the persona has with the required force.
    pub(super) fn absent_rule_of_persona(&self, wanted: &RequiredRule) -> Option<Diagnostic> {
        let blocks = self.strong_blocks(wanted);
        if blocks.is_empty() { None } else { self.absent_from_output(wanted, &blocks) }
    }

    fn absent_from_output(&self, wanted: &RequiredRule, blocks: &[&Block<'a>]) -> Option<Diagnostic> {
        let lacking = self.lacking(blocks)?;
        Some(located(self.rule_breach(wanted, &format!("is not in the output for {lacking}")), blocks))
    }

    /// The entries of a rule that have the required force.
    fn strong_blocks(&self, wanted: &RequiredRule) -> Vec<&Block<'a>> {
        let enough = |force: Force| wanted.force.is_none_or(|least| covers(force, least));
        let rules = self.blocks_at(&wanted.address.value).filter(|(force, _)| enough(*force));
        rules.map(|(_, block)| block).collect()
    }

    /// Reports a rule that no source of the persona has.
    fn missing(&self, wanted: &RequiredRule) -> Diagnostic {
        let address = wanted.address.value.as_str();
        let mut finding = self.rule_breach(wanted, "is missing");
        let holders = self.requirements.holders().get(address).map_or(&[][..], Vec::as_slice);
        for holder in holders {
            let index = self.library.fragments.id_of(holder);
            if let Some((path, span)) = index.and_then(|index| self.drop_of(index)) {
                let help = format!(
                    "delete the {} in {path}: `{holder}` has the rule",
                    grammar::Profile::Drop.shown()
                );
                return finding.context(span, "its fragment is dropped here").help(help);
            }
        }
        let claims = holders
            .iter()
            .filter_map(|holder| self.library.fragments.get(holder))
            .flat_map(|holder| &holder.claims);
        let subject = claims.filter(|claim| claim.address.as_str() == address).find_map(Claim::subject);
        let subject = subject.unwrap_or_else(|| address::id(address));
        if let Some(other) = self.subjects().get(subject) {
            finding = finding
                .context(other.span, format!("`{}` has the same subject but another address", other.address));
        }
        let best = holders.iter().find(|holder| self.says_enough(holder, wanted)).or(holders.first());
        match best {
            Some(holder) => {
                let list = grammar::Profile::Use.shown();
                finding
                    .help_in(&format!("add \"{holder}\", which has the rule, to {list} in {{}}"), self.path())
            }
            None => match self.requirements.near(self.number, address) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help("no fragment has this rule: add it to one, or correct the address"),
            },
        }
    }

    /// Returns whether a fragment has the rule with the required force.
    fn says_enough(&self, holder: &str, wanted: &RequiredRule) -> bool {
        let claims = self.library.fragments.get(holder).into_iter().flat_map(|fragment| &fragment.claims);
        let mut claims = claims.filter(|claim| claim.address.as_str() == wanted.address.value);
        let enough = |force: Force| wanted.force.is_none_or(|least| covers(force, least));
        claims.any(|claim| claim.force().is_some_and(enough))
    }

    /// Reports a rule that was removed or overruled.
    fn removed_or_overruled(&self, wanted: &RequiredRule, decision: &Decision<'a>) -> Diagnostic {
        let id = &self.profile().id;
        let except = grammar::Except::Except.shown();
        let except = format!("or, if the persona is right, add it to {except} in cento.toml");
        if let (Some((profile, removal)), None) = (decision.removal(), &decision.subject) {
            let path = self.library.profile_path(&self.library.profiles[profile]);
            let reason =
                removal.reason.as_ref().map_or(String::new(), |reason| format!(": {}", fold(&reason.value)));
            return self
                .rule_breach(wanted, "is removed")
                .context(removal.target.span, format!("removed here{reason}"))
                .help(format!("delete the {} in {path}", grammar::headers(grammar::Profile::Remove.name())))
                .help(except);
        }
        if let Some(subject) = &decision.subject {
            let mut finding = self.rule_breach(wanted, "is overruled by another rule of the same subject");
            let own = decision.claims.iter().filter(|claim| claim.force().is_some());
            finding = own.take(1).fold(finding, |finding, claim| finding.context(claim.span, "written here"));
            let at = Address::Subject(subject).to_string();
            if let Some(settled) = self.composition.settlement(&at) {
                let span = settled.resolution.at.span;
                let ours = decision.claims.first().map(|claim| self.library.source_name(claim.source));
                let take = ours.map_or("SIDE".to_owned(), |ours| ours);
                return finding
                    .context(span, "decided here")
                    .help(format!("choose it:\n    cento resolve {id} {at} --take {take} --reason \"...\""))
                    .help(except);
            }
            if let Some(winner) = self.subjects().get(subject.as_str()) {
                finding = finding.context(winner.span, format!("`{}` takes its place", winner.address));
            }
            let (path, at) = (self.path(), Address::Subject(subject).to_string());
            return finding
                .help(format!(
                    "{key} in {path} chose the other rule; without {key}, `{at}` is a conflict that you can resolve",
                    key = grammar::Profile::Combine.shown()
                ))
                .help(except);
        }
        let finding = self.rule_breach(wanted, "is not a rule in this persona");
        match decision.emitted().next() {
            Some(claim) => {
                finding.context(claim.span, "not a rule").help("correct the address, or write the rule")
            }
            None => finding.help(except),
        }
    }

    /// Reports a rule whose force is too weak.
    fn weaker(
        &self,
        wanted: &RequiredRule,
        least: Force,
        (force, origin): EmittedRule<'a>,
        decision: Option<&Decision<'a>>,
    ) -> Diagnostic {
        let (id, address) = (&self.profile().id, &wanted.address.value);
        let message =
            format!("the rule `{address}` is `{}` but must be at least `{}`", force.name(), least.name());
        let finding = self.breach(message, wanted.address.span).about(address);
        let finding = finding.context(origin.span(), "in the persona");
        let claims = decision.into_iter().flat_map(|decision| &decision.claims);
        let is_worded = |claim: &&Claim| {
            let wording = wanted.text.as_ref().map(|text| fold(&text.value));
            wording.is_none_or(|wording| text_of(Origin::Claim(claim)) == wording)
        };
        let is_stronger = |claim: &&Claim| claim.force().is_some_and(|force| covers(force, least));
        let stronger = claims.copied().filter(is_worded).find(is_stronger);
        let settled = decision.and_then(|decision| decision.resolution);
        match (stronger, settled) {
            (Some(stronger), Some(settled)) => {
                let source = self.library.source_name(stronger.source);
                let command = format!("cento resolve {id} {address} --take {source} --reason \"...\"");
                let finding = if matches!(origin, Origin::Claim(_)) {
                    finding.context(settled.resolution.at.span, "decided here")
                } else {
                    finding
                };
                finding.help(format!(
                    "choose `{source}`, which has it with `{}`:\n    {command}",
                    force_of(stronger)
                ))
            }
            (Some(stronger), None) => {
                let source = self.library.source_name(stronger.source);
                let path = self.library.sources.path(origin.span());
                finding.help(format!("delete it in {path}: `{source}` has it with `{}`", force_of(stronger)))
            }
            (None, _) => self.strengthen(finding, wanted, least, origin),
        }
    }

    /// Adds a help that says where to write a stronger force.
    fn strengthen(
        &self,
        finding: Diagnostic,
        wanted: &RequiredRule,
        least: Force,
        origin: Origin<'a>,
    ) -> Diagnostic {
        let Origin::Claim(claim) = origin else {
            let profile = &self.profile().id;
            let at = &wanted.address.value;
            let command = format!(
                "cento resolve {profile} {at} --set \"...\" --force {} --reason \"...\"",
                least.name()
            );
            return finding.help(format!("decide again with this force:\n    {command}"));
        };
        let path = self.library.sources.path(claim.span);
        let change = match claim.block().map(|block| block.table) {
            Some(table) if table.may_hold_rules() => {
                format!("set `{} = \"{}\"` for it", grammar::Entry::Force.name(), least.name())
            }
            _ => format!("move it to `{}`", least.name()),
        };
        match claim.source {
            Source::Profile(_) => finding.help(format!("{change} in {path}")),
            Source::Fragment(_) => {
                let body = grammar::Profile::Body.name();
                let group = claim.address.group().into_iter().flat_map(grammar::group_tables);
                let tables = [body, claim.address.section()].into_iter().chain(group).chain([least.name()]);
                let table = grammar::header(tables);
                finding.help(format!("{change} in {path}, which changes every persona that uses it")).help_in(
                    &format!("or write it under {table} in {{}}, which overrides the fragment"),
                    self.path(),
                )
            }
        }
    }

    /// Reports a rule whose wording differs from the required text.
    fn wording(
        &self,
        wanted: &RequiredRule,
        text: &Text,
        emitted: &[&EmittedRule<'a>],
    ) -> Option<Diagnostic> {
        let wording = fold(&text.value);
        let is_worded = |(_, origin): &&&EmittedRule<'a>| text_of(*origin) == wording;
        let address = &wanted.address.value;
        let is_filled = |force: Force| {
            // Templates are filled in here.
            let mut rules = self.blocks_at(address);
            rules.any(|(other, block)| other == force && fold(&block.text.text) == wording)
        };
        if emitted.iter().any(|rule| is_worded(&rule) || is_filled(rule.0)) {
            return None;
        }
        let message = format!("the wording of the rule `{address}` differs from the required text");
        let mut finding = self.breach(message, text.span).about(address);
        for (_, origin) in emitted {
            finding = finding.context(origin.span(), "in the persona");
        }
        let help = format!("change it to: {wording}");
        Some(finding.help(help))
    }

    /// Returns the rules at an address, with their forces.
    fn blocks_at(&self, address: &str) -> impl Iterator<Item = (Force, &Block<'a>)> {
        let blocks = self.composition.persona.blocks_at(address);
        blocks.filter_map(|block| Some((block.part.force()?, block)))
    }

    /// Returns the rules of the persona by subject.
    fn subjects(&self) -> &BTreeMap<&'a str, &'a Claim> {
        self.subjects.get_or_init(|| {
            let rules = self.composition.decisions.values().flat_map(Decision::emitted);
            rules.filter_map(|claim| Some((claim.subject()?, claim))).collect()
        })
    }
}

/// Returns the text of a rule, white space folded and template not filled in.
fn text_of(origin: Origin<'_>) -> String {
    let text = match origin {
        Origin::Claim(claim) => claim.block().map_or("", |block| block.text.value.as_str()),
        Origin::Resolution(_, resolution) => resolution.choice.text(),
    };
    fold(text).into_owned()
}

fn force_of(claim: &Claim) -> &'static str {
    claim.force().map_or("", Force::name)
}

/// Returns whether a rule of this force satisfies the wanted force.
fn covers(force: Force, wanted: Force) -> bool {
    force == wanted || subsumes(force, wanted)
}
