//! Edits of values in front matter, however they are typed: the value goes to where it is written, and its form to the
//! list of entries.

use super::filled::{field_edit, inner, template};
use super::front_matter::{edited_text, typed};
use super::proposal::{Edit, Proposal};
use super::settings::set_target;
use super::values::retemplated;
use crate::author::front_matter::{entries, is_default, key, known_value, pattern};
use crate::compose::Origin;
use crate::model::grammar::{Profile, Tools};
use crate::model::{Address, Choice, Claim, Content, DESCRIPTION, Datum, FRONT_MATTER, Span, Target};
use crate::render::front_matter::{Known, known};
use crate::source::edit::{SourceEdit, list_literal, literal, literal_like, value_literal};
use crate::text::front_matter::as_yaml;
use crate::text::yaml::{self, Mapping};
use crate::trial::BuiltPersona;

/// Where a new value may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holder {
    /// In the sources that claim the value.
    Sources,
    /// In the profile, above them.
    Profile,
}

/// Proposes the new values of front matter, and a list that types them as the edit does.
pub(super) fn edited(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let Some((old, new)) = edited_text(persona, edit) else { return Vec::new() };
    let (Some(before), Some(after)) = (entries(&old), entries(&new)) else { return Vec::new() };
    let target = persona.target;
    let settings = persona.composition.persona.settings(target);
    let composed = known(&persona.composition.profile.id, &persona.composition.persona, &settings);
    let (read, objection) = yaml::lenient(&as_yaml(&new, target));
    if objection.is_some() {
        return Vec::new();
    }
    let typed = typed(persona);
    let (list, changed) = entries_as_typed(target, &composed, &read, &typed, (&before, &after));
    let is_whole = matches!(settings.typed_front_matter(), Some((Datum::String(_), _)));
    let form = match () {
        () if is_whole => Some(literal(&format!("---\n{new}---\n"))),
        () if list == typed || (typed.is_empty() && is_default(&list, target)) => None,
        () => Some(list_literal(list.iter().map(String::as_str))),
    };
    let is_template = persona.library.is_template(persona.profile());
    if changed.is_empty() || (is_template && form.is_some() && typed.iter().any(|entry| entry.contains('{')))
    {
        return Vec::new();
    }
    let proposals = [Holder::Sources, Holder::Profile].into_iter().filter_map(|holder| {
        let mut writes = Writes::default();
        for (key, datum) in &changed {
            let composed = composed.iter().find(|known| known.key == *key);
            writes.add(persona, (key, &in_common_names(persona, key, datum)), composed, holder)?;
        }
        if holder == Holder::Profile {
            for known in with_switches(target, &composed, &changed, &after) {
                writes.set(persona, known.key, &known.value)?;
            }
        }
        let mut edits = persona.spliced(writes.splices);
        if let Some(form) = &form {
            writes.settings.push(set_target(target.name, FRONT_MATTER, form));
            writes.what.push(Address::TargetKey { target: target.name, key: FRONT_MATTER }.to_string());
        }
        edits.add(persona.profile_path(), writes.settings);
        let what: Vec<String> = writes.what.iter().map(|address| format!("`{address}`")).collect();
        let what = what.join(", ");
        Some(match holder {
            Holder::Sources => Proposal::new(edits, what),
            Holder::Profile => Proposal::own(edits, format!("{what}, set in the profile")),
        })
    });
    proposals.collect()
}

/// The values that the profile must set beside a changed one. Where it sets one of the keys that decide when a rule is loaded, the
/// fields may no longer set the others.
fn with_switches<'k, 'a>(
    target: &Target,
    composed: &'k [Known<'a>],
    changed: &[(&'static str, Datum)],
    after: &[String],
) -> Vec<&'k Known<'a>> {
    let is_switch = |key: &str| target.switches().any(|switch| switch == key);
    let is_changed = |wanted: &str| changed.iter().any(|(key, _)| *key == wanted);
    let stays = |wanted: &str| after.iter().any(|entry| key(entry) == Some(wanted));
    if !changed.iter().any(|(key, _)| is_switch(key)) {
        return Vec::new();
    }
    let others = composed.iter().filter(|known| is_switch(known.key) && !is_changed(known.key));
    others.filter(|known| stays(known.key)).collect()
}

/// Returns the list of entries that types the front matter as it is `after` the edit, and the values that are not those of
/// the persona.
fn entries_as_typed(
    target: &Target,
    composed: &[Known<'_>],
    read: &Mapping,
    typed: &[String],
    (before, after): (&[String], &[String]),
) -> (Vec<String>, Vec<(&'static str, Datum)>) {
    let mut list = Vec::new();
    let mut changed: Vec<(&'static str, Datum)> = Vec::new();
    for entry in after {
        let known_key = target.front_matter_keys().find(|known| key(entry) == Some(known));
        if before.contains(entry) {
            list.push(typed_as(entry, typed, known_key));
            continue;
        }
        let value = known_key.and_then(|known| {
            let (_, value) = read.iter().find(|(key, _)| key == known)?;
            Some((known, known_value(target, known, value)?))
        });
        // Of a form that no pattern can print, the entry is typed as it is.
        let form = value.as_ref().and_then(|(key, datum)| pattern(key, entry, target, datum));
        list.push(form.unwrap_or_else(|| entry.clone()));
        if let Some((key, datum)) = value {
            let is_same = composed.iter().any(|known| known.key == key && *known.listed() == datum);
            if !is_same {
                changed.push((key, datum));
            }
        }
    }
    (list, changed)
}

/// The entry of the list that prints an entry now.
fn typed_as(entry: &str, typed: &[String], known_key: Option<&str>) -> String {
    let is_of_key = |typed: &&String| known_key.is_some() && known_key == Some(key(typed).unwrap_or(typed));
    let listed = typed.iter().find(|typed| *typed == entry).or_else(|| typed.iter().find(is_of_key));
    listed.cloned().unwrap_or_else(|| known_key.map_or_else(|| entry.to_owned(), str::to_owned))
}

/// Edits that write values.
#[derive(Debug, Default)]
struct Writes {
    splices: Vec<(Span, String)>,
    /// Settings of the profile.
    settings: Vec<SourceEdit>,
    /// The addresses that change.
    what: Vec<String>,
}

impl Writes {
    /// Adds the edits that write a value. `None` if it is not known where it belongs.
    fn add(
        &mut self,
        persona: &BuiltPersona<'_>,
        (key, datum): (&str, &Datum),
        composed: Option<&Known<'_>>,
        holder: Holder,
    ) -> Option<()> {
        let origin = composed.and_then(Known::origin).filter(|_| holder == Holder::Sources);
        let (address, splices) = match origin {
            None => {
                let current = composed.and_then(Known::origin).and_then(Origin::claim);
                // The profile's own template would be lost.
                let is_lost = current.is_some_and(|claim| {
                    claim.source == persona.profile() && template(persona, claim).is_some()
                });
                return if is_lost { None } else { self.set(persona, key, datum) };
            }
            Some(Origin::Resolution(_, resolution)) => {
                let Choice::Set(set) = &resolution.choice else { return None };
                (resolution.at.value.clone(), vec![(set.span, value_literal(datum))])
            }
            Some(Origin::Claim(first)) => {
                let decision = persona.composition.decisions.get(first.address.as_str())?;
                let claims: Vec<&Claim> = decision.effective().collect();
                let is_list = matches!(first.content, Content::Allow(_) | Content::Deny(_));
                // Which of several lists the tools of an edit belong to is not known.
                if claims.is_empty() || (is_list && claims.len() > 1) {
                    return None;
                }
                if let (Datum::String(new), Some(known)) = (datum, composed)
                    && let Some(edit) = field_edit(persona, first, known.value.as_str()?, new)
                    && (edit.is_certain || text_of(persona, first, new, known).is_none())
                {
                    self.what.push(edit.address);
                    self.splices.extend(edit.splices);
                    return Some(());
                }
                let splice = |claim: &&Claim| {
                    let (span, raw) =
                        if is_list { (claim.span, String::new()) } else { inner(persona, claim) };
                    let value = match datum {
                        Datum::String(text) => literal_like(&text_of(persona, claim, text, composed?)?, &raw),
                        other => literal_of(other),
                    };
                    Some((span, value))
                };
                let splices = claims.iter().map(splice).collect::<Option<Vec<_>>>()?;
                (first.address.to_string(), splices)
            }
        };
        self.what.push(address);
        self.splices.extend(splices);
        Some(())
    }

    /// Adds the edit that sets a value in the profile.
    fn set(&mut self, persona: &BuiltPersona<'_>, key: &str, datum: &Datum) -> Option<()> {
        let target = persona.target;
        let is_key = |list: Option<(&str, _)>| list.is_some_and(|(list, _)| list == key);
        let value = literal_of(datum);
        let (address, edit) = match key {
            _ if is_key(target.allow) => {
                (Address::Allow, SourceEdit::set(&[Profile::Tools.name()], Tools::Allow.name(), value))
            }
            _ if is_key(target.deny) => {
                (Address::Deny, SourceEdit::set(&[Profile::Tools.name()], Tools::Deny.name(), value))
            }
            DESCRIPTION => {
                (Address::DESCRIPTION, SourceEdit::set(&[] as &[&str], Profile::Description.name(), value))
            }
            key => (Address::TargetKey { target: target.name, key }, set_target(target.name, key, &value)),
        };
        self.what.push(address.to_string());
        self.settings.push(edit);
        Some(())
    }
}

/// A value as the sources write it: tools are in the names that they have there.
fn in_common_names(persona: &BuiltPersona<'_>, key: &str, datum: &Datum) -> Datum {
    let (target, own) = (persona.target, persona.composition.persona.allow.as_deref());
    match datum {
        Datum::List(names) if target.allow.is_some_and(|(list, _)| list == key) => {
            let names: Vec<&str> = names.iter().filter_map(Datum::as_str).collect();
            let names = target.common_tools(&names, own.unwrap_or_default());
            Datum::List(names.into_iter().map(|name| Datum::String(name.to_owned())).collect())
        }
        other => other.clone(),
    }
}

fn literal_of(datum: &Datum) -> String {
    match datum {
        Datum::List(names) => list_literal(names.iter().filter_map(Datum::as_str)),
        other => value_literal(other),
    }
}

/// The text that a claim must have so that it reads as another one; with the placeholders that it has now.
fn text_of(persona: &BuiltPersona<'_>, claim: &Claim, text: &str, composed: &Known<'_>) -> Option<String> {
    let written = match &claim.content {
        Content::Field(Datum::String(text)) | Content::Setting(Datum::String(text)) => text,
        _ => return Some(text.to_owned()),
    };
    let filled = composed.value.as_str()?;
    let is_template = persona.library.is_template(claim.source) && written != filled;
    if is_template { retemplated(written, filled, text) } else { Some(text.to_owned()) }
}
