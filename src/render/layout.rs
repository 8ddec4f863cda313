//! Layout: the gaps, bullets and other markup between the texts of a document, from a persona's `[layout]` or by
//! default.

use std::borrow::Cow;

use super::document::Attribution;
use crate::compose::{LayoutSetting, Layouts};
use crate::model::{Datum, LayoutKey, address, layout_keys as keys};

/// The element that was written last; it determines the gap before the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Last {
    Nothing,
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
    Step,
    /// Anything else.
    Block,
}

/// The element that is written next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    Section,
    Group,
    /// An item or rule.
    Bullet,
    /// A numbered step.
    Step,
    /// Anything else.
    Block,
}

/// The setting for the gap between two elements, and the default gap.
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

/// Markup and its attribution.
#[derive(Clone)]
pub(crate) struct Markup<'a> {
    pub(super) text: Cow<'a, str>,
    /// The setting that it comes from, or layout.
    pub(super) attribution: Attribution<'a>,
}

impl<'a> Markup<'a> {
    /// Markup by default.
    pub(super) fn usual(text: impl Into<Cow<'a, str>>) -> Self {
        Markup { text: text.into(), attribution: Attribution::Layout }
    }
}

/// The markup before and after a text.
pub(super) struct Frame<'a> {
    pub(super) open: Markup<'a>,
    pub(super) close: Markup<'a>,
}

/// Returns the text of the nearest setting, as markup.
pub(super) fn text<'a>(layout: &Layouts<'a>, place: &str, key: &LayoutKey) -> Option<Markup<'a>> {
    let setting = layout.nearest(place, key.name)?;
    Some(Markup {
        text: setting.datum.as_str()?.into(),
        attribution: Attribution::from(Some(setting.origin)),
    })
}

/// The label of a force, for an entry or for the line above the rules of a list. `None` if no setting gives one.
///
/// An empty label is accepted only for the entry itself and for its list, where the text above states the force. An
/// empty label from further up would turn prohibitions into commands.
pub(super) fn force_label<'a>(layout: &Layouts<'a>, place: &str, force: &str) -> Option<Markup<'a>> {
    let list = Some(address::list(place)).filter(|list| !list.is_empty()).unwrap_or(place);
    let mut places = Layouts::places_above(place);
    let setting = places.find_map(|at| {
        let setting = layout.own(at, force)?;
        (at == place || at == list || setting.datum.as_str() != Some("")).then_some(setting)
    })?;
    Some(Markup {
        text: setting.datum.as_str()?.into(),
        attribution: Attribution::from(Some(setting.origin)),
    })
}

/// Returns the markup around a text: the pattern of the nearest setting, or the default.
pub(super) fn frame<'a>(
    layout: &Layouts<'a>,
    place: &str,
    key: &LayoutKey,
    usual: (impl Into<Cow<'a, str>>, &'static str),
) -> Frame<'a> {
    let setting =
        layout.nearest(place, key.name).and_then(|setting| Some((setting.datum.as_str()?, setting.origin)));
    match setting.and_then(|(text, origin)| Some((text.split_once(key.word())?, origin))) {
        Some(((open, close), origin)) => {
            let markup =
                |text: &'a str| Markup { text: text.into(), attribution: Attribution::from(Some(origin)) };
            Frame { open: markup(open), close: markup(close) }
        }
        None => Frame { open: Markup::usual(usual.0), close: Markup::usual(usual.1) },
    }
}

/// The gap before an entry, group or section: its own `gap`, else the nearest setting for such gaps, else the default.
pub(super) fn gap<'a>(
    layout: &Layouts<'a>,
    place: &str,
    key: &LayoutKey,
    default: &'static str,
) -> Markup<'a> {
    let setting = layout.own(place, keys::GAP.name).or_else(|| layout.nearest(place, key.name));
    setting.map_or_else(|| Markup::usual(default), |setting| gap_text(setting, key))
}

/// Returns the gap that a setting of the document gives, if there is one.
pub(super) fn document_gap<'a>(layout: &Layouts<'a>, key: &LayoutKey) -> Option<Markup<'a>> {
    layout.own("", key.name).map(|setting| gap_text(setting, key))
}

/// The text of a gap. A number counts blank lines; the line break that ends the previous line is added.
fn gap_text<'a>(setting: LayoutSetting<'a>, key: &LayoutKey) -> Markup<'a> {
    let text = match setting.datum {
        Datum::Integer(lines) => "\n".repeat(usize::try_from(*lines).unwrap_or(0) + key.breaks()).into(),
        datum => datum.as_str().unwrap_or_default().into(),
    };
    Markup { text, attribution: Attribution::from(Some(setting.origin)) }
}

/// The number of a step and its marker. The number replaces the digits of the setting, padded with zeros to their
/// width.
pub(super) fn step<'a>(layout: &Layouts<'a>, place: &str, counted: usize) -> (usize, Markup<'a>) {
    let number = match layout.nearest(place, keys::NUMBER.name).map(|setting| setting.datum) {
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

/// Returns the marker of an item or rule.
pub(super) fn bullet<'a>(layout: &Layouts<'a>, place: &str) -> Markup<'a> {
    text(layout, place, &keys::BULLET).unwrap_or_else(|| Markup::usual(keys::BULLET.text()))
}

/// Returns the indentation of the other lines of an entry: the setting, or spaces as wide as the bullet.
pub(super) fn indent<'a>(layout: &Layouts<'a>, place: &str, bullet: &str) -> Markup<'a> {
    let usual = || {
        let width = bullet.chars().count();
        Markup::usual(SPACES.get(..width).map_or_else(|| " ".repeat(width).into(), Cow::Borrowed))
    };
    text(layout, place, &keys::INDENT).unwrap_or_else(usual)
}

/// Spaces for common indentations, to avoid an allocation.
const SPACES: &str = "        ";
