#!/bin/sh
# As xargs.sh does, by GNU parallel, which stops at the first shard that fails:
#
#   sh parallel.sh 4 out table --schema builtin:seed7 --rows 1M --files 100
#
# With `--sshlogin` it starts them on other machines, which have to reach the same place.
set -eu
shards=$1 dest=$2
shift 2
seq 0 $((shards - 1)) |
    parallel --quote --jobs "$shards" --halt soon,fail=1 \
        inrush "$@" --shard "{}/$shards" --jobs 1 --resume --quiet --out "$dest"
inrush merge "$dest"
inrush verify "$dest"
