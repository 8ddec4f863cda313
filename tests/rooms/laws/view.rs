//! A composition as owned data, without spans and order, for the laws to compare.

use std::collections::{BTreeMap, BTreeSet};

use crate::compose::{
    Block, Composer, Composition, Conflict, Decision, Entry, Lineages, Origin, Problem, State, TargetSettings,
};
use crate::model::{Claim, Content, Datum, Diagnostic, Library, Part, TARGETS, Text, codes, fold};
use crate::render::render;
use crate::workspace::load_texts;

use super::toml::Layout;
use super::workspace::{ROOT, Workspace};

/// A workspace loaded by cento.
pub(crate) struct Loaded {
    pub(crate) library: Library,
    pub(crate) lineages: Lineages,
    pub(crate) findings: Vec<Diagnostic>,
}

impl Loaded {
    pub(crate) fn new(workspace: &Workspace) -> Loaded {
        Loaded::laid_out(workspace, Layout::PLAIN)
    }

    pub(crate) fn laid_out(workspace: &Workspace, layout: Layout) -> Loaded {
        let (library, findings) = load_texts(&workspace.texts(layout));
        let lineages = Lineages::new(&library);
        Loaded { library, lineages, findings }
    }

    /// Composes a profile. Returns the codes of the errors if it does not compose.
    pub(crate) fn compose(&self, id: &str) -> Result<Composition<'_>, Vec<&'static str>> {
        let index = self.library.profiles.id_of(id).expect("the profile exists");
        Composer::new(&self.library)
            .compose(index)
            .map_err(|findings| findings.iter().map(|finding| finding.code.name).collect())
    }

    pub(crate) fn root(&self) -> Result<Composition<'_>, Vec<&'static str>> {
        self.compose(ROOT)
    }

    pub(crate) fn view(&self) -> Result<View, Vec<&'static str>> {
        Ok(View::of(self, &self.root()?))
    }

    /// Returns the persona for every target, first with its own settings.
    pub(crate) fn bytes(&self) -> Vec<String> {
        let Ok(composition) = self.root() else { return Vec::new() };
        let texts = all_targets(&composition, |settings| render(&composition, settings).into_text());
        texts.into_iter().collect()
    }
}

/// A target of each form, and of each way to list tools; `targets` renders the others.
const FORMS: [&str; 5] = ["prompt", "claude", "skill", "codex", "chara-card-v2"];

/// Calls `read` with the persona's targets, then with one of each form.
pub(crate) fn all_targets<'a, T>(
    composition: &Composition<'a>,
    mut read: impl FnMut(&TargetSettings<'a>) -> T,
) -> Vec<T> {
    let mut results: Vec<T> = composition.persona.targets.iter().map(&mut read).collect();
    for target in TARGETS.iter().filter(|target| FORMS.contains(&target.name)) {
        results.push(read(&TargetSettings::none(target)));
    }
    results
}

/// The value at an address, and the outcome of every claim.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct At {
    /// The state of each claim, by source.
    pub(crate) states: BTreeMap<String, State>,
    /// The emitted claims as spelled, with templates filled in.
    pub(crate) stands: BTreeSet<String>,
    /// Whether there is an open conflict.
    pub(crate) is_open: bool,
    /// The subject under which a rule lost.
    pub(crate) subject: Option<String>,
}

/// A conflict: address, kind, sides with their hashes, and the problem with the resolution.
pub(crate) type Disagreement = (String, String, Vec<(String, String)>, Option<String>);

/// A composition without spans and order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct View {
    pub(crate) addresses: BTreeMap<String, At>,
    pub(crate) conflicts: BTreeSet<Disagreement>,
    /// The codes and addresses of the findings, sorted; without the note about neighbours, which depends on display order.
    pub(crate) findings: Vec<(&'static str, Option<String>)>,
    pub(crate) has_errors: bool,
    pub(crate) fields: BTreeMap<String, String>,
    pub(crate) tags: Vec<String>,
    pub(crate) allow: Option<Vec<String>>,
    pub(crate) deny: Vec<String>,
    pub(crate) settings: BTreeMap<String, String>,
}

impl View {
    pub(crate) fn of(loaded: &Loaded, composition: &Composition<'_>) -> View {
        let persona = &composition.persona;
        let filled = blocks(composition);
        let addresses = composition.decisions.iter().map(|(address, decision)| {
            let mut at = at(loaded, decision);
            if let Some(filled) = filled.get(*address) {
                at.stands = filled.iter().map(|block| spelled(loaded, block)).collect();
            }
            ((*address).to_owned(), at)
        });
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let findings =
            composition.findings.iter().filter(|finding| finding.code != codes::ORDER_NOT_ADJACENT);
        let mut findings: Vec<_> =
            findings.map(|finding| (finding.code.name, finding.address.clone())).collect();
        findings.sort();
        let mut settings = BTreeMap::new();
        settings.extend(persona.title.iter().map(|title| ("title".to_owned(), title.text.to_string())));
        for section in &persona.sections {
            let setting = format!("{:?} {:?} {}", section.heading.text, section.style, section.bold_groups);
            settings.insert(section.kind.to_owned(), setting);
        }
        for target in &persona.targets {
            for value in &target.values {
                settings
                    .insert(format!("target.{}.{}", target.target.name, value.0), format!("{:?}", value.1));
            }
        }
        View {
            addresses: addresses.collect(),
            conflicts: composition.conflicts.iter().map(conflict).collect(),
            findings,
            has_errors: composition.findings.iter().any(Diagnostic::breaks_file),
            fields: persona.fields.iter().map(|field| (field.name.to_owned(), typed(&field.value))).collect(),
            tags: owned(&persona.tags),
            allow: persona.allow.as_deref().map(owned),
            deny: owned(&persona.deny),
            settings,
        }
    }
}

fn at(loaded: &Loaded, decision: &Decision<'_>) -> At {
    let states = decision.claims.iter().zip(&decision.outcomes);
    At {
        states: states
            .map(|(claim, (state, _))| (loaded.library.source_name(claim.source), *state))
            .collect(),
        stands: decision.emitted().map(said).collect(),
        is_open: decision.is_open,
        subject: decision.subject.clone(),
    }
}

/// Returns a value with its type.
fn typed(datum: &Datum) -> String {
    format!("{}: {datum}", datum.type_name())
}

/// Returns the content of a claim as spelled.
pub(crate) fn said(claim: &Claim) -> String {
    parts(claim).join("; ")
}

/// Returns the content of a claim, ignoring white space and the order of names in a list.
pub(crate) fn meaning(claim: &Claim) -> String {
    let parts = parts(claim);
    let mut parts: Vec<_> = parts.iter().map(|part| fold(part)).collect();
    if matches!(claim.content, Content::Tags(_) | Content::Allow(_) | Content::Deny(_)) {
        parts.sort_unstable();
    }
    parts.join("; ")
}

fn parts(claim: &Claim) -> Vec<String> {
    match &claim.content {
        Content::Field(datum) | Content::Setting(datum) => vec![typed(datum)],
        Content::Tags(list) | Content::Allow(list) | Content::Deny(list) => {
            list.iter().map(|name| name.value.clone()).collect()
        }
        Content::Block(block) => {
            let optional =
                |text: &Option<Text>| text.as_ref().map_or_else(String::new, |text| text.value.clone());
            let about = optional(&block.about);
            let (label, why) = (optional(&block.label), optional(&block.why));
            vec![part(block.part), block.text.value.clone(), label, why, about]
        }
        Content::Partial(partial) => vec![part(partial.part), claim.whole_text()],
    }
}

/// Returns what a part means: prose means the same in either of its tables.
fn part(part: Part) -> String {
    format!("{} {:?}", part.noun(), part.force())
}

fn spelled(loaded: &Loaded, block: &Block<'_>) -> String {
    let origin = match block.origin {
        Origin::Claim(claim) => loaded.library.source_name(claim.source),
        Origin::Resolution(profile, _) => {
            format!("resolution of {}", loaded.library.profiles[profile].id)
        }
    };
    // The words, and not where they are written.
    let words = [Some(&block.text), block.label.as_ref(), block.why.as_ref()];
    let words = words.map(|words| words.map(|words| words.text.as_ref()));
    format!("{:?} {words:?} by {origin}", block.part)
}

fn conflict(conflict: &Conflict<'_>) -> Disagreement {
    let sides = conflict.sides.iter().map(|side| (side.name.clone(), side.hash.clone()));
    let problem = conflict.unapplied().map(|(_, problem)| match problem {
        Problem::Rival(_) => "rival".to_owned(),
        problem => format!("{problem:?}"),
    });
    (conflict.at.clone(), format!("{:?}", conflict.kind), sides.collect(), problem)
}

/// Returns the blocks of a persona by address, including titles and leads of groups.
pub(crate) fn blocks<'c, 'a>(composition: &'c Composition<'a>) -> BTreeMap<&'c str, Vec<&'c Block<'a>>> {
    fn add<'c, 'a>(entries: &'c [Entry<'a>], blocks: &mut BTreeMap<&'c str, Vec<&'c Block<'a>>>) {
        for entry in entries {
            match entry {
                Entry::Block(block) => blocks.entry(block.address.as_str()).or_default().push(block),
                Entry::Group(group) => {
                    for block in group.title.iter().chain(&group.lead) {
                        blocks.entry(block.address.as_str()).or_default().push(block);
                    }
                    add(&group.entries, blocks);
                }
                Entry::Conflict(_) => {}
            }
        }
    }
    let mut blocks = BTreeMap::new();
    for section in &composition.persona.sections {
        add(&section.entries, &mut blocks);
    }
    blocks
}
