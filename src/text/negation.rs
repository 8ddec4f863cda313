//! Words that negate or require what follows, without apostrophes and in small letters. `forces` knows the phrases that
//! begin a rule.

/// Words that negate an obligation as well as a statement.
pub(crate) const STRONG: [&str; 2] = ["never", "not"];

/// Words that negate a name.
pub(crate) const IN_NAMES: [&str; 9] =
    ["no", "not", "never", "dont", "cant", "cannot", "wont", "without", "non"];

/// Words that negate what follows.
pub(crate) const AGAINST: [&str; 17] = [
    "never", "not", "dont", "cannot", "cant", "wont", "shouldnt", "mustnt", "shant", "avoid", "no",
    "refrain", "forbidden", "prohibited", "disallowed", "avoiding", "nobody",
];

/// Words of [`AGAINST`] that negate only at the beginning.
pub(crate) const AT_FIRST: [&str; 4] = ["avoid", "refrain", "avoiding", "no"];

/// Words before "not" that state a fact instead of a rule.
pub(crate) const FACTS: [&str; 10] = ["is", "are", "does", "did", "was", "were", "do", "has", "have", "been"];

/// Words before "not" that make a rule, in addition to [`FOR`].
pub(crate) const ORDERS: [&str; 8] = ["do", "to", "can", "may", "could", "would", "might", "please"];

/// Words that require what follows.
pub(crate) const FOR: [&str; 12] = [
    "always", "must", "should", "shall", "required", "mandatory", "ensure", "need", "have", "make", "sure",
    "will",
];

/// Words of [`FOR`] that are sufficient by themselves.
pub(crate) const FIRM: [&str; 4] = ["always", "must", "should", "shall"];

/// Words within a modal phrase that do not change its polarity.
pub(crate) const BETWEEN: [&str; 11] =
    ["do", "does", "did", "you", "to", "ever", "from", "be", "under", "circumstances", "will"];

/// Words that begin a subordinate clause. A negation after one applies to that clause.
pub(crate) const CLAUSES: [&str; 24] = [
    "when", "if", "unless", "because", "that", "which", "until", "since", "while", "so", "but", "where",
    "before", "after", "who", "whose", "and", "or", "than", "as", "without", "except", "whether", "for",
];

/// Headings of prohibitions that import does not recognize.
pub(crate) const FORBIDDING: [&str; 16] = [
    "anti patterns", "antipatterns", "anti patterns to avoid", "common anti patterns", "bad practices",
    "forbidden", "prohibited", "not allowed", "you will not", "prohibitions", "taboos", "patterns to avoid",
    "practices to avoid", "never do these", "do not do", "do not do this",
];

/// Words in headings of lists that describe facts or faults instead of instructions.
pub(crate) const UNSURE: [&str; 52] = [
    "not", "never", "dont", "doesnt", "cannot", "cant", "avoid", "without", "no", "flags", "flag",
    "mistakes", "mistake", "pitfalls", "pitfall", "problem", "problems", "symptoms", "smells", "excuses",
    "rationalizations", "violations", "violation", "wrong", "bad", "warning", "warnings", "failure",
    "failures", "issues", "issue", "errors", "error", "risks", "scope", "limitations", "weaknesses", "cons",
    "disadvantages", "myths", "gotchas", "before", "examples", "example", "incorrect", "instead", "traps",
    "signs", "fails", "threats", "rejected", "patterns",
];
