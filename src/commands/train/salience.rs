//! `tomtat train salience`.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use rayon::prelude::*;
use serde_json::json;

use super::documents::{self, SummarisedDocument};
use super::made::Made;
use crate::cli::TrainSalience;
use crate::commands::bar::Bar;
use crate::commands::exit::Exit;
use crate::commands::files;
use crate::commands::output::{self, Talk};
use crate::commands::session;
use crate::hash::sha256;
use crate::pipeline::PipelineOptions;
use crate::rank::scorer::{self, Scorer};
use crate::select::Budget;
use crate::train::{self, BoostingOptions, SalienceExample, SalienceOptions};

const NOTHING_SHARED: &str = "no summary shares two words in a row with its document, so that there is nothing to learn; give \
                              documents with the summaries that were written of them, in the same language";

pub(super) fn train(arguments: &TrainSalience, talk: Talk) -> Result<Exit> {
    let data: Vec<PathBuf> = arguments.data.iter().map(|it| it.path.clone()).collect();
    super::keep_inputs(arguments.cross_validated.as_deref(), &data)?;
    session::start_threads(arguments.threads)?;
    files::make_folder(&arguments.output)?;
    let tokens = super::for_tokens(&arguments.model);
    let reader = session::reader(&tokens, PipelineOptions::default())?;
    let bar = Bar::new(None, talk);
    let (mut documents, mut files) = (Vec::new(), Vec::new());
    for file in &arguments.data {
        let (mut read, described) = documents::read(file, &reader, &bar)?;
        documents.append(&mut read);
        files.push(json!({ "file": described, "sentences": file.sentences }));
    }
    bar.finish();
    if let Some(path) = &arguments.cross_validated {
        let summaries = cross_validate(arguments, &documents, talk)?;
        files::write_whole(path, |file| {
            let mut lines = summaries.values();
            lines.try_for_each(|line| Ok(writeln!(file, "{line}")?))
        })?;
    }
    let scorer = fit(arguments, &documents.iter().collect::<Vec<_>>(), talk)?;
    let path = arguments.output.join(scorer::FILE_NAME);
    let bytes = scorer.to_bytes()?;
    files::write_bytes(&path, &bytes)?;
    Made::new(None, &files, options(arguments), sha256(&bytes))
        .write(&path.with_extension("json"))?;
    writeln!(output::stdout(), "Scorer written to {}", path.display())?;
    Ok(Exit::Done)
}

/// For every document, by its place, the line that a fit which saw nothing of its group makes of it.
fn cross_validate(
    arguments: &TrainSalience,
    documents: &[SummarisedDocument],
    talk: Talk,
) -> Result<BTreeMap<usize, String>> {
    let groups = documents.iter().map(SummarisedDocument::group);
    let count = usize::from(arguments.folds);
    let folds = train::folds_of_groups(groups, count, arguments.seed);
    let mut lines = BTreeMap::new();
    for fold in 0..count {
        let others = documents.iter().zip(&folds).filter(|(_, of)| **of != fold);
        let others: Vec<&SummarisedDocument> = others.map(|(document, _)| document).collect();
        let scorer = fit(arguments, &others, talk)?;
        let own: Vec<usize> = (0..documents.len())
            .filter(|&index| folds[index] == fold)
            .collect();
        let told = own.into_par_iter();
        lines.par_extend(told.map(|index| (index, line(&documents[index], &scorer))));
    }
    Ok(lines)
}

fn fit(arguments: &TrainSalience, documents: &[&SummarisedDocument], talk: Talk) -> Result<Scorer> {
    ensure!(!documents.is_empty(), "there are too few documents");
    let examples: Vec<&SalienceExample> =
        documents.iter().map(|document| &document.example).collect();
    let weight: f32 = examples.iter().map(|example| example.weight).sum();
    ensure!(weight > 0.0, NOTHING_SHARED);
    let bar = Bar::new(Some(u64::from(arguments.trees)), talk);
    let scorer = train::salience(&examples, options(arguments), |_| bar.advance(1));
    bar.finish();
    Ok(scorer)
}

fn options(arguments: &TrainSalience) -> SalienceOptions {
    SalienceOptions {
        boosting: BoostingOptions {
            trees: usize::from(arguments.trees),
            leaves: usize::from(arguments.leaves),
            rate: arguments.rate,
            seed: arguments.seed,
            ..BoostingOptions::default()
        },
        ..SalienceOptions::default()
    }
}

/// A document's summary as a line of results.
fn line(document: &SummarisedDocument, scorer: &Scorer) -> String {
    let picked = document.prepared.ranking();
    let picked = picked.map(|ranking| ranking.pick(scorer, document.sentences));
    let text = |unit| document.prepared.unit_text(unit).unwrap_or_default();
    let sentences: Vec<_> = picked
        .unwrap_or_default()
        .into_iter()
        .map(|unit| json!({ "text": text(unit) }))
        .collect();
    let budget = Budget::Sentences(document.sentences).to_string();
    json!({ "id": document.id, "summary": { "budget": budget, "sentences": sentences } })
        .to_string()
}
