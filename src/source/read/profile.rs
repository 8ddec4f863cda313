//! Reads profiles.

use toml::de::{DeTable, DeValue};

use super::Value;
use super::body::{self, Claims};
use super::guess;
use super::reader::{Key, Reader, read_file};
use super::values;
use crate::model::grammar::{
    self, BOTH, Body, Drop as DropKey, Grouping, Keys as _, Profile, Remove, Resolve, Section,
};
use crate::model::{
    self, Address, AddressBuf, Choice, Content, Datum, Diagnostic, Drop, FileId, Force, Level, ProfileId,
    Removal, Resolution, Seen, Source, Sources, Span, Spanned, Text, codes,
};

/// Reads the profile `id`, which gets the number `index` in the library.
pub(crate) fn read(
    sources: &Sources,
    file: FileId,
    id: &str,
    index: ProfileId,
) -> (model::Profile, Vec<Diagnostic>) {
    let (mut profile, findings) = read_file::<Profile, _>(sources, file, |reader, table| {
        read_table(reader, file, id, Source::Profile(index), table)
    });
    profile.broken |= findings.iter().any(Diagnostic::breaks_file);
    (profile, findings)
}

fn read_table(
    reader: &mut Reader,
    file: FileId,
    id: &str,
    source: Source,
    table: &DeTable<'_>,
) -> model::Profile {
    let mut profile = model::Profile {
        id: id.to_owned(),
        file,
        is_abstract: false,
        template: false,
        extends: Vec::new(),
        uses: Vec::new(),
        drops: Vec::new(),
        section_order: Vec::new(),
        targets: Vec::new(),
        without_targets: Vec::new(),
        claims: Vec::new(),
        models: Vec::new(),
        removals: Vec::new(),
        resolutions: Vec::new(),
        broken: false,
    };
    let mut claims = Claims::new(source);
    for (key, value) in table {
        let Some(known) = read_key(reader, key, value) else { continue };
        let what = known.shown();
        match known {
            Profile::Name | Profile::Description => values::read_own_field(reader, &mut claims, key, value),
            Profile::Title | Profile::Style => {
                let line = reader.line(what, value).map(|text| Datum::String(text.value));
                add_setting(reader, &mut claims, Address::parse(known.name()).to_buf(), key, value, line);
            }
            Profile::Abstract => profile.is_abstract = reader.boolean(what, value),
            Profile::Template => profile.template = reader.boolean(what, value),
            Profile::Extends => profile.extends = read_extends(reader, what, value),
            // Using a fragment twice changes nothing.
            Profile::Use => profile.uses = reader.strings(what, value),
            Profile::Drop => profile.drops = read_drops(reader, what, value),
            Profile::Tags => values::read_tags(reader, &mut claims, key, value),
            Profile::Combine => {
                let word = reader.word(known, value);
                add_setting(reader, &mut claims, Address::parse(known.name()).to_buf(), key, value, word);
            }
            Profile::Fields => values::read_fields(reader, &mut claims, value),
            Profile::Sections => profile.section_order = read_sections(reader, &mut claims, value),
            Profile::Layout => super::layout::read(reader, &mut claims, value),
            Profile::Body => read_body(reader, &mut claims, value),
            Profile::Remove => profile.removals = read_removals(reader, value),
            Profile::Resolve => profile.resolutions = read_resolutions(reader, value),
            Profile::Tools => values::read_tools(reader, &mut claims, value),
            Profile::Target => {
                (profile.targets, profile.without_targets) = read_targets(reader, &mut claims, value);
            }
        }
    }
    (profile.claims, profile.models) = (claims.list, claims.models);
    check_drops(reader, &profile);
    profile
}

fn read_key(reader: &mut Reader, key: &Key<'_>, value: &Value<'_>) -> Option<Profile> {
    if Profile::find(key.get_ref()).is_none() && Body::find(key.get_ref()).is_some() {
        let part = key.get_ref();
        let message = format!("`{part}` is not allowed at the top level of a profile");
        let header = grammar::header([Profile::Body.name(), "KIND", part]);
        let help = format!("move it to a section: `{header}`");
        reader.error(codes::UNKNOWN_KEY, message, reader.key_span(key), Some(help));
        return None;
    }
    reader.known(key, value)
}

/// Adds the claim of a setting, if its value could be read.
fn add_setting(
    reader: &Reader,
    claims: &mut Claims,
    address: AddressBuf,
    key: &Key<'_>,
    value: &Value<'_>,
    datum: Option<Datum>,
) {
    let Some(datum) = datum else { return };
    let (key, span) = (reader.key_span(key), reader.span(value));
    claims.add(address, Level::Normal, Content::Setting(datum), key, span);
}

fn read_extends(reader: &mut Reader, what: &str, value: &Value<'_>) -> Vec<Text> {
    if let DeValue::String(_) = value.get_ref() {
        let help = guess::list(value.get_ref());
        reader.wrong_type_but(what, "a list, such as [\"backend-engineer\"]", value, help);
        return Vec::new();
    }
    reader.distinct(what, value)
}

fn read_drops(reader: &mut Reader, what: &str, value: &Value<'_>) -> Vec<Drop> {
    let Some(array) = reader.array(what, value) else { return Vec::new() };
    let mut drops = Vec::new();
    for element in array.iter() {
        if let DeValue::Table(table) = element.get_ref() {
            drops.extend(read_drop_table(reader, reader.span(element), table));
        } else if let Some(fragment) = reader.string(DropKey::PLACE, element) {
            drops.push(Drop { fragment, breaks_lock: false, reason: None });
        }
    }
    drops
}

fn read_drop_table(reader: &mut Reader, span: Span, table: &DeTable<'_>) -> Option<Drop> {
    let (mut fragment, mut breaks_lock, mut reason) = (None, false, None);
    for (key, value) in table {
        let Some(known) = reader.known::<DropKey>(key, value) else { continue };
        match known {
            DropKey::Fragment => fragment = reader.string(known.shown(), value),
            DropKey::BreaksLock => breaks_lock = reader.boolean(known.shown(), value),
            DropKey::Reason => reason = reader.filled(known.shown(), value),
        }
    }
    reader.required::<DropKey>(table, DropKey::PLACE, span);
    if breaks_lock && reason.is_none() {
        no_reason(reader, "a drop that breaks a lock", span);
    }
    fragment.map(|fragment| Drop { fragment, breaks_lock, reason })
}

pub(crate) fn no_reason(reader: &mut Reader, what: &str, span: Span) {
    let message = format!("{what} has no reason");
    let help = format!("add `{} = \"...\"`", Resolve::Reason.name());
    reader.error(codes::NO_REASON, message, span, Some(help));
}

fn check_drops(reader: &mut Reader, profile: &model::Profile) {
    for drop in &profile.drops {
        let used = profile.uses.iter().find(|used| used.value == drop.fragment.value);
        if let Some(used) = used {
            let message =
                format!("`{}` is in both {} and {}", used.value, Profile::Use.shown(), Profile::Drop.shown());
            let finding = Diagnostic::new(codes::BAD_VALUE, message)
                .at(drop.fragment.span, "dropped here")
                .context(used.span, "used here")
                .help("delete one of them");
            reader.find(finding);
        }
    }
}

fn read_sections(reader: &mut Reader, claims: &mut Claims, value: &Value<'_>) -> Vec<Text> {
    let sections = Profile::Sections;
    let Some(table) = reader.table(sections.shown(), value) else { return Vec::new() };
    let mut order = Vec::new();
    for (key, value) in table {
        let kind = body::key_text(reader, key);
        if !body::check_kind(reader, &kind) {
            continue;
        }
        let what = format!("`{}`", Address::Section(&kind.value));
        match value.get_ref() {
            DeValue::String(_) => {
                let heading = read_heading(reader, &what, value);
                add_setting(
                    reader,
                    claims,
                    section_setting(&kind.value, Section::Heading),
                    key,
                    value,
                    heading,
                );
            }
            DeValue::Table(table) => read_section(reader, claims, &kind.value, &what, table),
            _ => {
                let [heading, style, groups] =
                    [Section::Heading, Section::Style, Section::Groups].map(|key| key.shown());
                let expected = format!("a heading, or a table with {heading}, {style} or {groups}");
                reader.wrong_type(&what, &expected, value);
            }
        }
        order.push(kind);
    }
    order
}

/// Reads the settings of one section.
fn read_section(reader: &mut Reader, claims: &mut Claims, kind: &str, what: &str, table: &DeTable<'_>) {
    for (key, value) in table {
        let Some(known) = reader.known_in::<Section>(key, value, what) else { continue };
        let datum = match known {
            Section::Heading => read_heading(reader, known.shown(), value),
            Section::Style => reader.line(known.shown(), value).map(|text| Datum::String(text.value)),
            Section::Groups => reader.word(known, value),
        };
        add_setting(reader, claims, section_setting(kind, known), key, value, datum);
    }
}

/// The address of a setting of a section.
fn section_setting(kind: &str, setting: Section) -> AddressBuf {
    Address::SectionKey { kind, key: setting.name() }.to_buf()
}

/// Reads a heading: one line, or an empty string for a section without a heading.
fn read_heading(reader: &mut Reader, what: &str, value: &Value<'_>) -> Option<Datum> {
    if value.get_ref().as_str() == Some("") {
        return Some(Datum::String(String::new()));
    }
    reader.line(what, value).map(|text| Datum::String(text.value))
}

fn read_body(reader: &mut Reader, claims: &mut Claims, value: &Value<'_>) {
    let Some(kinds) = reader.table(Profile::Body.shown(), value) else { return };
    for (key, value) in kinds {
        let kind = body::key_text(reader, key);
        if !body::check_kind(reader, &kind) {
            continue;
        }
        let place = format!("`{}`", grammar::header([Profile::Body.name(), kind.as_str()]));
        let Some(parts) = reader.table(&place, value) else { continue };
        body::within(reader, claims, parts, [Grouping::Only, Grouping::Not], |reader, claims| {
            for (key, value) in parts {
                if let Some(part) = reader.known_in(key, value, &place) {
                    body::read_part(reader, claims, &kind.value, part, value);
                }
            }
        });
    }
}

fn read_removals(reader: &mut Reader, value: &Value<'_>) -> Vec<Removal> {
    let mut removals = Vec::new();
    for (span, table) in reader.tables(Profile::Remove.shown(), value) {
        let (mut target, mut seen, mut breaks_lock, mut reason) = (None, None, false, None);
        for (key, value) in table {
            let Some(known) = reader.known::<Remove>(key, value) else { continue };
            match known {
                Remove::Target => target = reader.string(known.shown(), value),
                Remove::Seen => seen = read_seen(reader, known.shown(), value),
                Remove::BreaksLock => breaks_lock = reader.boolean(known.shown(), value),
                Remove::Reason => reason = reader.filled(known.shown(), value),
            }
        }
        reader.required::<Remove>(table, Remove::PLACE, span);
        if reason.is_none() {
            no_reason(reader, "this removal", span);
        }
        removals.extend(target.map(|target| Removal { target, seen, breaks_lock, reason }));
    }
    report_duplicates(reader, Remove::PLACE, removals.iter().map(|removal: &Removal| &removal.target));
    removals
}

/// Reports a text that occurs twice in an array of tables.
fn report_duplicates<'t>(reader: &mut Reader, what: &str, texts: impl Iterator<Item = &'t Text>) {
    let mut seen = std::collections::BTreeMap::new();
    for text in texts {
        if let Some(first) = seen.insert(&text.value, text.span) {
            let message = format!("two {what} for `{}`", text.value);
            let finding = Diagnostic::new(codes::BAD_VALUE, message).at(text.span, "again here");
            reader.find(finding.context(first, "first here").help("delete one of them"));
        }
    }
}

fn read_resolutions(reader: &mut Reader, value: &Value<'_>) -> Vec<Resolution> {
    let tables = reader.tables(Profile::Resolve.shown(), value);
    let resolutions: Vec<_> =
        tables.into_iter().filter_map(|(span, table)| read_resolution(reader, span, table)).collect();
    report_duplicates(reader, Resolve::PLACE, resolutions.iter().map(|resolution| &resolution.at));
    resolutions
}

fn read_resolution(reader: &mut Reader, span: Span, table: &DeTable<'_>) -> Option<Resolution> {
    let (mut at, mut seen, mut force, mut breaks_lock, mut reason) = (None, None, None, false, None);
    let mut choices: Vec<(Span, Option<Choice>)> = Vec::new();
    for (key, value) in table {
        let key_span = reader.key_span(key);
        let Some(known) = reader.known::<Resolve>(key, value) else { continue };
        let what = known.shown();
        match known {
            Resolve::At => at = reader.line(what, value),
            Resolve::Take => choices.push((key_span, reader.line(what, value).map(Choice::Take))),
            Resolve::Set => {
                let datum = reader.datum(what, value);
                let span = reader.span(value);
                choices.push((key_span, datum.map(|value| Choice::Set(Spanned { value, span }))));
            }
            Resolve::Keep => {
                let both = reader.word(known, value);
                choices.push((key_span, both.map(|_| Choice::KeepBoth(reader.span(value)))));
            }
            Resolve::Seen => seen = read_seen(reader, what, value),
            Resolve::Force => {
                let word = reader.choice(what, value, &Force::ALL);
                force = word.map(|force| Spanned { value: force, span: reader.span(value) });
            }
            Resolve::BreaksLock => breaks_lock = reader.boolean(what, value),
            Resolve::Reason => reason = reader.filled(what, value),
        }
    }
    if reason.is_none() {
        no_reason(reader, "this resolution", span);
    }
    reader.required::<Resolve>(table, Resolve::PLACE, span);
    match choices.as_slice() {
        [_] => {}
        [] => {
            let [take, set, keep] = [Resolve::Take, Resolve::Set, Resolve::Keep].map(Resolve::name);
            let help = format!("write `{take} = \"FRAGMENT\"`, `{set} = \"TEXT\"` or `{keep} = \"{BOTH}\"`");
            reader.missing(take, Resolve::PLACE, span, Some(&help));
        }
        [_, (second, _), ..] => {
            let [take, set, keep] = [Resolve::Take, Resolve::Set, Resolve::Keep].map(|key| key.shown());
            let message = format!("only one of {take}, {set} and {keep} is allowed");
            reader.error(codes::BAD_VALUE, message, *second, Some("keep one of them".to_owned()));
        }
    }
    let (_, choice) = choices.into_iter().next()?;
    if let Some(force) = &force
        && !matches!(choice, Some(Choice::Set(_)))
    {
        let (key, set) = (Resolve::Force.shown(), Resolve::Set.shown());
        let message = format!("{key} needs {set}");
        reader.error(
            codes::BAD_RESOLUTION,
            message,
            force.span,
            Some(format!("delete {key}: a side that is taken keeps its own")),
        );
    }
    Some(Resolution { at: at?, choice: choice?, seen, force, breaks_lock, reason, span })
}

/// Reads hashes by the name of their side.
pub(crate) fn read_seen(reader: &mut Reader, what: &str, value: &Value<'_>) -> Option<Seen> {
    let table = reader.table(what, value)?;
    let mut seen = Vec::new();
    for (key, value) in table {
        if let Some(hash) = reader.string(&format!("a hash in {what}"), value) {
            seen.push((body::key_text(reader, key), hash));
        }
    }
    Some(Spanned { value: seen, span: reader.span(value) })
}

/// Reads the targets that a profile has, and those of its parents that it does not have.
fn read_targets(reader: &mut Reader, claims: &mut Claims, value: &Value<'_>) -> (Vec<Text>, Vec<Text>) {
    let (mut names, mut without) = (Vec::new(), Vec::new());
    let Some(targets) = reader.table(Profile::Target.shown(), value) else { return (names, without) };
    for (key, value) in targets {
        let name = body::key_text(reader, key);
        let Some(known) = super::target::known(reader, &name) else { continue };
        if let DeValue::Boolean(false) = value.get_ref() {
            without.push(name);
            continue;
        }
        let place = format!("`{}`", grammar::target_header(known.name));
        let Some(settings) = reader.table(&place, value) else { continue };
        for (key, value) in settings {
            let datum = super::target::read_setting(reader, known, key, value);
            let address = Address::TargetKey { target: known.name, key: key.get_ref() }.to_buf();
            add_setting(reader, claims, address, key, value, datum);
        }
        names.push(name);
    }
    (names, without)
}
