//! Reads rules back: checks that a reader of an output finds the composed force of each rule.
//!
//! The words before the text of a rule are read with the lexicon of `import`, whichever setting put them there: labels,
//! bullets, gaps, and the heading or line above the list.

mod above;
mod findings;
mod items;
mod known;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::RwLockReadGuard;

use self::above::{Above, Place};
use self::findings::dismissed;
pub(in crate::check) use self::known::KnownLines;
use self::known::{Lead, Lines};
use crate::compose::Composition;
use crate::model::grammar::{Config, Style as StyleKey};
use crate::model::{
    Address, Diagnostic, Force, Library, Severity, Span, Style, address, layout_keys as keys,
};
use crate::render::{Attribution, Document, ListEntry, Piece};
use crate::text::force_labels::{
    Fit, above_labels, against_label, contradiction, fit, of_label, opening, phrases, stated,
};
use crate::text::label_sense::{Sense, changed, dismisses};
use crate::text::{forces, struck};

/// Reports rules that read as a different force, or as none.
pub(super) fn check<'a>(
    library: &Library,
    composition: &Composition<'a>,
    document: &Document<'a>,
    known_lines: &KnownLines,
) -> Vec<Diagnostic> {
    let known = known_lines.read();
    let (above, seen) = (Above::default(), BTreeSet::new());
    let (labels, new) = (BTreeMap::new(), Lines::default());
    let (obeyed, negates) = (BTreeSet::new(), None);
    let mut reader =
        Reader { library, composition, document, above, known, new, labels, obeyed, negates, seen };
    let (mut findings, mut negating) = (Vec::new(), BTreeMap::new());
    let mut at = 0;
    for entry in document.entries() {
        reader.above.read(document.text(), at..entry.range.start);
        let line = document.text()[at..entry.text.start].rfind(['\n', '\r']).map_or(at, |end| at + end + 1);
        let line = line.min(entry.range.start);
        if let Some(force) = entry.force {
            let finding = reader.rule(entry, force, line);
            if let Some((words, line)) = reader.negates.take() {
                // The same words above another list are not reported again.
                let known = negating
                    .entry(words)
                    .or_insert_with(|| (finding.as_ref().map(|_| findings.len()), Vec::new()));
                known.1.push(line);
            }
            findings.extend(finding);
        } else {
            findings.extend(reader.item(entry, line));
            // An entry that is not a rule has the force of the line above it.
            let above = reader.stated_above().map(|line| line.place.start);
            reader.obeyed.extend(above);
        }
        at = entry.range.end;
    }
    // Above rules of its own force too, it may introduce only those.
    for (at, lines) in negating.into_values() {
        let finding = at.and_then(|at: usize| findings.get_mut(at));
        if let Some(finding) = finding.filter(|_| lines.iter().all(|line| reader.obeyed.contains(line))) {
            finding.severity = Severity::Warning;
        }
    }
    let Reader { known, new, .. } = reader;
    drop(known);
    known_lines.add(new);
    findings
}

/// What a piece before the text of a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The label of its force.
    Force,
    /// The label of the entry.
    Label,
    /// A bullet, gap or anything else.
    Other,
}

struct Reader<'c, 'a> {
    library: &'c Library,
    composition: &'c Composition<'a>,
    document: &'c Document<'a>,
    above: Above,
    /// Lines that were read in other personas, and those that were not.
    known: RwLockReadGuard<'c, Lines>,
    new: Lines,
    /// What labels of rules state. Most of them repeat.
    labels: BTreeMap<&'c str, (Option<Force>, Sense)>,
    /// Where lines begin that state the force of an entry below them, or one close to it.
    obeyed: BTreeSet<usize>,
    /// The line that obliges above the rule just read, which forbids: where its words are written, and where it begins.
    negates: Option<((Option<Span>, usize), usize)>,
    /// What was reported: one finding for each place, force and reading.
    seen: BTreeSet<(Span, usize, Option<usize>, bool)>,
}

/// Words that a reader takes for a force, and where they are.
struct Reading {
    force: Force,
    place: Place,
}

impl<'c, 'a> Reader<'c, 'a> {
    /// Reads a rule whose line begins at `start`.
    fn rule(&mut self, entry: &ListEntry<'a>, force: Force, start: usize) -> Option<Diagnostic> {
        let above = self.stated_above();
        if let Some(line) = above.as_ref().filter(|line| fit(line.force, force) == Fit::Close) {
            self.obeyed.insert(line.place.start);
        }
        let key = known::key(self.document, entry, force, start);
        let mut qualified = None;
        if !self.known.of_rules.contains(&key) {
            match self.line(entry, force, start) {
                ControlFlow::Continue(None) => drop(self.new.of_rules.insert(key)),
                ControlFlow::Continue(label) => qualified = label,
                ControlFlow::Break(finding) => return finding,
            }
        }
        if let Some(place) = self.dismissed_above() {
            return self.misread(entry, force, Reading { force: dismissed(force), place });
        }
        if qualified.is_some() {
            return self.unreadable(entry, force, qualified);
        }
        // A heading that states another force contradicts the label below it.
        let above = above?;
        let fit = fit(above.force, force);
        if fit == Fit::Negated {
            let written = self.origin(&above.place, force).map(|(span, _)| span);
            self.negates = Some(((written, force as usize), above.place.start));
        }
        (fit != Fit::Close).then(|| self.misread(entry, force, above))?
    }

    /// Reads the line of a rule alone. Returns its label if that attaches a condition to the force, and breaks with the
    /// finding if the line states no force, or another one. The result depends only on what [`known::key`] covers.
    fn line(
        &mut self,
        entry: &ListEntry<'a>,
        force: Force,
        start: usize,
    ) -> ControlFlow<Option<Diagnostic>, Option<Place>> {
        let segments = self.segments(start, entry.text.start);
        let text = self.document.text();
        if let Some(place) = self.struck(start, entry) {
            return ControlFlow::Break(self.concealed(entry, force, place));
        }
        // The whole line, as `import` reads it.
        let mut labels = segments.iter().filter(|(kind, _)| *kind == Kind::Label).map(|(_, place)| place.end);
        let content = labels.next_back().unwrap_or(start);
        let line = text[content..entry.range.end].trim_start_matches(is_mark);
        let imported = || forces::label(line).map(|(force, _)| force);
        let label = segments.iter().find(|(kind, _)| *kind == Kind::Force).map(|(_, place)| place.clone());
        let label = label.filter(|place| !text[place.clone()].trim().is_empty());
        let (read, sense) = match &label {
            Some(place) => {
                let label = &text[place.clone()];
                let read = || (of_label(label), Sense::of(&struck::without_comments(label)));
                self.labels.entry(label).or_insert_with(read).clone()
            }
            None => (None, Sense::default()),
        };
        let own = label.as_ref().and_then(|_| read.or_else(imported));
        if let (Some(read), Some(place)) = (own, &label)
            && read != force
        {
            return ControlFlow::Break(self.misread(
                entry,
                force,
                Reading { force: read, place: place.clone() },
            ));
        }
        // All of its words, as a page shows them.
        if let (Some(read), Some(place)) = (sense.against(force), &label) {
            return ControlFlow::Break(self.misread(
                entry,
                force,
                Reading { force: read, place: place.clone() },
            ));
        }
        // The other words on the line, before and after the text.
        let of_pattern =
            self.document.pieces_in(&(start..entry.text.start)).filter(|piece| piece.layout.is_some());
        let of_pattern = of_pattern.filter(|piece| kind(piece) == Kind::Label);
        let of_pattern: Vec<_> = of_pattern.map(|piece| (Kind::Label, piece.range.clone())).collect();
        let others = segments.into_iter().filter(|(kind, _)| *kind != Kind::Force).chain(of_pattern);
        let behind = self.segments(entry.text.end, entry.range.end).into_iter();
        let behind = behind.filter(|(kind, _)| *kind == Kind::Other);
        for (kind, place) in others.chain(behind) {
            if let Some(reading) = self.contradiction(kind, place, force) {
                return ControlFlow::Break(self.misread(entry, force, reading));
            }
        }
        if let Some(reading) = self.pattern(start, entry, force) {
            return ControlFlow::Break(self.misread(entry, force, reading));
        }
        if let Some(reading) = self.text(entry, force, own.is_some()) {
            return ControlFlow::Break(self.misread(entry, force, reading));
        }
        if let Some(read) = own.and_then(|_| imported()).filter(|read| *read != force) {
            let label = label.unwrap_or(entry.text.clone()).start;
            // The label itself states the right force, so the words before it do not matter.
            let is_before = !text[start..label].trim_matches(is_mark).is_empty();
            let place = if is_before { start..label } else { label..entry.text.start };
            return ControlFlow::Break(self.misread(entry, force, Reading { force: read, place }));
        }
        let words = &text[entry.text.clone()];
        let states_itself = || {
            opening(words).is_some_and(|opening| opening.force == force)
                || forces::own_label(words, force).is_some()
        };
        if own.is_none() && !states_itself() {
            return ControlFlow::Break(self.by_context(entry, force, label));
        }
        ControlFlow::Continue(label.filter(|_| sense.is_qualified))
    }

    /// The layout that strikes out or hides words of a rule's line.
    fn struck(&self, start: usize, entry: &ListEntry<'a>) -> Option<Place> {
        let text = self.document.text();
        let is_layout = |piece: &&Piece<'a>| piece.layout.is_some();
        let is_before = |piece: &&Piece<'a>| piece.range.start < entry.text.start;
        let is_around = |piece: &&Piece<'a>| {
            is_before(piece) || piece.layout.is_some_and(|layout| layout.key.name == keys::SENTENCE.name)
        };
        let places: Vec<Place> = self
            .document
            .pieces_in(&(start..entry.range.end))
            .filter(|piece| is_layout(piece) && is_around(piece))
            .map(|piece| piece.range.start.max(start)..piece.range.end)
            .collect();
        struck::strikes(places.iter().map(|place| &text[place.clone()])).then_some(())?;
        let strikes = |place: &Place| text[place.clone()].contains(['~', '<', '[', '\u{336}']);
        places.iter().find(|place| strikes(place)).or(places.first()).cloned()
    }

    /// The force that words of the layout around a rule leave to it.
    fn pattern(&self, start: usize, entry: &ListEntry<'a>, force: Force) -> Option<Reading> {
        let text = self.document.text();
        let is_pattern = |piece: &Piece<'a>| match piece.layout {
            Some(layout) if layout.key.name == keys::SENTENCE.name => true,
            Some(_) => piece.range.end <= entry.text.start && kind(piece) != Kind::Force,
            None => false,
        };
        self.document.pieces_in(&(start..entry.range.end)).filter(|piece| is_pattern(piece)).find_map(
            |piece| {
                let place = piece.range.start.max(start)..piece.range.end;
                text[place.clone()].contains(char::is_alphabetic).then_some(())?;
                let is_behind = place.start >= entry.text.end;
                let force = changed(&struck::without_comments(&text[place.clone()]), force, is_behind)?;
                Some(Reading { force, place })
            },
        )
    }

    /// The force that the nearest line above the list states, if it states one.
    fn stated_above(&mut self) -> Option<Reading> {
        let place = self.above.lines().next()?.clone();
        let (force, range) = self.lead(&place).stated.clone()?;
        Some(Reading { force, place: place.start + range.start..place.start + range.end })
    }

    /// The nearest line above the list, if it dismisses the rules below it.
    fn dismissed_above(&mut self) -> Option<Place> {
        let place = self.above.lines().next()?.clone();
        self.lead(&place).dismisses.then_some(place)
    }

    /// The forces that a line above rules states.
    fn lead(&mut self, place: &Place) -> &Lead {
        let line = &self.document.text()[place.clone()];
        match self.known.above.get(line) {
            Some(lead) => lead,
            None => {
                let read = || Lead { stated: above_labels(line), dismisses: dismisses(line) };
                self.new.above.entry(line.to_owned()).or_insert_with(read)
            }
        }
    }

    /// Reads a rule whose own line states no force in the context of the lines above it.
    fn by_context(
        &mut self,
        entry: &ListEntry<'a>,
        force: Force,
        label: Option<Place>,
    ) -> Option<Diagnostic> {
        let text = self.document.text();
        let read = self.above.lines().find_map(|place| {
            let mut readings = self.states(place);
            let is_only = readings.len() == 1;
            let at = readings.iter().position(|reading| reading.force == force).unwrap_or(0);
            (at < readings.len()).then(|| (place.clone(), is_only, readings.swap_remove(at)))
        });
        let Some((line, is_only, reading)) = read else { return self.unreadable(entry, force, label) };
        if reading.force != force {
            return self.misread(entry, force, reading);
        }
        if struck::strikes(std::iter::once(&text[line.clone()])) {
            return self.concealed(entry, force, line);
        }
        let sense = Sense::of(&struck::without_comments(&text[line.clone()]));
        let against = sense.against(force).filter(|_| is_only)?;
        self.misread(entry, force, Reading { force: against, place: line })
    }

    /// The forces that a line states for the unlabelled rules below it, in its phrases or in its first words.
    fn states(&self, place: &Place) -> Vec<Reading> {
        let line = &self.document.text()[place.clone()];
        let found: Vec<Reading> = phrases(line)
            .filter_map(|(at, phrase)| {
                let start = place.start + at;
                Some(Reading { force: stated(phrase)?.force, place: start..start + phrase.len() })
            })
            .collect();
        if !found.is_empty() {
            return found;
        }
        let is_label = self.document.pieces_in(place).any(|piece| kind(piece) == Kind::Force);
        let introduces = is_label || line.trim_end_matches(['*', '_', ' ']).ends_with(':');
        let opening = opening(line).filter(|_| introduces);
        opening.map(|opening| Reading { force: opening.force, place: place.clone() }).into_iter().collect()
    }

    /// Words before or after a rule that state another force than its own.
    fn contradiction(&self, kind: Kind, place: Place, force: Force) -> Option<Reading> {
        let text = &self.document.text()[place.clone()];
        let found = match kind {
            Kind::Label => against_label(text, force),
            _ => above_labels(text).filter(|(read, _)| *read != force),
        };
        let (force, range) = found?;
        Some(Reading { force, place: place.start + range.start..place.start + range.end })
    }

    /// The words of another force at the beginning of a rule's text.
    fn text(&self, entry: &ListEntry<'a>, force: Force, is_labelled: bool) -> Option<Reading> {
        let text = &self.document.text()[entry.text.clone()];
        let opening = contradiction(text, force, is_labelled)?;
        let at = text.find(opening.words).unwrap_or(0);
        let start = entry.text.start + at;
        Some(Reading { force: opening.force, place: start..start + opening.words.len() })
    }

    /// The pieces of a range by kind, those of one kind together.
    fn segments(&self, start: usize, end: usize) -> Vec<(Kind, Place)> {
        let mut segments: Vec<(Kind, Place)> = Vec::new();
        for piece in self.document.pieces_in(&(start..end)) {
            let place = piece.range.start.max(start)..piece.range.end.min(end);
            match segments.last_mut() {
                Some((last, before)) if *last == kind(piece) && *last != Kind::Other => {
                    before.end = place.end
                }
                _ => segments.push((kind(piece), place)),
            }
        }
        segments
    }

    /// Where the words at a place are written; nothing for the built-in layout.
    fn origin(&self, place: &Place, force: Force) -> Option<(Span, String)> {
        let written = self.document.pieces_in(place).filter_map(|piece| {
            let length = piece.range.end.min(place.end).saturating_sub(piece.range.start.max(place.start));
            Some((length, self.piece_origin(piece, force)?))
        });
        written.max_by_key(|(length, _)| *length).map(|(_, origin)| origin)
    }

    fn piece_origin(&self, piece: &Piece<'a>, force: Force) -> Option<(Span, String)> {
        let Attribution::From(address, origin) = piece.attribution else { return None };
        let is_style =
            kind(piece) == Kind::Force && !matches!(Address::parse(address), Address::Layout { .. });
        if !is_style {
            return Some((origin.span(), address.to_owned()));
        }
        let (name, style) = self.style(address)?;
        Some((
            style.label_span(force)?,
            address::place([Config::Styles.name(), name, StyleKey::Labels.name(), force.name()]),
        ))
    }

    /// The style of the section of an address, with its name.
    fn style(&self, address: &str) -> Option<(&str, &Style)> {
        let kind = address::section(address);
        let section = self.composition.persona.sections.iter().find(|section| section.kind == kind)?;
        let styles = &self.library.config.styles;
        let (name, style) = styles.iter().find(|(_, style)| std::ptr::eq(*style, section.style))?;
        Some((name, style))
    }
}

/// What a piece before the text of an entry is.
fn kind(piece: &Piece<'_>) -> Kind {
    match piece.layout {
        Some(layout) if Force::from_name(layout.key.name).is_some() => Kind::Force,
        Some(layout) if layout.key.name == keys::LABEL.name => Kind::Label,
        Some(_) => Kind::Other,
        None => Kind::Label,
    }
}

/// Whether a character is a bullet, quotation mark or other sign at the beginning of a line.
fn is_mark(letter: char) -> bool {
    !letter.is_alphanumeric()
}
