//! The text between the words of a document: gaps, bullets and other markup, from the persona's layout or the
//! defaults.

use std::borrow::Cow;

use super::document::Attribution;
use super::walk::LayoutElement;
use crate::compose::{LayoutSetting, Layouts, Origin};
use crate::model::{Datum, Force, LayoutKey, Style, address, layout_keys as keys};

/// The setting of the layout that a piece of a document follows, set or by default, and where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PieceLayout<'a> {
    /// The setting.
    pub key: &'static LayoutKey,
    /// The place that it was read for: a section, group or entry; empty for the document.
    pub place: &'a str,
    /// Which part of the setting's text it is.
    pub side: Side,
}

/// A part of the text that a setting prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// All of it.
    Whole,
    /// The text before the word of a pattern.
    Open,
    /// The text after the word of a pattern, or after the label of a force.
    Close,
}

impl<'a> PieceLayout<'a> {
    /// All that a setting prints.
    pub(super) fn whole(key: &'static LayoutKey, place: &'a str) -> Self {
        PieceLayout { key, place, side: Side::Whole }
    }
}

/// A piece of markup.
#[derive(Clone)]
pub(crate) struct Markup<'a> {
    /// The text.
    pub(crate) text: Cow<'a, str>,
    /// The setting that it comes from, or layout.
    pub(super) attribution: Attribution<'a>,
    /// The setting that it follows.
    pub(super) layout: PieceLayout<'a>,
}

impl<'a> Markup<'a> {
    /// Markup by default.
    fn usual(text: impl Into<Cow<'a, str>>, piece: PieceLayout<'a>) -> Self {
        Markup { text: text.into(), attribution: Attribution::Layout, layout: piece }
    }

    /// Markup from a setting.
    fn set(text: impl Into<Cow<'a, str>>, origin: Origin<'a>, piece: PieceLayout<'a>) -> Self {
        Markup { text: text.into(), attribution: Attribution::from(Some(origin)), layout: piece }
    }
}

/// The markup before and after a text.
pub(crate) struct Frame<'a> {
    /// Before them.
    pub open: Markup<'a>,
    /// After them.
    pub close: Markup<'a>,
}

/// Returns the string that the nearest setting gives, as markup.
fn text<'a>(layout: &Layouts<'a>, place: &'a str, key: &'static LayoutKey) -> Option<Markup<'a>> {
    let set = layout.nearest(place, key.name)?;
    Some(Markup::set(set.datum.as_str()?, set.origin, PieceLayout::whole(key, place)))
}

/// The label of a force, for an entry or for the line above the rules of a list: that of the nearest setting, else the
/// style's, which is attributed to the rule.
///
/// An empty label is accepted only for the entry itself and for its list, where the text above states the force. An
/// empty label from further up would turn prohibitions into commands.
pub(super) fn force_label<'a>(
    layout: &Layouts<'a>,
    place: &'a str,
    force: Force,
    (style, rule): (&'a Style, Attribution<'a>),
) -> Markup<'a> {
    let list = Some(address::list(place)).filter(|list| !list.is_empty()).unwrap_or(place);
    let mut places = Layouts::places_above(place).take_while(|_| !layout.is_empty());
    let set = places.find_map(|at| {
        let set = layout.own(at, force.name())?;
        (at == place || at == list || set.datum.as_str() != Some("")).then_some(set)
    });
    let piece = PieceLayout::whole(keys::of_force(force), place);
    match set.and_then(|set| Some((set.datum.as_str()?, set.origin))) {
        Some((text, origin)) => Markup::set(text, origin, piece),
        None => Markup { text: style.label(force).into(), attribution: rule, layout: piece },
    }
}

/// Returns the markup around a text: the pattern of the nearest setting, or the default.
pub(crate) fn frame<'a>(
    layout: &Layouts<'a>,
    place: &'a str,
    key: &'static LayoutKey,
    usual: (impl Into<Cow<'a, str>>, &'static str),
) -> Frame<'a> {
    let [open, close] = [Side::Open, Side::Close].map(|side| PieceLayout { key, place, side });
    let set = layout.nearest(place, key.name).and_then(|set| Some((set.datum.as_str()?, set.origin)));
    match set.and_then(|(text, origin)| Some((text.split_once(key.word())?, origin))) {
        Some(((before, after), origin)) => {
            Frame { open: Markup::set(before, origin, open), close: Markup::set(after, origin, close) }
        }
        None => Frame { open: Markup::usual(usual.0, open), close: Markup::usual(usual.1, close) },
    }
}

/// The gap before an entry, group or section: its own `gap`, else the nearest setting for such gaps, else the default.
/// The gap at the start is set for the document alone, and the line above the rules of a force has no gap of its own.
pub(super) fn gap<'a>(
    layout: &Layouts<'a>,
    place: &'a str,
    element: LayoutElement,
    (key, usual): (&'static LayoutKey, &'static str),
) -> Markup<'a> {
    let is_start = key.name == keys::START.name;
    let place = if is_start { "" } else { place };
    let has_own = !is_start && element != LayoutElement::ForceLine;
    let own = has_own.then(|| layout.own(place, keys::GAP.name)).flatten();
    let set = own.or_else(|| layout.nearest(place, key.name));
    let piece = PieceLayout::whole(key, place);
    set.map_or_else(|| Markup::usual(usual, piece), |set| gap_text(set, piece))
}

/// Returns the gap that a setting of the document gives, if any.
pub(super) fn document_gap<'a>(layout: &Layouts<'a>, key: &'static LayoutKey) -> Option<Markup<'a>> {
    layout.own("", key.name).map(|set| gap_text(set, PieceLayout::whole(key, "")))
}

/// A number counts blank lines, and the line breaks that every such gap has come before them.
fn gap_text<'a>(set: LayoutSetting<'a>, piece: PieceLayout<'a>) -> Markup<'a> {
    let text: Cow<'a, str> = match set.datum {
        Datum::Integer(lines) => {
            "\n".repeat(usize::try_from(*lines).unwrap_or(0) + piece.key.breaks()).into()
        }
        datum => datum.as_str().unwrap_or_default().into(),
    };
    Markup::set(text, set.origin, piece)
}

/// Returns the marker of an entry. The digits in the setting are replaced by the number of the entry, which is returned
/// too, keeping leading zeros.
pub(super) fn marker<'a>(
    layout: &Layouts<'a>,
    place: &'a str,
    key: &'static LayoutKey,
    counted: usize,
) -> (Option<usize>, Markup<'a>) {
    let markup = markup(layout, place, key);
    let digit = |letter: char| letter.is_ascii_digit();
    let Some(start) = markup.text.find(digit) else { return (None, markup) };
    let number = match layout.nearest(place, keys::NUMBER.name).map(|set| set.datum) {
        Some(Datum::Integer(number)) => usize::try_from(*number).unwrap_or(counted),
        _ => counted,
    };
    let width = markup.text[start..].chars().take_while(|letter| digit(*letter)).count();
    let (open, close) = (&markup.text[..start], &markup.text[start + width..]);
    let text = format!("{open}{number:0width$}{close}").into();
    (Some(number), Markup { text, ..markup })
}

/// Returns whether rules begin with a capital letter at a place.
pub(super) fn has_capitals(layout: &Layouts<'_>, place: &str) -> bool {
    match layout.nearest(place, keys::CAPITALS.name).map(|set| set.datum) {
        Some(Datum::Boolean(capitals)) => *capitals,
        _ => keys::CAPITALS.truth(),
    }
}

/// Returns the markup that the nearest setting gives, or the default.
pub(crate) fn markup<'a>(layout: &Layouts<'a>, place: &'a str, key: &'static LayoutKey) -> Markup<'a> {
    text(layout, place, key).unwrap_or_else(|| Markup::usual(key.text(), PieceLayout::whole(key, place)))
}

/// Returns the indent of the further lines of an entry: the setting, or spaces as wide as the bullet.
pub(super) fn indent<'a>(layout: &Layouts<'a>, place: &'a str, bullet: &str) -> Markup<'a> {
    let usual = || {
        let width = bullet.chars().count();
        let spaces = SPACES.get(..width).map_or_else(|| " ".repeat(width).into(), Cow::Borrowed);
        Markup::usual(spaces, PieceLayout::whole(&keys::INDENT, place))
    };
    text(layout, place, &keys::INDENT).unwrap_or_else(usual)
}

/// Enough spaces for the usual indents, so that they need no allocation.
const SPACES: &str = "        ";
