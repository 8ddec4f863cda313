//! The edits of `cento.toml`.

use std::collections::BTreeSet;

use toml_edit::{Document, Item};

use super::{Entries, Finder, Touches};
use crate::model::grammar::{Config, Defaults, Keys as _};
use crate::model::{Library, Span, address};

impl Finder<'_> {
    /// Records the edits of the settings, table by table.
    pub(super) fn config(&mut self) {
        let libraries = [self.earlier, self.later];
        let (before, after) = (settings(self.earlier), settings(self.later));
        let touches = |key: &str| {
            let library = libraries[usize::from(after.contains_key(key))];
            if library.config.broken { Touches::Everything } else { touches(libraries, key) }
        };
        self.entries([None, None], "", &before, &after, touches);
    }
}

fn touches(libraries: [&Library; 2], key: &str) -> Touches {
    let name = address::below_section(key);
    match Config::find(address::section(key)) {
        Some(Config::Styles) => Touches::Style(Some(name.to_owned())),
        Some(Config::Defaults) if name == Defaults::Style.name() => Touches::Style(None),
        Some(Config::Subjects) => {
            let mut subjects = BTreeSet::from([name.to_owned()]);
            for relations in libraries.map(|library| &library.config.subjects) {
                let related = [relations.implied.get(name), relations.excluded.get(name)];
                subjects.extend(related.into_iter().flatten().flatten().cloned());
            }
            Touches::Subjects(subjects)
        }
        Some(Config::Require | Config::Severity) => Touches::Status,
        _ => Touches::Everything,
    }
}

/// The settings of a library by name: those of tables as `TABLE.KEY`.
fn settings(library: &Library) -> Entries {
    let Some(file) = library.config.file else { return Entries::new() };
    let text = library.sources.file(file).text();
    let mut settings = Entries::new();
    let Ok(document) = Document::parse(text) else {
        let content = (Span::new(file, 0..0), text.to_owned());
        return Entries::from([("the file".to_owned(), content)]);
    };
    let setting = |range: Option<std::ops::Range<usize>>, item: &Item| {
        let range = range.or_else(|| item.span()).unwrap_or(0..0);
        (
            Span::new(file, range.clone()),
            text.get(item.span().unwrap_or(range)).unwrap_or_default().to_owned(),
        )
    };
    for (name, item) in document.as_table() {
        let key = document.as_table().key(name).and_then(|key| key.span());
        let Some(table) = item.as_table() else {
            let value = match item.as_array_of_tables() {
                Some(tables) => tables.to_string(),
                None => setting(None, item).1,
            };
            settings.insert(name.to_owned(), (setting(key, item).0, value));
            continue;
        };
        for (inner, item) in table {
            let key = table.key(inner).and_then(|key| key.span());
            let value = item.as_table().map_or_else(|| setting(None, item).1, ToString::to_string);
            settings.insert(address::below(name, inner), (setting(key, item).0, value.trim().to_owned()));
        }
    }
    settings
}
