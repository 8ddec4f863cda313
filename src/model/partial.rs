//! Partial overrides: entries of profiles that keep the text below them and change only the keys that they set.

use std::sync::OnceLock;

use super::claim::{Claim, Part, Source};
use super::ids::ProfileId;
use super::source::Text;

/// An entry of a profile without a text. It changes the keys that it sets in the entry below it; its table or its key
/// `force` gives the force.
#[derive(Debug, Clone)]
pub(crate) struct Partial {
    pub part: Part,
    /// The part whose table holds it.
    pub table: Part,
    pub label: Option<Text>,
    pub why: Option<Text>,
    pub about: Option<Text>,
    pub under: Option<Text>,
    /// The whole entries that it makes of the entries below it in the personas that have it.
    pub derived: Derived,
}

/// Where the parts of an entry come from that a partial override makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Derivation {
    pub text: Writer,
    pub label: Writer,
    pub why: Writer,
    pub force: Writer,
}

/// Who wrote a part of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writer {
    /// The claim of this source at the address.
    Claim(Source),
    /// The `set` of a resolution in this profile.
    Resolution(ProfileId),
}

impl Writer {
    /// The fragment or profile, unless a resolution set the text.
    pub(crate) fn source(self) -> Option<Source> {
        match self {
            Writer::Claim(source) => Some(source),
            Writer::Resolution(_) => None,
        }
    }
}

/// The claims that a partial override makes, each for as long as the library lives, so that compositions can borrow
/// them. Personas with the same entry below share one.
#[derive(Debug, Default)]
pub(crate) struct Derived(OnceLock<Box<Node>>);

#[derive(Debug)]
struct Node {
    claim: Claim,
    next: Derived,
}

impl Derived {
    /// `made`, or the claim that was made before in the same way.
    pub(crate) fn intern(&self, made: &Claim) -> &Claim {
        let text = |claim: &Claim| claim.block().map(|block| block.text.span);
        let is_same = |claim: &Claim| {
            claim.digest == made.digest
                && claim.derivation == made.derivation
                && claim.targets == made.targets
                && text(claim) == text(made)
        };
        let mut list = self;
        loop {
            let node =
                list.0.get_or_init(|| Box::new(Node { claim: made.clone(), next: Derived::default() }));
            if is_same(&node.claim) {
                return &node.claim;
            }
            list = &node.next;
        }
    }
}

impl Clone for Derived {
    /// An empty list: it is only a cache.
    fn clone(&self) -> Self {
        Derived::default()
    }
}

impl Drop for Derived {
    /// Drops the nodes one by one, so that a long list needs no deep stack.
    fn drop(&mut self) {
        let mut next = self.0.take();
        while let Some(mut node) = next {
            next = node.next.0.take();
        }
    }
}
