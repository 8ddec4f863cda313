//! Texts that hide something, and texts that only look as if they did.

use std::collections::BTreeMap;

use crate::model::Diagnostic;
use crate::text::safety::concealed;
use crate::workspace::load_texts;
use camino::Utf8PathBuf;
use proptest::prelude::*;

/// Returns the findings about a text in a fragment.
fn findings(text: &str) -> Vec<Diagnostic> {
    let escaped: String = text.chars().map(|character| format!("\\U{:08X}", u32::from(character))).collect();
    let toml = format!("[items]\nx = \"{escaped}\"\n");
    let (_, findings) = load_texts(&BTreeMap::from([(Utf8PathBuf::from("fragments/rules/x.toml"), toml)]));
    findings
}

fn codes(text: &str) -> Vec<&'static str> {
    findings(text).iter().map(|finding| finding.code.name).collect()
}

/// Texts that legitimately need characters which are hidden in others.
const PROPER: &[&str] = &[
    "👩\u{200d}💻 👨\u{200d}👩\u{200d}👧\u{200d}👦 👩🏽\u{200d}🚀 🏳\u{fe0f}\u{200d}🌈 🏴\u{200d}☠\u{fe0f} ❤\u{fe0f}\u{200d}🔥 🧑🏿\u{200d}🤝\u{200d}🧑🏻",
    "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} 🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f} 🏴\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}",
    "1\u{fe0f}\u{20e3} #\u{fe0f}\u{20e3} *\u{fe0f}\u{20e3} ⚠\u{fe0f} ✔\u{fe0e} ↩\u{fe0e} ©\u{fe0f} ✨\u{fe0f} ➡\u{fe0f} 🇩🇪 👁\u{fe0f}\u{200d}🗨\u{fe0f} ℹ\u{fe0f} ✓\u{fe0f} ■\u{fe0f}",
    "می\u{200c}خواهم این کتاب\u{200c}ها را بخوانم. API\u{200c}ها، «نیم\u{200c}فاصله» و ه\u{200d}",
    "क्\u{200d}ष और क्\u{200c}ष, ശ്രീ, അവന്\u{200d}, র\u{200d}\u{9cd}য, ක්\u{200d}රි",
    "ສະບາຍດີ\u{200b}ຊາວ\u{200b}ໂລກ ភាសា\u{200b}ខ្មែរ ภาษา\u{200b}ไทย မြန်မာ\u{200b}စာ",
    "**注意：**\u{200b}请先阅读。これは\u{200b}「例」\u{200b}です",
    "葛\u{e0100}城市 辻\u{e0101} 神\u{fe00}",
    "ᠮᠣᠩᠭᠣᠯ\u{180b} ᠬ\u{180e}ᠠ",
    "שלום \u{200f}(C++\u{200e})\u{200f} עולם, קובץ \u{2066}README.md\u{2069} חדש",
    "العربية \u{200f}«API»\u{200e} و\u{202b}هذا \u{202a}test\u{202c} نص\u{202c}",
    "∩\u{fe00} ≨\u{fe00}",
    "naïve café, Straße, ﬁne, “quotes”, 100\u{a0}km, non\u{2011}breaking, 5\u{202f}%, thin\u{2009}space, em\u{2003}space, 全角\u{3000}空白",
    "日本語、한국어、繁體字、русский, українська, ελληνικά, Հայերեն, ქართული, ትግርኛ, ᏣᎳᎩ, বাংলা, தமிழ், ภาษาไทย",
    "10 µs, λ-calculus, Δt, kΩ, €, ±, ≤, →, ✓, ☑, •, …, ½, x², H₂O, 🫨🫷🪿🫆🪾, ⠋⠙⠹",
    "a\u{301} e\u{308} n\u{303} \u{1e9b}\u{323}, שָׁלוֹם, مُحَمَّد",
    "⠓⠑⠇⠇⠕\u{2800}⠺⠕⠗⠇⠙ 𓆓\u{13430}𓏏",
    "a\tb\r\nc\n\nd",
];

/// Texts with invisible characters where none is needed.
const CARRIERS: &[&str] = &[
    "lines 1\u{fe0f}2 and 3\u{fe0f}4",
    "line 1\u{fe0e}",
    "שלום \u{5d0} a\u{200e}b\u{200f}c\u{200e}d",
    "كلمة wo\u{61c}rd",
    "a\u{13430}b",
];

#[test]
fn invisible_characters_without_a_use_are_found() {
    for text in CARRIERS {
        assert_eq!(codes(text), ["hidden-character"], "{text:?}");
    }
}

#[test]
fn legitimate_texts_are_accepted() {
    for text in PROPER {
        assert_eq!(codes(text), [""; 0], "{text:?}");
    }
}

/// Characters that belong in no text, or in no ASCII text, by code.
const BAD: &[(&str, &[char])] = &[
    (
        "hidden-character",
        &[
            '\u{ad}', '\u{34f}', '\u{61c}', '\u{115f}', '\u{1160}', '\u{17b4}', '\u{17b5}', '\u{180b}',
            '\u{180e}', '\u{180f}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}', '\u{200f}', '\u{2028}',
            '\u{2029}', '\u{2060}', '\u{2061}', '\u{2062}', '\u{2063}', '\u{2064}', '\u{206a}', '\u{206f}',
            '\u{2800}', '\u{3164}', '\u{fe00}', '\u{fe01}', '\u{fe07}', '\u{feff}', '\u{ffa0}', '\u{fff9}',
            '\u{fffa}', '\u{fffb}', '\u{1bca0}', '\u{1d173}', '\u{e0001}', '\u{e0020}', '\u{e0041}',
            '\u{e007f}', '\u{e0100}', '\u{e01ef}',
        ],
    ),
    (
        "direction-control",
        &[
            '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}',
            '\u{2069}',
        ],
    ),
    (
        "control-character",
        &[
            '\0', '\u{1}', '\u{7}', '\u{8}', '\u{b}', '\u{c}', '\r', '\u{1b}', '\u{1f}', '\u{7f}', '\u{80}',
            '\u{85}', '\u{9b}', '\u{9d}', '\u{9f}',
        ],
    ),
    (
        "undefined-character",
        &[
            '\u{e000}', '\u{f8ff}', '\u{f0000}', '\u{10fffd}', '\u{378}', '\u{530}', '\u{fdd0}', '\u{fffe}',
            '\u{ffff}', '\u{1ffff}', '\u{10ffff}', '\u{50000}', '\u{fffff}',
        ],
    ),
];

proptest! {
    #[test]
    fn a_bad_character_is_found_anywhere_in_plain_text(
        before in "[ -~\n]{0,20}",
        after in "[ -~\n]{0,20}",
        which in any::<prop::sample::Index>(),
    ) {
        let all: Vec<(&str, char)> =
            BAD.iter().flat_map(|(code, characters)| characters.iter().map(|character| (*code, *character))).collect();
        let (code, bad) = *which.get(&all);
        prop_assume!(bad != '\r' || !after.starts_with('\n'));
        let found = codes(&format!("x{before}{bad}{after}x"));
        prop_assert!(found.contains(&code), "{bad:?}: {found:?}");
    }

    #[test]
    fn plain_and_legitimate_texts_are_accepted_however_they_are_joined(
        plain in "[a-zA-Z0-9 .,;:'\"()*_`#+/-]{0,40}",
        parts in prop::collection::vec(prop::sample::select(PROPER), 0..4),
    ) {
        let text = format!("x {plain} \n{}", parts.join(&format!(" \n{plain}\n ")));
        prop_assert_eq!(codes(&text), [""; 0]);
    }

    #[test]
    fn nothing_hidden_is_printed(text in "[ -~äж日]{0,10}", which in any::<prop::sample::Index>()) {
        let all: Vec<char> = BAD.iter().flat_map(|(_, characters)| *characters).copied().collect();
        let bad = *which.get(&all);
        let shown = crate::view::escape_line(&format!("ab{text}x{bad}y")).into_owned();
        prop_assert!(!shown.contains(bad), "{shown:?}");
    }
}

#[test]
fn a_bad_character_is_found_in_every_value_of_a_file() {
    let bad = '\u{200b}';
    let profile = format!(
        "name = \"a{bad}\"\ndescription = \"a{bad}\"\ntags = [\"a{bad}\"]\n[fields]\nx = \"a{bad}\"\n\
         [sections]\nrules = {{ heading = \"a{bad}\" }}\n[body.rules.never]\nx = {{ text = \"a{bad}\", label = \"a{bad}\", \
         why = \"a{bad}\" }}\n[body.rules.group.g]\ntitle = \"a{bad}\"\nlead = \"a{bad}\"\n[tools]\nallow = [\"a{bad}\"]\n\
         [target.claude]\nhooks = {{ \"a{bad}\" = [\"a{bad}\"] }}\n[[remove]]\ntarget = \"rules.y\"\nreason = \"a{bad}\"\n"
    );
    let texts = BTreeMap::from([(Utf8PathBuf::from("profiles/x.toml"), profile.clone())]);
    let (_, findings) = load_texts(&texts);
    let hidden: Vec<_> = findings.iter().filter(|finding| finding.code.name == "hidden-character").collect();
    assert_eq!(hidden.len(), 1);
    let count = profile.matches(bad).count();
    assert_eq!(hidden[0].message, format!("{count} invisible characters"));
}

#[test]
fn every_bad_character_is_found_on_its_own() {
    for character in BAD.iter().flat_map(|(_, characters)| *characters) {
        assert!(!concealed(&character.to_string()).is_empty(), "{character:?}");
    }
}
