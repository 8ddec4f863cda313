//! The merge: every decision between claims.
//!
//! All claims of a persona are collected first and then decided, one address at a time. Claims are never
//! folded in pairs: a pairwise merge forgets who lost, so its result would depend on the order.
//!
//! 1. [`resolve`] decides one address: from its claims and removals to an outcome for each claim and the
//!    remaining disagreement. Rules go through [`rules`], lists of tools through [`tools`].
//! 2. [`settle`] applies the resolutions of profiles to disagreements. [`refine`] first does both below each entry without
//!    a text, and makes a whole claim of it.
//! 3. [`subjects`] compares rules across addresses and settles their disagreements the same way.
//! 4. [`tools`] combines the two lists of tools.
//!
//! *Which claim wins.* A removal removes the claims strictly below its profile. A `locked` claim overrides
//! everything below it; a different claim beside or above it is a conflict. Otherwise `default` claims yield
//! to `normal` ones. Among the rest, the highest layer wins; if its claims differ, that is a conflict.
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
mod refine;
mod resolve;
mod rules;
mod settle;
mod subjects;
mod tools;

pub(crate) use decision::{
    Cause, Conflict, ConflictKind, ConflictState, Decision, Placed, Problem, Settled, Side, State,
};
pub(super) use decision::{Decisions, sides};
pub(super) use resolve::Contest;
pub(super) use settle::{Resolutions, hashes, is_stale};
pub(crate) use settle::{moves, taken};
pub(super) use subjects::Subjects;
pub(super) use tools::{combine as combine_tools, marker as tools_marker, widened};
