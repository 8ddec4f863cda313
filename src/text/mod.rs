//! The syntax of text: front matter and YAML, bullets, labels, force words, ids, tools, tokens, escapes, and what a reader
//! does not see.

pub(crate) mod bullets;
pub(crate) mod force_labels;
pub(crate) mod force_names;
pub(crate) mod forces;
pub(crate) mod front_matter;
pub(crate) mod ids;
pub(crate) mod label_sense;
pub(crate) mod labels;
pub(crate) mod language;
mod lexicon;
pub(crate) mod merge_conflict;
pub(crate) mod negation;
pub(crate) mod safety;
pub(crate) mod statements;
pub(crate) mod struck;
pub(crate) mod tags;
pub(crate) mod titles;
pub(crate) mod tokens;
pub(crate) mod toml_escapes;
pub(crate) mod tools;
pub(crate) mod verbs;
pub(crate) mod yaml;
