//! What is wrong with documents: those that come in, and those that go out.

use super::UNSAFE;

/// Why what a target refuses stays an error.
const REFUSED: &str = "the programs that read the target would refuse the file, or pass it over in silence";

super::entries! {
    FRONT_MATTER = "front-matter", Warning, Bound::Free;
    "front matter that is not valid YAML"
    cause "The document that was imported begins with front matter that a strict reader of YAML refuses. It is kept as \
     it is, byte for byte."
    example r"$ cat agents/ada.md
---
name: ada
description: Use when: a query is slow
---
$ cento import agents/ada.md
"
    fix "Put the value in quotes. Common causes: a colon and a space in an unquoted value, a value that begins with \
     `@`, `*` or `[`, a tab, a key that stands twice, no closing `---`."

    TARGET = "target", Error, Bound::Fixed(REFUSED);
    "a persona does not fit its target"
    cause "Each target has keys that it must have and limits that its readers enforce."
    example r#"# profiles/ada.toml
name = "Ada"
[target.claude]
"#
    fix "Do what the help says. `cento list targets` shows what each target takes."

    LOSS = "loss", Note, Bound::Free;
    "a target cannot carry something"
    cause "The persona says something that this target has no place for. It is left out, and named here so that it \
     is not lost in silence."
    example r#"# profiles/ada.toml
[tools]
allow = ["Read"]
[target.prompt]
"#
    fix "Say it in the text if the reader should know it; else there is nothing to do."

    PATH_COLLISION = "path-collision", Error, Bound::Fixed(UNSAFE);
    "two outputs want one path"
    cause "Each output needs a path of its own, also where file names differ in case only."
    example r#"# profiles/ada.toml
[target.prompt]
path = "persona.md"

# profiles/bob.toml
[target.prompt]
path = "Persona.md"
"#
    fix "Set `path` in one of the profiles' [target.NAME]."

    HAND_EDITED = "hand-edited", Error, Bound::Fixed(UNSAFE);
    "an output was edited since it was written"
    cause "The file is not what cento wrote last, so writing it again would lose the edit."
    example r"$ cento build
$ echo 'One more thing.' >> personas/ada.md
$ cento build
"
    fix "`cento absorb` takes the edit to its sources; `cento build --force` discards it."

    FOREIGN_FILE = "foreign-file", Error, Bound::Fixed(UNSAFE);
    "a file that cento did not write stands where an output goes"
    cause "cento never overwrites what it did not write."
    example r"$ echo 'Somebody wrote this.' > personas/ada.md
$ cento build
"
    fix "Move the file, give the profile another `path`, or build with `--force`."

    ORPHAN = "orphan", Warning, Bound::Free;
    "an output whose profile is gone"
    cause "The lock knows the file, and no profile makes it any more."
    example r"$ cento build
$ rm profiles/ada.toml
$ cento build
"
    fix "`cento build --prune` removes it."

    STALE_OUTPUT = "stale-output", Error, Bound::Fixed(UNSAFE);
    "an output is not what its sources make"
    cause "`build --check` compares and writes nothing."
    example r"$ cento build
$ cat >> profiles/ada.toml
title = 'Ada'
$ cento build --check
"
    fix "Run `cento build` and commit what changed."

    LOCK_UNREADABLE = "lock-unreadable", Error, Bound::Fixed(UNSAFE);
    "cento.lock cannot be read"
    cause "The lock records what cento wrote, and it is damaged."
    example r"$ echo '<<<<<<< ours' >> cento.lock
$ cento build
"
    fix "Delete it: the next build takes outputs that are as they should be, and asks about the others."
}
