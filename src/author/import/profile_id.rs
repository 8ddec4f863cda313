//! The ids of imported profiles. They depend on the documents and not on what was imported before, so a document that is
//! imported again gets the same id.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};

use super::{Input, front_matter};
use crate::model::{NAME, TARGETS, Target, is_device, normalized};
use crate::text::ids::latin;

/// The longest id, since its file's name has to fit everywhere.
const MAX_LENGTH: usize = 80;

/// How many levels of directories can distinguish documents.
const LEVELS: usize = 16;

/// Endings of a file's name that give the type of a document, not its topic.
const ROLES: [&str; 7] = [".agent", ".agents", ".chatmode", ".instructions", ".persona", ".prompt", ".skill"];

/// The id of each document: the name in its front matter, else the name of its file. Where several documents would have
/// one id, each gets the part of its path that tells it from the others: `web-reader` and `cloud-reader`. One that has no
/// such part keeps the id: `reader` beside `web-reader`.
pub(crate) fn wanted_ids(inputs: &[&Input]) -> Vec<String> {
    let mut ids: Vec<String> = inputs.iter().map(|input| wanted_id(input)).collect();
    let mut sharing: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, id) in ids.iter().enumerate() {
        sharing.entry(id.clone()).or_default().push(number);
    }
    for (id, numbers) in sharing.into_iter().filter(|(_, numbers)| numbers.len() > 1) {
        let paths: Vec<&Utf8Path> = numbers.iter().map(|number| inputs[*number].path.as_path()).collect();
        for (number, distinct) in numbers.into_iter().zip(distinguished(&id, &paths)) {
            ids[number] = distinct;
        }
    }
    ids
}

/// The places of documents that declare the same name as another one and so get another id: as below the nearest
/// directory that holds all of these. So a translated copy stays beside its translations, and not among the agents that
/// a program loads. `None` for other documents.
pub(crate) fn kept_places(inputs: &[&Input], ids: &[String]) -> Vec<Option<Utf8PathBuf>> {
    let mut sharing: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, input) in inputs.iter().enumerate() {
        if input.given.is_none() && declared_name(input).is_some() {
            sharing.entry(wanted_id(input)).or_default().push(number);
        }
    }
    let mut places = vec![None; inputs.len()];
    for (id, numbers) in sharing.into_iter().filter(|(_, numbers)| numbers.len() > 1) {
        let paths: Vec<Utf8PathBuf> = numbers.iter().map(|number| absolute(&inputs[*number].path)).collect();
        // A file that a program finds at its path, such as `.claude/agents/web/reader.md`, stays one.
        let keeps = |above: &Utf8Path| {
            let below =
                |path: &Utf8PathBuf| path.strip_prefix(above).map(Utf8Path::to_owned).unwrap_or_default();
            let is_kept = |target: &Target, path: &Utf8PathBuf| {
                !target.is_at(path.as_str()) || target.is_at(below(path).as_str())
            };
            paths.iter().all(|path| TARGETS.iter().all(|target| is_kept(target, path)))
        };
        let common = directory_of_all(&paths);
        let above = common.and_then(|common| common.ancestors().find(|above| keeps(above)));
        // Whatever is above all files of a machine tells nothing.
        let Some(above) = above.filter(|above| above.parent().is_some()) else { continue };
        for (number, path) in numbers.into_iter().zip(&paths) {
            if inputs[number].inside.is_none() && ids[number] != id {
                places[number] = path.strip_prefix(above).ok().map(Utf8Path::to_owned);
            }
        }
    }
    places
}

/// The name that the front matter of a document declares.
fn declared_name(input: &Input) -> Option<String> {
    let text = normalized(&input.text);
    front_matter::split(&text).and_then(|(front_matter, _)| front_matter.get(NAME))
}

/// The id that a document has by itself.
fn wanted_id(input: &Input) -> String {
    let of_data = input.given_name().map(str::to_owned);
    let declared = of_data.or_else(|| declared_name(input));
    let declared = declared.map(|name| latin(&name, MAX_LENGTH));
    declared.filter(|id| !id.is_empty()).map_or_else(|| file_id(&input.path), named)
}

/// The id of a file by its name. A skill has the name of its directory, as its format requires.
fn file_id(path: &Utf8Path) -> String {
    let file = path.file_name().unwrap_or_default();
    // "powershell-5.1-expert" has no extension.
    let is_extension = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphabetic());
    let stem = path.file_stem().filter(|_| path.extension().is_some_and(is_extension)).unwrap_or(file);
    let stem =
        ROLES.iter().find_map(|role| stem.strip_suffix(role)).filter(|stem| !stem.is_empty()).unwrap_or(stem);
    let directory = ancestor(path, 0).filter(|_| stem.eq_ignore_ascii_case("skill"));
    let id = directory.unwrap_or_else(|| latin(stem, MAX_LENGTH));
    // A name of signs alone has no Latin letters. Its hash stays the same.
    if id.is_empty() {
        format!("document-{}", &blake3::hash(file.as_bytes()).to_hex()[..8])
    } else {
        named(id)
    }
}

/// An id that can name a file on every system.
fn named(id: String) -> String {
    if is_device(&id) { format!("{id}-persona") } else { id }
}

/// Returns an id with the name of the document's directory, unless the id contains it already.
pub(crate) fn with_directory(path: &Utf8Path, id: &str) -> String {
    with(&ancestor(path, 0).unwrap_or_default(), id)
}

/// The name of a directory that a document lies in, as part of an id. Level 0 is the nearest. `None` above the root, and
/// for a name without letters.
fn ancestor(path: &Utf8Path, level: usize) -> Option<String> {
    let absolute = absolute(path);
    let name = absolute.ancestors().nth(level + 1)?.file_name()?;
    Some(latin(name, MAX_LENGTH / 2)).filter(|name| !name.is_empty())
}

fn absolute(path: &Utf8Path) -> Utf8PathBuf {
    camino::absolute_utf8(path).unwrap_or_else(|_| path.to_owned())
}

/// The nearest directory that holds all files, whose paths are absolute.
pub(crate) fn directory_of_all(paths: &[Utf8PathBuf]) -> Option<&Utf8Path> {
    let holds_all = |directory: &&Utf8Path| paths.iter().all(|path| path.starts_with(directory));
    paths.first()?.ancestors().skip(1).find(holds_all)
}

/// How many directories each document is in, below the nearest one that holds all documents.
fn own_levels(paths: &[&Utf8Path]) -> Vec<usize> {
    let paths: Vec<Utf8PathBuf> = paths.iter().map(|path| absolute(path)).collect();
    let depth = |path: &Utf8Path| path.components().count();
    let above = directory_of_all(&paths).map_or(0, depth) + 1;
    paths.iter().map(|path| depth(path).saturating_sub(above)).collect()
}

/// Different ids for documents that share one: with the name of the file, or with the directories that differ. The ids
/// are equal if nothing distinguishes the documents.
fn distinguished(id: &str, paths: &[&Utf8Path]) -> Vec<String> {
    let own_levels = own_levels(paths);
    let names = |level: usize| -> Vec<String> {
        let name = |(path, own): (&&Utf8Path, &usize)| match level {
            0 => Some(file_id(path)),
            level => ancestor(path, level - 1).filter(|_| level <= *own),
        };
        paths.iter().zip(&own_levels).map(|pair| name(pair).unwrap_or_default()).collect()
    };
    let is_distinct = |ids: &[String]| ids.iter().collect::<BTreeSet<_>>().len() == ids.len();
    let mut all: Vec<String> = paths.iter().map(|_| String::new()).collect();
    for level in 0..=LEVELS {
        let names = names(level);
        let alone: Vec<String> = names.iter().map(|name| with(name, id)).collect();
        if is_distinct(&alone) {
            return alone;
        }
        if names.iter().any(|name| *name != names[0]) {
            // Outer directories come first.
            all = names.iter().zip(&all).map(|(name, inner)| with(name, inner)).collect();
            let together: Vec<String> = all.iter().map(|names| with(names, id)).collect();
            if is_distinct(&together) {
                return together;
            }
        }
    }
    // One directory has both `reader.md` and `reader.txt`.
    let full: Vec<String> =
        paths.iter().map(|path| latin(path.file_name().unwrap_or_default(), MAX_LENGTH)).collect();
    if is_distinct(&full) { full } else { paths.iter().map(|_| id.to_owned()).collect() }
}

/// An id with a name before it, unless one of the two says the other already.
fn with(name: &str, id: &str) -> String {
    let says = |one: &str, other: &str| {
        one == other || one.starts_with(&format!("{other}-")) || one.ends_with(&format!("-{other}"))
    };
    match () {
        () if name.is_empty() || says(id, name) => id.to_owned(),
        () if id.is_empty() || says(name, id) => name.to_owned(),
        () => format!("{name}-{id}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(documents: &[(&str, &str)]) -> Vec<String> {
        let inputs: Vec<Input> = documents
            .iter()
            .map(|(path, text)| Input {
                path: (*path).into(),
                inside: None,
                text: (*text).to_owned(),
                given: None,
            })
            .collect();
        wanted_ids(&inputs.iter().collect::<Vec<_>>())
    }

    #[test]
    fn a_document_is_named_by_its_front_matter_or_its_file() {
        let cases = [
            ("/w/agents/a.md", "---\nname: Senior Reviewer (v2)\n---\n", "senior-reviewer-v2"),
            ("/w/agents/powershell-5.1-expert.md", "x", "powershell-5-1-expert"),
            ("/w/agents/powershell-7.4-expert", "x", "powershell-7-4-expert"),
            ("/w/agents/reviewer.agent.md", "x", "reviewer"),
            ("/w/go/.cursorrules", "x", "cursorrules"),
            ("/w/pdf/SKILL.md", "x", "pdf"),
            ("/w/pdf/SKILL.md", "---\nname: forms\n---\n", "forms"),
            ("/w/home/AGENTS.md", "x", "agents"),
            ("/w/\u{6821}\u{5bf9}.md", "x", "xiao-dui"),
            ("/w/con.md", "x", "con-persona"),
            ("/w/\u{2026}.md", "x", "document-7a24f097"),
        ];
        for (path, text, id) in cases {
            assert_eq!(ids(&[(path, text)]), [id], "{path}");
        }
    }

    #[test]
    fn documents_with_equal_names_are_distinguished_by_their_paths() {
        let x = |paths: &[&str]| ids(&paths.iter().map(|path| (*path, "x")).collect::<Vec<_>>());
        assert_eq!(x(&["/w/web/reader.md", "/w/cloud/reader.md"]), ["web-reader", "cloud-reader"]);
        assert_eq!(x(&["/w/cloud/reader.md", "/w/web/reader.md"]), ["cloud-reader", "web-reader"]);
        assert_eq!(x(&["/w/web/docs/AGENTS.md", "/w/api/docs/AGENTS.md"]), ["web-agents", "api-agents"]);
        assert_eq!(x(&["/w/a/x/r.md", "/w/a/y/r.md", "/w/b/x/r.md"]), ["a-x-r", "a-y-r", "b-x-r"]);
        assert_eq!(x(&["/w/r.md", "/w/r.txt"]), ["r-md", "r-txt"]);
        assert_eq!(x(&["/w/agents/r.md", "/w/fr/agents/r.md", "/w/de/agents/r.md"]), ["r", "fr-r", "de-r"]);
        assert_eq!(x(&["/w/r.md", "/w/web/r.md", "/w/web/old/r.md"]), ["r", "web-r", "old-r"]);
        let named = "---\nname: reader\n---\n";
        assert_eq!(
            ids(&[("/w/reader.md", named), ("/w/reader.compact.md", named)]),
            ["reader", "reader-compact"]
        );
        assert_eq!(ids(&[("/w/a.md", named), ("/w/b.md", named)]), ["a-reader", "b-reader"]);
    }
}
