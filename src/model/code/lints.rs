//! Lints and requirements, for one persona or the whole fleet.

super::entries! {
    REQUIREMENT = "requirement", Error, Bound::Free;
    "a persona violates a `[[require]]`"
    cause "A `[[require]]` in cento.toml sets requirements for the personas that it selects: a rule with a minimum \
     force, a section, a field, fragments, or a maximum length. The finding shows what the persona has instead."
    example r#"# cento.toml
[[require]]
personas = { tag = "backend" }
rule = "rules.secrets"
force = "never"
reason = "audit finding 12"

# profiles/ada.toml
tags = ["backend"]
"#
    fix "Follow the help of the message, for example add the fragment that has the rule. If the persona is right, add \
     it to `except`."

    IDLE_REQUIREMENT = "idle-requirement", Warning, Bound::Free;
    "a `[[require]]`, or a part of it, matches nothing"
    cause "A `[[require]]` that selects no persona is never enforced. A tag, section or exception that matches nothing \
     is probably misspelt."
    example r#"# cento.toml
[[require]]
personas = { tag = "backnd" }
rule = "rules.secrets"
reason = "audit finding 12"

# profiles/ada.toml
tags = ["backend"]
"#
    fix "Correct the name, or delete it."

    STALE_ACCEPTANCE = "stale-acceptance", Error, Bound::Free;
    "an accepted pair has changed"
    cause "An `[[accept]]` in cento.toml accepts two similar entries, and `seen` holds a hash of each. One of them was \
     changed or removed since, so `cento similar` shows the pair again."
    example r#"# cento.toml
[[accept]]
sides = ["rules/a:rules.short", "rules/b:rules.brief"]
seen = { "rules/a:rules.short" = "0000000000000000", "rules/b:rules.brief" = "1111111111111111" }
reason = "one is for people"

# fragments/rules/a.toml
[must]
short = "answer in three sentences at most"

# fragments/rules/b.toml
[must]
brief = "answer in two sentences at most"

# profiles/ada.toml
use = ["rules/a", "rules/b"]
"#
    fix "Review both entries. Then accept them again with `cento similar --accept`, or withdraw the acceptance with \
     `--drop`."

    EMPTY_GROUP = "empty-group", Warning, Bound::Free;
    "a group is empty"
    cause "All entries of the group were removed or overridden, and only its title or lead is left. Removing entries \
     never removes the group itself."
    example r#"# fragments/expertise/languages.toml
[group.languages]
title = "Languages"
[group.languages.items]
go = "Go"

# profiles/ada.toml
use = ["expertise/languages"]
[body.voice.items]
short = "answer in three lines"
[[remove]]
target = "expertise.languages.go"
seen = { "expertise/languages" = "538dc6cc2cd6ef2f" }
reason = "she does not write Go"
"#
    fix "Remove the group: `[[remove]] target = \"KIND.GROUP\"`, with a reason."

    NOTHING_LEFT = "nothing-left", Warning, Bound::Free;
    "all entries of a section or group are gone"
    cause "All entries were removed one by one, overridden or overruled, so the section or group is missing from the \
     persona. A `[[remove]]` that names the section or group confirms that this is intended."
    example r#"# fragments/voice/brief.toml
tags = ["brief"]
[items]
short = "answer in three lines"

# fragments/rules/git.toml
[never]
force-push = "push over the work of others"

# profiles/ada.toml
use = ["voice/brief", "rules/git"]
[[remove]]
target = "voice.short"
seen = { "voice/brief" = "5303ee0a58d9a5fa" }
reason = "her answers are reports"
"#
    fix "Keep an entry, or remove all of them with one `[[remove]] target = \"KIND\"`, with a reason."

    EMPTY_PERSONA = "empty-persona", Error, Bound::Free;
    "a persona has no content"
    cause "The document would have front matter and headings at most. A program that loads it gets no instructions."
    example r#"# profiles/ada.toml
description = "Reviews SQL"
"#
    fix "Use a fragment, or write entries in `[body]`. A profile that only others extend is `abstract = true`."

    EMPTY_SECTION = "empty-section", Warning, Bound::Free;
    "a heading has no content"
    cause "After the heading comes another heading of the same or a higher level, or the end of the document. This \
     concerns headings of sections and groups, and headings in Markdown texts. A heading with deeper headings below \
     it is not empty."
    example r#"# fragments/expertise/languages.toml
[items]
sql = "SQL"
[group.languages]
title = "Languages"

# profiles/ada.toml
use = ["expertise/languages"]
"#
    fix "Add the content, or delete the heading."

    HEADING_JUMP = "heading-jump", Note, Bound::Free;
    "a heading skips a level"
    cause "The outline has a gap, for example a heading with `####` directly below one with `##`. Readers, and programs \
     that split the document by headings, may attach the text to the wrong heading."
    example r###"# fragments/workflow/review.toml
[prose]
opening = """
Read the change as a whole.

#### Then line by line

Ask of each line what breaks without it."""

# profiles/ada.toml
use = ["workflow/review"]
"###
    fix "Remove the extra `#`. Headings of sections have two, those of groups three."

    DUPLICATE_TEXT = "duplicate-text", Warning, Bound::Free;
    "a persona has the same text twice"
    cause "Two entries of the persona with different ids have the same text, apart from case, punctuation and white \
     space. An edit of one would leave the other unchanged."
    example r#"# fragments/rules/git.toml
[never]
force-push = "push over the work of others"

# fragments/rules/team.toml
[never]
overwrite = "Push over the work of others."

# profiles/ada.toml
use = ["rules/git", "rules/team"]
"#
    fix "Give both the same id, so that they merge into one. Or delete one, or remove it in the profile with \
     `[[remove]]`."

    TOO_LONG = "too-long", Warning, Bound::Free;
    "a persona is longer than its target advises"
    cause "Programs that read the target load the whole document into their context. Its documentation recommends a \
     maximum length: for a skill, 500 lines and about 5,000 tokens. The output is complete all the same."
    example r"$ cento build
$ wc -l skills/ada/SKILL.md
612 skills/ada/SKILL.md
$ cento check
"
    fix "Remove fragments, or move details to separate files that the text refers to."

    VAGUE_DESCRIPTION = "vague-description", Note, Bound::Free;
    "a description does not say when to use the persona"
    cause "Programs choose among agents and skills by description alone. One that does not name an occasion is chosen \
     too rarely or at the wrong time."
    example r#"# profiles/ada.toml
description = "Senior database engineer with deep Postgres expertise"
[target.claude]
"#
    fix "Add the occasion: \"Use when ...\", \"Use after ...\", \"Use for ...\"."

    UNCHECKED = "unchecked", Note, Bound::Free;
    "checks of the whole fleet were skipped because a profile does not compose"
    cause "Finding unused fragments and fields, and `[[require]]` entries that match nothing, needs every persona. These \
     checks are skipped until all profiles compose."
    example r#"# fragments/voice/plain.toml
[items]
short = "Keep it short."

# fragments/voice/old.toml
[items]
long = "Take your time."

# profiles/ada.toml
use = ["voice/plain"]

# profiles/bob.toml
use = ["voice/plain"]
colour = "green"
"#
    fix "Fix the errors of the profiles that the message names."

    IDLE_LIMIT = "idle-limit", Warning, Bound::Free;
    "`only` or `not` of an entry does not take it out of an output"
    cause "Sources that agree about a text have the outputs of all of them, and a locked entry keeps its outputs. So a \
     profile that repeats the text below it with a limit, or limits a locked entry, changes nothing."
    example r#"# fragments/rules/house.toml
[never]
guess = "guess"

# profiles/ada.toml
description = "Reviews code. Use when asked."
use = ["rules/house"]

[target.claude]
[target.skill]

[body.rules.never]
guess = { text = "guess", only = "claude" }
"#
    fix "Leave out `text`, so that the entry changes only the outputs: `guess = { only = \"claude\" }`. What is locked can be \
     limited only where it is locked."

    UNMATCHED_MODEL = "unmatched-model", Warning, Bound::Free;
    "`only` or `not` names a model that no persona has"
    cause "A model in `only` or `not` is compared with `model` in `[target.NAME]`, letter by letter. If none of the \
     personas with the entry has it, the entry is in no output, or in all of them; the name is probably misspelt."
    example r#"# fragments/rules/steps.toml
[must]
plan = { text = "write down a plan first", only = { model = "haiko" } }

# profiles/ada.toml
description = "Writes code. Use when asked."
use = ["rules/steps"]

[body.rules.never]
guess = "guess"

[target.claude]
model = "haiku"
"#
    fix "Correct the name, or delete it."

    UNUSED_FRAGMENT = "unused-fragment", Warning, Bound::Free;
    "a fragment is not used by any profile"
    cause "No profile uses the fragment, directly or through its parents, so it has no effect."
    example r#"# fragments/voice/plain.toml
[items]
short = "Keep it short."

# fragments/voice/formal.toml
[items]
titles = "Use titles."

# profiles/ada.toml
use = ["voice/plain"]
"#
    fix "Add it to the `use` of a profile, or delete the file."

    SHADOWED_FRAGMENT = "shadowed-fragment", Warning, Bound::Free;
    "a fragment has no effect in any persona that uses it"
    cause "All of its claims are overridden or removed in every persona that uses it, so editing the file would change \
     nothing."
    example r#"# fragments/voice/plain.toml
[items]
short = { text = "Keep it short.", level = "default" }

# fragments/voice/terse.toml
[items]
short = "One sentence."

# profiles/ada.toml
use = ["voice/plain", "voice/terse"]
"#
    fix "Remove it from `use`, or delete the claims that override it. `cento explain PROFILE ADDRESS` shows which claim \
     wins and why."

    UNUSED_FIELD = "unused-field", Warning, Bound::Free;
    "a field is not used by any template or target"
    cause "No template refers to the field, and no target has a key of this name, so its value appears in no output."
    example r#"# fragments/identity/veteran.toml
template = true
text = "You have {{ years }} years of experience."
[fields]
years = 10
team = "payments"

# profiles/ada.toml
use = ["identity/veteran"]
"#
    fix "Use it in a template as `{{ field }}`, or delete it."

    UNUSED_RELATION = "unused-relation", Warning, Bound::Free;
    "a relation in `[subjects]` names a subject without rules"
    cause "No rule is about one of the two subjects, so the relation has no effect. The subject of a rule is its \
     `about`, or its id without one. The name is probably misspelt, or the rule was deleted."
    example r#"# cento.toml
[subjects]
use-tls = { implies = ["encrypt-in-transit"] }

# fragments/rules/network.toml
[always]
use-tls = "use TLS"

# profiles/ada.toml
use = ["rules/network"]
"#
    fix "Correct the subject, or delete the relation."
}
