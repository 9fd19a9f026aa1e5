//! Gradient boosting: rows of numbers with targets → regression trees whose leaves add up to them.
//!
//! Each tree is fitted to what the ones before leave of the targets (Friedman, 2001, *Greedy Function Approximation: A
//! Gradient Boosting Machine*, section 4.1), on some samples and inputs drawn for it (Friedman, 2002, *Stochastic Gradient
//! Boosting*, section 3), grown leaf by leaf, the one that gains most first, over inputs cut into bins
//! (Ke and others, 2017, *`LightGBM`: A Highly Efficient Gradient Boosting Decision Tree*, section 2.1). The same samples
//! give the same trees, however many threads work.

use rayon::prelude::*;
use serde::Serialize;

use crate::random::{Generator, shuffle};
use crate::rank::scorer::{INPUTS, InputRow, Node, Tree};

/// A row to learn from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    /// What is known; not a number where it is unknown.
    pub inputs: InputRow,
    /// What is to be told from it.
    pub target: f32,
    /// How much it counts, at least 0.
    pub weight: f32,
}

/// How trees grow.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct BoostingOptions {
    /// How many there are.
    pub trees: usize,
    /// The most leaves of each.
    pub leaves: usize,
    /// The share of what a leaf would say that it says, above 0 and up to 1.
    pub rate: f32,
    /// The fewest samples of a leaf.
    pub fewest: usize,
    /// The share of the samples that each tree learns from.
    pub sample_share: f64,
    /// How many of the inputs each tree may look at.
    pub inputs: usize,
    /// How strongly the scores of leaves are pulled to zero (`λ`; Chen and Guestrin, 2016, *`XGBoost`: A Scalable Tree
    /// Boosting System*, section 2.1), in units of a sample's weight.
    pub penalty: f64,
    /// Where all randomness comes from.
    pub seed: u64,
}

impl Default for BoostingOptions {
    fn default() -> Self {
        Self {
            trees: 600,
            leaves: 12,
            rate: 0.04,
            fewest: 60,
            sample_share: 0.6,
            inputs: INPUTS / 2,
            penalty: 1.0,
            seed: 1,
        }
    }
}

/// The most bins of an input, without that of unknown values, which comes last.
const BINS: usize = 63;

/// Grows trees; calls `report` with their number after each.
pub(super) fn boost(
    samples: &[Sample],
    options: BoostingOptions,
    mut report: impl FnMut(usize),
) -> Vec<Tree> {
    let bins = Bins::of(samples);
    let weights: Vec<f64> = samples
        .iter()
        .map(|sample| f64::from(sample.weight))
        .collect();
    let total = Sums::of(
        samples.iter().map(|sample| f64::from(sample.target)),
        &weights,
    );
    let mean = total.mean(0.0);
    let mut residuals: Vec<f64> = samples
        .iter()
        .map(|sample| f64::from(sample.target) - mean)
        .collect();
    let mut generator = Generator::new(options.seed);
    let mut trees = Vec::with_capacity(options.trees);
    for number in 1..=options.trees {
        let growth = Growth {
            bins: &bins,
            residuals: &residuals,
            weights: &weights,
            inputs: drawn_inputs(options.inputs, &mut generator),
            options,
        };
        let tree = growth.tree(drawn_rows(
            samples.len(),
            options.sample_share,
            &mut generator,
        ));
        take_off(&mut residuals, samples, &tree);
        trees.push(tree);
        report(number);
    }
    trees
}

/// Takes off what a tree tells of the samples.
fn take_off(residuals: &mut [f64], samples: &[Sample], tree: &Tree) {
    let residuals = residuals.par_iter_mut().zip(samples);
    residuals.for_each(|(residual, sample)| *residual -= f64::from(tree.score(&sample.inputs)));
}

/// Some rows, each with the given probability; all where that leaves none.
fn drawn_rows(count: usize, share: f64, generator: &mut Generator) -> Vec<u32> {
    let most = (1_000_000.0 * share) as usize;
    let rows: Vec<u32> = (0..count as u32)
        .filter(|_| generator.below(1_000_000) < most)
        .collect();
    if rows.is_empty() {
        (0..count as u32).collect()
    } else {
        rows
    }
}

/// Some inputs, in order.
fn drawn_inputs(count: usize, generator: &mut Generator) -> Vec<usize> {
    let mut inputs: Vec<usize> = (0..INPUTS).collect();
    shuffle(&mut inputs, generator);
    inputs.truncate(count.max(1));
    inputs.sort_unstable();
    inputs
}

/// Every input of every sample as the number of its bin.
struct Bins {
    /// The greatest value of each bin but the last, input by input.
    edges: Vec<Vec<f32>>,
    /// Input by input, one entry a sample.
    numbers: Vec<Vec<u8>>,
}

impl Bins {
    fn of(samples: &[Sample]) -> Self {
        let of_input = |input: usize| {
            let values: Vec<f32> = samples.iter().map(|sample| sample.inputs[input]).collect();
            let edges = edges(&values);
            let number = |value: &f32| {
                if value.is_nan() {
                    edges.len() as u8
                } else {
                    edges[..edges.len() - 1].partition_point(|edge| edge < value) as u8
                }
            };
            let numbers = values.iter().map(number).collect();
            (edges, numbers)
        };
        let inputs: Vec<_> = (0..INPUTS).into_par_iter().map(of_input).collect();
        let (edges, numbers) = inputs.into_iter().unzip();
        Self { edges, numbers }
    }

    /// Up to which value the first side goes. Where it has all bins of known values, no known value is on the other side,
    /// however much greater it is than those learnt from.
    fn threshold(&self, cut: Cut) -> f32 {
        let edges = &self.edges[cut.input];
        if cut.bin + 1 == edges.len() {
            f32::INFINITY
        } else {
            edges[cut.bin]
        }
    }
}

/// The greatest value of each bin: as many values in each as in any other, equal ones in one bin.
fn edges(values: &[f32]) -> Vec<f32> {
    let mut sorted: Vec<f32> = values
        .iter()
        .copied()
        .filter(|value| !value.is_nan())
        .collect();
    sorted.sort_by(f32::total_cmp);
    let mut edges: Vec<f32> = (1..=BINS)
        .filter_map(|bin| {
            sorted
                .get((bin * sorted.len() / BINS).checked_sub(1)?)
                .copied()
        })
        .collect();
    edges.dedup();
    if edges.is_empty() {
        edges.push(0.0);
    }
    edges
}

/// What is summed up over samples.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    count: usize,
    weight: f64,
    residual: f64,
}

impl Sums {
    fn of(values: impl Iterator<Item = f64>, weights: &[f64]) -> Self {
        let mut sums = Self::default();
        for (value, &weight) in values.zip(weights) {
            sums.add(value, weight);
        }
        sums
    }

    fn add(&mut self, residual: f64, weight: f64) {
        self.count += 1;
        self.weight += weight;
        self.residual += weight * residual;
    }

    fn plus(self, other: Self) -> Self {
        Self {
            count: self.count + other.count,
            weight: self.weight + other.weight,
            residual: self.residual + other.residual,
        }
    }

    fn less(self, other: Self) -> Self {
        Self {
            count: self.count - other.count,
            weight: self.weight - other.weight,
            residual: self.residual - other.residual,
        }
    }

    fn mean(self, penalty: f64) -> f64 {
        self.residual / (self.weight + penalty).max(f64::MIN_POSITIVE)
    }

    /// By how much the squared error falls if this is a leaf.
    fn gain(self, penalty: f64) -> f64 {
        self.residual * self.mean(penalty)
    }
}

/// Where a leaf may be split best.
#[derive(Clone, Copy, Debug)]
struct Cut {
    input: usize,
    /// The last bin of the first side.
    bin: usize,
    gain: f64,
}

/// A leaf under way.
struct Leaf {
    node: usize,
    rows: Vec<u32>,
    sums: Sums,
    cut: Option<Cut>,
}

/// What one tree is grown from.
struct Growth<'a> {
    bins: &'a Bins,
    residuals: &'a [f64],
    weights: &'a [f64],
    inputs: Vec<usize>,
    options: BoostingOptions,
}

impl Growth<'_> {
    /// The tree of some rows.
    fn tree(&self, rows: Vec<u32>) -> Tree {
        let mut nodes = vec![Node::Leaf(0.0)];
        let mut leaves = vec![self.leaf(0, rows)];
        while leaves.len() < self.options.leaves {
            let Some(best) = best_leaf(&leaves) else {
                break;
            };
            let leaf = leaves.swap_remove(best);
            let Some(cut) = leaf.cut else { break };
            let next = nodes.len();
            nodes[leaf.node] = Node::Split {
                input: cut.input,
                threshold: self.bins.threshold(cut),
                next,
            };
            nodes.extend([Node::Leaf(0.0); 2]);
            let bins = &self.bins.numbers[cut.input];
            let is_first = |row: &u32| usize::from(bins[*row as usize]) <= cut.bin;
            let (first, second) = leaf.rows.into_iter().partition(is_first);
            leaves.push(self.leaf(next, first));
            leaves.push(self.leaf(next + 1, second));
        }
        for leaf in leaves {
            let score = leaf.sums.mean(self.options.penalty) as f32 * self.options.rate;
            nodes[leaf.node] = Node::Leaf(score);
        }
        Tree::new(nodes).expect("every split leads to two nodes after it")
    }

    fn leaf(&self, node: usize, rows: Vec<u32>) -> Leaf {
        let mut sums = Sums::default();
        for &row in &rows {
            sums.add(self.residuals[row as usize], self.weights[row as usize]);
        }
        let cuts: Vec<Option<Cut>> = (self.inputs.par_iter())
            .map(|&input| self.best_cut(input, &rows, sums))
            .collect();
        let better = |best: Option<Cut>, cut: Cut| match best {
            Some(best) if best.gain >= cut.gain => Some(best),
            _ => Some(cut),
        };
        let cut = cuts.into_iter().flatten().fold(None, better);
        Leaf {
            node,
            rows,
            sums,
            cut,
        }
    }

    fn best_cut(&self, input: usize, rows: &[u32], all: Sums) -> Option<Cut> {
        let BoostingOptions {
            fewest, penalty, ..
        } = self.options;
        let numbers = &self.bins.numbers[input];
        let mut histogram = [Sums::default(); BINS + 1];
        for &row in rows {
            let row = row as usize;
            histogram[usize::from(numbers[row])].add(self.residuals[row], self.weights[row]);
        }
        let mut first = Sums::default();
        let mut best: Option<Cut> = None;
        let bins = self.bins.edges[input].len();
        for (bin, sums) in histogram.into_iter().enumerate().take(bins) {
            first = first.plus(sums);
            let second = all.less(first);
            if first.count < fewest || second.count < fewest {
                continue;
            }
            let gain = first.gain(penalty) + second.gain(penalty) - all.gain(penalty);
            if gain > best.map_or(0.0, |best| best.gain) {
                best = Some(Cut { input, bin, gain });
            }
        }
        best
    }
}

/// The leaf whose split gains most; the first of equals.
fn best_leaf(leaves: &[Leaf]) -> Option<usize> {
    let mut best: Option<(usize, f64)> = None;
    for (index, leaf) in leaves.iter().enumerate() {
        if let Some(cut) = leaf.cut
            && best.is_none_or(|(_, gain)| cut.gain > gain)
        {
            best = Some((index, cut.gain));
        }
    }
    best.map(|(index, _)| index)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(first: f32, second: f32, target: f32) -> Sample {
        let mut inputs = [0.0; INPUTS];
        (inputs[0], inputs[1]) = (first, second);
        Sample {
            inputs,
            target,
            weight: 1.0,
        }
    }

    fn squared_error(samples: &[Sample], trees: &[Tree]) -> f32 {
        let mean = samples.iter().map(|sample| sample.target).sum::<f32>() / samples.len() as f32;
        let error = |sample: &Sample| {
            let score: f32 = trees.iter().map(|tree| tree.score(&sample.inputs)).sum();
            (sample.target - mean - score).powi(2)
        };
        samples.iter().map(error).sum::<f32>() / samples.len() as f32
    }

    /// Targets that hang on whether both inputs are high, and on nothing where the second is unknown.
    fn samples() -> Vec<Sample> {
        let mut generator = Generator::new(4);
        let mut draw = || generator.below(1000) as f32 / 1000.0;
        let both = |a: f32, b: f32| f32::from(a > 0.3 && b > 0.6);
        (0..4000)
            .map(|index| match (draw(), draw()) {
                (a, _) if index % 5 == 0 => sample(a, f32::NAN, 0.5),
                (a, b) => sample(a, b, both(a, b)),
            })
            .collect()
    }

    #[test]
    fn trees_learn_what_hangs_together() {
        let samples = samples();
        let options = BoostingOptions {
            inputs: INPUTS,
            ..BoostingOptions::default()
        };
        let trees = boost(&samples, options, |_| ());
        assert_eq!(trees.len(), 600);
        assert!(squared_error(&samples, &[]) > 0.15);
        assert!(squared_error(&samples, &trees) < 0.005);
        assert!(trees.iter().all(|tree| tree.nodes().len() <= 23));
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let samples = samples();
        let options = BoostingOptions {
            trees: 5,
            ..BoostingOptions::default()
        };
        let grown = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.unwrap().install(|| boost(&samples, options, |_| ()))
        };
        assert_eq!(grown(1), grown(3));
    }

    #[test]
    fn little_is_learnt_from_little() {
        let samples = [sample(0.0, 0.0, 1.0), sample(1.0, 0.0, 2.0)];
        let trees = boost(&samples, BoostingOptions::default(), |_| ());
        assert!(trees.iter().all(|tree| tree.nodes().len() == 1));
        assert_eq!(boost(&[], BoostingOptions::default(), |_| ()).len(), 600);
    }

    #[test]
    fn bins_hold_about_as_many_values_each() {
        let values: Vec<f32> = (0..1000).map(|value| value as f32).collect();
        let found = edges(&values);
        assert_eq!(found.len(), BINS);
        assert_eq!(found.last(), Some(&999.0));
        assert_eq!(edges(&[2.0, f32::NAN, 2.0, 1.0]), [1.0, 2.0]);
        assert_eq!(edges(&[f32::NAN]), [0.0]);
    }
}
