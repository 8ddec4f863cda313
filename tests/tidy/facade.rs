//! The public interface as its source declares it: what the crate root exports, and what the types of the facade show.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::{Attribute, Fields, Item, UseTree, Visibility};

/// What the facade may show beside its own types. Types of a dependency would tie its users to a version of it.
const STANDARD: [&str; 18] = [
    "AsRef",
    "Error",
    "FnMut",
    "Formatter",
    "IntoIterator",
    "Into",
    "Item",
    "Iterator",
    "Option",
    "Path",
    "Result",
    "Self",
    "String",
    "Vec",
    "bool",
    "fmt",
    "str",
    "usize",
];

/// Every public item of a crate root that is neither an export of the facade nor the hidden entry of the program.
pub(crate) fn exposed(lib: &str) -> Vec<String> {
    let file = syn::parse_file(lib).expect("sources parse");
    let mut exposed = Vec::new();
    for item in file.items {
        let (visibility, name) = match item {
            Item::Use(item) if is_public(&item.vis) => {
                let is_facade = match &item.tree {
                    UseTree::Path(path) if path.ident == "api" => !matches!(*path.tree, UseTree::Glob(_)),
                    UseTree::Path(path) if path.ident == "model" => {
                        matches!(&*path.tree, UseTree::Name(name) if name.ident == "Severity")
                    }
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

/// What is wrong with the public types of the facade: types that can grow and do not say so, and types that are not
/// its own.
pub(crate) fn objections(api: &str) -> Vec<String> {
    let file = syn::parse_file(api).expect("sources parse");
    let mut own: BTreeSet<String> = STANDARD.iter().map(|name| (*name).to_owned()).collect();
    own.insert("Severity".to_owned());
    for item in &file.items {
        match item {
            Item::Struct(item) if is_public(&item.vis) => drop(own.insert(item.ident.to_string())),
            Item::Enum(item) if is_public(&item.vis) => drop(own.insert(item.ident.to_string())),
            _ => {}
        }
    }
    let mut shown = Shown { own, objections: Vec::new() };
    for item in &file.items {
        match item {
            Item::Struct(item) if is_public(&item.vis) => {
                shown.fields(&item.fields, false);
                let grows = item.fields.iter().any(|field| is_public(&field.vis));
                shown.growth(&item.ident, grows, &item.attrs);
            }
            Item::Enum(item) if is_public(&item.vis) => {
                item.variants.iter().for_each(|variant| shown.fields(&variant.fields, true));
                shown.growth(&item.ident, true, &item.attrs);
            }
            Item::Impl(item) if item.trait_.is_none() => {
                for member in &item.items {
                    if let syn::ImplItem::Fn(function) = member
                        && is_public(&function.vis)
                    {
                        shown
                            .own
                            .extend(function.sig.generics.type_params().map(|param| param.ident.to_string()));
                        shown.visit_signature(&function.sig);
                    }
                }
            }
            _ => {}
        }
    }
    shown.objections
}

struct Shown {
    own: BTreeSet<String>,
    objections: Vec<String>,
}

impl Shown {
    fn fields(&mut self, fields: &Fields, all: bool) {
        for field in fields.iter().filter(|field| all || is_public(&field.vis)) {
            self.visit_type(&field.ty);
        }
    }

    fn growth(&mut self, name: &syn::Ident, grows: bool, attributes: &[Attribute]) {
        if grows && !attributes.iter().any(|attribute| attribute.path().is_ident("non_exhaustive")) {
            self.objections.push(format!("{name} is not #[non_exhaustive]"));
        }
    }
}

impl<'s> Visit<'s> for Shown {
    fn visit_path(&mut self, path: &'s syn::Path) {
        for segment in &path.segments {
            if !self.own.contains(&segment.ident.to_string()) {
                self.objections.push(format!("{} is no type of the facade", segment.ident));
            }
        }
        visit::visit_path(self, path);
    }
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
