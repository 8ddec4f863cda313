//! Templates: filling `{{ fields }}` in.

mod syntax;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, ErrorKind, UndefinedBehavior, Value};

use self::syntax::{Needs, Refused, needs};
use super::words::Words;
use crate::model::{
    Address, Claim, Content, Datum, Diagnostic, Level, Library, Sources, Span, Suggestions, Text, codes,
};
use crate::model::{grammar, wording};

/// Markers around filled-in values, removed after rendering. Unicode guarantees that these characters are
/// never assigned. A template that contains them is refused.
const BEGIN: char = '\u{fdd1}';
/// The mark at the end.
const END: char = '\u{fdd2}';
/// The replacement for [`FOREIGN`] while the engine reads a template. It has the same length, so offsets do not change.
const FOREIGN_MARK: char = '\u{fdd3}';

/// Every mark.
const MARKS: [char; 3] = [BEGIN, END, FOREIGN_MARK];

/// The beginning of an expression of GitHub Actions, which is never a field.
pub(crate) const FOREIGN: &str = "${{";

/// The longest text that one template may make, and the longest that its expressions may take in, in bytes.
const MAX_LENGTH: usize = 1 << 20;

/// The maximum number of bytes that the templates of one persona may read and write in total.
const MAX_PERSONA_BYTES: u64 = 8 << 20;

/// The templates of a library, each compiled once for all personas.
#[derive(Debug)]
pub(super) struct TemplateSet {
    environment: Environment<'static>,
    syntax: SyntaxConfig,
    /// For each template: what it needs, or why it is refused.
    compiled: BTreeMap<Key, Result<Needs, Refused>>,
}

/// Where a template is written, and its number among the strings of a list.
type Key = (Span, usize);

/// A string that is a template.
#[derive(Clone, Copy)]
struct Template<'t> {
    value: &'t str,
    key: Key,
}

impl<'t> From<&'t Text> for Template<'t> {
    fn from(text: &'t Text) -> Self {
        Template { value: &text.value, key: (text.span, 0) }
    }
}

impl TemplateSet {
    /// Compiles every text of the fragments and profiles that are templates.
    pub(super) fn new(library: &Library) -> Self {
        let mut environment = harmless();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_formatter(|out, state, value| {
            out.write_char(BEGIN)?;
            minijinja::escape_formatter(out, state, value)?;
            Ok(out.write_char(END)?)
        });
        // Building fails for odd delimiters only, and these are the usual ones.
        let syntax = SyntaxConfig::builder().keep_trailing_newline(true).build().unwrap_or_default();
        environment.set_syntax(syntax.clone());
        let mut set = TemplateSet { environment, syntax, compiled: BTreeMap::new() };
        let claims = library.claims().filter(|claim| library.is_template(claim.source));
        for template in claims.flat_map(templates_of).filter(|template| template.value.contains('{')) {
            set.compile(template);
        }
        set
    }

    fn compile(&mut self, template: Template<'_>) {
        let text = template.value.replace(FOREIGN, FOREIGN_MARK.encode_utf8(&mut [0; 4]));
        let compiled = needs(&text, &self.syntax).and_then(|needs| {
            let added = self.environment.add_template_owned(name(template.key), text);
            added.map_or_else(|error| Err(Refused::Unreadable(error)), |()| Ok(needs))
        });
        self.compiled.insert(template.key, compiled);
    }
}

/// The strings of a claim that are filled in if its source is a template.
fn templates_of(claim: &Claim) -> Vec<Template<'_>> {
    match &claim.content {
        Content::Block(block) => block.texts().into_iter().flatten().map(Template::from).collect(),
        Content::Field(datum) | Content::Setting(datum)
            if Address::parse(claim.address.as_str()).is_filled() =>
        {
            let strings = datum.strings().into_iter().enumerate();
            strings.map(|(number, value)| Template { value, key: (claim.span, number) }).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns an environment that can fill in fields, but cannot expand a small template into a large text or
/// expose the engine's state.
fn harmless() -> Environment<'static> {
    use minijinja::{filters, tests};
    let mut environment = Environment::empty();
    environment.add_filter("upper", filters::upper);
    environment.add_filter("lower", filters::lower);
    environment.add_filter("title", filters::title);
    environment.add_filter("capitalize", filters::capitalize);
    environment.add_filter("trim", filters::trim);
    environment.add_filter("default", filters::default);
    environment.add_filter("round", filters::round);
    environment.add_filter("abs", filters::abs);
    environment.add_filter("length", filters::length);
    environment.add_test("defined", tests::is_defined);
    environment.add_test("undefined", tests::is_undefined);
    environment
}

/// The name of a template.
fn name((span, number): Key) -> String {
    format!("{:?}:{}:{number}", span.file, span.start)
}

/// Fills in the templates of one persona.
pub(super) struct Templates<'c> {
    sources: &'c Sources,
    set: &'c TemplateSet,
    fields: BTreeMap<String, Value>,
    /// The fields as the engine takes them.
    context: Value,
    /// The fields as texts, and whether they are texts.
    values: BTreeMap<String, (String, bool)>,
    /// Whether a field holds one of the marks.
    is_marked: bool,
    /// Fields that an abstract profile leaves to its children: a template that needs one stays as
    /// it is.
    is_abstract: bool,
    findings: RefCell<Vec<Diagnostic>>,
    used: RefCell<BTreeSet<String>>,
    /// How much its templates made and took in so far, in bytes.
    length: Cell<u64>,
    suggestions: Suggestions,
}

impl<'c> Templates<'c> {
    /// Templates over these fields.
    pub(super) fn new(
        sources: &'c Sources,
        set: &'c TemplateSet,
        fields: Vec<(String, Value)>,
        is_abstract: bool,
    ) -> Self {
        let shown =
            |(name, value): &(String, Value)| (name.clone(), (value.to_string(), value.as_str().is_some()));
        let values: BTreeMap<String, (String, bool)> = fields.iter().map(shown).collect();
        let is_marked = values.values().any(|(value, _)| value.contains(MARKS));
        Templates {
            sources,
            set,
            context: Value::from(fields.iter().cloned().collect::<BTreeMap<String, Value>>()),
            fields: fields.into_iter().collect(),
            values,
            is_marked,
            is_abstract,
            findings: RefCell::default(),
            used: RefCell::default(),
            length: Cell::new(0),
            suggestions: Suggestions::default(),
        }
    }

    /// Takes a field away, so that it cannot be filled into itself.
    pub(super) fn unset_field(&mut self, name: &str) {
        self.fields.remove(name);
        self.values.remove(name);
        self.context = Value::from(self.fields.clone());
    }

    /// Replaces the value of a field.
    pub(super) fn set_field(&mut self, name: &str, value: Value) {
        let shown = value.to_string();
        self.is_marked |= shown.contains(MARKS);
        self.values.insert(name.to_owned(), (shown, value.as_str().is_some()));
        self.fields.insert(name.to_owned(), value);
        self.context = Value::from(self.fields.clone());
    }

    /// The text with its fields filled in. If that fails, the unchanged text, with a finding.
    pub(super) fn fill<'a>(&self, text: &'a Text) -> Words<'a> {
        let filled = self.filled(text.into());
        filled.map_or_else(|| Words::from(text), |words| Words { written: Some(text), ..words })
    }

    /// Whether the value of a claim is a template.
    pub(super) fn fills(&self, claim: &Claim) -> bool {
        self.set.compiled.contains_key(&(claim.span, 0))
    }

    /// The value of a claim with its fields filled in, if any of its strings is a template.
    /// Macros stand for the fields of their names.
    pub(super) fn fill_datum(&self, claim: &Claim, datum: &Datum, macros: &[&str]) -> Option<Datum> {
        let number = Cell::new(0);
        let key = || (claim.span, number.replace(number.get() + 1));
        let is_template = |key: &Key| self.set.compiled.contains_key(key);
        datum.strings().iter().any(|_| is_template(&key())).then_some(())?;
        number.set(0);
        Some(datum.with_strings(&mut |value| {
            let filled = self.filled(Template { value, key: key() });
            let filled = filled.map(|words| words.with_macros(value, macros).unwrap_or(words));
            filled.map_or_else(|| value.to_owned(), |words| words.text.into_owned())
        }))
    }

    /// A template with its fields filled in; nothing, with a finding, where that fails.
    fn filled(&self, template: Template<'_>) -> Option<Words<'static>> {
        let needs = match self.set.compiled.get(&template.key)? {
            Err(refused) => {
                self.findings.borrow_mut().push(self.refused(template, refused));
                return None;
            }
            Ok(needs) => needs,
        };
        if self.is_marked || template.value.contains(MARKS) {
            let message = "the template or one of its fields contains a Unicode noncharacter";
            self.findings.borrow_mut().push(Diagnostic::new(codes::TEMPLATE, message).at(template.key.0, ""));
            return None;
        }
        self.used.borrow_mut().extend(needs.fields().cloned());
        if let Some(finding) = self.exceeded(template, needs) {
            self.findings.borrow_mut().extend(finding);
            return None;
        }
        let filled = self.set.environment.get_template(&name(template.key)).and_then(|compiled| {
            let mut bounded = Bounded(Vec::with_capacity(template.value.len()));
            compiled.render_captured_to(&self.context, &mut bounded)?;
            Ok(bounded.0)
        });
        match filled.map(String::from_utf8) {
            Ok(Ok(marked)) => {
                self.note_foreign(template, &marked);
                Some(self.unmark(&marked.replace(FOREIGN_MARK, FOREIGN), needs))
            }
            Ok(Err(_)) => None,
            Err(error) => {
                if !(self.is_abstract && error.kind() == ErrorKind::UndefinedError) {
                    self.findings.borrow_mut().push(self.finding(template, &error));
                }
                None
            }
        }
    }

    /// Reports that an expression of another tool is printed unchanged.
    fn note_foreign(&self, template: Template<'_>, filled: &str) {
        // Between `{% raw %}` and `{% endraw %}`, it is meant so.
        if !filled.contains(FOREIGN_MARK) {
            return;
        }
        let value = template.value;
        let is_raw = |at: usize| {
            let (raw, closed) = (value[..at].rfind("raw"), value[..at].rfind("endraw"));
            raw.is_some() && raw != closed.map(|at| at + "endraw".len() - "raw".len())
        };
        let Some((at, _)) = value.match_indices(FOREIGN).find(|(at, _)| !is_raw(*at)) else { return };
        let end = value[at..].find("}}").map_or(value.len(), |length| at + length + 2);
        let expression = wording::shortened(&value[at..end], 40);
        let message = format!("`{expression}` is not a field and is printed unchanged");
        let finding = Diagnostic::new(codes::FOREIGN_BRACES, message).at(self.span(template, at..end), "");
        self.findings.borrow_mut().push(
            finding
                .help("if that is intended, put it between `{% raw %}` and `{% endraw %}`")
                .help("for a dollar sign before a field, write `{{ \"$\" }}{{ field }}`"),
        );
    }

    /// The place of a part of a template.
    fn span(&self, template: Template<'_>, range: std::ops::Range<usize>) -> Span {
        let span = template.key.0;
        match self.sources.text(span).starts_with(['"', '\'']) {
            true => self.sources.within(&Text { value: template.value.to_owned(), span }, range),
            // One of the strings in a list or table.
            false => span,
        }
    }

    /// Adds up the input and output of a template. If they exceed the limit, returns the finding, once per persona.
    fn exceeded(&self, text: Template<'_>, needs: &Needs) -> Option<Option<Diagnostic>> {
        let error = |message: &str, range: std::ops::Range<usize>, help: &str| {
            let span = self.span(text, range);
            Diagnostic::new(codes::TEMPLATE, message).at(span, "").help(help)
        };
        let is_text = |name: &str| self.values.get(name).is_some_and(|(_, is_text)| *is_text);
        if let Some((name, range)) = needs.repeated(is_text) {
            let message = format!("`*` takes numbers, and the field `{name}` is a text");
            return Some(Some(error(&message, range, "write the text as many times as needed")));
        }
        let length = needs.length(|name| self.values.get(name).map_or(0, |(value, _)| value.len() as u64));
        let whole = 0..text.value.len();
        let help = "shorten the fields, or write the text without them";
        if length > MAX_LENGTH as u64 {
            return Some(Some(error("the template inserts more than 1 MiB of text", whole, help)));
        }
        let before = self.length.get();
        self.length.set(before.saturating_add(length).saturating_add(text.value.len() as u64));
        let is_first = before <= MAX_PERSONA_BYTES;
        let message = "the templates of the persona insert more than 8 MiB of text";
        (self.length.get() > MAX_PERSONA_BYTES).then(|| is_first.then(|| error(message, whole, help)))
    }

    fn refused(&self, text: Template<'_>, refused: &Refused) -> Diagnostic {
        let error = |message: String, range: &std::ops::Range<usize>, help: &str| {
            let span = self.span(text, range.clone());
            Diagnostic::new(codes::TEMPLATE, message).at(span, "").help(help)
        };
        match refused {
            Refused::Unreadable(cause) => self.finding(text, cause),
            Refused::TooLong(range) => error(
                "the template has an expression that is too long, or too many statements".to_owned(),
                range,
                "split the text, or write it without template expressions",
            ),
            Refused::Unknown(what, range) => error(
                format!("a template cannot have {what}"),
                range,
                "use fields, filters and `{% if %}`; to print braces as they are, put the text between `{% raw %}` \
                 and `{% endraw %}`",
            ),
            Refused::Repeated(range) => error(
                "`*` takes numbers, and one side is a text".to_owned(),
                range,
                "write the text as many times as needed",
            ),
        }
    }

    /// Records that a text is not valid once it is filled in.
    pub(super) fn refuse(&self, span: Span, why: &str) {
        let finding = Diagnostic::new(codes::TEMPLATE, format!("this text {why}")).at(span, "");
        self.findings.borrow_mut().push(finding.help("change the value of the field, or the text"));
    }

    /// Removes the markers from a filled-in text, and finds the field of each marked value: the only field
    /// that the template uses, or the field with this value. A value of no field, such as the result of a
    /// filter, is attributed to the template.
    fn unmark(&self, marked: &str, needs: &Needs) -> Words<'static> {
        let mut words = Words { text: String::with_capacity(marked.len()).into(), ..Words::default() };
        let text = words.text.to_mut();
        let known = || needs.fields().filter_map(|name| Some((self.values.get(name)?.0.as_str(), name)));
        let by_value: BTreeMap<&str, &String> = known().rev().collect();
        let only = if known().nth(1).is_none() { known().next().map(|(_, name)| name) } else { None };
        for (number, part) in marked.split([BEGIN, END]).enumerate() {
            let start = text.len();
            text.push_str(part);
            let is_filled = number % 2 == 1 && !part.is_empty();
            let field = only.or_else(|| by_value.get(part).copied());
            if let Some(field) = field.filter(|_| is_filled) {
                words.filled.push((start..text.len(), field.clone()));
            }
        }
        words
    }

    fn finding(&self, text: Template<'_>, error: &minijinja::Error) -> Diagnostic {
        let range = error.range().unwrap_or(0..text.value.len());
        let expression = text.value.get(range.clone()).unwrap_or_default();
        let span = self.span(text, range);
        match error.kind() {
            ErrorKind::UndefinedError => {
                let message = format!("the field `{expression}` is not defined");
                let finding = Diagnostic::new(codes::TEMPLATE, message).at(span, "");
                let names = self.values.keys().map(String::as_str);
                finding.help_if(self.suggestions.did_you_mean(expression, names)).help(format!(
                    "set it in {} of the profile, or give it a default in a fragment: \
                     {expression} = {{ {} = \"...\", {} = \"{}\" }}",
                    grammar::header([grammar::Profile::Fields.name()]),
                    grammar::Field::Value.name(),
                    grammar::Field::Level.name(),
                    Level::Default.name()
                ))
                .help("to print the braces as they are, put the text between `{% raw %}` and `{% endraw %}`")
            }
            ErrorKind::WriteFailure => {
                Diagnostic::new(codes::TEMPLATE, "the template produces more than 1 MiB of text").at(span, "")
            }
            kind => {
                let detail =
                    error.detail().map_or_else(|| kind.to_string(), |detail| format!("{kind}: {detail}"));
                Diagnostic::new(codes::TEMPLATE, detail).at(span, "")
            }
        }
    }

    /// The texts that could not be filled in, and the fields that templates asked for.
    pub(super) fn finish(self) -> (Vec<Diagnostic>, BTreeSet<String>) {
        (self.findings.into_inner(), self.used.into_inner())
    }
}

/// A buffer that refuses to grow past [`MAX_LENGTH`].
struct Bounded(Vec<u8>);

impl std::io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_LENGTH {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A scalar as templates see it.
pub(super) fn value(datum: &Datum) -> Value {
    match datum {
        Datum::Integer(number) => Value::from(*number),
        Datum::Float(number) => Value::from(*number),
        Datum::Boolean(truth) => Value::from(*truth),
        other => Value::from(other.to_string()),
    }
}
