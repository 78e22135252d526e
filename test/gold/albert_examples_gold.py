"""Distributions of google-research/albert's own example functions, over many draws.

    python test/gold/albert_examples_gold.py PATH/create_pretraining_data.py > test/gold/albert_examples.json

PATH is the file of google-research/albert at b772393 or later; the functions that are called have not changed since.
It is imported as it is, with stand-ins for TensorFlow and `tokenization`, of which these functions use nothing but
flags. Needs Python 3 and numpy. Only counts are written.
"""

import collections
import importlib.util
import json
import random
import sys
import types

import numpy as np

SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
VOCAB = SPECIALS + ["w%d" % i for i in range(40)] + ["##c%d" % i for i in range(20)]


def load(path):
    flags = types.SimpleNamespace()

    class Flags:
        FLAGS = flags

        @staticmethod
        def define(name, default, *_):
            setattr(flags, name, default)

        DEFINE_string = DEFINE_bool = DEFINE_integer = DEFINE_float = define

    tf = types.ModuleType("tensorflow.compat.v1")
    tf.flags = Flags
    six = types.ModuleType("six")
    six.ensure_str = lambda piece: piece
    moves = types.ModuleType("six.moves")
    moves.range, moves.zip = range, zip
    for name, module in [
        ("tensorflow", types.ModuleType("tensorflow")),
        ("tensorflow.compat", types.ModuleType("tensorflow.compat")),
        ("tensorflow.compat.v1", tf),
        ("tokenization", types.ModuleType("tokenization")),
        ("six", six),
        ("six.moves", moves),
    ]:
        sys.modules[name] = module
    sys.modules["tensorflow.compat"].v1 = tf
    spec = importlib.util.spec_from_file_location("create_pretraining_data", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module, flags


def words_to_tokens(words, start):
    """Words given as their numbers of pieces; what a token is tells its place, so that cuts can be seen."""
    tokens = []
    for pieces in words:
        for piece in range(pieces):
            tokens.append(("##" if piece else "") + "t%d" % (start + len(tokens)))
    return tokens


def place(token):
    return int(token.lstrip("#")[1:])


def counted(values):
    return dict(sorted(collections.Counter(str(value) for value in values).items()))


# Documents as lists of sentences, sentences as lists of the numbers of pieces of their words.
DOCUMENTS = {
    "lone": [[2, 1, 1, 1]],
    "pair": [[1, 2, 1, 1], [1, 1, 3, 2, 1]],
    "several": [[1, 2, 1], [1] * 9, [3, 1, 2], [1, 1], [2, 2, 1, 1], [1] * 7, [1, 1, 4]],
    "long": [[1] * 30, [2, 1] * 6, [1, 1, 3]],
}
MASKED = {
    # name: (words of A, words of B, most predictions, ngram, favour shorter, whole words)
    "plain": ([1] * 12, [1] * 14, 20, 3, True, True),
    "longer": ([1] * 12, [1] * 14, 20, 3, False, True),
    "words": ([2, 1, 3, 1, 1, 2], [1, 4, 1, 2, 1, 1, 1], 20, 3, True, True),
    "pieces": ([2, 1, 3, 1, 1, 2], [1, 4, 1, 2, 1, 1, 1], 20, 3, True, False),
    "capped": ([1] * 12, [1] * 14, 2, 3, True, True),
    "unigrams": ([1] * 12, [1] * 14, 20, 1, True, True),
}
# B begins inside a word: its first piece joins A's last word.
JOINED = ([1] * 6, [1] * 8)


def pairs(module, flags, draws):
    """Of each document: how often each (label, A's places, B's places) came, where B is its own or another's."""
    results = {}
    names = list(DOCUMENTS)
    documents = []
    for index, name in enumerate(names):
        start, document = 1000 * index, []
        for words in DOCUMENTS[name]:
            document.append(words_to_tokens(words, start))
            start += len(document[-1])
        documents.append(document)
    for max_seq_length in [16, 24]:
        for random_next in [False, True]:
            flags.random_next_sentence = random_next
            rng = random.Random(17)
            for index, name in enumerate(names):
                seen = collections.Counter()
                lengths = collections.Counter()
                count = collections.Counter()
                for _ in range(draws):
                    made = module.create_instances_from_document(
                        documents, index, max_seq_length, 0.1, 0.0, 20, VOCAB, rng)
                    count[len(made)] += 1
                    for at, instance in enumerate(made):
                        sep = instance.tokens.index("[SEP]")
                        a = [place(t) for t in instance.tokens[1:sep]]
                        b = [place(t) for t in instance.tokens[sep + 1:-1]]
                        other = a[0] // 1000 != index or b[0] // 1000 != index
                        kind = "other" if other else "own"
                        seen["%d %s %d-%d" % (instance.is_random_next, kind, a[0] % 1000, len(a))] += 1
                        lengths["%d+%d" % (len(a), len(b))] += 1
                key = "%s %d %s" % (name, max_seq_length, "nsp" if random_next else "sop")
                results[key] = {
                    "instances": dict(sorted((str(k), v) for k, v in count.items())),
                    "first": dict(sorted(seen.items())),
                    "lengths": dict(sorted(lengths.items())),
                }
    flags.random_next_sentence = False
    return results


def masks(module, flags, draws):
    results = {}
    np.random.seed(99)
    for name, (a, b, most, ngram, shorter, whole) in MASKED.items():
        flags.ngram, flags.favor_shorter_ngram, flags.do_whole_word_mask = ngram, shorter, whole
        results[name] = masked(module, a, b, most, draws, False)
    flags.ngram, flags.favor_shorter_ngram, flags.do_whole_word_mask = 3, True, True
    results["joined"] = masked(module, *JOINED, 20, draws, True)
    return results


def masked(module, a, b, most, draws, joined):
    rng = random.Random(7)
    first = words_to_tokens(a, 0)
    second = words_to_tokens(b, len(first))
    if joined:
        second[0] = "##" + second[0]
    tokens = ["[CLS]"] + first + ["[SEP]"] + second + ["[SEP]"]
    positions = collections.Counter()
    sets = collections.Counter()
    fed = collections.Counter()
    runs = collections.Counter()
    counts = collections.Counter()
    for _ in range(draws):
        output, at, labels, _ = module.create_masked_lm_predictions(tokens, 0.15, most, VOCAB, rng)
        assert labels == [tokens[p] for p in at]
        positions.update(at)
        sets["-".join(map(str, at))] += 1
        counts[len(at)] += 1
        for p in at:
            token = output[p]
            kind = "mask" if token == "[MASK]" else "kept" if token == tokens[p] else (
                "special" if token in SPECIALS else "ordinary")
            fed[kind] += 1
        run = 0
        for p, next_p in zip(at, at[1:] + [-1]):
            run += 1
            if next_p != p + 1:
                runs[run] += 1
                run = 0
    common = dict(sets.most_common(30))
    text = lambda counter: {str(k): v for k, v in sorted(counter.items())}
    return {"draws": draws, "counts": text(counts), "positions": text(positions), "fed": text(fed),
            "runs": text(runs), "commonest": common}


def budgets(module):
    """Predictions of examples of one-piece words, by length: 15 %, a half rounded to the even number."""
    result = {}
    for length in [2 + 3, 10, 30, 50, 70, 90, 110, 128, 256, 512]:
        tokens = ["[CLS]"] + ["t%d" % i for i in range(length - 3)] + ["[SEP]", "[SEP]"]
        for most in [20, 1000]:
            _, at, _, _ = module.create_masked_lm_predictions(
                tokens, 0.15, most, VOCAB, random.Random(3))
            result["%d %d" % (length, most)] = len(at)
    return result


def starts(module, flags):
    """Which pieces begin a word, by the reference's two tests."""
    pieces = ["\u2581the", "ing", ",", "'s", "2019", "\u2581\ud55c\uad6d", "\ud55c\uad6d", "\u00e9", "a1", "co-op",
              "\u2013", "<unk>", "##s", "the", "##", "#", "!", "?!", "A", "Ab", "$", "\u20ac", "[MASK]"]
    result = {}
    for kind, model in [("unigram", "a.model"), ("wordpiece", None)]:
        flags.spm_model_file = model
        result[kind] = {piece: bool(module.is_start_piece(piece)) for piece in pieces}
    flags.spm_model_file = None
    return result


def main():
    module, flags = load(sys.argv[1])
    json.dump(
        {
            "source": "google-research/albert create_pretraining_data.py",
            "specials": len(SPECIALS),
            "vocabulary": len(VOCAB),
            "documents": DOCUMENTS,
            "masked": {name: list(value) for name, value in MASKED.items()},
            "joinedWords": JOINED,
            "budgets": budgets(module),
            "wordStarts": starts(module, flags),
            "pairs": {"draws": 20000, "of": pairs(module, flags, 20000)},
            "masks": masks(module, flags, 20000),
        },
        sys.stdout, ensure_ascii=True)
    print()


main()
