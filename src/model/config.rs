//! The settings in `cento.toml`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use indexmap::IndexMap;

use super::claim::Force;
use super::requirement::Requirement;
use super::severities::Severities;
use super::source::{FileId, Span, Text};
use super::statement::Seen;
use super::target::NameKind;

/// The settings of the workspace. Every setting has a default.
#[derive(Debug, Default)]
pub(crate) struct Config {
    /// The file `cento.toml`, if there is one.
    pub file: Option<FileId>,
    /// The directory of fragments, relative to the workspace.
    pub fragments: String,
    /// The directory of profiles, relative to the workspace.
    pub profiles: String,
    /// The targets of profiles that name none.
    pub targets: Vec<String>,
    /// The rule style of sections that name none.
    pub style: String,
    /// The rule styles, built-in ones first.
    pub styles: IndexMap<String, Style>,
    /// Relations between the subjects of rules.
    pub subjects: Subjects,
    /// Requirements that personas must meet.
    pub requirements: Vec<Requirement>,
    /// Accepted pairs of similar or contradictory entries.
    pub acceptances: Vec<Acceptance>,
    /// Names that programs know besides those that cento knows.
    pub known: BTreeMap<NameKind, BTreeSet<String>>,
    /// The severities of findings.
    pub severities: Severities,
    /// Whether the file has errors; if so, nothing is built.
    pub broken: bool,
}

impl Config {
    /// The directories of the sources, relative to the workspace.
    pub(crate) fn directories(&self) -> [&str; 2] {
        [&self.fragments, &self.profiles]
    }
}

/// How the rules of a section are rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Style {
    /// Whether each rule has its label, or a list of rules is below each label.
    pub layout: Layout,
    /// The order of the forces in the grouped layout.
    pub order: Vec<Force>,
    /// The label of each force, indexed by force.
    pub labels: [String; 6],
    /// Where each label is written; nothing for those of the built-in styles.
    pub spans: [Option<Span>; 6],
}

/// The layouts of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// One bullet for each rule, starting with the label of its force.
    Inline,
    /// The label of each force on its own line, with a list of its rules below.
    Grouped,
}

impl Layout {
    /// Every layout, with its name in the files.
    pub(crate) const ALL: [(&str, Layout); 2] = [("inline", Layout::Inline), ("grouped", Layout::Grouped)];
}

impl Style {
    /// The built-in styles: `modal`, `grouped` and `plain`.
    pub(crate) fn built_in() -> IndexMap<String, Style> {
        let order = vec![Force::Never, Force::Avoid, Force::Must, Force::Always, Force::Should, Force::May];
        let style = |layout, labels: [&str; 6]| Style {
            layout,
            order: order.clone(),
            labels: labels.map(str::to_owned),
            spans: [None; 6],
        };
        let words = ["Never", "Try not to", "You may", "You should", "You must", "Always"];
        let capitals = ["MUST NOT", "SHOULD NOT", "MAY", "SHOULD", "MUST", "ALWAYS"];
        let mut modal = style(Layout::Inline, words);
        modal.labels = modal.labels.map(|word| format!("**{word}**"));
        let mut grouped = style(Layout::Grouped, capitals);
        grouped.labels = grouped.labels.map(|word| match word.as_str() {
            "ALWAYS" => "**Always:**".to_owned(),
            word => format!("**You {word}:**"),
        });
        let plain = style(Layout::Inline, words);
        IndexMap::from([
            ("modal".to_owned(), modal),
            ("grouped".to_owned(), grouped),
            ("plain".to_owned(), plain),
        ])
    }

    /// The label of a force.
    pub(crate) fn label(&self, force: Force) -> &str {
        &self.labels[force as usize]
    }

    /// Where the label of a force is written.
    pub(crate) fn label_span(&self, force: Force) -> Option<Span> {
        self.spans[force as usize]
    }
}

/// How a profile combines contradicting rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Combine {
    /// A contradiction is a conflict.
    #[default]
    Unanimous,
    /// `never` and `avoid` win.
    ProhibitionOverrides,
    /// `may`, `should`, `must` and `always` win.
    PermissionOverrides,
    /// The highest layer wins, even if it weakens a rule.
    HighestLayer,
}

impl Combine {
    /// Every strategy, with its name in the files.
    pub(crate) const ALL: [(&str, Combine); 4] = [
        ("unanimous", Combine::Unanimous),
        ("prohibition-overrides", Combine::ProhibitionOverrides),
        ("permission-overrides", Combine::PermissionOverrides),
        ("highest-layer", Combine::HighestLayer),
    ];

    /// The strategy with this name. Loading rejects unknown names, so they get the default.
    pub(crate) fn from_name(name: &str) -> Combine {
        Combine::ALL.iter().find(|(known, _)| *known == name).map(|(_, combine)| *combine).unwrap_or_default()
    }
}

/// Declared relations between subjects.
#[derive(Debug, Default)]
pub(crate) struct Subjects {
    /// For each subject, all other subjects that it implies, transitively.
    pub implied: BTreeMap<String, BTreeSet<String>>,
    /// For each subject, those that cannot be an obligation together with it. Symmetric.
    pub excluded: BTreeMap<String, BTreeSet<String>>,
    /// The relations as written.
    pub declared: Vec<Relation>,
    /// For each subject, the places in `declared` of what it implies directly.
    direct: BTreeMap<String, Vec<usize>>,
}

#[derive(Debug)]
pub(crate) struct Relation {
    /// The subject on the left.
    pub subject: Text,
    /// The subject that it implies or excludes.
    pub other: Text,
    /// Whether the relation is `excludes`, and not `implies`.
    pub excludes: bool,
}

/// The maximum number of pairs in which one subject implies the other, directly or not.
pub(crate) const MAX_IMPLIED: usize = 100_000;

/// The maximum number of relations that are followed for that. Between many subjects that all imply each other, there are many
/// for each pair.
const MAX_FOLLOWED: usize = 40 * MAX_IMPLIED;

impl Subjects {
    /// Builds the relations: the transitive closure of `implies`, the symmetric closure of `excludes`.
    ///
    /// # Errors
    /// If more than [`MAX_IMPLIED`] pairs are implied: a subject that implies too much.
    pub(crate) fn new(declared: Vec<Relation>) -> Result<Self, String> {
        let (mut left, mut steps) = (MAX_IMPLIED, MAX_FOLLOWED);
        let mut direct: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut excluded: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (index, relation) in declared.iter().enumerate() {
            let [a, b] = [&relation.subject, &relation.other].map(|subject| subject.as_str().to_owned());
            if relation.excludes {
                excluded.entry(a.clone()).or_default().insert(b.clone());
                excluded.entry(b).or_default().insert(a);
            } else {
                direct.entry(a).or_default().push(index);
            }
        }
        let mut implied: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for from in direct.keys() {
            let mut reached: BTreeSet<&str> = BTreeSet::new();
            let mut pending = vec![from.as_str()];
            let too_much = || from.clone();
            while let Some(subject) = pending.pop() {
                for next in direct.get(subject).into_iter().flatten() {
                    let next = declared[*next].other.as_str();
                    // What was found before need not be followed again.
                    let known = implied.get(next);
                    let all = std::iter::once(next).chain(known.into_iter().flatten().map(String::as_str));
                    steps = steps.checked_sub(1).ok_or_else(too_much)?;
                    if reached.contains(next) {
                        continue;
                    }
                    for reachable in all {
                        steps = steps.checked_sub(1).ok_or_else(too_much)?;
                        if reached.insert(reachable) {
                            left = left.checked_sub(1).ok_or_else(too_much)?;
                        }
                    }
                    if known.is_none() {
                        pending.push(next);
                    }
                }
            }
            reached.remove(from.as_str());
            let reached = reached.into_iter().map(str::to_owned).collect();
            implied.insert(from.clone(), reached);
        }
        Ok(Subjects { implied, excluded, declared, direct })
    }

    /// The subject itself and all subjects that it implies.
    pub(crate) fn obliges<'s>(&'s self, subject: &'s str) -> impl Iterator<Item = &'s str> {
        let implied = self.implied.get(subject).into_iter().flatten().map(String::as_str);
        std::iter::once(subject).chain(implied)
    }

    /// The shortest chain of declared relations by which `from` implies `to`. Of equally short chains, the one declared
    /// first. Empty if there is none.
    pub(crate) fn chain(&self, from: &str, to: &str) -> Vec<&Relation> {
        if !self.implied.get(from).is_some_and(|implied| implied.contains(to)) {
            return Vec::new();
        }
        let mut reached_by: BTreeMap<&str, &Relation> = BTreeMap::new();
        let mut pending = VecDeque::from([from]);
        while let Some(subject) = pending.pop_front().filter(|_| !reached_by.contains_key(to)) {
            for index in self.direct.get(subject).into_iter().flatten() {
                let relation = &self.declared[*index];
                let next = relation.other.as_str();
                if next == from || reached_by.contains_key(next) {
                    continue;
                }
                reached_by.insert(next, relation);
                pending.push_back(next);
            }
        }
        let mut chain = Vec::new();
        let mut at = to;
        while let Some(relation) = reached_by.get(at) {
            chain.push(*relation);
            at = relation.subject.as_str();
        }
        chain.reverse();
        chain
    }

    /// The declaration that the two subjects exclude each other, in either direction.
    pub(crate) fn exclusion(&self, a: &str, b: &str) -> Option<&Relation> {
        let is_it = |relation: &&Relation| {
            let pair = (relation.subject.as_str(), relation.other.as_str());
            relation.excludes && (pair == (a, b) || pair == (b, a))
        };
        self.declared.iter().find(is_it)
    }
}

/// A pair of similar or contradictory entries that is intended.
#[derive(Debug)]
pub(crate) struct Acceptance {
    /// The entries, each as `SOURCE:ADDRESS`.
    pub sides: [Text; 2],
    /// The hash of each entry when the pair was accepted.
    pub seen: Option<Seen>,
    pub reason: Option<Text>,
    /// The `[[accept]]` table.
    pub span: Span,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn implies_is_transitive_and_excludes_symmetric() {
        let mut sources = super::super::source::Sources::default();
        let span = super::super::source::Span::new(sources.add("cento.toml".into(), String::new()), 0..0);
        let text = |word: &str| Text { value: word.to_owned(), span };
        let relation = |a, b, excludes| Relation { subject: text(a), other: text(b), excludes };
        let implies = [relation("a", "b", false), relation("b", "c", false), relation("c", "a", false)];
        let subjects = Subjects::new(implies.into_iter().chain([relation("x", "y", true)]).collect());
        let subjects = subjects.expect("few relations");
        assert_eq!(subjects.obliges("a").collect::<Vec<_>>(), ["a", "b", "c"]);
        assert!(subjects.excluded["y"].contains("x"));
        let chain = |from, to| {
            let others = subjects.chain(from, to).into_iter().map(|relation| relation.other.as_str());
            others.collect::<Vec<_>>()
        };
        assert_eq!(chain("a", "c"), ["b", "c"]);
        assert_eq!((chain("c", "a"), chain("a", "x")), (vec!["a"], vec![]));
        assert!(subjects.exclusion("y", "x").is_some() && subjects.exclusion("a", "b").is_none());
    }
}
