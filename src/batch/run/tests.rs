//! Runs whose card is lost, and runs that go on.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;

use tempfile::TempDir;

use super::*;
use crate::batch::progress::Counts;
use crate::batch::progress::Timings;
use crate::batch::state::{Finished, Form, Redo, Setup};
use crate::batch::survey::survey;
use crate::batch::worker::Limits;
use crate::batch::{SourceOptions, discover};
use crate::classify::{Classifier, LabelSet};
use crate::encode::windows::Window;
use crate::encode::{EncodeError, Encoder, FakeEncoder, HiddenStates, PooledWindow, TokenBatch};
use crate::model::Bundle;
use crate::pipeline::{Content, Model, PipelineOptions, Reader};
use crate::record::{Failure, ModelIdentity, Source};

/// More documents than a wave of either pace has.
const DOCUMENTS: usize = 1300;

/// An encoder whose card is lost once it has had so many windows.
struct Breaking(FakeEncoder, AtomicUsize);

impl Encoder for Breaking {
    fn hidden_size(&self) -> usize {
        self.0.hidden_size()
    }

    fn max_tokens(&self) -> usize {
        self.0.max_tokens()
    }

    fn encode(&self, batch: &TokenBatch) -> Result<HiddenStates, EncodeError> {
        self.0.encode(batch)
    }

    fn pool(&self, windows: &[&Window], batch_tokens: usize) -> Vec<PooledWindow> {
        let take = |left: usize| Some(left.saturating_sub(windows.len()));
        let left = self
            .1
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        let left = left.unwrap_or(0);
        let mut sums = self.0.pool(windows, batch_tokens);
        for (index, lost) in sums.iter_mut().skip(left).enumerate() {
            let error = EncodeError::DeviceLost {
                problem: "card cuda:0 is lost: it fell off the bus".to_owned(),
                in_hand: left > 0 && index == 0,
            };
            *lost = Err(error.into());
        }
        sums
    }
}

/// What `work` makes of a pipeline whose encoder has `windows` windows before it breaks, and of workers.
fn with_pipeline<T>(windows: usize, work: impl FnOnce(&Pipeline<'_>, &Workers) -> T) -> T {
    let bundle = concat!(env!("CARGO_MANIFEST_DIR"), "/models/tomtat-small");
    let bundle = Bundle::open(Path::new(bundle)).expect("a bundle");
    let hidden_size = bundle.config().hidden_size;
    let encoder = Breaking(FakeEncoder { hidden_size }, AtomicUsize::new(windows));
    let model = Model {
        tokenizer: Box::new(bundle.tokenizer().clone()),
        encoder: Box::new(encoder),
        identity: ModelIdentity::default(),
    };
    let reader = Reader::new(model, PipelineOptions::default());
    let labels: Classifier = LabelSet::embedded().expect("labels").classifier;
    let pipeline = Pipeline::new(&reader, &labels).expect("labels of this model");
    let limits = Limits {
        time: Duration::from_mins(1),
        memory: 1 << 30,
    };
    let workers = Workers::new("no files are read".into(), Vec::new(), limits);
    work(&pipeline, &workers)
}

fn setup() -> Setup {
    let text = || "a".to_owned();
    Setup {
        settings: text(),
        model: text(),
        program: text(),
    }
}

/// Runs over `archive` in `folder` with an encoder that has `windows` windows before it breaks; gives the records too.
fn run(
    archive: &Path,
    folder: &Path,
    pace: Pace,
    windows: usize,
    redo: Redo,
) -> (Ending, Counts, Vec<Record>) {
    let mut state = State::open(folder, &setup(), redo).expect("a state");
    let sources = SourceOptions::default();
    let mut inputs = discover(&[archive.to_owned()], folder, &sources).expect("an archive");
    let mut progress = Progress::new(None);
    let ending = with_pipeline(windows, |pipeline, workers| {
        let mut run = Run {
            pipeline,
            workers,
            state: &mut state,
            interrupted: &AtomicBool::new(false),
            pace,
            inputs: &mut inputs,
            progress: &mut progress,
            observer: &mut Silent,
        };
        run.run()
    });
    let mut records = Vec::new();
    let read = state.results(|record, line| {
        let told = serde_json::to_string(record).expect("a record is JSON");
        assert_eq!(String::from_utf8_lossy(line), told + "\n");
        records.push(record.clone());
        Ok(())
    });
    read.expect("the state can be read");
    let ending = ending.expect("the state can be written");
    if ending == Ending::Finished {
        state.tidy().expect("the state can be written");
    }
    (ending, progress.counts, records)
}

#[derive(Debug)]
struct Silent;

impl Observer for Silent {
    fn record(&mut self, _: &Record) {}
    fn wave(&mut self, _: &Progress) {}
}

/// Interrupts a run once its first wave is stored.
#[derive(Debug)]
struct Interrupting<'a>(&'a AtomicBool);

impl Observer for Interrupting<'_> {
    fn record(&mut self, _: &Record) {}
    fn wave(&mut self, _: &Progress) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_run_that_is_interrupted_behind_its_last_wave_has_finished() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ending = |documents: usize, pace: Pace| {
        let line = |index: usize| format!("{{\"text\":\"Thôn {index} có 12 hộ.\"}}\n");
        let archive = folder.path().join("kho.jsonl");
        let lines = (0..documents).map(line).collect::<String>();
        fs::write(&archive, lines).expect("it is written");
        let mut state = State::open(folder.path(), &setup(), Redo::Everything).expect("a state");
        let inputs = discover(&[archive], folder.path(), &SourceOptions::default());
        let mut inputs = inputs.expect("an archive");
        let interrupted = AtomicBool::new(false);
        with_pipeline(usize::MAX, |pipeline, workers| {
            let mut run = Run {
                pipeline,
                workers,
                state: &mut state,
                interrupted: &interrupted,
                pace,
                inputs: &mut inputs,
                progress: &mut Progress::new(None),
                observer: &mut Interrupting(&interrupted),
            };
            run.run().expect("the state can be written")
        })
    };
    assert_eq!(ending(3, Pace::InTurn), Ending::Finished);
    assert_eq!(ending(3, Pace::Ahead), Ending::Finished);
    assert_eq!(ending(300, Pace::InTurn), Ending::Interrupted);
}

#[test]
fn a_survey_whose_card_is_lost_knows_of_no_time_and_says_why() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let archive = folder.path().join("kho.jsonl");
    let lines = "{\"id\":\"1\",\"text\":\"Thôn có 12 hộ.\"}\n";
    fs::write(&archive, lines).expect("it is written");
    let found = |windows: usize| {
        let sources = SourceOptions::default();
        let inputs = discover(std::slice::from_ref(&archive), Path::new(""), &sources);
        let mut inputs = inputs.expect("an archive");
        with_pipeline(windows, |pipeline, workers| {
            survey(pipeline, workers, &mut inputs, |_, _| {})
        })
    };
    let sound = found(usize::MAX);
    assert!(sound.estimate.is_some() && sound.lost.is_none());
    let broken = found(0);
    assert!(broken.estimate.is_none() && broken.readable == 1);
    let lost = broken.lost.expect("it was lost");
    assert_eq!(lost.problem, "card cuda:0 is lost: it fell off the bus");
}

/// A table of so many documents, in a folder of its own.
fn archive() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let archive = folder.path().join("kho.jsonl");
    let line =
        |index: usize| format!("{{\"id\":\"{index}\",\"text\":\"Thôn {index} có {index} hộ.\"}}\n");
    fs::write(&archive, (0..DOCUMENTS).map(line).collect::<String>()).expect("it is written");
    (folder, archive)
}

#[test]
fn a_document_that_no_process_could_read_is_tried_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("a.txt");
    fs::write(&file, "Thôn có 12 hộ.").expect("it is written");
    let output = folder.path().join("ra");
    fs::create_dir(&output).expect("it is made");
    for pace in [Pace::InTurn, Pace::Ahead] {
        let (_, counts, records) = run(&file, &output, pace, usize::MAX, Redo::Nothing);
        let error = records[0].error.as_ref().expect("no reader can be started");
        assert_eq!(error.code, Failure::NO_READER);
        assert_eq!((counts.reused, counts.failed), (0, 1), "{pace:?}");
    }
}

#[test]
fn a_copy_of_what_no_process_could_read_is_told_too_in_whichever_wave_it_stands() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let archive = folder.path().join("kho");
    fs::create_dir(&archive).expect("it is made");
    let long = "Thôn có 12 hộ. ".repeat(90_000);
    for (name, text) in [("00.txt", "Một."), ("01.txt", &*long), ("zz.txt", "Một.")] {
        fs::write(archive.join(name), text).expect("it is written");
    }
    for pace in [Pace::InTurn, Pace::Ahead] {
        let output = folder.path().join(format!("{pace:?}"));
        fs::create_dir(&output).expect("it is made");
        let (_, counts, records) = run(&archive, &output, pace, usize::MAX, Redo::Nothing);
        let codes = records.iter().map(|record| record.error.as_ref());
        let codes: Vec<_> = codes.map(|error| error.map(|error| &*error.code)).collect();
        assert_eq!(codes, [Some(Failure::NO_READER); 3], "{pace:?}");
        assert_eq!((counts.inputs, counts.reused, counts.failed), (3, 0, 3));
    }
}

/// A wave of these inputs, of which `finished` came to these records.
fn wave(inputs: &[(&str, &str)], finished: &[(&str, &Record)]) -> FinishedWave {
    let key = |content: &str| Key {
        content: content.to_owned(),
        form: Form::File,
    };
    let entry = |(path, content): &(&str, &str)| Entry::Document {
        id: (*path).to_owned(),
        path: (*path).to_owned(),
        key: key(content),
    };
    let document = |(content, record): &(&str, &Record)| {
        Finished::new(key(content), (*record).clone(), None, 0)
    };
    FinishedWave {
        entries: inputs.iter().map(entry).collect(),
        finished: finished.iter().map(document).collect(),
        bytes: 0,
        timings: Timings::default(),
    }
}

#[test]
fn later_waves_count_on_nothing_that_is_undone_until_one_of_them_does_it() {
    let undone = Err(Failure::new(Failure::NO_READER, "no process"));
    let records = with_pipeline(usize::MAX, |pipeline, _| {
        let contents = [undone, Ok(Content::Bytes("Thôn có 12 hộ.".into()))];
        let input = |content| Input {
            id: "a".to_owned(),
            source: Source::default(),
            content,
        };
        pipeline.process(contents.map(input).into())
    });
    let [failure, done] = &records[..] else {
        panic!("{records:?}");
    };
    let mut known = Undone::default();
    let mut waves = [
        wave(
            &[("a", "x"), ("b", "x"), ("c", "y")],
            &[("x", failure), ("y", done)],
        ),
        wave(&[("d", "x"), ("e", "y")], &[]),
        wave(&[("f", "x")], &[("x", done)]),
        wave(&[("g", "x")], &[]),
    ];
    let mut unread = Vec::new();
    for wave in &mut waves {
        wave.set_undone_aside(&mut known);
        for entry in &wave.entries {
            if let Entry::Unread(record) = entry {
                assert_eq!(record.id, record.source.path);
                unread.push(record.id.clone());
            }
        }
    }
    assert_eq!(unread, ["a", "b", "d"]);

    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut state = State::open(folder.path(), &setup(), Redo::Nothing).expect("a state");
    let stored = state.store(&[], &wave(&[("a", "x")], &[]).entries);
    assert!(matches!(stored, Err(StateError::Damaged(_))), "{stored:?}");
}

#[test]
fn a_survey_counts_copies_as_a_run_does() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let row = "{\"id\":\"1\",\"text\":\"Thôn có 12 hộ.\"}\n";
    fs::write(folder.path().join("a.jsonl"), row.repeat(2)).expect("it is written");
    // No process can read these here, neither one nor the other.
    for name in ["b.txt", "c.txt"] {
        fs::write(folder.path().join(name), "Thôn có 12 hộ.").expect("it is written");
    }
    let paths = [folder.path().to_owned()];
    let inputs = discover(&paths, Path::new("khong-co"), &SourceOptions::default());
    let mut inputs = inputs.expect("a folder");
    let found = with_pipeline(usize::MAX, |pipeline, workers| {
        survey(pipeline, workers, &mut inputs, |_, _| {})
    });
    assert_eq!((found.inputs, found.readable, found.copies), (4, 1, 1));
    assert_eq!(found.unreadable[Failure::NO_READER].count, 2);
}

#[test]
fn a_run_whose_card_is_lost_stores_no_failure_and_goes_on_where_it_was() {
    let (folder, archive) = archive();
    let output = |name: &str| {
        let output = folder.path().join(name);
        fs::create_dir(&output).expect("it is made");
        output
    };
    let (ending, _, whole) = run(
        &archive,
        &output("whole"),
        Pace::InTurn,
        usize::MAX,
        Redo::Nothing,
    );
    assert_eq!((ending, whole.len()), (Ending::Finished, DOCUMENTS));
    for (name, pace) in [("in turn", Pace::InTurn), ("ahead", Pace::Ahead)] {
        let output = output(name);
        let (ending, _, stored) = run(&archive, &output, pace, DOCUMENTS - 200, Redo::Nothing);
        let Ending::DeviceLost(lost) = ending else {
            panic!("{name}: {ending:?}");
        };
        assert_eq!(lost.problem, "card cuda:0 is lost: it fell off the bus");
        assert_eq!(lost.in_hand.len(), 1, "{name}: in whichever wave it was");
        // Which of two waves the card has first is chance, but not what is stored of them.
        assert!(stored.len() < DOCUMENTS, "{name}");
        assert!(
            pace == Pace::Ahead || stored.len() > 1000,
            "{}",
            stored.len()
        );
        assert_eq!(stored, whole[..stored.len()], "{name}");
        let (ending, counts, records) = run(&archive, &output, pace, usize::MAX, Redo::Nothing);
        assert_eq!(ending, Ending::Finished, "{name}");
        assert_eq!(
            counts.processed as usize,
            DOCUMENTS - stored.len(),
            "{name}"
        );
        assert_eq!(records, whole, "{name}");
    }
}

#[test]
fn a_second_run_that_does_not_end_takes_no_result_away_and_goes_on_if_forced() {
    let (folder, archive) = archive();
    let output = folder.path();
    let run = |windows, redo| run(&archive, output, Pace::InTurn, windows, redo);
    let (_, _, whole) = run(usize::MAX, Redo::Nothing);
    let (mut left, mut rounds) = (DOCUMENTS, 0);
    loop {
        let (ending, counts, records) = run(500, Redo::Everything);
        assert_eq!(records, whole);
        left -= counts.processed as usize;
        rounds += 1;
        if ending == Ending::Finished {
            break;
        }
        assert!((1..4).contains(&rounds) && left > 0, "{rounds}, {left}");
    }
    assert_eq!(left, 0);
    let (_, counts, _) = run(usize::MAX, Redo::Everything);
    assert_eq!(counts.processed as usize, DOCUMENTS, "from the start again");
}
