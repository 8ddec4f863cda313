//! Proposals for edits of markup and gaps: settings in the profile's `[layout]`.

use super::change::Change;
use super::hunks::Sort;
use super::proposal::{Edit, Proposal};
use crate::model::{Force, LayoutKey, LayoutValue, Reach, address, layout_keys as keys};
use crate::render::{self, Piece, PieceLayout, Side};
use crate::source::edit::literal;
use crate::text::label_sense::Sense;
use crate::text::{force_labels, struck};
use crate::trial::BuiltPersona;

/// A setting that would print an edit, and the scopes in which it may be set.
struct Setting {
    key: &'static LayoutKey,
    value: String,
    scope: Scope,
}

/// Where a setting may be set.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// The place itself and every scope that encloses it.
    Anywhere,
    /// Only the scopes that enclose the place.
    Lists,
    /// Only the place itself.
    Place,
    /// Only the document.
    Document,
}

impl Setting {
    /// Creates a setting with the widest scope that its key allows.
    fn new(key: &'static LayoutKey, value: String) -> Self {
        let scope = match key.reach {
            Reach::Document => Scope::Document,
            Reach::Below if key.value == LayoutValue::Gap => Scope::Lists,
            Reach::Below => Scope::Anywhere,
            Reach::List | Reach::Place => Scope::Place,
        };
        Setting { key, value, scope }
    }

    /// Creates a setting for one place only.
    fn here(key: &'static LayoutKey, value: String) -> Self {
        Setting { scope: Scope::Place, ..Setting::new(key, value) }
    }

    /// Creates a gap: a number if it is only line breaks, else a string.
    fn gap(key: &'static LayoutKey, text: &str) -> Self {
        let (plain, breaks) = (text.replace("\r\n", "\n"), key.breaks());
        let is_plain =
            plain.len() >= breaks && plain.chars().all(|letter| letter == '\n') && plain.len() < 50;
        Setting::new(key, if is_plain { (plain.len() - breaks).to_string() } else { literal(&plain) })
    }
}

impl BuiltPersona<'_> {
    /// Returns the text that the layout prints before and after the words at a place.
    pub(super) fn frame(&self, place: &str, key: &'static LayoutKey) -> (String, String) {
        self.frame_or(place, key, key.frame())
    }

    /// As [`BuiltPersona::frame`], with another default.
    pub(super) fn frame_or(
        &self,
        place: &str,
        key: &'static LayoutKey,
        default: (&'static str, &'static str),
    ) -> (String, String) {
        let frame = render::frame(&self.composition.persona.layout, place, key, default);
        (frame.open.text.into_owned(), frame.close.text.into_owned())
    }
}

/// Proposes the settings that would print the edit.
pub(super) fn edited(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let text = persona.document.text();
    let mut proposals = Vec::new();
    let is_repeated = |index: usize| {
        let hunk = &edit.applied.hunks[index];
        let mut others = edit.applied.hunks.iter().enumerate();
        others.any(|(other, like)| {
            let is_like = like.new == hunk.new && like.old.len() == hunk.old.len();
            is_like && !edit.group.hunks.contains(&other) && !edit.applied.accepted[other]
        })
    };
    if edit.group.sort == Sort::Words {
        let changes: Vec<Change> = edit.pending().map(|index| shortened(edit.change(index), text)).collect();
        let is_repeated = edit.pending().any(is_repeated);
        for set in [changes.as_slice()].into_iter().chain(changes.chunks(1).filter(|_| changes.len() > 1)) {
            proposals.extend(of_changes(persona, set, is_repeated));
        }
        return proposals;
    }
    for index in edit.pending() {
        for change in edit.change(index).slides(text) {
            proposals.extend(of_changes(persona, &[change], is_repeated(index)));
        }
    }
    proposals
}

/// Trims the spaces that both sides of a change end with: leading spaces belong to the text that follows.
fn shortened(mut change: Change, text: &str) -> Change {
    while change.start < change.end && change.new.ends_with(' ') && text[..change.end].ends_with(' ') {
        change.new.pop();
        change.end -= 1;
    }
    change
}

fn of_changes(persona: &BuiltPersona<'_>, changes: &[Change], is_repeated: bool) -> Vec<Proposal> {
    let text = persona.document.text();
    let pieces = persona.document.pieces();
    let mut proposals = Vec::new();
    let (Some(first), Some(last)) = (changes.first(), changes.last()) else { return proposals };
    let has_words = |text: &str| text.contains(char::is_alphanumeric);
    let from = pieces.partition_point(|piece| piece.range.end < first.start);
    let near = pieces.iter().enumerate().skip(from);
    for (at, piece) in near.take_while(|(_, piece)| piece.range.start <= last.end) {
        let Some(layout) = piece.layout else { continue };
        let Some(new) = Change::all_applied(changes, text, piece.range.clone()) else { continue };
        // Words are claims, not layout, unless the layout already prints words here.
        let is_label = layout.key.value == LayoutValue::Text && !new.contains('\n');
        if has_words(&new.to_lowercase().replace("[x]", "[ ]"))
            && !has_words(&text[piece.range.clone()])
            && !is_label
        {
            continue;
        }
        let mut settings = settings(persona, at, layout, &new);
        // An edit repeated in many places is more likely a setting of the list than of each entry.
        if is_repeated {
            settings.sort_by_key(|setting| setting.scope == Scope::Place);
        }
        for setting in settings {
            proposals.extend(placed(persona, &setting, layout.place, is_repeated));
        }
    }
    let [change] = changes else { return proposals };
    if change.start == 0 && change.end == 0 && !has_words(&change.new) {
        proposals.extend(placed(persona, &Setting::gap(&keys::START, &change.new), "", false));
    }
    if change.start == text.len() && !has_words(&change.new) {
        let breaks = text.len() - text.trim_end_matches('\n').len();
        let end = format!("{}{}", &text[text.len() - breaks..], change.new);
        proposals.extend(placed(persona, &Setting::gap(&keys::END, &end), "", false));
    }
    proposals
}

/// Returns the settings that would print `new` in place of a piece.
fn settings(persona: &BuiltPersona<'_>, at: usize, piece: PieceLayout<'_>, new: &str) -> Vec<Setting> {
    let PieceLayout { key, side, .. } = piece;
    match key.value {
        // Start and end belong to the document; any other gap can also be set as `gap` of the element below
        // it.
        LayoutValue::Gap if [keys::START.name, keys::END.name].contains(&key.name) => {
            vec![Setting::gap(key, new)]
        }
        LayoutValue::Gap => vec![Setting::gap(&keys::GAP, new), Setting::gap(key, new)],
        LayoutValue::Pattern(word) => {
            let other = other_side(persona, at, piece);
            let pattern = match side {
                Side::Close => format!("{other}{word}{new}"),
                Side::Open | Side::Whole => format!("{new}{word}{other}"),
            };
            vec![Setting::new(key, literal(&pattern))]
        }
        LayoutValue::Number if !new.contains('\n') => {
            let is_digit = |letter: char| letter.is_ascii_digit();
            let Some(start) = new.find(is_digit) else { return Vec::new() };
            let number: String = new[start..].chars().take_while(|letter| is_digit(*letter)).collect();
            let usual = format!("{}1{}", &new[..start], &new[start + number.len()..]);
            vec![Setting::new(key, literal(&usual)), Setting::here(&keys::NUMBER, number)]
        }
        LayoutValue::Line if !new.contains('\n') => {
            // Without a bullet the entry would read as a paragraph but stay an entry for cento.
            let is_gone = key.name == keys::BULLET.name && new.trim().is_empty();
            if is_gone { Vec::new() } else { vec![Setting::new(key, literal(new))] }
        }
        LayoutValue::Text if side == Side::Close => {
            // Where an entry is wrapped right after its label, the space after the label becomes a line
            // break.
            let start = new.strip_suffix(' ').filter(|start| start.contains('\n'));
            let label = start.map(|start| format!("{}{start}", other_side(persona, at, piece)));
            label.map(|label| Setting::here(key, literal(&label))).into_iter().collect()
        }
        LayoutValue::Text => {
            // A label that reads as another force is a change of force, not of layout.
            let force = Force::ALL.into_iter().find(|(name, _)| *name == key.name).map(|(_, force)| force);
            let is_other = force_labels::of_label(new).is_some_and(|other| Some(other) != force)
                || force.is_some_and(|force| Sense::of(new).against(force).is_some())
                || struck::strikes(std::iter::once(new));
            // A label with line breaks is particular to one entry.
            let setting = if new.contains('\n') { Setting::here } else { Setting::new };
            if is_other { Vec::new() } else { vec![setting(key, literal(new))] }
        }
        _ => Vec::new(),
    }
}

/// Returns the text that the same setting prints on the other side of the words.
fn other_side<'p>(persona: &'p BuiltPersona<'_>, at: usize, own: PieceLayout<'_>) -> &'p str {
    let pieces = persona.document.pieces();
    let is_of = |piece: &&Piece<'_>| {
        piece.layout.is_some_and(|layout| layout.key.name == own.key.name && layout.place == own.place)
    };
    let other = match own.side {
        Side::Close => pieces[..at].iter().rev().find(is_of),
        Side::Open | Side::Whole => pieces[at + 1..].iter().find(is_of),
    };
    let other = other.filter(|piece| piece.layout.is_some_and(|layout| layout.side != own.side));
    other.map_or("", |piece| &persona.document.text()[piece.range.clone()])
}

/// Proposes a setting for each scope: the narrowest first, or the document first if the same edit occurs
/// elsewhere.
fn placed(persona: &BuiltPersona<'_>, setting: &Setting, place: &str, is_repeated: bool) -> Vec<Proposal> {
    let mut places: Vec<&str> = address::enclosing(place).filter(|at| !at.is_empty()).collect();
    match setting.scope {
        Scope::Document => places = vec![""],
        Scope::Place => places.truncate(1),
        Scope::Lists => drop(places.splice(..places.len().min(1), [])),
        Scope::Anywhere => {}
    }
    // A setting of the document also applies to later occurrences.
    if is_repeated && matches!(setting.scope, Scope::Anywhere | Scope::Lists) {
        places.push("");
        places.reverse();
    }
    let propose = |place: &str| Proposal::layout(persona, place, setting.key.name, &setting.value);
    places.into_iter().map(propose).collect()
}
