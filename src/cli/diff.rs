//! `cento diff`: contributions to a persona, two personas, or two states of the workspace.

use anyhow::bail;

use super::args::{Diff, View};
use super::output::Output;
use super::workspace::{Workspace, profile_index};
use super::{FINDINGS, FINE, help_line};
use crate::analyse::diff::{Options, State, compare, contributions, cumulative, review};
use crate::check::Checker;
use crate::compose::Composition;
use crate::model::{Address, Claim, Diagnostic, Library, Profile, Source, did_you_mean};
use crate::render::{output_path, render};
use crate::trial::clashes;
use crate::view::comparison::Comparison;
use crate::view::review::Story;
use crate::view::{contribution, escape_line};
use crate::workspace::OtherState;
use crate::workspace::revision::{Repository, Revision};

/// Dispatches to the comparison that the options ask for.
pub(super) fn diff(workspace: &Workspace, output: &Output, options: &Diff) -> anyhow::Result<u8> {
    if options.since.is_some() || options.staged {
        return since(workspace, output, options);
    }
    if !options.personas.is_empty() {
        bail!("`--persona` needs `--since` or `--staged`");
    }
    match options.profiles.as_slice() {
        [profile] => single(workspace, output, options, profile),
        [before, after] => pair(workspace, output, options, before, after),
        [] => bail!(
            "`cento diff` needs one profile, two profiles, or `--since REV`\n\
             help: run `cento list profiles` for all profiles"
        ),
        _ => bail!("`cento diff` compares two profiles, not {}", options.profiles.len()),
    }
}

/// Shows what each source contributes to a persona.
fn single(workspace: &Workspace, output: &Output, options: &Diff, profile: &str) -> anyhow::Result<u8> {
    for (is_set, option) in [(options.exit_code, "--exit-code"), (options.text, "--text")] {
        if is_set {
            bail!("`{option}` needs two profiles, `--since` or `--staged`");
        }
    }
    let library = &workspace.library;
    let Some([composition]) = workspace.compose(output, options.format, [profile])? else {
        return Ok(FINDINGS);
    };
    let checker = workspace.checker();
    let target = super::check::settings(&composition, options.target.as_deref())?.target;
    let id = &composition.profile.id;
    if options.view == View::Cumulative {
        let steps = cumulative(library, &checker, &composition, target);
        let report = || contribution::steps_report(id, target.name, &steps);
        output.view(options.format, || contribution::steps_page(id, target.name, &steps), report)?;
        return Ok(FINE);
    }
    let only =
        options.without.as_deref().map(|fragment| find(library, &composition, fragment)).transpose()?;
    let all = contributions(library, &checker, &composition, target, only);
    let page = || match all.sources.as_slice() {
        [source] if only.is_some() => contribution::single(id, target.name, &all, source),
        _ => contribution::page(id, target.name, &all),
    };
    output.view(options.format, page, || contribution::report(id, target.name, &all))?;
    Ok(FINE)
}

/// Finds a fragment of the persona by name.
fn find(library: &Library, composition: &Composition<'_>, name: &str) -> anyhow::Result<Source> {
    let sources = composition.selection.sources.iter().copied();
    let fragments: Vec<(String, Source)> = sources
        .filter(|source| matches!(source, Source::Fragment(_)))
        .map(|source| (library.source_name(source), source))
        .collect();
    if let Some((_, source)) = fragments.iter().find(|(id, _)| id == name) {
        return Ok(*source);
    }
    let help = did_you_mean(name, fragments.iter().map(|(id, _)| id.as_str()));
    bail!("the persona does not use `{}`{}", escape_line(name), help_line(help))
}

/// Compares two personas.
fn pair(
    workspace: &Workspace,
    output: &Output,
    options: &Diff,
    before: &str,
    after: &str,
) -> anyhow::Result<u8> {
    if options.without.is_some() || options.view == View::Cumulative {
        bail!("`--without` and `--view` accept only one profile");
    }
    let library = &workspace.library;
    let Some([old, new]) = workspace.compose(output, options.format, [before, after])? else {
        return Ok(FINDINGS);
    };
    let target = options.target.as_deref();
    // Default to the first target that both have, since texts for different targets compare badly.
    let both = old.persona.targets.iter().map(|settings| settings.target.name);
    let both =
        both.into_iter().find(|name| new.persona.targets.iter().any(|other| other.target.name == *name));
    let target = target.or(both);
    let settings = [super::check::settings(&old, target)?, super::check::settings(&new, target)?];
    let texts = [render(&old, &settings[0]).into_text(), render(&new, &settings[1]).into_text()];
    let comparison = Comparison {
        profiles: [&old.profile.id, &new.profile.id],
        targets: [settings[0].target.name, settings[1].target.name],
        paths: [output_path(&old, &settings[0]), output_path(&new, &settings[1])],
        texts: [&texts[0], &texts[1]],
        with_lines: options.text,
        rows: compare((library, &old), (library, &new)),
    };
    output.view(options.format, || comparison.page(), || comparison.report())?;
    Ok(if options.exit_code && comparison.differs() { FINDINGS } else { FINE })
}

/// Shows what changed between two states of the workspace, and the effect on each persona.
fn since(workspace: &Workspace, output: &Output, options: &Diff) -> anyhow::Result<u8> {
    let asked = options.since.as_deref().unwrap_or("HEAD");
    let chosen: Vec<String> = options.profiles.iter().chain(&options.personas).cloned().collect();
    let covers = Options { only: &chosen, texts: options.text };
    let has_effect = with_story(workspace, asked, options.staged, covers, |story| {
        output.view(options.format, || story.page(), || story.report())?;
        Ok(story.review.has_effect())
    })?;
    Ok(if options.exit_code && has_effect { FINDINGS } else { FINE })
}

/// Reviews what changed since a revision, or between two, and hands the review to `show`.
pub(super) fn with_story<T>(
    workspace: &Workspace,
    asked: &str,
    staged: bool,
    options: Options<'_>,
    show: impl FnOnce(&Story<'_>) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let repository = Repository::around(&workspace.root)?;
    let (from, to, names) = sides(&repository, asked, staged)?;
    let current = OtherState::new(&workspace.library, &workspace.findings);
    let mut earlier = repository.load(&from, &current)?;
    let later = to.map(|to| repository.load(&to, &current)).transpose()?;
    let now = (&workspace.library, &workspace.findings);
    let later: (&Library, &Vec<Diagnostic>) =
        later.as_ref().map_or(now, |(library, findings)| (library, findings));
    let mut found = later.1.clone();
    if paths(&earlier.0) != paths(later.0) {
        let before = clashes(&earlier.0, &Checker::new(&earlier.0, &[]));
        earlier.1.extend(before);
        found.extend(clashes(later.0, &Checker::new(later.0, &[])));
    }
    // A profile may exist on one side only.
    for profile in options.only.iter().filter(|profile| !earlier.0.profiles.contains_key(profile)) {
        profile_index(later.0, profile)?;
    }
    let review = review(
        State { library: &earlier.0, findings: &earlier.1 },
        State { library: later.0, findings: &found },
        options,
    );
    let staged = if staged { " --staged" } else { "" };
    let story = Story {
        names: [&names[0], &names[1]],
        sources: [&earlier.0.sources, &later.0.sources],
        review: &review,
        command: format!("cento diff --since {asked}{staged}{}", names_of(options.only)),
    };
    show(&story)
}

/// Returns the settings that determine output paths, by profile.
fn paths(library: &Library) -> Vec<(&str, bool, Vec<String>)> {
    let profiles = library.profiles.values();
    let settings = |profile: &Profile| -> Vec<String> {
        let paths =
            profile.claims.iter().filter(|claim| matches!(claim.address.parsed(), Address::TargetKey { .. }));
        let names = profile.targets.iter().chain(&profile.without_targets).chain(&profile.extends);
        names.map(|name| name.value.clone()).chain(paths.map(Claim::whole_text)).collect()
    };
    profiles.map(|profile| (profile.id.as_str(), profile.is_abstract, settings(profile))).collect()
}

/// Formats profiles as arguments of a command.
fn names_of(profiles: &[String]) -> String {
    profiles.iter().map(|profile| format!(" {profile}")).collect()
}

/// Returns the two states that a revision or range names, and their display names. The second state is `None`
/// for the working tree.
fn sides(
    repository: &Repository<'_>,
    asked: &str,
    staged: bool,
) -> anyhow::Result<(Revision, Option<Revision>, [String; 2])> {
    let or_head = |revision: &str| if revision.is_empty() { "HEAD".to_owned() } else { revision.to_owned() };
    let range = asked.split_once("...").map(|range| (range, true));
    let range = range.or_else(|| asked.split_once("..").map(|range| (range, false)));
    match range {
        Some(_) if staged => bail!("`--staged` needs a single revision, but `{asked}` is a range"),
        Some(((from, to), from_base)) => {
            let (from, to) = (or_head(from), or_head(to));
            let earlier = match from_base {
                true => repository.merge_base(&from, &to)?,
                false => repository.commit(&from)?,
            };
            let name = if from_base { format!("the merge base of {from} and {to}") } else { from };
            Ok((earlier, Some(repository.commit(&to)?), [name, to]))
        }
        None => {
            let later = staged.then_some(Revision::Index);
            let name = if staged { "the index" } else { "the working tree" };
            Ok((repository.commit(asked)?, later, [asked.to_owned(), name.to_owned()]))
        }
    }
}
