//! The body of a persona in Markdown.

use std::borrow::Cow;

use super::document::{Attribution, Document};
use super::layout::{self, Frame, Last, Markup, Next, gap_between};
use crate::compose::{Block, Entry, Group, Persona, Section, Words, marker};
use crate::model::{Force, Layout, Part, Style, address, group_frame, layout_keys as keys};

/// Appends the body of a persona.
pub(crate) fn body<'a>(document: &mut Document<'a>, persona: &Persona<'a>, has_front_matter: bool) {
    let last = if has_front_matter { Last::FrontMatter } else { Last::Nothing };
    let mut body = Body { document, persona, last, within: None };
    if let Some(title) = &persona.title {
        body.begin("", Next::Block);
        let frame = layout::frame(&persona.layout, "", &keys::TITLE, keys::TITLE.frame());
        body.framed(frame, |body| body.document.push(&title.text, Attribution::from(title.origin)));
        body.last = Last::Title;
    }
    for section in &persona.sections {
        body.section(section);
    }
    body.end();
}

/// A section of a persona by itself.
pub(crate) fn section<'a>(persona: &Persona<'a>, section: &Section<'a>) -> String {
    let mut document = Document::new(false);
    let mut body = Body { document: &mut document, persona, last: Last::Nothing, within: None };
    body.section(section);
    document.end_line();
    document.into_text()
}

struct Body<'w, 'a> {
    document: &'w mut Document<'a>,
    persona: &'w Persona<'a>,
    last: Last,
    /// A section or group that has no heading of its own, until its first entry is written.
    within: Option<Next>,
}

impl<'w, 'a> Body<'w, 'a> {
    fn section(&mut self, section: &'w Section<'a>) {
        let heading = &section.heading;
        self.within = Some(Next::Section);
        if !heading.text.is_empty() {
            self.begin(section.kind, Next::Section);
            let frame =
                layout::frame(&self.persona.layout, section.kind, &keys::HEADING, keys::HEADING.frame());
            self.framed(frame, |body| body.document.push(&heading.text, Attribution::from(heading.origin)));
            self.last = Last::Heading;
        }
        Writer { body: self, section, steps: 0 }.entries(section.kind, &section.entries);
    }

    /// Goes to where the next thing begins.
    fn begin(&mut self, place: &str, next: Next) {
        let next = self.within.take().unwrap_or(next);
        let (key, usual) = gap_between(self.last, next);
        let gap = match (self.last, layout::document_gap(&self.persona.layout, &keys::START)) {
            (Last::Nothing | Last::FrontMatter, Some(start)) => start,
            (Last::Nothing | Last::FrontMatter, None) => Markup::usual(usual),
            _ => layout::gap(&self.persona.layout, place, key, usual),
        };
        self.markup(&gap);
    }

    fn markup(&mut self, markup: &Markup<'a>) {
        self.document.push(&markup.text, markup.attribution);
    }

    /// Writes an element with the markup before and after it.
    fn framed(&mut self, frame: Frame<'a>, write: impl FnOnce(&mut Self)) {
        self.markup(&frame.open);
        write(self);
        self.markup(&frame.close);
    }

    /// Ends the document.
    fn end(&mut self) {
        let layout = &self.persona.layout;
        if let (Last::Nothing | Last::FrontMatter, Some(start)) =
            (self.last, layout::document_gap(layout, &keys::START))
        {
            self.markup(&start);
        }
        match layout::document_gap(layout, &keys::END) {
            Some(end) => self.markup(&end),
            None => self.document.end(&keys::END),
        }
    }
}

struct Writer<'b, 'w, 'a> {
    body: &'b mut Body<'w, 'a>,
    section: &'w Section<'a>,
    /// Steps written so far: they are numbered through.
    steps: usize,
}

impl<'w, 'a> Writer<'_, 'w, 'a> {
    /// Writes the entries of the section or group at `place`.
    fn entries(&mut self, place: &str, entries: &'w [Entry<'a>]) {
        let style = self.section.style;
        let mut grouped = false;
        for entry in entries {
            match entry {
                Entry::Group(group) => self.group(group),
                Entry::Conflict(address) => {
                    self.begin(address.as_str(), Next::Block);
                    self.body.document.push(&marker(address.as_str()), Attribution::Open(address.as_str()));
                }
                Entry::Block(block) => match block.part {
                    Part::Rule(_) if style.layout == Layout::Grouped => {
                        if !std::mem::replace(&mut grouped, true) {
                            self.rules_by_force(place, entries, style);
                        }
                    }
                    Part::Rule(force) => self.rule(block, force, style),
                    Part::Item => self.item(block),
                    Part::Step => self.step(block),
                    Part::Prose | Part::Lead | Part::Title => {
                        self.begin(block.address.as_str(), Next::Block);
                        self.push_words(block, &block.text, None);
                    }
                },
            }
        }
    }

    /// Goes to where the next thing begins, and notes what it is.
    fn begin(&mut self, place: &str, next: Next) {
        self.body.begin(place, next);
        self.body.last = match next {
            Next::Bullet => Last::Bullet,
            Next::Step => Last::Step,
            Next::Section | Next::Group | Next::Block => Last::Block,
        };
    }

    fn group(&mut self, group: &'w Group<'a>) {
        let place = address::below(self.section.kind, group.id);
        self.body.within = self.body.within.or(Some(Next::Group));
        if let Some(title) = &group.title {
            self.begin(&place, Next::Group);
            let usual = group_frame(self.section.bold_groups, &title.text.text);
            let frame = layout::frame(&self.body.persona.layout, &place, &keys::GROUP, usual);
            let is_heading = frame.open.text.starts_with('#');
            self.body.markup(&frame.open);
            self.push_words(title, &title.text, None);
            self.body.markup(&frame.close);
            self.body.last = if is_heading { Last::GroupHeading } else { Last::Lead };
        }
        if let Some(lead) = &group.lead {
            self.begin(lead.address.as_str(), Next::Block);
            self.push_words(lead, &lead.text, None);
            self.body.last = Last::Lead;
        }
        // Each group numbers its own steps; the section goes on where it was.
        let steps = std::mem::take(&mut self.steps);
        self.entries(&place, &group.entries);
        self.steps = steps;
        self.body.last = Last::Block;
    }

    /// Writes a bullet and returns the indent of the entry's further lines.
    fn bullet(&mut self, block: &Block<'a>) -> Markup<'a> {
        let (layout, place) = (&self.body.persona.layout, block.address.as_str());
        let bullet = layout::bullet(layout, place);
        let indent = layout::indent(layout, place, &bullet.text);
        self.begin(place, Next::Bullet);
        self.body.markup(&bullet);
        indent
    }

    fn item(&mut self, block: &Block<'a>) {
        let indent = self.bullet(block);
        self.label(block);
        self.text(block, &block.text, &indent);
    }

    fn step(&mut self, block: &Block<'a>) {
        let (layout, place) = (&self.body.persona.layout, block.address.as_str());
        let (number, bullet) = layout::step(layout, place, self.steps + 1);
        let indent = layout::indent(layout, place, &bullet.text);
        self.steps = number;
        self.begin(place, Next::Step);
        self.body.markup(&bullet);
        self.label(block);
        self.text(block, &block.text, &indent);
    }

    fn rule(&mut self, block: &Block<'a>, force: Force, style: &Style) {
        let indent = self.bullet(block);
        self.label(block);
        let label = self.force_label(block.address.as_str(), block, force, style);
        if label.text.is_empty() {
            // A heading states the force, so each entry begins like a sentence.
            self.text(block, &capitalized(&block.text), &indent);
        } else {
            self.body.markup(&label);
            self.body.document.layout(" ");
            self.text(block, &block.text, &indent);
        }
    }

    /// Returns the label of a force: that of the layout, if set, else that of the style.
    fn force_label(&self, place: &str, block: &Block<'a>, force: Force, style: &Style) -> Markup<'a> {
        let usual =
            || Markup { text: style.label(force).to_owned().into(), attribution: Attribution::of(block) };
        layout::force_label(&self.body.persona.layout, place, force.name()).unwrap_or_else(usual)
    }

    fn push_words(&mut self, block: &Block<'a>, words: &Words<'a>, indent: Option<&Markup<'a>>) {
        let persona = self.body.persona;
        self.body.document.push_words(words, indent, Attribution::of(block), persona);
    }

    /// The rules of a list, under a line for each force.
    fn rules_by_force(&mut self, place: &str, entries: &'w [Entry<'a>], style: &Style) {
        for force in &style.order {
            let rules = entries.iter().filter_map(|entry| match entry {
                Entry::Block(block) if block.part == Part::Rule(*force) => Some(block),
                _ => None,
            });
            for (number, block) in rules.enumerate() {
                if number == 0 {
                    // The line is no entry, so only what holds for the whole list lays it out.
                    self.begin(&format!("{place}."), Next::Block);
                    let label = self.force_label(place, block, *force, style);
                    self.body.markup(&label);
                    self.body.last = Last::Lead;
                }
                let indent = self.bullet(block);
                self.label(block);
                self.text(block, &capitalized(&block.text), &indent);
            }
        }
    }

    fn label(&mut self, block: &Block<'a>) {
        if let Some(label) = &block.label {
            let place = block.address.as_str();
            let frame = layout::frame(&self.body.persona.layout, place, &keys::LABEL, keys::LABEL.frame());
            self.body.markup(&frame.open);
            self.push_words(block, label, None);
            self.body.markup(&frame.close);
        }
    }

    fn text(&mut self, block: &Block<'a>, text: &Words<'a>, indent: &Markup<'a>) {
        self.push_words(block, text, Some(indent));
        if let Some(why) = &block.why {
            // After the end of a code block the reason needs a line of its own, or the block has no end.
            let last = text.text.trim_end_matches('\n').lines().last().unwrap_or_default().trim_start();
            let (open, close) = keys::WHY.frame();
            let open = if last.starts_with("```") || last.starts_with("~~~") {
                Cow::from(format!("\n{}", indent.text))
            } else {
                open.into()
            };
            let place = block.address.as_str();
            let frame = layout::frame(&self.body.persona.layout, place, &keys::WHY, (open, close));
            self.body.markup(&frame.open);
            self.push_words(block, why, Some(indent));
            self.body.markup(&frame.close);
        }
    }
}

/// A text with its first letter in upper case.
fn capitalized<'a>(words: &Words<'a>) -> Words<'a> {
    let Some(first) = words.text.chars().next() else { return words.clone() };
    let upper: String = first.to_uppercase().collect();
    let shift = |offset: usize| if offset == 0 { 0 } else { offset + upper.len() - first.len_utf8() };
    let filled =
        words.filled.iter().map(|(range, name)| (shift(range.start)..shift(range.end), name.clone()));
    let text = format!("{upper}{}", &words.text[first.len_utf8()..]);
    Words { text: text.into(), filled: filled.collect(), written: words.written }
}
