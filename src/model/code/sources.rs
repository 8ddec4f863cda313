//! Problems of a profile's selection: missing or conflicting references, and selected sources without effect.

use super::{UNDECIDED, UNREAD};

super::entries! {
    UNKNOWN_FRAGMENT = "unknown-fragment", Error, Bound::Fixed(UNREAD);
    "a fragment does not exist"
    cause "A fragment's id is its path under fragments/ without `.toml`."
    example r#"# profiles/ada.toml
use = ["rules/sql-safty"]

# fragments/rules/sql-safety.toml
[never]
select-star = "use `SELECT *`"
"#
    fix "Correct the id, or create the fragment. `cento list fragments` lists all fragments."

    UNKNOWN_PROFILE = "unknown-profile", Error, Bound::Fixed(UNREAD);
    "a profile does not exist"
    cause "A profile's id is its file name under profiles/ without `.toml`."
    example r#"# profiles/ada.toml
extends = ["backend"]
"#
    fix "Correct the id, or create the profile. `cento list profiles` lists all profiles."

    UNKNOWN_KIND = "unknown-kind", Warning, Bound::Free;
    "`[sections]` names a kind that the workspace does not have"
    cause "The line has no effect; the kind is probably misspelt. A kind is known if it is built in, or if a \
     fragment or the body of a profile has it."
    example r#"# profiles/ada.toml
[sections]
expertize = "What I know"
"#
    fix "Correct the kind, or delete the line. `cento list kinds` lists all kinds."

    UNUSED_LAYOUT = "unused-layout", Warning, Bound::Free;
    "a `[layout]` setting applies to nothing"
    cause "The persona has no section, group or entry at this address. It was removed, or the address is misspelt."
    example r#"# fragments/voice/plain.toml
[items]
short = "Keep it short."

# profiles/ada.toml
use = ["voice/plain"]
[layout.voices]
bullet = "* "
"#
    fix "Correct the address, or delete the line."

    BROKEN_FILE = "broken-file", Error, Bound::Fixed(UNREAD);
    "a persona depends on a file with errors"
    cause "A persona is composed only if all of its files are valid. Personas that do not use the file are not affected."
    example r#"# fragments/voice/plain.toml
[items]
short = 1

# profiles/ada.toml
use = ["voice/plain"]
"#
    fix "Fix the errors of the file, which are reported separately."

    EXTENDS_CYCLE = "extends-cycle", Error, Bound::Fixed(UNDECIDED);
    "cycle in `extends`"
    cause "A profile overrides the profiles that it extends, so it cannot extend itself, directly or through others."
    example r#"# profiles/ada.toml
extends = ["backend"]

# profiles/backend.toml
extends = ["ada"]
"#
    fix "Remove one of the `extends` that the message lists."

    EXTENDS_ORDER = "extends-order", Error, Bound::Fixed(UNDECIDED);
    "two `extends` lists require opposite orders"
    cause "The display order is the C3 linearization of `extends`: parents come before children, and the parents of a \
     profile come in the order in which it lists them. Two lists with the same profiles in opposite orders have \
     no linearization."
    example r#"# profiles/a.toml

# profiles/b.toml

# profiles/one.toml
extends = ["a", "b"]

# profiles/other.toml
extends = ["b", "a"]

# profiles/ada.toml
extends = ["one", "other"]
"#
    fix "Swap the names in one of them."

    DROP_UNMATCHED = "drop-unmatched", Error, Bound::Fixed(UNDECIDED);
    "`drop` names a fragment that no parent uses"
    cause "`drop` leaves out a fragment that a parent uses. If no parent uses it, the id is wrong or the line is no \
     longer needed."
    example r#"# fragments/voice/formal.toml
[items]
titles = "Use titles."

# profiles/ada.toml
drop = ["voice/formal"]
"#
    fix "Correct the id, or delete the line. To leave out a fragment that the profile itself uses, delete it from `use`."

    DROP_CONFLICT = "drop-conflict", Error, Bound::Fixed(UNDECIDED);
    "one parent drops a fragment or target that another has"
    cause "Neither parent extends the other, so neither takes precedence."
    example r#"# fragments/voice/formal.toml
[items]
titles = "Use titles."

# profiles/base.toml
use = ["voice/formal"]

# profiles/with.toml
extends = ["base"]
use = ["voice/formal"]

# profiles/without.toml
extends = ["base"]
drop = ["voice/formal"]

# profiles/ada.toml
extends = ["with", "without"]
"#
    fix "Decide in the profile that extends both: add the fragment to its `use` to keep it, or to its `drop` to \
     leave it out."

    LOCKED_DROP = "locked-drop", Error, Bound::Fixed(UNDECIDED);
    "a dropped fragment has locked claims"
    cause "Dropping a fragment also drops its locked claims, and that must be explicit."
    example r#"# fragments/rules/safety.toml
[never]
secrets = { text = "write a secret into a file", level = "locked" }

# profiles/base.toml
use = ["rules/safety"]

# profiles/ada.toml
extends = ["base"]
drop = ["rules/safety"]
"#
    fix "Keep the fragment, or write the `drop` as { fragment = \"...\", breaks-lock = true, reason = \"...\" }."

    REMOVE_UNMATCHED = "remove-unmatched", Error, Bound::Fixed(UNDECIDED);
    "`[[remove]]` matches nothing"
    cause "A `[[remove]]` removes claims of fragments and of parent profiles, at one address or in one group. One that \
     matches nothing has a misspelt address, or its rule has moved."
    example r#"# fragments/rules/sql.toml
[never]
select-star = "use `SELECT *`"

# profiles/ada.toml
use = ["rules/sql"]
[[remove]]
target = "rules.select-all"
reason = "this persona never touches SQL"
"#
    fix "Correct the address, or delete the `[[remove]]`."

    LOCKED_REMOVAL = "locked-removal", Error, Bound::Fixed(UNDECIDED);
    "`[[remove]]` matches a locked claim"
    cause "Removing a locked claim must be explicit."
    example r#"# fragments/rules/safety.toml
[never]
secrets = { text = "write a secret into a file", level = "locked" }

# profiles/ada.toml
use = ["rules/safety"]
[[remove]]
target = "rules.secrets"
seen = { "rules/safety" = "ca2a0ae22a2d010c" }
reason = "it has none"
"#
    fix "Delete the `[[remove]]`, or add `breaks-lock = true` and a reason to it."

    REMOVE_CONFLICT = "remove-conflict", Error, Bound::Fixed(UNDECIDED);
    "one parent removes an entry that another changes"
    cause "Neither parent extends the other, so neither takes precedence."
    example r#"# fragments/rules/sql.toml
[should]
explain = "read the query plan"

# profiles/base.toml
use = ["rules/sql"]

# profiles/edits.toml
extends = ["base"]
[body.rules.must]
explain = "read the query plan and paste it"

# profiles/removes.toml
extends = ["base"]
[[remove]]
target = "rules.explain"
seen = { "rules/sql" = "2e2a5adb9a703a4f" }
reason = "no database"

# profiles/ada.toml
extends = ["edits", "removes"]
"#
    fix "Decide in the profile that extends both: write the entry, a `[[remove]]`, or a `[[resolve]]` that takes one \
     side."

    UNMET_REQUIRES = "unmet-requires", Error, Bound::Fixed(UNDECIDED);
    "a required fragment is missing"
    cause "`requires` lists the fragments that a fragment depends on."
    example r#"# fragments/expertise/postgres.toml
text = "You know Postgres."

# fragments/rules/sql.toml
requires = ["expertise/postgres"]
[never]
select-star = "use `SELECT *`"

# profiles/ada.toml
use = ["rules/sql"]
"#
    fix "Add the required fragment to `use`, or remove the one that requires it. An abstract profile may leave this to \
     its children."

    EXCLUDED = "excluded", Error, Bound::Fixed(UNDECIDED);
    "a persona has two fragments that exclude each other"
    cause "`excludes` lists the fragments that must not be in the same persona."
    example r#"# fragments/voice/formal.toml
excludes = ["voice/casual"]
text = "Use titles."

# fragments/voice/casual.toml
text = "Use first names."

# profiles/ada.toml
use = ["voice/formal", "voice/casual"]
"#
    fix "Remove one of them from `use`, or `drop` it if a parent uses it."
}
