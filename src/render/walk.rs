//! The walk through a document: which setting governs the gap before each element. The renderer takes it to write a
//! document, and `import` to compare one with the defaults.

use crate::model::{LayoutKey, layout_keys as keys};

/// An element that a document lays out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LayoutElement {
    /// The title of the document.
    Title,
    /// The heading of a section.
    Heading,
    /// The title of a group: a heading, or a bold line.
    GroupTitle { is_heading: bool },
    /// A paragraph that introduces a group.
    Lead,
    /// The line above the rules of a force.
    ForceLine,
    /// An item or rule.
    Bullet,
    /// A numbered step.
    Step,
    /// Any other block.
    Block,
}

impl LayoutElement {
    /// The title of a group with this markup before its words.
    pub(crate) fn group_title(open: &str) -> Self {
        LayoutElement::GroupTitle { is_heading: open.starts_with('#') }
    }
}

/// The section or group that begins with the next element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entered {
    Section,
    Group,
}

/// The progress of laying out a document.
#[derive(Debug)]
pub(crate) struct Walk {
    has_front_matter: bool,
    last: Option<LayoutElement>,
    entered: Option<Entered>,
    steps: usize,
    /// The numbers of the last steps under the entries that the current one is under.
    nested: Vec<usize>,
}

impl Walk {
    /// The start of a document.
    pub(crate) fn new(has_front_matter: bool) -> Self {
        Walk { has_front_matter, last: None, entered: None, steps: 0, nested: Vec::new() }
    }

    /// Returns whether nothing is laid out yet.
    pub(crate) fn is_at_start(&self) -> bool {
        self.last.is_none()
    }

    /// Enters a section, which numbers its own steps.
    pub(crate) fn enter_section(&mut self) {
        self.entered = Some(Entered::Section);
        self.steps = 0;
    }

    /// Enters a group.
    pub(crate) fn enter_group(&mut self) {
        self.entered = self.entered.or(Some(Entered::Group));
    }

    /// Begins to number the steps of a group. Returns the number of the last step of the section.
    pub(crate) fn begin_steps(&mut self) -> usize {
        self.nested.clear();
        std::mem::take(&mut self.steps)
    }

    /// Goes on with the steps after this number.
    pub(crate) fn resume_steps(&mut self, steps: usize) {
        self.nested.clear();
        self.steps = steps;
    }

    /// Leaves a group; the steps of the section go on after this number.
    pub(crate) fn leave_group(&mut self, steps: usize) {
        self.resume_steps(steps);
        self.last = Some(LayoutElement::Block);
    }

    /// Moves to an entry that is under this many others. Each of them numbers its own steps.
    pub(crate) fn enter_depth(&mut self, depth: usize) {
        self.nested.resize(depth, 0);
    }

    /// The number of the next step, if nothing sets it.
    pub(crate) fn next_number(&self) -> usize {
        self.nested.last().unwrap_or(&self.steps) + 1
    }

    /// Notes the number of a step.
    pub(crate) fn number(&mut self, number: usize) {
        *self.nested.last_mut().unwrap_or(&mut self.steps) = number;
    }

    /// Moves to the next element. Returns the setting for the gap before it, and the default gap.
    pub(crate) fn go_to(&mut self, element: LayoutElement) -> (&'static LayoutKey, &'static str) {
        let is_listed = matches!(element, LayoutElement::Bullet | LayoutElement::Step);
        if is_listed && !self.nested.is_empty() {
            // It belongs to the entry that it is under, so what follows comes after that one.
            return (&keys::BETWEEN_NESTED, keys::BETWEEN_NESTED.gap(false));
        }
        self.nested.clear();
        let entered = self.entered.take().or(match element {
            LayoutElement::Heading => Some(Entered::Section),
            LayoutElement::GroupTitle { .. } => Some(Entered::Group),
            _ => None,
        });
        let key = match (self.last, entered) {
            (None, _) => &keys::START,
            (Some(LayoutElement::Title), _) => &keys::BELOW_TITLE,
            (_, Some(Entered::Section)) => &keys::BEFORE_SECTIONS,
            (Some(LayoutElement::Heading), _) => &keys::BELOW_HEADINGS,
            (_, Some(Entered::Group)) => &keys::BEFORE_GROUPS,
            (Some(LayoutElement::GroupTitle { is_heading: true }), None) => &keys::BELOW_GROUPS,
            (Some(last), None) if last == element && is_listed => &keys::BETWEEN_ITEMS,
            (_, None) if is_listed => &keys::BEFORE_LISTS,
            (_, None) => &keys::BETWEEN_BLOCKS,
        };
        let is_special = match self.last {
            None => self.has_front_matter,
            Some(last) => {
                matches!(
                    last,
                    LayoutElement::GroupTitle { is_heading: false }
                        | LayoutElement::Lead
                        | LayoutElement::ForceLine
                )
            }
        };
        self.last = Some(element);
        (key, key.gap(is_special))
    }
}
