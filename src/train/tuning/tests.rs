//! Learning works, the same way every time, also after a stop.

use std::ops::{ControlFlow, Range};

use candle_core::Device;

use super::*;
use crate::train::network::tests::{small, small_of};

/// Paragraphs whose label is told by one token.
pub(in crate::train) fn items() -> Vec<TuningItem> {
    let item = |index: u32| {
        let telling = 2 + index % 2;
        let sequences = vec![vec![0, 4 + index % 5, telling, 1]];
        let question = Question {
            tokens: tokens_of_text(&sequences),
            head: 0,
            targets: vec![f32::from(telling == 3), f32::from(telling == 2)],
            offsets: vec![0.0; 2],
            weight: if index.is_multiple_of(3) { 0.3 } else { 1.0 },
        };
        TuningItem {
            sequences,
            questions: vec![question],
        }
    };
    (0..24).map(item).collect()
}

pub(in crate::train) fn options() -> TuningOptions {
    TuningOptions {
        epochs: 20,
        batch: 8,
        rate: 5e-3,
        head_rate: 5e-2,
        ..TuningOptions::default()
    }
}

pub(in crate::train) fn task(network: &Network) -> HeadTask {
    blank_task(items(), network)
}

/// A task whose two heads have learnt nothing.
fn blank_task(items: Vec<TuningItem>, network: &Network) -> HeadTask {
    let heads = [VectorHead::blank(8), VectorHead::blank(8)];
    HeadTask::new(items, &heads, network.layer_count(), &Device::Cpu).expect("heads")
}

/// How a run goes.
#[derive(Clone, Copy, Debug, Default)]
struct Way {
    stop_after: Option<usize>,
    /// Batches at once, as on a card.
    batches: bool,
    dropout: f32,
}

/// What the heads say of the one question of each item.
fn answers(task: &HeadTask, network: &Network) -> Vec<Vec<f32>> {
    let logits = task.logits(network).expect("logits");
    logits.into_iter().map(|item| item.concat()).collect()
}

/// Learns from start to end and gives the losses of all steps and the logits of all items.
fn learn(way: Way) -> (Vec<f64>, Vec<Vec<f32>>) {
    let folder = tempfile::tempdir().expect("a folder");
    let checkpoint = Checkpoint::new(folder.path());
    let options = TuningOptions {
        dropout: way.dropout,
        ..options()
    };
    let mut losses = Vec::new();
    for attempt in 0..2 {
        let mut network = small();
        if way.batches {
            network.work_in_batches(Precision::F32);
        }
        let task = task(&network);
        let mut tuning = Tuning::new(&network, &task, options.clone()).expect("a run");
        let resumed = checkpoint
            .resume(&mut tuning, "test")
            .expect("a sound checkpoint");
        assert_eq!(resumed, attempt == 1);
        let report = |tuning: &mut Tuning<'_, HeadTask>, progress: Progress| {
            losses.push(progress.loss);
            if attempt == 0 && way.stop_after == Some(progress.step) {
                checkpoint.save(tuning, "test").expect("it can be written");
                return Ok(ControlFlow::Break(()));
            }
            Ok::<_, candle_core::Error>(ControlFlow::Continue(()))
        };
        tuning.run(report).expect("it learns");
        if losses.len() == tuning.steps() {
            return (losses, answers(&task, &network));
        }
    }
    unreachable!("a run taken up ends")
}

#[test]
fn the_loss_falls_and_the_labels_are_learnt() {
    let (losses, logits) = learn(Way {
        dropout: 0.1,
        ..Way::default()
    });
    assert!(losses[losses.len() - 1] < 0.5 * losses[0], "{losses:?}");
    for (item, logits) in items().iter().zip(logits) {
        for (target, logit) in item.questions[0].targets.iter().zip(logits) {
            assert_eq!(logit > 0.0, *target > 0.5);
        }
    }
}

#[test]
fn a_run_taken_up_ends_like_one_that_never_stopped() {
    for batches in [false, true] {
        let way = |stop_after| Way {
            stop_after,
            batches,
            dropout: 0.1,
        };
        assert_eq!(learn(way(Some(7))), learn(way(None)));
    }
}

#[test]
fn batches_at_once_learn_what_shards_learn() {
    let losses = |batches| {
        let (losses, _) = learn(Way {
            batches,
            ..Way::default()
        });
        losses
    };
    for (step, (shards, batches)) in losses(false).iter().zip(losses(true)).enumerate() {
        // Rounding differs, and every step builds on the one before.
        assert!(
            (shards - batches).abs() < 1e-3,
            "step {step}: {shards} against {batches}"
        );
    }
}

#[test]
fn the_number_of_threads_has_no_say() {
    let way = Way {
        dropout: 0.1,
        ..Way::default()
    };
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("threads").install(|| learn(way))
    };
    assert_eq!(with(1), with(3));
}

#[test]
fn a_step_of_several_batches_is_one_of_a_large_batch() {
    let losses = |batch, accumulate| {
        let options = TuningOptions {
            batch,
            accumulate,
            dropout: 0.0,
            ..options()
        };
        let network = small();
        let task = task(&network);
        let mut tuning = Tuning::new(&network, &task, options).expect("a run");
        let mut losses = Vec::new();
        let report = |_: &mut Tuning<'_, HeadTask>, progress: Progress| {
            losses.push(progress.loss);
            Ok::<_, candle_core::Error>(ControlFlow::Continue(()))
        };
        tuning.run(report).expect("it learns");
        losses
    };
    for (whole, parts) in losses(8, 1).into_iter().zip(losses(4, 2)) {
        assert!((whole - parts).abs() < 1e-3, "{whole} against {parts}");
    }
}

#[test]
fn scores_of_a_teacher_are_learnt_as_they_are() {
    let soft = |mut item: TuningItem| {
        let target = |target: &f32| 0.1 + 0.7 * target;
        let targets = &mut item.questions[0].targets;
        *targets = targets.iter().map(target).collect();
        item
    };
    let items: Vec<TuningItem> = items().into_iter().map(soft).collect();
    let network = small();
    let task = blank_task(items.clone(), &network);
    let options = TuningOptions {
        dropout: 0.0,
        epochs: 60,
        ..options()
    };
    let mut tuning = Tuning::new(&network, &task, options).expect("a run");
    let go_on =
        |_: &mut Tuning<'_, HeadTask>, _| Ok::<_, candle_core::Error>(ControlFlow::Continue(()));
    tuning.run(go_on).expect("it learns");
    for (item, logits) in items.iter().zip(answers(&task, &network)) {
        for (target, logit) in item.questions[0].targets.iter().zip(logits) {
            let found = 1.0 / (1.0 + libm::expf(-logit));
            assert!((found - target).abs() < 0.1, "{found} against {target}");
        }
    }
}

#[test]
fn a_task_starts_from_the_heads_that_it_is_given() {
    let network = small();
    let head = |scale: f32| VectorHead {
        weights: (0..8).map(|index| scale * index as f32).collect(),
        bias: scale,
    };
    let offset = |mut item: TuningItem| {
        item.questions[0].offsets = vec![0.25, 0.0];
        item
    };
    let layers = network.layer_count();
    let logits = |items, heads: &[VectorHead]| {
        let task = HeadTask::new(items, heads, layers, &Device::Cpu).expect("heads of one size");
        assert_eq!(task.heads().expect("small"), heads);
        answers(&task, &network)
    };
    let one = logits(items(), &[head(1.0), VectorHead::blank(8)]);
    let other = logits(
        items().into_iter().map(offset).collect(),
        &[head(2.0), head(1.0)],
    );
    for (one, other) in one.iter().zip(&other) {
        assert!(one[0].abs() > 0.0 && one[1].abs() < 1e-6, "{one:?}");
        assert!(
            (2.0 * one[0] + 0.25 - other[0]).abs() < 1e-4,
            "{one:?} {other:?}"
        );
        assert!((one[0] - other[1]).abs() < 1e-4, "{one:?} {other:?}");
    }
}

/// What the second layer alone learns of both; its losses, after a stop as well.
fn distil(batches: bool, steps: usize, stop_after: Option<usize>) -> Vec<f64> {
    let folder = tempfile::tempdir().expect("a folder");
    let checkpoint = Checkpoint::new(folder.path());
    let windows: Vec<Vec<u32>> = items()
        .into_iter()
        .flat_map(|item| item.sequences)
        .chain([vec![0, 7, 1], vec![0, 9, 8, 7, 6, 1]])
        .collect();
    let options = TuningOptions {
        steps: Some(steps),
        shard_tokens: 12,
        dropout: 0.0,
        layer_decay: 1.0,
        ..options()
    };
    let (mut teacher, mut losses) = (small(), Vec::new());
    for stop in [stop_after, None] {
        let mut student = small_of(&[1]);
        if batches {
            teacher.work_in_batches(Precision::F32);
            student.work_in_batches(Precision::F32);
        }
        let task = DistilTask::new(&windows, &teacher);
        let mut tuning = Tuning::new(&student, &task, options.clone()).expect("a run");
        let resumed = checkpoint.resume(&mut tuning, "test").expect("sound");
        assert_eq!(resumed, !losses.is_empty());
        let report = |tuning: &mut Tuning<'_, DistilTask<'_>>, progress: Progress| {
            losses.push(progress.loss);
            checkpoint.save(tuning, "test").expect("it can be written");
            assert_eq!(progress.steps, steps);
            Ok::<_, candle_core::Error>(match stop {
                Some(step) if step == progress.step => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            })
        };
        tuning.run(report).expect("it learns");
        if losses.len() == steps {
            break;
        }
    }
    losses
}

#[test]
fn fewer_layers_learn_the_states_of_all() {
    let shards = distil(false, 90, None);
    assert_eq!(shards.len(), 90);
    let mean = |losses: &[f64]| losses.iter().sum::<f64>() / losses.len() as f64;
    let (first, last) = (mean(&shards[..4]), mean(&shards[86..]));
    assert!(last < 0.3 * first, "{first} to {last}");
    // Parts of a few tokens add up to the same steps.
    for (shards, batches) in distil(false, 20, None).iter().zip(distil(true, 20, None)) {
        assert!(
            (shards - batches).abs() < 1e-3,
            "{shards} against {batches}"
        );
    }
}

#[test]
fn a_smaller_network_taken_up_ends_like_one_that_never_stopped() {
    assert_eq!(distil(true, 9, Some(5)), distil(true, 9, None));
}

#[test]
fn states_of_frozen_layers_that_are_kept_teach_the_same() {
    let learn = |batches: bool, keep: Option<Precision>| {
        let mut network = small();
        network.freeze(1);
        if batches {
            network.work_in_batches(Precision::F32);
        }
        let mut task = task(&network);
        if let Some(precision) = keep {
            let keep = task.keep_still_states(&network, precision);
            keep.expect("there is room");
        }
        let options = TuningOptions {
            frozen_layers: 1,
            epochs: 5,
            ..options()
        };
        let mut tuning = Tuning::new(&network, &task, options).expect("a run");
        let go_on = |_: &mut Tuning<'_, HeadTask>, _| {
            Ok::<_, candle_core::Error>(ControlFlow::Continue(()))
        };
        tuning.run(go_on).expect("it learns");
        answers(&task, &network).concat()
    };
    for batches in [false, true] {
        let anew = learn(batches, None);
        for (precision, tolerance) in [(Precision::F32, 1e-5), (Precision::F16, 1e-3)] {
            let kept = learn(batches, Some(precision));
            for (kept, anew) in kept.iter().zip(&anew) {
                assert!(
                    (kept - anew).abs() < tolerance,
                    "{precision}: {kept} against {anew}"
                );
            }
        }
    }
}

/// Learns with patience for two epochs while the held-out loss is told; gives the logits after the best epoch, those in
/// the end, and how many epochs there were.
fn learn_patiently(stop_after: Option<usize>) -> (Vec<Vec<f32>>, Vec<Vec<f32>>, usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let checkpoint = Checkpoint::new(folder.path());
    let options = TuningOptions {
        patience: Some(2),
        ..options()
    };
    let told = [0.7, 0.6, 0.5, 0.55, 0.52, 0.1];
    let mut best = Vec::new();
    for stop in [stop_after, None] {
        let network = small();
        let task = task(&network);
        let mut tuning = Tuning::new(&network, &task, options.clone()).expect("a run");
        checkpoint.resume(&mut tuning, "test").expect("sound");
        let report = |tuning: &mut Tuning<'_, HeadTask>, progress: Progress| {
            if !progress.epoch_ended {
                return Ok::<_, candle_core::Error>(ControlFlow::Continue(()));
            }
            let epoch = tuning.epochs().len();
            let go_on = tuning.end_epoch(EpochLosses::new(0.5, told[epoch]))?;
            checkpoint.save(tuning, "test").expect("it can be written");
            if epoch == 2 {
                best = answers(&task, &network);
            }
            Ok(match stop {
                Some(stop) if stop == epoch => ControlFlow::Break(()),
                _ => go_on,
            })
        };
        if !tuning.is_over() {
            tuning.run(report).expect("it learns");
        }
        if stop.is_none() {
            assert_eq!(tuning.settle().expect("the best epoch"), Some(2));
            return (best, answers(&task, &network), tuning.epochs().len());
        }
    }
    unreachable!("the second run ends")
}

#[test]
fn patience_keeps_the_best_epoch_also_after_a_stop() {
    let whole = learn_patiently(None);
    assert_eq!((&whole.0, whole.2), (&whole.1, 5));
    for stop_after in [1, 3, 4] {
        assert_eq!(learn_patiently(Some(stop_after)), whole);
    }
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

#[test]
fn what_is_asked_of_some_tokens_is_told_by_these_and_by_the_head_that_is_asked() {
    let network = small();
    let question = |tokens: Range<usize>, target| Question {
        tokens: vec![tokens],
        head: 1,
        targets: vec![target],
        offsets: vec![0.0],
        weight: 0.5,
    };
    // Both texts have both tokens: which half of a text is asked of tells the answer.
    let item = |tokens: [u32; 2], targets: [f32; 2]| TuningItem {
        sequences: vec![vec![0, tokens[0], tokens[0], tokens[1], tokens[1], 1]],
        questions: vec![question(1..3, targets[0]), question(3..5, targets[1])],
    };
    let both = [item([2, 3], [0.0, 1.0]), item([3, 2], [1.0, 0.0])];
    let items: Vec<TuningItem> = both.into_iter().cycle().take(24).collect();
    let task = blank_task(items.clone(), &network);
    let options = TuningOptions {
        epochs: 60,
        dropout: 0.0,
        ..options()
    };
    let mut tuning = Tuning::new(&network, &task, options).expect("a run");
    let go_on =
        |_: &mut Tuning<'_, HeadTask>, _| Ok::<_, candle_core::Error>(ControlFlow::Continue(()));
    tuning.run(go_on).expect("it learns");
    let logits = task.logits(&network).expect("logits");
    for (item, logits) in items.iter().zip(logits) {
        for (question, logits) in item.questions.iter().zip(logits) {
            assert_eq!(logits.len(), 1);
            assert_eq!(logits[0] > 0.0, question.targets[0] > 0.5);
        }
    }
    let heads = task.heads().expect("small");
    assert_eq!(heads[0], VectorHead::blank(8), "nobody asked it");
    let loss = task.mean_loss(&network).expect("a number");
    assert!(loss < 0.3, "{loss}");
}

#[test]
fn text_is_all_but_the_special_tokens() {
    let windows = [vec![0, 5, 6, 1], vec![0, 1], vec![0, 7, 1]];
    assert_eq!(tokens_of_text(&windows), [1..3, 7..8]);
}

#[test]
fn what_is_asked_of_a_window_that_is_left_out_is_left_out() {
    let question = |tokens: &[Range<usize>]| Question {
        tokens: tokens.to_vec(),
        ..items().remove(0).questions.remove(0)
    };
    let ends = MOST_TOKENS - 1;
    let item = TuningItem {
        sequences: vec![vec![0; MOST_TOKENS]; 2],
        questions: vec![
            question(&[1..ends, MOST_TOKENS + 1..MOST_TOKENS + 9]),
            question(std::slice::from_ref(&(MOST_TOKENS + 9..MOST_TOKENS + 12))),
        ],
    };
    let shortened = item.shortened();
    assert_eq!(shortened.sequences.len(), 1);
    assert_eq!(
        shortened.questions,
        [question(std::slice::from_ref(&(1..ends)))]
    );
}

#[test]
fn a_long_text_is_learnt_from_its_first_windows_and_shares_no_shard() {
    let item = |windows: usize, tokens: usize| TuningItem {
        sequences: vec![vec![0; tokens]; windows],
        ..items().remove(0)
    };
    assert_eq!(item(20, 500).shortened(), item(4, 500));
    assert_eq!(item(4, 512).shortened(), item(4, 512));
    assert_eq!(item(2, 5000).shortened(), item(1, 5000), "never none");

    let network = small();
    let shards = |items: Vec<TuningItem>| -> Vec<Vec<usize>> {
        let all: Vec<usize> = (0..items.len()).collect();
        let task = blank_task(items, &network);
        let tuning = Tuning::new(&network, &task, options()).expect("a run");
        let shards = tuning.shards(&all).into_iter();
        shards.map(<[usize]>::to_vec).collect()
    };
    let of_one_window = vec![item(1, 512); 5];
    assert_eq!(
        shards(of_one_window),
        [vec![0, 1, 2, 3], vec![4]],
        "as ever"
    );
    let one_of_two = [vec![item(1, 30); 3], vec![item(2, 512)]].concat();
    assert_eq!(shards(one_of_two), [vec![0, 1, 2, 3]], "nothing is padded");
    let of_four = vec![item(1, 30), item(4, 512), item(4, 512)];
    assert_eq!(shards(of_four), [vec![0], vec![1], vec![2]]);
}
