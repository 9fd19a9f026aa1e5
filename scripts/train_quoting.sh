#!/usr/bin/env bash
# Makes the quoting head again: what readers quoted of reports, from the corpora in ../shared/data and the table
# data/quotations.reports.tsv, then `tomtat train quoting`.
# usage: scripts/train_quoting.sh FOLDER [further options of `tomtat train quoting`]
#
# The head in the program is made by `scripts/train_quoting.sh models/tomtat-small`. Needs zstd and Python 3.11.
set -euo pipefail
cd "$(dirname "$0")/.."

output=${1:?name a folder for the head}
shift
corpora=${CORPORA:-../shared/data}
work=${WORK:-target/quoting}
tomtat=${TOMTAT:-target/release/tomtat}
mkdir -p "$work"

python3 scripts/quotations.py join "$corpora" -o "$work/quoted.jsonl"
"$tomtat" train quoting --data "$work/quoted.jsonl" -o "$output" "$@"
