//! The keys of fragments.

use super::body::{Body, FIELDS, TAGS, Tools};
use super::{LeftOut, Name, Type, joined, keys, table};

keys! {
    /// The keys of a fragment besides those of its body.
    Fragment, "fragment", "a fragment", "";
    Kind = "kind", Type::Name(Name::Kind), LeftOut::Derived("the first folder below `fragments/`; without a folder `error[missing-key]`"), "the [kind](#kinds) of the fragment, and so the section that its body belongs to";
    Section = "section", Type::Name(Name::Kind), LeftOut::Derived("the section of its kind"), "the section of the entries, if not that of the kind; see [sections of their own](#sections-of-their-own)";
    Summary = "summary", Type::String, LeftOut::Nothing, "a line for `cento list fragments`";
    Tags = "tags", TAGS, LeftOut::Nothing, "words for `[[require]]` and the filters; a persona has the tags of all its sources";
    Requires = "requires", Type::Set(&Type::Text, 0), LeftOut::Nothing, "ids of fragments that must be in the persona too";
    Excludes = "excludes", Type::Set(&Type::Text, 0), LeftOut::Nothing, "ids of fragments that must not be in the persona";
    Template = "template", Type::Truth, LeftOut::False, "fill in `{{ fields }}`; see [templates](#templates)";
    Fields = "fields", FIELDS, LeftOut::Nothing, "values for templates and front matter; see [fields](#fields)";
    Tools = "tools", Type::Table(table::<Tools>), LeftOut::Nothing, "allowed and denied tools; see [tools](#tools)";
    Text = "text", Type::Text, LeftOut::Nothing, "one block of prose, whose id is the last part of the fragment's id";
}

joined! {
    /// All keys of a fragment.
    FragmentFile = Fragment, Body, "fragment", "a fragment"
}
