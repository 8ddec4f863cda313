//! Reads `[severity]` in `cento.toml`.

use super::Value;
use super::body;
use super::reader::Reader;
use crate::model::grammar::{Config, Keys as _};
use crate::model::{Bound, CODES, Code, Severities, Severity, address, codes, did_you_mean};

/// Reads a table of codes and their severities.
pub(super) fn read(reader: &mut Reader, value: &Value<'_>) -> Severities {
    let mut severities = Severities::default();
    let Some(table) = reader.table(Config::Severity.shown(), value) else { return severities };
    for (key, value) in table {
        let name = body::key_text(reader, key);
        let Some(code) = Code::from_name(&name.value) else {
            let known = did_you_mean(&name.value, CODES.iter().map(|code| code.name));
            let help = known.unwrap_or_else(|| "run `cento list codes` for all codes".to_owned());
            let message = format!("the code `{}` does not exist", name.value);
            reader.error(codes::UNKNOWN_KEY, message, name.span, Some(help));
            continue;
        };
        let Some(severity) = reader.choice(
            &format!("`{}`", address::below(Config::Severity.name(), code.name)),
            value,
            &Severity::WORDS,
        ) else {
            continue;
        };
        match code.bound {
            Bound::Fixed(reason) if severity != Some(code.severity) => {
                let message = format!("`{}` is always an {}", code.name, code.severity.name());
                let finding = crate::model::Diagnostic::new(codes::BAD_VALUE, message);
                let finding = finding.at(reader.span(value), "").note(format!("because {reason}"));
                reader.find(finding.help(format!("delete the line, and fix what `{}` reports", code.name)));
            }
            _ => severities.set(code, severity),
        }
    }
    severities
}
