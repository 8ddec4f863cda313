//! Edits of whole-file properties: line endings and the byte order mark.

use super::home::FileEdits;
use super::prove::Decide;
use super::state::{State, Subject};
use super::{Answer, Applied, Change, Question, Reason};
use crate::model::{Address, CRLF, LF, layout_keys as keys};
use crate::source::edit::{SourceEdit, literal};

/// Turns changes of whole-file properties into layout settings. Returns the file with the properties that
/// could not be set reverted, and the outcome of each change.
pub(super) fn settings(
    state: &mut State<'_>,
    subject: Subject<'_>,
    found: &str,
    decide: &mut Decide<'_>,
) -> (String, Vec<Change>) {
    let mut found = found.to_owned();
    let mut changes = Vec::new();
    let Ok(before) = state.rendered(subject) else { return (found, changes) };
    let (was, is) = (Endings::of(&before), Endings::of(&found));
    let plain = before.replace("\r\n", "\n");
    let wanted = match (was, is) {
        (Endings::Plain, Endings::Windows) => Some((literal(CRLF), plain.replace('\n', "\r\n"))),
        (Endings::Windows, Endings::Plain) => Some((literal(LF), plain)),
        _ => None,
    };
    if let Some((value, expected)) = wanted {
        let outcome = set(state, subject, (keys::LINE_ENDING.name, &value), &expected, decide);
        if outcome.is_err() {
            found = was.put_on(&found);
        }
        changes.push(change(1, outcome));
    }
    if let (Endings::Plain | Endings::Windows, Endings::Mixed { line, all, windows }) = (was, is) {
        found = was.put_on(&found);
        let usual = if was == Endings::Windows { "CRLF" } else { "LF" };
        let why = format!(
            "{windows} of its {all} lines end in CRLF and the others in LF, which no setting says of single \
             lines; save it with {usual} alone, as it is built, or with the other alone"
        );
        changes.push(change(line, Err(Reason::NoSource { why, places: Vec::new() })));
    }
    let Ok(before) = state.rendered(subject) else { return (found, changes) };
    let mark = match (before.strip_prefix('\u{feff}'), found.starts_with('\u{feff}')) {
        (None, true) => Some(("true", format!("\u{feff}{before}"))),
        (Some(plain), false) => Some(("false", plain.to_owned())),
        _ => None,
    };
    if let Some((value, expected)) = mark {
        let outcome = set(state, subject, (keys::BYTE_ORDER_MARK.name, value), &expected, decide);
        if outcome.is_err() {
            let plain = found.trim_start_matches('\u{feff}');
            found = if value == "true" { plain.to_owned() } else { format!("\u{feff}{plain}") };
        }
        changes.push(change(1, outcome));
    }
    (found, changes)
}

/// The line endings of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Endings {
    /// No line ends.
    None,
    /// `\n` only.
    Plain,
    /// `\r\n` only.
    Windows,
    /// Both. `line` is the first line that ends differently from the first one; `all` counts the lines that
    /// end, `windows` those that end in `\r\n`.
    Mixed { line: usize, all: usize, windows: usize },
}

impl Endings {
    fn of(text: &str) -> Endings {
        let is_windows = |line: &&str| line.ends_with("\r\n");
        let lines = || text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        let (all, windows) = (lines().count(), lines().filter(is_windows).count());
        match (all, windows) {
            (0, _) => Endings::None,
            (_, 0) => Endings::Plain,
            (all, windows) if all == windows => Endings::Windows,
            (all, windows) => {
                let first = lines().next().is_some_and(|line| is_windows(&line));
                let line = lines().position(|line| is_windows(&line) != first).unwrap_or(0) + 1;
                Endings::Mixed { line, all, windows }
            }
        }
    }

    fn put_on(self, text: &str) -> String {
        let plain = text.replace("\r\n", "\n");
        if self == Endings::Windows { plain.replace('\n', "\r\n") } else { plain }
    }
}

fn change(line: usize, outcome: Result<Applied, Reason>) -> Change {
    Change { line, removed: String::new(), added: String::new(), outcome }
}

/// Sets a layout key of the document if the persona then renders as expected.
fn set(
    state: &mut State<'_>,
    subject: Subject<'_>,
    (key, value): (&str, &str),
    expected: &str,
    decide: &mut Decide<'_>,
) -> Result<Applied, Reason> {
    let what = format!("`{}`", Address::Layout { place: "", key });
    let unplaced = || Reason::NoSource { why: format!("{what} cannot be {value} here"), places: Vec::new() };
    let path = state.look(subject, |persona| persona.profile_path().to_owned());
    let path = path.map_err(|_| unplaced())?;
    let edits = FileEdits::of(&path, [SourceEdit::layout("", key, value)]);
    let (next, changed) = state.edited(&edits).ok_or_else(unplaced)?;
    if next.rendered(subject).map_or(true, |text| text != expected) {
        return Err(unplaced());
    }
    let others = state.affected(&changed, subject.profile);
    let files = vec![path];
    if !others.is_empty() {
        let question = Question {
            path: subject.path,
            line: 1,
            removed: "",
            added: "",
            what: &what,
            files: &files,
            others: &others,
            instead: Some(&what),
        };
        if decide(&question) == Answer::Leave {
            return Err(Reason::Shared { files, own: Some(others.clone()), others });
        }
    }
    *state = next;
    Ok(Applied { what: vec![format!("{what} = {value}")], files, others })
}
