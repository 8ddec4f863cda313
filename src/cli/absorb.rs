//! `cento absorb`: moves hand edits of outputs back to their sources.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::bail;
use camino::Utf8PathBuf;
use dialoguer::Select;

use super::args::{Absorb, Scope};
use super::build::check_outputs;
use super::interrupt::asked;
use super::output::Output;
use super::workspace::Workspace;
use super::{FINDINGS, FINE};
use crate::author::absorb::{Absorbed, Answer, Edited, Question, absorb as absorb_edits};
use crate::check::{Checked, Depth};
use crate::model::layout_keys::LINE_ENDING;
use crate::model::{Address, Diagnostic, ProfileId, TARGETS};
use crate::render;
use crate::source::edit;
use crate::text::merge_conflict::merge_conflicts;
use crate::trial::{self, Fleet};
use crate::view::absorb::{Persona, Story};
use crate::view::page::terminal;
use crate::view::{absorb as view, escape, escape_line};
use crate::workspace::built::Kept;
use crate::workspace::lock::{LOCK_PATH, Lock};
use crate::workspace::outputs::{self, Content, Output as File, Plan, Status, Step};
use crate::workspace::rewrite::{self, RewriteError, Texts};

/// Absorbs the hand edits, or shows what would change.
pub(super) fn absorb(workspace: &Workspace, output: &Output, options: &Absorb) -> anyhow::Result<u8> {
    let asked = workspace.indices(&options.profiles)?;
    let lock = match Lock::read(&workspace.root)? {
        Ok(lock) => lock,
        Err(finding) => {
            output.refuse(options.format, &workspace.library.sources, vec![*finding])?;
            return Ok(FINDINGS);
        }
    };
    let checker = workspace.checker();
    let survey = |chosen: Option<&BTreeSet<ProfileId>>| checker.survey(chosen, Depth::Sound, Made::of);
    let is_named = asked.is_some();
    let chosen = match asked {
        Some(asked) => Some(asked),
        None => touched(workspace, &lock)?,
    };
    let first = survey(chosen.as_ref());
    let sound = first.made.iter().filter(|made| made.is_sound).count();
    if is_named && sound < chosen.as_ref().map_or(0, BTreeSet::len) {
        output.refuse(options.format, &workspace.library.sources, first.findings)?;
        return Ok(FINDINGS);
    }
    let plan = plan(workspace, first.made, lock)?;
    let mut run = Run {
        output,
        to: options.to,
        plan: &plan,
        texts: Kept::open(&workspace.root),
        fleet: Fleet::new(&workspace.library, checker.composer()),
        notes: Vec::new(),
        built: Vec::new(),
    };
    let personas = edited(&plan, &options.profiles).into_iter();
    let personas = personas.map(|(profile, steps)| run.persona(profile, steps)).collect::<Result<_, _>>()?;
    let before = trial::texts(&workspace.library).into_iter();
    let after = run.fleet.texts();
    let changed = before.filter(|(path, text)| after.get(path) != Some(text));
    let story = Story {
        personas,
        files: changed.map(|(path, text)| (path.clone(), text, after.get(&path).cloned())).collect(),
        notes: run.notes,
        written: !options.dry_run,
    };
    if !options.dry_run {
        workspace.begin_to_write(output)?;
        write(workspace, &plan, &story, &run.built)?;
    }
    output.view(options.format, || story.page(), || story.report())?;
    Ok(if story.is_whole() { FINE } else { FINDINGS })
}

/// Returns the profiles whose outputs may have been edited by hand. `None`, for all, if one of them is gone.
fn touched(workspace: &Workspace, lock: &Lock) -> anyhow::Result<Option<BTreeSet<ProfileId>>> {
    let library = &workspace.library;
    let line_ending = Address::Layout { place: "", key: LINE_ENDING.name }.to_string();
    let sets_line_endings = library.claims().any(|claim| claim.address.as_str() == line_ending);
    let touched = outputs::touched(&workspace.root, lock, sets_line_endings)?;
    Ok(touched.iter().map(|id| library.profiles.id_of(id)).collect())
}

/// A run of the command, which absorbs the edits of one persona after another.
struct Run<'r> {
    output: &'r Output,
    /// Where to make edits that would change other personas.
    to: Option<Scope>,
    plan: &'r Plan,
    /// The texts of the last build.
    texts: Kept<'r>,
    /// The sources with the edits so far.
    fleet: Fleet<'r>,
    notes: Vec<String>,
    /// The paths of outputs whose edits were absorbed, each with the text that counts as built.
    built: Vec<(Utf8PathBuf, String)>,
}

impl Run<'_> {
    fn persona(&mut self, profile: &str, steps: Vec<&Step>) -> anyhow::Result<Persona> {
        let mut persona = Persona { profile: profile.to_owned(), outputs: Vec::new(), skipped: Vec::new() };
        let (mut kept, mut found) = (Vec::new(), Vec::new());
        for step in steps {
            match candidate(&self.texts, self.plan, step)? {
                Ok(edited) => {
                    kept.push(step);
                    found.push(edited);
                }
                Err(reason) => persona.skipped.push((self.plan.shown(&step.path), reason)),
            }
        }
        let answer = &mut |question: &Question<'_>| self.answer(profile, question);
        match absorb_edits(&self.fleet, profile, &found, answer) {
            Ok(absorption) => {
                self.fleet.change(absorption.files, &absorption.gone);
                self.notes.extend(absorption.notes);
                for ((absorbed, step), edited) in absorption.outputs.iter().zip(kept).zip(&found) {
                    self.built.extend(built_now(absorbed, edited).map(|text| (step.path.clone(), text)));
                }
                persona.outputs = absorption.outputs;
            }
            Err(findings) => {
                let first = findings.into_iter().find(Diagnostic::is_error);
                let first =
                    first.map_or_else(|| "its sources do not build".to_owned(), |first| first.message);
                let reason = format!("{first}; see: cento check {profile}");
                persona.skipped.extend(found.into_iter().map(|edited| (edited.path, reason.clone())));
            }
        }
        Ok(persona)
    }

    fn answer(&self, profile: &str, question: &Question<'_>) -> Answer {
        match self.to {
            Some(Scope::Fragment) => Answer::Shared,
            Some(Scope::Profile) => Answer::Profile,
            // An edit that changes no other persona needs no decision.
            None if question.others.is_empty() => Answer::Profile,
            None if self.output.is_interactive => {
                ask(self.output, profile, question).unwrap_or(Answer::Leave)
            }
            None => Answer::Leave,
        }
    }
}

/// The files that a persona would be built to.
struct Made {
    profile: String,
    is_sound: bool,
    files: Vec<File>,
}

impl Made {
    /// Renders a persona that is sound, even if it may not be built: the texts are only compared.
    fn of(checked: &Checked<'_>) -> Self {
        let composition = &checked.composition;
        let (profile, is_sound) = (composition.profile.id.clone(), checked.is_sound());
        let outputs = if is_sound && !composition.profile.is_abstract {
            trial::outputs(composition)
        } else {
            Vec::new()
        };
        let is_exact = render::sets_line_ending(composition);
        let file = |output: trial::Output| File {
            path: output.path.into(),
            profile: profile.clone(),
            target: output.target,
            name: None,
            content: Some(Content::of(output.text).exact(is_exact)),
        };
        let files = outputs.into_iter().map(file).collect();
        Made { profile, is_sound, files }
    }
}

/// Plans a build of these files.
fn plan(workspace: &Workspace, made: Vec<Made>, lock: Lock) -> anyhow::Result<Plan> {
    let chosen: BTreeSet<String> = made.iter().map(|made| made.profile.clone()).collect();
    let files = made.into_iter().flat_map(|made| made.files).collect();
    let (checked, _) = check_outputs((&workspace.root, &workspace.library), &workspace.root, files)?;
    Ok(outputs::plan(&workspace.root, lock, checked, &|profile| chosen.contains(profile), &|_, _| None)?)
}

/// Returns the outputs that were edited by hand, by profile.
fn edited<'p>(plan: &'p Plan, chosen: &[String]) -> BTreeMap<&'p str, Vec<&'p Step>> {
    let mut edited: BTreeMap<&str, Vec<&Step>> = BTreeMap::new();
    let is_chosen = |profile: &String| chosen.is_empty() || chosen.contains(profile);
    let is_edited = |step: &&Step| matches!(step.status, Status::HandEdited | Status::Damaged);
    for step in plan.steps.iter().filter(is_edited).filter(|step| is_chosen(&step.profile)) {
        edited.entry(&step.profile).or_default().push(step);
    }
    edited
}

/// Returns an edited output with the text of its last build, or why it is skipped.
fn candidate(texts: &Kept<'_>, plan: &Plan, step: &Step) -> anyhow::Result<Result<Edited, String>> {
    let profile = &step.profile;
    if step.status == Status::Damaged {
        let what = if step.is_empty() { "it is empty" } else { "it is filled with zeros" };
        return Ok(Err(format!("{what}, so there is no edit to move; rebuild it: cento build {profile}")));
    }
    let target = TARGETS.iter().find(|target| target.name == step.target);
    let (Some(target), Some(text), Some(found)) = (target, step.text(), step.found()) else {
        return Ok(Err(format!(
            "it no longer has a profile; to delete it: cento build {profile} --prune --force"
        )));
    };
    let Ok(found) = std::str::from_utf8(found) else {
        return Ok(Err(format!("it is not UTF-8; save it as UTF-8, then run: cento absorb {profile}")));
    };
    let Some(entry) = plan.lock().entries.get(&step.path) else {
        let reason =
            "cento.lock does not list it; move it, run `cento build`, and repeat the edit in the new file";
        return Ok(Err(reason.to_owned()));
    };
    let base = match entry.hash == blake3::hash(text.as_bytes()) {
        true => Some(text.to_owned()),
        false => texts.text(entry.hash),
    };
    let Some(base) = base else {
        let reason = "its sources have changed since it was built too, and what was built then is not kept \
                      here; absorb the edit where it was built, or undo one of the two";
        return Ok(Err(reason.to_owned()));
    };
    let is_new = merge_conflicts(&base).is_empty();
    if let Some(conflict) = merge_conflicts(found).into_iter().find(|one| is_new && one.is_sure(found)) {
        let line = |at: usize| found[..at].matches('\n').count() + 1;
        let (first, last) = (line(conflict.first().start), line(conflict.last().start));
        let what = match conflict.is_whole {
            true => format!("lines {first} to {last} are an unresolved git conflict; keep one side"),
            false => {
                format!("line {first} is left over from a git conflict; delete it, and the lines of one side")
            }
        };
        return Ok(Err(format!("{what}, then run: cento absorb {profile}")));
    }
    let path = plan.shown(&step.path);
    // A person who deletes the end of a text usually leaves complete lines.
    let is_cut = base.strip_prefix(found).is_some_and(|lost| {
        let is_line = found.ends_with('\n') || !base.ends_with('\n') && lost.starts_with(['\n', '\r']);
        !is_line && !lost.trim().is_empty()
    });
    if is_cut {
        let reason = format!(
            "it looks truncated: it ends in the middle of a line; to restore it: cento build {profile} --force"
        );
        return Ok(Err(reason));
    }
    Ok(Ok(Edited { path, target: target.name, base: Some(base), found: found.to_owned() }))
}

/// Returns the text that counts as built after absorbing: the file, if all its edits were absorbed; otherwise
/// what the sources build now, so that only the remaining edits still count as edits. `None` if the record
/// must not change.
fn built_now(absorbed: &Absorbed, edited: &Edited) -> Option<String> {
    if absorbed.is_whole() {
        return Some(edited.found.clone());
    }
    let is_any_applied = absorbed.changes.iter().any(|change| change.outcome.is_ok());
    (is_any_applied && !absorbed.is_merged).then(|| absorbed.text.clone())
}

/// Writes the changed files, if none has changed since it was read, and records the outputs in the lock.
fn write(
    workspace: &Workspace,
    plan: &Plan,
    story: &Story,
    built: &[(Utf8PathBuf, String)],
) -> anyhow::Result<()> {
    if workspace.root.seen(LOCK_PATH.into())? != plan.lock().seen {
        return Err(RewriteError::Changed(LOCK_PATH.into()).into());
    }
    let (mut before, mut after) = (Texts::new(), Texts::new());
    for (path, _, text) in &story.files {
        let own = rewrite::read_one(&workspace.root, &workspace.library, path)?;
        if let Some(text) = text {
            after.extend(own.iter().map(|(path, original)| (path.clone(), edit::restored(original, text))));
        }
        before.extend(own);
    }
    workspace.rewrite(&before, &after)?;
    if let Err(error) = outputs::record_built(&workspace.root, plan.lock(), built) {
        let moved = if story.files.is_empty() { "" } else { "the edits are in their sources now, but " };
        bail!("{moved}{error}\nhelp: run `cento build`, which accepts outputs that match their sources");
    }
    Ok(())
}

/// Asks where an edit that changes other personas should go.
fn ask(output: &Output, profile: &str, question: &Question<'_>) -> anyhow::Result<Answer> {
    let change = view::edit_page(question.removed, question.added);
    let place = format!("{}:{}", escape_line(question.path.as_str()), question.line);
    output.warn(&format!("\n{}", terminal(&change, &output.err)));
    let files: Vec<String> =
        question.files.iter().map(|path| escape_line(path.as_str()).into_owned()).collect();
    let others: Vec<&str> = question.others.iter().map(|other| other.profile.as_str()).collect();
    let mut options = vec![(
        format!(
            "change {} in {}, which also changes {}",
            escape(question.what),
            files.join(", "),
            others.join(", ")
        ),
        Answer::Shared,
    )];
    if question.instead.is_some() {
        options.push((format!("change only {profile}, in its profile"), Answer::Profile));
    }
    options.push(("leave it in the output".to_owned(), Answer::Leave));
    let labels: Vec<&str> = options.iter().map(|(label, _)| label.as_str()).collect();
    let theme = output.theme();
    let prompt = format!("{place} ({profile}): where should this edit go?");
    let select = Select::with_theme(&*theme).with_prompt(prompt).items(&labels).default(0);
    let chosen = asked(|| select.interact_opt())?;
    Ok(chosen.map_or(Answer::Leave, |chosen| options[chosen].1))
}
