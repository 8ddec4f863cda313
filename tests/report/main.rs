//! The page of `cento report`, in a real browser: what it shows, what it does when keys are pressed, and
//! what it does not do with hostile text.
//!
//! The tests share one headless Chromium. Without it they fail, and say how to install it.

mod browser;
#[path = "../common/case.rs"]
mod case;
mod devtools;
mod fleets;
mod looks;
mod safety;
mod size;
mod views;
mod walks;
