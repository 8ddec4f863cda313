//! The alerts of one persona.

use std::collections::{BTreeMap, BTreeSet};

use super::Status;
use super::alerts::{Alert, Concern};
use super::attribution::{Persona, Reach};
use super::rewording::weakening;
use crate::analyse::diff::causes::{Cause, Touches};
use crate::analyse::diff::comparison::{Content, Difference, Row, contents};
use crate::compose::{self, Composition, Element, State, force};
use crate::model::wording::shortened;
use crate::model::{Address, Claim, FRONT_MATTER, Force, Level, Source, Target};

/// The maximum length of the lines of front matter in an alert, in characters.
const MAX_TYPED: usize = 80;

impl Persona<'_, '_> {
    /// The alerts of this persona.
    pub(super) fn alerts(&self, caused: &[(usize, Reach)]) -> Vec<Alert> {
        let is_persona = |status| !matches!(status, Status::Absent | Status::Abstract);
        let [Some(old), Some(new)] = self.seen.map(|seen| seen.composition.as_ref()) else {
            return Vec::new();
        };
        if !is_persona(self.effect.before) || !is_persona(self.effect.after) {
            return Vec::new();
        }
        let of = |changes: bool| {
            let chosen = caused.iter().filter(move |(_, reach)| (*reach == Reach::Changes) == changes);
            chosen.map(|(index, _)| &self.both.causes[*index]).collect::<Vec<&Cause>>()
        };
        let (changing, other) = (of(true), of(false));
        let dropped = self.dropped_sources(old, new);
        let mut watch = Watch {
            persona: self,
            old,
            new,
            changing,
            other,
            dropped,
            removed: BTreeMap::new(),
            alerts: Vec::new(),
        };
        watch.locks();
        for row in &self.effect.rows {
            watch.row(row);
        }
        watch.tools();
        watch.front_matter();
        watch.fragments();
        watch.alerts
    }

    /// The names of the sources that the persona no longer has.
    fn dropped_sources(&self, old: &Composition<'_>, new: &Composition<'_>) -> BTreeSet<String> {
        let names = |composition: &Composition<'_>, side: usize| -> BTreeSet<String> {
            let sources = composition.selection.sources.iter();
            sources.map(|source| self.both.libraries[side].source_name(*source)).collect()
        };
        let kept: BTreeSet<String> = names(new, 1)
            .into_iter()
            .map(|name| self.both.renamed.get(name.as_str()).map_or(name, |from| (*from).to_owned()))
            .collect();
        names(old, 0).difference(&kept).cloned().collect()
    }
}

/// Collects the alerts of one persona. An address has only its most serious one.
struct Watch<'w, 'a> {
    persona: &'w Persona<'w, 'a>,
    old: &'w Composition<'a>,
    new: &'w Composition<'a>,
    /// The edits that change the persona.
    changing: Vec<&'w Cause>,
    /// The other edits of its sources.
    other: Vec<&'w Cause>,
    dropped: BTreeSet<String>,
    /// The claims that were removed with a source, by concern and source.
    removed: BTreeMap<(Concern, String), Vec<String>>,
    alerts: Vec<Alert>,
}

impl Watch<'_, '_> {
    /// The entries that were locked and are no longer.
    fn locks(&mut self) {
        for (address, decision) in &self.old.decisions {
            if !is_locked(decision.claims.iter().zip(&decision.outcomes)) {
                continue;
            }
            let rows = &self.persona.effect.rows;
            let row =
                rows.iter().find(|row| row.before.as_ref().is_some_and(|before| before.address == *address));
            let now = row.and_then(|row| row.after.as_ref()).map_or(*address, |after| after.address.as_str());
            let decision = self.new.decisions.get(now);
            if decision.is_some_and(|it| it.is_open || is_locked(it.claims.iter().zip(&it.outcomes))) {
                continue;
            }
            match row {
                Some(row @ Row { after: None, .. }) => self.removed(Concern::LockBroken, "removed", row),
                Some(row) => self.add(Concern::LockBroken, now, "no longer locked".to_owned(), Some(row)),
                None => {
                    let contents = contents(self.persona.both.libraries[1], self.new);
                    let content = contents.into_iter().find(|content| content.address == *address);
                    let row = Row { before: None, after: content, moved: None };
                    self.add(Concern::LockBroken, address, "no longer locked".to_owned(), Some(&row));
                }
            }
        }
    }

    fn row(&mut self, row: &Row) {
        let force = |content: &Option<Content>| content.as_ref().and_then(|content| content.force);
        let (before, after) = (force(&row.before), force(&row.after));
        let text = |content: &Option<Content>| content.as_ref().map(|content| content.text.clone());
        let address = row.address();
        let is_subsumed = || {
            let decision = self.new.decisions.get(address);
            decision.is_some_and(|decision| decision.in_state(State::Subsumed).next().is_some())
        };
        let lost = self.lost_targets(row);
        let limited = (!lost.is_empty()).then(|| format!("no longer in {}", lost.join(", ")));
        match (row.difference(), before, after) {
            (Difference::OnlyBefore, Some(_), _) if !is_subsumed() => {
                self.removed(Concern::RuleRemoved, "", row);
            }
            (Difference::OnlyAfter, None, Some(Force::May)) => {
                self.add(Concern::Widened, address, "permitted".to_owned(), Some(row));
            }
            (Difference::Force, Some(from), Some(to)) if force::weakens(from, to) => {
                let what = format!("{} \u{2192} {}", from.capitals(), to.capitals());
                let what: Vec<String> = [Some(what), limited].into_iter().flatten().collect();
                self.add(Concern::RuleWeakened, address, what.join(", "), Some(row));
            }
            (Difference::Force | Difference::Wording, Some(_), None) => {
                self.add(Concern::RuleWeakened, address, "no longer a rule".to_owned(), Some(row));
            }
            (Difference::Wording | Difference::Force, Some(_), Some(_)) if limited.is_some() => {
                self.add(Concern::RuleWeakened, address, limited.unwrap_or_default(), Some(row));
            }
            // In the outputs of this persona the rule is as it was.
            (Difference::Wording, Some(_), Some(_))
                if row.before.as_ref().map(Content::words) == row.after.as_ref().map(Content::words) => {}
            (Difference::Wording | Difference::Force, Some(_), Some(_)) if self.is_locked_now(address) => {
                self.add(Concern::LockedReworded, address, String::new(), Some(row));
            }
            (Difference::Wording | Difference::Force, Some(_), Some(to)) if to != Force::May => {
                let [old, new] =
                    [&row.before, &row.after].map(|side| side.as_ref().map_or("", Content::unfilled));
                if let Some(what) = weakening(old, new) {
                    self.add(Concern::RuleReworded, address, what, Some(row));
                }
            }
            _ => {}
        }
        if row.difference() == Difference::Conflict {
            return;
        }
        let changed = [text(&row.before), text(&row.after)];
        match Address::parse(address) {
            Address::TargetKey { target, key } => {
                let [from, to] = &changed;
                if let Some(concern) = setting_concern(key, from.as_deref(), to.as_deref()) {
                    let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "not set".to_owned());
                    let lost = match concern {
                        Concern::ModelChanged => self.lost_with_model(target),
                        _ => Vec::new(),
                    };
                    let values = format!("{} \u{2192} {}", word(from), word(to));
                    let what: Vec<String> = [values, listed("without", &lost)]
                        .into_iter()
                        .filter(|part| !part.is_empty())
                        .collect();
                    self.add(concern, address, what.join(", "), None);
                }
            }
            of if of == Address::DESCRIPTION && self.is_called_by_description() => {
                self.add(Concern::DescriptionChanged, address, String::new(), None);
            }
            _ => {}
        }
    }

    /// The targets of the persona whose outputs no longer have an entry.
    fn lost_targets(&self, row: &Row) -> Vec<&'static str> {
        let (Some(before), Some(after)) = (&row.before, &row.after) else { return Vec::new() };
        self.models()
            .filter(|(target, [old, new])| {
                before.targets.has(target, *old) && !after.targets.has(target, *new)
            })
            .map(|(target, _)| target.name)
            .collect()
    }

    /// The targets of the persona, each with the model that its output named and the one that it names.
    fn models(&self) -> impl Iterator<Item = (&'static Target, [Option<&str>; 2])> {
        self.new.persona.targets.iter().map(|settings| {
            let old = self.old.persona.targets.iter().find(|old| old.target.name == settings.target.name);
            let old = old.and_then(|old| self.old.persona.model(old));
            (settings.target, [old, self.new.persona.model(settings)])
        })
    }

    /// The rules that an output loses because it names another model.
    fn lost_with_model(&self, target: &str) -> Vec<String> {
        let mut lost = Vec::new();
        let Some((target, [old, new])) = self.models().find(|(other, _)| other.name == target) else {
            return lost;
        };
        self.new.persona.visit(|_, element| {
            if let Element::Block(block) = element
                && block.part.force().is_some()
                && block.targets.has(target, old)
                && !block.targets.has(target, new)
            {
                lost.push(block.address.to_string());
            }
        });
        lost
    }

    fn is_locked_now(&self, address: &str) -> bool {
        let decision = self.new.decisions.get(address);
        decision.is_some_and(|decision| is_locked(decision.claims.iter().zip(&decision.outcomes)))
    }

    /// Returns whether a program chooses the agent by its description.
    fn is_called_by_description(&self) -> bool {
        let targets = [self.old, self.new].into_iter().flat_map(|composition| &composition.persona.targets);
        targets.into_iter().any(|settings| settings.target.description.is_some_and(|rule| rule.decides))
    }

    /// The tools that are newly allowed, or no longer denied.
    fn tools(&mut self) {
        let (old, new) = (&self.old.persona, &self.new.persona);
        let more = |all: &[&str], than: &[&str]| -> Vec<String> {
            let more = all.iter().filter(|name| !than.contains(*name));
            more.map(|name| (*name).to_owned()).collect()
        };
        let allowed = match (&old.allow, &new.allow) {
            (Some(_), None) => "allows every tool".to_owned(),
            (Some(old), Some(new)) => listed("allows", &more(new, old)),
            (None, _) => String::new(),
        };
        let undenied = listed("no longer denies", &more(&old.deny, &new.deny));
        for (at, what) in [(Address::Allow, allowed), (Address::Deny, undenied)] {
            if !what.is_empty() {
                self.add(Concern::Widened, &at.to_string(), what, None);
            }
        }
    }

    /// The front matter that a profile types, which a program may read as permissions.
    fn front_matter(&mut self) {
        let typed = |composition: &Composition<'_>| -> BTreeMap<&'static str, Vec<String>> {
            let targets = composition.persona.targets.iter();
            let typed =
                targets.filter_map(|settings| Some((settings.target.name, settings.typed_front_matter()?.0)));
            // A list of entries, or all lines in one string.
            typed
                .map(|(target, typed)| {
                    let strings = typed.strings().into_iter();
                    (target, strings.flat_map(str::lines).map(str::to_owned).collect())
                })
                .collect()
        };
        let before = typed(self.old);
        for (target, lines) in typed(self.new) {
            let old = before.get(target).map_or(&[][..], Vec::as_slice);
            if old == lines {
                continue;
            }
            let missing = |of: &[String], from: &[String]| -> Vec<String> {
                of.iter().filter(|line| !from.contains(line)).cloned().collect()
            };
            let (added, removed) = (missing(&lines, old), missing(old, &lines));
            let sign = |sign: char, lines: Vec<String>| {
                lines.into_iter().map(move |line| format!("{sign} {}", line.trim()))
            };
            let changed: Vec<String> = sign('+', added).chain(sign('-', removed)).collect();
            let what = match changed.is_empty() {
                true => "typed front matter in another order".to_owned(),
                false => format!("typed front matter: {}", shortened(&changed.join(", "), MAX_TYPED)),
            };
            let address = Address::TargetKey { target, key: FRONT_MATTER }.to_string();
            self.add(Concern::Widened, &address, what, None);
        }
    }

    /// The rules that went with a source, and the fragments that took something else along.
    fn fragments(&mut self) {
        for ((concern, source), addresses) in std::mem::take(&mut self.removed) {
            let removed = if concern == Concern::LockBroken { "removed with" } else { "with" };
            let noun = if self.is_fragment(&source) { "the dropped fragment " } else { "" };
            let place = self.place_of(&source);
            self.push(concern, addresses, format!("{removed} {noun}{source}"), None, place);
            self.dropped.remove(&source);
        }
        for source in std::mem::take(&mut self.dropped) {
            let is_from = |row: &Row| {
                let origin = row.before.as_ref().and_then(|before| before.origin.as_ref());
                origin.is_some_and(|origin| origin.source == source)
            };
            if self.is_fragment(&source) && self.persona.effect.rows.iter().any(is_from) {
                let place = self.place_of(&source);
                self.push(Concern::FragmentDropped, vec![source], String::new(), None, place);
            }
        }
    }

    fn is_fragment(&self, source: &str) -> bool {
        self.persona.both.libraries[0]
            .source_by_name(source)
            .is_some_and(|it| matches!(it, Source::Fragment(_)))
    }

    /// Records the removal of an entry: with others of the same source if the persona no longer has the source.
    fn removed(&mut self, concern: Concern, what: &str, row: &Row) {
        if self.is_reported(row.address()) {
            return;
        }
        let origin = row.before.as_ref().and_then(|before| before.origin.as_ref());
        match origin.filter(|origin| self.dropped.contains(&origin.source)) {
            Some(origin) => {
                let key = (concern, origin.source.clone());
                self.removed.entry(key).or_default().push(row.address().to_owned());
            }
            None => self.add(concern, row.address(), what.to_owned(), Some(row)),
        }
    }

    fn add(&mut self, concern: Concern, address: &str, what: String, row: Option<&Row>) {
        if self.is_reported(address) {
            return;
        }
        let content = row.and_then(|row| row.after.as_ref().or(row.before.as_ref()));
        let text = content.map(|content| {
            let force = content.force.map_or(String::new(), |force| format!("{} ", force.capitals()));
            format!("{force}{}", content.unfilled())
        });
        let origin = content.and_then(|content| content.origin.as_ref());
        let place = self.place(address).or_else(|| origin.map(|origin| origin.place.clone()));
        self.push(concern, vec![address.to_owned()], what, text, place);
    }

    fn push(
        &mut self,
        concern: Concern,
        addresses: Vec<String>,
        what: String,
        text: Option<String>,
        place: Option<String>,
    ) {
        let personas = vec![self.persona.effect.profile.clone()];
        self.alerts.push(Alert { concern, addresses, what, text, place, personas });
    }

    fn is_reported(&self, address: &str) -> bool {
        let mut told = self.alerts.iter().map(|alert| &alert.addresses).chain(self.removed.values());
        told.any(|addresses| addresses.iter().any(|told| told == address))
    }

    /// The place of the edit that changed an address: one about the address itself, or else one about what it is in.
    fn place(&self, address: &str) -> Option<String> {
        let is_about = |cause: &&&Cause| match &cause.touches {
            Touches::AtOrIn(target) => address == target || address.starts_with(&format!("{target}.")),
            _ => cause.what == address,
        };
        let includes = |cause: &&&Cause| match &cause.touches {
            Touches::Claims(addresses, _) => addresses.contains(address),
            _ => false,
        };
        let mut causes = self.changing.iter().chain(&self.other);
        let cause = causes.find(is_about).or_else(|| self.changing.iter().find(includes));
        let cause = cause.or_else(|| self.changing.first().filter(|_| self.changing.len() == 1));
        cause.map(|cause| cause.place())
    }

    /// The place of the edit that took a source away.
    fn place_of(&self, source: &str) -> Option<String> {
        let name = source.rsplit_once("profiles/").map_or(source, |(_, name)| name);
        let is_about = |cause: &&&Cause| cause.what.split(' ').next_back() == Some(name);
        // A source may go with a parent of the profile.
        let is_wide = |cause: &&&Cause| cause.touches == Touches::Everything;
        let mut causes = self.changing.iter();
        let cause = causes.find(is_about).or_else(|| self.changing.iter().find(is_wide));
        cause.or_else(|| self.changing.first()).map(|cause| cause.place())
    }
}

/// Returns whether a locked claim is in the persona.
fn is_locked<'c>(mut claims: impl Iterator<Item = (&'c &'c Claim, &'c (State, compose::Cause))>) -> bool {
    claims.any(|(claim, (state, _))| {
        let applies = matches!(state, State::Emitted | State::Agreed | State::Refined);
        claim.level == Level::Locked && applies
    })
}

/// A verb and names; nothing without names.
fn listed(verb: &str, names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!("{verb} {}", names.join(", ")) }
}

/// The concern of a change to a target's setting, if it needs attention.
fn setting_concern(key: &str, from: Option<&str>, to: Option<&str>) -> Option<Concern> {
    // How much a mode permits without asking; a mode that is not set is the default.
    let permits = |mode: Option<&str>| match mode {
        Some("plan") => 0,
        Some("acceptEdits") => 2,
        Some("auto") => 3,
        Some("bypassPermissions") => 4,
        _ => 1,
    };
    let widened = match key {
        "model" => return Some(Concern::ModelChanged),
        "permissionMode" => permits(to) > permits(from),
        "mcpServers" | "skills" => to.is_some(),
        // A hook may be what guards a tool.
        "hooks" => true,
        "isolation" => to.is_none(),
        _ => false,
    };
    widened.then_some(Concern::Widened)
}
