//! How an output holds a persona: Markdown, or data with the body in one of its keys.

/// The key of a target that chooses the key of the body.
pub(crate) const BODY: &str = "body";

/// How an output holds a persona.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Markdown alone.
    Markdown,
    /// Markdown under YAML front matter.
    FrontMatter,
    /// TOML. The body is the value of this key.
    Toml(&'static str),
    /// JSON. The body is the value of one of its keys.
    Json(&'static Envelope),
    /// JSON with the structure of the persona.
    Structure,
}

impl Form {
    /// The key that has the body where a profile chooses `chosen`. `None` for Markdown and for structure.
    pub(crate) fn body(self, chosen: Option<&str>) -> Option<&'static str> {
        match self {
            Form::Toml(key) => Some(key),
            Form::Json(envelope) => {
                let is_chosen = |key: &&&str| Some(**key) == chosen;
                envelope.bodies.iter().find(is_chosen).or(envelope.bodies.first()).copied()
            }
            Form::Markdown | Form::FrontMatter | Form::Structure => None,
        }
    }
}

/// Where a JSON document holds a persona.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Envelope {
    /// Keys and values at the top, before those of the persona.
    pub marks: &'static [(&'static str, &'static str)],
    /// The key at the top whose value has the keys of the persona.
    pub within: &'static str,
    /// The keys that can have the body. A profile chooses with [`BODY`]; without it, the first has it.
    pub bodies: &'static [&'static str],
    /// The key that gets the description of the profile where the body takes the place of the description.
    pub blurb: &'static str,
}
