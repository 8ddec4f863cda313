//! The paths and declared names of the outputs that personas would have, compared with each other.

use crate::check::{Checked, Checker, Depth};
use crate::model::{Diagnostic, Library};
use crate::render::{declared_name, output_path};
use crate::workspace::outputs::{ORIGINS, ORIGINS_SUFFIX, Output, Protected, check_paths};

/// Returns the outputs of a persona without their contents. Empty if it is abstract or has errors. With
/// `origins`, includes the files with the origins of the outputs.
pub(crate) fn paths(checked: &Checked<'_>, origins: bool) -> Vec<Output> {
    let mut files = Vec::new();
    let composition = &checked.composition;
    let is_whole = checked.is_sound() && !composition.profile.is_abstract;
    for settings in composition.persona.targets.iter().filter(|_| is_whole) {
        let path = output_path(composition, settings);
        let profile = composition.profile.id.clone();
        if origins {
            let path = format!("{path}{ORIGINS_SUFFIX}").into();
            files.push(Output { path, profile: profile.clone(), target: ORIGINS, name: None, content: None });
        }
        let name = declared_name(composition, settings);
        files.push(Output { path: path.into(), profile, target: settings.target.name, name, content: None });
    }
    files
}

/// Findings about the paths and names of outputs, written to the workspace itself.
pub(crate) fn path_findings(library: &Library, outputs: Vec<Output>) -> Vec<Diagnostic> {
    let config = &library.config;
    let protected = Protected::inside(config.directories());
    config.severities.applied(check_paths(outputs, &protected).1)
}

/// Findings about the paths and names of all outputs of a library.
pub(crate) fn clashes(library: &Library, checker: &Checker<'_>) -> Vec<Diagnostic> {
    let survey = checker.survey(None, Depth::Sound, |checked| paths(checked, false));
    path_findings(library, survey.made.into_iter().flatten().collect())
}
