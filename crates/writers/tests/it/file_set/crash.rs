//! A process that is killed at any moment leaves no file of an atomic set in between.

use std::fs;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use inrush_writers::{Faults, FileSet, Mode, PART_SUFFIX};

use super::child::Child;
use super::given::{Folder, names};

const N_ROUNDS: usize = 200;
const N_FILES: usize = 8;
const FOLDER: &str = "INRUSH_TEST_FOLDER";
const ROUND: &str = "INRUSH_TEST_ROUND";
/// What the child says at every step; nothing else that it prints has it.
const STEP: u8 = 1;

/// The bytes of a file in a generation, which say what they are and have lengths of their own.
fn content(i: usize, generation: usize) -> String {
    format!("{generation} of {i}\n").repeat(100 + generation * 37 % 900)
}

fn set(folder: &Path) -> FileSet {
    FileSet::new((0..N_FILES).map(|i| folder.join(i.to_string()))).mode(Mode::Atomic)
}

fn write(set: &FileSet, round: usize, generation: usize) {
    let text = |i| content(i, generation);
    let written = match round % 3 {
        0 => set.write_each(|i, file| file.write_all(text(i).as_bytes())),
        1 => set.write_batches([(0..N_FILES).map(|i| (i, text(i)))]),
        // In pieces, between which the files are closed.
        _ => {
            let halves = [0, 1].map(|half| {
                (0..N_FILES).map(move |i| {
                    let whole = text(i);
                    let (first, second) = whole.split_at(whole.len() / 2);
                    (i, if half == 0 { first.to_owned() } else { second.to_owned() })
                })
            });
            set.clone().max_open(2).write_batches(halves)
        }
    };
    written.unwrap();
}

/// What is killed: writes one generation after the other and says each step.
fn write_for_ever() -> ! {
    let folder = PathBuf::from(std::env::var_os(FOLDER).unwrap());
    let round: usize = std::env::var(ROUND).unwrap().parse().unwrap();
    let steps = Faults::new(|_| {
        let mut out = io::stdout().lock();
        out.write_all(&[STEP]).and_then(|()| out.flush()).unwrap();
        None
    });
    let set = set(&folder).workers(1 + round % 2).faults(steps);
    let mut generation = 0;
    loop {
        generation += 1;
        write(&set, round, generation);
    }
}

/// Lets the child go so many steps, and kills it somewhere behind.
fn kill_after(command: &mut Command, n_steps: usize) {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let said = BufReader::with_capacity(64, child.stdout.take().unwrap()).bytes();
    let steps = said.map(Result::unwrap).filter(|byte| *byte == STEP);
    let n_heard = steps.take(n_steps).count();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(n_heard, n_steps, "the child has ended by itself");
}

/// The generation that the whole file is of.
fn generation(path: &Path, i: usize) -> usize {
    let there = fs::read_to_string(path).unwrap();
    let generation = there.split_once(' ').and_then(|(first, _)| first.parse().ok());
    let generation = generation.unwrap_or_else(|| panic!("file {i} is torn: {there:?}"));
    assert!(there == content(i, generation), "file {i} of generation {generation} is torn");
    generation
}

#[test]
fn a_process_that_is_killed_leaves_every_file_old_or_new() {
    let name = "a_process_that_is_killed_leaves_every_file_old_or_new";
    let Some(mut child) = Child::new(module_path!(), name) else { write_for_ever() };
    let folder = Folder::new();
    let set = set(folder.at());
    let mut n_left = 0;
    write(&set, 0, 0);
    for round in 0..N_ROUNDS {
        let command = child.command().env(FOLDER, folder.at()).env(ROUND, round.to_string());
        kill_after(command, 1 + round * 61 % 180);
        let paths = set.paths().iter().enumerate();
        let generations: Vec<_> = paths.map(|(i, path)| generation(path, i)).collect();
        // A set is written when the one before is.
        let (first, last) = (generations.iter().min().unwrap(), generations.iter().max().unwrap());
        assert!(last - first <= 1, "{generations:?}");
        let left = names(folder.at()).into_iter().filter(|name| name.ends_with(PART_SUFFIX));
        n_left += left.count();
        // Who comes next writes over what was left.
        write(&set, round, 0);
        assert_eq!(names(folder.at()).len(), N_FILES);
    }
    assert!(n_left > 0, "no process was killed while it wrote");
}
