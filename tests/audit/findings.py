"""What Prowler finds in an account, and which of it is explained."""

import csv
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from estate.paths import CHECKOUT

PROWLER = CHECKOUT / ".tools" / "prowler" / "bin" / "prowler"
EXPLAINED = Path(__file__).with_name("explained.yaml")
FRAMEWORKS = ("cis_5.0_aws", "aws_foundational_security_best_practices_aws")
_FAILURES_ARE_FINDINGS = "--ignore-exit-code-3"


@dataclass(frozen=True, order=True)
class Finding:
    """One check that failed, of one resource."""

    account: str
    check: str
    resource: str
    says: str


def scan(slug: str, variables: Mapping[str, str], regions: tuple[str, ...]) -> Iterator[Finding]:
    """Run Prowler's checks of the frameworks in an account of the local AWS.

    Args:
        slug: The account's slug.
        variables: An environment that leads to the local AWS, with a session's credentials.
        regions: The regions to look at.

    Raises:
        RuntimeError: If Prowler does not end well; findings are no failure.
    """
    with tempfile.TemporaryDirectory() as directory:
        done = subprocess.run(
            [PROWLER, "aws", "--compliance", *FRAMEWORKS, "--region", *regions, "--output-formats", "csv",
             "--output-directory", directory, "--no-banner", _FAILURES_ARE_FINDINGS],
            env={**variables, "HOME": directory, "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        written = sorted(Path(directory).glob("*.csv"))  # those of the frameworks are in a directory below
        if done.returncode or not written:
            raise RuntimeError(f"Prowler failed in {slug}:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        with written[0].open(encoding="utf-8") as file:
            for row in csv.DictReader(file, delimiter=";"):
                if row["STATUS"] == "FAIL":
                    yield Finding(slug, row["CHECK_ID"], row["RESOURCE_UID"], row["STATUS_EXTENDED"])


def explained() -> list[dict[str, Any]]:
    """The entries of explained.yaml."""
    found: list[dict[str, Any]] = yaml.safe_load(EXPLAINED.read_text(encoding="utf-8"))
    return found


def is_explained(finding: Finding) -> bool:
    """Whether an entry is about the check, in the account."""
    return any(
        entry["check"] == finding.check and finding.account in entry.get("accounts", [finding.account])
        for entry in explained()
    )
