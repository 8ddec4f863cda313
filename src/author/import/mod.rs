//! Import: turns a document into fragments and a profile that reproduce its bytes.
//!
//! [`import`] extracts a document, then proves the result: the new files are loaded, composed and rendered,
//! and compared with the document. Where a byte differs, the block there is kept as Markdown and the document
//! is extracted again, so one unusual block does not cost the rest its structure.

mod arrange;
mod blocks;

mod front_matter;
mod macros;

mod extract;
mod file;
mod name;
mod nested;
mod outline;
mod profile_id;
mod prove;
mod regroup;
mod rules;
mod summary;

mod tree;
mod values;
mod write;

pub(crate) use file::{inputs, is_card};
pub(in crate::author) use outline::{Outline, OutlineEntry, OutlineNode, nested, outline, unfolded};
pub(crate) use profile_id::{directory_of_all, kept_places, wanted_ids, with_directory};
pub(crate) use prove::Setting;
pub(crate) use summary::Summary;

use camino::{Utf8Path, Utf8PathBuf};

use crate::model::{
    CLAUDE, DESCRIPTION, Diagnostic, FileId, Form, NAME, PROMPT, SKILL, Severity, Span, TARGETS, Target,
    codes, normalized,
};
use crate::text::front_matter::{body_start, misplaced};
use crate::text::safety;
use crate::text::yaml::is_other_than_a_string;
use crate::workspace::files::{SOURCE_LIMIT, is_found_at, is_skill};
use file::Given;
use front_matter::FrontMatter;

#[derive(Debug, Clone)]
pub(crate) struct Input {
    /// Its path, for messages.
    pub path: Utf8PathBuf,
    /// Its path in the workspace, if it is inside or keeps the place that it has among the other documents.
    pub inside: Option<Utf8PathBuf>,
    /// Its content.
    pub text: String,
    /// The other values of its file, if that is data.
    pub given: Option<Given>,
}

/// The files that an import would write.
#[derive(Debug)]
pub(crate) struct Imported {
    pub profile: String,
    /// The files, by path in the workspace; the profile is the last.
    pub files: Vec<(Utf8PathBuf, String)>,
    /// Statistics about the extraction.
    pub summary: Summary,
    /// Findings about the document.
    pub notes: Vec<Diagnostic>,
}

/// Imports a document as the profile `id`. Findings point into `file`.
///
/// # Errors
/// A finding if the document is too large to reproduce.
pub(crate) fn import(
    input: &Input,
    id: &str,
    setting: &Setting,
    file: FileId,
) -> Result<Imported, Box<Diagnostic>> {
    // The written files are somewhat longer than the document.
    if input.text.len() as u64 > SOURCE_LIMIT / 2 {
        let message = format!(
            "{} has {} bytes; the limit for imported documents is {}",
            input.path,
            input.text.len(),
            SOURCE_LIMIT / 2
        );
        return Err(Box::new(Diagnostic::new(codes::TOO_LARGE, message).help("split the document")));
    }
    let document = Document::new(input);
    let mut notes = Vec::new();
    let targets = targets(input, &document);
    if let Some(given) = &input.given {
        notes.extend(given.notes.iter().cloned());
    } else {
        notes.extend(of_markdown(input, &document, &targets, file));
    }
    notes.extend(unsafe_texts(&input.text, file));
    let mut likeliest: Option<(&Target, String)> = None;
    for target in &targets {
        match prove::proven(input, &document, id, target, setting) {
            Ok((files, summary)) => {
                if let Some((likeliest, reason)) = likeliest {
                    let message = format!(
                        "{} looks like {} but is imported as {}",
                        input.path, likeliest.summary, target.summary
                    );
                    let finding = Diagnostic::new(codes::FRONT_MATTER, message).at(Span::new(file, 0..0), "");
                    notes.push(finding.note(reason));
                }
                return Ok(Imported { profile: id.to_owned(), files, summary, notes });
            }
            Err(reason) => likeliest = likeliest.or(Some((target, reason))),
        }
    }
    let reason = likeliest.map(|(_, reason)| reason).unwrap_or_default();
    let message = match &input.given {
        Some(given) => format!("{} cannot be imported as {}", input.path, given.target.summary),
        None => format!("{} cannot be reproduced byte for byte", input.path),
    };
    let help = "split it if it is too large; otherwise please report this as a bug";
    Err(Box::new(Diagnostic::new(codes::TOO_LARGE, message).note(reason).help(help)))
}

/// Findings about front matter.
fn of_markdown(
    input: &Input,
    document: &Document,
    targets: &[&'static Target],
    file: FileId,
) -> Vec<Diagnostic> {
    let mut notes = Vec::new();
    let objection = targets.first().and_then(|target| front_matter::objection(&document.text, target));
    if let Some(objection) = objection {
        let message = format!("the front matter of {} is not valid YAML: {}", input.path, objection.reason);
        // Spans are counted without a byte order mark, and with `\n` line endings.
        let text = normalized(&input.text);
        let span = rest_of_line(&text, file, objection.line, objection.column);
        let finding = Diagnostic::new(codes::FRONT_MATTER, message).at(span, "");
        notes.push(finding.note("the front matter is kept byte for byte").help(objection.help));
    }
    notes.extend(no_strings(input, document, file));
    if let Some(found) = misplaced(&document.text[document.body..]) {
        let line = document.text[..document.body + found.range.start].matches('\n').count() + 1;
        let span = rest_of_line(&normalized(&input.text), file, line, 1);
        let (message, help) = found.objection(document.body > 0);
        notes.push(Diagnostic::new(codes::FRONT_MATTER, message).at(span, "").help(help));
    }
    notes.extend(unloaded(input, document, file));
    if let Some(target) = Target::formerly_named(&input.path) {
        let reason = format!("the names of such files end in `{}` now", target.suffix());
        notes.push(not_loaded(input, target, &reason, file).help("`build` writes it under such a name"));
    }
    notes
}

/// Findings about names in front matter that some readers of YAML take for something else than a string: `build` refuses an
/// output with one.
fn no_strings(input: &Input, document: &Document, file: FileId) -> Vec<Diagnostic> {
    let text = normalized(&input.text);
    let lines = document.text[..document.body].lines().zip(1..);
    let typed = lines.filter_map(|(line, number)| {
        let (key, value) = line.split_once(':').filter(|(key, _)| *key == NAME)?;
        let plain = value.split(" #").next().unwrap_or(value).trim();
        // Without a value, the key is missing, which has a finding of its own.
        (!plain.is_empty() && is_other_than_a_string(plain)).then_some((key, plain, number))
    });
    let finding = |(key, plain, number): (&str, &str, usize)| {
        let message = format!("`{key}: {plain}` in {} is not a string to every reader of YAML", input.path);
        let finding = Diagnostic::new(codes::FRONT_MATTER, message);
        let finding = finding.at(rest_of_line(&text, file, number, 1), "");
        finding.note("`build` refuses it").help("put the value in quotes")
    };
    typed.map(finding).collect()
}

/// A finding that a program does not load a document, and why.
fn not_loaded(input: &Input, target: &Target, reason: &str, file: FileId) -> Diagnostic {
    let message = format!("{} is not loaded as {}: {reason}", input.path, target.summary);
    let finding = Diagnostic::new(codes::FRONT_MATTER, message).at(Span::new(file, 0..0), "");
    target.facts.iter().fold(finding, |finding, facts| finding.note(facts.note()))
}

/// Reports text that a reader does not see. It is imported unchanged, and `build` will refuse it.
fn unsafe_texts(text: &str, file: FileId) -> impl Iterator<Item = Diagnostic> {
    safety::document(&normalized(text), file)
        .into_iter()
        .map(|finding| Diagnostic { severity: Severity::Warning, ..finding })
}

/// Returns the span of a line from a column on, without its line break.
fn rest_of_line(text: &str, file: FileId, line: usize, column: usize) -> Span {
    let mut start = 0;
    for (number, content) in text.split_inclusive('\n').enumerate() {
        if number + 1 == line {
            let end = start + content.trim_end().len();
            let skipped: usize = content.chars().take(column - 1).map(char::len_utf8).sum();
            return Span::new(file, (start + skipped).min(end)..end);
        }
        start += content.len();
    }
    Span::new(file, 0..0)
}

/// A document without its byte order mark and uniform line endings.
struct Document {
    /// The text, without a byte order mark, and with `\n` for line breaks if all are `\r\n`.
    text: String,
    has_mark: bool,
    has_carriage_returns: bool,
    /// The end of the front matter.
    body: usize,
}

impl Input {
    /// Whether the program of a target looks for its files where this one is, or will be in the workspace.
    fn is_at(&self, target: &Target) -> bool {
        match &self.inside {
            Some(inside) if target.is_at(inside.as_str()) => true,
            Some(_) => target.facts.is_some() && is_found_at(target, &self.path),
            None => is_found_at(target, &self.path),
        }
    }
}

impl Document {
    fn new(input: &Input) -> Self {
        if input.values().is_some() {
            let text = input.text.clone();
            return Document { text, has_mark: false, has_carriage_returns: false, body: 0 };
        }
        let rest = input.text.strip_prefix('\u{feff}');
        let text = rest.unwrap_or(&input.text);
        let breaks = text.matches('\n').count();
        let has_carriage_returns = breaks > 0 && text.matches("\r\n").count() == breaks;
        let text = if has_carriage_returns { text.replace("\r\n", "\n") } else { text.to_owned() };
        let body = body_start(&text);
        Document { text, has_mark: rest.is_some(), has_carriage_returns, body }
    }

    fn front_matter(&self) -> Option<FrontMatter<'_>> {
        let split = (self.body > 0).then(|| front_matter::split(&self.text)).flatten();
        split.map(|(front_matter, _)| front_matter)
    }
}

/// Returns why the program of a target does not load a document with this front matter, as a clause.
fn missing(target: &Target, front_matter: Option<&FrontMatter<'_>>) -> Option<String> {
    let name = target.declared.filter(|rule| !rule.is_optional).map(|_| NAME);
    let description = target.description.filter(|rule| rule.is_required).map(|_| DESCRIPTION);
    let keys = target.keys.iter().filter(|key| key.is_required).map(|key| key.name);
    let mut required = name.into_iter().chain(description).chain(keys);
    match front_matter {
        Some(front_matter) => required
            .find(|key| !front_matter.says(key, target))
            .map(|key| format!("its front matter has no `{key}`")),
        None => required.next().map(|_| "it has no front matter at the top".to_owned()),
    }
}

/// Reports a document at the path of a program that does not load it.
fn unloaded(input: &Input, document: &Document, file: FileId) -> Option<Diagnostic> {
    let front_matter = document.front_matter();
    let mut at = TARGETS.iter().filter(|target| input.is_at(target)).map(|target| {
        let missing = target.has_front_matter().then(|| missing(target, front_matter.as_ref())).flatten();
        let help = "begin the file with front matter that has the keys, or move it out of this directory";
        let misnamed = || misnamed(target, &input.path).map(|reason| (target, reason, "rename the file"));
        missing.map(|missing| (target, missing, help)).or_else(misnamed)
    });
    // Some paths are those of several targets.
    let (target, reason, help) = at.next()??;
    if at.any(|other| other.is_none()) {
        return None;
    }
    Some(not_loaded(input, target, &reason, file).help(help))
}

/// Returns why the program of a target does not load a file with this name, as a clause.
fn misnamed(target: &Target, path: &Utf8Path) -> Option<String> {
    let name = path.file_name()?.strip_suffix(target.suffix())?;
    target.file.objection(name).map(|objection| format!("its name is not accepted: {objection}"))
}

/// The names of directories of commands that people type.
const COMMANDS: [&str; 3] = ["command", "commands", "prompts"];

/// Whether a file is in a directory of commands, or in one below it.
fn is_command(path: &Utf8Path) -> bool {
    let above = path.ancestors().skip(1).take(2).filter_map(Utf8Path::file_name);
    let is_of = |names: &[&str], name: &str| names.iter().any(|other| other.eq_ignore_ascii_case(name));
    // The nearer directory says more.
    let mut telling =
        above.filter(|name| is_of(&COMMANDS, name) || is_of(&["agents", "rules", "skills"], name));
    telling.next().is_some_and(|name| is_of(&COMMANDS, name))
}

/// Returns the targets that a document may be for, the most likely first. The path counts more than the front
/// matter, and the ending of a name as much as a path: `.agent.md`. A prompt may have any front matter.
fn targets(input: &Input, document: &Document) -> Vec<&'static Target> {
    if let Some(given) = &input.given {
        return vec![given.target];
    }
    let front_matter = document.front_matter();
    let has = |key: &str| front_matter.as_ref().is_some_and(|front_matter| front_matter.has(key));
    let has_required = |target: &Target| missing(target, front_matter.as_ref()).is_none();
    let can_be =
        |target: &Target| target.form == Form::Markdown || target.has_front_matter() && has_required(target);
    let mut found: Vec<&'static Target> =
        TARGETS.iter().filter(|target| input.is_at(target) && can_be(target)).collect();
    if found.is_empty() {
        found.extend(TARGETS.iter().filter(|target| target.is_named(&input.path) && can_be(target)));
    }
    let is_skill = is_skill(&input.path);
    let usual: &Target = if is_skill { &SKILL } else { &CLAUDE };
    let is_agent =
        is_skill || usual.front_matter_keys().any(|key| key != NAME && key != DESCRIPTION && has(key));
    // The keys of commands that people type are like those of agents.
    if found.is_empty() && is_command(&input.path) && !is_skill {
        return vec![&PROMPT];
    }
    if found.is_empty() && !is_skill {
        found.extend(only_by_keys(front_matter.as_ref(), usual).filter(|target| has_required(target)));
    }
    if found.is_empty() && is_agent && has_required(usual) {
        found.push(usual);
    }
    if !found.iter().any(|target| target.name == PROMPT.name) {
        found.push(&PROMPT);
    }
    found
}

/// The one target that knows all keys of front matter. `None` if `usual` knows them too, or several do.
fn only_by_keys(front_matter: Option<&FrontMatter<'_>>, usual: &Target) -> Option<&'static Target> {
    let keys = front_matter?.keys();
    let is_own = |key: &&String| *key != NAME && *key != DESCRIPTION;
    let knows = |target: &&Target| {
        let mut own = keys.iter().filter(is_own).peekable();
        let is_known = |key: &String| target.front_matter_keys().any(|known| known == key);
        target.has_front_matter() && !target.named_directory && own.peek().is_some() && own.all(is_known)
    };
    let mut knowing = TARGETS.iter().filter(knows);
    let only = knowing.next().filter(|_| knowing.next().is_none())?;
    (only.name != usual.name).then_some(only)
}
