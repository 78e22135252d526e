"""Writes test/gold/wordpiece_digests.json: digests of what Hugging Face's tokenizers makes of every code point and of
a million random texts, in every combination of options.

    python test/gold/wordpiece_digests.py > test/gold/wordpiece_digests.json

`codePoints`: for each combination (see nasty.options_of), for each block of 0x2000 code points in texts of 64, the
words, and ids, word starts and offsets. `texts`: the same without words, for each block of 10,000 texts.
"""

import array
import hashlib
import json

import tokenizers
from nasty import (
    COMBINATIONS,
    FORMS,
    MAX_CHARS,
    UNKNOWN_TOKENS,
    code_point_text,
    options_of,
    random_texts,
    vocabulary,
)
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import NFC, NFD, BertNormalizer, Sequence
from tokenizers.pre_tokenizers import BertPreTokenizer

BLOCK = 0x2000
TEXT_BLOCKS = 100
TEXTS = 10_000


def tokenizer_of(vocab, combination, max_chars, unknown):
    options, form = options_of(combination)
    built = Tokenizer(WordPiece(vocab, unk_token=unknown, max_input_chars_per_word=max_chars))
    after = {"none": [], "nfc": [NFC()], "nfd": [NFD()]}[form]
    built.normalizer = Sequence([BertNormalizer(**options), *after])
    built.pre_tokenizer = BertPreTokenizer()
    return built


def digest_encodings(digest, encodings):
    for encoding in encodings:
        words = encoding.word_ids
        starts = [int(at == 0 or words[at - 1] != word) for at, word in enumerate(words)]
        offsets = encoding.offsets
        columns = [encoding.ids, starts, [start for start, _ in offsets], [end for _, end in offsets]]
        digest.update(array.array("i", [len(starts), *(value for column in columns for value in column)]).tobytes())


def code_points(combination):
    built = tokenizer_of(vocabulary("[UNK]"), combination, 100, "[UNK]")
    for first in range(0, 0x110000, BLOCK):
        digest = hashlib.sha256()
        texts = [code_point_text(part, 64) for part in range(first, first + BLOCK, 64)]
        for text in texts:
            words = built.pre_tokenizer.pre_tokenize_str(built.normalizer.normalize_str(text))
            digest.update("".join(f"{word}\n" for word, _ in words).encode())
        digest_encodings(digest, built.encode_batch(texts))
        yield digest.hexdigest()[:8]


def text_block(block):
    unknown = UNKNOWN_TOKENS[block % 2]
    built = tokenizer_of(vocabulary(unknown), (7 * block) % COMBINATIONS, MAX_CHARS[block % 3], unknown)
    digest = hashlib.sha256()
    digest_encodings(digest, built.encode_batch(list(random_texts(block + 1, TEXTS))))
    return digest.hexdigest()[:16]


def unset_means_as_lowercase():
    """`strip_accents` unset, the third value that it has there, does what `lowercase` says."""
    texts = list(random_texts(0, 2000))
    for lowercase in (False, True):
        unset, said = (BertNormalizer(lowercase=lowercase, strip_accents=strip) for strip in (None, lowercase))
        assert all(unset.normalize_str(text) == said.normalize_str(text) for text in texts)


def main():
    unset_means_as_lowercase()
    gold = {
        "tokenizers": tokenizers.__version__,
        "codePoints": [" ".join(code_points(combination)) for combination in range(COMBINATIONS)],
        "texts": [text_block(block) for block in range(TEXT_BLOCKS)],
    }
    print(json.dumps(gold, indent=1))


if __name__ == "__main__":
    main()
