//! Fragments, in pairs about one topic.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::Files;
use super::words::Entries;

/// The kinds of the topics, in turn.
const KINDS: [&str; 8] =
    ["expertise", "rules", "principles", "workflow", "voice", "quality", "objectives", "output"];

/// Two fragments about one topic. In a persona with both, they agree, yield, strengthen and disagree.
pub(super) struct Topic {
    kind: &'static str,
    pub(super) number: usize,
    /// An entry of the first fragment that no other source changes.
    pub(super) removable: String,
    /// A line of another fragment that would contradict that entry.
    rival: String,
}

/// How the two fragments disagree, which determines what can settle it.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Dispute {
    Items,
    Rules,
    Contradiction,
    Prose,
}

impl Topic {
    pub(super) fn fragment(&self, side: usize) -> String {
        format!("{}/topic-{}-{}", self.kind, self.number, ["core", "more"][side])
    }

    pub(super) fn dispute(&self) -> Dispute {
        [Dispute::Items, Dispute::Rules, Dispute::Contradiction, Dispute::Prose][self.number % 4]
    }

    pub(super) fn disputed(&self) -> String {
        format!("{}.choice-{}", self.kind, self.number)
    }

    /// Writes both fragments.
    pub(super) fn generate(number: usize, entries: &mut Entries, files: &mut Files) -> Topic {
        let kind = KINDS[number % KINDS.len()];
        let mut topic = Topic { kind, number, removable: String::new(), rival: String::new() };
        let (agreed, floor) = (entries.reasoned(), entries.reasoned());
        let list = match kind {
            "workflow" => "steps",
            "expertise" => "group.area.items",
            _ => "items",
        };
        for side in 0..2 {
            // Entries by table. Tables are in alphabetical order, which puts `[group.area]` before its items.
            let mut tables: BTreeMap<&str, Vec<(String, String)>> = BTreeMap::new();
            for position in 0..4 + entries.random.below(4) {
                let forces = ["always", "avoid", "may", "must", "never", "should"];
                let is_rule = kind == "rules" || position % 3 == 2;
                let table = if is_rule { forces[entries.random.below(forces.len())] } else { list };
                let (id, value) = entries.entry(!is_rule);
                if side == 0 && position == 0 {
                    let place = if table == "group.area.items" { ".area" } else { "" };
                    topic.removable = format!("{kind}{place}.{id}");
                    topic.rival = format!("[{table}]\n{id} = \"words of its own\"\n");
                }
                tables.entry(table).or_default().push((id, value));
            }
            if kind == "expertise" {
                tables.insert("group.area", vec![("title".to_owned(), "\"Areas\"".to_owned())]);
            }
            let usual = format!("{}, level = \"{}\"", entries.reasoned(), ["default", "normal"][side]);
            let disputed = match topic.dispute() {
                Dispute::Items => "items",
                Dispute::Rules => "must",
                Dispute::Contradiction => ["never", "should"][side],
                Dispute::Prose => "prose",
            };
            for (table, name, value) in [
                ("items", "shared", agreed.clone()),
                ("items", "usual", usual),
                (["should", "must"][side], "floor", floor.clone()),
                (disputed, "choice", format!("text = \"{}\"", entries.phrase().0)),
            ] {
                tables.entry(table).or_default().push((format!("{name}-{number}"), format!("{{ {value} }}")));
            }
            let mut text = format!("summary = \"topic {number} of {kind}\"\ntags = [\"topic-{number}\"]\n");
            for (table, lines) in tables {
                let _ = writeln!(text, "\n[{table}]");
                for (id, value) in lines {
                    let _ = writeln!(text, "{id} = {value}");
                }
            }
            files.insert(format!("fragments/{}.toml", topic.fragment(side)), text);
        }
        topic
    }
}

/// Hashes by fragment and address.
pub(super) type Hashes = BTreeMap<(String, String), String>;

/// Returns the hash of each claim that is decided on or removed, as `seen` records it.
pub(super) fn hashes(files: &Files, topics: &[Topic]) -> Result<Hashes, String> {
    let mut hashes = BTreeMap::new();
    for topic in topics {
        // A profile that decides nothing shows the hashes of its disputes.
        let fragments = [0, 1].map(|side| topic.fragment(side));
        let paths = fragments.each_ref().map(|id| format!("fragments/{id}.toml"));
        let mut texts: Files = paths.into_iter().map(|path| (path.clone(), files[&path].clone())).collect();
        texts.insert("profiles/both.toml".to_owned(), format!("use = {fragments:?}\n"));
        // A removal is not a dispute, so a made-up dispute shows the hash of the removed claim.
        let rival = format!("{}/rival", topic.kind);
        texts.insert(format!("fragments/{rival}.toml"), topic.rival.clone());
        texts.insert("profiles/rivals.toml".to_owned(), format!("use = {:?}\n", [&fragments[0], &rival]));
        let workspace = cento::Workspace::from_texts(texts);
        for profile in ["both", "rivals"] {
            let persona = workspace.compose(profile).map_err(|error| error.to_string())?;
            for conflict in persona.conflicts() {
                for side in conflict.sides {
                    hashes.insert((side.source, conflict.address.clone()), side.seen);
                }
            }
        }
    }
    Ok(hashes)
}
