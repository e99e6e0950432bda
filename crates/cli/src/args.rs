//! The command line. What every option means stands here, and in the help that is made of it.
//!
//! All options are optional for the parser, as each may come from the environment or from a
//! configuration file instead; a command says which one it misses.

use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use inrush_dataset::{
    ByteCount, Codec, CoordinatorKind, Destination, Durability, Model, RowCount, Sizes,
};

use crate::shard::ShardChoice;

#[derive(Debug, Parser)]
#[command(
    name = "inrush",
    version,
    about,
    disable_help_subcommand = true,
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Generate a table into many files.
    Table(TableArgs),
    /// Generate objects of bytes with a dedup and a compress ratio.
    Bytes(BytesArgs),
    /// Generate catalogue records in MARC 21 into many files.
    Marc(MarcArgs),
    /// Write standard input to many files at once.
    Tee(TeeArgs),
    /// Turn a file of catalogue records into JSON, MARCXML or CSV.
    Convert(ConvertArgs),
    /// Show what was understood of a schema, or what is in a file of catalogue records.
    Schema(SchemaArgs),
    /// Generate a folder's files once more and compare: sizes, rows, footers, checksums, bytes.
    Verify(VerifyArgs),
    /// Make one manifest of those of all shards, where none is missing and none overlap.
    Merge(MergeArgs),
    /// Print the completion script for a shell.
    Completions(CompletionsArgs),
}

#[derive(Debug, Args)]
pub(crate) struct TableArgs {
    /// What to generate: a file with CREATE TABLE, or builtin:NAME (builtin:seed7).
    #[arg(long, env = "INRUSH_SCHEMA", value_name = "FILE.sql|builtin:NAME")]
    pub(crate) schema: Option<String>,
    /// Rows in all files together: 1000, 10k, 1M.
    #[arg(long, env = "INRUSH_ROWS", value_name = "N")]
    pub(crate) rows: Option<RowCount>,
    /// How many files; the first `rows % files` get one row more [default: 1].
    #[arg(long, env = "INRUSH_FILES", value_name = "N")]
    pub(crate) files: Option<RowCount>,
    /// The format of the files [default: parquet].
    #[arg(long, env = "INRUSH_FORMAT", value_name = "FORMAT")]
    pub(crate) format: Option<FormatName>,
    /// How they are compressed; CSV takes none, gzip and zstd [default: parquet snappy, csv none].
    #[arg(long, env = "INRUSH_COMPRESSION", value_name = "CODEC")]
    pub(crate) compression: Option<CodecName>,
    /// Rows in a Parquet row group [default: 131072].
    #[arg(long, env = "INRUSH_ROW_GROUP_ROWS", value_name = "N")]
    pub(crate) row_group_rows: Option<RowCount>,
    /// What stands between generators and writers [default: per-file].
    #[arg(long, env = "INRUSH_COORDINATOR", value_name = "NAME")]
    pub(crate) coordinator: Option<CoordinatorName>,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

#[derive(Debug, Args)]
pub(crate) struct BytesArgs {
    /// How many objects, a file each.
    #[arg(long, env = "INRUSH_OBJECTS", value_name = "N")]
    pub(crate) objects: Option<RowCount>,
    /// How large they are: 64MiB, or lognormal:1MiB:2.0 (the median, and the standard deviation
    /// of the logarithm).
    #[arg(long, env = "INRUSH_SIZE", value_name = "BYTES|lognormal:MEDIAN:SIGMA")]
    pub(crate) size: Option<Sizes>,
    /// Bytes for each byte that is left without duplicates, 1 to 10000 [default: 1].
    #[arg(long, env = "INRUSH_DEDUP", value_name = "RATIO")]
    pub(crate) dedup: Option<f64>,
    /// The size of what is duplicated, a power of two from 512 to 1MiB [default: 4KiB].
    #[arg(long, env = "INRUSH_DEDUP_UNIT", value_name = "BYTES")]
    pub(crate) dedup_unit: Option<ByteCount>,
    /// Bytes for each byte that a compressor leaves of a unit, 1 to 64; with lz 1 to 16, with text
    /// 1.4 to 16 [default: 1, text: 2.4].
    #[arg(long, env = "INRUSH_COMPRESS", value_name = "RATIO")]
    pub(crate) compress: Option<f64>,
    /// How units come by that ratio: mix (runs in every 512 bytes, the same for any compressor), lz
    /// (short repetitions, as much work for a compressor as real data), text (words; the ratio is
    /// that of zstd) [default: mix].
    #[arg(long, env = "INRUSH_MODEL", value_name = "NAME")]
    pub(crate) model: Option<Model>,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

#[derive(Debug, Args)]
pub(crate) struct MarcArgs {
    /// Records in all files together: 1000, 10k, 1M.
    #[arg(long, env = "INRUSH_RECORDS", value_name = "N")]
    pub(crate) records: Option<RowCount>,
    /// How many files; the first `records % files` get one record more [default: 1].
    #[arg(long, env = "INRUSH_FILES", value_name = "N")]
    pub(crate) files: Option<RowCount>,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ConvertArgs {
    /// A file of records in ISO 2709, or `-` for standard input.
    #[arg(value_name = "IN")]
    pub(crate) input: PathBuf,
    /// What to make of it: json (one array), jsonl (an object a line), xml (MARCXML), csv.
    #[arg(long, env = "INRUSH_TO", value_name = "FORMAT")]
    pub(crate) to: Option<TextName>,
    /// Where to: a file, which appears when it is whole, or `-` for standard output.
    #[arg(long, env = "INRUSH_OUT", value_name = "OUT")]
    pub(crate) out: Option<PathBuf>,
    /// The columns of CSV: LDR, a tag, or a tag with subfields, as in 001,245$ab,650$a
    /// [default: 001,100$a,245$ab,260$c,264$c,020$a,650$a].
    #[arg(long, env = "INRUSH_COLUMNS", value_name = "LIST", value_delimiter = ',')]
    pub(crate) columns: Vec<String>,
    /// Convert what can be told, and list what was wrong, rather than stop at it.
    #[arg(long, env = "INRUSH_LENIENT", action = ArgAction::SetTrue,
          value_parser = BoolishValueParser::new())]
    pub(crate) lenient: bool,
    /// Replace OUT if it is there.
    #[arg(long, env = "INRUSH_OVERWRITE", action = ArgAction::SetTrue,
          value_parser = BoolishValueParser::new())]
    pub(crate) overwrite: bool,
    /// How far OUT is forced to the disk before it counts as whole [default: none].
    #[arg(long, env = "INRUSH_FSYNC", value_name = "HOW")]
    pub(crate) fsync: Option<FsyncName>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

#[derive(Debug, Args)]
pub(crate) struct TeeArgs {
    /// The files. What they hold is replaced, unless an option says otherwise.
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Write behind what the files hold already.
    #[arg(long, env = "INRUSH_APPEND", action = ArgAction::SetTrue,
          value_parser = BoolishValueParser::new(), conflicts_with = "atomic")]
    pub(crate) append: bool,
    /// Keep what the files hold until the new bytes are whole, then replace it at once.
    #[arg(long, env = "INRUSH_ATOMIC", action = ArgAction::SetTrue,
          value_parser = BoolishValueParser::new())]
    pub(crate) atomic: bool,
    /// How often a failure that may pass is tried again, after 100 ms and more [default: 2].
    #[arg(long, env = "INRUSH_RETRIES", value_name = "N")]
    pub(crate) retries: Option<u32>,
    /// How long all of it may take: 5s, 2min [default: no end].
    #[arg(long, env = "INRUSH_TIMEOUT", value_name = "TIME")]
    pub(crate) timeout: Option<humantime::Duration>,
    /// How far each file is forced to the disk [default: none].
    #[arg(long, env = "INRUSH_FSYNC", value_name = "HOW")]
    pub(crate) fsync: Option<FsyncName>,
    /// Files open at a time [default: as many as the system allows].
    #[arg(long, env = "INRUSH_MAX_OPEN", value_name = "N")]
    pub(crate) max_open: Option<usize>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

/// Options of every command that writes files.
#[derive(Debug, Args)]
pub(crate) struct WriteArgs {
    /// Where to: a folder, `s3://BUCKET/PREFIX`, `gs://`, `az://`, `-` (one file to standard output), `memory:`, `null:`.
    #[arg(long, env = "INRUSH_OUT", value_name = "DEST")]
    pub(crate) out: Option<Destination>,
    /// The same seed gives the same bytes [default: 0].
    #[arg(long, env = "INRUSH_SEED", value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Make only the files f with f % n = i, into the same place as the other shards; auto asks
    /// Slurm or MPI, auto/n Kubernetes too [default: all files].
    #[arg(long, env = "INRUSH_SHARD", value_name = "i/n|auto|auto/n")]
    pub(crate) shard: Option<ShardChoice>,
    /// The size of the chunks that go from generator to writer [default: 64KiB, bytes: 256KiB].
    #[arg(long, env = "INRUSH_CHUNK", value_name = "BYTES")]
    pub(crate) chunk: Option<ByteCount>,
    /// A cap on memory, kept by lowering the jobs [default: none].
    #[arg(long, env = "INRUSH_MEM", value_name = "BYTES")]
    pub(crate) mem: Option<ByteCount>,
    /// Write past the page cache, so that a folder's other files stay in it.
    #[arg(long, env = "INRUSH_DIRECT", action = ArgAction::SetTrue,
          value_parser = BoolishValueParser::new())]
    pub(crate) direct: bool,
    /// The size of the parts that an object store is sent, 5MiB to 5GiB [default: 8MiB].
    #[arg(long, env = "INRUSH_PART_SIZE", value_name = "BYTES")]
    pub(crate) part_size: Option<ByteCount>,
    /// How many of them may be on their way at once [default: 16].
    #[arg(long, env = "INRUSH_MAX_IN_FLIGHT", value_name = "N")]
    pub(crate) max_in_flight: Option<usize>,
    /// Finish an earlier run of the same job: files that are whole are kept.
    #[arg(long, env = "INRUSH_RESUME", action = ArgAction::SetTrue,
          value_parser = BoolishValueParser::new(), conflicts_with = "overwrite")]
    pub(crate) resume: bool,
    /// Remove what an earlier run wrote into the folder, and write anew.
    #[arg(long, env = "INRUSH_OVERWRITE", action = ArgAction::SetTrue,
          value_parser = BoolishValueParser::new())]
    pub(crate) overwrite: bool,
    /// Stop at the first file that fails.
    #[arg(long, env = "INRUSH_FAIL_FAST", action = ArgAction::SetTrue,
          value_parser = BoolishValueParser::new())]
    pub(crate) fail_fast: bool,
    /// How far each file is forced to the disk before it counts as whole [default: none].
    #[arg(long, env = "INRUSH_FSYNC", value_name = "HOW")]
    pub(crate) fsync: Option<FsyncName>,
}

/// Options of every command that runs for a while.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// Files in flight, or threads that write [default: the number of processors].
    #[arg(long, env = "INRUSH_JOBS", value_name = "N")]
    pub(crate) jobs: Option<usize>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Options of every command that ends in a summary.
#[derive(Debug, Args)]
pub(crate) struct OutputArgs {
    /// Print one JSON object as summary.
    #[arg(long, env = "INRUSH_JSON", action = ArgAction::SetTrue,
          value_parser = BoolishValueParser::new())]
    pub(crate) json: bool,
    /// Print nothing but errors.
    #[arg(long, env = "INRUSH_QUIET", action = ArgAction::SetTrue,
          value_parser = BoolishValueParser::new())]
    pub(crate) quiet: bool,
    /// A TOML file with options under their names; the command line and the environment
    /// (INRUSH_ROWS and so on) go before it.
    #[arg(long, env = "INRUSH_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// A file with CREATE TABLE, a file of records in ISO 2709, or builtin:NAME.
    #[arg(value_name = "FILE.sql|FILE.mrc|builtin:NAME")]
    pub(crate) schema: String,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// Where a job has written: a folder, or `s3://BUCKET/PREFIX`, `gs://`, `az://`.
    #[arg(value_name = "DEST")]
    pub(crate) place: Destination,
    /// Verify only the files of this shard, whether it is merged or not [default: all files].
    #[arg(long, env = "INRUSH_SHARD", value_name = "i/n|auto|auto/n")]
    pub(crate) shard: Option<ShardChoice>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

#[derive(Debug, Args)]
pub(crate) struct MergeArgs {
    /// Where the shards have written: a folder, or `s3://BUCKET/PREFIX`, `gs://`, `az://`.
    #[arg(value_name = "DEST")]
    pub(crate) place: Destination,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    pub(crate) shell: Shell,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum FormatName {
    Parquet,
    Csv,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum TextName {
    Json,
    Jsonl,
    Xml,
    Csv,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum CodecName {
    None,
    Snappy,
    Zstd,
    Lz4,
    Gzip,
}

impl From<CodecName> for Codec {
    fn from(name: CodecName) -> Self {
        match name {
            CodecName::None => Self::None,
            CodecName::Snappy => Self::Snappy,
            CodecName::Zstd => Self::Zstd,
            CodecName::Lz4 => Self::Lz4,
            CodecName::Gzip => Self::Gzip,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum CoordinatorName {
    /// A pipeline per file in flight.
    PerFile,
    /// One queue of whole files behind a mutex: the baseline.
    Mutex,
}

impl From<CoordinatorName> for CoordinatorKind {
    fn from(name: CoordinatorName) -> Self {
        match name {
            CoordinatorName::PerFile => Self::PerFile,
            CoordinatorName::Mutex => Self::SharedMutex,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum FsyncName {
    /// Left to the system.
    None,
    /// The file, before it gets its name.
    File,
    /// The file, and then its folder.
    Dir,
}

impl From<FsyncName> for Durability {
    fn from(name: FsyncName) -> Self {
        match name {
            FsyncName::None => Self::None,
            FsyncName::File => Self::File,
            FsyncName::Dir => Self::Directory,
        }
    }
}
