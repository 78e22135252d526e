"""Tokenises with Hugging Face's tokenizers in Python. Reads a task a line, answers with a line of JSON."""

import array
import hashlib
import json
import os
import sys
import time

import tokenizers
from tokenizers import Tokenizer

options = json.loads(sys.argv[1])
with open(options["text"], encoding="utf-8", newline="\n") as file:
    texts = file.read().split("\n")
tokenizer = Tokenizer.from_file(options["tokenizer"])


def tokenize():
    start = time.perf_counter()
    encodings = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
    seconds = time.perf_counter() - start
    ids = array.array("i", (id for encoding in encodings for id in encoding.ids))
    return {"seconds": seconds, "ids": len(ids), "digest": hashlib.sha256(ids.tobytes()).hexdigest()}


threads = os.environ.get("RAYON_NUM_THREADS")
print(f"tokenizers {tokenizers.__version__} in Python, RAYON_NUM_THREADS={threads}", flush=True)
for _ in sys.stdin:
    print(json.dumps(tokenize()), flush=True)
