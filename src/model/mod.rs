//! Plain data: the contents of a workspace, and findings about it.

pub(crate) mod address;
mod claim;
mod code;
mod config;
mod device;
mod diagnostic;
mod fragment;
pub(crate) mod grammar;
mod ids;
mod json;
mod kind;
pub(crate) mod layout;
mod library;
mod partial;
mod profile;
mod requirement;
mod severities;
mod source;
mod statement;
mod suggest;
mod target;
mod toml_string;
pub(crate) mod wording;

pub(crate) use address::{Address, AddressBuf, RESERVED, is_field_name, is_id, is_subject, is_tool_name};
pub use claim::Force;
pub(crate) use claim::{Anchor, Band, Block, Claim, Content, Datum, Level, Part, Placement, Source};
pub(crate) use code::{Bound, CODES, Code, codes};
pub(crate) use config::{Acceptance, Combine, Config, Layout, MAX_IMPLIED, Relation, Style, Subjects};
pub(crate) use device::is_device;
pub use diagnostic::Severity;
pub(crate) use diagnostic::{Diagnostic, Edit, Extent, Findings, Label, settle};
pub(crate) use fragment::Fragment;
pub(crate) use ids::ids;
pub(crate) use ids::{AddressId, BySource, FragmentId, ProfileId};
pub(crate) use json::{JsonVersion, VersionedJson};
pub(crate) use kind::{KINDS, heading, rank};
pub(crate) use layout::{
    CRLF, LAYOUT, LF, LayoutKey, LayoutValue, MAX_LINES, Reach, group_frame, layout_key, layout_keys,
};
pub(crate) use library::Library;
pub(crate) use partial::{Derivation, Derived, Partial, Writer};
pub(crate) use profile::{Choice, Drop, Profile, Removal, Resolution};
pub(crate) use requirement::{
    Budget, Measure, Pattern, RequiredField, RequiredRule, RequiredSection, Requirement, Selector,
};
pub(crate) use severities::Severities;
pub(crate) use source::{FileId, LineColumn, SourceFile, Sources, Span, Spanned, Text, normalized};
pub(crate) use statement::{Digest, Seen, Statement, is_hash_of, is_old_hash};
pub(crate) use suggest::{Suggestions, did_you_mean, nearest};
pub(crate) use target::{
    BODY, CARD_V2, CHAIN_BYTES, CLAUDE, DESCRIPTION, Envelope, FIRST_CARD, FRONT_MATTER, Facts, Form, Idle,
    KILO, Key, KeyType, LOADING, Loading, MODEL, Macro, Member, NAME, NameKind, NameRule, NameStatus,
    Objection, PATH, PATHS, PERSONAS, PROMPT, Quoting, Reading, SKILL, Step, TARGETS, Target, TargetSet,
    ToolList, Vocabulary, When, is_skill_file, patterns, target,
};

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The form in which texts are compared: NFC, each run of white space replaced by one space, and trimmed. Borrowed if
/// the text already has that form.
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    let plain = |word: &str| is_nfc(word);
    let is_folded = text.split(' ').all(|word| !word.is_empty() && !word.contains(char::is_whitespace));
    if (text.is_empty() || is_folded) && plain(text) {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(word.nfc());
    }
    Cow::Owned(folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_joins_white_space_and_composes_accents() {
        assert_eq!(fold("  a\n\tb  "), "a b");
        assert_eq!(fold("e\u{301}"), "\u{e9}");
        assert!(matches!(fold("a b"), Cow::Borrowed(_)));
        assert!(matches!(fold(""), Cow::Borrowed(_)));
    }
}
