//! The ids of imported profiles. They depend on the documents and not on what was imported before, so a document that is
//! imported again gets the same id.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};

use super::prove::named_path;
use super::{Document, Input, front_matter, targets};
use crate::model::{NAME, TARGETS, Target, is_device, is_skill_file, normalized};
use crate::text::ids::latin;
use crate::workspace::files::fold;

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
/// directory that holds all `arguments` of the command. So a translated copy stays beside its translations, and not among
/// the agents that a program loads. `None` for documents that keep their id, for targets that are not loaded by name, and
/// where the place is not free.
pub(crate) fn kept_places(
    inputs: &[(&Input, &str)],
    arguments: &[Utf8PathBuf],
    is_free: impl Fn(&Utf8Path) -> bool,
) -> Vec<Option<Utf8PathBuf>> {
    let mut sharing: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, (input, _)) in inputs.iter().enumerate() {
        if input.given.is_none() && declared_name(input).is_some() && target(input).is_loaded_by_name() {
            sharing.entry(wanted_id(input)).or_default().push(number);
        }
    }
    let sharing = sharing.into_iter().filter(|(_, numbers)| numbers.len() > 1);
    let sharing =
        sharing.flat_map(|(id, numbers)| numbers.into_iter().map(move |number| (number, id.clone())));
    let renamed: BTreeMap<usize, Utf8PathBuf> = sharing
        .filter(|(number, wanted)| inputs[*number].0.inside.is_none() && inputs[*number].1 != wanted)
        .map(|(number, _)| (number, absolute(&inputs[number].0.path)))
        .collect();
    let mut places = vec![None; inputs.len()];
    if renamed.is_empty() {
        return places;
    }
    let arguments: Vec<Utf8PathBuf> = arguments.iter().map(|argument| absolute(argument)).collect();
    let paths: Vec<&Utf8Path> = renamed.values().map(Utf8PathBuf::as_path).collect();
    let Some(base) = base(&paths, &arguments) else { return places };
    let place = |path: &Utf8Path| path.strip_prefix(base).ok().map(Utf8Path::to_owned);
    // A place must not be that of another document, wherever that one ends up.
    let mut holders: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (number, (input, id)) in inputs.iter().enumerate() {
        let kept = renamed.get(&number).and_then(|path| place(path));
        for held in usual_places(input, id).into_iter().chain(kept) {
            holders.entry(fold(held.as_str())).or_default().insert(number);
        }
    }
    let is_alone = |place: &Utf8Path| holders.get(&fold(place.as_str())).is_none_or(|all| all.len() == 1);
    for (number, path) in &renamed {
        let fits = |place: &Utf8PathBuf| has_name_of_directory(inputs[*number].0, place);
        places[*number] = place(path).filter(|place| is_alone(place) && is_free(place) && fits(place));
    }
    places
}

/// The nearest directory that holds all arguments, and below which a file that a program finds at its path stays one:
/// `.claude/agents/web/reader.md`.
fn base<'p>(paths: &[&'p Utf8Path], arguments: &[Utf8PathBuf]) -> Option<&'p Utf8Path> {
    let keeps = |above: &Utf8Path, path: &Utf8Path| {
        let below = path.strip_prefix(above).unwrap_or(path);
        TARGETS.iter().all(|target| !target.is_at(path.as_str()) || target.is_at(below.as_str()))
    };
    let mut above = paths.first()?.ancestors().skip(1);
    let base = above.find(|above| {
        arguments.iter().all(|argument| argument.starts_with(above))
            && paths.iter().all(|path| path.starts_with(above) && keeps(above, path))
    });
    // A directory above all files of a machine is not distinctive.
    base.filter(|base| base.parent().is_some())
}

/// The target that a document is most likely for.
fn target(input: &Input) -> &'static Target {
    targets(input, &Document::new(input))[0]
}

/// The paths that the output of a document may get.
fn usual_places(input: &Input, id: &str) -> Vec<Utf8PathBuf> {
    if let Some(inside) = &input.inside {
        return vec![inside.clone()];
    }
    let document = Document::new(input);
    let front_matter = document.front_matter();
    let of = |target: &Target| {
        let named = front_matter.as_ref().and_then(|front_matter| named_path(target, front_matter));
        named.unwrap_or_else(|| target.default_path(id).into())
    };
    targets(input, &document).into_iter().map(of).collect()
}

/// Whether a place is in a directory with the declared name, where the target needs that. Elsewhere the document would
/// become a prompt.
fn has_name_of_directory(input: &Input, place: &Utf8Path) -> bool {
    let target = target(input);
    let end = |name: String| {
        Utf8PathBuf::from(target.default_path(&name)).components().skip(1).collect::<Utf8PathBuf>()
    };
    !target.named_directory || declared_name(input).is_some_and(|name| place.ends_with(end(name)))
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
    let directory = ancestor(path, 0).filter(|_| is_skill_file(path));
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
    prefixed(&ancestor(path, 0).unwrap_or_default(), id)
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
        let alone: Vec<String> = names.iter().map(|name| prefixed(name, id)).collect();
        if is_distinct(&alone) {
            return alone;
        }
        if names.iter().any(|name| *name != names[0]) {
            // Outer directories come first.
            all = names.iter().zip(&all).map(|(name, inner)| prefixed(name, inner)).collect();
            let together: Vec<String> = all.iter().map(|names| prefixed(names, id)).collect();
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

/// An id with a name before it, unless one of the two already contains the other.
fn prefixed(name: &str, id: &str) -> String {
    let contains = |one: &str, other: &str| {
        one == other || one.starts_with(&format!("{other}-")) || one.ends_with(&format!("-{other}"))
    };
    match () {
        () if name.is_empty() || contains(id, name) => id.to_owned(),
        () if id.is_empty() || contains(name, id) => name.to_owned(),
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
