//! What stands between the words of a document: gaps, bullets and the like, as a persona's layout says
//! or as they usually are.

use std::borrow::Cow;

use super::document::Attribution;
use crate::compose::{LayoutSetting, Layouts};
use crate::model::{Datum, LayoutKey, address, layout_keys as keys};

/// The element that was written last, which decides the gap before the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Last {
    /// Nothing.
    Nothing,
    /// Front matter.
    FrontMatter,
    /// The document's title.
    Title,
    /// The heading of a section.
    Heading,
    /// The title of a group, as a heading.
    GroupHeading,
    /// A bold line or a paragraph that introduces a list.
    Lead,
    /// A bullet.
    Bullet,
    /// A numbered step.
    Step,
    /// Anything else.
    Block,
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// A section.
    Section,
    /// A group.
    Group,
    /// An entry with a bullet.
    Bullet,
    /// A numbered step.
    Step,
    /// Anything else.
    Block,
}

/// The setting for the gap between two things, and the default gap there.
pub(crate) fn gap_between(last: Last, next: Next) -> (&'static LayoutKey, &'static str) {
    let key = match (last, next) {
        (Last::Nothing | Last::FrontMatter, _) => &keys::START,
        (Last::Title, _) => &keys::BELOW_TITLE,
        (_, Next::Section) => &keys::BEFORE_SECTIONS,
        (Last::Heading, _) => &keys::BELOW_HEADINGS,
        (_, Next::Group) => &keys::BEFORE_GROUPS,
        (Last::GroupHeading, _) => &keys::BELOW_GROUPS,
        (Last::Bullet, Next::Bullet) | (Last::Step, Next::Step) => &keys::BETWEEN_ITEMS,
        (_, Next::Bullet | Next::Step) => &keys::BEFORE_LISTS,
        (_, Next::Block) => &keys::BETWEEN_BLOCKS,
    };
    (key, key.gap(matches!(last, Last::FrontMatter | Last::Lead)))
}

/// A piece of markup and its origin.
#[derive(Clone)]
pub(crate) struct Markup<'a> {
    /// The text.
    pub(super) text: Cow<'a, str>,
    /// The setting that made it, or plain layout.
    pub(super) attribution: Attribution<'a>,
}

impl<'a> Markup<'a> {
    /// Markup as it usually is.
    pub(super) fn usual(text: impl Into<Cow<'a, str>>) -> Self {
        Markup { text: text.into(), attribution: Attribution::Layout }
    }
}

/// The markup before and after some words.
pub(super) struct Frame<'a> {
    /// Before them.
    pub(super) open: Markup<'a>,
    /// After them.
    pub(super) close: Markup<'a>,
}

/// Returns the string that the nearest setting gives, as markup.
pub(super) fn text<'a>(layout: &Layouts<'a>, place: &str, key: &LayoutKey) -> Option<Markup<'a>> {
    let laid = layout.nearest(place, key.name)?;
    Some(Markup { text: laid.datum.as_str()?.into(), attribution: Attribution::from(Some(laid.origin)) })
}

/// The label of a force in an entry, or of the line above those of a section, if something says how it is
/// typed. That there is none can be said of the entry and of its list alone: where something above that
/// list says the force. Of other lists, it would make a prohibition a command.
pub(super) fn force_label<'a>(layout: &Layouts<'a>, place: &str, force: &str) -> Option<Markup<'a>> {
    let list = Some(address::list(place)).filter(|list| !list.is_empty()).unwrap_or(place);
    let mut places = Layouts::places_above(place);
    let said = places.find_map(|at| {
        let said = layout.own(at, force)?;
        (at == place || at == list || said.datum.as_str() != Some("")).then_some(said)
    })?;
    Some(Markup { text: said.datum.as_str()?.into(), attribution: Attribution::from(Some(said.origin)) })
}

/// Returns the markup around a text: the pattern of the nearest setting, or the default.
pub(super) fn frame<'a>(
    layout: &Layouts<'a>,
    place: &str,
    key: &LayoutKey,
    usual: (impl Into<Cow<'a, str>>, &'static str),
) -> Frame<'a> {
    let said = layout.nearest(place, key.name).and_then(|laid| Some((laid.datum.as_str()?, laid.origin)));
    match said.and_then(|(text, origin)| Some((text.split_once(key.word())?, origin))) {
        Some(((open, close), origin)) => {
            let markup =
                |text: &'a str| Markup { text: text.into(), attribution: Attribution::from(Some(origin)) };
            Frame { open: markup(open), close: markup(close) }
        }
        None => Frame { open: Markup::usual(usual.0), close: Markup::usual(usual.1) },
    }
}

/// The gap before a place: what is said of the place itself, else what the nearest place says of such
/// gaps, else the default.
pub(super) fn gap<'a>(
    layout: &Layouts<'a>,
    place: &str,
    key: &LayoutKey,
    default: &'static str,
) -> Markup<'a> {
    let said = layout.own(place, keys::GAP.name).or_else(|| layout.nearest(place, key.name));
    said.map_or_else(|| Markup::usual(default), |said| gap_text(said, key))
}

/// Returns the gap that a setting of the document gives, if any.
pub(super) fn document_gap<'a>(layout: &Layouts<'a>, key: &LayoutKey) -> Option<Markup<'a>> {
    layout.own("", key.name).map(|said| gap_text(said, key))
}

/// A number counts blank lines, and the line breaks that every such gap has come before them.
fn gap_text<'a>(said: LayoutSetting<'a>, key: &LayoutKey) -> Markup<'a> {
    let text = match said.datum {
        Datum::Integer(lines) => "\n".repeat(usize::try_from(*lines).unwrap_or(0) + key.breaks()).into(),
        datum => datum.as_str().unwrap_or_default().into(),
    };
    Markup { text, attribution: Attribution::from(Some(said.origin)) }
}

/// The number of a step, and what stands before its text: the digits of the setting are replaced by
/// the number, with as many zeros before it as there are in the setting.
pub(super) fn step<'a>(layout: &Layouts<'a>, place: &str, counted: usize) -> (usize, Markup<'a>) {
    let number = match layout.nearest(place, keys::NUMBER.name).map(|said| said.datum) {
        Some(Datum::Integer(number)) => usize::try_from(*number).unwrap_or(counted),
        _ => counted,
    };
    let markup = text(layout, place, &keys::STEP).unwrap_or_else(|| Markup::usual(keys::STEP.text()));
    let digit = |letter: char| letter.is_ascii_digit();
    let start = markup.text.find(digit).unwrap_or(0);
    let width = markup.text[start..].chars().take_while(|letter| digit(*letter)).count();
    let (open, close) = (&markup.text[..start], &markup.text[start + width..]);
    (
        number,
        Markup { text: format!("{open}{number:0width$}{close}").into(), attribution: markup.attribution },
    )
}

/// Returns the markup before an item or rule.
pub(super) fn bullet<'a>(layout: &Layouts<'a>, place: &str) -> Markup<'a> {
    text(layout, place, &keys::BULLET).unwrap_or_else(|| Markup::usual(keys::BULLET.text()))
}

/// Returns the indent of the further lines of an entry: the setting, or spaces as wide as the bullet.
pub(super) fn indent<'a>(layout: &Layouts<'a>, place: &str, bullet: &str) -> Markup<'a> {
    let usual = || {
        let width = bullet.chars().count();
        Markup::usual(SPACES.get(..width).map_or_else(|| " ".repeat(width).into(), Cow::Borrowed))
    };
    text(layout, place, &keys::INDENT).unwrap_or_else(usual)
}

/// Enough spaces for the usual indents, so that they need no allocation.
const SPACES: &str = "        ";
