//! The file traffic of a build and nothing else: what `cento build` is compared with.
//!
//! `floor WORKSPACE OUT` takes a workspace that was built. It reads the sources and writes the same outputs to OUT with
//! as many threads as cento uses, reads all and compares them, and looks at the time and size of all. Each is repeated,
//! and the median is printed. It uses no crate: `rustc -O --edition 2024 -o floor benches/floor.rs` builds it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How often each measurement is repeated.
const TIMES: usize = 5;

/// Appends the files in a directory and below.
fn list(directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        match entry.file_type()?.is_dir() {
            true => list(&entry.path(), files)?,
            false => files.push(entry.path()),
        }
    }
    Ok(())
}

/// Calls a function for each item, with all threads.
fn each<T: Sync>(items: &[T], call: impl Fn(&T) -> io::Result<()> + Sync) -> io::Result<()> {
    let threads = std::thread::available_parallelism()?.get();
    let chunks = items.chunks(items.len().div_ceil(threads).max(1));
    std::thread::scope(|scope| {
        let running: Vec<_> = chunks.map(|chunk| scope.spawn(|| chunk.iter().try_for_each(&call))).collect();
        running
            .into_iter()
            .try_for_each(|thread| thread.join().map_err(|_| io::Error::other("a thread failed"))?)
    })
}

/// Prints the median time of a function. `before` is not measured.
fn measure(
    name: &str,
    before: impl Fn() -> io::Result<()>,
    run: impl Fn() -> io::Result<()>,
) -> io::Result<()> {
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..TIMES {
        before()?;
        let start = Instant::now();
        run()?;
        times.push(start.elapsed());
    }
    times.sort();
    writeln!(io::stdout(), "{name}: {:.1} ms", times[TIMES / 2].as_secs_f64() * 1000.0)
}

fn main() -> io::Result<()> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [workspace, out] = &arguments[..] else {
        return writeln!(io::stdout(), "usage: floor WORKSPACE OUT");
    };
    let (mut sources, mut outputs) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(workspace)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_owned();
        match name.to_str() {
            Some("fragments" | "profiles") => list(&path, &mut sources)?,
            Some(".cento" | ".git") => {}
            _ if path.is_dir() => list(&path, &mut outputs)?,
            _ => {}
        }
    }
    let texts = outputs.iter().map(fs::read).collect::<io::Result<Vec<_>>>()?;
    let written: Vec<(PathBuf, Vec<u8>)> = outputs
        .iter()
        .zip(texts)
        .map(|(path, text)| (out.join(path.strip_prefix(workspace).unwrap_or(path)), text))
        .collect();
    let read = |path: &PathBuf| fs::read(path).map(drop);
    let write = |(path, text): &(PathBuf, Vec<u8>), temporary: bool| -> io::Result<()> {
        fs::create_dir_all(path.parent().unwrap_or(path))?;
        if !temporary {
            return fs::write(path, text);
        }
        let beside = path.with_extension("tmp");
        fs::write(&beside, text)?;
        fs::rename(beside, path)
    };
    let empty = || if out.is_dir() { fs::remove_dir_all(out) } else { Ok(()) };
    writeln!(io::stdout(), "{} sources, {} outputs", sources.len(), outputs.len())?;
    for (name, temporary) in [("read and write", false), ("read, write and rename", true)] {
        measure(name, empty, || {
            each(&sources, read)?;
            each(&written, |file| write(file, temporary))
        })?;
    }
    measure(
        "read and compare",
        || Ok(()),
        || {
            each(&sources, read)?;
            each(&written, |(path, text)| match fs::read(path)? == *text {
                true => Ok(()),
                false => Err(io::Error::other("an output differs")),
            })
        },
    )?;
    measure(
        "look at times and sizes",
        || Ok(()),
        || {
            let look = |path: &PathBuf| fs::symlink_metadata(path).map(drop);
            each(&sources, look)?;
            each(&outputs, look)
        },
    )
}
