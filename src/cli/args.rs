//! The command line.

use camino::Utf8PathBuf;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::model::grammar;
use crate::view::findings;
use crate::workspace::shard::Shard;

/// Compose AI personas from shared fragments.
///
/// Fragments under fragments/ hold the building blocks. Each profile under profiles/ selects fragments
/// for one persona. cento merges them and writes the persona to its targets. Where two fragments
/// disagree, nothing is written until the profile records which one wins and why.
#[derive(Debug, Parser)]
#[command(name = "cento", version, max_term_width = 100)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
    /// Directory that holds fragments/ and profiles/ [default: the nearest one, searching upwards]
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) workspace: Option<Utf8PathBuf>,
    /// When to use colors
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(super) color: Color,
    /// Do not use a pager
    #[arg(long, global = true)]
    pub(super) no_pager: bool,
}

/// When to use colors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Create a small workspace that builds
    Init {
        /// Directory to create it in [default: the current directory]
        dir: Option<Utf8PathBuf>,
    },
    /// List profiles, fragments, rules, kinds, targets or diagnostic codes
    List {
        /// What to list
        #[arg(default_value = "profiles")]
        what: Listing,
        /// For profiles: what programs always load of each output, and what on demand
        #[arg(long)]
        cost: bool,
        /// Output format of `--cost`
        #[arg(long, default_value = "human", requires = "cost")]
        format: Medium,
    },
    /// Print a composed persona
    Show {
        /// Profile to print
        profile: String,
        /// Target to render for [default: the profile's first target]; `cento explain PROFILE` lists what each target and model
        /// leaves out
        #[arg(long, short)]
        target: Option<String>,
    },
    /// Write the personas to their targets
    Build(Build),
    /// Report problems without writing files
    Check {
        /// Profiles to check [default: all]
        profiles: Vec<String>,
        /// Treat warnings as errors
        #[arg(long)]
        strict: bool,
        /// Report personas whose meaning is not the one approved in this file
        #[arg(long, value_name = "FILE")]
        approved: Option<Utf8PathBuf>,
        /// Output format
        #[arg(long, default_value = "human", value_parser = findings_format())]
        format: &'static findings::Format,
    },
    /// Record what personas mean, so that `check --approved` reports later changes
    Approve(Approve),
    /// Compare contributions of fragments, two personas, or two revisions
    Diff(Diff),
    /// Show the source of each line of a persona
    Blame(Blame),
    /// Explain a persona, an address in it, or a diagnostic code
    Explain {
        /// Profile, or diagnostic code such as `contradiction`
        #[arg(value_name = "PROFILE|CODE")]
        subject: String,
        /// Address such as `rules.select-star` or `fields.years` [default: the whole persona, and what each output leaves out]
        address: Option<String>,
        /// Output format
        #[arg(long, default_value = "human")]
        format: Medium,
    },
    /// Write an interactive HTML report on all personas
    Report {
        /// Profiles to include [default: all that are not abstract]
        profiles: Vec<String>,
        /// Add a page about what changed since a git revision, as `diff --since` shows it
        #[arg(long, value_name = "REV|REV..REV")]
        since: Option<String>,
        /// File to write; `-` for standard output
        #[arg(long, value_name = "FILE", default_value = "report.html")]
        out: Utf8PathBuf,
        /// Overwrite FILE even if it is not a report
        #[arg(long)]
        force: bool,
    },
    /// Convert documents to fragments and profiles that reproduce them byte for byte
    Import(Import),
    /// Move hand edits in generated files back to the fragments and profiles they came from
    Absorb(Absorb),
    /// Resolve a conflict and record the decision in the profile
    Resolve(Resolve),
    /// Propose shared fragments for content that several personas have, and write them with `--apply`
    Factor(Factor),
    /// Find near-duplicate and contradictory rules
    Similar(Similar),
    /// List every rule and which personas keep, change or drop it
    Rules(Rules),
    /// Print the JSON Schema of a kind of file, for editors that complete and check TOML
    Schema {
        /// The kind of file
        #[arg(value_name = "FILE", value_parser = kind_of_file())]
        file: &'static grammar::File,
    },
}

#[derive(Debug, Args)]
pub(super) struct Approve {
    /// Profiles to approve [default: all]
    pub(super) profiles: Vec<String>,
    /// File to write [default: approved.toml in the workspace]
    #[arg(long, value_name = "FILE")]
    pub(super) file: Option<Utf8PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Build {
    /// Profiles to build [default: all]
    pub(super) profiles: Vec<String>,
    /// Check that outputs are up to date; exit 1 if not
    #[arg(long, conflicts_with_all = ["dry_run", "force", "prune"])]
    pub(super) check: bool,
    /// Show what would change without writing files
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Overwrite files that were edited by hand or not written by cento
    #[arg(long)]
    pub(super) force: bool,
    /// Delete outputs that no profile produces any more
    #[arg(long)]
    pub(super) prune: bool,
    /// Also write the origin of every byte to PATH.origins.json next to each output
    #[arg(long)]
    pub(super) origins: bool,
    /// Write to DIR instead of the workspace
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<Utf8PathBuf>,
    /// Build only part K of N, for example on one of several machines
    #[arg(long, value_name = "K/N", conflicts_with_all = ["profiles", "prune"])]
    pub(super) shard: Option<Shard>,
    /// Join the locks that all shards left in these directories, instead of building
    #[arg(long, value_name = "DIR", num_args = 1.., conflicts_with_all = ["profiles", "check", "dry_run", "force", "prune", "origins", "shard"])]
    pub(super) join: Vec<Utf8PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Absorb {
    /// Profiles whose outputs were edited [default: all]
    pub(super) profiles: Vec<String>,
    /// Destination of edits to shared fragments [default: ask on a terminal, otherwise leave them in the output]
    #[arg(long, value_name = "DESTINATION")]
    pub(super) to: Option<Scope>,
    /// Show what would change without writing files
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Output format
    #[arg(long, default_value = "human")]
    pub(super) format: Medium,
}

#[derive(Debug, Args)]
pub(super) struct Factor {
    /// Proposals to use, by fragment id [default: all]
    #[arg(value_name = "NAME")]
    pub(super) names: Vec<String>,
    /// Write the fragments and profiles; every persona stays byte-identical
    #[arg(long)]
    pub(super) apply: bool,
    /// Show what would change, line by line, without writing files
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Minimum number of personas that share a block
    #[arg(long, value_name = "N", default_value = "2")]
    pub(super) min_personas: usize,
    /// Minimum saving of a proposal, in bytes of TOML; 0 also proposes short entries that two personas share
    #[arg(long, value_name = "N", default_value = "50", allow_hyphen_values = true)]
    pub(super) min_bytes: i64,
    /// Output format
    #[arg(long, default_value = "human")]
    pub(super) format: Medium,
}

#[derive(Debug, Args)]
pub(super) struct Similar {
    /// Markdown files, directories, or globs such as 'agents/**/*.md' [default: the workspace]
    #[arg(value_name = "FILE|DIR|GLOB")]
    pub(super) documents: Vec<Utf8PathBuf>,
    /// Minimum word overlap (Jaccard index); all numbers count as the same word
    #[arg(long, value_name = "0..1", default_value_t = crate::analyse::similar::THRESHOLD)]
    pub(super) threshold: f64,
    /// Show only findings of this kind
    #[arg(long, value_name = "KIND")]
    pub(super) only: Option<Only>,
    /// Show all findings, not only the top ones
    #[arg(long)]
    pub(super) all: bool,
    /// Exit 1 if there are findings
    #[arg(long)]
    pub(super) exit_code: bool,
    /// Accept a pair of similar entries, each given as SOURCE:ADDRESS
    #[arg(long, num_args = 2, value_names = ["SIDE", "SIDE"], conflicts_with = "documents")]
    pub(super) accept: Option<Vec<String>>,
    /// Why the pair is accepted
    #[arg(long, requires = "accept", allow_hyphen_values = true)]
    pub(super) reason: Option<String>,
    /// Withdraw the acceptance of a pair
    #[arg(long, num_args = 2, value_names = ["SIDE", "SIDE"], conflicts_with_all = ["documents", "accept"])]
    pub(super) drop: Option<Vec<String>>,
    /// Output format
    #[arg(long, default_value = "human")]
    pub(super) format: Medium,
}

/// A kind of finding of `similar`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Only {
    /// One text requires what another forbids
    Contradictions,
    /// The same rule with different numbers, units, names or forces
    Drift,
    /// The same rule in equal or different words
    Duplicates,
}

#[derive(Debug, Args)]
pub(super) struct Rules {
    /// Show a table of rules and personas
    #[arg(long)]
    pub(super) matrix: bool,
    /// Show only rules that some persona changes or drops
    #[arg(long)]
    pub(super) drift: bool,
    /// Show only this persona; this and every other filter may be repeated
    #[arg(long = "persona", value_name = "ID")]
    pub(super) personas: Vec<String>,
    /// Show only personas with this tag, their own or from a fragment
    #[arg(long = "tag", value_name = "TAG")]
    pub(super) tags: Vec<String>,
    /// Show only rules of fragments with this tag
    #[arg(long = "fragment-tag", value_name = "TAG")]
    pub(super) fragment_tags: Vec<String>,
    /// Show only rules of fragments of this kind, or in the section with this name
    #[arg(long = "kind", value_name = "KIND")]
    pub(super) kinds: Vec<String>,
    /// Show only rules with this force, in their source or in a persona
    #[arg(long = "force", value_name = "FORCE")]
    pub(super) forces: Vec<String>,
    /// Show only the rule at this address, or the rules in this section or group
    #[arg(long = "rule", value_name = "ADDRESS")]
    pub(super) rules: Vec<String>,
    /// Exit 1 if a persona shown changes or drops a rule
    #[arg(long)]
    pub(super) exit_code: bool,
    /// Output format
    #[arg(long, default_value = "human")]
    pub(super) format: Table,
}

/// The destination of an edit to text that other personas share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Scope {
    /// The fragment: every persona that uses it changes
    Fragment,
    /// The profile: only this persona changes
    Profile,
}

#[derive(Debug, Args)]
pub(super) struct Blame {
    /// Profile to show
    pub(super) profile: String,
    /// Target to render for [default: the profile's first target]
    #[arg(long, short)]
    pub(super) target: Option<String>,
    /// Show only this line, with every source that contributes to it
    #[arg(long, value_name = "N")]
    pub(super) line: Option<usize>,
    /// Output format
    #[arg(long, default_value = "human")]
    pub(super) format: Medium,
}

#[derive(Debug, Args)]
#[command(
    override_usage = "cento diff [OPTIONS] PROFILE\n       cento diff [OPTIONS] PROFILE PROFILE\n       \
                            cento diff [OPTIONS] --since REV|REV..REV [PROFILE]...\n       \
                            cento diff [OPTIONS] --staged [PROFILE]..."
)]
pub(super) struct Diff {
    /// With one profile, show what each fragment contributes; with two, compare them
    #[arg(value_name = "PROFILE")]
    pub(super) profiles: Vec<String>,
    /// Compare the workspace with a git revision, or two revisions
    #[arg(long, value_name = "REV|REV..REV")]
    pub(super) since: Option<String>,
    /// Compare the staged files with HEAD, or with the revision of `--since`
    #[arg(long)]
    pub(super) staged: bool,
    /// Also show the changed lines of the outputs, as unified diffs
    #[arg(long, conflicts_with_all = ["view", "without"])]
    pub(super) text: bool,
    /// With `--since` or `--staged`, show only the effects on this persona; may be repeated
    #[arg(long = "persona", value_name = "PROFILE")]
    pub(super) personas: Vec<String>,
    /// Target to render for [default: the profile's first target]
    #[arg(long, short, conflicts_with_all = ["since", "staged"])]
    pub(super) target: Option<String>,
    /// How to measure contributions
    #[arg(long, default_value = "exclusive", conflicts_with_all = ["since", "staged"])]
    pub(super) view: View,
    /// Show only what is lost, and what breaks, without this fragment
    #[arg(long, value_name = "FRAGMENT", conflicts_with_all = ["view", "since", "staged"])]
    pub(super) without: Option<String>,
    /// Exit 1 if there are differences
    #[arg(long)]
    pub(super) exit_code: bool,
    /// Output format
    #[arg(long, default_value = "human")]
    pub(super) format: Medium,
}

/// How `diff PROFILE` measures contributions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum View {
    /// What the persona loses without the fragment
    Exclusive,
    /// What the fragment adds to the fragments before it
    Cumulative,
}

#[derive(Debug, Args)]
pub(super) struct Import {
    /// Documents, directories, or globs such as 'agents/**/*.md'
    #[arg(required = true, value_name = "FILE|DIR|GLOB")]
    pub(super) documents: Vec<Utf8PathBuf>,
    /// Workspace to import into, created if missing [default: the nearest one, searching upwards]
    #[arg(long, value_name = "DIR")]
    pub(super) into: Option<Utf8PathBuf>,
    /// Show what would be written without writing files
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Output format of the summary
    #[arg(long, default_value = "human")]
    pub(super) format: Medium,
}

#[derive(Debug, Args)]
pub(super) struct Resolve {
    /// Profile that records the decision
    pub(super) profile: String,
    /// Address of the conflict [default: all conflicts]
    pub(super) address: Option<String>,
    /// Choose this side: a fragment id, or profiles/NAME
    #[arg(long, value_name = "SIDE", group = "choice")]
    pub(super) take: Option<String>,
    /// Replace all sides with this text
    #[arg(long, value_name = "TEXT", group = "choice", allow_hyphen_values = true)]
    pub(super) set: Option<String>,
    /// Keep all sides
    #[arg(long, value_name = "BOTH", group = "choice")]
    pub(super) keep: Option<Keep>,
    /// Confirm a stale decision for the current texts
    #[arg(long, group = "choice", conflicts_with = "reason")]
    pub(super) reaffirm: bool,
    /// Delete the decision
    #[arg(long, group = "choice", conflicts_with = "reason")]
    pub(super) drop: bool,
    /// Reason for the decision
    #[arg(long, allow_hyphen_values = true)]
    pub(super) reason: Option<String>,
    /// Force of the rule given with --set
    #[arg(long, requires = "set", value_name = "FORCE")]
    pub(super) force: Option<String>,
    /// Allow a locked claim to lose
    #[arg(long)]
    pub(super) breaks_lock: bool,
}

/// What `list` lists.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Listing {
    /// Fragments, and how many personas use each
    Fragments,
    /// Profiles and their state
    Profiles,
    /// Rules, and how many personas have each
    Rules,
    /// Kinds of section
    Kinds,
    /// Targets
    Targets,
    /// Diagnostic codes and their severities in this workspace
    Codes,
}

impl Command {
    /// Whether the result is to be JSON.
    pub(super) fn prints_json(&self) -> bool {
        let medium = match self {
            Command::Check { format, .. } => return format.is_json(),
            Command::Explain { format, .. } | Command::List { format, .. } => Some(*format),
            Command::Diff(options) => Some(options.format),
            Command::Blame(options) => Some(options.format),
            Command::Import(options) => Some(options.format),
            Command::Absorb(options) => Some(options.format),
            Command::Factor(options) => Some(options.format),
            Command::Similar(options) => Some(options.format),
            Command::Rules(options) => options.format.medium(),
            Command::Init { .. }
            | Command::Approve(_)
            | Command::Show { .. }
            | Command::Build(_)
            | Command::Report { .. }
            | Command::Resolve(_)
            | Command::Schema { .. } => None,
        };
        medium == Some(Medium::Json)
    }
}

impl Factor {
    /// Returns whether it writes files.
    pub(super) fn writes(&self) -> bool {
        self.apply && !self.dry_run
    }
}

/// The value of `--keep`.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Keep {
    /// All sides
    Both,
}

/// Parses the name of an output format of findings.
fn findings_format() -> impl TypedValueParser<Value = &'static findings::Format> {
    let words = findings::FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.summary));
    PossibleValuesParser::new(words)
        .try_map(|name| findings::Format::from_name(&name).ok_or("no such format"))
}

/// Parses the name of a kind of file.
fn kind_of_file() -> impl TypedValueParser<Value = &'static grammar::File> {
    let names = grammar::FILES.iter().map(|file| PossibleValue::new(file.name).help(file.summary));
    PossibleValuesParser::new(names).try_map(|name| grammar::file(&name).ok_or("no such kind of file"))
}

/// The formats of a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Medium {
    /// Text for the terminal
    Human,
    /// JSON, as described in docs/json.md
    Json,
    /// Markdown for a review comment, at most 60,000 characters
    Markdown,
    /// One self-contained HTML file
    Html,
}

/// The formats of a view that is a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Table {
    /// Text for the terminal
    Human,
    /// JSON, as described in docs/json.md
    Json,
    /// CSV for spreadsheets, as described in docs/rules.md
    Csv,
    /// Markdown for a review comment, at most 60,000 characters
    Markdown,
    /// One self-contained HTML file
    Html,
}

impl Table {
    /// Returns the format for a view without a table form. `None` for CSV.
    pub(super) fn medium(self) -> Option<Medium> {
        match self {
            Table::Human => Some(Medium::Human),
            Table::Json => Some(Medium::Json),
            Table::Csv => None,
            Table::Markdown => Some(Medium::Markdown),
            Table::Html => Some(Medium::Html),
        }
    }
}
