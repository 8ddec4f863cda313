//! The command line: the only room that knows about the process, its streams and its exit code.

mod absorb;
mod approve;
mod args;
mod blame;
mod build;
mod check;
mod diff;
mod explain;
mod factor;
mod import;
mod init;
mod interrupt;
mod join;
mod list;
mod output;
mod pager;
mod progress;
mod report;
mod resolve;
mod rules;
mod schema;
mod similar;
mod workspace;

use camino::Utf8Path;
use clap::Parser;

use args::{Cli, Command, Listing, Medium};
use output::Output;
use workspace::{Unknown, Workspace};

use crate::model::{Code, Sources};

/// Success.
const FINE: u8 = 0;
/// There are findings.
const FINDINGS: u8 = 1;
/// The command line is wrong, a workspace or profile does not exist, or a system error occurred.
const FAILURE: u8 = 2;

/// Runs the command line of this process and returns its exit code.
pub(crate) fn main() -> std::process::ExitCode {
    let cli = Cli::try_parse().unwrap_or_else(|error| refuse(&error));
    let output = Output::new(cli.color, cli.no_pager);
    let code = run(&cli, &output).unwrap_or_else(|error| {
        let message = crate::view::escape(&format!("{error:#}")).into_owned();
        let (first, rest) = message.split_once('\n').unwrap_or((&message, ""));
        let word = output.err.paint(crate::view::terminal::Role::Error, "error");
        let rest = if rest.is_empty() { String::new() } else { format!("{rest}\n") };
        output.warn(&format!("{word}: {first}\n{rest}"));
        // A program that asked for JSON gets it.
        if let Some(unknown) = error.downcast_ref::<Unknown>().filter(|_| cli.command.prints_json()) {
            let _ = output.refuse(Medium::Json, &Sources::default(), vec![unknown.finding()]);
        }
        FAILURE
    });
    code.into()
}

/// Prints help or an error about the command line, and exits. Arguments are repeated in it, so control
/// characters are escaped.
fn refuse(error: &clap::Error) -> ! {
    let text = error.to_string();
    if matches!(crate::view::escape(&text), std::borrow::Cow::Borrowed(_)) {
        error.exit();
    }
    eprint!("{}", crate::view::escape(&text));
    std::process::exit(error.exit_code());
}

/// Returns the line that appends a help to a message; empty without one.
fn help_line(help: Option<String>) -> String {
    help.map_or(String::new(), |help| format!("\nhelp: {help}"))
}

/// Returns the directory of a file.
fn parent(file: &Utf8Path) -> &Utf8Path {
    file.parent().filter(|parent| !parent.as_str().is_empty()).unwrap_or(".".into())
}

fn run(cli: &Cli, output: &Output) -> anyhow::Result<u8> {
    let open = || Workspace::open(cli.workspace.as_deref());
    let open_for = |profile: &str| Workspace::open_for(cli.workspace.as_deref(), profile);
    let open_to = |writes: bool| match writes {
        true => Workspace::open_to_write(cli.workspace.as_deref(), output),
        false => open(),
    };
    match &cli.command {
        Command::Show { profile, target } => {
            check::show(&open_for(profile)?, output, profile, target.as_deref())
        }
        Command::Build(options) => build::build(cli.workspace.as_deref(), output, options),
        Command::Check { profiles, strict, approved, format } => {
            check::check(&open()?, output, profiles, *strict, approved.as_deref(), format)
        }
        Command::Approve(options) => approve::approve(&open_to(true)?, output, options),
        Command::Init { dir } => {
            let directory = dir.as_deref().or(cli.workspace.as_deref());
            init::init(output, directory.unwrap_or(".".into()))
        }
        Command::List { what: Listing::Profiles, cost: true, format } => {
            list::costs(&open()?, output, *format)
        }
        Command::List { cost: true, .. } => {
            anyhow::bail!("only profiles have a cost: `cento list profiles --cost`")
        }
        Command::List { what, .. } => list::list(cli.workspace.as_deref(), output, *what),
        Command::Explain { subject, address, format } => {
            match Code::from_name(subject).filter(|_| address.is_none()) {
                Some(code) => {
                    let severities = workspace::severities(cli.workspace.as_deref());
                    explain::code(output, &severities.unwrap_or_default(), code)
                }
                None => explain::profile(&open_for(subject)?, output, subject, address.as_deref(), *format),
            }
        }
        Command::Diff(options) => diff::diff(&open()?, output, options),
        Command::Report { profiles, since, out, force } => {
            report::report(&open()?, output, profiles, since.as_deref(), out, *force)
        }
        Command::Blame(options) => blame::blame(&open_for(&options.profile)?, output, options),
        Command::Factor(options) => factor::factor(&open_to(options.writes())?, output, options),
        Command::Similar(options) => similar::similar(output, cli.workspace.as_deref(), options),
        Command::Import(options) => import::import(output, cli.workspace.as_deref(), options),
        Command::Absorb(options) => {
            // No other command is made to wait while a person thinks about an answer.
            let asks = output.is_interactive && options.to.is_none();
            absorb::absorb(&open_to(!options.dry_run && !asks)?, output, options)
        }
        Command::Rules(options) => rules::rules(&open()?, output, options),
        Command::Schema { file } => schema::schema(output, file),
        Command::Resolve(options) => {
            resolve::resolve(&open_to(options.decides() && !output.is_interactive)?, output, options)
        }
    }
}
