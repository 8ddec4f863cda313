//! `cento resolve`: records decisions about conflicts in the profile.

use anyhow::bail;
use dialoguer::{Input, Select};

use super::args::{Medium, Resolve};
use super::interrupt::asked;
use super::output::Output;
use super::workspace::Workspace;
use super::{FINDINGS, FINE, help_line};
use crate::check::Checked;
use crate::compose::{Composition, Conflict, ConflictKind, Side, taken};
use crate::model::wording::count;
use crate::model::{self, grammar};
use crate::model::{
    Address, Bound, Content, Datum, Diagnostic, Force, Level, Profile, Seen, codes, did_you_mean, nearest,
};
use crate::source::edit::{self, Choice, Decision, SourceEdit, list_literal, literal};
use crate::trial::{self, Trial};
use crate::view::{escape, escape_line, human};
use crate::workspace::rewrite::{self, RewriteError, Texts};

/// Resolves conflicts of a profile with the given choice, or asks.
pub(super) fn resolve(workspace: &Workspace, output: &Output, options: &Resolve) -> anyhow::Result<u8> {
    let Some([composition]) = workspace.compose(output, Medium::Human, [&options.profile])? else {
        return Ok(FINDINGS);
    };
    let mut editor = Editor::open(workspace, output, &composition)?;
    match (&options.address, options.is_choice()) {
        (Some(at), _) if options.drop => editor.withdraw(at),
        (None, _) if options.drop => bail!("`--drop` needs the address of a decision"),
        (at, _) if options.reaffirm => editor.reaffirm(at.as_deref()),
        (Some(at), true) => {
            let decision = editor.choice(at, options)?;
            editor.decide(at, &decision)
        }
        (None, true) => bail!("the address of the conflict is missing{}", open_addresses(&composition)),
        (at, false) => editor.ask(at.as_deref()),
    }
}

impl Resolve {
    /// Returns whether the options choose a side or a value.
    pub(super) fn is_choice(&self) -> bool {
        self.take.is_some() || self.set.is_some() || self.keep.is_some()
    }

    /// Returns whether it changes the profile without asking.
    pub(super) fn decides(&self) -> bool {
        self.is_choice() || self.reaffirm || self.drop
    }
}

fn open_addresses(composition: &Composition<'_>) -> String {
    let open: Vec<_> = composition.conflicts.iter().map(|conflict| conflict.at.as_str()).collect();
    let open = if open.is_empty() { "none".to_owned() } else { open.join(", ") };
    format!("\nhelp: open conflicts: {open}")
}

/// An option in a question.
enum Offer<'s> {
    Take(&'s str),
    KeepBoth,
    Set,
}

/// Edits the text of the profile.
struct Editor<'e, 'a> {
    workspace: &'a Workspace,
    output: &'e Output,
    composition: &'e Composition<'a>,
    profile: &'a Profile,
    /// The file as it was read.
    before: Texts,
    text: String,
}

impl<'e, 'a> Editor<'e, 'a> {
    fn open(
        workspace: &'a Workspace,
        output: &'e Output,
        composition: &'e Composition<'a>,
    ) -> anyhow::Result<Self> {
        let profile = composition.profile;
        let path = workspace.library.profile_path(profile);
        let before = rewrite::read_one(&workspace.root, &workspace.library, path)?;
        let text = before.get(path).cloned().unwrap_or_default();
        Ok(Editor { workspace, output, composition, profile, before, text })
    }

    /// Returns the decision that the options describe.
    fn choice(&self, at: &str, options: &Resolve) -> anyhow::Result<Decision> {
        let Some(sides) = self.composition.sides_at(at) else {
            bail!("`{}` has no conflict at `{}`{}", self.profile.id, escape_line(at), self.near(at));
        };
        let choice = if let Some(name) = &options.take {
            if !sides.iter().any(|side| side.name == *name) {
                let names: Vec<&str> = sides.iter().map(|side| side.name.as_str()).collect();
                let names = names.join(", ");
                bail!(
                    "`{}` is not a side of the conflict at `{at}`\nhelp: the sides are: {names}",
                    escape_line(name)
                );
            }
            Choice::Take(name.clone())
        } else if let Some(text) = &options.set {
            Choice::Set(set_value(sides, text))
        } else {
            Choice::KeepBoth
        };
        if let Some(force) = &options.force
            && Force::from_name(force).is_none()
        {
            let help = did_you_mean(force, Force::ALL.map(|(name, _)| name)).unwrap_or_default();
            bail!("`{}` is not a force\nhelp: {help}", escape_line(force));
        }
        let reason = match &options.reason {
            Some(reason) if !reason.trim().is_empty() => reason.clone(),
            _ if self.output.is_interactive => self.ask_reason()?,
            _ => bail!("the decision needs a reason\nhelp: add `--reason \"...\"`"),
        };
        Ok(Decision {
            choice: Some(choice),
            seen: seen(sides),
            force: options.force.clone(),
            breaks_lock: options.breaks_lock,
            reason: Some(reason),
        })
    }

    /// Helps for an address without a conflict: one like it, and the open conflicts.
    /// Helps for an address that is not in conflict: a similar one, with conflicts first, and the open conflicts.
    fn near(&self, at: &str) -> String {
        let Composition { conflicts, settled, decisions, .. } = self.composition;
        let open = conflicts.iter().map(|conflict| conflict.at.as_str());
        let meant = nearest(at, open.chain(settled.keys().map(String::as_str)));
        let meant = meant.map(|known| format!("\nhelp: did you mean `{known}`?"));
        let other = || {
            let known = nearest(at, decisions.keys().copied().filter(|known| *known != at))?;
            Some(format!("\nhelp: a similar address is `{known}`, which is not in conflict"))
        };
        meant.or_else(other).unwrap_or_default() + &open_addresses(self.composition)
    }

    fn decide(&mut self, at: &str, decision: &Decision) -> anyhow::Result<u8> {
        let edit = [SourceEdit::Decide { at: at.to_owned(), decision: decision.clone() }];
        let saved = self.save(edit::apply(&self.text, &edit)?, &[at], "decided");
        let is_changed = |error: &anyhow::Error| {
            matches!(error.downcast_ref(), Some(RewriteError::Changed(_) | RewriteError::InTheWay(_)))
        };
        match saved {
            // Print the decision, so that the answers are not lost.
            Err(error) if is_changed(&error) => bail!(
                "{error}\nhelp: run the command again, or add the decision to the file yourself:\n\n{}",
                edit::apply("", &edit)?.trim_start()
            ),
            saved => saved,
        }
    }

    fn withdraw(&mut self, at: &str) -> anyhow::Result<u8> {
        self.require_decision(at)?;
        let text = edit::apply(&self.text, &[SourceEdit::Withdraw { at: at.to_owned() }])?;
        self.write(text)?;
        self.print(&format!("{}: deleted the decision about {at}\n", self.path()))?;
        Ok(FINE)
    }

    /// Fails if the profile has no decision about `at`.
    fn require_decision(&self, at: &str) -> anyhow::Result<()> {
        let own = || self.profile.resolutions.iter().map(|resolution| resolution.at.as_str());
        if own().any(|own| own == at) {
            return Ok(());
        }
        let help = help_line(nearest(at, own()).map(|near| format!("did you mean `{near}`?")));
        bail!(
            "{} has no [[{}]] at `{}`{help}",
            self.path(),
            grammar::Profile::Resolve.name(),
            escape_line(at)
        )
    }

    /// Pins one decision of the profile, or all, to the current texts of the sides.
    fn reaffirm(&mut self, at: Option<&str>) -> anyhow::Result<u8> {
        let is_removal = |at: &str| self.profile.removals.iter().any(|removal| removal.target.as_str() == at);
        if let Some(at) = at.filter(|at| !is_removal(at)) {
            self.require_decision(at)?;
        }
        let is_meant = |own: &str| at.is_none_or(|at| at == own);
        let (mut pinned, mut moot, mut lost) = (Vec::new(), Vec::new(), Vec::new());
        let mut edits = Vec::new();
        for resolution in self.profile.resolutions.iter().filter(|resolution| is_meant(&resolution.at.value))
        {
            let own = resolution.at.as_str();
            match self.composition.sides_at(own).map(|sides| pins(resolution, sides)) {
                None => moot.push(own),
                Some(None) => lost.push(own),
                Some(Some(new)) if new.is_empty() => {}
                Some(Some(new)) => {
                    edits.extend(new);
                    pinned.push(own);
                }
            }
        }
        for removal in self.profile.removals.iter().filter(|removal| is_meant(&removal.target.value)) {
            let target = removal.target.as_str();
            let seen = self.composition.seen_below(&self.workspace.library, target);
            let known = removal.seen.as_ref().is_some_and(|known| is_as_seen(known, &seen));
            if !known && !seen.is_empty() {
                edits.push(SourceEdit::PinRemoval { target: target.to_owned(), seen });
                pinned.push(target);
            }
        }
        let code = match pinned.is_empty() {
            true => FINE,
            false => self.save(edit::apply(&self.text, &edits)?, &pinned, "reaffirmed")?,
        };
        if pinned.is_empty() && moot.is_empty() && lost.is_empty() {
            self.print("nothing to reaffirm: no decision is stale\n")?;
        }
        for at in &moot {
            let id = &self.profile.id;
            self.print(&format!(
                "the conflict at {at} is gone; to delete the decision: cento resolve {id} {at} --drop\n"
            ))?;
        }
        for at in &lost {
            let id = &self.profile.id;
            self.print(&format!(
                "{at} was not reaffirmed, because the side that it takes is gone or now has the text of a side that lost; to decide again: cento resolve {id} {at} --take SIDE --reason \"...\"\n"
            ))?;
        }
        let is_done = lost.is_empty() && (moot.is_empty() || at.is_some() && !pinned.is_empty());
        Ok(if is_done { code } else { FINDINGS })
    }

    /// Asks about each open conflict, or about one.
    fn ask(&mut self, at: Option<&str>) -> anyhow::Result<u8> {
        let wanted = |conflict: &&Conflict<'_>| at.is_none_or(|at| conflict.at == at);
        let conflicts: Vec<&Conflict<'_>> = self.composition.conflicts.iter().filter(wanted).collect();
        if conflicts.is_empty() {
            if let Some(at) = at {
                bail!("`{}` has no open conflict at `{}`{}", self.profile.id, escape_line(at), self.near(at));
            }
            self.print(&format!("`{}` has no open conflict\n", self.profile.id))?;
            return Ok(FINE);
        }
        let findings: Vec<Diagnostic> = self
            .composition
            .findings
            .iter()
            .filter(|finding| {
                conflicts.iter().any(|conflict| finding.address.as_deref() == Some(&conflict.at))
            })
            .cloned()
            .collect();
        if !self.output.is_interactive {
            self.output.report(&self.workspace.library.sources, findings);
            return Ok(FINDINGS);
        }
        let mut code = FINE;
        for conflict in conflicts {
            let is_choice = conflict.takes_a_value() || Address::parse(&conflict.at).subject().is_some();
            let own = findings.iter().filter(|finding| finding.address.as_deref() == Some(&conflict.at));
            let own: Vec<_> = own.cloned().collect();
            self.output.warn(&human::report(&self.workspace.library.sources, &own, &self.output.err));
            if !is_choice {
                code = FINDINGS;
                continue;
            }
            match self.ask_choice(conflict)? {
                Some(decision) => code = code.max(self.decide(&conflict.at, &decision)?),
                None => code = FINDINGS,
            }
        }
        Ok(code)
    }

    fn ask_choice(&self, conflict: &Conflict<'_>) -> anyhow::Result<Option<Decision>> {
        let take = |side: &Side<'_>| format!("take {}", side.name);
        let mut options: Vec<(String, Option<Offer<'_>>)> =
            conflict.choices().map(|side| (take(side), Some(Offer::Take(&side.name)))).collect();
        if conflict.keeps_several() {
            options.push(("keep both".to_owned(), Some(Offer::KeepBoth)));
        }
        if conflict.takes_a_value() {
            options.push(("write another value".to_owned(), Some(Offer::Set)));
        }
        options.push(("skip".to_owned(), None));
        let labels: Vec<&str> = options.iter().map(|(label, _)| label.as_str()).collect();
        let theme = self.output.theme();
        let prompt = format!("{} in {}: which side wins?", conflict.at, self.profile.id);
        let select = Select::with_theme(&*theme).with_prompt(prompt).items(&labels).default(0);
        let chosen = asked(|| select.interact_opt())?;
        let choice = match chosen.and_then(|index| options[index].1.as_ref()) {
            Some(Offer::Take(name)) => Choice::Take((*name).to_owned()),
            Some(Offer::KeepBoth) => Choice::KeepBoth,
            Some(Offer::Set) => {
                let input = Input::<String>::with_theme(&*theme).with_prompt("value");
                let text = asked(|| input.interact_text())?;
                Choice::Set(set_value(&conflict.sides, &text))
            }
            None => return Ok(None),
        };
        let losing = conflict.sides.iter().filter(|side| match &choice {
            Choice::Take(name) => *name != side.name,
            Choice::Set(_) => true,
            Choice::KeepBoth => false,
        });
        let locked = losing.flat_map(|side| &side.claims).any(|claim| claim.level == Level::Locked);
        let is_contradiction = conflict.kind == ConflictKind::Contradiction;
        let force =
            (matches!(choice, Choice::Set(_)) && is_contradiction).then(|| self.ask_force()).transpose()?;
        let breaks_lock = locked && {
            let question = "One side is locked. Break the lock?";
            let confirm = dialoguer::Confirm::with_theme(&*theme).with_prompt(question).default(false);
            asked(|| confirm.interact())?
        };
        let reason = Some(self.ask_reason()?);
        Ok(Some(Decision { choice: Some(choice), seen: seen(&conflict.sides), breaks_lock, reason, force }))
    }

    /// Asks for the force of a text that replaces contradicting rules.
    fn ask_force(&self) -> anyhow::Result<String> {
        let names = Force::ALL.map(|(name, _)| name);
        let theme = self.output.theme();
        let select = Select::with_theme(&*theme).with_prompt("Force").items(names).default(0);
        let chosen = asked(|| select.interact())?;
        Ok(names[chosen].to_owned())
    }

    fn ask_reason(&self) -> anyhow::Result<String> {
        let theme = self.output.theme();
        let prompt = Input::with_theme(&*theme).with_prompt(grammar::Resolve::Reason.name()).validate_with(
            |text: &String| {
                if text.trim().is_empty() { Err("a reason is required") } else { Ok(()) }
            },
        );
        asked(|| prompt.interact_text())
    }

    /// Writes the text if its decisions settle their conflicts; otherwise reports why not.
    fn save(&mut self, text: String, decided: &[&str], verb: &str) -> anyhow::Result<u8> {
        let mut texts = trial::texts(&self.workspace.library);
        texts.insert(self.path().to_owned(), text.clone());
        let trial = Trial::new(&texts);
        let sources = &trial.library.sources;
        let mut wrong: Vec<Diagnostic> =
            trial.findings.iter().filter(|finding| finding.is_error()).cloned().collect();
        let mut open = 0;
        match trial.personas().check(&self.profile.id) {
            Err(errors) => {
                wrong.retain(|finding| !finding.breaks_file());
                wrong.extend(errors);
            }
            Ok(Checked { composition, .. }) => {
                let known = |finding: &Diagnostic| {
                    let same =
                        |other: &Diagnostic| (other.code, &other.message) == (finding.code, &finding.message);
                    self.composition.findings.iter().any(same)
                };
                // A requirement that the persona violated before does not count against a decision.
                // Nor does a decision about a conflict that is gone, next to a removal of its entry.
                let is_moot = |finding: &Diagnostic| {
                    let at = finding.address.as_deref().filter(|_| finding.code == codes::STALE_RESOLUTION);
                    at.is_some_and(|at| self.composition.sides_at(at).is_none())
                };
                let is_other = |finding: &Diagnostic| {
                    (finding.code.bound == Bound::Free || is_moot(finding)) && known(finding)
                };
                let about = |finding: &Diagnostic| {
                    finding.address.as_deref().is_some_and(|at| decided.contains(&at))
                        && finding.is_error()
                        && !is_other(finding)
                };
                wrong.retain(|finding| {
                    finding.labels.iter().any(|label| sources.path(label.span) == self.path())
                });
                wrong.extend(composition.findings.iter().filter(|finding| about(finding)).cloned());
                open = composition.conflicts.iter().filter(|conflict| !conflict.is_tension()).count();
            }
        }
        if !wrong.is_empty() {
            self.output.report(sources, wrong);
            self.print(&format!("{} was not changed\n", self.path()))?;
            return Ok(FINDINGS);
        }
        self.write(text)?;
        for at in decided {
            self.print(&format!("{}: {verb} {at}\n", self.path()))?;
        }
        let id = &self.profile.id;
        let left = match open {
            0 => format!("`{id}` has no open conflict\n"),
            open => format!("{} left in `{id}`\n", count(open, "open conflict")),
        };
        self.print(&left)?;
        Ok(FINE)
    }

    fn path(&self) -> &'a camino::Utf8Path {
        self.workspace.library.profile_path(self.profile)
    }

    fn write(&mut self, text: String) -> anyhow::Result<()> {
        let after = Texts::from([(self.path().to_owned(), text.clone())]);
        self.workspace.begin_to_write(self.output)?;
        self.workspace.rewrite(&self.before, &after)?;
        (self.before, self.text) = (after, text);
        Ok(())
    }

    /// Prints lines with paths and addresses, escaped.
    fn print(&self, text: &str) -> anyhow::Result<()> {
        self.output.print(&escape(text))
    }
}

/// The edits that pin a resolution to the current texts of its sides: none if it is pinned to them already, `None` if the
/// side that it takes is lost.
fn pins(resolution: &model::Resolution, sides: &[Side<'_>]) -> Option<Vec<SourceEdit>> {
    let seen = seen(sides);
    if resolution.seen.as_ref().is_some_and(|known| is_as_seen(known, &seen)) {
        return Some(Vec::new());
    }
    let at = &resolution.at.value;
    let mut edits = Vec::new();
    if let model::Choice::Take(name) = &resolution.choice {
        let side = taken(resolution, &name.value, sides)?;
        // The decision follows the text that it took to its new name.
        if side.name != name.value {
            let (old, new) = (name.value.clone(), side.name.clone());
            edits.push(SourceEdit::RenameSide { at: at.clone(), old, new });
        }
    }
    edits.push(SourceEdit::Pin { at: at.clone(), seen });
    Some(edits)
}

/// Returns the sides and their hashes as a decision records them, sorted by name.
fn seen(sides: &[Side<'_>]) -> Vec<(String, String)> {
    sides.iter().map(|side| (side.name.clone(), side.hash.clone())).collect()
}

/// Returns whether a decision has exactly these hashes.
fn is_as_seen(known: &Seen, seen: &[(String, String)]) -> bool {
    let mut known: Vec<_> = known.pins().collect();
    known.sort_unstable();
    known.into_iter().eq(seen.iter().map(|(name, hash)| (name.as_str(), hash.as_str())))
}

/// Converts the value of `--set` to TOML: a list if the sides are lists, a number or boolean if all sides are
/// one, else a string.
fn set_value(sides: &[Side<'_>], text: &str) -> String {
    let contents: Vec<&Content> =
        sides.iter().flat_map(|side| &side.claims).map(|claim| &claim.content).collect();
    if contents
        .iter()
        .any(|content| matches!(content, Content::Allow(_) | Content::Deny(_) | Content::Tags(_)))
    {
        let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
        return list_literal(items);
    }
    let all = |fits: fn(&Datum) -> bool| {
        contents
            .iter()
            .all(|content| matches!(content, Content::Field(datum) | Content::Setting(datum) if fits(datum)))
    };
    if all(|datum| matches!(datum, Datum::Integer(_)))
        && let Ok(number) = text.parse::<i64>()
    {
        return number.to_string();
    }
    if all(|datum| matches!(datum, Datum::Float(_)))
        && let Ok(number) = text.parse::<f64>()
    {
        return format!("{number:?}");
    }
    if all(|datum| matches!(datum, Datum::Boolean(_)))
        && let Ok(truth) = text.parse::<bool>()
    {
        return truth.to_string();
    }
    literal(text)
}
