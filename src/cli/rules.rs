//! `cento rules`: the rules of the fleet.

use std::collections::BTreeSet;

use anyhow::bail;

use super::args::Rules;
use super::output::Output;
use super::workspace::{Unknown, Workspace};
use super::{FINDINGS, FINE};
use crate::analyse::fleet::{Rule, RuleFilter, is_at_or_below, rules_seen, seen, tags};
use crate::compose::{Composer, Refusal};
use crate::model::{Diagnostic, Force, Severity, address, nearest};
use crate::view::rules::Book;
use crate::view::{escape, escape_line};

/// Lists the rules of the fleet and their outcome in each persona.
pub(super) fn rules(workspace: &Workspace, output: &Output, options: &Rules) -> anyhow::Result<u8> {
    let library = &workspace.library;
    let composed = Composer::new(library).each(|composed| {
        let composition = composed?;
        Ok::<_, Refusal>((seen(library, Some(&composition)), composition.persona.tags))
    });
    let (mut personas, mut findings) = (Vec::new(), Vec::new());
    let (mut tags_of, mut outcomes) = (Vec::new(), Vec::new());
    for (profile, composed) in library.profiles.values().zip(composed) {
        if profile.is_abstract {
            continue;
        }
        personas.push((profile.id.as_str(), composed.is_ok()));
        let (outcome, tags) = composed.unwrap_or_else(|refusal| {
            findings.extend(refusal);
            (seen(library, None), Vec::new())
        });
        outcomes.push(outcome);
        tags_of.push(tags);
    }
    let known = rules_seen(library, outcomes);
    let forces = forces(&options.forces)?;
    check(workspace, options, &personas, &tags_of, &known)?;
    let filter = RuleFilter {
        personas: &options.personas,
        tags: &options.tags,
        fragment_tags: &options.fragment_tags,
        kinds: &options.kinds,
        forces: &forces,
        rules: &options.rules,
        drift: options.drift,
    };
    let ids: Vec<&str> = personas.iter().map(|(id, _)| *id).collect();
    let shown = filter.personas(&ids, &tags_of);
    let rules = filter.narrow(library, known, &shown);
    let book = Book {
        library,
        personas: &personas,
        shown: &shown,
        rules: &rules,
        command: command(options),
        drift: options.drift,
    };
    let page = || if options.matrix { book.matrix_page() } else { book.page() };
    match options.format.medium() {
        Some(medium) => output.view(medium, page, || book.report())?,
        None => {
            let csv = if options.matrix { book.matrix_csv() } else { book.csv() };
            // A terminal expects line feeds alone, and control characters are escaped.
            let shown = || escape(&csv.replace("\r\n", "\n")).into_owned();
            output.print(&if output.out_is_terminal { shown() } else { csv })?;
        }
    }
    let drifts = options.exit_code && book.drifts();
    // Personas that do not compose are missing from the table, so the errors of their files are reported.
    let has_refusals = personas.iter().any(|(_, composed)| !composed);
    if has_refusals {
        let errors = workspace.findings.iter().filter(|finding| finding.severity != Severity::Note);
        findings.extend(errors.cloned().collect::<Vec<Diagnostic>>());
        output.report(&library.sources, findings);
    }
    Ok(if drifts || has_refusals { FINDINGS } else { FINE })
}

fn forces(names: &[String]) -> anyhow::Result<Vec<Force>> {
    let all = || Force::ALL.iter().map(|(name, _)| *name);
    names
        .iter()
        .map(|name| match Force::from_name(name) {
            Some(force) => Ok(force),
            None => bail!("{}", unknown("force", name, all(), &all().collect::<Vec<_>>().join(", "))),
        })
        .collect()
}

/// Rejects filters that can match nothing: a misspelt filter would suggest that all is well.
fn check(
    workspace: &Workspace,
    options: &Rules,
    personas: &[(&str, bool)],
    tags_of: &[Vec<&str>],
    rules: &[Rule<'_>],
) -> anyhow::Result<()> {
    let library = &workspace.library;
    for id in &options.personas {
        if !personas.iter().any(|(known, _)| known == id) {
            if library.profiles.contains_key(id) {
                bail!("`{}` is an abstract profile, not a persona", escape_line(id));
            }
            let ids = personas.iter().map(|(id, _)| *id);
            return Err(unknown("persona", id, ids, "`cento list profiles` shows all").into());
        }
    }
    let of_personas: BTreeSet<&str> = tags_of.iter().flatten().copied().collect();
    let of_fragments: BTreeSet<&str> = library.fragments.values().flat_map(tags).collect();
    let listed = |known: &BTreeSet<&str>| known.iter().copied().collect::<Vec<_>>().join(", ");
    for (what, asked, known) in [
        ("persona has the tag", &options.tags, of_personas),
        ("fragment has the tag", &options.fragment_tags, of_fragments),
        ("rule has the kind", &options.kinds, kinds(workspace, rules)),
    ] {
        if let Some(name) = asked.iter().find(|name| !known.contains(name.as_str())) {
            let otherwise = match known.is_empty() {
                true => "there are none".to_owned(),
                false => format!("known: {}", listed(&known)),
            };
            let help = help(name, known.iter().copied(), &otherwise);
            bail!("no {what} `{}`\nhelp: {help}", escape_line(name));
        }
    }
    for address in &options.rules {
        if !rules.iter().any(|rule| is_at_or_below(rule.address, address)) {
            let addresses = rules.iter().map(|rule| rule.address);
            bail!("{}", unknown("rule", address, addresses, "`cento rules` shows all"));
        }
    }
    Ok(())
}

/// Returns the sections of rules, and the kinds of the fragments that define them.
fn kinds<'w>(workspace: &'w Workspace, rules: &[Rule<'w>]) -> BTreeSet<&'w str> {
    let sections = rules.iter().map(|rule| address::section(rule.address));
    let fragments = workspace.library.fragments.values();
    let states = fragments.filter(|fragment| fragment.claims.iter().any(|claim| claim.force().is_some()));
    sections.chain(states.map(|fragment| fragment.kind.as_str())).collect()
}

fn help<'k>(name: &str, known: impl IntoIterator<Item = &'k str>, otherwise: &str) -> String {
    match nearest(name, known) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => otherwise.to_owned(),
    }
}

/// Returns the error about a value of a filter that does not exist.
fn unknown<'k>(what: &str, name: &str, known: impl IntoIterator<Item = &'k str>, otherwise: &str) -> Unknown {
    let message = format!("the {what} `{}` does not exist", escape_line(name));
    Unknown { message, help: help(name, known, otherwise) }
}

/// Returns the command line that shows this view, without the format.
fn command(options: &Rules) -> String {
    let mut command = "cento rules".to_owned();
    for (is_set, flag) in [(options.matrix, " --matrix"), (options.drift, " --drift")] {
        if is_set {
            command.push_str(flag);
        }
    }
    for (flag, values) in [
        ("rule", &options.rules),
        ("persona", &options.personas),
        ("tag", &options.tags),
        ("fragment-tag", &options.fragment_tags),
        ("kind", &options.kinds),
        ("force", &options.forces),
    ] {
        command.extend(values.iter().map(|value| format!(" --{flag} {value}")));
    }
    command
}
