//! Measures `cento similar` by number of rules, and for hard cases: one template with many names, and short
//! texts of only common words.

use std::fmt::Write;
use std::process::Command;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// The number of rules in one document.
const RULES: usize = 100;

/// Documents and their paths.
type Documents = Vec<(String, String)>;

/// A deterministic random number generator.
struct Drawn(u64);

impl Drawn {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    /// Returns a word with a realistic frequency: a few are in most texts, most are rare.
    fn word(&mut self, words: usize) -> String {
        let rank = self.below(words).min(self.below(words)).min(self.below(words));
        format!("w{rank}")
    }
}

fn documents(rules: impl Iterator<Item = String>) -> Documents {
    let rules: Vec<String> = rules.collect();
    let document = |(index, rules): (usize, &[String])| {
        let mut text = String::new();
        for rule in rules {
            let _ = writeln!(text, "- {rule}");
        }
        (format!("agents/{index}.md"), text)
    };
    rules.chunks(RULES).enumerate().map(document).collect()
}

/// Rules of five to eighteen words; two in five are copies with up to two words changed.
fn usual(count: usize) -> Documents {
    let mut drawn = Drawn(7);
    let mut rules: Vec<Vec<String>> = Vec::new();
    for index in 0..count {
        let mut words = match index % 5 {
            0 | 1 if index > 10 => rules[drawn.below(index)].clone(),
            _ => (0..5 + drawn.below(14)).map(|_| drawn.word(20_000)).collect(),
        };
        for _ in 0..drawn.below(3) {
            let at = drawn.below(words.len());
            words[at] = drawn.word(20_000);
        }
        rules.push(words);
    }
    documents(rules.into_iter().map(|words| words.join(" ")))
}

/// One rule with a different name each time.
fn template(count: usize) -> Documents {
    documents(
        (0..count)
            .map(|name| format!("Use the tool name{name} for all of the work that you do on a service")),
    )
}

/// Rules of eight words out of twenty.
fn common(count: usize) -> Documents {
    let mut drawn = Drawn(7);
    documents(
        (0..count).map(|_| (0..8).map(|_| format!("w{}", drawn.below(20))).collect::<Vec<_>>().join(" ")),
    )
}

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("similar");
    group.sample_size(10);
    let cases = [
        ("usual", usual as fn(usize) -> Documents, 10_000),
        ("usual", usual, 100_000),
        ("template", template, 10_000),
        ("common", common, 10_000),
    ];
    for (name, make, count) in cases {
        let documents = tempfile::tempdir().expect("a directory");
        std::fs::create_dir(documents.path().join("agents")).expect("a directory");
        for (path, text) in make(count) {
            std::fs::write(documents.path().join(path), text).expect("a document is written");
        }
        group.throughput(Throughput::Elements(count as u64));
        group.bench_with_input(BenchmarkId::new(name, count), &documents, |bencher, documents| {
            bencher.iter(|| {
                let mut command = Command::new(env!("CARGO_BIN_EXE_cento"));
                let command =
                    command.args(["similar", "agents", "--format", "json"]).current_dir(documents.path());
                command.output().expect("cento runs").stdout.len()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
