//! Problems between claims: conflicts, their resolutions, ordering and templates.

use super::{UNDECIDED, UNREAD};

super::entries! {
    CONFLICT = "conflict", Error, Bound::Fixed(UNDECIDED);
    "claims at one address disagree"
    cause "Two fragments, or two parent profiles, give different values at one address, and neither overrides the \
     other. The order of `use` never chooses a value."
    example r#"# fragments/identity/lead.toml
[fields]
description = "Leads application security"

# fragments/identity/staff.toml
[fields]
description = "Builds what lasts"

# profiles/ada.toml
use = ["identity/lead", "identity/staff"]
"#
    fix "Choose with `cento resolve`, which records the choice and its reason in the profile. If one value is only \
     a fallback, mark it `level = \"default\"`. Or write the value in the profile itself, which overrides its fragments."

    LOCK_CONFLICT = "lock-conflict", Error, Bound::Fixed(UNDECIDED);
    "a claim disagrees with a locked claim"
    cause "A locked claim cannot be overridden. A different claim in the same or a higher layer is a conflict."
    example r#"# fragments/rules/safety.toml
[never]
secrets = { text = "write a secret into a file", level = "locked" }

# profiles/ada.toml
use = ["rules/safety"]
[body.rules.never]
secrets = "write a secret into a public file"
"#
    fix "Remove the other claim, or break the lock with a `[[resolve]]` that has `breaks-lock = true`."

    CONTRADICTION = "contradiction", Error, Bound::Fixed(UNDECIDED);
    "two rules about one subject cannot both be obeyed"
    cause "The subject of a rule is its `about`, or its id without one. Subjects are compared across the whole persona. \
     `never` and `avoid` contradict `should`, `must` and `always`, and `never` contradicts `may`."
    example r#"# fragments/rules/git.toml
[never]
push-to-main = "push to main"

# fragments/workflow/release.toml
[always]
push-bump = { text = "push the version bump to main", about = "push-to-main" }

# profiles/ada.toml
use = ["rules/git", "workflow/release"]
"#
    fix "Remove one of the rules. If they are about different actions, give the narrower one a subject of its own."

    WEAKENING = "weakening", Error, Bound::Fixed(UNDECIDED);
    "a higher layer weakens a rule"
    cause "A profile may strengthen a rule of a fragment or parent. Weakening one needs a recorded decision."
    example r#"# fragments/rules/tests.toml
[must]
tests = "write a test first"

# profiles/ada.toml
use = ["rules/tests"]
[body.rules.should]
tests = "write a test first"
"#
    fix "Keep the force of the rule, or record the decision in a `[[resolve]]` with its reason."

    OVERRIDE_UNMATCHED = "override-unmatched", Error, Bound::Fixed(UNDECIDED);
    "an entry of a profile has no text, and no single entry below it to build on"
    cause "In a profile, an entry without `text` keeps the text below it and changes only the keys that it sets. That \
     needs a single entry below: of a fragment or parent, not removed, and not several that `keep = \"both\"` keeps."
    example r#"# profiles/ada.toml
[body.rules.always]
tests = {}
"#
    fix "Write the `text`, or `use` a fragment that has the entry. An abstract profile may leave that to its children."

    REPLACED_PARTS = "replaced-parts", Note, Bound::Free;
    "an entry of a profile replaces one below it and drops a part of it"
    cause "An entry with a `text` replaces the whole entry below it. A label, reason, subject, band or anchor that it \
     does not repeat is lost."
    example r#"# fragments/rules/tests.toml
[should]
tests = { label = "Tests", text = "write a test first" }
names = "name what it does"

# profiles/ada.toml
use = ["rules/tests"]
[body.rules.must]
tests = "write a test before the code"
"#
    fix "Repeat the part in the entry. Or leave out `text`: then the entry keeps everything that it does not set."

    TENSION = "tension", Warning, Bound::Free;
    "two rules about one subject are hard to reconcile"
    cause "`avoid` with `may`, and `may` with `must` or `always`, can both be obeyed, but they confuse a reader."
    example r#"# fragments/rules/a.toml
[avoid]
macros = "write macros"

# fragments/rules/b.toml
[may]
generate = { text = "write a macro where it saves a file", about = "macros" }

# profiles/ada.toml
use = ["rules/a", "rules/b"]
"#
    fix "Keep both with a `[[resolve]]` that has `keep = \"both\"`, or take one."

    TOOLS_WIDENED = "tools-widened", Error, Bound::Fixed(UNDECIDED);
    "a profile allows a tool that a lower layer does not"
    cause "A persona may use the tools in all `allow` lists that are in no `deny` list. A higher layer may narrow \
     this set; widening it needs a recorded decision."
    example r#"# fragments/tools/read-only.toml
[tools]
allow = ["Read", "Grep"]

# profiles/ada.toml
use = ["tools/read-only"]
[tools]
allow = ["Read", "Write"]
"#
    fix "Allow only tools that the lower layers allow, or add a `[[resolve]]` at `tools.allow`."

    TOOLS_EMPTY = "tools-empty", Error, Bound::Fixed(UNDECIDED);
    "the `allow` lists have no tool in common"
    cause "An empty list cannot be written: a target without `tools` grants all of them."
    example r#"# fragments/tools/reads.toml
[tools]
allow = ["Read"]

# fragments/tools/writes.toml
[tools]
allow = ["Write"]

# profiles/ada.toml
use = ["tools/reads", "tools/writes"]
"#
    fix "Set the list with a `[[resolve]]` at `tools.allow`."

    ORDER_CYCLE = "order-cycle", Error, Bound::Fixed(UNDECIDED);
    "ordering cycle"
    cause "No order satisfies all of these `before`, `after` and `band` settings."
    example r#"# fragments/workflow/change.toml
[steps]
plan = { text = "Plan.", after = "build" }
build = { text = "Build.", after = "plan" }

# profiles/ada.toml
use = ["workflow/change"]
"#
    fix "Remove one of the settings that the message lists."

    ORDER_ANCHOR = "order-anchor", Error, Bound::Fixed(UNDECIDED);
    "`before` or `after` names an entry that is not in the list"
    cause "`before` and `after` name entries of the same section or group, and the persona must have them."
    example r#"# fragments/workflow/change.toml
[steps]
plan = "Plan."
build = { text = "Build.", after = "plam" }

# profiles/ada.toml
use = ["workflow/change"]
"#
    fix "Correct the id, or write it as \"id?\" if the entry may be missing."

    NESTING = "nesting", Error, Bound::Fixed(UNDECIDED);
    "an entry cannot be under the one that `under` names"
    cause "`under` names an item, step or rule of the same section or group, and the persona must have it. Whoever removes \
     that entry decides about the entries under it too: they do not vanish with it. An output must have both, and all \
     outputs of a locked entry."
    example r#"# fragments/workflow/change.toml
[steps]
plan = "Plan."

[items]
size = { text = "Small steps.", under = "plam" }

# profiles/ada.toml
use = ["workflow/change"]
"#
    fix "Correct the id, delete `under`, or remove this entry too."

    ORDER_DIRECTLY = "order-directly", Error, Bound::Fixed(UNDECIDED);
    "`directly` cannot be satisfied"
    cause "Only one entry can be directly before or after another, and entries next to each other share one band."
    example r#"# fragments/workflow/change.toml
[steps]
build = "Build."
test = { text = "Test.", after = "build", directly = true }
lint = { text = "Lint.", after = "build", directly = true }

# profiles/ada.toml
use = ["workflow/change"]
"#
    fix "Leave `directly` in one of the entries, or put them one after the other."

    ORDER_NOT_ADJACENT = "order-not-adjacent", Note, Bound::Free;
    "an entry is not directly beside the one that its `before` or `after` names"
    cause "`before` and `after` only say which entry comes first. Others may come between."
    example r#"# fragments/workflow/change.toml
[steps]
build = "Build."
ship = "Ship."
test = { text = "Test.", after = "build" }

# profiles/ada.toml
use = ["workflow/change"]
"#
    fix "Add `directly = true` to keep the two together, or `directly = false` if other entries may come between."

    BAND_DISAGREEMENT = "band-disagreement", Warning, Bound::Free;
    "equal claims have different bands"
    cause "Several sources have the same text but different `band` settings. The earliest band is used."
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
    fix "Use the same band in all of them, or set it in only one."

    STALE_RESOLUTION = "stale-resolution", Error, Bound::Fixed(UNDECIDED);
    "a resolution is out of date and was not applied"
    cause "`seen` in a `[[resolve]]` holds a hash of each side at the time of the decision. Since then a side was \
     changed, added or removed, or the conflict is gone."
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
seen = { "identity/lead" = "1111111111111111", "identity/staff" = "2222222222222222" }
reason = "security is one of her hats"
"#
    fix "Review the sides. Then confirm the decision with `cento resolve PROFILE ADDRESS --reaffirm`, make a new one, \
     or delete it with `--drop`."

    UNPINNED_RESOLUTION = "unpinned-resolution", Warning, Bound::Free;
    "a resolution has no `seen`"
    cause "The resolution applies, and would still apply after a side changes. Hashes of the old form, with 24 bits, are \
     too short to detect a side that was crafted to match."
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
    fix "Pin it to the current texts with `cento resolve PROFILE ADDRESS --reaffirm`."

    UNPINNED_REMOVAL = "unpinned-removal", Warning, Bound::Free;
    "the removal of an entry has no `seen`"
    cause "The removal applies, and would also remove entries that other sources add at the address later."
    example r#"# fragments/rules/house.toml
[always]
cite = "cite file and line"
honest = "say what you did not check"

# profiles/ada.toml
use = ["rules/house"]
[[remove]]
target = "rules.cite"
reason = "prose has no lines"
"#
    fix "Pin it to the current texts with `cento resolve PROFILE ADDRESS --reaffirm`."

    STALE_REMOVAL = "stale-removal", Warning, Bound::Free;
    "a removal also removes a claim that was not reviewed"
    cause "`seen` in a `[[remove]]` holds a hash of the claim of each source when the entry was removed. Since then a \
     source was added or changed. The removal still applies."
    example r#"# fragments/rules/house.toml
[always]
cite = "cite file and line"
honest = "say what you did not check"

# profiles/ada.toml
use = ["rules/house"]
[[remove]]
target = "rules.cite"
seen = { "rules/house" = "1111111111111111" }
reason = "prose has no lines"
"#
    fix "Review the text. Then confirm the removal with `cento resolve PROFILE ADDRESS --reaffirm`, or delete it."

    BAD_RESOLUTION = "bad-resolution", Error, Bound::Fixed(UNDECIDED);
    "a resolution cannot be applied"
    cause "`take` must name one of the sides. `keep = \"both\"` works for texts and rules only. A locked side loses only \
     with `breaks-lock = true`. `force` needs `set` and the address of a rule."
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
    fix "Run `cento explain PROFILE ADDRESS` to see the sides, and `cento resolve` to write a valid decision."

    TEMPLATE = "template", Error, Bound::Fixed(UNREAD);
    "a template cannot be filled in"
    cause "Fragments with `template = true` are filled in with the fields of the persona. A field without a value is an \
     error."
    example r#"# fragments/identity/veteran.toml
template = true
text = "You have {{ years }} years of experience."

# profiles/ada.toml
use = ["identity/veteran"]
"#
    fix "Set the field in [fields] of the profile, or in a fragment with `level = \"default\"`."
}
