//! Reading of fragments.

use toml::de::DeTable;

use super::body::{self, Claims};
use super::reader::{Reader, read_file};
use crate::model::{Diagnostic, FileId, Fragment, FragmentId, Source, Sources, Span, codes};

const KEYS: [&str; 10] =
    ["kind", "section", "summary", "tags", "requires", "excludes", "template", "fields", "tools", "text"];

/// Reads the fragment `id`, which becomes the `index`th of the library, from a file of `sources`.
pub(crate) fn read(
    sources: &Sources,
    file: FileId,
    id: &str,
    index: FragmentId,
) -> (Fragment, Vec<Diagnostic>) {
    let (mut fragment, findings) = read_file(sources, file, |reader, table| {
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
        broken: kind.is_none(),
    };
    let mut claims = Claims::new(source);
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "kind" | "section" => {}
            "summary" => fragment.summary = reader.string("`summary`", value),
            "tags" => body::read_tags(reader, &mut claims, key, value),
            "requires" => fragment.requires = reader.distinct("`requires`", value),
            "excludes" => fragment.excludes = reader.distinct("`excludes`", value),
            "template" => fragment.template = reader.boolean("`template`", value),
            "fields" => body::read_fields(reader, &mut claims, value),
            "tools" => body::read_tools(reader, &mut claims, value),
            "text" => {
                let name = id.rsplit('/').next().unwrap_or(id);
                body::read_text(reader, &mut claims, &fragment.section, name, key, value);
            }
            _ if body::read_part(reader, &mut claims, &fragment.section, key, value) => {}
            _ => {
                let parts = body::PARTS.iter().map(|(name, _)| *name);
                reader.unknown_key(key, "a fragment", KEYS.into_iter().chain(parts).chain(["group"]));
            }
        }
    }
    fragment.claims = claims.list;
    for (list, what) in [(&fragment.requires, "requires"), (&fragment.excludes, "excludes")] {
        if let Some(itself) = list.iter().find(|text| text.value == id) {
            let message = format!("`{what}` names the fragment itself");
            reader.error(codes::BAD_VALUE, message, itself.span, Some("remove it".to_owned()));
        }
    }
    fragment
}

/// The section that the file names, if it names one.
fn read_section(reader: &mut Reader, table: &DeTable<'_>) -> Option<String> {
    let section = reader.string("`section`", table.get("section")?)?;
    body::check_kind(reader, &section).then_some(section.value)
}

/// The kind that the file names, else the first folder under fragments/.
fn read_kind(reader: &mut Reader, file: FileId, id: &str, table: &DeTable<'_>) -> Option<String> {
    if let Some((_, value)) = table.get_key_value("kind") {
        let kind = reader.string("`kind`", value)?;
        return body::check_kind(reader, &kind).then_some(kind.value);
    }
    let start = Span::new(file, 0..0);
    match id.split_once('/') {
        Some((folder, _)) => {
            if crate::model::RESERVED.contains(&folder) {
                let message = format!("no kind can be called `{folder}`: addresses of another sort begin so");
                let help = "rename the folder, or say `kind = \"...\"` in the file".to_owned();
                reader.error(codes::RESERVED_NAME, message, start, Some(help));
                return None;
            }
            Some(folder.to_owned())
        }
        None => {
            let help = "add `kind = \"...\"`, or move the file into a folder named after its kind";
            reader.missing("kind", "a fragment that lies in no folder", start, Some(help));
            None
        }
    }
}
