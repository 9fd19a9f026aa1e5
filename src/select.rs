//! Which sentences fit, without repeating each other? Scores → the units of a summary.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// How long a summary may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Budget {
    /// At most so many units (`4s`).
    Sentences(usize),
    /// At most so many syllables (`200w`).
    Syllables(usize),
    /// At most this share of the document's syllables, in percent (`20%`).
    Percent(usize),
}

/// A budget that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("a budget is a number of sentences, syllables or per cent: 4s, 200w or 20%")]
pub struct BudgetError;

impl FromStr for Budget {
    type Err = BudgetError;

    fn from_str(text: &str) -> Result<Self, BudgetError> {
        let digits = text.trim_end_matches(|character: char| !character.is_ascii_digit());
        let amount: usize = digits.parse().map_err(|_| BudgetError)?;
        match (&text[digits.len()..], amount) {
            (_, 0) => Err(BudgetError),
            ("s", _) => Ok(Self::Sentences(amount)),
            ("w", _) => Ok(Self::Syllables(amount)),
            ("%", 1..=100) => Ok(Self::Percent(amount)),
            _ => Err(BudgetError),
        }
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sentences(amount) => write!(formatter, "{amount}s"),
            Self::Syllables(amount) => write!(formatter, "{amount}w"),
            Self::Percent(amount) => write!(formatter, "{amount}%"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_reads_as_it_is_written() {
        for text in ["4s", "200w", "20%"] {
            assert_eq!(
                text.parse::<Budget>().expect("well formed").to_string(),
                text
            );
        }
    }

    #[test]
    fn an_empty_or_unclear_budget_is_refused() {
        for text in [
            "",
            "0s",
            "4",
            "s",
            "101%",
            "-3s",
            "4 s",
            "99999999999999999999w",
            "4đ",
        ] {
            assert_eq!(text.parse::<Budget>(), Err(BudgetError), "{text}");
        }
    }
}
