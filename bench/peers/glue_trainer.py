"""
Fine-tunes a checkpoint with transformers' Trainer on torch CPU. Reads a job a line, a path of a JSON file; answers with
a JSON line: the seconds from texts to predictions, the predictions of the dev examples, and the mean training loss.
"""

import contextlib
import json
import os
import sys
import time

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
import transformers
from torch.utils.data import Dataset
from transformers import (
    AlbertForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    Trainer,
    TrainingArguments,
)

options = json.loads(sys.argv[1])
torch.set_num_threads(options["threads"])
transformers.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()
tokenizer = AutoTokenizer.from_pretrained(options["checkpoint"])


class Examples(Dataset):
    """Texts cut to the maximum, the longer of a pair first, not padded."""

    def __init__(self, texts, labels, longest):
        pairs = [list(column) for column in zip(*texts)]
        self.encoded = tokenizer(*pairs, truncation=True, max_length=longest)
        self.labels = labels

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, row):
        item = {name: values[row] for name, values in self.encoded.items()}
        return {**item, "labels": self.labels[row]}


def run(job):
    outputs = job["outputs"]
    transformers.set_seed(job["seed"])
    model = AlbertForSequenceClassification.from_pretrained(
        job["model"],
        num_labels=outputs,
        problem_type="regression" if outputs == 1 else "single_label_classification",
        classifier_dropout_prob=job["classifier_dropout"],
    )
    if model.config.embedding_size == model.config.hidden_size:
        # transformers maps the embeddings all the same: by what has been written as the identity.
        model.albert.encoder.embedding_hidden_mapping_in.requires_grad_(False)
    arguments = TrainingArguments(
        output_dir=options["folder"],
        use_cpu=True,
        seed=job["seed"],
        num_train_epochs=job["epochs"],
        per_device_train_batch_size=job["batch"],
        per_device_eval_batch_size=job["batch"],
        learning_rate=job["learning_rate"],
        warmup_steps=job["warmup_steps"],
        weight_decay=0.01,
        adam_epsilon=job["epsilon"],
        max_grad_norm=1.0,
        lr_scheduler_type="linear",
        save_strategy="no",
        logging_strategy="no",
        report_to=[],
        disable_tqdm=True,
        **({"train_sampling_strategy": "group_by_length"} if job["grouped"] else {}),
    )
    start = time.perf_counter()
    train = Examples(job["train"]["texts"], job["train"]["labels"], job["max_length"])
    dev = Examples(job["dev"]["texts"], job["dev"]["labels"], job["max_length"])
    trainer = Trainer(
        model=model,
        args=arguments,
        train_dataset=train,
        data_collator=DataCollatorWithPadding(tokenizer),
    )
    loss = trainer.train().training_loss
    logits = trainer.predict(dev).predictions
    seconds = time.perf_counter() - start
    values = logits[:, 0] if outputs == 1 else logits.argmax(axis=1)
    return {"seconds": seconds, "predictions": values.tolist(), "loss": loss}


print(f"transformers {transformers.__version__} Trainer, torch {torch.__version__} CPU", flush=True)
for line in sys.stdin:
    with open(line.strip(), encoding="utf-8") as file:
        # The Trainer prints what it logs.
        with contextlib.redirect_stdout(sys.stderr):
            answer = run(json.load(file))
    print(json.dumps(answer), flush=True)
