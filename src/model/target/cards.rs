//! Character cards, which programs for role play read.

use super::{
    BODY, DescriptionRule, Envelope, Facts, Form, Key, KeyType, Macro, Member, NAME, NameForm, NameKind,
    Target, Vocabulary, key, optional, required, setting, significant,
};

const SECOND_SPECIFICATION: Facts =
    Facts { source: "https://github.com/malfoyslastname/character-card-spec-v2", verified: "2026-11-28" };
const THIRD_SPECIFICATION: Facts =
    Facts { source: "https://github.com/kwaroran/character-card-spec-v3", verified: "2026-11-28" };

/// Texts that programs add where a word of theirs occurs. The third version has the same, with optional keys.
const BOOK: KeyType = KeyType::Table(&[
    optional("name", KeyType::String),
    optional("description", KeyType::String),
    optional("scan_depth", KeyType::AnyNumber),
    optional("token_budget", KeyType::AnyNumber),
    optional("recursive_scanning", KeyType::Boolean),
    required("extensions", KeyType::Map),
    required("entries", KeyType::List(&KeyType::Table(ENTRY))),
]);

const ENTRY: &[Member] = &[
    required("keys", KeyType::STRINGS),
    required("content", KeyType::String),
    required("extensions", KeyType::Map),
    required("enabled", KeyType::Boolean),
    required("insertion_order", KeyType::AnyNumber),
    optional("case_sensitive", KeyType::Boolean),
    optional("use_regex", KeyType::Boolean),
    optional("name", KeyType::String),
    optional("priority", KeyType::AnyNumber),
    optional("comment", KeyType::String),
    optional("selective", KeyType::Boolean),
    optional("secondary_keys", KeyType::STRINGS),
    optional("constant", KeyType::Boolean),
];

/// The keys that can have the body: the main prompt, and the character that programs add to their own main prompt. Most cards
/// that people share have only the second.
const BODIES: &[&str] = &["system_prompt", super::DESCRIPTION];

/// The keys of the second version, apart from the name and the description.
const SECOND_KEYS: [Key; 14] = [
    content("personality", KeyType::String),
    content("scenario", KeyType::String),
    content("first_mes", KeyType::String),
    content("mes_example", KeyType::String),
    always("creator_notes", KeyType::String),
    content("post_history_instructions", KeyType::String),
    content("alternate_greetings", KeyType::STRINGS),
    always("tags", KeyType::STRINGS),
    always("creator", KeyType::String),
    always("character_version", KeyType::String),
    always("extensions", KeyType::Map),
    significant("character_book", BOOK),
    content(BODIES[0], KeyType::String),
    setting(BODY, KeyType::OneOf(BODIES)),
];

/// The keys of the first version, all of them strings at the top of the file. It has no mark of its version.
pub(crate) const FIRST_VERSION: [&str; 6] = [
    NAME,
    super::DESCRIPTION,
    SECOND_KEYS[0].name,
    SECOND_KEYS[1].name,
    SECOND_KEYS[2].name,
    SECOND_KEYS[3].name,
];

/// The languages of notes, without a region.
const LANGUAGES: Vocabulary<'static> = Vocabulary {
    kind: NameKind::Key,
    what: "a language of ISO 639-1",
    names: &[],
    retired: &[],
    open: &[NameForm::TwoLetters],
    stands_for: &[],
    facts: Facts { verified: "2026-11-29", ..THIRD_SPECIFICATION },
};

/// The key of the name that takes the place of the declared one in texts.
const NICKNAME: &str = "nickname";

/// The keys that the third version adds.
const ADDED_KEYS: [Key; 7] = [
    content("group_only_greetings", KeyType::STRINGS),
    key(
        "assets",
        KeyType::List(&KeyType::Table(&[
            required("type", KeyType::String),
            required("uri", KeyType::String),
            required("name", KeyType::String),
            required("ext", KeyType::String),
        ])),
    ),
    key(NICKNAME, KeyType::String),
    Key { known: Some(&LANGUAGES), ..key("creator_notes_multilingual", KeyType::MapOf(&KeyType::String)) },
    key("source", KeyType::STRINGS),
    // Seconds since 1970; 0 hides the date.
    key("creation_date", KeyType::AtLeast(0)),
    key("modification_date", KeyType::AtLeast(0)),
];

const THIRD_KEYS: [Key; 21] = {
    let mut keys = [SECOND_KEYS[0]; 21];
    let mut at = 0;
    while at < keys.len() {
        keys[at] = match SECOND_KEYS.len() {
            second if at < second => SECOND_KEYS[at],
            second => ADDED_KEYS[at - second],
        };
        at += 1;
    }
    keys
};

/// The names of the character and of the person who writes to it.
const MACROS: &[Macro] = &[
    Macro { name: "char", keys: &[NICKNAME, NAME], usual: "" },
    Macro { name: "user", keys: &[], usual: "User" },
];

/// People choose a card; no program does.
const DESCRIPTION: DescriptionRule = DescriptionRule { decides: false, ..DescriptionRule::REQUIRED };

/// A key that every card has.
const fn always(name: &'static str, value: KeyType) -> Key {
    Key { is_always_written: true, ..key(name, value) }
}

/// A key that every card has, with a part of the character.
const fn content(name: &'static str, value: KeyType) -> Key {
    Key { is_significant: true, ..always(name, value) }
}

const fn envelope(marks: &'static [(&'static str, &'static str)]) -> Envelope {
    Envelope { marks, within: "data", bodies: BODIES, blurb: SECOND_KEYS[4].name }
}

/// A card of the second version.
pub(crate) const V2: Target = Target {
    form: Form::Json(&envelope(&[("spec", "chara_card_v2"), ("spec_version", "2.0")])),
    description: Some(DESCRIPTION),
    macros: MACROS,
    keys: &SECOND_KEYS,
    ..Target::agent("chara-card-v2", "a version 2 character card", "cards/ID.json", SECOND_SPECIFICATION)
};

/// A card of the third version.
pub(super) const V3: Target = Target {
    form: Form::Json(&envelope(&[("spec", "chara_card_v3"), ("spec_version", "3.0")])),
    description: Some(DESCRIPTION),
    macros: MACROS,
    keys: &THIRD_KEYS,
    ..Target::agent("chara-card-v3", "a version 3 character card", "cards/ID.v3.json", THIRD_SPECIFICATION)
};
