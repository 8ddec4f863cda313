//! Assembly: from the decisions at all addresses to a persona.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use indexmap::IndexMap;

use super::arrange::{Entries, List};
use super::layout::Layouts;
use super::loading::Loaded;
use super::merge::{Decision, Decisions, State};
use super::nest;
use super::origin::Origin;
use super::parts::Parts;
use super::persona::{self, Entry, Field, Group, Persona, Section, Setting, TargetSettings};
use super::template::{TemplateSet, Templates, value};
use super::words::Words;
use crate::model::grammar;
use crate::model::{
    self, Address, Block, Choice, Claim, Content, Datum, Diagnostic, FRONT_MATTER, Library, NAME, PATH, Part,
    Profile, ProfileId, Suggestions, Text, address, heading, rank, target,
};

/// The input of an assembly.
pub(super) struct Assembly<'c, 'a> {
    pub(super) library: &'a Library,
    pub(super) profile: &'a Profile,
    pub(super) templates: &'c TemplateSet,
    /// The lineage, the profile itself last.
    pub(super) order: &'c [ProfileId],
    /// The names of its targets.
    pub(super) targets: &'c [&'a str],
    pub(super) decisions: &'c Decisions<'a>,
    /// The position of each body address in display order.
    pub(super) places: &'c BTreeMap<&'a str, usize>,
    /// Sections that are known already, by kind.
    pub(super) kept: BTreeMap<&'a str, Arc<Section<'a>>>,
}

impl<'a> Assembly<'_, 'a> {
    /// Assembles the persona without its tools and tags.
    pub(super) fn persona(&self) -> (Persona<'a>, Vec<Diagnostic>) {
        let mut fields = self.fields();
        let values = fields.iter().map(|field| (field.name.to_owned(), value(&field.value))).collect();
        let mut templates =
            Templates::new(&self.library.sources, self.templates, values, self.profile.is_abstract);
        self.fill_description(&mut fields, &mut templates);
        let mut findings = Vec::new();
        let layout = Layouts::new(self.decisions);
        let sections = self.sections(&layout, &templates, &mut findings);
        let title = self.filled(&Address::Title.to_string(), &templates);
        let mut targets = self.targets(&templates);
        if let Some(loaded) = Loaded::of(&fields) {
            targets.iter_mut().for_each(|settings| loaded.add_to(settings));
        }
        let (unfilled, used) = templates.finish();
        findings.extend(unfilled);
        let persona = Persona {
            title,
            fields,
            sections,
            targets,
            layout,
            fields_in_text: used.into_iter().collect(),
            ..Persona::default()
        };
        (persona, findings)
    }

    fn fields(&self) -> Vec<Field<'a>> {
        let mut fields = Vec::new();
        let mut addresses: Vec<&'a str> = self
            .decisions
            .keys()
            .copied()
            .filter(|address| Address::parse(address).field().is_some())
            .collect();
        addresses.sort_unstable();
        for address in addresses {
            let Some(name) = Address::parse(address).field() else { continue };
            if self.decisions[address].is_open {
                let marker = Datum::String(marker(address));
                fields.push(Field { name, value: Cow::Owned(marker), origin: None });
            } else if let Some((datum, origin)) = self.datum(address) {
                fields.push(Field { name, value: Cow::Borrowed(datum), origin: Some(origin) });
            }
        }
        let name = grammar::Profile::Name.name();
        if !fields.iter().any(|field| field.name == name) {
            let value = Cow::Owned(Datum::String(self.profile.id.clone()));
            fields.push(Field { name, value, origin: None });
        }
        fields
    }

    /// Returns the value at the address of a field or setting.
    pub(super) fn datum(&self, address: &str) -> Option<(&'a Datum, Origin<'a>)> {
        let decision = self.decisions.get(address)?;
        if let Some(settled) = decision.resolution
            && let Choice::Set(set) = &settled.resolution.choice
        {
            return Some((&set.value, Origin::Resolution(settled.profile, settled.resolution)));
        }
        let claim = decision.emitted().next()?;
        match &claim.content {
            Content::Field(datum) | Content::Setting(datum) => Some((datum, Origin::Claim(claim))),
            _ => None,
        }
    }

    pub(super) fn setting(&self, address: &str) -> Option<Setting<'a>> {
        if self.decisions.get(address).is_some_and(|decision| decision.is_open) {
            return Some(Setting { text: Cow::Owned(marker(address)), origin: None });
        }
        let (datum, origin) = self.datum(address)?;
        Some(Setting { text: Cow::Borrowed(datum.as_str()?), origin: Some(origin) })
    }

    fn targets(&self, templates: &Templates<'_>) -> Vec<TargetSettings<'a>> {
        self.targets
            .iter()
            .filter_map(|name| target(name))
            .map(|target| TargetSettings {
                target,
                path: self.setting(&Address::TargetKey { target: target.name, key: PATH }.to_string()),
                name: self
                    .filled(&Address::TargetKey { target: target.name, key: NAME }.to_string(), templates),
                front_matter: self.front_matter(target.name, templates),
                values: target
                    .keys
                    .iter()
                    .filter_map(|key| {
                        let address = Address::TargetKey { target: target.name, key: key.name }.to_string();
                        if self.decisions.get(address.as_str()).is_some_and(|decision| decision.is_open) {
                            return Some((key.name, Cow::Owned(Datum::String(marker(&address))), None));
                        }
                        let (datum, origin) = self.filled_datum(&address, templates)?;
                        Some((key.name, datum, Some(origin)))
                    })
                    .collect(),
                loaded: Vec::new(),
            })
            .collect()
    }

    fn front_matter(&self, target: &str, templates: &Templates<'_>) -> Option<(Cow<'a, Datum>, Origin<'a>)> {
        let address = Address::TargetKey { target, key: FRONT_MATTER }.to_string();
        if self.decisions.get(address.as_str())?.is_open {
            return None;
        }
        self.filled_datum(&address, templates)
    }

    fn sections(
        &self,
        layout: &Layouts<'a>,
        templates: &Templates<'_>,
        findings: &mut Vec<Diagnostic>,
    ) -> Vec<Arc<Section<'a>>> {
        let mut bodies: IndexMap<&'a str, Vec<&'a str>> = IndexMap::new();
        let mut addresses: Vec<(&'a str, usize)> =
            self.places.iter().map(|(at, place)| (*at, *place)).collect();
        addresses.sort_by_key(|(_, place)| *place);
        for (address, _) in addresses {
            let kind = address::section(address);
            bodies.entry(kind).or_default().push(address);
        }
        let listed = self.section_order();
        let place = |kind: &str| listed.iter().position(|other| *other == kind).unwrap_or(listed.len());
        bodies.sort_by(|a, _, b, _| (place(a), rank(a)).cmp(&(place(b), rank(b))));
        bodies
            .into_iter()
            .map(|(kind, addresses)| {
                if let Some(kept) = self.kept.get(kind) {
                    return Arc::clone(kept);
                }
                Arc::new(Section {
                    kind,
                    heading: self
                        .filled(&Address::heading(kind).to_string(), templates)
                        .unwrap_or_else(|| Setting { text: Cow::Owned(heading(kind)), origin: None }),
                    style: self.style(kind),
                    bold_groups: self
                        .setting(&Address::SectionKey { kind, key: address::GROUPS }.to_string())
                        .is_some_and(|setting| setting.text == grammar::BOLD),
                    entries: self.entries(kind, &addresses, layout, templates, findings),
                })
            })
            .filter(|section| !section.entries.is_empty())
            .collect()
    }

    /// The kinds that the profiles of the lineage list, merged. A child that lists kinds of its parents
    /// reorders these among themselves. New kinds go after the kind before them.
    fn section_order(&self) -> Vec<&'a str> {
        let mut merged: Vec<&'a str> = Vec::new();
        for profile in self.order {
            let own: Vec<&str> =
                self.library.profiles[*profile].section_order.iter().map(Text::as_str).collect();
            let slots: Vec<usize> = (0..merged.len()).filter(|slot| own.contains(&merged[*slot])).collect();
            let known: Vec<&str> = own.iter().copied().filter(|kind| merged.contains(kind)).collect();
            for (slot, kind) in slots.into_iter().zip(known) {
                merged[slot] = kind;
            }
            for (at, kind) in own.iter().enumerate() {
                if merged.contains(kind) {
                    continue;
                }
                // After the preceding kind; the first ones before the kind that follows them.
                let position = |kind: &&str| merged.iter().position(|other| other == kind);
                let previous = own[..at].last().and_then(position);
                let following = own[at + 1..].iter().find_map(position);
                let place = previous.map(|place| place + 1).or(following).unwrap_or(merged.len());
                merged.insert(place, kind);
            }
        }
        merged
    }

    fn style(&self, kind: &str) -> &'a model::Style {
        let styles = &self.library.config.styles;
        let named = self
            .setting(&Address::SectionKey { kind, key: address::STYLE }.to_string())
            .or_else(|| self.setting(&Address::Style.to_string()));
        let name = named.as_ref().map_or(self.library.config.style.as_str(), |setting| &setting.text);
        // An unknown name is an error when the profile is read.
        styles.get(name).unwrap_or(&styles[0])
    }

    /// The entries of a section: its own addresses, and each group at its first address.
    fn entries(
        &self,
        kind: &'a str,
        addresses: &[&'a str],
        layout: &Layouts<'a>,
        templates: &Templates<'_>,
        findings: &mut Vec<Diagnostic>,
    ) -> Vec<Entry<'a>> {
        let mut list: IndexMap<&'a str, Vec<&'a str>> = IndexMap::new();
        for address in addresses {
            let group = group_of(address).unwrap_or(address);
            list.entry(group).or_default().push(address);
        }
        let built = list.into_iter().flat_map(|(at, members)| {
            let entries = if members.contains(&at) {
                self.blocks(at, templates)
            } else {
                self.group(at, &members, layout, templates, findings).into_iter().collect()
            };
            (!entries.is_empty()).then_some((at, entries))
        });
        // An entry after a group would seem to belong to it, so groups come last.
        let is_group = |entries: &[Entry<'_>]| matches!(entries, [Entry::Group(_)]);
        let (groups, loose): (Vec<_>, Vec<_>) = built.partition(|(_, entries)| is_group(entries));
        self.ordered(kind, layout, loose.into_iter().chain(groups).collect(), findings)
    }

    fn ordered(
        &self,
        place: &'a str,
        layout: &Layouts<'a>,
        entries: Entries<'a>,
        findings: &mut Vec<Diagnostic>,
    ) -> Vec<Entry<'a>> {
        let (profile, decisions, suggestions) = (self.profile, self.decisions, Suggestions::default());
        let (entries, unnested) = nest::nested(place, profile, decisions, entries, |siblings| {
            let entries = layout.sort(place, siblings);
            List { profile, decisions, entries, suggestions: &suggestions }.ordered(findings)
        });
        findings.extend(unnested);
        entries
    }

    fn group(
        &self,
        at: &'a str,
        members: &[&'a str],
        layout: &Layouts<'a>,
        templates: &Templates<'_>,
        findings: &mut Vec<Diagnostic>,
    ) -> Option<Entry<'a>> {
        let mut group = Group { id: address::id(at), title: None, lead: None, entries: Vec::new() };
        let mut list = Vec::new();
        for address in members {
            let mut blocks = self.blocks(address, templates);
            match blocks.as_slice() {
                [Entry::Block(block)] if block.part == Part::Title => group.title = Some(block.clone()),
                [Entry::Block(block)] if block.part == Part::Lead => group.lead = Some(block.clone()),
                [] => {}
                _ => list.push((*address, std::mem::take(&mut blocks))),
            }
        }
        group.entries = self.ordered(at, layout, list, findings);
        if group.title.is_none() && group.lead.is_none() && group.entries.is_empty() {
            return None;
        }
        Some(Entry::Group(group))
    }

    /// Returns the blocks at an address: one, or several if a resolution keeps both.
    fn blocks(&self, address: &str, templates: &Templates<'_>) -> Vec<Entry<'a>> {
        let decision = &self.decisions[address];
        if decision.is_in_conflict() {
            let claim = decision.in_state(State::Conflicted).next();
            return claim.map(|claim| Entry::Conflict(&claim.address)).into_iter().collect();
        }
        if decision.set_force().is_some() && decision.subject.is_some() {
            return Vec::new(); // the rule lost to another of its subject
        }
        if let Some(block) = self.set_block(decision) {
            return vec![Entry::Block(block)];
        }
        let blocks = decision.emitted().filter_map(|claim| self.block(decision, claim, templates));
        blocks.map(Entry::Block).collect()
    }

    /// The block that a `set` resolution creates in place of all sides.
    fn set_block(&self, decision: &Decision<'a>) -> Option<persona::Block<'a>> {
        let settled = decision.resolution?;
        let Choice::Set(set) = &settled.resolution.choice else { return None };
        let sides = decision
            .disagreement
            .iter()
            .flat_map(|disagreement| &disagreement.sides)
            .map(|side| decision.claims[*side]);
        let blocks = sides.filter_map(|claim| Some((claim, claim.block()?)));
        // Sides may differ in these too, and their order is that of the sources, which must not matter.
        let (first, block) =
            blocks.min_by_key(|(_, block)| (block.part, block.under.as_ref().map(Text::as_str)))?;
        let part = match (decision.set_force(), block.part) {
            (Some(force), Part::Rule(_)) => Part::Rule(force),
            (_, part) => part,
        };
        Some(persona::Block {
            address: &first.address,
            part,
            is_numbered: is_numbered(decision),
            text: Words::from(set.value.as_str()?),
            label: None,
            why: None,
            under: block.under.as_ref(),
            depth: 0,
            origin: Origin::Resolution(settled.profile, settled.resolution),
            targets: decision
                .claims
                .iter()
                .fold(first.targets.clone(), |targets, claim| targets.or(&claim.targets)),
            force_origin: None,
            own_label: OnceLock::new(),
        })
    }

    fn block(
        &self,
        decision: &Decision<'a>,
        claim: &'a Claim,
        templates: &Templates<'_>,
    ) -> Option<persona::Block<'a>> {
        let block = claim.block()?;
        let parts = Parts::of(self.library, decision, claim);
        let is_template =
            |origin: Origin<'a>| origin.claim().is_some_and(|claim| self.library.is_template(claim.source));
        let origin = |part: Origin<'a>| claim.derivation.is_some().then_some(part);
        // The parts written by the entry below are filled in as they are there.
        let words = |own: &'a Text, part: Origin<'a>, of: fn(&Block) -> Option<&Text>| {
            let Some(claim) = part.claim() else {
                return Words { origin: origin(part), ..Words::from(own.as_str()) };
            };
            let text = claim.block().and_then(of).unwrap_or(own);
            let words = if is_template(part) { templates.fill(text) } else { Words::from(text) };
            Words { origin: origin(part), ..words }
        };
        let text = words(&block.text, parts.text, |block| Some(&block.text));
        let label = block.label.as_ref().map(|label| words(label, parts.label, |block| block.label.as_ref()));
        let why = block.why.as_ref().map(|why| words(why, parts.why, |block| block.why.as_ref()));
        // Text from fields must satisfy the rules for typed text.
        let title = (block.part == Part::Title).then_some((&block.text, &text, parts.text));
        let label_parts =
            block.label.as_ref().zip(label.as_ref()).map(|(own, words)| (own, words, parts.label));
        for (written, words, part) in title.into_iter().chain(label_parts) {
            if is_template(part) && words.text.contains('\n') {
                templates.refuse(written.span, "must be one line, but a field adds a line break");
            }
        }
        if is_template(parts.text) && text.text.trim().is_empty() {
            templates.refuse(block.text.span, "is empty after its fields are filled in");
        }
        Some(persona::Block {
            address: &claim.address,
            part: block.part,
            is_numbered: is_numbered(decision),
            text,
            label,
            why,
            under: block.under.as_ref(),
            depth: 0,
            origin: Origin::Claim(claim),
            targets: decision.targets(claim),
            force_origin: origin(parts.force),
            own_label: OnceLock::new(),
        })
    }
}

/// The address of the group that contains an address.
fn group_of(address: &str) -> Option<&str> {
    Some(address::list(address)).filter(|list| address::is_in_section(list))
}

/// Returns the marker that replaces a value in conflict.
pub(crate) fn marker(address: &str) -> String {
    format!("\u{27e6}conflict: {address}\u{27e7}")
}

/// Whether an entry is among steps: by the table of what is written, or where that is a table of rules, by the first that is
/// not. A profile may change the force of a rule there in the table of another force.
fn is_numbered(decision: &Decision<'_>) -> bool {
    let claims = decision.emitted().chain(decision.claims.iter().copied());
    let mut tables = claims.filter_map(|claim| claim.part()).map(|[_, table]| table);
    tables.find(|table| table.may_hold_rules()) == Some(Part::Step)
}
