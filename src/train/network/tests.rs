//! Gradients: every variable gets one, and it is the right one.

use std::collections::HashMap;

use candle_core::backprop::GradStore;
use candle_core::{DType, Device, Result, Tensor, Var};
use candle_nn::VarBuilder;

use super::*;
use crate::random::Generator;

/// Numbers between -1 and 1.
fn noise(count: usize, seed: u64) -> Vec<f32> {
    let mut generator = Generator::new(seed);
    let number = |_| generator.below(20_001) as f32 / 10_000.0 - 1.0;
    (0..count).map(number).collect()
}

fn random(shape: &[usize], seed: u64) -> Tensor {
    let count = shape.iter().product();
    Tensor::from_vec(noise(count, seed), shape, &Device::Cpu).expect("as many numbers")
}

/// Holds the gradient of `loss` by each of `vars` against central differences.
fn check_gradients(vars: &[Var], loss: impl Fn() -> Result<Tensor>) {
    let scalar = |tensor: Result<Tensor>| tensor.and_then(|loss| loss.to_scalar::<f32>());
    let gradients = loss()
        .and_then(|loss| loss.backward())
        .expect("it has a gradient");
    for (index, var) in vars.iter().enumerate() {
        let gradient = gradients
            .get(var)
            .unwrap_or_else(|| panic!("variable {index} gets a gradient"));
        let gradient = operations::values(gradient).expect("it can be read");
        let before = operations::values(var).expect("it can be read");
        let step = 2e-3;
        for place in (0..before.len()).step_by(before.len() / 7 + 1) {
            let shifted = |by: f32| {
                let mut numbers = before.clone();
                numbers[place] += by;
                let shifted = Tensor::from_vec(numbers, var.shape(), &Device::Cpu);
                shifted
                    .and_then(|value| var.set(&value))
                    .expect("it can be set");
                scalar(loss()).expect("it can be worked out")
            };
            let difference = (shifted(step) - shifted(-step)) / (2.0 * step);
            shifted(0.0);
            let tolerance = 0.01 + 0.02 * difference.abs();
            let found = gradient[place];
            assert!(
                (found - difference).abs() < tolerance,
                "variable {index}, number {place}: {found} against {difference}"
            );
        }
    }
}

fn var(shape: &[usize], seed: u64) -> Var {
    Var::from_tensor(&random(shape, seed)).expect("a variable")
}

/// A sum that weighs every number differently, so that no gradient cancels.
fn weighed(output: &Tensor) -> Result<Tensor> {
    (output * random(output.dims(), 99))?.sum_all()
}

#[test]
fn operations_have_the_gradient_of_differences() {
    let (x, weight, bias) = (var(&[5, 8], 1), var(&[8], 2), var(&[8], 3));
    check_gradients(&[x.clone(), weight.clone(), bias.clone()], || {
        weighed(&operations::layer_norm(&x, &weight, &bias, 1e-5)?)
    });
    check_gradients(std::slice::from_ref(&x), || weighed(&operations::gelu(&x)?));
    check_gradients(&[x.clone(), bias.clone()], || {
        weighed(&operations::add_bias(&x, &bias)?)
    });
    check_gradients(std::slice::from_ref(&x), || {
        weighed(&operations::dropout(&x, 0.3, 5)?)
    });
    let heads = var(&[7, 24], 4);
    check_gradients(std::slice::from_ref(&heads), || {
        weighed(&attention::attend(&heads, &[4, 3], 2)?)
    });
}

#[test]
fn operations_agree_with_the_primitives() {
    let x = random(&[6, 24], 1);
    let close = |a: &Tensor, b: &Tensor| {
        let (a, b) = (
            operations::values(a).expect("numbers"),
            operations::values(b).expect("numbers"),
        );
        assert!(
            a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-5),
            "{a:?} {b:?}"
        );
    };
    close(
        &operations::gelu(&x).expect("ours"),
        &x.gelu_erf().expect("Candle's"),
    );
    for sequence in 0..2 {
        let rows = x
            .narrow(0, sequence * 3, 3)
            .expect("three rows")
            .contiguous()
            .expect("rows");
        let ours = attention::attend(&x, &[3, 3], 2).expect("ours");
        let ours = ours.narrow(0, sequence * 3, 3).expect("three rows");
        close(&ours, &attention::attend_one(&rows, 2).expect("Candle's"));
    }
    for x in [-80.0_f32, -5.5, -0.1, 0.0, 0.7, 3.0, 80.0] {
        assert!(
            (operations::exp(x) - libm::expf(x)).abs() <= 1e-6 * libm::expf(x),
            "{x}"
        );
    }
}

/// Batches of sequences of one and of several lengths.
fn batches() -> [TokenBatch; 2] {
    [
        batch_of(&[&[1, 2, 3], &[4, 5], &[6, 7, 8, 9, 2, 3]]),
        batch_of(&[&[1, 2, 3], &[4, 5, 6]]),
    ]
}

fn batched(precision: Precision) -> Network {
    let mut network = small();
    network.work_in_batches(precision);
    network
}

/// The states of `batch` and the gradients of all parameters.
fn states_and_gradients(network: &Network, batch: &TokenBatch) -> Vec<Vec<f32>> {
    let states = network.forward(batch, Dropout { rate: 0.0, seed: 0 });
    let states = states.expect("states");
    let gradients = weighed(&states).and_then(|loss| loss.backward());
    let gradients = gradients.expect("a gradient");
    let mut numbers = vec![operations::values(&states).expect("numbers")];
    for parameter in network.parameters() {
        let gradient = gradients.get(&parameter.var).expect("a gradient each");
        numbers.push(operations::values(gradient).expect("numbers"));
    }
    numbers
}

#[test]
fn a_batch_at_once_gives_the_states_and_gradients_of_one_sequence_after_the_other() {
    // Half precision stands for `bf16`, of whose products the CPU has none.
    for (precision, tolerance) in [(Precision::F32, 1e-4), (Precision::F16, 2e-2)] {
        for batch in batches() {
            let expected = states_and_gradients(&small(), &batch);
            let found = states_and_gradients(&batched(precision), &batch);
            for (part, (expected, found)) in expected.iter().zip(&found).enumerate() {
                let greatest = expected.iter().fold(1.0_f32, |most, x| most.max(x.abs()));
                for (expected, found) in expected.iter().zip(found) {
                    assert!(
                        (expected - found).abs() < tolerance * greatest,
                        "{precision}, part {part}: {expected} against {found}"
                    );
                }
            }
        }
    }
}

#[test]
fn dropout_of_batches_has_its_gradient_rate_and_seed() {
    let batched = Batched::new(Precision::F32);
    let x = var(&[5, 8], 1);
    check_gradients(std::slice::from_ref(&x), || {
        weighed(&batched.dropout(&x, 0.3, 5)?)
    });
    let drop = |seed| {
        let ones = Tensor::ones(10_000, DType::F32, &Device::Cpu).expect("numbers");
        let dropped = batched.dropout(&ones, 0.3, seed).expect("it can be drawn");
        operations::values(&dropped).expect("numbers")
    };
    assert_eq!(drop(1), drop(1));
    assert_ne!(drop(1), drop(2));
    let zeros = drop(1).iter().filter(|&&number| number == 0.0).count();
    assert!((2_800..3_200).contains(&zeros), "{zeros}");
}

#[test]
fn every_parameter_gets_a_gradient() {
    every_parameter_is_reached(&small());
    every_parameter_is_reached(&batched(Precision::F32));
    every_parameter_is_reached(&batched(Precision::F16));
}

fn every_parameter_is_reached(network: &Network) {
    let states = network.forward(&two_sequences(), Dropout { rate: 0.1, seed: 1 });
    let gradients = states
        .and_then(|states| weighed(&states)?.backward())
        .expect("a gradient");
    let parameters = network.parameters();
    assert_eq!(parameters.len(), 2 * 12);
    for parameter in parameters {
        let gradient = gradients.get(&parameter.var);
        let gradient = gradient.unwrap_or_else(|| panic!("{} gets a gradient", parameter.name));
        let numbers = operations::values(gradient).expect("numbers");
        // A bias of the keys moves all scores of a token alike, so a third of that gradient is zero.
        let moved = numbers.iter().filter(|number| number.abs() > 1e-7).count();
        assert!(
            2 * moved > numbers.len(),
            "{}: {moved} of {}",
            parameter.name,
            numbers.len()
        );
    }
}

#[test]
fn the_whole_network_has_the_gradient_of_differences() {
    let network = small();
    let vars: Vec<Var> = network
        .parameters()
        .into_iter()
        .map(|parameter| parameter.var)
        .collect();
    let dropout = Dropout { rate: 0.0, seed: 0 };
    check_gradients(&vars, || {
        weighed(&network.forward(&two_sequences(), dropout)?)
    });
}

#[test]
fn a_sequence_does_not_depend_on_its_neighbours() {
    let network = small();
    let dropout = Dropout { rate: 0.0, seed: 0 };
    let states = |batch: &TokenBatch| {
        let states = network.forward(batch, dropout).expect("states");
        operations::values(&states).expect("numbers")
    };
    let together = states(&two_sequences());
    let alone = states(&batch_of(&[&[4, 5]]));
    for (a, b) in together[3 * 8..].iter().zip(&alone) {
        assert!((a - b).abs() < 1e-6);
    }
}

#[test]
fn states_without_gradients_are_the_same() {
    for network in [small(), batched(Precision::F32)] {
        for batch in batches() {
            let learning = network.forward(&batch, Dropout::NONE).expect("states");
            let still = network.states(&batch).expect("states");
            assert!(learning.track_op() && !still.track_op());
            let numbers = |states| operations::values(states).expect("numbers");
            assert_eq!(numbers(&learning), numbers(&still));
        }
    }
}

#[test]
fn frozen_layers_get_no_gradient_and_change_none() {
    for mut network in [small(), batched(Precision::F32)] {
        let gradients = |network: &Network| {
            let states = network.forward(&two_sequences(), Dropout::NONE);
            let loss = states.and_then(|states| weighed(&states));
            loss.and_then(|loss| loss.backward()).expect("gradients")
        };
        let all = gradients(&network);
        network.freeze(1);
        let some = gradients(&network);
        for Parameter { layer, var, .. } in network.parameters() {
            let of =
                |store: &GradStore| store.get(&var).map(|found| operations::values(found).ok());
            if layer == 0 {
                assert!(of(&all).is_some() && of(&some).is_none());
            } else {
                assert_eq!(of(&all), of(&some));
            }
        }
    }
}

fn two_sequences() -> TokenBatch {
    batch_of(&[&[1, 2, 3], &[4, 5]])
}

fn batch_of(sequences: &[&[u32]]) -> TokenBatch {
    let mut batch = TokenBatch::default();
    for sequence in sequences {
        batch.push(sequence);
    }
    batch
}

/// Two layers of eight numbers, two heads.
pub(in crate::train) fn small() -> Network {
    small_of(&[0, 1])
}

/// Some of the two layers.
pub(in crate::train) fn small_of(layers: &[usize]) -> Network {
    let config = EncoderConfig {
        model_type: "bert".to_owned(),
        hidden_size: 8,
        num_hidden_layers: 2,
        num_attention_heads: 2,
        intermediate_size: 12,
        vocab_size: 10,
        max_position_embeddings: 6,
        type_vocab_size: 2,
        layer_norm_eps: 1e-12,
        hidden_act: "gelu".to_owned(),
    };
    let mut tensors = HashMap::new();
    let mut add = |name: String, shape: &[usize]| {
        let seed = tensors.len() as u64 + 10;
        tensors.insert(name, random(shape, seed));
    };
    add("embeddings.word_embeddings.weight".into(), &[10, 8]);
    add("embeddings.position_embeddings.weight".into(), &[6, 8]);
    add("embeddings.token_type_embeddings.weight".into(), &[2, 8]);
    add("embeddings.LayerNorm.weight".into(), &[8]);
    add("embeddings.LayerNorm.bias".into(), &[8]);
    for layer in 0..2 {
        let parts = [
            ("attention.self.query", 8, 8),
            ("attention.self.key", 8, 8),
            ("attention.self.value", 8, 8),
            ("attention.output.dense", 8, 8),
            ("intermediate.dense", 12, 8),
            ("output.dense", 8, 12),
        ];
        for (part, out, input) in parts {
            add(
                format!("encoder.layer.{layer}.{part}.weight"),
                &[out, input],
            );
            add(format!("encoder.layer.{layer}.{part}.bias"), &[out]);
        }
        for part in ["attention.output.LayerNorm", "output.LayerNorm"] {
            add(format!("encoder.layer.{layer}.{part}.weight"), &[8]);
            add(format!("encoder.layer.{layer}.{part}.bias"), &[8]);
        }
    }
    let weights = VarBuilder::from_tensors(tensors, DType::F32, &Device::Cpu);
    Network::load(&config, &weights, layers).expect("all tensors are there")
}
