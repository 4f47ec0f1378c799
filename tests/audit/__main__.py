"""`make audit`: somebody else's scanner looks at the deployed sample, as it would at AWS.

The sample is deployed to a local AWS with what CIS asks for and the sample leaves out because it costs: the fifteen alerts, data
events of S3, a role for AWS Support. `make audit ARGUMENTS='--accounts production'` looks at one account.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import typer
import yaml

from estate.demo import Demo
from estate.local.environment import without_aws
from tests.audit.findings import PROWLER, is_explained, scan
from tests.organizations import copy_sample

SUPPORT = {
    "name": "Support",
    "description": "Talks with AWS Support about the account.",
    "accounts": ["root"],
    "trusted_by": [{"account": "security"}],
    "external_id": "example-support",
    "managed_policies": ["arn:aws:iam::aws:policy/AWSSupportAccess"],
}


def main() -> int:
    """Deploy, scan every account, and print what nobody has explained."""
    parser = argparse.ArgumentParser(description="Scan the deployed sample with Prowler.")
    parser.add_argument("--accounts", nargs="*", help="slugs; all accounts if not said")
    arguments = parser.parse_args()
    if not PROWLER.exists():
        sys.exit(f"{PROWLER} is not there. Run `make audit`, which installs it.")
    with tempfile.TemporaryDirectory() as directory:
        demo = Demo(Path(directory) / "demo", _as_cis_asks(Path(directory) / "config"))
        try:
            for line in demo.run():
                typer.echo(line)
            return _scan(demo, arguments.accounts)
        finally:
            demo.end()


def _as_cis_asks(directory: Path) -> Path:
    path = copy_sample(directory) / "organization.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    data["logging"]["alerts"]["cis"] = True
    data["logging"]["data_events"] = ["s3"]
    data["roles"]["support"] = SUPPORT
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    return directory


def _scan(demo: Demo, only: "list[str] | None") -> int:
    organization = demo.organization
    unexplained = 0
    for slug, account in organization.accounts.items():
        if only and slug not in only:
            continue
        given = demo.local.session(account.id).get_credentials().get_frozen_credentials()
        variables = {
            **demo.local.environment(without_aws()),
            "AWS_ACCESS_KEY_ID": given.access_key,
            "AWS_SECRET_ACCESS_KEY": given.secret_key,
            # An administrator of the management account has keys and no session.
            **({"AWS_SESSION_TOKEN": given.token} if given.token else {}),
        }
        found = sorted(scan(slug, variables, organization.governed_regions))
        left = [each for each in found if not is_explained(each)]
        typer.echo(f"{slug}: {len(found)} findings, {len(left)} unexplained")
        for each in left:
            typer.echo(f"  {each.check}  {each.resource}\n    {each.says}")
        unexplained += len(left)
    return int(unexplained > 0)


if __name__ == "__main__":
    sys.exit(main())
