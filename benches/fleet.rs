//! How long a fleet takes: loading, composing and rendering, by number of personas.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::hint::black_box;

use camino::Utf8PathBuf;
use cento::compose::Composer;
use cento::render::render;
use cento::workspace::load_texts;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// Fragments of a fleet; each persona uses forty of them.
const FRAGMENTS: usize = 400;

/// A workspace of so many personas, with templates, rules of two forces, groups and a common parent.
fn fleet(personas: usize) -> BTreeMap<Utf8PathBuf, String> {
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
        texts.insert(format!("fragments/{kind}/block-{number}.toml").into(), text);
    }
    let id = |number: usize| {
        let number = number % FRAGMENTS;
        let kind = ["identity", "expertise", "voice", "rules", "workflow"][number % 5];
        format!("\"{kind}/block-{number}\"")
    };
    let base: Vec<_> = (0..10).map(id).collect();
    texts.insert("profiles/base.toml".into(), format!("abstract = true\nuse = [{}]\n", base.join(", ")));
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
        texts.insert(format!("profiles/persona-{number}.toml").into(), text);
    }
    texts
}

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("fleet");
    group.sample_size(10);
    for personas in [10, 100, 1000] {
        let texts = fleet(personas);
        let (library, findings) = load_texts(&texts);
        assert!(findings.is_empty(), "{findings:?}");
        let compositions = Composer::new(&library).compose_all();
        assert!(
            compositions
                .iter()
                .all(|composition| composition.as_ref().is_ok_and(|composition| composition.is_sound()))
        );
        group.throughput(Throughput::Elements(personas as u64));
        group.bench_with_input(BenchmarkId::new("load", personas), &texts, |bencher, texts| {
            bencher.iter(|| black_box(load_texts(texts)));
        });
        group.bench_with_input(BenchmarkId::new("compose", personas), &library, |bencher, library| {
            bencher.iter(|| black_box(Composer::new(library).compose_all()).len());
        });
        group.bench_with_input(
            BenchmarkId::new("render", personas),
            &compositions,
            |bencher, compositions| {
                bencher.iter(|| {
                    let sound =
                        compositions.iter().flatten().filter(|composition| !composition.profile.is_abstract);
                    sound
                        .map(|composition| render(composition, &composition.persona.targets[0]).text().len())
                        .sum::<usize>()
                });
            },
        );
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
