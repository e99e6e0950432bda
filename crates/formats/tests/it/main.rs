//! What the encoders promise, checked by readers that are not ours.

mod csv_numbers;
mod csv_oracle;
mod faults;
mod given;
mod parquet_oracle;
