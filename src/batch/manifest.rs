//! What was run, on what, and how did it go? `run.json`, beside the results.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::env::consts;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::progress::{Counts, Progress, Timings};
use super::run::Ending;
use super::sources::written;
use super::state::Setup;
use crate::hash::sha256;
use crate::ingest::ReadOptions;
use crate::ingest::jsonl::Columns;
use crate::pipeline::PipelineOptions;
use crate::record::{ModelIdentity, Record, Status};
use crate::results::RunState;

/// The version of the program, and its build: one of the same version may read otherwise.
const PROGRAM: &str = env!("TOMTAT_BUILD");

/// All that makes another result of the same bytes, but for model and program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Which encoder runs the model.
    pub encoder: String,
    /// SHA-256 of the labels and their heads.
    pub labels_sha256: String,
    /// Length of the summaries.
    pub budget: String,
    /// Which sentences they prefer.
    pub ranker: String,
    /// Sentences quoted for each label at most.
    pub quotations_per_label: usize,
    /// Whether results carry the text.
    pub with_text: bool,
    /// Whether results carry all scores.
    pub all_scores: bool,
    /// The longest text that is processed, in bytes.
    pub max_text_bytes: usize,
    /// The largest file that is read, in bytes.
    pub max_bytes: usize,
    /// How text from before Unicode is read: `--encoding`.
    pub encoding: String,
    /// How tones are written: `--tone-placement`.
    pub tone_placement: Option<String>,
    /// The column of tables that holds ids: `--id-column`.
    pub id_column: Option<String>,
    /// The column of tables that holds titles: `--title-column`.
    pub title_column: Option<String>,
    /// The column of tables that holds texts: `--text-column`.
    pub text_column: Option<String>,
}

impl Settings {
    /// The settings of a pipeline whose labels are `labels` in their file, over tables with `columns`.
    pub fn of(options: &PipelineOptions, labels: &[u8], encoder: &str, columns: &Columns) -> Self {
        let PipelineOptions {
            read:
                ReadOptions {
                    max_bytes,
                    encoding,
                    tone_placement,
                },
            budget,
            ranker,
            quotations_per_label,
            with_text,
            all_scores,
            // Results do not depend on how passes are filled.
            batch_tokens: _,
            max_text_bytes,
        } = options.clone();
        let columns = columns.clone();
        Self {
            encoder: encoder.to_owned(),
            labels_sha256: sha256(labels),
            budget: budget.to_string(),
            ranker: ranker.name().to_owned(),
            quotations_per_label,
            with_text,
            all_scores,
            max_text_bytes,
            max_bytes,
            encoding: encoding.to_string(),
            tone_placement: tone_placement.map(|placement| placement.to_string()),
            id_column: columns.id,
            title_column: columns.title,
            text_column: columns.text,
        }
    }

    /// The hash that tells settings apart.
    ///
    /// # Errors
    ///
    /// If they are no JSON, and so have none.
    pub fn sha256(&self) -> serde_json::Result<String> {
        Ok(sha256(&serde_json::to_vec(self)?))
    }
}

/// What is known of a run before it has read anything.
#[derive(Clone, Debug)]
pub struct Start {
    paths: Vec<String>,
    settings: Settings,
    settings_sha256: String,
    model: ModelIdentity,
    /// Since 1970 (UTC).
    at: Duration,
}

/// What a run was.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest {
    /// Version and build of the program.
    pub program: &'static str,
    /// Whether all inputs were done.
    pub state: RunState,
    /// When it started, in seconds since 1970 (UTC).
    pub started_unix: u64,
    /// How long it took.
    pub elapsed_seconds: f64,
    /// The paths that were asked for.
    pub paths: Vec<String>,
    /// The settings.
    pub settings: Settings,
    /// Their hash.
    pub settings_sha256: String,
    /// The model.
    pub model: ModelIdentity,
    /// Where it ran.
    pub machine: Machine,
    /// What was done this time.
    pub work: Counts,
    /// How long each stage took this time.
    pub timings: Timings,
    /// What the results say.
    pub results: ResultCounts,
}

/// Where a run ran.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    /// Its operating system.
    pub system: &'static str,
    /// Its processors.
    pub architecture: &'static str,
    /// How many threads worked.
    pub threads: usize,
}

impl Start {
    /// A run over `paths` that starts now.
    ///
    /// # Errors
    ///
    /// If the settings have no hash.
    pub fn now(
        paths: &[PathBuf],
        settings: Settings,
        model: &ModelIdentity,
    ) -> serde_json::Result<Self> {
        let at = SystemTime::now().duration_since(UNIX_EPOCH);
        let paths = paths.iter().map(|path| written(path.as_os_str()));
        Ok(Self {
            paths: paths.map(Cow::into_owned).collect(),
            settings_sha256: settings.sha256()?,
            settings,
            model: model.clone(),
            at: at.unwrap_or_default(),
        })
    }

    /// Who reads in this run.
    pub fn setup(&self) -> Setup {
        Setup {
            settings: self.settings_sha256.clone(),
            model: self.model.sha256.clone(),
            program: PROGRAM.to_owned(),
        }
    }
}

impl Manifest {
    /// What a run was that came to its end.
    pub fn of(start: Start, ending: &Ending, progress: &Progress, results: ResultCounts) -> Self {
        Self {
            program: PROGRAM,
            state: ending.state(),
            started_unix: start.at.as_secs(),
            elapsed_seconds: progress.elapsed().as_secs_f64(),
            paths: start.paths,
            settings: start.settings,
            settings_sha256: start.settings_sha256,
            model: start.model,
            machine: Machine::this(),
            work: progress.counts,
            timings: progress.timings,
            results,
        }
    }
}

impl ResultCounts {
    /// Counts a record.
    pub fn add(&mut self, record: &Record) {
        self.records += 1;
        let counter = match record.status {
            Status::Success => &mut self.success,
            Status::PartialSuccess => &mut self.partial_success,
            Status::Failure => &mut self.failure,
            Status::Skipped => &mut self.skipped,
        };
        *counter += 1;
        if let (Status::Failure, Some(error)) = (record.status, &record.error) {
            *self.failures.entry(error.code.clone()).or_default() += 1;
        }
    }
}

impl Machine {
    /// The one that this program was built for and runs on.
    pub fn this() -> Self {
        Self {
            system: consts::OS,
            architecture: consts::ARCH,
            threads: rayon::current_num_threads(),
        }
    }
}

/// What the results say, of this run and of those before that it went on from.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ResultCounts {
    /// Records in all.
    pub records: u64,
    /// Read whole.
    pub success: u64,
    /// Read in part.
    pub partial_success: u64,
    /// Not read.
    pub failure: u64,
    /// Byte for byte a document before them.
    pub skipped: u64,
    /// Failures by their codes.
    pub failures: BTreeMap<String, u64>,
    /// Documents that have a copy or a near-duplicate: lines of `duplicates.jsonl`.
    pub groups_of_duplicates: u64,
    /// Hash of `results.jsonl`.
    pub sha256: String,
    /// When the first run that came to these results wrote them, in seconds since 1970 (UTC).
    pub since_unix: f64,
}
