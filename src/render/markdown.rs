//! The body of a persona in Markdown.

use super::document::{Document, Ink};
use crate::compose::{Block, Entry, Group, Persona, Section, Words, marker};
use crate::model::{Force, Layout, Part, Style};

/// Which list the last line belongs to: entries of one list stand without a blank line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    /// A paragraph, a heading, or nothing.
    Block,
    /// The line that introduces a list.
    Lead,
    /// A bullet.
    Bullet,
    /// A numbered step.
    Step,
}

/// Appends the body of a persona.
pub(super) fn body<'a>(document: &mut Document<'a>, persona: &Persona<'a>) {
    if let Some(title) = &persona.title {
        document.paragraph();
        document.layout("# ");
        document.push(&title.text, Ink::from(title.origin));
        document.end_line();
    }
    for section in &persona.sections {
        Writer { document, persona, section, after: After::Block, steps: 0 }.section();
    }
    document.end_line();
}

struct Writer<'w, 'a> {
    document: &'w mut Document<'a>,
    persona: &'w Persona<'a>,
    section: &'w Section<'a>,
    after: After,
    /// Steps written so far: they are numbered through.
    steps: usize,
}

impl<'w, 'a> Writer<'w, 'a> {
    fn section(mut self) {
        let heading = &self.section.heading;
        if !heading.text.is_empty() {
            self.document.paragraph();
            self.document.layout("## ");
            self.document.push(&heading.text, Ink::from(heading.origin));
            self.document.end_line();
        }
        self.entries(&self.section.entries);
    }

    fn entries(&mut self, entries: &'w [Entry<'a>]) {
        let style = self.section.style;
        let mut grouped = false;
        for entry in entries {
            match entry {
                Entry::Group(group) => self.group(group),
                Entry::Conflict(address) => {
                    self.begin(After::Block);
                    self.document.layout(&marker(address.as_str()));
                }
                Entry::Block(block) => match block.part {
                    Part::Rule(_) if style.layout == Layout::Grouped => {
                        if !std::mem::replace(&mut grouped, true) {
                            self.rules_by_force(entries, style);
                        }
                    }
                    Part::Rule(force) => self.rule(block, force, style),
                    Part::Item => self.item(block),
                    Part::Step => self.step(block),
                    Part::Prose | Part::Lead | Part::Title => {
                        self.begin(After::Block);
                        self.words(block, &block.text, 0);
                    }
                },
            }
        }
    }

    /// Goes to where the next entry begins: a new paragraph, or the next line of the same list.
    fn begin(&mut self, next: After) {
        let continues = self.after == next && matches!(next, After::Bullet | After::Step);
        let introduced = self.after == After::Lead && matches!(next, After::Bullet | After::Step);
        if continues || introduced {
            self.document.end_line();
        } else {
            self.document.paragraph();
        }
        self.after = next;
    }

    fn group(&mut self, group: &'w Group<'a>) {
        self.after = After::Block;
        if let Some(title) = &group.title {
            self.begin(After::Block);
            let text = title.text.text.as_ref();
            if self.section.bold_groups {
                self.document.layout("**");
                self.words(title, &title.text, 0);
                self.document.layout(if text.ends_with([':', '?', '!', '.']) { "**" } else { ":**" });
                self.after = if group.lead.is_some() { After::Block } else { After::Lead };
            } else {
                self.document.layout("### ");
                self.words(title, &title.text, 0);
            }
            self.document.end_line();
        }
        if let Some(lead) = &group.lead {
            self.begin(After::Block);
            self.words(lead, &lead.text, 0);
            self.after = After::Lead;
        }
        // Each group numbers its own steps; the section goes on where it was.
        let steps = std::mem::take(&mut self.steps);
        self.entries(&group.entries);
        self.steps = steps;
        self.after = After::Block;
    }

    fn item(&mut self, block: &Block<'a>) {
        self.begin(After::Bullet);
        self.document.layout("- ");
        self.labelled(block, 2);
    }

    fn step(&mut self, block: &Block<'a>) {
        self.begin(After::Step);
        self.steps += 1;
        let number = format!("{}. ", self.steps);
        self.document.layout(&number);
        self.labelled(block, number.len());
    }

    fn rule(&mut self, block: &Block<'a>, force: Force, style: &Style) {
        self.begin(After::Bullet);
        self.document.layout("- ");
        self.label(block);
        self.document.push(style.label(force), Ink::of(block));
        self.document.layout(" ");
        self.text(block, &block.text, 2);
    }

    fn words(&mut self, block: &Block<'a>, words: &Words<'a>, indent: usize) {
        self.document.push_words(words, indent, Ink::of(block), self.persona);
    }

    /// The rules of a list, under a line for each force.
    fn rules_by_force(&mut self, entries: &'w [Entry<'a>], style: &Style) {
        for force in &style.order {
            let rules = entries.iter().filter_map(|entry| match entry {
                Entry::Block(block) if block.part == Part::Rule(*force) => Some(block),
                _ => None,
            });
            for (number, block) in rules.enumerate() {
                if number == 0 {
                    self.begin(After::Block);
                    self.document.push(style.label(*force), Ink::of(block));
                    self.after = After::Lead;
                }
                self.begin(After::Bullet);
                self.document.layout("- ");
                self.label(block);
                self.text(block, &capitalized(&block.text), 2);
            }
        }
    }

    fn labelled(&mut self, block: &Block<'a>, indent: usize) {
        self.label(block);
        self.text(block, &block.text, indent);
    }

    fn label(&mut self, block: &Block<'a>) {
        if let Some(label) = &block.label {
            self.document.layout("**");
            self.words(block, label, 0);
            self.document.layout("**: ");
        }
    }

    fn text(&mut self, block: &Block<'a>, text: &Words<'a>, indent: usize) {
        self.words(block, text, indent);
        if let Some(why) = &block.why {
            // After the end of a code block the reason needs a line of its own, or the block has no end.
            let last = text.text.trim_end_matches('\n').lines().last().unwrap_or_default().trim_start();
            if last.starts_with("```") || last.starts_with("~~~") {
                self.document.layout(&format!("\n{}", " ".repeat(indent)));
            } else {
                self.document.layout(" \u{2014} ");
            }
            self.words(block, why, indent);
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
