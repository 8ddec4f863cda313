//! Cards in PNG images: the text chunks `ccv3` and `chara`. Only these are read; the image is not decoded.
//! See <https://www.w3.org/TR/png-3/#11textinfo>.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use camino::Utf8Path;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use super::refusal;
use crate::model::{Diagnostic, codes};
use crate::workspace::files::SOURCE_LIMIT;

/// How a PNG begins.
const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];

/// The kinds of text chunks: plain, compressed, and international.
const TEXTS: [[u8; 4]; 3] = [*b"tEXt", *b"zTXt", *b"iTXt"];

/// The keywords of the chunks with a card, the newest version first.
const KEYWORDS: [&[u8]; 2] = [b"ccv3", b"chara"];

/// The most bytes of a text in an image, as base64 and compressed.
const LIMIT: usize = 2 * SOURCE_LIMIT as usize;

/// Returns whether a file is a PNG.
pub(super) fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(&SIGNATURE)
}

/// Returns whether an image has a card.
pub(super) fn has_card(bytes: &[u8]) -> bool {
    let has = |chunk: Chunk<'_>| {
        let keyword = split(chunk.data).filter(|_| TEXTS.contains(&chunk.kind)).map(|(keyword, _)| keyword);
        keyword.is_some_and(|keyword| KEYWORDS.contains(&keyword))
    };
    Chunks(bytes.get(SIGNATURE.len()..).unwrap_or_default()).map_while(Result::ok).any(has)
}

/// Returns the JSON of the card in an image.
///
/// # Errors
/// If there is none, or the image is damaged.
pub(super) fn card(path: &Utf8Path, bytes: &[u8]) -> Result<String, Box<Diagnostic>> {
    let fail = |reason: &str| {
        let message = format!("{path} has no card that can be read: {reason}");
        refusal(codes::SYNTAX, message, "save the card again with the program that made it, or as JSON")
    };
    let mut texts: [Option<Vec<u8>>; 2] = [None, None];
    for chunk in Chunks(&bytes[SIGNATURE.len()..]) {
        let Chunk { kind, data, sum } = chunk.map_err(fail)?;
        let Some((keyword, rest)) = split(data).filter(|_| TEXTS.contains(&kind)) else { continue };
        let Some(at) = KEYWORDS.iter().position(|known| *known == keyword) else { continue };
        if sum != crc(&kind, data) {
            return Err(fail("the checksum of its chunk is wrong"));
        }
        let text = text(&kind, rest).map_err(fail)?;
        if texts[at].replace(text).is_some() {
            return Err(fail("it has two chunks of one kind"));
        }
    }
    let Some(text) = texts.into_iter().flatten().next() else {
        return Err(fail("it has no text chunk `chara` or `ccv3`"));
    };
    let encoded: Vec<u8> = text.into_iter().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let json = STANDARD.decode(encoded).map_err(|_| fail("its text is not base64"))?;
    String::from_utf8(json).map_err(|_| fail("its text is not UTF-8"))
}

/// A chunk of a PNG.
struct Chunk<'b> {
    kind: [u8; 4],
    data: &'b [u8],
    /// The checksum that the file has.
    sum: u32,
}

/// The chunks from here on, up to the last.
struct Chunks<'b>(&'b [u8]);

impl<'b> Iterator for Chunks<'b> {
    type Item = Result<Chunk<'b>, &'static str>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let cut = "the file is cut short";
        let chunk = || {
            let (length, rest) = self.0.split_first_chunk::<4>().ok_or(cut)?;
            let (kind, rest) = rest.split_first_chunk::<4>().ok_or(cut)?;
            let length = u32::from_be_bytes(*length) as usize;
            let (data, rest) = rest.split_at_checked(length).ok_or(cut)?;
            let (sum, rest) = rest.split_first_chunk::<4>().ok_or(cut)?;
            Ok((Chunk { kind: *kind, data, sum: u32::from_be_bytes(*sum) }, rest))
        };
        let chunk = chunk();
        self.0 = match &chunk {
            // What follows the end of the image does not belong to it.
            Ok((chunk, rest)) if chunk.kind != *b"IEND" => rest,
            _ => &[],
        };
        Some(chunk.map(|(chunk, _)| chunk))
    }
}

/// Splits bytes at the first null.
fn split(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = data.iter().position(|byte| *byte == 0)?;
    Some((&data[..end], &data[end + 1..]))
}

/// Returns the text of a text chunk after its keyword.
fn text(kind: &[u8; 4], data: &[u8]) -> Result<Vec<u8>, &'static str> {
    let cut = "its text is cut short";
    let (is_compressed, data) = match kind {
        b"tEXt" => (false, data),
        b"zTXt" => (true, data.split_first().ok_or(cut)?.1),
        b"iTXt" => {
            let ([flag, _], data) = data.split_first_chunk::<2>().ok_or(cut)?;
            // The language, and the keyword in that language.
            let (_, data) = split(data).ok_or(cut)?;
            let (_, data) = split(data).ok_or(cut)?;
            (*flag != 0, data)
        }
        _ => return Err("it is in a chunk without text"),
    };
    if !is_compressed {
        return if data.len() <= LIMIT { Ok(data.to_vec()) } else { Err("its text is too long") };
    }
    decompress_to_vec_zlib_with_limit(data, LIMIT)
        .map_err(|_| "its text cannot be decompressed, or is too long")
}

/// The checksum of a chunk, CRC-32.
fn crc(kind: &[u8], data: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 * (sum & 1)))
    };
    !kind.iter().chain(data).fold(!0, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An image with text chunks, each with its kind and data.
    fn image(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
        let mut bytes = SIGNATURE.to_vec();
        let end = (b"IEND", Vec::new());
        for (kind, data) in chunks.iter().map(|(kind, data)| (*kind, data)).chain([(end.0, &end.1)]) {
            bytes.extend((data.len() as u32).to_be_bytes());
            bytes.extend(kind);
            bytes.extend(data);
            bytes.extend(crc(kind, data).to_be_bytes());
        }
        bytes
    }

    fn chunk(keyword: &str, before: &[u8], text: &[u8]) -> Vec<u8> {
        [keyword.as_bytes(), b"\0", before, text].concat()
    }

    fn read(bytes: &[u8]) -> Result<String, String> {
        card("x.png".into(), bytes).map_err(|finding| finding.message)
    }

    #[test]
    fn a_card_is_found_in_every_kind_of_text_chunk_and_the_newest_wins() {
        let text = |json: &str| STANDARD.encode(json).into_bytes();
        let zipped = miniz_oxide::deflate::compress_to_vec_zlib(&text("{}"), 6);
        for (kind, data) in [
            (b"tEXt", chunk("chara", b"", &text("{}"))),
            (b"zTXt", chunk("chara", &[0], &zipped)),
            (b"iTXt", chunk("chara", &[0, 0, b'e', b'n', 0, 0], &text("{}"))),
            (b"iTXt", chunk("ccv3", &[1, 0, 0, 0], &zipped)),
        ] {
            let bytes = image(&[(b"IHDR", vec![0; 13]), (b"IDAT", vec![7; 9]), (kind, data)]);
            assert_eq!(read(&bytes).as_deref(), Ok("{}"));
            // Cut short anywhere, it is refused.
            for end in SIGNATURE.len()..bytes.len() - 12 {
                assert!(read(&bytes[..end]).is_err(), "{end}");
            }
            // Damaged anywhere, nothing panics, and no other card is read.
            for at in SIGNATURE.len()..bytes.len() {
                let mut bytes = bytes.clone();
                bytes[at] ^= 0x41;
                assert!(read(&bytes).map_or(true, |json| json == "{}"), "{at}");
            }
        }
        let both = [(b"tEXt", chunk("chara", b"", &text("2"))), (b"tEXt", chunk("ccv3", b"", &text("3")))];
        assert_eq!(read(&image(&both)).as_deref(), Ok("3"));
    }

    #[test]
    fn bombs_and_other_images_are_refused() {
        let bomb = miniz_oxide::deflate::compress_to_vec_zlib(&vec![b'A'; 64 << 20], 6);
        let refused = |chunks: &[(&[u8; 4], Vec<u8>)], reason: &str| {
            let message = read(&image(chunks)).unwrap_err();
            assert!(message.contains(reason), "{message}");
        };
        refused(&[(b"zTXt", chunk("chara", &[0], &bomb))], "too long");
        refused(&[(b"iTXt", chunk("chara", &[1, 0, 0, 0], &bomb))], "too long");
        refused(&[(b"tEXt", chunk("chara", b"", &vec![b'A'; LIMIT + 1]))], "too long");
        refused(&[(b"tEXt", chunk("chara", b"", b"%%"))], "not base64");
        refused(&[(b"tEXt", chunk("comment", b"", b"x"))], "no text chunk");
        refused(&[], "no text chunk");
        let twice = chunk("chara", b"", b"e30=");
        refused(&[(b"tEXt", twice.clone()), (b"tEXt", twice)], "two chunks");
    }
}
