//! Lists are indexed by the type of their ids, not by plain numbers.

use std::collections::BTreeSet;

use syn::{Expr, Member, Type, UnOp};

use super::product::{assert_found, each_expression};
use super::sources;

/// The file that declares ids, and indexes lists by them.
const HOME: &str = "model/ids.rs";

/// What may number a list by itself: the values of an enumeration.
const ENUMERATIONS: [&str; 3] = ["self", "force", "holding.status"];

/// Methods that take an index.
const METHODS: [&str; 5] = ["get", "get_mut", "nth", "remove", "swap_remove"];

/// Returns the lines of a file that index a list by a number converted to `usize`.
fn casts(source: &str) -> BTreeSet<usize> {
    let mut lines = BTreeSet::new();
    each_expression(source, &mut |expression| match expression {
        Expr::Index(index) if has_cast(&index.index) || is_converted(&index.index) => {
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

/// Returns whether an index is a number converted to `usize`, or is calculated from one.
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

/// Returns whether an index is a number converted by `usize::from`, or is calculated from one.
fn is_converted(index: &Expr) -> bool {
    match index {
        Expr::Paren(inner) => is_converted(&inner.expr),
        Expr::Binary(both) => is_converted(&both.left) || is_converted(&both.right),
        Expr::Call(call) => {
            let Expr::Path(path) = &*call.func else { return false };
            let names: Vec<String> =
                path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            names == ["usize", "from"] && call.args.iter().any(is_number)
        }
        _ => false,
    }
}

/// Returns whether an expression may be a number: it is no comparison, and its name is not that of a truth value.
fn is_number(expression: &Expr) -> bool {
    match expression {
        Expr::Path(_) | Expr::Field(_) => name(expression).is_none_or(|name| !name.starts_with("is_")),
        Expr::Unary(unary) => matches!(unary.op, UnOp::Deref(_)) && is_number(&unary.expr),
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
    for (path, source) in sources().into_iter().filter(|(path, _)| path != HOME) {
        found.extend(casts(&source).into_iter().map(|line| format!("{path}:{line}")));
    }
    assert_eq!(found, [""; 0], "declare an id with `ids!` and index a `TiVec` by it");
}

#[test]
fn common_forms_of_raw_indices_are_found() {
    let found = |source: &str| casts(source).len();
    let planted = [
        "all[n as usize]",
        "all[(n) as usize + 1]",
        "all[(at.number as usize)]",
        "all.get(n as usize)",
        "all[usize::from(n)]",
        "all[usize::from(*at.number) + 1]",
        "all.iter().nth(n as usize)",
        "format!(\"{}\", all[n as usize])",
    ];
    assert_found(&planted, 1, found);
    let others = [
        "sides[usize::from(is_left)]",
        "sides[usize::from(n == 1)]",
        "Force::ALL[self as usize]",
        "labels[force as usize]",
        "all[n]",
        "all[..n as usize]",
        "n as usize",
    ];
    assert_found(&others, 0, found);
}
