//! Which sentences of a report matter? A weighted sum that was fitted to what readers quoted of reports.

use super::Evidence;
use super::salience::{Feature, FeatureRow, weighted};
use super::standardise::standardised;
use crate::phrases::count_figures;

/// Fitted by ridge regression on what readers quoted of 435 documents, beside the head that tells how readily a unit is
/// quoted, and rounded by hand (`docs/quality.md`).
const WEIGHTS: [(Feature, f32); 5] = [
    (Feature::Centrality, 0.1),
    (Feature::LabelStrength, 0.8),
    (Feature::Length, 0.5),
    (Feature::Overlong, -0.2),
    (Feature::ParagraphStart, 0.5),
];

/// What each figure is worth, up to so many.
const FIGURE: f32 = 0.3;
const MOST_FIGURES: usize = 3;

/// Scores with a mean of 0 and a variance of 1 over the candidates.
pub(super) fn score(evidence: &Evidence<'_>, rows: &[FeatureRow]) -> Vec<f32> {
    let is_candidate = |unit: usize| evidence.quotable.is_candidate[unit];
    let mut scores = weighted(rows, &WEIGHTS);
    for (score, unit) in scores.iter_mut().zip(evidence.units) {
        let text = evidence.document.text_at(unit.span);
        *score += FIGURE * count_figures(text, MOST_FIGURES) as f32;
    }
    if let Some(quoting) = evidence.quoting {
        for (score, quoting) in scores.iter_mut().zip(quoting) {
            *score += quoting;
        }
    }
    standardised(scores, is_candidate)
}

#[cfg(test)]
mod tests {
    use super::super::{salience, testing};
    use super::*;

    /// The best unit of a paragraph of three, of which some are quoted more readily than others.
    fn best(text: &str, quoting: Option<&[f32]>) -> usize {
        testing::best(text, None, &[0.5; 3], quoting, |evidence| {
            score(evidence, &salience::features(evidence))
        })
    }

    #[test]
    fn figures_count_and_what_readers_quote_counts_more() {
        let text = "Phong trào thi đua tiếp tục được duy trì ở các thôn. Xã trồng mới 85 ha rừng, đạt 110% kế hoạch. \
                    Các đoàn thể tích cực vận động nhân dân tham gia.";
        assert_eq!(best(text, None), 1);
        assert_eq!(best(text, Some(&[0.0, 0.0, 0.0])), 1);
        assert_eq!(best(text, Some(&[-1.0, -1.0, 4.0])), 2);
    }
}
