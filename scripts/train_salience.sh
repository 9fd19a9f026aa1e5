#!/usr/bin/env bash
# Makes the salience scorer again: data files from the corpora in ../shared/data, then `tomtat train salience`.
# usage: scripts/train_salience.sh FOLDER [further options of `tomtat train salience`]
#
# The scorer in the program is made by `scripts/train_salience.sh models/tomtat-small`. Needs zstd and Python 3. The files of
# validation and the sealed ones are never read.
set -euo pipefail
cd "$(dirname "$0")/.."

output=${1:?name a folder for the scorer}
shift
corpora=${CORPORA:-../shared/data}
work=${WORK:-target/salience}
tomtat=${TOMTAT:-target/release/tomtat}
mkdir -p "$work"

zstd -dc "$corpora/customs.train.jsonl.zst" > "$work/customs.jsonl"
# Every fourth document: twice as many as all other sources together.
zstd -dc "$corpora/vietnews.train.jsonl.zst" | awk "NR % ${EVERY:-4} == 0" > "$work/vietnews.jsonl"
zstd -dc "$corpora/bbc_extractive.en.jsonl.zst" > "$work/bbc.jsonl"
zstd -dc "$corpora/abmusu.train.jsonl.zst" | python3 -c '
# The documents of a cluster one by one, where one of them alone has most of what the summary says.
import collections, json, re, sys

def pairs(text):
    words = re.findall(r"\w+", text.lower())
    return collections.Counter(zip(words, words[1:]))

for line in sys.stdin:
    cluster = json.loads(line)
    wanted = pairs(cluster["summary"])
    for number, document in enumerate(cluster["documents"]):
        lead = [document["lead"]] if document.get("lead") else []
        paragraphs = lead + document["paragraphs"]
        found = pairs(" ".join(paragraphs))
        share = sum(min(count, found[pair]) for pair, count in wanted.items()) / max(1, wanted.total())
        if share > 0.4:
            print(json.dumps({"id": "%s#%d" % (cluster["id"], number), "title": document["title"],
                              "paragraphs": paragraphs, "summary": cluster["summary"]}, ensure_ascii=False))
' > "$work/singles.jsonl"

"$tomtat" train salience --data "$work/customs.jsonl:2" --data "$work/vietnews.jsonl:2" \
    --data "$work/singles.jsonl:4" --data "$work/bbc.jsonl:4" -o "$output" "$@"
