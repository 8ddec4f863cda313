//! Finds the paths of the crate that a source file names: in `use` trees, expressions, types, patterns and
//! macros.

use std::path::{Component, Path};

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{ItemMod, ItemUse, Macro, MetaList, UseTree, Visibility};

/// A path from the crate root, without `crate`, and its line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Import {
    pub(crate) line: usize,
    pub(crate) path: Vec<String>,
}

/// Returns the module of a file below `src`: `compose/merge/mod.rs` is `compose`, `merge`.
pub(crate) fn module(below_src: &Path) -> Vec<String> {
    let stem = below_src.with_extension("");
    let names = stem.components().filter_map(|part| match part {
        Component::Normal(name) => name.to_str().map(str::to_owned),
        _ => None,
    });
    let mut names: Vec<String> = names.collect();
    if names.last().is_some_and(|name| ["mod", "lib", "main"].contains(&name.as_str())) {
        names.pop();
    }
    names
}

/// Returns every path of the crate that a module names, in source order. Paths that start with `self` or
/// `super` are resolved; names that are already in scope do not count again.
pub(crate) fn imports(module: &[String], source: &str) -> syn::Result<Vec<Import>> {
    let file = syn::parse_file(source)?;
    let mut walk = Walk { module: module.to_owned(), found: Vec::new() };
    walk.visit_file(&file);
    Ok(walk.found)
}

struct Walk {
    module: Vec<String>,
    found: Vec<Import>,
}

impl Walk {
    /// Adds a path, given by its segments, if it starts with `crate`, `self` or `super`.
    fn add(&mut self, span: Span, segments: &[String]) {
        let mut at = match segments.first().map(String::as_str) {
            Some("crate") => Vec::new(),
            Some("self" | "super") => self.module.clone(),
            _ => return,
        };
        for segment in segments {
            match segment.as_str() {
                "crate" | "self" => {}
                "super" => drop(at.pop()),
                name => at.push(name.to_owned()),
            }
        }
        self.found.push(Import { line: span.start().line, path: at });
    }

    fn tree(&mut self, before: &[String], tree: &UseTree) {
        let and = |ident: &Ident| [before, &[ident.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.tree(&and(&path.ident), &path.tree),
            UseTree::Name(name) => self.add(name.ident.span(), &and(&name.ident)),
            UseTree::Rename(rename) => self.add(rename.ident.span(), &and(&rename.ident)),
            UseTree::Glob(glob) => self.add(glob.star_token.spans[0], before),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(before, tree)),
        }
    }

    /// Adds the paths in the tokens of a macro, which may be expressions or whole items.
    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(ident) if ident == "crate" || ident == "super" || ident == "self" => {
                    at = self.token_path(&[], &tokens, at);
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// Reads a path or `use` tree that begins at a token. Returns the index of the next token.
    fn token_path(&mut self, before: &[String], tokens: &[TokenTree], mut at: usize) -> usize {
        let is_colon =
            |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(sign)) if sign.as_char() == ':');
        let mut path = before.to_owned();
        let mut span = Span::call_site();
        loop {
            match tokens.get(at) {
                Some(TokenTree::Ident(ident)) => {
                    span = ident.span();
                    path.push(ident.to_string());
                }
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    let is_comma =
                        |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ',');
                    for part in inner.split(is_comma).filter(|part| !part.is_empty()) {
                        self.token_path(&path, part, 0);
                    }
                    return at + 1;
                }
                _ => break,
            }
            at += 1;
            if !(is_colon(at) && is_colon(at + 1)) {
                break;
            }
            at += 2;
        }
        // `self` alone is a value, and `crate` alone is a visibility.
        if path.len() > 1 {
            self.add(span, &path);
        }
        at
    }
}

impl<'s> Visit<'s> for Walk {
    fn visit_item_use(&mut self, item: &'s ItemUse) {
        self.tree(&[], &item.tree);
    }

    fn visit_item_mod(&mut self, item: &'s ItemMod) {
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_path(&mut self, path: &'s syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if let Some(first) = path.segments.first().filter(|_| segments.len() > 1) {
            self.add(first.ident.span(), &segments);
        }
        visit::visit_path(self, path);
    }

    /// `pub(in crate::room)` imports nothing.
    fn visit_visibility(&mut self, _: &'s Visibility) {}

    fn visit_macro(&mut self, called: &'s Macro) {
        visit::visit_macro(self, called);
        self.tokens(called.tokens.clone());
    }

    fn visit_meta_list(&mut self, list: &'s MetaList) {
        visit::visit_meta_list(self, list);
        self.tokens(list.tokens.clone());
    }
}
