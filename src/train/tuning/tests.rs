//! Learning works, the same way every time, also after a stop.

use std::ops::ControlFlow;

use candle_core::Device;

use super::*;
use crate::train::network::tests::small;

/// Paragraphs whose label is told by one token.
fn items() -> Vec<LabelItem> {
    let item = |index: u32| {
        let telling = 2 + index % 2;
        LabelItem {
            sequences: vec![vec![0, 4 + index % 5, telling, 1]],
            targets: vec![f32::from(telling == 3), f32::from(telling == 2)],
            weight: if index.is_multiple_of(3) { 0.3 } else { 1.0 },
        }
    };
    (0..24).map(item).collect()
}

fn options() -> TuningOptions {
    TuningOptions {
        epochs: 20,
        batch: 8,
        rate: 5e-3,
        head_rate: 5e-2,
        ..TuningOptions::default()
    }
}

fn task(network: &Network) -> LabelTask {
    LabelTask::new(items(), 2, 8, network.layer_count(), &Device::Cpu).expect("heads")
}

/// Learns from start to end and gives the logits of all items.
fn learn(stop_after: Option<usize>) -> (Vec<f64>, Vec<Vec<f32>>) {
    let folder = tempfile::tempdir().expect("a folder");
    let checkpoint = Checkpoint::new(folder.path());
    let mut losses = Vec::new();
    for attempt in 0..2 {
        let network = small();
        let task = task(&network);
        let mut tuning = Tuning::new(&network, &task, options()).expect("a run");
        let resumed = checkpoint
            .resume(&mut tuning, "test")
            .expect("a sound checkpoint");
        assert_eq!(resumed, attempt == 1);
        let report =
            |tuning: &Tuning<'_, LabelTask>, progress: Progress| -> candle_core::Result<_> {
                losses.push(progress.loss);
                if attempt == 0 && stop_after == Some(progress.step) {
                    checkpoint.save(tuning, "test").expect("it can be written");
                    return Ok(ControlFlow::Break(()));
                }
                Ok(ControlFlow::Continue(()))
            };
        tuning.run(report).expect("it learns");
        if losses.len() == tuning.steps() {
            return (losses, task.logits(&network).expect("logits"));
        }
    }
    unreachable!("a run taken up ends")
}

#[test]
fn the_loss_falls_and_the_labels_are_learnt() {
    let (losses, logits) = learn(None);
    assert!(losses[losses.len() - 1] < 0.5 * losses[0], "{losses:?}");
    for (item, logits) in items().iter().zip(logits) {
        for (target, logit) in item.targets.iter().zip(logits) {
            assert_eq!(logit > 0.0, *target > 0.5);
        }
    }
}

#[test]
fn a_run_taken_up_ends_like_one_that_never_stopped() {
    assert_eq!(learn(Some(7)), learn(None));
}

#[test]
fn a_checkpoint_of_other_settings_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let checkpoint = Checkpoint::new(folder.path());
    let network = small();
    let task = task(&network);
    let tuning = Tuning::new(&network, &task, options()).expect("a run");
    checkpoint.save(&tuning, "test").expect("it can be written");
    let other = TuningOptions {
        seed: 2,
        ..options()
    };
    let mut other = Tuning::new(&network, &task, other).expect("a run");
    let error = checkpoint
        .resume(&mut other, "test")
        .expect_err("another seed");
    assert!(matches!(error, CheckpointError::OtherRun(_)), "{error}");
}

#[test]
fn rates_rise_then_fall() {
    let factors: Vec<f64> = (0..10).map(|step| schedule(step, 10, 0.2)).collect();
    assert!(
        (factors[0] - 0.5).abs() < 1e-9 && (factors[1] - 1.0).abs() < 1e-9,
        "{factors:?}"
    );
    assert!(
        factors[1..].is_sorted_by(|a, b| a >= b) && factors[9] > 0.0,
        "{factors:?}"
    );
}
