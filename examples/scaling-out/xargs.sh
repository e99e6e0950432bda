#!/bin/sh
# All shards of a job at once on one machine, then one manifest of theirs:
#
#   sh xargs.sh 4 out table --schema builtin:seed7 --rows 1M --files 100
set -eu
shards=$1 dest=$2
shift 2
seq 0 $((shards - 1)) |
    xargs -P "$shards" -I{} inrush "$@" --shard "{}/$shards" --jobs 1 --resume --quiet --out "$dest"
inrush merge "$dest"
inrush verify "$dest"
