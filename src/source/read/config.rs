//! Reading of `cento.toml`.

use camino::{Utf8Component, Utf8Path};
use toml::de::{DeTable, DeValue};

use super::reader::{Reader, Value, read_file};
use super::{body, requirement, severities};
use crate::model::{
    Config, Diagnostic, FileId, Force, Layout, Relation, Sources, Style, Subjects, TARGETS, Text, codes,
    did_you_mean, target,
};

/// The settings of a workspace without `cento.toml`.
pub(crate) fn defaults() -> Config {
    Config {
        fragments: "fragments".to_owned(),
        profiles: "profiles".to_owned(),
        targets: vec!["prompt".to_owned()],
        style: "modal".to_owned(),
        styles: Style::built_in(),
        ..Config::default()
    }
}

/// Reads the settings from a file of `sources`.
pub(crate) fn read(sources: &Sources, file: FileId) -> (Config, Vec<Diagnostic>) {
    let (mut config, findings) = read_file(sources, file, read_table);
    config.file = Some(file);
    config.broken = findings.iter().any(Diagnostic::breaks_file);
    (config, findings)
}

fn read_table(reader: &mut Reader, table: &DeTable<'_>) -> Config {
    let mut config = defaults();
    let mut style = None;
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "paths" => read_paths(reader, &mut config, value),
            "defaults" => style = read_defaults(reader, &mut config, value),
            "styles" => read_styles(reader, &mut config, value),
            "subjects" => config.subjects = read_subjects(reader, value),
            "accept" => config.acceptances = super::accept::read(reader, value),
            "require" => config.requirements = requirement::read(reader, value),
            "severity" => config.severities = severities::read(reader, value),
            _ => {
                let known = ["paths", "defaults", "styles", "subjects", "require", "accept", "severity"];
                reader.unknown_key(key, "cento.toml", known);
            }
        }
    }
    if let Some(style) = style {
        check_style(reader, &config, &style);
        config.style = style.value;
    }
    config
}

/// Whether there is a style of this name; a finding if not.
fn check_style(reader: &mut Reader, config: &Config, style: &Text) {
    if !config.styles.contains_key(&style.value) {
        let help = did_you_mean(&style.value, config.styles.keys().map(String::as_str));
        reader.error(codes::BAD_VALUE, format!("there is no style `{}`", style.value), style.span, help);
    }
}

fn read_paths(reader: &mut Reader, config: &mut Config, value: &Value<'_>) {
    let Some(paths) = reader.table("`paths`", value) else { return };
    for (key, value) in paths {
        let place = match key.get_ref().as_ref() {
            "fragments" => &mut config.fragments,
            "profiles" => &mut config.profiles,
            _ => {
                reader.unknown_key(key, "`[paths]`", ["fragments", "profiles"]);
                continue;
            }
        };
        let Some(path) = reader.line(&format!("`paths.{}`", key.get_ref()), value) else { continue };
        let path_value = Utf8Path::new(&path.value);
        let inside = path_value.components().all(|part| matches!(part, Utf8Component::Normal(_)));
        if inside && !path.value.contains('\\') {
            *place = path_value.components().map(|part| part.as_str()).collect::<Vec<_>>().join("/");
        } else {
            let message = format!("`{}` is not a folder inside the workspace", path.value);
            let help = "a relative path with `/` between its parts, without `..`".to_owned();
            reader.error(codes::UNSAFE_PATH, message, path.span, Some(help));
        }
    }
    let (fragments, profiles) = (Utf8Path::new(&config.fragments), Utf8Path::new(&config.profiles));
    if fragments.starts_with(profiles) || profiles.starts_with(fragments) {
        let message = "fragments and profiles cannot lie in each other's folder".to_owned();
        reader.error(codes::BAD_VALUE, message, reader.span(value), None);
    }
}

/// Reads `[defaults]`; returns the style, which is checked when all styles are known.
fn read_defaults(reader: &mut Reader, config: &mut Config, value: &Value<'_>) -> Option<Text> {
    let mut style = None;
    for (key, value) in reader.table("`defaults`", value)? {
        match key.get_ref().as_ref() {
            "style" => style = reader.line("`defaults.style`", value),
            "targets" => {
                let targets = reader.distinct("`defaults.targets`", value);
                for name in targets.iter().filter(|name| target(&name.value).is_none()) {
                    let help = did_you_mean(&name.value, TARGETS.iter().map(|target| target.name));
                    reader.error(
                        codes::BAD_VALUE,
                        format!("unknown target `{}`", name.value),
                        name.span,
                        help,
                    );
                }
                if targets.is_empty() {
                    let message = "`defaults.targets` names no target".to_owned();
                    let help = "remove the key, or list at least one target".to_owned();
                    reader.error(codes::BAD_VALUE, message, reader.span(value), Some(help));
                }
                config.targets = targets.into_iter().map(|target| target.value).collect();
            }
            _ => reader.unknown_key(key, "`[defaults]`", ["targets", "style"]),
        }
    }
    style
}

fn read_styles(reader: &mut Reader, config: &mut Config, value: &Value<'_>) {
    let Some(styles) = reader.table("`styles`", value) else { return };
    for (key, value) in styles {
        let place = format!("`[styles.{}]`", key.get_ref());
        if !reader.id("a style", key) {
            continue;
        }
        if config.styles.contains_key(key.get_ref().as_ref()) {
            let message = format!("`{}` is a built-in style", key.get_ref());
            let help = "give a style of your own another name".to_owned();
            reader.error(codes::RESERVED_NAME, message, reader.key_span(key), Some(help));
            continue;
        }
        let Some(table) = reader.table(&place, value) else { continue };
        if let Some(style) = read_style(reader, &place, table) {
            config.styles.insert(key.get_ref().to_string(), style);
        }
    }
}

/// Reads one style. What it leaves out is as in the built-in style of its layout.
fn read_style(reader: &mut Reader, place: &str, table: &DeTable<'_>) -> Option<Style> {
    let layout = match table.get_key_value("layout") {
        Some((_, value)) => {
            reader.choice("`layout`", value, &[("inline", Layout::Inline), ("grouped", Layout::Grouped)])?
        }
        None => Layout::Inline,
    };
    let base = if layout == Layout::Grouped { "grouped" } else { "modal" };
    let mut style = Style::built_in().swap_remove(base)?;
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "layout" => {}
            "order" => style.order = read_order(reader, value, &style.order),
            "labels" => {
                for (key, value) in reader.table("`labels`", value)? {
                    match Force::from_name(key.get_ref()) {
                        Some(force) => {
                            if let Some(label) = reader.line("a label", value) {
                                style.labels[force as usize] = label.value;
                            }
                        }
                        None => reader.unknown_key(key, "`labels`", Force::ALL.map(|(name, _)| name)),
                    }
                }
            }
            _ => reader.unknown_key(key, place, ["layout", "order", "labels"]),
        }
    }
    Some(style)
}

/// The order of the forces: those listed, then the others as they were.
fn read_order(reader: &mut Reader, value: &Value<'_>, usual: &[Force]) -> Vec<Force> {
    let mut order: Vec<Force> = Vec::new();
    for name in reader.distinct("`order`", value) {
        match Force::from_name(&name.value) {
            Some(force) => order.push(force),
            None => {
                let help = did_you_mean(&name.value, Force::ALL.map(|(name, _)| name));
                reader.error(codes::BAD_VALUE, format!("`{}` is not a force", name.value), name.span, help);
            }
        }
    }
    let rest: Vec<_> = usual.iter().copied().filter(|force| !order.contains(force)).collect();
    order.extend(rest);
    order
}

fn read_subjects(reader: &mut Reader, value: &Value<'_>) -> Subjects {
    let mut declared = Vec::new();
    if let Some(subjects) = reader.table("`subjects`", value) {
        read_relations(reader, subjects, &mut Vec::new(), &mut declared);
    }
    Subjects::new(declared)
}

/// Reads the relations of each subject. A subject with dots may be written as nested tables, since
/// that is what TOML makes of `[subjects.sql.indexing]`.
fn read_relations(
    reader: &mut Reader,
    table: &DeTable<'_>,
    path: &mut Vec<Text>,
    declared: &mut Vec<Relation>,
) {
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        let is_relation = matches!(name, "implies" | "excludes") && value.get_ref().is_array();
        let Some(span) = path.last().map(|last| last.span).filter(|_| is_relation) else {
            let subject = body::key_text(reader, key);
            if !body::check_subject(reader, &subject) {
                continue;
            }
            if let DeValue::Table(table) = value.get_ref() {
                path.push(subject);
                read_relations(reader, table, path, declared);
                path.pop();
            } else {
                reader.unknown_key(key, "a subject", ["implies", "excludes"]);
            }
            continue;
        };
        let parts: Vec<&str> = path.iter().map(Text::as_str).collect();
        let subject = Text { value: parts.join("."), span };
        for other in reader.distinct(&format!("`{name}`"), value) {
            if other.value == subject.value {
                let message = format!("`{}` {name} itself", subject.value);
                reader.error(codes::BAD_VALUE, message, other.span, Some("remove it".to_owned()));
            } else if body::check_subject(reader, &other) {
                declared.push(Relation { subject: subject.clone(), other, excludes: name == "excludes" });
            }
        }
    }
}
