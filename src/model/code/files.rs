//! What is wrong with a file by itself.

use super::{UNDECIDED, UNREAD, UNSAFE};

super::entries! {
    SYNTAX = "syntax", Error, Bound::Fixed(UNREAD);
    "the file is not valid TOML"
    cause "The caret stands where the TOML reader gave up."
    example r#"# fragments/voice/plain.toml
[items]
short = "Keep it short.
"#
    fix "Common causes: a string without its closing quote, a table written twice, a `\"` inside a basic string \
     (use a literal string: '...')."

    ENCODING = "encoding", Error, Bound::Fixed(UNREAD);
    "the file is not UTF-8"
    cause "cento reads UTF-8, with or without a byte order mark. The message gives the offset of the first byte \
     that is not UTF-8."
    example r"$ printf 'summary = \047caf\351\047\n' > fragments/voice/plain.toml
$ cento check
"
    fix "Save the file as UTF-8."

    UNREADABLE = "unreadable", Error, Bound::Fixed(UNREAD);
    "a document that the system does not let cento read"
    cause "The message says why. The other documents are read all the same."
    example r"$ chmod 000 personas/ada.md
$ cento similar personas
"
    fix "Give the one who runs cento leave to read it, or leave it out."

    TOO_LARGE = "too-large", Error, Bound::Fixed(UNREAD);
    "a file or a persona exceeds a limit"
    cause "Limits keep one bad file from stopping everything: 1 MiB a file, 1,000 fragments in one persona."
    example r"$ head -c 2000000 /dev/zero | tr '\0' '#' > fragments/voice/plain.toml
$ cento check
"
    fix "Split the file or the persona."

    TOO_DEEP = "too-deep", Error, Bound::Fixed(UNREAD);
    "tables, or `extends`, are nested too deeply"
    cause "At most 64 levels of tables and arrays in a file, and 64 generations of profiles."
    example r#"# profiles/ada.toml
description = [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
"#
    fix "Write the value with fewer levels. A chain of profiles gets shorter where those that only pass on what \
     they extend are left out."

    UNSAFE_PATH = "unsafe-path", Error, Bound::Fixed(UNSAFE);
    "a path leads out of the workspace or through a link"
    cause "cento reads and writes inside the workspace only. Paths in its files are relative, have no `..`, and do \
     not pass through symbolic links that lead elsewhere. Sources, cento.toml, cento.lock and .git are never \
     written as outputs."
    example r#"# profiles/ada.toml
[target.prompt]
path = "../ada.md"
"#
    fix "Give a path inside the workspace; `cento build --out DIR` lays all of them below another directory."

    BAD_NAME = "bad-name", Error, Bound::Fixed(UNREAD);
    "a file or an id has a form that is not allowed"
    cause "Ids of fragments, profiles, kinds, groups and items are lower-case letters, digits and hyphens, \
     beginning with a letter or digit: `select-star`. Field names use underscores instead of hyphens and \
     begin with a letter. A fragment's id is its path: fragments/rules/sql-safety.toml is \
     `rules/sql-safety`."
    example r#"# fragments/rules/sql.toml
[never]
selectStar = "use `SELECT *`"
"#
    fix "Rename it as the help says, and what refers to it."

    UNKNOWN_KEY = "unknown-key", Error, Bound::Fixed(UNREAD);
    "a key that means nothing here"
    cause "Unknown keys are errors, since a misspelt key would be ignored in silence otherwise."
    example r#"# fragments/rules/sql.toml
[nevr]
select-star = "use `SELECT *`"
"#
    fix "Correct it: the help names the nearest known key, or all of them."

    WRONG_TYPE = "wrong-type", Error, Bound::Fixed(UNREAD);
    "a value of the wrong type"
    cause "The message says what is expected and what is there."
    example r#"# profiles/ada.toml
use = "identity/engineer"
"#
    fix "Write it as the type that is expected: here a list, `[\"identity/engineer\"]`."

    BAD_VALUE = "bad-value", Error, Bound::Fixed(UNREAD);
    "a value that is not one of those allowed"
    cause "The value has the right type, and means nothing here: a word that is not one of a few, an empty text, a \
     line break where one line is wanted."
    example r#"# fragments/rules/sql.toml
[never]
select-star = { text = "use `SELECT *`", level = "firm" }
"#
    fix "Use one of the values that the message names."

    MISSING_KEY = "missing-key", Error, Bound::Fixed(UNREAD);
    "a key that must be there is not"
    cause "Some keys are useless without others. An item written as a table needs `text`, and a `[[resolve]]` \
     needs `at` and exactly one of `take`, `set` and `keep`."
    example r#"# fragments/rules/sql.toml
[never]
select-star = { why = "a new column breaks the reader" }
"#
    fix "Add the key, or delete what needs it."

    NO_REASON = "no-reason", Warning, Bound::Free;
    "a decision without a reason"
    cause "A `[[resolve]]`, a `[[remove]]` and a `drop` that breaks a lock record who wins and why. Whoever meets \
     the decision in a year needs the why."
    example r#"# fragments/rules/sql.toml
[never]
select-star = "use `SELECT *`"
[always]
explain = "read the query plan first"

# profiles/ada.toml
use = ["rules/sql"]
[[remove]]
target = "rules.select-star"
"#
    fix "Add `reason = \"...\"`."

    DUPLICATE_ADDRESS = "duplicate-address", Error, Bound::Fixed(UNDECIDED);
    "two things at one address"
    cause "An address names one thing: an item, a step, a block of prose, a rule or a group. Two things of different \
     sorts cannot share it, whether they stand in one file or meet in a persona."
    example r#"# fragments/rules/sql.toml
[items]
indexes = "An index has a cost."
[must]
indexes = "explain each new index"
"#
    fix "Rename one of them."

    RESERVED_NAME = "reserved-name", Error, Bound::Fixed(UNREAD);
    "a name that means something else"
    cause "`fields`, `subject`, `sections`, `target` and `layout` begin addresses of other sorts, so no kind can be called \
     so; and in the kind `tools` no item can be called `allow` or `deny`."
    example r#"# fragments/sql.toml
kind = "target"
text = "Queries under 50 ms."
"#
    fix "Choose another name."
}
