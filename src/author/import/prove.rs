//! Proves an import: the new files are loaded, composed, rendered and compared with the document.

use camino::{Utf8Path, Utf8PathBuf};

use super::arrange::{Value, arrange, choose_tables};
use super::blocks::{Block, Shape, blocks};
use super::extract::{Verbatim, extract};
use super::front_matter::FrontMatter;
use super::nested::has_list;
use super::regroup::regroup;
use super::summary::Summary;
use super::tree::Tree;
use super::write::{Recipe, fragments, profile};
use super::{Document, Input, front_matter, macros, name, values};
use crate::compose::MAX_FRAGMENTS;
use crate::model::grammar::Profile;
use crate::model::{
    CRLF, Datum, Diagnostic, FRONT_MATTER, LF, Library, NAME, PATH, Style, Target, codes, layout_keys as keys,
};
use crate::render::Document as RenderedDocument;
use crate::render::markdown::body_alone;
use crate::source::edit::literal;
use crate::trial::{BuiltPersona, Texts, Trial};
use crate::workspace::CONFIG;
use crate::workspace::files::SOURCE_LIMIT;

/// The maximum number of attempts; each keeps one more block as Markdown, the last ones the whole document.
const MAX_ATTEMPTS: usize = 20;

/// The size in bytes from which attempts are slow, so that fewer are made.
const LARGE: usize = 1 << 16;

/// The workspace that the document is imported into.
#[derive(Debug)]
pub(crate) struct Setting {
    /// The text of its `cento.toml`, if it has one.
    config: Option<String>,
    library: Library,
}

impl Setting {
    /// Creates the settings of a workspace with this `cento.toml`.
    pub(crate) fn new(config: Option<String>) -> Self {
        let texts: Texts = config.iter().map(|text| (Utf8PathBuf::from(CONFIG), text.clone())).collect();
        let library = Trial::new(&texts).library;
        Setting { config, library }
    }

    /// Returns the directory of fragments.
    pub(crate) fn fragments(&self) -> &Utf8Path {
        Utf8Path::new(&self.library.config.fragments)
    }

    /// Returns the directory of profiles.
    pub(crate) fn profiles(&self) -> &Utf8Path {
        Utf8Path::new(&self.library.config.profiles)
    }

    /// Returns the styles of labelled rules: inline, and grouped under a line for each force.
    fn styles(&self) -> [&Style; 2] {
        let styles = &self.library.config.styles;
        [&styles["modal"], &styles["grouped"]]
    }
}

/// Returns the files that reproduce a document for a target, the profile last, and their summary.
///
/// # Errors
/// Why the document cannot be an output for the target, as a clause.
pub(super) fn proven(
    input: &Input,
    document: &Document,
    id: &str,
    target: &'static Target,
    setting: &Setting,
) -> Result<(Vec<(Utf8PathBuf, String)>, Summary), String> {
    let mut verbatim = Verbatim::default();
    let mut is_raw = false;
    let attempts = if document.text.len() > LARGE { MAX_ATTEMPTS / 4 } else { MAX_ATTEMPTS };
    for attempt in 0..attempts {
        if attempt + 2 == attempts {
            verbatim.everything = true;
        }
        let mut attempt = write(input, document, id, target, setting, &verbatim, is_raw);
        match compare(input, document, id, &attempt.0, setting) {
            Verdict::Same { is_exact } => {
                attempt.1.is_exact = is_exact;
                return Ok(attempt);
            }
            Verdict::Refused(reason) => return Err(reason),
            Verdict::TooLarge if verbatim.everything => {
                let limit = format!("the limit for files of a workspace, {SOURCE_LIMIT} bytes");
                return Err(format!("escaped, it is longer than {limit}"));
            }
            Verdict::TooLarge => verbatim.everything = true,
            Verdict::Different(offset) if offset < document.body => {
                if is_raw {
                    return Err("its front matter would not be written with the same bytes".to_owned());
                }
                is_raw = true;
            }
            Verdict::Different(offset) => keep(document, offset, &mut verbatim),
        }
    }
    Err("it would not be written with the same bytes".to_owned())
}

/// Keeps the lists in the entries of the list at an offset in their texts. If they are kept already, or there are none,
/// keeps the block as Markdown.
fn keep(document: &Document, offset: usize, verbatim: &mut Verbatim) {
    let blocks = blocks(&document.text, document.body, &verbatim.blocks);
    let at = blocks.partition_point(|block| block.range.start <= offset).saturating_sub(1);
    let has_lists = |block: &Block| match &block.shape {
        Shape::List(items) => items.iter().any(|item| has_list(&document.text, item)),
        _ => false,
    };
    let list = blocks.get(at).filter(|block| has_lists(block)).map(|block| block.range.start);
    if !list.is_some_and(|list| verbatim.flat.insert(list)) {
        keep_verbatim(document, offset, verbatim);
    }
}

/// Keeps the block at an offset as Markdown. If it is kept already, keeps the nearest one that is not, which
/// may be the cause. If there is none, keeps everything.
fn keep_verbatim(document: &Document, offset: usize, verbatim: &mut Verbatim) {
    let blocks = blocks(&document.text, document.body, &verbatim.blocks);
    let at = blocks.partition_point(|block| block.range.start <= offset).saturating_sub(1);
    let distance = |index: usize| if index >= at { 2 * (index - at) } else { 2 * (at - index) + 1 };
    let extracted = blocks.iter().enumerate().filter(|(_, block)| {
        !matches!(block.shape, Shape::Other | Shape::Break) && !verbatim.blocks.contains(&block.range.start)
    });
    match extracted.min_by_key(|(index, _)| distance(*index)) {
        Some((_, block)) => drop(verbatim.blocks.insert(block.range.start)),
        None => verbatim.everything = true,
    }
}

/// Extracts as many blocks as a persona can have fragments for. The rest is kept as Markdown in the last
/// section.
fn with_fewer_sections(document: &Document, verbatim: &Verbatim) -> Tree {
    let blocks = blocks(&document.text, document.body, &verbatim.blocks);
    let extracted = |count: usize| {
        let mut verbatim = verbatim.clone();
        verbatim.blocks.extend(blocks[count..].iter().map(|block| block.range.start));
        extract(&document.text, document.body, &verbatim)
    };
    let counts: Vec<usize> = (1..=blocks.len()).collect();
    let most = counts.partition_point(|count| extracted(*count).sections.len() <= MAX_FRAGMENTS);
    extracted(most)
}

enum Verdict {
    /// The document is reproduced: in its bytes, or in its values only.
    Same { is_exact: bool },
    /// The bytes differ from this offset of the document on.
    Different(usize),
    /// The persona is not valid for this target, and why.
    Refused(String),
    /// A file would exceed the size limit of sources.
    TooLarge,
}

fn write(
    input: &Input,
    document: &Document,
    id: &str,
    target: &'static Target,
    setting: &Setting,
    verbatim: &Verbatim,
    is_raw: bool,
) -> (Vec<(Utf8PathBuf, String)>, Summary) {
    let styles = setting.styles();
    let mut tree = extract(&document.text, document.body, verbatim);
    if tree.sections.len() > MAX_FRAGMENTS {
        tree = with_fewer_sections(document, verbatim);
    }
    name::name(&mut tree, id, styles[1]);
    regroup(&mut tree);
    choose_tables(&mut tree);
    let front_matter = document.front_matter();
    let mut settings = arrange(&tree, styles, document);
    let mut whole = settings.shift_remove("").unwrap_or_default();
    let ending = if document.has_carriage_returns { CRLF } else { LF };
    if ending != keys::LINE_ENDING.text() {
        whole.insert(keys::LINE_ENDING.name, Value::Text(ending.to_owned()));
    }
    if document.has_mark != keys::BYTE_ORDER_MARK.truth() {
        whole.insert(keys::BYTE_ORDER_MARK.name, Value::Truth(document.has_mark));
    }
    if !whole.is_empty() {
        settings.shift_insert(0, String::new(), whole);
    }
    let mut recipe = Recipe::default();
    match (input.values(), &front_matter) {
        (Some(values), _) => front_matter::record_all(&mut recipe, target, id, values),
        (None, Some(front_matter)) => front_matter.extract(&mut recipe, target, id, is_raw),
        (None, None) => {
            let none = (FRONT_MATTER.to_owned(), Datum::List(Vec::new()));
            let names = target.has_front_matter() && target.declared.is_some();
            recipe.target = Some((target.name, names.then_some(none).into_iter().collect()));
        }
    }
    let mut fragments = fragments(&tree, id);
    let fields = macros::fill(&mut fragments, target, input.values().unwrap_or_default());
    recipe.fields.extend(fields.into_iter().map(|(field, words)| (field, literal(&words))));
    if setting.library.config.style != "modal" && tree.sections.iter().any(|section| !section.grouped) {
        recipe.keys.push((Profile::Style, literal("modal")));
    }
    let path = input.inside.clone().or_else(|| named_path(target, front_matter.as_ref()?));
    let path = path.filter(|path| path.as_str() != target.default_path(id));
    if let (Some((_, lines)), Some(path)) = (&mut recipe.target, path) {
        lines.insert(0, (PATH.to_owned(), Datum::String(path.into_string())));
    }
    // The default targets of the workspace need no table.
    let is_usual = setting.library.config.targets == [target.name];
    recipe.target = recipe.target.filter(|(_, lines)| !is_usual || !lines.is_empty());
    let file = |folder: &Utf8Path, id: &str| folder.join(format!("{id}.toml"));
    let (used, texts): (Vec<_>, Vec<_>) =
        fragments.into_iter().map(|(id, fragment)| (id, fragment.text())).unzip();
    let text = profile(&tree, &used, &settings, &recipe);
    let mut files: Vec<_> = used.iter().map(|id| file(setting.fragments(), id)).zip(texts).collect();
    files.push((file(setting.profiles(), id), text));
    let summary = Summary::of(document, &tree, target, input.inside.as_deref(), id, verbatim);
    (files, summary)
}

/// The path of a document whose directory must have the name that it declares. Where other documents declare that name too,
/// the id of its profile is another.
pub(super) fn named_path(target: &Target, front_matter: &FrontMatter<'_>) -> Option<Utf8PathBuf> {
    let rule = target.declared.filter(|_| target.named_directory)?;
    let name = front_matter.get(NAME).filter(|name| rule.objection(name).is_none())?;
    Some(target.default_path(&name).into())
}

fn compare(
    input: &Input,
    document: &Document,
    id: &str,
    written: &[(Utf8PathBuf, String)],
    setting: &Setting,
) -> Verdict {
    if written.iter().any(|(_, text)| text.len() as u64 > SOURCE_LIMIT) {
        return Verdict::TooLarge;
    }
    let mut texts: Texts = written.iter().cloned().collect();
    texts.extend(setting.config.iter().map(|text| (Utf8PathBuf::from(CONFIG), text.clone())));
    let trial = Trial::new(&texts);
    let is_wrong = |finding: &Diagnostic| finding.breaks_file() && finding.code != codes::UNKNOWN_PROFILE;
    let checked = trial.personas().check(id);
    let Some(checked) = checked.ok().filter(|_| !trial.findings.iter().any(is_wrong)) else {
        // The place of the difference is unknown, so assume the end.
        return Verdict::Different(usize::MAX);
    };
    let Some(persona) = BuiltPersona::of(&trial, checked.composition, None) else {
        return Verdict::Refused("it would have no output".to_owned());
    };
    let whole = &persona.composition.persona;
    let limited = whole.limited_to(&whole.settings(persona.target));
    let body = body_alone(limited.as_ref().unwrap_or(whole));
    // A list whose rules would read as another force than they get stays Markdown.
    let is_misread = |finding: &&Diagnostic| finding.code == codes::MISREAD_FORCE && finding.is_error();
    if let Some(finding) = persona.composition.findings.iter().find(is_misread) {
        let mut entries = document_of(input, &persona, &body).entries().iter();
        let entry = entries.find(|entry| finding.address.as_deref() == Some(entry.address));
        return Verdict::Different(entry.map_or(usize::MAX, |entry| entry.range.start.max(document.body)));
    }
    // A document that contradicts itself or has no content is imported unchanged; `check` reports what to decide.
    let kept = [codes::REQUIREMENT, codes::FRONT_MATTER_MISMATCH, codes::EMPTY_PERSONA];
    // The same holds for data that lacks what its target demands: no other target has its keys.
    let is_kept = |code| kept.contains(&code) || (code == codes::TARGET && input.given.is_some());
    let is_unsound = |finding: &Diagnostic| finding.breaks_file() && !is_kept(finding.code);
    let mut findings = persona.composition.findings.iter().chain(&trial.findings);
    if let Some(finding) = findings.find(|finding| is_unsound(finding)) {
        return Verdict::Refused(finding.message.clone());
    }
    let rendered = document_of(input, &persona, &body).text();
    let is_placed = input.inside.as_ref().is_none_or(|path| persona.path == *path);
    if rendered == input.text && is_placed {
        let output = persona.document.text();
        let whole = input.given.as_ref().map(|given| given.whole.as_deref());
        let is_exact = whole.is_none_or(|whole| whole == Some(output));
        return match input.values() {
            Some(values) if !values::are_in(output, persona.target, values, &input.text) => {
                Verdict::Refused("its values would not all be written".to_owned())
            }
            _ => Verdict::Same { is_exact },
        };
    }
    let rendered = rendered.strip_prefix('\u{feff}').unwrap_or(rendered);
    let rendered =
        if document.has_carriage_returns { rendered.replace("\r\n", "\n") } else { rendered.to_owned() };
    let same = rendered.bytes().zip(document.text.bytes()).take_while(|(a, b)| a == b).count();
    Verdict::Different(same)
}

/// The document to compare: the text alone where the output is data.
fn document_of<'d, 'a>(
    input: &Input,
    persona: &'d BuiltPersona<'a>,
    body: &'d RenderedDocument<'a>,
) -> &'d RenderedDocument<'a> {
    if input.values().is_some() { body } else { &persona.document }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "---\nname: x\n---\n# T\n\n## Rules\n\nAlways:\n- A\n- **Never** b\n\n**Bold**\n\ntext\n\n1. c\n\n\
                        ## End\n\n> d\n\n---\n\n- e\n";

    fn input() -> Input {
        Input { path: "x.md".into(), inside: None, text: TEXT.to_owned(), given: None }
    }

    /// Any block can be kept as Markdown and the document is still reproduced.
    #[test]
    fn any_block_can_be_kept_verbatim() {
        let (input, setting) = (input(), Setting::new(None));
        let document = Document::new(&input);
        let prompt = crate::model::target("prompt").unwrap();
        let mut variants: Vec<Verbatim> = blocks(TEXT, document.body, &Default::default())
            .iter()
            .map(|block| Verbatim { blocks: [block.range.start].into(), ..Verbatim::default() })
            .collect();
        let all = variants.iter().flat_map(|verbatim| verbatim.blocks.clone()).collect();
        variants.push(Verbatim { blocks: all, ..Verbatim::default() });
        variants.push(Verbatim { everything: true, ..Verbatim::default() });
        for verbatim in variants {
            for is_raw in [false, true] {
                let (files, _) = write(&input, &document, "x", prompt, &setting, &verbatim, is_raw);
                let verdict = compare(&input, &document, "x", &files, &setting);
                assert!(
                    matches!(verdict, Verdict::Same { is_exact: true }),
                    "{verbatim:?} {is_raw}\n{files:#?}"
                );
            }
        }
    }

    #[test]
    fn a_difference_keeps_its_block_verbatim_and_then_the_nearest_ones() {
        let document = Document::new(&input());
        let at = |words: &str| TEXT.find(words).unwrap();
        let mut verbatim = Verbatim::default();
        let mut left = Vec::new();
        for _ in 0..4 {
            let before = verbatim.blocks.clone();
            keep_verbatim(&document, at("**Bold**") + 3, &mut verbatim);
            left.extend(verbatim.blocks.difference(&before).copied());
        }
        assert_eq!(left, [at("**Bold**"), at("text"), at("- A"), at("1. c")]);
        assert!(!verbatim.everything);
        (0..20).for_each(|_| keep_verbatim(&document, 0, &mut verbatim));
        assert!(verbatim.everything);
    }

    /// Each section becomes a fragment, and the number of fragments of a persona is limited.
    #[test]
    fn sections_beyond_the_limit_are_kept_verbatim() {
        let text: String = (0..MAX_FRAGMENTS + 50).map(|n| format!("## Part {n}\n\n- do {n}\n\n")).collect();
        let input = Input { path: "x.md".into(), inside: None, text, given: None };
        let (document, setting) = (Document::new(&input), Setting::new(None));
        let prompt = crate::model::target("prompt").unwrap();
        let (files, summary) = proven(&input, &document, "x", prompt, &setting).unwrap();
        assert_eq!((files.len(), summary.items), (MAX_FRAGMENTS + 1, MAX_FRAGMENTS));
    }

    #[test]
    fn a_difference_is_found_at_its_offset() {
        let (input, setting) = (input(), Setting::new(None));
        let document = Document::new(&input);
        let prompt = crate::model::target("prompt").unwrap();
        let (mut files, _) = write(&input, &document, "x", prompt, &setting, &Verbatim::default(), false);
        for (_, text) in &mut files {
            *text = text.replace("text = \"e\"", "text = \"f\"").replace("e = \"e\"", "e = \"f\"");
        }
        let verdict = compare(&input, &document, "x", &files, &setting);
        assert!(matches!(verdict, Verdict::Different(offset) if offset == TEXT.len() - 2), "{files:#?}");
    }
}
