//! `tomtat scan`: what a run would meet, and how long it would take.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use super::archive;
use super::bar::Bar;
use super::exit::{DeviceLost, Exit};
use super::output::{self, Talk};
use super::session::{self, Session};
use crate::batch;
use crate::batch::progress::span;
use crate::batch::survey::{Survey, Unreadable, survey};
use crate::cli::Scan;
use crate::record::Failure;
use crate::render::one_line;

/// How many inputs are named for each reason why they cannot be read: more than a screen shows nobody reads.
const EXAMPLES: usize = 5;

pub(super) fn scan(arguments: &Scan, talk: Talk) -> Result<Exit> {
    let options = session::options(&arguments.documents);
    let sources = archive::source_options(&arguments.columns);
    let mut inputs = batch::discover(&arguments.paths, Path::new(""), &sources)?;
    let session = Session::open(arguments.documents.threads, &arguments.model, options)?;
    let pipeline = session.pipeline()?;
    let workers = archive::workers(arguments.limits, arguments.documents.text)?;

    let bar = Bar::new(inputs.total(), talk);
    let found = survey(&pipeline, &workers, &mut inputs, |survey, total| {
        bar.count_to(total);
        bar.advance_to(survey.inputs);
    });
    bar.finish();
    let mut out = output::stdout();
    if arguments.json {
        output::as_json(&found, &mut out)?;
    } else {
        write_text(&found, &mut out)?;
    }
    if let Some(lost) = found.lost {
        return Err(DeviceLost::of(lost).into());
    }
    let missing = found.unreadable.get(Failure::NOT_FOUND);
    let missing = missing.map_or(0, |unreadable| unreadable.count);
    Ok(if missing == found.inputs {
        Exit::NoInput
    } else {
        Exit::Done
    })
}

fn write_text(survey: &Survey, out: &mut impl Write) -> io::Result<()> {
    let Survey {
        inputs,
        readable,
        copies,
        bytes,
        tokens,
        ..
    } = survey;
    let megabytes = *bytes as f64 / f64::from(1 << 20);
    writeln!(out, "documents   {inputs}, {megabytes:.1} MiB")?;
    writeln!(out, "readable    {readable}, {tokens} tokens")?;
    writeln!(out, "copies      {copies}")?;
    writeln!(out, "formats     {}", listed(&survey.formats))?;
    writeln!(out, "encodings   {}", listed(&survey.encodings))?;
    for (code, reason) in &survey.unreadable {
        write_unreadable(code, reason, out)?;
    }
    match survey.estimate {
        Some(estimate) => writeln!(
            out,
            "a run takes about {}, at {} tokens a second",
            span(Duration::from_secs_f64(estimate.seconds)),
            estimate.tokens_per_second
        ),
        None if survey.lost.is_some() => Ok(()),
        None => writeln!(out, "there is nothing to process"),
    }
}

/// How many inputs cannot be read for one reason, and the first of them.
fn write_unreadable(code: &str, reason: &Unreadable, out: &mut impl Write) -> io::Result<()> {
    let Unreadable { count, examples } = reason;
    writeln!(out, "{code:<20}{count}")?;
    for (path, message) in examples.iter().take(EXAMPLES) {
        let (path, message) = (one_line(path), one_line(message));
        writeln!(out, "    {path}: {message}")?;
    }
    match examples.len().saturating_sub(EXAMPLES) {
        0 => Ok(()),
        more => writeln!(out, "    … and {more} more (--json names all)"),
    }
}

/// Names with their counts, the most frequent first.
fn listed(counts: &BTreeMap<String, u64>) -> String {
    let mut counts: Vec<_> = counts.iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let counts = counts
        .into_iter()
        .map(|(name, count)| format!("{name} {count}"));
    counts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_is_counted() {
        let said = |count: usize| {
            let examples = (0..count).map(|number| (format!("{number}.docx"), "damaged".into()));
            let reason = Unreadable {
                count: count as u64,
                examples: examples.collect(),
            };
            let mut out = Vec::new();
            write_unreadable("corrupt", &reason, &mut out).expect("in memory");
            String::from_utf8(out).expect("it is text")
        };
        assert!(said(12).ends_with("    4.docx: damaged\n    … and 7 more (--json names all)\n"));
        assert!(said(EXAMPLES).ends_with("    4.docx: damaged\n"));
    }
}
