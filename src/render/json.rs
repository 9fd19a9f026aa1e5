//! JSON, one object a line or an indented array.

use std::io::{self, Write};

use crate::record::Record;

pub(super) fn write_line(record: &Record, output: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *output, record)?;
    output.write_all(b"\n")
}

pub(super) fn write_indented(record: &Record, output: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *output, record)?;
    Ok(())
}
