//! Checks personas against the keys and limits of their targets.

use super::require::selects;
use super::{
    forces, front_matter, hidden, placeholders, reread, settings as target_settings, unshared, vocabulary,
};
use crate::compose::{Composition, Field, Origin, TargetSettings};
use crate::model::grammar::{self, Profile, target_header};
use crate::model::{
    Address, DESCRIPTION, Datum, Diagnostic, Facts, Library, NAME, PATH, Requirement, Severity, Span,
    address, codes,
};
use crate::render::front_matter::is_typed;
use crate::render::{markdown::body_alone, parts_in};

/// Reports missing keys that a target requires, values beyond its limits or the budgets of cento.toml, and
/// parts of the persona that it cannot express. Abstract profiles have no targets to check.
pub(super) fn check(
    library: &Library,
    known_lines: &forces::KnownLines,
    composition: &Composition<'_>,
) -> Vec<Diagnostic> {
    if composition.profile.is_abstract {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let (body, start) = (body_alone(&composition.persona), composition.profile.start());
    for settings in &composition.persona.targets {
        let checker = Checker { library, composition, settings };
        findings.extend(checker.required_and_limited());
        findings.extend(reread::check(composition, settings, &body, start));
        findings.extend(front_matter::check(library, composition, settings, start));
        findings.extend(vocabulary::check(library, composition, settings, start));
        findings.extend(target_settings::check(composition, settings));
        findings.extend(placeholders::check_path(library, composition, settings));
        findings.extend(checker.losses());
        findings.extend(checker.empty());
    }
    findings.extend(unshared::check(composition));
    findings.extend(forces::check(library, composition, &body, known_lines));
    findings.extend(placeholders::check(library, composition, &body));
    findings.extend(hidden::check(library, composition, &body));
    findings.extend(super::budget::check(library, composition));
    let findings = findings.into_iter().map(|finding| finding.in_persona(&composition.profile.id));
    library.config.severities.applied(findings.collect())
}

/// Returns the addresses of what a target cannot express of a persona, with where that is written.
pub(crate) fn lost<'a>(
    composition: &Composition<'a>,
    settings: &TargetSettings<'a>,
) -> Vec<(String, Option<Span>)> {
    let lost = Checker { library: composition.library, composition, settings }.lost();
    lost.into_iter().chain(unshared::lost(composition, settings)).collect()
}

struct Checker<'c, 'a> {
    library: &'a Library,
    composition: &'c Composition<'a>,
    settings: &'c TargetSettings<'a>,
}

impl Checker<'_, '_> {
    fn path(&self) -> String {
        self.library.profile_path(self.composition.profile).to_string()
    }

    fn error(&self, message: String, span: Span, help: String) -> Diagnostic {
        let finding = Diagnostic::new(codes::TARGET, message).at(span, "").help(help);
        finding.note_if(self.settings.target.facts.map(Facts::note))
    }

    fn required_and_limited(&self) -> Vec<Diagnostic> {
        let target = self.settings.target;
        let mut findings = Vec::new();
        findings.extend(self.file());
        if !target.has_values() {
            return findings;
        }
        findings.extend(self.missing());
        if let Some(field) = self.description()
            && let length = field.value.to_string().chars().count()
            && let Some(most) = target.description.and_then(|rule| rule.most).filter(|most| length > *most)
        {
            let message =
                format!("the description has {length} characters; {} allows {most}", target.summary);
            let span = field.origin.map_or(self.composition.profile.start(), Origin::span);
            findings.push(self.error(message, span, "shorten it".to_owned()));
        }
        findings.extend(self.avoided());
        findings.extend(self.name());
        findings.extend(self.directory());
        for key in target.keys {
            let from_target = self.settings.values.iter().any(|(name, ..)| *name == key.name);
            let value = self.composition.persona.value(self.settings, key.name);
            // What a template filled in was not measured when the profile was read.
            if let (Some(most), Some((datum, Some(origin)))) = (key.most, value)
                && let Some(length) = datum.as_str().map(|text| text.chars().count())
                && length > most
            {
                let message =
                    format!("`{}` has {length} characters; {} allows {most}", key.name, target.summary);
                findings.push(self.error(message, origin.span(), "shorten it".to_owned()));
            }
            if let (false, Some((datum, Some(origin))), Some(field)) = (from_target, value, key.field())
                && !key.value.accepts(datum)
            {
                let expected = key.value.describe();
                let message = format!("the field `{field}` sets `{}`, which must be {expected}", key.name);
                let help = format!(
                    "correct the field, or set `{}` in {}",
                    key.name,
                    target_header(self.settings.target.name)
                );
                findings.push(self.error(message, origin.span(), help));
            }
        }
        findings
    }

    /// The description, unless it is empty.
    fn description(&self) -> Option<&Field<'_>> {
        let field = self.composition.persona.field(Profile::Description.name())?;
        Some(field).filter(|field| !field.value.to_string().trim().is_empty())
    }

    /// Reports characters of the description that some readers refuse.
    fn avoided(&self) -> Option<Diagnostic> {
        let target = self.settings.target;
        let field = self.description()?;
        let avoid = target.description?.avoid;
        let found = field.value.as_str()?.chars().find(|letter| avoid.contains(letter))?;
        let message =
            format!("the description has a `{found}`, which some readers of {} refuse", target.summary);
        let span = field.origin.map_or(self.composition.profile.start(), Origin::span);
        let finding = self.error(message, span, "write it in words".to_owned());
        Some(Diagnostic { severity: Severity::Warning, ..finding })
    }

    /// Reports values that the target requires and nothing sets.
    fn missing(&self) -> Vec<Diagnostic> {
        let Checker { settings, composition, .. } = self;
        let (target, id) = (settings.target, &composition.profile.id);
        let value = |key: &str| composition.persona.value(settings, key).map(|(datum, _)| datum);
        let description = target.description.filter(|rule| rule.is_required).map(|_| DESCRIPTION);
        let keys = target.keys.iter().filter(|key| key.is_required).map(|key| key.name);
        let always = description.into_iter().chain(keys).map(|needed| (needed, String::new()));
        let needs =
            target.needs.iter().filter(|(key, set, _)| value(key).and_then(Datum::as_str) == Some(set));
        let sometimes = needs.map(|(key, set, needed)| (*needed, format!(" where `{key}` is `{set}`")));
        let is_missing = |key: &str| {
            let is_set = if key == DESCRIPTION { self.description().is_some() } else { value(key).is_some() };
            !is_set && !is_typed(settings, key)
        };
        let missing = always.chain(sometimes).filter(|(needed, _)| is_missing(needed));
        let report = |(needed, when): (&str, String)| {
            let (what, help) = match target.key(needed) {
                Some(key) => {
                    let help = format!(
                        "set `{needed}` in {}: {}",
                        target_header(self.settings.target.name),
                        key.value.describe()
                    );
                    (format!("`{needed}`"), help)
                }
                None => (needed.to_owned(), format!("add `{needed} = \"...\"` to {}", self.path())),
            };
            let message = format!("`{id}` has no {what}; {} needs one{when}", target.summary);
            self.error(message, self.composition.profile.start(), help)
        };
        missing.map(report).collect()
    }

    /// Reports a declared name that the target does not accept, or that replaces what its program has built in.
    fn name(&self) -> Option<Diagnostic> {
        let target = self.settings.target;
        let name = self.settings.declared_name(&self.composition.profile.id);
        let rule = target.declared?;
        let (severity, message) = match rule.objection(name) {
            Some(objection) => {
                (Severity::Error, format!("`{name}` is not a valid name for {}: {objection}", target.summary))
            }
            None if rule.reserved.contains(&name) => {
                (Severity::Warning, format!("`{name}` replaces {} that is built in", target.summary))
            }
            None => {
                let objection = rule.advised.objection(name)?;
                let message =
                    format!("`{name}` is not a name as documented for {}: {objection}", target.summary);
                (Severity::Warning, message)
            }
        };
        let set = self.settings.name.as_ref().and_then(|name| name.origin);
        let help = match set {
            Some(_) => {
                format!("change `{NAME}` in {}", target_header(self.settings.target.name))
            }
            None => format!("rename {}", self.path()),
        };
        let mut finding =
            self.error(message, set.map_or(self.composition.profile.start(), Origin::span), help);
        finding.severity = severity;
        Some(finding)
    }

    /// Reports a file that programs do not load because of its name.
    fn file(&self) -> Option<Diagnostic> {
        let target = self.settings.target;
        let path = crate::render::output_path(self.composition, self.settings);
        let file = path.rsplit('/').next()?;
        let suffix = target.suffix();
        // A directory with the persona's name has a rule of its own.
        let is_named = target.has_values() && !suffix.contains('/') && !file.ends_with(suffix);
        let objection = match is_named {
            true => format!("it must end in `{suffix}`"),
            false => target.file.objection(file)?,
        };
        let message = format!("`{path}` is not loaded as {}: {objection}", target.summary);
        let set = self.settings.path.as_ref().and_then(|path| path.origin);
        let help = match set {
            Some(_) => {
                format!("change `{PATH}` in {}", target_header(self.settings.target.name))
            }
            None => format!("rename {}", self.path()),
        };
        Some(self.error(message, set.map_or(self.composition.profile.start(), Origin::span), help))
    }

    /// Reports a path whose directory does not have the declared name, for targets that require it.
    fn directory(&self) -> Option<Diagnostic> {
        let target = self.settings.target;
        if !target.named_directory {
            return None;
        }
        let id = &self.composition.profile.id;
        let name = self.settings.declared_name(id);
        let path = crate::render::output_path(self.composition, self.settings);
        let mut parts = path.rsplit('/');
        let (file, directory) = (parts.next(), parts.next());
        let usual = target.default_path(name);
        if directory == Some(name) && file == usual.rsplit('/').next() {
            return None;
        }
        let message = format!("{} must be in a directory of the same name: `{usual}`", target.summary);
        let set = self.settings.path.as_ref().or(self.settings.name.as_ref());
        let span =
            set.and_then(|setting| setting.origin).map_or(self.composition.profile.start(), Origin::span);
        Some(self.error(message, span, format!("end the path with `{name}/{}`", usual.rsplit('/').next()?)))
    }

    /// Reports a target that has no entry of a persona with entries.
    fn empty(&self) -> Option<Diagnostic> {
        let target = self.settings.target;
        let limited = self.composition.persona.limited_to(self.settings)?;
        limited.sections.is_empty().then_some(())?;
        let message = format!("`{}` has no content for `{}`", self.composition.profile.id, target.name);
        let help =
            format!("write an entry for this target, or delete {}", target_header(self.settings.target.name));
        Some(
            Diagnostic::new(codes::EMPTY_PERSONA, message)
                .at(self.composition.profile.start(), "")
                .help(help),
        )
    }

    /// Reports tools and fields that the target cannot express.
    fn losses(&self) -> Vec<Diagnostic> {
        let own = self.lost().into_iter().map(|(address, span)| self.loss(&address, span));
        let of_parts = parts_in(self.composition, self.settings).iter().flat_map(|part| {
            let settings = part.persona.settings(self.settings.target);
            let lost = lost(part, &settings).into_iter();
            lost.map(|(address, span)| self.loss_of(part, &address, span)).collect::<Vec<_>>()
        });
        own.chain(of_parts).collect()
    }

    /// The finding about what the output does not have of another persona that it holds too.
    fn loss_of(&self, part: &Composition<'_>, address: &str, span: Option<Span>) -> Diagnostic {
        let (target, id) = (self.settings.target.name, &part.profile.id);
        Diagnostic::new(codes::LOSS, format!("`{target}` cannot express `{address}` of `{id}`"))
            .about(address)
            .at_if(span, "")
    }

    /// The addresses of the tools and fields that the target cannot express.
    fn lost(&self) -> Vec<(String, Option<Span>)> {
        let target = self.settings.target;
        let persona = &self.composition.persona;
        let mut lost = Vec::new();
        let lists = [
            (address::ALLOW, target.allow.is_none(), persona.allow.is_some()),
            (address::DENY, target.deny.is_none(), !persona.deny.is_empty()),
        ];
        for (address, cannot, has) in lists {
            if cannot && has {
                let claim =
                    self.composition.decisions.get(address).and_then(|decision| decision.emitted().next());
                lost.push((address.to_owned(), claim.map(|claim| claim.span)));
            }
        }
        for field in persona.fields.iter().filter(|_| !target.has_all_fields()) {
            let used = grammar::own_field(field.name).is_some()
                || persona.fields_in_text.iter().any(|name| name == field.name)
                || persona.targets.iter().any(|settings| {
                    settings.target.keys.iter().any(|key| key.field().is_some_and(|name| name == field.name))
                });
            if !used && !self.is_asked_for(field.name) {
                lost.push((Address::Field(field.name).to_string(), field.origin.map(Origin::span)));
            }
        }
        lost
    }

    /// Returns whether a `[[require]]` names a field. Such a field has a use even if no target shows it.
    fn is_asked_for(&self, field: &str) -> bool {
        let asks = |requirement: &&Requirement| {
            requirement.field.as_ref().is_some_and(|wanted| wanted.name.value == field)
        };
        let mut requirements = self.library.config.requirements.iter().filter(asks);
        requirements.any(|requirement| selects(self.library, &requirement.personas, self.composition))
    }

    fn loss(&self, address: &str, span: Option<Span>) -> Diagnostic {
        let target = self.settings.target.name;
        let message = match Address::parse(address).field().is_some() {
            true => format!("`{address}` is not used by any text, and `{target}` cannot express it"),
            false => format!("`{target}` cannot express `{address}`"),
        };
        Diagnostic::new(codes::LOSS, message).about(address).at_if(span, "")
    }
}
