//! Names of tools, models, colors and keys that a target's program does not know.

use super::front_matter::ReadBack;
use crate::compose::{Composition, TargetSettings};
use crate::model::grammar::{Config, Known, header};
use crate::model::wording::series;
use crate::model::{
    Content, Datum, Diagnostic, Library, NameKind, NameStatus, Severity, Span, Target, Vocabulary, address,
    codes, nearest,
};

/// The most names that a help lists.
const MAX_NAMES: usize = 8;

/// Reports the keys, the tools, and the values of the target's keys that its program does not know.
pub(super) fn check(
    composition: &Composition<'_>,
    settings: &TargetSettings<'_>,
    back: &ReadBack<'_, '_>,
) -> Vec<Diagnostic> {
    let (library, target, persona) = (composition.library, settings.target, &composition.persona);
    let unknown = |key| Some(check_key(library, target, key)?.at(back.place(key), ""));
    let mut findings: Vec<Diagnostic> = back.keys().filter_map(unknown).collect();
    // The marker of a conflict is not a name.
    if let Some(vocabulary) = target.tools.filter(|_| composition.conflicts.is_empty()) {
        let allowed = persona.allow.as_deref().unwrap_or_default();
        let lists =
            [(target.allow, address::ALLOW, allowed), (target.deny, address::DENY, persona.deny.as_slice())];
        for (key, list, tools) in lists {
            let Some((key, _)) = key else { continue };
            // Typed names are for this program, and in no list of the persona.
            let typed = if tools.is_empty() { back.tools(key) } else { Vec::new() };
            let typed = typed.iter().map(|name| (name.as_str(), name.as_str()));
            for (tool, listed) in vocabulary.named(tools, list == address::DENY).into_iter().chain(typed) {
                let name = tool.split('(').next().unwrap_or(tool).trim();
                let span = place(composition, list, listed).unwrap_or_else(|| back.set_at(key));
                let finding = judge(library, vocabulary, name, &[], in_other_words(vocabulary, tool));
                findings.extend(finding.map(|finding| finding.at(span, "")));
            }
        }
    }
    for key in target.keys {
        if let (Some(vocabulary), Some(datum)) = (key.known, back.value(key.name)) {
            let span = back.set_at(key.name);
            let names: Vec<&str> = match &*datum {
                Datum::Map(map) => map.keys().map(String::as_str).collect(),
                datum => datum.as_str().into_iter().collect(),
            };
            let judged = names.into_iter().filter_map(|name| judge(library, vocabulary, name, &[], None));
            findings.extend(judged.map(|finding| finding.at(span, "")));
        }
    }
    findings
}

/// Returns the finding about a key of typed front matter that the target's program does not know.
fn check_key(library: &Library, target: &Target, key: &str) -> Option<Diagnostic> {
    let facts = target.facts.filter(|_| target.has_front_matter())?;
    let what = format!("a key of {}", target.summary);
    let own: Vec<&str> = target.front_matter_keys().collect();
    let other = Vocabulary {
        kind: NameKind::Key,
        what: &what,
        names: &[],
        retired: &[],
        open: &[],
        stands_for: &[],
        facts,
    };
    let mut finding = judge(library, target.other_keys.unwrap_or(&other), key, &own, None)?;
    if target.refuses_other_keys {
        finding.severity = Severity::Error;
        finding.notes.push("the program refuses the whole file for it".to_owned());
    }
    Some(finding)
}

/// How to list a tool so that the program knows it, although it does not know this name.
fn in_other_words(vocabulary: &Vocabulary<'_>, tool: &str) -> Option<String> {
    let (name, tools) = vocabulary.row_of(tool)?;
    let tools = series(tools.iter().map(|tool| format!("`{tool}`")), tools.len());
    Some(format!("allow all of {tools}: together they are `{name}` there"))
}

/// Returns where a claim in the persona lists a tool.
fn place(composition: &Composition<'_>, list: &str, tool: &str) -> Option<Span> {
    let claims = composition.decisions.get(list).into_iter().flat_map(|decision| decision.emitted());
    let listed = claims.filter_map(|claim| match &claim.content {
        Content::Allow(names) | Content::Deny(names) => names.iter().find(|name| name.value == tool),
        _ => None,
    });
    listed.map(|name| name.span).next()
}

/// How to correct a name that is like no other: the names that there are, if they are few.
fn correction(vocabulary: &Vocabulary<'_>) -> String {
    let names = vocabulary.names.iter().map(|name| format!("`{name}`"));
    let names: Vec<String> = names.chain(vocabulary.open.iter().map(|form| form.describe())).collect();
    match names.as_slice() {
        [name] => format!("write {name}"),
        [others @ .., last] if names.len() <= MAX_NAMES => format!("write {} or {last}", others.join(", ")),
        _ => "correct the name".to_owned(),
    }
}

/// Returns the finding about a name that is neither in a vocabulary, among `others`, nor in `[known]`. `instead` is its
/// help if the name is right elsewhere. Its place is the caller's.
fn judge(
    library: &Library,
    vocabulary: &Vocabulary<'_>,
    name: &str,
    others: &[&str],
    instead: Option<String>,
) -> Option<Diagnostic> {
    let is_declared = library.config.known.get(&vocabulary.kind).is_some_and(|names| names.contains(name));
    let status = vocabulary.status(name);
    if is_declared || status == NameStatus::Known || others.contains(&name) {
        return None;
    }
    // All tools at once are not what a wrong name meant.
    let names = || vocabulary.names.iter().chain(others).copied().filter(|name| *name != "*");
    let declare = format!(
        "add it to `{}` in {} of cento.toml",
        Known::of(vocabulary.kind).name(),
        header([Config::Known.name()])
    );
    let (message, help) = match status {
        NameStatus::Retired(instead) => {
            (format!("`{name}` is no longer {}", vocabulary.what), format!("write `{instead}` instead"))
        }
        _ if let Some(help) = instead => (format!("`{name}` is not {}", vocabulary.what), help),
        _ => {
            let same = names().find(|known| known.eq_ignore_ascii_case(name));
            let help = match same.or_else(|| nearest(name, names())) {
                Some(near) => format!("did you mean `{near}`? If `{name}` is right, {declare}"),
                None => format!("{}, or {declare}", correction(vocabulary)),
            };
            (format!("`{name}` is not {}", vocabulary.what), help)
        }
    };
    let finding = Diagnostic::new(codes::UNKNOWN_NAME, message);
    Some(finding.note(vocabulary.facts.note()).help(help))
}
