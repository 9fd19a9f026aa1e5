//! Reading in a process of its own: what a document does to its reader, it does there.
//!
//! A worker is this program again. It gets a document's name and bytes on standard input, and answers with
//! what [`ingest::read`] makes of them. It is ended at the time limit, may hold only so much memory, and
//! if it crashes, that is one document's failure.

use std::ffi::OsString;
use std::io::{self, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::memory;
use crate::ingest::{self, RawDocument, ReadOptions};
use crate::pipeline::{Content, Input};
use crate::record::Failure;

/// After a document of this size, a worker is ended, and its memory with it.
const LARGE_BYTES: usize = 8 << 20;

/// No pause of the whole program, as by Ctrl-Z, a scheduler or a lid that is closed, counts for more than this.
const SLICE: Duration = Duration::from_millis(100);

/// The code where a worker came to an end of its own.
const CRASHED: &str = "reader_crashed";

/// `CREATE_NEW_PROCESS_GROUP` of Windows.
#[cfg(windows)]
const OWN_GROUP: u32 = 0x200;

/// `SIGHUP`, `SIGINT`, `SIGKILL` and `SIGTERM`, by the numbers that POSIX gives them.
#[cfg(unix)]
const ENDING: [i32; 4] = [1, 2, 9, 15];

/// What a worker may do with one document.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long it may read.
    pub time: Duration,
    /// How much memory it may use, in bytes.
    pub memory: u64,
}

/// Workers that are started as they are needed and kept for the next document.
#[derive(Debug)]
pub struct Workers {
    program: PathBuf,
    arguments: Vec<OsString>,
    limits: Limits,
    idle: Mutex<Vec<Worker>>,
}

/// A running worker.
#[derive(Debug)]
struct Worker {
    child: Child,
    stdin: ChildStdin,
    replies: Receiver<Vec<u8>>,
}

impl Worker {
    /// How the process ended that has stopped answering.
    fn end(&mut self) -> Option<ExitStatus> {
        // What still runs has left its place by a word that is no answer, and would be waited for without end.
        let _ = self.child.kill();
        self.child.wait().ok()
    }
}

impl Workers {
    /// Workers that are `program` with `arguments`, which must lead it to [`serve`].
    pub fn new(program: PathBuf, arguments: Vec<OsString>, limits: Limits) -> Self {
        Self {
            program,
            arguments,
            limits,
            idle: Mutex::default(),
        }
    }

    /// Reads one document in a worker. Any number of threads may do so at a time.
    ///
    /// # Errors
    ///
    /// As [`ingest::read`]; `timeout` and `reader_crashed` where the worker came to an end, [`Failure::NO_READER`] where
    /// none could be started, or others ended it.
    pub fn read(&self, path: &str, bytes: &[u8]) -> Result<RawDocument, Failure> {
        // A worker that was kept may have died since, which is no document's fault.
        let kept = self.idle().pop();
        if let Some(worker) = kept
            && let Ok(read) = self.read_in(worker, path, bytes)
        {
            return read;
        }
        let worker = self.start().map_err(|error| not_started(&error))?;
        self.read_in(worker, path, bytes)
            .unwrap_or_else(|status| Err(self.crashed(status)))
    }

    /// The input with its file read, and the milliseconds that this took; what a table gave is read already.
    pub(super) fn read_input(&self, mut input: Input) -> (Input, u64) {
        let started = Instant::now();
        if let Ok(Content::Bytes(bytes)) = &input.content {
            let document = self.read(&input.source.path, bytes);
            input.content = document.map(|document| Content::Read(Box::new(document)));
        }
        (input, started.elapsed().as_millis() as u64)
    }

    /// What a worker makes of a document; how it ended where it came to an end of its own.
    fn read_in(
        &self,
        mut worker: Worker,
        path: &str,
        bytes: &[u8],
    ) -> Result<Result<RawDocument, Failure>, Option<ExitStatus>> {
        // A worker that dies while it is written to has a status that says more than the broken pipe.
        let sent = worker.send(path, bytes);
        if let Err(error) = sent {
            tracing::debug!("{path}: {error}");
        }
        let wait = |time| worker.replies.recv_timeout(time);
        match in_slices(self.limits.time, wait) {
            Ok(reply) => {
                let read = serde_json::from_slice(&reply);
                if read.is_ok() && bytes.len() < LARGE_BYTES {
                    self.idle().push(worker);
                }
                Ok(read.unwrap_or_else(|error| Err(broken(&error))))
            }
            Err(RecvTimeoutError::Timeout) => Ok(Err(self.too_slow())),
            Err(RecvTimeoutError::Disconnected) => Err(worker.end()),
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Worker>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&self) -> io::Result<Worker> {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        // Ctrl-C at a terminal is for the run, which finishes its batch with the help of its workers.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        #[cfg(windows)]
        std::os::windows::process::CommandExt::creation_flags(&mut command, OWN_GROUP);
        let mut child = command.spawn()?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let (sender, replies) = channel();
        let worker = Worker {
            child,
            stdin,
            replies,
        };
        thread::Builder::new().spawn(move || {
            let mut stdout = BufReader::new(stdout);
            while let Ok(reply) = read_frame(&mut stdout) {
                if sender.send(reply).is_err() {
                    return;
                }
            }
        })?;
        Ok(worker)
    }

    fn too_slow(&self) -> Failure {
        let seconds = self.limits.time.as_secs_f64();
        let message = format!(
            "reading it took more than {seconds} s; try again with a greater --document-timeout and \
             --retry-failed"
        );
        Failure::passing("timeout", &message)
    }

    fn crashed(&self, status: Option<ExitStatus>) -> Failure {
        if let Some(status) = status
            && is_from_outside(status)
        {
            return ended_from_outside(status);
        }
        let how = status.map_or_else(|| "unknown".to_owned(), |status| status.to_string());
        let megabytes = self.limits.memory >> 20;
        let message = format!(
            "its reader ended abnormally ({how}): it nests too deep, or needs more than {megabytes} MiB; \
             try again with a greater --document-memory and --retry-failed"
        );
        Failure::new(CRASHED, &message)
    }
}

impl Worker {
    fn send(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        write_frame(&mut self.stdin, path.as_bytes())?;
        write_frame(&mut self.stdin, bytes)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may be at work on what took too long; that it is gone already is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits for `time` in all, slice by slice. Slices are counted and not measured: the clock goes on while the program is paused.
fn in_slices<T>(
    time: Duration,
    wait: impl Fn(Duration) -> Result<T, RecvTimeoutError>,
) -> Result<T, RecvTimeoutError> {
    let mut left = time;
    loop {
        let slice = left.min(SLICE);
        left -= slice;
        match wait(slice) {
            Err(RecvTimeoutError::Timeout) if !left.is_zero() => {}
            end => return end,
        }
    }
}

fn not_started(error: &io::Error) -> Failure {
    let message = format!("no process to read it in: {error}; the next run tries again");
    Failure::passing(Failure::NO_READER, &message)
}

fn ended_from_outside(status: ExitStatus) -> Failure {
    let message = format!(
        "its reader was ended from outside ({status}), as by a system that is short of memory; the next run tries again"
    );
    Failure::passing(Failure::NO_READER, &message)
}

/// Whether a process was ended by what people, schedulers and systems short of memory send, and no document can bring about:
/// what exceeds a worker's own limit of memory aborts it.
#[cfg(unix)]
fn is_from_outside(status: ExitStatus) -> bool {
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    signal.is_some_and(|signal| ENDING.contains(&signal))
}

/// Nowhere else does a process tell who ended it.
#[cfg(not(unix))]
fn is_from_outside(_: ExitStatus) -> bool {
    false
}

fn broken(error: &serde_json::Error) -> Failure {
    Failure::new(CRASHED, &format!("its reader answered nonsense: {error}"))
}

/// The worker's side: reads documents from `input` until it ends, and answers each on `output`.
///
/// Ends the process when `input` ends in the middle of a document: whoever asked is gone.
///
/// # Errors
///
/// If the answer cannot be written, or the limit of memory cannot be set.
pub fn serve(
    input: impl Read + Send + 'static,
    mut output: impl Write,
    memory: u64,
    options: &ReadOptions,
) -> io::Result<()> {
    memory::limit(memory)?;
    let (sender, requests) = channel();
    thread::spawn(move || {
        let mut input = BufReader::new(input);
        while let (Ok(path), Ok(bytes)) = (read_frame(&mut input), read_frame(&mut input)) {
            if sender.send((path, bytes)).is_err() {
                return;
            }
        }
        #[expect(clippy::exit, reason = "a reader in an endless loop has no other end")]
        std::process::exit(0);
    });
    for (path, bytes) in requests {
        write_frame(&mut output, &answer(&path, &bytes, options)?)?;
    }
    Ok(())
}

fn answer(path: &[u8], bytes: &[u8], options: &ReadOptions) -> serde_json::Result<Vec<u8>> {
    let path = String::from_utf8_lossy(path);
    let read = ingest::read(bytes, Some(&path), options).map_err(Failure::from);
    serde_json::to_vec(&read)
}

fn write_frame(output: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    output.write_all(&(bytes.len() as u64).to_le_bytes())?;
    output.write_all(bytes)?;
    output.flush()
}

fn read_frame(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 8];
    input.read_exact(&mut length)?;
    let length = u64::from_le_bytes(length);
    // Whoever writes into the pipe may mean no length: what does not come is not made room for.
    let mut bytes = Vec::new();
    let count = input.take(length).read_to_end(&mut bytes)?;
    if (count as u64) < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes)
}

#[cfg(all(test, unix))]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn workers(script: &str) -> Workers {
        let arguments = ["-c", script].map(OsString::from).to_vec();
        let limits = Limits {
            time: Duration::from_millis(200),
            memory: 1 << 30,
        };
        Workers::new(PathBuf::from("sh"), arguments, limits)
    }

    fn code(workers: &Workers) -> String {
        let read = workers.read("a.txt", b"Xong.");
        read.expect_err("it is no reader").code
    }

    #[test]
    fn a_reader_that_hangs_crashes_or_babbles_is_a_failure_of_its_document() {
        assert_eq!(code(&workers("exec sleep 60")), "timeout");
        assert_eq!(code(&workers("kill -ABRT $$")), "reader_crashed");
        assert_eq!(code(&workers("exec cat")), "reader_crashed");
        let warns = "echo Warning: no such font; exec sleep 60";
        assert_eq!(code(&workers(warns)), "timeout", "no length is meant");
        let nowhere = Workers::new(PathBuf::from("/khong/co"), Vec::new(), workers("").limits);
        assert_eq!(code(&nowhere), Failure::NO_READER);
    }

    #[test]
    fn a_reader_that_others_end_is_no_fault_of_its_document() {
        for signal in ["TERM", "INT", "HUP", "KILL"] {
            let read = workers(&format!("kill -{signal} $$; sleep 60")).read("a.txt", b"Xong.");
            let failure = read.expect_err("it is no reader");
            assert_eq!(failure.code, Failure::NO_READER, "{signal}");
            assert!(failure.retryable, "{signal}");
        }
    }

    #[test]
    fn a_pause_of_the_program_counts_as_a_moment() {
        let clock = Cell::new(Duration::ZERO);
        let answers_at = |seconds: u64| {
            clock.set(Duration::ZERO);
            let pause = Duration::from_mins(1);
            in_slices(Duration::from_secs(4), |slice| {
                let is_paused = clock.get() == Duration::ZERO;
                clock.update(|time| time + if is_paused { pause } else { slice });
                let is_there = clock.get() >= pause + Duration::from_secs(seconds);
                is_there.then_some(()).ok_or(RecvTimeoutError::Timeout)
            })
        };
        assert_eq!(answers_at(3), Ok(()));
        assert_eq!(answers_at(5), Err(RecvTimeoutError::Timeout));
        let gone = in_slices(SLICE, |_| Err::<(), _>(RecvTimeoutError::Disconnected));
        assert_eq!(gone, Err(RecvTimeoutError::Disconnected));
    }

    #[test]
    fn a_kept_worker_that_died_is_no_fault_of_the_next_document() {
        let reply: Result<RawDocument, Failure> = Err(Failure::new("empty_document", ""));
        let reply = serde_json::to_string(&reply).expect("JSON");
        let length = reply.len();
        let script = format!("printf '\\{length:03o}\\0\\0\\0\\0\\0\\0\\0%s' '{reply}'");
        let mut workers = workers(&script);
        workers.limits.time = Duration::from_mins(1);
        for _ in 0..3 {
            assert_eq!(code(&workers), "empty_document", "each worker answers once");
        }
    }

    #[test]
    fn a_document_goes_through_the_pipe_and_comes_back_as_it_was_read() {
        let mut requests = Vec::new();
        for bytes in ["Đã hoàn thành.".as_bytes(), b""] {
            write_frame(&mut requests, b"a.txt").expect("in memory");
            write_frame(&mut requests, bytes).expect("in memory");
        }
        let mut requests = requests.as_slice();
        let mut answers = Vec::new();
        while !requests.is_empty() {
            let path = read_frame(&mut requests).expect("a name");
            let bytes = read_frame(&mut requests).expect("a document");
            answers.push(answer(&path, &bytes, &ReadOptions::default()).expect("JSON"));
        }
        let options = ReadOptions::default();
        let expected = ingest::read("Đã hoàn thành.".as_bytes(), Some("a.txt"), &options);
        let first: Result<RawDocument, Failure> =
            serde_json::from_slice(&answers[0]).expect("JSON");
        assert_eq!(first.ok(), expected.ok());
        let second: Result<RawDocument, Failure> =
            serde_json::from_slice(&answers[1]).expect("JSON");
        assert_eq!(second.expect_err("it is empty").code, "empty_document");
        assert!(
            read_frame(&mut [9, 0, 0, 0, 0, 0, 0, 0, 1].as_slice()).is_err(),
            "cut off"
        );
    }
}
