//! Why a document was not read, and which devices were lost over it.

use std::io;

use serde::{Deserialize, Serialize};

use super::Record;

const DIRECTORY: &str = "it is a directory; `tomtat run`, `scan` and `extract` take directories";

/// Why a document failed, or what of it is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// A stable name for scripts.
    pub code: String,
    /// For people.
    pub message: String,
    /// Whether the same document may succeed another time.
    pub retryable: bool,
}

impl Failure {
    /// The code where the device was lost on which the transformer ran: the document is not to blame, and neither it nor
    /// any after it can be encoded any more.
    pub const DEVICE_LOST: &str = "device_lost";

    /// The same where the device had the document in hand when it was lost, so that the document may be to blame.
    pub const DEVICE_LOST_IN_HAND: &str = "device_lost_in_hand";

    /// The code where nothing stands at a path.
    pub const NOT_FOUND: &str = "not_found";

    /// The code where the machine had no process to read the document in, or ended it, so that it is not done at all.
    pub const NO_READER: &str = "no_reader";

    /// A failure that another time would end alike.
    pub fn new(code: &str, message: &str) -> Self {
        Self {
            code: code.to_owned(),
            message: message.to_owned(),
            retryable: false,
        }
    }

    /// A failure that another time may end otherwise.
    pub fn passing(code: &str, message: &str) -> Self {
        Self {
            retryable: true,
            ..Self::new(code, message)
        }
    }

    /// A file that the operating system does not give.
    pub fn reading(error: &io::Error) -> Self {
        match error.kind() {
            _ if is_absence(error) => Self::new(Self::NOT_FOUND, "no such file"),
            io::ErrorKind::PermissionDenied => {
                Self::new("permission_denied", "no permission to read it")
            }
            io::ErrorKind::IsADirectory => Self::new("is_a_directory", DIRECTORY),
            _ => Self::passing("io_error", &error.to_string()),
        }
    }
}

/// Whether nothing stands where something was to be read. On Windows that is also where no drive or share is, or none can be by
/// such a name (<https://learn.microsoft.com/windows/win32/debug/system-error-codes>: not ready, no network path, device or name
/// any more, no time, no such name, no connection, no network, no logon).
pub fn is_absence(error: &io::Error) -> bool {
    const OF_WINDOWS: [i32; 10] = [21, 53, 55, 64, 67, 121, 123, 1201, 1231, 1326];
    let is_of_windows = |code| OF_WINDOWS.contains(&code);
    error.kind() == io::ErrorKind::NotFound
        || (cfg!(windows) && error.raw_os_error().is_some_and(is_of_windows))
}

/// Devices that were lost, as the records of the documents tell that needed them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LostDevice {
    /// Which they were, and why.
    pub problem: String,
    /// The documents that they had in hand when they were lost, by id and path.
    pub in_hand: Vec<(String, String)>,
}

impl LostDevice {
    /// What some records tell; nothing where none failed for a lost device.
    pub fn told_by<'a>(records: impl IntoIterator<Item = &'a Record>) -> Option<Self> {
        let mut told: Option<Self> = None;
        for record in records {
            let Some(problem) = record.lost_device() else {
                continue;
            };
            let lost = told.get_or_insert_with(|| Self {
                problem: problem.to_owned(),
                in_hand: Vec::new(),
            });
            let code = record.error.as_ref().map(|error| error.code.as_str());
            if code == Some(Failure::DEVICE_LOST_IN_HAND) {
                let document = (record.id.clone(), record.source.path.clone());
                lost.in_hand.push(document);
            }
        }
        told
    }
}
