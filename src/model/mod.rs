//! Plain data: what the files of a workspace say, and findings about it.

pub mod address;
mod claim;
mod code;
mod config;
mod diagnostic;
mod fragment;
pub mod grammar;
mod ids;
mod kind;
mod layout;
mod library;
mod profile;
mod requirement;
mod severities;
mod source;
mod statement;
mod target;
mod toml_string;
pub mod wording;

pub use address::{Address, AddressBuf, is_field_name, is_id, is_subject, is_tool_name};
pub use claim::{Anchor, Band, Block, Claim, Content, Datum, Force, Level, Part, Placement, Source};
pub use code::{Bound, CODES, Code, codes};
pub use config::{Acceptance, Combine, Config, Layout, Relation, Style, Subjects};
pub use diagnostic::{Diagnostic, Edit, Extent, Label, Severity, did_you_mean, nearest, settle};
pub use fragment::Fragment;
pub(crate) use ids::ids;
pub use ids::{AddressId, BySource, FragmentId, ProfileId};
pub use kind::{KINDS, RESERVED, heading, rank};
#[cfg(test)]
pub use layout::LayoutDefault;
pub use layout::{
    CRLF, LAYOUT, LF, LayoutKey, LayoutValue, MOST_LINES, Reach, group_frame, layout_key, layout_keys,
};
pub use library::Library;
pub use profile::{Choice, Drop, Profile, Removal, Resolution};
pub use requirement::{
    Budget, Measure, Pattern, RequiredField, RequiredRule, RequiredSection, Requirement, Selector,
};
pub use severities::Severities;
pub use source::{FileId, LineColumn, SourceFile, Sources, Span, Spanned, Text};
pub use statement::{Digest, Statement};
pub use target::{FRONT_MATTER, KeyType, TARGETS, Target, ToolList, target};

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// A text as it is compared: in normalization form C, with every run of white space as one space
/// and none at the ends. Borrowed where the text is so already.
pub fn fold(text: &str) -> Cow<'_, str> {
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
