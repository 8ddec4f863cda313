//! Checks personas against the keys and limits of their targets.

use super::front_matter::ReadBack;
use super::require::selects;
use super::{
    forces, hidden, loading, placeholders, reread, settings as target_settings, unshared, vocabulary,
};
use crate::compose::{Composition, Origin, Persona, TargetSettings};
use crate::model::grammar::{self, target_header};
use crate::model::{
    Address, BODY, DESCRIPTION, Diagnostic, Facts, Form, LOADING, Library, NAME, PATH, PATHS, PERSONAS,
    Requirement, Severity, Span, address, codes,
};
use crate::render::{markdown::body_alone, parts_in};

/// The line that begins and ends front matter.
const FENCE: &str = "---";

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
        let back = ReadBack::new(composition, settings);
        findings.extend(checker.required_and_limited(&back));
        findings.extend(reread::check(composition, settings, &body, start));
        findings.extend(back.check());
        findings.extend(vocabulary::check(composition, settings, &back));
        findings.extend(target_settings::check(composition, settings));
        findings.extend(placeholders::check_path(library, composition, settings));
        findings.extend(checker.losses());
        findings.extend(checker.empty());
    }
    findings.extend(loading::check(composition));
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

    fn required_and_limited(&self, back: &ReadBack<'_, '_>) -> Vec<Diagnostic> {
        let target = self.settings.target;
        let mut findings = Vec::new();
        findings.extend(self.file());
        if !target.has_values() {
            return findings;
        }
        findings.extend(self.missing(back));
        let description = target.description.map(|rule| (DESCRIPTION, rule.most));
        let keys = target.keys.iter().map(|key| (key.name, key.most));
        let limited = description.into_iter().chain(keys).filter_map(|(key, most)| Some((key, most?)));
        findings.extend(limited.filter_map(|(key, most)| self.too_long(back, key, most)));
        findings.extend(self.avoided(back));
        findings.extend(self.name());
        findings.extend(self.directory());
        findings.extend(self.second_body());
        for key in target.keys {
            let from_target = self.settings.values.iter().any(|(name, ..)| *name == key.name)
                || self.settings.loaded.iter().any(|(name, ..)| *name == key.name);
            let value = self.composition.persona.value(self.settings, key.name);
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

    /// Reports a value with more characters than the target allows. Settings are measured when the profile is read, but not
    /// what templates, fields and typed front matter make of them.
    fn too_long(&self, back: &ReadBack<'_, '_>, key: &str, most: usize) -> Option<Diagnostic> {
        let length = back.value(key)?.as_str()?.chars().count();
        (length > most).then_some(())?;
        let what = if key == DESCRIPTION { "the description".to_owned() } else { format!("`{key}`") };
        let message =
            format!("{what} has {length} characters; {} allows {most}", self.settings.target.summary);
        Some(self.error(message, back.set_at(key), "shorten it".to_owned()))
    }

    /// Reports what some readers refuse or misread: in the description, and in any other value the dashes that end front matter
    /// for a reader that looks for them anywhere.
    fn avoided(&self, back: &ReadBack<'_, '_>) -> Vec<Diagnostic> {
        let target = self.settings.target;
        let avoid = target.description.map_or(&[][..], |rule| rule.avoid);
        let found = |key: &str| {
            let value = back.value(key)?.to_string();
            let is_avoided = |part: &&&str| (key == DESCRIPTION || **part == FENCE) && value.contains(**part);
            let found = avoid.iter().find(is_avoided)?;
            let what = if key == DESCRIPTION { "the description".to_owned() } else { format!("`{key}`") };
            let message = format!(
                "{what} has `{found}`, which some readers of {} refuse or read as markup",
                target.summary
            );
            let finding = self.error(message, back.set_at(key), "write it in words".to_owned());
            Some(Diagnostic { severity: Severity::Warning, ..finding })
        };
        back.keys().filter_map(found).collect()
    }

    /// Reports values that the target requires and nothing sets.
    fn missing(&self, back: &ReadBack<'_, '_>) -> Vec<Diagnostic> {
        let (target, id) = (self.settings.target, &self.composition.profile.id);
        let is_body = self.settings.body_key() == Some(DESCRIPTION);
        let description = target.description.filter(|rule| rule.is_required && !is_body).map(|_| DESCRIPTION);
        let keys = target.keys.iter().filter(|key| key.is_required).map(|key| key.name);
        let always = description.into_iter().chain(keys).map(|needed| (needed, String::new()));
        let is_set = |key: &str, set: &str| back.value(key).is_some_and(|value| value.as_str() == Some(set));
        let needs = target.needs.iter().filter(|(key, set, _)| is_set(key, set));
        let sometimes = needs.map(|(key, set, needed)| (*needed, format!(" where `{key}` is `{set}`")));
        // `check/loading.rs` reports fields that say something wrong.
        let is_said = loading::is_said(self.composition);
        let is_unsaid = loading::is_unsaid(self.composition, self.settings);
        let is_explained = |key: &str, when: &str| {
            let is_of_fields = target.switches().any(|switch| switch == key) || key == DESCRIPTION;
            is_unsaid && is_of_fields && (key != DESCRIPTION || !when.is_empty())
        };
        let missing =
            always.chain(sometimes).filter(|(needed, when)| !back.has(needed) && !is_explained(needed, when));
        let report = |(needed, when): (&str, String)| {
            let (what, help) = match target.key(needed) {
                Some(key) => {
                    let field = match () {
                        () if target.holds_paths(needed) => format!("; or set the field `{PATHS}`"),
                        () if target.switches().any(|switch| switch == needed) && !is_said => {
                            format!("; or set the field `{LOADING}`")
                        }
                        () => String::new(),
                    };
                    let help = format!(
                        "set `{needed}` in {}: {}{field}",
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

    /// Reports a setting for the key that has the body.
    fn second_body(&self) -> Option<Diagnostic> {
        let body = self.settings.body_key()?;
        let (_, _, origin) = self.settings.values.iter().find(|(key, ..)| *key == body)?;
        let Form::Json(envelope) = self.settings.target.form else { return None };
        let other = envelope.bodies.iter().find(|key| **key != body)?;
        let message =
            format!("`{body}` is the body of {}, so it cannot be set", self.settings.target.summary);
        let help = format!(
            "delete it, or set `{BODY} = \"{other}\"` in {}",
            target_header(self.settings.target.name)
        );
        Some(self.error(message, (*origin)?.span(), help))
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
        let ending = target.ending();
        // A directory with the persona's name has a rule of its own.
        let is_named = target.has_values() && !ending.contains('/') && !file.ends_with(ending);
        let objection = match is_named {
            true => format!("it must end in `{ending}`"),
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

    /// Reports a target that has no entry of a persona with entries: of this one, or of one that the output includes.
    fn empty(&self) -> Vec<Diagnostic> {
        let (target, id) = (self.settings.target, &self.composition.profile.id);
        let is_empty = |persona: &Persona<'_>, settings: &TargetSettings<'_>| {
            persona.limited_to(settings).is_some_and(|limited| limited.sections.is_empty())
        };
        let finding = |message: String, help: String| {
            let start = self.composition.profile.start();
            Diagnostic::new(codes::EMPTY_PERSONA, message).at(start, "").help(help)
        };
        let own = is_empty(&self.composition.persona, self.settings).then(|| {
            let header = target_header(target.name);
            finding(
                format!("`{id}` has no content for `{}`", target.name),
                format!("write an entry for this target, or delete {header}"),
            )
        });
        let parts = parts_in(self.composition, self.settings).iter();
        let parts =
            parts.filter(|part| is_empty(&part.persona, &part.persona.settings(target))).map(|part| {
                let part = &part.profile.id;
                finding(
                    format!(
                        "`{part}`, which the output of `{id}` includes, has no content for `{}`",
                        target.name
                    ),
                    format!(
                        "write an entry of `{part}` for this target, or delete `{part}` from `{PERSONAS}`"
                    ),
                )
            });
        own.into_iter().chain(parts).collect()
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
                || persona.targets.iter().any(|settings| settings.reads_field(field.name));
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
