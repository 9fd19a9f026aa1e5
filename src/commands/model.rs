//! `tomtat model`.

use std::io::Write;

use anyhow::{Result, bail};

use super::exit::Exit;
use super::output;
use super::session;
use crate::cli::{ModelChoice, ModelCommand};
use crate::model::hub::{self, Network};
use crate::model::{Bundle, FileHash, ModelFiles, TransformerFiles};

pub(super) fn model(command: &ModelCommand) -> Result<Exit> {
    match command {
        ModelCommand::Info(choice) => info(choice),
        ModelCommand::Pull(choice) => pull(choice),
        ModelCommand::Verify(choice) => verify(choice),
    }
}

fn info(choice: &ModelChoice) -> Result<Exit> {
    match session::files(choice, Network::WhereNeeded)? {
        ModelFiles::Bundle(bundle) => describe_bundle(choice, &bundle)?,
        ModelFiles::Transformer(files) => describe_transformer(&files)?,
    }
    Ok(Exit::Done)
}

fn describe_bundle(choice: &ModelChoice, bundle: &Bundle) -> Result<()> {
    let config = bundle.config();
    let mut output = output::stdout();
    writeln!(output, "name        {}", bundle.name())?;
    writeln!(output, "where       {}", origin(choice))?;
    writeln!(output, "licence     {}", bundle.license())?;
    writeln!(output, "layers      {}", config.num_hidden_layers)?;
    writeln!(output, "hidden size {}", config.hidden_size)?;
    writeln!(output, "vocabulary  {} pieces", config.vocab_size)?;
    writeln!(
        output,
        "window      {} tokens",
        config.max_position_embeddings
    )?;
    if let Some(labels) = session::label_set(choice)? {
        let labels = labels.classifier.labels().iter();
        let names: Vec<&str> = labels.map(|label| label.name.as_str()).collect();
        writeln!(output, "labels      {}", names.join(", "))?;
    }
    writeln!(output, "sha256      {}", bundle.sha256())?;
    list(&bundle.hashes())
}

/// Where a bundle was found, in words.
fn origin(choice: &ModelChoice) -> String {
    let beside_labels = choice
        .labels
        .as_ref()
        .filter(|_| session::labels_bring_model(choice));
    match (&choice.model, beside_labels) {
        (Some(name), _) => name.clone(),
        (None, Some(folder)) => folder.display().to_string(),
        (None, None) => "inside the program".to_owned(),
    }
}

fn describe_transformer(files: &TransformerFiles) -> Result<()> {
    let mut output = output::stdout();
    writeln!(output, "name        {}", files.name())?;
    writeln!(output, "sha256      {}", files.sha256())?;
    list(&files.hashes())
}

fn list(files: &[FileHash]) -> Result<()> {
    let mut output = output::stdout();
    for file in files {
        writeln!(
            output,
            "  {}  {:>9} bytes  {}",
            file.sha256, file.bytes, file.name
        )?;
    }
    Ok(())
}

fn pull(choice: &ModelChoice) -> Result<Exit> {
    let Some(name) = &choice.model else {
        bail!("the bundled model is inside the program; name another with --model");
    };
    let files = session::files(choice, Network::Refresh)?;
    let kind = match files {
        ModelFiles::Bundle(_) => "a bundle in a folder, nothing to fetch",
        ModelFiles::Transformer(_) => "ready to use, also with --offline",
    };
    writeln!(output::stdout(), "{name}: {kind}")?;
    Ok(Exit::Done)
}

fn verify(choice: &ModelChoice) -> Result<Exit> {
    let checked = match session::files(choice, Network::Off)? {
        ModelFiles::Bundle(bundle) => bundle.verify().map(|files| files.len()),
        ModelFiles::Transformer(files) => hub::verify(files.folder()),
    };
    match checked {
        Ok(count) => {
            writeln!(output::stdout(), "{count} files are what they should be")?;
            Ok(Exit::Done)
        }
        Err(error) if error.is_mismatch() => {
            writeln!(output::stdout(), "{error}")?;
            Ok(Exit::Negative)
        }
        Err(error) => Err(session::unavailable(error)),
    }
}
