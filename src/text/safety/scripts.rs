//! The scripts that need special treatment.

use unicode_script::Script::{self, *};

/// Scripts with joined letters or composed syllables, in which joiners and non-joiners are part of the
/// spelling.
pub(super) const JOINING: [Script; 44] = [
    Arabic, Syriac, Mandaic, Nko, Mongolian, Adlam, Hanifi_Rohingya, Manichaean, Phags_Pa, Devanagari,
    Bengali, Gurmukhi, Gujarati, Oriya, Tamil, Telugu, Kannada, Malayalam, Sinhala, Khmer, Myanmar, Tibetan,
    Thai, Lao, Balinese, Javanese, Sundanese, Meetei_Mayek, Chakma, Brahmi, Kaithi, Newa, Tirhuta, Grantha,
    Limbu, Lepcha, Tai_Tham, Cham, Saurashtra, Sharada, Siddham, Modi, Takri, Syloti_Nagri,
];

/// Scripts without spaces between words, in which a zero-width space marks a possible line break. Also those
/// in which it separates a word from `**`, since Markdown would not recognize the boundary.
pub(super) const UNSPACED: [Script; 18] = [
    Thai, Lao, Khmer, Myanmar, Tibetan, Balinese, Javanese, Sundanese, Tai_Tham, Tai_Le, New_Tai_Lue,
    Tai_Viet, Cham, Han, Hiragana, Katakana, Bopomofo, Hangul,
];

/// Right-to-left scripts.
pub(super) const RIGHT_TO_LEFT: [Script; 12] = [
    Hebrew, Arabic, Syriac, Thaana, Nko, Samaritan, Mandaic, Adlam, Hanifi_Rohingya, Yezidi, Manichaean,
    Mende_Kikakui,
];

/// Scripts with letters that look like those of another script in the list. In other scripts a letter may
/// happen to look like an `o` or an `l`, and is next to Latin for good reason: `וAPI` is "and API".
pub(super) const ALIKE: [Script; 12] =
    [Latin, Cyrillic, Greek, Armenian, Cherokee, Coptic, Lisu, Deseret, Osage, Warang_Citi, Carian, Lycian];
