"""Writes test/gold/trainer.json: the vocabularies that Hugging Face's WordPieceTrainer makes of generated corpora.

    python test/gold/trainer_gold.py > test/gold/trainer.json

Its trainer numbers the characters that continue words in the order of a hash table, and ties between pairs go by
these numbers. Here the alphabet is given to it as special tokens, in order of code points, which fixes the numbers:
then nothing is left to chance, and the pieces must come out the same one by one. `words(case)` is made again in
test/tokenize/trainer-gold.test.ts, number by number.
"""

import hashlib
import json
from collections import Counter

import tokenizers
from nasty import Source
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.pre_tokenizers import WhitespaceSplit
from tokenizers.trainers import WordPieceTrainer

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

CASES = [
    {"parts": ["a", "b"], "length": 9, "words": 3000, "size": 400, "minFrequency": 2},
    {"parts": list("abc"), "length": 7, "words": 8000, "size": 900, "minFrequency": 1},
    {"parts": ["a", "b", "ab", "ba", "aab", "bb"], "length": 4, "words": 4000, "size": 600, "minFrequency": 3},
    {"parts": "un re in con tion ing ed er est ly ment able ness pre dis form act port ject s t a e i o u".split(), "length": 5, "words": 20000, "size": 1500, "minFrequency": 2},
    {"parts": "대한 민국 한국 사람 나라 은 는 이 가 을 를 에서 으로 하다 했다 합니다 입니다 어요 습니다 그 것 때문 우리".split(), "length": 4, "words": 20000, "size": 1200, "minFrequency": 2},
    {"parts": "대한 민국 hello 世界 é ñ w o rld ing 은 는 😀 x y z q".split(), "length": 4, "words": 10000, "size": 700, "minFrequency": 2, "alphabetLimit": 12},
    {"parts": "low er est new wid".split(), "length": 3, "words": 2000, "size": 300, "minFrequency": 2, "initialAlphabet": ["z", "한", "0"]},
]


def words(case, seed):
    """Parts are the rarer the later they stand, so that counts are as uneven as those of words."""
    source, parts = Source(seed), case["parts"]
    for _ in range(case["words"]):
        count = 1 + source.below(case["length"])
        yield "".join(parts[source.below(1 + source.below(len(parts)))] for _ in range(count))


def alphabet(counts, case):
    frequencies = Counter()
    for word, count in counts.items():
        for char in word:
            frequencies[char] += count
    for char in case.get("initialAlphabet", []):
        frequencies[char] = 1 << 60
    ranked = sorted(frequencies, key=lambda char: (-frequencies[char], char))
    limit = case.get("alphabetLimit", 1000)
    assert len(ranked) <= limit or frequencies[ranked[limit - 1]] > frequencies[ranked[limit]], "a tie at the limit"
    kept = sorted(ranked[:limit])
    rest = {char for word in counts for char in word[1:]}
    return kept, [f"##{char}" for char in kept if char in rest]


def merges(case, seed):
    corpus = list(words(case, seed))
    kept, rest = alphabet(Counter(corpus), case)
    known = SPECIAL + kept + rest
    tokenizer = Tokenizer(WordPiece(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    trainer = WordPieceTrainer(
        vocab_size=case["size"],
        min_frequency=case["minFrequency"],
        limit_alphabet=case.get("alphabetLimit", 1000),
        initial_alphabet=case.get("initialAlphabet", []),
        special_tokens=known,
        show_progress=False,
    )
    tokenizer.train_from_iterator([" ".join(corpus)], trainer)
    vocab = tokenizer.get_vocab()
    pieces = sorted(vocab, key=vocab.get)
    assert pieces[: len(known)] == known
    return kept + rest, pieces[len(known) :]


def main():
    rows = []
    for seed, case in enumerate(CASES):
        letters, merged = merges(case, seed)
        assert merges(case, seed) == (letters, merged), "not reproducible"
        digest = hashlib.sha256("\n".join(merged).encode()).hexdigest()
        rows.append({**case, "alphabet": letters, "merges": len(merged), "first": merged[:40], "last": merged[-3:], "digest": digest})
    body = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    print(f'{{"tokenizers":"{tokenizers.__version__}","cases":[\n{body}\n]}}')


if __name__ == "__main__":
    main()
