//! The `cento` program.

fn main() -> std::process::ExitCode {
    cento::run()
}
