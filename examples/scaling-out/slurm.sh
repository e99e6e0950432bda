#!/usr/bin/env bash
# A job array: a task for each shard, then one task that merges and verifies.
#
#   export DEST=s3://bucket/run-1                  # or a folder that every node sees
#   array=$(sbatch --parsable slurm.sh)
#   sbatch --dependency="afterok:$array" --wrap 'inrush merge "$DEST" && inrush verify "$DEST"'
#
# Tasks that failed are run again alone, where `auto` would be at a loss for the number of shards:
#
#   SHARDS=8 sbatch --array=3,5 slurm.sh
#SBATCH --job-name=inrush
#SBATCH --array=0-7
#SBATCH --cpus-per-task=4
#SBATCH --mem=2G
# A minute to end in order before the time is up.
#SBATCH --signal=B:TERM@60
set -euo pipefail
shard=auto
if [ -n "${SHARDS:-}" ]; then
    shard=$SLURM_ARRAY_TASK_ID/$SHARDS
fi
exec inrush table --schema builtin:seed7 --rows 1G --files 1000 --seed 7 \
    --shard "$shard" --resume --jobs "$SLURM_CPUS_PER_TASK" --mem 1GiB --quiet \
    --out "${DEST:?a place that every node sees}"
