"""Real Terraform against the local AWS, for tests."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from estate.paths import LOCK_FILE
from estate.terraform.providers import environment


def run(*command, cwd, env=None):
    """Run a command; the test fails with its output if it fails."""
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout


@dataclass(frozen=True)
class Deployment:
    """The stacks of one app in a local AWS; `out` is what the app was synthesized to."""

    out: Path
    variables: dict[str, str]

    @classmethod
    def of(cls, out, local):
        return cls(Path(out), environment(local.environment()))

    def terraform(self, stack, *arguments):
        return run("terraform", *arguments, cwd=self.out / "stacks" / stack, env=self.variables)

    def deploy(self, stack):
        shutil.copy(LOCK_FILE, self.out / "stacks" / stack)
        self.terraform(stack, "init", "-input=false", "-no-color")
        self.terraform(stack, "apply", "-auto-approve", "-input=false", "-no-color")

    def plan_is_empty(self, stack):
        """Fail unless there is nothing to do: then, with -detailed-exitcode, Terraform ends with 0."""
        self.terraform(stack, "plan", "-detailed-exitcode", "-input=false", "-no-color")
        return True

    def outputs(self, stack):
        return {name: found["value"] for name, found in json.loads(self.terraform(stack, "output", "-json")).items()}
