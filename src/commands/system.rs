//! What the system says where nothing can be written, in words that say what to do.

use std::io;

/// Why nothing can be written at a place, with what to do where another place is what helps.
pub(super) fn telling(error: io::Error) -> io::Error {
    let what = match error.kind() {
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
            "a file stands where a folder is to be; name another place for the output"
        }
        // Windows says the same of a file that a program holds open.
        _ if is_held(&error) => {
            "no permission to write there, or a program such as Excel has the file open; close it, or name another place for \
             the output"
        }
        io::ErrorKind::PermissionDenied => {
            "no permission to write there; name another place for the output"
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            "what is there can only be read; name another place for the output"
        }
        _ => return error,
    };
    io::Error::new(error.kind(), what)
}

/// Whether Windows refuses to write what a program may hold open: no access, shared by nobody, locked, mapped.
pub(super) fn is_held(error: &io::Error) -> bool {
    let is_of_windows = |code| matches!(code, 32 | 33 | 1224);
    cfg!(windows)
        && (error.kind() == io::ErrorKind::PermissionDenied
            || error.raw_os_error().is_some_and(is_of_windows))
}

/// What the system says of writing, in our words where the disk is full: it does not say what to do.
pub(super) fn said(error: &io::Error) -> String {
    if is_of_full_disk(error) && error.get_ref().is_none() {
        return "the disk is full: make room and run the same command again".to_owned();
    }
    error.to_string()
}

/// Whether there is no more room where something was written.
pub(super) fn is_of_full_disk(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::files::make_folder;

    #[test]
    fn a_file_in_the_place_of_a_folder_is_told_with_what_to_do() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("hn.docx");
        fs::write(&file, "").expect("the folder is writable");
        for place in [file.clone(), file.join("ra")] {
            let error = make_folder(&place).expect_err("a file is there");
            let error = format!("{error:#}");
            assert!(
                error.ends_with("name another place for the output"),
                "{error}"
            );
            assert!(!error.contains("os error"), "{error}");
        }
    }
}
