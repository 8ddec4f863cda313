//! Measures a fleet in a program that embeds cento: loading, composing one persona after the other with all
//! checks, and building, by number of personas. Then the commands that show where text comes from, what a fragment
//! contributes, what an edit changes, all rules, and what documents become when they are imported.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use cento::{Persona, Workspace};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// The number of fragments; each persona uses forty of them.
const FRAGMENTS: usize = 400;

/// A workspace of this many personas, with templates, rules of two forces, groups and a common parent.
fn fleet(personas: usize) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for number in 0..FRAGMENTS {
        let kind = ["identity", "expertise", "voice", "rules", "workflow"][number % 5];
        let mut text = String::from("template = true\nsummary = \"a block\"\n[items]\n");
        for item in 0..8 {
            let _ = writeln!(
                text,
                "item-{number}-{item} = {{ label = \"Item {item}\", text = \"what {{{{ name }}}} does in case {number}\" }}"
            );
        }
        text.push_str("[never]\n");
        for rule in 0..4 {
            let _ = writeln!(text, "rule-{number}-{rule} = \"do the wrong thing {rule} of {number}\"");
        }
        let _ = write!(
            text,
            "[group.shared]\ntitle = \"Shared\"\n[group.shared.items]\nmember-{number} = \"one of many\"\n"
        );
        texts.insert(format!("fragments/{kind}/block-{number}.toml"), text);
    }
    let id = |number: usize| {
        let number = number % FRAGMENTS;
        let kind = ["identity", "expertise", "voice", "rules", "workflow"][number % 5];
        format!("\"{kind}/block-{number}\"")
    };
    let base: Vec<_> = (0..10).map(id).collect();
    texts.insert("profiles/base.toml".to_owned(), format!("abstract = true\nuse = [{}]\n", base.join(", ")));
    for number in 0..personas {
        let uses: Vec<_> = (0..30)
            .map(|step| id(10 + number * 7 + step * 11))
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect();
        let text = format!(
            "name = \"Persona {number}\"\ndescription = \"one of many\"\nextends = [\"base\"]\nuse = [{}]\n\
             [[remove]]\ntarget = \"rules.rule-3-0\"\nreason = \"not here\"\n",
            uses.join(", ")
        );
        texts.insert(format!("profiles/persona-{number}.toml"), text);
    }
    texts
}

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("fleet");
    group.sample_size(10);
    for personas in [10, 100] {
        let texts = fleet(personas);
        let load = || Workspace::from_texts(&texts);
        let workspace = load();
        assert!(workspace.findings().is_empty(), "{:?}", workspace.findings());
        let compose = || workspace.profiles().map(|id| workspace.compose(id).expect("it composes"));
        let composed: Vec<Persona<'_>> = compose().collect();
        group.throughput(Throughput::Elements(personas as u64));
        group.bench_function(BenchmarkId::new("load", personas), |bencher| bencher.iter(load));
        group.bench_function(BenchmarkId::new("compose", personas), |bencher| {
            bencher.iter(|| compose().count())
        });
        group.bench_function(BenchmarkId::new("build", personas), |bencher| {
            let build = |persona: &Persona<'_>| persona.build().expect("it is built").len();
            bencher.iter(|| composed.iter().map(build).sum::<usize>());
        });
    }
    group.finish();
}

/// Runs a program in a directory. Returns the length of its output.
fn run(program: &str, directory: &Path, arguments: &[&str]) -> usize {
    let output = Command::new(program).args(arguments).current_dir(directory).output().expect("it runs");
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout.len()
}

fn commands(criterion: &mut Criterion) {
    let cento = env!("CARGO_BIN_EXE_cento");
    let workspace = tempfile::tempdir().expect("a directory");
    let root = workspace.path();
    for (path, text) in fleet(100) {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().expect("a file is in a directory")).expect("a directory");
        std::fs::write(path, text).expect("a file is written");
    }
    run(cento, root, &["build"]);
    run("git", root, &["init", "--quiet"]);
    run("git", root, &["add", "."]);
    run("git", root, &["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "all"]);
    let edited = root.join("fragments/rules/block-3.toml");
    let text = std::fs::read_to_string(&edited).expect("the file is there");
    std::fs::write(&edited, text.replace("the wrong thing 1", "another thing")).expect("a file is written");

    let mut group = criterion.benchmark_group("commands");
    group.sample_size(10);
    for (name, arguments) in [
        ("origins", &["blame", "persona-1"] as &[&str]),
        ("contribution", &["diff", "persona-1"]),
        ("fleet diff", &["diff", "--since", "HEAD"]),
        ("rules", &["rules"]),
        ("report", &["report", "--out", "-"]),
    ] {
        group.bench_function(name, |bencher| bencher.iter(|| run(cento, root, arguments)));
    }
    group.bench_function("import", |bencher| {
        let import = |into: &tempfile::TempDir| {
            let into = into.path().to_str().expect("the path is text");
            run(cento, root, &["import", "personas", "--into", into])
        };
        let directory = || tempfile::tempdir().expect("a directory");
        bencher.iter_batched_ref(directory, |into| import(into), BatchSize::PerIteration);
    });
    group.finish();
}

criterion_group!(benches, bench, commands);
criterion_main!(benches);
