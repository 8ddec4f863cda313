//! Targets: the output formats of a persona.

use super::claim::Datum;

/// The type of a front matter value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyType {
    String,
    /// One of these strings.
    OneOf(&'static [&'static str]),
    /// An integer of at least 1.
    Count,
    Boolean,
    /// A string or a list of strings.
    StringOrStrings,
    /// A table whose values are strings.
    StringMap,
    /// Any value, written unchanged.
    Any,
}

impl KeyType {
    /// Returns whether a value has this type.
    pub(crate) fn accepts(self, datum: &Datum) -> bool {
        let is_string = |item: &Datum| matches!(item, Datum::String(_));
        match (self, datum) {
            (KeyType::Any, _)
            | (KeyType::String | KeyType::StringOrStrings, Datum::String(_))
            | (KeyType::Boolean, Datum::Boolean(_)) => true,
            (KeyType::OneOf(words), Datum::String(text)) => words.contains(&text.as_str()),
            (KeyType::Count, Datum::Integer(number)) => *number >= 1,
            (KeyType::StringOrStrings, Datum::List(list)) => list.iter().all(is_string),
            (KeyType::StringMap, Datum::Map(map)) => map.values().all(is_string),
            _ => false,
        }
    }

    /// The type as messages describe it.
    pub(crate) fn describe(self) -> String {
        match self {
            KeyType::String => "a string".to_owned(),
            KeyType::OneOf(words) => format!("one of {}", words.join(", ")),
            KeyType::Count => "a whole number of at least 1".to_owned(),
            KeyType::Boolean => "true or false".to_owned(),
            KeyType::StringOrStrings => "a string or a list of strings".to_owned(),
            KeyType::StringMap => "a table of strings".to_owned(),
            KeyType::Any => "any value".to_owned(),
        }
    }
}

/// A front matter key that a profile can set.
#[derive(Debug)]
pub(crate) struct Key {
    pub name: &'static str,
    pub value: KeyType,
    /// The maximum number of characters, if there is one.
    pub most: Option<usize>,
}

const fn key(name: &'static str, value: KeyType) -> Key {
    Key { name, value, most: None }
}

/// How a target lists the allowed or denied tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ToolList {
    /// Names separated by a comma and a space.
    Commas,
    /// Names separated by a space.
    Spaces,
}

impl ToolList {
    /// Returns the separator between two names.
    pub(crate) fn separator(self) -> &'static str {
        match self {
            ToolList::Commas => ", ",
            ToolList::Spaces => " ",
        }
    }
}

/// The length that a target's makers advise.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Advice {
    /// Lines.
    pub lines: usize,
    /// Tokens, approximately.
    pub tokens: usize,
}

/// An output format: its default path, and the keys of its front matter.
#[derive(Debug)]
pub(crate) struct Target {
    /// The name in `[target.NAME]` and `--target`.
    pub name: &'static str,
    /// A one-line summary.
    pub summary: &'static str,
    /// The default path. `ID` is replaced by the profile's id.
    pub path: &'static str,
    /// Whether outputs start with YAML front matter that has `name` and `description`.
    pub front_matter: bool,
    /// The maximum length of a name, if there is one.
    pub longest_name: Option<usize>,
    /// The maximum length of a description, if there is one.
    pub longest_description: Option<usize>,
    /// The key and format of the allowed tools.
    pub allow: Option<(&'static str, ToolList)>,
    /// The key and format of the denied tools.
    pub deny: Option<(&'static str, ToolList)>,
    /// Whether the directory must have the persona's name.
    pub named_directory: bool,
    /// The recommended maximum length, if the vendor names one.
    pub advice: Option<Advice>,
    /// The other front matter keys, in the order they are written.
    pub keys: &'static [Key],
}

/// All targets.
///
/// Sources: Claude Code's documentation of subagents and skills, and the Agent Skills
/// specification with its reference validator, as of autumn 2026.
pub(crate) const TARGETS: [Target; 3] = [
    Target {
        name: "prompt",
        summary: "a Markdown system prompt",
        path: "personas/ID.md",
        front_matter: false,
        longest_name: None,
        longest_description: None,
        allow: None,
        deny: None,
        named_directory: false,
        advice: None,
        keys: &[],
    },
    Target {
        name: "claude",
        summary: "a Claude Code subagent",
        path: ".claude/agents/ID.md",
        front_matter: true,
        longest_name: None,
        longest_description: None,
        allow: Some(("tools", ToolList::Commas)),
        deny: Some(("disallowedTools", ToolList::Commas)),
        named_directory: false,
        advice: None,
        keys: &[
            key("model", KeyType::String),
            key(
                "permissionMode",
                KeyType::OneOf(&[
                    "default", "manual", "acceptEdits", "plan", "auto", "dontAsk", "bypassPermissions",
                ]),
            ),
            key("maxTurns", KeyType::Count),
            key("skills", KeyType::StringOrStrings),
            key("mcpServers", KeyType::Any),
            key("hooks", KeyType::Any),
            key("memory", KeyType::OneOf(&["user", "project", "local"])),
            key("background", KeyType::Boolean),
            key("effort", KeyType::String),
            key("isolation", KeyType::OneOf(&["worktree"])),
            key("color", KeyType::String),
            key("initialPrompt", KeyType::String),
        ],
    },
    Target {
        name: "skill",
        summary: "an Agent Skill",
        path: "skills/ID/SKILL.md",
        front_matter: true,
        longest_name: Some(64),
        longest_description: Some(1024),
        allow: Some(("allowed-tools", ToolList::Spaces)),
        deny: None,
        named_directory: true,
        advice: Some(Advice { lines: 500, tokens: 5_000 }),
        keys: &[
            key("license", KeyType::String),
            Key { name: "compatibility", value: KeyType::String, most: Some(500) },
            key("metadata", KeyType::StringMap),
        ],
    },
];

/// The setting of every target that gives the path of the output.
pub(crate) const PATH: &str = "path";

/// The setting of every target that gives the declared name: the `name` in the front matter.
pub(crate) const NAME: &str = "name";

/// The key of front matter that holds the field `description`.
pub(crate) const DESCRIPTION: &str = "description";

/// The setting of every target that lays out its front matter.
pub(crate) const FRONT_MATTER: &str = "front-matter";

/// The target with this name.
pub(crate) fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

impl Target {
    /// The keys allowed in `[target.NAME]`.
    pub(crate) fn settings(&self) -> impl Iterator<Item = &'static str> {
        [PATH, NAME, FRONT_MATTER].into_iter().chain(self.keys.iter().map(|key| key.name))
    }

    /// The front matter keys whose values cento computes, in the order they are written.
    pub(crate) fn front_matter_keys(&self) -> impl Iterator<Item = &'static str> {
        let tools = [self.allow, self.deny].into_iter().flatten().map(|(key, _)| key);
        [NAME, DESCRIPTION].into_iter().chain(tools).chain(self.keys.iter().map(|key| key.name))
    }

    /// The key with this name.
    pub(crate) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// What a key of `[target.NAME]` holds, in a phrase.
    pub(crate) fn describe(&self, setting: &str) -> String {
        match self.key(setting) {
            Some(key) => {
                let most = key.most.map_or(String::new(), |most| format!(" of at most {most} characters"));
                format!("{}{most}", key.value.describe())
            }
            None if setting == NAME => {
                "the name in the front matter; the profile's id if left out".to_owned()
            }
            None if setting == FRONT_MATTER => "how the front matter is laid out".to_owned(),
            None => {
                let usual = self.usual_path("ID");
                let end = usual.split_once('/').filter(|_| self.named_directory);
                let end = end.map_or(String::new(), |(_, end)| format!(", ending in `{end}`"));
                format!("the path of the output{end}")
            }
        }
    }

    /// The default path for a profile.
    pub(crate) fn usual_path(&self, id: &str) -> String {
        self.path.replace("ID", id)
    }
}
