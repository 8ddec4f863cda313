//! Checks `[[require]]`: invariants that cento.toml demands of personas.
//!
//! A requirement looks at the composed persona, not at who claims what: it does not matter whether a rule
//! comes from a resolution, subsumes the required one, or is inherited. An address in conflict is neither
//! present nor missing, and only the conflict is reported. Budgets are checked in [`super::budget`].

pub(super) mod descriptions;
pub(super) mod idle;
pub(super) mod outputs;
mod rule;

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::compose::{Composition, Decision, Section};
use crate::model::grammar::{self, Keys as _};
use crate::model::{
    Address, Claim, Datum, Diagnostic, FragmentId, Library, Pattern, Profile, RequiredField, RequiredSection,
    Requirement, Selector, Span, Target, Text, codes, fold, nearest,
};

/// The maximum number of names in a message.
const MAX_NAMES: usize = 3;

/// The requirements of a library, with data for checking many personas.
#[derive(Debug)]
pub(super) struct Requirements<'a> {
    library: &'a Library,
    /// The fragments with each rule, by address; computed when a persona lacks a rule.
    holders: OnceLock<BTreeMap<&'a str, Vec<&'a str>>>,
    /// The fragments with content in each section; computed when a persona lacks a section.
    fragments_in: OnceLock<BTreeMap<&'a str, Vec<&'a str>>>,
    /// For each requirement, the existing rule most similar to the required one.
    near: Vec<OnceLock<Option<&'a str>>>,
}

/// Returns whether a selector matches a persona, exceptions considered.
pub(crate) fn selects(library: &Library, selector: &Selector, composition: &Composition<'_>) -> bool {
    let excepts = |except: &Selector| selects(library, except, composition);
    matches(library, selector, composition) && !selector.except.as_deref().is_some_and(excepts)
}

/// As [`selects`], ignoring exceptions.
fn matches(library: &Library, selector: &Selector, composition: &Composition<'_>) -> bool {
    let persona = &composition.persona;
    let id = &composition.profile.id;
    let any = |wanted: &[Text], holds: &dyn Fn(&str) -> bool| {
        wanted.is_empty() || wanted.iter().any(|text| holds(&text.value))
    };
    let builds_on = |parent: &str| {
        let mut lineage = composition.lineage.iter().map(|index| &library.profiles[*index].id);
        id != parent && lineage.any(|id| id == parent)
    };
    any(&selector.tags, &|tag| persona.tags.contains(&tag))
        && any(&selector.names, &|name| id == name)
        && any(&selector.targets, &|name| persona.targets.iter().any(|settings| settings.target.name == name))
        && any(&selector.extends, &builds_on)
}

/// A requirement, and a persona that it selects.
struct Asked<'r, 'c, 'a> {
    requirements: &'r Requirements<'a>,
    library: &'a Library,
    number: usize,
    requirement: &'a Requirement,
    composition: &'c Composition<'a>,
    /// The target of an output of another persona that includes this one; nothing for the persona's own outputs.
    holder: Option<&'static Target>,
    /// The rules of the persona by subject; computed when one is missing.
    subjects: &'r OnceCell<BTreeMap<&'a str, &'a Claim>>,
}

impl<'a> Requirements<'a> {
    pub(super) fn new(library: &'a Library) -> Self {
        let near = library.config.requirements.iter().map(|_| OnceLock::new()).collect();
        Requirements { library, holders: OnceLock::new(), fragments_in: OnceLock::new(), near }
    }

    /// Reports each requirement that the persona breaks.
    pub(super) fn check(&self, composition: &Composition<'a>) -> Vec<Diagnostic> {
        if composition.profile.is_abstract {
            return Vec::new();
        }
        let findings = self.ask(composition, None).into_iter();
        findings.map(|finding| finding.in_persona(&composition.profile.id)).collect()
    }

    /// Reports what a persona must have and lacks in an output of another one that includes it.
    pub(super) fn check_in(
        &self,
        whole: &Composition<'a>,
        target: &'static Target,
        part: &Composition<'a>,
    ) -> Vec<Diagnostic> {
        let (id, whole) = (&part.profile.id, &whole.profile.id);
        let findings = self.ask(part, Some(target)).into_iter();
        findings.map(|finding| finding.note(format!("`{whole}` includes `{id}`")).in_persona(whole)).collect()
    }

    /// Asks each requirement for the persona: about its own outputs, or about that of a persona that includes it.
    fn ask(&self, composition: &Composition<'a>, holder: Option<&'static Target>) -> Vec<Diagnostic> {
        let (library, subjects) = (self.library, OnceCell::new());
        let mut findings = Vec::new();
        for (number, requirement) in library.config.requirements.iter().enumerate() {
            if selects(library, &requirement.personas, composition) {
                let (requirements, subjects) = (self, &subjects);
                let asked =
                    Asked { requirements, library, number, requirement, composition, holder, subjects };
                findings.extend(match holder {
                    None => asked.breaches(),
                    Some(_) => asked.breaches_in_holder(),
                });
            }
        }
        library.config.severities.applied(findings)
    }

    /// Returns the fragments that have each rule.
    fn holders(&self) -> &BTreeMap<&'a str, Vec<&'a str>> {
        self.holders.get_or_init(|| {
            let mut holders: BTreeMap<&'a str, Vec<&'a str>> = BTreeMap::new();
            for fragment in self.library.fragments.values() {
                for claim in fragment.claims.iter().filter(|claim| claim.force().is_some()) {
                    holders.entry(claim.address.as_str()).or_default().push(&fragment.id);
                }
            }
            holders
        })
    }

    /// Returns the fragments with content in each section.
    fn fragments_in(&self) -> &BTreeMap<&'a str, Vec<&'a str>> {
        self.fragments_in.get_or_init(|| {
            let mut fragments_in: BTreeMap<&'a str, Vec<&'a str>> = BTreeMap::new();
            for fragment in self.library.fragments.values() {
                fragments_in.entry(&fragment.section).or_default().push(&fragment.id);
            }
            fragments_in
        })
    }

    /// Returns the existing rule most similar to a required one that no fragment has.
    fn near(&self, number: usize, rule: &str) -> Option<&'a str> {
        *self.near.get(number)?.get_or_init(|| nearest(rule, self.holders().keys().copied()))
    }
}

impl<'a> Asked<'_, '_, 'a> {
    fn breaches(&self) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        findings.extend(self.requirement.rule.as_ref().and_then(|wanted| self.rule(wanted)));
        findings.extend(self.requirement.section.as_ref().and_then(|wanted| self.section(wanted)));
        findings.extend(self.requirement.field.as_ref().and_then(|wanted| self.field(wanted)));
        findings.extend(self.requirement.fragments.iter().filter_map(|wanted| self.fragment(wanted)));
        findings.extend(self.requirement.without.iter().filter_map(|banned| self.without(banned)));
        findings
    }

    fn profile(&self) -> &'a Profile {
        self.composition.profile
    }

    /// Returns the path of the profile.
    fn path(&self) -> &'a str {
        self.library.profile_path(self.profile()).as_str()
    }

    /// Creates a finding about a part of the requirement.
    fn breach(&self, message: String, wanted: Span) -> Diagnostic {
        with_reason(
            self.requirement,
            Diagnostic::new(codes::REQUIREMENT, message).at(wanted, "required here"),
        )
    }

    fn is_open(&self, address: &str) -> bool {
        self.composition.decisions.get(address).is_some_and(Decision::is_in_conflict)
    }

    fn section(&self, wanted: &RequiredSection) -> Option<Diagnostic> {
        let kind = wanted.kind.value.as_str();
        let sections = &self.composition.persona.sections;
        let Some(section) = sections.iter().find(|section| section.kind == kind) else {
            let finding = self.breach(format!("the required section `{kind}` is missing"), wanted.kind.span);
            let list = grammar::Profile::Use.shown();
            return Some(match self.fragments_of(kind) {
                Some(names) => finding
                    .help_in(&format!("add a fragment of this kind to {list} in {{}}: {names}"), self.path()),
                None => finding
                    .help_if(self.near_section(kind))
                    .help("no fragment has this kind: create one, or correct the name"),
            });
        };
        let heading = wanted.heading.as_ref().and_then(|heading| self.heading(section, heading));
        heading.or_else(|| self.absent_section(section, wanted))
    }

    fn heading(&self, section: &Section<'a>, wanted: &Text) -> Option<Diagnostic> {
        let kind = section.kind;
        let address = Address::heading(kind).to_string();
        if fold(&section.heading.text) == fold(&wanted.value) || self.is_open(&address) {
            return None;
        }
        let message =
            format!("the heading of `{kind}` is `{}` but must be `{}`", section.heading.text, wanted.value);
        let finding = self.breach(message, wanted.span);
        let line = format!("{kind} = {:?}", wanted.value);
        Some(match section.heading.origin {
            Some(origin) => {
                finding.context(origin.span(), "current heading").help(format!("change it to `{line}`"))
            }
            None => {
                let sections = grammar::header([grammar::Profile::Sections.name()]);
                finding.help_in(&format!("add `{line}` to {sections} in {{}}"), self.path())
            }
        })
    }

    fn field(&self, wanted: &RequiredField) -> Option<Diagnostic> {
        let name = wanted.name.value.as_str();
        if self.is_open(&Address::Field(name).to_string()) {
            return None;
        }
        let field = self.composition.persona.field(name);
        let value = field.map_or(String::new(), |field| field.value.to_string());
        if value.trim().is_empty() {
            if let Some(origin) = field.and_then(|field| field.origin) {
                let finding = self.breach(format!("the required field `{name}` is empty"), wanted.name.span);
                return Some(finding.context(origin.span(), "empty value").help("set a value here"));
            }
            let finding = self.breach(format!("the required field `{name}` is missing"), wanted.name.span);
            let own = match grammar::own_field(name) {
                Some(_) => String::new(),
                None => format!(" under {}", grammar::header([grammar::Profile::Fields.name()])),
            };
            let known = self.composition.persona.fields.iter().map(|field| field.name);
            let near = nearest(name, known).map(|nearest| format!("did you mean `{nearest}`?"));
            return Some(
                finding.help_if(near).help_in(&format!("add `{name} = \"...\"`{own} to {{}}"), self.path()),
            );
        }
        let pattern = wanted.pattern.as_ref()?;
        if pattern.regex.is_match(&value) {
            return self.setting_that_differs(name, pattern);
        }
        let message = format!("the field `{name}` does not match `{}`", pattern.text.value);
        let finding = self.breach(message, pattern.text.span);
        Some(match field.and_then(|field| field.origin) {
            Some(origin) => finding
                .context(origin.span(), "current value")
                .help(format!("change the value so that it matches `{}`", pattern.text.value)),
            None => finding.help_in(
                &format!("set `{name}` in {{}}; without it, the id of the profile is used"),
                self.path(),
            ),
        })
    }

    /// Reports a setting that a target has instead of a field, and that does not match.
    fn setting_that_differs(&self, name: &str, pattern: &Pattern) -> Option<Diagnostic> {
        let settings = self.composition.persona.targets.iter();
        let mut values = settings.flat_map(|settings| {
            let own = settings.values.iter().filter(|(key, ..)| *key == name);
            own.map(|(_, value, origin)| (settings.target.name, value, *origin))
        });
        let differs = |value: &Datum| !pattern.regex.is_match(&value.to_string());
        let (target, _, origin) = values.find(|(_, value, origin)| origin.is_some() && differs(value))?;
        let message = format!("`{name}` of the target {target} does not match `{}`", pattern.text.value);
        let finding = self.breach(message, pattern.text.span).context(origin?.span(), "current value");
        Some(
            finding
                .help(format!("change the value so that it matches `{}`, or delete it", pattern.text.value)),
        )
    }

    fn fragment(&self, wanted: &Text) -> Option<Diagnostic> {
        let (index, id) = (self.fragment_index(wanted)?, &wanted.value);
        let selection = &self.composition.selection;
        if selection.fragments.contains_key(&index) {
            return None;
        }
        let finding = self.breach(format!("the required fragment `{id}` is not used"), wanted.span);
        Some(match self.drop_of(index) {
            Some((path, span)) => finding
                .context(span, "dropped here")
                .help(format!("delete the {} in {path}", grammar::Profile::Drop.shown())),
            None => {
                let list = grammar::Profile::Use.shown();
                finding.help_in(&format!("add \"{id}\" to {list} in {{}}"), self.path())
            }
        })
    }

    fn without(&self, banned: &Text) -> Option<Diagnostic> {
        let (index, id) = (self.fragment_index(banned)?, &banned.value);
        let uses = self.composition.selection.fragments.get(&index)?;
        let message = format!("the forbidden fragment `{id}` is used");
        let finding = Diagnostic::new(codes::REQUIREMENT, message).at(banned.span, "forbidden here");
        let mut finding = with_reason(self.requirement, finding);
        let own = self.composition.lineage.last();
        for (user, span) in uses.iter().take(MAX_NAMES) {
            let path = self.library.profile_path(&self.library.profiles[*user]);
            finding = finding
                .context(*span, "used here")
                .help(format!("delete it from {} in {path}", grammar::Profile::Use.shown()));
        }
        if uses.iter().all(|(user, _)| Some(user) != own) {
            let drop = grammar::Profile::Drop.name();
            finding = finding.help_in(
                &format!("or drop it from one persona: add {drop} = [\"{id}\"] to {{}}"),
                self.path(),
            );
        }
        Some(finding)
    }

    fn fragment_index(&self, id: &Text) -> Option<FragmentId> {
        self.library.fragments.id_of(&id.value)
    }

    /// Returns where a profile drops a fragment: its path and the span.
    fn drop_of(&self, fragment: FragmentId) -> Option<(&'a str, Span)> {
        let dropper = self.composition.selection.dropped.get(&fragment)?;
        let profile = &self.library.profiles[*dropper];
        let id = &self.library.fragments[fragment].id;
        let drop = profile.drops.iter().find(|drop| drop.fragment.value == *id)?;
        Some((self.library.profile_path(profile).as_str(), drop.fragment.span))
    }

    /// Names fragments with content in a section. `None` if there are none.
    fn fragments_of(&self, kind: &str) -> Option<String> {
        let names = self.requirements.fragments_in().get(kind)?;
        let more = if names.len() > MAX_NAMES { ", and others" } else { "" };
        Some(format!("{}{more}", names[..names.len().min(MAX_NAMES)].join(", ")))
    }

    fn near_section(&self, kind: &str) -> Option<String> {
        let near = nearest(kind, self.requirements.fragments_in().keys().copied());
        near.map(|near| format!("did you mean `{near}`?"))
    }
}

/// Adds the reason of a requirement as a note.
pub(super) fn with_reason(requirement: &Requirement, mut finding: Diagnostic) -> Diagnostic {
    finding.notes.extend(requirement.reason.iter().map(|reason| format!("reason: {}", reason.value)));
    finding
}
