//! The thin binary: everything else is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    lamsach::cli::main(std::env::args_os())
}
