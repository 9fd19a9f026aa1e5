//! Which encoding does a font's name declare?

use super::legacy::LegacyEncoding;

/// What a font's name says about the text set in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FontEncoding {
    /// The encoding that the font draws.
    pub encoding: LegacyEncoding,
    /// Whether every letter is drawn as a capital (`.VnTimeH`).
    pub capitals: bool,
}

/// Families that the group `TriChlor` published for VISCII under names of their own.
const VISCII_FAMILIES: [&str; 8] = [
    "hoangyen",
    "hoang yen",
    "phuongthao",
    "minhquan",
    "thahuong",
    "uhoai",
    "heomay",
    "viscii",
];

/// How the fonts of BK HCM2 begin.
const BK_HCM2_FAMILIES: [&str; 3] = ["BK HCM2", "BKHCM2", "BK-HCM2"];

/// Tells the encoding by the name of a font, as Word, RTF, HTML and PDF write it.
///
/// `None` for Unicode fonts and for names that say nothing. A PDF subset prefix (`ABCDEF+`), the vertical
/// mark `@` and a style suffix (`,Bold`) are passed over.
#[must_use]
pub fn encoding_of_font(name: &str) -> Option<FontEncoding> {
    let name = family(name);
    let declares = |encoding, capitals| Some(FontEncoding { encoding, capitals });
    if let Some(rest) = strip_tcvn3_prefix(name) {
        return declares(LegacyEncoding::Tcvn3, rest.ends_with(['H', 'h']));
    }
    if has_prefix_word(name, "VNI") {
        return declares(LegacyEncoding::Vni, false);
    }
    if has_prefix_word(name, "VPS") {
        return declares(LegacyEncoding::Vps, false);
    }
    if BK_HCM2_FAMILIES
        .iter()
        .any(|family| strip_prefix_ignoring_case(name, family).is_some())
    {
        return declares(LegacyEncoding::BkHcm2, false);
    }
    let is_viscii = |family: &str| strip_prefix_ignoring_case(name, family).is_some();
    if name.starts_with("VI ") || VISCII_FAMILIES.iter().any(|family| is_viscii(family)) {
        return declares(LegacyEncoding::Viscii, false);
    }
    None
}

/// The name without subset prefix, vertical mark and style.
pub(super) fn family(name: &str) -> &str {
    let name = name.trim().trim_start_matches('@');
    let name = match name.split_once('+') {
        Some((subset, rest))
            if subset.len() == 6 && subset.bytes().all(|byte| byte.is_ascii_uppercase()) =>
        {
            rest
        }
        _ => name,
    };
    let name = name.split_once(',').map_or(name, |(family, _)| family);
    let mut name = name.trim_end();
    for style in [
        "-BoldItalic",
        "-Bold",
        "-Italic",
        " Bold Italic",
        " Bold",
        " Italic",
    ] {
        name = name.strip_suffix(style).unwrap_or(name);
    }
    name
}

/// What follows `.Vn`, `#2EVn` (how PDF names may write it), or `Vn` before a capital, where a program lost the dot.
fn strip_tcvn3_prefix(name: &str) -> Option<&str> {
    let dotted = name.strip_prefix('.').or_else(|| name.strip_prefix("#2E"));
    let rest = strip_prefix_ignoring_case(dotted.unwrap_or(name), "vn")?;
    let starts_upper = rest.starts_with(|first: char| first.is_ascii_uppercase());
    (dotted.is_some() || (name.starts_with("Vn") && starts_upper)).then_some(rest)
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix)
        .then(|| &text[prefix.len()..])
}

/// Whether `name` starts with `word` and goes on with something that is no small letter.
fn has_prefix_word(name: &str, word: &str) -> bool {
    strip_prefix_ignoring_case(name, word).is_some_and(|rest| {
        name.starts_with(word) && !rest.starts_with(|next: char| next.is_ascii_lowercase())
            || rest.starts_with(['-', ' ', '_'])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_encoding_by_the_name() {
        struct Case {
            name: &'static str,
            expected: Option<(LegacyEncoding, bool)>,
        }
        let cases = [
            Case {
                name: ".VnTime",
                expected: Some((LegacyEncoding::Tcvn3, false)),
            },
            Case {
                name: ".VnTimeH",
                expected: Some((LegacyEncoding::Tcvn3, true)),
            },
            Case {
                name: ".VnArial NarrowH",
                expected: Some((LegacyEncoding::Tcvn3, true)),
            },
            Case {
                name: ".VNTIMEH",
                expected: Some((LegacyEncoding::Tcvn3, true)),
            },
            Case {
                name: "ABCDEF+.VnTimeH,Bold",
                expected: Some((LegacyEncoding::Tcvn3, true)),
            },
            Case {
                name: "#2EVnTime-Bold",
                expected: Some((LegacyEncoding::Tcvn3, false)),
            },
            Case {
                name: "VnTime",
                expected: Some((LegacyEncoding::Tcvn3, false)),
            },
            Case {
                name: "VNI-Times",
                expected: Some((LegacyEncoding::Vni, false)),
            },
            Case {
                name: "vni-helve",
                expected: Some((LegacyEncoding::Vni, false)),
            },
            Case {
                name: "VNI Times",
                expected: Some((LegacyEncoding::Vni, false)),
            },
            Case {
                name: "VPS Times",
                expected: Some((LegacyEncoding::Vps, false)),
            },
            Case {
                name: "VI Arial",
                expected: Some((LegacyEncoding::Viscii, false)),
            },
            Case {
                name: "HoangYen 1.1",
                expected: Some((LegacyEncoding::Viscii, false)),
            },
            Case {
                name: "BK HCM2",
                expected: Some((LegacyEncoding::BkHcm2, false)),
            },
            Case {
                name: "Times New Roman",
                expected: None,
            },
            Case {
                name: "Arial",
                expected: None,
            },
            Case {
                name: "Verdana",
                expected: None,
            },
            Case {
                name: "Vnunicode",
                expected: None,
            },
            Case {
                name: "",
                expected: None,
            },
            Case {
                name: "é",
                expected: None,
            },
        ];
        for case in cases {
            let found = encoding_of_font(case.name).map(|font| (font.encoding, font.capitals));
            assert_eq!(found, case.expected, "{}", case.name);
        }
    }
}
