"""A small organization of networks, deployed on a local AWS of its own."""

import json
import os
import subprocess
import sys

import yaml

from config import load
from estate.paths import CHECKOUT
from estate.terraform.deploying import Deploying
from estate.terraform.engine import engine
from estate.terraform.planning import room
from estate.terraform.providers import environment
from estate.terraform.screen import Screen
from estate.terraform.stack import Stack
from estate.terraform.synth import synthesize
from tests.deployment import run
from tests.reachability import Networks


def subnet(cidr, **more):
    """A subnet in the first zone, as the configuration has it."""
    return {"cidr": cidr, "zone": "a", **more}


def spoke(cidr, slug, destination):
    """Settings of an account with one attached VPC, ``<cidr>.0.0/16``, and a subnet in it."""
    return {
        "network": {
            "cidr": f"{cidr}.0.0/16",
            "subnets": {slug: subnet(f"{cidr}.0.0/20")},
            "endpoints": {"enabled": False},
            "attachment": {"destinations": [destination]},
        }
    }


def both(*pairs):
    """All pairs in both directions."""
    return {pair for one, other in pairs for pair in ((one, other), (other, one))}


class Applied(Stack):
    """A stack that is deployed by one command: Terraform starts its provider four times for it, and five times for two commands."""

    def deploy(self):
        """Plan and apply, without asking."""
        self._run("apply", "-input=false", "-auto-approve")


class Ring:
    """The organization in a directory.

    Args:
        directory: An empty one.
        local: The local AWS.
        organization: What organization.yaml says.
        accounts: What the accounts' files say, by slug.
        policies: Files below policies/, by their paths.
    """

    def __init__(self, directory, local, organization, accounts, policies=None):
        self.organization, self.accounts = organization, accounts
        self.config, self.out = directory / "config", directory / "cdktf.out"
        (self.config / "accounts").mkdir(parents=True)
        for name, text in (policies or {}).items():
            (self.config / "policies" / name).parent.mkdir(parents=True, exist_ok=True)
            (self.config / "policies" / name).write_text(text)
        base = {**os.environ, "ESTATE_CONFIG": str(self.config), "TF_VAR_deploy_role": "OrganizationAccountAccessRole"}
        self.variables = environment(local.environment(base))
        self.local = local
        self.settings = {}

    def write(self, **settings):
        """Write the configuration, with other settings of some accounts from now on."""
        self.settings |= settings
        (self.config / "organization.yaml").write_text(yaml.safe_dump(self.organization))
        for slug, account in self.accounts.items():
            changed = {**account, "settings": self.settings[slug]} if slug in self.settings else account
            (self.config / "accounts" / f"{slug}.yaml").write_text(yaml.safe_dump(changed))
        synthesize(out=self.out, variables=self.variables)

    def lock(self):
        """Deploy the management account, and write the ids of the accounts down: the guard knows them from then on."""
        self.deploy("management")
        variables = {**self.variables, "CDKTF_OUTDIR": str(self.out)}
        run(sys.executable, "-m", "estate", "lock", cwd=CHECKOUT, env=variables)
        self.write()

    def deploy_all(self):
        """Deploy all stacks in one run, as `estate deploy` does."""
        jobs, applies = room(), room(applying=True)
        Deploying(load(self.config), self.config, self.out, Screen(yes=True), self.variables, jobs, applies).run()

    def deploy(self, name, **variables):
        """Deploy a stack."""
        stack = self.stack(name, **variables)
        if not (stack.directory / ".terraform").is_dir():
            stack.init()
        stack.deploy()
        return stack

    def stack(self, name, **variables):
        """A stack, deployed or not."""
        return Applied(name, self.out, {**self.variables, **variables})

    def state(self, name):
        """A stack's state."""
        stack = self.stack(name)
        line = [engine(self.variables).program, "state", "pull"]
        done = subprocess.run(line, cwd=stack.directory, env=self.variables, check=True, capture_output=True, text=True)
        return json.loads(done.stdout)

    def networks(self, **outside):
        """The networks of all accounts that have one; the ranges outside of AWS by what leads there, without the organization's slug."""
        states = (self.state(slug) for slug, account in self.accounts.items() if "settings" in account)
        named = {f"{self.organization['slug']}-{name}": cidrs for name, cidrs in outside.items()}
        return Networks(*states, outside=named)
