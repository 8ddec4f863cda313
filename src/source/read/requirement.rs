//! Reading of `[[require]]`.

use regex::RegexBuilder;
use toml::de::{DeTable, DeValue};

use super::reader::{Key, Reader, Value};
use crate::model::{
    Budget, Force, Measure, Pattern, RequiredField, RequiredRule, RequiredSection, Requirement, Selector,
    Span, Spanned, TARGETS, Text, codes, did_you_mean, target,
};

/// The keys of `[[require]]`.
const KEYS: [&str; 13] = [
    "personas",
    "rule",
    "force",
    "text",
    "section",
    "heading",
    "field",
    "matches",
    "fragment",
    "without",
    "max-chars",
    "max-tokens",
    "reason",
];

/// What a requirement can ask for. One of these must be there.
const ASKS: [&str; 7] = ["rule", "section", "field", "fragment", "without", "max-chars", "max-tokens"];

/// Keys that say something about what another key asks for.
const ABOUT: [(&str, &str); 4] =
    [("force", "rule"), ("text", "rule"), ("heading", "section"), ("matches", "field")];

/// The keys of `personas`.
const SELECTS: [&str; 5] = ["tag", "name", "target", "extends", "except"];

/// What an expression may take up once it is compiled.
const LARGEST_PATTERN: usize = 1 << 20;

/// Reads all `[[require]]`.
pub(super) fn read(reader: &mut Reader, value: &Value<'_>) -> Vec<Requirement> {
    let tables = reader.tables("`require`", value);
    tables.into_iter().filter_map(|(span, table)| read_one(reader, span, table)).collect()
}

fn read_one(reader: &mut Reader, span: Span, table: &DeTable<'_>) -> Option<Requirement> {
    let before = reader.findings.len();
    let (mut personas, mut rule, mut force, mut text, mut section, mut heading) =
        (None, None, None, None, None, None);
    let (mut field, mut pattern, mut reason) = (None, None, None);
    let (mut fragments, mut without, mut budgets) = (Vec::new(), Vec::new(), Vec::new());
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "personas" => personas = read_selector(reader, value),
            "rule" => rule = reader.line("`rule`", value),
            "force" => force = reader.choice("`force`", value, &Force::ALL),
            "text" => text = reader.filled("`text`", value),
            "section" => section = reader.line("`section`", value),
            "heading" => heading = reader.line("`heading`", value),
            "field" => field = reader.line("`field`", value),
            "matches" => pattern = read_pattern(reader, value),
            "fragment" => fragments = one_or_several(reader, "`fragment`", value),
            "without" => without = one_or_several(reader, "`without`", value),
            "max-chars" => budgets.extend(read_budgets(reader, Measure::Characters, "`max-chars`", value)),
            "max-tokens" => budgets.extend(read_budgets(reader, Measure::Tokens, "`max-tokens`", value)),
            "reason" => reason = reader.filled("`reason`", value),
            _ => reader.unknown_key(key, "`[[require]]`", KEYS),
        }
    }
    let has = |name: &str| table.iter().any(|(key, _)| key.get_ref() == name);
    if !has("personas") {
        let help = "choose them by `tag`, `name`, `target` or `extends`, or write `personas = \"all\"`";
        reader.missing("personas", "`[[require]]`", span, Some(help));
    }
    for (key, _) in table {
        let of = ABOUT.iter().find(|(name, of)| key.get_ref() == name && !has(of));
        if let Some((name, of)) = of {
            orphan(reader, key, name, of);
        }
    }
    if !ASKS.iter().any(|name| has(name)) && !ABOUT.iter().any(|(name, _)| has(name)) {
        let help = format!("say what is required: one or more of {}", ASKS.join(", "));
        reader.error(codes::MISSING_KEY, "`[[require]]` requires nothing".to_owned(), span, Some(help));
    }
    for banned in &without {
        if let Some(wanted) = fragments.iter().find(|wanted| wanted.value == banned.value) {
            let message = format!("`{}` is required and forbidden at once", banned.value);
            let finding = crate::model::Diagnostic::new(codes::BAD_VALUE, message)
                .at(banned.span, "forbidden here")
                .context(wanted.span, "required here")
                .help("remove one of them");
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
        reason,
    })
}

fn orphan(reader: &mut Reader, key: &Key<'_>, name: &str, of: &str) {
    let message = format!("`{name}` says nothing without `{of}`");
    let help = format!("add `{of}`, or remove `{name}`");
    reader.error(codes::MISSING_KEY, message, reader.key_span(key), Some(help));
}

fn read_selector(reader: &mut Reader, value: &Value<'_>) -> Option<Selector> {
    let span = Some(reader.span(value));
    if let DeValue::String(text) = value.get_ref() {
        if text == "all" {
            return Some(Selector { span, ..Selector::default() });
        }
        let message = format!("`personas` cannot be `{text}`");
        let help =
            format!("`personas = {{ name = \"{text}\" }}` is one persona, and `\"all\"` are all of them");
        reader.error(codes::BAD_VALUE, message, reader.span(value), Some(help));
        return None;
    }
    let table = reader.table("`personas`", value)?;
    let selector = read_choice(reader, "`personas`", table, true);
    if table.is_empty() {
        let help =
            "choose personas by `tag`, `name`, `target` or `extends`; `personas = \"all\"` are all of them";
        reader.missing("tag", "`personas`", reader.span(value), Some(help));
        return None;
    }
    Some(Selector { span, ..selector })
}

fn read_choice(reader: &mut Reader, place: &str, table: &DeTable<'_>, may_except: bool) -> Selector {
    let mut selector = Selector::default();
    for (key, value) in table {
        let what = format!("`{}.{}`", place.trim_matches('`'), key.get_ref());
        match key.get_ref().as_ref() {
            "tag" => selector.tags = one_or_several(reader, &what, value),
            "name" => selector.names = one_or_several(reader, &what, value),
            "extends" => selector.extends = one_or_several(reader, &what, value),
            "target" => {
                selector.targets = one_or_several(reader, &what, value);
                for name in selector.targets.iter().filter(|name| target(&name.value).is_none()) {
                    let help = did_you_mean(&name.value, TARGETS.iter().map(|target| target.name));
                    reader.error(
                        codes::BAD_VALUE,
                        format!("unknown target `{}`", name.value),
                        name.span,
                        help,
                    );
                }
            }
            "except" if may_except => selector.except = read_except(reader, &what, value).map(Box::new),
            _ => {
                let known = SELECTS.into_iter().filter(|name| may_except || *name != "except");
                reader.unknown_key(key, place, known);
            }
        }
    }
    selector
}

/// What is left out: ids of personas, or a choice like that of `personas`.
fn read_except(reader: &mut Reader, what: &str, value: &Value<'_>) -> Option<Selector> {
    let span = Some(reader.span(value));
    let selector = match value.get_ref() {
        DeValue::Table(table) if !table.is_empty() => read_choice(reader, what, table, false),
        DeValue::Table(_) => {
            reader.missing("name", what, reader.span(value), Some("remove it, or say who is left out"));
            return None;
        }
        _ => Selector { names: one_or_several(reader, what, value), ..Selector::default() },
    };
    Some(Selector { span, ..selector })
}

/// A word, or a list of at least one.
fn one_or_several(reader: &mut Reader, what: &str, value: &Value<'_>) -> Vec<Text> {
    match value.get_ref() {
        DeValue::Array(_) => {
            let words = reader.distinct(what, value);
            if matches!(value.get_ref(), DeValue::Array(array) if array.is_empty()) {
                let help = "remove the key, or list at least one".to_owned();
                reader.error(
                    codes::BAD_VALUE,
                    format!("{what} lists nothing"),
                    reader.span(value),
                    Some(help),
                );
            }
            words
        }
        DeValue::String(_) => reader.line(what, value).into_iter().collect(),
        _ => {
            reader.wrong_type(what, "a string or a list of strings", value);
            Vec::new()
        }
    }
}

fn read_pattern(reader: &mut Reader, value: &Value<'_>) -> Option<Pattern> {
    let text = reader.filled("`matches`", value)?;
    match RegexBuilder::new(&text.value).size_limit(LARGEST_PATTERN).build() {
        Ok(regex) => Some(Pattern { text, regex }),
        Err(error) => {
            let message = format!("`matches` is not a regular expression: {}", problem(&error));
            let help = "the syntax is that of https://docs.rs/regex; a literal string ('...') needs no doubled backslashes";
            reader.error(codes::BAD_VALUE, message, text.span, Some(help.to_owned()));
            None
        }
    }
}

/// The last line of what the parser says: those before it draw the expression.
fn problem(error: &regex::Error) -> String {
    let text = match error {
        regex::Error::CompiledTooBig(_) => return "it is too large".to_owned(),
        error => error.to_string(),
    };
    let last = text.lines().last().unwrap_or_default();
    last.strip_prefix("error: ").unwrap_or(last).to_owned()
}

/// A budget for the whole, or a table of budgets for sections.
fn read_budgets(reader: &mut Reader, measure: Measure, what: &str, value: &Value<'_>) -> Vec<Budget> {
    let DeValue::Table(table) = value.get_ref() else {
        let most = read_most(reader, what, value);
        return most.map(|most| Budget { measure, section: None, most }).into_iter().collect();
    };
    if table.is_empty() {
        let help = "a number for the whole persona, or a table of sections: { examples = 2000 }".to_owned();
        reader.error(codes::BAD_VALUE, format!("{what} limits nothing"), reader.span(value), Some(help));
    }
    let mut budgets = Vec::new();
    for (key, value) in table {
        if !reader.id("a section", key) {
            continue;
        }
        let section = Text { value: key.get_ref().to_string(), span: reader.key_span(key) };
        let most = read_most(reader, &format!("`{}.{}`", what.trim_matches('`'), key.get_ref()), value);
        budgets.extend(most.map(|most| Budget { measure, section: Some(section), most }));
    }
    budgets
}

fn read_most(reader: &mut Reader, what: &str, value: &Value<'_>) -> Option<Spanned<usize>> {
    let expected = "a whole number above zero";
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
