//! Reads `[[require]]`.

use regex::RegexBuilder;
use toml::de::{DeTable, DeValue};

use super::Value;
use super::reader::{Key, Reader};
use super::target;
use crate::model::grammar::{
    Config, Except, Keys as _, LeftOut, Or, Personas, Require, Rule, Selector as Choose,
};
use crate::model::{
    Budget, Force, Measure, Pattern, RequiredField, RequiredRule, RequiredSection, Requirement, Selector,
    Span, Spanned, Text, address, codes,
};

/// The size limit of a compiled regular expression, in bytes.
const MAX_PATTERN: usize = 1 << 20;

/// Reads all `[[require]]` tables.
pub(super) fn read(reader: &mut Reader, value: &Value<'_>) -> Vec<Requirement> {
    let tables = reader.tables(Config::Require.shown(), value);
    tables.into_iter().filter_map(|(span, table)| read_one(reader, span, table)).collect()
}

fn read_one(reader: &mut Reader, span: Span, table: &DeTable<'_>) -> Option<Requirement> {
    let before = reader.findings.len();
    let (mut personas, mut rule, mut force, mut text, mut section, mut heading) =
        (None, None, None, None, None, None);
    let (mut field, mut pattern, mut reason) = (None, None, None);
    let (mut fragments, mut without, mut budgets, mut descriptions) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (key, value) in table {
        let Some(known) = reader.known::<Require>(key, value) else { continue };
        let what = known.shown();
        match known {
            Require::Personas => personas = read_selector(reader, what, value),
            Require::Rule => rule = reader.line(what, value),
            Require::Force => force = reader.choice(what, value, &Force::ALL),
            Require::Text => text = reader.filled(what, value),
            Require::Section => section = reader.line(what, value),
            Require::Heading => heading = reader.line(what, value),
            Require::Field => field = reader.line(what, value),
            Require::Matches => pattern = read_pattern(reader, what, value),
            Require::Fragment => fragments = reader.one_or_several(what, value),
            Require::Without => without = reader.one_or_several(what, value),
            Require::MaxChars => budgets.extend(read_budgets(reader, Measure::Characters, what, value)),
            Require::MaxTokens => budgets.extend(read_budgets(reader, Measure::Tokens, what, value)),
            Require::MaxDescriptionChars => {
                descriptions.extend(read_sum(reader, Measure::Characters, what, value))
            }
            Require::MaxDescriptionTokens => {
                descriptions.extend(read_sum(reader, Measure::Tokens, what, value))
            }
            Require::Reason => reason = reader.filled(what, value),
        }
    }
    reader.required::<Require>(table, Require::PLACE, span);
    check_rules(reader, span, table);
    for banned in &without {
        if let Some(wanted) = fragments.iter().find(|wanted| wanted.value == banned.value) {
            let message = format!("`{}` is both required and forbidden", banned.value);
            let finding = crate::model::Diagnostic::new(codes::BAD_VALUE, message)
                .at(banned.span, "forbidden here")
                .context(wanted.span, "required here")
                .help("delete one of them");
            reader.find(finding);
        }
    }
    if reader.findings[before..].iter().any(crate::model::Diagnostic::is_error) {
        return None;
    }
    Some(Requirement {
        span,
        personas: personas?,
        rule: rule.map(|address| RequiredRule { address, force, text }),
        section: section.map(|kind| RequiredSection { kind, heading }),
        field: field.map(|name| RequiredField { name, pattern }),
        fragments,
        without,
        budgets,
        descriptions,
        reason,
    })
}

/// Checks which keys of a requirement need each other.
fn check_rules(reader: &mut Reader, span: Span, table: &DeTable<'_>) {
    let has = |name: &str| table.contains_key(name);
    let is_alone = reader.needs::<Require>(table);
    for rule in Require::rules() {
        match rule {
            Rule::AtLeastOne(asks) if !is_alone && !asks.iter().any(|name| has(name)) => {
                let message = format!("{} requires nothing", Require::PLACE);
                let help = format!("add one or more of {}", asks.join(", "));
                reader.error(codes::MISSING_KEY, message, span, Some(help));
            }
            Rule::AtLeastOne(_) | Rule::AtMostOne(_) | Rule::ExactlyOne(_) | Rule::Needs(..) => {}
        }
    }
}

fn read_selector(reader: &mut Reader, what: &str, value: &Value<'_>) -> Option<Selector> {
    let span = Some(reader.span(value));
    if let DeValue::String(text) = value.get_ref() {
        if text == "all" {
            return Some(Selector { span, ..Selector::default() });
        }
        let message = format!("{what} cannot be `{text}`");
        let key = Require::Personas.name();
        let help = format!(
            "for one persona write `{key} = {{ {} = \"{text}\" }}`, for all `{key} = \"all\"`",
            Choose::Name.name()
        );
        reader.error(codes::BAD_VALUE, message, reader.span(value), Some(help));
        return None;
    }
    let table = reader.table(what, value)?;
    let mut selector = Selector::default();
    for (key, value) in table {
        let place = below(what, key);
        match reader.known::<Personas>(key, value) {
            Some(Or::Own(known)) => read_choice(reader, &mut selector, known, &place, value),
            Some(Or::Shared(Except::Except)) => {
                selector.except = read_except(reader, &place, value).map(Box::new);
            }
            None => {}
        }
    }
    if table.is_empty() {
        let help = match Require::Personas.row().left_out {
            LeftOut::Required(help) => help,
            _ => "",
        };
        reader.missing(Choose::Tag.name(), what, reader.span(value), Some(help));
        return None;
    }
    Some(Selector { span, ..selector })
}

fn read_choice(reader: &mut Reader, selector: &mut Selector, key: Choose, what: &str, value: &Value<'_>) {
    let names = reader.one_or_several(what, value);
    match key {
        Choose::Tag => selector.tags = names,
        Choose::Name => selector.names = names,
        Choose::Extends => selector.extends = names,
        Choose::Target => {
            for name in &names {
                target::known(reader, name);
            }
            selector.targets = names;
        }
    }
}

/// Reads `except`: ids of personas, or a selector like `personas`.
fn read_except(reader: &mut Reader, what: &str, value: &Value<'_>) -> Option<Selector> {
    let span = Some(reader.span(value));
    let mut selector = Selector { span, ..Selector::default() };
    match value.get_ref() {
        DeValue::Table(table) if table.is_empty() => {
            let help = "delete it, or name the personas to leave out";
            reader.missing(Choose::Name.name(), what, reader.span(value), Some(help));
            return None;
        }
        DeValue::Table(table) => {
            for (key, value) in table {
                if let Some(known) = reader.known_in(key, value, what) {
                    let what = below(what, key);
                    read_choice(reader, &mut selector, known, &what, value);
                }
            }
        }
        _ => selector.names = reader.one_or_several(what, value),
    }
    Some(selector)
}

fn read_pattern(reader: &mut Reader, what: &str, value: &Value<'_>) -> Option<Pattern> {
    let text = reader.filled(what, value)?;
    match RegexBuilder::new(&text.value).size_limit(MAX_PATTERN).build() {
        Ok(regex) => Some(Pattern { text, regex }),
        Err(error) => {
            let message = format!("{what} is not a valid regular expression: {}", problem(&error));
            let help = "see https://docs.rs/regex for the syntax; in a literal string ('...'), backslashes need no escaping";
            reader.error(codes::BAD_VALUE, message, text.span, Some(help.to_owned()));
            None
        }
    }
}

/// Returns the last line of the parser's message; the lines before it show the expression.
fn problem(error: &regex::Error) -> String {
    let text = match error {
        regex::Error::CompiledTooBig(_) => return "it is too large".to_owned(),
        error => error.to_string(),
    };
    let last = text.lines().last().unwrap_or_default();
    last.strip_prefix("error: ").unwrap_or(last).to_owned()
}

/// Reads a limit for the whole persona, or a table of limits for sections.
fn read_budgets(reader: &mut Reader, measure: Measure, what: &str, value: &Value<'_>) -> Vec<Budget> {
    let DeValue::Table(table) = value.get_ref() else {
        let most = read_most(reader, what, value);
        return most.map(|most| Budget { measure, section: None, most }).into_iter().collect();
    };
    if table.is_empty() {
        let help =
            "write a number for the whole persona, or a table of sections: { examples = 2000 }".to_owned();
        reader.error(codes::BAD_VALUE, format!("{what} sets no limit"), reader.span(value), Some(help));
    }
    let mut budgets = Vec::new();
    for (key, value) in table {
        if !reader.id("a section", key) {
            continue;
        }
        let section = Text { value: key.get_ref().to_string(), span: reader.key_span(key) };
        let most = read_most(reader, &below(what, key), value);
        budgets.extend(most.map(|most| Budget { measure, section: Some(section), most }));
    }
    budgets
}

/// Reads a limit for many personas together.
fn read_sum(reader: &mut Reader, measure: Measure, what: &str, value: &Value<'_>) -> Option<Budget> {
    read_most(reader, what, value).map(|most| Budget { measure, section: None, most })
}

fn read_most(reader: &mut Reader, what: &str, value: &Value<'_>) -> Option<Spanned<usize>> {
    let expected = "a positive whole number";
    let number = match value.get_ref() {
        DeValue::Integer(number) => {
            let digits = number.as_str().replace('_', "");
            usize::from_str_radix(&digits, number.radix()).ok().filter(|number| *number > 0)
        }
        _ => {
            reader.wrong_type(what, expected, value);
            return None;
        }
    };
    if number.is_none() {
        reader.error(codes::BAD_VALUE, format!("{what} must be {expected}"), reader.span(value), None);
    }
    Some(Spanned { value: number?, span: reader.span(value) })
}

/// Returns a key as messages show it, with its table `what`.
fn below(what: &str, key: &Key<'_>) -> String {
    format!("`{}`", address::below(what.trim_matches('`'), key.get_ref()))
}
