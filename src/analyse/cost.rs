//! What a persona costs a program: what it loads at the start, and what it loads when it uses the persona.

use std::ops::AddAssign;

use serde::Serialize;

use crate::compose::{Composition, TargetSettings};
use crate::model::{DESCRIPTION, Loading};
use crate::render::markdown::body_alone;
use crate::render::render;
use crate::text::tokens;

/// The length of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Size {
    /// Bytes of UTF-8.
    pub bytes: usize,
    /// Estimated tokens of a language model.
    pub tokens: usize,
}

impl Size {
    /// The size of a text.
    pub(crate) fn of(text: &str) -> Self {
        Size { bytes: text.len(), tokens: tokens::estimate(text) }
    }
}

impl AddAssign for Size {
    fn add_assign(&mut self, other: Self) {
        self.bytes += other.bytes;
        self.tokens += other.tokens;
    }
}

/// The cost of an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Cost {
    /// What is loaded whether the persona is used or not: the description, the whole output, or nothing.
    pub always: Size,
    /// What is loaded once the persona is used: the body.
    pub on_demand: Size,
}

impl Cost {
    /// The cost of the output for a target.
    pub(crate) fn of(composition: &Composition<'_>, settings: &TargetSettings<'_>) -> Self {
        let persona = &composition.persona;
        let always = match persona.loading(settings) {
            Loading::Whole => {
                let document = render(composition, settings);
                return Cost { always: Size::of(document.text()), on_demand: Size::default() };
            }
            Loading::Description => Size::of(&persona.field_text(DESCRIPTION)),
            Loading::Nothing => Size::default(),
        };
        let limited = persona.limited_to(settings);
        let body = body_alone(limited.as_ref().unwrap_or(persona));
        Cost { always, on_demand: Size::of(body.text()) }
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        self.always += other.always;
        self.on_demand += other.on_demand;
    }
}
