"""Opens a `tensorboard` folder of a training with TensorBoard's own reader and prints what it finds.

    python test/gold/check_tensorboard.py artifacts/train/latest/tensorboard
"""

import json
import pathlib
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

found = {}
for run in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    events = EventAccumulator(str(run), size_guidance={"scalars": 0})
    events.Reload()
    found[run.name] = {
        tag: [[event.step, event.value] for event in events.Scalars(tag)]
        for tag in events.Tags()["scalars"]
    }
print(json.dumps(found))
