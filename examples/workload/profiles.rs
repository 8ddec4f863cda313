//! Profiles: a common parent, its teams, and their personas.

use std::collections::BTreeSet;
use std::fmt::Write;

use cento::Target;

use super::topic::{Dispute, Hashes, Topic, hashes};
use super::words::{Entries, Random};
use super::{Files, Options};

/// The range of fragments in a persona, including two of the common parent and two of the team.
const FEWEST: usize = 5;
const MOST: usize = 30;
const INHERITED: usize = 4;

/// A profile under construction.
#[derive(Default)]
struct Profile {
    uses: Vec<String>,
    decisions: String,
}

impl Profile {
    /// Uses one fragment of a topic, or both with a decision about their conflict.
    fn add(&mut self, topic: &Topic, sides: &[usize], hashes: &Hashes, combines: bool) {
        self.uses.extend(sides.iter().map(|side| format!("\"{}\"", topic.fragment(*side))));
        if sides.len() < 2 || combines && topic.dispute() == Dispute::Contradiction {
            return;
        }
        let at = topic.disputed();
        let decision = match topic.dispute() {
            Dispute::Items | Dispute::Contradiction => {
                format!("take = \"{}\"", topic.fragment(topic.number / 4 % 2))
            }
            Dispute::Rules => format!("set = \"agree on approach {} first\"", topic.number),
            Dispute::Prose => "keep = \"both\"".to_owned(),
        };
        let seen = [0, 1].map(|side| {
            let fragment = topic.fragment(side);
            let hash = &hashes[&(fragment.clone(), at.clone())];
            format!("\"{fragment}\" = \"{hash}\"")
        });
        let _ = write!(
            self.decisions,
            "\n[[resolve]]\nat = \"{at}\"\n{decision}\nseen = {{ {} }}\nreason = \"agreed in review {}\"\n",
            seen.join(", "),
            topic.number
        );
    }

    /// Returns the file, with these keys at the top and these tables at the end.
    fn text(&self, keys: &str, tables: &str) -> String {
        format!("{keys}use = [\n    {},\n]\n{tables}{}", self.uses.join(",\n    "), self.decisions)
    }
}

/// Generates all files of a workspace.
pub(crate) fn generate(options: &Options) -> Result<Files, String> {
    let (personas, count) = (options.personas, options.fragments);
    if personas == 0 || count < 2 * (MOST + 2) || count % 2 != 0 {
        return Err(format!(
            "needs at least 1 persona and an even number of fragments from {} on",
            2 * (MOST + 2)
        ));
    }
    let mut files = Files::new();
    let mut entries = Entries::new(Random(options.seed));
    let topics: Vec<_> =
        (0..count / 2).map(|number| Topic::generate(number, &mut entries, &mut files)).collect();
    let hashes = hashes(&files, &topics)?;
    let mut random = entries.random;

    let mut house = Profile::default();
    house.add(&topics[0], &[0, 1], &hashes, false);
    let keys = "abstract = true\ntemplate = true\ntags = [\"house\"]\n";
    let tables = "\n[fields]\nyears = { value = 8, level = \"default\" }\n\n[body.identity.prose]\nopening = \"You are \
                  **{{ name }}**, with {{ years }} years in production.\"\n\n[body.rules.never]\nsecrets = \"commit \
                  a secret\"\n";
    files.insert("profiles/house.toml".to_owned(), house.text(keys, tables));
    let require = "[[require]]\npersonas = { tag = \"house\" }\nrule = \"rules.secrets\"\nforce = \"never\"\nreason = \
                   \"a secret in a repository is a leak\"\n";
    files.insert("cento.toml".to_owned(), require.to_owned());

    let named = |names: &[&str]| names.iter().filter_map(|name| Target::named(name)).collect::<Vec<_>>();
    let (targets, others) = (named(&TARGETS), named(&OTHER_TARGETS));
    let teams = (topics.len() / 8).clamp(1, 40).min(personas);
    for team in 0..teams {
        let mut profile = Profile::default();
        profile.add(&topics[1 + team], &[0, 1], &hashes, false);
        let keys = format!("abstract = true\nextends = [\"house\"]\ntags = [\"team-{team}\"]\n");
        files.insert(format!("profiles/team-{team}.toml"), profile.text(&keys, ""));
    }

    // The first round goes through all topics in order, so that none is unused.
    let open = &topics[1 + teams..];
    let mut next = 0;
    for number in 0..personas {
        let team = number % teams;
        let target = match number % 5 {
            4 => others[number / 5 % others.len()],
            _ => targets[number / teams % targets.len()],
        };
        let combines = random.percent(20);
        let mut profile = Profile::default();
        let mut taken = BTreeSet::new();
        let wanted = FEWEST - INHERITED + random.below(MOST - FEWEST + 1);
        while profile.uses.len() < wanted {
            let room = wanted - profile.uses.len();
            let chosen = if next < open.len() { next } else { random.below(open.len()) };
            if !taken.insert(chosen) {
                continue;
            }
            if room > 1 && (next < open.len() || random.percent(90)) {
                profile.add(&open[chosen], &[0, 1], &hashes, combines);
                next += 1;
            } else {
                profile.add(&open[chosen], &[random.below(2)], &hashes, combines);
            }
        }
        let own = own_tables(number, &targets, target, &topics[1 + team], &hashes, &mut random);
        let keys = format!(
            "name = \"Persona {number}\"\ntitle = \"Persona {number}\"\ndescription = \"Use for the work of team \
             {team} when case {number} comes up.\"\nextends = [\"team-{team}\"]\n{}",
            if combines { "combine = \"prohibition-overrides\"\n" } else { "" }
        );
        files.insert(format!("profiles/persona-{number}.toml"), profile.text(&keys, &own));
    }
    if next < open.len() {
        let most = 2 * (1 + teams + next);
        return Err(format!(
            "{personas} personas use only {most} fragments; ask for fewer, or for more personas"
        ));
    }
    Ok(files)
}

/// The targets of most personas.
pub(crate) const TARGETS: [&str; 3] = ["prompt", "claude", "skill"];

/// The targets of every fifth persona. Programs cut the others at a length that these personas have, or read one file of
/// a fixed name, or one without lines.
pub(crate) const OTHER_TARGETS: [&str; 10] = [
    "cursor-rule", "cursor-agent", "copilot-agent", "copilot-instructions", "opencode", "codex", "kilo",
    "antigravity", "gemini", "kiro",
];

/// Returns the persona's own fields, rules, targets and removals.
fn own_tables(
    number: usize,
    targets: &[Target],
    target: Target,
    team: &Topic,
    hashes: &Hashes,
    random: &mut Random,
) -> String {
    let mut text = String::new();
    if random.percent(50) {
        let _ = write!(text, "\n[fields]\nyears = {}\n", 2 + random.below(30));
    }
    if random.percent(60) {
        let _ = write!(text, "\n[body.rules.must]\nowner-{number} = \"name the owner of case {number}\"\n");
    }
    let also = (target.name() != targets[0].name() && random.percent(25)).then_some(targets[0]);
    for target in also.into_iter().chain([target]) {
        let _ = write!(text, "\n[target.{}]\n", target.name());
        if target.has_setting("applyTo") {
            text.push_str("applyTo = \"**\"\n");
        }
        // Of the programs that read skills, only one reads their model.
        if target.has_setting("model") && target.name() != "skill" {
            let model = if target.name() == "opencode" { "anthropic/claude-sonnet-4-5" } else { "inherit" };
            let _ = writeln!(text, "model = \"{model}\"");
        }
    }
    if target.lists_tools() && also.is_none() {
        text.push_str("\n[tools]\nallow = [\"Read\", \"Grep\", \"Glob\"]\n");
    }
    if random.percent(30) {
        let (address, fragment) = (&team.removable, team.fragment(0));
        let hash = &hashes[&(fragment.clone(), address.clone())];
        let _ = write!(
            text,
            "\n[[remove]]\ntarget = \"{address}\"\nseen = {{ \"{fragment}\" = \"{hash}\" }}\nreason = \"case \
             {number} does without it\"\n"
        );
    }
    text
}
