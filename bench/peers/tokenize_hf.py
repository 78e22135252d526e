"""Tokenises and trains with Hugging Face's tokenizers. Reads a task a line, answers with a line of JSON."""

import array
import hashlib
import json
import sys
import time

import tokenizers
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.trainers import WordPieceTrainer

options = json.loads(sys.argv[1])


def tokenizer(model):
    built = Tokenizer(model)
    built.normalizer = BertNormalizer(lowercase=True, strip_accents=False)
    built.pre_tokenizer = BertPreTokenizer()
    return built


with open(options["text"], encoding="utf-8", newline="\n") as file:
    lines = file.read().split("\n")
with open(options["vocab"], encoding="utf-8", newline="\n") as file:
    vocab = {piece: id for id, piece in enumerate(file.read().split("\n"))}
encoder = tokenizer(WordPiece(vocab, unk_token="[UNK]"))


def tokenize():
    start = time.perf_counter()
    encodings = encoder.encode_batch_fast(lines)
    seconds = time.perf_counter() - start
    ids = array.array("i", (id for encoding in encodings for id in encoding.ids))
    return {"seconds": seconds, "ids": len(ids), "digest": hashlib.sha256(ids.tobytes()).hexdigest()}


def train():
    trainer = WordPieceTrainer(
        vocab_size=len(vocab), limit_alphabet=1000, special_tokens=list(vocab)[:5], show_progress=False
    )
    trained = tokenizer(WordPiece(unk_token="[UNK]"))
    start = time.perf_counter()
    trained.train([options["text"]], trainer)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "unlike": len(set(trained.get_vocab()) - set(vocab))}


print(f"tokenizers {tokenizers.__version__}", flush=True)
for task in sys.stdin:
    print(json.dumps({"tokenize": tokenize, "train": train}[task.strip()]()), flush=True)
