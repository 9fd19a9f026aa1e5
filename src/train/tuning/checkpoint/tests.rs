//! Which checkpoints are taken up.

use super::*;
use crate::train::network::tests::small;
use crate::train::tuning::tests::{items, options, task};

/// A folder with the checkpoint of a run of `options` that has stopped after `step` steps.
fn stopped(options: &TuningOptions, step: usize) -> (tempfile::TempDir, Checkpoint) {
    let folder = tempfile::tempdir().expect("a folder");
    let checkpoint = Checkpoint::new(folder.path());
    let network = small();
    let task = task(&network);
    let mut tuning = Tuning::new(&network, &task, options.clone()).expect("a run");
    tuning.step = step;
    checkpoint.save(&tuning, "test").expect("it can be written");
    (folder, checkpoint)
}

fn resume(checkpoint: &Checkpoint, options: TuningOptions) -> Result<bool, CheckpointError> {
    let network = small();
    let task = task(&network);
    let mut tuning = Tuning::new(&network, &task, options).expect("a run");
    checkpoint.resume(&mut tuning, "test")
}

#[test]
fn a_checkpoint_of_another_run_is_refused_before_its_variables_are_read() {
    let (_folder, checkpoint) = stopped(&options(), 3);
    let other = TuningOptions {
        seed: 2,
        ..options()
    };
    let count = items().len();
    for found in [
        checkpoint.find(&other, count, "test"),
        checkpoint.find(&options(), count + 1, "test"),
        checkpoint.find(&options(), count, "other"),
    ] {
        assert!(
            matches!(found, Err(CheckpointError::OtherRun(_))),
            "{found:?}"
        );
    }
    let error = resume(&checkpoint, other).expect_err("another seed");
    assert!(matches!(error, CheckpointError::OtherRun(_)), "{error}");
}

#[test]
fn settings_are_compared_as_they_are_written() {
    // Of such numbers, serde_json gives one in eight back with another last bit, unless some crate asks it not to, as one of
    // these tests' does.
    let options = TuningOptions {
        rate: 8.123_456_789_012_345e-5,
        ..options()
    };
    let (_folder, checkpoint) = stopped(&options, 3);
    let found = checkpoint.find(&options, items().len(), "test");
    let state = found.expect("the same run").expect("a checkpoint");
    let written = serde_json::to_string(&options).expect("settings are JSON");
    assert_eq!(state.settings, written);
    assert!(resume(&checkpoint, options).expect("the same run"));
}

#[test]
fn checkpoints_that_wrote_settings_otherwise_are_of_another_run() {
    let json = r#"{"options": {}, "items": 24, "origin": "test", "step": 3}"#;
    let state: State = serde_json::from_str(json).expect("a state of an earlier version");
    assert_eq!(state.settings, "");
}

#[test]
fn nothing_is_left_after_the_last_step_or_at_the_end_of_patience() {
    let patient = TuningOptions {
        patience: Some(1),
        ..options()
    };
    let state = |step, held_out: &[f64]| State {
        settings: String::new(),
        items: 24,
        origin: String::new(),
        step,
        epochs: held_out
            .iter()
            .map(|&held_out| EpochLosses::new(0.5, held_out))
            .collect(),
    };
    let last = patient.steps(24);
    assert!(state(last, &[]).has_ended(&patient, 24));
    assert!(!state(last - 1, &[0.5, 0.4]).has_ended(&patient, 24));
    assert!(state(6, &[0.4, 0.5]).has_ended(&patient, 24));
    assert!(!state(6, &[0.4, 0.5]).has_ended(&options(), 24));
}

#[test]
fn what_is_damaged_is_named_and_can_be_taken_away() {
    let (folder, checkpoint) = stopped(&options(), 3);
    let whole = fs::read(checkpoint.path()).expect("it was written");
    let tensors = candle_core::safetensors::load_buffer(&whole, &Device::Cpu).expect("it is whole");
    let moment = tensors.keys().find(|name| name.ends_with("/first"));
    let moment = moment.expect("each variable has one").clone();
    let mut without = tensors.clone();
    without.remove(&moment);
    let mut misshapen = tensors;
    let number = Tensor::new(1.0_f32, &Device::Cpu).expect("a number");
    misshapen.insert(moment, number);

    let told = || {
        let error = resume(&checkpoint, options()).expect_err("it is damaged");
        assert!(matches!(error, CheckpointError::Damaged { .. }), "{error}");
        let message = error.to_string();
        assert!(
            message.contains(&folder.path().display().to_string())
                && message.contains("take it away"),
            "{message}"
        );
    };
    for bytes in [&b""[..], b"no checkpoint", &whole[..whole.len() - 1]] {
        fs::write(checkpoint.path(), bytes).expect("the folder is writable");
        told();
    }
    for tensors in [without, misshapen] {
        candle_core::safetensors::save(&tensors, checkpoint.path()).expect("it can be written");
        told();
    }
    checkpoint.remove().expect("it can be taken away");
    assert!(!resume(&checkpoint, options()).expect("there is none"));
}

#[test]
fn the_best_epoch_must_be_there_where_it_will_be_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let checkpoint = Checkpoint::new(folder.path());
    let patient = TuningOptions {
        patience: Some(2),
        ..options()
    };
    let network = small();
    let task = task(&network);
    let mut tuning = Tuning::new(&network, &task, patient.clone()).expect("a run");
    let losses = EpochLosses::new(0.5, 0.4);
    let _goes_on = tuning.end_epoch(losses).expect("there is room");
    checkpoint.save(&tuning, "test").expect("it can be written");
    assert!(resume(&checkpoint, patient.clone()).expect("it is whole"));
    tuning.watch.best.clear();
    checkpoint.save(&tuning, "test").expect("it can be written");
    let error = resume(&checkpoint, patient).expect_err("the best epoch is gone");
    assert!(matches!(error, CheckpointError::Damaged { .. }), "{error}");
}
