//! The page of `cento report`: its file and, in a real browser, what it shows, how it reacts to keys, and
//! that hostile text does nothing.
//!
//! The tests share one headless Chromium. Without it they are skipped, and the last lines of the output say
//! how to run them; with `CENTO_BROWSER_TESTS=1` they fail instead. These lines also name the tests of
//! `tests/readers.rs`. Cargo runs this target last because of its name.

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

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

/// A test's name and its function.
type Test = (&'static str, fn());

macro_rules! tests {
    ($($module:ident: $($name:ident)+;)+) => {
        &[$($((concat!(stringify!($module), "::", stringify!($name)), $module::$name),)+)+]
    };
}

/// The tests that only read the file. A test that is in neither list is dead code, and fails the build of
/// `.ci/run`.
const OF_THE_FILE: &[Test] = tests! {
    safety:
        only_a_report_is_overwritten
        ;
    size:
        a_text_is_in_the_page_once
        ;
};

/// The tests that open the page.
const IN_THE_BROWSER: &[Test] = tests! {
    looks:
        all_text_has_enough_contrast_in_both_schemes
        every_hue_of_a_tint_leaves_the_text_readable
        the_theme_can_be_chosen_and_stays
        no_width_makes_the_page_scroll_sideways
        paper_shows_all_of_a_view_and_no_controls
        reduced_motion_is_respected
        ;
    safety:
        hostile_text_is_shown_and_does_not_run
        the_policy_lets_nothing_else_run
        ;
    size:
        a_thousand_personas_are_a_page_that_opens
        ;
    views:
        choosing_a_persona_shows_the_text_that_show_prints
        a_persona_that_cannot_be_composed_shows_why
        errors_in_files_that_no_persona_uses_are_not_lost
        choosing_a_source_highlights_its_text_and_shows_the_loss_without_it
        the_credits_are_those_of_diff
        a_piece_of_text_shows_its_origin
        filters_narrow_the_lists
        conflicts_show_their_sides_and_decisions
        the_matrix_shows_forces_and_marks_other_wordings
        two_personas_compare_by_address_and_by_line
        the_numbers_of_a_comparison_are_those_of_diff
        an_empty_workspace_says_what_to_do
        the_overview_counts_what_its_links_show
        a_persona_is_rendered_and_copied
        places_are_links_to_their_files
        the_review_is_that_of_diff
        ;
    walks:
        everything_is_reached_by_keyboard
        the_tab_key_stops_at_every_control_with_a_visible_focus
        links_restore_what_was_shown
        a_phone_shows_one_pane_at_a_time
        a_phone_shows_every_view_in_its_bar
        ;
};

fn main() -> ExitCode {
    let required = std::env::var_os("CENTO_BROWSER_TESTS").is_some_and(|value| value == "1");
    let skipped = devtools::program().is_none() && !required;
    let trial = |&(name, test): &Test| {
        Trial::test(name, move || {
            test();
            Ok(())
        })
    };
    let mut trials: Vec<Trial> = OF_THE_FILE.iter().map(trial).collect();
    trials.extend(IN_THE_BROWSER.iter().map(|test| trial(test).with_ignored_flag(skipped)));
    let arguments = Arguments::from_args();
    let (lists, is_whole) = (arguments.list, arguments.filter.is_none());
    let conclusion = libtest_mimic::run(&arguments, trials);
    if skipped && !lists && conclusion.num_ignored > 0 {
        println!(
            "NOT RUN: {} tests of the report page, because Chromium is not on the path.\n\
             To run them: apt-get install -y chromium && CENTO_BROWSER_TESTS=1 cargo test --test z-report\n",
            conclusion.num_ignored
        );
    }
    if !lists && is_whole && std::env::var_os("CENTO_READERS").is_none() {
        println!(
            "NOT RUN: the tests that open outputs with other projects' readers.\n\
             To run them: install the readers as .ci/run does, and set CENTO_READERS to their directory\n"
        );
    }
    conclusion.exit_code()
}
