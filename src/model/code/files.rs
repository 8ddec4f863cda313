//! Problems of a single file.

use super::{UNDECIDED, UNREAD, UNSAFE};

super::entries! {
    SYNTAX = "syntax", Error, Bound::Fixed(UNREAD);
    "the file is not valid TOML"
    cause "The caret marks the place where the TOML parser stopped."
    example r#"# fragments/voice/plain.toml
[items]
short = "Keep it short.
"#
    fix "Common causes: a string without a closing quote, a table defined twice, a `\"` inside a basic string \
     (use a literal string: '...')."

    MERGE_CONFLICT = "merge-conflict", Error, Bound::Fixed(UNREAD);
    "the file has an unresolved git conflict"
    cause "git marks unmerged lines with `<<<<<<<`, `=======` and `>>>>>>>`, which are not TOML. The \
     caret marks the first of them, and the message names the last."
    example r#"# fragments/voice/plain.toml
[items]
<<<<<<< HEAD
short = "Keep it short."
=======
short = "One paragraph."
>>>>>>> shorter
"#
    fix "Keep one side, or combine both, and delete the lines with the markers."

    MERGE_MARKER = "merge-marker", Warning, Bound::Free;
    "a text contains git conflict markers"
    cause "git knows nothing of TOML strings. A conflict inside a multi-line string is still valid TOML, and both \
     sides would become part of the persona."
    example r#"# fragments/voice/plain.toml
[items]
short = '''
<<<<<<< HEAD
Keep it short.
=======
One paragraph.
>>>>>>> shorter
'''

# profiles/ada.toml
use = ["voice/plain"]
"#
    fix "Resolve the conflict. In a text about conflicts, indent the markers."

    ENCODING = "encoding", Error, Bound::Fixed(UNREAD);
    "the file is not UTF-8"
    cause "cento reads UTF-8, with or without a byte order mark. The message gives the offset of the first byte \
     that is not UTF-8."
    example r"$ printf 'summary = \047caf\351\047\n' > fragments/voice/plain.toml
$ cento check
"
    fix "Save the file as UTF-8."

    UNREADABLE = "unreadable", Error, Bound::Fixed(UNREAD);
    "a document cannot be read"
    cause "The operating system refused access; the message gives its reason. The other documents are still read."
    example r"$ chmod 000 personas/ada.md
$ cento similar personas
"
    fix "Give the user who runs cento permission to read the file, or leave it out of the command."

    SLIPPED_KEY = "slipped-key", Warning, Bound::Free;
    "a key below a table header is read as an entry"
    cause "In TOML, every line after the header of a table belongs to that table. A `summary` below `[never]` is the \
     text of a rule, not the summary of the fragment."
    example r#"# fragments/rules/sql.toml
[never]
select-star = "use `SELECT *`"
summary = "SQL that stays quick"
"#
    fix "Move the line above the first header of a table. If it is meant as an entry, write it as a table with \
     `text`, or give it another id."

    IGNORED_FILE = "ignored-file", Warning, Bound::Free;
    "a file among the fragments or profiles is not read"
    cause "cento reads only files that end in `.toml`, in lower case. A fragment in YAML or Markdown would be ignored \
     silently. Names in capitals, such as README.md, and names that begin with a dot are not reported."
    example r"$ printf 'text: Plain words.\n' > fragments/voice/plain.yaml
$ cento check
"
    fix "Write the file as TOML and rename it. `cento import` turns Markdown into fragments and a profile."

    TOO_LARGE = "too-large", Error, Bound::Fixed(UNREAD);
    "a file or a persona exceeds a limit"
    cause "A file may have at most 1 MiB, and a persona at most 1,000 fragments."
    example r"$ head -c 2000000 /dev/zero | tr '\0' '#' > fragments/voice/plain.toml
$ cento check
"
    fix "Split the file or the persona."

    TOO_DEEP = "too-deep", Error, Bound::Fixed(UNREAD);
    "tables, or `extends`, are nested too deeply"
    cause "Tables and arrays may be nested 64 levels deep, and a chain of `extends` may be 64 profiles long."
    example r#"# profiles/ada.toml
description = [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
"#
    fix "Write the value with fewer levels. To shorten a chain of `extends`, remove profiles that add nothing of \
     their own."

    UNSAFE_PATH = "unsafe-path", Error, Bound::Fixed(UNSAFE);
    "a path leaves the workspace or passes through a symbolic link"
    cause "cento reads and writes only inside the workspace. Paths must be relative, must not contain `..`, and must \
     not pass through symbolic links that lead outside. Fragments, profiles, cento.toml, cento.lock and .git are \
     never written as outputs."
    example r#"# profiles/ada.toml
[body.rules.never]
guess = "guess"
[target.prompt]
path = "../ada.md"
"#
    fix "Use a path inside the workspace. To write all outputs to another directory, run `cento build --out DIR`."

    BAD_NAME = "bad-name", Error, Bound::Fixed(UNREAD);
    "invalid file name or id"
    cause "Ids of fragments, profiles, kinds, groups and items consist of lower-case letters, digits and hyphens, \
     and begin with a letter or digit: `select-star`. Field names use underscores instead of hyphens and \
     begin with a letter. A fragment's id is its path without the extension: fragments/rules/sql-safety.toml is \
     `rules/sql-safety`."
    example r#"# fragments/rules/sql.toml
[never]
selectStar = "use `SELECT *`"
"#
    fix "Rename it as the help suggests, and update every reference to it."

    UNKNOWN_KEY = "unknown-key", Error, Bound::Fixed(UNREAD);
    "unknown key"
    cause "Unknown keys are errors because a misspelt key would otherwise be ignored silently."
    example r#"# fragments/rules/sql.toml
[nevr]
select-star = "use `SELECT *`"
"#
    fix "Correct the key. The help names the closest known key, or lists all of them."

    WRONG_TYPE = "wrong-type", Error, Bound::Fixed(UNREAD);
    "a value has the wrong type"
    cause "The message names the type that is expected and the type that was found."
    example r#"# profiles/ada.toml
use = "identity/engineer"
"#
    fix "Write a value of the expected type: here a list, `[\"identity/engineer\"]`."

    BAD_VALUE = "bad-value", Error, Bound::Fixed(UNREAD);
    "a value is not allowed"
    cause "The value has the right type but is invalid here: an unknown word, an empty text, or a line break in a text \
     that must be one line."
    example r#"# fragments/rules/sql.toml
[never]
select-star = { text = "use `SELECT *`", level = "firm" }
"#
    fix "Use one of the values in the message."

    MISSING_KEY = "missing-key", Error, Bound::Fixed(UNREAD);
    "a required key is missing"
    cause "Some tables have required keys. An item written as a table needs `text`, and a `[[resolve]]` \
     needs `at` and exactly one of `take`, `set` and `keep`."
    example r#"# fragments/rules/sql.toml
[never]
select-star = { why = "a new column breaks the reader" }
"#
    fix "Add the key, or delete the table."

    NO_REASON = "no-reason", Warning, Bound::Free;
    "a decision has no reason"
    cause "`[[resolve]]`, `[[remove]]` and a `drop` that breaks a lock record decisions. A later reader needs to \
     know the reason for each."
    example r#"# fragments/rules/sql.toml
[never]
select-star = "use `SELECT *`"
[always]
explain = "read the query plan first"

# profiles/ada.toml
use = ["rules/sql"]
[[remove]]
target = "rules.select-star"
seen = { "rules/sql" = "403c34e4bbaa2854" }
"#
    fix "Add `reason = \"...\"`."

    DUPLICATE_ADDRESS = "duplicate-address", Error, Bound::Fixed(UNDECIDED);
    "two entries share an address"
    cause "An address names one entry: an item, a step, a block of prose, a rule or a group. Entries of different \
     types cannot share an address, in one file or across the files of a persona."
    example r#"# fragments/rules/sql.toml
[items]
indexes = "An index has a cost."
[must]
indexes = "explain each new index"
"#
    fix "Rename one of the entries."

    RESERVED_NAME = "reserved-name", Error, Bound::Fixed(UNREAD);
    "a name is reserved"
    cause "`fields`, `subject`, `sections`, `target` and `layout` begin addresses of other types, so they cannot name a \
     kind. In the kind `tools`, no item can be named `allow` or `deny`."
    example r#"# fragments/sql.toml
kind = "target"
text = "Queries under 50 ms."
"#
    fix "Choose another name."
}
