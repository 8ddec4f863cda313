//! Reports models in `only` and `not` that no persona has.

use std::collections::{BTreeMap, BTreeSet};

use crate::compose::Composition;
use crate::model::{Diagnostic, Library, MODEL, Source, Text, codes, did_you_mean, grammar};

/// The models of the personas of each source that names models in `only` or `not`.
#[derive(Debug, Default)]
pub(super) struct Tally(BTreeMap<Source, BTreeSet<String>>);

impl Tally {
    /// Adds a persona that is built.
    pub(super) fn add(&mut self, composition: &Composition<'_>) {
        let persona = &composition.persona;
        let naming = composition.selection.sources.iter();
        for source in naming.filter(|source| !named(composition.library, **source).is_empty()) {
            let models = persona.targets.iter().filter_map(|settings| persona.model(settings));
            self.0.entry(*source).or_default().extend(models.map(str::to_owned));
        }
    }

    /// Adds the personas of another tally.
    pub(super) fn extend(&mut self, later: Self) {
        for (source, models) in later.0 {
            self.0.entry(source).or_default().extend(models);
        }
    }

    pub(super) fn findings(&self, library: &Library) -> Vec<Diagnostic> {
        let names = self.0.iter().flat_map(|(source, models)| {
            named(library, *source).iter().map(move |name| (*source, models, name))
        });
        let finding = |(source, models, name): (Source, &BTreeSet<String>, &Text)| {
            let (name, span) = (name.as_str(), name.span);
            let message = format!("no persona with `{}` has the model `{name}`", library.source_name(source));
            let target = grammar::target_header("NAME");
            Diagnostic::new(codes::UNMATCHED_MODEL, message)
                .at(span, "")
                .help_if(did_you_mean(name, models.iter().map(String::as_str)))
                .help(format!("name a model that one of their profiles sets as `{MODEL}` in {target}"))
        };
        names.filter(|(_, models, name)| !models.contains(name.as_str())).map(finding).collect()
    }
}

/// The models that a source names in `only` and `not`.
fn named(library: &Library, source: Source) -> &[Text] {
    match source {
        Source::Fragment(id) => &library.fragments[id].models,
        Source::Profile(id) => &library.profiles[id].models,
    }
}
