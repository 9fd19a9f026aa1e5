//! What calibrates, and what stays as it is.

use super::*;
use crate::classify::{BUCKETS, Head, LabelHead};

/// Examples in as many documents, every second of which has the label `a`.
fn examples(count: usize) -> Vec<Example> {
    let line = |index: usize| {
        let (text, labels) = if index.is_multiple_of(2) {
            ("Đạt và vượt kế hoạch.", vec!["a"])
        } else {
            ("Họp sáng thứ hai.", Vec::new())
        };
        serde_json::json!({ "text": format!("{text} {index}"), "labels": labels }).to_string()
    };
    let lines: Vec<String> = (0..count).map(line).collect();
    read("nhan.jsonl", lines.join("\n").as_bytes()).expect("good lines")
}

fn features(examples: &[Example]) -> Vec<Features> {
    let features = |example: &Example| Features::new(&example.text, vec![0.0; 2]);
    examples.iter().map(features).collect()
}

/// What is learnt of all labels of the examples.
fn trained(examples: &[Example], features: &[Features]) -> Result<Trained, TrainError> {
    let names = label_names(examples);
    labels(examples, features, &names, TrainOptions::default())
}

#[test]
fn a_label_of_written_examples_alone_can_still_be_said() {
    let mut examples = examples(20);
    for example in &mut examples {
        example.synthetic = !example.labels.is_empty();
    }
    let features = features(&examples);
    let trained = trained(&examples, &features).expect("enough");
    let expected = Calibration {
        slope: 1.0,
        offset: 0.0,
        threshold: 0.5,
    };
    assert_eq!(trained.calibrations, [expected]);
    let head = &trained.classifier.labels()[0];
    assert!(head.score(&features[0]) > 0.5 && head.score(&features[1]) < 0.5);
    let written = |examples: &[Example], with_label| {
        let labels = written_alone(examples, &trained.classifier, with_label);
        labels.join(" ")
    };
    assert_eq!(written(&examples, true), "a");
    assert_eq!(written(&examples, false), "");
    for example in &mut examples {
        example.synthetic = true;
    }
    assert_eq!(written(&examples, true), "");
}

#[test]
fn a_label_that_all_found_examples_have_is_not_said_of_everything() {
    let mut examples = examples(20);
    for example in &mut examples {
        example.synthetic = example.labels.is_empty();
    }
    let features = features(&examples);
    let trained = trained(&examples, &features).expect("enough");
    let expected = Calibration {
        slope: 1.0,
        offset: 0.0,
        threshold: 0.5,
    };
    assert_eq!(trained.calibrations, [expected]);
    let head = &trained.classifier.labels()[0];
    assert!(head.score(&features[0]) > 0.5 && head.score(&features[1]) < 0.5);
    assert_eq!(written_alone(&examples, &trained.classifier, false), ["a"]);
    assert!(written_alone(&examples, &trained.classifier, true).is_empty());
}

#[test]
fn opinions_of_a_teacher_are_no_paragraphs_without_a_label() {
    let mut examples = examples(20);
    for example in &mut examples {
        if example.labels.is_empty() {
            example.scores = Some([("a".to_owned(), 0.9)].into());
        }
    }
    let found = trained(&examples, &features(&examples));
    assert!(
        matches!(found, Err(TrainError::TooFewWithout { found: 0, .. })),
        "{found:?}"
    );
    let error = check_held_out(&["a".to_owned()], &[None], &examples);
    assert!(error.is_err(), "opinions calibrate nothing");
}

#[test]
fn examples_that_all_weigh_nothing_are_refused() {
    let mut examples = examples(20);
    for example in &mut examples {
        example.weight = Some(0.0);
    }
    let features = features(&examples);
    let found = trained(&examples, &features);
    assert!(matches!(found, Err(TrainError::NoWeight)), "{found:?}");
}

#[test]
fn what_is_known_stays_where_no_example_calibrates() {
    let mut examples = examples(4);
    examples[0].labels.clear();
    examples[2].labels.clear();
    let head = LabelHead {
        name: "a".to_owned(),
        head: Head::new(vec![0.0; 2], vec![0.0; BUCKETS], 1.0).expect("a sound head"),
        threshold: 0.5,
    };
    let known = KnownCuts {
        thresholds: vec![Some(0.3)],
        margin: Some(0.7),
    };
    let calibrate = |examples: &[Example]| {
        let features = features(examples);
        let options = TrainOptions::default();
        calibrate(
            std::slice::from_ref(&head),
            &known,
            examples,
            &features,
            options,
        )
        .expect("all known")
    };
    let none = calibrate(&[]);
    assert!((none.classifier.margin() - 0.7).abs() < 1e-6);
    assert!((none.calibrations[0].threshold - 0.3).abs() < 1e-6);
    // Every example is as far from the threshold: logit 1, threshold at ln(0.3 / 0.7).
    let distance = 1.0 - libm::logf(0.3 / 0.7);
    let expected = 0.7 + (distance - 0.7) * 4.0 / 204.0;
    let found = calibrate(&examples).classifier.margin();
    assert!((found - expected).abs() < 1e-4, "{found}, not {expected}");
}
