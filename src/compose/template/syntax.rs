//! The syntax that templates may use: text, fields, filters and conditions.
//!
//! The engine knows loops, variables, macros and lists, with which a line of template makes gigabytes. None of them is
//! allowed, so every expression of a template is evaluated at most once, and its values are no longer than the texts
//! that go into it. Those are counted before anything is evaluated.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use minijinja::machinery::{Span, Token, ast, parse, tokenize};
use minijinja::syntax::SyntaxConfig;

/// The longest expression or statement, in bytes, and the number of statements that a template may
/// have. The engine's parser is recursive: beyond some size it would exhaust the stack.
const MAX_EXPRESSION: usize = 1_000;
/// See [`MAX_EXPRESSION`].
const MAX_STATEMENTS: usize = 100;

/// How many times longer a text can be after a change of case: `ΐ` in upper case has six bytes for two.
const MAX_CASE: u64 = 3;

/// The fields that a template uses, and its cost.
#[derive(Debug, Default)]
pub(super) struct Needs {
    /// The length of the texts that are written in its expressions, in bytes.
    literals: u64,
    /// How many times each field is used in expressions.
    uses: BTreeMap<String, u64>,
    /// Where a field must be a number, because a text would be repeated.
    numbers: Vec<(String, Range<usize>)>,
}

impl Needs {
    /// The fields that it asks for.
    pub(super) fn fields(&self) -> impl DoubleEndedIterator<Item = &String> {
        self.uses.keys()
    }

    /// The field that must be a number, and where, if it is none.
    pub(super) fn repeated(&self, is_text: impl Fn(&str) -> bool) -> Option<(&str, Range<usize>)> {
        let found = self.numbers.iter().find(|(name, _)| is_text(name));
        found.map(|(name, range)| (name.as_str(), range.clone()))
    }

    /// The length in bytes of all texts that go into its expressions. No value is longer than that, except for digits: an
    /// expression has room for a few hundred numbers, and each has at most 309 digits.
    pub(super) fn length(&self, length: impl Fn(&str) -> u64) -> u64 {
        self.uses
            .iter()
            .fold(self.literals, |sum, (name, times)| sum.saturating_add(times.saturating_mul(length(name))))
    }
}

/// A construct that templates may not use, and its place.
#[derive(Debug)]
pub(super) enum Refused {
    /// The engine cannot read it.
    Unreadable(minijinja::Error),
    /// An expression that is too long, or too many statements.
    TooLong(Range<usize>),
    /// Syntax of the engine that templates here have not got.
    Unknown(&'static str, Range<usize>),
    /// `*` with a text.
    Repeated(Range<usize>),
}

/// Returns the fields and limits that a template needs. Refuses constructs that are not allowed.
pub(super) fn needs(text: &str, syntax: &SyntaxConfig) -> Result<Needs, Refused> {
    measure(text, syntax)?;
    let template = parse(text, "", syntax.clone()).map_err(Refused::Unreadable)?;
    let mut walk = Walk { needs: Needs::default() };
    walk.statement(&template)?;
    Ok(walk.needs)
}

/// Refuses expressions and statements that are too long to parse.
fn measure(text: &str, syntax: &SyntaxConfig) -> Result<(), Refused> {
    let (mut start, mut statements) = (0..0, 0);
    for token in tokenize(text, false, syntax.clone()) {
        // The parser reports what cannot be read.
        let Ok((token, span)) = token else { return Ok(()) };
        match token {
            Token::TemplateData(_) => continue,
            Token::VariableStart => start = range(span),
            Token::BlockStart => {
                start = range(span);
                statements += 1;
            }
            _ => {}
        }
        let length = (span.end_offset as usize).saturating_sub(start.start);
        if length > MAX_EXPRESSION || statements > MAX_STATEMENTS {
            return Err(Refused::TooLong(start));
        }
    }
    Ok(())
}

/// A walk through a template.
struct Walk {
    needs: Needs,
}

/// Whether something in an expression may be a text when it is evaluated.
enum Kind {
    Number,
    Text,
    /// The kind of these fields.
    Fields(BTreeSet<String>),
}

impl Kind {
    fn or(self, other: Kind) -> Kind {
        match (self, other) {
            (Kind::Text, _) | (_, Kind::Text) => Kind::Text,
            (Kind::Number, kind) | (kind, Kind::Number) => kind,
            (Kind::Fields(mut one), Kind::Fields(other)) => {
                one.extend(other);
                Kind::Fields(one)
            }
        }
    }
}

impl Walk {
    fn statement(&mut self, statement: &ast::Stmt<'_>) -> Result<(), Refused> {
        match statement {
            ast::Stmt::Template(template) => self.statements(&template.children),
            ast::Stmt::EmitRaw(_) => Ok(()),
            ast::Stmt::EmitExpr(emit) => self.expression(&emit.expr, 1).map(|_| ()),
            ast::Stmt::IfCond(condition) => {
                self.expression(&condition.expr, 1)?;
                self.statements(&condition.true_body)?;
                self.statements(&condition.false_body)
            }
            ast::Stmt::ForLoop(node) => Err(unknown("`{% for %}`", node.span())),
            ast::Stmt::Set(node) => Err(unknown("`{% set %}`", node.span())),
            ast::Stmt::SetBlock(node) => Err(unknown("`{% set %}`", node.span())),
            ast::Stmt::WithBlock(node) => Err(unknown("`{% with %}`", node.span())),
            ast::Stmt::FilterBlock(node) => Err(unknown("`{% filter %}`", node.span())),
            ast::Stmt::AutoEscape(node) => Err(unknown("`{% autoescape %}`", node.span())),
            ast::Stmt::Do(node) => Err(unknown("`{% do %}`", node.span())),
        }
    }

    fn statements(&mut self, statements: &[ast::Stmt<'_>]) -> Result<(), Refused> {
        statements.iter().try_for_each(|statement| self.statement(statement))
    }

    /// Counts the input of an expression, each text `times` times.
    fn expression(&mut self, expression: &ast::Expr<'_>, times: u64) -> Result<Kind, Refused> {
        use ast::Expr;
        match expression {
            Expr::Var(field) => {
                let uses = self.needs.uses.entry(field.id.to_owned()).or_default();
                *uses = uses.saturating_add(times);
                Ok(Kind::Fields(BTreeSet::from([field.id.to_owned()])))
            }
            Expr::Const(literal) => {
                let Some(text) = literal.value.as_str() else { return Ok(Kind::Number) };
                let length = times.saturating_mul(text.len() as u64);
                self.needs.literals = self.needs.literals.saturating_add(length);
                Ok(Kind::Text)
            }
            Expr::UnaryOp(operation) => self.expression(&operation.expr, times).map(|_| Kind::Number),
            Expr::BinOp(operation) => self.operation(operation, times),
            Expr::Compare(comparison) => {
                self.expression(&comparison.expr, times)?;
                for operand in &comparison.ops {
                    let searches = matches!(operand.op, ast::CompareOpKind::In | ast::CompareOpKind::NotIn);
                    self.operand(&operand.expr, searches, times)?;
                }
                Ok(Kind::Number)
            }
            Expr::IfExpr(choice) => {
                self.expression(&choice.test_expr, times)?;
                let chosen = self.expression(&choice.true_expr, times)?;
                match &choice.false_expr {
                    Some(other) => Ok(chosen.or(self.expression(other, times)?)),
                    None => Ok(chosen),
                }
            }
            Expr::Filter(filter) => self.filter(filter, times),
            Expr::Test(test) => {
                self.expression(&test.expr, times)?;
                for argument in &test.args {
                    self.argument(argument, times)?;
                }
                Ok(Kind::Number)
            }
            Expr::Call(node) => Err(unknown("function calls", node.span())),
            Expr::GetAttr(node) => Err(unknown("`.`", node.span())),
            Expr::GetItem(node) => Err(unknown("`[...]`", node.span())),
            Expr::Slice(node) => Err(unknown("`[...]`", node.span())),
            Expr::List(node) => Err(unknown("lists, except after `in`", node.span())),
            Expr::Tuple(node) => Err(unknown("tuples", node.span())),
            Expr::Map(node) => Err(unknown("maps", node.span())),
        }
    }

    fn operation(&mut self, operation: &ast::Spanned<ast::BinOp<'_>>, times: u64) -> Result<Kind, Refused> {
        use ast::BinOpKind as Op;
        let left = self.expression(&operation.left, times)?;
        let right = self.operand(&operation.right, matches!(operation.op, Op::In), times)?;
        match operation.op {
            Op::Mul => {
                let span = operation.span();
                match left.or(right) {
                    Kind::Number => {}
                    Kind::Text => return Err(Refused::Repeated(range(span))),
                    Kind::Fields(names) => {
                        self.needs.numbers.extend(names.into_iter().map(|name| (name, range(span))));
                    }
                }
                Ok(Kind::Number)
            }
            Op::Concat => Ok(Kind::Text),
            Op::Add | Op::ScAnd | Op::ScOr => Ok(left.or(right)),
            _ => Ok(Kind::Number),
        }
    }

    /// The right side of an operator. After one that only searches, it may be a list.
    fn operand(&mut self, operand: &ast::Expr<'_>, searches: bool, times: u64) -> Result<Kind, Refused> {
        match operand {
            ast::Expr::List(list) if searches => {
                for item in &list.items {
                    self.expression(item, times)?;
                }
                Ok(Kind::Number)
            }
            other => self.expression(other, times),
        }
    }

    fn filter(&mut self, filter: &ast::Filter<'_>, times: u64) -> Result<Kind, Refused> {
        let times = match filter.name {
            "upper" | "lower" | "title" | "capitalize" => times.saturating_mul(MAX_CASE),
            _ => times,
        };
        let mut kind = match &filter.expr {
            Some(expression) => self.expression(expression, times)?,
            None => Kind::Text,
        };
        for argument in &filter.args {
            kind = kind.or(self.argument(argument, times)?);
        }
        Ok(match filter.name {
            "length" => Kind::Number,
            "default" | "round" | "abs" => kind,
            _ => Kind::Text,
        })
    }

    fn argument(&mut self, argument: &ast::CallArg<'_>, times: u64) -> Result<Kind, Refused> {
        match argument {
            ast::CallArg::Pos(expression) | ast::CallArg::Kwarg(_, expression) => {
                self.expression(expression, times)
            }
            ast::CallArg::PosSplat(expression) | ast::CallArg::KwargSplat(expression) => {
                Err(unknown("`*` before an argument", expression.span()))
            }
        }
    }
}

fn unknown(what: &'static str, span: Span) -> Refused {
    Refused::Unknown(what, range(span))
}

fn range(span: Span) -> Range<usize> {
    span.start_offset as usize..span.end_offset as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str) -> Result<Needs, Refused> {
        needs(text, &SyntaxConfig::default())
    }

    /// The length that a template takes in, where every field has ten bytes.
    fn length(text: &str) -> u64 {
        asked(text).expect("the template is allowed").length(|_| 10)
    }

    #[test]
    fn every_text_that_goes_in_is_counted() {
        for (text, expected) in [
            ("a {{ a }} b", 10),
            ("{{ a ~ a ~ 'xyz' ~ 1 }}", 23),
            ("{{ a|upper|lower }}", 90),
            ("{{ a|default(b ~ b) }}{{ 'xy' if a == b else c }}", 62),
            ("{% if a in ['xy', b] and not a is defined %}{{ a }}{% elif c %}{{ b|length }}{% endif %}", 62),
            ("{# {{ a }} #}{% raw %}{{ a }}{% endraw %}", 0),
        ] {
            assert_eq!(length(text), expected, "{text}");
        }
    }

    #[test]
    fn templates_that_expand_too_far_are_refused() {
        for text in [
            "{% set a = a ~ a %}{{ a }}",
            "{% set a %}{{ a }}{{ a }}{% endset %}",
            "{% for x in a %}x{% endfor %}",
            "{% for x in [1, 2] recursive %}{{ loop([x]) }}{% endfor %}",
            "{% with a = a ~ a %}{{ a }}{% endwith %}",
            "{% filter upper %}{{ a }}{% endfilter %}",
            "{% autoescape true %}{{ a }}{% endautoescape %}",
            "{% do a() %}",
            "{{ range(9) }}",
            "{{ a.replace('x', a) }}",
            "{{ a.b }}",
            "{{ a[0] }}",
            "{{ a[::2] }}",
            "{{ [a, a] }}",
            "{{ [a, a] == [a, a] }}",
            "{{ ([a] + [a])|length }}",
            "{{ (a, a) }}",
            "{{ {'a': a} }}",
            "{{ a in [[a, a]] }}",
            "{{ a|default(*a) }}",
            "{% if [a] %}x{% endif %}",
            "{{ a if [a] else b }}",
            "{{ 'x' if {} else b }}",
        ] {
            assert!(matches!(asked(text), Err(Refused::Unknown(..))), "{text}: {:?}", asked(text));
        }
        for text in
            ["{% macro m() %}{% endmacro %}", "{% include 'a' %}", "{% extends 'a' %}", "{% block a %}"]
        {
            assert!(matches!(asked(text), Err(Refused::Unreadable(_))), "{text}");
        }
    }

    #[test]
    fn no_text_is_repeated() {
        for text in
            ["{{ 'x' * 9 }}", "{{ 9 * (a ~ b) }}", "{{ (1 if a else 'x') * 9 }}", "{{ (a|upper) * 9 }}"]
        {
            assert!(matches!(asked(text), Err(Refused::Repeated(_))), "{text}: {:?}", asked(text));
        }
        for text in [
            "{{ a * 9 }}",
            "{{ 9 * (b + a) }}",
            "{{ (b or a) * 9 }}",
            "{{ (a|default(1)) * b }}",
            "{{ -1 * a }}",
        ] {
            let needs = asked(text).expect("it depends on the field");
            assert!(needs.repeated(|name| name == "a").is_some(), "{text}");
            assert!(needs.repeated(|_| false).is_none(), "{text}");
        }
        assert!(asked("{{ (a|length) * 9 }}").expect("a number").repeated(|_| true).is_none());
    }

    #[test]
    fn a_long_expression_is_refused_wherever_it_seems_to_end() {
        let sum = " + 1".repeat(100_000);
        for text in [
            format!("{{{{ 1{sum} }}}}"),
            format!("{{{{ '}}}}' ~ 1{sum} }}}}"),
            format!("{{# {{{{ #}}{{{{ '{{#' ~ 1{sum} }}}}"),
            format!("{{% if '%}}' == 1{sum} %}}{{% endif %}}"),
            format!("{{{{ {}1 }}}}", "-".repeat(100_000)),
            format!("{{{{ {}1 }}}}", "(".repeat(100_000)),
            format!("{{% if a %}}x{}{{% endif %}}", "{% elif a %}x".repeat(50_000)),
            format!("{{{{ a{}", " | upper".repeat(100_000)),
        ] {
            assert!(matches!(asked(&text), Err(Refused::TooLong(_))), "{}", &text[..40]);
        }
        assert!(asked(&"\n".repeat(200_000)).is_ok());
        assert!(asked(&format!("{}{{{{ a }}}}", "\n".repeat(70_000))).is_ok());
    }
}
