//! Where a piece of a persona comes from.

use crate::model::{Claim, ProfileId, Resolution, Source, Span};

/// The origin of a piece of a persona.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Origin<'a> {
    Claim(&'a Claim),
    /// The `set` of a resolution in this profile.
    Resolution(ProfileId, &'a Resolution),
}

impl<'a> Origin<'a> {
    /// The claim, unless a resolution sets the value.
    pub(crate) fn claim(self) -> Option<&'a Claim> {
        match self {
            Origin::Claim(claim) => Some(claim),
            Origin::Resolution(..) => None,
        }
    }

    /// The source that has it.
    pub(crate) fn source(self) -> Source {
        match self {
            Origin::Claim(claim) => claim.source,
            Origin::Resolution(profile, _) => Source::Profile(profile),
        }
    }

    /// The place to show: the claim, or the address of the resolution.
    pub(crate) fn place(self) -> Span {
        match self {
            Origin::Claim(claim) => claim.span,
            Origin::Resolution(_, resolution) => resolution.at.span,
        }
    }

    /// The place where it is written.
    pub(crate) fn span(self) -> Span {
        match self {
            Origin::Claim(claim) => claim.span,
            Origin::Resolution(_, resolution) => resolution.span,
        }
    }

    pub(crate) fn address(self) -> &'a str {
        match self {
            Origin::Claim(claim) => claim.address.as_str(),
            Origin::Resolution(_, resolution) => &resolution.at.value,
        }
    }
}
