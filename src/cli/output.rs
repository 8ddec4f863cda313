//! The streams of a command: standard output and error, with colors and widths.

use std::io::{self, IsTerminal, Write};

use anyhow::Context;
use dialoguer::theme::{ColorfulTheme, SimpleTheme, Theme};
use serde::Serialize;

use super::args::{Color, Medium};
use super::pager;
use super::progress::Progress;

use crate::model::{Diagnostic, Sources, VersionedJson, settle};
use crate::view::page::{self, Page};
use crate::view::terminal::guarded;
use crate::view::{Terminal, human, json};

/// The width of wrapped lines if the stream is not a terminal.
const USUAL_WIDTH: usize = 100;

/// The streams of a command.
pub(super) struct Output {
    /// Properties of standard output.
    pub(super) out: Terminal,
    /// Properties of standard error.
    pub(super) err: Terminal,
    /// Whether questions can be asked.
    pub(super) is_interactive: bool,
    /// Whether standard output is a terminal.
    pub(super) out_is_terminal: bool,
    /// What is shown until something is printed.
    pub(super) progress: Progress,
    /// Whether long output may be paged.
    pages: bool,
}

impl Output {
    /// Sets up the streams of this process.
    pub(super) fn new(color: Color, no_pager: bool) -> Self {
        let (out, err) = (io::stdout().is_terminal(), io::stderr().is_terminal());
        let colored = |is_terminal: bool| match color {
            Color::Always => true,
            Color::Never => false,
            // https://no-color.org: any value but the empty one
            Color::Auto => {
                let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
                is_terminal && !refused && !dumb
            }
        };
        let width = |is_terminal: bool| if is_terminal { terminal_width() } else { USUAL_WIDTH };
        Output {
            out: Terminal { width: width(out), color: colored(out), folds: out },
            err: Terminal { width: width(err), color: colored(err), folds: err },
            is_interactive: io::stdin().is_terminal() && err,
            out_is_terminal: out,
            progress: Progress::new(err),
            pages: out && !no_pager,
        }
    }

    /// Prints to standard output. A closed pipe is not an error: the command runs to its end, and its exit
    /// code is valid.
    pub(super) fn print(&self, text: &str) -> anyhow::Result<()> {
        self.progress.end();
        let text = if self.out_is_terminal { guarded(text) } else { text.into() };
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(error).context("cannot write to standard output")
            }
            _ => Ok(()),
        }
    }

    /// Prints output that may be long, on a terminal through the pager.
    pub(super) fn print_long(&self, text: &str) -> anyhow::Result<()> {
        self.progress.end();
        if self.pages && pager::show(&guarded(text)).context("cannot run the pager")? {
            return Ok(());
        }
        self.print(text)
    }

    /// Prints a page, on a terminal with colors and pager.
    pub(super) fn page(&self, page: &Page) -> anyhow::Result<()> {
        self.print_long(&page::terminal(page, &self.out))
    }

    /// Prints a view in the chosen format. `report` returns its JSON form.
    pub(super) fn view<R: Serialize>(
        &self,
        medium: Medium,
        page: impl FnOnce() -> Page,
        report: impl FnOnce() -> VersionedJson<R>,
    ) -> anyhow::Result<()> {
        match medium {
            Medium::Human => self.page(&page()),
            Medium::Json => self.print(&json::pretty(&report())?),
            Medium::Markdown => self.print(&page::markdown(&page())),
            Medium::Html => self.print(&page::html(&page())),
        }
    }

    /// Reports why a command has no result: as its result if that is to be JSON, otherwise to standard error.
    pub(super) fn refuse(
        &self,
        medium: Medium,
        sources: &Sources,
        findings: Vec<Diagnostic>,
    ) -> anyhow::Result<()> {
        if medium != Medium::Json {
            self.report(sources, findings);
            return Ok(());
        }
        let findings = settle(findings);
        self.print(&json::pretty(&json::findings(sources, &findings))?)
    }

    /// Prints to standard error. Errors are ignored, since they could not be reported.
    pub(super) fn warn(&self, text: &str) {
        if !text.is_empty() {
            self.progress.end();
            let _ = io::stderr().lock().write_all(guarded(text).as_bytes());
        }
    }

    /// Prints findings and a summary to standard error. Returns whether there are errors.
    pub(super) fn report(&self, sources: &Sources, findings: Vec<Diagnostic>) -> bool {
        let (has_errors, text) = self.reported(sources, findings);
        self.warn(&text);
        has_errors
    }

    /// Returns whether there are errors, and findings and a summary as text for standard error.
    pub(super) fn reported(&self, sources: &Sources, findings: Vec<Diagnostic>) -> (bool, String) {
        let findings = settle(findings);
        let text = match findings.is_empty() {
            true => String::new(),
            false => human::report_with_summary(sources, &findings, &self.err),
        };
        (findings.iter().any(Diagnostic::is_error), text)
    }

    /// The theme of prompts, which are about to be shown.
    pub(super) fn theme(&self) -> Box<dyn Theme> {
        self.progress.end();
        if self.err.color { Box::new(ColorfulTheme::default()) } else { Box::new(SimpleTheme) }
    }
}

/// Returns the width of the terminal in columns. `COLUMNS` takes precedence, for tests.
fn terminal_width() -> usize {
    let set = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    set.or_else(|| terminal_size::terminal_size().map(|(width, _)| width.0 as usize)).unwrap_or(USUAL_WIDTH)
}
