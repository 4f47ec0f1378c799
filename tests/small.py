"""A small organization with everything that a bootstrap meets: accounts, OUs, policies, states in a bucket, pipelines."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from config import load
from estate.local import LocalAws
from estate.paths import CHECKOUT
from estate.terraform.providers import environment
from estate.terraform.stack import Stack

BUCKET = "acme-terraform-state"
_ORGANIZATION = {
    "name": "Small",
    "slug": "small",
    "email": "aws+{account}@example.com",
    "regions": {"home": "eu-central-1", "governed": ["eu-central-1", "us-east-1"]},
    "trusted_services": ["ram.amazonaws.com"],
    "state": {"backend": "s3", "bucket": BUCKET, "region": "eu-central-1"},
    "execution_role": {"name": "TerraformExecutionRole", "external_id": "small"},
    "ci": {
        "github": {"owner": "acme", "repository": "zone", "owner_id": "100", "repository_id": "200"},
        "gitlab": {"project": "acme/zone", "project_id": "300"},
    },
    "roles": {
        "look": {
            "name": "Look",
            "description": "Looks around.",
            "accounts": ["ou:workloads"],
            "trusted_by": [{"account": "terraform"}],
            "external_id": "small-look",
            "managed_policies": ["arn:aws:iam::aws:policy/SecurityAudit"],
        },
        "machines": {
            "name": "Machines",
            "accounts": ["ou:workloads"],
            "trusted_by": [{"service": "ec2.amazonaws.com"}],
            "instance_profile": True,
            "customer_policies": ["reads"],
        },
        "people": {
            "name": "People",
            "accounts": ["ou:workloads"],
            "trusted_by": [{"identity_provider": "okta"}],
            "customer_policies": ["reads"],
        },
        "builds": {
            "name": "Builds",
            "accounts": ["ou:workloads"],
            "trusted_by": [
                {"identity_provider": "builds", "subjects": ["project_path:acme/shop:ref_type:branch:ref:main"]}
            ],
            "customer_policies": ["reads"],
        },
    },
    "customer_policies": {
        "reads": {
            "name": "Reads",
            "path": "/teams/",
            "accounts": ["ou:workloads"],
            "statements": [{"effect": "Allow", "actions": "s3:GetObject", "resources": "arn:aws:s3:::small-reports/*"}],
        }
    },
    "identity_providers": {
        "okta": {"accounts": ["ou:workloads"], "saml": {"name": "Okta", "metadata": "documents/okta.xml"}},
        "builds": {"accounts": ["ou:workloads"], "oidc": {"issuer": "gitlab.com", "audiences": ["small"]}},
    },
    "defaults": {"region": "eu-central-1"},
    "organizational_units": {
        "infrastructure": {"name": "Infrastructure"},
        "workloads": {"name": "Workloads", "organizational_units": {"live": {"name": "Live"}}},
    },
}
_METADATA = f"<EntityDescriptor><IDPSSODescriptor entity='{'x' * 1000}'></IDPSSODescriptor></EntityDescriptor>\n"
_ACCOUNTS = {
    "management": {"name": "Management", "purpose": "management", "id": "111111111111", "email": "aws@example.com"},
    "terraform": {"name": "Terraform", "purpose": "terraform", "ou": "infrastructure"},
    "shop": {"name": "Shop", "ou": "workloads/live"},
}
_POLICY = {
    "type": "service_control_policy",
    "targets": ["ou:workloads"],
    "statements": [{"effect": "Deny", "actions": "organizations:LeaveOrganization"}],
}


@dataclass(frozen=True)
class Small:
    """The organization in a directory of its own, on a local AWS."""

    directory: Path
    local: LocalAws

    @classmethod
    def write(
        cls, directory: Path, local: LocalAws, *, more: Mapping[str, Any] | None = None, **accounts: Any
    ) -> "Small":
        """Write its configuration, with more keys of organization.yaml and more accounts; without those that are None."""
        found = cls(directory, local)
        for name in ("accounts", "policies/documents"):
            (found.config / name).mkdir(parents=True)
        (found.config / "policies/documents/okta.xml").write_text(_METADATA)
        (found.config / "organization.yaml").write_text(yaml.safe_dump({**_ORGANIZATION, **(more or {})}))
        for slug, account in {**_ACCOUNTS, **accounts}.items():
            if account is None:
                continue
            (found.config / "accounts" / f"{slug}.yaml").write_text(yaml.safe_dump(account))
        (found.config / "policies/deny-leaving.yaml").write_text(yaml.safe_dump(_POLICY))
        return found

    @property
    def config(self) -> Path:
        return self.directory / "config"

    @property
    def out(self) -> Path:
        return self.directory / "cdktf.out"

    @property
    def organization(self):
        return load(self.config)

    @property
    def journal(self) -> Path:
        return self.directory / ".estate/bootstrap/journal.jsonl"

    @property
    def variables(self) -> dict[str, str]:
        base = {**os.environ, "ESTATE_CONFIG": str(self.config), "CDKTF_OUTDIR": str(self.out)}
        return environment(self.local.environment(base))

    def stack(self, name: str, **variables: str) -> Stack:
        return Stack(
            name, self.out, {**self.variables, "TF_VAR_deploy_role": "OrganizationAccountAccessRole", **variables}
        )

    def start(self, *arguments: str, **variables: str) -> "subprocess.Popen[str]":
        """Start a command of ours, in a process group of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "estate", *arguments],
            cwd=CHECKOUT,
            env={**self.variables, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def estate(self, *arguments: str, code: int = 0, **variables: str) -> str:
        """Run a command of ours to its end; everything that it printed."""
        process = self.start(*arguments, **variables)
        printed, _ = process.communicate()
        assert process.returncode == code, printed
        return printed
