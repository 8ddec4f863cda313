//! Generates fleets whose personas share much: the same entries in other orders, under other ids, in
//! fragments and bodies, with comments, layout and removals.

use std::collections::BTreeMap;
use std::fmt::Write;

use camino::Utf8PathBuf;
use proptest::collection::vec;
use proptest::prelude::*;

/// The available entries: part, id, alternative ids and text.
const POOL: [(&str, &str, &str); 12] = [
    ("never", "secrets", "\"print a secret, not even into a log\""),
    ("never", "force-push", "\"push with force to a branch that others work on\""),
    ("always", "tests", "{ text = \"run the whole suite\", why = \"it is quick\" }"),
    ("always", "plans", "{ text = \"read the plan first\", about = \"sql.plans\" }"),
    ("must", "cover", "\"cover at least 90 % of the lines\""),
    ("items", "short", "\"short sentences\""),
    ("items", "labelled", "{ label = \"Tone\", text = \"calm and exact\" }"),
    ("items", "quoted", "'say \"no\" plainly'"),
    ("prose", "opening", "\"\"\"\nThe first line.\n\nThe last line.\n\"\"\""),
    ("closing", "closing", "\"So it ends.\""),
    ("steps", "read", "\"read what is there\""),
    ("steps", "write", "'''write what is missing'''"),
];

/// A persona in bytes: its entries, their order, ids and places.
type PersonaBytes = (Vec<[u8; 4]>, [u8; 8]);

fn persona_bytes() -> impl Strategy<Value = PersonaBytes> {
    (vec(any::<[u8; 4]>(), 1..12), any::<[u8; 8]>())
}

/// Returns the tables of some entries.
fn tables(before: &str, entries: &[(usize, [u8; 4])]) -> String {
    let mut text = String::new();
    let mut parts: Vec<&str> = Vec::new();
    for (which, _) in entries {
        if !parts.contains(&POOL[*which].0) {
            parts.push(POOL[*which].0);
        }
    }
    for part in parts {
        let _ = writeln!(text, "\n[{before}{part}]");
        for (which, bytes) in entries.iter().filter(|(which, _)| POOL[*which].0 == part) {
            if bytes[2] % 5 == 1 {
                let _ = writeln!(text, "# note above {which}.{}", bytes[3] % 3);
            }
            let behind = if bytes[2] % 7 == 1 { format!(" # note behind {which}") } else { String::new() };
            let _ = writeln!(text, "{} = {}{behind}", id(*which, *bytes), POOL[*which].2);
        }
    }
    text
}

/// Returns the id of an entry: usually its own.
fn id(which: usize, bytes: [u8; 4]) -> String {
    let own = POOL[which].1;
    match bytes[1] % 8 {
        1 => format!("{own}-too"),
        2 => format!("no-{own}"),
        _ => own.to_owned(),
    }
}

fn add_persona(texts: &mut BTreeMap<Utf8PathBuf, String>, number: usize, bytes: &PersonaBytes) {
    let (picks, flags) = bytes;
    let mut entries: Vec<(usize, [u8; 4])> = Vec::new();
    for pick in picks {
        let which = pick[0] as usize % POOL.len();
        if !entries.iter().any(|(other, _)| *other == which) {
            entries.push((which, *pick));
        }
    }
    let name = format!("p{number}");
    let in_body = flags[0] % 3 == 1;
    let split = if flags[1] % 2 == 1 { entries.len() } else { entries.len() * 2 / 3 };
    let (loose, grouped) = entries.split_at(split);
    let mut profile = format!("description = \"Persona {number}\"\n");
    if flags[2] % 4 == 1 && number > 0 {
        profile = format!("extends = [\"p{}\"]\n", flags[3] as usize % number);
    }
    if in_body {
        profile.push_str(&tables("body.rules.", loose));
        profile.push_str(&tables("body.rules.group.g.", grouped));
    } else {
        let mut fragment = String::from("# note of the file\n");
        if flags[4] % 4 == 1 {
            let _ = writeln!(fragment, "summary = \"what {name} says\"");
        }
        fragment.push_str(&tables("", loose));
        if !grouped.is_empty() {
            fragment.push_str("\n# note of the group\n[group.g]\ntitle = \"Group\"\n");
            fragment.push_str(&tables("group.g.", grouped));
        }
        texts.insert(format!("fragments/rules/{name}.toml").into(), fragment);
        let _ = writeln!(profile, "use = [\n  \"rules/{name}\", # note of use\n]");
    }
    if let Some((which, bytes)) = loose.first() {
        let id = id(*which, *bytes);
        if flags[5] % 3 == 1 {
            let _ = writeln!(profile, "\n[layout.rules]\n{id}.gap = 3 # note of layout");
        }
        if flags[6] % 4 == 1 {
            let last = loose.last().map_or(id.clone(), |(which, bytes)| self::id(*which, *bytes));
            let _ = writeln!(profile, "\n[layout.rules.{last}]\nbullet = \"* \"");
        }
        if flags[7] % 5 == 1 && !in_body {
            let _ = writeln!(
                profile,
                "\n[[remove]]\ntarget = \"rules.{id}\" # note of removal\nreason = \"not here\""
            );
        }
    }
    texts.insert(format!("profiles/{name}.toml").into(), profile);
}

/// Returns the files of a fleet.
pub(crate) fn fleet() -> impl Strategy<Value = BTreeMap<Utf8PathBuf, String>> {
    (vec(persona_bytes(), 2..6), any::<bool>()).prop_map(|(personas, windows)| {
        let mut texts = BTreeMap::new();
        for (number, bytes) in personas.iter().enumerate() {
            add_persona(&mut texts, number, bytes);
        }
        if windows {
            texts.values_mut().for_each(|text| *text = text.replace('\n', "\r\n"));
        }
        texts
    })
}
