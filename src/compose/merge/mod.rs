//! The merge: everything that decides between claims.
//!
//! All claims of a persona are collected first and then decided, address by address; nothing is folded in pairs,
//! because a merge of two at a time forgets who lost, and then its result depends on the order of the two.
//!
//! 1. [`resolve`] decides one address: from all its claims and removals to an outcome for each, and what is left in
//!    dispute. Rules go through [`rules`], lists of tools through [`tools`].
//! 2. [`settle`] applies the resolution of a profile to what is left in dispute.
//! 3. [`subjects`] compares the rules that are left across addresses, and settles those disputes in the same way.
//! 4. [`tools`] combines the two lists of tools.
//!
//! *Which claim wins.* Removals take away what lies strictly below their profile. A `locked` claim wins over
//! everything below it, and a different claim beside or above it is a conflict. Otherwise `default` claims yield to
//! `normal` ones; of these the highest layer wins, and if those disagree that is a conflict.
//!
//! | kind of claim | merge |
//! |---|---|
//! | field, setting, title, lead | one value |
//! | item, step, prose | one value; `keep = "both"` keeps several |
//! | rule | by force, see below; one wording |
//! | tags, `tools.deny` | union |
//! | `tools.allow` | intersection; a higher layer that widens it is a conflict |
//!
//! *Rules.* How two forces relate is the table of [`force`]; which of two contradicting rules loses under a profile's
//! `combine` is [`combine::beats`]. Of the rest the strongest force wins, in the wording of the highest layer among
//! the strongest. A weaker claim above a stronger one is a conflict (weakening).

mod combine;
mod decision;
pub(crate) mod force;
mod resolve;
mod rules;
mod settle;
mod subjects;
mod tools;

pub(crate) use decision::{
    Cause, Conflict, ConflictState, Decision, DisputeKind, Problem, Settled, Side, State,
};
pub(super) use decision::{Decisions, sides};
pub(super) use resolve::Contest;
pub(crate) use settle::renames;
pub(super) use settle::{Resolutions, has_old_hashes, is_stale};
pub(super) use subjects::Subjects;
pub(super) use tools::{combine as combine_tools, marker as tools_marker, widened};
