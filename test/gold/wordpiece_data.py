"""Writes test/gold/wordpiece_data.json: digests of the ids, word starts and offsets of every line of a folder's files.

    python test/gold/wordpiece_data.py ../shared/data > test/gold/wordpiece_data.json

Files that are not UTF-8 are read as Latin-1. By file, one digest for each combination of COMBINATIONS.
"""

import hashlib
import json
import sys
from pathlib import Path

import tokenizers
from wordpiece_digests import digest_encodings, tokenizer_of

# BERT uncased and cased, ours, and Jamo: see nasty.options_of.
COMBINATIONS = [15, 12, 29, 45]


def read(path):
    content = path.read_bytes()
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def main(folder):
    pieces = (folder / "vocab/bert-base-uncased/vocab.txt").read_text(encoding="utf-8").split("\n")
    vocab = {piece: id for id, piece in enumerate(piece for piece in pieces if piece)}
    built = [tokenizer_of(vocab, combination, 100, "[UNK]") for combination in COMBINATIONS]
    files = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        lines = read(path).split("\n")
        files[str(path.relative_to(folder))] = []
        for one in built:
            digest = hashlib.sha256()
            digest_encodings(digest, one.encode_batch(lines))
            files[str(path.relative_to(folder))].append(digest.hexdigest()[:16])
    print(json.dumps({"tokenizers": tokenizers.__version__, "combinations": COMBINATIONS, "files": files}, indent=1))


main(Path(sys.argv[1]))
