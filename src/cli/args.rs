//! The command line.

use camino::Utf8PathBuf;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::view::findings;

/// Compose AI personas from shared fragments.
///
/// Fragments under fragments/ say what a persona can be, profiles under profiles/ say which of them
/// make one. cento merges them, stops where two fragments disagree until the profile says who wins and
/// why, and writes each persona to its targets.
#[derive(Debug, Parser)]
#[command(name = "cento", version, max_term_width = 100)]
pub(super) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(super) command: Command,
    /// The directory that holds fragments/ and profiles/ [default: the nearest one above]
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) workspace: Option<Utf8PathBuf>,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(super) color: Color,
    /// Do not page long output, even on a terminal
    #[arg(long, global = true)]
    pub(super) no_pager: bool,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a small workspace that builds
    Init {
        /// Where [default: here]
        dir: Option<Utf8PathBuf>,
    },
    /// List what is in the workspace
    List {
        /// What to list
        #[arg(default_value = "profiles")]
        what: Listing,
    },
    /// Print a composed persona
    Show {
        /// The profile
        profile: String,
        /// The target [default: the profile's first]
        #[arg(long, short)]
        target: Option<String>,
    },
    /// Write the personas to their targets
    Build(Build),
    /// Report everything that is wrong, and write nothing
    Check {
        /// The profiles [default: all]
        profiles: Vec<String>,
        /// Treat warnings as errors
        #[arg(long)]
        strict: bool,
        /// The form of the report
        #[arg(long, default_value = "human", value_parser = findings_format())]
        format: &'static findings::Format,
    },
    /// Show what each fragment contributes, what tells two personas apart, or what an edit changes
    Diff(Diff),
    /// Print every line of a persona with the source that it comes from
    Blame(Blame),
    /// Explain an address of a persona, or the code of a message
    Explain {
        /// The profile, or a code such as `contradiction`
        #[arg(value_name = "PROFILE|CODE")]
        subject: String,
        /// The address, such as `rules.select-star` or `fields.years`
        address: Option<String>,
        /// The form
        #[arg(long, default_value = "human")]
        format: Medium,
    },
    /// Write an interactive page about all personas
    Report {
        /// The profiles [default: all that are built]
        profiles: Vec<String>,
        /// The file; `-` for standard output
        #[arg(long, value_name = "FILE", default_value = "report.html")]
        out: Utf8PathBuf,
        /// Overwrite a file that is no report
        #[arg(long)]
        force: bool,
    },
    /// Turn documents into fragments and profiles that give back their bytes
    Import(Import),
    /// Take edits made by hand in outputs to the fragments and profiles that they belong to
    Absorb(Absorb),
    /// Settle a conflict: the decision and its reason go into the profile
    Resolve(Resolve),
    /// Move what several personas say into fragments that they share
    Factor(Factor),
    /// Find what is said nearly alike, or the other way round, in several places
    Similar(Similar),
    /// Show every rule of the fleet, and which persona has it as it is written, otherwise, or no more
    Rules(Rules),
}

/// The options of `build`.
#[derive(Debug, Args)]
pub(super) struct Build {
    /// The profiles [default: all]
    pub(super) profiles: Vec<String>,
    /// Compare and report, write nothing; exit 1 if anything is not as it should be
    #[arg(long, conflicts_with_all = ["dry_run", "force", "prune"])]
    pub(super) check: bool,
    /// Say what would be done, and do nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Overwrite files that were edited by hand, or that cento did not write
    #[arg(long)]
    pub(super) force: bool,
    /// Remove outputs that no profile makes any more
    #[arg(long)]
    pub(super) prune: bool,
    /// Also write where every byte comes from, to PATH.origins.json beside each output
    #[arg(long)]
    pub(super) origins: bool,
    /// Where to write, instead of the workspace
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<Utf8PathBuf>,
}

/// The options of `absorb`.
#[derive(Debug, Args)]
pub(super) struct Absorb {
    /// The profiles whose outputs were edited [default: all]
    pub(super) profiles: Vec<String>,
    /// Where an edit goes that would change other personas too [default: ask; left where nobody can be asked]
    #[arg(long, value_name = "WHERE")]
    pub(super) to: Option<Scope>,
    /// Show what would change in the sources, and change nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// The form
    #[arg(long, default_value = "human")]
    pub(super) format: Medium,
}

/// The options of `factor`.
#[derive(Debug, Args)]
pub(super) struct Factor {
    /// The proposals to take, by the ids of their fragments [default: all]
    #[arg(value_name = "NAME")]
    pub(super) names: Vec<String>,
    /// Write the fragments and profiles; no persona changes by a byte
    #[arg(long)]
    pub(super) apply: bool,
    /// Show what would be written, line by line, and write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Only what at least so many personas share
    #[arg(long, value_name = "N", default_value = "2")]
    pub(super) min_personas: usize,
    /// Only what makes the TOML shorter by about so many bytes
    #[arg(long, value_name = "N", default_value = "50", allow_hyphen_values = true)]
    pub(super) min_bytes: i64,
    /// The form
    #[arg(long, default_value = "human")]
    pub(super) format: Medium,
}

/// The options of `similar`.
#[derive(Debug, Args)]
pub(super) struct Similar {
    /// Markdown files, directories of them, or patterns such as 'agents/**/*.md' [default: the workspace]
    #[arg(value_name = "FILE|DIR|GLOB")]
    pub(super) documents: Vec<Utf8PathBuf>,
    /// What part of all words of two texts is in both, for them to be alike; numbers count as one word
    #[arg(long, value_name = "0..1", default_value_t = crate::analyse::similar::THRESHOLD)]
    pub(super) threshold: f64,
    /// Only this kind
    #[arg(long, value_name = "KIND")]
    pub(super) only: Option<Only>,
    /// Show all, not only the worst
    #[arg(long)]
    pub(super) all: bool,
    /// Exit 1 if there is anything to show
    #[arg(long)]
    pub(super) exit_code: bool,
    /// Record that two entries are meant as they are; each is a SOURCE:ADDRESS
    #[arg(long, num_args = 2, value_names = ["SIDE", "SIDE"], conflicts_with = "documents")]
    pub(super) accept: Option<Vec<String>>,
    /// Why they are
    #[arg(long, requires = "accept", allow_hyphen_values = true)]
    pub(super) reason: Option<String>,
    /// Delete what is recorded about two entries
    #[arg(long, num_args = 2, value_names = ["SIDE", "SIDE"], conflicts_with_all = ["documents", "accept"])]
    pub(super) drop: Option<Vec<String>>,
    /// The form
    #[arg(long, default_value = "human")]
    pub(super) format: Medium,
}

/// A kind of what is alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Only {
    /// One text asks for what another is against.
    Contradictions,
    /// One rule with different numbers, units, names or forces.
    Drift,
    /// One rule in different words, or in the same in several files.
    Duplicates,
}

/// The options of `rules`.
#[derive(Debug, Args)]
pub(super) struct Rules {
    /// As a table of rules and personas
    #[arg(long)]
    pub(super) matrix: bool,
    /// Only what some persona has otherwise than it is written, or no more
    #[arg(long)]
    pub(super) drift: bool,
    /// Only in this persona; may be repeated, as all filters
    #[arg(long = "persona", value_name = "ID")]
    pub(super) personas: Vec<String>,
    /// Only in personas that have this tag, of their own or from a fragment
    #[arg(long = "tag", value_name = "TAG")]
    pub(super) tags: Vec<String>,
    /// Only rules of fragments that have this tag
    #[arg(long = "fragment-tag", value_name = "TAG")]
    pub(super) fragment_tags: Vec<String>,
    /// Only rules of this kind of fragment, or of the section of this name
    #[arg(long = "kind", value_name = "KIND")]
    pub(super) kinds: Vec<String>,
    /// Only rules that are written, or stand, with this force
    #[arg(long = "force", value_name = "FORCE")]
    pub(super) forces: Vec<String>,
    /// Only the rule at this address, or those of this section or group
    #[arg(long = "rule", value_name = "ADDRESS")]
    pub(super) rules: Vec<String>,
    /// Exit 1 if a persona that is shown has a rule otherwise than it is written
    #[arg(long)]
    pub(super) exit_code: bool,
    /// The form
    #[arg(long, default_value = "human")]
    pub(super) format: Table,
}

/// Where an edit goes that would change other personas too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Scope {
    /// To the fragment that says it, for all of them.
    Fragment,
    /// To the profile, for this persona alone.
    Profile,
}

/// The options of `blame`.
#[derive(Debug, Args)]
pub(super) struct Blame {
    /// The profile
    pub(super) profile: String,
    /// The target [default: the profile's first]
    #[arg(long, short)]
    pub(super) target: Option<String>,
    /// Explain this line
    #[arg(long, value_name = "N")]
    pub(super) line: Option<usize>,
    /// The form
    #[arg(long, default_value = "human")]
    pub(super) format: Medium,
}

/// The options of `diff`.
#[derive(Debug, Args)]
#[command(
    override_usage = "cento diff [OPTIONS] PROFILE\n       cento diff [OPTIONS] PROFILE PROFILE\n       \
                            cento diff [OPTIONS] --since REV|REV..REV [PROFILE]...\n       \
                            cento diff [OPTIONS] --staged [PROFILE]..."
)]
pub(super) struct Diff {
    /// One profile: what each fragment contributes. Two: what tells them apart
    #[arg(value_name = "PROFILE")]
    pub(super) profiles: Vec<String>,
    /// What was edited since this revision of git, and what that does to which persona
    #[arg(long, value_name = "REV|REV..REV")]
    pub(super) since: Option<String>,
    /// Compare what is staged for the next commit, with HEAD or the revision of `--since`
    #[arg(long)]
    pub(super) staged: bool,
    /// The target [default: the profile's first]
    #[arg(long, short, conflicts_with_all = ["since", "staged"])]
    pub(super) target: Option<String>,
    /// What is lost without each fragment, or what each adds in display order
    #[arg(long, default_value = "exclusive", conflicts_with_all = ["since", "staged"])]
    pub(super) view: View,
    /// Only what is lost, and what breaks, without this fragment
    #[arg(long, value_name = "FRAGMENT", conflicts_with_all = ["view", "since", "staged"])]
    pub(super) without: Option<String>,
    /// Exit 1 if there are differences
    #[arg(long)]
    pub(super) exit_code: bool,
    /// The form
    #[arg(long, default_value = "human")]
    pub(super) format: Medium,
}

/// The two ways to see contributions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum View {
    /// What the persona loses without each fragment.
    Exclusive,
    /// What each fragment adds to those before it.
    Cumulative,
}

/// The options of `import`.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// Documents, directories of documents, or patterns such as 'agents/**/*.md'
    #[arg(required = true, value_name = "FILE|DIR|GLOB")]
    pub(super) documents: Vec<Utf8PathBuf>,
    /// The workspace, made if it is not there [default: the nearest one above]
    #[arg(long, value_name = "DIR")]
    pub(super) into: Option<Utf8PathBuf>,
    /// Say what would be written, and write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// The form of the summary
    #[arg(long, default_value = "human")]
    pub(super) format: Format,
}

/// The options of `resolve`.
#[derive(Debug, Args)]
pub(super) struct Resolve {
    /// The profile that decides
    pub(super) profile: String,
    /// The address of the conflict; left out: all of them
    pub(super) address: Option<String>,
    /// Let this side win: a fragment, or profiles/NAME
    #[arg(long, value_name = "SIDE", group = "choice")]
    pub(super) take: Option<String>,
    /// Let neither win, and say this instead
    #[arg(long, value_name = "TEXT", group = "choice", allow_hyphen_values = true)]
    pub(super) set: Option<String>,
    /// Keep all sides
    #[arg(long, value_name = "BOTH", group = "choice")]
    pub(super) keep: Option<Keep>,
    /// Pin the decision to what the sides say now
    #[arg(long, group = "choice", conflicts_with = "reason")]
    pub(super) reaffirm: bool,
    /// Delete the decision
    #[arg(long, group = "choice", conflicts_with = "reason")]
    pub(super) drop: bool,
    /// Why
    #[arg(long, allow_hyphen_values = true)]
    pub(super) reason: Option<String>,
    /// The force of a rule whose text is set
    #[arg(long, requires = "set", value_name = "FORCE")]
    pub(super) force: Option<String>,
    /// Let a locked claim lose
    #[arg(long)]
    pub(super) breaks_lock: bool,
}

/// The one thing that can be kept.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Keep {
    /// All sides.
    Both,
}

/// What `list` lists.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Listing {
    /// The fragments, with the number of personas that each is in.
    Fragments,
    /// The profiles, with their state.
    Profiles,
    /// The rules, with the number of personas that carry each.
    Rules,
    /// The kinds of section.
    Kinds,
    /// The targets.
    Targets,
    /// The codes of findings, with their severities here.
    Codes,
}

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Human,
    /// For programs; see docs/json.md.
    Json,
}

/// Reads a word of the table of formats of findings.
fn findings_format() -> impl TypedValueParser<Value = &'static findings::Format> {
    let words = findings::FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.summary));
    PossibleValuesParser::new(words)
        .try_map(|name| findings::Format::from_name(&name).ok_or("no such format"))
}

/// What a view is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Medium {
    /// For people, at a terminal.
    Human,
    /// For programs; see docs/json.md.
    Json,
    /// For a review comment: in Markdown, at most 60,000 characters.
    Markdown,
    /// One HTML file that needs nothing else.
    Html,
}

/// What a view with rows is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Table {
    /// For people, at a terminal.
    Human,
    /// For programs; see docs/json.md.
    Json,
    /// For spreadsheets; see docs/rules.md.
    Csv,
    /// For a review comment: in Markdown, at most 60,000 characters.
    Markdown,
    /// One HTML file that needs nothing else.
    Html,
}
