//! Finds files beside each other that import each other in a circle. A file and those in its folder may: they are one
//! subject in parts.

use std::collections::{BTreeMap, BTreeSet};

use super::imports::imports;

/// A module, by its path.
type Module = Vec<String>;

/// Returns the files of each circle, as paths below `src` without their endings.
pub(crate) fn circles(modules: &[(Module, String)]) -> BTreeSet<BTreeSet<String>> {
    let files: BTreeSet<&[String]> = modules.iter().map(|(module, _)| module.as_slice()).collect();
    let edges: BTreeMap<&[String], BTreeSet<&[String]>> = modules
        .iter()
        .map(|(module, source)| (module.as_slice(), imported(module, source, &files)))
        .collect();
    let reached: BTreeMap<&[String], BTreeSet<&[String]>> =
        edges.keys().map(|from| (*from, reached(from, &edges))).collect();
    let circle = |from: &[String]| -> BTreeSet<String> {
        let back = reached[from].iter().filter(|to| reached[**to].contains(from));
        back.map(|to| to.join("/")).collect()
    };
    edges.keys().map(|from| circle(from)).filter(|circle| !circle.is_empty()).collect()
}

/// Returns the files that a module imports, without those above and below it.
fn imported<'f>(module: &[String], source: &str, files: &BTreeSet<&'f [String]>) -> BTreeSet<&'f [String]> {
    let product = source.split_once("#[cfg(test)]\nmod tests").map_or(source, |(product, _)| product);
    let found = imports(module, product).expect("sources parse");
    let file =
        |path: &[String]| (1..=path.len()).rev().find_map(|length| files.get(&path[..length]).copied());
    let paths = found.iter().filter_map(|import| file(&import.path));
    paths.filter(|other| !other.starts_with(module) && !module.starts_with(other)).collect()
}

/// Returns the files that can be reached by one or more imports.
fn reached<'f>(
    from: &[String],
    edges: &BTreeMap<&'f [String], BTreeSet<&'f [String]>>,
) -> BTreeSet<&'f [String]> {
    let mut reached = BTreeSet::new();
    let mut waiting: Vec<&[String]> = edges[from].iter().copied().collect();
    while let Some(next) = waiting.pop() {
        if reached.insert(next) {
            waiting.extend(edges[next].iter().copied());
        }
    }
    reached
}
