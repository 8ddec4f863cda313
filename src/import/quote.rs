//! TOML strings as a person would write them.

pub(super) use crate::load::edit::{list_literal as list, literal as string};

/// A string of the layout, whose line breaks are better seen than made.
pub(super) fn markup(text: &str) -> String {
    if text.contains('\n') { crate::load::edit::one_line(text) } else { string(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quotes_are_those_that_need_no_escapes() {
        let cases = [
            ("a", "\"a\""),
            ("a \"b\"", "'a \"b\"'"),
            ("it's \"b\"", "'''it's \"b\"'''"),
            ("\n\n", "\"\\n\\n\""),
            ("a\nb", "\"\"\"\na\nb\"\"\""),
            ("a\n\\b", "'''\na\n\\b'''"),
            ("a\u{7}", "\"a\\u0007\""),
        ];
        for (text, expected) in cases {
            assert_eq!(string(text), expected);
        }
    }

    #[test]
    fn every_string_is_read_back_as_it_was() {
        let parts = [
            "a", "\"", "'", "\\", "\n", "\t", "\r", "\u{7}", "\u{feff}", "\u{2028}", "\u{7f}", " ", "\\\n",
            "\"\"\"", "'''",
        ];
        for one in parts {
            for two in parts {
                for three in parts {
                    for text in [format!("{one}{two}{three}"), format!("x\n{one}y{two}{three}")] {
                        let toml = format!("a = {}\n", string(&text));
                        let value: toml::Table =
                            toml.parse().unwrap_or_else(|error| panic!("{toml}: {error}"));
                        assert_eq!(value["a"].as_str(), Some(text.as_str()), "{toml}");
                    }
                }
            }
        }
    }
}
