//! The `orgkit` binary: everything is in the library.

fn main() -> std::process::ExitCode {
    orgkit_cli::main()
}
