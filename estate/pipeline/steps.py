"""Scripts that the jobs of several CI systems share."""

from __future__ import annotations

from typing import Final

from config.capabilities.logging import TRAIL_READER, TRAIL_SOURCE
from estate.terraform.engine import TERRAFORM as TERRAFORM_ENGINE
from estate.terraform.engine import engine

ESTATE: Final = ".venv/bin/python -m estate"

TERRAFORM: Final = "1.11.4"
# Of HashiCorp's own list (terraform_1.11.4_SHA256SUMS). A new version needs new ones.
TERRAFORM_SHA256: Final = {
    "linux_amd64": "1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc",
    "linux_arm64": "a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633",
    "darwin_amd64": "a56d5002b9f7647291faccc3dd1a70350e60fb61e4c45037629508b8fdc2575b",
    "darwin_arm64": "867e0808fa971217043e25b7a792b10720c79b1546f8a68479b74f138be73e18",
}

INSTALL_TERRAFORM: Final = f"""
    case "$(uname -m)" in
      x86_64) platform=linux_amd64 sum={TERRAFORM_SHA256["linux_amd64"]} ;;
      aarch64) platform=linux_arm64 sum={TERRAFORM_SHA256["linux_arm64"]} ;;
    esac
    archive="terraform_{TERRAFORM}_$platform.zip"
    curl --fail --silent --show-error --location --output "/tmp/$archive" \\
      "https://releases.hashicorp.com/terraform/{TERRAFORM}/$archive"
    echo "$sum  /tmp/$archive" | sha256sum --check --quiet
    unzip -q -o "/tmp/$archive" terraform -d "$HOME/.local/bin"
"""
"""Install Terraform: exactly this version, checked by its SHA-256."""

HAVE_OPENTOFU: Final = """
    tofu version || { echo "tofu is not here: give this job an image with OpenTofu 1.11 or newer." >&2; exit 1; }
"""


def install_engine() -> str:
    """The script that sees to what runs stacks: Terraform is installed, OpenTofu has to be there."""
    return INSTALL_TERRAFORM if engine().name == TERRAFORM_ENGINE.name else HAVE_OPENTOFU


REHEARSAL: Final = "rehearsal.json"
"""What a rehearsal says, for the jobs that show it."""


def rehearse(days: int, output: str) -> str:
    """Rehearse the change on the calls of some days. Calls that would be denied fail no review, nor does a trail that cannot be read.

    Args:
        days: How many.
        output: The file; it is not there afterwards if the trail could not be read.
    """
    return f"""
        AWS_PROFILE=pipeline {ESTATE} rehearse HEAD --trail {TRAIL_SOURCE} --role {TRAIL_READER} \\
          --since "$(date --utc --date '{days} days ago' +%F)" --json > {output} || [ $? = 3 ] || rm {output}
    """


INSTALL: Final = "make packages"
"""What planning and deploying need, and nothing else: by hash, without development packages, npm and checkov."""
