//! What is wrong between claims: conflicts, the decisions about them, order and templates.

use super::{UNDECIDED, UNREAD};

super::entries! {
    CONFLICT = "conflict", Error, Bound::Fixed(UNDECIDED);
    "claims at one address disagree"
    cause "Two fragments, or two parents, say different things at one address, and nothing puts one above the other: \
     the order of `use` never chooses a value."
    example r#"# fragments/identity/lead.toml
[fields]
description = "Leads application security"

# fragments/identity/staff.toml
[fields]
description = "Builds what lasts"

# profiles/ada.toml
use = ["identity/lead", "identity/staff"]
"#
    fix "Choose with `cento resolve`, which records the choice and its reason in the profile; or mark one of them \
     `level = \"default\"` if it is only a fallback; or say it in the profile itself, which stands above its \
     fragments."

    LOCK_CONFLICT = "lock-conflict", Error, Bound::Fixed(UNDECIDED);
    "a locked claim is contradicted"
    cause "A locked claim stands against every layer. Another claim beside or above it that says something else is \
     a conflict."
    example r#"# fragments/rules/safety.toml
[never]
secrets = { text = "write a secret into a file", level = "locked" }

# profiles/ada.toml
use = ["rules/safety"]
[body.rules.never]
secrets = "write a secret into a public file"
"#
    fix "Remove the other claim, or break the lock on purpose: a `[[resolve]]` with `breaks-lock = true`."

    CONTRADICTION = "contradiction", Error, Bound::Fixed(UNDECIDED);
    "two rules on one subject cannot both be obeyed"
    cause "A rule's subject is `about`, else its id, and holds for the whole persona. `never` and `avoid` contradict \
     `should`, `must` and `always`, and `never` contradicts `may`."
    example r#"# fragments/rules/git.toml
[never]
push-to-main = "push to main"

# fragments/workflow/release.toml
[always]
push-bump = { text = "push the version bump to main", about = "push-to-main" }

# profiles/ada.toml
use = ["rules/git", "workflow/release"]
"#
    fix "Keep one of the rules, remove the other, or give the narrower one a subject of its own if they speak of \
     different actions."

    WEAKENING = "weakening", Error, Bound::Fixed(UNDECIDED);
    "a higher layer weakens a rule"
    cause "A profile may strengthen a rule of a fragment or parent freely. To weaken one is a decision."
    example r#"# fragments/rules/tests.toml
[must]
tests = "write a test first"

# profiles/ada.toml
use = ["rules/tests"]
[body.rules.should]
tests = "write a test first"
"#
    fix "Leave the rule as strong as it is, or record the decision in a `[[resolve]]` with its reason."

    TENSION = "tension", Warning, Bound::Free;
    "two rules on one subject pull in different directions"
    cause "`avoid` beside `may`, and `may` beside `must` or `always`, can both be obeyed, but a reader will wonder."
    example r#"# fragments/rules/a.toml
[avoid]
macros = "write macros"

# fragments/rules/b.toml
[may]
generate = { text = "write a macro where it saves a file", about = "macros" }

# profiles/ada.toml
use = ["rules/a", "rules/b"]
"#
    fix "Accept both with keep = \"both\", or take one."

    TOOLS_WIDENED = "tools-widened", Error, Bound::Fixed(UNDECIDED);
    "a profile allows a tool that a lower layer does not"
    cause "The tools allowed are the intersection of all `allow` lists, less what any `deny` list names. A higher \
     layer may narrow that freely; to widen it is a decision."
    example r#"# fragments/tools/read-only.toml
[tools]
allow = ["Read", "Grep"]

# profiles/ada.toml
use = ["tools/read-only"]
[tools]
allow = ["Read", "Write"]
"#
    fix "Allow only what the lower layers do, or settle it with a `[[resolve]]` at `tools.allow`."

    TOOLS_EMPTY = "tools-empty", Error, Bound::Fixed(UNDECIDED);
    "no tool is left that every source allows"
    cause "An empty list cannot be written: a target that leaves `tools` out grants all of them."
    example r#"# fragments/tools/reads.toml
[tools]
allow = ["Read"]

# fragments/tools/writes.toml
[tools]
allow = ["Write"]

# profiles/ada.toml
use = ["tools/reads", "tools/writes"]
"#
    fix "Settle it with a `[[resolve]]` at `tools.allow` that sets the list."

    ORDER_CYCLE = "order-cycle", Error, Bound::Fixed(UNDECIDED);
    "`before`, `after` and `band` go round in a circle"
    cause "Each asks for a place before or after another, and no order gives all of them theirs."
    example r#"# fragments/workflow/change.toml
[steps]
plan = { text = "Plan.", after = "build" }
build = { text = "Build.", after = "plan" }

# profiles/ada.toml
use = ["workflow/change"]
"#
    fix "The message names each edge of the circle and where it is written; remove one."

    ORDER_ANCHOR = "order-anchor", Error, Bound::Fixed(UNDECIDED);
    "`before` or `after` names an entry that is not in the list"
    cause "Anchors name entries of the same section or group that are in the persona."
    example r#"# fragments/workflow/change.toml
[steps]
plan = "Plan."
build = { text = "Build.", after = "plam" }

# profiles/ada.toml
use = ["workflow/change"]
"#
    fix "Correct the id. Written \"id?\", an anchor that is not there is passed over."

    BAND_DISAGREEMENT = "band-disagreement", Warning, Bound::Free;
    "agreed claims name different bands"
    cause "Several sources say the same thing and ask for different places. The earliest band is used."
    example r#"# fragments/voice/a.toml
[items]
short = { text = "Keep it short.", band = "early" }
long = "Explain what is new."

# fragments/voice/b.toml
[items]
short = { text = "Keep it short.", band = "late" }

# profiles/ada.toml
use = ["voice/a", "voice/b"]
"#
    fix "Let them agree, or leave the band to one of them."

    STALE_RESOLUTION = "stale-resolution", Error, Bound::Fixed(UNDECIDED);
    "a resolution that no longer fits was not applied"
    cause "A `[[resolve]]` applies only to what it saw: `seen` holds a hash of each side. A side has changed, come or \
     gone since, or nothing is left to decide."
    example r#"# fragments/identity/lead.toml
[fields]
description = "Leads security"

# fragments/identity/staff.toml
[fields]
description = "Builds what lasts, and decides"

# profiles/ada.toml
use = ["identity/lead", "identity/staff"]
[[resolve]]
at = "fields.description"
take = "identity/staff"
seen = { "identity/lead" = "111111", "identity/staff" = "222222" }
reason = "security is one of her hats"
"#
    fix "Look at the sides again, then reaffirm the decision (`cento resolve PROFILE ADDRESS --reaffirm`), redo it, \
     or drop it."

    UNPINNED_RESOLUTION = "unpinned-resolution", Warning, Bound::Free;
    "a resolution without `seen`"
    cause "It works, but would go on to apply after a side has changed."
    example r#"# fragments/identity/lead.toml
[fields]
description = "Leads security"

# fragments/identity/staff.toml
[fields]
description = "Builds what lasts"

# profiles/ada.toml
use = ["identity/lead", "identity/staff"]
[[resolve]]
at = "fields.description"
take = "identity/staff"
reason = "security is one of her hats"
"#
    fix "`cento resolve PROFILE ADDRESS --reaffirm` pins it to what it sees now."

    BAD_RESOLUTION = "bad-resolution", Error, Bound::Fixed(UNDECIDED);
    "a resolution that cannot be applied"
    cause "`take` names one of the sides; `keep = \"both\"` is for texts and rules, of which there can be two; a \
     locked side loses only with `breaks-lock = true`; `force` belongs to `set` on a rule."
    example r#"# fragments/identity/lead.toml
[fields]
description = "Leads security"

# fragments/identity/staff.toml
[fields]
description = "Builds what lasts"

# profiles/ada.toml
use = ["identity/lead", "identity/staff"]
[[resolve]]
at = "fields.description"
keep = "both"
reason = "she is both"
"#
    fix "Choose in another way: `cento explain PROFILE ADDRESS` shows the sides, and `cento resolve` writes a \
     decision that fits."

    TEMPLATE = "template", Error, Bound::Fixed(UNREAD);
    "a template cannot be filled in"
    cause "Fragments with `template = true` are filled in with the persona's fields, strictly: a field that nobody \
     sets is an error."
    example r#"# fragments/identity/veteran.toml
template = true
text = "You have {{ years }} years of experience."

# profiles/ada.toml
use = ["identity/veteran"]
"#
    fix "Set the field in the profile's [fields], or in a fragment with level = \"default\"."
}
