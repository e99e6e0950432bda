//! `cargo bench`: some questions in their quick form, with their tables.

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use crate::run_command;

/// The `main` of a bench that asks these questions, in a program that counts its allocations.
#[macro_export]
macro_rules! bench_main {
    ($($question:literal),+ $(,)?) => {
        /// Counts, so that a subject which allocates for each item or file is seen to.
        #[global_allocator]
        static ALLOCATOR: &$crate::StatsAlloc<std::alloc::System> = &$crate::INSTRUMENTED_SYSTEM;

        fn main() -> std::process::ExitCode {
            $crate::bench(&[$($question),+])
        }
    };
}

/// Asks these questions as the arguments of this process say, which are those of `cargo lab run`;
/// quickly where there are none. The process of a sample is the same program with a request.
pub fn bench(questions: &[&str]) -> ExitCode {
    let arguments = arguments(std::env::args_os().collect(), questions);
    let (mut out, mut notes) = (io::stdout(), io::stderr());
    ExitCode::from(run_command(&arguments, &mut out, &mut notes))
}

fn arguments(given: Vec<OsString>, questions: &[&str]) -> Vec<OsString> {
    if given.get(1).is_some_and(|argument| argument == "--child") {
        return given;
    }
    // Cargo says `--bench` to every bench.
    let rest: Vec<OsString> = given.into_iter().skip(1).filter(|word| word != "--bench").collect();
    let quick = if rest.is_empty() { &["--quick"][..] } else { &[] };
    let words = ["lab", "run", "--tables"].iter().chain(quick).chain(questions);
    words.map(OsString::from).chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bench_is_quick_unless_told_otherwise() {
        let with = |words: &[&str]| {
            let given = words.iter().map(OsString::from).collect();
            let all = arguments(given, &["locks"]);
            all.iter().map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(with(&["bench", "--bench"]), "lab run --tables --quick locks");
        let longer = with(&["bench", "--repetitions", "9", "--bench"]);
        assert_eq!(longer, "lab run --tables locks --repetitions 9");
        assert_eq!(with(&["bench", "--child", "{}"]), "bench --child {}");
    }
}
