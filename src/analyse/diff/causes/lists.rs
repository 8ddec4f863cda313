//! The edits of the lists of a profile: `use`, `drop`, `[[remove]]` and `[[resolve]]`.

use std::collections::BTreeSet;

use super::{Edit, Entries, Finder, Pair, Touches, edit};
use crate::model::grammar::{Profile, headers};
use crate::model::{Address, Choice, Drop, Removal, Resolution, Span, Text};

impl Finder<'_> {
    pub(super) fn names(
        &mut self,
        pair: Pair,
        word: &str,
        before: &[Text],
        after: &[Text],
        touches: impl Fn(&str) -> Touches,
    ) {
        let find =
            |texts: &[Text], name: &str| texts.iter().find(|text| text.value == name).map(|text| text.span);
        let names: BTreeSet<&str> = before.iter().chain(after).map(Text::as_str).collect();
        for name in names {
            let (old, new) = (find(before, name), find(after, name));
            if old.is_some() != new.is_some() {
                // An entry that follows the new name of a fragment is one edit.
                let followed = self.renamed.iter().find(|(_, from)| **from == name);
                if new.is_none() && followed.is_some_and(|(to, _)| find(after, to).is_some()) {
                    continue;
                }
                let from = self.renamed.get(name).filter(|from| find(before, from).is_some());
                let edits = match from {
                    Some(from) => vec![Edit::Renamed { from: (*from).to_owned() }],
                    None => vec![edit(old.is_some(), new.is_some(), Edit::Value)],
                };
                let side = |span: Option<Span>| span.map(|span| (span, name.to_owned()));
                let what = format!("{word} {name}");
                self.add(pair, &what, edits, side(old), side(new), touches(name));
            }
        }
    }

    pub(super) fn removals(&mut self, pair: Pair, before: &[Removal], after: &[Removal]) {
        let by_target = |removals: &[Removal]| -> Entries {
            removals.iter().map(|it| taken_away(&it.target, it.breaks_lock, it.reason.as_ref())).collect()
        };
        let word = headers(Profile::Remove.name()) + " ";
        self.entries(pair, &word, &by_target(before), &by_target(after), touches_at);
    }

    pub(super) fn resolutions(&mut self, pair: Pair, before: &[Resolution], after: &[Resolution]) {
        let by_address = |resolutions: &[Resolution]| -> Entries {
            resolutions.iter().map(|it| (it.at.value.clone(), (it.at.span, decision_text(it)))).collect()
        };
        let (old, new) = (by_address(before), by_address(after));
        let word = headers(Profile::Resolve.name()) + " ";
        self.entries(pair, &word, &old, &new, touches_at);
        for resolution in after {
            let at = &resolution.at.value;
            let earlier = before.iter().find(|other| other.at.value == *at);
            let Some(earlier) = earlier.filter(|_| old[at].1 == new[at].1) else { continue };
            if pins(earlier) != pins(resolution) {
                let edits = vec![Edit::Changed { to: "pinned anew" }];
                let touches = Touches::AtOrIn(at.clone());
                let side = |resolution: &Resolution| Some((resolution.at.span, pins(resolution)));
                self.add(pair, &format!("{word}{at}"), edits, side(earlier), side(resolution), touches);
            }
        }
    }

    /// Records an edit if the entries that both lists share are in a different order.
    pub(super) fn order(&mut self, pair: Pair, word: &str, before: &[Text], after: &[Text]) {
        let renamed = |name: &str| self.renamed.get(name).map_or(name, |from| *from).to_owned();
        let both = |list: &[Text], other: &[String]| -> Vec<String> {
            list.iter().map(|text| renamed(&text.value)).filter(|name| other.contains(name)).collect()
        };
        let names = |list: &[Text]| -> Vec<String> { list.iter().map(|text| renamed(&text.value)).collect() };
        let (old, new) = (both(before, &names(after)), both(after, &names(before)));
        let (Some(first), Some(last)) = (before.first(), after.first()) else { return };
        if old != new {
            let (from, to) = ((first.span, old.join(", ")), (last.span, new.join(", ")));
            self.changed(pair, &format!("order of {word}"), Some(from), Some(to), Touches::Order);
        }
    }

    pub(super) fn drops(
        &mut self,
        pair: Pair,
        before: &[Drop],
        after: &[Drop],
        touches: impl Fn(&str) -> Touches,
    ) {
        let by_fragment = |drops: &[Drop]| -> Entries {
            drops.iter().map(|it| taken_away(&it.fragment, it.breaks_lock, it.reason.as_ref())).collect()
        };
        self.entries(pair, "drop ", &by_fragment(before), &by_fragment(after), touches);
    }
}

/// An entry of a list of removals or drops.
fn taken_away(name: &Text, breaks_lock: bool, reason: Option<&Text>) -> (String, (Span, String)) {
    let lock = if breaks_lock { "breaks the lock; " } else { "" };
    let reason = reason.map_or("", Text::as_str);
    (name.value.clone(), (name.span, format!("{lock}{reason}")))
}

/// The address or subject that an entry concerns.
fn touches_at(key: &str) -> Touches {
    match Address::parse(key).subject() {
        Some(subject) => Touches::Subjects(BTreeSet::from([subject.to_owned()])),
        None => Touches::AtOrIn(key.to_owned()),
    }
}

/// The decision of a resolution as one text.
fn decision_text(resolution: &Resolution) -> String {
    let mut text = match &resolution.choice {
        Choice::Take(side) => format!("take {}", side.value),
        Choice::Set(value) => format!("set {}", value.value),
        Choice::KeepBoth(_) => "keep both".to_owned(),
    };
    if let Some(force) = &resolution.force {
        text.push_str(&format!(" as {}", force.value.name()));
    }
    if resolution.breaks_lock {
        text.push_str(", breaking the lock");
    }
    if let Some(reason) = &resolution.reason {
        text.push_str(&format!(": {}", reason.value));
    }
    text
}

/// The pins of a resolution as one text.
fn pins(resolution: &Resolution) -> String {
    resolution.pins().map(|(side, hash)| format!("{side} {hash}")).collect::<Vec<_>>().join(", ")
}
