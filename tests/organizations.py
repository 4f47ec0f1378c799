"""The sample organization, and organizations of any size, as configuration directories."""

import shutil
from pathlib import Path

SAMPLE = Path(__file__).parent / "sample"
"""The tests' own copy of the sample in `config/`, which is a user's to change. `.ci/run` holds the two equal."""
EXTENSIONS = Path(__file__).parent / "extensions"
"""The tests' own copy of the sample's extension in `extensions/`, held equal as well."""

_UNITS = ("production", "staging", "development")

_ORGANIZATION = """\
name: Generated
slug: generated
email: aws+{account}@example.com
regions:
  home: eu-central-1
  governed: [eu-central-1, us-east-1]
trusted_services: [ram.amazonaws.com, guardduty.amazonaws.com]
delegated_administrators:
  guardduty.amazonaws.com: security
tags:
  owner: platform
defaults:
  region: eu-central-1
organizational_units:
  security: {}
  infrastructure: {}
  workloads:
    organizational_units:
"""
_REST = """\
shares:
  subnets:
    account: network
    subnets: [private-a]
    principals: ["ou:workloads"]
roles:
  audit:
    name: SecurityAudit
    accounts: ["ou:workloads", "ou:infrastructure"]
    trusted_by: [{account: security}]
    managed_policies: ["arn:aws:iam::aws:policy/SecurityAudit"]
"""
_CORE = {
    "management": 'name: Management\npurpose: management\nid: "111111111111"\n',
    "security": "name: Security\npurpose: security\nou: security\n",
    "terraform": "name: Terraform\npurpose: terraform\nou: infrastructure\n",
    "network": "name: Network\npurpose: network\nou: infrastructure\n"
    "settings:\n  network:\n    cidr: 10.0.0.0/16\n    subnets:\n      private-a: {cidr: 10.0.0.0/20, zone: a}\n",
}
_POLICY = """\
type: service_control_policy
targets: ["ou:infrastructure", "tag:environment=production"]
statements:
  - effect: Deny
    actions: organizations:LeaveOrganization
  - effect: Deny
    actions: [account:CloseAccount, account:DisableRegion]
"""


def copy_sample(directory: Path) -> Path:
    """Copy the sample organization, for a test to change; returns the directory."""
    return Path(shutil.copytree(SAMPLE, directory, dirs_exist_ok=True))


def write_organization(directory: Path, accounts: int = 1000) -> Path:
    """Write the configuration of an organization that has nothing wrong.

    Args:
        directory: Where to write; made if it is not there.
        accounts: How many accounts it has in all, at least 5: management, security, terraform, network and workloads,
            every tenth of which has settings of its own.

    Returns:
        The directory.
    """
    (directory / "accounts").mkdir(parents=True, exist_ok=True)
    (directory / "policies").mkdir(exist_ok=True)
    units = "".join(f"      {slug}:\n        tags: {{environment: {slug}}}\n" for slug in _UNITS)
    (directory / "organization.yaml").write_text(_ORGANIZATION + units + _REST)
    (directory / "policies" / "deny-leaving.yaml").write_text(_POLICY)
    for slug, text in _CORE.items():
        (directory / "accounts" / f"{slug}.yaml").write_text(text)
    for number in range(accounts - len(_CORE)):
        slug = f"workload-{number:04}"
        text = f"name: Workload {number:04}\nou: workloads/{_UNITS[number % len(_UNITS)]}\n"
        text += f'tags:\n  team: team-{number % 17}\n  cost-center: "{number:05}"\n'
        if number % 10 == 0:
            text += (
                f"settings:\n  region: us-east-1\n  network:\n    cidr: 10.{1 + number // 256}.{number % 256}.0/24\n"
                f"    subnets:\n      private-a: {{cidr: 10.{1 + number // 256}.{number % 256}.0/26, zone: a}}\n"
            )
        (directory / "accounts" / f"{slug}.yaml").write_text(text)
    return directory
