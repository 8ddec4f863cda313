//! Edits of what stands between the words: they become settings of the profile's `[layout]`.

use super::elements::{Element, What, elements};
use super::hunks::Sort;
use super::propose::{Change, Edit, Proposal};
use crate::compose::Origin;
use crate::model::{
    self, Address, Force, LAYOUT, LayoutKey, LayoutValue, Part, address, layout_keys as keys,
};
use crate::render::{Attribution, Piece};
use crate::source::edit::literal;
use crate::trial::BuiltPersona;

/// The settings of the document, or of one of its lists, for gaps between two elements.
fn gap_keys() -> impl Iterator<Item = &'static LayoutKey> {
    let is_outer = |key: &LayoutKey| [keys::START.name, keys::END.name, keys::GAP.name].contains(&key.name);
    LAYOUT.iter().filter(move |key| key.value == LayoutValue::Gap && !is_outer(key))
}

/// A setting that would print an edit: the key and value, and whether it may be said of one place, of
/// more, or of the document only.
struct Setting {
    key: &'static str,
    value: String,
    reach: Reach,
}

impl Setting {
    fn of_gap(key: &LayoutKey, text: &str, reach: Reach) -> Self {
        Setting { key: key.name, value: gap(text, key.breaks()), reach }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    Anywhere,
    Lists,
    Place,
    Document,
}

/// The settings with the edit in them.
pub(super) fn edited(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let text = persona.document.text();
    let elements = elements(persona);
    let mut proposals = Vec::new();
    for index in edit.pending() {
        let hunk = &edit.applied.hunks[index];
        let is_like = |other: &usize| {
            let other = &edit.applied.hunks[*other];
            other.new == hunk.new && other.old.len() == hunk.old.len()
        };
        let is_repeated = (0..edit.applied.hunks.len())
            .filter(|other| *other != index && !edit.applied.accepted[*other])
            .any(|other| is_like(&other));
        let change = edit.change(index);
        let slides = match edit.group.sort {
            Sort::Lines => change.slides(text),
            Sort::Words => vec![shortened(change, text)],
        };
        for change in slides {
            proposals.extend(of_change(persona, &elements, &change, is_repeated));
        }
    }
    proposals
}

/// The same change without what stands at the end of both: white space that a text begins with is its own.
fn shortened(mut change: Change, text: &str) -> Change {
    while change.start < change.end && change.new.ends_with(' ') && text[..change.end].ends_with(' ') {
        change.new.pop();
        change.end -= 1;
    }
    change
}

fn of_change(
    persona: &BuiltPersona<'_>,
    elements: &[Element<'_>],
    change: &Change,
    is_repeated: bool,
) -> Vec<Proposal> {
    let text = persona.document.text();
    let pieces = persona.document.pieces();
    let mut proposals = Vec::new();
    let holds = |piece: &&Piece<'_>| piece.range.start <= change.start && change.end <= piece.range.end;
    for piece in pieces.iter().filter(holds).filter(|piece| is_markup(piece)) {
        let Some(new) = change.applied(text, piece.range.clone()) else { continue };
        let next = elements
            .iter()
            .find(|element| element.range.start >= piece.range.start && element.range.end > piece.range.end)
            .or_else(|| elements.iter().find(|element| element.range.start >= piece.range.end));
        let last = elements.iter().rev().find(|element| element.range.end <= piece.range.start);
        let is_last = piece.range.end == text.len();
        // What stands within an entry is laid out for it, anything else for what follows.
        let around = |element: &&Element<'_>| {
            element.range.start <= piece.range.start && piece.range.end <= element.range.end
        };
        let around = elements.iter().filter(|element| element.is_entry()).find(around);
        for element in around.map(Some).into_iter().chain([next]) {
            for setting in settings(persona, piece, &new, element, last, is_last) {
                proposals.extend(places(persona, &setting, element.or(last), is_repeated));
            }
        }
    }
    let has_words = change.new.contains(char::is_alphanumeric);
    if change.start == 0 && change.end == 0 && !has_words {
        let setting = Setting::of_gap(&keys::START, &change.new, Reach::Document);
        proposals.extend(places(persona, &setting, None, false));
    }
    if change.start == text.len() && !has_words {
        let breaks = text.len() - text.trim_end_matches('\n').len();
        let end = format!("{}{}", &text[text.len() - breaks..], change.new);
        let setting = Setting::of_gap(&keys::END, &end, Reach::Document);
        proposals.extend(places(persona, &setting, None, false));
    }
    proposals
}

/// Whether a piece is markup: layout as usual, as a profile says, or the label of a force.
fn is_markup(piece: &Piece<'_>) -> bool {
    match piece.attribution {
        Attribution::Layout => true,
        Attribution::From(address, _) if matches!(Address::parse(address), Address::Layout { .. }) => true,
        Attribution::From(_, Origin::Claim(claim)) => claim.force().is_some() && piece.written.is_none(),
        Attribution::From(..) | Attribution::Open(_) => false,
    }
}

/// A gap as a setting: a number where it is nothing but line breaks.
fn gap(text: &str, breaks: usize) -> String {
    let plain = text.replace("\r\n", "\n");
    let is_plain = plain.len() >= breaks && plain.chars().all(|letter| letter == '\n') && plain.len() < 50;
    if is_plain { (plain.len() - breaks).to_string() } else { literal(&plain) }
}

/// The settings that a piece may be, with what is to stand there.
fn settings(
    persona: &BuiltPersona<'_>,
    piece: &Piece<'_>,
    new: &str,
    next: Option<&Element<'_>>,
    last: Option<&Element<'_>>,
    is_last: bool,
) -> Vec<Setting> {
    let old = &persona.document.text()[piece.range.clone()];
    let line = |key: &LayoutKey, reach| {
        (!new.contains('\n')).then(|| Setting { key: key.name, value: literal(new), reach })
    };
    let pattern = |key: &LayoutKey, text: String| {
        let is_documents = key.reach == model::Reach::Document;
        let reach = if is_documents { Reach::Document } else { Reach::Anywhere };
        Setting { key: key.name, value: literal(&text), reach }
    };
    let mut all: Vec<Option<Setting>> = Vec::new();
    // Words are said, and not layout, unless somebody has put some there already.
    let has_words = |text: &str| text.contains(char::is_alphanumeric);
    if has_words(new) && !has_words(old) && new.contains('\n') {
        return Vec::new();
    }
    if is_last {
        all.push(Some(Setting::of_gap(&keys::END, new, Reach::Document)));
    }
    if last.is_none() {
        all.push(Some(Setting::of_gap(&keys::START, new, Reach::Document)));
    }
    let is_between = old.starts_with(['\n', '\r']);
    if is_between && next.is_some() {
        all.push(Some(Setting::of_gap(&keys::GAP, new, Reach::Place)));
        let gaps = gap_keys().map(|key| {
            let is_documents = key.reach == model::Reach::Document;
            let reach = if is_documents { Reach::Document } else { Reach::Lists };
            Some(Setting::of_gap(key, new, reach))
        });
        all.extend(gaps);
    }
    if let Attribution::From(_, Origin::Claim(claim)) = piece.attribution
        && let Some(force) = claim.force()
    {
        // What is another force to a reader must be one to cento as well.
        let styles = &persona.library.config.styles;
        let is_label = |label: &str| {
            styles.values().any(|style| Force::ALL.iter().any(|(_, force)| style.label(*force) == label))
        };
        if !is_label(new) {
            // In other lines it is what one entry has, and not what a list does.
            let reach = if new.contains('\n') { Reach::Place } else { Reach::Anywhere };
            all.push(Some(Setting { key: force.name(), value: literal(new), reach }));
        }
        return all.into_iter().flatten().collect();
    }
    let before = next.map(|element| element.what);
    // The space behind the label of a force is a line break where the entry is wrapped there.
    if let (Some(next), Some(start)) = (next, new.strip_suffix(' ').filter(|_| old == " ")) {
        let pieces = persona.document.pieces();
        let at = pieces.partition_point(|other| other.range.end < piece.range.start);
        let label = pieces.get(at).map_or("", |label| &persona.document.text()[label.range.clone()]);
        if let Some(Part::Rule(force)) = next.list_part().filter(|_| start.contains('\n')) {
            let value = literal(&format!("{label}{start}"));
            all.push(Some(Setting { key: force.name(), value, reach: Reach::Place }));
        }
    }
    match before {
        Some(What::Block(Part::Step)) => {
            let digits = |text: &str| {
                let start = text.find(|letter: char| letter.is_ascii_digit())?;
                let number: String = text[start..].chars().take_while(char::is_ascii_digit).collect();
                Some((start, number))
            };
            if let (Some((at, number)), false) = (digits(new), new.contains('\n')) {
                let usual = format!("{}1{}", &new[..at], &new[at + number.len()..]);
                all.push(Some(Setting {
                    key: keys::STEP.name,
                    value: literal(&usual),
                    reach: Reach::Anywhere,
                }));
                all.push(Some(Setting { key: keys::NUMBER.name, value: number, reach: Reach::Place }));
            }
        }
        // Without a bullet it would be a paragraph to a reader, and an entry to cento.
        Some(What::Block(Part::Item | Part::Rule(_))) if !new.trim().is_empty() => {
            all.push(line(&keys::BULLET, Reach::Anywhere));
        }
        _ => {}
    }
    let headings = [
        (What::Title, &keys::TITLE),
        (What::Heading, &keys::HEADING),
        (What::Block(Part::Title), &keys::GROUP),
    ];
    for (what, key) in headings {
        let element = [next, last].into_iter().flatten().find(|element| element.what == what);
        let Some(element) = element else { continue };
        let current = persona.composition.persona.layout.nearest(&element.place, key.name);
        let current = current.and_then(|laid| laid.datum.as_str()).unwrap_or(key.text());
        let Some((open, close)) = current.split_once(key.word()) else { continue };
        let setting = match (open == old, close == old) {
            (true, _) => pattern(key, format!("{new}{}{close}", key.word())),
            (_, true) => pattern(key, format!("{open}{}{new}", key.word())),
            _ => continue,
        };
        all.push(Some(setting));
    }
    // Within an entry: around its label, before its reason, or before its further lines.
    let current = |key: &str| {
        let place = next.map_or("", |element| element.place.as_str());
        let laid = persona.composition.persona.layout.nearest(place, key);
        laid.and_then(|laid| laid.datum.as_str()).map(str::to_owned)
    };
    for key in [&keys::LABEL, &keys::WHY] {
        let word = key.word();
        let current = current(key.name).unwrap_or_else(|| key.text().to_owned());
        let Some((open, close)) = current.split_once(word) else { continue };
        if open == old {
            all.push(Some(pattern(key, format!("{new}{word}{close}"))));
        }
        if close == old {
            all.push(Some(pattern(key, format!("{open}{word}{new}"))));
        }
    }
    if old.trim().is_empty() && !old.is_empty() {
        all.push(line(&keys::INDENT, Reach::Anywhere));
    }
    all.into_iter().flatten().collect()
}

/// The setting at each place that it may be said of: at the one element first, or at the whole document
/// first where the same edit stands elsewhere too.
fn places(
    persona: &BuiltPersona<'_>,
    setting: &Setting,
    element: Option<&Element<'_>>,
    is_repeated: bool,
) -> Vec<Proposal> {
    let mut places: Vec<String> = Vec::new();
    let place = element.map_or("", |element| element.place.as_str());
    match setting.reach {
        Reach::Document => places.push(String::new()),
        Reach::Place => places.extend((!place.is_empty()).then(|| place.to_owned())),
        Reach::Anywhere | Reach::Lists => {
            let mut at = place;
            while !at.is_empty() {
                if setting.reach == Reach::Anywhere || at.len() < place.len() {
                    places.push(at.to_owned());
                }
                at = address::list(at);
            }
            // What is said of the document holds for what is still to come.
            if is_repeated {
                places.push(String::new());
                places.reverse();
            }
        }
    }
    let propose = |place: String| Proposal::layout(persona, &place, setting.key, &setting.value);
    places.into_iter().map(propose).collect()
}
