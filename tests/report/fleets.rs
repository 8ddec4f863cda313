//! The workspaces that the tests report on.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A workspace in a temporary directory, and its report.
pub(crate) struct Fleet {
    directory: tempfile::TempDir,
}

impl Fleet {
    /// A workspace of these files, with its report beside them.
    pub(crate) fn new(files: &[(&str, &str)]) -> Fleet {
        let fleet = Fleet { directory: tempfile::tempdir().expect("a temporary directory") };
        fs::create_dir(fleet.path("fragments")).expect("a directory");
        for (path, text) in files {
            fleet.write(path, text);
        }
        fleet.cento(&["report"]);
        fleet
    }

    /// Personas of every sort: sound ones with shared, removed and decided claims, one in conflict, one that
    /// cannot be composed, and an abstract one that is no persona.
    pub(crate) fn varied() -> Fleet {
        Fleet::new(&VARIED)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a directory")).expect("it is made");
        fs::write(path, text).expect("it is written");
    }

    pub(crate) fn report(&self) -> PathBuf {
        self.path("report.html")
    }

    pub(crate) fn cento(&self, arguments: &[&str]) -> Output {
        run(self.directory.path(), arguments)
    }
}

/// Runs cento in a directory.
pub(crate) fn run(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cento"))
        .args(arguments)
        .current_dir(directory)
        .output()
        .expect("cento runs")
}

/// What cento prints to standard output.
pub(crate) fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

const VARIED: [(&str, &str); 16] = [
    (
        "fragments/identity/engineer.toml",
        "template = true\nsummary = \"Who an engineer is\"\n[fields]\nyears = 10\n[prose]\n\
         who = \"You are {{ name }}, with {{ years }} years behind you.\"\ncraft = \"You care about the craft.\"\n",
    ),
    ("fragments/identity/craft.toml", "[prose]\ncraft = \"You care about the craft.\"\n"),
    ("fragments/identity/veteran.toml", "[fields]\nyears = 20\n"),
    (
        "fragments/voice/direct.toml",
        "[items]\nanswer = { label = \"Answer first\", text = \"begin with the answer\" }\n",
    ),
    (
        "fragments/voice/slow.toml",
        "[items]\nanswer = { label = \"Reasons first\", text = \"lead up to the answer\" }\n",
    ),
    (
        "fragments/rules/sql.toml",
        "[never]\nselect-star = \"use `SELECT *` in production\"\nconcat = { text = \"concatenate SQL\", why = \"injection\" }\n",
    ),
    ("fragments/rules/orm.toml", "[should]\nselect-star = \"let the ORM select\"\n"),
    ("fragments/rules/tests.toml", "[must]\ntests = \"run the tests before you say that it works\"\n"),
    ("fragments/rules/ruined.toml", "[never\n"),
    (
        "profiles/base.toml",
        "abstract = true\ntags = [\"backend\"]\nuse = [\"identity/engineer\", \"rules/tests\"]\n",
    ),
    (
        "profiles/ada.toml",
        "name = \"Ada\"\ndescription = \"Decides\"\nextends = [\"base\"]\n\
         use = [\"identity/craft\", \"identity/veteran\", \"voice/direct\", \"rules/sql\"]\n\
         [[resolve]]\nat = \"fields.years\"\ntake = \"identity/veteran\"\nreason = \"She has seen much\"\n",
    ),
    (
        "profiles/bob.toml",
        "name = \"Bob\"\ndescription = \"Reviews\"\nextends = [\"base\"]\nuse = [\"voice/direct\", \"rules/sql\"]\ntags = [\"reviews\"]\n\
         [body.rules.always]\ntests = \"run all tests twice\"\n\
         [[remove]]\ntarget = \"rules.concat\"\nreason = \"Bob writes no SQL\"\n[target.prompt]\n[target.claude]\n",
    ),
    (
        "profiles/cleo.toml",
        "extends = [\"base\"]\nuse = [\"voice/direct\", \"voice/slow\", \"rules/sql\", \"rules/orm\"]\n",
    ),
    ("profiles/dan.toml", "use = [\"rules/ruined\"]\n"),
    ("profiles/eve.toml", "name = \"Eve\"\nextends = [\"base\"]\nuse = [\"voice/direct\"]\n"),
    ("cento.toml", ""),
];
