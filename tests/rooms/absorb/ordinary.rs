//! Ordinary edits of every line of a few documents: all of them go home, except those that are named here.

use super::case::{Case, built};
use super::imported::imported;

/// A document with rules, a mixed list, groups, steps and prose.
const AGENT: &str = "\
---
name: lamp
description: Tests lamps
tools: Read, Grep
---

# Lamp

You test lamps.

## Rules

- Always wear gloves
- Keep a log
- Never look into the light
- **Heat**: You must not touch the socket

### At night

- Avoid noise
- Close the door

## Steps

1. Look at the plug
2. Switch it on
3. Write it down

## Notes

Bulbs are fragile.

A second paragraph.
";

/// A document with dividers, other bullets, tasks and lines above lists.
const HOUSE: &str = "\
Guide of the house.

---

## Checks

* [ ] Open the box
* [ ] Count the bulbs

---

## Limits

You MUST NOT:
- Sell a lamp
- Lend a key

Everything else is allowed.

- Ensure that every bulb is cold
- Prefer old lamps
";

/// A document whose rules are emphasized sentences with reasons, or begin with words of their force.
const HABITS: &str = "\
# Habits

## At work

1. **Always warm the bulb** - It is cold
2. **Never touch the glass** - It is hot
3. **Write it down** - Others read it

## Tips

- **Don't shake a bulb**: It breaks
- **Don't lend the key**: It gets lost

## Taste

1. Look at the shade first
2. Prefer old lamps over new ones
3. Avoid lamps without a switch
4. Hold it up
";

/// An edit of a document: what was done, and the edited text.
type Edited = (String, String);

/// Returns every ordinary edit of the lines of a document.
fn edits(text: &str) -> Vec<Edited> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let marker = |line: &str| {
        let end =
            ["- ", "* [ ] "].iter().find(|marker| line.starts_with(**marker)).map(|marker| marker.len());
        end.map(|end| line[..end].to_owned())
    };
    let with = |from: usize, to: usize, new: &[String]| {
        lines[..from].concat() + &new.concat() + &lines[to..].concat()
    };
    let mut all: Vec<Edited> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let mut add = |what: &str, text: String| all.push((format!("{what} at {:?}", line.trim_end()), text));
        if let Some(marker) = marker(line) {
            add("delete", with(at, at + 1, &[]));
            add("insert", with(at + 1, at + 1, &[format!("{marker}Count the lamps twice\n")]));
            add("forbid", with(at + 1, at + 1, &[format!("{marker}Never run in the hall\n")]));
            if let Some(next) = lines.get(at + 1).filter(|next| next.starts_with(&marker)) {
                add("reorder", with(at, at + 2, &[(*next).to_owned(), (*line).to_owned()]));
            }
        }
        for (old, new) in [
            ("Always ", "Never "),
            ("Never ", "Always "),
            ("You must not ", "You must "),
            ("Prefer ", "Avoid "),
            ("Avoid ", "Prefer "),
            ("Don't ", "Do "),
        ] {
            if line.contains(old) {
                add("flip", with(at, at + 1, &[line.replace(old, new)]));
            }
        }
        let last = line.trim_end().rsplit(' ').next().unwrap_or_default();
        if line.contains(' ') && last.chars().all(char::is_alphabetic) {
            add("reword", with(at, at + 1, &[line.replace(last, "everything there")]));
        }
        let is_first = !lines[..at].iter().any(|line| line.starts_with("## "));
        if line.starts_with("## ") && !is_first && !text.contains("---\n\n##") {
            let section = "## Handing over\n\n- Call a person\n- Never retry\n\n";
            add("section", with(at, at, &[section.to_owned()]));
        }
    }
    all.push(("section at the end".to_owned(), format!("{text}\n## Handing over\n\nCall a person.\n")));
    all
}

#[test]
fn ordinary_edits_of_every_line_are_built_or_named() {
    let mut left = Vec::new();
    let mut count = 0;
    for document in [AGENT, HOUSE, HABITS] {
        for (what, found) in edits(document) {
            count += 1;
            let case = Case { found: found.clone(), ..imported(document) };
            let absorption = case.absorb();
            let mut texts = case.texts.clone();
            texts.retain(|path, _| !absorption.gone.contains(path));
            texts.extend(absorption.files.clone());
            let now = built(&texts, "lamp").into_values().next().unwrap();
            let changes = &absorption.outputs[0].changes;
            let refused = changes.iter().filter(|change| change.outcome.is_err());
            let refused: Vec<usize> = refused.map(|change| change.line).collect();
            assert_eq!(refused.is_empty(), now == found, "{what}\n{now}\n{found}\n{changes:#?}");
            if !refused.is_empty() {
                // What is not absorbed stays in the file and is named, and the rest of the text is as it was.
                assert_eq!(now, document, "{what}\n{changes:#?}");
                left.push(what);
            }
        }
    }
    assert_eq!((count, left), (106, Vec::<String>::new()));
}
