//! The program as people run it: the binary on real files, good and bad.

mod bad_input;
mod cli;
mod hostile;
mod pipe;
mod resume;
mod support;
mod train;
