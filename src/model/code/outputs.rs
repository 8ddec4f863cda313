//! Problems of documents: imports and outputs.

use super::UNSAFE;

/// Why an output that reads differently from the composed persona is always an error.
const MISREAD: &str = "readers of the output would get something other than the composed persona";
/// Why a persona that is not approved is always an error.
const NOT_ASKED: &str = "`check` reports it only where `--approved` asks for it";
/// Why a file that a target refuses stays an error.
const REFUSED: &str = "programs that read the target would reject the file or silently ignore it";

super::entries! {
    FRONT_MATTER = "front-matter", Warning, Bound::Free;
    "front matter is not valid YAML"
    cause "A strict YAML parser rejects the front matter that a profile types, or that of an imported document, which is \
     kept byte for byte. Other parsers may accept it, but disagree about its meaning."
    example r"$ cat agents/ada.md
---
name: ada
description: Use when: a query is slow
---
$ cento import agents/ada.md
"
    fix "Put the value in quotes. Common causes: a colon and a space in an unquoted value, a value that begins with \
     `@`, `*` or `[`, a tab, a duplicate key, no closing `---`."

    FRONT_MATTER_MISMATCH = "front-matter-mismatch", Error, Bound::Fixed(MISREAD);
    "typed front matter contradicts the persona"
    cause "`front-matter` in a profile sets a key that cento writes itself (the name, the description, the tools, or a \
     setting of the target) to a value that differs from the persona's. A program would load the typed value, and \
     `explain` and `[[require]]` would show the composed one."
    example r#"# profiles/ada.toml
description = "Reads logs. Use when a run has failed."
[tools]
allow = ["Read"]
[target.claude]
front-matter = ["name", "description", "tools: Bash"]
"#
    fix "Write the key alone, here `\"tools\"`, so that the composed value is written. To change the value, change its \
     source."

    TYPED_FRONT_MATTER = "typed-front-matter", Warning, Bound::Free;
    "a value is only in the typed front matter"
    cause "`front-matter` in a profile sets a key that cento writes itself, and the persona has no value for it. A \
     program loads the typed value, but `explain`, `diff` and `[[require]]` do not know it."
    example r#"# profiles/ada.toml
description = "Reads logs. Use when a run has failed."
[target.claude]
front-matter = ["name", "description", "model: opus"]
"#
    fix "Set the value where the help says, and list the key alone: `\"model\"`."

    MISREAD_FORCE = "misread-force", Error, Bound::Fixed(MISREAD);
    "a rule reads as a different force"
    cause "A label, bullet, heading or line above a rule, or the first words of its text, state a different force, so \
     the output may permit what is forbidden, for example. They are read with the lexicon of `import`, whichever \
     setting put them there."
    example r#"# fragments/rules/secrets.toml
[never]
secrets = "print a secret"

# profiles/ada.toml
use = ["rules/secrets"]
[layout.rules]
never = "**You may**"
"#
    fix "Change the words that the finding points at, or change the force of the rule."

    UNREADABLE_FORCE = "unreadable-force", Warning, Bound::Free;
    "a rule does not read as any force"
    cause "Neither the label of a rule nor the line or heading above its list states a force that import would \
     recognize. A reader has to guess whether the rule forbids or permits."
    example r#"# fragments/rules/secrets.toml
[never]
secrets = "print a secret"

# profiles/ada.toml
use = ["rules/secrets"]
[layout.rules]
never = "**Off limits:**"
"#
    fix "Write a label that reads as the force, such as `**Never**`. If your readers know the label, set \
     `unreadable-force = \"off\"` in [severity]."

    UNFILLED_FIELD = "unfilled-field", Warning, Bound::Free;
    "a placeholder is printed unchanged"
    cause "`{{ field }}` is in a text that is not a template, so a reader gets the braces instead of the value. It is \
     a warning if the persona has such a field, and a note otherwise."
    example r#"# fragments/identity/reviewer.toml
[prose]
who = "You are {{ name }}, a reviewer of Rust code."

# profiles/ada.toml
name = "Ada"
use = ["identity/reviewer"]
"#
    fix "Add `template = true` to the file. If the braces are intended, put them between `{% raw %}` and `{% endraw %}` in \
     a template, or set `unfilled-field = \"off\"` in [severity]."

    FOREIGN_BRACES = "foreign-braces", Note, Bound::Free;
    "a template contains an expression of another tool"
    cause "`${{ ... }}` is an expression of GitHub Actions. A template prints it unchanged, whatever fields the \
     persona has."
    example r#"# fragments/workflow/ci.toml
template = true
[prose]
ci = "{{ name }} sets `runs-on: ${{ matrix.os }}`."

# profiles/ada.toml
use = ["workflow/ci"]
"#
    fix "If that is intended, put it between `{% raw %}` and `{% endraw %}`. For a dollar sign before a field, write \
     `{{ \"$\" }}{{ field }}`."

    TARGET = "target", Error, Bound::Fixed(REFUSED);
    "a persona does not fit its target"
    cause "Each target has required keys, and limits that its readers enforce."
    example r#"# profiles/ada.toml
name = "Ada"
[target.claude]
"#
    fix "Follow the help of the message. `cento list targets` shows what each target supports."

    UNKNOWN_NAME = "unknown-name", Warning, Bound::Free;
    "a program does not know a tool, model, color or key"
    cause "The vendor's documentation does not list the name, or lists it as gone. Programs skip it without a word: a \
     tool that is allowed is not there, and one that is denied is not denied. The note says where the list is from and \
     when it was read. Names of MCP servers (`mcp__server__tool`) and full ids of models are not in it."
    example r#"# profiles/ada.toml
description = "Reads logs. Use when a run has failed."
[tools]
allow = ["Read", "MultiEdit"]
[body.rules.never]
guess = "guess"
[target.claude]
"#
    fix "Write the name that the help suggests. If the program knows it, list it under [known] in cento.toml."

    LOSS = "loss", Note, Bound::Free;
    "a target cannot express part of the persona"
    cause "The format of the target has no place for a part of the persona, so the output leaves it out."
    example r#"# profiles/ada.toml
[tools]
allow = ["Read"]
[target.prompt]
"#
    fix "Write it as text if the reader needs it. Otherwise nothing needs to be done."

    UNAPPROVED = "unapproved", Error, Bound::Fixed(NOT_ASKED);
    "the meaning of a persona differs from the approved one"
    cause "`check --approved FILE` compares a digest of the meaning of each persona (its texts with their forces, its \
     fields, tools and settings) with the digest that `cento approve` recorded in FILE. It differs, or the persona is not in FILE."
    example r"$ cento approve
$ sed -i 's/never/avoid/' fragments/rules/safety.toml
$ cento check --approved approved.toml
"
    fix "Review the change with `cento diff --since REV --persona PROFILE`, then approve it with `cento approve PROFILE` and \
     commit FILE; its git history says who approved what. Or revert the change."

    PATH_COLLISION = "path-collision", Error, Bound::Fixed(UNSAFE);
    "two outputs have the same path"
    cause "Each output needs its own path. Paths that differ only in case count as the same."
    example r#"# profiles/ada.toml
[body.rules.never]
guess = "guess"
[target.prompt]
path = "persona.md"

# profiles/bob.toml
[body.rules.never]
guess = "guess"
[target.prompt]
path = "Persona.md"
"#
    fix "Set `path` under [target.NAME] in one of the profiles."

    NAME_COLLISION = "name-collision", Error, Bound::Fixed(REFUSED);
    "two outputs of one target declare the same name in one place"
    cause "Programs load agents and skills by the `name` in their front matter. Of two files with the same name they load \
     one, and which one is not defined."
    example r#"# profiles/ada.toml
description = "Reads logs. Use when a run has failed."
[body.rules.never]
guess = "guess"
[target.claude]
name = "reader"

# profiles/bob.toml
description = "Reads traces. Use when a run is slow."
[body.rules.never]
guess = "guess"
[target.claude]
name = "reader"
"#
    fix "Set another `name` under [target.NAME] in one of the profiles, or delete the setting: the profile's id is unique."

    HAND_EDITED = "hand-edited", Error, Bound::Fixed(UNSAFE);
    "an output was edited by hand"
    cause "The file differs from what cento last wrote, so overwriting it would lose the edit."
    example r"$ cento build
$ echo 'One more thing.' >> personas/ada.md
$ cento build
"
    fix "Run `cento absorb` to move the edit to its sources, or `cento build --force` to discard it."

    FOREIGN_FILE = "foreign-file", Error, Bound::Fixed(UNSAFE);
    "an output would overwrite a file that cento did not write"
    cause "cento does not overwrite files that it did not write without `--force`."
    example r"$ echo 'Somebody wrote this.' > personas/ada.md
$ cento build
"
    fix "Move the file, set another `path` in the profile, or run `cento build --force`."

    GIT_ATTRIBUTES = "git-attributes", Note, Bound::Free;
    "git may change the line endings of outputs"
    cause "With `core.autocrlf`, git checks text files out with different line endings. Only `build --check` \
     reports this: `build` and `init` add lines to .gitattributes for outputs in a git work tree that are not ignored \
     and have no such attribute yet."
    example r"$ cento build && git init && cento build --check
"
    fix "Run `cento build` and commit .gitattributes. To leave a line out, keep it as a comment."

    ORPHAN = "orphan", Warning, Bound::Free;
    "an output no longer has a profile"
    cause "cento.lock lists the file, but no profile produces it."
    example r"$ cento build
$ rm profiles/ada.toml
$ cento build
"
    fix "Delete it with `cento build --prune`."

    STALE_OUTPUT = "stale-output", Error, Bound::Fixed(UNSAFE);
    "an output is out of date"
    cause "`build --check` found a file that differs from what the current sources produce."
    example r"$ cento build
$ cat >> profiles/ada.toml
title = 'Ada'
$ cento build --check
"
    fix "Run `cento build` and commit the changes."

    LOCK_UNREADABLE = "lock-unreadable", Error, Bound::Fixed(UNSAFE);
    "cento.lock cannot be read"
    cause "cento.lock records the files that cento wrote. It is damaged."
    example r"$ echo '<<<<<<< ours' >> cento.lock
$ cento build
"
    fix "Delete it. The next build accepts outputs that are up to date and reports the others."
}
