//! The public interface as its source declares it: what the crate root exports, and what public types show. Types and
//! traits of a dependency would tie users to a version of it.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Fields, Item, ItemImpl, ItemMacro, UseTree, Visibility};

/// The types of other rooms that the facade exports too.
const EXPORTED: [&str; 2] = ["Force", "Severity"];

/// Names that are in scope in every module: types, traits and derive macros.
const PRELUDE: &str = "AsRef AsMut Box Clone Copy Debug Default DoubleEndedIterator Drop Eq ExactSizeIterator Extend Fn \
                       FnMut FnOnce From FromIterator Hash Into IntoIterator Iterator Option Ord PartialEq PartialOrd \
                       Result Self Send Sized String Sync ToOwned ToString TryFrom TryInto Unpin Vec bool char f32 f64 \
                       i128 i16 i32 i64 i8 isize str u128 u16 u32 u64 u8 usize";

/// Attributes that add nothing to a type. `error`, `source` and `from` belong to [`DERIVES`].
const ATTRIBUTES: &str = "allow cfg derive doc error expect from inline must_use non_exhaustive source";

/// The derive macro of a dependency that implements only traits of the standard library.
const DERIVES: &str = "thiserror::Error";

/// Returns every public item of a crate root that is neither an export of the facade nor the program's hidden
/// entry point.
pub(crate) fn exposed(lib: &str) -> Vec<String> {
    let file = syn::parse_file(lib).expect("sources parse");
    let mut exposed = Vec::new();
    for item in file.items {
        let (visibility, name) = match item {
            Item::Use(item) if is_public(&item.vis) => {
                let is_facade = match &item.tree {
                    UseTree::Path(path) if path.ident == "api" => !matches!(*path.tree, UseTree::Glob(_)),
                    UseTree::Path(path) if path.ident == "model" => match &*path.tree {
                        UseTree::Group(group) => group.items.iter().all(is_exported),
                        tree => is_exported(tree),
                    },
                    _ => false,
                };
                exposed.extend((!is_facade).then(|| "use".to_owned()));
                continue;
            }
            Item::Fn(item) if item.sig.ident == "run" && is_hidden(&item.attrs) => continue,
            Item::Mod(item) => (item.vis, item.ident),
            Item::Fn(item) => (item.vis, item.sig.ident),
            Item::Struct(item) => (item.vis, item.ident),
            Item::Enum(item) => (item.vis, item.ident),
            Item::Trait(item) => (item.vis, item.ident),
            Item::Type(item) => (item.vis, item.ident),
            Item::Const(item) => (item.vis, item.ident),
            Item::Static(item) => (item.vis, item.ident),
            Item::Use(_) => continue,
            _ => panic!("lib.rs has an item of a kind that this test does not know"),
        };
        exposed.extend(is_public(&visibility).then(|| name.to_string()));
    }
    exposed
}

fn is_exported(tree: &UseTree) -> bool {
    matches!(tree, UseTree::Name(name) if EXPORTED.iter().any(|exported| name.ident == exported))
}

/// Returns the faults of the crate's public types: types that can grow but are not `#[non_exhaustive]`, and
/// dependencies that show in a signature, implementation, re-export or macro.
pub(crate) fn objections(files: &[(Vec<String>, String)]) -> Vec<String> {
    let parsed: Vec<(&[String], syn::File)> = files
        .iter()
        .map(|(module, source)| (module.as_slice(), syn::parse_file(source).expect("sources parse")))
        .collect();
    let mut public: BTreeSet<String> = EXPORTED.map(str::to_owned).into();
    public.extend(parsed.iter().flat_map(|(module, file)| public_types(module, &file.items)));
    let mut objections = Vec::new();
    for (module, file) in &parsed {
        let mut names = Names { found: BTreeMap::new() };
        names.visit_file(file);
        let mut shown = Shown {
            public: &public,
            is_facade: is_facade(module),
            names: names.found,
            generics: BTreeSet::new(),
            objections: Vec::new(),
        };
        file.items.iter().for_each(|item| shown.item(item));
        let mut implementations = Implementations { shown: &mut shown };
        implementations.visit_file(file);
        objections
            .extend(shown.objections.into_iter().map(|found| format!("{}: {found}", module.join("::"))));
    }
    objections
}

fn is_facade(module: &[String]) -> bool {
    module.first().is_some_and(|room| room == "api")
}

/// Returns the public types and traits that a module of the facade declares.
fn public_types<'f>(module: &'f [String], items: &'f [Item]) -> impl Iterator<Item = String> + 'f {
    let declared = items.iter().filter_map(|item| match item {
        Item::Struct(item) => Some((&item.vis, &item.ident)),
        Item::Enum(item) => Some((&item.vis, &item.ident)),
        Item::Union(item) => Some((&item.vis, &item.ident)),
        Item::Trait(item) => Some((&item.vis, &item.ident)),
        Item::Type(item) => Some((&item.vis, &item.ident)),
        _ => None,
    });
    let public = declared.filter(|(visibility, _)| is_public(visibility)).map(|(_, name)| name.to_string());
    public.filter(|_| is_facade(module))
}

/// Resolves the names in a file: imports to full paths, and its own items to `self` and their name.
struct Names {
    found: BTreeMap<String, Vec<String>>,
}

impl Names {
    fn tree(&mut self, before: &[String], tree: &UseTree) {
        let and = |ident: &syn::Ident| [before, &[ident.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.tree(&and(&path.ident), &path.tree),
            UseTree::Name(name) if name.ident == "self" => {
                drop(before.last().map(|last| self.found.insert(last.clone(), before.to_owned())));
            }
            UseTree::Name(name) => drop(self.found.insert(name.ident.to_string(), and(&name.ident))),
            UseTree::Rename(rename) => drop(self.found.insert(rename.rename.to_string(), and(&rename.ident))),
            UseTree::Glob(_) => {
                drop(self.found.insert(format!("{}::*", before.join("::")), before.to_owned()))
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(before, tree)),
        }
    }

    fn own(&mut self, name: &syn::Ident) {
        self.found.entry(name.to_string()).or_insert_with(|| vec!["self".to_owned(), name.to_string()]);
    }
}

impl<'s> Visit<'s> for Names {
    fn visit_item(&mut self, item: &'s Item) {
        match item {
            Item::Use(item) => self.tree(&[], &item.tree),
            Item::Struct(item) => self.own(&item.ident),
            Item::Enum(item) => self.own(&item.ident),
            Item::Union(item) => self.own(&item.ident),
            Item::Trait(item) => self.own(&item.ident),
            Item::Type(item) => self.own(&item.ident),
            Item::Mod(item) => self.own(&item.ident),
            Item::Macro(item) => drop(item.ident.as_ref().map(|name| self.own(name))),
            _ => {}
        }
        visit::visit_item(self, item);
    }
}

/// Where a path leads.
enum Leads {
    /// To the standard library, or a type parameter.
    Standard,
    /// To a public type of the crate.
    Public,
    /// To a private item of the crate.
    Private,
    /// To a dependency.
    Foreign(String),
}

/// Checks the parts of a file that other programs see.
struct Shown<'p> {
    public: &'p BTreeSet<String>,
    is_facade: bool,
    names: BTreeMap<String, Vec<String>>,
    generics: BTreeSet<String>,
    objections: Vec<String>,
}

impl Shown<'_> {
    fn leads(&self, path: &syn::Path) -> Leads {
        let mut segments: Vec<String> =
            path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let is_known =
            |name: &String| self.generics.contains(name) || PRELUDE.split(' ').any(|known| known == name);
        // An import shadows the prelude.
        if let (None, Some(full)) = (&path.leading_colon, self.names.get(&segments[0])) {
            segments.splice(0..1, full.iter().cloned());
        } else if path.leading_colon.is_none() && is_known(&segments[0]) {
            return Leads::Standard;
        }
        match segments[0].as_str() {
            "std" | "core" | "alloc" => Leads::Standard,
            "crate" | "self" | "super" => self.within(&segments),
            // An import of the file may refer to its own module or type.
            first if self.names.get(first).is_some_and(|full| full[0] == "self") => self.within(&segments),
            _ => Leads::Foreign(segments.join("::")),
        }
    }

    /// Returns where a path of the crate leads. Other rooms have types with the same names as the facade's.
    fn within(&self, segments: &[String]) -> Leads {
        let last = segments.last().map(String::as_str).unwrap_or_default();
        let is_known =
            self.is_facade || segments.get(1).is_some_and(|room| room == "api") || EXPORTED.contains(&last);
        if is_known && self.public.contains(last) { Leads::Public } else { Leads::Private }
    }

    fn item(&mut self, item: &Item) {
        let is_facade = self.is_facade;
        let is_shown = |visibility: &Visibility, name: &syn::Ident| {
            is_public(visibility) && (is_facade || EXPORTED.iter().any(|exported| name == exported))
        };
        match item {
            Item::Struct(item) if is_shown(&item.vis, &item.ident) => {
                self.attributes(&item.attrs);
                self.parameters(&item.generics);
                self.fields(&item.fields, false);
                let grows = item.fields.iter().any(|field| is_public(&field.vis));
                self.growth(&item.ident, grows, &item.attrs);
            }
            Item::Enum(item) if is_shown(&item.vis, &item.ident) => {
                self.attributes(&item.attrs);
                self.parameters(&item.generics);
                for variant in &item.variants {
                    self.attributes(&variant.attrs);
                    self.fields(&variant.fields, true);
                }
                self.growth(&item.ident, true, &item.attrs);
            }
            Item::Trait(item) if is_shown(&item.vis, &item.ident) => {
                self.attributes(&item.attrs);
                self.visit_item_trait(item);
            }
            Item::Type(item) if is_shown(&item.vis, &item.ident) => self.visit_item_type(item),
            Item::Union(item) if is_shown(&item.vis, &item.ident) => {
                self.objections.push(format!("{} is a union", item.ident));
            }
            Item::Impl(item) if item.trait_.is_none() && self.is_about_public(item) => {
                for member in &item.items {
                    match member {
                        syn::ImplItem::Fn(function) if is_public(&function.vis) => {
                            self.attributes(&function.attrs);
                            self.parameters(&function.sig.generics);
                            self.visit_signature(&function.sig);
                        }
                        syn::ImplItem::Const(constant) if is_public(&constant.vis) => {
                            self.visit_type(&constant.ty)
                        }
                        _ => {}
                    }
                }
            }
            Item::Fn(item) if is_facade && is_public(&item.vis) => {
                self.parameters(&item.sig.generics);
                self.visit_signature(&item.sig);
            }
            Item::Const(item) if is_facade && is_public(&item.vis) => self.visit_type(&item.ty),
            Item::Static(item) if is_facade && is_public(&item.vis) => self.visit_type(&item.ty),
            Item::Mod(item) if is_facade && is_public(&item.vis) => {
                self.objections.push(format!("the module {} is public", item.ident));
            }
            Item::Mod(item) if is_facade && item.content.is_some() => {
                self.objections.push(format!("the module {} has no file", item.ident));
            }
            Item::Use(item) if is_facade => self.import(&item.vis, &[], &item.tree),
            _ => {}
        }
    }

    /// Rejects globs, whose names cannot be resolved, and re-exports of anything but public types.
    fn import(&mut self, visibility: &Visibility, before: &[String], tree: &UseTree) {
        let and = |ident: &syn::Ident| [before, &[ident.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.import(visibility, &and(&path.ident), &path.tree),
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.import(visibility, before, tree))
            }
            UseTree::Glob(_) => self.objections.push(format!("{}::* is a glob", before.join("::"))),
            UseTree::Name(syn::UseName { ident }) | UseTree::Rename(syn::UseRename { ident, .. }) => {
                let is_own = self.public.contains(&ident.to_string()) && before.len() == 1;
                if is_public(visibility)
                    && !(is_own && self.names.get(&before[0]).is_some_and(|full| full[0] == "self"))
                {
                    self.objections.push(format!("{} is exported", and(ident).join("::")));
                }
            }
        }
    }

    fn attributes(&mut self, attributes: &[Attribute]) {
        for attribute in attributes {
            let name =
                attribute.path().segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
            if attribute.path().segments.len() > 1 || !ATTRIBUTES.split(' ').any(|known| known == name) {
                self.objections.push(format!("#[{name}] may add traits"));
            }
            if !attribute.path().is_ident("derive") {
                continue;
            }
            let derives = attribute
                .parse_args_with(syn::punctuated::Punctuated::<syn::Path, syn::Token![,]>::parse_terminated);
            for derived in derives.expect("derives are paths") {
                if let Leads::Foreign(path) = self.leads(&derived)
                    && path != DERIVES
                {
                    self.objections.push(format!("{path} is derived"));
                }
            }
        }
    }

    fn parameters(&mut self, generics: &syn::Generics) {
        self.generics.extend(generics.type_params().map(|param| param.ident.to_string()));
        self.visit_generics(generics);
    }

    fn fields(&mut self, fields: &Fields, all: bool) {
        for field in fields {
            self.attributes(&field.attrs);
            if all || is_public(&field.vis) {
                self.visit_type(&field.ty);
            }
        }
    }

    fn growth(&mut self, name: &syn::Ident, grows: bool, attributes: &[Attribute]) {
        if grows && !attributes.iter().any(|attribute| attribute.path().is_ident("non_exhaustive")) {
            self.objections.push(format!("{name} is not #[non_exhaustive]"));
        }
    }

    /// Returns whether an implementation is for a public type, or for a type that contains one.
    fn is_about_public(&self, item: &ItemImpl) -> bool {
        let mut mentions = Mentions { shown: self, found: false };
        mentions.visit_type(&item.self_ty);
        if let Some((path, _)) = &item.trait_ {
            mentions.visit_path(path);
        }
        mentions.found
    }
}

impl<'s> Visit<'s> for Shown<'_> {
    fn visit_path(&mut self, path: &'s syn::Path) {
        match self.leads(path) {
            Leads::Standard | Leads::Public => {}
            Leads::Private => {
                let name = path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
                self.objections.push(format!("{name} is no type of the facade"));
            }
            Leads::Foreign(path) => self.objections.push(format!("{path} is a type of a dependency")),
        }
        visit::visit_path(self, path);
    }

    fn visit_attribute(&mut self, _: &'s Attribute) {}

    fn visit_visibility(&mut self, _: &'s Visibility) {}
}

/// Returns whether a path to a public type was visited.
struct Mentions<'m, 'p> {
    shown: &'m Shown<'p>,
    found: bool,
}

impl<'s> Visit<'s> for Mentions<'_, '_> {
    fn visit_path(&mut self, path: &'s syn::Path) {
        self.found |= matches!(self.shown.leads(path), Leads::Public);
        visit::visit_path(self, path);
    }
}

/// Collects the trait implementations in a file, at any depth, and macros that may contain some.
struct Implementations<'i, 'p> {
    shown: &'i mut Shown<'p>,
}

impl<'s> Visit<'s> for Implementations<'_, '_> {
    fn visit_item_impl(&mut self, item: &'s ItemImpl) {
        // A trait of the crate is private, whatever its implementation shows.
        if let Some((path, _)) = &item.trait_
            && self.shown.is_about_public(item)
            && !matches!(self.shown.leads(path), Leads::Private)
        {
            self.shown.parameters(&item.generics);
            self.shown.visit_path(path);
            self.shown.visit_type(&item.self_ty);
            for member in &item.items {
                match member {
                    syn::ImplItem::Type(assigned) => self.shown.visit_type(&assigned.ty),
                    syn::ImplItem::Fn(function) => {
                        self.shown.parameters(&function.sig.generics);
                        self.shown.visit_signature(&function.sig);
                    }
                    _ => {}
                }
            }
        }
        visit::visit_item_impl(self, item);
    }

    fn visit_item_macro(&mut self, item: &'s ItemMacro) {
        let is_exported = item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export"));
        let is_call = item.ident.is_none();
        let is_about_public = || match self.shown.leads(&item.mac.path) {
            Leads::Foreign(_) => names_any(&item.mac.tokens, &EXPORTED),
            _ => false,
        };
        if is_exported || (is_call && (self.shown.is_facade || is_about_public())) {
            self.shown.objections.push("a macro may write what this test does not see".to_owned());
        }
    }
}

fn names_any(tokens: &TokenStream, names: &[&str]) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => names.iter().any(|name| ident == name),
        TokenTree::Group(group) => names_any(&group.stream(), names),
        _ => false,
    })
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("doc")
            && attribute.parse_args::<syn::Ident>().is_ok_and(|argument| argument == "hidden")
    })
}

/// Returns the names of public functions and types of the facade without an example that is compiled and run.
pub(crate) fn without_example(files: &[(Vec<String>, String)], wanted: &[&str]) -> Vec<String> {
    let mut missing: BTreeSet<String> = wanted.iter().map(|name| (*name).to_owned()).collect();
    for (_, source) in files.iter().filter(|(module, _)| is_facade(module)) {
        for item in syn::parse_file(source).expect("sources parse").items {
            match item {
                Item::Struct(item) if has_example(&item.attrs) => {
                    missing.remove(&item.ident.to_string());
                }
                Item::Impl(item) if item.trait_.is_none() => {
                    for member in item.items {
                        if let syn::ImplItem::Fn(function) = member
                            && has_example(&function.attrs)
                        {
                            missing.remove(&function.sig.ident.to_string());
                        }
                    }
                }
                _ => {}
            }
        }
    }
    missing.into_iter().collect()
}

/// Returns whether a doc comment has a code block that runs.
fn has_example(attributes: &[Attribute]) -> bool {
    let docs = attributes.iter().filter(|attribute| attribute.path().is_ident("doc"));
    let mut lines = docs.filter_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(syn::MetaNameValue {
            value: syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }),
            ..
        }) => Some(text.value()),
        _ => None,
    });
    lines.any(|line| line.trim() == "```")
}
