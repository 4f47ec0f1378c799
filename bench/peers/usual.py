"""The same resources in a CDKTF app as one usually writes it: `usual.py SPEC OUT`."""

import importlib
import json
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from cdktf import App, TerraformOutput, TerraformStack


def value(module: ModuleType, found: Any) -> Any:
    """Make structs of what the specification marks as such."""
    if isinstance(found, list):
        return [value(module, item) for item in found]
    if isinstance(found, dict):
        struct = found.get("=")
        made = {key: value(module, item) for key, item in found.items() if key != "="}
        return getattr(module, struct)(**made) if struct else made
    return found


stacks = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
app = App(outdir=sys.argv[2])
start = time.perf_counter()
count = 0
for name, elements in stacks.items():
    stack = TerraformStack(app, name)
    for element in elements:
        if element["kind"] == "output":
            TerraformOutput(stack, element["id"], value=element["value"])
            continue
        module = importlib.import_module(f"cdktf_cdktf_provider_aws.{element['module']}")
        made = getattr(module, element["class"])(stack, element["id"], **value(module, element["arguments"]))
        for path, override in element["overrides"].items():
            made.add_override(path, override)
        count += 1
middle = time.perf_counter()
app.synth()
print(json.dumps({"resources": count, "construct": middle - start, "synth": time.perf_counter() - middle}))
