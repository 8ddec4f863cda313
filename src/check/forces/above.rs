//! The headings and the line above a list.

/// The place of a phrase in the document.
pub(super) type Place = std::ops::Range<usize>;

/// The lines above a list that introduce its entries, outermost first.
#[derive(Debug, Default)]
pub(super) struct Above {
    /// Headings, each with its level.
    headings: Vec<(usize, Place)>,
    /// The last line below them.
    line: Option<Place>,
}

impl Above {
    /// Reads on to the next entry.
    pub(super) fn read(&mut self, text: &str, range: Place) {
        let mut at = range.start;
        let mut fence = None;
        let mut is_below_text = false;
        for line in text[range].split_inclusive(['\n', '\r']) {
            let content = line.trim();
            let place = at..at + line.trim_end().len();
            at += line.len();
            let mark = content.get(..3).filter(|mark| ["```", "~~~"].contains(mark));
            if mark.is_some() && (fence.is_none() || fence == mark) {
                fence = if fence.is_none() { mark } else { None };
                self.line = Some(place);
                continue;
            }
            let level = content.chars().take_while(|letter| *letter == '#').count();
            let is_underline = |mark| content.len() > 1 && content.chars().all(|letter| letter == mark);
            let was_below_text = std::mem::replace(&mut is_below_text, !content.is_empty());
            if content.is_empty() || fence.is_some() || !line.ends_with(['\n', '\r']) {
                continue;
            }
            if (1..=6).contains(&level) && content[level..].starts_with([' ', '\t']) {
                self.heading(level, place);
            } else if let (true, true, Some(words)) =
                (was_below_text, is_underline('=') || is_underline('-'), self.line.clone())
            {
                self.heading(if is_underline('=') { 1 } else { 2 }, words);
            } else {
                self.line = Some(place);
            }
        }
    }

    fn heading(&mut self, level: usize, place: Place) {
        self.headings.retain(|(other, _)| *other < level);
        self.headings.push((level, place));
        self.line = None;
    }

    /// The lines, the nearest first.
    pub(super) fn lines(&self) -> impl Iterator<Item = &Place> {
        self.line.iter().chain(self.headings.iter().rev().map(|(_, place)| place))
    }
}
