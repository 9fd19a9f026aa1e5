//! Writes the words of every line of standard input, as heads and rankers count them, with spaces in between.

use std::io::{self, BufRead, Write};

use tomtat::segment;

fn main() -> io::Result<()> {
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let words: Vec<String> = segment::words(&line?).collect();
        writeln!(output, "{}", words.join(" "))?;
    }
    Ok(())
}
