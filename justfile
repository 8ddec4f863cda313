# The commands of the README and of .ci/run, by name.

# Write the repo's own personas
build:
    cargo run --release -- build

# Run all tests
test:
    cargo test

# Everything that main must pass
ci:
    .ci/run

# Format and lint
lint:
    cargo fmt --all
    cargo clippy --all-targets -- -D warnings

# Accept changed snapshots, fixtures and README output, after reading them
update:
    INSTA_UPDATE=always UPDATE=1 cargo test

# Time loading, composing and rendering
bench:
    cargo bench
