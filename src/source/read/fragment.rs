//! Reads fragments.

use toml::de::DeTable;

use super::body::{self, Claims};
use super::reader::{Reader, read_file};
use super::values;
use crate::model::grammar::{Fragment as Key, FragmentFile, Grouping, Keys as _, Or};
use crate::model::{Diagnostic, FileId, Fragment, FragmentId, Source, Sources, Span, codes};

/// Reads the fragment `id`, which gets the number `index` in the library.
pub(crate) fn read(
    sources: &Sources,
    file: FileId,
    id: &str,
    index: FragmentId,
) -> (Fragment, Vec<Diagnostic>) {
    let (mut fragment, findings) = read_file::<FragmentFile, _>(sources, file, |reader, table| {
        read_table(reader, file, id, Source::Fragment(index), table)
    });
    fragment.broken |= findings.iter().any(Diagnostic::breaks_file);
    (fragment, findings)
}

fn read_table(reader: &mut Reader, file: FileId, id: &str, source: Source, table: &DeTable<'_>) -> Fragment {
    let kind = read_kind(reader, file, id, table);
    let mut fragment = Fragment {
        id: id.to_owned(),
        file,
        kind: kind.clone().unwrap_or_default(),
        section: read_section(reader, table).or(kind.clone()).unwrap_or_default(),
        summary: None,
        requires: Vec::new(),
        excludes: Vec::new(),
        template: false,
        claims: Vec::new(),
        models: Vec::new(),
        broken: kind.is_none(),
    };
    let mut claims = Claims::new(source);
    body::within(reader, &mut claims, table, [Grouping::Only, Grouping::Not], |reader, claims| {
        for (key, value) in table {
            let Some(known) = reader.known::<FragmentFile>(key, value) else { continue };
            let what = known.shown();
            let own = match known {
                Or::Own(own) => own,
                Or::Shared(part) => {
                    body::read_part(reader, claims, &fragment.section, part, value);
                    continue;
                }
            };
            match own {
                Key::Kind | Key::Section => {}
                Key::Summary => fragment.summary = reader.string(what, value),
                Key::Tags => values::read_tags(reader, claims, key, value),
                Key::Requires => fragment.requires = reader.distinct(what, value),
                Key::Excludes => fragment.excludes = reader.distinct(what, value),
                Key::Template => fragment.template = reader.boolean(what, value),
                Key::Fields => values::read_fields(reader, claims, value),
                Key::Tools => values::read_tools(reader, claims, value),
                Key::Text => {
                    let name = id.rsplit('/').next().unwrap_or(id);
                    body::read_text(reader, claims, &fragment.section, name, key, value);
                }
            }
        }
    });
    (fragment.claims, fragment.models) = (claims.list, claims.models);
    for (list, key) in [(&fragment.requires, Key::Requires), (&fragment.excludes, Key::Excludes)] {
        if let Some(itself) = list.iter().find(|text| text.value == id) {
            let message = format!("{} names the fragment itself", key.shown());
            reader.error(codes::BAD_VALUE, message, itself.span, Some("remove it".to_owned()));
        }
    }
    fragment
}

/// Returns the section that the file sets.
fn read_section(reader: &mut Reader, table: &DeTable<'_>) -> Option<String> {
    let section = reader.string(Key::Section.shown(), table.get(Key::Section.name())?)?;
    body::check_kind(reader, &section).then_some(section.value)
}

/// Returns the kind that the file sets, else the first directory below fragments/.
fn read_kind(reader: &mut Reader, file: FileId, id: &str, table: &DeTable<'_>) -> Option<String> {
    if let Some(value) = table.get(Key::Kind.name()) {
        let kind = reader.string(Key::Kind.shown(), value)?;
        return body::check_kind(reader, &kind).then_some(kind.value);
    }
    let start = Span::new(file, 0..0);
    match id.split_once('/') {
        Some((folder, _)) => {
            if crate::model::RESERVED.contains(&folder) {
                let message = format!("`{folder}` is reserved and cannot name a kind");
                let help =
                    format!("rename the directory, or set `{} = \"...\"` in the file", Key::Kind.name());
                reader.error(codes::RESERVED_NAME, message, start, Some(help));
                return None;
            }
            Some(folder.to_owned())
        }
        None => {
            let key = Key::Kind.name();
            let help = format!(
                "add a line such as `{key} = \"rules\"`, or move the file to a directory named after its kind, such as fragments/rules/"
            );
            reader.missing(key, "a fragment outside the directory of a kind", start, Some(&help));
            None
        }
    }
}
