"""Writes test/gold/wordpiece.json: what Hugging Face's tokenizers makes of hostile text, under every option.

    python test/gold/wordpiece_gold.py path/to/bert-base-uncased/vocab.txt > test/gold/wordpiece.json

`vocab` holds only the pieces that the texts need. Each text has one result for each group of options that agree:
`options` are bit sets (1 lowercase, 2 strip_accents, 4 handle_chinese_chars, 8 clean_text).
"""

import json
import random
import sys

import tokenizers
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

HAND_WRITTEN = [
    "", " ", "\t\n\r", "Hello, World!", "don't stop--now...", "a\u0000b", "\ufffda\ufffd", "a\u00adb", "a\u200bb", "a\u200db",
    "\ufeffBOM first", "a\ufeffb", "x\u0085y", "x\u000by\u000cz", "x\u2028y\u2029z", "a\u00a0b\u3000c\u2003d\u1680e\u180ef",
    "한국어 문장입니다.", "대한민국은 민주공화국이다. (대한민국 헌법)", "\u1112\u1161\u11ab\u1100\u116e\u11a8", "ㅋㅋㅋ ㅠㅠ", "\u3131\u314f", "각\u0301",
    "\u302e한", "가\u11a8", "ＡＢＣ１２３", "ﬁnal ﬂow", "Straße STRASSE ẞ", "ΟΔΥΣΣΕΥΣ ΣΑΣ Σ σς", "ὈΔΥΣΣΕΎΣ", "İstanbul Iğdır ı", "İİ̇", "KÅ Ω",
    "Café cafe\u0301 CAFÉ", "naïve façade Ångström", "a\u0323\u0307 a\u0307\u0323", "\u0301", "a\u0301\u0302\u0303", "q\u0328\u0301",
    "Việt Nam Tiếng Việt", "ǅ ǈ ǋ ǲ", "\u0344 \u0340 \u0341 \u0343", "\u037e \u0387 \u1fef \u2000 \u2126 \u212a \u212b", "\u1d165 \U0001d15e \U0001d160",
    "\u0958 \u09dc \ufb1d \ufb4e \u2adc", "हिन्दी में", "தமிழ்", "ภาษาไทย", "العربية مرحبا", "עִבְרִית", "བོད་སྐད", "မြန်မာ",
    "中文字符test混合", "日本語のテキスト、カタカナ。", "\u3400\u4dbf\u9fff\u9ffd\uf900\ufa0e\ufaff", "\U00020000\U0002a6df\U0002b820\U0002f800\U0002fa1f\U00030000",
    "\u3006\u3007\u3005\u2f00\u2e80\u31c0", "hello中", "中hello", "👍", "👨‍👩‍👧‍👦 family", "🇰🇷🇺🇸", "❤️ ☺︎", "🏴\U000e0067\U000e0062\U000e007f", "1️⃣",
    "$100.00 + 5% = x^2 ~ `code` |pipe| <tag> @user #tag", "¡Hola! ¿Qué?", "«quoted» “curly” ‘single’ …", "a—b–c‐d−e", "‽⁂※", "·\u00b7\u0387",
    "[CLS] text [SEP] [MASK] [PAD] [UNK]", "##ing ## #a", "a##b", "__proto__ constructor toString hasOwnProperty", "valueOf __defineGetter__",
    "a" * 99, "a" * 100, "a" * 101, "é" * 100, "e\u0301" * 60, "İ" * 50, "İ" * 51, "가" * 100, "가" * 101, "😀" * 100, "😀" * 101, "x" * 5000,
    "unaffable", "embeddings", "antidisestablishmentarianism", "zzzzqqqq", "a1b2c3", "3.14159", "U.S.A.", "e.g. i.e. etc.", "http://example.com/?q=1&r=2",
    "\u0378\u0379 unassigned", "\U000e0080 \U0003fffe", "\ufdd0 \ufffe \uffff", "\ue000 \uf8ff \U000f0000 \U0010fffd", "\x01\x1f\x7f\x80\x9f", "\u061c\u200e\u200f\u202a\u202e\u2066",
    "\u00aa\u00ba\u02b0", "\u0660\u06f0\u0966", "½ ² ①", "\u1e9e\u1e9b", "Ꭰ ꭰ Ა ა", "\U00010400\U00010428 \U0001e900\U0001e922", "\u2160\u2170 \u24b6\u24d0",
    "\u115f\u1160\u3164\uffa0", "\u2800", "\u0600 \u06dd \u070f \u08e2 \U000110bd", "tab\tnew\nline\rreturn", "  leading and trailing  ", "many     blanks",
]

POOLS = [
    "abcdefghijklmnopqrstuvwxyz" * 2 + "ABCDEFGHIJ0123456789      .,'-",
    "한국어문장가각힣ᄒ\u1161\u11ab ㄱ 、。.,",
    "éèüñçÀÖßøåİıΣσςΆώ \u0301\u0308\u0323\u0345 aeiou",
    "中文字日本語のカ\u3099ナー \u4e00\u9fa5\U00020001 ab.",
    "\u0000\ufffd\u200b\u200d\u00ad\ufe0f\u0085\u00a0\u2028\t\r\n ab👍🏽👩",
    "".join(map(chr, range(0x20, 0x250))),
    "".join(map(chr, range(0x300, 0x600))),
]


def texts():
    source = random.Random(20)
    drawn = ["".join(source.choice(pool) for _ in range(source.randrange(1, 24))) for pool in POOLS for _ in range(18)]
    anywhere = [
        "".join(chr(code) for code in (source.randrange(0x20, 0x20000) for _ in range(8)) if not 0xD800 <= code < 0xE000)
        for _ in range(40)
    ]
    return HAND_WRITTEN + drawn + anywhere


def tokenizer(vocab, options):
    built = Tokenizer(WordPiece(vocab, unk_token="[UNK]", max_input_chars_per_word=100))
    built.normalizer = BertNormalizer(
        lowercase=bool(options & 1),
        strip_accents=bool(options & 2),
        handle_chinese_chars=bool(options & 4),
        clean_text=bool(options & 8),
    )
    built.pre_tokenizer = BertPreTokenizer()
    return built


def main(vocab_file):
    full = {piece: id for id, piece in enumerate(open(vocab_file, encoding="utf-8").read().splitlines())}
    for piece in ["한국", "##어", "문장", "##입니다", "대한민국", "##은", "가", "##가", "é", "##é", "caf", "σασ", "\u0307"]:
        full.setdefault(piece, len(full))
    needed = {id for options in range(16) for text in texts() for id in tokenizer(full, options).encode(text).ids}
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    pieces = specials + [piece for piece, id in full.items() if id in needed and piece not in specials]
    vocab = {piece: id for id, piece in enumerate(pieces)}
    built = [tokenizer(vocab, options) for options in range(16)]

    cases = []
    for text in texts():
        groups = {}
        for options, one in enumerate(built):
            words = [word for word, _ in one.pre_tokenizer.pre_tokenize_str(one.normalizer.normalize_str(text))]
            encoding = one.encode(text)
            starts = [int(at == 0 or encoding.word_ids[at - 1] != word) for at, word in enumerate(encoding.word_ids)]
            result = (tuple(words), tuple(encoding.ids), tuple(starts))
            groups.setdefault(result, []).append(options)
        cases.append(
            {
                "text": text,
                "results": [
                    {"options": options, "words": list(words), "ids": list(ids), "wordStarts": list(starts)}
                    for (words, ids, starts), options in groups.items()
                ],
            }
        )
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    print(f'{{"tokenizers":"{tokenizers.__version__}",\n"vocab":{json.dumps(pieces, ensure_ascii=False)},\n"cases":[\n{lines}\n]}}')


main(sys.argv[1])
