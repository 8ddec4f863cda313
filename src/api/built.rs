//! Rendered outputs, and the origin of their lines.

use super::findings::Place;
use crate::model::Library;
use crate::render::{Attribution, Document, Piece};

/// A rendered output of a persona that passed every check.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Built {
    /// The path, relative to the workspace.
    pub path: String,
    /// The name of its target, such as `claude`.
    pub target: &'static str,
    /// Its text.
    pub text: String,
    origins: Vec<Option<LineOrigin>>,
}

impl Built {
    pub(super) fn of(library: &Library, path: String, target: &'static str, document: Document<'_>) -> Self {
        let origins = origins(library, &document);
        Built { path, target, origins, text: document.into_text() }
    }

    /// The origin of a line, counted from 1. `None` for lines of layout alone, and past the last line.
    ///
    /// ```
    /// # fn main() -> Result<(), cento::Error> {
    /// let workspace = cento::Workspace::from_texts([
    ///     ("fragments/voice/plain.toml", "[items]\nshort = 'Answer in one paragraph.'"),
    ///     ("profiles/dev.toml", "use = ['voice/plain']"),
    /// ]);
    /// for output in workspace.compose("dev")?.build()? {
    ///     for (number, line) in (1..).zip(output.text.lines()) {
    ///         if line == "- Answer in one paragraph." {
    ///             let origin = output.origin(number).expect("it is not layout");
    ///             assert_eq!(origin.address, "voice.short");
    ///             assert_eq!(origin.source, "voice/plain");
    ///             assert_eq!(origin.place.to_string(), "fragments/voice/plain.toml:2:9");
    ///         }
    ///     }
    ///     assert!(output.origin(usize::MAX).is_none());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn origin(&self, line: usize) -> Option<&LineOrigin> {
        self.origins.get(line.checked_sub(1)?)?.as_ref()
    }
}

/// The origin of the longest part of a line.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct LineOrigin {
    /// The address, such as `rules.small`.
    pub address: String,
    /// The fragment or profile, such as `rules/git`.
    pub source: String,
    /// The place of the claim, or of the resolution that set the text.
    pub place: Place,
}

/// The origin of each line of a document.
fn origins(library: &Library, document: &Document<'_>) -> Vec<Option<LineOrigin>> {
    let origin = |piece: &Piece<'_>| match piece.attribution {
        Attribution::From(address, origin) => Some(LineOrigin {
            address: address.to_owned(),
            source: library.source_name(origin.source()),
            place: Place::of(library, origin.span()),
        }),
        Attribution::Open(_) | Attribution::Layout => None,
    };
    document.lines().map(|line| document.longest_in(&line, origin)).collect()
}
