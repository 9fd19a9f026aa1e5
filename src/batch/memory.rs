//! How much memory may this process take? A limit that it sets itself, before it reads what strangers wrote.

use std::io;

/// Bounds what this process may take from now on; what exceeds it fails, which ends the process.
///
/// # Errors
///
/// What the system says where it does not take the limit.
#[cfg(unix)]
pub(super) fn limit(bytes: u64) -> io::Result<()> {
    use rlimit::Resource;
    // What a process may write to on Linux; elsewhere that does not bound what it maps, but its addresses do.
    let memory = if cfg!(target_os = "linux") {
        Resource::DATA
    } else {
        Resource::AS
    };
    let (_, most) = memory.get()?;
    memory.set(bytes.min(most), most)?;
    // A crash is expected here, and its image of no use.
    Resource::CORE.set(0, 0)
}

/// Bounds what this process may commit from now on, through a job object that it alone is in
/// (<https://learn.microsoft.com/windows/win32/procthread/job-objects>); what exceeds it fails, which ends the process.
///
/// # Errors
///
/// What the system says where it does not take the limit.
#[cfg(windows)]
#[expect(unsafe_code, reason = "calls of the system")]
pub(super) fn limit(bytes: u64) -> io::Result<()> {
    use std::ptr;

    use windows_sys::Win32::System::JobObjects::{
        AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION,
        JOB_OBJECT_LIMIT_PROCESS_MEMORY, JOBOBJECT_EXTENDED_LIMIT_INFORMATION,
        JobObjectExtendedLimitInformation, SetInformationJobObject,
    };
    use windows_sys::Win32::System::Threading::GetCurrentProcess;

    let done = |result: i32| match result {
        0 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    };
    let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
    // A crash is expected here, and to be reported to nobody.
    limits.BasicLimitInformation.LimitFlags =
        JOB_OBJECT_LIMIT_PROCESS_MEMORY | JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION;
    limits.ProcessMemoryLimit = usize::try_from(bytes).unwrap_or(usize::MAX);
    // SAFETY: no name and no security are asked for, which null stands for.
    let job = unsafe { CreateJobObjectW(ptr::null(), ptr::null()) };
    if job.is_null() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the job is open, and stays so until the process ends; the limits are of the kind and size that is named.
    done(unsafe {
        SetInformationJobObject(
            job,
            JobObjectExtendedLimitInformation,
            ptr::from_ref(&limits).cast(),
            size_of_val(&limits) as u32,
        )
    })?;
    // SAFETY: both are open.
    done(unsafe { AssignProcessToJobObject(job, GetCurrentProcess()) })
}

/// Bounds nothing on other systems.
#[cfg(not(any(unix, windows)))]
pub(super) fn limit(_: u64) -> io::Result<()> {
    Ok(())
}
