//! Reads rules back: checks that a reader of an output finds the composed force of each rule.
//!
//! The words before the text of a rule are read with the lexicon of `import`, whichever setting put them there: labels,
//! bullets, gaps, and the heading or line above the list.

mod above;
mod items;

use std::collections::{BTreeMap, BTreeSet};

use self::above::{Above, Place};
use crate::compose::Composition;
use crate::model::grammar::{self, Config, Style as StyleKey};
use crate::model::wording::{self, shortened};
use crate::model::{
    Address, Code, Diagnostic, Force, Layout, Library, Severity, Span, Style, address, codes,
    layout_keys as keys,
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
) -> Vec<Diagnostic> {
    let (above, seen) = (Above::default(), BTreeSet::new());
    let (labels, lines) = (BTreeMap::new(), BTreeMap::new());
    let (obeyed, negates) = (BTreeSet::new(), None);
    let mut reader = Reader { library, composition, document, above, labels, lines, obeyed, negates, seen };
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

/// A force that a line states, and the place of its words in the line.
type Stated = (Force, Place);

struct Reader<'c, 'a> {
    library: &'c Library,
    composition: &'c Composition<'a>,
    document: &'c Document<'a>,
    above: Above,
    /// What labels of rules state, and lines above rules that have labels, with whether they dismiss those. Most of them
    /// repeat.
    labels: BTreeMap<&'c str, (Option<Force>, Sense)>,
    lines: BTreeMap<&'c str, (Option<Stated>, bool)>,
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
        let segments = self.segments(start, entry.text.start);
        let text = self.document.text();
        if let Some(place) = self.struck(start, entry) {
            return self.concealed(entry, force, place);
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
            return self.misread(entry, force, Reading { force: read, place: place.clone() });
        }
        // All of its words, as a page shows them.
        if let (Some(read), Some(place)) = (sense.against(force), &label) {
            return self.misread(entry, force, Reading { force: read, place: place.clone() });
        }
        // Other words on the line, and those behind the text.
        let of_pattern = self.pieces(&(start..entry.text.start)).filter(|piece| piece.layout.is_some());
        let of_pattern = of_pattern.filter(|piece| kind(piece) == Kind::Label);
        let of_pattern: Vec<_> = of_pattern.map(|piece| (Kind::Label, piece.range.clone())).collect();
        let others = segments.into_iter().filter(|(kind, _)| *kind != Kind::Force).chain(of_pattern);
        let behind = self.segments(entry.text.end, entry.range.end).into_iter();
        let behind = behind.filter(|(kind, _)| *kind == Kind::Other);
        for (kind, place) in others.chain(behind) {
            if let Some(reading) = self.contradiction(kind, place, force) {
                return self.misread(entry, force, reading);
            }
        }
        if let Some(reading) = self.pattern(start, entry, force) {
            return self.misread(entry, force, reading);
        }
        if let Some(reading) = self.text(entry, force, own.is_some()) {
            return self.misread(entry, force, reading);
        }
        if let Some(read) = own.and_then(|_| imported()).filter(|read| *read != force) {
            let label = label.unwrap_or(entry.text.clone()).start;
            // The label itself says what it should, so what is before it does not.
            let is_before = !text[start..label].trim_matches(is_mark).is_empty();
            let place = if is_before { start..label } else { label..entry.text.start };
            return self.misread(entry, force, Reading { force: read, place });
        }
        let words = &text[entry.text.clone()];
        let states_itself = || {
            opening(words).is_some_and(|opening| opening.force == force)
                || forces::own_label(words, force).is_some()
        };
        if own.is_none() && !states_itself() {
            return self.by_context(entry, force, label);
        }
        if let Some(place) = self.dismissed_above() {
            return self.misread(entry, force, Reading { force: dismissed(force), place });
        }
        if sense.is_qualified {
            return self.unreadable(entry, force, label);
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

    /// The layout that strikes out or hides words of a rule's line.
    fn struck(&self, start: usize, entry: &ListEntry<'a>) -> Option<Place> {
        let text = self.document.text();
        let is_layout = |piece: &&Piece<'a>| piece.layout.is_some();
        let is_before = |piece: &&Piece<'a>| piece.range.start < entry.text.start;
        let is_around = |piece: &&Piece<'a>| {
            is_before(piece) || piece.layout.is_some_and(|layout| layout.key.name == keys::SENTENCE.name)
        };
        let places: Vec<Place> = self
            .pieces(&(start..entry.range.end))
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
        self.pieces(&(start..entry.range.end)).filter(|piece| is_pattern(piece)).find_map(|piece| {
            let place = piece.range.start.max(start)..piece.range.end;
            text[place.clone()].contains(char::is_alphabetic).then_some(())?;
            let is_behind = place.start >= entry.text.end;
            let force = changed(&struck::without_comments(&text[place.clone()]), force, is_behind)?;
            Some(Reading { force, place })
        })
    }

    /// The force that the nearest line above the list states, if it states one.
    fn stated_above(&mut self) -> Option<Reading> {
        let place = self.above.lines().next()?;
        let line = &self.document.text()[place.clone()];
        let read = || (above_labels(line), dismisses(line));
        let (force, range) = self.lines.entry(line).or_insert_with(read).0.clone()?;
        Some(Reading { force, place: place.start + range.start..place.start + range.end })
    }

    /// The nearest line above the list, if it dismisses the rules below it.
    fn dismissed_above(&self) -> Option<Place> {
        let place = self.above.lines().next()?;
        let line = &self.document.text()[place.clone()];
        self.lines.get(line).is_some_and(|(_, dismisses)| *dismisses).then(|| place.clone())
    }

    /// A rule whose own line states no force: what stands above it does.
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

    /// The forces that a line states above rules without labels: with one of its phrases, or with the words that it
    /// begins with.
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
        let is_label = self.pieces(place).any(|piece| kind(piece) == Kind::Force);
        let introduces = is_label || line.trim_end_matches(['*', '_', ' ']).ends_with(':');
        let opening = opening(line).filter(|_| introduces);
        opening.map(|opening| Reading { force: opening.force, place: place.clone() }).into_iter().collect()
    }

    /// Words before or behind a rule that state another force than its own.
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
        for piece in self.pieces(&(start..end)) {
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

    fn pieces(&self, place: &Place) -> impl Iterator<Item = &Piece<'a>> + use<'_, 'a> {
        let pieces = self.document.pieces();
        let first = pieces.partition_point(|piece| piece.range.end <= place.start);
        let end = place.end;
        pieces[first..].iter().take_while(move |piece| piece.range.start < end)
    }

    /// Where the words at a place are written; nothing for the built-in layout.
    fn origin(&self, place: &Place, force: Force) -> Option<(Span, String)> {
        let written = self.pieces(place).filter_map(|piece| {
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

    fn misread(&mut self, entry: &ListEntry<'a>, force: Force, reading: Reading) -> Option<Diagnostic> {
        let Reading { force: read, place } = reading;
        let text = self.document.text();
        let words = shortened(text[place.clone()].trim_matches(is_mark), 60);
        let is_above = place.end <= entry.range.start;
        let is_own = entry.text.start <= place.start && place.end <= entry.text.end;
        let address = entry.address;
        let article = article(force);
        let message = match is_own {
            true => format!(
                "`{address}` is {article} rule, but its text begins with `{words}`, which reads as `{}`",
                read.name()
            ),
            false => format!("`{address}` is {article} rule, but `{words}` reads as `{}`", read.name()),
        };
        let origin = self.origin(&place, force);
        let finding =
            self.finding(codes::MISREAD_FORCE, message, entry, force, Some(read), origin.as_ref())?;
        Some(match origin {
            _ if is_own => {
                finding.help(format!("delete `{words}` from the text, or make it a `{}` rule", read.name()))
            }
            Some((_, at)) if is_above => finding
                .help(format!("change the words in `{at}`, or move the rule below a line of its force")),
            Some((_, at)) => finding.help(format!(
                "write words in `{at}` that read as `{}`, such as `{}`, or delete them",
                force.name(),
                self.usual(entry, force)
            )),
            None => finding.help(format!(
                "use words that read as `{}`, such as `{}`",
                force.name(),
                self.usual(entry, force)
            )),
        })
    }

    /// Reports layout that strikes out a rule or its label, or hides it.
    fn concealed(&mut self, entry: &ListEntry<'a>, force: Force, place: Place) -> Option<Diagnostic> {
        let words = shortened(self.document.text()[place.clone()].trim(), 60);
        let message = format!(
            "`{}` is {} rule, but `{words}` strikes out or hides what states it",
            entry.address,
            article(force)
        );
        let origin = self.origin(&place, force);
        let read = dismissed(force);
        let finding =
            self.finding(codes::MISREAD_FORCE, message, entry, force, Some(read), origin.as_ref())?;
        let at = origin.map_or(String::new(), |(_, at)| format!(" in `{at}`"));
        Some(finding.help(format!("write it{at} without markup that strikes out or hides words")))
    }

    fn unreadable(
        &mut self,
        entry: &ListEntry<'a>,
        force: Force,
        label: Option<Place>,
    ) -> Option<Diagnostic> {
        let text = self.document.text();
        let line = || self.above.lines().next().cloned();
        let (place, message) = match label.or_else(line) {
            Some(place) => {
                let words = shortened(text[place.clone()].trim(), 60);
                let message =
                    format!("`{}` is {} rule, but `{words}` states no force", entry.address, article(force));
                (place, message)
            }
            None => {
                let message =
                    format!("`{}` is {} rule, but nothing states its force", entry.address, article(force));
                (entry.range.clone(), message)
            }
        };
        let set = self.composition.persona.layout.nearest(entry.address, force.name());
        let set = set.map(|set| (set.origin.span(), set.origin.address().to_owned()));
        let origin = set.or_else(|| self.origin(&place, force));
        let finding = self.finding(codes::UNREADABLE_FORCE, message, entry, force, None, origin.as_ref())?;
        let at = origin.map_or(String::new(), |(_, at)| format!(" in `{at}`"));
        Some(
            finding
                .help(format!(
                    "write words{at} that read as `{}`, such as `{}`",
                    force.name(),
                    self.usual(entry, force)
                ))
                .help(format!(
                    "if readers will understand it: `{} = \"off\"` in {}",
                    codes::UNREADABLE_FORCE.name,
                    grammar::header([Config::Severity.name()])
                )),
        )
    }

    /// The usual label of a force for an entry.
    fn usual(&self, entry: &ListEntry<'a>, force: Force) -> String {
        let is_grouped = self.style(entry.address).is_some_and(|(_, style)| style.layout == Layout::Grouped);
        let name = if is_grouped { "grouped" } else { "modal" };
        self.library.config.styles[name].label(force).to_owned()
    }

    /// A finding, unless the same words were reported for another rule of the force.
    fn finding(
        &mut self,
        code: &'static Code,
        message: String,
        entry: &ListEntry<'a>,
        force: Force,
        read: Option<Force>,
        origin: Option<&(Span, String)>,
    ) -> Option<Diagnostic> {
        let rule = entry.origin.span();
        let place = origin.map_or(rule, |(span, _)| *span);
        let is_new = self.seen.insert((place, force as usize, read.map(|read| read as usize), place == rule));
        is_new.then_some(())?;
        let text = self.document.text();
        let start = text[..entry.text.start].rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let line = text[start..].lines().next().unwrap_or_default();
        let finding = Diagnostic::new(code, message).at(place, "").about(entry.address);
        let finding = match place == rule {
            true => finding,
            false => finding.context(rule, if entry.force.is_some() { "the rule" } else { "the entry" }),
        };
        Some(finding.note(format!("the output reads `{}`", shortened(line.trim(), 70))))
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

/// What a rule says that is taken back.
fn dismissed(force: Force) -> Force {
    if force == Force::May { Force::Never } else { Force::May }
}

fn article(force: Force) -> String {
    format!("{} `{}`", wording::article(force.name()), force.name())
}
