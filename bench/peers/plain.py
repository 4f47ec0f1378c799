"""The same JSON, written by plain Python: `plain.py DOCUMENTS OUT`."""

import json
import sys
from pathlib import Path

documents = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
for name, document in documents.items():
    directory = Path(sys.argv[2], "stacks", name)
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "cdk.tf.json").write_text(json.dumps(document, indent=2), encoding="utf-8")
