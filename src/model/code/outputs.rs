//! Problems of documents: imports and outputs.

use super::UNSAFE;

/// Why the severity of a file that a target rejects is fixed.
const REFUSED: &str = "programs that read the target would reject the file or silently ignore it";

super::entries! {
    FRONT_MATTER = "front-matter", Warning, Bound::Free;
    "front matter is not valid YAML"
    cause "A strict YAML parser rejects the front matter of the imported document. It is kept byte for byte."
    example r"$ cat agents/ada.md
---
name: ada
description: Use when: a query is slow
---
$ cento import agents/ada.md
"
    fix "Put the value in quotes. Common causes: a colon and a space in an unquoted value, a value that begins with \
     `@`, `*` or `[`, a tab, a duplicate key, no closing `---`."

    TARGET = "target", Error, Bound::Fixed(REFUSED);
    "a persona does not fit its target"
    cause "Each target has required keys, and limits that its readers enforce."
    example r#"# profiles/ada.toml
name = "Ada"
[target.claude]
"#
    fix "Follow the help of the message. `cento list targets` shows what each target supports."

    LOSS = "loss", Note, Bound::Free;
    "a target cannot express part of the persona"
    cause "The format of the target has no place for a part of the persona, so the output leaves it out."
    example r#"# profiles/ada.toml
[tools]
allow = ["Read"]
[target.prompt]
"#
    fix "Write it as text if the reader needs it. Otherwise nothing needs to be done."

    PATH_COLLISION = "path-collision", Error, Bound::Fixed(UNSAFE);
    "two outputs have the same path"
    cause "Each output needs its own path. Paths that differ only in case count as the same."
    example r#"# profiles/ada.toml
[target.prompt]
path = "persona.md"

# profiles/bob.toml
[target.prompt]
path = "Persona.md"
"#
    fix "Set `path` under [target.NAME] in one of the profiles."

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
    cause "cento does not overwrite files of others without `--force`."
    example r"$ echo 'Somebody wrote this.' > personas/ada.md
$ cento build
"
    fix "Move the file, set another `path` in the profile, or run `cento build --force`."

    ORPHAN = "orphan", Warning, Bound::Free;
    "an output has no profile any more"
    cause "cento.lock lists the file, but no profile produces it any more."
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
