//! `tomtat train salience`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anyhow::{Result, ensure};
use rayon::prelude::*;
use serde_json::json;

use super::documents::{self, SummarisedDocument, VectorSource};
use super::vectors::KeptVectors;
use crate::cli::TrainSalience;
use crate::commands::exit::Exit;
use crate::commands::output::{self, Bar};
use crate::commands::session;
use crate::eval::rouge::Rouge;
use crate::pipeline::{PipelineOptions, Ranking};
use crate::rank::Scorer;
use crate::rank::scorer::{self, StoredScorer};
use crate::select::Budget;
use crate::train::{self, SalienceEpoch, SalienceExample, SalienceOptions};

/// How many of the documents held out are looked at after each epoch: enough to tell epochs apart, few enough to cost
/// less than learning.
const JUDGED: usize = 600;

pub(super) fn train(arguments: &TrainSalience, quiet: bool) -> Result<Exit> {
    session::start_threads(arguments.jobs)?;
    output::make_folder(&arguments.output)?;
    let reader = session::reader(&arguments.model, PipelineOptions::default())?;
    let sha256 = reader.model().identity.sha256.clone();
    let size = reader.model().encoder.hidden_size();
    let kept = match &arguments.vectors {
        _ if arguments.without_vectors => None,
        Some(path) => Some(KeptVectors::open(path, &sha256, size)?),
        None => Some(KeptVectors::default()),
    };
    let mut source = VectorSource {
        reader: &reader,
        kept,
    };
    let bar = Bar::new(None, quiet);
    let mut documents = Vec::new();
    for file in &arguments.data {
        documents::read(file, &mut source, &mut documents, &bar)?;
    }
    bar.finish();
    drop(source);
    let folds = folds(arguments, &documents);
    if let Some(path) = &arguments.cross_validated {
        let summaries = cross_validate(arguments, &documents, &folds, quiet)?;
        output::write_whole(path, |file| {
            let mut lines = summaries.values();
            lines.try_for_each(|line| Ok(writeln!(file, "{line}")?))
        })?;
    }
    let scorer = fit(arguments, &documents, quiet, [0, 0], &folds)?;
    let stored = StoredScorer {
        model_sha256: (!arguments.without_vectors).then_some(sha256),
        scorer,
    };
    let path = arguments.output.join(scorer::FILE_NAME);
    output::write_bytes(&path, &stored.to_bytes()?)?;
    writeln!(io::stdout(), "Scorer written to {}", path.display())?;
    Ok(Exit::Done)
}

/// The fold of every document.
fn folds(arguments: &TrainSalience, documents: &[SummarisedDocument]) -> Vec<usize> {
    let groups = documents.iter().map(SummarisedDocument::group);
    train::folds_of_groups(groups, usize::from(arguments.folds), arguments.seed)
}

/// For every document, by its place, the line that a fit which saw nothing of its group makes of it.
fn cross_validate(
    arguments: &TrainSalience,
    documents: &[SummarisedDocument],
    folds: &[usize],
    quiet: bool,
) -> Result<BTreeMap<usize, String>> {
    let mut lines = BTreeMap::new();
    let count = usize::from(arguments.folds);
    for fold in 0..count {
        let scorer = fit(
            arguments,
            documents,
            quiet,
            [fold, (fold + 1) % count],
            folds,
        )?;
        let told = (0..documents.len()).filter(|&index| folds[index] == fold);
        lines.extend(told.map(|index| (index, line(&documents[index], &scorer))));
    }
    Ok(lines)
}

/// Learns from all folds but two, and takes the epoch that is best on the second of these.
fn fit(
    arguments: &TrainSalience,
    documents: &[SummarisedDocument],
    quiet: bool,
    [left_out, judged]: [usize; 2],
    folds: &[usize],
) -> Result<Scorer> {
    let of_folds = || documents.iter().zip(folds);
    let learnt: Vec<&SalienceExample> = of_folds()
        .filter(|(document, fold)| **fold != left_out && **fold != judged && document.teaches())
        .map(|(document, _)| &document.example)
        .collect();
    let judged: Vec<&SummarisedDocument> = of_folds()
        .filter(|(_, fold)| **fold == judged)
        .map(|(document, _)| document)
        .take(JUDGED)
        .collect();
    ensure!(
        !learnt.is_empty() && !judged.is_empty(),
        "there are too few documents whose summaries are in their own words"
    );
    let options = SalienceOptions {
        epochs: usize::from(arguments.epochs),
        batch: usize::from(arguments.batch),
        rate: arguments.rate,
        seed: arguments.seed,
        ..SalienceOptions::default()
    };
    let judge = |scorer: &Scorer| {
        let rouge = |document: &&SummarisedDocument| rouge_2(document, scorer);
        let values: Vec<f64> = judged.par_iter().map(rouge).collect();
        values.iter().sum::<f64>() / values.len() as f64
    };
    let report = |epoch: SalienceEpoch| {
        if !quiet {
            let SalienceEpoch {
                epoch,
                loss,
                held_out,
            } = epoch;
            let figure = 100.0 * held_out;
            output::line(&format!(
                "epoch {epoch}: loss {loss:.4}, held-out ROUGE-2 {figure:.2}"
            ));
        }
    };
    Ok(train::salience(&learnt, options, judge, report)?)
}

/// What a scorer quotes of a document, joined by spaces.
fn summary(document: &SummarisedDocument, scorer: &Scorer) -> Vec<String> {
    let Some(ranking) = document.prepared.ranking() else {
        return Vec::new();
    };
    let Ranking { features, .. } = &ranking;
    let vectors = &document.example.vectors;
    let size = vectors.len() / features.len().max(1);
    let vector = |unit: usize| {
        let values = &vectors[unit * size..][..size];
        values.iter().map(|value| value.to_f32()).collect()
    };
    let picked = ranking.pick(scorer, &vector, Budget::Sentences(document.sentences));
    let text = |unit| {
        document
            .prepared
            .unit_text(unit)
            .unwrap_or_default()
            .to_owned()
    };
    picked.into_iter().map(text).collect()
}

fn rouge_2(document: &SummarisedDocument, scorer: &Scorer) -> f64 {
    let summary = summary(document, scorer).join(" ");
    let references = document.references.iter();
    let rouge: Vec<Rouge> = references
        .map(|reference| Rouge::of(&summary, reference))
        .collect();
    Rouge::mean(&rouge).rouge_2
}

/// A document's summary as a line of results.
fn line(document: &SummarisedDocument, scorer: &Scorer) -> String {
    let sentences: Vec<_> = summary(document, scorer)
        .into_iter()
        .map(|text| json!({ "text": text }))
        .collect();
    let budget = Budget::Sentences(document.sentences).to_string();
    json!({ "id": document.id, "summary": { "budget": budget, "sentences": sentences } })
        .to_string()
}
