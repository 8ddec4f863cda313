//! Workspaces as data: the generator creates them, the laws change them, and cento reads them as TOML.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use camino::Utf8PathBuf;

use super::toml::{Layout, Node, Table};

/// The profile that the laws examine.
pub(crate) const ROOT: &str = "me";

/// The files of a workspace, as data.
#[derive(Clone, Default)]
pub(crate) struct Workspace {
    /// Relations between subjects: a subject, `implies` or `excludes`, and another subject.
    pub(crate) relations: BTreeSet<(&'static str, &'static str, &'static str)>,
    pub(crate) fragments: Vec<Fragment>,
    /// The profiles, parents before their children; the last one is [`ROOT`].
    pub(crate) profiles: Vec<Profile>,
}

#[derive(Clone, Default)]
pub(crate) struct Fragment {
    pub(crate) id: String,
    pub(crate) template: bool,
    pub(crate) summary: Option<&'static str>,
    pub(crate) tags: Vec<&'static str>,
    pub(crate) requires: Vec<String>,
    pub(crate) excludes: Vec<String>,
    pub(crate) fields: Vec<Field>,
    pub(crate) tools: Tools,
    pub(crate) body: Body,
}

#[derive(Clone, Default)]
pub(crate) struct Profile {
    pub(crate) id: String,
    pub(crate) is_abstract: bool,
    pub(crate) template: bool,
    pub(crate) description: Option<String>,
    pub(crate) title: Option<&'static str>,
    pub(crate) style: Option<&'static str>,
    pub(crate) combine: Option<&'static str>,
    pub(crate) extends: Vec<String>,
    pub(crate) uses: Vec<String>,
    pub(crate) drops: Vec<Drop>,
    pub(crate) tags: Vec<&'static str>,
    pub(crate) fields: Vec<Field>,
    /// Headings and styles of sections, by kind.
    pub(crate) sections: Vec<(&'static str, &'static str, Option<&'static str>)>,
    /// Its own claims, by kind.
    pub(crate) body: Vec<(&'static str, Body)>,
    pub(crate) removals: Vec<Removal>,
    pub(crate) resolutions: Vec<Resolution>,
    pub(crate) tools: Tools,
    /// The targets, each with the model that it sets.
    pub(crate) targets: Vec<(&'static str, Option<&'static str>)>,
}

#[derive(Clone)]
pub(crate) struct Drop {
    pub(crate) fragment: String,
    pub(crate) breaks_lock: bool,
}

#[derive(Clone)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) value: Node,
    pub(crate) level: &'static str,
}

#[derive(Clone, Default)]
pub(crate) struct Tools {
    pub(crate) allow: Vec<&'static str>,
    pub(crate) deny: Vec<&'static str>,
}

/// Entries and groups of one kind.
#[derive(Clone, Default)]
pub(crate) struct Body {
    pub(crate) entries: Vec<Item>,
    pub(crate) groups: Vec<Group>,
}

/// A place in a workspace that can be edited.
pub(crate) enum Spot<'w> {
    Text(&'w mut String),
    Value(&'w mut Node),
}

fn fields_spots<'w>(fields: &'w mut [Field], spots: &mut Vec<(String, Spot<'w>)>) {
    spots.extend(
        fields.iter_mut().map(|field| (format!("fields.{}", field.name), Spot::Value(&mut field.value))),
    );
}

impl Body {
    /// Returns all entries with their addresses, including those in groups.
    fn items<'b>(&'b self, kind: &str) -> Vec<(String, &'b Item)> {
        let own = self.entries.iter().map(|item| (format!("{kind}.{}", item.id), item));
        let grouped = self.groups.iter().flat_map(|group| {
            group.entries.iter().map(move |item| (format!("{kind}.{}.{}", group.id, item.id), item))
        });
        own.chain(grouped).collect()
    }

    fn spots<'w>(&'w mut self, kind: &str, spots: &mut Vec<(String, Spot<'w>)>) {
        for item in &mut self.entries {
            spots.push((format!("{kind}.{}", item.id), Spot::Text(&mut item.text)));
        }
        for group in &mut self.groups {
            let id = group.id;
            for (part, heading) in [("title", &mut group.title), ("lead", &mut group.lead)] {
                if let Some(heading) = heading {
                    spots.push((format!("{kind}.{id}.{part}"), Spot::Text(&mut heading.text)));
                }
            }
            for item in &mut group.entries {
                spots.push((format!("{kind}.{id}.{}", item.id), Spot::Text(&mut item.text)));
            }
        }
    }
}

#[derive(Clone)]
pub(crate) struct Group {
    pub(crate) id: &'static str,
    pub(crate) title: Option<Heading>,
    pub(crate) lead: Option<Heading>,
    pub(crate) entries: Vec<Item>,
}

#[derive(Clone)]
pub(crate) struct Heading {
    pub(crate) text: String,
    pub(crate) level: &'static str,
}

#[derive(Clone)]
pub(crate) struct Item {
    pub(crate) id: &'static str,
    /// Returns the name of its table: `prose`, `closing`, `items`, `steps` or a force.
    pub(crate) part: &'static str,
    pub(crate) text: String,
    pub(crate) label: Option<&'static str>,
    pub(crate) why: Option<&'static str>,
    pub(crate) about: Option<&'static str>,
    pub(crate) level: &'static str,
    pub(crate) before: Vec<String>,
    pub(crate) after: Vec<String>,
    /// Only with one of these.
    pub(crate) directly: Option<bool>,
    pub(crate) band: Option<&'static str>,
}

impl Item {
    pub(crate) fn is_rule(&self) -> bool {
        !matches!(self.part, "prose" | "closing" | "items" | "steps")
    }

    /// Returns its subject, if it is a rule.
    pub(crate) fn subject(&self) -> Option<&'static str> {
        self.is_rule().then_some(self.about.unwrap_or(self.id))
    }
}

#[derive(Clone)]
pub(crate) struct Removal {
    pub(crate) target: String,
    pub(crate) breaks_lock: bool,
}

#[derive(Clone)]
pub(crate) struct Resolution {
    pub(crate) at: String,
    /// `take`, `set` or `keep`, and its value.
    pub(crate) choice: (&'static str, Node),
    pub(crate) seen: Option<Vec<(String, String)>>,
    pub(crate) force: Option<&'static str>,
    pub(crate) breaks_lock: bool,
}

impl Fragment {
    pub(crate) fn kind(&self) -> &str {
        self.id.split('/').next().unwrap_or_default()
    }

    /// Returns the addresses that it claims, including groups.
    pub(crate) fn addresses(&self) -> Vec<String> {
        addresses(&self.fields, [(self.kind(), &self.body)])
    }
}

impl Profile {
    /// Returns the addresses that it claims, including groups.
    pub(crate) fn addresses(&self) -> Vec<String> {
        addresses(&self.fields, self.body.iter().map(|(kind, body)| (*kind, body)))
    }
}

fn addresses<'b>(fields: &[Field], bodies: impl IntoIterator<Item = (&'b str, &'b Body)>) -> Vec<String> {
    let mut addresses: Vec<String> = fields.iter().map(|field| format!("fields.{}", field.name)).collect();
    for (kind, body) in bodies {
        addresses.extend(body.entries.iter().map(|item| format!("{kind}.{}", item.id)));
        for group in &body.groups {
            addresses.push(format!("{kind}.{}", group.id));
            addresses.extend(group.entries.iter().map(|item| format!("{kind}.{}.{}", group.id, item.id)));
        }
    }
    addresses
}

impl Workspace {
    pub(crate) fn root(&mut self) -> &mut Profile {
        self.profiles.last_mut().expect("a workspace has its root")
    }

    /// Returns the fragment with this id.
    pub(crate) fn fragment(&self, id: &str) -> &Fragment {
        self.fragments.iter().find(|fragment| fragment.id == id).expect("the fragment exists")
    }

    /// Returns the profiles that the one at `index` extends, without itself.
    pub(crate) fn ancestors(&self, index: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut waiting = vec![index];
        while let Some(at) = waiting.pop() {
            for parent in &self.profiles[at].extends {
                let parent = self.profiles.iter().position(|profile| profile.id == *parent);
                waiting.extend(parent.filter(|parent| found.insert(*parent)));
            }
        }
        found
    }

    /// Returns the fragments that a profile of the root's lineage drops.
    pub(crate) fn dropped(&self) -> BTreeSet<&str> {
        let drops = self.profiles.iter().flat_map(|profile| &profile.drops);
        drops.map(|drop| drop.fragment.as_str()).collect()
    }

    /// Returns the bodies of all sources, with their kinds.
    fn bodies(&self) -> impl Iterator<Item = (&str, &Body, bool)> {
        let fragments =
            self.fragments.iter().map(|fragment| (fragment.kind(), &fragment.body, fragment.template));
        let profiles = self
            .profiles
            .iter()
            .flat_map(|profile| profile.body.iter().map(move |(kind, body)| (*kind, body, profile.template)));
        fragments.chain(profiles)
    }

    /// Returns the rules of all sources: address and subject.
    pub(crate) fn rules(&self) -> BTreeSet<(String, &'static str)> {
        let items = self.bodies().flat_map(|(kind, body, _)| body.items(kind));
        items.filter_map(|(address, item)| Some((address, item.subject()?))).collect()
    }

    /// Returns the addresses where some source uses a placeholder.
    pub(crate) fn templates(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (kind, body, _) in self.bodies().filter(|(.., is_template)| *is_template) {
            let asks = |text: &str| text.contains("{{");
            for (address, item) in body.items(kind) {
                if asks(&item.text) || item.label.is_some_and(asks) {
                    found.insert(address);
                }
            }
            for group in &body.groups {
                for (part, heading) in [("title", &group.title), ("lead", &group.lead)] {
                    if heading.as_ref().is_some_and(|heading| asks(&heading.text)) {
                        found.insert(format!("{kind}.{}.{part}", group.id));
                    }
                }
            }
        }
        found
    }

    /// Returns every text and field value with its address, for editing.
    pub(crate) fn spots(&mut self) -> Vec<(String, Spot<'_>)> {
        let mut spots = Vec::new();
        for fragment in &mut self.fragments {
            let kind = fragment.kind().to_owned();
            fields_spots(&mut fragment.fields, &mut spots);
            fragment.body.spots(&kind, &mut spots);
        }
        for profile in &mut self.profiles {
            fields_spots(&mut profile.fields, &mut spots);
            for (kind, body) in &mut profile.body {
                body.spots(kind, &mut spots);
            }
        }
        spots
    }

    /// Returns the files, by path.
    pub(crate) fn texts(&self, layout: Layout) -> BTreeMap<Utf8PathBuf, String> {
        let mut texts = BTreeMap::new();
        if !self.relations.is_empty() {
            texts.insert("cento.toml".into(), layout.print(&self.config()));
        }
        for fragment in &self.fragments {
            texts.insert(
                format!("fragments/{}.toml", fragment.id).into(),
                layout.print(&fragment.table(layout)),
            );
        }
        for profile in &self.profiles {
            texts
                .insert(format!("profiles/{}.toml", profile.id).into(), layout.print(&profile.table(layout)));
        }
        texts
    }

    fn config(&self) -> Table {
        let mut subjects: Table = Table::new();
        for (subject, relation, other) in &self.relations {
            if subjects.last().is_none_or(|(name, _)| name != subject) {
                subjects.push(((*subject).to_owned(), Node::Table(Table::new())));
            }
            let Some((_, Node::Table(relations))) = subjects.last_mut() else { continue };
            match relations.iter_mut().find(|(name, _)| name == relation) {
                Some((_, Node::List(others))) => others.push(Node::text(other)),
                _ => relations.push(((*relation).to_owned(), Node::List(vec![Node::text(other)]))),
            }
        }
        let house = vec![
            ("layout".to_owned(), Node::text("grouped")),
            ("order".to_owned(), Node::texts(["must", "never"])),
            ("labels".to_owned(), Node::Table(vec![("never".to_owned(), Node::text("**Off limits:**"))])),
        ];
        vec![
            ("styles".to_owned(), Node::Table(vec![("house".to_owned(), Node::Table(house))])),
            ("subjects".to_owned(), Node::Table(subjects)),
        ]
    }
}

/// Prints the files, so that a failing case can be read and reproduced.
impl fmt::Debug for Workspace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (path, text) in self.texts(Layout::PLAIN) {
            writeln!(f, "\n# {path}\n{}", text.trim_end())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fragment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = Layout::PLAIN.print(&self.table(Layout::PLAIN));
        writeln!(f, "\n# fragments/{}.toml\n{}", self.id, text.trim_end())
    }
}

/// Collects the keys of a table, omitting empty ones.
#[derive(Default)]
struct Keys(Table);

impl Keys {
    fn put(&mut self, key: &str, value: Node) {
        self.0.push((key.to_owned(), value));
    }

    fn flag(&mut self, key: &str, value: bool) {
        if value {
            self.put(key, Node::Truth(true));
        }
    }

    fn text(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.put(key, Node::text(value));
        }
    }

    fn texts<'t>(&mut self, key: &str, values: impl IntoIterator<Item = &'t str>) {
        let values = Node::texts(values);
        if !matches!(&values, Node::List(values) if values.is_empty()) {
            self.put(key, values);
        }
    }

    fn table(&mut self, key: &str, table: Table) {
        if !table.is_empty() {
            self.put(key, Node::Table(table));
        }
    }

    fn tables(&mut self, key: &str, tables: Vec<Table>) {
        if !tables.is_empty() {
            self.put(key, Node::List(tables.into_iter().map(Node::Table).collect()));
        }
    }

    fn level(&mut self, level: &str) {
        if level != "normal" {
            self.put("level", Node::text(level));
        }
    }
}

impl Fragment {
    fn table(&self, layout: Layout) -> Table {
        let mut keys = Keys::default();
        keys.text("summary", self.summary);
        keys.flag("template", self.template);
        keys.texts("tags", self.tags.iter().copied());
        keys.texts("requires", self.requires.iter().map(String::as_str));
        keys.texts("excludes", self.excludes.iter().map(String::as_str));
        keys.table("fields", fields(&self.fields, layout));
        keys.table("tools", self.tools.table());
        self.body.put(&mut keys, layout);
        keys.0
    }
}

impl Profile {
    fn table(&self, layout: Layout) -> Table {
        let mut keys = Keys::default();
        keys.flag("abstract", self.is_abstract);
        keys.flag("template", self.template);
        keys.text("description", self.description.as_deref());
        keys.text("title", self.title);
        keys.text("style", self.style);
        keys.text("combine", self.combine);
        keys.texts("extends", self.extends.iter().map(String::as_str));
        keys.texts("use", self.uses.iter().map(String::as_str));
        let drops: Vec<Node> = self.drops.iter().map(Drop::node).collect();
        if !drops.is_empty() {
            keys.put("drop", Node::List(drops));
        }
        keys.texts("tags", self.tags.iter().copied());
        keys.table("fields", fields(&self.fields, layout));
        let section = |(kind, heading, style): &(&'static str, &'static str, Option<&'static str>)| {
            let mut keys = Keys::default();
            keys.text("heading", Some(heading));
            keys.text("style", *style);
            let is_short = style.is_none() && !layout.verbose;
            ((*kind).to_owned(), if is_short { Node::text(heading) } else { Node::Table(keys.0) })
        };
        keys.table("sections", self.sections.iter().map(section).collect());
        let body = |(kind, body): &(&'static str, Body)| {
            let mut keys = Keys::default();
            body.put(&mut keys, layout);
            ((*kind).to_owned(), Node::Table(keys.0))
        };
        keys.table("body", self.body.iter().map(body).collect());
        keys.table("tools", self.tools.table());
        let target = |(name, model): &(&'static str, Option<&'static str>)| {
            let mut keys = Keys::default();
            keys.text("model", *model);
            ((*name).to_owned(), Node::Table(keys.0))
        };
        keys.table("target", self.targets.iter().map(target).collect());
        keys.tables("remove", self.removals.iter().map(Removal::table).collect());
        keys.tables("resolve", self.resolutions.iter().map(Resolution::table).collect());
        keys.0
    }
}

impl Drop {
    fn node(&self) -> Node {
        if !self.breaks_lock {
            return Node::text(&self.fragment);
        }
        let mut keys = Keys::default();
        keys.text("fragment", Some(&self.fragment));
        keys.flag("breaks-lock", true);
        keys.text("reason", Some("not here"));
        Node::Table(keys.0)
    }
}

impl Removal {
    fn table(&self) -> Table {
        let mut keys = Keys::default();
        keys.text("target", Some(&self.target));
        keys.flag("breaks-lock", self.breaks_lock);
        keys.text("reason", Some("not wanted here"));
        keys.0
    }
}

impl Resolution {
    fn table(&self) -> Table {
        let mut keys = Keys::default();
        keys.text("at", Some(&self.at));
        keys.put(self.choice.0, self.choice.1.clone());
        keys.text("force", self.force);
        keys.flag("breaks-lock", self.breaks_lock);
        keys.text("reason", Some("so it was decided"));
        if let Some(seen) = &self.seen {
            let seen = seen.iter().map(|(name, hash)| (name.clone(), Node::text(hash)));
            keys.put("seen", Node::Table(seen.collect()));
        }
        keys.0
    }
}

impl Tools {
    fn table(&self) -> Table {
        let mut keys = Keys::default();
        keys.texts("allow", self.allow.iter().copied());
        keys.texts("deny", self.deny.iter().copied());
        keys.0
    }
}

impl Body {
    fn put(&self, keys: &mut Keys, layout: Layout) {
        parts(&self.entries, keys, layout);
        let group = |group: &Group| {
            let mut keys = Keys::default();
            for (key, heading) in [("title", &group.title), ("lead", &group.lead)] {
                if let Some(heading) = heading {
                    keys.put(key, heading.node(layout));
                }
            }
            parts(&group.entries, &mut keys, layout);
            (group.id.to_owned(), Node::Table(keys.0))
        };
        keys.table("group", self.groups.iter().map(group).collect());
    }
}

impl Heading {
    fn node(&self, layout: Layout) -> Node {
        if self.level == "normal" && !layout.verbose {
            return Node::text(&self.text);
        }
        let mut keys = Keys::default();
        keys.text("text", Some(&self.text));
        keys.level(self.level);
        Node::Table(keys.0)
    }
}

/// Puts entries into the tables of their parts. TOML allows one table of a name, so entries of one part are
/// together.
fn parts(entries: &[Item], keys: &mut Keys, layout: Layout) {
    let mut tables: Vec<(&str, Table)> = Vec::new();
    for item in entries {
        if !tables.iter().any(|(part, _)| *part == item.part) {
            tables.push((item.part, Table::new()));
        }
        let table = tables.iter_mut().find(|(part, _)| *part == item.part);
        if let Some((_, table)) = table {
            table.push((item.id.to_owned(), item.node(layout)));
        }
    }
    for (part, table) in tables {
        keys.table(part, table);
    }
}

impl Item {
    fn node(&self, layout: Layout) -> Node {
        let mut keys = Keys::default();
        keys.text("text", Some(&self.text));
        keys.text("label", self.label);
        keys.text("why", self.why);
        keys.text("about", self.about);
        keys.level(self.level);
        keys.texts("before", self.before.iter().map(String::as_str));
        keys.texts("after", self.after.iter().map(String::as_str));
        if let Some(directly) = self.directly {
            keys.put("directly", Node::Truth(directly));
        }
        keys.text("band", self.band);
        if keys.0.len() == 1 && !layout.verbose { Node::text(&self.text) } else { Node::Table(keys.0) }
    }
}

fn fields(fields: &[Field], layout: Layout) -> Table {
    let node = |field: &Field| {
        let mut keys = Keys::default();
        keys.put("value", field.value.clone());
        keys.level(field.level);
        let is_short = field.level == "normal" && !layout.verbose;
        (field.name.to_owned(), if is_short { field.value.clone() } else { Node::Table(keys.0) })
    };
    fields.iter().map(node).collect()
}
