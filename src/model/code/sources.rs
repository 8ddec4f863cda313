//! What is wrong with what a profile brings together: files that name each other, and what is left out.

use super::{UNDECIDED, UNREAD};

super::entries! {
    UNKNOWN_FRAGMENT = "unknown-fragment", Error, Bound::Fixed(UNREAD);
    "a fragment that does not exist"
    cause "A fragment's id is its path under fragments/ without `.toml`."
    example r#"# profiles/ada.toml
use = ["rules/sql-safty"]

# fragments/rules/sql-safety.toml
[never]
select-star = "use `SELECT *`"
"#
    fix "Correct the id, or write the fragment. `cento list fragments` shows all."

    UNKNOWN_PROFILE = "unknown-profile", Error, Bound::Fixed(UNREAD);
    "a profile that does not exist"
    cause "A profile's id is the name of its file under profiles/ without `.toml`."
    example r#"# profiles/ada.toml
extends = ["backend"]
"#
    fix "Correct the id, or write the profile. `cento list profiles` shows all."

    UNKNOWN_KIND = "unknown-kind", Warning, Bound::Free;
    "`[sections]` lists a kind that nothing in the workspace is of"
    cause "The line has no effect, so it is probably misspelt. A kind is known if cento knows it, or if a fragment \
     or the body of a profile is of it."
    example r#"# profiles/ada.toml
[sections]
expertize = "What I know"
"#
    fix "Correct the kind, or delete the line. `cento list kinds` shows all."

    UNUSED_LAYOUT = "unused-layout", Warning, Bound::Free;
    "`[layout]` speaks of a place that the persona does not have"
    cause "The setting lays out nothing: its section, group or entry is gone, or its name is misspelt."
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
    "a persona reaches a file with errors"
    cause "A persona is only composed of files that are whole. Personas that do not reach the file are not affected."
    example r#"# fragments/voice/plain.toml
[items]
short = 1

# profiles/ada.toml
use = ["voice/plain"]
"#
    fix "The errors of the file are reported on their own; mend them first."

    EXTENDS_CYCLE = "extends-cycle", Error, Bound::Fixed(UNDECIDED);
    "profiles extend each other in a circle"
    cause "A profile stands above those that it extends, so the relation cannot come back to itself."
    example r#"# profiles/ada.toml
extends = ["backend"]

# profiles/backend.toml
extends = ["ada"]
"#
    fix "The message names each step; remove one."

    EXTENDS_ORDER = "extends-order", Error, Bound::Fixed(UNDECIDED);
    "two `extends` lists ask for opposite orders"
    cause "The order of display comes from linearizing `extends` (C3): parents before children, and the parents of \
     each profile in the order in which it lists them. Two lists that name the same profiles in opposite \
     orders cannot both be kept."
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
    cause "`drop` takes away what a parent brings in. If no parent uses the fragment, either the name is wrong or \
     the line is no longer needed."
    example r#"# fragments/voice/formal.toml
[items]
titles = "Use titles."

# profiles/ada.toml
drop = ["voice/formal"]
"#
    fix "Correct or delete it. A fragment that the profile itself uses is simply not listed in `use`."

    DROP_CONFLICT = "drop-conflict", Error, Bound::Fixed(UNDECIDED);
    "one parent drops a fragment that another uses"
    cause "Neither parent extends the other, so neither decides."
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
    fix "The profile that extends both decides: list the fragment in its `use` to keep it, or in its `drop` to \
     leave it out."

    LOCKED_DROP = "locked-drop", Error, Bound::Fixed(UNDECIDED);
    "a dropped fragment has locked claims"
    cause "A locked claim goes only on purpose, also with its whole fragment."
    example r#"# fragments/rules/safety.toml
[never]
secrets = { text = "write a secret into a file", level = "locked" }

# profiles/base.toml
use = ["rules/safety"]

# profiles/ada.toml
extends = ["base"]
drop = ["rules/safety"]
"#
    fix "Keep the fragment, or write the drop as { fragment = \"...\", breaks-lock = true, reason = \"...\" }."

    REMOVE_UNMATCHED = "remove-unmatched", Error, Bound::Fixed(UNDECIDED);
    "`[[remove]]` matches nothing below its profile"
    cause "A removal acts on the claims of fragments and of the profiles that its profile extends, at one address or \
     in one group. A removal that matches nothing would hide a typo, or a rule that has moved."
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
    "a removal of a locked claim"
    cause "A locked claim goes only on purpose."
    example r#"# fragments/rules/safety.toml
[never]
secrets = { text = "write a secret into a file", level = "locked" }

# profiles/ada.toml
use = ["rules/safety"]
[[remove]]
target = "rules.secrets"
reason = "it has none"
"#
    fix "Delete the `[[remove]]`, or add `breaks-lock = true` to it, with a reason."

    REMOVE_CONFLICT = "remove-conflict", Error, Bound::Fixed(UNDECIDED);
    "one parent removes what another edits"
    cause "Neither parent extends the other, so neither decides."
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
reason = "no database"

# profiles/ada.toml
extends = ["edits", "removes"]
"#
    fix "The profile that extends both decides: a claim or a `[[remove]]` of its own, or a `[[resolve]]` that takes \
     one side."

    UNMET_REQUIRES = "unmet-requires", Error, Bound::Fixed(UNDECIDED);
    "a fragment requires another that is not here"
    cause "`requires` says that a fragment makes no sense alone."
    example r#"# fragments/expertise/postgres.toml
text = "You know Postgres."

# fragments/rules/sql.toml
requires = ["expertise/postgres"]
[never]
select-star = "use `SELECT *`"

# profiles/ada.toml
use = ["rules/sql"]
"#
    fix "Add what it requires to `use`, or leave it out. In an abstract profile it may stay open: its children fill \
     it."

    EXCLUDED = "excluded", Error, Bound::Fixed(UNDECIDED);
    "two fragments that exclude each other"
    cause "`excludes` says that two fragments must not be in one persona."
    example r#"# fragments/voice/formal.toml
excludes = ["voice/casual"]
text = "Use titles."

# fragments/voice/casual.toml
text = "Use first names."

# profiles/ada.toml
use = ["voice/formal", "voice/casual"]
"#
    fix "Leave one out; if a parent brings it, `drop` it."
}
