"""Writes lib/wordpiece/char-tables.ts: how Hugging Face's tokenizers treats each code point.

    python test/gold/char_tables.py > lib/wordpiece/char-tables.ts

Each code point is put between two letters and sent through the reference, so the tables hold its behaviour
rather than any one version of Unicode.
"""

import tokenizers
from tokenizers.normalizers import BertNormalizer, Lowercase
from tokenizers.pre_tokenizers import BertPreTokenizer

CONTROL, SPACE, PUNCTUATION, IDEOGRAPH, MARK = 1, 2, 4, 8, 16
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

off = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
clean = BertNormalizer(**{**off, "clean_text": True})
ideographs = BertNormalizer(**{**off, "handle_chinese_chars": True})
strip = BertNormalizer(**{**off, "strip_accents": True})
lower = Lowercase()
pre_tokenizer = BertPreTokenizer()


def base36(number):
    text = ""
    while True:
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
        if number == 0:
            return text


def classify(char):
    text = f"a{char}a"
    cleaned = clean.normalize_str(text)
    words = [word for word, _ in pre_tokenizer.pre_tokenize_str(text)]
    assert cleaned in ("aa", "a a", text), (hex(ord(char)), cleaned)
    assert words in (["a", "a"], ["a", char, "a"], [text]), (hex(ord(char)), words)
    # What cleaning turns into a blank is what the pre-tokeniser splits at, but for controls, which go.
    assert (cleaned == "a a") == (words == ["a", "a"] and cleaned != "aa"), hex(ord(char))
    return (
        CONTROL * (cleaned == "aa")
        | SPACE * (words == ["a", "a"])
        | PUNCTUATION * (words == ["a", char, "a"])
        | IDEOGRAPH * (ideographs.normalize_str(text) != text)
        | MARK * (strip.normalize_str(text) == "aa")
    )


def class_runs():
    """Runs `gap length class` of code points whose class is not 0."""
    runs, start, current, end = [], 0, 0, 0
    for code in range(0x110000 + 1):
        kind = 0 if code == 0x110000 or 0xD800 <= code < 0xE000 else classify(chr(code))
        if kind != current:
            if current:
                runs.append((start - end, code - start, current))
                end = code
            start, current = code, kind
    return runs


def lower_runs():
    """Runs `gap count stride delta` of code points that have a lower case of one code point."""
    pairs = []
    for code in range(0x110000):
        if 0xD800 <= code < 0xE000:
            continue
        lowered = lower.normalize_str(chr(code))
        if code == 0x130:
            assert lowered == "i\u0307"
        elif lowered != chr(code):
            assert len(lowered) == 1, hex(code)
            pairs.append((code, ord(lowered) - code))
    runs, end = [], 0
    while pairs:
        code, delta = pairs[0]
        stride = pairs[1][0] - code if len(pairs) > 1 and pairs[1][0] - code <= 2 else 1
        count = 1
        while count < len(pairs) and pairs[count] == (code + count * stride, delta):
            count += 1
        runs.append((code - end, count, stride, delta))
        end = code + (count - 1) * stride
        pairs = pairs[count:]
    return runs


def typescript(name, doc, runs):
    text = " ".join(",".join(("-" if n < 0 else "") + base36(abs(n)) for n in run) for run in runs)
    lines = [text[i : i + 92] for i in range(0, len(text), 92)]
    body = " +\n".join(f'  "{line}"' for line in lines)
    return f"/** {doc} */\nexport const {name} =\n{body};\n"


def header(script):
    return f"// Written by test/gold/{script} from Hugging Face tokenizers {tokenizers.__version__}: do not edit.\n"


def main():
    print(header("char_tables.py"))
    print(typescript("CLASS_RUNS", "Runs `gap,length,class` in base 36: see `CharClass`.", class_runs()))
    print(typescript("LOWER_RUNS", "Runs `gap,count,stride,delta` in base 36: code points and how far away their lower case is.", lower_runs()), end="")


if __name__ == "__main__":
    main()
