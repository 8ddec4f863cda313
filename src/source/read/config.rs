//! Reads `cento.toml`.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Component, Utf8Path};
use toml::de::{DeTable, DeValue};

use super::Value;
use super::reader::{Reader, read_file};
use super::{accept, body, guess, requirement, severities, target};
use crate::model::grammar::{Config, Defaults, FORCES, Keys as _, Known, Paths, Style, Subject, header};
use crate::model::{
    self, Diagnostic, FileId, Force, Layout, MAX_IMPLIED, NameKind, Relation, Sources, Subjects, Text,
    address, codes, did_you_mean,
};

/// Returns the settings of a workspace without `cento.toml`.
pub(crate) fn defaults() -> model::Config {
    model::Config {
        fragments: Paths::Fragments.usual().to_owned(),
        profiles: Paths::Profiles.usual().to_owned(),
        targets: Defaults::Targets.row().left_out.list().iter().map(|&name| name.to_owned()).collect(),
        style: Defaults::Style.row().left_out.text().to_owned(),
        styles: model::Style::built_in(),
        ..model::Config::default()
    }
}

/// Reads the settings from a file of `sources`.
pub(crate) fn read(sources: &Sources, file: FileId) -> (model::Config, Vec<Diagnostic>) {
    let (mut config, findings) = read_file::<Config, _>(sources, file, read_table);
    config.file = Some(file);
    config.broken = findings.iter().any(Diagnostic::breaks_file);
    (config, findings)
}

fn read_table(reader: &mut Reader, table: &DeTable<'_>) -> model::Config {
    let mut config = defaults();
    let mut style = None;
    for (key, value) in table {
        let Some(known) = reader.known::<Config>(key, value) else { continue };
        match known {
            Config::Paths => read_paths(reader, &mut config, value),
            Config::Defaults => style = read_defaults(reader, &mut config, value),
            Config::Styles => read_styles(reader, &mut config, value),
            Config::Subjects => config.subjects = read_subjects(reader, value),
            Config::Require => config.requirements = requirement::read(reader, value),
            Config::Accept => config.acceptances = accept::read(reader, value),
            Config::Known => config.known = read_known(reader, value),
            Config::Severity => config.severities = severities::read(reader, value),
        }
    }
    if let Some(style) = style {
        check_style(reader, &config, &style);
        config.style = style.value;
    }
    config
}

/// Reports a style that does not exist.
fn check_style(reader: &mut Reader, config: &model::Config, style: &Text) {
    if !config.styles.contains_key(&style.value) {
        let help = did_you_mean(&style.value, config.styles.keys().map(String::as_str));
        reader.error(
            codes::BAD_VALUE,
            format!("the style `{}` does not exist", style.value),
            style.span,
            help,
        );
    }
}

fn read_paths(reader: &mut Reader, config: &mut model::Config, value: &Value<'_>) {
    let Some(paths) = reader.table(Config::Paths.shown(), value) else { return };
    for (key, value) in paths {
        let Some(known) = reader.known::<Paths>(key, value) else { continue };
        let place = match known {
            Paths::Fragments => &mut config.fragments,
            Paths::Profiles => &mut config.profiles,
        };
        let Some(path) = reader.line(known.shown(), value) else { continue };
        let path_value = Utf8Path::new(&path.value);
        let inside = path_value.components().all(|part| matches!(part, Utf8Component::Normal(_)));
        if inside && !path.value.contains('\\') {
            *place = path_value.components().map(|part| part.as_str()).collect::<Vec<_>>().join("/");
        } else {
            let message = format!("`{}` is not a directory inside the workspace", path.value);
            let help = "use a relative path with `/` as the separator and without `..`".to_owned();
            reader.error(codes::UNSAFE_PATH, message, path.span, Some(help));
        }
    }
    let (fragments, profiles) = (Utf8Path::new(&config.fragments), Utf8Path::new(&config.profiles));
    if fragments.starts_with(profiles) || profiles.starts_with(fragments) {
        let message = "the directories of fragments and profiles must not contain each other".to_owned();
        reader.error(codes::BAD_VALUE, message, reader.span(value), None);
    }
}

/// Reads `[defaults]`. Returns the style, which can only be checked when all styles are known.
fn read_defaults(reader: &mut Reader, config: &mut model::Config, value: &Value<'_>) -> Option<Text> {
    let mut style = None;
    for (key, value) in reader.table(Config::Defaults.shown(), value)? {
        let Some(known) = reader.known::<Defaults>(key, value) else { continue };
        match known {
            Defaults::Style => style = reader.line(known.shown(), value),
            Defaults::Targets => {
                let targets = reader.distinct(known.shown(), value);
                for name in &targets {
                    target::known(reader, name);
                }
                if targets.is_empty() {
                    let message = format!("{} must not be empty", known.shown());
                    let help = "delete the key, or list at least one target".to_owned();
                    reader.error(codes::BAD_VALUE, message, reader.span(value), Some(help));
                }
                config.targets = targets.into_iter().map(|target| target.value).collect();
            }
        }
    }
    style
}

fn read_styles(reader: &mut Reader, config: &mut model::Config, value: &Value<'_>) {
    let Some(styles) = reader.table(Config::Styles.shown(), value) else { return };
    for (key, value) in styles {
        let place = format!("`{}`", header([Config::Styles.name(), key.get_ref()]));
        if !reader.id("a style", key) {
            continue;
        }
        if config.styles.contains_key(key.get_ref().as_ref()) {
            let message = format!("`{}` is a built-in style", key.get_ref());
            let help = "choose another name".to_owned();
            reader.error(codes::RESERVED_NAME, message, reader.key_span(key), Some(help));
            continue;
        }
        let Some(table) = reader.table(&place, value) else { continue };
        if let Some(style) = read_style(reader, &place, table) {
            config.styles.insert(key.get_ref().to_string(), style);
        }
    }
}

/// Reads one style. Omitted keys default to the built-in style with the same layout.
fn read_style(reader: &mut Reader, place: &str, table: &DeTable<'_>) -> Option<model::Style> {
    let layout = match table.get(Style::Layout.name()) {
        Some(value) => reader.choice(Style::Layout.shown(), value, &Layout::ALL)?,
        None => Layout::Inline,
    };
    let base = if layout == Layout::Grouped { "grouped" } else { "modal" };
    let mut style = model::Style::built_in().swap_remove(base)?;
    for (key, value) in table {
        let Some(known) = reader.known_in::<Style>(key, value, place) else { continue };
        match known {
            Style::Layout => {}
            Style::Order => style.order = read_order(reader, known.shown(), value, &style.order),
            Style::Labels => {
                let table = reader.table(known.shown(), value)?;
                read_labels(reader, known.shown(), table, &mut style);
            }
        }
    }
    Some(style)
}

/// Reads the labels of a style, by force.
fn read_labels(reader: &mut Reader, what: &str, table: &DeTable<'_>, style: &mut model::Style) {
    for (key, value) in table {
        let Some(force) = Force::from_name(key.get_ref()) else {
            reader.unknown_key(key, value, what, FORCES.iter().copied());
            continue;
        };
        if let Some(label) = reader.line("a label", value) {
            style.labels[force as usize] = label.value;
            style.spans[force as usize] = Some(label.span);
        }
    }
}

/// Returns the order of forces: the listed ones first, then the others in their usual order.
fn read_order(reader: &mut Reader, what: &str, value: &Value<'_>, usual: &[Force]) -> Vec<Force> {
    let mut order: Vec<Force> = Vec::new();
    for name in reader.distinct(what, value) {
        match Force::from_name(&name.value) {
            Some(force) => order.push(force),
            None => {
                let help = guess::word(&name.value, FORCES.iter().copied());
                reader.error(codes::BAD_VALUE, format!("`{}` is not a force", name.value), name.span, help);
            }
        }
    }
    let rest: Vec<_> = usual.iter().copied().filter(|force| !order.contains(force)).collect();
    order.extend(rest);
    order
}

fn read_known(reader: &mut Reader, value: &Value<'_>) -> BTreeMap<NameKind, BTreeSet<String>> {
    let mut names = BTreeMap::new();
    for (key, value) in reader.table(Config::Known.shown(), value).into_iter().flatten() {
        let Some(known) = reader.known::<Known>(key, value) else { continue };
        let listed = reader.distinct(known.shown(), value).into_iter().map(|name| name.value);
        names.insert(known.kind(), listed.collect());
    }
    names
}

fn read_subjects(reader: &mut Reader, value: &Value<'_>) -> Subjects {
    let mut declared = Vec::new();
    if let Some(subjects) = reader.table(Config::Subjects.shown(), value) {
        read_relations(reader, subjects, &mut Vec::new(), &mut declared);
    }
    Subjects::new(declared).unwrap_or_else(|subject| {
        let message = format!(
            "more than {MAX_IMPLIED} pairs of subjects imply each other, those of `{subject}` among them"
        );
        let help = "declare fewer relations: let the subjects imply a common one, without a chain".to_owned();
        reader.error(codes::TOO_LARGE, message, reader.span(value), Some(help));
        Subjects::default()
    })
}

/// Reads the relations of each subject. A subject with dots may be nested tables, because TOML parses
/// `[subjects.sql.indexing]` that way.
fn read_relations(
    reader: &mut Reader,
    table: &DeTable<'_>,
    path: &mut Vec<Text>,
    declared: &mut Vec<Relation>,
) {
    for (key, value) in table {
        let relation = Subject::find(key.get_ref()).filter(|_| value.get_ref().is_array());
        let (Some(relation), Some(span)) = (relation, path.last().map(|last| last.span)) else {
            let subject = body::key_text(reader, key);
            if !body::check_subject(reader, &subject) {
                continue;
            }
            if let DeValue::Table(table) = value.get_ref() {
                path.push(subject);
                read_relations(reader, table, path, declared);
                path.pop();
            } else {
                reader.unknown_key(key, value, Subject::PLACE, Subject::rows().map(|row| row.name));
            }
            continue;
        };
        let subject = Text { value: address::place(path.iter().map(Text::as_str)), span };
        for other in reader.distinct(relation.shown(), value) {
            if other.value == subject.value {
                let message = format!("`{}` {} itself", subject.value, relation.name());
                reader.error(codes::BAD_VALUE, message, other.span, Some("remove it".to_owned()));
            } else if body::check_subject(reader, &other) {
                declared.push(Relation {
                    subject: subject.clone(),
                    other,
                    excludes: relation == Subject::Excludes,
                });
            }
        }
    }
}
