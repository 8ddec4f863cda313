//! Lists are indexed by the type of their ids, not by plain numbers.

use std::collections::BTreeSet;

use syn::{Expr, Member, Type};

use super::product::{assert_found, each_expression};
use super::sources;

/// What may number a list by itself: the values of an enumeration.
const ENUMERATIONS: [&str; 3] = ["self", "force", "holding.status"];

/// Methods that take an index.
const METHODS: [&str; 5] = ["get", "get_mut", "nth", "remove", "swap_remove"];

/// Returns the lines of a file that index a list by a number cast to `usize`.
fn casts(source: &str) -> BTreeSet<usize> {
    let mut lines = BTreeSet::new();
    each_expression(source, &mut |expression| match expression {
        Expr::Index(index) if has_cast(&index.index) => {
            lines.insert(index.bracket_token.span.open().start().line);
        }
        Expr::MethodCall(call)
            if METHODS.iter().any(|method| call.method == method) && call.args.iter().any(has_cast) =>
        {
            lines.insert(call.method.span().start().line);
        }
        _ => {}
    });
    lines
}

/// Returns whether an index is a number cast to `usize`, or is calculated from one.
fn has_cast(index: &Expr) -> bool {
    match index {
        Expr::Paren(inner) => has_cast(&inner.expr),
        Expr::Binary(both) => has_cast(&both.left) || has_cast(&both.right),
        Expr::Cast(cast) => {
            let is_usize = matches!(&*cast.ty, Type::Path(path) if path.path.is_ident("usize"));
            is_usize && !name(&cast.expr).is_some_and(|name| ENUMERATIONS.contains(&&*name))
        }
        _ => false,
    }
}

/// Returns the name of a variable, or of a field of one.
fn name(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        Expr::Field(field) => match &field.member {
            Member::Named(member) => Some(format!("{}.{member}", name(&field.base)?)),
            Member::Unnamed(_) => None,
        },
        _ => None,
    }
}

#[test]
fn lists_are_indexed_by_typed_ids() {
    let mut found = Vec::new();
    for (path, source) in sources() {
        found.extend(casts(&source).into_iter().map(|line| format!("{path}:{line}")));
    }
    assert_eq!(found, [""; 0], "declare an id with `ids!` and index a `TiVec` by it");
}

#[test]
fn no_way_to_write_an_index_hides_it() {
    let found = |source: &str| casts(source).len();
    let planted = [
        "all[n as usize]",
        "all[(n) as usize + 1]",
        "all[(at.number as usize)]",
        "all.get(n as usize)",
        "all.iter().nth(n as usize)",
        "format!(\"{}\", all[n as usize])",
    ];
    assert_found(&planted, 1, found);
    let others =
        ["Force::ALL[self as usize]", "labels[force as usize]", "all[n]", "all[..n as usize]", "n as usize"];
    assert_found(&others, 0, found);
}
