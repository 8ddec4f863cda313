//! Laws about the fleet: a requirement is broken exactly where the composed persona lacks what it demands,
//! and the reported status of a rule matches the persona.
//!
//! These tests read the finished persona, not the decisions that cento looks at.

use std::collections::{BTreeMap, BTreeSet};

use crate::analyse::fleet::{Status, rules};
use crate::check::{Checker, Depth};
use crate::compose::{Block, Composer, Composition, Entry};
use crate::model::{Library, Part, Source, codes, fold};
use crate::render::render;
use crate::workspace::load_texts;
use proptest::prelude::*;

use super::cases;
use super::generate::workspace;
use super::toml::Layout;
use super::view::{Loaded, blocks};
use super::workspace::{ROOT, Workspace};

/// The demand of a requirement.
#[derive(Debug, Clone)]
enum Ask {
    Rule { at: &'static str, force: Option<&'static str>, text: Option<&'static str> },
    Section(&'static str, Option<&'static str>),
    Field(&'static str, Option<&'static str>),
    Fragment(usize),
    Without(usize),
    Characters(usize),
    SectionCharacters(&'static str, usize),
}

/// The selector of a requirement.
#[derive(Debug, Clone)]
enum Whom {
    All,
    Named,
    Other,
    Tagged(&'static str),
    Targeted(&'static str),
    Extends(usize),
    AllBut(&'static str),
}

const FORCES: [&str; 6] = ["never", "avoid", "may", "should", "must", "always"];

/// The forces that satisfy each force, from the documented table.
const ENOUGH: [(&str, &[&str]); 6] = [
    ("never", &["never"]),
    ("avoid", &["avoid", "never"]),
    ("may", &["may", "should"]),
    ("should", &["should", "must", "always"]),
    ("must", &["must", "always"]),
    ("always", &["always"]),
];

const PATTERN: &str = "^(glad|1)";

fn ask() -> impl Strategy<Value = Ask> {
    let at = prop::sample::select(vec!["rules.a", "rules.b", "rules.c", "voice.a", "rules.g.a", "rules.h.b"]);
    let force = prop::option::of(prop::sample::select(FORCES.to_vec()));
    let texts = vec![
        "read the caf\u{e9} plan",
        "use `SELECT *` in \"production\"",
        "sound {{ mood }} today",
        "sound glad today",
        "what was decided",
    ];
    let text = prop::option::weighted(0.4, prop::sample::select(texts));
    let section = || prop::sample::select(vec!["rules", "voice", "notes"]);
    let heading = prop::option::of(prop::sample::select(vec!["Bounds", "Voice", "Rules"]));
    let field = prop::sample::select(vec!["mood", "years", "name", "description"]);
    let pattern = prop::option::of(Just(PATTERN));
    prop_oneof![
        4 => (at, force, text).prop_map(|(at, force, text)| Ask::Rule { at, force, text }),
        1 => (section(), heading).prop_map(|(kind, heading)| Ask::Section(kind, heading)),
        1 => (field, pattern).prop_map(|(name, pattern)| Ask::Field(name, pattern)),
        1 => (0..8usize).prop_map(Ask::Fragment),
        1 => (0..8usize).prop_map(Ask::Without),
        1 => (1..400usize).prop_map(Ask::Characters),
        1 => (section(), 1..300usize).prop_map(|(kind, most)| Ask::SectionCharacters(kind, most)),
    ]
}

fn whom() -> impl Strategy<Value = Whom> {
    prop_oneof![
        4 => Just(Whom::All),
        1 => Just(Whom::Named),
        1 => Just(Whom::Other),
        1 => prop::sample::select(vec!["backend", "night", "sql"]).prop_map(Whom::Tagged),
        1 => prop::sample::select(vec!["claude", "skill", "prompt"]).prop_map(Whom::Targeted),
        1 => (0..5usize).prop_map(Whom::Extends),
        1 => prop::sample::select(vec!["backend", "night", "sql"]).prop_map(Whom::AllBut),
    ]
}

/// Returns the workspace with the requirement. `None` if it names something that does not exist.
fn with(workspace: &Workspace, whom: &Whom, ask: &Ask) -> Option<Library> {
    let fragment = |at: usize| workspace.fragments.get(at).map(|fragment| fragment.id.clone());
    let others = &workspace.profiles[..workspace.profiles.len() - 1];
    let personas = match whom {
        Whom::All => "\"all\"".to_owned(),
        Whom::Named => format!("{{ name = [\"{ROOT}\"] }}"),
        Whom::Other => format!("{{ name = \"{}\" }}", others.first()?.id),
        Whom::Tagged(tag) => format!("{{ tag = \"{tag}\" }}"),
        Whom::Targeted(target) => format!("{{ target = \"{target}\" }}"),
        Whom::Extends(at) => format!("{{ extends = \"{}\" }}", others.get(*at)?.id),
        Whom::AllBut(tag) => format!("{{ except = {{ tag = \"{tag}\" }} }}"),
    };
    let key = |name: &str, value: Option<&str>| {
        value.map_or(String::new(), |value| format!("{name} = '''{value}'''\n"))
    };
    let asked = match ask {
        Ask::Rule { at, force, text } => {
            format!("rule = \"{at}\"\n{}{}", key("force", *force), key("text", *text))
        }
        Ask::Section(kind, heading) => format!("section = \"{kind}\"\n{}", key("heading", *heading)),
        Ask::Field(name, pattern) => format!("field = \"{name}\"\n{}", key("matches", *pattern)),
        Ask::Fragment(at) => format!("fragment = \"{}\"\n", fragment(*at)?),
        Ask::Without(at) => format!("without = \"{}\"\n", fragment(*at)?),
        Ask::Characters(most) => format!("max-chars = {most}\n"),
        Ask::SectionCharacters(kind, most) => format!("max-chars = {{ {kind} = {most} }}\n"),
    };
    let mut texts = workspace.texts(Layout::PLAIN);
    let config = texts.entry("cento.toml".into()).or_default();
    config.push_str(&format!("\n[[require]]\npersonas = {personas}\n{asked}reason = \"it is the law\"\n"));
    let (library, findings) = load_texts(&texts);
    assert!(findings.iter().all(|finding| !finding.is_error()), "{findings:?}");
    Some(library)
}

/// Returns whether the requirement selects the root, according to the files.
fn is_asked(workspace: &Workspace, composition: &Composition<'_>, whom: &Whom) -> bool {
    let has = |tag: &str| composition.persona.tags.contains(&tag);
    match whom {
        _ if composition.profile.is_abstract => false,
        Whom::All | Whom::Named => true,
        Whom::Other => false,
        Whom::Tagged(tag) => has(tag),
        Whom::AllBut(tag) => !has(tag),
        Whom::Targeted(name) => composition.persona.targets.iter().any(|target| target.target.name == *name),
        Whom::Extends(at) => workspace.ancestors(workspace.profiles.len() - 1).contains(at),
    }
}

/// Returns whether the persona satisfies the requirement. `None` if the address is in conflict.
fn has(loaded: &Library, composition: &Composition<'_>, workspace: &Workspace, ask: &Ask) -> Option<bool> {
    let persona = &composition.persona;
    let is_in_conflict = |address: &str| conflicts(composition).contains(address);
    match ask {
        Ask::Rule { at, .. } if is_in_conflict(at) => None,
        Ask::Rule { at, force, text } => {
            let wanted =
                force.map(|force| ENOUGH.iter().find(|(name, _)| *name == force).expect("a force").1);
            let stands = |block: &&Block<'_>| {
                let Part::Rule(force) = block.part else { return false };
                let is_said = |text: &str| {
                    let raw = block.text.written.map(|written| fold(&written.value).into_owned());
                    fold(&block.text.text) == fold(text) || raw.is_some_and(|raw| raw == fold(text))
                };
                wanted.is_none_or(|forces| forces.contains(&force.name())) && text.is_none_or(is_said)
            };
            Some(blocks(composition).get(at).is_some_and(|blocks| blocks.iter().any(stands)))
        }
        Ask::Section(kind, heading) => {
            let section = persona.sections.iter().find(|section| section.kind == *kind);
            // A heading in conflict is printed as a marker.
            if heading.is_some() && section.is_some_and(|section| section.heading.text.contains("conflict")) {
                return None;
            }
            Some(section.is_some_and(|section| heading.is_none_or(|heading| section.heading.text == heading)))
        }
        Ask::Field(name, pattern) => {
            if composition.conflicts.iter().any(|conflict| conflict.at == format!("fields.{name}")) {
                return None;
            }
            let value = persona.field(name).map_or(String::new(), |field| field.value.to_string());
            let matches = value.starts_with("glad") || value.starts_with('1');
            Some(!value.trim().is_empty() && (pattern.is_none() || matches))
        }
        Ask::Fragment(at) => Some(is_in(loaded, composition, &workspace.fragments[*at].id)),
        Ask::Without(at) => Some(!is_in(loaded, composition, &workspace.fragments[*at].id)),
        Ask::Characters(most) => {
            let longest =
                persona.targets.iter().map(|target| render(composition, target).text().chars().count());
            Some(longest.max().unwrap_or(0) <= *most)
        }
        Ask::SectionCharacters(kind, most) => {
            let Some(section) = persona.sections.iter().find(|section| section.kind == *kind) else {
                return Some(true);
            };
            // Returns the section as it would be in a document without the others.
            let text = render(composition, &persona.settings(&crate::model::TARGETS[0])).into_text();
            let heading = format!("## {}\n", section.heading.text);
            let start = text.find(&heading).unwrap_or(0);
            let next = persona.sections.iter().skip_while(|other| other.kind != *kind).nth(1);
            let end = next.and_then(|next| text[start + 1..].find(&format!("\n## {}\n", next.heading.text)));
            let end = end.map_or(text.len(), |end| start + 1 + end);
            Some(text[start..end].trim_end_matches('\n').chars().count() < *most)
        }
    }
}

fn is_in(library: &Library, composition: &Composition<'_>, id: &str) -> bool {
    let named = |source: &Source| library.source_name(*source) == id;
    composition.selection.sources.iter().any(named)
}

/// Returns the addresses where the persona shows a conflict.
fn conflicts(composition: &Composition<'_>) -> BTreeSet<String> {
    fn add(entries: &[Entry<'_>], found: &mut BTreeSet<String>) {
        for entry in entries {
            match entry {
                Entry::Conflict(address) => drop(found.insert(address.to_string())),
                Entry::Group(group) => add(&group.entries, found),
                Entry::Block(_) => {}
            }
        }
    }
    let mut found = BTreeSet::new();
    composition.persona.sections.iter().for_each(|section| add(&section.entries, &mut found));
    found
}

/// The status of each rule, by address and persona.
type Told = BTreeMap<(String, usize), (Status, Option<String>)>;

proptest! {
    #![proptest_config(cases(400))]

    /// A requirement is broken exactly where the composed persona lacks what it demands.
    #[test]
    fn law_a_requirement_is_broken_exactly_where_the_persona_lacks_it(
        workspace in workspace(), whom in whom(), ask in ask()
    ) {
        let Some(library) = with(&workspace, &whom, &ask) else { return Ok(()) };
        let index = library.profiles.id_of(ROOT).expect("the root is there");
        let Ok(checked) = Checker::new(&library, &[]).check(index, Depth::Sound) else { return Ok(()) };
        let composition = checked.composition;
        let findings = &composition.findings;
        let breaches: Vec<_> = findings.iter().filter(|finding| finding.code == codes::REQUIREMENT).collect();
        let Some(has) = has(&library, &composition, &workspace, &ask) else {
            prop_assert!(breaches.is_empty(), "in conflict, and reported: {breaches:?}");
            return Ok(());
        };
        let expected = is_asked(&workspace, &composition, &whom) && !has;
        prop_assert_eq!(!breaches.is_empty(), expected, "{:?} {:?}: {:?}", whom, ask, breaches);
        for finding in breaches {
            prop_assert!(finding.is_error() && !finding.helps.is_empty());
            prop_assert!(finding.notes.iter().any(|note| note == "reason: it is the law"));
            prop_assert_eq!(finding.personas.iter().collect::<Vec<_>>(), [ROOT]);
        }
    }

    /// The reported status of a rule matches the persona: force and text are the reported ones, "unchanged"
    /// means exactly the first wording, and "dropped" means that the rule is absent. The order of `use` has
    /// no influence.
    #[test]
    fn law_the_reported_status_of_a_rule_matches_the_persona(workspace in workspace()) {
        let told = |workspace: &Workspace| -> Result<Told, TestCaseError> {
            let loaded = Loaded::new(workspace);
            let results = Composer::new(&loaded.library).compose_all();
            let compositions: Vec<Option<&Composition<'_>>> = results.iter().map(|result| result.as_ref().ok()).collect();
            let mut told = BTreeMap::new();
            for rule in rules(&loaded.library, &compositions) {
                let counted: usize = rule.wordings.iter().map(|wording| wording.personas).sum();
                let applied: usize = rule.holdings.iter().filter(|holding| holding.wording.is_some()).count();
                prop_assert!(counted >= applied);
                for holding in &rule.holdings {
                    let composition = compositions[holding.persona].expect("who has a rule was composed");
                    let blocks = blocks(composition);
                    let forces: BTreeSet<&str> = blocks.get(rule.address).into_iter().flatten().filter_map(|block| match block.part {
                        Part::Rule(force) => Some(force.name()),
                        _ => None,
                    }).collect();
                    let wording = holding.wording.map(|at| &rule.wordings[at]);
                    match wording {
                        Some(wording) => prop_assert!(forces.contains(wording.force.name()), "{}: {forces:?}", rule.address),
                        None => prop_assert!(forces.is_empty(), "{}: {forces:?} {:?}", rule.address, holding.status),
                    }
                    prop_assert_eq!(holding.status == Status::AsWritten, holding.wording == Some(0));
                    // An open rule has a marker, or is in a group that has one. A dropped rule has no marker
                    // of its own, and an emitted rule is in no such group.
                    let open = conflicts(composition);
                    let group = rule.address.rsplit_once('.').map_or("", |(group, _)| group);
                    let (is_marked, is_within) = (open.contains(rule.address), open.contains(group));
                    let fits = match holding.status {
                        Status::InConflict => is_marked || is_within,
                        Status::Removed | Status::Lost => !is_marked,
                        _ => !is_marked && !is_within,
                    };
                    prop_assert!(fits, "{} is {:?} beside {open:?}", rule.address, holding.status);
                    let said = wording.map(|wording| format!("{} {}", wording.force.name(), wording.words.whole_text()));
                    told.insert((rule.address.to_owned(), holding.persona), (holding.status, said));
                }
            }
            // Every emitted rule is reported.
            for (persona, composition) in compositions.iter().enumerate() {
                for (address, blocks) in composition.iter().flat_map(|composition| blocks(composition)) {
                    if blocks.iter().any(|block| matches!(block.part, Part::Rule(_))) {
                        prop_assert!(told.contains_key(&(address.to_owned(), persona)), "{address}");
                    }
                }
            }
            Ok(told)
        };
        let before = told(&workspace)?;
        let mut reversed = workspace.clone();
        reversed.profiles.iter_mut().for_each(|profile| profile.uses.reverse());
        prop_assert_eq!(before, told(&reversed)?);
    }
}
