//! `cento similar`: finds near-duplicate and contradictory rules.

use std::collections::BTreeSet;

use anyhow::bail;
use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;

use super::args::{Only, Similar as Arguments};
use super::output::Output;
use super::workspace::Workspace;
use super::{FINDINGS, FINE, help_line};
use crate::analyse::similar::{
    Cluster, Corpus, Kind, Side, acknowledge, find, of_documents, of_library, stale,
};
use crate::author::import;
use crate::compose;
use crate::model::grammar::Config;
use crate::model::{Diagnostic, Sources, codes, normalized};
use crate::source::edit::{self, SourceEdit};
use crate::view::escape_line;
use crate::view::similar::Similar;
use crate::workspace::CONFIG;
use crate::workspace::files::{documents, read_document};
use crate::workspace::rewrite::{self, Texts};

/// Shows similar entries of the workspace or of documents, or records that two entries are intended.
pub(super) fn similar(
    output: &Output,
    directory: Option<&Utf8Path>,
    options: &Arguments,
) -> anyhow::Result<u8> {
    if !(0.0..=1.0).contains(&options.threshold) || options.threshold == 0.0 {
        bail!("`--threshold` must be greater than 0 and at most 1, not {}", options.threshold);
    }
    if let Some(sides) = options.accept.as_deref().or(options.drop.as_deref()) {
        return decide(&Workspace::open_to_write(directory, output)?, output, sides, options);
    }
    if !options.documents.is_empty() {
        let (corpus, findings) = read(&options.documents)?;
        let clusters = find(&corpus, options.threshold);
        return show(output, &Sources::default(), findings, &corpus, (clusters, 0), options);
    }
    let workspace = Workspace::open(directory)?;
    let library = &workspace.library;
    let mut findings = workspace.errors();
    findings.extend(library.config.severities.applied(stale(library)));
    let corpus = of_library(library);
    let mut clusters = find(&corpus, options.threshold);
    let quiet = acknowledge(library, &corpus, &mut clusters);
    show(output, &library.sources, findings, &corpus, (clusters, quiet), options)
}

fn show(
    output: &Output,
    sources: &Sources,
    findings: Vec<Diagnostic>,
    corpus: &Corpus,
    (mut clusters, quiet): (Vec<Cluster>, usize),
    options: &Arguments,
) -> anyhow::Result<u8> {
    if let Some(only) = options.only {
        let kind = match only {
            Only::Contradictions => Kind::Contradiction,
            Only::Drift => Kind::Drift,
            Only::Duplicates => Kind::Duplicate,
        };
        clusters.retain(|cluster| cluster.kind == kind);
    }
    let shown = Similar {
        corpus,
        clusters: &clusters,
        threshold: options.threshold,
        quiet,
        shows_all: options.all,
        words: options.documents.iter().map(|word| format!(" {word}")).collect(),
    };
    output.view(options.format, || shown.page(), || shown.report())?;
    let has_errors = output.report(sources, findings);
    let is_found = options.exit_code && !clusters.is_empty();
    Ok(if has_errors || is_found { FINDINGS } else { FINE })
}

/// Reads the entries of documents, each document once, and reports unreadable ones.
fn read(words: &[Utf8PathBuf]) -> anyhow::Result<(Corpus, Vec<Diagnostic>)> {
    let mut paths = BTreeSet::new();
    for word in words {
        for path in documents(word, import::is_card)?.documents {
            paths.insert(path.strip_prefix("./").map(Utf8Path::to_owned).unwrap_or(path));
        }
    }
    let paths: Vec<Utf8PathBuf> = paths.into_iter().collect();
    let read: Vec<_> = paths.par_iter().map(|path| read_document(path)).collect();
    let mut findings = Vec::new();
    let mut texts = Vec::new();
    let mut seen = BTreeSet::new();
    for (path, document) in paths.into_iter().zip(read) {
        let document = match document {
            Ok(document) if seen.insert(document.absolute.clone()) => document,
            Ok(_) => continue,
            Err(error) => {
                findings.push(Diagnostic::new(codes::UNREADABLE, error.to_string()));
                continue;
            }
        };
        let read = document.bytes.map(|bytes| import::inputs(&path, None, bytes));
        for input in read.unwrap_or_else(|finding| vec![Err(finding)]) {
            match input {
                Ok(input) => texts.push((input.shown_path().into_string(), normalized(&input.text))),
                Err(finding) => findings.push(*finding),
            }
        }
    }
    Ok((of_documents(&texts), findings))
}

/// Records in cento.toml that two similar entries are intended, or withdraws that.
fn decide(
    workspace: &Workspace,
    output: &Output,
    words: &[String],
    options: &Arguments,
) -> anyhow::Result<u8> {
    let library = &workspace.library;
    let path = Utf8Path::new(CONFIG);
    let before = rewrite::read_one(&workspace.root, library, path)?;
    let text = before.get(path).cloned().unwrap_or_default();
    let [one, other] = words else { bail!("two entries are needed, not {}", words.len()) };
    if one == other {
        bail!("the two entries must be different");
    }
    let is_about =
        |sides: &[crate::model::Text; 2]| sides.iter().all(|side| side.value == *one || side.value == *other);
    let known = library.config.acceptances.iter().find(|acceptance| is_about(&acceptance.sides));
    let (edited, verb) = if options.drop.is_some() {
        if known.is_none() {
            bail!(
                "{CONFIG} has no [[{}]] for {} and {}",
                Config::Accept.name(),
                escape_line(one),
                escape_line(other)
            );
        }
        (
            edit::apply(&text, &[SourceEdit::WithdrawAcceptance { sides: [one.clone(), other.clone()] }])?,
            "withdrew the acceptance of",
        )
    } else {
        let mut seen = Vec::new();
        for word in [one, other] {
            let Some(side) = Side::read(word) else {
                bail!(
                    "`{}` does not name an entry\nhelp: write SOURCE:ADDRESS, for example rules/sql-safety:rules.select-star",
                    escape_line(word)
                );
            };
            match side.find(library) {
                Ok(claim) => seen.push((word.clone(), compose::hash(library, claim))),
                Err((message, help)) => bail!("{}{}", escape_line(&message), help_line(help)),
            }
        }
        let reason = options.reason.as_deref().filter(|reason| !reason.trim().is_empty());
        if reason.is_none() && known.is_none_or(|known| known.reason.is_none()) {
            bail!("the acceptance needs a reason\nhelp: add `--reason \"...\"`");
        }
        (edit::apply(&text, &[SourceEdit::Accept { seen, reason: reason.map(str::to_owned) }])?, "accepted")
    };
    let after = Texts::from([(path.to_owned(), edited)]);
    workspace.rewrite(&before, &after)?;
    output.print(&format!("{CONFIG}: {verb} {} and {}\n", escape_line(one), escape_line(other)))?;
    Ok(FINE)
}
