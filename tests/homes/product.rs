//! Product code as syntax: without comments, attributes and tests.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Expr, File, Item, Lit, Macro, Token};

/// A string, character or byte literal in the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) line: usize,
    pub(crate) value: String,
}

/// Returns all string, character and byte literals of a file, including those in macros, in source order. The number of a
/// dot counts as one.
pub(crate) fn texts(source: &str) -> Vec<Text> {
    let mut walk = Texts { found: Vec::new() };
    walk.visit_file(&product(source));
    walk.found
}

/// Visits every expression of a file, including those in arguments of macros.
pub(crate) fn each_expression(source: &str, see: &mut dyn FnMut(&Expr)) {
    Expressions { see }.visit_file(&product(source));
}

/// Asserts how many findings a search has in each of some expressions.
#[track_caller]
pub(crate) fn assert_found(expressions: &[&str], expected: usize, search: impl Fn(&str) -> usize) {
    for expression in expressions {
        assert_eq!(search(&format!("fn f() {{ let _ = {expression}; }}")), expected, "{expression}");
    }
}

/// A parsed file without its tests.
fn product(source: &str) -> File {
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
    let is_cfg = attribute.path().is_ident("cfg");
    attribute.path().is_ident("test")
        || is_cfg && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
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

/// The code of a dot.
const DOT: &str = "46";

struct Texts {
    found: Vec<Text>,
}

impl Texts {
    fn add(&mut self, span: Span, value: String) {
        self.found.push(Text { line: span.start().line, value });
    }

    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(_) => {
                    if let Ok(literal) = syn::parse2::<Lit>(token.into()) {
                        self.visit_lit(&literal);
                    }
                }
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Texts {
    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_macro(&mut self, makro: &'ast Macro) {
        self.tokens(makro.tokens.clone());
    }

    fn visit_lit(&mut self, literal: &'ast Lit) {
        match literal {
            Lit::Str(text) => self.add(text.span(), text.value()),
            Lit::Char(text) => self.add(text.span(), text.value().to_string()),
            Lit::Byte(text) => self.add(text.span(), char::from(text.value()).to_string()),
            Lit::ByteStr(text) => {
                self.add(text.span(), String::from_utf8_lossy(&text.value()).into_owned());
            }
            Lit::Int(number) if number.base10_digits() == DOT => self.add(number.span(), ".".to_owned()),
            _ => {}
        }
    }
}

struct Expressions<'f> {
    see: &'f mut dyn FnMut(&Expr),
}

impl<'ast> Visit<'ast> for Expressions<'_> {
    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_expr(&mut self, expression: &'ast Expr) {
        (self.see)(expression);
        visit::visit_expr(self, expression);
    }

    fn visit_macro(&mut self, makro: &'ast Macro) {
        let list = Punctuated::<Expr, Token![,]>::parse_terminated;
        if let Ok(arguments) = list.parse2(makro.tokens.clone()) {
            arguments.iter().for_each(|argument| self.visit_expr(argument));
        } else if let Ok(statements) = Block::parse_within.parse2(makro.tokens.clone()) {
            statements.iter().for_each(|statement| self.visit_stmt(statement));
        }
    }
}
