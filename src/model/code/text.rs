//! What is wrong with the characters of a text.

super::entries! {
    HIDDEN_CHARACTER = "hidden-character", Warning, Bound::Free;
    "a text holds characters that a reader does not see"
    cause "Direction overrides, zero-width characters, tag characters and control characters can hide words from \
     the person who reviews a fragment that the model will read, or show them in another order."
    example r#"# fragments/voice/plain.toml
[items]
short = "Keep it\u200B short."
"#
    fix "Delete them. If one is meant, for example in a text that shows such a character, describe it in words \
     instead."
}
