//! Findings about rules that a reader misreads.

use super::above::Place;
use super::{Reader, Reading, is_mark};
use crate::model::grammar::{self, Config};
use crate::model::wording::{self, shortened};
use crate::model::{Code, Diagnostic, Force, Layout, Span, codes};
use crate::render::ListEntry;

impl<'a> Reader<'_, 'a> {
    pub(super) fn misread(
        &mut self,
        entry: &ListEntry<'a>,
        force: Force,
        reading: Reading,
    ) -> Option<Diagnostic> {
        let Reading { force: read, place } = reading;
        let text = self.document.text();
        let words = shortened(text[place.clone()].trim_matches(is_mark), 60);
        let is_above = place.end <= entry.range.start;
        let is_own = entry.text.start <= place.start && place.end <= entry.text.end;
        let address = entry.address;
        let article = article(force);
        let message = match is_own {
            true => format!(
                "`{address}` is {article} rule, but its text begins with `{words}`, which reads as `{}`",
                read.name()
            ),
            false => format!("`{address}` is {article} rule, but `{words}` reads as `{}`", read.name()),
        };
        let origin = self.origin(&place, force);
        let finding =
            self.finding(codes::MISREAD_FORCE, message, entry, force, Some(read), origin.as_ref())?;
        Some(match origin {
            _ if is_own => {
                finding.help(format!("delete `{words}` from the text, or make it a `{}` rule", read.name()))
            }
            Some((_, at)) if is_above => finding
                .help(format!("change the words in `{at}`, or move the rule below a line of its force")),
            Some((_, at)) => finding.help(format!(
                "write words in `{at}` that read as `{}`, such as `{}`, or delete them",
                force.name(),
                self.usual(entry, force)
            )),
            None => finding.help(format!(
                "use words that read as `{}`, such as `{}`",
                force.name(),
                self.usual(entry, force)
            )),
        })
    }

    /// Reports layout that strikes out a rule or its label, or hides it.
    pub(super) fn concealed(
        &mut self,
        entry: &ListEntry<'a>,
        force: Force,
        place: Place,
    ) -> Option<Diagnostic> {
        let words = shortened(self.document.text()[place.clone()].trim(), 60);
        let message = format!(
            "`{}` is {} rule, but `{words}` strikes out or hides what states it",
            entry.address,
            article(force)
        );
        let origin = self.origin(&place, force);
        let read = dismissed(force);
        let finding =
            self.finding(codes::MISREAD_FORCE, message, entry, force, Some(read), origin.as_ref())?;
        let at = origin.map_or(String::new(), |(_, at)| format!(" in `{at}`"));
        Some(finding.help(format!("write it{at} without markup that strikes out or hides words")))
    }

    pub(super) fn unreadable(
        &mut self,
        entry: &ListEntry<'a>,
        force: Force,
        label: Option<Place>,
    ) -> Option<Diagnostic> {
        let text = self.document.text();
        let line = || self.above.lines().next().cloned();
        let (place, message) = match label.or_else(line) {
            Some(place) => {
                let words = shortened(text[place.clone()].trim(), 60);
                let message =
                    format!("`{}` is {} rule, but `{words}` states no force", entry.address, article(force));
                (place, message)
            }
            None => {
                let message =
                    format!("`{}` is {} rule, but nothing states its force", entry.address, article(force));
                (entry.range.clone(), message)
            }
        };
        let set = self.composition.persona.layout.nearest(entry.address, force.name());
        let set = set.map(|set| (set.origin.span(), set.origin.address().to_owned()));
        let origin = set.or_else(|| self.origin(&place, force));
        let finding = self.finding(codes::UNREADABLE_FORCE, message, entry, force, None, origin.as_ref())?;
        let at = origin.map_or(String::new(), |(_, at)| format!(" in `{at}`"));
        Some(
            finding
                .help(format!(
                    "write words{at} that read as `{}`, such as `{}`",
                    force.name(),
                    self.usual(entry, force)
                ))
                .help(format!(
                    "if readers will understand it: `{} = \"off\"` in {}",
                    codes::UNREADABLE_FORCE.name,
                    grammar::header([Config::Severity.name()])
                )),
        )
    }

    /// The usual label of a force for an entry.
    fn usual(&self, entry: &ListEntry<'a>, force: Force) -> String {
        let is_grouped = self.style(entry.address).is_some_and(|(_, style)| style.layout == Layout::Grouped);
        let name = if is_grouped { "grouped" } else { "modal" };
        self.library.config.styles[name].label(force).to_owned()
    }

    /// A finding, unless the same words were reported for another rule of the force.
    pub(super) fn finding(
        &mut self,
        code: &'static Code,
        message: String,
        entry: &ListEntry<'a>,
        force: Force,
        read: Option<Force>,
        origin: Option<&(Span, String)>,
    ) -> Option<Diagnostic> {
        let rule = entry.origin.span();
        let place = origin.map_or(rule, |(span, _)| *span);
        let is_new = self.seen.insert((place, force as usize, read.map(|read| read as usize), place == rule));
        is_new.then_some(())?;
        let text = self.document.text();
        let start = text[..entry.text.start].rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let line = text[start..].lines().next().unwrap_or_default();
        let finding = Diagnostic::new(code, message).at(place, "").about(entry.address);
        let finding = match place == rule {
            true => finding,
            false => finding.context(rule, if entry.force.is_some() { "the rule" } else { "the entry" }),
        };
        Some(finding.note(format!("the output reads `{}`", shortened(line.trim(), 70))))
    }
}

/// The force that a reader gives to a rule that is revoked.
pub(super) fn dismissed(force: Force) -> Force {
    if force == Force::May { Force::Never } else { Force::May }
}

fn article(force: Force) -> String {
    format!("{} `{}`", wording::article(force.name()), force.name())
}
