//! Where a persona's texts are written, and how its files change there.

use camino::{Utf8Path, Utf8PathBuf};

use crate::model::grammar::{Grouping, Keys as _, part_key};
use crate::model::{Claim, Part, Source, Span, address};
use crate::source::edit::{EditError, SourceEdit, apply};
use crate::trial::{BuiltPersona, Texts};

/// Where an entry is written: the file, the tables that lead to it, and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Home {
    pub(super) path: Utf8PathBuf,
    pub(super) tables: Vec<String>,
    pub(super) key: String,
}

impl Home {
    /// The tables that lead to it.
    pub(super) fn tables(&self) -> Vec<&str> {
        self.tables.iter().map(String::as_str).collect()
    }
}

impl BuiltPersona<'_> {
    /// The path of the profile's file.
    pub(super) fn profile_path(&self) -> &Utf8Path {
        self.library.profile_path(self.composition.profile)
    }

    /// Who is composed.
    pub(super) fn profile(&self) -> Source {
        Source::Profile(self.composition.lineage[self.composition.lineage.len() - 1])
    }

    /// The file of a source.
    pub(super) fn path_of(&self, source: Source) -> &Utf8Path {
        let file = self.library.file_of(source);
        self.library.sources.file(file).path()
    }

    /// The files with some places overwritten; none if one of them would not be TOML.
    pub(super) fn spliced(&self, mut splices: Vec<(Span, String)>) -> Texts {
        splices.sort_by_key(|(span, _)| (span.file, span.start));
        splices.dedup_by_key(|(span, _)| *span);
        let file = |splices: &[(Span, String)]| {
            let path = self.library.sources.path(splices.first()?.0);
            let edits = splices.iter();
            let edits =
                edits.map(|(span, text)| SourceEdit::SetText { range: span.range(), text: text.clone() });
            let text = apply(self.texts.get(path)?, &edits.collect::<Vec<_>>()).ok()?;
            Some((path.to_owned(), text))
        };
        let files = splices.chunk_by(|(one, _), (other, _)| one.file == other.file).map(file);
        files.collect::<Option<Texts>>().unwrap_or_default()
    }

    /// The profile's file, edited.
    pub(super) fn own(&self, change: impl FnOnce(&str) -> Result<String, EditError>) -> Option<Texts> {
        let path = self.profile_path();
        let text = change(self.texts.get(path)?).ok()?;
        Some(Texts::from([(path.to_owned(), text)]))
    }

    /// Where the entry of a claim is written.
    pub(super) fn home(&self, claim: &Claim) -> Option<Home> {
        let part = claim.block()?.part;
        let path = self.path_of(claim.source).to_owned();
        if let Source::Fragment(_) = claim.source
            && claim.address.group().is_none()
            && self.library.sources.text(claim.key) == "text"
            && claim.address.id() != "text"
        {
            return Some(Home { path, tables: Vec::new(), key: "text".to_owned() });
        }
        let tables = list_tables(self, claim.source, claim.address.parent(), part);
        Some(Home { path, tables, key: claim.address.id().to_owned() })
    }

    /// The tables of a source that lead to its body.
    pub(super) fn body(&self, source: Source, section: &str) -> Vec<String> {
        match source {
            Source::Fragment(_) => Vec::new(),
            Source::Profile(_) => vec!["body".to_owned(), section.to_owned()],
        }
    }
}

/// The tables of a source that lead to a list. The title and lead of a group are keys of the group itself.
pub(super) fn list_tables(persona: &BuiltPersona<'_>, source: Source, list: &str, part: Part) -> Vec<String> {
    let (section, group) = address::section_and_group(list);
    let mut tables = persona.body(source, section);
    if let Some(group) = group {
        tables.extend([Grouping::Group.name().to_owned(), group.to_owned()]);
    }
    if !matches!(part, Part::Title | Part::Lead) {
        tables.push(part_key(part).to_owned());
    }
    tables
}
