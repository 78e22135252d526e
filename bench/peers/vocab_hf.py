"""Trains with Hugging Face's WordPieceTrainer. Reads a task a line, answers with a line of JSON."""

import json
import os
import sys
import time

import tokenizers
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import NFC, BertNormalizer, Sequence
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.trainers import WordPieceTrainer

options = json.loads(sys.argv[1])


def train():
    tokenizer = Tokenizer(WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = Sequence([BertNormalizer(lowercase=True, strip_accents=False), NFC()])
    tokenizer.pre_tokenizer = BertPreTokenizer()
    trainer = WordPieceTrainer(
        vocab_size=options["size"],
        min_frequency=options["minFrequency"],
        limit_alphabet=options["alphabetLimit"],
        special_tokens=options["specialTokens"],
        show_progress=False,
    )
    start = time.perf_counter()
    tokenizer.train(options["files"], trainer)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "pieces": list(tokenizer.get_vocab())}


threads = os.environ.get("RAYON_NUM_THREADS")
print(f"tokenizers {tokenizers.__version__} in Python, RAYON_NUM_THREADS={threads}", flush=True)
for _ in sys.stdin:
    print(json.dumps(train()), flush=True)
