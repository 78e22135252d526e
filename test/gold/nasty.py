"""Texts and vocabulary that test/gold/wordpiece_digests.py and test/tokenize/nasty.ts make alike, number by number."""

import json
from pathlib import Path

ALPHABETS = list(json.loads((Path(__file__).parent / "nasty_alphabets.json").read_text(encoding="utf-8")).values())
FORMS = ["none", "nfc", "nfd"]
COMBINATIONS = 16 * len(FORMS)
MAX_CHARS = [100, 200, 7]
UNKNOWN_TOKENS = ["[UNK]", "<unk>"]


def options_of(index):
    """Bits 1 lowercase, 2 strip_accents, 4 handle_chinese_chars, 8 clean_text; 16 times the form."""
    return {
        "lowercase": bool(index & 1),
        "strip_accents": bool(index & 2),
        "handle_chinese_chars": bool(index & 4),
        "clean_text": bool(index & 8),
    }, FORMS[index >> 4]


def vocabulary(unknown):
    pieces = dict.fromkeys([unknown, "th", "the", "##er", "##ing", "한국", "##은", "##문장", "\u1112\u1161", "##\u1161\u11ab", "i\u0307", "e\u0323\u0301"])
    for code in [*range(0x21, 0x3400), *range(0xAC00, 0xD7A4)]:
        pieces[chr(code)] = None
        pieces["##" + chr(code)] = None
    return {piece: id for id, piece in enumerate(pieces)}


def code_point_text(first, count):
    chars = (chr(code) for code in range(first, first + count) if not 0xD800 <= code < 0xE000)
    return "".join(f"{char} a{char}b e{char}\u0301 {char}\u0338 " for char in chars)


class Source:
    """mulberry32."""

    def __init__(self, seed):
        self.state = seed

    def below(self, limit):
        self.state = (self.state + 0x6D2B79F5) & 0xFFFFFFFF
        mixed = self.state
        mixed = ((mixed ^ (mixed >> 15)) * (mixed | 1)) & 0xFFFFFFFF
        mixed ^= (mixed + (((mixed ^ (mixed >> 7)) * (mixed | 61)) & 0xFFFFFFFF)) & 0xFFFFFFFF
        return (mixed ^ (mixed >> 14)) % limit


def random_texts(seed, count):
    source = Source(seed)
    for _ in range(count):
        first = ALPHABETS[source.below(len(ALPHABETS))]
        second = ALPHABETS[source.below(len(ALPHABETS))]
        text = []
        for _ in range(source.below(20)):
            alphabet = first if source.below(3) else second
            text.append(alphabet[source.below(len(alphabet))])
        if source.below(64) == 0:
            text += [first[source.below(len(first))]] * (95 + source.below(110))
        yield "".join(text)
