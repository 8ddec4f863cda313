//! The body of a persona in Markdown.

use std::borrow::Cow;

use super::document::{Attribution, Document};
use super::layout::{self, Frame, Markup, PieceLayout, Side};
use super::walk::{LayoutElement, Walk};
use crate::compose::{Block, Entry, Group, Persona, Section, Words, marker};
use crate::model::{Force, Layout, LayoutKey, Part, Style, group_frame, layout_keys as keys};
use crate::text::forces::{behind, own_label};

/// Appends the body of a persona.
pub(crate) fn body<'a>(document: &mut Document<'a>, persona: &Persona<'a>, has_front_matter: bool) {
    let entries = persona.sections.iter().flat_map(|section| &section.entries);
    document.reserve(
        entries.map(|entry| if let Entry::Group(group) = entry { group.entries.len() } else { 1 }).sum(),
    );
    let mut body = Body { document, persona, walk: Walk::new(has_front_matter), indents: Vec::new() };
    if let Some(title) = &persona.title {
        body.begin("", LayoutElement::Title);
        let frame = layout::frame(&persona.layout, "", &keys::TITLE, keys::TITLE.frame());
        body.framed(frame, |body| body.document.push(&title.text, Attribution::from(title.origin)));
    }
    for section in &persona.sections {
        body.section(section);
    }
    body.end();
}

/// The body of a persona by itself.
pub(crate) fn body_alone<'a>(persona: &Persona<'a>) -> Document<'a> {
    let mut document = Document::new(false);
    body(&mut document, persona, false);
    document
}

/// Renders one section of a persona.
pub(crate) fn section<'a>(persona: &Persona<'a>, section: &Section<'a>) -> String {
    let mut document = Document::new(false);
    let mut body = Body { document: &mut document, persona, walk: Walk::new(false), indents: Vec::new() };
    body.section(section);
    document.end_line();
    document.into_text()
}

struct Body<'w, 'a> {
    document: &'w mut Document<'a>,
    persona: &'w Persona<'a>,
    walk: Walk,
    /// The indent of the further lines of the current entry, after those of the entries that it is under.
    indents: Vec<Markup<'a>>,
}

impl<'w, 'a> Body<'w, 'a> {
    fn section(&mut self, section: &'w Section<'a>) {
        let heading = &section.heading;
        self.walk.enter_section();
        if !heading.text.is_empty() {
            self.begin(section.kind, LayoutElement::Heading);
            let frame =
                layout::frame(&self.persona.layout, section.kind, &keys::HEADING, keys::HEADING.frame());
            self.framed(frame, |body| body.document.push(&heading.text, Attribution::from(heading.origin)));
        }
        Writer { body: self, section }.entries(&section.entries);
    }

    /// Moves to the start of an element.
    fn begin(&mut self, place: &'a str, element: LayoutElement) {
        let gap = self.walk.go_to(element);
        self.document.markup(&layout::gap(&self.persona.layout, place, element, gap));
    }

    /// Writes an element with the markup before and after it.
    fn framed(&mut self, frame: Frame<'a>, write: impl FnOnce(&mut Self)) {
        self.document.markup(&frame.open);
        write(self);
        self.document.markup(&frame.close);
    }

    /// Ends the document.
    fn end(&mut self) {
        let layout = &self.persona.layout;
        if let (true, Some(start)) = (self.walk.is_at_start(), layout::document_gap(layout, &keys::START)) {
            self.document.markup(&start);
        }
        match layout::document_gap(layout, &keys::END) {
            Some(end) => self.document.markup(&end),
            None => self.document.end(&keys::END),
        }
    }
}

struct Writer<'b, 'w, 'a> {
    body: &'b mut Body<'w, 'a>,
    section: &'w Section<'a>,
}

impl<'w, 'a> Writer<'_, 'w, 'a> {
    /// Writes the entries of the section or of a group.
    fn entries(&mut self, entries: &'w [Entry<'a>]) {
        let style = self.section.style;
        let is_grouped = style.layout == Layout::Grouped;
        // Below the line of a force, an item or step would read as a rule. Grouped rules come after the last one.
        let last = entries.iter().rposition(is_item).filter(|_| is_grouped);
        let mut grouped = Grouped::None;
        let mut is_below_grouped = false;
        for (at, entry) in entries.iter().enumerate() {
            // What is under a grouped rule is written with it.
            is_below_grouped &= entry.depth() > 0;
            if is_below_grouped {
                continue;
            }
            let is_rule = matches!(entry, Entry::Block(block) if matches!(block.part, Part::Rule(_)));
            if is_grouped && is_rule {
                is_below_grouped = true;
                grouped = grouped.max(Grouped::Found);
                continue;
            }
            if grouped == Grouped::Found && last.is_none_or(|last| at > last) && entry.depth() == 0 {
                grouped = Grouped::Written;
                self.rules_by_force(entries, style);
            }
            match entry {
                Entry::Group(group) => self.group(group),
                Entry::Conflict(address) => {
                    self.body.begin(address.as_str(), LayoutElement::Block);
                    self.body.document.push(&marker(address.as_str()), Attribution::Open(address.as_str()));
                }
                Entry::Block(block) => match block.part {
                    Part::Rule(force) => {
                        let label = self.force_label(block.address.as_str(), block, force, style);
                        self.rule(block, force, Some(label));
                    }
                    Part::Item | Part::Step => self.item(block),
                    Part::Prose | Part::Closing | Part::Lead | Part::Title => {
                        self.body.begin(block.address.as_str(), LayoutElement::Block);
                        self.push_words(block, &block.text);
                    }
                },
            }
        }
        if grouped == Grouped::Found {
            self.rules_by_force(entries, style);
        }
    }

    fn group(&mut self, group: &'w Group<'a>) {
        self.body.walk.enter_group();
        if let Some(title) = &group.title {
            let place = title.address.parent();
            let usual = group_frame(self.section.bold_groups, &title.text.text);
            let frame = layout::frame(&self.body.persona.layout, place, &keys::GROUP, usual);
            self.body.begin(place, LayoutElement::group_title(&frame.open.text));
            self.body.document.markup(&frame.open);
            self.push_words(title, &title.text);
            self.body.document.markup(&frame.close);
        }
        if let Some(lead) = &group.lead {
            self.body.begin(lead.address.as_str(), LayoutElement::Lead);
            self.push_words(lead, &lead.text);
        }
        // Each group numbers its own steps; the numbering of the section continues afterwards.
        let steps = self.body.walk.begin_steps();
        self.entries(&group.entries);
        self.body.walk.leave_group(steps);
    }

    /// Writes a bullet or number and notes the indent of the entry's further lines.
    fn marker(&mut self, block: &Block<'a>, key: &'static LayoutKey) {
        let (layout, place) = (&self.body.persona.layout, block.address.as_str());
        self.body.walk.enter_depth(block.depth);
        let (number, marker) = layout::marker(layout, place, key, self.body.walk.next_number());
        let indent = layout::indent(layout, place, &marker.text);
        if let Some(number) = number {
            self.body.walk.number(number);
        }
        self.body.begin(place, if number.is_some() { LayoutElement::Step } else { LayoutElement::Bullet });
        let Body { document, indents, .. } = &mut *self.body;
        indents.truncate(block.depth);
        indents.iter().for_each(|indent| document.markup(indent));
        document.begin_entry(block);
        document.markup(&marker);
        indents.push(indent);
    }

    /// Writes an item or step.
    fn item(&mut self, block: &Block<'a>) {
        self.marker(block, marker_of(block));
        self.label(block);
        self.text(block, &block.text, None);
    }

    /// Writes a rule with the label of its force, or below a line that states the force.
    fn rule(&mut self, block: &Block<'a>, force: Force, label: Option<Markup<'a>>) {
        // Below a line for its force it is in another list.
        self.marker(block, if label.is_some() { marker_of(block) } else { &keys::BULLET });
        self.label(block);
        let (layout, place) = (&self.body.persona.layout, block.address.as_str());
        let frame = layout::frame(layout, place, &keys::SENTENCE, keys::SENTENCE.frame());
        let has_capitals = layout::has_capitals(layout, place);
        let label = label.filter(|label| !label.text.is_empty());
        let words = &block.text;
        let is_typed = |end: &usize| words.filled.first().is_none_or(|(range, _)| *end < range.start);
        let own = block.own_label.get_or_init(|| own_label(&words.text, force).filter(is_typed));
        let own = *own;
        let words = match own {
            // "You must not: avoid loops" would ask for loops.
            Some(end) if label.is_none() && force.is_prohibition() => {
                Cow::Owned(words.after(behind(&words.text, end)))
            }
            _ => Cow::Borrowed(words),
        };
        let begins = if own.is_some() { block.label.is_none() || label.is_none() } else { label.is_none() };
        let words = if begins && has_capitals { capitalized(&words) } else { words.into_owned() };
        self.body.document.markup(&frame.open);
        if let Some(label) = label.filter(|_| own.is_none()) {
            self.body.document.markup(&label);
            let layout = PieceLayout { side: Side::Close, ..label.layout };
            self.body.document.markup(&Markup { text: " ".into(), attribution: Attribution::Layout, layout });
        }
        self.text(block, &words, Some(&frame.close));
    }

    /// Returns the label of a force at a rule, or above a list of rules.
    fn force_label(&self, place: &'a str, block: &Block<'a>, force: Force, style: &'a Style) -> Markup<'a> {
        layout::force_label(&self.body.persona.layout, place, force, (style, Attribution::force_of(block)))
    }

    fn push_words(&mut self, block: &Block<'a>, words: &Words<'a>) {
        let persona = self.body.persona;
        self.body.document.push_words(words, &[], Attribution::words_of(block, words), persona);
    }

    /// The rules of a list, under a line for each force.
    fn rules_by_force(&mut self, entries: &'w [Entry<'a>], style: &'a Style) {
        for force in &style.order {
            let rules = entries.iter().enumerate().filter_map(|(at, entry)| match entry {
                Entry::Block(block) if block.part == Part::Rule(*force) => Some((at, block)),
                _ => None,
            });
            let steps = self.body.walk.begin_steps();
            for (number, (at, block)) in rules.enumerate() {
                if number == 0 {
                    // The line is not an entry, so only settings of the whole list apply.
                    let place = block.address.parent();
                    self.body.begin(place, LayoutElement::ForceLine);
                    let label = self.force_label(place, block, *force, style);
                    self.body.document.markup(&label);
                }
                self.rule(block, *force, None);
                let under = entries[at + 1..].iter().take_while(|entry| entry.depth() > 0);
                for entry in under {
                    if let Entry::Block(block) = entry {
                        self.item(block);
                    }
                }
            }
            self.body.walk.resume_steps(steps);
        }
    }

    fn label(&mut self, block: &Block<'a>) {
        if let Some(label) = &block.label {
            let place = block.address.as_str();
            let frame = layout::frame(&self.body.persona.layout, place, &keys::LABEL, keys::LABEL.frame());
            self.body.document.markup(&frame.open);
            self.push_words(block, label);
            self.body.document.markup(&frame.close);
        }
    }

    /// Writes a text, what closes it, and its reason.
    fn text(&mut self, block: &Block<'a>, text: &Words<'a>, close: Option<&Markup<'a>>) {
        let Body { document, persona, indents, .. } = &mut *self.body;
        let (persona, indents) = (*persona, indents.as_slice());
        let push = |document: &mut Document<'a>, words: &Words<'a>| {
            document.push_words(words, indents, Attribution::words_of(block, words), persona);
        };
        let rest = |document: &mut Document<'a>| {
            close.into_iter().for_each(|close| document.markup(close));
            let Some(why) = &block.why else { return };
            // After the end of a code block the reason needs a line of its own, or the block has no end.
            let last = text.text.trim_end_matches('\n').lines().last().unwrap_or_default().trim_start();
            let (open, close) = keys::WHY.frame();
            let open = if last.starts_with("```") || last.starts_with("~~~") {
                let indent: String = indents.iter().map(|indent| &*indent.text).collect();
                Cow::from(format!("\n{indent}"))
            } else {
                open.into()
            };
            let frame = layout::frame(&persona.layout, block.address.as_str(), &keys::WHY, (open, close));
            document.markup(&frame.open);
            push(document, why);
            document.markup(&frame.close);
        };
        document.end_entry(|document| push(document, text), rest);
    }
}

/// Whether the rules of a list are written, if they are grouped by force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Grouped {
    /// There are none so far.
    None,
    /// There are some to write.
    Found,
    /// They are written.
    Written,
}

/// The setting for the bullet or number of an entry.
fn marker_of(block: &Block<'_>) -> &'static LayoutKey {
    if block.is_numbered { &keys::STEP } else { &keys::BULLET }
}

/// Whether an entry is an item or step that is under no other.
fn is_item(entry: &Entry<'_>) -> bool {
    matches!(entry, Entry::Block(block) if block.depth == 0 && matches!(block.part, Part::Item | Part::Step))
}

/// A text with its first letter in upper case.
fn capitalized<'a>(words: &Words<'a>) -> Words<'a> {
    let Some(first) = words.text.chars().next() else { return words.clone() };
    let upper: String = first.to_uppercase().collect();
    let shift = |offset: usize| if offset == 0 { 0 } else { offset + upper.len() - first.len_utf8() };
    words.moved(format!("{upper}{}", &words.text[first.len_utf8()..]).into(), shift)
}
