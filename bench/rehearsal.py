"""The rehearsal: reading and condensing a month's records, and deciding the shapes that are left.

`python -m bench.rehearsal` writes a million records (minutes), and prints the figures as JSON.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench import setting
from bench.months import write
from config import load
from config.controls import Chains
from estate.rehearsal.condense import condense
from estate.rehearsal.rehearse import rehearse
from estate.rehearsal.sources import Directory, Wanted
from tests.organizations import write_organization

_ACCOUNTS = 50
_RECORDS = 1_000_000
_KIBIBYTES = 1024
_POLICY = """\
type: service_control_policy
targets: ["ou:workloads"]
guardrail: deny-unapproved-regions
parameters:
  allowed_regions: [eu-central-1]
  exempted_principal_arns: [TerraformExecutionRole]
"""


def figures(directory: Path, number: int) -> dict[str, float]:
    """Rehearse a guardrail that touches nearly every action, over a generated month."""
    shutil.rmtree(directory, ignore_errors=True)
    config, trail = directory / "organization", directory / "trail"
    write_organization(config, _ACCOUNTS)
    before = load(config, prove_access=False)
    (config / "policies" / "regions.yaml").write_text(_POLICY)
    after = load(config, prove_access=False)
    chains = Chains(after)
    ids = [chains.account_id(account) for account in after.accounts.values()]
    write(trail, number, ids)
    started, before_reading = time.perf_counter(), _processor()
    shapes = condense(Directory(trail), Wanted(frozenset(ids)))
    condensed, reading = time.perf_counter(), _processor() - before_reading
    processor = time.process_time()
    found = rehearse(before, after, shapes)
    decided = time.process_time() - processor
    ended = time.perf_counter()
    workers, own = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF))
    return {
        "records": number,
        "shapes": len(shapes),
        "newly denied": sum(each.calls.count for each in found.denied),
        "seconds to condense": condensed - started,
        "processor seconds to condense": reading,
        "seconds in all": ended - started,
        "shapes decided a second": len(shapes) / decided,
        "MiB of the largest process": max(workers, own) / _KIBIBYTES,
    }


def measure(number: int, say: Callable[[str], None]) -> dict[str, float]:
    """The same in a process of its own, whose memory is a rehearsal's alone."""
    command = [sys.executable, "-m", "bench.rehearsal", str(number)]
    found: dict[str, float] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    say(
        f"  {number:,} records: {found['seconds in all']:.0f} s, {found['shapes decided a second']:,.0f} shapes decided a second"
    )
    return found


def _processor() -> float:
    """What this process and those that it has begun have used."""
    return sum(os.times()[:4])


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else _RECORDS
    print(json.dumps(figures(setting.WORK / "rehearsal", wanted), indent=2))
