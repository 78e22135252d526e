"""Writes lib/wordpiece/normal-tables.ts: canonical decomposition, ordering and composition as Hugging Face's tokenizers do them.

    python test/gold/normal_tables.py > lib/wordpiece/normal-tables.ts

All of it is asked of the reference, so that it holds for its version of Unicode and depends on no other. Hangul
syllables, which are arithmetic, are left out; that they are so is asserted.
"""

from char_tables import header, typescript
from tokenizers.normalizers import NFC, NFD

nfd, nfc = NFD().normalize_str, NFC().normalize_str

HANGUL = range(0xAC00, 0xAC00 + 11172)
LAST_CLASS = "\u0345"
FIRST_CLASS = "\u0334"


def code_points():
    return (code for code in range(0x110000) if not 0xD800 <= code < 0xE000)


def hangul(code):
    lead, rest = divmod(code - HANGUL.start, 21 * 28)
    vowel, tail = divmod(rest, 28)
    return chr(0x1100 + lead) + chr(0x1161 + vowel) + (chr(0x11A7 + tail) if tail else "")


def decompositions():
    found = {}
    for code in code_points():
        full = nfd(chr(code))
        if code in HANGUL:
            assert full == hangul(code) and nfc(full) == chr(code), hex(code)
        elif full != chr(code):
            found[code] = full
    return found


def swaps(first, second):
    return first != second and nfd(f"a{first}{second}") == f"a{second}{first}"


def mark_ranks(decomposed):
    """Marks that are put in order, each with the rank of its combining class: 1, 2, ..."""
    marks = [
        char
        for char in map(chr, (code for code in code_points() if code not in decomposed and code not in HANGUL))
        if swaps(LAST_CLASS, char) or swaps(char, FIRST_CLASS)
    ]
    classes = [[FIRST_CLASS]]
    for char in marks:
        low, high = 0, len(classes)
        while low < high:
            middle = (low + high) // 2
            if swaps(char, classes[middle][0]):
                low = middle + 1
            else:
                high = middle
        if low < len(classes) and not swaps(classes[low][0], char):
            classes[low].append(char)
        else:
            classes.insert(low, [char])
    return {ord(char): rank for rank, chars in enumerate(classes, 1) for char in chars}


def runs_of(values):
    runs, end = [], 0
    for code in sorted(values):
        if runs and code == end and runs[-1][2] == values[code]:
            runs[-1][1] += 1
        else:
            runs.append([code - end, 1, values[code]])
        end = code + 1
    return runs


def main():
    decomposed = decompositions()
    rows, excluded, last = [], [], 0
    for code, full in decomposed.items():
        rows.append((code - last, *map(ord, full)))
        last = code
        if len(full) == 1:
            assert nfc(full) == full, hex(code)
        elif nfc(full) == chr(code):
            assert len(nfc(full[:-1])) == 1, hex(code)
        else:
            excluded.append(code)
    gaps = [(code - before,) for before, code in zip([0, *excluded], excluded)]
    print(header("normal_tables.py"))
    print(typescript("DECOMPOSITIONS", "Rows `gap,code...` in base 36: code points and their full canonical decomposition, without Hangul.", rows))
    print(typescript("EXCLUDED", "Gaps in base 36: code points of two or more in decomposition that are not composed again.", gaps))
    print(typescript("MARK_RUNS", "Runs `gap,length,rank` in base 36: marks and the rank of their canonical combining class.", runs_of(mark_ranks(decomposed))), end="")


if __name__ == "__main__":
    main()
