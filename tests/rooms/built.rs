//! The texts of the last build: what is kept, where, and for how long.

use std::fs;

use camino::Utf8Path;

use super::faults::ALL;
use super::writing::{Ground, apply};
use crate::workspace::built::Kept;
use crate::workspace::files::fault::inject;
use crate::workspace::lock::Lock;
use crate::workspace::outputs::{Action, Options};

const OUTPUTS: [(&str, &str); 3] = [("a/ada.md", "one\n"), ("b/bob.md", "two\n"), ("c/cy.md", "")];

/// Returns the names in the directory of the texts.
fn names(ground: &Ground) -> Vec<String> {
    ground.root.names(Utf8Path::new(".cento/built"))
}

/// Returns the paths in a lock whose texts are not kept.
fn lost(ground: &Ground, lock: &Lock) -> Vec<String> {
    let kept = Kept::open(&ground.root);
    let is_lost = |hash| kept.text(hash).is_none_or(|text| blake3::hash(text.as_bytes()) != hash);
    lock.entries.iter().filter(|(_, entry)| is_lost(entry.hash)).map(|(path, _)| path.to_string()).collect()
}

#[test]
fn a_build_keeps_its_texts_in_one_file() {
    let ground = Ground::new();
    ground.build(&OUTPUTS, Options::default());
    let first = names(&ground);
    assert!(first.len() == 1 && first[0].starts_with("pack-"), "{first:?}");
    assert_eq!(lost(&ground, &ground.lock()), [""; 0]);
    let modified = || fs::metadata(ground.path(".cento/built").join(&first[0])).unwrap().modified().unwrap();
    let before = modified();
    ground.build(&OUTPUTS, Options::default());
    assert_eq!((names(&ground), modified()), (first, before));
}

#[test]
fn few_packs_stay_and_dead_ones_go() {
    let ground = Ground::new();
    let mut most = 0;
    for number in 0..40 {
        let text = format!("build {number}\n");
        ground.build(&[OUTPUTS[0], OUTPUTS[1], ("c/cy.md", &text)], Options::default());
        most = most.max(names(&ground).len());
        assert_eq!(lost(&ground, &ground.lock()), [""; 0], "build {number}");
    }
    assert_eq!(most, 2, "a text that was replaced needs no file");
    for number in 0..40 {
        let path = format!("d/{number}.md");
        ground.build(&[(&path, &path)], Options::default());
        most = most.max(names(&ground).len());
        assert_eq!(lost(&ground, &ground.lock()), [""; 0], "build {number}");
    }
    assert!((3..=9).contains(&most), "{most}");
    ground.build(&[], Options { force: false, prune: true, shard: None });
    assert_eq!(names(&ground), [""; 0]);
}

#[test]
fn texts_in_files_of_their_own_are_packed() {
    let ground = Ground::new();
    ground.build(&OUTPUTS, Options::default());
    fs::remove_dir_all(ground.path(".cento/built")).unwrap();
    let hash = |text: &str| blake3::hash(text.as_bytes());
    let single = |text: &str| format!(".cento/built/{}", hash(text).to_hex());
    for (_, text) in [OUTPUTS[0], OUTPUTS[2], ("", "no longer built\n")] {
        ground.put(&single(text), text);
    }
    ground.put(&single("two\n"), "damaged");
    assert_eq!(lost(&ground, &ground.lock()), ["b/bob.md"]);
    let report = ground.build(&OUTPUTS, Options::default());
    assert!(report.done.iter().all(|done| done.action == Action::Keep) && !report.lock_written);
    assert_eq!(lost(&ground, &ground.lock()), ["b/bob.md"], "what is damaged is not copied");
    ground.build(&OUTPUTS, Options::default());
    assert_eq!(lost(&ground, &ground.lock()), [""; 0]);
    assert!(names(&ground).iter().all(|name| name.starts_with("pack-")), "{:?}", names(&ground));
}

#[test]
fn a_damaged_pack_yields_no_wrong_text_and_is_replaced() {
    let ground = Ground::new();
    ground.build(&OUTPUTS, Options::default());
    let path = format!(".cento/built/{}", names(&ground)[0]);
    let whole = fs::read(ground.path(&path)).unwrap();
    let cut = (0..whole.len()).map(|length| whole[..length].to_vec());
    let flipped = (0..whole.len()).flat_map(|at| {
        [0xff, 0x80, 0x01].map(|bits| {
            let mut bytes = whole.clone();
            bytes[at] ^= bits;
            bytes
        })
    });
    let zeros = [vec![0; whole.len()], [&whole[..], &[0; 9]].concat()];
    for bytes in cut.chain(flipped).chain(zeros) {
        fs::write(ground.path(&path), &bytes).unwrap();
        let kept = Kept::open(&ground.root);
        for entry in ground.lock().entries.values() {
            let text = kept.text(entry.hash);
            assert!(text.is_none_or(|text| blake3::hash(text.as_bytes()) == entry.hash), "{bytes:?}");
        }
    }
    fs::write(ground.path(&path), &whole[..whole.len() / 2]).unwrap();
    ground.build(&OUTPUTS, Options::default());
    assert_eq!(lost(&ground, &ground.lock()), [""; 0]);
    assert_eq!(names(&ground).len(), 1, "the damaged file is gone");
}

#[test]
fn a_build_that_fails_loses_no_text_of_the_last_one() {
    let new = [("a/ada.md", "1\n"), ("b/bob.md", "2\n"), ("d/dot.md", "3\n")];
    let prune = Options { force: false, prune: true, shard: None };
    for lasting in [false, true] {
        for step in 0.. {
            let ground = Ground::new();
            ground.build(&OUTPUTS, Options::default());
            let before = ground.lock();
            let plan = ground.plan(&new);
            let failing = step..if lasting { ALL } else { step + 1 };
            let (result, failed) = inject(failing, || apply(&ground.root, &plan, prune));
            let now = ground.lock();
            if result.is_err() {
                assert_eq!(lost(&ground, &before), [""; 0], "step {step}, {failed:?}");
                // If the texts could not be kept at all, the lock says what would be built.
                assert!(lasting || lost(&ground, &now).is_empty(), "step {step}, {failed:?}");
            }
            if failed.is_empty() {
                assert_eq!(lost(&ground, &now), [""; 0]);
                break;
            }
        }
    }
}

#[test]
fn texts_are_not_kept_through_a_link() {
    let ground = Ground::new();
    fs::create_dir_all(ground.path(".cento")).unwrap();
    std::os::unix::fs::symlink(ground.outside(""), ground.path(".cento/built")).unwrap();
    let text = "theirs\n";
    fs::write(ground.outside(blake3::hash(text.as_bytes()).to_hex().as_str()), text).unwrap();
    assert_eq!(Kept::open(&ground.root).text(blake3::hash(text.as_bytes())), None);
    ground.build(&OUTPUTS, Options::default());
    assert_eq!(ground.text("a/ada.md"), "one\n");
    assert_eq!(fs::read_dir(ground.outside("")).unwrap().count(), 2);
}
