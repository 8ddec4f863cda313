//! The neighbours of an invisible character, and whether they justify it.

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeEmoji, UnicodeGeneralCategory};
use unicode_script::{Script, UnicodeScript};

use super::scripts::{JOINING, RIGHT_TO_LEFT, UNSPACED};

/// The text around a run of invisible characters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Neighbours<'t> {
    /// The text before the run.
    pub(super) before: &'t str,
    /// The text after it.
    pub(super) after: &'t str,
}

/// The maximum length of a justified run, except for flags: a selector and a joiner, or a character typed
/// twice by mistake. A message needs more.
const MAX_LENGTH: usize = 2;

/// The number of characters of a line that are searched on each side.
const NEARBY: usize = 400;

/// Flags spelt with tag characters: England, Scotland, Wales, and two that some fonts support.
const FLAGS: [&str; 5] = ["gbeng", "gbsct", "gbwls", "ustx", "usca"];

fn is_of(character: char, scripts: &[Script]) -> bool {
    let extension = character.script_extension();
    !extension.is_common()
        && !extension.is_inherited()
        && scripts.iter().any(|script| extension.contains_script(*script))
}

/// Returns whether a character is a right-to-left letter.
pub(super) fn is_right_to_left(character: char) -> bool {
    character >= '\u{590}' && character.is_alphabetic() && is_of(character, &RIGHT_TO_LEFT)
}

/// Returns whether a character is invisible but necessary in some text: joiners, selectors, direction marks and
/// fillers.
pub(super) fn may_be_proper(character: char) -> bool {
    matches!(
        character,
        '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2800}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{13430}'..='\u{1343f}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0020}'..='\u{e007f}'
            | '\u{e0100}'..='\u{e01ef}'
    )
}

impl Neighbours<'_> {
    /// Returns whether every character of a run is justified by its neighbours.
    pub(super) fn is_proper(self, run: &str) -> bool {
        if self.is_flag(run) {
            return true;
        }
        let characters: Vec<char> = run.chars().collect();
        characters.len() <= MAX_LENGTH
            && characters.iter().enumerate().all(|(index, character)| {
                let is_first = index == 0;
                match character {
                    _ if is_selector(*character) => is_first && self.takes_selector(*character),
                    '\u{200d}' => self.joins_emoji() || self.joins_letters(),
                    '\u{200c}' => self.joins_letters(),
                    '\u{200b}' => self.may_break_line(),
                    '\u{200e}' | '\u{200f}' | '\u{61c}' => {
                        !self.is_within_word() && self.line().any(is_right_to_left)
                    }
                    '\u{34f}' => self.is_beside(is_mark),
                    '\u{115f}'..='\u{1160}' => {
                        let is_jamo = |letter: char| matches!(letter, '\u{1100}'..='\u{11ff}');
                        is_first && self.is_beside(is_jamo)
                    }
                    '\u{2800}' => {
                        let is_braille = |sign: char| matches!(sign, '\u{2800}'..='\u{28ff}');
                        self.is_beside(is_braille)
                    }
                    '\u{13430}'..='\u{1343f}' => self.follows(Script::Egyptian_Hieroglyphs),
                    '\u{17b4}'..='\u{17b5}' => is_first && self.follows(Script::Khmer),
                    '\u{180e}' => is_first && self.follows(Script::Mongolian),
                    '\u{1d173}'..='\u{1d17a}' => {
                        let is_music = |letter: char| matches!(letter, '\u{1d100}'..='\u{1d1ff}');
                        self.is_beside(is_music)
                    }
                    _ => false,
                }
            })
    }

    /// Returns whether left-to-right letters or digits are on both sides, where a direction mark has no legitimate
    /// effect.
    fn is_within_word(self) -> bool {
        let runs = |character: char| character.is_alphanumeric() && !is_right_to_left(character);
        self.last().is_some_and(runs) && self.next().is_some_and(runs)
    }

    fn last(self) -> Option<char> {
        self.before.chars().next_back()
    }

    fn next(self) -> Option<char> {
        self.after.chars().next()
    }

    /// Whether the character before or the one after is of this sort.
    fn is_beside(self, is_such: impl Fn(char) -> bool) -> bool {
        self.last().is_some_and(&is_such) || self.next().is_some_and(&is_such)
    }

    /// Returns the characters of the same line near the run.
    fn line(self) -> impl Iterator<Item = char> {
        let before = self.before.chars().rev().take(NEARBY).take_while(|character| *character != '\n');
        before.chain(self.after.chars().take(NEARBY).take_while(|character| *character != '\n'))
    }

    fn follows(self, script: Script) -> bool {
        self.last().is_some_and(|character| is_of(character, &[script]))
    }

    /// Returns whether the run is the tags of a known flag, after a black flag.
    fn is_flag(self, run: &str) -> bool {
        let region: String =
            run.chars().filter_map(|tag| char::from_u32(u32::from(tag).checked_sub(0xe0000)?)).collect();
        let region = region.strip_suffix('\u{7f}');
        self.last() == Some('\u{1f3f4}') && region.is_some_and(|region| FLAGS.contains(&region))
    }

    /// Returns whether the preceding character takes this selector.
    fn takes_selector(self, selector: char) -> bool {
        let Some(base) = self.last() else { return false };
        match selector {
            // A digit is displayed as an emoji only on a keycap.
            '\u{fe0f}' if matches!(base, '#' | '*' | '0'..='9') => self.next() == Some('\u{20e3}'),
            '\u{fe0e}' | '\u{fe0f}' => is_pictured(base),
            // Registered ideographic variation sequences end here. The selectors after them can encode ASCII.
            '\u{e0100}'..='\u{e010f}' => is_of(base, &[Script::Han]),
            '\u{fe00}'..='\u{fe02}' => {
                is_of(base, &[Script::Han, Script::Myanmar, Script::Phags_Pa, Script::Manichaean])
                    || matches!(base, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff65}')
                    || (!base.is_ascii() && base.general_category() == GeneralCategory::MathSymbol)
            }
            '\u{fe03}'..='\u{fe06}' => is_of(base, &[Script::Egyptian_Hieroglyphs]),
            '\u{180b}'..='\u{180d}' | '\u{180f}' => is_of(base, &[Script::Mongolian]),
            _ => false,
        }
    }

    /// Returns whether emoji, or parts of emoji, are on both sides.
    fn joins_emoji(self) -> bool {
        self.last().is_some_and(is_pictured) && self.next().is_some_and(is_pictured)
    }

    /// Returns whether an adjacent letter belongs to a script that needs joiners.
    fn joins_letters(self) -> bool {
        let joins = |character: char| is_of(character, &JOINING);
        self.is_beside(joins) || self.ends_word_among(&JOINING)
    }

    /// Returns whether a line may break here: next to a letter of a script without spaces, ignoring punctuation.
    fn may_break_line(self) -> bool {
        let is_unspaced =
            |nearest: Option<char>| nearest.is_some_and(|character| is_of(character, &UNSPACED));
        let is_word = |character: &char| character.is_alphanumeric() || character.is_whitespace();
        is_unspaced(self.before.chars().rev().take(5).find(is_word))
            || is_unspaced(self.after.chars().take(5).find(is_word))
            || self.ends_word_among(&UNSPACED)
    }

    /// Returns whether this is a word boundary in a line that contains one of these scripts. People type such
    /// characters next to a foreign word too.
    fn ends_word_among(self, scripts: &[Script]) -> bool {
        let is_word = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
        is_word(self.last()) != is_word(self.next()) && self.line().any(|character| is_of(character, scripts))
    }
}

fn is_selector(character: char) -> bool {
    matches!(character, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{180b}'..='\u{180d}' | '\u{180f}')
}

/// Returns whether a character is an emoji, part of one, or another symbol that can be displayed as an emoji.
fn is_pictured(character: char) -> bool {
    !character.is_ascii()
        && (character.is_emoji_char_or_emoji_component()
            || character.general_category_group() == GeneralCategoryGroup::Symbol)
}

fn is_mark(character: char) -> bool {
    character.general_category_group() == GeneralCategoryGroup::Mark
}
