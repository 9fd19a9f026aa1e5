//! What `tomtat run --also` makes of the results: pages and tables beside them.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::ValueEnum;

use super::output::Talk;
use super::{digest, export, files};
use crate::batch::run::Ending;
use crate::cli::{self, Also, Language, Run, TableFormat};

/// The name of the digest within the output folder.
const DIGEST: &str = "digest.html";

/// Makes what else was asked for once all inputs are done, and tells what else there is of results before `since_unix`.
pub(super) fn refresh(arguments: &Run, ending: &Ending, since_unix: f64, talk: Talk) -> Result<()> {
    let mut remade: &[Also] = &[];
    if *ending == Ending::Finished {
        write_also(arguments, talk)?;
        remade = &arguments.also;
    }
    warn_of_stale(arguments, remade, since_unix);
    Ok(())
}

/// Makes what else was asked for, from the results as they were written.
fn write_also(arguments: &Run, talk: Talk) -> Result<()> {
    let results = vec![arguments.output.clone()];
    let sources = cli::SourceRoot {
        folder: PathBuf::from("."),
    };
    let mut tables: Vec<TableFormat> = Vec::new();
    for also in &arguments.also {
        match also {
            Also::Csv => tables.push(TableFormat::Csv),
            Also::Parquet => tables.push(TableFormat::Parquet),
            Also::Digest => {
                let digest = cli::Digest {
                    results: results.clone(),
                    since: None,
                    output: arguments.output.join(DIGEST),
                    language: Language::Vi,
                    title: None,
                    per_label: cli::QUOTATIONS_IN_DIGEST,
                    sources: sources.clone(),
                };
                digest::digest(&digest, talk)?;
            }
        }
    }
    if !tables.is_empty() {
        let output = arguments.output.clone();
        let export = cli::Export {
            results,
            to: tables,
            output,
            with_text: false,
            sources,
        };
        export::export(&export, talk)?;
    }
    Ok(())
}

/// Says which pages and tables in the output folder, that this run did not make anew, tell of other results than there are now:
/// those that are older.
fn warn_of_stale(arguments: &Run, remade: &[Also], since_unix: f64) {
    let (mut stale, mut options) = (Vec::new(), Vec::new());
    for also in Also::value_variants() {
        let mut names = files_of(*also);
        names.retain(|name| is_older(&arguments.output.join(name), since_unix));
        if !names.is_empty() && !remade.contains(also) {
            options.extend(also.to_possible_value());
            stale.append(&mut names);
        }
    }
    let options: Vec<String> = options
        .iter()
        .map(|option| format!("--also {}", option.get_name()))
        .collect();
    if !stale.is_empty() {
        tracing::warn!(
            "made of earlier results: {}; run again with {} to make them anew",
            stale.join(", "),
            options.join(" ")
        );
    }
}

/// What `--also` could make in the output folder and was not `asked` for.
pub(super) fn files_but_of(asked: &[Also]) -> Vec<String> {
    let others = Also::value_variants()
        .iter()
        .filter(|also| !asked.contains(also));
    others.flat_map(|also| files_of(*also)).collect()
}

/// What `--also` makes in the output folder.
fn files_of(also: Also) -> Vec<String> {
    match also {
        Also::Digest => vec![DIGEST.to_owned()],
        Also::Csv => export::file_names(TableFormat::Csv).into(),
        Also::Parquet => export::file_names(TableFormat::Parquet).into(),
    }
}

fn is_older(path: &Path, since_unix: f64) -> bool {
    files::changed_unix(path).is_some_and(|changed| changed < since_unix)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::sources::OUTPUTS;
    use crate::results;

    #[test]
    fn no_run_reads_what_another_one_made() {
        let made = Also::value_variants()
            .iter()
            .flat_map(|also| files_of(*also));
        for name in made.chain([results::FILE_NAME.to_owned()]) {
            assert!(OUTPUTS.contains(&&*name), "{name} is read as a document");
        }
    }
}
