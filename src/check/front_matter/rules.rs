//! What values do in their program: rules that others take the place of, and references that are not filled in.

use super::ReadBack;
use crate::model::{Diagnostic, Facts};
use crate::text::yaml::Yaml;

/// What a value allows or denies when an agent calls a tool.
struct Rule<'y> {
    /// The pattern of the tool's name.
    tool: &'y str,
    /// The pattern of what it is called with. `None` for all calls.
    input: Option<&'y str>,
    action: &'y str,
}

impl Rule<'_> {
    fn shown(&self) -> String {
        self.input.map_or_else(|| self.tool.to_owned(), |input| format!("{}: {input}", self.tool))
    }

    /// Whether it matches all calls that another rule matches.
    fn covers(&self, other: &Rule<'_>) -> bool {
        let all = "*";
        covers(self.tool, other.tool) && covers(self.input.unwrap_or(all), other.input.unwrap_or(all))
    }
}

/// The rules of a value, in the order in which the program reads them.
fn rules(value: &Yaml) -> Vec<Rule<'_>> {
    let Yaml::Map(tools) = value else { return Vec::new() };
    let mut rules = Vec::new();
    for (tool, value) in tools {
        let inputs: Vec<(Option<&str>, &Yaml)> = match value {
            Yaml::Map(inputs) => inputs.iter().map(|(input, value)| (Some(input.as_str()), value)).collect(),
            other => vec![(None, other)],
        };
        for (input, value) in inputs {
            if let Yaml::String(action) = value {
                rules.push(Rule { tool, input, action });
            }
        }
    }
    rules
}

/// Whether a pattern matches every text that another one matches. `*` matches any text, and `?` any character.
fn covers(pattern: &str, other: &str) -> bool {
    let (pattern, other): (Vec<char>, Vec<char>) = (pattern.chars().collect(), other.chars().collect());
    let (mut at, mut in_other) = (0, 0);
    // Where the last `*` of the pattern is, and how much of the other one it has matched.
    let mut star: Option<(usize, usize)> = None;
    while let Some(letter) = other.get(in_other) {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, in_other));
                at += 1;
            }
            Some(own) if (*own == '?' || own == letter) && *letter != '*' => {
                at += 1;
                in_other += 1;
            }
            _ => {
                let Some((place, matched)) = star else { return false };
                star = Some((place, matched + 1));
                (at, in_other) = (place + 1, matched + 1);
            }
        }
    }
    pattern.iter().skip(at).all(|letter| *letter == '*')
}

impl ReadBack<'_, '_> {
    /// Reports rules of which a later one with another action takes the place.
    pub(super) fn shadowed(&self) -> Vec<Diagnostic> {
        let keys = self.settings.target.keys.iter();
        let ordered = keys.filter_map(|key| Some((key.name, key.last_applies?, self.read_value(key.name)?)));
        let of_key = |(key, facts, value): (&'static str, Facts, &Yaml)| -> Vec<Diagnostic> {
            let rules = rules(value);
            let report = |(at, rule): (usize, &Rule<'_>)| {
                let later = rules.iter().skip(at + 1).rev().find(|later| later.covers(rule))?;
                let (rule, other) = (rule.shown(), (later.action != rule.action).then(|| later.shown())?);
                let message =
                    format!("`{rule}` in `{key}` has no effect: `{other}` below it matches the same");
                let help = format!("move `{other}` above `{rule}`, or delete one of them");
                let finding = self.warning(message, key, help);
                Some(finding.note("the last rule that matches applies").note(facts.note()))
            };
            rules.iter().enumerate().filter_map(report).collect()
        };
        ordered.flat_map(of_key).collect()
    }

    /// Reports references to variables that the program does not fill in.
    pub(super) fn unfilled_variables(&self) -> Vec<Diagnostic> {
        let keys = self.settings.target.keys.iter();
        let with_variables = keys.filter_map(|key| Some((key.name, key.variables?, self.value(key.name)?)));
        let mut findings = Vec::new();
        for (key, variables, value) in with_variables {
            for name in value.strings().into_iter().flat_map(|text| variables.unknown(text)) {
                let prefix = variables.prefix;
                let message =
                    format!("`{name}` in `{key}` is not filled in: its name must begin with `{prefix}`");
                let help =
                    format!("rename the secret or variable to `{prefix}{name}`, here and where it is set");
                findings.push(self.warning(message, key, help).note(variables.facts.note()));
            }
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_pattern_covers_another_if_it_matches_all_that_it_matches() {
        let pairs = [
            ("*", "git *"),
            ("*", ""),
            ("*", "*"),
            ("git *", "git push *"),
            ("git *", "git *"),
            ("*.md", "docs/*.md"),
            ("g?t", "git"),
            ("g?t", "g?t"),
            ("*a*", "b*a"),
            ("a*c", "abbc"),
            ("bash", "bash"),
            ("**", "*"),
        ];
        for (pattern, other) in pairs {
            assert!(covers(pattern, other), "{pattern} {other}");
        }
        let others = [
            ("git *", "*"),
            ("git *", "git"),
            ("g?t", "g*t"),
            ("git", "g?t"),
            ("*.md", "*.txt"),
            ("a", "ab"),
            ("ab", "a"),
            ("", "*"),
            ("a*b*c", "a*c"),
        ];
        for (pattern, other) in others {
            assert!(!covers(pattern, other), "{pattern} {other}");
        }
    }
}
