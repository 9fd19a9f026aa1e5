use super::*;

const HIDDEN: usize = 6;

fn example(units: usize, seed: u64) -> SalienceExample {
    let mut generator = Generator::new(seed);
    let mut draw = || generator.below(2000) as f32 / 1000.0 - 1.0;
    let mut gains = vec![0.0; units];
    gains[units / 2] = 0.5;
    SalienceExample {
        features: (0..units)
            .map(|_| std::array::from_fn(|_| draw()))
            .collect(),
        vectors: (0..units * HIDDEN).map(|_| f16::from_f32(draw())).collect(),
        is_candidate: vec![true; units],
        gains,
        weight: 1.0,
    }
}

fn network(examples: &[&SalienceExample]) -> ScorerNetwork {
    let network = ScorerNetwork::new(Some(HIDDEN), Scaling::of(examples), 3).unwrap();
    // At the start it is zero, and nothing would come of what is below it.
    let score = network.vars().find(|(name, _)| *name == "score.weight");
    let weights: Vec<f32> = (0..scorer::WIDTH)
        .map(|index| (index as f32).sin() / 9.0)
        .collect();
    let weights = Tensor::from_vec(weights, (1, scorer::WIDTH), &candle_core::Device::Cpu);
    score.unwrap().1.set(&weights.unwrap()).unwrap();
    network
}

fn batch(examples: &[&SalienceExample], network: &ScorerNetwork) -> Batch {
    let mut batch = Batch::default();
    for example in examples {
        batch.push(example, network.scaling(), true);
    }
    batch
}

fn plain(scorer: &Scorer, example: &SalienceExample) -> Vec<f32> {
    let vector = |unit: usize| {
        let values = &example.vectors[unit * HIDDEN..][..HIDDEN];
        values.iter().map(|value| value.to_f32()).collect()
    };
    scorer.score(&example.features, vector, scorer::Places::Told)
}

#[test]
fn every_variable_gets_a_gradient() {
    let examples = [&example(5, 1), &example(7, 2)];
    let network = network(&examples);
    let scores = network
        .forward(&batch(&examples, &network), 0.0, 1)
        .unwrap();
    let (_, gradient) = loss(&scores.to_vec1().unwrap(), &examples);
    let gradient = Tensor::from_vec(gradient, scores.shape(), scores.device()).unwrap();
    let gradients = (scores * gradient)
        .unwrap()
        .sum_all()
        .unwrap()
        .backward()
        .unwrap();
    for (name, var) in network.vars() {
        let gradient = gradients.get(var).unwrap_or_else(|| panic!("{name}"));
        let norm = gradient
            .sqr()
            .unwrap()
            .sum_all()
            .unwrap()
            .to_scalar::<f32>();
        // The places after the last unit, and the keys' bias, which moves all scores of a query alike, stay.
        assert!(norm.unwrap() > 0.0, "{name}");
    }
}

#[test]
fn training_and_use_work_out_the_same_scores() {
    // Longer than a block, so that it is cut the same way.
    let examples = [&example(9, 1), &example(450, 2)];
    let network = network(&examples);
    let learning = network
        .forward(&batch(&examples, &network), 0.0, 1)
        .unwrap();
    let scorer = network.scorer().unwrap();
    let using: Vec<f32> = examples
        .iter()
        .flat_map(|example| plain(&scorer, example))
        .collect();
    let learning = learning.to_vec1::<f32>().unwrap();
    assert_eq!(learning.len(), using.len());
    for (a, b) in learning.into_iter().zip(using) {
        assert!((a - b).abs() < 1e-5, "{a} {b}");
    }
}

#[test]
fn a_gradient_is_what_the_loss_rises_by() {
    let example = example(6, 4);
    let scores = [0.3, -0.2, 0.9, 0.1, -1.0, 0.4];
    let (at, gradient) = loss(&scores, &[&example]);
    for unit in 0..scores.len() {
        let mut moved = scores;
        moved[unit] += 1e-2;
        let rise = (loss(&moved, &[&example]).0 - at) / 1e-2;
        assert!((rise - f64::from(gradient[unit])).abs() < 5e-3);
    }
}

#[test]
fn it_learns_what_can_be_learnt_and_the_same_in_every_run() {
    // The unit to take is the one whose first feature is greatest.
    let made: Vec<SalienceExample> = (0..140)
        .map(|seed| {
            let mut example = example(8, seed);
            example.vectors.clear();
            let value = |unit: &usize| example.features[*unit][0];
            let best = (0..8).max_by(|a, b| value(a).total_cmp(&value(b))).unwrap();
            example.gains = vec![0.0; 8];
            example.gains[best] = 1.0;
            example
        })
        .collect();
    let (learnt, held_out) = made.split_at(120);
    let examples: Vec<&SalienceExample> = learnt.iter().collect();
    let right = |scorer: &Scorer| {
        let hit = |example: &&SalienceExample| {
            let scores = scorer.score(&example.features, |_| Vec::new(), scorer::Places::Told);
            let best = (0..8)
                .max_by(|&a, &b| scores[a].total_cmp(&scores[b]))
                .unwrap();
            example.gains[best] > 0.5
        };
        held_out.iter().filter(hit).count() as f64
    };
    let options = SalienceOptions {
        epochs: 6,
        batch: 4,
        rate: 2e-3,
        ..SalienceOptions::default()
    };
    let fit = || salience(&examples, options, right, |_| ()).unwrap();
    let scorer = fit();
    assert!(right(&scorer) >= 12.0, "{} of 20", right(&scorer));
    assert_eq!(scorer, fit());
}
