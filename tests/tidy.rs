//! House rules that the compiler does not check.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[path = "tidy/circles.rs"]
mod circles;
#[path = "tidy/facade.rs"]
mod facade;
#[path = "tidy/imports.rs"]
mod imports;

use imports::{imports, module};

/// What each room may import. `model` is plain data and imports no room; `compose` opens no file; `trial`
/// loads only texts, so `author` needs no disk to prove what it would write; `view` never merges; `api` is
/// the facade; only the program imports `cli`.
const MAY_IMPORT: [(&str, &[&str]); 13] = [
    ("model", &[]),
    ("text", &["model"]),
    ("source", &["model", "text"]),
    ("workspace", &["model", "text", "source"]),
    ("compose", &["model"]),
    ("render", &["model", "text", "compose"]),
    ("check", &["model", "text", "compose", "render"]),
    ("analyse", &["model", "text", "compose", "render", "check"]),
    ("trial", &["model", "workspace", "compose", "render", "check"]),
    ("author", &["model", "text", "source", "workspace", "compose", "render", "analyse", "trial"]),
    ("api", &["model", "workspace", "compose", "render", "check", "analyse", "trial"]),
    ("view", &["model", "text", "compose", "render", "check", "analyse", "author"]),
    (
        "cli",
        &[
            "model", "text", "source", "workspace", "compose", "render", "check", "analyse", "trial",
            "author", "view",
        ],
    ),
];

fn sources() -> Vec<(PathBuf, String)> {
    let mut waiting = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut files = Vec::new();
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(directory).expect("src is there") {
            let path = entry.expect("src can be read").path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("sources are UTF-8");
                files.push((path, text));
            }
        }
    }
    files.sort();
    files
}

/// Returns the path of a source file below `src`.
fn below_src(path: &Path) -> &Path {
    path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).expect("sources lie in src")
}

/// Returns the room of a module: the longest row of the table that is a prefix of its path.
fn room(module: &[String]) -> Option<&'static str> {
    let holds = |room: &str| room.split('/').eq(module.iter().take(room.split('/').count()));
    MAY_IMPORT.iter().map(|(room, _)| *room).filter(|room| holds(room)).max_by_key(|room| room.len())
}

/// Returns whether one room is the other or part of it.
fn is_within(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns the imports of a module that the table does not allow, as `LINE: ROOM imports PATH`.
fn forbidden(module: &[String], source: &str) -> Vec<String> {
    let Some(own) = room(module) else { return Vec::new() };
    let allowed = MAY_IMPORT.iter().find(|(room, _)| *room == own).map_or(&[][..], |(_, allowed)| allowed);
    let is_allowed = |path: &[String]| {
        // A name outside the rooms belongs to the facade, which would hide where it comes from.
        room(path).is_some_and(|other| {
            is_within(other, own)
                || is_within(own, other)
                || allowed.iter().any(|allowed| is_within(other, allowed))
        })
    };
    let found = imports(module, source).expect("sources parse");
    let wrong = found.into_iter().filter(|import| !is_allowed(&import.path));
    wrong.map(|import| format!("{}: {own} imports crate::{}", import.line, import.path.join("::"))).collect()
}

#[test]
fn imports_go_one_way() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let found = forbidden(&module(below_src(&path)), &text);
        wrong.extend(found.into_iter().map(|found| format!("{}:{found}", path.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Files of a room that import each other in a circle, and why they may. In `model`, data refers to data.
const CIRCLES: [(&[&str], &str); 5] = [
    (
        &["author/factor/group", "author/factor/name", "author/factor/variants", "author/factor/whole"],
        "each is a step in forming the groups",
    ),
    (
        &["compose/layout", "compose/persona"],
        "a persona has its layout, which has the origins of its settings",
    ),
    (&["compose/merge/refine", "compose/merge/settle"], "what is below an override is settled before it"),
    (&["render/document", "render/layout"], "a piece of layout names its setting, which has an origin"),
    (
        &["text/forces", "text/lexicon", "text/statements", "text/titles"],
        "words of force are read in all languages, whose tables are made like those of the words",
    ),
];

#[test]
fn files_beside_each_other_import_one_way() {
    let is_of_model = |circle: &BTreeSet<String>| circle.iter().all(|file| file.starts_with("model/"));
    let found: BTreeSet<_> =
        circles::circles(&modules()).into_iter().filter(|circle| !is_of_model(circle)).collect();
    let known: BTreeSet<BTreeSet<String>> =
        CIRCLES.iter().map(|(files, _)| files.iter().map(|&file| file.to_owned()).collect()).collect();
    assert_eq!(found, known, "move what both need to a file of its own");
}

#[test]
fn common_forms_of_circles_are_found() {
    let circles = |files: &[(&str, &str)]| {
        let of = |(path, source): &(&str, &str)| (module(Path::new(path)), (*source).to_owned());
        circles::circles(&files.iter().map(of).collect::<Vec<_>>()).len()
    };
    for (one, other) in [
        ("use super::list::Listing;", "use super::args::Medium;"),
        ("use crate::cli::{args::X, list::{self}};", "fn f() -> super::args::Medium {}"),
        ("mod inner { use super::super::list::X; }", "macro_rules! m { () => { $crate::cli::args::X } }"),
    ] {
        assert_eq!(circles(&[("cli/args.rs", one), ("cli/list.rs", other)]), 1, "{one} {other}");
    }
    let three =
        [("a/x.rs", "use super::y::Y;"), ("a/y.rs", "use super::z::Z;"), ("a/z.rs", "use super::x::X;")];
    assert_eq!((circles(&three), circles(&three[..2])), (1, 0));
    let parts = [("a/x.rs", "mod part; use part::P;"), ("a/x/part.rs", "use super::X;")];
    assert_eq!(circles(&parts), 0);
    let tests =
        [("a/x.rs", "#[cfg(test)]\nmod tests { use super::super::y::Y; }"), ("a/y.rs", "use super::x::X;")];
    assert_eq!(circles(&tests), 0);
}

#[test]
fn the_table_of_rooms_has_no_cycle() {
    // A room comes after all that it imports.
    for (at, (room, allowed)) in MAY_IMPORT.iter().enumerate() {
        for other in *allowed {
            let is_before = MAY_IMPORT[..at].iter().any(|(room, _)| room == other);
            assert!(is_before, "{room} imports {other}, which is not above it in the table");
        }
    }
}

#[test]
fn every_folder_of_the_source_is_a_room() {
    for (path, _) in sources() {
        let module = module(below_src(&path));
        assert!(module.is_empty() || room(&module).is_some(), "add {} to the table", path.display());
    }
}

/// Returns what `forbidden` finds in a file of a room, without the lines.
fn planted(below_src: &str, source: &str) -> Vec<String> {
    let found = forbidden(&module(Path::new(below_src)), source);
    found.iter().filter_map(|found| Some(found.split_once(" imports ")?.1.to_owned())).collect()
}

#[test]
fn common_forms_of_imports_are_found() {
    let file = "compose/merge/planted.rs";
    for (source, expected) in [
        ("use crate::{model::Force, view as _, cli as _};", &["crate::view", "crate::cli"][..]),
        ("use crate::view;", &["crate::view"]),
        ("use crate::view::{self, page::{Page, table as t}};", &["crate::view::page::table"]),
        ("use crate::{{view::*}};", &["crate::view"]),
        ("use r#crate_is_no_keyword::view;", &[]),
        ("use super::super::super::cli;", &["crate::cli"]),
        ("use super::{verdict, super::super::view::Page};", &["crate::view::Page"]),
        ("use self::super::super::super::view;", &["crate::view"]),
        ("mod inner { use super::super::super::super::view; use super::super::other; }", &["crate::view"]),
        ("use crate::Force;", &["crate::Force"]),
        ("use crate::*;", &["crate::"]),
        ("use crate as all;", &["crate::"]),
        ("fn f() { crate::view::page(); }", &["crate::view::page"]),
        ("fn f(page: &[crate::view::Page]) {}", &["crate::view::Page"]),
        ("fn f<T: Into<Vec<crate::view::Page>>>() {}", &["crate::view::Page"]),
        ("impl crate::view::Show for crate::model::Force {}", &["crate::view::Show"]),
        ("fn f(x: u8) { match x { crate::cli::FINE => {} _ => {} } }", &["crate::cli::FINE"]),
        ("fn f() { println!(\"{}\", crate::view::plural(1)); }", &["crate::view::plural"]),
        ("fn f() { vec![[super::super::super::cli::FINE]]; }", &["crate::cli::FINE"]),
        (
            "macro_rules! m { () => { use $crate::{model::Force, view as _}; $crate::cli::run() } }",
            &["crate::view", "crate::cli::run"],
        ),
        ("#[derive(Debug)] #[shown(with(crate::view::show))] struct S;", &["crate::view::show"]),
        ("pub(in crate::compose) fn f() { let view = crate::model::x; }", &[]),
        ("// crate::view\nfn f() -> &'static str { \"crate::view::x\" }", &[]),
        ("use super::super::persona; use self::inner::x; use crate::model::{Force, self};", &[]),
    ] {
        let found = planted(file, source);
        assert!(expected.iter().all(|path| found.iter().any(|found| found == path)), "{source}: {found:?}");
        assert_eq!(found.is_empty(), expected.is_empty(), "{source}: {found:?}");
    }
    assert_eq!(planted("cli/build.rs", "use crate::{view, compose::merge};"), Vec::<String>::new());
    assert_eq!(planted("lib.rs", "pub use crate::view::Page;"), Vec::<String>::new());
}

fn source(below_src: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(below_src);
    fs::read_to_string(path).expect("sources are UTF-8")
}

#[test]
fn the_facade_alone_is_public() {
    assert_eq!(facade::exposed(&source("lib.rs")), [""; 0], "these are not for other programs");
    for planted in [
        "pub mod model;",
        "#[doc(hidden)] pub mod view;",
        "pub use compose::Composer;",
        "pub use api::*;",
        "pub use model::{Severity, Library};",
        "pub use model::Library;",
        "pub use toml::Table;",
        "pub fn run() {}",
        "#[doc(hidden)] pub fn load() {}",
        "pub type Ids = Vec<u32>;",
    ] {
        assert_eq!(facade::exposed(planted).len(), 1, "{planted}");
    }
}

/// Returns the modules of the crate with their sources.
fn modules() -> Vec<(Vec<String>, String)> {
    sources().into_iter().map(|(path, text)| (module(below_src(&path)), text)).collect()
}

#[test]
fn the_facade_shows_its_own_types_and_lets_them_grow() {
    assert_eq!(facade::objections(&modules()), [""; 0]);
    let objections = |module: &[&str], source: &str| {
        let module = module.iter().map(|part| (*part).to_owned()).collect();
        facade::objections(&[(module, source.to_owned())])
    };
    for planted in [
        "pub struct Built { pub path: String }",
        "pub enum Kind { One }",
        "#[non_exhaustive] pub struct Built { pub path: Utf8PathBuf }",
        "#[non_exhaustive] pub enum Error { Yaml(serde_yaml::Error) }",
        "use toml::Value as String; #[non_exhaustive] pub struct Built { pub path: String }",
        "use cap_std::fs::Path; #[non_exhaustive] pub struct Built { pub path: Path }",
        "pub struct Persona; impl Persona { pub fn composition(&self) -> &Composition { todo!() } }",
        "pub struct Persona; impl Persona { pub fn library(&self) -> &crate::model::Library { todo!() } }",
        "pub struct Persona; impl Persona { pub fn open(root: impl AsRef<Utf8Path>) {} }",
        "pub struct Persona; impl Persona { pub fn read<R: toml::Read>(from: R) {} }",
        "pub struct Persona; impl Persona { pub fn read<R>(from: R) where R: Into<serde_json::Value> {} }",
        "pub struct Persona; impl Persona { pub fn map(&self) -> Option<Vec<indexmap::IndexMap<String, u8>>> {} }",
        "pub struct Persona; impl Persona { pub const EMPTY: toml::Table = toml::Table::new(); }",
        "pub struct Persona; impl serde::Serialize for Persona {}",
        "pub struct Persona; impl ::serde::Serialize for Persona {}",
        "use serde::Serialize; pub struct Persona; impl Serialize for Persona {}",
        "use serde as std; pub struct Persona; impl std::Serialize for Persona {}",
        "use serde::ser::{self}; pub struct Persona; impl ser::Serialize for Persona {}",
        "pub struct Persona; const _: () = { impl serde::Serialize for Persona {} };",
        "pub struct Persona; fn hidden() { impl serde::Serialize for super::Persona {} }",
        "pub struct Error; impl From<toml::de::Error> for Error {}",
        "pub struct Error; impl From<Error> for toml::de::Error {}",
        "pub struct Error; impl From<Vec<Error>> for toml::de::Error {}",
        "pub struct Error; impl<T: toml::Read> From<T> for Error {}",
        "pub struct Built; impl std::ops::Deref for Built { type Target = toml::Table; }",
        "pub struct Built; impl PartialEq<serde_json::Value> for Built {}",
        "#[derive(serde::Serialize)] pub struct Built;",
        "use serde::Serialize; #[derive(Debug, Serialize)] pub struct Built;",
        "use derive_more::Debug; #[derive(Debug)] pub struct Built;",
        "#[cfg_attr(feature = \"serde\", derive(serde::Serialize))] pub struct Built;",
        "#[serde_as] pub struct Built;",
        "pub trait Read { fn table(&self) -> toml::Table; }",
        "pub trait Read: serde::Serialize {}",
        "pub type Table = toml::Table;",
        "pub fn table() -> toml::Table {}",
        "pub static TABLE: toml::Table = x;",
        "pub use toml::Table;",
        "pub use crate::model::Library;",
        "use toml::*; pub struct Built;",
        "pub mod inner {}",
        "mod inner { impl serde::Serialize for super::Built {} } pub struct Built;",
        "pub struct Built; serialize!(Built);",
        "#[macro_export] macro_rules! built { () => {} }",
    ] {
        assert!(!objections(&["api"], planted).is_empty(), "{planted}");
    }
    for planted in [
        "#[derive(clap::ValueEnum)] #[non_exhaustive] pub enum Severity { Note }",
        "pub enum Force { May }",
        "#[non_exhaustive] pub enum Force { May } impl Force { pub fn datum(self) -> toml::Value {} }",
        "use crate::model::Severity; impl From<Severity> for annotate_snippets::Level {}",
        "use crate::model::Severity; impl serde::Serialize for Severity {}",
        "impl serde::Serialize for crate::model::Force {}",
        "serialize!(Severity);",
    ] {
        assert!(!objections(&["model", "claim"], planted).is_empty(), "{planted}");
    }
    for hidden in [
        "pub struct Persona { library: Library } impl Persona { fn library(&self) -> &Library { todo!() } }",
        "pub struct Persona; impl Persona { pub(super) fn of(library: &Library) {} }",
        "pub struct Persona; trait Own {} impl Own for Persona {}",
        "struct Inner; impl serde::Serialize for Inner {}",
        "use std::fmt; pub struct Persona; impl fmt::Display for Persona {}",
        "use std::hash::{Hash, Hasher}; pub struct Persona; impl Hash for Persona { fn hash<H: Hasher>(&self, s: &mut H) {} }",
        "mod built; pub use built::Built; #[derive(thiserror::Error)] pub struct Built;",
    ] {
        assert_eq!(objections(&["api"], hidden), [""; 0], "{hidden}");
    }
}

#[test]
fn the_facade_is_shown_by_examples() {
    let wanted =
        ["open", "from_texts", "compose", "build", "diff", "findings", "conflicts", "Target", "origin"];
    assert_eq!(facade::without_example(&modules(), &wanted), [""; 0]);
    let planted = "impl Persona { /// Like `open`.\n/// ```text\n/// x\npub fn open() {} }";
    assert_eq!(facade::without_example(&[(vec!["api".to_owned()], planted.to_owned())], &["open"]), ["open"]);
}

#[test]
fn modules_are_in_the_files_that_their_paths_name() {
    for (path, text) in sources() {
        // The tests of the rooms are unit tests in `tests/`; no other module is elsewhere.
        let text = match below_src(&path) == Path::new("lib.rs") {
            true => text.replacen("#[cfg(test)]\n#[path = \"../tests/rooms/mod.rs\"]\nmod tests;", "", 1),
            false => text,
        };
        assert!(!text.contains("#[path"), "{}: `#[path]` hides the room of a module", path.display());
    }
}

#[test]
fn files_have_one_subject() {
    let long = sources().into_iter().filter(|(_, text)| text.lines().count() > 520).map(|(path, _)| path);
    assert_eq!(long.collect::<Vec<_>>(), Vec::<PathBuf>::new(), "split these by subject");
}

#[test]
fn anyhow_stays_in_the_command_line() {
    let elsewhere = sources()
        .into_iter()
        .filter(|(path, text)| {
            room(&module(below_src(path))).is_some_and(|room| room != "cli") && text.contains("anyhow")
        })
        .map(|(path, _)| path);
    assert_eq!(elsewhere.collect::<Vec<_>>(), Vec::<PathBuf>::new());
}

#[test]
fn the_lock_file_holds_what_deny_toml_allows() {
    let read = |name: &str| -> toml::Table {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("it is there");
        text.parse().expect("it is TOML")
    };
    let (lock, deny) = (read("Cargo.lock"), read("deny.toml"));
    let names = |value: &toml::Value, key: &str| -> Vec<String> {
        let all = value.as_array().expect("a list").iter();
        all.filter_map(|entry| entry.get(key).unwrap_or(entry).as_str().map(str::to_owned)).collect()
    };
    let banned = names(&deny["bans"]["deny"], "crate");
    let registries = names(&deny["sources"]["allow-registry"], "");
    assert!(!banned.is_empty() && !registries.is_empty());
    for package in lock["package"].as_array().expect("packages") {
        let name = package["name"].as_str().expect("a name");
        assert!(!banned.iter().any(|banned| banned == name), "{name} is banned");
        let source = package.get("source").map_or("registry+", |source| source.as_str().expect("a text"));
        let registry = source.strip_prefix("registry+");
        let is_known = registry.is_some_and(|from| from.is_empty() || registries.iter().any(|it| it == from));
        assert!(is_known, "{name} comes from {source}");
    }
}
