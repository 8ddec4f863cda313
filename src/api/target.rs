//! Targets.

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::model::{TARGETS, target};

/// A kind of output that personas are rendered for.
///
/// ```
/// let claude = cento::Target::named("claude").expect("there is such a target");
/// assert_eq!(claude.default_path("dev"), ".claude/agents/dev.md");
/// assert!(claude.has_setting("model") && claude.lists_tools());
/// assert!(cento::Target::all().any(|target| target == claude));
/// ```
#[derive(Clone, Copy)]
pub struct Target(&'static crate::model::Target);

impl Target {
    /// All targets.
    pub fn all() -> impl Iterator<Item = Target> {
        TARGETS.iter().map(Target)
    }

    /// The target with this name.
    pub fn named(name: &str) -> Option<Target> {
        target(name).map(Target)
    }

    /// The name, such as `claude` in `[target.claude]`.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// The default path of its output for the profile with this id.
    pub fn default_path(self, id: &str) -> String {
        self.0.default_path(id)
    }

    /// Returns whether `[target.NAME]` accepts this setting, such as `model`.
    pub fn has_setting(self, name: &str) -> bool {
        self.0.settings().any(|setting| setting == name)
    }

    /// Returns whether its outputs can list the allowed tools.
    pub fn lists_tools(self) -> bool {
        self.0.allow.is_some()
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Target").field(&self.name()).finish()
    }
}

impl PartialEq for Target {
    /// Names are unique.
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Target {}

impl Hash for Target {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}
