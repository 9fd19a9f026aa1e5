//! `tomtat verify`.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use anyhow::Result;
use serde_json::json;

use super::exit::Exit;
use super::output;
use crate::cli::{ReportFormat, Verify};
use crate::record::Record;
use crate::render::one_line;
use crate::results::{self, Results, ResultsError};
use crate::sources::{Missing, Sources};
use crate::verify::{self, Finding, Totals};

pub(super) fn verify(arguments: &Verify) -> Result<Exit> {
    let mut stream = BufWriter::new(output::stdout());
    let mut totals = Totals::default();
    let mut findings = Vec::new();
    let mut altered = Vec::new();
    let mut missing = Missing::default();
    for path in &arguments.results {
        let records = Results::open(path)?;
        let is_altered = results::are_altered(path)?;
        if is_altered {
            altered.push(path.clone());
        }
        let records = up_to_the_cut(records, is_altered);
        let mut sources = Sources::new(&arguments.sources.folder, path);
        totals += verify::verify(records, &mut sources, |finding| -> Result<()> {
            match arguments.format {
                ReportFormat::Text => write_text(&finding, &mut stream)?,
                ReportFormat::Json => findings.push(finding),
            }
            Ok(())
        })?;
        missing += sources.missing();
    }
    match arguments.format {
        ReportFormat::Text => write_totals(totals, &mut stream)?,
        ReportFormat::Json => {
            let report = json!({ "totals": totals, "failed": findings });
            output::as_json(&report, &mut stream)?;
        }
    }
    stream.flush()?;
    if totals.documents == 0 {
        let paths = output::listed(&arguments.results);
        output::line(&format!("{paths}: there are no results"));
    }
    tell_of_missing(missing, totals);
    output::warn_of_altered(&altered);
    Ok(exit(totals, &altered))
}

/// How the command ends, where the results in `altered` are not as they were written.
fn exit(totals: Totals, altered: &[PathBuf]) -> Exit {
    match totals {
        Totals { documents: 0, .. } if altered.is_empty() => Exit::NoInput,
        Totals { failed: 0, .. } if altered.is_empty() => Exit::Done,
        Totals { .. } => Exit::Negative,
    }
}

/// Says where most sources are not found, and what may help. One that is gone is gone; where most are, they are looked for in
/// the wrong place.
fn tell_of_missing(missing: Missing, totals: Totals) {
    let not_found = missing.relative + missing.absolute;
    if let Some(remedy) = output::remedy(missing)
        && not_found * 2 > totals.documents - totals.unread
    {
        let documents = output::counted(totals.documents as u64, "document");
        output::line(&format!(
            "not found where they are looked for: {not_found} of {documents}; {remedy}"
        ));
    }
}

/// The records up to the first line that is no JSON, which is told, where it is known that the results are not as they were
/// written.
fn up_to_the_cut(
    records: Results,
    is_altered: bool,
) -> impl Iterator<Item = Result<Record, ResultsError>> {
    records.map_while(move |record| {
        if is_altered
            && let Err(error) = &record
            && is_of_cut(error)
        {
            output::line(&format!("tomtat: {error}; the rest was not verified"));
            return None;
        }
        Some(record)
    })
}

fn is_of_cut(error: &ResultsError) -> bool {
    matches!(error, ResultsError::Line { error, .. } if !error.is_data())
}

fn write_text(finding: &Finding, stream: &mut impl Write) -> io::Result<()> {
    let place = output::place(&finding.id, &finding.path);
    for problem in &finding.problems {
        let problem = one_line(&problem.to_string());
        writeln!(stream, "{place}: {problem}")?;
    }
    let (proven, quotations) = (finding.proven, finding.quotations);
    if proven < quotations {
        writeln!(
            stream,
            "{place}: {proven} of {quotations} quotations proven"
        )?;
    }
    Ok(())
}

fn write_totals(totals: Totals, stream: &mut impl Write) -> io::Result<()> {
    let Totals {
        documents,
        unread,
        copies,
        failed,
        quotations,
        proven,
    } = totals;
    let read = documents - unread;
    writeln!(
        stream,
        "{proven} of {} proven; {} of {} hold, {failed} do not",
        output::counted(quotations as u64, "quotation"),
        read - failed,
        output::counted(read as u64, "document"),
    )?;
    if copies > 0 {
        let copies = output::counted(copies as u64, "document");
        writeln!(
            stream,
            "of {copies}, copies of others, only the bytes are checked"
        )?;
    }
    if unread > 0 {
        let unread = output::counted(unread as u64, "document");
        writeln!(stream, "not read by the run: {unread}; nothing to prove")?;
    }
    Ok(())
}
