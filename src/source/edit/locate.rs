//! Finds where a claim is written in its file.

use super::{Keys, keys};
use crate::model::grammar::{Fragment, Profile, group_tables, part_key};
use crate::model::{Claim, Library, Part, Source, address};

/// Returns the path of the table for a part of a list, relative to its section. The title and lead of a group
/// are keys of the group.
pub(super) fn list_tables(list: &str, part: Part) -> Keys {
    let (_, group) = address::section_and_group(list);
    let group = group.into_iter().flat_map(group_tables);
    let table = (!matches!(part, Part::Title | Part::Lead)).then(|| part_key(part));
    keys(group.chain(table))
}

/// Returns the key of an entry in its table.
pub(super) fn entry_key(part: Part, id: &str) -> &str {
    if matches!(part, Part::Title | Part::Lead) { part_key(part) } else { id }
}

/// Returns the path of the table with the section of a list in a profile.
pub(super) fn section_tables(list: &str) -> Keys {
    keys([Profile::Body.name(), address::section(list)])
}

/// Returns the path of the table for a part of a list in a source.
pub(crate) fn entry_tables(source: Source, list: &str, part: Part) -> Keys {
    let body = match source {
        Source::Fragment(_) => Vec::new(),
        Source::Profile(_) => section_tables(list),
    };
    [body, list_tables(list, part)].concat()
}

/// Returns the path of the table that holds a claim's entry, and its key. `None` for claims other than
/// entries.
pub(crate) fn entry_place(library: &Library, claim: &Claim) -> Option<(Keys, String)> {
    let part = claim.block()?.table;
    let id = claim.address.id();
    // A fragment may write its only block of prose as `text`.
    let short = Fragment::Text.name();
    if claim.address.group().is_none() && id != short && library.sources.text(claim.key) == short {
        return Some((Vec::new(), short.to_owned()));
    }
    let tables = entry_tables(claim.source, claim.address.parent(), part);
    Some((tables, entry_key(part, id).to_owned()))
}
