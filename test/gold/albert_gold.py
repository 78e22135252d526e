"""Writes albert.json and lamb.json: what Hugging Face transformers (torch) gives for fine-tuning small models whose
weights both sides compute by one formula, and what a transcription of Google's LAMB makes of small tensors.
Run: python albert_gold.py (torch, transformers)."""

import json
import re
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import cross_entropy
from transformers import (
    AlbertConfig,
    AlbertForMultipleChoice,
    AlbertForQuestionAnswering,
    AlbertForSequenceClassification,
)

HERE = Path(__file__).parent
NORM_OR_BIAS = re.compile("LayerNorm|layer_norm|bias")


def formula(stream, count, scale):
    """Numbers in [-scale, scale) of the stream: the same as formulaValues in test/model/gold.ts."""
    index = np.arange(count, dtype=np.uint64)
    mixed = (index * 2654435761 + stream * 40503 + 12345) % 2**32
    mixed = (mixed ^ (mixed >> 15)) * 2246822519 % 2**32
    return ((mixed ^ (mixed >> 13)) % 2**32 / 2**31 - 1) * scale


def fill(model, frozen=()):
    """Gives every stored parameter its values; streams are numbered by ascending name."""
    parameters = dict(model.named_parameters())
    for name in frozen:
        parameters.pop(name).requires_grad_(False)
    for stream, name in enumerate(sorted(parameters)):
        p = parameters[name]
        values = formula(stream, p.numel(), 0.3)
        if NORM_OR_BIAS.search(name) and name.endswith(".weight"):
            values = 1 + values
        with torch.no_grad():
            p.copy_(torch.tensor(values, dtype=torch.float32).reshape(p.shape))
    return parameters


def config(**changes):
    return AlbertConfig(**{
        "vocab_size": 50, "embedding_size": 8, "hidden_size": 16, "num_hidden_layers": 3, "num_hidden_groups": 1,
        "num_attention_heads": 2, "intermediate_size": 32, "inner_group_num": 1, "hidden_act": "gelu_new",
        "hidden_dropout_prob": 0, "attention_probs_dropout_prob": 0, "classifier_dropout_prob": 0,
        "max_position_embeddings": 16, "type_vocab_size": 2, "layer_norm_eps": 1e-12, "pad_token_id": 0,
        **changes})


ROWS, LENGTH = 3, 10
LENGTHS = [10, 7, 9]
MASKED = [[1, 4, 8], [2, 5], [3]]


def batch(step=0):
    """The same as smallBatch in test/model/gold.ts."""
    ids = ((np.arange(ROWS * LENGTH) * 7 + step * 5) % 45 + 5).reshape(ROWS, LENGTH)
    mask = np.array([[int(t < n) for t in range(LENGTH)] for n in LENGTHS])
    types = np.array([[int(n // 2 <= t < n) for t in range(LENGTH)] for n in LENGTHS])
    labels = np.full((ROWS, LENGTH), -100)
    for row, positions in enumerate(MASKED):
        for position in positions:
            labels[row, position] = (row * 11 + position * 3 + step * 7) % 50
    tensors = {"input_ids": ids * mask, "attention_mask": mask, "token_type_ids": types}
    return {k: torch.tensor(v) for k, v in tensors.items()}, torch.tensor(labels), torch.tensor([(row + step + 1) % 2 for row in range(ROWS)])


def numbers(tensor):
    return [float(f"{value:.9g}") for value in tensor.detach().double().flatten().tolist()]


def trained(loss, parameters):
    """The loss, and what backward() leaves with the parameters."""
    loss.backward()
    return {"loss": float(loss), "gradient_norms": {n: float(p.grad.norm()) for n, p in sorted(parameters.items())}}


def classification(labels, **changes):
    model = AlbertForSequenceClassification(config(**changes))
    parameters = fill(model)
    features, _, _ = batch()
    out = model(**features, labels=labels)
    return {"logits": numbers(out.logits), **trained(out.loss, parameters)}


def span(begins, ends):
    """Logits of all beginnings, then of all ends. The loss is of logits that padding takes no part in: transformers
    leaves it in, google-research's run_squad_v1.py takes 1e30 from it."""
    model = AlbertForQuestionAnswering(config())
    parameters = fill(model)
    features, _, _ = batch()
    out = model(**features)
    logits = torch.cat([out.start_logits, out.end_logits])
    padding = torch.cat([features["attention_mask"]] * 2) == 0
    loss = cross_entropy(logits.masked_fill(padding, -torch.inf), torch.cat([begins, ends]))
    return {"logits": numbers(logits), **trained(loss, parameters)}


def choice(label):
    """All rows are options of one question."""
    model = AlbertForMultipleChoice(config())
    parameters = fill(model)
    features, _, _ = batch()
    out = model(**{name: values[None] for name, values in features.items()}, labels=torch.tensor([label]))
    return {"logits": numbers(out.logits), **trained(out.loss, parameters)}


def lamb():
    """lamb_optimizer.py's apply_gradients, in float64."""
    names = {"dense.weight": 12, "dense.bias": 4, "LayerNorm.weight": 4, "still.weight": 6, "zero.weight": 6}
    parameters = {n: formula(i, size, 0.3) for i, (n, size) in enumerate(names.items())}
    parameters["zero.weight"][:] = 0
    moments = {n: (np.zeros(size), np.zeros(size)) for n, size in names.items()}
    lr, beta1, beta2, eps, decay = 0.01, 0.9, 0.999, 1e-6, 0.01
    for step in range(3):
        for i, (name, size) in enumerate(names.items()):
            grad = np.zeros(size) if name == "still.weight" else formula(100 * step + 50 + i, size, 0.1)
            m, v = moments[name]
            next_m = beta1 * m + (1 - beta1) * grad
            next_v = beta2 * v + (1 - beta2) * np.square(grad)
            update = next_m / (np.sqrt(next_v) + eps)
            ratio = 1.0
            if not NORM_OR_BIAS.search(name):
                update += decay * parameters[name]
                w_norm, g_norm = np.linalg.norm(parameters[name]), np.linalg.norm(update)
                ratio = w_norm / g_norm if w_norm > 0 and g_norm > 0 else 1.0
            parameters[name] = parameters[name] - ratio * lr * update
            moments[name] = (next_m, next_v)
    return {n: {"parameter": p.tolist(), "first": moments[n][0].tolist(), "second": moments[n][1].tolist()}
            for n, p in parameters.items()}


if __name__ == "__main__":
    torch.manual_seed(0)
    torch.set_num_threads(1)
    gold = {
        "classes": classification(torch.tensor([2, 0, 1]), num_labels=3),
        "regression": classification(torch.tensor([0.5, -1.0, 2.0]), num_labels=1),
        "span": span(torch.tensor([3, 0, 8]), torch.tensor([7, 0, 8])),
        "choice": choice(1),
    }
    (HERE / "albert.json").write_text(json.dumps(gold, indent=1) + "\n")
    (HERE / "lamb.json").write_text(json.dumps(lamb(), indent=1) + "\n")
