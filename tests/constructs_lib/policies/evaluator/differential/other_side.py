"""An independent implementation of policy evaluation, as a process of its own that answers case after case."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

from tests.constructs_lib.policies.evaluator.differential.differential_cases import Case

_HERE = Path(__file__).parent


class OtherSide:
    """The other implementation; a context that ends it."""

    def __init__(self) -> None:
        lock, installed = _HERE / "package-lock.json", _HERE / "node_modules" / ".package-lock.json"
        if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
            subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=_HERE, check=True, capture_output=True)
        node = shutil.which("node")
        assert node, "node is needed; the checkout needs it for cdktf too"
        self.process = subprocess.Popen(
            [node, "driver.mjs"], cwd=_HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=10)

    def __call__(self, case: Case) -> str:
        self.send([case])
        return self.receive()

    def send(self, cases: Iterable[Case]) -> None:
        """Have cases decided while we go on."""
        self.process.stdin.writelines(json.dumps(case.simulation()) + "\n" for case in cases)
        self.process.stdin.flush()

    def receive(self) -> str:
        """The next answer."""
        answer = self.answer()
        # It leaves keys out that it thinks the action has not, and decides without them.
        assert not answer.get("ignored"), answer
        assert "error" not in answer, answer
        return answer["result"]

    def answer(self) -> dict[str, Any]:
        """The next answer, with the keys that it ignored, or what it says is wrong."""
        return json.loads(self.process.stdout.readline())
