//! `tomtat train calibrate`.

use std::collections::BTreeMap;

use anyhow::{Context, Error, Result};

use super::data::Data;
use super::record::{self, CalibrationRecord, TrainRecord};
use super::{Destination, features, input};
use crate::classify::{Classifier, CrossLingual, LabelHead, LabelSet};
use crate::cli::TrainCalibrate;
use crate::commands::exit::Exit;
use crate::commands::{files, session};
use crate::hash::sha256;
use crate::pipeline::{Prepared, Reader, Vectors};
use crate::segment::language::Language;
use crate::train::{self, Example, KnownCuts, LEAST_SLOPE, TrainOptions, Trained};

const TOO_FEW: &str = "give more labelled paragraphs, from several documents";
const TOO_FEW_ELSEWHERE: &str =
    "give --other-languages more labelled paragraphs, from several documents";
const NO_LANGUAGE: &str = "the paragraphs of --data are in no language that the program can tell";
const HOME_LANGUAGE: &str = "the paragraphs of --other-languages are in the language of --data, or in none that the program can tell";

/// Sets probabilities and thresholds anew on examples that the labels have not learnt from.
pub(super) fn train(arguments: &TrainCalibrate) -> Result<Exit> {
    let (labels, reader) = begin(arguments)?;
    let before = sha256(&labels.to_bytes()?);
    let model = reader.model();
    let classifier = labels.for_model(&model.identity.sha256, model.encoder.hidden_size())?;
    let data = Data::read(&arguments.data)?;
    let others = Data::read(&arguments.other_languages)?;
    let record = record_of(arguments, &reader, [&data, &others], before);
    let (examples, others) = (data.examples, others.examples);
    let home = language(&examples);

    let (encoded, mut trained) =
        calibrate(arguments, &reader, classifier.labels(), &examples, TOO_FEW)?;
    check_slopes(&trained, "--data")?;
    if others.is_empty() {
        trained.carry_over(&classifier, home.map(Language::code))?;
    } else {
        let home = home.context(NO_LANGUAGE)?;
        trained.classifier = elsewhere(arguments, &reader, trained.classifier, home, others)?;
    }
    files::make_folder(&arguments.output)?;
    let destination = Destination {
        folder: &arguments.output,
        cross_validated: arguments.cross_validated.as_deref(),
    };
    let heading = heading(examples.len(), "examples");
    super::conclude(
        &destination,
        &heading,
        &reader,
        &examples,
        encoded,
        &trained,
    )?;
    record.write(&arguments.output)?;
    Ok(Exit::Done)
}

/// Checks what can be told before the data are read; gives the labels, and what reads for them.
fn begin(arguments: &TrainCalibrate) -> Result<(LabelSet, Reader)> {
    for data in [&arguments.data, &arguments.other_languages] {
        super::keep_inputs(arguments.cross_validated.as_deref(), data)?;
    }
    session::start_threads(arguments.threads)?;
    let labels = session::label_set(&arguments.model)?;
    let labels = labels.ok_or_else(|| Error::msg("name the labels with --labels"))?;
    let reader = session::reader(&arguments.model, super::scored())?;
    super::keep_encoder(&arguments.output, &reader.model().identity.sha256)?;
    Ok((labels, reader))
}

/// What is calibrated on what: the labels whose hash is `before`.
fn record_of(
    arguments: &TrainCalibrate,
    reader: &Reader,
    [data, others]: [&Data; 2],
    before: String,
) -> TrainRecord {
    let choice = &arguments.model;
    let calibration = CalibrationRecord {
        other_languages: others.files.clone(),
        made: record::of_labels(choice, &before),
        labels_sha256: before,
    };
    TrainRecord::new(choice, reader, data, options(arguments)).with_calibration(calibration)
}

/// What the arguments say of the halves.
fn options(arguments: &TrainCalibrate) -> TrainOptions {
    TrainOptions {
        folds: 2,
        seed: arguments.seed,
        ..TrainOptions::default()
    }
}

/// Encodes examples and calibrates heads on them; what is known of the heads is what is to be set anew. Gives `advice` where
/// there are too few.
fn calibrate(
    arguments: &TrainCalibrate,
    reader: &Reader,
    heads: &[LabelHead],
    examples: &[Example],
    advice: &'static str,
) -> Result<(Vec<(Prepared, Vectors)>, Trained)> {
    let names: Vec<String> = heads.iter().map(|head| head.name.clone()).collect();
    warn_of_unknown(examples, &names);
    let unknown = KnownCuts::none(heads.len());
    let too_few = |error| super::advised(error, advice);
    train::check_held_out(&names, &unknown.thresholds, examples).map_err(too_few)?;
    let options = options(arguments);
    train::check_weights(examples, options)?;
    let encoded = reader.read_and_encode(examples.iter().map(input).collect());
    let features = features(examples, &encoded)?;
    let trained =
        train::calibrate(heads, &unknown, examples, &features, options).map_err(too_few)?;
    Ok((encoded, trained))
}

/// Says which labels of examples are none of the set's: a name that is mistyped would count as if its label did not hold.
fn warn_of_unknown(examples: &[Example], names: &[String]) {
    let mut unknown: BTreeMap<&str, usize> = BTreeMap::new();
    for label in examples.iter().flat_map(|example| &example.labels) {
        if !names.contains(label) {
            *unknown.entry(label).or_default() += 1;
        }
    }
    for (label, count) in unknown {
        tracing::warn!(
            "label `{label}`, which {count} examples have, is none of the set's ({}) and is passed over",
            names.join(", ")
        );
    }
}

/// `native` with a calibration for other languages than `home`, by examples in such; reports how good it is.
fn elsewhere(
    arguments: &TrainCalibrate,
    reader: &Reader,
    native: Classifier,
    home: Language,
    examples: Vec<Example>,
) -> Result<Classifier> {
    let mut examples = balanced(examples, home);
    anyhow::ensure!(!examples.is_empty(), HOME_LANGUAGE);
    // There are few of them: those that were written for it count like those that were found.
    for example in &mut examples {
        example.synthetic = false;
    }
    let (encoded, trained) = calibrate(
        arguments,
        reader,
        native.labels(),
        &examples,
        TOO_FEW_ELSEWHERE,
    )?;
    check_slopes(&trained, "--other-languages")?;
    let cross_lingual = CrossLingual {
        home: home.code().to_owned(),
        calibrations: trained.calibrations.clone(),
        margin: trained.classifier.margin(),
    };
    let records = super::held_out_records(reader, &examples, encoded, &trained)?;
    let heading = heading(examples.len(), "examples in other languages");
    super::report(&heading, &records, &examples, &trained.classifier)?;
    Ok(native.with_cross_lingual(cross_lingual)?)
}

/// Checks that no calibration on the paragraphs of `option` turns a head round.
fn check_slopes(trained: &Trained, option: &str) -> Result<()> {
    let heads = trained.classifier.labels().iter();
    for (head, calibration) in heads.zip(&trained.calibrations) {
        anyhow::ensure!(
            calibration.slope > LEAST_SLOPE
                && calibration.slope.is_finite()
                && calibration.offset.is_finite(),
            "on the paragraphs of {option} the scores of the label `{}` are the higher where it does not hold; see \
             whether their labels are right, or give more of them",
            head.name
        );
    }
    Ok(())
}

/// As many examples of each language but `home` as there are of the rarest, evenly spaced: what is fitted is for all other
/// languages, not for the one with the most examples. What is rarer than a tenth of the commonest is left out: a
/// paragraph or two may be taken for another language.
fn balanced(examples: Vec<Example>, home: Language) -> Vec<Example> {
    let mut by_language: BTreeMap<Language, Vec<Example>> = BTreeMap::new();
    for example in examples {
        if let Some(language) = Language::of(&example.text).filter(|&language| language != home) {
            by_language.entry(language).or_default().push(example);
        }
    }
    let most = by_language.values().map(Vec::len).max().unwrap_or(0);
    by_language.retain(|_, examples| 10 * examples.len() >= most);
    let rarest = by_language.values().map(Vec::len).min().unwrap_or(0);
    let thinned = |examples: Vec<Example>| {
        let count = examples.len();
        let kept = move |index: usize| (index + 1) * rarest / count > index * rarest / count;
        let numbered = examples.into_iter().enumerate();
        numbered
            .filter(move |&(index, _)| kept(index))
            .map(|(_, example)| example)
    };
    by_language.into_values().flat_map(thinned).collect()
}

fn heading(count: usize, what: &str) -> String {
    format!("On {count} {what}, by thresholds from the other half of them:")
}

/// The language that most of the paragraphs are in whose language can be told.
fn language(examples: &[Example]) -> Option<Language> {
    let mut counts = BTreeMap::new();
    let languages = examples.iter().map(|example| Language::of(&example.text));
    for language in languages.flatten() {
        *counts.entry(language).or_insert(0) += 1;
    }
    let most = counts.iter().rev().max_by_key(|&(_, count)| count);
    most.map(|(&language, _)| language)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::{BUCKETS, Calibration, Head};

    #[test]
    fn a_calibration_that_turns_a_head_round_is_refused() {
        let check = |slope| {
            let head = LabelHead {
                name: "thưởng".to_owned(),
                head: Head::new(Vec::new(), vec![0.0; BUCKETS], 0.0).expect("a sound head"),
                threshold: 0.5,
            };
            let calibration = Calibration {
                slope,
                offset: 0.0,
                threshold: 0.5,
            };
            let trained = Trained {
                classifier: Classifier::new(vec![head], 0.0).expect("one head"),
                held_out: Vec::new(),
                folds: Vec::new(),
                calibrations: vec![calibration],
            };
            check_slopes(&trained, "--data")
        };
        assert!(check(0.5).is_ok());
        for slope in [0.0, -1.0, f32::NAN] {
            let error = check(slope).expect_err("it does not rise").to_string();
            assert!(
                error.contains("--data") && error.contains("`thưởng`"),
                "{error}"
            );
        }
    }

    #[test]
    fn languages_count_alike_and_their_own_not_at_all() {
        let lines = |text: &str, count: usize| {
            let line = serde_json::json!({"text": text, "labels": []}).to_string();
            vec![line; count].join("\n")
        };
        let lines = [
            lines("Xã đã hoàn thành kế hoạch trồng rừng của năm nay.", 9),
            lines(
                "The district has repaired all of the bridges that were damaged.",
                4,
            ),
            lines(
                "上半年，全区共完成工业总产值三十二亿元，同比增长百分之八点五。",
                39,
            ),
            lines("Voir le tableau des résultats en annexe de ce rapport.", 1),
        ];
        let examples = train::read("lines", lines.join("\n").as_bytes()).expect("examples");
        let found: Vec<Option<Language>> = balanced(examples, Language::Vietnamese)
            .iter()
            .map(|example| Language::of(&example.text))
            .collect();
        let expected = [
            vec![Some(Language::English); 4],
            vec![Some(Language::Chinese); 4],
        ];
        assert_eq!(found, expected.concat());
    }
}
