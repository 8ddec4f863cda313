//! What a composed persona, or the fleet, lacks or has too much of.

super::entries! {
    REQUIREMENT = "requirement", Error, Bound::Free;
    "a persona breaks an invariant of the fleet"
    cause "`[[require]]` in cento.toml says what every persona of a kind must be like: which rule it carries, and with \
     what force at least; which section, field and fragments it has; how long it may be. The finding names what the \
     persona says instead."
    example r#"# cento.toml
[[require]]
personas = { tag = "backend" }
rule = "rules.secrets"
force = "never"
reason = "audit finding 12"

# profiles/ada.toml
tags = ["backend"]
"#
    fix "Do what the help says: add the fragment that holds the rule, for example. If the persona is right, leave it \
     out with `except`."

    IDLE_REQUIREMENT = "idle-requirement", Warning, Bound::Free;
    "an invariant of the fleet that concerns nobody"
    cause "A `[[require]]` that selects no persona is never enforced, and one of its tags, sections or exceptions that \
     matches nothing is probably misspelt."
    example r#"# cento.toml
[[require]]
personas = { tag = "backnd" }
rule = "rules.secrets"
reason = "audit finding 12"

# profiles/ada.toml
tags = ["backend"]
"#
    fix "Correct it, or delete it."

    STALE_ACCEPTANCE = "stale-acceptance", Error, Bound::Free;
    "a pair that was accepted has changed since"
    cause "An `[[accept]]` in cento.toml says that two similar entries are meant as they are, and `seen` holds a hash of \
     each. A side says something else now, or is gone, so `cento similar` shows the pair again."
    example r#"# cento.toml
[[accept]]
sides = ["rules/a:rules.short", "rules/b:rules.brief"]
seen = { "rules/a:rules.short" = "000000", "rules/b:rules.brief" = "111111" }
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
    fix "Look at both, then accept them as they are now, or withdraw the acceptance."

    EMPTY_GROUP = "empty-group", Warning, Bound::Free;
    "a group has a heading and nothing below it"
    cause "Everything in the group was removed or lost, and its title or lead stands alone. What one address says never \
     takes away what another does, so it stays until a profile removes the group as a whole."
    example r#"# fragments/expertise/languages.toml
[group.languages]
title = "Languages"
[group.languages.items]
go = "Go"

# profiles/ada.toml
use = ["expertise/languages"]
[[remove]]
target = "expertise.languages.go"
reason = "she does not write Go"
"#
    fix "Remove the group: `[[remove]] target = \"KIND.GROUP\"`, with a reason."

    EMPTY_SECTION = "empty-section", Warning, Bound::Free;
    "a heading with nothing below it"
    cause "A heading is followed by another one of its level or a higher one, or by the end of the document. A reader \
     looks for what it announces. Headings of sections, of groups and in Markdown count; a heading over deeper ones is \
     not empty."
    example r#"# fragments/expertise/languages.toml
[items]
sql = "SQL"
[group.languages]
title = "Languages"

# profiles/ada.toml
use = ["expertise/languages"]
"#
    fix "Write what belongs there, or delete the heading."

    HEADING_JUMP = "heading-jump", Note, Bound::Free;
    "a heading skips a level"
    cause "Below a heading of two `#` comes one of four: what lies between has no name, and a reader, or a program that \
     cuts the document by its headings, takes it for a part of something else."
    example r###"# fragments/workflow/review.toml
[prose]
opening = """
Read the change as a whole.

#### Then line by line

Ask of each line what breaks without it."""

# profiles/ada.toml
use = ["workflow/review"]
"###
    fix "Take away as many `#` as were skipped: headings of sections have two, those of groups three."

    DUPLICATE_TEXT = "duplicate-text", Warning, Bound::Free;
    "one persona says the same twice"
    cause "Two entries under different ids say the same in one persona, apart from case, punctuation and white space. \
     When one of them is edited, the other goes on to say the old."
    example r#"# fragments/rules/git.toml
[never]
force-push = "push over the work of others"

# fragments/rules/team.toml
[never]
overwrite = "Push over the work of others."

# profiles/ada.toml
use = ["rules/git", "rules/team"]
"#
    fix "Give both one id, so that they agree and stand once; or delete one, or remove it in the profile with \
     `[[remove]]`."

    TOO_LONG = "too-long", Warning, Bound::Free;
    "a persona is longer than its target advises"
    cause "The readers of the target take the whole document into their context, and its makers advise to stay below a \
     length: 500 lines and about 5,000 tokens for a skill. Nothing is cut off."
    example r"$ cento build
$ wc -l skills/ada/SKILL.md
612 skills/ada/SKILL.md
$ cento check
"
    fix "Leave fragments out, or move what is only sometimes needed to files beside it that the text names."

    VAGUE_DESCRIPTION = "vague-description", Note, Bound::Free;
    "a description that does not say when to use the persona"
    cause "A program that has several agents or skills chooses among them by their descriptions alone. One that says what \
     the persona is, and not when to turn to it, is chosen too rarely or at the wrong time."
    example r#"# profiles/ada.toml
description = "Senior database engineer with deep Postgres expertise"
[target.claude]
"#
    fix "Add the occasion: \"Use when ...\", \"Use after ...\", \"Use for ...\"."

    UNCHECKED = "unchecked", Note, Bound::Free;
    "something cannot be composed, so the fleet was not looked at as a whole"
    cause "Whether a fragment or a field is used, and whether a `[[require]]` concerns anybody, can be said once every \
     profile can be composed. Until then these findings are not reported, here or anywhere."
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
    fix "Mend what keeps the named personas from being composed; their findings stand beside this one."

    UNUSED_FRAGMENT = "unused-fragment", Warning, Bound::Free;
    "a fragment that no profile uses"
    cause "No profile brings it in, itself or through its parents, so no persona says anything of it."
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
    "nothing of a fragment stands in any persona that uses it"
    cause "Every claim of it lost to another, or was removed, in every persona that uses it: an edit of the file would \
     change nothing."
    example r#"# fragments/voice/plain.toml
[items]
short = { text = "Keep it short.", level = "default" }

# fragments/voice/terse.toml
[items]
short = "One sentence."

# profiles/ada.toml
use = ["voice/plain", "voice/terse"]
"#
    fix "Take it out of `use`, or delete what overrules it. `cento explain PROFILE ADDRESS` shows who won and why."

    UNUSED_FIELD = "unused-field", Warning, Bound::Free;
    "a field that no text and no target uses"
    cause "No template of any persona with the field asks for it, and no target has a key of its name, so its value is \
     written nowhere."
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
    "a relation in `[subjects]` that no two rules can meet"
    cause "One side of the relation is a subject that no rule is about, so it never relates anything. A rule's subject is \
     `about`, else its id. The name is probably misspelt, or the rule has gone."
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
