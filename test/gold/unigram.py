"""Writes tiny.spiece.model, a SentencePiece unigram model of ALBERT's settings, and unigram.json: ids of texts by
google-research/albert's way through sentencepiece, offsets by Hugging Face's tokenizers, and which pieces begin a word.
Run: python unigram.py (sentencepiece, tokenizers, transformers, protobuf)."""

import itertools
import json
import random
import unicodedata
from pathlib import Path

import sentencepiece
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers.convert_slow_tokenizer import AlbertConverter

HERE = Path(__file__).parent
MODEL = HERE / "tiny.spiece.model"

ENGLISH = """The committee met on Monday and heard the report of the treasurer. Nobody could say where the money had gone.
In 1994, 1,250 people (of 3,800) signed; the rest - about 2,550 - did not. "We can't," she said, "and we won't."
A second meeting was called for the end of the month; the café closed at 22:30. It's naïve to expect 99.5% of them.
What the people of the town remember best is the winter of 1887, when the river froze and wolves were seen at the mill."""
KOREAN = """나라의 말이 중국과 달라 한자와는 서로 통하지 아니하므로 어린 백성이 말하고자 하는 바가 있어도 뜻을 펴지 못하는 사람이 많다.
내가 이를 불쌍히 여겨 새로 스물여덟 글자를 만드니 사람마다 쉽게 익혀 날마다 씀에 편안하게 하고자 할 따름이다.
1994년 12월 3일, 서울에서 2,500명이 모였다(경찰 추산 1,800명). 회의는 오후 3시에 끝났다.
사람의 마음은 깊은 물과 같아서 그 속을 알기 어렵고, 나라의 일은 작은 데서 시작된다."""
OTHER = """我们的国家有很多人。日本の東京は大きい町です。 Ελληνικά και русский язык вместе."""

TEXTS = [
    "The committee met on Monday.", "  two   blanks\tand\na tab  ", "", " ", "a", "1,250 people, 9,9 or 1994,",
    "``quoted'' and \"quoted\"", "don't (can't) - won't!", "나라의 말이 중국과 달라", "나라의 말이".encode().decode(),
    unicodedata.normalize("NFD", "나라의 말이 중국과 달라, 1994년 12월 3일(토)"), "서울에서 2,500명이 모였다(경찰 추산 1,800명).",
    "Café naïve ÉCOLE Ångström", "東京は大きい町です。我们的国家", "ＦＵＬＬ　ｗｉｄｔｈ ㎏ ① ½ ﬁnal", "x\u200by \u200d z\ufeff", "emoji 🎉👩\u200d👩\u200d👧 end",
    "Ελληνικά русский 𝔘𝔫𝔦", "[CLS] and [MASK] <unk> <pad> are text", "한국어English混合123abc", "...!!??", "a\u0301b \u0301 c", "▁underline ▁", "²³ 5²,",
    "hostile \u0000 \u001b[31m \u202e text", "don’t “quote” — dash…", "\u3000ideographic\u3000space\u00a0nbsp\u2009thin",
]


def corpus():
    words = [line.split() for text in (ENGLISH, KOREAN, OTHER) for line in text.splitlines()]
    drawn = random.Random(7)
    for _ in range(3000):
        line = drawn.choice(words)
        start = drawn.randrange(len(line))
        yield " ".join(line[start:start + drawn.randrange(3, 12)])


def train():
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=corpus(), model_prefix=str(MODEL.with_suffix("")), vocab_size=900, model_type="unigram",
        character_coverage=0.9995, pad_id=0, unk_id=1, bos_id=-1, eos_id=-1, control_symbols=["[CLS]", "[SEP]", "[MASK]"],
        user_defined_symbols=list("()\"-.–£€"), hard_vocab_limit=False, num_threads=1, minloglevel=2)
    MODEL.with_suffix(".vocab").unlink()


def by_google(processor, text, lower, keep_accents):
    """tokenization.py's preprocess_text and encode_pieces, with Hugging Face's name for what keeps accents."""
    text = " ".join(text.strip().split()).replace("``", '"').replace("''", '"')
    if not keep_accents:
        text = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in text if not unicodedata.combining(c))
    if lower:
        text = text.lower()
    ids = []
    # By ids from the first, where Google's code goes by pieces: there a text "[CLS]" becomes the special piece.
    for piece, own in zip(processor.encode(text, out_type=str), processor.encode(text, out_type=int)):
        if len(piece) > 1 and piece[-1] == "," and piece[-2].isdigit():
            again = processor.encode(piece[:-1].replace("▁", ""), out_type=str)
            if piece[0] != "▁" and again[0][0] == "▁":
                again = again[1:] if len(again[0]) == 1 else [again[0][1:], *again[1:]]
            ids += [processor.piece_to_id(p) for p in [*again, ","]]
        else:
            ids.append(own)
    return ids


class Slow:
    """What AlbertConverter asks of a slow tokenizer."""
    vocab_file = str(MODEL)

    def __init__(self, lower, keep_accents):
        self.do_lower_case, self.keep_accents = lower, keep_accents


def by_hugging_face(lower, keep_accents):
    """transformers' conversion but for two things in which it is unlike sentencepiece: it makes added tokens of user
    defined symbols, before which no blank is seen, and its precompiled map leaves Jamo as they are: NFC goes before it."""
    converter = AlbertConverter(Slow(lower, keep_accents))
    tokenizer = Tokenizer(models.Unigram(converter.vocab(converter.proto), unk_id=1))
    normalizer = json.loads(converter.normalizer(converter.proto).__getstate__())
    steps = normalizer["normalizers"]
    index = [step["type"] for step in steps].index("Precompiled")
    steps.insert(index, {"type": "NFC"})
    described = json.loads(tokenizer.to_str())
    # As ALBERT's own tokenizer.json; without the first a blank at the end would be a piece.
    described["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": [
        {"type": "WhitespaceSplit"},
        {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}]}
    described["normalizer"] = normalizer
    return Tokenizer.from_str(json.dumps(described))


bert = Tokenizer(models.WordLevel({"x": 0}, unk_token="x"))
bert.normalizer = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=False, lowercase=False)
bert.pre_tokenizer = pre_tokenizers.BertPreTokenizer()


def word_starts(text, pieces, offsets):
    """A piece begins a word where its first character does, and the first always; a blank alone belongs to the word after it."""
    begins = {start for start, _ in bert.encode(text).offsets}
    marks, covered, blanks = [], 0, []
    for index, (piece, (start, end)) in enumerate(zip(pieces, offsets)):
        marks.append(0)
        if set(piece) == {"▁"}:
            blanks.append(index)
            continue
        inside = [c for c in range(max(start, covered), end) if not text[c].isspace() and unicodedata.category(text[c]) not in ("Cc", "Cf")]
        first = inside[0] if inside else end - 1
        if any(c in begins for c in range(covered, first + 1)):
            marks[blanks[0] if blanks else index] = 1
        blanks, covered = [], max(covered, end)
    if blanks:
        marks[blanks[0]] = 1
    return [1, *marks[1:]] if marks else []


def main():
    train()
    processor = sentencepiece.SentencePieceProcessor(model_file=str(MODEL))
    gold = []
    for lower, keep_accents in itertools.product((True, False), repeat=2):
        fast = by_hugging_face(lower, keep_accents)
        for text in TEXTS:
            slow = by_google(processor, text, lower, keep_accents)
            encoded = fast.encode(text, add_special_tokens=False)
            special = "[CLS]" in text
            if encoded.ids != slow and not special:
                print("sentencepiece and tokenizers differ:", lower, keep_accents, ascii(text), slow, encoded.ids)
            gold.append({"lowercase": lower, "stripAccents": not keep_accents, "text": text, "ids": slow,
                         "offsets": None if special else encoded.offsets,
                         "wordStarts": None if special else word_starts(text, encoded.tokens, encoded.offsets)})
    (HERE / "unigram.json").write_text("[\n" + ",\n".join(json.dumps(row) for row in gold) + "\n]\n")


if __name__ == "__main__":
    main()
