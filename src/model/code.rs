//! The table of diagnostic codes. It drives `cento explain CODE`, the reports and the tests.

use super::diagnostic::Severity;

/// One kind of finding.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Its name, as it stands in brackets after the severity.
    pub name: &'static str,
    /// How serious it is, unless `--strict` raises it.
    pub severity: Severity,
    /// What it means, in a line.
    pub summary: &'static str,
    /// Why it is one and what to do about it.
    pub explanation: &'static str,
}

macro_rules! codes {
    ($($constant:ident $name:literal $severity:ident $summary:literal $explanation:literal)*) => {
        /// Every code, by a name that the compiler checks.
        pub mod codes {
            use super::{Code, Severity};
            $(
                #[doc = $summary]
                pub const $constant: &Code = &Code {
                    name: $name,
                    severity: Severity::$severity,
                    summary: $summary,
                    explanation: $explanation,
                };
            )*
        }

        /// Every code, in the order of the pipeline.
        pub const CODES: &[&Code] = &[$(codes::$constant),*];
    };
}

codes! {
    SYNTAX "syntax" Error
    "the file is not valid TOML"
    "The caret stands where the TOML reader gave up. Common causes: a string without its closing quote, a \
     table written twice, a `\"` inside a basic string (use a literal string: '...')."

    ENCODING "encoding" Error
    "the file is not UTF-8"
    "cento reads UTF-8, with or without a byte order mark. The message gives the offset of the first byte \
     that is not UTF-8. Save the file as UTF-8."

    TOO_LARGE "too-large" Error
    "a file or a persona exceeds a limit"
    "Limits keep one bad file from stopping everything: 1 MiB a file, 1,000 fragments in one persona. Split \
     the file or the persona."

    TOO_DEEP "too-deep" Error
    "tables, or `extends`, are nested too deeply"
    "At most 64 levels of tables and arrays in a file, and 64 generations of profiles."

    UNSAFE_PATH "unsafe-path" Error
    "a path leads out of the workspace or through a link"
    "cento reads and writes inside the workspace only. Paths in its files are relative, have no `..`, and do \
     not pass through symbolic links that lead elsewhere. Sources, cento.toml, cento.lock and .git are never \
     written as outputs."

    BAD_NAME "bad-name" Error
    "a file or an id has a form that is not allowed"
    "Ids of fragments, profiles, kinds, groups and items are lower-case letters, digits and hyphens, \
     beginning with a letter or digit: `select-star`. Field names use underscores instead of hyphens and \
     begin with a letter. A fragment's id is its path: fragments/rules/sql-safety.toml is \
     `rules/sql-safety`."

    UNKNOWN_KEY "unknown-key" Error
    "a key that means nothing here"
    "Unknown keys are errors, since a misspelt key would be ignored in silence otherwise. The help names the \
     nearest known key."

    WRONG_TYPE "wrong-type" Error
    "a value of the wrong type"
    "The message says what is expected and what is there."

    BAD_VALUE "bad-value" Error
    "a value that is not one of those allowed"
    "The message says which values are."

    MISSING_KEY "missing-key" Error
    "a key that must be there is not"
    "For example: an item written as a table needs `text`, and a `[[resolve]]` needs `at` and exactly one of \
     `take`, `set` and `keep`."

    NO_REASON "no-reason" Warning
    "a decision without a reason"
    "A `[[resolve]]`, a `[[remove]]` and a `drop` that breaks a lock record who wins and why. Whoever meets \
     the decision in a year needs the why: add `reason = \"...\"`."

    HIDDEN_CHARACTER "hidden-character" Error
    "a text holds characters that nobody sees"
    "Characters without width, tags, variation selectors and fillers can hide words from the person who reviews a \
     fragment that the model will read, and split words that look whole. Delete them; if one is meant, for \
     example in a text about such characters, describe it in words. Where they belong (in emoji, beside letters \
     that join, in scripts without spaces) they are no finding."

    DIRECTION_CONTROL "direction-control" Error
    "a text is read in another order than it is shown"
    "Overrides, embeddings and isolates change the direction of text, so that a reviewer sees the words of a line \
     in another order than a model reads them. Delete them. In a line with Hebrew or Arabic letters, an isolate \
     or embedding that is closed in that line is no finding; an override always is."

    CONTROL_CHARACTER "control-character" Error
    "a text holds control characters or terminal sequences"
    "Printed on a terminal, such a text recolours, overwrites or clears what stands there, or has the terminal do \
     other things. cento prints them as escapes; other programs may not. Delete them; a text about them writes \
     `ESC [ 2 J` or so."

    UNDEFINED_CHARACTER "undefined-character" Error
    "a text holds characters that mean nothing by themselves"
    "Characters for private use look as some font wants and mean nothing to a model; unassigned characters and \
     noncharacters look like nothing. Write what they stand for, or delete them."

    CONFUSABLE_WORD "confusable-word" Error
    "a word reads as another, with letters of another script"
    "A Cyrillic or Greek letter that looks like a Latin one, or the other way round, makes a word that a reader \
     takes for another than a model, or a search, does. Write the word in letters of one script. Whole words of \
     another script are no finding, nor are symbols in formulas and units."

    HIDDEN_MARKUP "hidden-markup" Error
    "markup hides words from who reads the page"
    "A comment, an element that is not shown, or the title of a link that nobody follows is left out where the \
     Markdown is shown, and a model reads it. Delete it, or write it as text. Comments of a word, and those \
     meant for formatters and linters, are no finding; write `<!--` in backticks where it is meant itself."

    DUPLICATE_ADDRESS "duplicate-address" Error
    "two things at one address"
    "An address names one thing: an item, a step, a block of prose, a rule or a group. Two things of different \
     sorts cannot share it, whether they stand in one file or meet in a persona. Rename one of them."

    RESERVED_NAME "reserved-name" Error
    "a name that means something else"
    "`fields`, `subject`, `sections`, `target` and `layout` begin addresses of other sorts, so no kind can be called \
     so; and in the kind `tools` no item can be called `allow` or `deny`."

    UNKNOWN_FRAGMENT "unknown-fragment" Error
    "a fragment that does not exist"
    "A fragment's id is its path under fragments/ without `.toml`. `cento list fragments` shows all."

    UNKNOWN_PROFILE "unknown-profile" Error
    "a profile that does not exist"
    "A profile's id is the name of its file under profiles/ without `.toml`. `cento list profiles` shows all."

    UNKNOWN_KIND "unknown-kind" Warning
    "`[sections]` lists a kind that nothing in the workspace is of"
    "The line has no effect, so it is probably misspelt. A kind is known if cento knows it, or if a fragment \
     or the body of a profile is of it; `cento list kinds` shows all."

    UNUSED_LAYOUT "unused-layout" Warning
    "`[layout]` speaks of a place that the persona does not have"
    "The setting lays out nothing: its section, group or entry is gone, or its name is misspelt. Correct the \
     address, or delete the line."

    BROKEN_FILE "broken-file" Error
    "a persona reaches a file with errors"
    "A persona is only composed of files that are whole. The errors of the file are reported on their own; \
     mend them first. Personas that do not reach the file are not affected."

    EXTENDS_CYCLE "extends-cycle" Error
    "profiles extend each other in a circle"
    "A profile stands above those that it extends, so the relation cannot come back to itself. The message \
     names each step; remove one."

    EXTENDS_ORDER "extends-order" Error
    "two `extends` lists ask for opposite orders"
    "The order of display comes from linearizing `extends` (C3): parents before children, and the parents of \
     each profile in the order in which it lists them. Two lists that name the same profiles in opposite \
     orders cannot both be kept. Swap the names in one of them."

    DROP_UNMATCHED "drop-unmatched" Error
    "`drop` names a fragment that no parent uses"
    "`drop` takes away what a parent brings in. If no parent uses the fragment, either the name is wrong or \
     the line is no longer needed. A fragment that the profile itself uses is simply not listed in `use`."

    DROP_CONFLICT "drop-conflict" Error
    "one parent drops a fragment that another uses"
    "Neither parent extends the other, so neither decides. The profile that extends both does: list the \
     fragment in its `use` to keep it, or in its `drop` to leave it out."

    LOCKED_DROP "locked-drop" Error
    "a dropped fragment has locked claims"
    "A locked claim goes only on purpose: write the drop as \
     { fragment = \"...\", breaks-lock = true, reason = \"...\" }."

    REMOVE_UNMATCHED "remove-unmatched" Error
    "`[[remove]]` matches nothing below its profile"
    "A removal acts on the claims of fragments and of the profiles that its profile extends, at one address or \
     in one group. A removal that matches nothing would hide a typo, or a rule that has moved."

    LOCKED_REMOVAL "locked-removal" Error
    "a removal of a locked claim"
    "A locked claim goes only on purpose: add `breaks-lock = true` to the `[[remove]]`, with a reason."

    REMOVE_CONFLICT "remove-conflict" Error
    "one parent removes what another edits"
    "Neither parent extends the other, so neither decides. The profile that extends both does: a claim or a \
     `[[remove]]` of its own, or a `[[resolve]]` that takes one side."

    UNMET_REQUIRES "unmet-requires" Error
    "a fragment requires another that is not here"
    "`requires` says that a fragment makes no sense alone. Add what it requires to `use`, or leave it out. In \
     an abstract profile it may stay open: its children fill it."

    EXCLUDED "excluded" Error
    "two fragments that exclude each other"
    "`excludes` says that two fragments must not be in one persona. Leave one out; if a parent brings it, \
     `drop` it."

    CONFLICT "conflict" Error
    "claims at one address disagree"
    "Two fragments, or two parents, say different things at one address, and nothing puts one above the other: \
     the order of `use` never chooses a value. Choose with `cento resolve`, which records the choice and its \
     reason in the profile; or mark one of them `level = \"default\"` if it is only a fallback; or say it in \
     the profile itself, which stands above its fragments."

    LOCK_CONFLICT "lock-conflict" Error
    "a locked claim is contradicted"
    "A locked claim stands against every layer. Another claim beside or above it that says something else is \
     a conflict. Remove the other claim, or break the lock on purpose: a `[[resolve]]` with \
     `breaks-lock = true`."

    CONTRADICTION "contradiction" Error
    "two rules on one subject cannot both be obeyed"
    "A rule's subject is `about`, else its id, and holds for the whole persona. `never` and `avoid` contradict \
     `should`, `must` and `always`, and `never` contradicts `may`. Keep one of the rules, remove the other, or \
     give the narrower one a subject of its own if they speak of different actions."

    WEAKENING "weakening" Error
    "a higher layer weakens a rule"
    "A profile may strengthen a rule of a fragment or parent freely. To weaken one is a decision, and needs a \
     `[[resolve]]` with its reason."

    TENSION "tension" Warning
    "two rules on one subject pull in different directions"
    "`avoid` beside `may`, and `may` beside `must` or `always`, can both be obeyed, but a reader will wonder. \
     Accept both with keep = \"both\", or take one."

    TOOLS_WIDENED "tools-widened" Error
    "a profile allows a tool that a lower layer does not"
    "The tools allowed are the intersection of all `allow` lists, less what any `deny` list names. A higher \
     layer may narrow that freely; to widen it needs a `[[resolve]]` at `tools.allow`."

    TOOLS_EMPTY "tools-empty" Error
    "no tool is left that every source allows"
    "An empty list cannot be written: a target that leaves `tools` out grants all of them. Settle it with a \
     `[[resolve]]` at `tools.allow` that sets the list."

    EMPTY_GROUP "empty-group" Warning
    "a group has a heading and nothing below it"
    "Everything in the group was removed or lost, and its title or lead stands alone. What one address says never \
     takes away what another does, so it stays until a profile removes the group as a whole."

    ORDER_CYCLE "order-cycle" Error
    "`before`, `after` and `band` go round in a circle"
    "The message names each edge of the circle and where it is written; remove one."

    ORDER_ANCHOR "order-anchor" Error
    "`before` or `after` names an entry that is not in the list"
    "Anchors name entries of the same section or group that are in the persona. Written \"id?\", an anchor \
     that is not there is passed over."

    BAND_DISAGREEMENT "band-disagreement" Warning
    "agreed claims name different bands"
    "Several sources say the same thing and ask for different places. The earliest band is used. Let them \
     agree, or leave the band to one of them."

    STALE_RESOLUTION "stale-resolution" Error
    "a resolution that no longer fits was not applied"
    "A `[[resolve]]` applies only to what it saw: `seen` holds a hash of each side. A side has changed, come or \
     gone since, or nothing is left to decide. Look at the sides again, then reaffirm the decision, redo it, or \
     drop it."

    UNPINNED_RESOLUTION "unpinned-resolution" Warning
    "a resolution without `seen`"
    "It works, but would go on to apply after a side has changed. `cento resolve PROFILE ADDRESS --reaffirm` \
     pins it to what it sees now."

    BAD_RESOLUTION "bad-resolution" Error
    "a resolution that cannot be applied"
    "`take` names one of the sides; `keep = \"both\"` is for texts and rules, of which there can be two; a \
     locked side loses only with `breaks-lock = true`; `force` belongs to `set` on a rule."

    STALE_ACCEPTANCE "stale-acceptance" Error
    "a pair that was accepted has changed since"
    "An `[[accept]]` in cento.toml says that two similar entries are meant as they are, and `seen` holds a hash of \
     each. A side says something else now, or is gone, so `cento similar` shows the pair again. Look at both, then \
     accept them as they are now, or withdraw the acceptance."

    UNREADABLE "unreadable" Error
    "a document that the system does not let cento read"
    "The message says why. The other documents are read all the same."

    TEMPLATE "template" Error
    "a template cannot be filled in"
    "Fragments with `template = true` are filled in with the persona's fields, strictly: a field that nobody \
     sets is an error. Set it in the profile's [fields], or in a fragment with level = \"default\"."

    REQUIREMENT "requirement" Error
    "a persona breaks an invariant of the fleet"
    "`[[require]]` in cento.toml says what every persona of a kind must be like: which rule it carries, and with \
     what force at least; which section, field and fragments it has; how long it may be. The finding names what the \
     persona says instead, and what mends it. If the persona is right, leave it out with `except`."

    IDLE_REQUIREMENT "idle-requirement" Warning
    "an invariant of the fleet that concerns nobody"
    "A `[[require]]` that selects no persona is never enforced, and one of its tags, sections or exceptions that \
     matches nothing is probably misspelt. Correct it, or delete it."

    FRONT_MATTER "front-matter" Warning
    "front matter that is not valid YAML"
    "The document that was imported begins with front matter that a strict reader of YAML refuses. It is kept as \
     it is, byte for byte. Common causes: a colon and a space in an unquoted value, a value that begins with `@`, \
     `*` or `[`, a tab, a key that stands twice, no closing `---`. Put the value in quotes."

    FRONT_MATTER_FENCE "front-matter-fence" Error
    "a line of dashes makes or ends front matter where none is meant"
    "Programs take `---` at the very start of a file for the begin of front matter, and the next such line for its \
     end. A value that has such a line gives a persona keys that nobody wrote as keys, tools among them, or makes text \
     of the keys below it. Remove the line, or give the text a heading above it. A line that is not followed by keys \
     is a warning."

    CUT_OFF "cut-off" Error
    "a reader of the output does not read all of a text"
    "Some readers take the beginning of a file only: 32 KiB of AGENTS.md, 12,000 characters of SOUL.md and of \
     Windsurf's rules, 30,000 of a GitHub Copilot agent. Shorten the persona, or split it."

    TARGET "target" Error
    "a persona does not fit its target"
    "Each target has keys that it must have and limits that its readers enforce. `cento list targets` shows \
     them."

    LOSS "loss" Note
    "a target cannot carry something"
    "The persona says something that this target has no place for. It is left out, and named here so that it \
     is not lost in silence."

    PATH_COLLISION "path-collision" Error
    "two outputs want one path"
    "Each output needs a path of its own, also where file names differ in case only. Set `path` in one of the \
     profiles' [target.NAME]."

    HAND_EDITED "hand-edited" Error
    "an output was edited since it was written"
    "The file is not what cento wrote last, so writing it again would lose the edit. `cento absorb` takes the edit \
     to its sources; `cento build --force` discards it."

    FOREIGN_FILE "foreign-file" Error
    "a file that cento did not write stands where an output goes"
    "cento never overwrites what it did not write. Move the file, give the profile another `path`, or build \
     with `--force`."

    ORPHAN "orphan" Warning
    "an output whose profile is gone"
    "The lock knows the file, and no profile makes it any more. `cento build --prune` removes it."

    STALE_OUTPUT "stale-output" Error
    "an output is not what its sources make"
    "`build --check` compares and writes nothing. Run `cento build` and commit what changed."

    LOCK_UNREADABLE "lock-unreadable" Error
    "cento.lock cannot be read"
    "The lock records what cento wrote. If it is damaged, delete it: the next build takes outputs that are as \
     they should be, and asks about the others."
}

/// The codes of what texts hold. Such a text is read, composed and shown like any other, but not built.
const TEXTS: [&Code; 8] = [
    codes::HIDDEN_CHARACTER,
    codes::DIRECTION_CONTROL,
    codes::CONTROL_CHARACTER,
    codes::UNDEFINED_CHARACTER,
    codes::CONFUSABLE_WORD,
    codes::HIDDEN_MARKUP,
    codes::FRONT_MATTER_FENCE,
    codes::CUT_OFF,
];

impl Code {
    /// Whether a finding of this code is about what a text holds, and the file can be read all the same.
    pub fn is_about_text(&self) -> bool {
        TEXTS.contains(&self)
    }

    /// The code of this name.
    pub fn from_name(name: &str) -> Option<&'static Code> {
        CODES.iter().copied().find(|code| code.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_kebab_case_and_explained() {
        let mut seen = std::collections::BTreeSet::new();
        for code in CODES {
            assert!(seen.insert(code.name), "{} stands twice", code.name);
            assert!(crate::model::is_id(code.name));
            assert!(!code.summary.ends_with('.') && code.explanation.ends_with(['.', ')']));
        }
    }
}
