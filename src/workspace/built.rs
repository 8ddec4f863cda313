//! The texts of the last build under `.cento/`, which tell hand edits from changes of the sources.
//!
//! The lock has the hash of each output. Each build puts the texts that were not kept before into one new file, a
//! [`Pack`], and a text is used only if it still matches its hash. Nothing depends on these files: without them,
//! `cento absorb` cannot merge if sources and output both changed, and says so. So failing to write one does not fail
//! a build.

mod pack;

use std::collections::BTreeSet;
use std::io::Read;
use std::sync::{Mutex, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};

use super::files::{Durability, FileType, Root, Seen};
use pack::{NewPack, Pack};

/// The directory for internal files, at the root of the outputs.
pub(crate) const KEPT: &str = ".cento";

/// The content of its `.gitignore`: all files in it can be rebuilt.
const IGNORE: &str =
    "# What cento built last, and the file that it locks while it writes. Both can be made again.\n*\n";

/// How the name of a pack begins. Another file holds one text and is named after its hash, as all were once.
const PACK: &str = "pack-";

/// With this many packs, the next build copies the texts that are still needed into its own, so that few are left.
const MAX_PACKS: usize = 8;

/// Writes the `.gitignore` of the directory, if it has none.
pub(super) fn ignore(root: &Root) {
    let path = Utf8Path::new(KEPT).join(".gitignore");
    if root.file_type(&path).is_ok_and(|found| found == FileType::Nothing) {
        let _ = root.write(&path, IGNORE.as_bytes(), Seen::Nothing, Durability::Unsynced);
    }
}

/// Returns the directory of the texts.
fn directory() -> Utf8PathBuf {
    Utf8Path::new(KEPT).join("built")
}

/// The texts that are kept, and those that this build adds.
pub(crate) struct Kept<'r> {
    root: &'r Root,
    packs: Mutex<Packs>,
}

struct Packs {
    /// The finished packs, by name of the file.
    whole: Vec<(String, Pack)>,
    /// Files that are not a complete pack.
    damaged: Vec<String>,
    /// The texts in files of their own.
    single: BTreeSet<[u8; 32]>,
    /// The pack of this build.
    new: New,
}

/// The pack of a build.
enum New {
    /// Nothing was added yet.
    Empty,
    Open(Box<NewPack>),
    /// The pack is finished and has this name.
    Finished(String),
    /// It could not be written.
    Failed,
}

impl<'r> Kept<'r> {
    /// Finds the texts that are kept. Files that cannot be read hold none.
    pub(crate) fn open(root: &'r Root) -> Self {
        let (mut whole, mut damaged, mut single) = (Vec::new(), Vec::new(), BTreeSet::new());
        for name in root.names(&directory()) {
            let open = || Pack::open(root.open_file(&directory().join(&name)).ok()??);
            match name.strip_prefix(PACK) {
                Some(_) => match open() {
                    Some(pack) => whole.push((name, pack)),
                    None => damaged.push(name),
                },
                None => single.extend(blake3::Hash::from_hex(&name).map(|hash| *hash.as_bytes())),
            }
        }
        Kept { root, packs: Mutex::new(Packs { whole, damaged, single, new: New::Empty }) }
    }

    /// Whether a text is kept already.
    pub(crate) fn holds(&self, hash: blake3::Hash) -> bool {
        self.packs.lock().unwrap_or_else(PoisonError::into_inner).hold(hash)
    }

    /// Adds a text to the pack of this build, unless it is kept already.
    pub(crate) fn add(&self, hash: blake3::Hash, text: &str) {
        let mut packs = self.packs.lock().unwrap_or_else(PoisonError::into_inner);
        if !packs.hold(hash) {
            packs.add(self.root, hash, text);
        }
    }

    /// Returns the text with this hash, if it is kept undamaged.
    pub(crate) fn text(&self, hash: blake3::Hash) -> Option<String> {
        let mut packs = self.packs.lock().unwrap_or_else(PoisonError::into_inner);
        packs.text(self.root, hash)
    }

    /// Finishes the pack of this build. Later additions are ignored. If there are many packs, or texts in files of
    /// their own, it gets the texts of these that are `live`.
    pub(crate) fn finish(&self, live: &BTreeSet<[u8; 32]>) {
        let mut packs = self.packs.lock().unwrap_or_else(PoisonError::into_inner);
        let mut moved = packs.single.clone();
        if packs.whole.len() >= MAX_PACKS && matches!(packs.new, New::Open(_)) {
            moved.extend(packs.whole.iter().flat_map(|(_, pack)| pack.hashes()).map(|hash| *hash.as_bytes()));
        }
        for hash in moved.intersection(live).copied().map(blake3::Hash::from_bytes) {
            if let Some(text) = packs.text(self.root, hash) {
                packs.add(self.root, hash, &text);
            }
        }
        match std::mem::replace(&mut packs.new, New::Failed) {
            New::Open(pack) => {
                if let Ok((name, pack)) = pack.finish(PACK) {
                    packs.new = New::Finished(name.clone());
                    packs.whole.push((name, pack));
                }
            }
            other => packs.new = other,
        }
    }

    /// Deletes the files without a text that is needed: those with only dead, damaged or repacked texts.
    pub(crate) fn forget(self, live: &BTreeSet<[u8; 32]>) {
        let Packs { whole, damaged, single, new } =
            self.packs.into_inner().unwrap_or_else(PoisonError::into_inner);
        let new = match &new {
            New::Failed => return,
            New::Empty | New::Open(_) => None,
            New::Finished(name) => whole.iter().find(|(other, _)| other == name),
        };
        let is_new = |name: &str| new.is_some_and(|(new, _)| new == name);
        let is_copied = |hash: blake3::Hash| new.is_some_and(|(_, pack)| pack.holds(hash));
        let is_needed = |name: &str, hash: blake3::Hash| {
            live.contains(hash.as_bytes()) && (is_new(name) || !is_copied(hash))
        };
        let dead = whole.iter().filter(|(name, pack)| !pack.hashes().any(|hash| is_needed(name, hash)));
        let dead = dead.map(|(name, _)| name.clone());
        // A new pack may have replaced a damaged one of its name. Texts in files of their own were copied.
        let damaged = damaged.iter().filter(|name| !is_new(name)).cloned();
        let single = single.into_iter().map(|hash| blake3::Hash::from_bytes(hash).to_hex().to_string());
        let gone: Vec<_> = dead.chain(damaged).chain(single).map(|name| directory().join(name)).collect();
        for path in &gone {
            let _ = self.root.discard(path);
        }
        if let Some(path) = gone.first() {
            self.root.remove_empty_parents(path);
        }
    }
}

impl Packs {
    fn hold(&self, hash: blake3::Hash) -> bool {
        self.single.contains(hash.as_bytes())
            || self.whole.iter().any(|(_, pack)| pack.holds(hash))
            || matches!(&self.new, New::Open(pack) if pack.holds(hash))
    }

    fn add(&mut self, root: &Root, hash: blake3::Hash, text: &str) {
        if matches!(self.new, New::Empty) {
            ignore(root);
            let created = root.temporary(&directory());
            self.new = created.map_or(New::Failed, |file| New::Open(Box::new(NewPack::new(file))));
        }
        if let New::Open(pack) = &mut self.new
            && pack.add(hash, text).is_err()
        {
            self.new = New::Failed;
        }
    }

    fn text(&mut self, root: &Root, hash: blake3::Hash) -> Option<String> {
        let kept = self.whole.iter_mut().find_map(|(_, pack)| pack.text(hash));
        let single = || {
            let path = directory().join(hash.to_hex().as_str());
            let mut bytes = Vec::new();
            root.open_file(&path).ok()??.read_to_end(&mut bytes).ok()?;
            String::from_utf8(bytes).ok().filter(|text| blake3::hash(text.as_bytes()) == hash)
        };
        kept.or_else(single)
    }
}
