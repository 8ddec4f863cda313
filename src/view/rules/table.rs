//! The rules of the fleet for programs, as JSON and CSV.

use serde::Serialize;

use super::Book;
use crate::analyse::fleet::{Holding, Rule, Wording};
use crate::model::Span;
use crate::view::json::{Version, Versioned};
use crate::view::origins::{Place, Why};

/// The columns of the CSV form with one row for each rule of each persona.
const COLUMNS: [&str; 12] = [
    "rule", "force", "text", "defined", "persona", "standing", "persona_force", "persona_text", "place",
    "because", "reason", "left_out",
];

/// The JSON form; see `docs/json.md`.
#[derive(Debug, Serialize)]
pub(crate) struct Report<'v> {
    personas: Vec<PersonaReport<'v>>,
    rules: Vec<RuleReport<'v>>,
}

#[derive(Debug, Serialize)]
struct PersonaReport<'v> {
    id: &'v str,
    composed: bool,
}

#[derive(Debug, Serialize)]
struct RuleReport<'v> {
    address: &'v str,
    drifts: bool,
    defined: Vec<DefinitionReport>,
    wordings: &'v [Wording<'v>],
    personas: Vec<HoldingReport<'v>>,
}

#[derive(Debug, Serialize)]
struct DefinitionReport {
    source: String,
    force: &'static str,
    #[serde(flatten)]
    at: Place,
}

#[derive(Debug, Serialize)]
struct HoldingReport<'v> {
    persona: &'v str,
    standing: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    wording: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(flatten)]
    at: Option<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<Why>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    left_out: &'v [&'static str],
}

impl<'a> Book<'_, 'a> {
    /// The rules as JSON.
    pub(crate) fn report(&self) -> Versioned<Report<'_>> {
        let personas = self.shown.iter().map(|persona| self.personas[*persona]);
        Version::RULES.of(Report {
            personas: personas.map(|(id, composed)| PersonaReport { id, composed }).collect(),
            rules: self.rules.iter().map(|rule| self.rule_report(rule)).collect(),
        })
    }

    fn rule_report<'s>(&'s self, rule: &'s Rule<'a>) -> RuleReport<'s> {
        let defined = rule.definitions.iter().filter_map(|claim| {
            Some(DefinitionReport {
                source: self.library.source_name(claim.source),
                force: claim.force()?.name(),
                at: self.at(claim.span),
            })
        });
        RuleReport {
            address: rule.address,
            drifts: rule.drifts(),
            defined: defined.collect(),
            wordings: &rule.wordings,
            personas: rule.holdings.iter().map(|holding| self.holding_report(holding)).collect(),
        }
    }

    fn holding_report<'s>(&'s self, holding: &'s Holding<'a>) -> HoldingReport<'s> {
        HoldingReport {
            persona: self.personas[holding.persona].0,
            standing: word(holding),
            wording: holding.wording,
            source: holding.origin.map(|origin| self.library.source_name(origin.source())),
            at: holding.origin.map(|origin| self.at(origin.place())),
            because: self.why(holding),
            left_out: &holding.left_out,
        }
    }

    fn at(&self, span: Span) -> Place {
        Place::of(&self.library.sources, span)
    }

    fn why(&self, holding: &Holding<'a>) -> Option<Why> {
        holding.because.as_ref().map(|because| Why::of(self.library, because.grounds()))
    }

    /// The rules as CSV (RFC 4180): a row for each rule and persona that has or had it, and one for a rule in no
    /// persona.
    pub(crate) fn csv(&self) -> String {
        let mut rows = vec![COLUMNS.map(str::to_owned).to_vec()];
        for rule in self.rules {
            let baseline = rule.baseline();
            let defined: Vec<String> =
                rule.definitions.iter().map(|claim| self.library.sources.place(claim.span)).collect();
            let head = [
                rule.address.to_owned(),
                baseline.force.name().to_owned(),
                baseline.words.whole_text(),
                defined.join(" "),
            ];
            if rule.holdings.is_empty() {
                let mut row = head.to_vec();
                row.resize(COLUMNS.len(), String::new());
                rows.push(row);
            }
            for holding in &rule.holdings {
                rows.push(head.iter().cloned().chain(self.cells(rule, holding)).collect());
            }
        }
        write_csv(&rows)
    }

    fn cells(&self, rule: &Rule<'a>, holding: &Holding<'a>) -> [String; 8] {
        let wording = holding.wording.and_then(|at| rule.wordings.get(at));
        let why = self.why(holding);
        let place = |at: &Place| format!("{}:{}", at.path, at.line);
        let because = why.as_ref().map(|why| match &why.at {
            Some(at) => format!("{} {}", why.kind, place(at)),
            None => why.kind.to_owned(),
        });
        [
            self.personas[holding.persona].0.to_owned(),
            word(holding),
            wording.map_or(String::new(), |wording| wording.force.name().to_owned()),
            wording.map_or(String::new(), |wording| wording.words.whole_text()),
            holding.origin.map_or(String::new(), |origin| self.location(origin)),
            because.unwrap_or_default(),
            why.and_then(|why| why.reason).unwrap_or_default(),
            holding.left_out.join(" "),
        ]
    }

    /// The matrix as CSV: a row for each rule, a column for each persona. A cell is the status of the rule, or empty if
    /// the persona does not have it.
    pub(crate) fn matrix_csv(&self) -> String {
        let names = self.shown.iter().map(|persona| self.personas[*persona].0.to_owned());
        let mut rows =
            vec![["rule".to_owned(), "force".to_owned()].into_iter().chain(names).collect::<Vec<_>>()];
        for rule in self.rules {
            let mut holdings = rule.holdings.iter().peekable();
            let cells = self.shown.iter().map(|persona| {
                let here = holdings.next_if(|holding| holding.persona == *persona).map(word);
                here.unwrap_or_else(|| {
                    if self.personas[*persona].1 { String::new() } else { "unknown".to_owned() }
                })
            });
            let head = [rule.address.to_owned(), rule.baseline().force.name().to_owned()];
            rows.push(head.into_iter().chain(cells).collect());
        }
        write_csv(&rows)
    }
}

/// The name of a status in the JSON and CSV forms.
fn word(holding: &Holding<'_>) -> String {
    holding.status.name().replace(' ', "-")
}

/// Writes rows as CSV. Writing to memory does not fail.
fn write_csv(rows: &[Vec<String>]) -> String {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        if writer.write_record(row.iter().map(|cell| escape_formula(cell))).is_err() {
            break;
        }
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// Prevents a spreadsheet from evaluating a cell: a text that starts like a formula gets an apostrophe, as a user would
/// type it.
fn escape_formula(cell: &str) -> String {
    let first = cell.chars().next();
    let is_formula = |character| {
        matches!(
            character,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}'
        )
    };
    if first.is_some_and(is_formula) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_start_like_a_formula_become_text() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\u{ff1d}1"] {
            assert_eq!(escape_formula(cell), format!("'{cell}"));
        }
        for cell in ["", "use = sparingly", "'=1", "never"] {
            assert_eq!(escape_formula(cell), cell);
        }
    }

    #[test]
    fn rows_read_back_unchanged() {
        let rows = vec![
            vec!["rule".to_owned(), "text".to_owned()],
            vec!["a".to_owned(), "say \"no\", and\nmean it".to_owned()],
        ];
        let text = write_csv(&rows);
        assert!(text.starts_with("rule,text\r\na,\"say \"\"no\"\", and\n"), "{text}");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let read: Vec<Vec<String>> =
            reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        assert_eq!(read, rows);
    }
}
