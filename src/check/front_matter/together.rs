//! Keys of front matter that do not go together, or that only one program reads.

use super::ReadBack;
use crate::check::unshared::has_no_effect;
use crate::model::grammar::target_header;
use crate::model::wording::{one_or_many, series};
use crate::model::{Diagnostic, Facts, Idle, Key, PATH, Severity, codes};
use crate::text::yaml::Yaml;

impl ReadBack<'_, '_> {
    /// Reports the keys that have no effect beside others, that belong to another version of the format, and that only one
    /// program reads.
    pub(super) fn together(&self) -> Vec<Diagnostic> {
        let of_values = self.shadowed().into_iter().chain(self.unfilled_variables());
        self.idle().into_iter().chain(self.mixed()).chain(self.dialects()).chain(of_values).collect()
    }

    /// The value of a key in the front matter, if it has an effect.
    pub(super) fn read_value(&self, key: &str) -> Option<&Yaml> {
        let value = self.read.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value)?;
        let is_empty = *value == Yaml::Null || value.datum().is_some_and(|datum| has_no_effect(&datum));
        (!is_empty).then_some(value)
    }

    pub(super) fn warning(&self, message: String, key: &str, help: String) -> Diagnostic {
        let finding = Diagnostic::new(codes::TARGET, message).at(self.set_at(key), "").help(help);
        Diagnostic { severity: Severity::Warning, ..finding }
    }

    fn idle(&self) -> Vec<Diagnostic> {
        let target = self.settings.target;
        let report = |(key, other, when): &(&'static str, &'static str, Idle)| {
            self.read_value(key)?;
            let value = self.read_value(other).map(ToString::to_string);
            when.applies(value.as_deref()).then_some(())?;
            let help = match when {
                Idle::Where(_) => format!("delete `{key}` or `{other}`"),
                Idle::Unless(needed) => {
                    format!(
                        "set `{other} = \"{needed}\"` in {}, or delete `{key}`",
                        target_header(self.settings.target.name)
                    )
                }
            };
            let finding = self.warning(format!("`{key}` {}", when.clause(other)), key, help);
            Some(finding.note_if(target.facts.map(Facts::note)))
        };
        target.idle.iter().filter_map(report).collect()
    }

    fn mixed(&self) -> Option<Diagnostic> {
        let target = self.settings.target;
        let [first, second] = target.versions?;
        let has = |keys: &[&'static str]| keys.iter().copied().find(|key| self.read_value(key).is_some());
        let (old, new) = (has(first)?, has(second)?);
        let message = format!("`{old}` and `{new}` are keys of two versions of {}", target.summary);
        let finding = self.warning(message, new, format!("delete `{old}` or `{new}`"));
        let finding = finding
            .note("the program reads an output as one version, and does not know the keys of the other");
        Some(finding.note_if(target.facts.map(Facts::note)))
    }

    /// Reports the keys that the readers at the path of the output may refuse, those of the same programs together.
    fn dialects(&self) -> Vec<Diagnostic> {
        let target = self.settings.target;
        let path = crate::render::output_path(self.composition, self.settings);
        let is_refused = |key: &&Key| {
            let is_elsewhere = !key.dialects.iter().any(|dialect| dialect.is_at(&path));
            !key.dialects.is_empty() && is_elsewhere && self.read.iter().any(|(name, _)| name == key.name)
        };
        let mut groups: Vec<Vec<&Key>> = Vec::new();
        for key in target.keys.iter().filter(is_refused) {
            match groups.iter_mut().find(|group| group[0].readers() == key.readers()) {
                Some(group) => group.push(key),
                None => groups.push(vec![key]),
            }
        }
        groups.iter().map(|keys| self.refused(keys)).collect()
    }

    /// Reports keys of the same programs.
    fn refused(&self, keys: &[&Key]) -> Diagnostic {
        let names = series(keys.iter().map(|key| format!("`{}`", key.name)), usize::MAX);
        let message = format!(
            "{names} {} that only {}",
            one_or_many(keys.len(), "is a key", "are keys"),
            keys[0].readers()
        );
        let declared = self.settings.declared_name(&self.composition.profile.id);
        let usual = keys[0]
            .dialects
            .iter()
            .map(|dialect| format!("`{PATH} = \"{}\"`", dialect.path.replace("ID", declared)))
            .collect::<Vec<_>>()
            .join(" or ");
        let them = one_or_many(keys.len(), "the key", "the keys");
        let help = format!("set {usual} in {}, or delete {them}", target_header(self.settings.target.name));
        let finding =
            self.warning(message, keys[0].name, help).note("other readers may refuse the whole file");
        keys[0].dialects.iter().fold(finding, |finding, dialect| finding.note(dialect.facts.note()))
    }
}
