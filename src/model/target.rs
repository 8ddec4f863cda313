//! Targets: the output formats of a persona.
//!
//! What a vendor's documentation says is data: a file for each vendor in `target/`, with its source and the day on which
//! it was verified.

mod agents_md;
mod cards;
mod claude;
mod copilot;
mod cursor;
mod devin;
mod form;
mod google;
mod json;
mod key_type;
mod keys;
mod kilo;
mod kiro;
mod loading;
mod openai;
mod opencode;
mod paths;
mod reading;
mod set;
mod skill;
mod soul;
mod vocabulary;

pub(crate) use agents_md::CHAIN_BYTES;
pub(crate) use cards::{FIRST_VERSION as FIRST_CARD, V2 as CARD_V2};
pub(crate) use form::{BODY, Envelope, Form};
pub(crate) use key_type::{KeyType, Member, Objection, Quoting, Step};
pub(crate) use keys::{Idle, Key};
pub(crate) use loading::{LOADING, Loading, PATHS, When, patterns};
pub(crate) use reading::{Reading, Unit};
pub(crate) use set::TargetSet;
pub(crate) use vocabulary::{NameKind, NameStatus, Vocabulary};

pub(crate) use claude::CLAUDE;
pub(crate) use kilo::KILO;
pub(crate) use skill::{SKILL, is_skill_file};

use super::Datum;
use key_type::{optional, required};
use keys::{Dialect, Variables, key, named, setting, significant};
use loading::{Given, Switch, Switches};
use vocabulary::NameForm;

/// How a target lists the allowed or denied tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ToolList {
    /// One string: names separated by a comma and a space.
    Commas,
    /// One string: names separated by a space.
    Spaces,
    /// A list.
    List,
}

impl ToolList {
    /// Returns the separator between two names in one string.
    pub(crate) fn separator(self) -> &'static str {
        match self {
            ToolList::Commas | ToolList::List => ", ",
            ToolList::Spaces => " ",
        }
    }
}

/// Which declared names a target accepts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NameRule {
    /// The maximum number of characters.
    pub most: Option<usize>,
    /// The characters that a name can have.
    pub characters: Characters,
    /// The characters that the vendor advises. Its program loads outputs with others, but no other reader need do so.
    pub advised: Characters,
    /// The prefixes that a name cannot have.
    pub not_first: &'static [char],
    /// Names of what the program has built in, which an output replaces.
    pub reserved: &'static [&'static str],
    /// Whether an output may leave it out, and has the name of its file then.
    pub is_optional: bool,
}

/// Sets of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Characters {
    /// All but these.
    AllBut(&'static [char]),
    /// Lower-case letters, digits and single hyphens between them.
    Hyphenated,
    /// Lower-case letters, digits, hyphens and underscores.
    Slug,
    /// Letters, digits, `.`, `_` and `-`, all of ASCII.
    Portable,
}

impl NameRule {
    /// Any name.
    pub(super) const ANY: NameRule = NameRule {
        most: None,
        characters: Characters::AllBut(&[]),
        advised: Characters::AllBut(&[]),
        not_first: &[],
        reserved: &[],
        is_optional: false,
    };

    /// Any name, which may also be missing.
    pub(super) const OPTIONAL: NameRule = NameRule { is_optional: true, ..NameRule::ANY };

    /// Why a name is not accepted, as a clause. `None` if it is.
    pub(crate) fn objection(&self, name: &str) -> Option<String> {
        let length = name.chars().count();
        let first = name.chars().next().filter(|first| self.not_first.contains(first));
        let objection = match self.most {
            Some(most) if length > most => format!("it has {length} characters, and {most} are allowed"),
            _ => match self.characters.objection(name) {
                Some(objection) => objection,
                None => format!("it must not begin with `{}`", first?),
            },
        };
        Some(objection)
    }
}

impl Characters {
    /// Why a name has other characters, as a clause. `None` if it has not.
    pub(crate) fn objection(self, name: &str) -> Option<String> {
        let is_slug = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        let is_ok: &dyn Fn(char) -> bool = match self {
            Characters::AllBut(none) => &|letter| !none.contains(&letter),
            Characters::Hyphenated => &is_slug,
            Characters::Slug => &|letter| is_slug(letter) || letter == '_',
            Characters::Portable => &|letter| letter.is_ascii_alphanumeric() || "._-".contains(letter),
        };
        let objection = match (name.chars().find(|letter| !is_ok(*letter)), self) {
            (Some(bad), Characters::AllBut(_)) => return Some(format!("`{bad}` is not allowed")),
            (Some(_), Characters::Hyphenated) => "only lower-case letters, digits and hyphens are allowed",
            (Some(_), Characters::Slug) => {
                "only lower-case letters, digits, hyphens and underscores are allowed"
            }
            (Some(_), Characters::Portable) => "only letters of ASCII, digits, `.`, `_` and `-` are allowed",
            (None, Characters::Hyphenated) if name.starts_with('-') || name.ends_with('-') => {
                "a hyphen must not be first or last"
            }
            (None, Characters::Hyphenated) if name.contains("--") => "two hyphens in a row are not allowed",
            (None, _) => return None,
        };
        Some(objection.to_owned())
    }
}

/// The description of a persona in an output.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DescriptionRule {
    /// Whether outputs without it are not loaded.
    pub is_required: bool,
    /// Whether programs decide by it when to use the persona.
    pub decides: bool,
    /// The maximum number of characters, if there is one.
    pub most: Option<usize>,
    /// Characters that some readers refuse.
    pub avoid: &'static [&'static str],
}

impl DescriptionRule {
    /// A description by which programs choose among personas, and without which they load none.
    const REQUIRED: DescriptionRule =
        DescriptionRule { is_required: true, decides: true, most: None, avoid: &[] };

    /// A description that may be missing.
    const OPTIONAL: DescriptionRule = DescriptionRule { is_required: false, ..DescriptionRule::REQUIRED };
}

/// The length that a target's makers advise.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Advice {
    /// Lines.
    pub lines: usize,
    /// Tokens, approximately, if they name a number.
    pub tokens: Option<usize>,
}

/// Where the facts about a target are from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts {
    /// The vendor's documentation, or the specification.
    pub source: &'static str,
    /// The day on which they were last compared with it, as `YEAR-MONTH-DAY`.
    pub verified: &'static str,
}

impl Facts {
    /// The note under a finding.
    pub(crate) fn note(self) -> String {
        format!("see {} (verified {})", self.source, self.verified)
    }
}

/// A name in double braces that programs replace with a value of their own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Macro {
    pub name: &'static str,
    /// The keys with that value, of which the first that is set counts.
    pub keys: &'static [&'static str],
    /// A value where no key has it.
    pub usual: &'static str,
}

/// An output format: its default path, its form and its keys.
#[derive(Debug)]
pub(crate) struct Target {
    /// The name in `[target.NAME]` and `--target`.
    pub name: &'static str,
    /// A one-line summary.
    pub summary: &'static str,
    /// The default path. `ID` is replaced by the profile's id.
    pub path: &'static str,
    /// Other paths at which programs find such files.
    pub other_paths: &'static [&'static str],
    /// How an output holds a persona.
    pub form: Form,
    /// Which names it accepts. `None` where programs know an output by its path.
    pub declared: Option<NameRule>,
    /// Its requirements for the description. `None` if its outputs have none.
    pub description: Option<DescriptionRule>,
    /// The key and format of the allowed tools.
    pub allow: Option<(&'static str, ToolList)>,
    /// The key and format of the denied tools.
    pub deny: Option<(&'static str, ToolList)>,
    /// The tools that the program knows, if its vendor lists them.
    pub tools: Option<&'static Vocabulary<'static>>,
    /// Keys of front matter that cento does not write but programs read, and those that they no longer read.
    pub other_keys: Option<&'static Vocabulary<'static>>,
    /// Whether programs refuse an output with a key that they do not know.
    pub refuses_other_keys: bool,
    /// Whether the directory must have the persona's name.
    pub named_directory: bool,
    /// Which names of files programs load.
    pub file: NameRule,
    /// The ending that the names of such files had before, and that programs no longer load.
    pub former_ending: Option<&'static str>,
    /// How much of an output programs read, if not all of it.
    pub reading: Option<Reading>,
    /// The recommended maximum length, if the vendor names one.
    pub advice: Option<Advice>,
    /// Values that a value of a key needs: the key, its value, and the key without which it has no effect.
    pub needs: &'static [(&'static str, &'static str, &'static str)],
    /// Keys that have no effect beside values of others: the key, the other key, and when.
    pub idle: &'static [(&'static str, &'static str, Idle)],
    /// What programs load of an output at the start, by the value of a key. The first row that applies counts; without one,
    /// programs load descriptions if they choose by them, else all.
    pub loading: &'static [(&'static str, Given, Loading)],
    /// The keys that the fields `loading` and `paths` set. Empty if the program does not load rules.
    pub switches: Switches,
    /// Names that programs replace with a value of their own, in any case: `{{user}}`.
    pub macros: &'static [Macro],
    /// Keys that only one of two versions of the format has. No output may mix them.
    pub versions: Option<[&'static [&'static str]; 2]>,
    /// The other keys, in the order they are written.
    pub keys: &'static [Key],
    /// Where the facts are from; nothing for formats without a vendor.
    pub facts: Option<Facts>,
}

impl Target {
    /// A target with the keys that most programs which load agents read.
    const fn agent(name: &'static str, summary: &'static str, path: &'static str, facts: Facts) -> Target {
        Target {
            form: Form::FrontMatter,
            declared: Some(NameRule::ANY),
            description: Some(DescriptionRule::REQUIRED),
            facts: Some(facts),
            ..Target::markdown(name, summary, path)
        }
    }

    /// A target without front matter, unless a profile types some.
    const fn markdown(name: &'static str, summary: &'static str, path: &'static str) -> Target {
        Target {
            name,
            summary,
            path,
            other_paths: &[],
            form: Form::Markdown,
            declared: Some(NameRule::ANY),
            description: Some(DescriptionRule { decides: false, ..DescriptionRule::OPTIONAL }),
            allow: None,
            deny: None,
            tools: None,
            other_keys: None,
            refuses_other_keys: false,
            named_directory: false,
            file: NameRule::ANY,
            former_ending: None,
            reading: None,
            advice: None,
            needs: &[],
            idle: &[],
            loading: &[],
            switches: &[],
            macros: &[],
            versions: None,
            keys: &[],
            facts: None,
        }
    }
}

/// A system prompt, for any program.
pub(crate) const PROMPT: Target = Target::markdown("prompt", "a Markdown system prompt", "personas/ID.md");

/// All targets.
pub(crate) const TARGETS: [Target; 20] = [
    PROMPT,
    CLAUDE,
    SKILL,
    soul::SOUL,
    agents_md::AGENTS_MD,
    cursor::RULE,
    cursor::AGENT,
    copilot::AGENT,
    copilot::INSTRUCTIONS,
    opencode::OPENCODE,
    openai::CODEX,
    devin::RULE,
    KILO,
    google::ANTIGRAVITY,
    google::GEMINI,
    kiro::KIRO,
    kiro::STEERING,
    cards::V2,
    cards::V3,
    json::JSON,
];

/// The setting of every target that gives the path of the output.
pub(crate) const PATH: &str = "path";

/// The setting of every target that gives the declared name: the `name` in the front matter.
pub(crate) const NAME: &str = "name";

/// The setting of a target whose outputs can hold several personas: the ids of their profiles.
pub(crate) const PERSONAS: &str = "personas";

/// The key of targets whose outputs can name a model.
pub(crate) const MODEL: &str = "model";

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
        let name = self.declared.map(|_| NAME);
        let front_matter = self.may_have_front_matter().then_some(FRONT_MATTER);
        let common = [Some(PATH), name, front_matter].into_iter().flatten();
        common.chain(self.keys.iter().map(|key| key.name))
    }

    /// What programs load at the start of an output in which the keys have these values.
    pub(crate) fn loading<'v>(&self, value: impl Fn(&str) -> Option<&'v Datum>) -> Loading {
        let row = self.loading.iter().find(|(key, given, _)| given.applies(value(key)));
        row.map_or(self.usual_loading(), |(.., loading)| *loading)
    }

    /// What programs load where no key says otherwise.
    pub(crate) fn usual_loading(&self) -> Loading {
        match self.description {
            Some(rule) if rule.decides => Loading::Description,
            _ => Loading::Whole,
        }
    }

    /// Whether its outputs begin with front matter.
    pub(crate) fn has_front_matter(&self) -> bool {
        self.form == Form::FrontMatter
    }

    /// Whether a profile can type front matter for it.
    pub(crate) fn may_have_front_matter(&self) -> bool {
        matches!(self.form, Form::Markdown | Form::FrontMatter)
    }

    /// Whether programs find values of the persona in its outputs, besides the body.
    pub(crate) fn has_values(&self) -> bool {
        self.form != Form::Markdown
    }

    /// Whether programs know its outputs by the name that they declare.
    pub(crate) fn is_loaded_by_name(&self) -> bool {
        self.has_values() && self.declared.is_some()
    }

    /// Whether its outputs have all fields of a persona.
    pub(crate) fn has_all_fields(&self) -> bool {
        self.form == Form::Structure
    }

    /// Whether cento writes the value of a key without quotes.
    pub(crate) fn writes_bare(&self, key: &str) -> bool {
        self.key(key).is_some_and(|key| key.value == KeyType::Globs(Quoting::Bare))
    }

    /// Whether programs read the value of a key without quotes.
    pub(crate) fn reads_bare(&self, key: &str) -> bool {
        let is_bare = |value| matches!(value, KeyType::Globs(Quoting::Bare | Quoting::Optional));
        self.key(key).is_some_and(|key| is_bare(key.value))
    }

    /// Whether each persona has an output of its own by default.
    pub(crate) fn has_path_by_id(&self) -> bool {
        self.path.contains("ID")
    }

    /// The front matter keys whose values cento computes, in the order they are written.
    pub(crate) fn front_matter_keys(&self) -> impl Iterator<Item = &'static str> {
        let tools = [self.allow, self.deny].into_iter().flatten().map(|(key, _)| key);
        let name = self.declared.map(|_| NAME);
        let description = self.description.map(|_| DESCRIPTION);
        let keys = self.keys.iter().filter(|key| key.is_written).map(|key| key.name);
        name.into_iter().chain(description).chain(tools).chain(keys)
    }

    /// Tools in the names of the program.
    pub(crate) fn tool_names<'t>(&self, tools: &[&'t str], is_denied: bool) -> Vec<&'t str> {
        let named = |vocabulary: &Vocabulary<'_>| vocabulary.named(tools, is_denied);
        let names = |named: Vec<(&'t str, _)>| named.into_iter().map(|(name, _)| name).collect();
        self.tools.map_or_else(|| tools.to_vec(), |vocabulary| names(named(vocabulary)))
    }

    /// Tools as a persona that has the tools `own` names them: in the names of Claude Code, unless it names them as the
    /// program does.
    pub(crate) fn common_tools<'t>(&self, tools: &[&'t str], own: &[&str]) -> Vec<&'t str> {
        let rows = self.tools.map_or(&[][..], |vocabulary| vocabulary.stands_for);
        let named = |tool: &&'t str| {
            let row = rows.iter().find(|(name, _)| name == tool && !own.contains(name));
            row.map_or_else(|| vec![*tool], |(_, tools)| tools.to_vec())
        };
        tools.iter().flat_map(named).collect()
    }

    /// The key with this name.
    pub(crate) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// A phrase that describes the value of a key of `[target.NAME]`.
    pub(crate) fn describe(&self, setting: &str) -> String {
        match self.key(setting) {
            Some(key) => {
                let most = key.most.map_or(String::new(), |most| format!(" of at most {most} characters"));
                let idle = self.idle.iter().filter(|(idle, ..)| *idle == key.name);
                let idle: String =
                    idle.map(|(_, other, when)| format!("; it {}", when.clause(other))).collect();
                let only = if key.dialects.is_empty() {
                    String::new()
                } else {
                    format!("; only {} it", key.readers())
                };
                let order = key.last_applies.map_or("", |_| "; the last rule that matches applies");
                let loading = self.loading.iter().filter(|(decides, ..)| *decides == key.name);
                let loading: String = loading
                    .map(|(_, given, loading)| {
                        format!(
                            "; if it {}, programs load {} at the start",
                            given.clause(),
                            loading.describe()
                        )
                    })
                    .collect();
                format!("{}{most}{order}{idle}{only}{loading}", key.value.describe())
            }
            None if setting == NAME => {
                "the name in the front matter; the profile's id if left out".to_owned()
            }
            None if setting == FRONT_MATTER => "how the front matter is laid out".to_owned(),
            None => {
                let usual = self.default_path("ID");
                let end = usual.split_once('/').filter(|_| self.named_directory);
                let end = end.map_or(String::new(), |(_, end)| format!(", ending in `{end}`"));
                format!("the path of the output{end}")
            }
        }
    }

    /// The default path for a profile.
    pub(crate) fn default_path(&self, id: &str) -> String {
        self.path.replace("ID", id)
    }
}
