//! The command `loyalty`.

use std::process::ExitCode;

fn main() -> ExitCode {
    loyalty_cli::main()
}
