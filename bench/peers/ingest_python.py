"""Text files to a Parquet table of documents with their sentences. Reads a task a line, answers with a line of JSON.

Two ways, as people do it: `plain` reads, splits and writes with pyarrow in a pool of processes; `datasets` is Hugging
Face's load_dataset("text") with a map. Both split paragraphs at blank lines and sentences by one regular expression:
no cleaning, no Unicode normal form, no language, no abbreviations.
"""

import json
import multiprocessing
import re
import shutil
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

try:
    import datasets

    datasets.disable_progress_bars()
except ImportError:
    datasets = None

options = json.loads(sys.argv[1])
FILES_A_PART = 16
PARAGRAPH = re.compile(r"\n\s*\n")
SENTENCE = re.compile(r"(?<=[.!?])[\"')\]]*\s+")


def segment(text):
    sentences, starts = [], []
    for block in PARAGRAPH.split(text):
        block = " ".join(block.split())
        if block:
            starts.append(len(sentences))
            sentences.extend(SENTENCE.split(block))
    return sentences, starts


def write_part(task):
    index, files, out = task
    keys, sentences, starts = [], [], []
    for file in files:
        with open(file, encoding="utf-8") as handle:
            own, own_starts = segment(handle.read())
        keys.append(Path(file).stem)
        sentences.append(own)
        starts.append(own_starts)
    table = pa.table(
        {"document_key": keys, "sentences": sentences, "paragraph_starts": pa.array(starts, pa.list_(pa.int32()))}
    )
    pq.write_table(table, f"{out}/part-{index:05}.parquet", compression="zstd")
    return sum(map(len, sentences))


def plain(files, jobs, out):
    parts = [(at, files[at : at + FILES_A_PART], out) for at in range(0, len(files), FILES_A_PART)]
    if jobs == 1:
        return sum(map(write_part, parts))
    with multiprocessing.Pool(jobs) as pool:
        return sum(pool.imap_unordered(write_part, parts))


def map_batch(batch):
    found = [segment(text) for text in batch["text"]]
    return {"sentences": [own for own, _ in found], "paragraph_starts": [starts for _, starts in found]}


def with_datasets(files, jobs, out):
    cache = f"{out}/cache"
    loaded = datasets.load_dataset(
        "text", data_files=files, sample_by="document", split="train", cache_dir=cache, num_proc=jobs if jobs > 1 else None
    )
    mapped = loaded.map(
        map_batch, batched=True, batch_size=FILES_A_PART, remove_columns=["text"], num_proc=jobs if jobs > 1 else None
    )
    mapped.to_parquet(f"{out}/documents.parquet")
    return sum(map(len, mapped["sentences"]))


def main():
    ways = {"plain": plain} | ({"datasets": with_datasets} if datasets else {})
    version = f", datasets {datasets.__version__}" if datasets else ", no datasets"
    print(f"Python {sys.version.split()[0]}, pyarrow {pa.__version__}{version}", flush=True)
    for line in sys.stdin:
        task = json.loads(line)
        if task["way"] not in ways:
            print(json.dumps({"seconds": None}), flush=True)
            continue
        out = Path(options["out"])
        out.mkdir()
        start = time.perf_counter()
        sentences = ways[task["way"]](task["files"], task["jobs"], str(out))
        seconds = time.perf_counter() - start
        shutil.rmtree(out)
        print(json.dumps({"seconds": seconds, "sentences": sentences}), flush=True)


if __name__ == "__main__":
    main()
