"""Trains AlbertForPreTraining on torch.

Reads a number of steps a line and answers with their seconds; "memory" is answered with the peak in MB, the card's where
one computes, "peak" with the FLOP/s of torch's matrix product. "mode" is fp32, bf16 (autocast) or compile; "device" is cpu
or cuda.
"""

import json
import resource
import sys
import time

import torch
import transformers
from transformers import AlbertConfig, AlbertForPreTraining

options = json.loads(sys.argv[1])
torch.set_num_threads(options["threads"])
torch.manual_seed(1)
device = options.get("device", "cpu")

rows, length, masked = (options[name] for name in ("batch_size", "sequence_length", "masked_per_row"))
shape = ("vocab_size", "embedding_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size")
config = AlbertConfig(
    **{name: options[name] for name in shape},
    hidden_act="gelu_new",
    hidden_dropout_prob=0.0,
    attention_probs_dropout_prob=0.0,
)
model = AlbertForPreTraining(config).train().to(device)
optimiser = torch.optim.AdamW(model.parameters(), lr=options["learning_rate"], weight_decay=0.01)

ids = torch.randint(0, config.vocab_size, (rows, length))
labels = torch.full((rows, length), -100)
positions = torch.arange(masked) * 6
labels[:, positions] = torch.randint(0, config.vocab_size, (rows, masked))
batch = {
    "input_ids": ids,
    "attention_mask": torch.ones_like(ids),
    "token_type_ids": torch.randint(0, 2, (rows, length)),
    "labels": labels,
    "sentence_order_label": torch.randint(0, 2, (rows,)),
}
batch = {name: tensor.to(device) for name, tensor in batch.items()}
mode = options.get("mode", "fp32")
forward = torch.compile(model) if mode == "compile" else model


def wait():
    if device == "cuda":
        torch.cuda.synchronize()


def memory():
    if device == "cuda":
        return torch.cuda.max_memory_reserved() / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def peak():
    a, b = torch.randn(1024, 1024, device=device), torch.randn(1024, 1024, device=device)
    best = float("inf")
    for _ in range(20):
        start = time.perf_counter()
        torch.mm(a, b)
        wait()
        best = min(best, time.perf_counter() - start)
    return 2 * 1024**3 / best


def step():
    optimiser.zero_grad(set_to_none=True)
    with torch.autocast(device, dtype=torch.bfloat16, enabled=mode == "bf16"):
        loss = forward(**batch).loss
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimiser.step()


where = torch.cuda.get_device_name() if device == "cuda" else "CPU"
print(f"transformers {transformers.__version__} AlbertForPreTraining, torch {torch.__version__} {where}, {mode}", flush=True)
for line in sys.stdin:
    if line.strip() == "memory":
        print(memory(), flush=True)
        continue
    if line.strip() == "peak":
        print(peak(), flush=True)
        continue
    start = time.perf_counter()
    for _ in range(int(line)):
        step()
    wait()
    print(time.perf_counter() - start, flush=True)
