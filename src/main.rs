//! The `cento` program.

/// Composing makes many small allocations in several threads at once, which this allocator serves faster than that of the
/// system. The library leaves the choice to the program that uses it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cento::run()
}
