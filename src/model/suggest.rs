//! Suggestions for unknown words.

use std::cell::Cell;

/// The maximum number of comparisons for the unknown words of one list: enough for a thousand unknown words and a
/// thousand known ones.
const MAX_COMPARED: usize = 1_000_000;

/// Suggestions for the unknown words of a list. When too many are unknown, the last ones get none, so that the work grows
/// with the list and not with its square.
#[derive(Debug)]
pub(crate) struct Suggestions {
    /// How many words may still be compared.
    left: Cell<usize>,
}

impl Default for Suggestions {
    fn default() -> Self {
        Suggestions { left: Cell::new(MAX_COMPARED) }
    }
}

impl Suggestions {
    /// As [`did_you_mean`], as long as there are not too many.
    pub(crate) fn did_you_mean<'k>(
        &self,
        word: &str,
        known: impl IntoIterator<Item = &'k str>,
    ) -> Option<String> {
        did_you_mean(word, self.compared(known)?)
    }

    /// As [`nearest`], as long as there are not too many.
    pub(crate) fn nearest<'k>(
        &self,
        word: &str,
        known: impl IntoIterator<Item = &'k str>,
    ) -> Option<&'k str> {
        nearest(word, self.compared(known)?)
    }

    /// The known words, if they may be compared.
    fn compared<'k>(&self, known: impl IntoIterator<Item = &'k str>) -> Option<Vec<&'k str>> {
        let left = self.left.get();
        (left > 0).then(|| {
            let known: Vec<&str> = known.into_iter().collect();
            self.left.set(left.saturating_sub(known.len()));
            known
        })
    }
}

/// The help for an unknown word: the nearest known word, or else a short list of all.
pub(crate) fn did_you_mean<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(nearest) = nearest(word, known.iter().copied()) {
        return Some(format!("did you mean `{nearest}`?"));
    }
    match known.len() {
        0 => None,
        1..=16 => Some(format!("known here: {}", known.join(", "))),
        _ => None,
    }
}

/// The known word most similar to `word`, if any is similar enough.
pub(crate) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let tail_of_word = tail(word);
    let score = |candidate: &str| {
        let similarity = strsim::jaro_winkler(word, candidate);
        // `sql-safety` probably means `rules/sql-safety`.
        if tail(candidate) == tail_of_word { similarity.max(0.95) } else { similarity }
    };
    known
        .into_iter()
        .map(|candidate| (score(candidate), candidate))
        .filter(|(score, _)| *score >= 0.82)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, candidate)| candidate)
}

/// The last part of an id or address.
fn tail(path: &str) -> &str {
    path.rsplit(['/', '.']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_similar_word_is_suggested_and_an_unknown_one_gets_the_list() {
        let known = ["never", "avoid", "may"];
        assert_eq!(did_you_mean("nevr", known).as_deref(), Some("did you mean `never`?"));
        assert_eq!(did_you_mean("zzz", known).as_deref(), Some("known here: never, avoid, may"));
        assert_eq!(nearest("sql-safety", ["voice/terse", "rules/sql-safety"]), Some("rules/sql-safety"));
    }

    #[test]
    fn the_last_of_very_many_unknown_words_get_no_suggestion() {
        let known: Vec<String> = (0..1_000).map(|number| format!("known-{number}")).collect();
        let suggestions = Suggestions::default();
        let suggested =
            |_: &usize| suggestions.did_you_mean("knwon-7", known.iter().map(String::as_str)).is_some();
        assert_eq!((0..1_100).filter(suggested).count(), 1_000);
    }
}
