//! The public API, used as another program would: only what `cento` exports at its root.

use cento::{Error, Severity, Workspace};

fn refusal(texts: &[(&str, &str)]) -> Vec<String> {
    let workspace = Workspace::from_texts(texts.iter().copied());
    let built = workspace.compose("p").and_then(|persona| persona.build());
    match built {
        Err(Error::Refused(findings)) => {
            let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
            errors.map(|finding| finding.code.to_owned()).collect()
        }
        Err(error) => panic!("{error}"),
        Ok(outputs) => panic!("built {outputs:?}"),
    }
}

#[test]
fn an_open_conflict_is_not_built() {
    let codes = refusal(&[
        ("fragments/identity/a.toml", "[fields]\ntitle = 'A'"),
        ("fragments/identity/b.toml", "[fields]\ntitle = 'B'"),
        ("profiles/p.toml", "use = ['identity/a', 'identity/b']"),
    ]);
    assert_eq!(codes, ["conflict"]);
}

#[test]
fn hidden_text_in_a_fragment_is_not_built() {
    let codes = refusal(&[
        ("fragments/voice/a.toml", "[items]\na = 'Be\u{202e} brief.'"),
        ("profiles/p.toml", "use = ['voice/a']"),
    ]);
    assert!(!codes.is_empty());
}

#[test]
fn what_the_workspace_makes_an_error_is_not_built() {
    let profile = ("profiles/p.toml", "use = ['voice/a']\ndescription = 'Helps.'\n[target.claude]");
    let fragment = ("fragments/voice/a.toml", "[items]\na = 'Be brief.'");
    let lenient = Workspace::from_texts([fragment, profile]);
    assert!(lenient.compose("p").is_ok_and(|persona| persona.build().is_ok()));
    let config = ("cento.toml", "[severity]\nvague-description = 'error'");
    assert_eq!(refusal(&[fragment, profile, config]), ["vague-description"]);
}

#[test]
fn a_broken_file_is_refused_with_its_place() {
    let workspace = Workspace::from_texts([("profiles/p.toml", "use = [\n")]);
    let Err(Error::Refused(findings)) = workspace.compose("p") else { panic!("composed") };
    let place = findings.iter().find_map(|finding| finding.place.clone());
    assert!(place.is_some_and(|place| place.starts_with("profiles/p.toml:")), "{findings:?}");
    assert!(matches!(workspace.compose("q"), Err(Error::NoProfile(id)) if id == "q"));
}

#[test]
fn an_abstract_profile_is_not_built() {
    let codes = refusal(&[("profiles/p.toml", "abstract = true")]);
    assert_eq!(codes, [""; 0]);
}

#[test]
fn a_missing_directory_is_an_error() {
    assert!(matches!(Workspace::open("no/such/directory"), Err(Error::Unreadable(_))));
}
