//! Names that no file can have on Windows.

/// Names that Windows takes for a device in every directory, whatever follows after a dot.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Devices that are numbered.
const NUMBERED: [&str; 2] = ["com", "lpt"];

/// Returns whether Windows treats a name as a device. Only the part before the first dot or colon counts,
/// without trailing spaces and ignoring case.
pub(crate) fn is_device(name: &str) -> bool {
    let stem = name.split(['.', ':']).next().unwrap_or_default().trim_end_matches(' ').to_lowercase();
    let is_numbered = |device: &&str| {
        let number = stem.strip_prefix(*device).map(|rest| rest.chars().collect::<Vec<_>>());
        number.is_some_and(|number| matches!(number.as_slice(), ['0'..='9' | '¹' | '²' | '³']))
    };
    DEVICES.contains(&stem.as_str()) || NUMBERED.iter().any(is_numbered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn device_names_in_every_spelling() {
        let devices = [
            "con", "CON", "Prn", "aux.md", "nul.tar.gz", "NUL ", "nul .md", "com1", "LPT9.txt", "com¹",
            "COM0",
        ];
        for name in devices.into_iter().chain(["CONIN$", "conout$.md", "con:x"]) {
            assert!(is_device(name), "{name}");
        }
        for name in
            ["console", "con-man", "com", "com10", "lpt", "auxiliary", ".con", "nul1", "icon", "xcom1"]
        {
            assert!(!is_device(name), "{name}");
        }
    }
}
