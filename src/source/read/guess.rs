//! Help for common mistakes: guesses the intended meaning of an unknown key, word or list.

use toml::de::{DeTable, DeValue};

use super::Value;
use crate::model::grammar::{
    self, Body, Defaults, Entries, Entry, FORCES, FragmentFile, Keys, Profile, Resolve, Row, Table, Type,
    header, target_header,
};
use crate::model::wording::series;
use crate::model::{Force, KINDS, TARGETS, address, did_you_mean, is_id, nearest};
use crate::source::edit::literal;
use crate::text::force_names;
use crate::text::ids::{Ids, slug};

/// Words that people write for a key, with the key.
const SYNONYMS: &[(&str, &str)] = &[
    ("import", Profile::Use.name()),
    ("imports", Profile::Use.name()),
    ("include", Profile::Use.name()),
    ("includes", Profile::Use.name()),
    ("fragments", Profile::Use.name()),
    ("base", Profile::Extends.name()),
    ("from", Profile::Extends.name()),
    ("inherit", Profile::Extends.name()),
    ("inherits", Profile::Extends.name()),
    ("parent", Profile::Extends.name()),
    ("parents", Profile::Extends.name()),
    ("without", Profile::Drop.name()),
    ("purpose", Profile::Description.name()),
    ("bullets", Entries::Items.name()),
    ("list", Entries::Items.name()),
    ("points", Entries::Items.name()),
    ("markdown", Entries::Prose.name()),
    ("paragraph", Entries::Prose.name()),
    ("paragraphs", Entries::Prose.name()),
    ("because", Entry::Why.name()),
    ("because", Resolve::Reason.name()),
    ("why", Resolve::Reason.name()),
    ("reason", Entry::Why.name()),
    ("rationale", Entry::Why.name()),
    ("rationale", Resolve::Reason.name()),
    ("content", Entry::Text.name()),
    ("body", Entry::Text.name()),
    ("position", Entry::Band.name()),
    ("priority", Entry::Band.name()),
    ("adjacent", Entry::Directly.name()),
    ("immediately", Entry::Directly.name()),
];

/// The maximum length of a text that an example repeats.
const MAX_LENGTH: usize = 60;

/// The file being read.
#[derive(Debug, Default)]
pub(super) struct Place {
    /// The kind of file, as in [`grammar::FILES`].
    kind: &'static str,
    /// Its first table header, with the line.
    header: Option<(usize, String)>,
    /// Keys with text values that the file does not set.
    unset: Vec<&'static str>,
}

/// A key that its table does not have.
pub(super) struct Unknown<'k> {
    pub(super) key: &'k str,
    pub(super) value: &'k DeValue<'k>,
    /// The name of the table in messages.
    pub(super) place: &'k str,
    /// The keys that the table has.
    pub(super) known: Vec<&'k str>,
}

impl Unknown<'_> {
    /// The first of its values that is the name of a target.
    fn target(&self) -> Option<&'static str> {
        let items: Vec<&str> = match self.value {
            DeValue::Array(items) => items.iter().filter_map(|item| item.get_ref().as_str()).collect(),
            DeValue::Table(table) => table.keys().map(|key| key.get_ref().as_ref()).collect(),
            value => value.as_str().into_iter().collect(),
        };
        TARGETS.iter().map(|target| target.name).find(|name| items.contains(name))
    }
}

impl Place {
    /// Collects what guesses need to know about a file.
    pub(super) fn of<K: Keys>(document: &DeTable<'_>, text: &str) -> Self {
        let mut is_inside = false;
        let header = text.lines().enumerate().find(|(_, line)| {
            let line = line.trim();
            let is_header = !is_inside && line.starts_with('[') && line.contains(']') && !line.contains('=');
            is_inside ^= ["\"\"\"", "'''"].iter().any(|quotes| line.matches(quotes).count() % 2 == 1);
            is_header
        });
        Place {
            kind: K::NAME,
            header: header.map(|(at, line)| (at + 1, line.trim().to_owned())),
            unset: K::texts().filter(|name| !document.contains_key(*name)).collect(),
        }
    }

    fn file(&self) -> Option<Table> {
        grammar::file(self.kind).map(|file| (file.table)())
    }

    /// Returns the row of a top-level key.
    fn row(&self, name: &str) -> Option<&'static Row> {
        self.file()?.rows.into_iter().find(|row| row.name == name)
    }

    /// Returns the name of the file in sentences.
    fn noun(&self) -> &'static str {
        match self.kind {
            FragmentFile::NAME => "the fragment",
            Profile::NAME => "the profile",
            _ => "cento.toml",
        }
    }

    /// Suggests a fix for an unknown key.
    pub(super) fn key(&self, unknown: &Unknown<'_>) -> Option<String> {
        let has = |name: &str| unknown.known.contains(&name);
        let slug = slug(unknown.key);
        if slug != unknown.key && has(&slug) && !FORCES.contains(&slug.as_str()) {
            return Some(format!("did you mean `{slug}`?"));
        }
        let is_top = self.file().is_some_and(|file| {
            file.rows.iter().all(|row| has(row.name)) && unknown.known.len() == file.rows.len()
        });
        if is_top && let Some(help) = self.top(unknown) {
            return Some(help);
        }
        if !is_top && let Some(help) = self.slipped(unknown.key).or_else(|| self.part(unknown)) {
            return Some(help);
        }
        let takes_forces = FORCES.iter().all(|force| has(force)) || (is_top && self.kind == Profile::NAME);
        let likely = if takes_forces { force_names::named(unknown.key) } else { Vec::new() };
        let near = nearest(unknown.key, unknown.known.iter().copied().filter(|name| !FORCES.contains(name)));
        // `require = ["rules/x"]` is a misspelt key, but `[require]` is a table of rules.
        let is_table = match unknown.value {
            DeValue::Array(array) => array.iter().any(|one| one.get_ref().is_table()),
            value => value.is_table(),
        };
        if !likely.is_empty() && (is_table || near.is_none()) {
            return Some(forces(&likely, |force| self.header(unknown.place, is_top, force)));
        }
        let synonym = SYNONYMS.iter().find(|(word, key)| *word == slug && has(key));
        if let Some((_, key)) = synonym {
            return Some(format!("did you mean `{key}`?"));
        }
        did_you_mean(unknown.key, unknown.known.iter().copied())
    }

    /// Suggests a fix for an unknown top-level key.
    fn top(&self, unknown: &Unknown<'_>) -> Option<String> {
        let key = unknown.key;
        if let Some(help) = self.section(key, unknown.value) {
            return Some(help);
        }
        if self.kind == Profile::NAME && key == Defaults::Targets.name() {
            let table = target_header(unknown.target().unwrap_or("NAME"));
            let usual = Defaults::Targets.shown();
            return Some(format!(
                "write `{table}`, one table for each target; {usual} in cento.toml applies to profiles without any"
            ));
        }
        let others = grammar::FILES.iter().filter(|file| file.name != self.kind);
        let owner = others.into_iter().find(|file| (file.table)().rows.iter().any(|row| row.name == key));
        let nested = self.file()?.rows.into_iter().find(|row| match row.value {
            Type::Table(table) => table().rows.iter().any(|row| row.name == key),
            _ => false,
        });
        if let Some(row) = nested {
            return Some(format!("`{key}` is a key of `{}`", header([row.name])));
        }
        let target = TARGETS.iter().find(|target| self.kind == Profile::NAME && target.key(key).is_some());
        if let Some(target) = target {
            return Some(format!(
                "`{key}` is a setting of a target: write it below `{}`",
                target_header(target.name)
            ));
        }
        let near = nearest(key, unknown.known.iter().copied());
        let is_other = near.is_none() || unknown.value.is_table();
        owner.filter(|_| is_other).map(|file| match file.name {
            "config" => format!("`{key}` is a key of cento.toml"),
            name => format!("`{key}` is a key of a {name}"),
        })
    }

    /// Suggests a fix for a section at the top level, such as `[rules.must]`.
    fn section(&self, key: &str, value: &DeValue<'_>) -> Option<String> {
        let is_kind = KINDS.iter().any(|(kind, ..)| *kind == key) || key == Profile::Body.name();
        let inner = first(value);
        let named = inner.and_then(|(name, _)| part(name));
        let usual = if key == "rules" { Entries::Never.name() } else { Entries::Items.name() };
        match self.kind {
            Profile::NAME => {
                let has_part = is_id(key) && inner.is_some_and(|(name, _)| Body::find(name).is_some());
                if !is_kind && !has_part {
                    return None;
                }
                let body = Profile::Body.name();
                Some(format!(
                    "the entries of a profile belong in `{}`: write `{}`",
                    header([body]),
                    header([body, key, named.unwrap_or(usual)])
                ))
            }
            FragmentFile::NAME if is_kind => {
                let below = inner.filter(|_| key == Profile::Body.name());
                let named = below.map_or(named, |(_, value)| first(value).and_then(|(name, _)| part(name)));
                Some(format!(
                    "the folder of a fragment, or its {}, names the section: write `{}`",
                    grammar::Fragment::Kind.shown(),
                    header([named.unwrap_or(usual)])
                ))
            }
            "config" if is_kind || part(key).is_some() => {
                Some("entries belong in fragments and profiles, not in cento.toml".to_owned())
            }
            _ => None,
        }
    }

    /// Suggests a fix for a table of entries that is written where a kind belongs, or in `[sections]`.
    fn part(&self, unknown: &Unknown<'_>) -> Option<String> {
        let name = unknown.place.trim_matches(['`', '[', ']']);
        let below = |table: Profile| {
            Some(address::below_section(name)).filter(|_| address::is_below(name, table.name()))
        };
        let body = Profile::Body.name();
        if let Some(kind) = below(Profile::Sections).filter(|_| Body::find(unknown.key).is_some()) {
            return Some(format!(
                "entries belong in `{}`: write `{}`",
                header([body]),
                header([body, kind, unknown.key])
            ));
        }
        let kind = below(Profile::Body).filter(|kind| Body::find(kind).is_some())?;
        let table = header([body, "rules", kind]);
        Some(format!("`{kind}` needs the kind of its section before it: write `{table}`"))
    }

    /// Suggests a fix for a top-level key that is below a table header.
    pub(super) fn slipped(&self, key: &str) -> Option<String> {
        let row = self.row(key)?;
        if self.kind == "config" || matches!(row.value, Type::Map(..)) || Entries::find(key).is_some() {
            return None;
        }
        let to = match &self.header {
            Some((line, header)) => {
                format!("move it above line {line}, `{header}`, the first table header")
            }
            None => "move it to the top of the file".to_owned(),
        };
        Some(format!("`{key}` is a key of {} itself: {to}", self.noun()))
    }

    /// Returns whether an entry is probably a top-level key that is below a table header by mistake.
    pub(super) fn is_slipped(&self, key: &str, text: &str) -> bool {
        let sentences =
            [grammar::Fragment::Summary.name(), grammar::Fragment::Text.name(), Profile::Description.name()];
        let words = text.split_whitespace().count();
        let is_name = words == 1 || (words < 4 && text.starts_with(char::is_uppercase));
        self.unset.contains(&key) && (is_name || sentences.contains(&key))
    }

    /// Suggests how to move such a key, and how to write it if an entry is meant.
    pub(super) fn slipped_entry(&self, key: &str, text: &str) -> Option<String> {
        let text = if text.contains('\n') { "\"...\"".to_owned() } else { literal(text) };
        let slipped = self.slipped(key)?;
        Some(format!(
            "{slipped}; an entry with this id is written `{key} = {{ {} = {text} }}`",
            Entry::Text.name()
        ))
    }

    /// Returns how the table of a force is written in the table `place`.
    fn header(&self, place: &str, is_top: bool, force: Force) -> String {
        let table = place.strip_prefix("`[").and_then(|place| place.strip_suffix("]`"));
        match table {
            _ if is_top && self.kind == Profile::NAME => {
                header([Profile::Body.name(), "rules", force.name()])
            }
            _ if is_top => header([force.name()]),
            Some(table) => header([table, force.name()]),
            None => force.name().to_owned(),
        }
    }
}

/// Returns the first key of a table and its value.
fn first<'v>(value: &'v DeValue<'_>) -> Option<(&'v str, &'v DeValue<'v>)> {
    let (key, value) = value.as_table()?.iter().next()?;
    Some((key.get_ref().as_ref(), value.get_ref()))
}

/// Returns the table of entries that a name means.
fn part(name: &str) -> Option<&'static str> {
    let force = || match force_names::named(name).as_slice() {
        [force] => Some(force.name()),
        _ => None,
    };
    Body::find(name).map(|part| part.name()).or_else(force)
}

/// Lists the forces that a name may mean, then all six.
fn forces(likely: &[Force], written: impl Fn(Force) -> String) -> String {
    let likely: Vec<String> = likely.iter().map(|force| format!("`{}`", written(*force))).collect();
    format!("write {}; the six forces are {}", likely.join(" or "), series(FORCES, FORCES.len()))
}

/// Suggests a fix for a word that is not allowed.
pub(super) fn word<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    let slug = slug(word);
    if slug != word && known.contains(&slug.as_str()) && !FORCES.contains(&slug.as_str()) {
        return Some(format!("did you mean `{slug}`?"));
    }
    if FORCES.iter().all(|force| known.contains(force)) {
        let likely = force_names::named(word);
        if !likely.is_empty() {
            return Some(forces(&likely, |force| force.name().to_owned()));
        }
    }
    did_you_mean(word, known)
}

/// Suggests a fix for an array in place of a table of entries.
pub(super) fn entries(header: &str, value: &DeValue<'_>) -> Option<String> {
    let array = value.as_array()?;
    let entry = array.iter().find_map(|element| example(element.get_ref()));
    let entry = entry.unwrap_or_else(|| "some-id = \"...\"".to_owned());
    let brackets = match array.iter().next().map(Value::get_ref) {
        Some(DeValue::Table(_)) => ", in single brackets",
        _ => "",
    };
    Some(format!("write `{header}`{brackets}, and below it each entry with an id of its own: `{entry}`"))
}

/// Suggests a fix for an array in place of an entry.
pub(super) fn entry(value: &DeValue<'_>) -> Option<String> {
    let entries: Vec<String> =
        value.as_array()?.iter().filter_map(|value| example(value.get_ref())).take(2).collect();
    (!entries.is_empty()).then(|| {
        format!("an id names one entry: give each its own line, such as `{}`", entries.join("` and `"))
    })
}

/// Formats an array item as an entry, with an id made from its words.
fn example(value: &DeValue<'_>) -> Option<String> {
    let field = |name: &str| value.as_table().and_then(|table| table.get(name)?.get_ref().as_str());
    let text = value.as_str().or_else(|| field(Entry::Text.name()))?;
    let id = ["id", "name"].into_iter().find_map(field).filter(|id| is_id(id));
    let id = id.map_or_else(|| Ids::default().make(text, "entry"), str::to_owned);
    let is_short = text.chars().count() <= MAX_LENGTH && !text.contains(['\n', '`']);
    let text = if is_short { literal(text) } else { "\"...\"".to_owned() };
    Some(format!("{id} = {text}"))
}

/// Suggests a fix for a list without brackets.
pub(super) fn list(value: &DeValue<'_>) -> Option<String> {
    let text = value.as_str().filter(|text| !text.contains('\n'))?;
    let words: Vec<String> = text.split(',').map(|word| literal(word.trim())).collect();
    Some(format!("write it in brackets: [{}]", words.join(", ")))
}

/// Suggests a fix for an array of tables in place of a table.
pub(super) fn table(what: &str, value: &DeValue<'_>) -> Option<String> {
    let is_tables = matches!(value.as_array()?.iter().next()?.get_ref(), DeValue::Table(_));
    let name = what.trim_matches(['`', '[', ']']);
    is_tables.then(|| format!("write `[{name}]`, in single brackets"))
}
