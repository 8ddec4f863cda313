//! The origins of the parts of an entry: one claim, or several where a profile refines it.

use super::merge::Decision;
use super::origin::Origin;
use crate::model::{Claim, Library, Writer};

/// Where the parts of an entry come from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts<'a> {
    pub text: Origin<'a>,
    pub label: Origin<'a>,
    pub why: Origin<'a>,
    /// The force of a rule.
    pub force: Origin<'a>,
}

impl<'a> Parts<'a> {
    /// The parts of a claim of a decision.
    pub(crate) fn of(library: &'a Library, decision: &Decision<'a>, claim: &'a Claim) -> Self {
        let own = Origin::Claim(claim);
        let Some(derivation) = &claim.derivation else {
            return Parts { text: own, label: own, why: own, force: own };
        };
        let origin = |writer: Writer| match writer {
            Writer::Claim(source) => {
                let of_source = decision.claims.iter().find(|other| other.source == source);
                of_source.map_or(own, |claim| Origin::Claim(claim))
            }
            Writer::Resolution(profile) => {
                let mut resolutions = library.profiles[profile].resolutions.iter();
                let set = resolutions.find(|resolution| resolution.at.value == claim.address.as_str());
                set.map_or(own, |resolution| Origin::Resolution(profile, resolution))
            }
        };
        Parts {
            text: origin(derivation.text),
            label: origin(derivation.label),
            why: origin(derivation.why),
            force: origin(derivation.force),
        }
    }
}
