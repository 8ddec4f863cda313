//! Entries that an edit adds, and how they are written.

use crate::author::import::{OutlineEntry, unfolded};
use crate::model::grammar::Entry;
use crate::model::{Force, Part, Source};
use crate::source::edit::{Place, SourceEdit, entry, entry_tables, literal};

/// A new entry, parsed from an added line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AddedEntry {
    pub(super) part: Part,
    pub(super) label: Option<String>,
    pub(super) text: String,
    pub(super) why: Option<String>,
    /// The force label as typed, if it differs from the label that the list would print.
    pub(super) typed: Option<String>,
    /// Its band in TOML.
    pub(super) band: Option<String>,
    /// The id of the entry that it is under, unless that is new too.
    pub(super) under: Option<String>,
    /// The number of new entries that it is under. They come before it.
    pub(super) depth: usize,
    /// The table of items or steps that it is written in, even if it is a rule.
    pub(super) among: Option<Part>,
}

impl AddedEntry {
    /// Returns an entry without label or reason.
    pub(super) fn plain(part: Part, text: String) -> Self {
        AddedEntry {
            part,
            label: None,
            text,
            why: None,
            typed: None,
            band: None,
            under: None,
            depth: 0,
            among: None,
        }
    }

    /// The force of a rule that is written among items or steps.
    fn force_key(&self) -> Option<Force> {
        self.part.force().filter(|_| self.among.is_some())
    }

    /// The part whose table holds it.
    pub(super) fn table(&self) -> Part {
        self.among.filter(|_| self.part.force().is_some()).unwrap_or(self.part)
    }

    /// Returns an entry that `import` found.
    pub(super) fn of(entry: &OutlineEntry) -> Self {
        let (label, depth) = (entry.label.clone(), entry.depth);
        AddedEntry { label, depth, ..AddedEntry::plain(entry.part, entry.text.clone()) }
    }

    /// Returns the entry without the lists at the end of its text, and their entries under it.
    pub(super) fn unfolded(&self) -> Vec<Self> {
        let (text, nested) = unfolded(&self.text);
        let own = AddedEntry { text, ..self.clone() };
        std::iter::once(own).chain(nested.iter().map(AddedEntry::of)).collect()
    }

    /// Returns the keys of the entry in TOML.
    pub(super) fn fields(&self) -> Vec<(Entry, String)> {
        let label = self.label.as_ref().map(|label| (Entry::Label, literal(label)));
        let why = self.why.as_ref().map(|why| (Entry::Why, literal(why)));
        let band = self.band.as_ref().map(|band| (Entry::Band, band.clone()));
        let force = self.force_key().map(|force| (Entry::Force, literal(force.name())));
        let text = (Entry::Text, literal(&self.text));
        label.into_iter().chain(force).chain([text]).chain(why).chain(band).collect()
    }

    /// Returns the edit that inserts the entry into a list of a source, under another one if there is an id, and with an
    /// optional anchor: the key `before` or `after` and the id of a neighbour.
    pub(super) fn insertion(
        &self,
        source: Source,
        (list, id, under): (&str, &str, Option<&str>),
        place: Place,
        anchor: Option<(Entry, &str)>,
    ) -> SourceEdit {
        let mut fields = self.fields();
        fields.extend(under.map(|under| (Entry::Under, literal(under))));
        fields.extend(anchor.map(|(key, id)| (key, literal(id))));
        SourceEdit::insert(&entry_tables(source, list, self.table()), place, id, entry(&fields))
    }
}
