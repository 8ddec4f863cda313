//! Plurals, lists of names, and names of values. No other code forms a plural or shortens a list.

use std::fmt::Display;

/// Serializes values of these types as the names that the given function returns.
macro_rules! serialize_by_name {
    ($($of:ident::$name:ident),+ $(,)?) => {$(
        impl serde::Serialize for $of {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.$name())
            }
        }
    )+};
}
pub(crate) use serialize_by_name;

/// `number` with its noun: "1 entry", "41 entries", "2 blocks of prose".
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{number} {}", plural(number, noun))
}

/// The singular or plural of `noun` for `number`. In "block of prose", the first word is changed.
pub(crate) fn plural(number: usize, noun: &str) -> String {
    let (head, tail) = noun.find(" of ").map_or((noun, ""), |at| noun.split_at(at));
    let stem = head.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u']));
    match (number, stem) {
        (1, _) => noun.to_owned(),
        (_, Some(stem)) => format!("{stem}ies{tail}"),
        (_, None) => format!("{head}s{tail}"),
    }
}

/// The first form for one, the second for other numbers. For verbs and phrases, which [`plural`] cannot form.
pub(crate) fn one_or_many<'w>(number: usize, one: &'w str, many: &'w str) -> &'w str {
    if number == 1 { one } else { many }
}

/// The indefinite article of a noun: "an item", "a rule".
pub(crate) fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

/// The end of a shortened list: " and 3 more". Empty if `number` is 0.
pub(crate) fn and_more(number: usize) -> String {
    if number == 0 { String::new() } else { format!(" and {number} more") }
}

/// Names separated by commas: "a, b, c". From a list longer than `most` (at least 2), the rest is counted: "a, b and 3
/// more".
pub(crate) fn names<T: Display>(all: impl IntoIterator<Item = T>, most: usize) -> String {
    let (shown, rest) = first(all, most);
    shown.join(", ") + &and_more(rest)
}

/// Like [`names`], for use in a sentence: "a", "a and b", "a, b and c".
pub(crate) fn series<T: Display>(all: impl IntoIterator<Item = T>, most: usize) -> String {
    let (shown, rest) = first(all, most);
    match shown.as_slice() {
        [others @ .., last] if rest == 0 && !others.is_empty() => format!("{} and {last}", others.join(", ")),
        shown => shown.join(", ") + &and_more(rest),
    }
}

/// Shortens a text to at most `most` characters.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text.to_owned(),
    }
}

/// The maximum number of steps of a chain that a finding shows, with their places.
pub(crate) const MAX_CHAIN: usize = 16;

/// Steps that lead to each other: "a -> b -> a". In the middle of a long chain they are counted.
pub(crate) fn chain<T: Display>(steps: &[T]) -> String {
    let joined = |steps: &[T]| steps.iter().map(T::to_string).collect::<Vec<_>>().join(" -> ");
    match steps {
        [first @ .., last] if steps.len() > MAX_CHAIN => {
            let (shown, rest) = first.split_at(MAX_CHAIN - 2);
            format!("{} -> ({} more) -> {last}", joined(shown), rest.len())
        }
        steps => joined(steps),
    }
}

/// The items that fit into `most` places, and how many do not. One name never gives way to "1 more".
fn first<T: Display>(all: impl IntoIterator<Item = T>, most: usize) -> (Vec<String>, usize) {
    let mut all = all.into_iter();
    let mut shown: Vec<String> = all.by_ref().take(most).map(|item| item.to_string()).collect();
    let mut rest = all.count();
    if rest > 0 && shown.len() > 1 {
        rest += 1;
        shown.pop();
    }
    (shown, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_follow_their_number() {
        let counts = [count(0, "file"), count(1, "entry"), count(21, "entry"), count(2, "block of prose")];
        assert_eq!(counts, ["0 files", "1 entry", "21 entries", "2 blocks of prose"]);
        assert_eq!(count(2, "key"), "2 keys");
        assert_eq!([one_or_many(1, "is", "are"), one_or_many(0, "is", "are")], ["is", "are"]);
    }

    #[test]
    fn long_lists_are_shortened() {
        let lists = |names: &[&str]| [super::names(names, 3), series(names, 3)];
        assert_eq!(lists(&[]), ["", ""]);
        assert_eq!(lists(&["a"]), ["a", "a"]);
        assert_eq!(lists(&["a", "b"]), ["a, b", "a and b"]);
        assert_eq!(lists(&["a", "b", "c"]), ["a, b, c", "a, b and c"]);
        assert_eq!(lists(&["a", "b", "c", "d", "e"]), ["a, b and 3 more"; 2]);
    }
}
