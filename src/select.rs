//! Which sentences fit, without repeating each other? Scores → the units of a summary.

use std::cmp::Ordering;
use std::collections::{BTreeSet, BinaryHeap};
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
#[error(
    "a budget is a number of sentences, syllables or per cent: 4s, 200w or 20%, from 1 and up to 100%"
)]
pub struct BudgetError;

impl FromStr for Budget {
    type Err = BudgetError;

    fn from_str(text: &str) -> Result<Self, BudgetError> {
        let digits = text.trim_end_matches(|character: char| !character.is_ascii_digit());
        if digits.starts_with('+') {
            return Err(BudgetError);
        }
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

impl Budget {
    /// How many units about as long as those of a document it allows.
    pub fn sentences(self, unit_syllables: &[usize]) -> usize {
        let all = unit_syllables.iter().sum();
        match self {
            Self::Sentences(amount) => amount,
            _ => {
                self.allowance(all)
                    .syllables
                    .saturating_mul(unit_syllables.len())
                    / all.max(1)
            }
        }
    }

    /// Whether all these candidates together leave nothing of it in a document of `document_syllables`.
    pub fn is_filled_by(self, candidates: &[Candidate], document_syllables: usize) -> bool {
        let allowance = self.allowance(document_syllables);
        let syllables: usize = candidates.iter().map(|it| it.syllables).sum();
        candidates.len() >= allowance.units || syllables >= allowance.syllables
    }

    /// What it allows in a document of `document_syllables`.
    fn allowance(self, document_syllables: usize) -> Allowance {
        match self {
            Self::Sentences(units) => Allowance {
                units,
                syllables: usize::MAX,
            },
            Self::Syllables(syllables) => Allowance {
                units: usize::MAX,
                syllables,
            },
            Self::Percent(percent) => Allowance {
                units: usize::MAX,
                syllables: document_syllables * percent / 100,
            },
        }
    }
}

/// What may still be spent.
#[derive(Clone, Copy, Debug)]
struct Allowance {
    units: usize,
    syllables: usize,
}

/// A unit that a summary may quote.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Its index; a lower one stands earlier in the document.
    pub unit: usize,
    /// How much it matters; only the order and the differences mean something.
    pub score: f32,
    /// How long it is.
    pub syllables: usize,
}

/// Something that a unit tells: a word, say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Concept {
    /// Which one; each is told once in a unit.
    pub id: u32,
    /// How much it is worth to tell it.
    pub worth: f32,
}

/// How a selection trades what matters against what repeats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SelectOptions {
    /// How long the selection may be.
    pub budget: Budget,
    /// All of the document's syllables, which a budget in per cent refers to.
    pub document_syllables: usize,
    /// How much a unit loses for being like one already picked: `score − penalty · similarity`.
    pub redundancy_penalty: f32,
    /// Units at least this similar to one already picked are passed over.
    pub repetition: f32,
    /// Once a unit did not fit, those of lower scores are not worth the little room that it leaves.
    pub least_filling: f32,
}

/// One part in so many of a budget is little: what has no room there leaves it to units that are worth it.
const LITTLE: usize = 5;

/// How many units picked last a unit is compared with. A summary that long is a document itself, and
/// comparing all with all would take hours for a budget in per cent of a thousand pages.
const MOST_COMPARED: usize = 512;

/// The first units say what the document is about, by their score alone; those from here on are also to
/// tell what is still missing.
const COVERAGE_FROM: usize = 2;

/// Picks units, best first, until the budget is spent, and gives them in document order.
///
/// From the third on, the value of a unit grows by the worth of those of its `concepts` (one list a unit, or none at
/// all) that no unit picked before has told (Gillick and Favre, 2009, *A scalable global model for summarization*,
/// greedily).
///
/// The value of a unit falls with its greatest similarity to the units already picked, the last 512 of them (maximal
/// marginal relevance, Carbonell and Goldstein, 1998, section 2). One that does not fit is passed
/// over for shorter ones, in the last fifth of a budget for those that are worth it. Ties go to the earlier unit. The result is
/// empty only if no unit fits.
pub fn select(
    candidates: &[Candidate],
    options: SelectOptions,
    similarity: impl Fn(usize, usize) -> f32,
    concepts: &[Vec<Concept>],
) -> Vec<usize> {
    let mut selection = Selection::new(candidates, options, concepts);
    while selection.allowance.units > 0
        && let Some(offer) = selection.queue.pop()
    {
        if offer.candidate.syllables > selection.allowance.syllables {
            // What does not fit now never will: the allowance only falls.
            selection.is_filling = true;
        } else if offer.compared < selection.picked.len() {
            selection.bring_up_to_date(offer, &similarity);
        } else if !selection.is_left(&offer.candidate) {
            selection.pick(&offer.candidate);
        }
    }
    selection.picked.sort_unstable();
    selection.picked
}

/// A selection under way.
struct Selection<'a> {
    options: SelectOptions,
    concepts: &'a [Vec<Concept>],
    /// What may still be spent.
    allowance: Allowance,
    /// Units, in the order in which they were picked.
    picked: Vec<usize>,
    /// The concepts that they tell.
    told: BTreeSet<u32>,
    queue: BinaryHeap<Offer>,
    /// Whether a unit did not fit.
    is_filling: bool,
}

impl<'a> Selection<'a> {
    fn new(candidates: &[Candidate], options: SelectOptions, concepts: &'a [Vec<Concept>]) -> Self {
        Self {
            options,
            concepts,
            allowance: options.budget.allowance(options.document_syllables),
            picked: Vec::new(),
            told: BTreeSet::new(),
            queue: candidates.iter().map(Offer::new).collect(),
            is_filling: false,
        }
    }

    /// Values only fall as units are picked, so an outdated one is an upper bound: it is brought up to date and looked at again
    /// when its turn comes (Minoux, 1978).
    fn bring_up_to_date(&mut self, mut offer: Offer, similarity: impl Fn(usize, usize) -> f32) {
        offer.compare(&self.picked, self.options, similarity);
        if self.picked.len() >= COVERAGE_FROM {
            offer.value += untold(self.concepts, offer.candidate.unit, &self.told);
        }
        if offer.similarity < self.options.repetition {
            self.queue.push(offer);
        }
    }

    /// Whether a unit that fits is not worth the little room that is left.
    fn is_left(&self, candidate: &Candidate) -> bool {
        let options = &self.options;
        let all = options.budget.allowance(options.document_syllables);
        let is_little = self.allowance.syllables < all.syllables / LITTLE;
        self.is_filling && is_little && candidate.score < options.least_filling
    }

    fn pick(&mut self, candidate: &Candidate) {
        self.allowance.units -= 1;
        self.allowance.syllables -= candidate.syllables;
        self.picked.push(candidate.unit);
        let concepts = self.concepts.get(candidate.unit).into_iter().flatten();
        self.told.extend(concepts.map(|concept| concept.id));
        if self.picked.len() == COVERAGE_FROM && !self.concepts.is_empty() {
            // What is missing starts to count, so that all values rise once more.
            let queue = std::mem::take(&mut self.queue).into_iter();
            self.queue = queue.map(Offer::at_most_rising).collect();
        }
    }
}

/// What the concepts of `unit` that are not among `told` are worth together.
fn untold(concepts: &[Vec<Concept>], unit: usize, told: &BTreeSet<u32>) -> f32 {
    let of_unit = concepts.get(unit).into_iter().flatten();
    of_unit
        .filter(|concept| !told.contains(&concept.id))
        .map(|concept| concept.worth)
        .sum()
}

/// A candidate at its value as far as it has been compared with the units picked.
#[derive(Debug)]
struct Offer {
    candidate: Candidate,
    value: f32,
    similarity: f32,
    compared: usize,
}

impl Offer {
    fn new(candidate: &Candidate) -> Self {
        Self {
            candidate: *candidate,
            value: candidate.score,
            similarity: 0.0,
            compared: 0,
        }
    }

    /// The same, outdated, at a bound that no value exceeds, so that it is brought up to date before it is
    /// picked.
    fn at_most_rising(self) -> Self {
        Self {
            value: f32::INFINITY,
            compared: 0,
            ..self
        }
    }

    fn compare(
        &mut self,
        picked: &[usize],
        options: SelectOptions,
        similarity: impl Fn(usize, usize) -> f32,
    ) {
        let first = self
            .compared
            .max(picked.len().saturating_sub(MOST_COMPARED));
        for &unit in &picked[first..] {
            self.similarity = self.similarity.max(similarity(self.candidate.unit, unit));
        }
        self.compared = picked.len();
        self.value = self.candidate.score - options.redundancy_penalty * self.similarity;
    }
}

impl Ord for Offer {
    fn cmp(&self, other: &Self) -> Ordering {
        let earlier = other.candidate.unit.cmp(&self.candidate.unit);
        self.value.total_cmp(&other.value).then(earlier)
    }
}

impl PartialOrd for Offer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Offer {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Offer {}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(scores: &[f32]) -> Vec<Candidate> {
        let candidate = |(unit, &score)| Candidate {
            unit,
            score,
            syllables: 10,
        };
        scores.iter().enumerate().map(candidate).collect()
    }

    fn options(budget: Budget) -> SelectOptions {
        let (redundancy_penalty, repetition) = (0.5, 0.8);
        SelectOptions {
            budget,
            document_syllables: 60,
            redundancy_penalty,
            repetition,
            least_filling: 0.2,
        }
    }

    #[test]
    fn the_best_units_come_in_document_order() {
        let candidates = candidates(&[0.1, 0.9, 0.3, 0.8]);
        assert_eq!(
            select(&candidates, options(Budget::Sentences(2)), |_, _| 0.0, &[]),
            [1, 3]
        );
    }

    #[test]
    fn ties_go_to_the_earlier_unit() {
        let candidates = candidates(&[0.5, 0.5, 0.5]);
        assert_eq!(
            select(&candidates, options(Budget::Sentences(2)), |_, _| 0.0, &[]),
            [0, 1]
        );
    }

    #[test]
    fn a_repetition_is_passed_over_and_a_likeness_loses() {
        let candidates = candidates(&[0.9, 0.8, 0.7, 0.6]);
        let similarity = |a: usize, b: usize| match (a.min(b), a.max(b)) {
            (0, 1) => 0.95,
            (0, 2) => 0.4,
            _ => 0.0,
        };
        assert_eq!(
            select(&candidates, options(Budget::Sentences(2)), similarity, &[]),
            [0, 3]
        );
    }

    #[test]
    fn from_the_third_on_what_is_untold_counts() {
        let candidates = candidates(&[0.9, 0.8, 0.7, 0.6, 0.5]);
        let concept = |id| Concept { id, worth: 0.3 };
        let concepts = [
            vec![concept(1)],
            vec![],
            vec![concept(1)],
            vec![concept(2)],
            vec![],
        ];
        let picked = |budget| select(&candidates, options(budget), |_, _| 0.0, &concepts);
        assert_eq!(picked(Budget::Sentences(2)), [0, 1]);
        assert_eq!(picked(Budget::Sentences(3)), [0, 1, 3]);
        assert_eq!(picked(Budget::Sentences(4)), [0, 1, 2, 3]);
    }

    #[test]
    fn no_budget_in_syllables_is_overspent() {
        let mut candidates = candidates(&[0.9, 0.8, 0.7]);
        candidates[0].syllables = 25;
        assert_eq!(
            select(&candidates, options(Budget::Syllables(20)), |_, _| 0.0, &[]),
            [1, 2]
        );
        assert_eq!(
            select(&candidates, options(Budget::Percent(30)), |_, _| 0.0, &[]),
            [1]
        );
        assert!(select(&candidates, options(Budget::Percent(1)), |_, _| 0.0, &[]).is_empty());
    }

    #[test]
    fn what_is_hardly_worth_it_fills_no_room_that_something_better_leaves() {
        let mut candidates = candidates(&[0.9, 0.8, 0.1]);
        for (candidate, syllables) in candidates.iter_mut().zip([30, 25, 5]) {
            candidate.syllables = syllables;
        }
        let picked = |budget| {
            let budget = Budget::Syllables(budget);
            select(&candidates, options(budget), |_, _| 0.0, &[])
        };
        assert_eq!(picked(60), [0, 1, 2]);
        assert_eq!(picked(36), [0]);
        assert_eq!(picked(50), [0, 2], "much room is left");
        assert_eq!(picked(20), [2], "better than nothing");
    }

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
            "+3s",
            "4 s",
            "99999999999999999999w",
            "4đ",
        ] {
            assert_eq!(text.parse::<Budget>(), Err(BudgetError), "{text}");
        }
    }
}
