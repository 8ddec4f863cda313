//! Outputs with several personas: the personas of other profiles, each as a part of its own.

use super::{Composer, Composition, Persona, compose_alone};
use crate::model::grammar::target_header;
use crate::model::{Address, Datum, Diagnostic, FragmentId, PERSONAS, Span, codes, did_you_mean};

/// Returns the compositions of the personas that a persona puts into its outputs, in their order, and findings.
pub(super) fn parts<'a>(
    composer: &Composer<'a>,
    persona: &Persona<'a>,
    own: &str,
    start: Span,
    keep: &dyn Fn(FragmentId) -> bool,
) -> (Vec<Composition<'a>>, Vec<Diagnostic>) {
    let (mut parts, mut findings): (Vec<Composition<'a>>, _) = (Vec::new(), Vec::new());
    for settings in &persona.targets {
        let Some((_, list, origin)) = settings.values.iter().find(|(key, ..)| *key == PERSONAS) else {
            continue;
        };
        let span = origin.map_or(start, |origin| origin.span());
        let address = Address::TargetKey { target: settings.target.name, key: PERSONAS }.to_string();
        let wrong =
            |message: String| Diagnostic::new(codes::BAD_VALUE, message).at(span, "").about(address.as_str());
        for id in strings(list) {
            let library = composer.library;
            let Some(index) = library.profiles.id_of(id) else {
                let finding = wrong(format!("there is no profile `{id}`"));
                let known = library.profiles.keys().map(String::as_str);
                findings
                    .push(finding.help_if(did_you_mean(id, known)).help("name a profile, or delete the id"));
                continue;
            };
            if id == own || parts.iter().any(|part| part.profile.id == id) {
                let named = if id == own { "itself".to_owned() } else { format!("`{id}` twice") };
                findings.push(wrong(format!("`{own}` names {named} in `{PERSONAS}`")).help("delete the id"));
                continue;
            }
            // The reasons are findings about that profile and its files.
            let Ok(part) = compose_alone(composer, index, keep, None) else {
                let message = format!("`{id}`, which outputs of `{own}` include, cannot be composed");
                findings.push(wrong(message).help(format!("run `cento check {id}` to see why")));
                continue;
            };
            if part
                .persona
                .targets
                .iter()
                .any(|settings| settings.values.iter().any(|(key, ..)| *key == PERSONAS))
            {
                let message = format!("`{id}` is itself a profile of several personas");
                findings.push(
                    wrong(message).help(format!(
                        "name its personas directly in {}",
                        target_header(settings.target.name)
                    )),
                );
                continue;
            }
            parts.push(part);
        }
    }
    (parts, findings)
}

fn strings(list: &Datum) -> Vec<&str> {
    match list {
        Datum::List(items) => items.iter().filter_map(Datum::as_str).collect(),
        _ => Vec::new(),
    }
}
