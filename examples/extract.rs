//! Writes what ingest sees of files into a folder, one `.txt` each: paragraphs by blank lines.
//!
//! usage: extract OUT FILE…

use std::path::Path;

use anyhow::{Context, Result};
use tomtat::ingest::{self, ReadOptions};

fn main() -> Result<()> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    let mut arguments = std::env::args_os().skip(1);
    let out = arguments.next().context("usage: extract OUT FILE…")?;
    let out = Path::new(&out);
    std::fs::create_dir_all(out)?;
    for file in arguments {
        let file = Path::new(&file);
        let bytes = std::fs::read(file).with_context(|| file.display().to_string())?;
        let stem = file.file_stem().context("a file has a name")?;
        let text = match ingest::read(&bytes, None, &ReadOptions::default()) {
            Ok(document) => {
                let texts = document
                    .paragraphs
                    .iter()
                    .map(|paragraph| paragraph.text.as_str());
                texts.collect::<Vec<_>>().join("\n\n") + "\n"
            }
            Err(error) => {
                tracing::warn!(file = %file.display(), %error);
                continue;
            }
        };
        std::fs::write(out.join(format!("{}.txt", stem.to_string_lossy())), text)?;
    }
    Ok(())
}
