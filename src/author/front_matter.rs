//! Entries of front matter: from text back to values, and to the patterns that type them.

use crate::model::{Datum, NAME, Target, ToolList, is_tool_name};
use crate::render::{VALUE, fill, front_matter_line, read};
use crate::text::yaml::Yaml;

/// Returns whether the target writes these entries by default.
pub(super) fn is_default(entries: &[String], target: &Target) -> bool {
    let usual = target.front_matter_keys().filter(|key| entries.iter().any(|entry| entry == key));
    let is_usual = usual.map(str::to_owned).collect::<Vec<_>>() == entries;
    target.has_front_matter() && is_usual && entries.first().is_some_and(|entry| entry == NAME)
}

/// Splits front matter into entries: a key with its continuation lines, a comment, or a blank line. `None` if
/// a line belongs to no key.
pub(super) fn entries(inner: &str) -> Option<Vec<String>> {
    let mut entries: Vec<String> = Vec::new();
    let lines: Vec<&str> = inner.split_terminator('\n').collect();
    for (index, line) in lines.iter().enumerate() {
        let goes_on = |line: &&&str| line.starts_with([' ', '\t']) || line.starts_with("- ") || **line == "-";
        let next = lines[index..].iter().find(|line| !line.trim().is_empty());
        let is_own = match line.trim().is_empty() {
            true => next.filter(goes_on).is_none(),
            false => key(line).is_some() || line.starts_with('#'),
        };
        match entries.last_mut() {
            _ if is_own => entries.push((*line).to_owned()),
            Some(last) => {
                last.push('\n');
                last.push_str(line);
            }
            None => return None,
        }
    }
    Some(entries)
}

/// Returns the key at the start of a line.
pub(super) fn key(line: &str) -> Option<&str> {
    let (key, rest) = line.split_once(':')?;
    let is_key = key.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && key.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter));
    (is_key && (rest.is_empty() || rest.starts_with([' ', '\t', '\n']))).then_some(key)
}

/// Returns the value of a known key in the form that a profile can set. `None` if it cannot be set.
pub(super) fn known_value(target: &Target, key: &str, value: &Yaml) -> Option<Datum> {
    let lists = [target.allow, target.deny].into_iter().flatten();
    if lists.into_iter().any(|(list, _)| list == key) {
        let mut names: Vec<Datum> = Vec::new();
        for name in value.tools()? {
            let name = Datum::String(name);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let is_sound =
            |name: &Datum| name.as_str().is_some_and(|name| is_tool_name(name) && name.trim() == name);
        return (!names.is_empty() && names.iter().all(is_sound)).then_some(Datum::List(names));
    }
    let datum = match value.datum()? {
        // The line break at the end of a block scalar is not part of the text.
        Datum::String(text) => Datum::String(text.trim_end_matches('\n').to_owned()),
        datum => datum,
    };
    let text = datum.as_str();
    if text.is_some_and(|text| text.trim().is_empty() || (key == NAME && text.contains('\n'))) {
        return None;
    }
    match target.key(key) {
        None => text.is_some().then_some(datum),
        Some(known) => {
            let is_short = known.most.is_none_or(|most| text.is_none_or(|text| text.chars().count() <= most));
            (known.value.accepts(&datum) && is_short).then_some(datum)
        }
    }
}

/// Returns the pattern of an entry: the key alone, or the line with `VALUE` in place of the value. `None` if
/// it would not reproduce the entry.
pub(super) fn pattern(key: &str, entry: &str, target: &Target, datum: &Datum) -> Option<String> {
    let list = [target.allow, target.deny].into_iter().flatten().find(|(list, _)| *list == key);
    let line = match (list, datum) {
        (Some((_, ToolList::List)), _) => datum.clone(),
        (Some((_, form)), Datum::List(names)) => {
            let names: Vec<String> = names.iter().map(Datum::to_string).collect();
            Datum::String(names.join(form.separator()))
        }
        _ => datum.clone(),
    };
    if front_matter_line(target, key, &line) == format!("{entry}\n") {
        return Some(key.to_owned());
    }
    let (pattern, _) = read(entry)?;
    let gives_back = |pattern: &String| {
        [datum, &line].into_iter().any(|value| fill(pattern, value).as_deref() == Some(entry))
    };
    let separated =
        [", ", ",", " "].map(|between| pattern.replacen(VALUE, &format!("{VALUE}{between}{VALUE}"), 1));
    let is_list = list.is_some() && pattern.matches(VALUE).count() == 1;
    [pattern].into_iter().chain(separated.into_iter().filter(|_| is_list)).find(gives_back)
}
