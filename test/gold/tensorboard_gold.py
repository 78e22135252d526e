"""Makes tensorboard.tfevents: events written by tensorboard's own record writer.

    python test/gold/tensorboard_gold.py
"""

import pathlib

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

POINTS = [
    ("masked_lm_loss", 10, 6.25),
    ("masked_lm_loss", 20, 5.5),
    ("trust_ratio/albert.pooler.weight", 20, 0.1),
]

path = pathlib.Path(__file__).parent / "tensorboard.tfevents"
with path.open("wb") as file:
    writer = RecordWriter(file)
    first = Event(file_version="brain.Event:2")
    writer.write(first.SerializeToString(deterministic=True))
    for tag, step, value in POINTS:
        summary = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
        event = Event(wall_time=step, step=step, summary=summary)
        writer.write(event.SerializeToString(deterministic=True))
