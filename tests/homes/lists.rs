//! Only `model::wording` joins names to a list with an `and`.

use std::collections::BTreeSet;

use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, Lit, Token};

use super::product::{assert_found, each_expression};
use super::sources;

/// The file that writes lists of names.
const HOME: &str = "model/wording.rs";

/// Returns the lines of a file that format joined names and an `and` before a last one.
fn lists(source: &str) -> BTreeSet<usize> {
    let mut lines = BTreeSet::new();
    each_expression(source, &mut |expression| {
        let Expr::Macro(makro) = expression else { return };
        let list = Punctuated::<Expr, Token![,]>::parse_terminated;
        let Ok(arguments) = list.parse2(makro.mac.tokens.clone()) else { return };
        if arguments.iter().any(has_and) && arguments.iter().any(is_joined) {
            lines.insert(makro.mac.path.segments[0].ident.span().start().line);
        }
    });
    lines
}

fn has_and(argument: &Expr) -> bool {
    matches!(argument, Expr::Lit(literal)
        if matches!(&literal.lit, Lit::Str(text) if text.value().contains(" and {")))
}

/// Returns whether an argument joins names with commas.
fn is_joined(argument: &Expr) -> bool {
    matches!(argument, Expr::MethodCall(call) if call.method == "join"
        && matches!(call.args.first(), Some(Expr::Lit(literal))
            if matches!(&literal.lit, Lit::Str(text) if text.value().starts_with(','))))
}

#[test]
fn one_module_joins_names_with_an_and() {
    let mut found = Vec::new();
    for (path, source) in sources().into_iter().filter(|(path, _)| path != HOME) {
        found.extend(lists(&source).into_iter().map(|line| format!("{path}:{line}")));
    }
    assert_eq!(found, [""; 0], "use `series` or `names` of {HOME}");
}

#[test]
fn common_forms_of_joined_names_are_found() {
    let found = |source: &str| lists(source).len();
    let planted = [
        "format!(\"{} and {last}\", rest.join(\", \"))",
        "format!(\"{}, and {} others\", all[..3].join(\", \"), all.len() - 3)",
        "write!(f, \"one of {} and {}\", rest.join(\",\"), last)",
    ];
    assert_found(&planted, 1, found);
    let others = ["format!(\"{one} and {other}\")", "format!(\"{}\", all.join(\", \"))"];
    assert_found(&others, 0, found);
}
