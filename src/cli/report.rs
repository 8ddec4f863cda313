//! `cento report`.

use std::collections::BTreeSet;

use anyhow::{Context, bail};
use camino::Utf8Path;
use rayon::prelude::*;

use super::diff::with_story;
use super::output::Output;
use super::workspace::Workspace;
use super::{FINDINGS, FINE, parent};
use crate::analyse::diff::Options;
use crate::check::{Checker, Depth};
use crate::model::wording;
use crate::model::{Diagnostic, Library, ProfileId, settle};
use crate::view::report::{Member, Surroundings, is_report, report as page};
use crate::view::terminal::Role;
use crate::view::{escape_line, human};
use crate::workspace::files::{Durability, FileType, Root, Seen};
use crate::workspace::outputs::Protected;

/// Writes the report about the named profiles, or about all that are not abstract.
pub(super) fn report(
    workspace: &Workspace,
    output: &Output,
    profiles: &[String],
    since: Option<&str>,
    out: &Utf8Path,
    force: bool,
) -> anyhow::Result<u8> {
    let place = if out == "-" { None } else { Some(Place::of(workspace, out, force)?) };
    let covers = Options { only: profiles, texts: false };
    let review = since
        .map(|revision| with_story(workspace, revision, false, covers, |story| Ok(story.page())))
        .transpose()?;
    let library = &workspace.library;
    let checker = workspace.checker();
    let chosen = chosen(workspace, profiles)?;
    output.progress.count(chosen.len());
    let member = |index| {
        output.progress.step();
        member(library, &checker, index)
    };
    let members: Vec<Member<'_>> = chosen.into_par_iter().map(member).collect();
    let reported: BTreeSet<_> = members.iter().flat_map(|member| &member.findings).map(key).collect();
    let unused = workspace.findings.iter().filter(|finding| {
        // A report about some personas skips findings about other files.
        profiles.is_empty() && !reported.contains(&key(finding))
    });
    let unused: Vec<Diagnostic> = unused.cloned().collect();
    let base = match &place {
        None => String::new(),
        Some(place) => relative(&place.root.absolute()?, &workspace.root.absolute()?),
    };
    let surroundings = Surroundings { unused: &unused, base: &base, review: review.as_ref() };
    let html = page(library, &checker, &members, surroundings);
    match place {
        None => output.print(&html)?,
        Some(place) => {
            place.write(&html)?;
            let path = output.out.paint(Role::Path, escape_line(out.as_str()));
            output.print(&format!(
                "{} {path}: {}\n",
                output.out.paint(Role::Added, "wrote"),
                count(&members)
            ))?;
        }
    }
    let findings = members.into_iter().flat_map(|member| member.findings).chain(unused);
    let findings = settle(findings.collect());
    let has_errors = findings.iter().any(Diagnostic::is_error);
    if !findings.is_empty() {
        output.warn(&format!("{}: see the report, or run `cento check`\n", human::summary(&findings)));
    }
    Ok(if has_errors { FINDINGS } else { FINE })
}

/// The relative path from one directory to another; empty or with `/` at its end.
fn relative(from: &Utf8Path, to: &Utf8Path) -> String {
    let shared = from.components().zip(to.components()).take_while(|(one, other)| one == other).count();
    let up = from.components().skip(shared).map(|_| "../");
    up.map(str::to_owned).chain(to.components().skip(shared).map(|down| format!("{down}/"))).collect()
}

/// Identifies a finding.
fn key(finding: &Diagnostic) -> (&'static str, String, Vec<crate::model::Label>) {
    (finding.code.name, finding.message.clone(), finding.labels.clone())
}

fn chosen(workspace: &Workspace, profiles: &[String]) -> anyhow::Result<BTreeSet<ProfileId>> {
    if profiles.is_empty() {
        let all = workspace.library.profiles.enumerate();
        return Ok(all.filter(|(_, profile)| !profile.is_abstract).map(|(index, _)| index).collect());
    }
    profiles.iter().map(|id| workspace.profile_index(id)).collect()
}

/// Composes a profile, with the findings about the persona and the files that it depends on.
fn member<'w>(library: &'w Library, checker: &Checker<'w>, index: ProfileId) -> Member<'w> {
    let mut findings = checker.loaded([index]);
    let composition = match checker.check(index, Depth::Build) {
        Ok(checked) => {
            findings.extend(checked.composition.findings.iter().cloned());
            Some(checked.composition)
        }
        Err(refusal) => {
            findings.extend(refusal);
            None
        }
    };
    Member { profile: &library.profiles[index], composition, findings: settle(findings) }
}

fn count(members: &[Member<'_>]) -> String {
    let broken = members.iter().filter(|member| member.composition.is_none()).count();
    let personas = wording::count(members.len(), "persona");
    if broken == 0 { personas } else { format!("{personas}, {broken} of them with errors") }
}

/// The destination of the report.
struct Place<'p> {
    root: Root,
    name: &'p str,
    seen: Seen,
}

impl<'p> Place<'p> {
    /// Checks that the destination does not hold anything except a report.
    fn of(workspace: &Workspace, path: &'p Utf8Path, force: bool) -> anyhow::Result<Self> {
        let name = path.file_name().with_context(|| format!("{path} is not a file name"))?;
        let root = Root::open_or_create(parent(path))?;
        let protected = Protected::new(&workspace.root, &root, workspace.library.config.directories())?;
        if let Some(reason) = protected.objection(name.into()) {
            bail!(
                "the report cannot be written to {path}: the path {reason}\nhelp: choose another file with `--out`"
            );
        }
        let seen = root.seen(name.into())?;
        match root.file_type(name.into())? {
            FileType::Nothing => {}
            FileType::File if force || root.read(name.into())?.is_some_and(|bytes| is_report(&bytes)) => {}
            FileType::File => bail!(
                "{path} is not a report and was not overwritten\n\
                 help: choose another file with `--out`, or overwrite it with `--force`"
            ),
            other => bail!("{path} is {}\nhelp: choose another file with `--out`", other.noun()),
        }
        Ok(Place { root, name, seen })
    }

    fn write(&self, html: &str) -> anyhow::Result<()> {
        Ok(self.root.write(self.name.into(), html.as_bytes(), self.seen, Durability::Unsynced)?)
    }
}
