//! The law about entries under other entries.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use camino::Utf8PathBuf;
use proptest::collection::vec;
use proptest::prelude::*;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::cases;
use super::imported::{imported, shown};
use crate::author::absorb::Texts;
use crate::compose::{Composer, Composition, Element, MAX_DEPTH};
use crate::model::codes;
use crate::workspace::load_texts;

/// An entry: its table, and the number of the entry that it is under.
type Made = (&'static str, Option<usize>);

const TABLES: [&str; 5] = ["items", "items", "steps", "must", "prose"];

fn entries() -> impl Strategy<Value = Vec<Made>> {
    // A number that no entry has is one too high.
    let entry = (0..TABLES.len(), any::<prop::sample::Index>(), 0..5_u8);
    vec(entry, 1..16).prop_map(|made| {
        let count = made.len() + 1;
        let made = made.into_iter().map(|(table, under, is_nested)| {
            let is_nested = is_nested > 0 && table < 3;
            (TABLES[table], is_nested.then(|| under.index(count)))
        });
        made.collect()
    })
}

/// The texts of a workspace with these entries.
fn texts(entries: &[Made]) -> Texts {
    let mut fragment = String::new();
    for table in BTreeSet::from(TABLES) {
        let own = entries.iter().enumerate().filter(|(_, (of, _))| *of == table);
        let lines: String = own.fold(String::new(), |mut lines, (at, (_, under))| {
            let under = under.map_or(String::new(), |under| format!(", under = \"e{under}\""));
            let _ = writeln!(lines, "e{at} = {{ text = \"say e{at}\"{under} }}");
            lines
        });
        if !lines.is_empty() {
            let _ = writeln!(fragment, "[{table}]\n{lines}");
        }
    }
    let profile = "use = [\"workflow/all\"]\n".to_owned();
    let files = [("fragments/workflow/all.toml", fragment), ("profiles/some-agent.toml", profile)];
    files.map(|(path, text)| (Utf8PathBuf::from(path), text)).into_iter().collect()
}

/// The number of the entry that each one is under, and whether all are where they say.
fn expected(entries: &[Made]) -> (BTreeMap<usize, Option<usize>>, bool) {
    let is_listed = |at: usize| entries.get(at).is_some_and(|(table, _)| *table != "prose");
    let mut under: Vec<Option<usize>> =
        entries.iter().map(|(_, under)| under.filter(|under| is_listed(*under))).collect();
    let mut is_sound = entries.iter().zip(&under).all(|((_, said), under)| said == under);
    // The id that comes first in each cycle is under none. Ids are compared as texts.
    for start in 0..under.len() {
        let mut path = vec![start];
        while let Some(next) = under[path[path.len() - 1]] {
            if let Some(at) = path.iter().position(|other| *other == next) {
                let first = path[at..].iter().min_by_key(|number| format!("e{number}"));
                under[*first.unwrap()] = None;
                is_sound = false;
                break;
            }
            path.push(next);
        }
    }
    (under.into_iter().enumerate().collect(), is_sound)
}

/// The number of the entry that each one is under, as Markdown is read.
fn read(text: &str) -> BTreeMap<usize, Option<usize>> {
    let (mut open, mut under) = (Vec::new(), BTreeMap::new());
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::Item) => open.push(None),
            Event::End(TagEnd::Item) => drop(open.pop()),
            Event::Text(words) => {
                let Some(number) = words.rsplit_once('e').and_then(|(_, number)| number.parse().ok()) else {
                    continue;
                };
                let above = open.len().checked_sub(2).and_then(|at| open[at]);
                assert!(under.insert(number, above).is_none(), "twice: {number}\n{text}");
                if let Some(last) = open.last_mut() {
                    *last = Some(number);
                }
            }
            _ => {}
        }
    }
    under
}

fn deepest(composition: &Composition<'_>) -> usize {
    let mut deepest = 0;
    composition.persona.visit(|_, element| {
        if let Element::Block(block) = element {
            deepest = deepest.max(block.depth);
        }
    });
    deepest
}

proptest! {
    #![proptest_config(cases(200))]

    /// Each entry is in the output once, under the entry that it says; and import finds it there.
    #[test]
    fn law_entries_are_read_under_the_entry_that_they_name(entries in entries()) {
        let texts = texts(&entries);
        let (library, findings) = load_texts(&texts);
        prop_assert!(findings.is_empty(), "{:?}", findings);
        let index = library.profiles.id_of("some-agent").unwrap();
        let composition = Composer::new(&library).compose(index).unwrap();
        let reported = composition.findings.iter().any(|finding| finding.code == codes::NESTING);
        let (_, output) = shown(&texts, "some-agent");
        let found = read(&output);
        let (wanted, is_sound) = expected(&entries);
        let numbers = |map: &BTreeMap<usize, Option<usize>>| map.keys().copied().collect::<Vec<_>>();
        prop_assert_eq!(numbers(&found), numbers(&wanted), "{}", output);
        if deepest(&composition) < MAX_DEPTH {
            prop_assert_eq!(&found, &wanted, "{}", output);
            prop_assert_eq!(reported, !is_sound, "{}", output);
        }
        let (again, profile) = imported(&output);
        prop_assert_eq!(&shown(&again, &profile).1, &output);
        let (library, _) = load_texts(&again);
        let index = library.profiles.id_of(&profile).unwrap();
        let imported = Composer::new(&library).compose(index).unwrap();
        prop_assert_eq!(deepest(&imported), deepest(&composition), "{}\n{:#?}", output, again);
    }
}
