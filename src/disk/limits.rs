//! What a process may take and leave behind.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// Leaves no image of the memory behind when the program breaks off: it would hold persons.
pub fn leave_no_core() {
    // Where the system refuses, the units of the service say the same.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

/// Limits this process to so many bytes of memory and seconds of processor time. What asks for more ends. Where the
/// system refuses (a unit that forbids it), the process has the limits that it was given.
pub fn limit_process(memory: u64, seconds: u64) {
    leave_no_core();
    let at_most = |limit| Rlimit { current: Some(limit), maximum: Some(limit) };
    let _ = setrlimit(Resource::As, at_most(memory));
    let _ = setrlimit(Resource::Cpu, at_most(seconds));
}

/// Keeps what is typed at the terminal, such as Ctrl-C, from a process that is to be started.
pub fn apart_from_terminal(command: &mut Command) {
    command.process_group(0);
}
