//! Writes new source files in readable TOML.

use indexmap::IndexMap;

use super::inline::inline_table;
use super::locate::{entry_key, list_tables};
use super::strings::{MAX_LINE, key_literal, value_literal};
use super::{Keys, Taken, keys, literal};
use crate::model::grammar::{self, Entry, Fragment};
use crate::model::{Datum, Part, address};

/// The text of a new source file.
#[derive(Debug, Default)]
pub(crate) struct NewFile {
    text: String,
}

impl NewFile {
    /// Adds a key to the current table.
    pub(crate) fn set(&mut self, key: &str, value: &str) {
        self.text.push_str(&format!("{key} = {value}\n"));
    }

    /// Begins a table.
    pub(crate) fn table<S: AsRef<str>>(&mut self, tables: impl IntoIterator<Item = S>) {
        self.header(&keys(tables), false);
    }

    /// Adds a table with values. Maps and lists of maps at the end of a map are tables of their own from the first long one on,
    /// which keeps the order that the values have.
    pub(crate) fn values<'v>(&mut self, table: &Keys, values: impl Iterator<Item = (&'v String, &'v Datum)>) {
        self.map(table, false, values);
    }

    fn map<'v>(
        &mut self,
        table: &Keys,
        is_in_list: bool,
        values: impl Iterator<Item = (&'v String, &'v Datum)>,
    ) {
        let members: Vec<_> = values.map(|(key, datum)| (key, datum, value_literal(datum))).collect();
        let last = members.iter().rposition(|(_, datum, _)| !datum.has_maps()).map_or(0, |at| at + 1);
        let is_long = |line: &String| line.contains('\n') || line.chars().count() > MAX_LINE;
        let long = members.iter().skip(last).position(|(.., line)| is_long(line));
        let tables = members.len().min(long.map_or(usize::MAX, |at| last + at));
        // The header of a table within makes this one too.
        if is_in_list || tables > 0 || members.is_empty() {
            self.header(table, is_in_list);
        }
        for (key, _, line) in &members[..tables] {
            self.set(&key_literal(key), line);
        }
        for (key, datum, _) in &members[tables..] {
            let below: Keys = table.iter().chain([*key]).cloned().collect();
            match datum {
                Datum::Map(map) => self.map(&below, false, map.iter()),
                Datum::List(maps) => {
                    for map in maps {
                        if let Datum::Map(map) = map {
                            self.map(&below, true, map.iter());
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn header(&mut self, table: &Keys, is_in_list: bool) {
        self.separate();
        let keys: Vec<String> = table.iter().map(|key| key_literal(key)).collect();
        let header = grammar::header(keys.iter().map(String::as_str));
        self.text.push_str(&if is_in_list { format!("[{header}]\n") } else { header + "\n" });
    }

    /// Adds comment lines.
    fn comments<'c>(&mut self, lines: impl IntoIterator<Item = &'c String>) {
        lines.into_iter().for_each(|line| self.text.extend([line, "\n"]));
    }

    /// Adds a blank line.
    fn separate(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }
}

/// A fragment to write.
#[derive(Debug, Default)]
pub(crate) struct NewFragment {
    /// The last part of its id.
    pub name: String,
    /// Comments about the whole file.
    pub comments: Vec<String>,
    /// A summary in one line.
    pub summary: Option<String>,
    /// The section, if it differs from the kind.
    pub section: Option<String>,
    /// Whether it is a template.
    pub is_template: bool,
    /// Its entries. Lists and tables are written in order of first use, groups after them, and the closing
    /// prose of the section last.
    pub entries: Vec<NewEntry>,
}

/// An entry to write, or the title or lead of a group.
#[derive(Debug)]
pub(crate) struct NewEntry {
    /// The section or group that holds it.
    pub list: String,
    pub id: String,
    /// The kind of entry.
    pub part: Part,
    /// Its value in TOML.
    pub value: String,
    /// The comments above it.
    pub comments: Vec<String>,
    /// The comment after it on the same line.
    pub trailing: Option<String>,
}

impl NewEntry {
    /// Creates an entry without comments.
    pub(crate) fn plain(list: &str, id: &str, part: Part, value: String) -> Self {
        let (list, id) = (list.to_owned(), id.to_owned());
        NewEntry { list, id, part, value, comments: Vec::new(), trailing: None }
    }

    /// Merges several entries into one: the value of the first, with the comments of all. `None` if there are
    /// none.
    pub(crate) fn merged(list: &str, id: &str, part: Part, taken: Vec<Taken>) -> Option<Self> {
        let mut taken = taken.into_iter();
        let Taken { comments: own, trailing, value } = taken.next()?;
        let others = taken.flat_map(|other| other.comments.into_iter().chain(other.trailing));
        let mut comments: Vec<String> = Vec::new();
        for comment in own.into_iter().chain(others) {
            if Some(&comment) != trailing.as_ref() && !comments.contains(&comment) {
                comments.push(comment);
            }
        }
        Some(NewEntry { comments, trailing, ..NewEntry::plain(list, id, part, value) })
    }

    fn write(&self, file: &mut NewFile, key: &str) {
        file.comments(&self.comments);
        let trailing = self.trailing.as_ref().map_or(String::new(), |comment| format!(" {comment}"));
        file.set(key, &format!("{}{trailing}", self.value));
    }
}

impl NewFragment {
    /// Returns the fragment in TOML.
    pub(crate) fn text(&self) -> String {
        let mut file = NewFile::default();
        file.comments(&self.comments);
        file.separate();
        if let Some(summary) = &self.summary {
            file.set(Fragment::Summary.name(), &literal(summary));
        }
        if let Some(section) = &self.section {
            file.set(Fragment::Section.name(), &literal(section));
        }
        if self.is_template {
            file.set(Fragment::Template.name(), "true");
        }
        if let [entry] = self.entries.as_slice()
            && self.is_short(entry)
        {
            entry.write(&mut file, Fragment::Text.name());
            return file.into_text();
        }
        // The title and lead of a group come first in it, and closing prose last in its list. TOML after the
        // header of a group belongs to the group, so tables of the section come before groups.
        let is_closing = |entry: &NewEntry| entry.part == Part::Closing;
        let mut lists: IndexMap<(&str, bool), Vec<&NewEntry>> = IndexMap::new();
        for entry in &self.entries {
            let is_end = is_closing(entry) && !address::is_in_section(&entry.list);
            lists.entry((&entry.list, is_end)).or_default().push(entry);
        }
        lists.sort_by_cached_key(|(list, is_end), _| (*is_end, address::is_in_section(list)));
        for ((list, _), mut entries) in lists {
            entries.sort_by_key(|entry| {
                (entry.part != Part::Title, entry.part != Part::Lead, is_closing(entry))
            });
            let mut tables: IndexMap<Vec<String>, Vec<&NewEntry>> = IndexMap::new();
            for entry in entries {
                tables.entry(list_tables(list, entry.part)).or_default().push(entry);
            }
            for (table, entries) in tables {
                file.table(table);
                entries.iter().for_each(|entry| entry.write(&mut file, entry_key(entry.part, &entry.id)));
            }
        }
        file.into_text()
    }

    /// Returns whether an entry, the only one, can be written as `text` of the fragment.
    fn is_short(&self, entry: &NewEntry) -> bool {
        entry.part == Part::Prose
            && !address::is_in_section(&entry.list)
            && entry.id == self.name
            && !entry.value.starts_with('{')
    }
}

/// Formats keys as one value: that of `main` if it is the only key, else an inline table.
pub(crate) fn inline<K: grammar::Keys + PartialEq>(main: K, fields: &[(K, String)]) -> String {
    match fields {
        [(key, value)] if *key == main => value.clone(),
        _ => inline_table(fields.iter().map(|(key, value)| (key.name(), value.as_str()))),
    }
}

/// Formats an entry: a string if it has only a text, else an inline table.
pub(crate) fn entry(fields: &[(Entry, String)]) -> String {
    inline(Entry::Text, fields)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::yaml::Yaml;

    fn new(list: &str, id: &str, part: Part) -> NewEntry {
        NewEntry::plain(list, id, part, literal(id))
    }

    #[test]
    fn headings_come_first_groups_after_the_lists_and_closings_last() {
        let entries = vec![
            new("voice.tone", "a", Part::Item),
            new("voice", "b", Part::Item),
            new("voice.tone", "lead", Part::Lead),
            new("voice.tone", "title", Part::Title),
            new("voice", "end", Part::Closing),
            new("voice", "c", Part::Prose),
            new("voice.tone", "z", Part::Closing),
            new("voice.tone", "y", Part::Item),
        ];
        let fragment = NewFragment { comments: vec!["# x".to_owned()], entries, ..NewFragment::default() };
        let expected = "# x\n\n[items]\nb = \"b\"\n\n[prose]\nc = \"c\"\n\n\
                        [group.tone]\ntitle = \"title\"\nlead = \"lead\"\n\n[group.tone.items]\na = \"a\"\ny = \"y\"\n\n[group.tone.closing]\nz = \"z\"\n\n\
                        [closing]\nend = \"end\"\n";
        assert_eq!(fragment.text(), expected);
    }

    #[test]
    fn comments_of_merged_entries_are_kept_once() {
        let taken = |comments: &[&str], trailing: Option<&str>| Taken {
            comments: comments.iter().map(|line| (*line).to_owned()).collect(),
            trailing: trailing.map(str::to_owned),
            value: "'x'".to_owned(),
        };
        let all = vec![taken(&["# a"], Some("# t")), taken(&["# a", "# t"], Some("# u"))];
        let merged = NewEntry::merged("voice", "x", Part::Prose, all).unwrap();
        let fragment = NewFragment { name: "x".to_owned(), entries: vec![merged], ..NewFragment::default() };
        assert_eq!(fragment.text(), "# a\n# u\ntext = 'x' # t\n");
        assert!(NewEntry::merged("voice", "x", Part::Prose, Vec::new()).is_none());
    }

    #[test]
    fn long_maps_are_tables_and_keep_their_order() {
        let long = "x".repeat(MAX_LINE);
        let json = serde_json::json!({
            "mixed": [{"id": 1, "text": long}, 3],
            "first": {"short": 1},
            "a b": {"extensions": {"depth": {"prompt": long}}},
            "list": [{"id": 1, "books": [{"key": "k", "none": {}}, {"key": long}]}, {"id": 2}],
            "last": {"odd.key": {"x": [[{"y": 1}]]}, "text": long, "map": {"n": 1}},
        });
        let yaml: Yaml = serde_json::from_value(json.clone()).unwrap();
        let datum = yaml.datum().unwrap();
        let Datum::Map(map) = &datum else { unreachable!() };
        let mut file = NewFile::default();
        file.values(&keys(["target", "t"]), map.iter());
        let text = file.into_text();
        insta::assert_snapshot!(text.replace(&long, "LONG"));
        let read: serde_json::Value = toml::from_str(&text).unwrap();
        assert_eq!(read["target"]["t"], json);
    }

    #[test]
    fn an_entry_with_only_a_text_is_a_string() {
        assert_eq!(entry(&[(Entry::Text, "'a'".to_owned())]), "'a'");
        let fields = [(Entry::Text, "'a'".to_owned()), (Entry::Why, "'b'".to_owned())];
        assert_eq!(entry(&fields), "{ text = 'a', why = 'b' }");
        assert_eq!(entry(&fields[1..]), "{ why = 'b' }");
    }
}
