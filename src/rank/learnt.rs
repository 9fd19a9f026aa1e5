//! Scores on the scale that selection is made for: of the trees, and of sums where the trees have seen too little.

use super::scorer::{Length, Scorer, Setting};
use super::standardise::standardised;
use super::{Evidence, FeatureRow, report, salience};

/// What kind of text a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Genre {
    /// What the scorer has learnt from.
    News,
    /// What it has learnt nothing of.
    Report,
}

/// Who made a scorer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maker {
    /// It comes with the program or its model.
    Program,
    /// The user has trained it on documents of their own.
    User,
}

/// A scorer with what it needs to know of one document.
#[derive(Clone, Copy, Debug)]
pub struct Learnt<'a> {
    /// The scorer.
    pub scorer: &'a Scorer,
    /// Whose it is.
    pub maker: Maker,
    /// What kind of text it is.
    pub genre: Genre,
    /// How long its summary is to be.
    pub length: Length,
    /// Whether it has a title.
    pub has_title: bool,
    /// Whether labels hold for at least half of its paragraphs, and for more than a few.
    pub has_labels: bool,
}

/// What a report's score is worth in long summaries of news that labels hold for, beside that of news: readers look there for
/// what was achieved and ordered, and for what the headline says (docs/trials.md).
const REPORTED: f32 = 2.0;

impl Learnt<'_> {
    /// Scores with a mean of 0 and a variance of 1 over the candidates.
    ///
    /// The program's scorer has learnt from news. Of reports it says nothing, and of summaries of three sentences or more it has
    /// seen too few to do better than the weighted sum. One of the user's own has all the say in news. In reports it has half of
    /// it, and is not told where the units stand.
    pub(super) fn score(self, evidence: &Evidence<'_>) -> Vec<f32> {
        let rows = salience::features(evidence);
        let is_candidate = &evidence.quotable.is_candidate;
        let of_scorer = || self.of_scorer(&rows, is_candidate);
        let of_report = || report::score(evidence, &rows);
        match (self.genre, self.maker, self.length) {
            (Genre::News, Maker::User, _) | (Genre::News, Maker::Program, Length::Short) => {
                of_scorer()
            }
            (Genre::News, Maker::Program, Length::Long) => {
                let news = salience::weighted(&rows, &salience::WEIGHTS);
                let news = standardised(news, |unit| is_candidate[unit]);
                if self.has_labels {
                    let both = news.into_iter().zip(of_report());
                    let sums = both.map(|(news, report)| news + REPORTED * report);
                    standardised(sums.collect(), |unit| is_candidate[unit])
                } else {
                    news
                }
            }
            (Genre::Report, Maker::Program, _) => of_report(),
            (Genre::Report, Maker::User, _) => {
                let both = of_scorer().into_iter().zip(of_report());
                both.map(|(ours, theirs)| f32::midpoint(ours, theirs))
                    .collect()
            }
        }
    }

    /// The scorer's own part of the scores.
    fn of_scorer(self, rows: &[FeatureRow], is_candidate: &[bool]) -> Vec<f32> {
        let setting = Setting {
            length: self.length,
            tells_places: self.genre == Genre::News,
            tells_title: self.has_title,
        };
        scores_of(self.scorer, rows, setting, is_candidate)
    }
}

/// A scorer's scores with a mean of 0 and a variance of 1 over the candidates.
pub fn scores_of(
    scorer: &Scorer,
    rows: &[FeatureRow],
    setting: Setting,
    is_candidate: &[bool],
) -> Vec<f32> {
    standardised(scorer.score(rows, setting), |unit| is_candidate[unit])
}

#[cfg(test)]
mod tests {
    use super::super::scorer::{Node, Tree};
    use super::super::{Feature, testing};
    use super::*;

    /// The second sentence says what the title does, the third what was achieved, the fourth stands last.
    const TEXT: &str = "Sáng nay trời mưa nhẹ trên khắp các xã vùng cao. Huyện Lạc Bình khánh thành cầu treo Khe Hạ sau một năm thi công. \
                        Công an huyện đã làm rõ 58 vụ, bắt 71 đối tượng, đạt 90,6%. Các xã tiếp tục theo dõi tình hình mưa lũ.";
    const TITLE: &str = "Huyện Lạc Bình khánh thành cầu treo Khe Hạ";

    /// A scorer that goes by nothing but where a unit stands: the later the better.
    fn latest() -> Scorer {
        let split = Node::Split {
            input: Feature::RelativePlace as usize,
            threshold: 0.6,
            next: 1,
        };
        let nodes = vec![split, Node::Leaf(0.0), Node::Leaf(1.0)];
        Scorer::new(vec![Tree::new(nodes).expect("a tree")])
    }

    /// The unit that is ranked highest.
    fn best(length: Length, has_labels: bool, maker: Maker) -> usize {
        let learnt = Learnt {
            scorer: &latest(),
            maker,
            genre: Genre::News,
            length,
            has_title: true,
            has_labels,
        };
        let (strength, quoting) = ([0.1, 0.3, 0.9, 0.2], [-1.0, 0.0, 2.0, -1.0]);
        testing::best(TEXT, Some(TITLE), &strength, Some(&quoting), |evidence| {
            learnt.score(evidence)
        })
    }

    #[test]
    fn long_summaries_of_news_go_by_the_title_and_where_labels_hold_by_these() {
        assert_eq!(best(Length::Short, true, Maker::Program), 3, "the scorer");
        assert_eq!(
            best(Length::Long, false, Maker::Program),
            1,
            "the weighted sum"
        );
        assert_eq!(
            best(Length::Long, true, Maker::Program),
            2,
            "and a report's score"
        );
        assert_eq!(
            best(Length::Long, true, Maker::User),
            3,
            "one of the user's own"
        );
    }
}
