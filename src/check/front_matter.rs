//! Reads front matter back, to check that a program that loads an output gets the composed values.

mod rules;
mod together;

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::placeholders;
use crate::compose::{Composition, Origin, TargetSettings};
use crate::model::grammar::{Keys as _, Profile, Require, Tools, header, target_header};
use crate::model::wording::shortened;
use crate::model::{
    Address, Code, DESCRIPTION, Datum, Diagnostic, KeyType, NAME, NameRule, NameStatus, Severity, Sources,
    Span, ToolList, Vocabulary, codes,
};
use crate::render::Document;
use crate::render::front_matter::{Known, front_matter, is_typed, known};
use crate::text::front_matter as fences;
use crate::text::yaml::{self, Mapping, Objection, Yaml};

/// The front matter of an output as programs read it, and the values that it should have.
pub(super) struct ReadBack<'c, 'a> {
    sources: &'c Sources,
    composition: &'c Composition<'a>,
    settings: &'c TargetSettings<'a>,
    /// The span of findings that have no better one.
    start: Span,
    /// The composed values.
    composed: Vec<Known<'a>>,
    /// The front matter. `None` if there is none to read: conflicts have findings of their own, and their markers are not
    /// values.
    document: Option<Document<'a>>,
    /// The values that a reader finds in it.
    read: Mapping,
    objection: Option<Objection>,
}

impl<'c, 'a> ReadBack<'c, 'a> {
    /// Reads the front matter of an output.
    pub(super) fn new(composition: &'c Composition<'a>, settings: &'c TargetSettings<'a>) -> Self {
        let (id, persona) = (&composition.profile.id, &composition.persona);
        let has_any = settings.target.has_front_matter() || settings.front_matter.is_some();
        let document = (has_any && composition.conflicts.is_empty()).then(|| {
            let mut document = Document::new(false);
            front_matter(&mut document, id, persona, settings);
            document
        });
        let inner = document.as_ref().and_then(inside);
        let yaml = inner.map(|inner| fences::as_yaml(inner, settings.target));
        let (read, objection) = yaml.as_deref().map(yaml::lenient).unwrap_or_default();
        let (sources, start) = (&composition.library.sources, composition.profile.start());
        let composed = known(id, persona, settings);
        ReadBack { sources, composition, settings, start, composed, document, read, objection }
    }

    /// Reports front matter that is not valid YAML, and values that differ from the composed ones.
    pub(super) fn check(&self) -> Vec<Diagnostic> {
        let Some(document) = &self.document else { return Vec::new() };
        let (library, inner) = (self.composition.library, inside(document));
        let unfenced = inner.is_none() && !document.text().trim().is_empty();
        let mut findings: Vec<Diagnostic> = unfenced.then(|| self.unfenced()).into_iter().collect();
        let objection = self.objection.as_ref();
        findings.extend(objection.map(|objection| self.invalid(inner.unwrap_or_default(), objection)));
        findings.extend(self.differences());
        findings.extend(self.together());
        findings.extend(placeholders::check(library, self.composition, document));
        findings
    }

    /// What programs find where a profile types front matter. `None` where they find the composed values, or where what they
    /// find depends on the program.
    fn typed(&self) -> Option<&Mapping> {
        let is_readable =
            self.objection.is_none() && self.document.as_ref().is_some_and(|it| inside(it).is_some());
        (is_readable && self.settings.front_matter.is_some()).then_some(&self.read)
    }

    /// The value that programs find for a key, whether it is composed or typed. A list of tools is a list.
    pub(super) fn value(&self, key: &str) -> Option<Cow<'_, Datum>> {
        match self.typed() {
            Some(read) => {
                let value = read.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value)?;
                value.datum().map(Cow::Owned)
            }
            None => Some(Cow::Borrowed(self.composed.iter().find(|known| known.key == key)?.listed())),
        }
    }

    /// The tools that programs find in a list.
    pub(super) fn tools(&self, key: &str) -> Vec<String> {
        let listed = self.read.iter().rev().find(|(name, _)| name == key);
        listed.and_then(|(_, value)| value.tools()).unwrap_or_default()
    }

    /// Whether a key has a value: one that programs find, or a composed one, whose absence has a finding of its own. Where
    /// front matter cannot be read, what is typed there counts.
    pub(super) fn has(&self, key: &str) -> bool {
        let is_filled = |value: &Datum| value.as_str().is_none_or(|text| !text.trim().is_empty());
        let is_composed = |known: &Known<'_>| known.key == key && is_filled(known.listed());
        self.value(key).is_some_and(|value| is_filled(&value))
            || self.composed.iter().any(is_composed)
            || (self.typed().is_none() && is_typed(self.settings, key))
    }

    /// Where the value of a key is set: a field, a setting or typed front matter.
    pub(super) fn set_at(&self, key: &str) -> Span {
        let composed = self.composed.iter().find(|known| known.key == key);
        composed.and_then(Known::origin).map_or_else(|| self.place(key), Origin::span)
    }

    /// Returns the span of a key in the setting `front-matter`; the span of the whole setting if the key is
    /// not found.
    pub(super) fn place(&self, key: &str) -> Span {
        let Some((_, origin)) = self.settings.typed_front_matter() else { return self.start };
        let span = origin.span();
        let raw = self.sources.text(span);
        // Lines of inner tables begin with spaces.
        let begins = |at: &usize| {
            let before = &raw[..*at];
            before.is_empty() || before.ends_with(['"', '\'', '\n']) || before.ends_with("\\n")
        };
        let is_key =
            |at: &usize| raw[at + key.len()..].trim_start_matches(['"', '\'', ' ', '\\']).starts_with(':');
        let found = raw.match_indices(key).map(|(at, _)| at).filter(|at| begins(at) && is_key(at)).last();
        let Some(at) = found.filter(|_| !key.is_empty()) else { return span };
        let rest = &raw[at..];
        let quote = raw[..at].chars().last().filter(|last| matches!(last, '"' | '\''));
        let ends = [rest.find('\n'), rest.find("\\n"), quote.and_then(|quote| rest.find(quote))];
        let length = ends.into_iter().flatten().min().unwrap_or(rest.len());
        let start = span.start as usize + at;
        Span::new(span.file, start..start + length)
    }

    fn finding(&self, code: &'static Code, message: String, key: &str) -> Diagnostic {
        let finding = Diagnostic::new(code, message).at(self.place(key), "");
        finding.about(Address::TargetKey { target: self.settings.target.name, key }.to_string())
    }

    fn unfenced(&self) -> Diagnostic {
        let message =
            format!("the front matter of `{}` has no `---` lines around it", self.composition.profile.id);
        self.finding(codes::FRONT_MATTER, message, "")
            .note("programs read it as text and find no values")
            .help("begin and end the string with a `---` line")
    }

    fn invalid(&self, inner: &str, objection: &Objection) -> Diagnostic {
        let Objection { line, reason, help, .. } = objection;
        let lines: Vec<&str> = inner.lines().take(*line).collect();
        let is_key = |line: &&&str| !line.starts_with([' ', '\t', '-', '#']) && line.contains(':');
        let key = lines.iter().rev().find(is_key).and_then(|line| line.split(':').next()).unwrap_or_default();
        let message =
            format!("the front matter of `{}` is not valid YAML: {reason}", self.composition.profile.id);
        let finding = self.finding(codes::FRONT_MATTER, message, key.trim());
        let shown = lines.last().map_or(String::new(), |line| shortened(line.trim(), 60));
        finding.note(format!("line {line} of it: `{shown}`")).help(*help)
    }

    fn differences(&self) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        for key in self.settings.target.front_matter_keys() {
            let composed = self.composed.iter().find(|known| known.key == key);
            let mut values =
                self.read.iter().filter(|(read, _)| read == key).map(|(_, value)| value).peekable();
            if values.peek().is_none() {
                findings.extend(composed.and_then(|composed| self.left_out(composed)));
            }
            for value in values {
                findings.extend(match composed {
                    Some(composed) => self.mismatch(composed, value),
                    None => self.typed_only(key, value),
                });
            }
        }
        findings
    }

    /// The keys that programs find in the front matter.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.read.iter().map(|(key, _)| key.as_str())
    }

    /// Reports a composed value that the front matter leaves out. In a list of entries only the name can be
    /// left out; other missing keys are appended.
    fn left_out(&self, composed: &Known<'a>) -> Option<Diagnostic> {
        let key = composed.key;
        // A target without front matter has no readers that look for values.
        let is_optional = |rule: NameRule| key == NAME && rule.is_optional;
        if !self.settings.target.has_front_matter() || self.settings.target.declared.is_some_and(is_optional)
        {
            return None;
        }
        let id = &self.composition.profile.id;
        let message =
            format!("the front matter of `{id}` leaves out `{key}`; the persona has {}", shown(composed));
        let mut finding = self.finding(codes::FRONT_MATTER_MISMATCH, message, key);
        if key == NAME && self.settings.name.is_none() {
            // Some programs fall back to the name of the file or directory.
            finding.severity = Severity::Warning;
        }
        let help = match self.is_whole() {
            true => {
                format!("add a line `{key}: ...` to the string, or write `front-matter` as a list of entries")
            }
            false => format!("add the entry `\"{key}\"` to `front-matter`"),
        };
        Some(self.with_composed(finding, composed).help(help))
    }

    /// Returns whether the profile writes the front matter as one string.
    fn is_whole(&self) -> bool {
        matches!(self.settings.typed_front_matter(), Some((Datum::String(_), _)))
    }

    /// Returns the denied tools that an allow list may name anyway, because the target writes them as denied.
    fn denied_elsewhere(&self, key: &str) -> &[&'a str] {
        let target = self.settings.target;
        let is_allow = target.allow.is_some_and(|(allow, _)| allow == key);
        if is_allow && target.deny.is_some() { &self.composition.persona.deny } else { &[] }
    }

    /// Returns how the target formats the tools of a key.
    fn form(&self, key: &str) -> ToolList {
        let target = self.settings.target;
        let lists = [target.allow, target.deny].into_iter().flatten();
        lists.into_iter().find(|(list, _)| *list == key).map_or(ToolList::Commas, |(_, form)| form)
    }

    fn mismatch(&self, composed: &Known<'a>, value: &Yaml) -> Option<Diagnostic> {
        let key = composed.key;
        if *value == Yaml::Null && key == NAME {
            return self.left_out(composed);
        }
        let is_plain_other = self.typed_plain(key).is_some_and(|plain| yaml::is_other_than_a_string(&plain));
        let is_string = matches!(composed.value, Datum::String(_)) && composed.list.is_none();
        let is_nothing = matches!(value, Yaml::Null) || *value == Yaml::List(Vec::new());
        let is_same = match &composed.list {
            // No pattern is typed as nothing after the key, or as an empty list.
            None if is_nothing && self.settings.target.writes_bare(key) => {
                composed.value.as_str() == Some("")
            }
            None => value.is(&composed.value) && self.is_in_order(key, value, &composed.value),
            Some(list) => is_same_list(value, list, self.form(key), self.denied_elsewhere(key)),
        };
        if is_same && !(is_string && is_plain_other) {
            return None;
        }
        let typed = shortened(&value.to_string().replace('\n', " "), 60);
        let message = match is_same {
            true => format!("`{key}: {typed}` in the front matter is not a string to every reader of YAML"),
            false => format!(
                "the front matter of `{}` has `{key}: {typed}`, but the persona has {}",
                self.composition.profile.id,
                shown(composed)
            ),
        };
        let finding = self.finding(codes::FRONT_MATTER_MISMATCH, message, key);
        let mut finding = self.with_composed(finding, composed);
        if self.is_list_of_globs(composed, value) {
            // Not as documented, but documents in use have such lists.
            finding.severity = Severity::Warning;
            return Some(finding.help("write the patterns in one string, with commas between them"));
        }
        let is_in_other_names = self.is_in_other_names(composed, value);
        if is_in_other_names && self.knows_all(value) {
            return None;
        }
        if is_in_other_names {
            // Documents in use name tools of other programs, and an import must not change them.
            finding.severity = Severity::Warning;
        }
        Some(match is_same {
            true => finding.help("put the value in quotes"),
            false if self.settings.front_matter.is_none() => {
                finding.help("write each tool as one name without spaces and commas")
            }
            false if self.is_whole() => {
                finding.help(format!("change the line of `{key}` in the string, or the composed value"))
            }
            false => finding.help(format!(
                "write the entry as `\"{key}\"`, so that the composed value is written, or change the composed value"
            )),
        })
    }

    /// Returns whether rules have the same order, for keys where it decides.
    fn is_in_order(&self, key: &str, value: &Yaml, composed: &Datum) -> bool {
        let decides = self.settings.target.key(key).is_some_and(|key| key.last_applies.is_some());
        !decides || value.datum().is_some_and(|read| read.to_string() == composed.to_string())
    }

    /// Returns whether a value lists the tools of the persona by the names that its sources give them.
    fn is_in_other_names(&self, composed: &Known<'a>, value: &Yaml) -> bool {
        let (target, persona) = (self.settings.target, &self.composition.persona);
        let lists = [(target.allow, persona.allow.as_deref()), (target.deny, Some(&persona.deny[..]))];
        let is_listed = |tools: &[&str]| {
            let list = Datum::List(tools.iter().map(|tool| Datum::String((*tool).to_owned())).collect());
            is_same_list(value, &list, self.form(composed.key), self.denied_elsewhere(composed.key))
        };
        lists.into_iter().any(|(key, tools)| {
            key.is_some_and(|(key, _)| key == composed.key) && tools.is_some_and(is_listed)
        })
    }

    /// Returns whether the program of the target knows each tool of a list.
    fn knows_all(&self, value: &Yaml) -> bool {
        let tools = value.tools().unwrap_or_default();
        let is_known = |vocabulary: &Vocabulary<'_>| {
            tools.iter().all(|tool| vocabulary.status(tool) == NameStatus::Known)
        };
        self.settings.target.tools.is_some_and(is_known)
    }

    /// Returns whether a value lists the path patterns that the target wants in one string.
    fn is_list_of_globs(&self, composed: &Known<'a>, value: &Yaml) -> bool {
        let key = self.settings.target.key(composed.key);
        key.is_some_and(|key| matches!(key.value, KeyType::Globs(_)))
            && value.datum().is_some_and(|datum| datum.on_one_line() == composed.value)
    }

    /// Reports a typed value of a key for which the persona has no value.
    fn typed_only(&self, key: &str, value: &Yaml) -> Option<Diagnostic> {
        if *value == Yaml::Null {
            return None;
        }
        let target = self.settings.target;
        let persona = &self.composition.persona;
        let is_allow = target.allow.is_some_and(|(allow, _)| allow == key);
        let granted = value.tools().filter(|_| is_allow).unwrap_or_default();
        if let Some(denied) = granted.iter().find(|tool| persona.deny.contains(&tool.as_str())) {
            let message = format!("the front matter of `{}` grants `{denied}`", self.composition.profile.id);
            let denied = persona.deny_origin.map(Origin::span);
            let finding = self.finding(codes::FRONT_MATTER_MISMATCH, message, key);
            let finding = finding.context_if(denied, "denied here");
            return Some(finding.help(format!("set {} instead", list_of_tools(Tools::Allow))));
        }
        if let (Some(known), Some(datum)) = (target.key(key), value.datum())
            && !known.value.accepts(&datum)
        {
            let (wanted, id) = (known.value.describe(), &self.composition.profile.id);
            let message = format!("`{key}` in the front matter of `{id}` must be {wanted}");
            let finding = self.finding(codes::TYPED_FRONT_MATTER, message, key);
            return Some(
                finding
                    .note("the program ignores another value, or the whole file")
                    .help("correct the value"),
            );
        }
        let message = format!(
            "`{key}` of `{}` is only in the typed front matter, not in the persona",
            self.composition.profile.id
        );
        let is_list = |list: Option<(&str, _)>| list.is_some_and(|(list, _)| list == key);
        let place = match key {
            _ if is_list(target.allow) => list_of_tools(Tools::Allow),
            _ if is_list(target.deny) => list_of_tools(Tools::Deny),
            DESCRIPTION => format!("{} at the top of the profile", Profile::Description.shown()),
            _ => format!("`{key}` in {}", target_header(target.name)),
        };
        let finding = self.finding(codes::TYPED_FRONT_MATTER, message, key);
        // A persona that allows nothing cannot be written for programs that grant all tools without a list.
        let help = match *value == Yaml::List(Vec::new()) && is_list(target.allow) {
            true => format!(
                "a persona cannot allow nothing: for its other outputs, list what it must not use as {}",
                list_of_tools(Tools::Deny)
            ),
            false => format!("set {place}, and write the entry as `\"{key}\"`"),
        };
        Some(
            finding.note(format!("`explain`, `diff` and {} do not see the value", Require::PLACE)).help(help),
        )
    }

    /// Returns the value that the profile types for a key, if it is a plain scalar on one line.
    fn typed_plain(&self, key: &str) -> Option<String> {
        let (datum, _) = self.settings.typed_front_matter()?;
        let of_line = |line: &str| {
            let (typed, value) = line.split_once(':')?;
            let value = value.split(" #").next().unwrap_or(value).trim();
            let is_plain = !value.starts_with(['"', '\'', '[', '{', '|', '>', '&', '*', '!', '#']);
            (typed.trim() == key && is_plain && value != crate::render::VALUE).then(|| value.to_owned())
        };
        match datum {
            Datum::String(text) => text.lines().find_map(of_line),
            Datum::List(entries) => entries
                .iter()
                .filter_map(Datum::as_str)
                .filter(|entry| !entry.contains('\n'))
                .find_map(of_line),
            _ => None,
        }
    }

    fn with_composed(&self, finding: Diagnostic, composed: &Known<'a>) -> Diagnostic {
        match composed.origin() {
            Some(origin) => finding.context(origin.span(), "composed here"),
            None if composed.key == NAME => finding.note("the default is the id of the profile"),
            None => finding,
        }
    }
}

/// The lines between the dashes.
fn inside<'d>(document: &'d Document<'_>) -> Option<&'d str> {
    let text = document.text();
    fences::split(text).map(|(inner, _)| &text[inner])
}

/// Returns whether a reader finds exactly these tools, in any order and ignoring denied ones.
fn is_same_list(value: &Yaml, list: &Datum, form: ToolList, denied: &[&str]) -> bool {
    let Datum::List(composed) = list else { return false };
    let sorted = |names: Vec<&str>| -> BTreeSet<String> {
        names.into_iter().map(str::trim).filter(|name| !denied.contains(name)).map(str::to_owned).collect()
    };
    let composed = sorted(composed.iter().filter_map(Datum::as_str).collect());
    let names = value.tools().unwrap_or_default();
    let is_found = sorted(names.iter().map(String::as_str).collect()) == composed;
    // A tool in a comma-separated list may contain a space, and so may a single tool.
    let alone = match (value, form) {
        (Yaml::String(text), ToolList::Commas) => sorted(vec![text]) == composed,
        _ => false,
    };
    is_found || alone
}

/// Formats a composed value for messages.
fn shown(composed: &Known<'_>) -> String {
    let text = match &composed.list {
        Some(Datum::List(items)) => items.iter().filter_map(Datum::as_str).collect::<Vec<_>>().join(", "),
        _ => composed.value.to_string(),
    };
    format!("`{}`", shortened(&text.replace('\n', " "), 60))
}

/// Where a profile lists tools.
fn list_of_tools(key: Tools) -> String {
    format!("`{}` in {}", key.name(), header([Profile::Tools.name()]))
}
