//! What is done before anything is learnt, and what is not.

use super::*;
use crate::train::network::tests::small;
use crate::train::tuning::tests::{items, options, task};

/// What comes of a run over items that no network can work out, beside the checkpoint that another network's run of
/// `origin` has left after its last step.
fn tuned_beside(origin: &str) -> TuneError {
    let folder = tempfile::tempdir().expect("a folder");
    let checkpoint = Checkpoint::new(folder.path());
    let options = TuningOptions {
        epochs: 0,
        frozen_layers: 1,
        ..options()
    };
    let network = small();
    let task = task(&network);
    let tuning = Tuning::new(&network, &task, options.clone()).expect("a run");
    checkpoint.save(&tuning, origin).expect("it can be written");
    let base = concat!(env!("CARGO_MANIFEST_DIR"), "/models/tomtat-small");
    let base = Bundle::open(std::path::Path::new(base)).expect("it is there");
    let mut items = items();
    // No token of any vocabulary.
    items[0].sequences = vec![vec![u32::MAX - 1]];
    let data = TuningData {
        base: &base,
        layers: &[0],
        heads: &[VectorHead::blank(384), VectorHead::blank(384)],
        items: &items,
        held_out: &[],
        origin: "test",
        device: &Device::Cpu,
    };
    tune(data, &options, Some(&checkpoint), |_| {}).expect_err("it cannot be worked out")
}

#[test]
fn a_checkpoint_is_looked_at_before_anything_is_worked_out() {
    let error = tuned_beside("other");
    let expected = matches!(error, TuneError::Checkpoint(CheckpointError::OtherRun(_)));
    assert!(expected, "{error:?}");
}

#[test]
fn nothing_is_worked_out_where_no_step_is_left() {
    let error = tuned_beside("test");
    // The layers of the other network.
    let expected = matches!(
        error,
        TuneError::Checkpoint(CheckpointError::Damaged { .. })
    );
    assert!(expected, "{error:?}");
}

#[test]
fn a_layer_that_is_not_there_is_named() {
    let base = concat!(env!("CARGO_MANIFEST_DIR"), "/models/tomtat-small");
    let base = Bundle::open(std::path::Path::new(base)).expect("it is there");
    let last = base.config().num_hidden_layers - 1;
    assert!(check_layers(&base, &[0, last]).is_ok());
    let error = check_layers(&base, &[0, last + 1]).expect_err("one too many");
    assert!(
        error
            .to_string()
            .contains(&format!("no layer {}", last + 1))
    );
}
