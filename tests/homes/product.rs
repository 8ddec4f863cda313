//! Product code as syntax: without comments, attributes and tests.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, File, Item, LitStr, Macro};

/// A string in the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) line: usize,
    pub(crate) value: String,
}

/// Every string of a file, those in macros included, in the order of the source.
pub(crate) fn strings(source: &str) -> Vec<Text> {
    let mut walk = Strings { found: Vec::new() };
    walk.visit_file(&product(source));
    walk.found
}

/// A parsed file without its tests.
pub(crate) fn product(source: &str) -> File {
    let mut file = syn::parse_file(source).expect("sources parse");
    remove_tests(&mut file.items);
    file
}

fn remove_tests(items: &mut Vec<Item>) {
    items.retain(|item| !attributes(item).iter().any(is_test));
    for item in items {
        if let Item::Mod(module) = item
            && let Some((_, items)) = &mut module.content
        {
            remove_tests(items);
        }
    }
}

fn is_test(attribute: &Attribute) -> bool {
    attribute.path().is_ident("test")
        || attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

struct Strings {
    found: Vec<Text>,
}

impl Strings {
    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(_) => {
                    if let Ok(text) = syn::parse2::<LitStr>(token.into()) {
                        self.visit_lit_str(&text);
                    }
                }
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Strings {
    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_macro(&mut self, makro: &'ast Macro) {
        self.tokens(makro.tokens.clone());
    }

    fn visit_lit_str(&mut self, text: &'ast LitStr) {
        self.found.push(Text { line: text.span().start().line, value: text.value() });
        visit::visit_lit_str(self, text);
    }
}
