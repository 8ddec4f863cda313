//! Tags on lines of their own, with which authors mark the parts of a prompt: `<rules>` and `</rules>`.

/// Elements of HTML that have no closing tag.
const VOID: [&str; 6] = ["br", "hr", "img", "input", "meta", "source"];

/// Returns whether a text begins an element that it does not end, or ends one that it does not begin. Only lines that
/// begin with a tag count: within a line, `<name>` is mostly a placeholder.
pub(crate) fn is_torn(text: &str) -> bool {
    if text.contains("```") {
        return false;
    }
    let mut open: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim) {
        let Some((is_end, name)) = tag(line) else { continue };
        if is_end {
            if open.pop() != Some(name) {
                return true;
            }
        } else if !line.contains(&format!("</{name}>")) && !VOID.contains(&name) {
            open.push(name);
        }
    }
    !open.is_empty()
}

/// The tag that a line begins with: whether it ends an element, and the name.
fn tag(line: &str) -> Option<(bool, &str)> {
    let (is_end, rest) = match line.strip_prefix("</") {
        Some(rest) => (true, rest),
        None => (false, line.strip_prefix('<')?),
    };
    let inner = &rest[..rest.find('>')?];
    let name = inner.split_whitespace().next()?;
    let is_name = name.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter));
    (is_name && !inner.ends_with('/')).then_some((is_end, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_that_begin_or_end_elsewhere_are_torn() {
        for torn in ["</memory>", "<rules>", "<a>\nx\n</b>", "</a>\n\n<b>\nMust.", "<a b=\"c\">"] {
            assert!(is_torn(torn), "{torn}");
        }
        for whole in [
            "<a>\nx\n</a>", "<a>x</a>", "Use <name> here", "<br>", "<a/>", "< b", "```\n<a>\n```",
            "<!-- a -->", "<1>",
        ] {
            assert!(!is_torn(whole), "{whole}");
        }
    }
}
