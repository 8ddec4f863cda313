//! Tests of the rooms from inside: unit tests of the library that concern more than one module, each about
//! one subject. What a user or a program can do from outside is tested in the other files of `tests/`, which
//! use the binary or the public API.

#[path = "../common/case.rs"]
mod case;

mod absorb;
mod built;
mod codes;
mod docs;
mod faults;
mod fixtures;
mod formats;
mod front_matter;
mod import;
mod laws;
mod layout;
mod limits;
mod loading;
mod rules;
mod safety;
mod schema;
mod similar;
mod ways;
mod writing;
