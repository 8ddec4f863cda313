//! The least that composing could cost: parse each fragment once, merge by key, write. What `cento build` is compared with.
//!
//! `naive WORKSPACE OUT` reads the fragments and profiles of a workspace with the TOML parser that cento uses, and writes a
//! document for each profile that is not abstract: the entries of all its fragments, where the last source of a key wins.
//! It has no conflicts, templates, layout, targets, checks and origins. It uses one thread, and prints its user time.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// The sources below a directory by id, which is the path without its end.
fn read(root: &Path, directory: &Path, tables: &mut BTreeMap<String, Table>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            read(root, &path, tables)?;
        } else if path.extension().is_some_and(|end| end == "toml") {
            let table = fs::read_to_string(&path)?.parse().map_err(io::Error::other)?;
            let id = path.strip_prefix(root).unwrap_or(&path).with_extension("");
            tables.insert(id.display().to_string(), table);
        }
    }
    Ok(())
}

/// The names in a list of a source.
fn names<'t>(table: &'t Table, key: &str) -> impl Iterator<Item = &'t str> {
    table.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// The entries of a document by list and key.
type Entries<'t> = BTreeMap<(&'t str, &'t str), &'t Value>;

/// Adds the entries of the tables in a table. Those of a later source win.
fn merge<'t>(table: &'t Table, entries: &mut Entries<'t>) {
    for (list, value) in table {
        for (key, entry) in value.as_table().into_iter().flatten() {
            let is_list = entry.as_table().is_some_and(|inner| inner.values().any(Value::is_table));
            match entry.as_table().filter(|_| is_list) {
                Some(inner) => merge(inner, entries),
                None => drop(entries.insert((list, key), entry)),
            }
        }
    }
}

struct Workspace {
    fragments: BTreeMap<String, Table>,
    profiles: BTreeMap<String, Table>,
}

impl Workspace {
    /// Adds the entries of a profile after those of its parents and fragments.
    fn collect<'t>(&'t self, profile: &'t Table, entries: &mut Entries<'t>) {
        for parent in names(profile, "extends").filter_map(|id| self.profiles.get(id)) {
            self.collect(parent, entries);
        }
        for fragment in names(profile, "use").filter_map(|id| self.fragments.get(id)) {
            merge(fragment, entries);
        }
        merge(profile, entries);
    }
}

/// The user time of this process in seconds, from `/proc`. Nothing on systems without it.
fn user_time() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The fields behind the name of the program; a tick is a hundredth of a second.
    let ticks: f64 = stat.rsplit_once(") ")?.1.split(' ').nth(11)?.parse().ok()?;
    Some(ticks / 100.0)
}

fn main() -> io::Result<()> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [workspace, out] = &arguments[..] else {
        return writeln!(io::stdout(), "usage: naive WORKSPACE OUT");
    };
    let mut all = Workspace { fragments: BTreeMap::new(), profiles: BTreeMap::new() };
    for (name, tables) in [("fragments", &mut all.fragments), ("profiles", &mut all.profiles)] {
        let root = workspace.join(name);
        read(&root, &root, tables)?;
    }
    fs::create_dir_all(out)?;
    let is_abstract = |profile: &Table| profile.get("abstract").and_then(Value::as_bool) == Some(true);
    let (mut written, mut bytes) = (0, 0);
    for (id, profile) in all.profiles.iter().filter(|(_, profile)| !is_abstract(profile)) {
        let mut entries = Entries::new();
        all.collect(profile, &mut entries);
        let (mut document, mut last) = (String::new(), "");
        for ((list, _), entry) in &entries {
            if std::mem::replace(&mut last, list) != *list {
                let _ = writeln!(document, "\n## {list}\n");
            }
            let part = |key| entry.get(key).and_then(Value::as_str);
            let _ = write!(document, "- {}", entry.as_str().or(part("text")).unwrap_or_default());
            let _ = part("why").map(|why| write!(document, " ({why})"));
            document.push('\n');
        }
        (written, bytes) = (written + 1, bytes + document.len());
        fs::write(out.join(id.replace('/', "-") + ".md"), document)?;
    }
    let time = user_time().map_or(String::new(), |seconds| format!(", {seconds:.2} s of user time"));
    writeln!(io::stdout(), "{written} personas of {} bytes on average{time}", bytes / written.max(1))
}
