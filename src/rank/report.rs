//! Which sentences of a report matter? A weighted sum that was fitted to what readers quoted of reports.

use super::Evidence;
use super::figures::count_figures;
use super::salience::{Feature, FeatureRow, weighted};
use super::standardise::standardised;

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
    use super::super::{Quotable, TermSpace, salience};
    use super::*;
    use crate::ingest::RawDocument;
    use crate::segment::{self, Vocabulary};

    /// The best unit of a paragraph of three, of which some are quoted more readily than others.
    fn best(text: &str, quoting: Option<&[f32]>) -> usize {
        let document = segment::split(&RawDocument::of_paragraph(text));
        let units = document.units();
        let mut vocabulary = Vocabulary::default();
        let words: Vec<Vec<u32>> = (units.iter())
            .map(|unit| vocabulary.read(document.text_at(unit.span)))
            .collect();
        let syllables: Vec<usize> = words.iter().map(Vec::len).collect();
        let evidence = Evidence {
            document: &document,
            units: &units,
            quotable: &Quotable::of(&document, &units, &syllables),
            words: &words,
            vocabulary: &vocabulary,
            syllables: &syllables,
            label_strength: &[0.5; 3],
            quoting,
            terms: &TermSpace::new(&words, vocabulary.words().len()),
            title: None,
        };
        let scores = score(&evidence, &salience::features(&evidence));
        (0..3)
            .max_by(|&a, &b| scores[a].total_cmp(&scores[b]))
            .expect("three units")
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
