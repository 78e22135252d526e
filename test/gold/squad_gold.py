"""Writes squad.json: small files in SQuAD's format, answers to them, and what the official rules make of these.

The values of version 2.0 are transformers' port of the official script; those of version 1.1 use its functions for
single answers, but for F1 0 where an answer has no words, which is where the two scripts differ.
"""

import json
import random
from pathlib import Path

from transformers.data.metrics.squad_metrics import compute_exact, compute_f1, get_tokens, squad_evaluate

rng = random.Random(7)
WORDS = "the A an cat Dog's naïve É théâtre 3.5% U.S. , — the_an _a_ 서울 “quoted” x\u00a0y an\u0301 İstanbul ΟΔΟΣ 𝒜 the-end".split(" ")


def phrase(most=6):
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, most)))


class Example:
    def __init__(self, qa):
        self.qas_id = qa["id"]
        self.answers = qa["answers"]


def dataset(version, rows):
    paragraphs, predictions = [], {}
    for row in range(rows):
        context = " ".join(phrase() for _ in range(8))
        qas = []
        for n in range(2):
            qid = f"{version}-{row}-{n}"
            impossible = version == "2.0" and rng.random() < 0.35
            answers = []
            for _ in range(0 if impossible else rng.randint(1, 3)):
                start = rng.randrange(len(context) - 1)
                text = context[start : start + rng.randint(1, 30)]
                answers.append({"text": text, "answer_start": start})
            qas.append({"id": qid, "question": phrase(), "answers": answers, "is_impossible": impossible})
            kind = rng.random()
            gold = answers[0]["text"] if answers else phrase()
            predictions[qid] = gold if kind < 0.3 else "" if kind < 0.45 else gold.upper() + "." if kind < 0.6 else phrase()
        paragraphs.append({"context": context, "qas": qas})
    return {"version": version, "data": [{"title": "t", "paragraphs": paragraphs}]}, predictions


def questions(data):
    return [qa for article in data["data"] for p in article["paragraphs"] for qa in p["qas"]]


def score11(data, predictions):
    exact = f1 = 0
    for qa in questions(data):
        gold, said = [a["text"] for a in qa["answers"]], predictions[qa["id"]]
        exact += max(compute_exact(g, said) for g in gold)
        f1 += max(compute_f1(g, said) if get_tokens(g) and get_tokens(said) else 0 for g in gold)
    return {"exact": 100.0 * exact / len(questions(data)), "f1": 100.0 * f1 / len(questions(data))}


pairs = [(phrase(), phrase()) for _ in range(60)] + [("", ""), ("the", ""), ("the", "a"), ("", "cat"), ("A cat.", "cat")]
v1, said1 = dataset("1.1", 40)
v2, said2 = dataset("2.0", 60)
no_answer = {qid: rng.random() for qid in said2}
gold = {
    "pairs": [{"gold": g, "said": s, "exact": compute_exact(g, s), "f1": float(compute_f1(g, s))} for g, s in pairs],
    "v1": {"data": v1, "predictions": said1, "scores": score11(v1, said1)},
    "v2": {
        "data": v2,
        "predictions": said2,
        "scores": squad_evaluate([Example(qa) for qa in questions(v2)], said2),
        "no_answer": no_answer,
        "threshold": 0.6,
        "with_threshold": {
            key: value
            for key, value in squad_evaluate([Example(qa) for qa in questions(v2)], said2, no_answer, 0.6).items()
            if not key.startswith("best")
        },
    },
}
Path(__file__).with_name("squad.json").write_text(json.dumps(gold, ensure_ascii=True) + "\n")
