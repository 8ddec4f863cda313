//! Reads the entries that fragments and bodies of profiles have.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use super::Value;
use super::guess;
use super::reader::{Key, Reader};
use crate::model::grammar::{self, Entries, Entry, Grouping, Heading, Keys, Or, part_key};
use crate::model::wording::{article, plural};
use crate::model::{
    Address, AddressBuf, Anchor, Band, Block, Claim, Content, Derived, Diagnostic, Digest, Force, Level,
    Part, Partial, Placement, Source, Span, Spanned, TargetSet, Text, address, codes, did_you_mean,
    is_subject,
};

/// Collects the claims of one source.
pub(crate) struct Claims {
    source: Source,
    /// The claims, in file order.
    pub(crate) list: Vec<Claim>,
    /// The outputs that have the entries which are read now.
    targets: TargetSet,
    /// The key that limits them; nothing if they are in all outputs.
    limit: Option<Span>,
    /// The models that `only` and `not` name.
    pub(super) models: Vec<Text>,
    /// The address of each entry, with its type and place.
    taken: BTreeMap<AddressBuf, (&'static str, Span)>,
}

impl Claims {
    /// Creates an empty list for a source.
    pub(crate) fn new(source: Source) -> Self {
        let (list, models) = (Vec::new(), Vec::new());
        Claims { source, list, targets: TargetSet::default(), limit: None, models, taken: BTreeMap::new() }
    }

    /// Adds a claim without placement.
    pub(crate) fn add(&mut self, address: AddressBuf, level: Level, content: Content, key: Span, span: Span) {
        self.add_placed(address, level, content, Placement::default(), key, span);
    }

    fn add_placed(
        &mut self,
        address: AddressBuf,
        level: Level,
        content: Content,
        placement: Placement,
        key: Span,
        span: Span,
    ) {
        let (source, targets) = (self.source, self.targets.clone());
        let (number, digest, derivation) = (0.into(), Digest::default(), None);
        self.list.push(Claim {
            address,
            source,
            level,
            content,
            placement,
            targets,
            key,
            span,
            number,
            digest,
            derivation,
        });
    }

    /// Limits the entries that follow to some outputs. Reports a limit that leaves none, with the one that it is within.
    fn limit_to(&mut self, reader: &mut Reader, reach: &TargetSet, key: &str, span: Span) {
        let within = self.targets.and(reach);
        if within.is_empty() && !self.targets.is_empty() {
            let finding = Diagnostic::new(codes::BAD_VALUE, format!("{key} leaves no output"));
            reader.find(match (self.limit, self.targets.describe()) {
                (Some(limit), Some(outer)) => finding
                    .at(span, "no output satisfies both limits")
                    .context(limit, format!("everything here is {outer}"))
                    .help("change one of the limits, or delete what they limit"),
                _ => finding.at(span, "excludes every output").help("name fewer, or delete what it limits"),
            });
        }
        if !reach.is_all() {
            self.limit = Some(span);
        }
        self.targets = within;
    }

    /// Reserves an address for a `noun`. Reports it if the address is taken.
    pub(super) fn take(
        &mut self,
        reader: &mut Reader,
        address: &AddressBuf,
        noun: &'static str,
        span: Span,
    ) -> bool {
        if let Some((other, first)) = self.taken.get(address) {
            let message = two_things(address, other, noun);
            let finding = Diagnostic::new(codes::DUPLICATE_ADDRESS, message)
                .at(span, format!("the {noun}"))
                .context(*first, format!("the {other}"))
                .help("rename one of them");
            reader.find(finding);
            return false;
        }
        self.taken.insert(address.clone(), (noun, span));
        true
    }
}

fn two_things(address: &AddressBuf, first: &str, second: &str) -> String {
    match (first, second) {
        ("prose", "prose") => format!("two blocks of prose share the address `{address}`"),
        (a, b) if a == b => format!("two {a}s share the address `{address}`"),
        (a, b) => format!("{} {a} and {} {b} share the address `{address}`", article(a), article(b)),
    }
}

/// Reads entries that only some outputs have, if a table of keys `only` and `not` says so.
pub(crate) fn within<K: Keys + PartialEq>(
    reader: &mut Reader,
    claims: &mut Claims,
    table: &DeTable<'_>,
    [only, not]: [K; 2],
    read: impl FnOnce(&mut Reader, &mut Claims),
) {
    let outer = (claims.targets.clone(), claims.limit);
    let value = |key: K| table.iter().find(|(name, _)| name.get_ref() == key.name());
    let limits = [value(only), value(not)];
    if let [Some(_), Some((key, _))] = limits {
        let message = format!("{} and {} exclude each other", only.shown(), not.shown());
        let help = format!(
            "keep one of them: {} lists the targets that have it, {} the others",
            only.shown(),
            not.shown()
        );
        reader.error(codes::BAD_VALUE, message, reader.key_span(key), Some(help));
    }
    for (limit, key) in limits.into_iter().zip([only, not]) {
        let Some((name, value)) = limit else { continue };
        let reach = super::target::read_set(reader, key.shown(), value, &mut claims.models);
        let reach = if key == only { reach } else { reach.map(|reach| reach.without()) };
        claims.limit_to(reader, &reach.unwrap_or_default(), key.shown(), reader.key_span(name));
    }
    read(reader, claims);
    (claims.targets, claims.limit) = outer;
}

/// Reads one table of a section.
pub(crate) fn read_part(
    reader: &mut Reader,
    claims: &mut Claims,
    kind: &str,
    part: grammar::Body,
    value: &Value<'_>,
) {
    match part {
        Or::Own(entries) => read_entries(reader, claims, &[kind], entries, value),
        Or::Shared(group @ Grouping::Group) => read_groups(reader, claims, kind, group.shown(), value),
        // Read before the entries.
        Or::Shared(Grouping::Only | Grouping::Not) => {}
    }
}

/// Returns the header of a table of entries, in a section or in a group of it. Without a table, that of the group.
fn header(claims: &Claims, at: &[&str], table: &str) -> String {
    let (kind, group) = at.split_first().unwrap_or((&"", &[]));
    let body = match claims.source {
        Source::Profile(_) => vec![grammar::Profile::Body.name(), kind],
        Source::Fragment(_) => Vec::new(),
    };
    let groups = group.iter().flat_map(|group| grammar::group_tables(group));
    grammar::header(body.into_iter().chain(groups).chain([table]))
}

fn read_groups(reader: &mut Reader, claims: &mut Claims, kind: &str, shown: &str, value: &Value<'_>) {
    let Some(groups) = reader.table(shown, value) else { return };
    for (key, value) in groups {
        let place = format!("`{}`", header(claims, &[kind, key.get_ref()], ""));
        if !reader.id("a group", key) {
            continue;
        }
        let DeValue::Table(group) = value.get_ref() else {
            let help = format!("a group has an id: write `{}`", header(claims, &[kind, "some-id"], ""));
            reader.wrong_type_but(&place, "a table", value, Some(help));
            continue;
        };
        let address = AddressBuf::body([kind, key.get_ref()]);
        if is_reserved(kind, key.get_ref()) {
            reserved(reader, kind, key);
            continue;
        }
        if !claims.take(reader, &address, "group", reader.key_span(key)) {
            continue;
        }
        within(reader, claims, group, [Heading::Only, Heading::Not], |reader, claims| {
            read_group(reader, claims, [kind, key.get_ref()], &place, group);
        });
    }
}

fn read_group(reader: &mut Reader, claims: &mut Claims, at: [&str; 2], place: &str, group: &DeTable<'_>) {
    for (key, value) in group {
        let part = match reader.known_in::<grammar::Group>(key, value, place) {
            Some(Or::Own(Heading::Title)) => Part::Title,
            Some(Or::Own(Heading::Lead)) => Part::Lead,
            Some(Or::Shared(entries)) => {
                read_entries(reader, claims, &at, entries, value);
                continue;
            }
            Some(Or::Own(Heading::Only | Heading::Not)) | None => continue,
        };
        let address = AddressBuf::body([at[0], at[1], part_key(part)]);
        if claims.take(reader, &address, part.noun(), reader.key_span(key)) {
            read_limited(reader, claims, address, part, key, value);
        }
    }
}

/// Reads an entry with its own limit to some targets.
fn read_limited(
    reader: &mut Reader,
    claims: &mut Claims,
    address: AddressBuf,
    part: Part,
    key: &Key<'_>,
    value: &Value<'_>,
) {
    match value.get_ref() {
        DeValue::Table(table) => {
            within(reader, claims, table, [Entry::Only, Entry::Not], |reader, claims| {
                read_entry(reader, claims, address, part, key, value);
            })
        }
        _ => read_entry(reader, claims, address, part, key, value),
    }
}

fn read_entries(reader: &mut Reader, claims: &mut Claims, at: &[&str], table: Entries, value: &Value<'_>) {
    let part = table.part();
    let DeValue::Table(entries) = value.get_ref() else {
        let help = guess::entries(&header(claims, at, table.name()), value.get_ref());
        return reader.wrong_type_but(table.shown(), "a table of entries", value, help);
    };
    for (key, value) in entries {
        if !reader.id(&format!("{} {}", article(part.noun()), part.noun()), key) {
            continue;
        }
        if at.len() == 1 && is_reserved(at[0], key.get_ref()) {
            reserved(reader, at[0], key);
            continue;
        }
        let address = AddressBuf::body(at.iter().copied().chain([key.get_ref().as_ref()]));
        if claims.take(reader, &address, part.noun(), reader.key_span(key)) {
            read_limited(reader, claims, address, part, key, value);
        }
    }
}

/// Returns whether an id is reserved: `tools.allow` and `tools.deny` are lists of tools, so a section `tools`
/// cannot have entries with these ids.
fn is_reserved(kind: &str, id: &str) -> bool {
    Address::parse(&address::below(kind, id)).is_tools()
}

fn reserved(reader: &mut Reader, kind: &str, key: &Key<'_>) {
    let id = key.get_ref();
    let message = format!("`{}` is reserved for the list of tools", address::below(kind, id));
    let help = format!("choose another id, for example `{id}-list`");
    reader.error(codes::RESERVED_NAME, message, reader.key_span(key), Some(help));
}

fn read_entry(
    reader: &mut Reader,
    claims: &mut Claims,
    address: AddressBuf,
    part: Part,
    key: &Key<'_>,
    value: &Value<'_>,
) {
    let what = format!("`{address}`");
    let (key_span, span) = (reader.key_span(key), reader.span(value));
    let (content, level, placement) = match value.get_ref() {
        DeValue::Table(table) => {
            let is_of_profile = matches!(claims.source, Source::Profile(_));
            read_entry_table(reader, &what, part, key_span, table, is_of_profile)
        }
        DeValue::String(text) => {
            if !matches!(part, Part::Title | Part::Lead) {
                reader.warn_if_slipped(key, part.noun(), text);
            }
            let text = read_entry_text(reader, &what, part, value);
            let block = text.map(|text| Block {
                part,
                table: part,
                text,
                label: None,
                why: None,
                about: None,
                under: None,
            });
            (block.map(Content::Block), Level::Normal, Placement::default())
        }
        _ => {
            let help = reader.slipped(key).or_else(|| guess::entry(value.get_ref()));
            let expected = format!("a string or a table with {}", Entry::Text.shown());
            return reader.wrong_type_but(&what, &expected, value, help);
        }
    };
    if let Some(content) = content {
        claims.add_placed(address, level, content, placement, key_span, span);
    }
}

/// Reads an entry that is a table. In a profile, one without a text is partial.
fn read_entry_table(
    reader: &mut Reader,
    what: &str,
    table: Part,
    key_span: Span,
    keys: &DeTable<'_>,
    is_of_profile: bool,
) -> (Option<Content>, Level, Placement) {
    let (mut text, mut label, mut why, mut about, mut under) = (None, None, None, None, None);
    let (mut level, mut placement, mut directly) = (Level::Normal, Placement::default(), None);
    // The force of a rule among items is needed to read its other keys.
    let part = force(reader, table, keys).map_or(table, Part::Rule);
    for (key, value) in keys {
        let Some(known) = entry_key(reader, key, value, [table, part], what) else { continue };
        match known {
            Entry::Text => text = read_entry_text(reader, what, part, value),
            Entry::Label => label = reader.line(known.shown(), value),
            Entry::Why => why = reader.filled(known.shown(), value),
            Entry::About => about = read_subject(reader, known.shown(), value),
            Entry::Under => under = read_parent(reader, known.shown(), value),
            Entry::Level => level = read_level(reader, known, value),
            Entry::Before => placement.before = read_anchors(reader, known.shown(), value),
            Entry::After => placement.after = read_anchors(reader, known.shown(), value),
            Entry::Directly => directly = Some(reader.boolean(known.shown(), value)),
            Entry::Band => {
                let band = reader.choice(known.shown(), value, &Band::NAMED);
                placement.band = band.map(|band| (band, reader.span(value)));
            }
            // Read before the entry.
            Entry::Force | Entry::Only | Entry::Not => {}
        }
    }
    reader.needs::<Entry>(keys);
    let anchors = placement.before.iter_mut().chain(&mut placement.after);
    anchors.for_each(|anchor| anchor.directly = directly);
    let content = if is_of_profile && !keys.contains_key(Entry::Text.name()) {
        let partial = Partial { part, table, label, why, about, under, derived: Derived::default() };
        Some(Content::Partial(Box::new(partial)))
    } else {
        reader.required::<Entry>(keys, what, key_span);
        text.map(|text| Content::Block(Block { part, table, text, label, why, about, under }))
    };
    (content, level, placement)
}

/// Reads the text of an entry. A title is one line.
fn read_entry_text(reader: &mut Reader, what: &str, part: Part, value: &Value<'_>) -> Option<Text> {
    match part {
        Part::Title => reader.line(what, value),
        _ => reader.filled(what, value),
    }
}

/// The force of a rule in a table of items.
fn force(reader: &mut Reader, table: Part, keys: &DeTable<'_>) -> Option<Force> {
    let mut keys = keys.iter().filter(|_| Entry::Force.fits(table));
    let (_, value) = keys.find(|(key, _)| key.get_ref() == Entry::Force.name())?;
    reader.choice(Entry::Force.shown(), value, &Force::ALL)
}

/// Looks up a key of an entry. Reports it if its table or entries of this part do not have it.
fn entry_key(
    reader: &mut Reader,
    key: &Key<'_>,
    value: &Value<'_>,
    [table, part]: [Part; 2],
    what: &str,
) -> Option<Entry> {
    let fits = |known: &Entry| known.fits(table) && (*known == Entry::Force || known.fits(part));
    let Some(known) = Entry::find(key.get_ref()) else {
        let fitting = Entry::all().iter().filter(|known| fits(known));
        reader.unknown_key(key, value, what, fitting.map(|known| known.name()));
        return None;
    };
    if !fits(&known) {
        let force = part.force();
        let part = if known.fits(table) { part } else { table };
        let several = match part {
            Part::Prose | Part::Closing => part.noun().to_owned(),
            _ => plural(2, part.noun()),
        };
        let message = format!("{} is not allowed for {several}", known.shown());
        let help = match (known, part) {
            (Entry::About, Part::Item) if let Some(force) = force => {
                format!("delete it, or move the rule to `{}`", force.name())
            }
            (Entry::Force, Part::Rule(_)) => "delete it: the table gives the force".to_owned(),
            (Entry::Under, Part::Rule(_)) => {
                format!(
                    "delete it: a rule applies by itself, whatever stands around it; or make {what} an item"
                )
            }
            _ => format!("delete it, or move it to the text of {what}"),
        };
        reader.error(codes::UNKNOWN_KEY, message, reader.key_span(key), Some(help));
        return None;
    }
    Some(known)
}

pub(super) fn read_level(reader: &mut Reader, key: impl Keys, value: &Value<'_>) -> Level {
    reader.choice(key.shown(), value, &Level::ALL).unwrap_or_default()
}

fn read_subject(reader: &mut Reader, what: &str, value: &Value<'_>) -> Option<Text> {
    let text = reader.string(what, value)?;
    check_subject(reader, &text).then_some(text)
}

/// Returns whether a text is a valid subject. Reports it if not.
pub(crate) fn check_subject(reader: &mut Reader, text: &Text) -> bool {
    let valid = is_subject(&text.value);
    if !valid {
        let message = format!("`{}` is not a valid subject", text.value);
        let help = "write one or more ids separated by dots: `sql.indexing`";
        reader.error(codes::BAD_NAME, message, text.span, Some(help.to_owned()));
    }
    valid
}

fn read_parent(reader: &mut Reader, what: &str, value: &Value<'_>) -> Option<Text> {
    let text = reader.string(what, value)?;
    reader.id_text("an entry", &text.value, text.span).then_some(text)
}

fn read_anchors(reader: &mut Reader, what: &str, value: &Value<'_>) -> Vec<Anchor> {
    let texts = match value.get_ref() {
        DeValue::String(_) => reader.string(what, value).into_iter().collect(),
        DeValue::Array(_) => reader.strings(what, value),
        _ => {
            reader.wrong_type(what, "the id of an entry, or a list of ids", value);
            Vec::new()
        }
    };
    let mut anchors = Vec::new();
    for text in texts {
        let (id, optional) = match text.value.strip_suffix('?') {
            Some(id) => (id, true),
            None => (text.value.as_str(), false),
        };
        if reader.id_text("an entry", id, text.span) {
            anchors.push(Anchor { id: id.to_owned(), optional, directly: None, span: text.span });
        }
    }
    anchors
}

/// Reads `text = "..."`, short for a single block of prose.
pub(crate) fn read_text(
    reader: &mut Reader,
    claims: &mut Claims,
    kind: &str,
    id: &str,
    key: &Key<'_>,
    value: &Value<'_>,
) {
    let address = AddressBuf::body([kind, id]);
    let Some(text) = reader.filled(grammar::Fragment::Text.shown(), value) else { return };
    if claims.take(reader, &address, "prose", reader.key_span(key)) {
        let part = Part::Prose;
        let block = Block { part, table: part, text, label: None, why: None, about: None, under: None };
        let (key, span) = (reader.key_span(key), reader.span(value));
        claims.add(address, Level::Normal, Content::Block(block), key, span);
    }
}

/// Returns whether `kind` can be a section. Reports it if not.
pub(crate) fn check_kind(reader: &mut Reader, kind: &Text) -> bool {
    if crate::model::RESERVED.contains(&kind.value.as_str()) {
        let message = format!("`{}` is reserved and cannot name a kind", kind.value);
        let names = crate::model::KINDS.iter().map(|(name, ..)| *name);
        reader.error(codes::RESERVED_NAME, message, kind.span, did_you_mean(&kind.value, names));
        return false;
    }
    reader.id_text("a kind", &kind.value, kind.span)
}

/// Returns a key as text with its span.
pub(crate) fn key_text(reader: &Reader, key: &Key<'_>) -> Text {
    Spanned { value: key.get_ref().to_string(), span: reader.key_span(key) }
}
