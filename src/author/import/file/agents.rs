//! Files of data that are one agent: character cards in JSON, and Codex agents in TOML.

use camino::{Utf8Path, Utf8PathBuf};

use super::{Given, Input, json, left_out, refusal, required, string};
use crate::model::wording::{count, names, one_or_many};
use crate::model::{
    BODY, CARD_V2, DESCRIPTION, Datum, Diagnostic, Envelope, FIRST_CARD, Form, NAME, Severity, TARGETS,
    Target, codes, normalized,
};
use crate::text::yaml::{Mapping, Yaml};

/// How the name of each specification of cards begins in JSON.
const CARD: &str = "\"chara_card_";

/// The most keys that a note names.
const MAX_NAMED: usize = 8;

/// The least float that may stand for an integer that TOML does not have.
const TOO_LARGE: f64 = 9_223_372_036_854_775_807.0;

/// Returns whether a text says that it is a character card in JSON, possibly damaged or of an unknown version, or has the
/// keys of the first version, which does not say so.
pub(super) fn is_card(text: &str) -> bool {
    let has_keys = || FIRST_CARD.iter().all(|key| text.contains(&format!("\"{key}\"")));
    let is_first = || matches!(json("".into(), text), Ok(Yaml::Map(top)) if is_first_version(&top));
    is_marked(text) || has_keys() && is_first()
}

fn is_marked(text: &str) -> bool {
    text.match_indices(CARD).any(|(at, _)| {
        let before = text[..at].trim_end().strip_suffix(':').map(str::trim_end);
        before.is_some_and(|before| before.ends_with("\"spec\""))
    })
}

/// Returns whether the values of a file are those of a card of the first version.
fn is_first_version(top: &Mapping) -> bool {
    let is_string = |wanted: &&str| top.iter().any(|(key, value)| key == wanted && is_text(value));
    FIRST_CARD.iter().all(is_string) && !top.iter().any(|(key, _)| key == "spec")
}

fn is_text(value: &Yaml) -> bool {
    matches!(value, Yaml::String(_))
}

/// Reads the card in an image.
pub(super) fn card_in_image(path: &Utf8Path, text: &str) -> Result<Input, Box<Diagnostic>> {
    let mut input = card(path, None, &json(path, text)?, text)?;
    if let Some(given) = &mut input.given {
        given.whole = None;
        let message = format!("the image stays in {path}; `build` writes the card as JSON");
        given.notes.push(left_out(Severity::Note, message));
    }
    Ok(input)
}

/// Reads a character card. Its text is that of a target in JSON whose marks it has.
pub(super) fn card(
    path: &Utf8Path,
    inside: Option<Utf8PathBuf>,
    value: &Yaml,
    whole: &str,
) -> Result<Input, Box<Diagnostic>> {
    let Yaml::Map(top) = value else {
        return Err(refusal(
            codes::WRONG_TYPE,
            format!("{path} is not a JSON object"),
            "import another file",
        ));
    };
    let get = |key: &str| top.iter().find(|(other, _)| other == key).map(|(_, value)| value);
    let forms = TARGETS.iter().filter_map(|target| match target.form {
        Form::Json(envelope) => Some((target, envelope)),
        _ => None,
    });
    // The first mark names the specification, the others its version.
    let is_marked = |(_, envelope): &(&Target, &Envelope)| {
        envelope.marks.first().is_some_and(|(key, mark)| get(key) == Some(&Yaml::String((*mark).to_owned())))
    };
    // The second version has the keys of the first, with the same meaning.
    let is_first = is_first_version(top);
    let is_form = |form: &(&Target, &Envelope)| match is_first {
        true => form.0.name == CARD_V2.name,
        false => is_marked(form),
    };
    let Some((target, envelope)) = forms.into_iter().find(is_form) else {
        let message = match get("spec") {
            Some(spec) => format!("{path} has the unknown `spec` `{spec}`"),
            None => format!("{path} is JSON but not a character card: it has no `spec`"),
        };
        let help =
            "import a version 2 or version 3 card (`chara_card_v2`, `chara_card_v3`), or a list of modes";
        return Err(refusal(codes::BAD_VALUE, message, help));
    };
    if is_first {
        // Programs for version 1 cards also wrote keys of version 2.
        let is_known = |key: &str| target.key(key).is_some_and(|key| key.is_written);
        let is_own = |entry: &(String, Yaml)| FIRST_CARD.contains(&entry.0.as_str()) || is_known(&entry.0);
        let (own, others): (Mapping, Mapping) = top.iter().cloned().partition(is_own);
        let others = others.into_iter().map(|(key, _)| key).collect();
        let mut input =
            agent(path, None, target, &own, "", body_of(path, &own, "", envelope)?, others, whole)?;
        if let Some(given) = &mut input.given {
            given.whole = None;
            let message = format!("{path} is a version 1 card; `build` writes {}", target.summary);
            given.notes.push(left_out(Severity::Note, message));
        }
        return Ok(input);
    }
    let within = envelope.within;
    let Some(Yaml::Map(inner)) = get(within) else {
        let message = format!("`{within}` in {path} is not an object");
        return Err(refusal(codes::WRONG_TYPE, message, "save the card again with the program that made it"));
    };
    let is_mark = |key: &str| envelope.marks.iter().any(|(mark, _)| *mark == key);
    // Many cards also have the values at the top, for readers of version 1.
    let is_copy = |entry: &&(String, Yaml)| inner.contains(entry);
    let beside = top.iter().filter(|entry| !is_mark(&entry.0) && entry.0 != within && !is_copy(entry));
    let beside = beside.map(|(key, _)| key.clone()).collect();
    let at = format!("{within}.");
    agent(path, inside, target, inner, &at, body_of(path, inner, &at, envelope)?, beside, whole)
}

/// The most characters of a description by which people choose a card that has a main prompt.
const SHORT: usize = 200;

/// The key that has the body of a card: the first that may have it, unless another text is longer, and too long for the few
/// words by which people choose a card.
fn body_of(
    path: &Utf8Path,
    inner: &Mapping,
    at: &str,
    envelope: &Envelope,
) -> Result<&'static str, Box<Diagnostic>> {
    let mut longest = ("", 0);
    for key in envelope.bodies {
        let length = string(path, inner, at, key)?.trim().chars().count();
        if longest.0.is_empty() || length > longest.1 && (longest.1 == 0 || length > SHORT) {
            longest = (key, length);
        }
    }
    Ok(longest.0)
}

/// Reads an agent in TOML: the target in TOML whose body it has.
pub(super) fn toml(
    path: &Utf8Path,
    inside: Option<Utf8PathBuf>,
    whole: &str,
) -> Result<Input, Box<Diagnostic>> {
    let text = whole.strip_prefix('\u{feff}').unwrap_or(whole);
    let read: Yaml = ::toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start.min(text.len()));
        let line = text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
        let message = format!("{path} is not valid TOML, line {line}: {}", error.message());
        refusal(codes::SYNTAX, message, "correct the file")
    })?;
    let Yaml::Map(mut values) = read else {
        return Err(refusal(codes::WRONG_TYPE, format!("{path} is not a table"), "import another file"));
    };
    let found = TARGETS.iter().find_map(|target| match target.form {
        Form::Toml(body) if values.iter().any(|(key, _)| key == body) => Some((target, body)),
        _ => None,
    });
    let Some((target, body)) = found else {
        let message = format!("{path} is TOML but not a Codex agent: it has no `developer_instructions`");
        return Err(refusal(codes::MISSING_KEY, message, "import another file"));
    };
    let stem = path.file_stem().unwrap_or_default();
    let is_named = values.iter().any(|(key, _)| key == NAME) || stem.is_empty();
    if !is_named {
        values.push((NAME.to_owned(), Yaml::String(stem.to_owned())));
    }
    let mut input = agent(path, inside, target, &values, "", body, Vec::new(), whole)?;
    if let Some(given) = input.given.as_mut().filter(|_| !is_named) {
        given.whole = None;
        let message = format!("{path} is not loaded as {}: it has no `{NAME}`", target.summary);
        let finding = Diagnostic::new(codes::FRONT_MATTER, message);
        let finding = target.facts.iter().fold(finding, |finding, facts| finding.note(facts.note()));
        given.notes.push(finding.help(format!("the profile is named `{stem}`; `build` writes the name")));
    }
    Ok(input)
}

/// The document of an agent. `at` leads to its keys, and `others` are keys elsewhere in the file.
#[expect(clippy::too_many_arguments, reason = "each is another part of the file")]
fn agent(
    path: &Utf8Path,
    inside: Option<Utf8PathBuf>,
    target: &'static Target,
    inner: &Mapping,
    at: &str,
    body: &'static str,
    mut others: Vec<String>,
    whole: &str,
) -> Result<Input, Box<Diagnostic>> {
    let name = required(path, inner, at, NAME)?;
    let text = string(path, inner, at, body)?;
    let mut values = vec![(NAME, Datum::String(name.clone()))];
    let mut notes = Vec::new();
    let description = string(path, inner, at, DESCRIPTION)?;
    if Some(body) != target.form.body(None) {
        values.push((BODY, Datum::String(body.to_owned())));
    }
    if !description.is_empty() && body != DESCRIPTION {
        values.push((DESCRIPTION, Datum::String(description)));
    }
    for (key, value) in inner.iter().filter(|(key, _)| key != body) {
        let Some(known) = target.key(key).filter(|known| known.is_written) else {
            if ![NAME, DESCRIPTION].contains(&key.as_str()) {
                others.push(format!("{at}{key}"));
            }
            continue;
        };
        let Some(mut datum) = datum(value, &format!("{at}{key}"), &mut others) else { continue };
        let added = known.value.complete(&mut datum);
        let is_short =
            known.most.is_none_or(|most| datum.as_str().is_none_or(|text| text.chars().count() <= most));
        if known.is_always_written && is_empty(&datum) {
            // It is written anyway.
        } else if known.value.accepts(&datum) && is_short {
            values.push((known.name, datum));
            if added > 0 {
                let message = format!(
                    "`{at}{key}` in {path} lacks {} that {} must have; `build` writes {} with an empty value",
                    count(added, "key"),
                    target.summary,
                    one_or_many(added, "it", "them")
                );
                notes.push(left_out(Severity::Note, message));
            }
        } else {
            let message = format!(
                "`{at}{key}` in {path} is not imported: {} wants {}",
                target.summary,
                target.describe(known.name)
            );
            notes.push(left_out(Severity::Warning, message));
        }
    }
    if !others.is_empty() {
        let keys = names(others.iter().map(|key| format!("`{key}`")), MAX_NAMED);
        let message = format!("not imported from {path}: {keys}");
        notes.push(
            left_out(Severity::Note, message)
                .note(format!("`{}` has no settings for these keys, or their values are null", target.name)),
        );
    }
    if inner.iter().any(|(_, value)| has_carriage_return(value)) {
        let message = format!("line breaks `\\r\\n` in texts of {path} are imported as `\\n`");
        notes.push(left_out(Severity::Note, message));
    }
    let given = Given {
        part: format!("{at}{body}"),
        name,
        target,
        values: Some(values),
        whole: Some(normalized(whole)),
        notes,
    };
    Ok(Input { path: path.to_owned(), inside, text, given: Some(given) })
}

fn has_carriage_return(value: &Yaml) -> bool {
    match value {
        Yaml::String(text) => text.contains('\r'),
        Yaml::List(items) => items.iter().any(has_carriage_return),
        Yaml::Map(map) => map.iter().any(|(_, value)| has_carriage_return(value)),
        _ => false,
    }
}

fn is_empty(datum: &Datum) -> bool {
    match datum {
        Datum::String(text) => text.is_empty(),
        Datum::List(items) => items.is_empty(),
        Datum::Map(map) => map.is_empty(),
        _ => false,
    }
}

/// A value as TOML has it, with uniform line breaks. What TOML cannot express is left out and added to `lost` with its
/// path.
fn datum(value: &Yaml, path: &str, lost: &mut Vec<String>) -> Option<Datum> {
    match value {
        Yaml::Null => None,
        Yaml::Float(number) if number.fract() == 0.0 && number.abs() >= TOO_LARGE => None,
        Yaml::String(text) => Some(Datum::String(normalized(text))),
        Yaml::List(items) => {
            let items = items.iter().enumerate();
            let items = items.filter_map(|(at, item)| datum(item, &format!("{path}[{at}]"), lost));
            return Some(Datum::List(items.collect()));
        }
        Yaml::Map(map) => {
            let entries = map.iter().filter_map(|(key, value)| {
                Some((key.clone(), datum(value, &format!("{path}.{key}"), lost)?))
            });
            let mut entries: Vec<_> = entries.collect();
            // TOML has tables after the other values, and the order of an object in JSON says nothing.
            entries.sort_by_key(|(_, datum)| datum.has_maps());
            return Some(Datum::Map(entries.into_iter().collect()));
        }
        other => other.datum(),
    }
    .or_else(|| {
        lost.push(path.to_owned());
        None
    })
}
