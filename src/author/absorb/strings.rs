//! Proposals for edited words: in the string that holds them, or as an override in the profile.

use super::additions::uncapitalized;
use super::change::Change;
use super::home::FileEdits;
use super::hunks::Sort;
use super::proposal::{Edit, Proposal};
use crate::compose::Origin;
use crate::model::grammar::Entry;
use crate::model::{Address, Block, Choice, Claim, Datum, Level, Part, Text, fold, layout_keys as keys};
use crate::render::{Attribution, Piece};
use crate::source::edit::{self, SourceEdit, entry, entry_tables, literal, literal_like};
use crate::trial::BuiltPersona;

/// A string, and the pieces of the persona that it prints.
struct Written<'a> {
    text: &'a Text,
    claim: &'a Claim,
    pieces: Vec<&'a Piece<'a>>,
}

/// A change of part of a string's value.
struct Splice {
    start: usize,
    end: usize,
    new: String,
}

/// Returns the strings that print the text at the changes.
fn touched<'a>(persona: &'a BuiltPersona<'a>, changes: &[Change]) -> Vec<Written<'a>> {
    let mut found: Vec<Written<'a>> = Vec::new();
    let pieces = persona.document.pieces();
    for change in changes.iter().filter(|change| !is_value(persona, change)) {
        let from = pieces.partition_point(|piece| piece.range.end < change.start);
        for piece in pieces[from..].iter().take_while(|piece| piece.range.start <= change.end) {
            let (Some((text, _)), Attribution::From(_, Origin::Claim(claim))) =
                (piece.written, piece.attribution)
            else {
                continue;
            };
            if !found.iter().any(|written| std::ptr::eq(written.text, text)) {
                let is_of =
                    |piece: &&Piece<'_>| piece.written.is_some_and(|(other, _)| std::ptr::eq(other, text));
                found.push(Written { text, claim, pieces: pieces.iter().filter(is_of).collect() });
            }
        }
    }
    found
}

/// Returns whether a change lies within a value that a template filled in. Such a change belongs to the
/// field.
fn is_value(persona: &BuiltPersona<'_>, change: &Change) -> bool {
    let pieces = persona.document.pieces();
    let at = pieces.partition_point(|piece| piece.range.end <= change.start);
    let Some(piece) = pieces.get(at).filter(|_| change.start < change.end) else { return false };
    let is_within = piece.range.start <= change.start && change.end <= piece.range.end;
    let is_field = matches!(piece.attribution, Attribution::From(address, _) if Address::parse(address).field().is_some());
    is_within && is_field && piece.written.is_none()
}

impl Written<'_> {
    /// Returns the range of the persona's text that the string prints.
    fn range(&self) -> std::ops::Range<usize> {
        let first = self.pieces.first().map_or(0, |piece| piece.range.start);
        first..self.pieces.last().map_or(first, |piece| piece.range.end)
    }

    /// Converts an offset in the persona's text to one in the string's value.
    fn offset(&self, at: usize) -> Option<usize> {
        let piece = self.pieces.iter().find(|piece| piece.range.start <= at && at <= piece.range.end)?;
        let (_, start) = piece.written?;
        let within = at - piece.range.start;
        // A line break is one byte in the value but two in a persona with CRLF.
        let is_break = piece.range.len() == 2 && self.text.value[start..].starts_with('\n');
        Some(start + if is_break { within.min(1) } else { within })
    }

    /// Converts a change of the persona's text to a change of the value. A placeholder in the changed range
    /// stays a placeholder; it is deleted only together with all text around it.
    fn splice(&self, text: &str, change: &Change, indent: &str) -> Option<Splice> {
        let (start, end) = (self.offset(change.start)?, self.offset(change.end)?);
        let is_line_start = change.start == 0 || text[..change.start].ends_with('\n');
        let mut new = unindented(&change.new, indent, is_line_start && start > 0);
        if start > end || end > self.text.value.len() {
            return None;
        }
        let is_gone = new.trim().is_empty();
        let mut from = 0;
        for (raw, shown) in self.filled(text).filter(|(raw, _)| start <= raw.start && raw.end <= end) {
            match find_words(&new, from, shown) {
                Some(at) => {
                    new.replace_range(at..at + shown.len(), &self.text.value[raw.clone()]);
                    from = at + raw.len();
                }
                None if is_gone && !shown.is_empty() => {}
                None => return None,
            }
        }
        Some(Splice { start, end, new })
    }

    /// Returns the placeholders in the value, each with the text that replaces it in the persona.
    fn filled<'p>(&'p self, text: &'p str) -> impl Iterator<Item = (std::ops::Range<usize>, &'p str)> {
        self.pieces.windows(2).filter_map(|pair| {
            let (before, after) = (pair[0].written?.1, pair[1].written?.1);
            let is_break = self.text.value[before..].starts_with('\n');
            let raw = before + if is_break { 1 } else { pair[0].range.len() }..after;
            (!raw.is_empty()).then(|| (raw, &text[pair[0].range.end..pair[1].range.start]))
        })
    }

    /// Returns the indents that the entry's continuation lines may have.
    fn indents(&self, persona: &BuiltPersona<'_>) -> Vec<String> {
        let text = persona.document.text();
        let mut indents = Vec::new();
        for pair in self.pieces.windows(2) {
            let between = &text[pair[0].range.end..pair[1].range.start];
            if !between.is_empty() && between.trim().is_empty() {
                indents.push(between.to_owned());
            }
        }
        indents.push(bullet_width(persona, self.range().start));
        indents.push(String::new());
        indents.dedup();
        indents
    }
}

/// Returns spaces as wide as the bullet or other markup that begins the line.
fn bullet_width(persona: &BuiltPersona<'_>, at: usize) -> String {
    let (text, pieces) = (persona.document.text(), persona.document.pieces());
    let line = text[..at].rfind('\n').map_or(0, |at| at + 1);
    let first = pieces.partition_point(|piece| piece.range.end <= line);
    let markup = pieces[first..].iter().take_while(|piece| piece.range.end <= at);
    // The indent of an entry above comes before the bullet.
    let is_bullet = |piece: &&Piece<'_>| {
        let key = piece.layout.map(|layout| layout.key.name);
        [keys::BULLET.name, keys::STEP.name].map(Some).contains(&key)
    };
    let bullet = markup.clone().find(is_bullet).or_else(|| markup.clone().next());
    let bullet = bullet.map(|bullet| &text[line..bullet.range.end]);
    " ".repeat(bullet.map_or(0, |bullet| bullet.trim_start_matches('\n').chars().count()))
}

/// Finds whole words in a text, starting at an offset.
fn find_words(text: &str, from: usize, words: &str) -> Option<usize> {
    let is_part = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    let (first, last) = (words.chars().next()?, words.chars().next_back()?);
    text[from..].match_indices(words).map(|(at, _)| from + at).find(|at| {
        let (before, after) = (text[..*at].chars().next_back(), text[at + words.len()..].chars().next());
        !(first.is_alphanumeric() && is_part(before) || last.is_alphanumeric() && is_part(after))
    })
}

/// Removes the indent from the lines of a text.
fn unindented(text: &str, indent: &str, first_too: bool) -> String {
    let strip = |line: &str| line.strip_prefix(indent).unwrap_or(line).to_owned();
    let lines = text.split('\n').enumerate();
    let lines: Vec<String> =
        lines.map(|(at, line)| if at > 0 || first_too { strip(line) } else { line.to_owned() }).collect();
    lines.join("\n").replace("\r\n", "\n")
}

/// Returns the sets of changes to try: for words, all at once and each alone; for lines, each with its
/// equivalents at neighbouring line breaks.
fn series(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Vec<Change>> {
    let text = persona.document.text();
    let all: Vec<Change> = edit.pending().map(|index| edit.change(index)).collect();
    match edit.group.sort {
        Sort::Words if all.len() > 1 => {
            let each = all.iter().map(|change| vec![change.clone()]).collect::<Vec<_>>();
            [all].into_iter().chain(each).collect()
        }
        Sort::Words => vec![all],
        Sort::Lines => all.iter().flat_map(|change| change.slides(text)).map(|change| vec![change]).collect(),
    }
}

/// Proposes edits of the strings that print the changed text.
pub(super) fn edited(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for changes in series(persona, edit) {
        for written in touched(persona, &changes) {
            let range = written.range();
            // A label or reason was removed together with its markup.
            if changes.iter().any(|change| change.start <= range.start && range.end <= change.end) {
                proposals.extend(emptied(persona, &written));
            }
            for value in values(persona, &written, &changes) {
                if value.trim().is_empty() {
                    proposals.extend(emptied(persona, &written));
                    continue;
                }
                let edits = persona.spliced(agreeing(persona, &written, &value));
                proposals.push(Proposal::new(edits, description(&written)));
            }
            proposals.extend(indented(persona, &written, &changes));
        }
        proposals.extend(decided(persona, &changes));
    }
    proposals
}

/// Proposes a string with a line break and the `indent` of its continuation lines, where the profile sets
/// another indent. The other lines of the string keep their place: what their indent loses, the string gains.
fn indented(persona: &BuiltPersona<'_>, written: &Written<'_>, changes: &[Change]) -> Vec<Proposal> {
    let place = written.claim.address.as_str();
    let line = changes.iter().flat_map(|change| change.new.split('\n').skip(1)).next();
    let set = persona.composition.persona.layout.nearest(place, keys::INDENT.name);
    let (Some(line), Some(old)) = (line, set.and_then(|set| set.datum.as_str())) else {
        return Vec::new();
    };
    let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
    let extra = old.strip_prefix(indent);
    // A break at the end of a string is not printed.
    if extra.is_none() && written.text.value.trim_end().contains('\n') {
        return Vec::new();
    }
    let propose = |value: String| {
        let edits = persona.spliced(agreeing(persona, written, &value));
        Proposal::new(edits, description(written)).and_layout(
            persona,
            place,
            keys::INDENT.name,
            &literal(indent),
        )
    };
    value(persona, written, changes, indent, extra.unwrap_or_default()).into_iter().map(propose).collect()
}

/// Returns the values that the string may have after the changes.
fn values(persona: &BuiltPersona<'_>, written: &Written<'_>, changes: &[Change]) -> Vec<String> {
    let indents = written.indents(persona).into_iter();
    let mut values: Vec<String> =
        indents.flat_map(|indent| value(persona, written, changes, &indent, "")).collect();
    values.dedup();
    values
}

/// Returns the values that the string may have if its continuation lines have this indent. Those that do not change get
/// `extra` spaces of their own.
fn value(
    persona: &BuiltPersona<'_>,
    written: &Written<'_>,
    changes: &[Change],
    indent: &str,
    extra: &str,
) -> Vec<String> {
    let text = persona.document.text();
    let within =
        |change: &&Change| written.offset(change.start).is_some() && written.offset(change.end).is_some();
    let splices: Option<Vec<Splice>> =
        changes.iter().filter(within).map(|change| written.splice(text, change, indent)).collect();
    let mut splices = splices.unwrap_or_default();
    if splices.is_empty() {
        return Vec::new();
    }
    let mut value = written.text.value.clone();
    if !extra.is_empty() {
        let is_kept = |at: &usize| !splices.iter().any(|splice| splice.start < *at && *at <= splice.end);
        let is_line = |at: &usize| value[*at..].starts_with(|letter| letter != '\n');
        let lines = value.match_indices('\n').map(|(at, _)| at + 1).filter(|at| is_line(at) && is_kept(at));
        let extras: Vec<Splice> =
            lines.map(|at| Splice { start: at, end: at, new: extra.to_owned() }).collect();
        splices.extend(extras);
        splices.sort_by_key(|splice| splice.start);
    }
    for splice in splices.iter().rev() {
        value.replace_range(splice.start..splice.end, &splice.new);
    }
    cased(persona, written, value)
}

/// Returns the value in lower case first, where the renderer capitalizes the beginning of a rule.
fn cased(persona: &BuiltPersona<'_>, written: &Written<'_>, value: String) -> Vec<String> {
    let shown = persona.document.text()[written.range()].chars().next();
    let is_rule = matches!(written.claim.block().map(|block| block.part), Some(Part::Rule(_)));
    if !is_rule || shown == written.text.value.chars().next() {
        return vec![value];
    }
    let lower = uncapitalized(&value);
    if lower == value { vec![value] } else { vec![lower, value] }
}

/// Returns the strings of a block with their keys.
fn parts(block: &Block) -> [(Entry, Option<&Text>); 3] {
    [(Entry::Text, Some(&block.text)), (Entry::Label, block.label.as_ref()), (Entry::Why, block.why.as_ref())]
}

/// Returns the key that holds a string in its entry.
fn part_of(written: &Written<'_>) -> Entry {
    let parts = written.claim.block().map(parts).into_iter().flatten();
    let own = parts.into_iter().find(|(_, text)| text.is_some_and(|text| std::ptr::eq(text, written.text)));
    own.map_or(Entry::Text, |(key, _)| key)
}

fn description(written: &Written<'_>) -> String {
    format!("the {} of `{}`", part_of(written).name(), written.claim.address)
}

/// Returns the splices that set a string, and the equal strings of other sources at its address.
fn agreeing(
    persona: &BuiltPersona<'_>,
    written: &Written<'_>,
    value: &str,
) -> Vec<(crate::model::Span, String)> {
    let sources = &persona.library.sources;
    let mut splices = Vec::new();
    let mut change = |text: &Text| splices.push((text.span, literal_like(value, sources.text(text.span))));
    change(written.text);
    let key = part_of(written);
    let decision = persona.composition.decisions.get(written.claim.address.as_str());
    // With `keep = "both"`, the other texts are printed on their own and are edited there.
    for claim in decision.into_iter().flat_map(|decision| decision.worded_alike()) {
        let part = claim.block().map(parts).into_iter().flatten().find(|(name, _)| *name == key);
        if let Some((_, Some(text))) = part
            && !std::ptr::eq(text, written.text)
            && fold(&text.value) == fold(&written.text.value)
        {
            change(text);
        }
    }
    splices
}

/// Proposes to remove a label or reason that is now empty.
fn emptied(persona: &BuiltPersona<'_>, written: &Written<'_>) -> Option<Proposal> {
    let key = part_of(written);
    if key == Entry::Text {
        return None;
    }
    let mut edits = FileEdits::default();
    let decision = persona.composition.decisions.get(written.claim.address.as_str())?;
    for claim in decision.emitted().chain(decision.worded_alike()) {
        let home = persona.home(claim)?;
        edits.add(&home.path, [SourceEdit::remove(&home.keys(), key.name())]);
        let text = edit::lone_text(persona.library.sources.text(claim.span), key.name());
        edits.add(&home.path, text.map(|text| SourceEdit::set(&home.tables, &home.key, text)));
    }
    Some(Proposal::new(edits, format!("the {} of `{}` removed", key.name(), written.claim.address)))
}

/// Proposes to edit the `set` value of a resolution.
fn decided(persona: &BuiltPersona<'_>, changes: &[Change]) -> Vec<Proposal> {
    let text = persona.document.text();
    let mut proposals = Vec::new();
    for change in changes {
        let touches = |piece: &&Piece<'_>| piece.range.start <= change.end && change.start <= piece.range.end;
        for piece in persona.document.pieces().iter().filter(touches) {
            let Attribution::From(address, Origin::Resolution(_, resolution)) = piece.attribution else {
                continue;
            };
            let Choice::Set(set) = &resolution.choice else { continue };
            let Datum::String(value) = &set.value else { continue };
            let lead = value.len() - value.trim_start_matches('\n').len();
            let shown: String = text[piece.range.clone()].to_owned();
            let Some(at) = value[lead..].find(&shown).map(|at| at + lead) else { continue };
            let Some(new) = change.applied(text, piece.range.clone()) else { continue };
            let mut indents = vec![bullet_width(persona, piece.range.start), String::new()];
            indents.dedup();
            for indent in indents {
                let new = unindented(&new, &indent, false);
                let value = format!("{}{new}{}", &value[..at], &value[at + shown.len()..]);
                let raw = literal_like(&value, persona.library.sources.text(set.span));
                proposals.push(Proposal::new(
                    persona.spliced(vec![(set.span, raw)]),
                    format!("what the decision about `{address}` sets"),
                ));
            }
        }
    }
    proposals
}

/// Proposes entries of the profile that override those of fragments.
pub(super) fn overridden(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for changes in series(persona, edit) {
        for written in touched(persona, &changes) {
            if written.claim.source == persona.profile() || written.claim.level == Level::Locked {
                continue;
            }
            for value in shown_values(persona, &written, &changes) {
                proposals.extend(own_entry(persona, &written, &value, edit.reason));
            }
        }
    }
    proposals
}

/// Returns the values that an override in the profile may have for the persona to show the changes.
fn shown_values(persona: &BuiltPersona<'_>, written: &Written<'_>, changes: &[Change]) -> Vec<String> {
    if !is_filled(persona, written.claim) {
        return values(persona, written, changes);
    }
    let text = persona.document.text();
    let range = written.range();
    let mut shown = text[range.clone()].to_owned();
    for change in changes.iter().rev() {
        if change.start < range.start || change.end > range.end {
            continue;
        }
        shown.replace_range(change.start - range.start..change.end - range.start, &change.new);
    }
    let indents = written.indents(persona).into_iter();
    indents.flat_map(|indent| cased(persona, written, unindented(&shown, &indent, false))).collect()
}

/// Returns whether a claim is in a template but the profile is not one, so placeholders would not be filled
/// there.
fn is_filled(persona: &BuiltPersona<'_>, claim: &Claim) -> bool {
    persona.library.is_template(claim.source) && !persona.composition.profile.template
}

fn own_entry(persona: &BuiltPersona<'_>, written: &Written<'_>, value: &str, reason: &str) -> Vec<Proposal> {
    let claim = written.claim;
    let Some(block) = claim.block().filter(|_| !value.trim().is_empty()) else { return Vec::new() };
    let key = part_of(written);
    let mut fields: Vec<(Entry, String)> = Vec::new();
    for (name, text) in [parts(block)[1], parts(block)[0], parts(block)[2]] {
        let Some(text) = text else { continue };
        let text = if name == key { value.to_owned() } else { profile_text(persona, claim, text) };
        fields.push((name, literal(&text)));
    }
    fields.extend(block.about.as_ref().map(|about| (Entry::About, literal(&about.value))));
    fields.extend(block.under.as_ref().map(|under| (Entry::Under, literal(&under.value))));
    fields.extend(placement(persona, claim));
    let tables = entry_tables(persona.profile(), claim.address.parent(), block.part);
    let (id, entry) = (claim.address.id(), entry(&fields));
    let insertion = SourceEdit::insert(&tables, edit::Place::Last, id, entry);
    let what = format!("`{}`, overridden in the profile", claim.address);
    Proposal::replacing(persona, &insertion, (claim.address.as_str(), reason), &what).into()
}

/// Returns the value that a string of a claim would need in the profile.
fn profile_text(persona: &BuiltPersona<'_>, claim: &Claim, text: &Text) -> String {
    if !is_filled(persona, claim) {
        return text.value.clone();
    }
    let pieces = persona.document.pieces().iter();
    let own: Vec<&Piece<'_>> =
        pieces.filter(|piece| piece.written.is_some_and(|(other, _)| std::ptr::eq(other, text))).collect();
    match (own.first(), own.last()) {
        (Some(first), Some(last)) => persona.document.text()[first.range.start..last.range.end].to_owned(),
        _ => text.value.clone(),
    }
}

/// Returns the band and anchors of a claim, for an entry that replaces it.
fn placement(persona: &BuiltPersona<'_>, claim: &Claim) -> Vec<(Entry, String)> {
    let sources = &persona.library.sources;
    let mut fields = Vec::new();
    if let Some((_, span)) = claim.placement.band {
        fields.push((Entry::Band, sources.text(span).to_owned()));
    }
    for (key, anchors) in [(Entry::Before, &claim.placement.before), (Entry::After, &claim.placement.after)] {
        if !anchors.is_empty() {
            let anchors: Vec<&str> = anchors.iter().map(|anchor| sources.text(anchor.span)).collect();
            fields.push((key, format!("[{}]", anchors.join(", "))));
        }
    }
    let mut anchors = claim.placement.before.iter().chain(&claim.placement.after);
    if let Some(directly) = anchors.find_map(|anchor| anchor.directly) {
        fields.push((Entry::Directly, directly.to_string()));
    }
    fields
}
