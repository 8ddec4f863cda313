//! JSON with the structure of a persona, for programs that work with it; see `docs/json.md`.

use super::{DescriptionRule, Form, Target, ToolList};

/// A composed persona.
pub(super) const JSON: Target = Target {
    form: Form::Structure,
    declared: None,
    description: Some(DescriptionRule { decides: false, ..DescriptionRule::OPTIONAL }),
    allow: Some(("allow", ToolList::List)),
    deny: Some(("deny", ToolList::List)),
    ..Target::markdown("json", "the composed persona with its structure", "personas/ID.json")
};
