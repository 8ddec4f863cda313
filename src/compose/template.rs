//! Templates: filling `{{ fields }}` in.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, ErrorKind, UndefinedBehavior, Value};

use super::persona::Words;
use crate::model::{Claim, Datum, Diagnostic, Library, Sources, Span, Text, codes, did_you_mean};

/// Instructions that one template may execute: enough for any text, and no loop runs for long.
const FUEL: u64 = 20_000;

/// Marks around what a template fills in, taken out again when it is rendered: characters that
/// Unicode promises never to assign. A template that has them itself is refused.
const BEGIN: char = '\u{fdd1}';
/// The mark at the end.
const END: char = '\u{fdd2}';

/// The longest text that one template may make, in bytes.
const LONGEST: usize = 1 << 20;

/// The templates of a library, each compiled once for all personas.
#[derive(Debug)]
pub(super) struct TemplateSet {
    environment: Environment<'static>,
    /// For each template, by its place: the fields that it asks for, or why it does not compile.
    compiled: BTreeMap<Span, Result<Vec<String>, Failure>>,
}

impl TemplateSet {
    /// Compiles every text of the fragments and profiles that are templates.
    pub(super) fn new(library: &Library) -> Self {
        let mut environment = harmless();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        environment.set_formatter(|out, state, value| {
            if state.name().starts_with(UNMARKED) {
                return minijinja::escape_formatter(out, state, value);
            }
            out.write_char(BEGIN)?;
            minijinja::escape_formatter(out, state, value)?;
            Ok(out.write_char(END)?)
        });
        // Building fails for odd delimiters only, and these are the usual ones.
        if let Ok(syntax) = SyntaxConfig::builder().keep_trailing_newline(true).build() {
            environment.set_syntax(syntax);
        }
        let mut set = TemplateSet { environment, compiled: BTreeMap::new() };
        let fragments = library.fragments.values().filter(|fragment| fragment.template);
        let profiles = library.profiles.values().filter(|profile| profile.template);
        let claims = fragments
            .flat_map(|fragment| &fragment.claims)
            .chain(profiles.flat_map(|profile| &profile.claims));
        for block in claims.filter_map(Claim::block) {
            let texts = [Some(&block.text), block.label.as_ref(), block.why.as_ref()];
            for text in texts.into_iter().flatten().filter(|text| text.value.contains('{')) {
                set.compile(text);
            }
        }
        set
    }

    fn compile(&mut self, text: &Text) {
        let name = name(text);
        if let Some(range) = too_long(&text.value) {
            self.compiled.insert(text.span, Err(Failure::TooLong(range)));
            return;
        }
        let added = self.environment.add_template_owned(name.clone(), text.value.clone());
        let asked = added.and_then(|()| {
            let mut asked: Vec<String> =
                self.environment.get_template(&name)?.undeclared_variables(false).into_iter().collect();
            asked.sort_unstable();
            Ok(asked)
        });
        self.compiled.insert(text.span, asked.map_err(Failure::Engine));
    }
}

/// Why a template does not compile.
#[derive(Debug)]
enum Failure {
    /// The engine refuses it.
    Engine(minijinja::Error),
    /// It has an expression, or statements, beyond the limits.
    TooLong(std::ops::Range<usize>),
}

/// The longest expression or statement, in bytes, and the number of statements that a template may
/// have. The engine's parser is recursive: beyond some size it would exhaust the stack.
const LONGEST_EXPRESSION: usize = 1_000;
/// See [`LONGEST_EXPRESSION`].
const MOST_STATEMENTS: usize = 100;

/// The first expression or statement that goes beyond the limits.
fn too_long(text: &str) -> Option<std::ops::Range<usize>> {
    let mut statements = 0;
    for (open, close) in [("{{", "}}"), ("{%", "%}")] {
        for (start, _) in text.match_indices(open) {
            let length = text[start..].find(close).map_or(text.len() - start, |length| length + close.len());
            statements += usize::from(open == "{%");
            if length > LONGEST_EXPRESSION || statements > MOST_STATEMENTS {
                return Some(start..start + open.len());
            }
        }
    }
    None
}

/// An environment with what a text needs to fill in fields, and nothing that makes much of little or
/// shows the engine's own state.
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

/// How the names of templates with statements begin. What such a template fills in may be captured
/// and measured before it is printed, so there are no marks in it.
const UNMARKED: char = '%';

/// The name of the template at a place.
fn name(text: &Text) -> String {
    let kind = if text.value.contains("{%") { UNMARKED } else { '=' };
    format!("{kind}{:?}:{}", text.span.file, text.span.start)
}

/// Fills in the templates of one persona.
pub(super) struct Templates<'c> {
    sources: &'c Sources,
    set: &'c TemplateSet,
    fields: Value,
    names: Vec<String>,
    /// Whether a field holds one of the marks.
    is_marked: bool,
    /// Fields that an abstract profile leaves to its children: a template that needs one stays as
    /// it is.
    is_abstract: bool,
    findings: RefCell<Vec<Diagnostic>>,
    used: RefCell<BTreeSet<String>>,
}

impl<'c> Templates<'c> {
    /// Templates over these fields.
    pub(super) fn new(
        sources: &'c Sources,
        set: &'c TemplateSet,
        fields: Vec<(String, Value)>,
        is_abstract: bool,
    ) -> Self {
        let names = fields.iter().map(|(name, _)| name.clone()).collect();
        let is_marked = fields.iter().any(|(_, value)| value.to_string().contains([BEGIN, END]));
        Templates {
            sources,
            set,
            fields: Value::from(fields.into_iter().collect::<BTreeMap<String, Value>>()),
            names,
            is_marked,
            is_abstract,
            findings: RefCell::default(),
            used: RefCell::default(),
        }
    }

    /// The text with its fields filled in; as it is, with a finding, where that fails.
    pub(super) fn fill<'a>(&self, text: &'a Text) -> Words<'a> {
        let asked = match self.set.compiled.get(&text.span) {
            None => return Words::from(text),
            Some(Err(failure)) => {
                self.findings.borrow_mut().push(match failure {
                    Failure::Engine(error) => self.finding(text, error),
                    Failure::TooLong(range) => {
                        let message =
                            "the template has an expression that is too long, or too many statements";
                        let span = self.sources.within(text, range.clone());
                        Diagnostic::new(codes::TEMPLATE, message)
                            .at(span, "")
                            .help("split the text, or write it without template expressions")
                    }
                });
                return Words::from(text);
            }
            Some(Ok(asked)) => asked,
        };
        if self.is_marked || text.value.contains([BEGIN, END]) {
            let message = "the template or one of its fields contains a Unicode noncharacter";
            self.findings.borrow_mut().push(Diagnostic::new(codes::TEMPLATE, message).at(text.span, ""));
            return Words::from(text);
        }
        self.used.borrow_mut().extend(asked.iter().cloned());
        let filled = self.set.environment.get_template(&name(text)).and_then(|template| {
            let mut bounded = Bounded(Vec::with_capacity(text.value.len()));
            template.render_captured_to(&self.fields, &mut bounded)?;
            Ok(bounded.0)
        });
        match filled.map(String::from_utf8) {
            Ok(Ok(marked)) => Words { written: Some(text), ..self.unmark(&marked, asked) },
            Ok(Err(_)) => Words::from(text),
            Err(error) => {
                if !(self.is_abstract && error.kind() == ErrorKind::UndefinedError) {
                    self.findings.borrow_mut().push(self.finding(text, &error));
                }
                Words::from(text)
            }
        }
    }

    /// Records that a text, filled in, is not what it may be.
    pub(super) fn refuse(&self, text: &Text, why: &str) {
        let finding = Diagnostic::new(codes::TEMPLATE, format!("this text {why}")).at(text.span, "");
        self.findings.borrow_mut().push(finding.help("change the value of the field, or the text"));
    }

    /// Takes the marks out of a text that was filled in, and finds the field behind each mark: the
    /// only one that the template asks for, or the one with the value that stands there. What no
    /// field has as its value, such as the result of a filter, stays with the template.
    fn unmark(&self, marked: &str, asked: &[String]) -> Words<'static> {
        let mut words = Words { text: String::with_capacity(marked.len()).into(), ..Words::default() };
        let text = words.text.to_mut();
        for (number, part) in marked.split([BEGIN, END]).enumerate() {
            let start = text.len();
            text.push_str(part);
            let is_filled = number % 2 == 1 && !part.is_empty();
            let known: Vec<&String> = asked.iter().filter(|name| self.names.contains(name)).collect();
            let field = match known.as_slice() {
                [only] => Some(*only),
                several => several
                    .iter()
                    .copied()
                    .find(|name| self.fields.get_attr(name).is_ok_and(|value| value.to_string() == part)),
            };
            if let Some(field) = field.filter(|_| is_filled) {
                words.filled.push((start..text.len(), field.clone()));
            }
        }
        words
    }

    fn finding(&self, text: &Text, error: &minijinja::Error) -> Diagnostic {
        let range = error.range().unwrap_or(0..text.value.len());
        let expression = text.value.get(range.clone()).unwrap_or_default();
        let span = self.sources.within(text, range);
        match error.kind() {
            ErrorKind::UndefinedError => {
                let message = format!("the field `{expression}` is not defined");
                let finding = Diagnostic::new(codes::TEMPLATE, message).at(span, "");
                let names = self.names.iter().map(String::as_str);
                finding.help_if(did_you_mean(expression, names)).help(format!(
                    "set it in [fields] of the profile, or give it a default in a fragment: \
                     {expression} = {{ value = \"...\", level = \"default\" }}"
                ))
            }
            ErrorKind::OutOfFuel => Diagnostic::new(codes::TEMPLATE, "the template takes too many steps")
                .at(span, "")
                .help("write the text without loops"),
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

    /// What could not be filled in, and the fields that templates asked for.
    pub(super) fn finish(self) -> (Vec<Diagnostic>, BTreeSet<String>) {
        (self.findings.into_inner(), self.used.into_inner())
    }
}

/// A buffer that refuses to grow past [`LONGEST`].
struct Bounded(Vec<u8>);

impl std::io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > LONGEST {
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
