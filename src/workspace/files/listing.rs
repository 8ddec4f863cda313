//! Lists the sources below a directory.

use camino::{Utf8Path, Utf8PathBuf};
use cap_std::fs::ReadDir;

use super::{FileError, FileType, Root, bad_link, irregular, is_absence, objection};
use crate::model::{Diagnostic, codes};

/// The maximum nesting of directories.
const MAX_DEPTH: usize = 64;

/// Extensions of files that people may expect to be read.
const MISTAKEN: [&str; 10] = ["yaml", "yml", "json", "jsonc", "json5", "txt", "md", "markdown", "mdc", "mdx"];

/// Warns about a file that is probably meant as a source but is not read. Names in capitals, such as
/// README.md, are documentation.
fn ignored(path: &Utf8Path) -> Option<Diagnostic> {
    let ending = path.extension()?.to_lowercase();
    let stem = path.file_stem()?;
    let is_page = ending != "toml" && !stem.contains(|letter: char| letter.is_lowercase());
    if is_page || (ending != "toml" && !MISTAKEN.contains(&ending.as_str())) {
        return None;
    }
    let inner = path.with_extension("");
    let toml = match inner.extension() {
        Some(inner_ending) if inner_ending.eq_ignore_ascii_case("toml") => inner.with_extension("toml"),
        _ => path.with_extension("toml"),
    };
    let help = match ending.as_str() {
        "md" | "markdown" | "mdc" | "mdx" => {
            format!(
                "run `cento import {path}` to turn it into fragments and a profile, and move it out of here"
            )
        }
        "toml" => format!("rename it to {toml}"),
        _ => format!("if it contains TOML, rename it to {toml}; otherwise convert it to TOML"),
    };
    let message = format!("{path} is not read: cento reads only files that end in `.toml`");
    Some(Diagnostic::new(codes::IGNORED_FILE, message).help(help))
}

/// The sources in a directory and below.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// The `*.toml` files, sorted.
    pub files: Vec<Utf8PathBuf>,
    /// A finding for each file that cannot be read, or that is probably meant as a source.
    pub findings: Vec<Diagnostic>,
    /// The directories that were listed.
    pub directories: Vec<Utf8PathBuf>,
    /// Whether there are links in them. What these lead to may change while no listed directory does.
    pub has_links: bool,
}

impl Listing {
    fn refuse(&mut self, message: String) {
        self.findings.push(Diagnostic::new(codes::UNSAFE_PATH, message));
    }
}

impl Root {
    /// Lists the `*.toml` files in `dir` and below. Names that begin with a dot, such as swap files of editors, are skipped. Links to files in the
    /// workspace are included; links to directories are not followed. `dir` may be `.` and need not exist.
    ///
    /// # Errors
    /// On a system error.
    pub(crate) fn toml_files(&self, dir: &Utf8Path) -> Result<Listing, FileError> {
        let mut listing = Listing::default();
        let dir = if dir == "." { Utf8Path::new("") } else { dir };
        if dir.as_str().is_empty() {
            self.list(dir, 0, &mut listing)?;
        } else if let Some(reason) = objection(dir) {
            listing.refuse(format!("the path `{dir}` {reason}"));
        } else if let Some((at, found)) = self.blocked_by(&dir.join("any"))? {
            let at = self.shown(&at);
            listing.refuse(format!("{at} is {}, not a directory in the workspace", found.noun()));
        } else if self.file_type(dir)? == FileType::Directory {
            self.list(dir, 0, &mut listing)?;
        }
        listing.files.sort();
        Ok(listing)
    }

    /// Returns the names in a directory, sorted. Empty if it cannot be listed, or if a link leads there.
    pub(crate) fn names(&self, dir: &Utf8Path) -> Vec<String> {
        let is_inside = self.blocked_by(&dir.join("any")).is_ok_and(|blocked| blocked.is_none());
        let entries = if is_inside { self.entries(dir).ok().flatten() } else { None };
        let names = entries.into_iter().flatten().flatten().map(|entry| entry.file_name());
        let mut names: Vec<String> = names.filter_map(|name| name.into_string().ok()).collect();
        names.sort();
        names
    }

    fn entries(&self, dir: &Utf8Path) -> Result<Option<ReadDir>, FileError> {
        let Some(root) = self.dir.get() else { return Ok(None) };
        let entries = if dir.as_str().is_empty() { root.entries() } else { root.read_dir(dir) };
        match entries {
            Ok(entries) => Ok(Some(entries)),
            Err(error) if is_absence(&error) => Ok(None),
            Err(error) => Err(FileError::new("list", self.shown(dir), error)),
        }
    }

    fn list(&self, dir: &Utf8Path, depth: usize, listing: &mut Listing) -> Result<(), FileError> {
        let Some(entries) = self.entries(dir)? else { return Ok(()) };
        listing.directories.push(dir.to_owned());
        let mut found = Vec::new();
        for entry in entries {
            let fail = |error| FileError::new("list", self.shown(dir), error);
            let entry = entry.map_err(fail)?;
            match entry.metadata() {
                Ok(metadata) => found.push((entry.file_name(), FileType::of(&metadata))),
                // Deleted since it was listed.
                Err(error) if is_absence(&error) => {}
                Err(error) => return Err(fail(error)),
            }
        }
        found.sort_by(|a, b| a.0.cmp(&b.0));
        for (name, file_type) in found {
            if name.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            match name.to_str() {
                Some(name) => self.visit(dir.join(name), file_type, depth, listing)?,
                None => self.refuse_name(dir, &name.to_string_lossy(), file_type, listing),
            }
        }
        Ok(())
    }

    fn visit(
        &self,
        path: Utf8PathBuf,
        file_type: FileType,
        depth: usize,
        listing: &mut Listing,
    ) -> Result<(), FileError> {
        let is_toml = path.extension() == Some("toml");
        match file_type {
            FileType::Directory if depth + 1 < MAX_DEPTH => self.list(&path, depth + 1, listing)?,
            FileType::Directory => {
                let message =
                    format!("{} is nested more than {MAX_DEPTH} directories deep", self.shown(&path));
                listing.findings.push(Diagnostic::new(codes::TOO_DEEP, message));
            }
            FileType::Link => self.visit_link(path, is_toml, listing),
            FileType::File if is_toml => listing.files.push(path),
            FileType::Special if is_toml => listing.findings.push(irregular(&self.shown(&path), file_type)),
            FileType::File => listing.findings.extend(ignored(&path)),
            FileType::Special | FileType::Nothing => {}
        }
        Ok(())
    }

    /// Handles a symbolic link. A broken one is reported whatever its name, since it may be meant as a
    /// directory of sources.
    fn visit_link(&self, path: Utf8PathBuf, is_toml: bool, listing: &mut Listing) {
        listing.has_links = true;
        let shown = self.shown(&path);
        let Some(root) = self.dir.get() else { return };
        match root.metadata(&path).map(|metadata| FileType::of(&metadata)) {
            Ok(FileType::Directory) => {
                listing.refuse(format!(
                    "{shown} is a symbolic link to a directory; cento does not follow these"
                ));
            }
            Ok(FileType::File) if is_toml => listing.files.push(path),
            Ok(other) if is_toml => listing.findings.push(irregular(&shown, other)),
            Ok(_) => {}
            Err(error) => listing.findings.push(bad_link(&shown, &error)),
        }
    }

    fn refuse_name(&self, dir: &Utf8Path, name: &str, file_type: FileType, listing: &mut Listing) {
        if file_type == FileType::Directory || name.ends_with(".toml") {
            let message = format!("the name of {} is not UTF-8", self.shown(&dir.join(name)));
            listing.findings.push(Diagnostic::new(codes::BAD_NAME, message).help("rename it"));
        }
    }
}
