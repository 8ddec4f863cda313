//! A pack: the texts of one build in one file.
//!
//! The texts come first, one after the other. Then follows the index, with the hash and the length of each text, and
//! then the number of texts and [`MAGIC`]. So a pack is written as texts come, and one that was not finished is not
//! taken for a whole one.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use crate::workspace::files::TemporaryFile;

/// The last bytes of a pack.
const MAGIC: [u8; 8] = *b"cento b1";

/// The length of an entry of the index: a hash and a length.
const ENTRY: usize = 32 + 8;

/// The length of the end: the number of texts and [`MAGIC`].
const END: usize = 8 + 8;

/// How many bytes are collected before they are written.
const BUFFER: usize = 1 << 20;

/// Where the texts of a pack are, by hash.
type Places = BTreeMap<[u8; 32], Range<u64>>;

/// A finished pack.
pub(super) struct Pack {
    file: File,
    places: Places,
}

impl Pack {
    /// Reads the index of a pack. `None` if the file is not a whole pack.
    pub(super) fn open(mut file: File) -> Option<Pack> {
        let length = file.metadata().ok()?.len();
        let [count, magic] = <[[u8; 8]; 2]>::try_from(
            bytes(&mut file, length.checked_sub(END as u64)?..length).ok()?.as_chunks().0,
        )
        .ok()?;
        let end = length - END as u64;
        let start = end.checked_sub(u64::from_le_bytes(count).checked_mul(ENTRY as u64)?)?;
        if magic != MAGIC {
            return None;
        }
        let index = bytes(&mut file, start..end).ok()?;
        let (mut places, mut at) = (Places::new(), 0_u64);
        for (hash, length) in
            index.as_chunks::<ENTRY>().0.iter().filter_map(|entry| entry.split_first_chunk())
        {
            let next = at.checked_add(u64::from_le_bytes(length.try_into().ok()?))?;
            places.insert(*hash, at..next);
            at = next;
        }
        (at == start).then_some(Pack { file, places })
    }

    pub(super) fn holds(&self, hash: blake3::Hash) -> bool {
        self.places.contains_key(hash.as_bytes())
    }

    /// Returns the hashes of the texts, sorted.
    pub(super) fn hashes(&self) -> impl Iterator<Item = blake3::Hash> {
        self.places.keys().copied().map(blake3::Hash::from_bytes)
    }

    /// Returns the text with this hash, if the pack holds it undamaged.
    pub(super) fn text(&mut self, hash: blake3::Hash) -> Option<String> {
        let place = self.places.get(hash.as_bytes())?.clone();
        let bytes = bytes(&mut self.file, place).ok().filter(|bytes| blake3::hash(bytes) == hash)?;
        String::from_utf8(bytes).ok()
    }
}

/// Reads a range of a file, which is inside it.
fn bytes(file: &mut File, range: Range<u64>) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(range.end - range.start).map_err(io::Error::other)?];
    file.seek(SeekFrom::Start(range.start))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// A pack that is being written.
pub(super) struct NewPack {
    file: TemporaryFile,
    /// Bytes that are not in the file yet.
    buffer: Vec<u8>,
    places: Places,
    /// The index so far.
    index: Vec<u8>,
    /// The total length of the texts.
    length: u64,
}

impl NewPack {
    pub(super) fn new(file: TemporaryFile) -> Self {
        NewPack {
            file,
            buffer: Vec::with_capacity(BUFFER),
            places: Places::new(),
            index: Vec::new(),
            length: 0,
        }
    }

    pub(super) fn holds(&self, hash: blake3::Hash) -> bool {
        self.places.contains_key(hash.as_bytes())
    }

    /// Appends a text, unless the pack holds it.
    pub(super) fn add(&mut self, hash: blake3::Hash, text: &str) -> io::Result<()> {
        let start = self.length;
        let next = start + text.len() as u64;
        if self.places.contains_key(hash.as_bytes()) {
            return Ok(());
        }
        self.append(text.as_bytes())?;
        self.places.insert(*hash.as_bytes(), start..next);
        self.index.extend_from_slice(hash.as_bytes());
        self.index.extend_from_slice(&(text.len() as u64).to_le_bytes());
        self.length = next;
        Ok(())
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.buffer.len() + bytes.len() > BUFFER {
            self.file.write(&std::mem::take(&mut self.buffer))?;
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    /// Writes the index and gives the file its name, which depends only on its texts. Returns the name and the pack.
    pub(super) fn finish(mut self, prefix: &str) -> io::Result<(String, Pack)> {
        let name = format!("{prefix}{}", blake3::hash(&self.index).to_hex());
        let index = std::mem::take(&mut self.index);
        self.append(&index)?;
        self.append(&(self.places.len() as u64).to_le_bytes())?;
        self.append(&MAGIC)?;
        self.file.write(&self.buffer)?;
        let file = self.file.reader()?;
        self.file.place(&name)?;
        Ok((name, Pack { file, places: self.places }))
    }
}
