//! Reading of profiles.

use toml::de::{DeTable, DeValue};

use super::body::{self, Claims};
use super::reader::{Key, Reader, Value, read_file};
use crate::model::{
    Address, Choice, Combine, Content, Datum, Diagnostic, Drop, FileId, Force, Level, Profile, ProfileId,
    Removal, Resolution, Source, Sources, Span, Spanned, TARGETS, Text, codes, did_you_mean, target,
};

const KEYS: [&str; 18] = [
    "name",
    "title",
    "description",
    "abstract",
    "template",
    "extends",
    "use",
    "drop",
    "tags",
    "style",
    "combine",
    "fields",
    "sections",
    "layout",
    "body",
    "remove",
    "resolve",
    "tools",
];

/// Reads the profile `id`, which becomes the `index`th of the library, from a file of `sources`.
pub(crate) fn read(
    sources: &Sources,
    file: FileId,
    id: &str,
    index: ProfileId,
) -> (Profile, Vec<Diagnostic>) {
    let (mut profile, findings) =
        read_file(sources, file, |reader, table| read_table(reader, file, id, Source::Profile(index), table));
    profile.broken |= findings.iter().any(Diagnostic::breaks_file);
    (profile, findings)
}

fn read_table(reader: &mut Reader, file: FileId, id: &str, source: Source, table: &DeTable<'_>) -> Profile {
    let mut profile = Profile {
        id: id.to_owned(),
        file,
        is_abstract: false,
        template: false,
        extends: Vec::new(),
        uses: Vec::new(),
        drops: Vec::new(),
        section_order: Vec::new(),
        targets: Vec::new(),
        claims: Vec::new(),
        removals: Vec::new(),
        resolutions: Vec::new(),
        broken: false,
    };
    let mut claims = Claims::new(source);
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "name" | "description" => body::read_own_field(reader, &mut claims, key, value),
            "title" => read_title(reader, &mut claims, key, value),
            "abstract" => profile.is_abstract = reader.boolean("`abstract`", value),
            "template" => profile.template = reader.boolean("`template`", value),
            "extends" => profile.extends = read_extends(reader, value),
            // Using a fragment twice changes nothing.
            "use" => profile.uses = reader.strings("`use`", value),
            "drop" => profile.drops = read_drops(reader, value),
            "tags" => body::read_tags(reader, &mut claims, key, value),
            "style" => read_word(reader, &mut claims, key, value, None),
            "combine" => {
                read_word(reader, &mut claims, key, value, Some(&Combine::ALL.map(|(name, _)| name)))
            }
            "fields" => body::read_fields(reader, &mut claims, value),
            "sections" => profile.section_order = read_sections(reader, &mut claims, value),
            "layout" => super::layout::read(reader, &mut claims, value),
            "body" => read_body(reader, &mut claims, value),
            "remove" => profile.removals = read_removals(reader, value),
            "resolve" => profile.resolutions = read_resolutions(reader, value),
            "tools" => body::read_tools(reader, &mut claims, value),
            "target" => profile.targets = read_targets(reader, &mut claims, value),
            part if part == "group" || body::PARTS.iter().any(|(name, _)| *name == part) => {
                let message = format!("`{part}` does not stand at the top of a profile");
                let help = format!("say to which section it belongs: `[body.KIND.{part}]`");
                reader.error(codes::UNKNOWN_KEY, message, reader.key_span(key), Some(help));
            }
            _ => reader.unknown_key(key, "a profile", KEYS.into_iter().chain(["target"])),
        }
    }
    profile.claims = claims.list;
    check_drops(reader, &profile);
    profile
}

fn add_setting(
    reader: &Reader,
    claims: &mut Claims,
    address: Address,
    key: &Key<'_>,
    value: &Value<'_>,
    datum: Datum,
) {
    let (key, span) = (reader.key_span(key), reader.span(value));
    claims.add(address, Level::Normal, Content::Setting(datum), key, span);
}

fn read_title(reader: &mut Reader, claims: &mut Claims, key: &Key<'_>, value: &Value<'_>) {
    if let Some(text) = reader.line("`title`", value) {
        add_setting(reader, claims, Address::new(["title"]), key, value, Datum::String(text.value));
    }
}

/// A setting at the top level that is one word of a list, if there is a list.
fn read_word(
    reader: &mut Reader,
    claims: &mut Claims,
    key: &Key<'_>,
    value: &Value<'_>,
    words: Option<&[&str]>,
) {
    let name = key.get_ref().as_ref();
    let Some(text) = reader.line(&format!("`{name}`"), value) else { return };
    if let Some(words) = words
        && !words.contains(&text.value.as_str())
    {
        let message = format!("`{name}` cannot be `{}`", text.value);
        let help = did_you_mean(&text.value, words.iter().copied());
        return reader.error(codes::BAD_VALUE, message, text.span, help);
    }
    add_setting(reader, claims, Address::new([name]), key, value, Datum::String(text.value));
}

fn read_extends(reader: &mut Reader, value: &Value<'_>) -> Vec<Text> {
    if let DeValue::String(_) = value.get_ref() {
        reader.wrong_type("`extends`", "a list, such as [\"backend-engineer\"]", value);
        return Vec::new();
    }
    reader.distinct("`extends`", value)
}

fn read_drops(reader: &mut Reader, value: &Value<'_>) -> Vec<Drop> {
    let Some(array) = reader.array("`drop`", value) else { return Vec::new() };
    let mut drops = Vec::new();
    for element in array.iter() {
        if let DeValue::Table(table) = element.get_ref() {
            drops.extend(read_drop_table(reader, reader.span(element), table));
        } else if let Some(fragment) = reader.string("an entry of `drop`", element) {
            drops.push(Drop { fragment, breaks_lock: false, reason: None });
        }
    }
    drops
}

fn read_drop_table(reader: &mut Reader, span: Span, table: &DeTable<'_>) -> Option<Drop> {
    let (mut fragment, mut breaks_lock, mut reason) = (None, false, None);
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "fragment" => fragment = reader.string("`fragment`", value),
            "breaks-lock" => breaks_lock = reader.boolean("`breaks-lock`", value),
            "reason" => reason = reader.filled("`reason`", value),
            _ => reader.unknown_key(key, "an entry of `drop`", ["fragment", "breaks-lock", "reason"]),
        }
    }
    if fragment.is_none() {
        reader.missing("fragment", "an entry of `drop`", span, None);
    }
    if breaks_lock && reason.is_none() {
        no_reason(reader, "a drop that breaks a lock", span);
    }
    fragment.map(|fragment| Drop { fragment, breaks_lock, reason })
}

pub(crate) fn no_reason(reader: &mut Reader, what: &str, span: Span) {
    let message = format!("{what} does not say why");
    reader.error(codes::NO_REASON, message, span, Some("add `reason = \"...\"`".to_owned()));
}

fn check_drops(reader: &mut Reader, profile: &Profile) {
    for drop in &profile.drops {
        let used = profile.uses.iter().find(|used| used.value == drop.fragment.value);
        if let Some(used) = used {
            let message = format!("`{}` is both used and dropped by one profile", used.value);
            let finding = Diagnostic::new(codes::BAD_VALUE, message)
                .at(drop.fragment.span, "dropped here")
                .context(used.span, "used here")
                .help("remove one of the two");
            reader.find(finding);
        }
    }
}

fn read_sections(reader: &mut Reader, claims: &mut Claims, value: &Value<'_>) -> Vec<Text> {
    let Some(sections) = reader.table("`sections`", value) else { return Vec::new() };
    let mut order = Vec::new();
    for (key, value) in sections {
        let kind = body::key_text(reader, key);
        if !body::check_kind(reader, &kind) {
            continue;
        }
        let address = |setting: &str| Address::new(["sections", &kind.value, setting]);
        let what = format!("`sections.{}`", kind.value);
        match value.get_ref() {
            DeValue::String(_) => {
                if let Some(heading) = read_heading(reader, &what, value) {
                    add_setting(reader, claims, address("heading"), key, value, heading);
                }
            }
            DeValue::Table(table) => {
                for (key, value) in table {
                    let datum = match key.get_ref().as_ref() {
                        "heading" => read_heading(reader, "`heading`", value),
                        "style" => reader.line("`style`", value).map(|text| Datum::String(text.value)),
                        "groups" => {
                            let word =
                                reader.choice("`groups`", value, &[("heading", "heading"), ("bold", "bold")]);
                            word.map(|word| Datum::String(word.to_owned()))
                        }
                        _ => {
                            reader.unknown_key(key, &what, ["heading", "style", "groups"]);
                            continue;
                        }
                    };
                    if let Some(datum) = datum {
                        add_setting(reader, claims, address(key.get_ref()), key, value, datum);
                    }
                }
            }
            _ => {
                reader.wrong_type(&what, "a heading, or a table with `heading`, `style` and `groups`", value)
            }
        }
        order.push(kind);
    }
    order
}

/// A heading: one line, or the empty string for a section without one.
fn read_heading(reader: &mut Reader, what: &str, value: &Value<'_>) -> Option<Datum> {
    if value.get_ref().as_str() == Some("") {
        return Some(Datum::String(String::new()));
    }
    reader.line(what, value).map(|text| Datum::String(text.value))
}

fn read_body(reader: &mut Reader, claims: &mut Claims, value: &Value<'_>) {
    let Some(kinds) = reader.table("`body`", value) else { return };
    for (key, value) in kinds {
        let kind = body::key_text(reader, key);
        if !body::check_kind(reader, &kind) {
            continue;
        }
        let place = format!("`[body.{}]`", kind.value);
        let Some(parts) = reader.table(&place, value) else { continue };
        for (key, value) in parts {
            if !body::read_part(reader, claims, &kind.value, key, value) {
                let known = body::PARTS.iter().map(|(name, _)| *name).chain(["group"]);
                reader.unknown_key(key, &place, known);
            }
        }
    }
}

fn read_removals(reader: &mut Reader, value: &Value<'_>) -> Vec<Removal> {
    let mut removals = Vec::new();
    for (span, table) in reader.tables("`remove`", value) {
        let (mut target, mut breaks_lock, mut reason) = (None, false, None);
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "target" => target = reader.string("`target`", value),
                "breaks-lock" => breaks_lock = reader.boolean("`breaks-lock`", value),
                "reason" => reason = reader.filled("`reason`", value),
                _ => reader.unknown_key(key, "`[[remove]]`", ["target", "breaks-lock", "reason"]),
            }
        }
        if !table.iter().any(|(key, _)| key.get_ref() == "target") {
            reader.missing("target", "`[[remove]]`", span, None);
        }
        if reason.is_none() {
            no_reason(reader, "this removal", span);
        }
        removals.extend(target.map(|target| Removal { target, breaks_lock, reason }));
    }
    twice(reader, "`[[remove]]`", removals.iter().map(|removal: &Removal| &removal.target));
    removals
}

/// Reports a text that stands twice in a list of tables.
fn twice<'t>(reader: &mut Reader, what: &str, texts: impl Iterator<Item = &'t Text>) {
    let mut seen = std::collections::BTreeMap::new();
    for text in texts {
        if let Some(first) = seen.insert(&text.value, text.span) {
            let message = format!("two {what} of one profile for `{}`", text.value);
            let finding = Diagnostic::new(codes::BAD_VALUE, message).at(text.span, "again here");
            reader.find(finding.context(first, "first here").help("remove one of them"));
        }
    }
}

const RESOLVE_KEYS: [&str; 8] = ["at", "take", "set", "keep", "seen", "force", "breaks-lock", "reason"];

fn read_resolutions(reader: &mut Reader, value: &Value<'_>) -> Vec<Resolution> {
    let tables = reader.tables("`resolve`", value);
    let resolutions: Vec<_> =
        tables.into_iter().filter_map(|(span, table)| read_resolution(reader, span, table)).collect();
    twice(reader, "`[[resolve]]`", resolutions.iter().map(|resolution| &resolution.at));
    resolutions
}

fn read_resolution(reader: &mut Reader, span: Span, table: &DeTable<'_>) -> Option<Resolution> {
    let (mut at, mut seen, mut force, mut breaks_lock, mut reason) = (None, None, None, false, None);
    let mut choices: Vec<(Span, Option<Choice>)> = Vec::new();
    for (key, value) in table {
        let key_span = reader.key_span(key);
        match key.get_ref().as_ref() {
            "at" => at = reader.line("`at`", value),
            "take" => choices.push((key_span, reader.line("`take`", value).map(Choice::Take))),
            "set" => {
                let datum = reader.datum("`set`", value);
                let span = reader.span(value);
                choices.push((key_span, datum.map(|value| Choice::Set(Spanned { value, span }))));
            }
            "keep" => {
                let both = reader.choice("`keep`", value, &[("both", ())]);
                choices.push((key_span, both.map(|()| Choice::KeepBoth(reader.span(value)))));
            }
            "seen" => seen = read_seen(reader, value),
            "force" => {
                let word = reader.choice("`force`", value, &Force::ALL);
                force = word.map(|value_of| Spanned { value: value_of, span: reader.span(value) });
            }
            "breaks-lock" => breaks_lock = reader.boolean("`breaks-lock`", value),
            "reason" => reason = reader.filled("`reason`", value),
            _ => reader.unknown_key(key, "`[[resolve]]`", RESOLVE_KEYS),
        }
    }
    if reason.is_none() {
        no_reason(reader, "this resolution", span);
    }
    if !table.iter().any(|(key, _)| key.get_ref() == "at") {
        reader.missing("at", "`[[resolve]]`", span, None);
    }
    match choices.as_slice() {
        [_] => {}
        [] => {
            let help = "write `take = \"FRAGMENT\"`, `set = \"TEXT\"` or `keep = \"both\"`";
            reader.missing("take", "`[[resolve]]`", span, Some(help));
        }
        [_, (second, _), ..] => {
            let message = "`take`, `set` and `keep` exclude each other".to_owned();
            reader.error(codes::BAD_VALUE, message, *second, Some("keep one of them".to_owned()));
        }
    }
    let (_, choice) = choices.into_iter().next()?;
    if let Some(force) = &force
        && !matches!(choice, Some(Choice::Set(_)))
    {
        let message = "`force` goes with `set`: a side that is taken keeps its own".to_owned();
        reader.error(codes::BAD_RESOLUTION, message, force.span, Some("remove `force`".to_owned()));
    }
    Some(Resolution { at: at?, choice: choice?, seen, force, breaks_lock, reason, span })
}

/// Reads hashes by the names of their sides.
pub(crate) fn read_seen(reader: &mut Reader, value: &Value<'_>) -> Option<Spanned<Vec<(Text, Text)>>> {
    let table = reader.table("`seen`", value)?;
    let mut seen = Vec::new();
    for (key, value) in table {
        if let Some(hash) = reader.string("a hash in `seen`", value) {
            seen.push((body::key_text(reader, key), hash));
        }
    }
    Some(Spanned { value: seen, span: reader.span(value) })
}

fn read_targets(reader: &mut Reader, claims: &mut Claims, value: &Value<'_>) -> Vec<Text> {
    let Some(targets) = reader.table("`target`", value) else { return Vec::new() };
    let mut names = Vec::new();
    for (key, value) in targets {
        let name = body::key_text(reader, key);
        let Some(known) = target(&name.value) else {
            let message = format!("unknown target `{}`", name.value);
            let help = did_you_mean(&name.value, TARGETS.iter().map(|target| target.name));
            reader.error(codes::BAD_VALUE, message, name.span, help);
            continue;
        };
        let place = format!("`[target.{}]`", known.name);
        let Some(settings) = reader.table(&place, value) else { continue };
        for (key, value) in settings {
            if let Some(datum) = super::target::read_setting(reader, known, key, value) {
                let address = Address::new(["target", known.name, key.get_ref()]);
                add_setting(reader, claims, address, key, value, datum);
            }
        }
        names.push(name);
    }
    names
}
