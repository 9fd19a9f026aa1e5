//! What README.md shows is what the program prints.

use std::fs;

use crate::support::{stderr, stdout, tomtat};

#[test]
fn the_readme_shows_what_the_program_prints() {
    let readme = fs::read_to_string("README.md").expect("it is there");
    let (_, shown) = readme
        .split_once("```console\n$ tomtat ")
        .expect("a command is shown");
    let (shown, _) = shown.split_once("```").expect("the block ends");
    let (command, shown) = shown.split_once('\n').expect("its output is shown");
    let arguments: Vec<&str> = command.split(' ').collect();
    let output = tomtat(&arguments).output().expect("the program starts");
    assert!(output.status.success(), "{}", stderr(&output));
    // There lines are broken as a terminal's width asks for; off a terminal they are not.
    assert_eq!(folded(&stdout(&output)), folded(shown));
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
