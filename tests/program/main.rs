//! The program as people run it: the binary on real files, good and bad.

mod archive;
mod bad_input;
mod browser;
mod cli;
mod digest;
mod export;
mod hostile;
mod messages;
mod pipe;
mod readme;
mod resume;
mod support;
mod train;
mod train_joint;
mod train_output;
mod verify;
mod webdriver;
