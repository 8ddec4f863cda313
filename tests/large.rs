//! Workspaces that are large in one dimension: whatever grows faster than the workspace ends with a finding.

mod common;

use common::Test;

const COUNT: usize = 1_000;

fn lines(line: impl Fn(usize) -> String) -> String {
    (0..COUNT).map(line).collect()
}

/// Returns the output of `check`, which must not exceed a few screens.
fn checked(files: &[(&str, &str)]) -> String {
    let ran = Test::new(files).run(&["check"]).exits(1);
    assert!(ran.out.len() + ran.err.len() < 20_000, "{} bytes", ran.out.len() + ran.err.len());
    ran.out + &ran.err
}

const PROFILE: (&str, &str) = ("profiles/p.toml", "use = [\"rules/a\"]\n");

#[test]
fn many_contradicting_rules_about_one_subject_are_an_error() {
    let rule = |name: &str, at: usize| format!("{name}{at} = {{ text = \"{name}{at}\", about = \"s\" }}\n");
    let rules = format!("[must]\n{}[never]\n{}", lines(|at| rule("a", at)), lines(|at| rule("b", at)));
    let told = checked(&[PROFILE, ("fragments/rules/a.toml", &rules)]);
    assert!(
        told.contains("error[too-large]: more than 100000 pairs of rules contradict each other"),
        "{told}"
    );
}

#[test]
fn a_chain_of_subjects_is_an_error_beyond_a_length() {
    let subjects =
        format!("[subjects]\n{}", lines(|at| format!("s{at} = {{ implies = [\"s{}\"] }}\n", at + 1)));
    let rules = format!("[must]\n{}", lines(|at| format!("s{at} = \"x\"\n")));
    let told = checked(&[PROFILE, ("cento.toml", &subjects), ("fragments/rules/a.toml", &rules)]);
    assert!(told.contains("error[too-large]: more than 100000 pairs of subjects imply each other"), "{told}");
}

#[test]
fn a_ring_of_excluding_subjects_is_reported_briefly() {
    let ring = |at: usize| {
        let (next, other) = ((at + 1) % 100, (at + 7) % 100);
        format!("s{at} = {{ implies = [\"s{next}\"], excludes = [\"s{other}\"] }}\n")
    };
    let subjects = format!("[subjects]\n{}", (0..100).map(ring).collect::<String>());
    let rules = format!("[must]\n{}", (0..100).map(|at| format!("s{at} = \"x\"\n")).collect::<String>());
    checked(&[PROFILE, ("cento.toml", &subjects), ("fragments/rules/a.toml", &rules)]);
}

#[test]
fn a_long_cycle_of_anchors_is_shown_in_part() {
    let anchor = |at: usize| format!("r{at} = {{ text = \"x{at}\", before = \"r{}\" }}\n", (at + 1) % COUNT);
    let told = checked(&[PROFILE, ("fragments/rules/a.toml", &format!("[must]\n{}", lines(anchor)))]);
    assert!(told.contains("ordering cycle: r0 -> r1 -> ") && told.contains(" more) -> r0"), "{told}");
}

#[test]
fn a_long_cycle_of_profiles_is_shown_in_part() {
    let files: Vec<(String, String)> = (0..COUNT)
        .map(|at| (format!("profiles/p{at}.toml"), format!("extends = [\"p{}\"]\n", (at + 1) % COUNT)))
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let told = checked(&files);
    assert!(told.contains("cycle in `extends`: `p0` -> `p1` -> "), "{told}");
}

#[test]
fn a_template_expands_no_further_than_its_limit() {
    let long = "x".repeat(200_000);
    let field = format!("template = true\n[fields]\nlong = \"{long}\"\n[prose]\na = \"");
    let one = format!("{field}{}\"\n", "{{ long|length }}".repeat(6));
    let told = checked(&[PROFILE, ("fragments/rules/a.toml", &one)]);
    assert!(told.contains("the template inserts more than 1 MiB of text"), "{told}");
    let many: String = (0..50).map(|at| format!("b{at} = \"{{{{ long|length }}}}\"\n")).collect();
    let told = checked(&[PROFILE, ("fragments/rules/a.toml", &format!("{field}b\"\n{many}"))]);
    assert!(told.contains("the templates of the persona insert more than 8 MiB of text"), "{told}");
}

#[test]
fn fragments_that_all_exclude_each_other_are_one_finding_each() {
    const FRAGMENTS: usize = 200;
    let names = |without: usize| {
        let others = (0..FRAGMENTS).filter(|at| *at != without).map(|at| format!("\"rules/a{at:03}\""));
        others.collect::<Vec<_>>().join(", ")
    };
    let mut files: Vec<(String, String)> = (0..FRAGMENTS)
        .map(|at| (format!("fragments/rules/a{at:03}.toml"), format!("excludes = [{}]\n", names(at))))
        .collect();
    files.push(("profiles/p.toml".into(), format!("use = [{}]\n", names(FRAGMENTS))));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let told = Test::new(&files).run(&["check"]).exits(1).out;
    assert_eq!(told.matches("error[excluded]").count(), FRAGMENTS - 1);
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains(
        "`rules/a000` excludes `rules/a001`, `rules/a002`, `rules/a003` and 196 more, and `p` has all of them"
    ));
}
