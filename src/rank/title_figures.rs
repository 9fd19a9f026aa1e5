//! Does a text have a figure of the title, which names what its document reports?

use crate::phrases::figures;

/// No title is longer; each of its figures would be looked for in each unit.
const MOST_WORDS: usize = 200;

/// The figures of a title: numbers of two digits at least that are neither names nor dates.
#[derive(Clone, Debug)]
pub struct TitleFigures<'t>(Vec<&'t str>);

impl<'t> TitleFigures<'t> {
    /// Those of `title`.
    #[must_use]
    pub fn of(title: &'t str) -> Self {
        Self(figures(title, MOST_WORDS).collect())
    }

    /// Whether a text has one of them.
    #[must_use]
    pub fn are_in(&self, text: &str) -> bool {
        !self.0.is_empty() && figures(text, usize::MAX).any(|figure| self.0.contains(&figure))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_a_figure_as_a_whole() {
        let figures = TitleFigures::of("Trao 85 suất quà");
        assert!(figures.are_in("Huyện trao 85 suất."));
        for other in [
            "Huyện trao 185 suất, 850 vở.",
            "Chi 85.000 đồng, 12,85 triệu, số 85/2024, tháng 85.",
        ] {
            assert!(!figures.are_in(other), "{other}");
        }
        assert!(!TitleFigures::of("Trao quà").are_in("Trao quà."));
    }
}
