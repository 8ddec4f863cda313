//! Personas: the result of a composition, ready to be rendered.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use super::layout::Layouts;
use super::origin::Origin;
use super::words::Words;
use crate::model::{
    AddressBuf, BODY, DESCRIPTION, Datum, Key, LOADING, Loading, MODEL, PATHS, Part, Style, Target,
    TargetSet, Text, address,
};

#[derive(Debug, Clone, Default)]
pub(crate) struct Persona<'a> {
    /// The title of the document, if it has one.
    pub title: Option<Setting<'a>>,
    /// The fields, by name.
    pub fields: Vec<Field<'a>>,
    /// The tags, sorted.
    pub tags: Vec<&'a str>,
    /// The tools that may be used; `None` if there is no restriction.
    pub allow: Option<Vec<&'a str>>,
    /// The tools that may not be used.
    pub deny: Vec<&'a str>,
    /// The first origin of the list of allowed tools.
    pub allow_origin: Option<Origin<'a>>,
    /// The first origin of the list of denied tools.
    pub deny_origin: Option<Origin<'a>>,
    /// The sections in display order. The persona without one of its fragments shares those that stay the same.
    pub sections: Vec<Arc<Section<'a>>>,
    /// The targets of the persona, in order.
    pub targets: Vec<TargetSettings<'a>>,
    /// The fields that templates refer to, sorted.
    pub fields_in_text: Vec<String>,
    /// The layout settings that differ from the defaults.
    pub layout: Layouts<'a>,
}

impl<'a> Persona<'a> {
    pub(crate) fn field(&self, name: &str) -> Option<&Field<'a>> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The value of a field as text; empty without the field.
    pub(crate) fn field_text(&self, name: &str) -> String {
        self.field(name).map_or(String::new(), |field| field.value.to_string())
    }

    /// The settings for a target. A target that the profile does not list has none, but can be rendered too.
    pub(crate) fn settings(&self, target: &'static Target) -> Cow<'_, TargetSettings<'a>> {
        let settings = self.targets.iter().find(|settings| settings.target.name == target.name);
        settings.map_or_else(|| Cow::Owned(TargetSettings::none(target)), Cow::Borrowed)
    }

    /// Visits the elements of the body in display order, each with the address of the list that it belongs to.
    pub(crate) fn visit<'p>(&'p self, mut visit: impl FnMut(&str, Element<'p, 'a>)) {
        for section in &self.sections {
            visit("", Element::Section(section));
            visit_entries(section.kind, &section.entries, &mut visit);
        }
    }

    /// The value of a key of an output, with its origin: that of `[target.NAME]`, else the field of that name.
    pub(crate) fn value<'p>(
        &'p self,
        settings: &'p TargetSettings<'a>,
        key: &str,
    ) -> Option<(&'p Datum, Option<Origin<'a>>)> {
        if let Some((_, datum, origin)) = settings.values.iter().find(|(name, ..)| *name == key) {
            return Some((datum, *origin));
        }
        if let Some((_, datum, origin)) = settings.loaded.iter().find(|(name, ..)| *name == key) {
            return Some((datum, *origin));
        }
        let field = self.field(&settings.target.key(key)?.field()?)?;
        Some((&field.value, field.origin))
    }

    /// The model that an output names; the first of several. `None` if it names none, or its target has no model.
    pub(crate) fn model<'p>(&'p self, settings: &'p TargetSettings<'a>) -> Option<&'p str> {
        let key = settings.target.key(MODEL)?;
        match self.value(settings, key.name)?.0 {
            Datum::List(models) => models.first()?.as_str(),
            model => model.as_str(),
        }
    }

    /// The blocks at an address: several if a resolution keeps more than one version.
    pub(crate) fn blocks_at(&self, address: &str) -> impl Iterator<Item = &Block<'a>> {
        let section = address::section(address);
        let sections = self.sections.iter().filter(move |known| known.kind == section);
        sections.flat_map(|section| section.blocks()).filter(move |block| block.address.as_str() == address)
    }

    /// Whether an output of the persona is one of these.
    pub(crate) fn is_in(&self, settings: &TargetSettings<'a>, outputs: &TargetSet) -> bool {
        outputs.has(settings.target, self.model(settings))
    }

    /// These outputs, or none if the persona has none of them. An abstract profile leaves its outputs to its children.
    pub(crate) fn reach(&self, outputs: &TargetSet) -> TargetSet {
        let has = |settings: &TargetSettings<'a>| self.is_in(settings, outputs);
        match self.targets.is_empty() || outputs.is_all() || self.targets.iter().any(has) {
            true => outputs.clone(),
            false => TargetSet::none(),
        }
    }

    /// What programs load of an output at the start.
    pub(crate) fn loading(&self, settings: &TargetSettings<'a>) -> Loading {
        settings.target.loading(|key| match key {
            DESCRIPTION => self.field(key).map(|field| &*field.value),
            key => self.value(settings, key).map(|(datum, _)| datum),
        })
    }

    /// The persona without the parts that an output does not have, and with the macros that its program replaces; `None` if it
    /// has all parts and no macros.
    pub(crate) fn limited_to(&self, settings: &TargetSettings<'a>) -> Option<Persona<'a>> {
        let (target, model) = (settings.target, self.model(settings));
        let macros: Vec<&str> = target.macros.iter().map(|known| known.name).collect();
        let has_macros = |words: &Words<'_>| words.fills_in(&macros);
        let is_whole = |block: &Block<'_>| block.targets.has(target, model) && !block.words().any(has_macros);
        if self.sections.iter().flat_map(|section| section.blocks()).all(is_whole) {
            return None;
        }
        let mut limited = self.clone();
        for section in &mut limited.sections {
            let entries = &mut Arc::make_mut(section).entries;
            entries.retain_mut(|entry| entry.limit_to(target, model));
            if !macros.is_empty() {
                entries.iter_mut().for_each(|entry| entry.put_macros(&macros));
            }
        }
        limited.sections.retain(|section| !section.entries.is_empty());
        Some(limited)
    }
}

/// An element of the body of a persona.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Element<'p, 'a> {
    Section(&'p Section<'a>),
    /// A group, whose title, lead and entries follow.
    Group(&'p Group<'a>),
    Block(&'p Block<'a>),
    /// An address whose claims are in conflict.
    Conflict(&'a AddressBuf),
}

fn visit_entries<'p, 'a>(
    list: &str,
    entries: &'p [Entry<'a>],
    visit: &mut impl FnMut(&str, Element<'p, 'a>),
) {
    for entry in entries {
        match entry {
            Entry::Block(block) => visit(list, Element::Block(block)),
            Entry::Conflict(address) => visit(list, Element::Conflict(address)),
            Entry::Group(group) => {
                visit(list, Element::Group(group));
                let below = address::below(list, group.id);
                for block in group.title.iter().chain(&group.lead) {
                    visit(&below, Element::Block(block));
                }
                visit_entries(&below, &group.entries, visit);
            }
        }
    }
}

/// A setting and its origin.
#[derive(Debug, Clone)]
pub(crate) struct Setting<'a> {
    pub text: Cow<'a, str>,
    /// Its origin; nothing for a default.
    pub origin: Option<Origin<'a>>,
}

#[derive(Debug, Clone)]
pub(crate) struct Field<'a> {
    pub name: &'a str,
    /// Its value; a marker if claims are in conflict.
    pub value: Cow<'a, Datum>,
    /// Its origin; nothing for a default or a conflict.
    pub origin: Option<Origin<'a>>,
}

#[derive(Debug, Clone)]
pub(crate) struct Section<'a> {
    pub kind: &'a str,
    /// Its heading; empty for a section without one.
    pub heading: Setting<'a>,
    /// The style of its rules.
    pub style: &'a Style,
    /// Whether the titles of its groups are bold lines instead of headings.
    pub bold_groups: bool,
    /// Its entries in display order.
    pub entries: Vec<Entry<'a>>,
}

/// An entry of a section or group.
#[expect(clippy::large_enum_variant, reason = "nearly every entry is a block")]
#[derive(Debug, Clone)]
pub(crate) enum Entry<'a> {
    Block(Block<'a>),
    /// A group of entries under a title or lead.
    Group(Group<'a>),
    /// An address whose claims are in conflict.
    Conflict(&'a AddressBuf),
}

impl<'a> Section<'a> {
    /// The blocks of the section, including those in groups.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = &Block<'a>> {
        self.entries.iter().flat_map(|entry| {
            let (own, group) = match entry {
                Entry::Block(block) => (Some(block), None),
                Entry::Group(group) => (None, Some(group)),
                Entry::Conflict(_) => (None, None),
            };
            own.into_iter().chain(group.into_iter().flat_map(Group::blocks))
        })
    }
}

impl<'a> Group<'a> {
    /// Its title, its lead and the blocks among its entries.
    fn blocks(&self) -> impl Iterator<Item = &Block<'a>> {
        let entries = self.entries.iter().filter_map(|entry| match entry {
            Entry::Block(block) => Some(block),
            _ => None,
        });
        self.title.iter().chain(&self.lead).chain(entries)
    }
}

impl<'a> Entry<'a> {
    /// Removes the parts that an output does not have. Returns whether anything is left.
    fn limit_to(&mut self, target: &Target, model: Option<&str>) -> bool {
        match self {
            Entry::Block(block) => block.targets.has(target, model),
            Entry::Conflict(_) => true,
            Entry::Group(group) => {
                group.entries.retain_mut(|entry| entry.limit_to(target, model));
                for heading in [&mut group.title, &mut group.lead] {
                    heading.take_if(|block| !block.targets.has(target, model));
                }
                group.title.is_some() || group.lead.is_some() || !group.entries.is_empty()
            }
        }
    }

    /// Puts macros where templates filled in fields of these names.
    fn put_macros(&mut self, macros: &[&str]) {
        match self {
            Entry::Block(block) => block.put_macros(macros),
            Entry::Conflict(_) => {}
            Entry::Group(group) => {
                group.title.iter_mut().chain(&mut group.lead).for_each(|block| block.put_macros(macros));
                group.entries.iter_mut().for_each(|entry| entry.put_macros(macros));
            }
        }
    }

    /// The id in `under`: the entry that this one is nested under.
    pub(crate) fn under(&self) -> Option<&'a Text> {
        match self {
            Entry::Block(block) => block.under,
            Entry::Group(_) | Entry::Conflict(_) => None,
        }
    }

    /// The number of entries that the entry is under.
    pub(crate) fn depth(&self) -> usize {
        match self {
            Entry::Block(block) => block.depth,
            Entry::Group(_) | Entry::Conflict(_) => 0,
        }
    }

    /// The id of the entry in its list.
    pub(crate) fn id(&self) -> &str {
        match self {
            Entry::Block(block) => block.address.id(),
            Entry::Group(group) => group.id,
            Entry::Conflict(address) => address.id(),
        }
    }
}

/// A group of entries under a title or lead.
#[derive(Debug, Clone)]
pub(crate) struct Group<'a> {
    pub id: &'a str,
    pub title: Option<Block<'a>>,
    /// The text that introduces it.
    pub lead: Option<Block<'a>>,
    pub entries: Vec<Entry<'a>>,
}

/// A block of text.
#[derive(Debug, Clone)]
pub(crate) struct Block<'a> {
    pub address: &'a AddressBuf,
    /// The part of the section. For a rule, it holds the force after merging.
    pub part: Part,
    /// Whether it has a number: a step, or a rule among steps.
    pub is_numbered: bool,
    pub text: Words<'a>,
    /// The label before the text.
    pub label: Option<Words<'a>>,
    /// The reason after the text.
    pub why: Option<Words<'a>>,
    /// The id of the entry that it is printed under.
    pub under: Option<&'a Text>,
    /// The number of entries that it is under, one under the other. They come before it in its list.
    pub depth: usize,
    pub origin: Origin<'a>,
    /// The outputs that have it.
    pub targets: TargetSet,
    /// Who gave the rule its force, if that is not the origin of the block.
    pub force_origin: Option<Origin<'a>>,
    /// The length of the words of its own force that a rule's text begins with. The renderer looks once for all outputs.
    pub own_label: OnceLock<Option<usize>>,
}

impl<'a> Block<'a> {
    fn words(&self) -> impl Iterator<Item = &Words<'a>> {
        [&self.text].into_iter().chain(&self.label).chain(&self.why)
    }

    /// Puts macros where templates filled in fields of these names.
    fn put_macros(&mut self, macros: &[&str]) {
        for words in [&mut self.text].into_iter().chain(&mut self.label).chain(&mut self.why) {
            let template = words.written.map(|written| written.value.as_str());
            if let Some(changed) = template.and_then(|template| words.with_macros(template, macros)) {
                *words = changed;
                self.own_label = OnceLock::new();
            }
        }
    }
}

/// A target of a persona with its settings.
#[derive(Debug, Clone)]
pub(crate) struct TargetSettings<'a> {
    pub target: &'static Target,
    /// The path that the profile sets; nothing for the default path.
    pub path: Option<Setting<'a>>,
    /// The declared name that the profile gives; nothing for the profile's id.
    pub name: Option<Setting<'a>>,
    /// The layout of its front matter; `None` for the usual one.
    pub front_matter: Option<(Cow<'a, Datum>, Origin<'a>)>,
    /// The values of its keys, in the order of the target's table.
    pub values: Vec<(&'static str, Cow<'a, Datum>, Option<Origin<'a>>)>,
    /// The values that the fields give the keys which decide when a rule is loaded.
    pub loaded: Vec<(&'static str, Datum, Option<Origin<'a>>)>,
}

impl<'a> TargetSettings<'a> {
    /// How its front matter is typed, if the profile types it.
    pub(crate) fn typed_front_matter(&self) -> Option<(&Datum, Origin<'a>)> {
        self.front_matter.as_ref().map(|(datum, origin)| (datum.as_ref(), *origin))
    }

    /// The key of the output that has the body; `None` where the output is Markdown.
    pub(crate) fn body_key(&self) -> Option<&'static str> {
        let chosen = self.values.iter().find(|(key, ..)| *key == BODY);
        self.target.form.body(chosen.and_then(|(_, datum, _)| datum.as_str()))
    }

    /// Whether a field of this name fills in one of its keys, or says when its program loads a rule.
    pub(crate) fn reads_field(&self, name: &str) -> bool {
        let body = self.body_key();
        let fills = |key: &Key| Some(key.name) != body && key.field().is_some_and(|field| field == name);
        let loads = [LOADING, PATHS].contains(&name) && self.target.switches().next().is_some();
        loads || self.target.keys.iter().any(fills)
    }

    /// The name that the output of the profile `id` declares.
    pub(crate) fn declared_name<'s>(&'s self, id: &'s str) -> &'s str {
        self.name.as_ref().map_or(id, |name| &name.text)
    }

    /// The settings of a target that a profile does not configure.
    pub(crate) fn none(target: &'static Target) -> Self {
        TargetSettings {
            target,
            path: None,
            name: None,
            front_matter: None,
            values: Vec::new(),
            loaded: Vec::new(),
        }
    }
}
