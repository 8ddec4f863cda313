//! Only `model::wording` chooses between singular and plural.

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::{BinOp, Block, Expr, Lit, LitStr, Macro, Pat, Stmt};

use super::product::{assert_found, each_expression};
use super::sources;

/// The file that forms plurals.
const HOME: &str = "model/wording.rs";

/// Returns where an expression chooses between the singular and the plural of a word, whatever the condition.
fn pair(expression: &Expr) -> Option<Span> {
    let (texts, span): (Vec<&Expr>, Span) = match expression {
        Expr::If(choice) => {
            let branches = [
                Some(last(&choice.then_branch)),
                choice.else_branch.as_ref().map(|(_, other)| Some(&**other)),
            ];
            (branches.into_iter().flatten().flatten().collect(), choice.if_token.span)
        }
        Expr::Match(choice) => (choice.arms.iter().map(|arm| &*arm.body).collect(), choice.match_token.span),
        Expr::Index(index) => match peeled(&index.expr) {
            Expr::Array(array) => (array.elems.iter().collect(), index.bracket_token.span.open()),
            _ => return None,
        },
        _ => return None,
    };
    let texts: Vec<String> = texts.into_iter().filter_map(words).collect();
    let is_pair = |one: &String| texts.iter().any(|other| is_plural_of(other, one));
    texts.iter().any(is_pair).then_some(span)
}

/// Returns the last expression of a block.
fn last(block: &Block) -> Option<&Expr> {
    match block.stmts.last() {
        Some(Stmt::Expr(text, None)) => Some(text),
        _ => None,
    }
}

/// Returns the literal text of an expression, converted or formatted or not.
fn words(expression: &Expr) -> Option<String> {
    match peeled(expression) {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            Lit::Char(letter) => Some(letter.value().to_string()),
            _ => None,
        },
        Expr::MethodCall(call) if call.args.is_empty() => words(&call.receiver),
        Expr::Call(call) if call.args.len() == 1 => call.args.first().and_then(words),
        Expr::Block(block) => last(&block.block).and_then(words),
        Expr::Macro(makro) => {
            let first = makro.mac.tokens.clone().into_iter().next()?;
            syn::parse2::<LitStr>(first.into()).ok().map(|text| text.value())
        }
        _ => None,
    }
}

fn is_plural_of(plural: &str, singular: &str) -> bool {
    const IRREGULAR: [(&str, &str); 6] = [
        ("is", "are"),
        ("has", "have"),
        ("was", "were"),
        ("it", "they"),
        ("its", "their"),
        ("this", "these"),
    ];
    let ends_in_y = singular.strip_suffix('y').is_some_and(|stem| plural == format!("{stem}ies"));
    let is_word = singular.is_empty() || singular.ends_with(char::is_alphabetic);
    let is_regular = ["s", "es"].iter().any(|ending| plural.strip_suffix(ending) == Some(singular));
    is_word && is_regular || ends_in_y || IRREGULAR.contains(&(singular, plural))
}

/// Returns where an expression chooses a text by whether a number is one.
fn choice(expression: &Expr) -> Option<Span> {
    let (is_choice, span) = match expression {
        Expr::If(choice) => {
            let other = choice.else_branch.as_ref().is_some_and(|(_, other)| is_text(other));
            let is_choice =
                is_text_block(&choice.then_branch) && other || appends_letters(&choice.then_branch);
            (is_choice && is_about_one(&choice.cond), choice.if_token.span)
        }
        Expr::Match(choice) => {
            let texts: Vec<_> = choice.arms.iter().filter(|arm| is_text(&arm.body)).collect();
            let is_choice = is_about_one(&choice.expr) || texts.iter().any(|arm| is_one_in(&arm.pat));
            (texts.len() > 1 && is_choice, choice.match_token.span)
        }
        Expr::MethodCall(call) => {
            let text = |argument: &Expr| match argument {
                Expr::Closure(closure) => is_text(&closure.body),
                other => is_text(other),
            };
            let is_then = call.method == "then" || call.method == "then_some";
            (is_then && is_about_one(&call.receiver) && call.args.iter().any(text), call.method.span())
        }
        Expr::Index(index) => {
            let holds_texts = match peeled(&index.expr) {
                Expr::Array(array) => array.elems.iter().all(is_text),
                other => is_text(other),
            };
            (holds_texts && holds(&index.index, &is_about_one), index.bracket_token.span.open())
        }
        _ => return None,
    };
    is_choice.then_some(span)
}

/// Returns whether the predicate holds for an expression or a part of it.
fn holds(expression: &Expr, is_so: &dyn Fn(&Expr) -> bool) -> bool {
    struct Search<'f>(&'f dyn Fn(&Expr) -> bool, bool);
    impl<'ast> syn::visit::Visit<'ast> for Search<'_> {
        fn visit_expr(&mut self, expression: &'ast Expr) {
            self.1 |= (self.0)(expression);
            syn::visit::visit_expr(self, expression);
        }
    }
    let mut search = Search(is_so, false);
    syn::visit::Visit::visit_expr(&mut search, expression);
    search.1
}

/// Returns an expression without parentheses, references, unary operators and casts.
fn peeled(expression: &Expr) -> &Expr {
    match expression {
        Expr::Paren(inner) => peeled(&inner.expr),
        Expr::Group(inner) => peeled(&inner.expr),
        Expr::Reference(inner) => peeled(&inner.expr),
        Expr::Unary(inner) => peeled(&inner.expr),
        Expr::Cast(inner) => peeled(&inner.expr),
        other => other,
    }
}

fn is_number(expression: &Expr, wanted: &[&str]) -> bool {
    matches!(peeled(expression), Expr::Lit(literal)
        if matches!(&literal.lit, Lit::Int(number) if wanted.contains(&number.base10_digits())))
}

/// Returns whether a condition asks whether a number is one.
fn is_about_one(condition: &Expr) -> bool {
    match peeled(condition) {
        Expr::Binary(both) => match both.op {
            BinOp::And(_) | BinOp::Or(_) => is_about_one(&both.left) || is_about_one(&both.right),
            BinOp::Eq(_) | BinOp::Ne(_) => is_number(&both.left, &["1"]) || is_number(&both.right, &["1"]),
            BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_) => {
                is_number(&both.left, &["1", "2"]) || is_number(&both.right, &["1", "2"])
            }
            _ => false,
        },
        Expr::Let(matched) => is_one_in(&matched.pat),
        Expr::Macro(makro) if makro.mac.path.is_ident("matches") => {
            makro.mac.tokens.to_string().rsplit(',').next().is_some_and(|pattern| pattern.trim() == "1")
        }
        Expr::MethodCall(call) if call.method == "eq" || call.method == "ne" => {
            call.args.iter().chain([&*call.receiver]).any(|side| is_number(side, &["1"]))
        }
        Expr::Block(block) => match block.block.stmts.as_slice() {
            [Stmt::Expr(condition, None)] => is_about_one(condition),
            _ => false,
        },
        _ => false,
    }
}

/// Returns whether a pattern matches one, or is a range with an end at one or two.
fn is_one_in(pattern: &Pat) -> bool {
    match pattern {
        Pat::Lit(literal) => matches!(&literal.lit, Lit::Int(number) if number.base10_digits() == "1"),
        Pat::Range(range) => {
            [&range.start, &range.end].into_iter().flatten().any(|end| is_number(end, &["1", "2"]))
        }
        Pat::Or(any) => any.cases.iter().any(is_one_in),
        Pat::Tuple(all) => all.elems.iter().any(is_one_in),
        Pat::Guard(guarded) => is_one_in(&guarded.pat) || is_about_one(&guarded.guard),
        Pat::Paren(inner) => is_one_in(&inner.pat),
        Pat::Reference(inner) => is_one_in(&inner.pat),
        Pat::Ident(named) => named.subpat.as_ref().is_some_and(|(_, inner)| is_one_in(inner)),
        _ => false,
    }
}

/// Returns whether an expression is a literal text, converted or not.
fn is_text(expression: &Expr) -> bool {
    match peeled(expression) {
        Expr::Lit(literal) => matches!(literal.lit, Lit::Str(_) | Lit::Char(_)),
        Expr::MethodCall(call) => call.args.is_empty() && is_text(&call.receiver),
        Expr::Call(call) => call.args.len() == 1 && call.args.iter().all(is_text),
        Expr::Macro(makro) => is_format(&makro.mac),
        Expr::Block(block) => is_text_block(&block.block),
        _ => false,
    }
}

fn is_text_block(block: &Block) -> bool {
    matches!(block.stmts.last(), Some(Stmt::Expr(text, None)) if is_text(text))
        || matches!(block.stmts.last(), Some(Stmt::Macro(makro))
            if makro.semi_token.is_none() && is_format(&makro.mac))
}

/// Returns whether a block appends literal letters to a text, such as an ending.
fn appends_letters(block: &Block) -> bool {
    let is_letters = |text: &str| !text.is_empty() && text.chars().all(char::is_alphabetic);
    let has_letters = |expression: &Expr| match peeled(expression) {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => is_letters(&text.value()),
            Lit::Char(letter) => letter.value().is_alphabetic(),
            _ => false,
        },
        _ => false,
    };
    block.stmts.iter().any(|statement| match statement {
        Stmt::Expr(Expr::MethodCall(call), _) => {
            (call.method == "push" || call.method == "push_str") && call.args.iter().any(has_letters)
        }
        Stmt::Expr(Expr::Binary(both), _) => {
            matches!(both.op, BinOp::AddAssign(_)) && has_letters(&both.right)
        }
        _ => false,
    })
}

/// Returns whether a macro formats a text with literal words.
fn is_format(makro: &Macro) -> bool {
    let first = makro.tokens.clone().into_iter().next();
    let text = first
        .and_then(|token| syn::parse2::<LitStr>(token.into()).ok())
        .map_or(String::new(), |text| text.value());
    let mut depth = 0;
    let has_words = text.chars().any(|letter| {
        depth += i32::from(letter == '{') - i32::from(letter == '}');
        depth == 0 && letter.is_alphabetic()
    });
    makro.path.is_ident("format") && has_words
}

/// Returns the lines of a file that choose between singular and plural.
fn choices(source: &str) -> BTreeSet<usize> {
    let mut lines = BTreeSet::new();
    each_expression(source, &mut |expression| {
        lines.extend(choice(expression).or_else(|| pair(expression)).map(|span| span.start().line));
    });
    lines
}

#[test]
fn one_module_chooses_between_one_and_many() {
    let mut found = Vec::new();
    for (path, source) in sources().into_iter().filter(|(path, _)| path != HOME) {
        found.extend(choices(&source).into_iter().map(|line| format!("{path}:{line}")));
    }
    assert_eq!(found, [""; 0], "use `plural`, `count` or `one_or_many` of {HOME}");
}

#[test]
fn common_forms_of_the_choice_are_found() {
    let found = |source: &str| choices(source).len();
    let planted = [
        "if n == 1 { \"file\" } else { \"files\" }",
        "if 1 == n { \"file\" } else { \"files\" }",
        "if (n) != (1usize) { \"s\" } else { \"\" }",
        "if all.len() > 1 { \"s\" } else { \"\" }",
        "if n < 2 { \"is\".to_owned() } else { String::from(\"are\") }",
        "if *n == 0x1 as usize { \"file\" } else { \"files\" }",
        "if !(n == 1) { \"s\" } else { \"\" }",
        "if let 1 = n { \"file\" } else { \"files\" }",
        "if matches!(n, 1) { \"file\" } else { \"files\" }",
        "if n.eq(&1) { \"file\" } else { \"files\" }",
        "if n == 1 { format!(\"one file\") } else { format!(\"{n} files\") }",
        "match n { 1 => \"file\", _ => \"files\" }",
        "match n { 0 => \"none\", 1 => { \"file\" } 2.. => \"files\" }",
        "match (n, x) { (1, _) => \"file\", _ => \"files\" }",
        "match n == 1 { true => \"file\", false => \"files\" }",
        "match n { n if n == 1 => \"file\", _ => \"files\" }",
        "match n { 0 | 1 => \"\", _ => \"s\" }",
        "(n == 1).then_some(\"file\").unwrap_or(\"files\")",
        "(n != 1).then(|| \"s\").unwrap_or_default()",
        "[\"files\", \"file\"][usize::from(n == 1)]",
        "&\"s\"[usize::from(n == 1)..]",
        "format!(\"{n} file{}\", if n == 1 { \"\" } else { \"s\" })",
        "bail!(\"{} file{}\", n, match n { 1 => '\\0', _ => 's' })",
        "vec![if n == 1 { \"file\" } else { \"files\" }]",
        "if n != 1 { word.push('s'); }",
        "if n > 1 { word += \"s\"; }",
        "if n == 1 { word.push_str(\"y\") } else { word.push_str(\"ies\") }",
        "if n == ONE { \"file\" } else { \"files\" }",
        "if let [_] = all { \"file\" } else { \"files\" }",
        "if is_single { \"is\" } else { \"are\" }",
        "match n.checked_sub(1) { Some(0) => \"entry\", _ => \"entries\" }",
        "match all.as_slice() { [_] => format!(\"class\"), _ => \"classes\".to_owned() }",
        "if is_single { \"\" } else { \"s\" }",
        "[\"files\", \"file\"][is_single]",
    ];
    assert_found(&planted, 1, found);
    let others = [
        "if n == 2 { \"pair\" } else { \"more\" }",
        "if n == 1 { one(x) } else { many(x) }",
        "if n + 1 == last { \"\" } else { \", \" }",
        "match n { 1 => one(), _ => \"many\" }",
        "[\"a\", \"b\"][n]",
        "if is_open { \"pass\" } else { \"fail\" }",
        "match key { \"class\" => 1, \"classes\" => 2 }",
    ];
    assert_found(&others, 0, found);
}
