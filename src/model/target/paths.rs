//! The paths at which programs look for outputs.

use camino::Utf8Path;

use super::{Form, TARGETS, Target};

impl Target {
    /// Whether programs look for its outputs at a path, wherever the root of the workspace is.
    pub(crate) fn is_at(&self, path: &str) -> bool {
        self.patterns().any(|pattern| fits(pattern, path))
    }

    /// The paths at which programs find its outputs.
    fn patterns(&self) -> impl Iterator<Item = &'static str> {
        [self.path].into_iter().chain(self.other_paths.iter().copied())
    }

    /// How the name of its files ends at the default path, after the id: `.mdc`.
    pub(crate) fn suffix(&self) -> &'static str {
        self.path.rsplit_once("ID").map_or("", |(_, suffix)| suffix)
    }

    /// How the name of a file must end for its program to load it. People choose a card themselves, so only `.json` counts.
    pub(crate) fn ending(&self) -> &'static str {
        match self.form {
            Form::Json(_) => ".json",
            _ => self.suffix(),
        }
    }

    /// Whether the name of a file ends as those of its outputs and of no other target: `.agent.md`.
    pub(crate) fn is_named(&self, path: &Utf8Path) -> bool {
        let ending = self.suffix();
        let is_own = || !TARGETS.iter().any(|other| other.name != self.name && other.suffix() == ending);
        ends(path, ending) && is_own() || self.former_ending.is_some_and(|ending| ends(path, ending))
    }

    /// The target whose files had the ending of this name before.
    pub(crate) fn formerly_named(path: &Utf8Path) -> Option<&'static Target> {
        TARGETS.iter().find(|target| target.former_ending.is_some_and(|ending| ends(path, ending)))
    }

    /// The directories of outputs with a path by id: `.claude/agents/`.
    fn directories(&self) -> impl Iterator<Item = &'static str> {
        self.patterns().filter_map(|pattern| Some(pattern.split_once("ID")?.0))
    }

    /// The place of an output, at a folded path, in which its name must be unique: all directories of one root in which
    /// programs look for such files, by the usual one. For a path elsewhere, the nearest directory of that kind, such as
    /// `agents/`, else the directory of the output. Directories below belong to it.
    pub(crate) fn place_of_name(&self, path: &str) -> String {
        let roots = self.directories().filter_map(|directory| starts(directory, path).next());
        if let Some(root) = roots.min() {
            return path[..root].to_owned() + self.directories().next().unwrap_or_default();
        }
        let kinds =
            || self.directories().filter_map(|directory| directory.trim_end_matches('/').rsplit('/').next());
        let mut above = Utf8Path::new(path).ancestors().skip(1);
        let of_kind =
            above.find(|above| above.file_name().is_some_and(|name| kinds().any(|kind| kind == name)));
        // A skill has a directory of its own.
        let own = Utf8Path::new(path).ancestors().nth(1 + usize::from(self.named_directory));
        of_kind.or(own).map_or(String::new(), |place| format!("{place}/"))
    }
}

/// Whether the name of a file has an ending, in any case, and more.
fn ends(path: &Utf8Path, ending: &str) -> bool {
    let name = path.file_name().unwrap_or_default().to_lowercase();
    !ending.is_empty() && ending.len() < name.len() && name.ends_with(ending)
}

/// Whether a path fits the pattern of the path of an output, in whatever directory its root is.
pub(super) fn fits(pattern: &str, path: &str) -> bool {
    let Some((before, after)) = pattern.split_once("ID") else {
        return path.strip_suffix(pattern).is_some_and(|above| above.is_empty() || above.ends_with('/'));
    };
    starts(before, path).any(|at| {
        let rest = &path[at + before.len()..];
        rest.len() > after.len() && rest.ends_with(after)
    })
}

/// Where a directory begins in a path, in whatever directory its root is.
fn starts<'p>(directory: &'p str, path: &'p str) -> impl Iterator<Item = usize> + 'p {
    path.match_indices(directory).map(|(at, _)| at).filter(|at| *at == 0 || path[..*at].ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::super::{TARGETS, target};

    #[test]
    fn a_name_is_unique_in_all_directories_of_a_root() {
        let cases = [
            ("skill", "skills/a/skill.md", "skills/"),
            ("skill", "skills/team/a/skill.md", "skills/"),
            ("skill", ".claude/skills/a/skill.md", "skills/"),
            ("skill", ".agents/skills/team/a/skill.md", "skills/"),
            ("skill", "docs/zh/.claude/skills/a/skill.md", "docs/zh/skills/"),
            ("skill", "web/pdf/skill.md", "web/"),
            ("skill", "pdf/skill.md", "/"),
            ("claude", ".claude/agents/a.md", ".claude/agents/"),
            ("claude", ".claude/agents/team/agents/a.md", ".claude/agents/"),
            ("claude", "agents/team/a.md", "agents/"),
            ("claude", "plug/agents/team/a.md", "plug/agents/"),
            ("claude", "docs/ja/agents/a.md", "docs/ja/agents/"),
            ("claude", "web/a.md", "web/"),
            ("claude", "agents.md", "/"),
            ("claude", "my-agents/a.md", "my-agents/"),
            ("kiro-steering", "docs/.kiro/steering/a.md", "docs/.kiro/steering/"),
        ];
        for (name, path, place) in cases {
            assert_eq!(target(name).unwrap().place_of_name(path), place, "{name} {path}");
        }
    }

    /// Folded paths are compared with them.
    #[test]
    fn directories_of_programs_are_in_lower_case() {
        for target in TARGETS.iter().filter(|target| target.is_loaded_by_name()) {
            for directory in target.directories() {
                assert_eq!(directory, directory.to_lowercase());
            }
        }
    }
}
