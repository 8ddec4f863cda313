//! Files on disk: sandbox, atomic writes, the lock, and what may be overwritten.

#![cfg(unix)]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use crate::model::{Diagnostic, codes};
use crate::workspace::built::Kept;
use crate::workspace::files::{Durability, FileType, Listing, Reading, Root, SOURCE_LIMIT, Seen, WriteError};
use crate::workspace::lock::{LOCK_PATH, Lock};
use crate::workspace::outputs::{
    self, Action, CheckedPaths, Content, Options, Output, Plan, Protected, Report, Status, check_paths,
    diagnostics, stale,
};
use camino::{Utf8Path, Utf8PathBuf};

const FORCE: Options = Options { force: true, prune: false, shard: None };
const PRUNE: Options = Options { force: false, prune: true, shard: None };
const FORCE_PRUNE: Options = Options { force: true, prune: true, shard: None };

impl Report {
    /// Returns how often an action was taken.
    fn count(&self, action: Action) -> usize {
        self.done.iter().filter(|done| done.action == action).count()
    }
}

/// A workspace in its own directory, next to a directory that nothing may touch.
pub(super) struct Ground {
    holder: tempfile::TempDir,
    pub(super) root: Root,
}

impl Ground {
    pub(super) fn new() -> Self {
        let holder = tempfile::tempdir().unwrap();
        fs::create_dir(holder.path().join("workspace")).unwrap();
        fs::create_dir(holder.path().join("outside")).unwrap();
        fs::write(holder.path().join("outside/secret.toml"), "secret = 1\n").unwrap();
        let root = Root::open(&utf8(holder.path()).join("workspace")).unwrap();
        Ground { holder, root }
    }

    pub(super) fn path(&self, path: &str) -> Utf8PathBuf {
        utf8(self.holder.path()).join("workspace").join(path)
    }

    pub(super) fn outside(&self, path: &str) -> Utf8PathBuf {
        utf8(self.holder.path()).join("outside").join(path)
    }

    pub(super) fn put(&self, path: &str, bytes: impl AsRef<[u8]>) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), bytes).unwrap();
    }

    pub(super) fn text(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub(super) fn protected(&self) -> Protected {
        Protected::new(&self.root, &self.root, ["fragments", "profiles"]).unwrap()
    }

    pub(super) fn lock(&self) -> Lock {
        Lock::read(&self.root).unwrap().unwrap()
    }

    pub(super) fn plan(&self, outputs: &[(&str, &str)]) -> Plan {
        self.plan_for(outputs, &|_| true)
    }

    /// Each output is a path and a text; its profile is named after the file.
    pub(super) fn plan_for(
        &self,
        outputs: &[(&str, &str)],
        in_scope: &(dyn Fn(&str) -> bool + Sync),
    ) -> Plan {
        let outputs = outputs.iter().map(|(path, text)| output(path, text)).collect();
        let (checked, findings) = check_paths(outputs, &self.protected());
        assert!(findings.is_empty(), "{findings:?}");
        let plan = plan(&self.root, self.lock(), checked, in_scope).unwrap();
        // `build --check` reports exactly the outputs that a build would write.
        let written = plan.steps.iter().filter(|step| step.action(Options::default()) == Action::Write);
        assert_eq!(stale(&plan).len(), written.count(), "{:?}", plan.steps);
        plan
    }

    pub(super) fn build(&self, outputs: &[(&str, &str)], options: Options) -> Report {
        apply(&self.root, &self.plan(outputs), options).unwrap()
    }

    pub(super) fn status(&self, path: &str, text: &str) -> Status {
        self.plan(&[(path, text)]).steps.remove(0).status
    }
}

/// As [`outputs::plan`], for outputs with their texts.
fn plan(
    root: &Root,
    lock: Lock,
    checked: CheckedPaths,
    in_scope: &(dyn Fn(&str) -> bool + Sync),
) -> Result<Plan, crate::workspace::files::FileError> {
    outputs::plan(root, lock, checked, in_scope, &|_, _| None)
}

/// As [`outputs::apply`], for outputs with their texts.
pub(super) fn apply(root: &Root, plan: &Plan, options: Options) -> Result<Report, String> {
    outputs::apply(root, plan, options, Kept::open(root), &|_, _| None).map_err(|failure| failure.to_string())
}

fn utf8(path: &std::path::Path) -> &Utf8Path {
    Utf8Path::from_path(path).unwrap()
}

fn output(path: &str, text: &str) -> Output {
    let profile = Utf8Path::new(path).file_stem().unwrap_or("none").to_owned();
    Output {
        path: path.into(),
        profile,
        target: "prompt",
        name: None,
        content: Some(Content::of(text.into())),
    }
}

/// Writes a file over whatever is there.
fn put_over(root: &Root, path: &Utf8Path, bytes: &[u8], durability: Durability) -> Result<(), WriteError> {
    root.write(path, bytes, root.seen(path).unwrap_or_default(), durability)
}

/// Writes a source over whatever is there.
fn put_source(root: &Root, path: &str, bytes: &[u8]) -> Result<(), WriteError> {
    let seen = root.read(path.into())?.map_or(Seen::Nothing, |found| Seen::bytes(&found));
    root.write_source(path.into(), bytes, seen, Durability::Synced)
}

fn only(report: &Report) -> Action {
    assert_eq!(report.done.len(), 1, "{report:?}");
    report.done[0].action
}

fn codes_of(findings: &[Diagnostic]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.code.name).collect()
}

fn source(root: &Root, path: &str) -> String {
    match root.read_source(Utf8Path::new(path)).unwrap() {
        Reading::Text(text) => text,
        other => panic!("{path}: {other:?}"),
    }
}

fn refused(root: &Root, path: &str) -> Diagnostic {
    match root.read_source(Utf8Path::new(path)).unwrap() {
        Reading::Refused(finding) => *finding,
        other => panic!("{path}: {other:?}"),
    }
}

// Reading.

#[test]
fn sources_are_read_without_byte_order_mark_and_carriage_returns() {
    let ground = Ground::new();
    ground.put("a.toml", b"\xef\xbb\xbfa = 1\r\nb = \"x\ry\"\r\n");
    assert_eq!(source(&ground.root, "a.toml"), "a = 1\nb = \"x\ry\"\n");
    ground.put("empty.toml", b"");
    assert_eq!(source(&ground.root, "empty.toml"), "");
    ground.put("mark.toml", b"\xef\xbb\xbf");
    assert_eq!(source(&ground.root, "mark.toml"), "");
    assert!(matches!(ground.root.read_source("none.toml".into()), Ok(Reading::Missing)));
    assert!(matches!(ground.root.read_source("a.toml/none.toml".into()), Ok(Reading::Missing)));
}

#[test]
fn a_file_that_is_not_utf8_is_named_with_the_offset() {
    let ground = Ground::new();
    ground.put("a.toml", b"a = 1\nb = \"\xff\"\n");
    let finding = refused(&ground.root, "a.toml");
    assert_eq!(finding.code, codes::ENCODING);
    assert_eq!(finding.message, "a.toml is not UTF-8: byte 0xff at offset 11, line 2");
    // The offset is that in the file, including the byte order mark; a character cut off at the end counts.
    ground.put("b.toml", b"\xef\xbb\xbfa\xe2\x82");
    assert!(refused(&ground.root, "b.toml").message.contains("offset 4"));
    ground.put("c.toml", b"\xff\xfea\0");
    assert!(refused(&ground.root, "c.toml").helps[0].contains("UTF-16"));
}

#[test]
fn a_source_has_at_most_one_mebibyte() {
    let ground = Ground::new();
    ground.put("a.toml", vec![b'#'; SOURCE_LIMIT as usize]);
    assert_eq!(source(&ground.root, "a.toml").len(), 1 << 20);
    ground.put("a.toml", vec![b'#'; SOURCE_LIMIT as usize + 1]);
    let finding = refused(&ground.root, "a.toml");
    assert_eq!((finding.code, finding.message.as_str()), (codes::TOO_LARGE, "a.toml is larger than 1 MiB"));
    // A sparse file of 8 TiB takes no space, and must not take memory either.
    fs::File::create(ground.path("hole.toml")).unwrap().set_len(8 << 40).unwrap();
    assert_eq!(refused(&ground.root, "hole.toml").code, codes::TOO_LARGE);
}

#[test]
fn nothing_outside_is_read() {
    let ground = Ground::new();
    let secret = ground.outside("secret.toml");
    symlink(&secret, ground.path("absolute.toml")).unwrap();
    symlink("../outside/secret.toml", ground.path("relative.toml")).unwrap();
    symlink("../outside", ground.path("directory")).unwrap();
    symlink("loop.toml", ground.path("loop.toml")).unwrap();
    symlink("nowhere", ground.path("dangling.toml")).unwrap();
    let paths = [
        "../outside/secret.toml",
        secret.as_str(),
        "absolute.toml",
        "relative.toml",
        "directory/secret.toml",
        "loop.toml",
        "dangling.toml",
        "a\\b.toml",
        "",
    ];
    for path in paths {
        assert_eq!(refused(&ground.root, path).code, codes::UNSAFE_PATH, "{path}");
    }
    for path in ["../outside/secret.toml", "absolute.toml", "relative.toml", "directory/secret.toml"] {
        assert!(ground.root.read(path.into()).is_err(), "{path}");
    }
}

#[test]
fn special_files_neither_hang_nor_panic() {
    let ground = Ground::new();
    fs::create_dir_all(ground.path("fragments/directory.toml")).unwrap();
    let pipe = ground.path("fragments/pipe.toml");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(ground.path("fragments/socket.toml")).unwrap();
    symlink("pipe.toml", ground.path("fragments/to-pipe.toml")).unwrap();
    for name in ["directory", "pipe", "socket", "to-pipe"] {
        let path = format!("fragments/{name}.toml");
        let finding = refused(&ground.root, &path);
        assert!(finding.message.contains("not a regular file"), "{}", finding.message);
        assert!(ground.root.read(path.as_str().into()).is_err());
    }
    let Listing { files, findings, .. } = ground.root.toml_files("fragments".into()).unwrap();
    assert!(files.is_empty());
    assert_eq!(codes_of(&findings), ["unsafe-path"; 3]);
}

#[test]
fn sources_are_listed_in_order_and_ignored_files_are_reported() {
    let ground = Ground::new();
    for path in
        ["b.toml", "a/z.toml", "a/.hidden.toml", ".git/x.toml", "a-b.toml", "a/notes.md", "a/UPPER.TOML"]
    {
        ground.put(&format!("fragments/{path}"), "");
    }
    ground.put("shared/s.toml", "s = 1\n");
    symlink("../shared/s.toml", ground.path("fragments/linked.toml")).unwrap();
    symlink("../shared", ground.path("fragments/linked")).unwrap();
    symlink("../../outside", ground.path("fragments/outside")).unwrap();
    symlink("../../outside/secret.toml", ground.path("fragments/secret.toml")).unwrap();
    symlink("nowhere.toml", ground.path("fragments/dangling.toml")).unwrap();
    let odd = std::ffi::OsStr::new("fragments").to_owned();
    let mut odd_path = ground.path("").into_std_path_buf();
    odd_path.push(odd);
    odd_path.push(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"\xff.toml"));
    fs::write(odd_path, "").unwrap();

    let Listing { files, findings, .. } = ground.root.toml_files("fragments".into()).unwrap();
    assert_eq!(
        files,
        ["fragments/a/z.toml", "fragments/a-b.toml", "fragments/b.toml", "fragments/linked.toml"]
    );
    assert_eq!(source(&ground.root, "fragments/linked.toml"), "s = 1\n");
    let messages: Vec<_> = findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "fragments/a/UPPER.TOML is not read: cento reads only files that end in `.toml`",
            "fragments/a/notes.md is not read: cento reads only files that end in `.toml`",
            "fragments/dangling.toml is a broken symbolic link",
            "fragments/linked is a symbolic link to a directory; cento does not follow these",
            "fragments/outside is a symbolic link that leaves the workspace",
            "fragments/secret.toml is a symbolic link that leaves the workspace",
            "the name of fragments/\u{fffd}.toml is not UTF-8",
        ]
    );
    assert_eq!(findings[6].code, codes::BAD_NAME);
}

#[test]
fn a_source_directory_may_be_missing_but_not_outside() {
    let ground = Ground::new();
    let list = |path: &str| ground.root.toml_files(path.into()).unwrap();
    assert_eq!(list("fragments").files.len() + list("fragments").findings.len(), 0);
    symlink("../outside", ground.path("link")).unwrap();
    ground.put("file", "");
    for path in ["../outside", "/etc", "link", "link/deeper", "file", "a/../b", "a//b"] {
        let Listing { files, findings, .. } = list(path);
        assert!(files.is_empty());
        assert_eq!(codes_of(&findings), ["unsafe-path"], "{path}");
    }
    ground.put("x.toml", "");
    assert_eq!(list(".").files, ["x.toml"]);
}

#[test]
fn directories_nest_to_a_limit() {
    let ground = Ground::new();
    let deep = |levels: usize| vec!["d"; levels].join("/");
    ground.put(&format!("fragments/{}/in.toml", deep(63)), "");
    ground.put(&format!("fragments/{}/out.toml", deep(64)), "");
    let Listing { files, findings, .. } = ground.root.toml_files("fragments".into()).unwrap();
    assert_eq!(files.len(), 1);
    assert_eq!(codes_of(&findings), ["too-deep"]);
}

// Writing.

#[test]
fn a_root_must_be_a_directory_and_may_be_created_by_the_first_write() {
    let ground = Ground::new();
    ground.put("file", "");
    assert!(Root::open(&ground.path("none")).is_err());
    assert!(Root::open(&ground.path("file")).is_err());
    assert!(Root::open_or_create(&ground.path("file")).is_err());

    let path = ground.path("out/deep");
    let out = Root::open_or_create(&path).unwrap();
    let protected = Protected::new(&ground.root, &out, ["fragments", "profiles"]).unwrap();
    let (checked, _) = check_paths(vec![output("personas/ada.md", "ada\n")], &protected);
    let plan = plan(&out, Lock::read(&out).unwrap().unwrap(), checked, &|_| true).unwrap();
    assert_eq!(plan.steps[0].status, Status::New);
    assert_eq!(stale(&plan)[0].message, format!("{path}/personas/ada.md has not been written yet"));
    assert!(!ground.path("out").exists(), "looking makes nothing");
    apply(&out, &plan, Options::default()).unwrap();
    assert_eq!(ground.text("out/deep/personas/ada.md"), "ada\n");
    assert!(path.join(LOCK_PATH).exists() && !ground.path(LOCK_PATH).exists());
}

#[test]
fn new_files_have_the_default_mode_and_old_ones_keep_theirs() {
    let ground = Ground::new();
    ground.put("usual", "");
    let mode = |path: &str| fs::metadata(ground.path(path)).unwrap().mode() & 0o7777;
    for durability in [Durability::Synced, Durability::Unsynced] {
        for keep in [0o600, 0o644, 0o755, 0o444] {
            let path = format!("a/{durability:?}-{keep:o}");
            put_over(&ground.root, path.as_str().into(), b"1", durability).unwrap();
            assert_eq!(mode(&path), mode("usual"));
            fs::set_permissions(ground.path(&path), fs::Permissions::from_mode(keep)).unwrap();
            put_over(&ground.root, path.as_str().into(), b"2", durability).unwrap();
            assert_eq!((mode(&path), ground.text(&path).as_str()), (keep, "2"));
        }
    }
    assert_eq!(fs::read_dir(ground.path("a")).unwrap().count(), 8, "nothing is left beside the files");
}

#[test]
fn nothing_outside_is_written_or_removed() {
    let ground = Ground::new();
    symlink("../outside", ground.path("link")).unwrap();
    fs::create_dir(ground.path("inner")).unwrap();
    symlink("inner", ground.path("inner-link")).unwrap();
    let secret = ground.outside("secret.toml");
    let paths = [
        "../outside/secret.toml",
        "link/secret.toml",
        "inner-link/x",
        secret.as_str(),
        "a/../../outside/x",
        "link",
    ];
    for path in &paths[..5] {
        assert!(put_over(&ground.root, (*path).into(), b"x", Durability::Unsynced).is_err(), "{path}");
        let seen = Seen::bytes(b"secret = 1\n");
        let _ = ground.root.remove((*path).into(), seen, Durability::Unsynced);
    }
    assert_eq!(fs::read_to_string(&secret).unwrap(), "secret = 1\n");
    assert_eq!(fs::read_dir(ground.outside("")).unwrap().count(), 1);
    // The link itself may be replaced.
    put_over(&ground.root, "link".into(), b"x", Durability::Synced).unwrap();
    assert!(fs::symlink_metadata(ground.path("link")).unwrap().is_file());
    let error = put_over(&ground.root, "inner-link/x".into(), b"x", Durability::Synced).unwrap_err();
    assert_eq!(error.to_string(), "cannot write inner-link/x: `inner-link` in its path is a symbolic link");
}

#[test]
fn a_source_behind_a_link_is_edited_in_place() {
    let ground = Ground::new();
    ground.put("shared/a.toml", "old");
    fs::create_dir(ground.path("profiles")).unwrap();
    symlink("../shared/a.toml", ground.path("profiles/a.toml")).unwrap();
    put_source(&ground.root, "profiles/a.toml", b"new").unwrap();
    assert_eq!(ground.text("shared/a.toml"), "new");
    assert!(fs::symlink_metadata(ground.path("profiles/a.toml")).unwrap().is_symlink());
    symlink("../../outside/secret.toml", ground.path("profiles/b.toml")).unwrap();
    assert!(put_source(&ground.root, "profiles/b.toml", b"new").is_err());
    put_source(&ground.root, "profiles/c.toml", b"new").unwrap();
    assert_eq!(ground.text("profiles/c.toml"), "new");
}

/// The child process of the kill tests. Does nothing when run as a test.
#[test]
fn child() {
    let (Ok(role), Ok(path)) = (std::env::var("CENTO_CHILD"), std::env::var("CENTO_CHILD_PATH")) else {
        return;
    };
    let root = Root::open(Utf8Path::new(&path)).unwrap();
    for turn in 0_usize.. {
        if role == "file" {
            let text = whole(turn);
            let durability = if turn.is_multiple_of(2) { Durability::Unsynced } else { Durability::Synced };
            put_over(&root, "a/file".into(), text.as_bytes(), durability).unwrap();
        } else {
            build_fleet(&root, turn);
        }
    }
}

fn whole(turn: usize) -> String {
    ["a", "b", "c"][turn % 3].repeat(100_000 + turn % 3)
}

fn build_fleet(root: &Root, turn: usize) -> Report {
    let outputs = (0..60).map(|index| output(&format!("personas/p{index}.md"), &format!("{index} {turn}\n")));
    let protected = Protected::new(root, root, ["fragments", "profiles"]).unwrap();
    let (checked, _) = check_paths(outputs.collect(), &protected);
    let lock = Lock::read(root).unwrap().unwrap();
    let plan = plan(root, lock, checked, &|_| true).unwrap();
    let findings = diagnostics(&plan, Options::default());
    assert!(findings.is_empty(), "turn {turn}: {findings:?}");
    apply(root, &plan, Options::default()).unwrap()
}

/// Returns the name of the test that a child runs: its path without the crate.
fn child_test() -> &'static str {
    concat!(module_path!(), "::child").split_once("::").expect("the module is below the crate").1
}

fn start_child(ground: &Ground, role: &str, ready: &str) -> Child {
    let _ = fs::remove_file(ground.path(ready));
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", child_test()])
        .env("CENTO_CHILD", role)
        .env("CENTO_CHILD_PATH", ground.path(""))
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while !ground.path(ready).exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the child does not begin");
        std::thread::sleep(Duration::from_micros(200));
    }
    child
}

fn kill(child: &mut Child) {
    assert!(child.try_wait().unwrap().is_none(), "the child ended by itself");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_kill_leaves_the_old_or_the_new_file_whole() {
    let ground = Ground::new();
    let texts: BTreeSet<_> = (0..3).map(whole).collect();
    for round in 0..40 {
        let mut child = start_child(&ground, "file", "a/file");
        // Delays that are unrelated to the timing of the child.
        std::thread::sleep(Duration::from_micros(round * 431 % 9_000));
        kill(&mut child);
        assert!(texts.contains(&ground.text("a/file")), "round {round}");
    }
    put_over(&ground.root, "a/file".into(), b"after", Durability::Synced).unwrap();
    assert_eq!(ground.text("a/file"), "after");
    // A leftover file has no extension, so it is neither a source nor an output.
    let Listing { files, findings, .. } = ground.root.toml_files(".".into()).unwrap();
    assert_eq!((files.len(), findings.len()), (0, 0));
}

#[test]
fn a_killed_build_leaves_nothing_that_looks_like_an_edit() {
    let ground = Ground::new();
    for round in 0..25 {
        let mut child = start_child(&ground, "fleet", "personas/p0.md");
        std::thread::sleep(Duration::from_micros(2_000 + round * 1_733 % 30_000));
        kill(&mut child);
        // A text that the child never wrote, because the sources changed before the next build.
        build_fleet(&ground.root, 1_000_000 + round as usize);
        for index in 0..60 {
            let text = ground.text(&format!("personas/p{index}.md"));
            assert_eq!(text, format!("{index} {}\n", 1_000_000 + round));
        }
    }
}

#[test]
fn concurrent_writers_corrupt_nothing_and_overwrite_nothing_unseen() {
    let ground = Ground::new();
    std::thread::scope(|scope| {
        for writer in 0..2 {
            let root = &ground.root;
            scope.spawn(move || {
                for turn in 0..100 {
                    let text = whole(turn + writer);
                    let path = Utf8Path::new("new/dir/file");
                    let seen = root.seen(path).unwrap();
                    match root.write(path, text.as_bytes(), seen, Durability::Unsynced) {
                        Ok(()) | Err(WriteError::Changed(_)) => {}
                        Err(error) => panic!("{error}"),
                    }
                }
            });
        }
    });
    assert!((0..3).any(|turn| ground.text("new/dir/file") == whole(turn)));
}

#[test]
fn an_error_names_the_file_and_omits_the_error_number() {
    let ground = Ground::new();
    fs::create_dir(ground.path("directory")).unwrap();
    let error = put_over(&ground.root, "directory".into(), b"", Durability::Unsynced).unwrap_err();
    assert_eq!(error.to_string(), "cannot write directory: Is a directory");
    assert_eq!(fs::read_dir(ground.path("")).unwrap().count(), 1, "no temporary file is left");
    let error = Root::open(&ground.path("none")).unwrap_err();
    assert_eq!(error.to_string(), format!("cannot open {}: No such file or directory", ground.path("none")));
}

// Planning and applying.

#[test]
fn a_build_writes_what_changed_and_nothing_else() {
    let ground = Ground::new();
    let path = "personas/ada.md";
    assert_eq!(ground.status(path, "1\n"), Status::New);
    assert_eq!(only(&ground.build(&[(path, "1\n")], Options::default())), Action::Write);
    assert_eq!(ground.status(path, "1\n"), Status::Unchanged);

    let inode = |path: &str| fs::metadata(ground.path(path)).unwrap().ino();
    let before = (inode(path), inode(LOCK_PATH));
    let report = ground.build(&[(path, "1\n")], Options::default());
    assert_eq!((only(&report), report.lock_written), (Action::Keep, false));
    assert_eq!((inode(path), inode(LOCK_PATH)), before);

    assert_eq!(ground.status(path, "2\n"), Status::Changed);
    assert_eq!(only(&ground.build(&[(path, "2\n")], Options::default())), Action::Write);
    assert_eq!(ground.text(path), "2\n");
    let lock = ground.text(LOCK_PATH);
    assert!(
        lock.contains("version = 1\n\n[[output]]\npath = \"personas/ada.md\"\nprofile = \"ada\"\n"),
        "{lock}"
    );
    assert!(lock.contains(&format!("hash = \"blake3:{}\"\nwas = ", blake3::hash(b"2\n").to_hex())), "{lock}");
}

#[test]
fn an_up_to_date_file_is_adopted_into_the_lock() {
    let ground = Ground::new();
    ground.put("personas/ada.md", "1\n");
    assert_eq!(ground.status("personas/ada.md", "1\n"), Status::Adopt);
    let report = ground.build(&[("personas/ada.md", "1\n")], Options::default());
    assert_eq!((only(&report), report.lock_written), (Action::Adopt, true));
    assert_eq!(ground.status("personas/ada.md", "1\n"), Status::Unchanged);
    // Editing a file to what cento would write is not an edit.
    ground.put("personas/ada.md", "2\n");
    assert_eq!(ground.status("personas/ada.md", "2\n"), Status::Adopt);
}

#[test]
fn an_edit_by_hand_is_shown_and_kept() {
    let ground = Ground::new();
    let path = "personas/ada.md";
    ground.build(&[(path, "one\ntwo\n")], Options::default());
    ground.put(path, "one\ntwo, \u{1b}[31medited\n");
    let plan = ground.plan(&[(path, "one\nthree\n")]);
    assert_eq!(plan.steps[0].status, Status::HandEdited);
    let findings = diagnostics(&plan, Options::default());
    assert_eq!(codes_of(&findings), ["hand-edited"]);
    assert!(findings[0].message.starts_with("personas/ada.md was edited"));
    assert!(findings[0].personas.contains("ada"));
    let note = &findings[0].notes[0];
    assert!(note.contains("-three\n+two, \\u{1b}[31medited"), "{note}");
    assert!(findings[0].helps.iter().any(|help| help.contains("--force")));

    let report = apply(&ground.root, &plan, Options::default()).unwrap();
    assert_eq!((only(&report), report.lock_written), (Action::Refuse, false));
    assert!(ground.text(path).contains("edited"));
    assert!(diagnostics(&plan, FORCE).is_empty());
    assert_eq!(only(&apply(&ground.root, &plan, FORCE).unwrap()), Action::Write);
    assert_eq!(ground.text(path), "one\nthree\n");
    assert_eq!(ground.status(path, "one\nthree\n"), Status::Unchanged);
}

#[test]
fn a_long_edit_is_cut_and_a_binary_one_is_reported() {
    let ground = Ground::new();
    ground.build(&[("a.md", "x\n")], Options::default());
    ground.put("a.md", "line\n".repeat(100));
    let note = diagnostics(&ground.plan(&[("a.md", "x\n")]), Options::default())[0].notes[0].clone();
    assert_eq!(note.lines().count(), 41, "{note}");
    assert!(note.ends_with("... 64 more lines"), "{note}");
    ground.put("a.md", b"\xff\xfe\0");
    let finding = diagnostics(&ground.plan(&[("a.md", "x\n")]), Options::default()).remove(0);
    assert_eq!(finding.notes[0], "the file is not UTF-8");
}

#[test]
fn line_endings_alone_are_no_edit_unless_the_profile_sets_them() {
    let ground = Ground::new();
    let plan_with = |text: &str, is_exact: bool| {
        let content = Some(Content::of(text.into()).exact(is_exact));
        let outputs = vec![Output { content, ..output("a.md", "") }];
        plan(&ground.root, ground.lock(), check_paths(outputs, &ground.protected()).0, &|_| true).unwrap()
    };
    ground.build(&[("a.md", "x\ny\n")], Options::default());
    // As in a checkout with `core.autocrlf=true`.
    ground.put("a.md", "x\r\ny\r\n");
    assert_eq!(ground.status("a.md", "x\ny\n"), Status::Unchanged);
    assert_eq!(ground.status("a.md", "x\nz\n"), Status::Changed);
    assert_eq!(ground.plan(&[]).steps[0].status, Status::Orphan { edited: false });
    let exact = plan_with("x\ny\n", true);
    assert_eq!(exact.steps[0].status, Status::HandEdited);
    let finding = diagnostics(&exact, Options::default()).remove(0);
    assert!(finding.notes[0].contains("line endings") && finding.notes[1].contains("+x\\r"), "{finding:?}");
    // An edit is shown and absorbed without them.
    ground.put("a.md", "x\r\nedited\r\n");
    let edited = plan_with("x\ny\n", false);
    assert_eq!(edited.steps[0].found(), Some(&b"x\nedited\n"[..]));
    // A text that contains CRLF itself.
    let text = "x\r\ny\n";
    ground.build(&[("0.md", text)], Options::default());
    for found in ["x\r\ny\n", "x\ny\n", "x\r\ny\r\n"] {
        ground.put("0.md", found);
        assert_eq!(ground.status("0.md", text), Status::Unchanged, "{found:?}");
    }
}

#[test]
fn files_that_cento_did_not_write_are_not_overwritten() {
    let ground = Ground::new();
    ground.put("file.md", "mine\n");
    fs::create_dir(ground.path("directory.md")).unwrap();
    ground.put("target", "kept\n");
    symlink("target", ground.path("link.md")).unwrap();
    symlink(ground.outside("secret.toml"), ground.path("escape.md")).unwrap();
    symlink("nowhere", ground.path("dangling.md")).unwrap();
    assert!(Command::new("mkfifo").arg(ground.path("pipe.md")).status().unwrap().success());
    let all = ["file.md", "directory.md", "link.md", "escape.md", "dangling.md", "pipe.md"];
    let outputs = all.map(|path| (path, "new\n"));

    let plan = ground.plan(&outputs);
    let standing = |path: &str| &plan.steps.iter().find(|step| step.path == path).unwrap().status;
    assert_eq!(*standing("file.md"), Status::Foreign(FileType::File));
    assert_eq!(*standing("directory.md"), Status::Foreign(FileType::Directory));
    assert_eq!(*standing("link.md"), Status::Foreign(FileType::Link));
    assert_eq!(*standing("escape.md"), Status::Foreign(FileType::Link));
    assert_eq!(*standing("dangling.md"), Status::Foreign(FileType::Link));
    assert_eq!(*standing("pipe.md"), Status::Foreign(FileType::Special));
    assert_eq!(codes_of(&diagnostics(&plan, Options::default())), ["foreign-file"; 6]);
    assert_eq!(apply(&ground.root, &plan, Options::default()).unwrap().count(Action::Refuse), 6);
    assert_eq!(ground.text("file.md"), "mine\n");

    let report = apply(&ground.root, &plan, FORCE).unwrap();
    assert_eq!((report.count(Action::Write), report.count(Action::Refuse)), (5, 1));
    assert_eq!(codes_of(&diagnostics(&plan, FORCE)), ["foreign-file"]);
    for path in all.iter().filter(|path| **path != "directory.md") {
        assert!(fs::symlink_metadata(ground.path(path)).unwrap().is_file(), "{path}");
        assert_eq!(ground.text(path), "new\n");
    }
    assert_eq!(ground.text("target"), "kept\n");
    assert_eq!(fs::read_to_string(ground.outside("secret.toml")).unwrap(), "secret = 1\n");
    assert!(!ground.path("nowhere").exists());
}

#[test]
fn no_output_goes_through_a_link_or_a_file() {
    let ground = Ground::new();
    fs::create_dir(ground.path("real")).unwrap();
    symlink("../outside", ground.path("out")).unwrap();
    symlink("real", ground.path("in")).unwrap();
    ground.put("file", "x");
    let plan = ground.plan(&[("out/a.md", "a"), ("in/sub/b.md", "b"), ("file/c.md", "c")]);
    let codes = codes_of(&diagnostics(&plan, FORCE));
    assert_eq!(codes, ["foreign-file", "unsafe-path", "unsafe-path"]);
    assert_eq!(plan.steps[1].status, Status::Blocked { at: "in".into(), by: FileType::Link });
    let report = apply(&ground.root, &plan, FORCE_PRUNE).unwrap();
    assert_eq!((report.count(Action::Refuse), report.lock_written), (3, false));
    assert_eq!(fs::read_dir(ground.outside("")).unwrap().count(), 1);
    assert_eq!(fs::read_dir(ground.path("real")).unwrap().count(), 0);
}

#[test]
fn files_damaged_by_a_power_failure_are_found_and_repaired() {
    let ground = Ground::new();
    let (path, text) = ("personas/ada.md", "first\nsecond\nthird\n".repeat(60));
    let text = text.as_str();
    ground.build(&[(path, text)], Options::default());
    let zeros = |length: usize| [&text.as_bytes()[..length], &[0; 9]].concat();
    let damaged = [Vec::new(), zeros(0), zeros(9), zeros(512), zeros(text.len())];
    for bytes in &damaged {
        ground.put(path, bytes);
        let plan = ground.plan(&[(path, text)]);
        assert_eq!(plan.steps[0].status, Status::Damaged, "{bytes:?}");
        assert_eq!(codes_of(&stale(&plan)), ["stale-output"]);
        let report = apply(&ground.root, &plan, Options::default()).unwrap();
        assert_eq!((only(&report), report.lock_written), (Action::Write, false));
        assert_eq!(ground.text(path), text);
    }
    // A person may have deleted the end, so a truncated file is reported, not rebuilt.
    for length in [6, 10, 511, 512, 1024, text.len() - 1] {
        ground.put(path, &text[..length]);
        let plan = ground.plan(&[(path, text)]);
        assert_eq!(plan.steps[0].status, Status::HandEdited, "{length}");
        let finding = diagnostics(&plan, Options::default()).remove(0);
        assert_eq!(finding.notes[0].contains("truncated"), length < text.len() - 1, "{length}: {finding:?}");
    }
    // Zeros followed by typed text are not damage either.
    ground.put(path, b"first\n\0\0x");
    assert_eq!(ground.status(path, text), Status::HandEdited);
    fs::remove_file(ground.path(path)).unwrap();
    assert_eq!(ground.status(path, text), Status::Missing);
    ground.build(&[(path, text)], Options::default());
    assert_eq!(ground.text(path), text);

    // The lock reached the disk, but the file did not.
    ground.build(&[(path, "newer\n")], Options::default());
    ground.put(path, text);
    assert_eq!(ground.status(path, "newer\n"), Status::Changed);
    assert_eq!(ground.status(path, "newest\n"), Status::Changed);
    // The file reached the disk, but the lock did not.
    let lock = ground.text(LOCK_PATH);
    ground.build(&[(path, "newest\n")], Options::default());
    ground.put(LOCK_PATH, lock);
    assert_eq!(ground.status(path, "newest\n"), Status::Adopt);
}

#[test]
fn orphans_are_reported_and_pruned_with_their_empty_directories() {
    let ground = Ground::new();
    let both = [("skills/ada/SKILL.md", "a"), ("skills/bob/SKILL.md", "b"), ("personas/ada.md", "p")];
    ground.build(&both, Options::default());
    ground.put("skills/bob/notes.txt", "mine");
    let plan = ground.plan(&[]);
    assert!(plan.steps.iter().all(|step| step.status == Status::Orphan { edited: false }));
    assert_eq!(codes_of(&diagnostics(&plan, Options::default())), ["orphan"; 3]);
    let report = apply(&ground.root, &plan, Options::default()).unwrap();
    assert_eq!((report.count(Action::Leave), report.lock_written), (3, false));

    assert!(diagnostics(&plan, PRUNE).is_empty());
    let report = apply(&ground.root, &plan, PRUNE).unwrap();
    assert_eq!((report.count(Action::Remove), report.lock_written), (3, true));
    assert!(!ground.path("skills/ada").exists() && !ground.path("personas").exists());
    assert_eq!(ground.text("skills/bob/notes.txt"), "mine");
    assert!(!ground.path("skills/bob/SKILL.md").exists());
    assert!(ground.path("").exists() && ground.lock().entries.is_empty());
}

#[test]
fn an_edited_orphan_is_deleted_only_with_force() {
    let ground = Ground::new();
    ground.build(&[("a/ada.md", "a\n"), ("b/bob.md", "b\n"), ("c/cy.md", "c\n")], Options::default());
    ground.put("a/ada.md", "edited\n");
    fs::remove_file(ground.path("b/bob.md")).unwrap();
    fs::remove_file(ground.path("c/cy.md")).unwrap();
    symlink(ground.outside("secret.toml"), ground.path("c/cy.md")).unwrap();
    let plan = ground.plan(&[]);
    let statuses: Vec<_> = plan.steps.iter().map(|step| step.status.clone()).collect();
    assert_eq!(
        statuses,
        [Status::Orphan { edited: true }, Status::Forgotten, Status::Orphan { edited: true }]
    );
    let findings = diagnostics(&plan, PRUNE);
    assert_eq!(codes_of(&findings), ["orphan"; 2]);
    assert!(findings[0].helps[0].contains("--prune --force"));
    apply(&ground.root, &plan, PRUNE).unwrap();
    assert_eq!((ground.text("a/ada.md").as_str(), ground.lock().entries.len()), ("edited\n", 2));
    ground.build(&[], FORCE);
    assert_eq!(ground.text("a/ada.md"), "edited\n", "force alone removes nothing");
    ground.build(&[], FORCE_PRUNE);
    assert!(!ground.path("a").exists() && !ground.path("c").exists());
    assert!(ground.outside("secret.toml").exists());
}

#[test]
fn profiles_out_of_scope_keep_their_outputs_and_entries() {
    let ground = Ground::new();
    ground.build(&[("p/ada.md", "a\n"), ("p/bob.md", "b\n")], Options::default());
    let before = ground.lock().entries[Utf8Path::new("p/bob.md")].clone();
    let plan = ground.plan_for(&[("p/ada.md", "a2\n")], &|profile| profile == "ada");
    apply(&ground.root, &plan, FORCE_PRUNE).unwrap();
    assert_eq!(ground.text("p/bob.md"), "b\n");
    assert_eq!(ground.lock().entries[Utf8Path::new("p/bob.md")], before);

    // Entries of a profile stay in the lock if one of its outputs was set aside.
    let mut outputs = vec![output("p/ada.md", "a2\n"), output("p/bob.md", "b\n")];
    outputs[1].path = "cento.toml".into();
    let (checked, findings) = check_paths(outputs, &ground.protected());
    assert_eq!(codes_of(&findings), ["unsafe-path"]);
    let plan = self::plan(&ground.root, ground.lock(), checked, &|_| true).unwrap();
    apply(&ground.root, &plan, FORCE_PRUNE).unwrap();
    assert!(ground.path("p/bob.md").exists() && !ground.path("cento.toml").exists());

    // The path of a profile that is not built in this run is still taken.
    let mut thief = output("p/bob.md", "stolen\n");
    thief.profile = "eve".into();
    let (checked, _) = check_paths(vec![thief.clone()], &ground.protected());
    let plan = self::plan(&ground.root, ground.lock(), checked, &|name| name == "eve").unwrap();
    assert_eq!(plan.steps[0].status, Status::Claimed { by: "bob".into() });
    assert_eq!(codes_of(&diagnostics(&plan, FORCE)), ["path-collision"]);
    apply(&ground.root, &plan, FORCE_PRUNE).unwrap();
    assert_eq!(ground.text("p/bob.md"), "b\n");
    // Once the profile is deleted, the path is free.
    let (checked, _) = check_paths(vec![thief], &ground.protected());
    let plan = self::plan(&ground.root, ground.lock(), checked, &|name| name != "ada").unwrap();
    assert_eq!(plan.steps[0].status, Status::Changed);
}

#[test]
fn a_lock_cannot_be_made_to_remove_sources() {
    let ground = Ground::new();
    let source = "kind = \"rules\"\n";
    let paths = [
        "fragments/a.toml", "FRAGMENTS/b.toml", "cento.toml", ".git/config", "sub/cento.lock",
        ".gitattributes", "sub/.GitModules",
    ];
    let mut lock = "version = 1\n".to_owned();
    for path in paths {
        ground.put(path, source);
        let hash = blake3::hash(source.as_bytes()).to_hex();
        lock.push_str(&format!(
            "[[output]]\npath = '{path}'\nprofile = 'gone'\ntarget = 'prompt'\nhash = 'blake3:{hash}'\n"
        ));
    }
    ground.put(LOCK_PATH, lock);
    let report = ground.build(&[], FORCE_PRUNE);
    assert_eq!(report.count(Action::Forget), paths.len());
    assert!(paths.iter().all(|path| ground.path(path).exists()));
    assert!(ground.lock().entries.is_empty());
}

#[test]
fn an_invalid_lock_is_a_finding() {
    let ground = Ground::new();
    let finding = || *Lock::read(&ground.root).unwrap().unwrap_err();
    for text in ["version = 9\n", "nonsense", "<<<<<<< HEAD\n", "version = 1\n[[output]]\npath = \"../x\"\n"]
    {
        ground.put(LOCK_PATH, text);
        assert_eq!(finding().code, codes::LOCK_UNREADABLE, "{text}");
    }
    ground.put(LOCK_PATH, b"version = 1 # \xff");
    assert!(finding().message.contains("not UTF-8"));
    fs::remove_file(ground.path(LOCK_PATH)).unwrap();
    symlink(ground.outside("secret.toml"), ground.path(LOCK_PATH)).unwrap();
    assert_eq!(finding().message, "cento.lock cannot be read: it is a symbolic link");
    fs::remove_file(ground.path(LOCK_PATH)).unwrap();
    fs::create_dir(ground.path(LOCK_PATH)).unwrap();
    assert_eq!(finding().code, codes::LOCK_UNREADABLE);
}

#[test]
fn a_failure_halfway_leaves_a_lock_of_the_completed_steps() {
    let ground = Ground::new();
    ground.build(&[("a/ada.md", "1\n"), ("z/zoe.md", "1\n")], Options::default());
    let outputs = [("a/ada.md", "2\n"), ("m/mo.md", "2\n"), ("z/zoe.md", "2\n")];
    let plan = ground.plan(&outputs);
    // Between planning and writing, a file replaces a directory.
    ground.put("m", "in the way");
    let error = apply(&ground.root, &plan, Options::default()).unwrap_err();
    assert_eq!(error, "cannot write m/mo.md: `m` in its path is a file");
    let recorded: Vec<_> =
        ground.lock().entries.iter().map(|(path, entry)| (path.to_string(), entry.hash)).collect();
    let hash = |text: &str| blake3::hash(text.as_bytes());
    assert_eq!(recorded, [("a/ada.md".to_owned(), hash("2\n")), ("z/zoe.md".to_owned(), hash("1\n"))]);
    fs::remove_file(ground.path("m")).unwrap();
    let report = ground.build(&outputs, Options::default());
    assert_eq!((report.count(Action::Keep), report.count(Action::Write)), (1, 2));
}

#[test]
fn forbidden_output_paths_are_refused() {
    let ground = Ground::new();
    let protected = ground.protected();
    let reject = |path: &str| {
        let (checked, findings) = check_paths(vec![output(path, "")], &protected);
        assert_eq!(codes_of(&findings), ["unsafe-path"], "{path}");
        assert!(checked.outputs.is_empty());
    };
    let paths = [
        "",
        "/etc/x.md",
        "../x.md",
        "a/../../x.md",
        "a/../x.md",
        "./x.md",
        "a//x.md",
        "a/",
        "a/./b",
        "a\\b.md",
        "a\0b",
        "a\nb",
        "a\u{1b}b",
        "cento.toml",
        "CENTO.toml",
        "Cento.Lock",
        "cento.lock",
        "sub/cento.toml",
        ".git",
        ".git/hooks/pre-commit",
        ".GIT/x",
        "sub/.Git/x",
        ".git./x",
        "git~1/x",
        "fragments",
        "fragments/x.md",
        "Fragments/rules/x.toml",
        "profiles/ada.toml",
        "cento.toml/x",
        "cento.toml.",
        "personas/CON",
        "aux/ada.md",
        "personas/nul .md",
        ".git::$INDEX_ALLOCATION/hooks/x",
        "personas/ada.md::$DATA",
        ".g\u{200c}it/x",
    ];
    paths.iter().for_each(|path| reject(path));
    reject(&"n".repeat(256));
    reject(&"directory/".repeat(500).replace("//", "/"));
    for path in
        ["personas/ada.md", ".github/x.md", ".gitignore", "fragments.md", "my/fragments/x.md", "..a/b"]
    {
        assert!(check_paths(vec![output(path, "")], &protected).1.is_empty(), "{path}");
    }
}

#[test]
fn sources_are_protected_wherever_the_root_is() {
    let ground = Ground::new();
    let accepts = |root: &str, path: &str| {
        let Ok(root) = Root::open_or_create(&ground.path(root)) else { return false };
        let protected = Protected::new(&ground.root, &root, ["./fragments", "deep/profiles/"]).unwrap();
        check_paths(vec![output(path, "")], &protected).1.is_empty()
    };
    assert!(accepts("out", "personas/ada.md"));
    assert!(accepts("out", "fragments/ada.md"), "another directory that is called so");
    assert!(!accepts("fragments", "rules/x.toml"));
    assert!(!accepts("not/there/../../fragments", "rules/x.toml"));
    assert!(!accepts("deep", "profiles/x.toml"));
    assert!(!accepts("..", "workspace/fragments/x.toml"));
    assert!(!accepts("..", "workspace/cento.toml"));
    assert!(accepts("..", "elsewhere/x.md"));
    assert!(!accepts(".git", "x.md"));
    assert!(!accepts("sub/.git/deep", "x.md"));
    assert!(!accepts("../outside/.git/hooks", "pre-commit"));
    ["HEAD", "objects/x", "refs/x"].iter().for_each(|mark| ground.put(&format!("mirror.git/{mark}"), ""));
    assert!(!accepts("mirror.git/hooks", "pre-commit"), "a bare repository");
    fs::create_dir(ground.path("fragments")).unwrap();
    symlink("fragments", ground.path("alias")).unwrap();
    assert!(!accepts("alias", "x.toml"), "by whatever name the root is given");
}

#[test]
fn outputs_of_one_target_with_one_name_are_set_aside() {
    let ground = Ground::new();
    let named = |profile: &str, target: &'static str, name: &str| Output {
        profile: profile.into(),
        target,
        name: Some(name.into()),
        ..output(&format!("{target}/{profile}.md"), "x")
    };
    let check = |outputs| check_paths(outputs, &ground.protected());
    let (checked, findings) = check(vec![
        named("a", "claude", "reader"),
        named("b", "claude", "Reader"),
        named("c", "skill", "reader"),
        output("personas/d.md", "x"),
    ]);
    assert_eq!(codes_of(&findings), ["name-collision"]);
    assert_eq!(findings[0].message, "`a` and `b` both declare the name `Reader` for target `claude`");
    let kept: Vec<_> = checked.outputs.iter().map(|output| output.path.as_str()).collect();
    assert_eq!(kept, ["personas/d.md", "skill/c.md"]);

    let (checked, findings) = check(["e", "f", "g"].map(|id| named(id, "claude", "reader")).to_vec());
    assert_eq!((findings.len(), findings[0].personas.len(), checked.outputs.len()), (1, 3, 0));
    assert_eq!(findings[0].message, "`e`, `f` and `g` declare the name `reader` for target `claude`");
}

#[test]
fn outputs_with_colliding_paths_are_reported_and_set_aside() {
    let ground = Ground::new();
    let named = |profile: &str, path: &str| Output { profile: profile.into(), ..output(path, "x") };
    let check = |outputs| check_paths(outputs, &ground.protected());

    let (checked, findings) = check(vec![named("a", "x.md"), named("b", "y.md"), named("c", "x.md")]);
    assert_eq!(codes_of(&findings), ["path-collision"]);
    assert_eq!(
        findings[0].message,
        "`a` (target prompt) and `c` (target prompt) would both be written to x.md"
    );
    assert_eq!(findings[0].personas, BTreeSet::from(["a".to_owned(), "c".to_owned()]));
    assert_eq!(checked.outputs.iter().map(|output| output.path.as_str()).collect::<Vec<_>>(), ["y.md"]);

    let pairs =
        [("p/Ada.md", "p/ada.md"), ("P/ada.md", "p/ada.md"), ("\u{e9}.md", "e\u{301}.md"), ("É.md", "é.md")];
    for (one, other) in pairs {
        let (checked, findings) = check(vec![named("a", one), named("b", other)]);
        assert_eq!(
            (codes_of(&findings), checked.outputs.len()),
            (vec!["path-collision"], 0),
            "{one} {other}"
        );
    }
    // `a/b-c` and `a/b.md` sort between `a/b` and `a/b/c` as text, but do not collide.
    let nested = ["a/b", "a/b-c", "a/b.md", "a/b/c", "A/B/c/d"];
    let (checked, findings) = check(nested.iter().map(|path| named(path, path)).collect());
    assert_eq!(codes_of(&findings), ["path-collision"; 2]);
    assert!(findings[0].message.contains("would have to be a directory"));
    assert_eq!(checked.outputs.len(), 2);
    // Many outputs with one path take no longer.
    let (checked, findings) = check((0..3_000).map(|index| named(&format!("p{index}"), "one.md")).collect());
    assert_eq!((checked.outputs.len(), findings.len()), (0, 2_999));
}

#[test]
fn a_text_that_was_not_kept_is_rebuilt_and_must_be_equal() {
    let ground = Ground::new();
    let outputs: Vec<(String, String)> =
        (0..200).map(|index| (format!("personas/p{index}.md"), format!("{index}\n"))).collect();
    let texts = |profile: &str, path: &Utf8Path| {
        assert_eq!(path.file_stem(), Some(profile));
        Some(format!("{}\n", &profile[1..]))
    };
    let planned = |lock: Lock| {
        let dropped = outputs.iter().map(|(path, text)| {
            let output = output(path, text);
            Output { content: output.content.map(Content::dropped), ..output }
        });
        let (checked, _) = check_paths(dropped.collect(), &ground.protected());
        outputs::plan(&ground.root, lock, checked, &|_| true, &texts).unwrap()
    };
    let plan = planned(Lock::default());
    let wrong = outputs::apply(&ground.root, &plan, Options::default(), Kept::open(&ground.root), &|_, _| {
        Some("other".to_owned())
    });
    assert!(wrong.is_err() && !ground.path("personas").exists(), "nothing is written that was not planned");
    let made = outputs::apply(
        &ground.root,
        &planned(ground.lock()),
        Options::default(),
        Kept::open(&ground.root),
        &texts,
    )
    .unwrap();
    assert_eq!(made.count(Action::Write), 200);
    for (path, text) in &outputs {
        assert_eq!(ground.text(path), *text);
    }
    // For a hand edit the finding shows both texts, and damage is recognized by the text.
    ground.put("personas/p7.md", "mine\n");
    ground.put("personas/p8.md", "");
    let plan = planned(ground.lock());
    let status = |path: &str| plan.steps.iter().find(|step| step.path == path).unwrap().status.clone();
    assert_eq!((status("personas/p7.md"), status("personas/p8.md")), (Status::HandEdited, Status::Damaged));
    let findings = diagnostics(&plan, Options::default());
    assert!(findings[0].notes.iter().any(|note| note.contains("-7\n+mine")), "{findings:?}");
    let again =
        outputs::apply(&ground.root, &plan, Options::default(), Kept::open(&ground.root), &texts).unwrap();
    assert_eq!(
        (again.count(Action::Keep), again.count(Action::Write), again.count(Action::Refuse)),
        (198, 1, 1)
    );
    assert_eq!(
        (ground.text("personas/p7.md"), ground.text("personas/p8.md")),
        ("mine\n".into(), "8\n".into())
    );
}

#[test]
fn a_change_of_case_alone_deletes_no_file() {
    let ground = Ground::new();
    ground.build(&[("personas/Ada.md", "1\n")], Options::default());
    // As on a file system that ignores case: both names are the same file.
    fs::hard_link(ground.path("personas/Ada.md"), ground.path("personas/ada.md")).unwrap();
    let report = ground.build(&[("personas/ada.md", "1\n")], PRUNE);
    assert_eq!((report.count(Action::Forget), report.count(Action::Adopt)), (1, 1));
    assert_eq!(ground.text("personas/ada.md"), "1\n");
}

#[test]
fn thousands_of_outputs() {
    let ground = Ground::new();
    let paths: Vec<_> = (0..2_000).map(|index| format!("skills/s{index}/SKILL.md")).collect();
    let outputs = |text: &'static str| -> Vec<_> { paths.iter().map(|path| (path.as_str(), text)).collect() };
    assert_eq!(ground.build(&outputs("1\n"), Options::default()).count(Action::Write), 2_000);
    assert_eq!(ground.build(&outputs("1\n"), Options::default()).count(Action::Keep), 2_000);
    assert_eq!(ground.build(&outputs("2\n"), Options::default()).count(Action::Write), 2_000);
    assert_eq!(ground.build(&[], PRUNE).count(Action::Remove), 2_000);
    assert_eq!(fs::read_dir(ground.path("")).unwrap().count(), 2, "only the lock and .cento are left");
}
