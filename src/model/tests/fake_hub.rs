//! A hub on this machine that knows one model and remembers what it was asked.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

pub(super) const NAME: &str = "test/tiny";
pub(super) const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// What the hub has, and how it behaves.
#[derive(Clone, Debug)]
pub(super) struct Contents {
    /// Files by name: their name in the cache (etag) and their bytes.
    pub(super) files: BTreeMap<&'static str, (String, Vec<u8>)>,
    /// Revisions that it knows.
    pub(super) revisions: Vec<&'static str>,
    /// The status of every answer, if it is not to behave.
    pub(super) status: Option<u16>,
    /// How many bytes come of a file before the line goes dead, if it does.
    pub(super) cut: Option<usize>,
}

/// A running server; it ends with the process.
pub(super) struct FakeHub {
    pub(super) endpoint: String,
    contents: Arc<Mutex<Contents>>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl FakeHub {
    pub(super) fn start(contents: Contents) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("it is bound"));
        let (contents, requests) = (Arc::new(Mutex::new(contents)), Arc::default());
        let hub = Self {
            endpoint,
            contents: Arc::clone(&contents),
            requests: Arc::clone(&requests),
        };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that hangs up is none of the server's business.
                let _ = serve(stream, &contents, &requests);
            }
        });
        hub
    }

    /// The requests so far, as `PATH RANGE`, and forgets them.
    pub(super) fn take_requests(&self) -> Vec<String> {
        std::mem::take(&mut *self.requests.lock().expect("no test panics inside"))
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Contents)) {
        change(&mut self.contents.lock().expect("no test panics inside"));
    }
}

/// Answers one request and closes the connection.
fn serve(
    mut stream: TcpStream,
    contents: &Mutex<Contents>,
    requests: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut range = None;
    for line in lines {
        let line = line?;
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("range: bytes=") {
            range = Some(value.to_owned());
        }
    }
    let shown = range.as_deref().unwrap_or("-");
    requests
        .lock()
        .expect("no test panics inside")
        .push(format!("{path} {shown}"));
    let contents = contents.lock().expect("no test panics inside").clone();
    stream.write_all(&answer(&contents, &path, range.as_deref()))
}

fn answer(contents: &Contents, path: &str, range: Option<&str>) -> Vec<u8> {
    if let Some(status) = contents.status {
        return respond(status, "", b"");
    }
    if let Some(revision) = path.strip_prefix(&format!("/api/models/{NAME}/revision/")) {
        if !contents.revisions.contains(&revision) {
            return respond(404, "", b"");
        }
        let names: Vec<_> = contents
            .files
            .keys()
            .map(|name| serde_json::json!({"rfilename": name}))
            .collect();
        return respond(
            200,
            "",
            serde_json::json!({"sha": COMMIT, "siblings": names})
                .to_string()
                .as_bytes(),
        );
    }
    let file = path.strip_prefix(&format!("/{NAME}/resolve/{COMMIT}/"));
    let Some((etag, bytes)) = file.and_then(|file| contents.files.get(file)) else {
        return respond(404, "", b"");
    };
    let (first, last) = range
        .and_then(|range| range.split_once('-'))
        .unwrap_or(("0", ""));
    let first: usize = first.parse().expect("clients send numbers");
    let end = last
        .parse()
        .map_or(bytes.len(), |last: usize| (last + 1).min(bytes.len()));
    let headers = format!(
        "etag: \"{etag}\"\r\nx-repo-commit: {COMMIT}\r\ncontent-range: bytes {first}-{}/{}\r\n",
        end.saturating_sub(1),
        bytes.len()
    );
    let mut answer = respond(206, &headers, &bytes[first..end]);
    if let Some(cut) = contents.cut {
        let body = answer.len() - (end - first);
        answer.truncate(body + cut);
    }
    answer
}

fn respond(status: u16, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} -\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}
