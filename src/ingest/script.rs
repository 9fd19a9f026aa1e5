//! How does a raised or lowered digit read on a line of plain text? As Unicode's own: `10³`, not `103`.
//!
//! Raised words ("1st") and notes in brackets read as well on the line, and stay on it.

/// Where text stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Script {
    #[default]
    Line,
    Super,
    Sub,
}

/// Unicode's raised one, two, three and n stand in the places of letters in encodings from before it, which text may
/// yet prove to be in. Until then characters stand for them that no encoding has.
const STAND_INS: [(char, char); 4] = [
    ('\u{10FE31}', '¹'),
    ('\u{10FE32}', '²'),
    ('\u{10FE33}', '³'),
    ('\u{10FE34}', 'ⁿ'),
];

/// What a character stands for, if it stands for another.
pub(crate) fn meant_by(character: char) -> Option<char> {
    let found = STAND_INS
        .iter()
        .find(|(stand_in, _)| *stand_in == character);
    found.map(|(_, meant)| *meant)
}

impl Script {
    /// By the `vertAlign` of Office Open XML.
    pub(crate) fn of_vertical_alignment(name: Option<&str>) -> Self {
        match name {
            Some("superscript") => Self::Super,
            Some("subscript") => Self::Sub,
            _ => Self::Line,
        }
    }

    /// The text as it reads after `before` on the same line, where that is not as it stands.
    ///
    /// Numbers are written small, with their signs and brackets, where they follow something: at the beginning of a
    /// line or after a space nothing runs together.
    pub(crate) fn shown(self, text: &str, before: Option<char>) -> Option<String> {
        let follows = before.is_some_and(|before| !before.is_whitespace());
        if self == Self::Line || !follows || text.starts_with(char::is_whitespace) {
            return None;
        }
        let number = text.trim_end();
        if !number
            .chars()
            .any(|character| character.is_ascii_digit() || character == 'n')
        {
            return None;
        }
        let small: Option<String> = number
            .chars()
            .map(|character| self.small(character))
            .collect();
        Some(small? + &text[number.len()..])
    }

    /// Whether a character of a number has a form of its own there; on the line none has.
    pub(crate) fn has(self, character: char) -> bool {
        self != Self::Line && self.small(character).is_some()
    }

    fn small(self, character: char) -> Option<char> {
        let (raised, lowered) = match character {
            '1' => (STAND_INS[0].0, '₁'),
            '2' => (STAND_INS[1].0, '₂'),
            '3' => (STAND_INS[2].0, '₃'),
            'n' if self == Self::Super => return Some(STAND_INS[3].0),
            '0'..='9' => {
                let small = |zero: u32| char::from_u32(zero + character.to_digit(10)?);
                (small(0x2070)?, small(0x2080)?)
            }
            '+' => ('⁺', '₊'),
            '-' | '−' | '–' => ('⁻', '₋'),
            '(' => ('⁽', '₍'),
            ')' => ('⁾', '₎'),
            _ => return None,
        };
        Some(if self == Self::Sub { lowered } else { raised })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::encoding::normalize::normalize;

    #[test]
    fn numbers_are_raised_and_lowered_where_they_follow_something() {
        let cases = [
            (Script::Super, "10", "3", "10³"),
            (Script::Super, "1.250", "1)", "1.250¹⁾"),
            (Script::Super, "km", "2 ", "km²"),
            (Script::Super, "10", "-6", "10⁻⁶"),
            (Script::Super, "2", "n", "2ⁿ"),
            (Script::Super, "1", "st", "1st"),
            (Script::Super, "", "1", "1"),
            (Script::Super, "Nguồn ", "1", "Nguồn 1"),
            (Script::Super, "tấn", "[2]", "tấn[2]"),
            (Script::Sub, "CO", "2", "CO₂"),
            (Script::Line, "10", "3", "103"),
        ];
        for (script, before, text, expected) in cases {
            let shown = script.shown(text, before.chars().next_back());
            let shown = shown.as_deref().unwrap_or(text);
            assert_eq!(normalize(&format!("{before}{shown}")), expected);
        }
    }
}
