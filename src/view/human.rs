//! Findings for people: what is wrong, the lines concerned, the reasons, and the fix.

use std::collections::BTreeMap;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::escape::escape_line;
use super::excerpt::{self, Excerpt};
use super::terminal::{Role, Terminal, wrap};
use crate::model::{Diagnostic, Label, Severity, Sources, wording};

/// The number of notes that a terminal shows in full.
const MAX_NOTES: usize = 3;

/// Renders findings like [`report`], followed by their [`summary`]. On a terminal, where the end stays visible, errors
/// come last, and many notes are counted by code.
pub(crate) fn report_with_summary(sources: &Sources, findings: &[Diagnostic], terminal: &Terminal) -> String {
    let drawn = match terminal.folds {
        true => errors_last(sources, findings, terminal),
        false => report(sources, findings, terminal),
    };
    let space = if findings.is_empty() { "" } else { "\n" };
    format!("{drawn}{space}{}\n", summary(findings))
}

fn errors_last(sources: &Sources, findings: &[Diagnostic], terminal: &Terminal) -> String {
    let of = |severity: Severity| findings.iter().filter(move |finding| finding.severity == severity);
    let mut parts: Vec<String> = Vec::new();
    if of(Severity::Note).count() > MAX_NOTES {
        parts.push(counted_notes(of(Severity::Note), terminal));
    } else {
        parts.extend(of(Severity::Note).map(|note| draw(sources, note, terminal)));
    }
    let others = of(Severity::Warning).chain(of(Severity::Error));
    parts.extend(others.map(|finding| draw(sources, finding, terminal)));
    parts.join("\n")
}

/// One line for the notes of each code, and the command that lists them.
fn counted_notes<'f>(notes: impl Iterator<Item = &'f Diagnostic>, terminal: &Terminal) -> String {
    let mut codes: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
    for note in notes {
        codes.entry(note.code.name).or_insert((note.code.summary, 0)).1 += 1;
    }
    let mut text = String::new();
    for (code, (summary, number)) in codes {
        let word = terminal.paint(Role::Note, format!("note[{code}]"));
        text.push_str(&format!("{word}: {number} \u{d7} {summary}\n"));
    }
    let help = terminal.paint(Role::Help, "help");
    text + &format!("{help}: to list the notes: cento check | less\n")
}

/// Renders findings, each with the lines it is about.
pub(crate) fn report(sources: &Sources, findings: &[Diagnostic], terminal: &Terminal) -> String {
    let mut report = String::new();
    for finding in findings {
        if !report.is_empty() {
            report.push('\n');
        }
        report.push_str(&draw(sources, finding, terminal));
    }
    report
}

/// The number of findings of each severity, such as `2 errors, 1 warning`.
pub(crate) fn summary(findings: &[Diagnostic]) -> String {
    let counts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .filter_map(|severity| {
            let count = findings.iter().filter(|finding| finding.severity == severity).count();
            (count > 0).then(|| wording::count(count, severity.name()))
        })
        .collect();
    if counts.is_empty() { "no findings".to_owned() } else { counts.join(", ") }
}

/// A placeholder for a place in the rendered report. It is a noncharacter, which escaped text never contains.
const PLACE: &str = "\u{fdd0}";

fn draw(sources: &Sources, finding: &Diagnostic, terminal: &Terminal) -> String {
    let files = excerpt::by_excerpt(sources, &finding.labels);
    let last = files.iter().map(|(id, labels)| excerpt::last_line(sources.file(*id), labels)).max();
    let gutter = last.map_or(0, |line| line.to_string().len());
    let columns = terminal.columns();
    let excerpts: Vec<Excerpt> = files
        .iter()
        .map(|(id, labels)| excerpt::excerpt(sources.file(*id), labels, columns - gutter - " | ".len()))
        .collect();

    let level = level(finding.severity);
    let head = finding.severity.name().len() + finding.code.name.len() + "[]: ".len();
    let title = wrap(&finding.message, columns - head.min(columns / 2));
    let mut first = Group::with_title(level.primary_title(title).id(finding.code.name));
    first = first.elements(excerpts.iter().map(snippet));
    let note_room = columns - gutter - " = note: ".len();
    for note in finding.notes.iter().cloned().chain(personas(finding)) {
        first = first.element(Level::NOTE.message(body(&note, note_room)));
    }
    let mut groups = vec![first];
    for help in &finding.helps {
        let text = body(help, columns - "help: ".len());
        groups.push(Group::with_title(Level::HELP.secondary_title(text)));
    }

    let places = files.iter().filter_map(|(_, labels)| labels.first()).map(|label| place(sources, label));
    let drawn = put_places(&renderer(terminal).render(&groups), places);
    let mut tidy = String::with_capacity(drawn.len() + 1);
    for line in drawn.lines() {
        tidy.push_str(line.trim_end());
        tidy.push('\n');
    }
    tidy
}

/// The text of a note or help. Indentation of four spaces is reduced to two, which leaves more room for commands.
fn body(text: &str, columns: usize) -> String {
    let wrapped = wrap(text, columns);
    let lines: Vec<&str> =
        wrapped.lines().map(|line| if line.starts_with("    ") { &line[2..] } else { line }).collect();
    lines.join("\n")
}

fn snippet(excerpt: &Excerpt) -> Snippet<'_, Annotation<'_>> {
    let mut snippet = Snippet::source(&excerpt.text).line_start(excerpt.first).path(PLACE);
    for mark in &excerpt.marks {
        let kind = if mark.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        if mark.label.is_empty() {
            snippet = snippet.annotation(kind.span(mark.range.clone()));
        }
        for line in &mark.label {
            snippet = snippet.annotation(kind.span(mark.range.clone()).label(line));
        }
        if mark.below && mark.label.len() == 1 {
            // The renderer puts a label below its underline if another annotation starts at the same place.
            let first = excerpt.text[mark.range.clone()].chars().next().map_or(0, char::len_utf8);
            snippet = snippet.annotation(kind.span(mark.range.start..mark.range.start + first));
        }
    }
    snippet.annotations(excerpt.around.iter().map(|line| AnnotationKind::Visible.span(line.clone())))
}

/// The start of a label as `path:line:column`.
fn place(sources: &Sources, label: &Label) -> String {
    let at = sources.line_column(label.span);
    format!("{}:{}:{}", escape_line(sources.path(label.span).as_str()), at.line, at.column)
}

/// Replaces each [`PLACE`], and the line and column that the renderer wrote after it. Those refer to the excerpt, where
/// cuts and escapes shift the columns.
fn put_places(drawn: &str, places: impl Iterator<Item = String>) -> String {
    let mut pieces = drawn.split(PLACE);
    let mut report = pieces.next().unwrap_or_default().to_owned();
    for (piece, place) in pieces.zip(places) {
        report.push_str(&place);
        report.push_str(
            piece.trim_start_matches(|character: char| character == ':' || character.is_ascii_digit()),
        );
    }
    report
}

/// How many personas a note names. The JSON form lists all.
const MAX_NAMES: usize = 3;

/// The note that names the affected personas.
pub(super) fn personas(finding: &Diagnostic) -> Option<String> {
    let names = finding.personas.iter().map(|name| format!("`{name}`"));
    let noun = wording::plural(finding.personas.len(), "persona");
    (!finding.personas.is_empty()).then(|| format!("in {noun} {}", wording::series(names, MAX_NAMES)))
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

fn renderer(terminal: &Terminal) -> Renderer {
    let renderer = Renderer::plain().term_width(terminal.columns());
    if !terminal.color {
        return renderer;
    }
    renderer
        .error(Role::Error.style())
        .warning(Role::Warning.style())
        .note(Role::Note.style())
        .help(Role::Help.style())
        .line_num(Role::Frame.style())
        .emphasis(Role::Emphasis.style())
        .context(Role::Context.style())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use proptest::{collection::vec, prelude::*, sample::Index};

    use super::super::terminal;
    use super::*;
    use crate::model::{Span, codes};

    /// Adds a file and returns the span of the first `needle` in it.
    fn span(sources: &mut Sources, path: &str, text: &str, needle: &str) -> Span {
        let file = sources.add(path.into(), text.into());
        let start = text.find(needle).unwrap();
        Span::new(file, start..start + needle.len())
    }

    /// The report at 60, 80 and 140 columns, without repetitions.
    fn draw(sources: &Sources, finding: Diagnostic) -> String {
        let findings = [finding];
        let mut shown = String::new();
        let mut last = String::new();
        for width in [60, 80, 140] {
            let report = report(sources, &findings, &Terminal::plain(width));
            if report != last {
                write!(shown, "{width:-<width$}\n{report}").unwrap();
            }
            last = report;
        }
        shown
    }

    fn conflict(sources: &mut Sources) -> Diagnostic {
        let lead = "kind = \"identity\"\n\n[fields]\ntitle = \"Application Security Lead\"\n";
        let lead = span(sources, "fragments/lead.toml", lead, "\"Application Security Lead\"");
        let staff = "[fields]\ntitle = \"Staff Software Engineer\"\n";
        let staff = span(sources, "fragments/staff.toml", staff, "\"Staff Software Engineer\"");
        Diagnostic::new(codes::CONFLICT, "fragments disagree on `fields.title`")
            .at(lead, "identity/security-lead")
            .at(staff, "identity/staff-engineer")
            .note("why both are here:\n    profiles/ada.toml:3 use -> identity/security-lead")
            .note("both are `normal`, and fragments are peers: the order of `use` does not choose")
            .help("choose one (writes [[resolve]] to profiles/ada.toml)\n    cento resolve ada fields.title --take identity/staff-engineer --reason \"...\"")
            .help("if one is only a fallback, mark it `level = \"default\"` in its fragment")
            .in_persona("ada")
    }

    #[test]
    fn one_place() {
        let mut sources = Sources::default();
        let text = "summary = \"x\"\n\n[nevr]\nselect-star = \"use `SELECT *`\"\n";
        let place = span(&mut sources, "fragments/rules/sql.toml", text, "nevr");
        let finding = Diagnostic::new(codes::UNKNOWN_KEY, "unknown key `nevr`")
            .at(place, "no part of a fragment")
            .help("did you mean `never`?");
        insta::assert_snapshot!(draw(&sources, finding));
    }

    #[test]
    fn two_files() {
        let mut sources = Sources::default();
        let finding = conflict(&mut sources);
        insta::assert_snapshot!(draw(&sources, finding));
    }

    #[test]
    fn on_a_terminal_errors_come_last_and_notes_are_counted() {
        let mut sources = Sources::default();
        let note = |at: usize| Diagnostic::new(codes::HEADING_JUMP, format!("heading {at} skips a level"));
        let mut findings =
            vec![conflict(&mut sources), Diagnostic::new(codes::TENSION, "two rules pull apart")];
        findings.extend((0..3).map(note));
        let terminal = Terminal { width: 80, color: false, folds: true };
        let heads = |findings: &[Diagnostic], terminal: &Terminal| -> Vec<String> {
            let report = report_with_summary(&sources, findings, terminal);
            let is_head = |line: &&str| line.contains("]: ") || line.starts_with("help: to list");
            report.lines().filter(is_head).map(str::to_owned).collect()
        };
        let shown = heads(&findings, &terminal);
        assert_eq!(shown.len(), 5);
        assert!(
            shown[4].starts_with("error[conflict]") && shown[3].starts_with("warning[tension]"),
            "{shown:?}"
        );
        findings.push(Diagnostic::new(codes::LOSS, "a target cannot express it"));
        let shown = heads(&findings, &terminal);
        let expected = [
            "note[heading-jump]: 3 \u{d7} a heading skips a level",
            "note[loss]: 1 \u{d7} a target cannot express part of the persona",
            "help: to list the notes: cento check | less",
        ];
        assert_eq!(shown[..3], expected);
        assert!(shown[4].starts_with("error[conflict]"), "{shown:?}");
        // Elsewhere, nothing is left out, and the order is that of all formats.
        let listed = heads(&findings, &Terminal::plain(80));
        assert!(listed.len() == 6 && listed[0].starts_with("error[conflict]"), "{listed:?}");
    }

    #[test]
    fn colours() {
        let mut sources = Sources::default();
        let finding = conflict(&mut sources);
        let report = report(&sources, &[finding], &Terminal { width: 80, color: true, folds: false });
        insta::assert_snapshot!(report.replace('\u{1b}', "ESC"));
    }

    #[test]
    fn spans_of_several_lines_show_their_beginning() {
        let mut sources = Sources::default();
        let text = "[[resolve]]\nat = \"fields.title\"\ntake = \"identity/staff\"\nkeep = \"both\"\n\n\n\
                    [prose]\nopening = \"\"\"\nYou are Ada.\n\nYou build.\n\"\"\"\n";
        let file = sources.add("profiles/ada.toml".into(), text.into());
        let (resolve, opening) = (0..text.find("[prose]").unwrap(), text.find("\"\"\"\n").unwrap());
        let finding = Diagnostic::new(codes::NO_REASON, "this resolution has no reason")
            .at(Span::new(file, resolve), "decided here")
            .context(Span::new(file, opening..text.len()), "");
        insta::assert_snapshot!(draw(&sources, finding));
    }

    #[test]
    fn hostile_text_is_visible() {
        let mut sources = Sources::default();
        let text = "text = \"a\u{202e}b\u{200b}c\" # \u{1b}]0;x\u{7} tab\there\u{9b}2J\n";
        let place = span(&mut sources, "fragments/\u{1b}[2Jx.toml", text, "\u{200b}");
        let finding = Diagnostic::new(codes::BAD_VALUE, "hidden \u{1b}[31mcharacter\rgone")
            .at(place, "a\nzero-width \u{202e}space")
            .note("not\u{fdd0} a place: \u{2066}x")
            .help("\u{1b}]8;;https://example.org\u{1b}\\remove\ttabs\u{7}")
            .in_persona("a\u{1b}[0m");
        insta::assert_snapshot!(draw(&sources, finding));
    }

    #[test]
    fn wide_characters_keep_marks_in_place() {
        let mut sources = Sources::default();
        let text = "標題 = \"日本語のペルソナ\" # 👩\u{200d}💻 end\n";
        let key = span(&mut sources, "fragments/wide.toml", text, "標題");
        let at = |needle: &str| {
            let start = text.find(needle).unwrap();
            Span::new(key.file, start..start + needle.len())
        };
        let finding = Diagnostic::new(codes::BAD_NAME, "`標題` is not an id")
            .at(key, "not an id")
            .context(at("日本語のペルソナ"), "値")
            .context(at("end"), "after an emoji");
        insta::assert_snapshot!(draw(&sources, finding));
    }

    #[test]
    fn long_lines_are_cut_around_the_mark() {
        let mut sources = Sources::default();
        let long = "a credential or a token or a key ".repeat(5);
        let text = format!("secrets = {{ text = \"put {long}into a file\", levle = \"locked\" }}\n");
        let key = span(&mut sources, "fragments/long.toml", &text, "levle");
        let value = text.find('{').unwrap()..text.len() - 1;
        let finding = Diagnostic::new(codes::UNKNOWN_KEY, "unknown key `levle`")
            .at(key, "not a key of a rule")
            .help("did you mean `level`?");
        insta::assert_snapshot!("the_end_of_a_long_line", draw(&sources, finding));
        let finding = Diagnostic::new(
            codes::CONFLICT,
            "a title so long that it does not fit on one line of a narrow terminal",
        )
        .at(Span::new(key.file, value), "rules/secrets");
        insta::assert_snapshot!("a_long_mark", draw(&sources, finding));
    }

    #[test]
    fn labels_far_apart_in_one_file_are_in_excerpts_of_their_own() {
        let mut sources = Sources::default();
        let text = format!("a = 1\n\nb = 2\n{}c = 3\n", "#\n".repeat(excerpt::MAX_GAP));
        let first = span(&mut sources, "far.toml", &text, "a = 1");
        let at = |start: usize| Span::new(first.file, start..start + 5);
        let finding = Diagnostic::new(codes::CONFLICT, "three values")
            .at(at(text.len() - 6), "last")
            .at(first, "first")
            .at(at(7), "second");
        insta::assert_snapshot!(report(&sources, &[finding], &Terminal::plain(80)), @r"
        error[conflict]: three values
            --> far.toml:1004:1
             |
        1004 | c = 3
             | ^^^^^ last
             |
            ::: far.toml:1:1
             |
           1 | a = 1
             | ^^^^^ first
           2 |
           3 | b = 2
             | ^^^^^ second
        ");
    }

    #[test]
    fn very_long_lines_are_cut_unread_and_keep_marks_in_place() {
        for filler in ["a", "日本", "\t", "\u{200b}", "👩\u{200d}💻 ", "e\u{301}"] {
            for (before, after) in [(0, 9000), (9000, 0), (9000, 9000), (500, 9000)] {
                let text = format!("{} levle {}\n", filler.repeat(before), filler.repeat(after));
                let mut sources = Sources::default();
                let key = span(&mut sources, "a.toml", &text, "levle");
                let whole = Span::new(key.file, 0..text.len());
                let finding =
                    Diagnostic::new(codes::UNKNOWN_KEY, "unknown key").at(key, "no key").context(whole, "");
                let report = report(&sources, &[finding], &Terminal::plain(100));
                let lines: Vec<&str> = report.lines().collect();
                let at = lines.iter().position(|line| line.contains("levle")).unwrap();
                let column = |line: &str, needle: &str| {
                    line[..line.find(needle).unwrap()]
                        .chars()
                        .filter_map(unicode_width::UnicodeWidthChar::width)
                        .sum::<usize>()
                };
                assert_eq!(column(lines[at], "levle"), column(lines[at + 1], "^"), "{report}");
                assert!(lines[at + 1].contains("^^^^^"), "{report}");
                assert!(terminal::width(lines[at]) <= 110, "{report}");
                let is_cut = (lines[at].contains("| ..."), lines[at].ends_with("..."));
                assert_eq!(is_cut, (before > 0, after > 0), "{report}");
                let place = format!("a.toml:1:{}\n", text[..key.range().start].chars().count() + 1);
                assert!(report.contains(&place), "{report}");
            }
        }
    }

    #[test]
    fn long_labels_go_below() {
        let mut sources = Sources::default();
        let text = "push-bump = { text = \"push the bump\", level = 7 }\n";
        let value =
            span(&mut sources, "fragments/release.toml", text, "{ text = \"push the bump\", level = 7 }");
        let level = Span::new(value.file, 46..47);
        let finding = Diagnostic::new(codes::WRONG_TYPE, "`level` is a string")
            .at(level, "an integer; a level is one of the words default, normal and locked, in quotes")
            .context(value, "in this rule, a table");
        insta::assert_snapshot!(draw(&sources, finding));
    }

    #[test]
    fn findings_without_a_place() {
        let sources = Sources::default();
        let bare = Diagnostic::new(codes::UNKNOWN_PROFILE, "no profile `adda`");
        let full = bare.clone().note("profiles are read from profiles/").help("did you mean `ada`?");
        insta::assert_snapshot!(report(&sources, &[bare, full], &Terminal::plain(80)));
    }

    #[test]
    fn ends_of_files_and_empty_files() {
        let mut sources = Sources::default();
        let ended = sources.add("ended.toml".into(), "[fields]\na = 1\n".into());
        let cut = sources.add("cut.toml".into(), "a = ".into());
        let empty = sources.add("empty.toml".into(), String::new());
        let finding = Diagnostic::new(codes::SYNTAX, "unexpected end")
            .at(Span::new(ended, 15..15), "expected a table")
            .at(Span::new(cut, 4..4), "expected a value")
            .at(Span::new(empty, 0..0), "nothing here");
        insta::assert_snapshot!(report(&sources, &[finding], &Terminal::plain(80)));
    }

    #[test]
    fn personas_are_named_or_counted() {
        let in_personas = |names: &[&str]| {
            let finding = Diagnostic::new(codes::CONFLICT, "");
            personas(&names.iter().fold(finding, |finding, name| finding.in_persona(name)))
        };
        assert_eq!(in_personas(&[]), None);
        assert_eq!(in_personas(&["a"]).as_deref(), Some("in persona `a`"));
        assert_eq!(in_personas(&["b", "a"]).as_deref(), Some("in personas `a` and `b`"));
        assert_eq!(in_personas(&["a", "b", "c"]).as_deref(), Some("in personas `a`, `b` and `c`"));
        let many = in_personas(&["a", "b", "c", "d", "e", "f", "g"]);
        assert_eq!(many.as_deref(), Some("in personas `a`, `b` and 5 more"));
    }

    #[test]
    fn summaries_count_in_words() {
        let error = Diagnostic::new(codes::CONFLICT, "");
        let warning = Diagnostic::new(codes::NO_REASON, "");
        assert_eq!(summary(&[]), "no findings");
        assert_eq!(summary(&[error.clone(), error.clone(), warning.clone()]), "2 errors, 1 warning");
    }

    /// Text with many characters that are hard to render.
    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            "[\n\t\r\u{1b}\u{0}\u{202e}\u{200b}\u{200d}\u{fe0f}\u{301}\u{fdd0}日👩 a=\"\\[\\]]{0,200}",
            "[ -~\n]{0,400}",
            "(?s).{0,60}",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn any_text_is_drawn_safely(
            texts in vec(text(), 1..3),
            labels in vec((any::<Index>(), any::<[Index; 2]>(), text(), any::<bool>()), 0..5),
            message in text(),
            width in 0usize..160,
        ) {
            let mut sources = Sources::default();
            let files: Vec<_> = texts.iter().map(|text| sources.add("a.toml".into(), text.clone())).collect();
            let mut finding = Diagnostic::new(codes::CONFLICT, message.clone()).note(message.clone()).help(message);
            for (file, ends, label, primary) in labels {
                let file = *file.get(&files);
                let text = sources.file(file).text();
                let bounds: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
                let [a, b] = ends.map(|end| *end.get(&bounds));
                let span = Span::new(file, a.min(b)..a.max(b));
                finding = if primary { finding.at(span, label) } else { finding.context(span, label) };
            }
            let place = finding.labels.first().map(|label| place(&sources, label));
            let report = report(&sources, &[finding], &Terminal::plain(width));
            let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            let is_unsafe = |c: char| c != '\n' && (c.is_control() || turns(c));
            prop_assert!(!report.contains(is_unsafe), "{report:?}");
            for line in report.lines().take_while(|line| !line.contains("= note")) {
                let number = line.trim_start().split(" |").next().unwrap_or_default();
                prop_assert!(number.parse::<u32>().is_err() || terminal::width(line) <= width.max(40), "{report}");
            }
            prop_assert!(place.is_none_or(|place| report.contains(&place)), "{report}");
        }
    }
}
