"""The whole life of an account, command by command and deploy by deploy: nothing else changes, and kills change nothing.

On demand (`make life`), since it takes eight minutes of processor time; the steps have tests of their own.
"""

import contextlib
import datetime as dt
import json
import os
import random
import signal
import time

import pytest
import yaml

from estate.local import running_local_aws
from tests.small import Small

pytestmark = [pytest.mark.e2e, pytest.mark.row("C3", "E5")]

SEED = int(os.environ.get("ESTATE_SEED", "16"))
APPROVAL = {"stack": "management", "until": "2999-12-31", "reason": "It is meant."}
LAB, ACCOUNT = "aws+lab@example.com", "aws_organizations_account.account-lab"
QUARANTINE = {
    "type": "service_control_policy",
    "targets": ["state:quarantined"],
    "guardrail": "quarantine",
    "parameters": {"exempted_principal_arns": ["OrganizationAccountAccessRole"]},
}
# The terraform account's auditor may take on a role of every account below `workloads`, so it has something for each.
ROLES = {
    "auditor": {
        "name": "Auditor",
        "accounts": ["account:terraform"],
        "trusted_by": [{"account": "management"}],
        "managed_policies": ["arn:aws:iam::aws:policy/SecurityAudit"],
    },
    "look": {
        "name": "Look",
        "accounts": ["ou:workloads"],
        "trusted_by": [{"account": "terraform", "roles": ["Auditor"]}],
        "external_id": "small-look",
        "managed_policies": ["arn:aws:iam::aws:policy/SecurityAudit"],
    },
}
MORE = {
    "state": {"backend": "local"},
    "ci": None,
    "trusted_services": ["account.amazonaws.com", "ram.amazonaws.com"],
    "roles": ROLES,
}


class Life:
    """A small organization, and what is deployed of it."""

    def __init__(self, directory, local):
        self.small = Small.write(directory, local, more=MORE)
        (self.small.config / "accounts/shop.yaml").unlink()
        (self.small.config / "policies/quarantine.yaml").write_text(yaml.safe_dump(QUARANTINE))
        self.moments = random.Random(SEED)

    def __call__(self, *arguments, kill=0, **options):
        """Run a command; `kill` lets it die after so many calls to AWS at most, and runs it again."""
        if kill:
            end = self.calls() + self.moments.randint(1, kill)
            self.kill(*arguments, when=lambda: self.calls() >= end)
        return self.small.estate(*arguments, **options)

    def kill(self, *arguments, when):
        """Run a command, and kill it at a moment with all that it runs."""
        process = self.small.start(*arguments)
        while process.poll() is None and not when():
            time.sleep(0.01)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    def calls(self, of=" "):
        return sum(of in line for line in self.small.local.log.read_text().splitlines())

    def deploy(self, *names, kill=0, approve=None):
        """Deploy; what the guard stops is approved before, by rule and address, and nothing else is."""
        approve = approve or {}
        approvals = self.small.config / "approvals.yaml"
        if approve:
            approvals.write_text(
                yaml.safe_dump(
                    {"approvals": [{**APPROVAL, "rule": rule, "address": address} for rule, address in approve.items()]}
                )
            )
        printed = self("deploy", *names, "--yes", kill=kill)
        # Killed late, the first run may have done it all.
        assert kill or printed.count("approved until 2999-12-31") == len(approve)
        approvals.unlink(missing_ok=True)

    @contextlib.contextmanager
    def changes(self, *planned, **expected):
        """What is done meanwhile adds and removes these addresses in these stacks, replaces nothing, and leaves nothing to do.

        Args:
            planned: The stacks that are planned once more; all if none is named.
            expected: The addresses, by stack.
        """
        before = self.ids()
        yield
        after = self.ids()
        found = {name: set(before.get(name, {})) ^ set(after.get(name, {})) for name in {*before, *after}}
        assert {name: those for name, those in found.items() if those} == {
            name: set(those) for name, those in expected.items()
        }
        assert {
            name: {address: id_ for address, id_ in ids.items() if address in after.get(name, {})}
            for name, ids in before.items()
        } == {
            name: {address: id_ for address, id_ in after.get(name, {}).items() if address in ids}
            for name, ids in before.items()
        }
        lines = [line.split() for line in self("plan", *planned).splitlines() if line]
        assert {" ".join(line[1:3]) for line in lines if line[0] != "lab:"} == {"no changes"}

    def ids(self):
        """What is deployed: the id of each resource by its address, by stack."""
        found = {}
        for path in (self.small.directory / "state").rglob("*.tfstate"):
            state = json.loads(path.read_text())
            found[path.stem] = {
                f"{one['type']}.{one['name']}": one["instances"][0]["attributes"].get("id")
                for one in state["resources"]
                if one["mode"] == "managed"
            }
        return found

    def account(self):
        """The account as AWS has it: id, name, state, the OU it is in."""
        client = self.small.local.session().client("organizations")
        (found,) = (one for one in client.list_accounts()["Accounts"] if one["Email"] == LAB)
        parent = client.list_parents(ChildId=found["Id"])["Parents"][0]["Id"]
        units = {id_: slug for slug, id_ in self.small.organization.lock.organizational_units.items()}
        return found["Id"], found["Name"], found["State"], units[parent]

    @property
    def file(self):
        return yaml.safe_load((self.small.config / "accounts/lab.yaml").read_text())


@pytest.fixture(scope="module")
def life(tmp_path_factory):
    with running_local_aws() as local:
        found = Life(tmp_path_factory.mktemp("life"), local)
        found("bootstrap", "--yes")
        yield found


BUDGET = "aws_budgets_budget.budget_8D857FF9"
PERMISSION = "aws_iam_role_policy.assume-look-Auditor_62E4496E"
ATTACHMENT = "aws_organizations_policy_attachment.policy-quarantine_account-lab_59B441E4"
OWN = {
    "aws_iam_policy.boundary_45A5A84B",
    "aws_iam_policy.execution-role_Policy1_2BDED547",
    "aws_iam_role.execution-role_Role_F7BDE5EE",
    "aws_iam_role.role-look_8D4DC032",
    "aws_iam_role_policy_attachment.execution-role_Role_policy-1_4AB7F43B",
    "aws_iam_role_policy_attachment.role-look_SecurityAudit_A90B9B3A",
}


def test_it_is_made_renamed_and_moved(life):
    with life.changes(management={ACCOUNT}, lab=OWN, terraform={PERMISSION}):
        life("account", "new", "lab", "--ou", "workloads")
        # The worst moment: AWS makes the account, and nobody has written that down.
        made = life.calls(" CreateAccount ")
        life.kill("deploy", "management", "--yes", when=lambda: life.calls(" CreateAccount ") > made)
        assert "run `estate bootstrap`" in life("deploy", "management", "--yes", code=1)
        life("bootstrap", "--yes")
    id_, *_ = life.account()
    assert life.account() == (id_, "Lab", "ACTIVE", "workloads")

    with life.changes("management"):
        life("account", "rename", "lab", "The lab")
        life.deploy("management", kill=35)
    assert life.account() == (id_, "The lab", "ACTIVE", "workloads")

    with life.changes("management"):
        life("account", "move", "lab", "workloads/live")
        life.deploy("management")
    assert life.account() == (id_, "The lab", "ACTIVE", "live")
    assert life.file == {"name": "The lab", "ou": "workloads/live"}


def test_it_is_lent_quarantined_and_restored(life):
    until = (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30)).isoformat()
    with life.changes("lab", lab={BUDGET}):
        life("account", "lease", "lab", "--until", until, "--email", "ada@example.com", "--budget", "50")
        life.deploy("lab")
    in_use = life.file
    assert in_use["lease"] == {"until": until, "emails": ["ada@example.com"], "then": "close"}

    with life.changes("management", management={ATTACHMENT}):
        life("account", "quarantine", "lab")
        life.deploy("management")
    assert life.file == {**in_use, "state": "quarantined"}

    with life.changes("management", management={ATTACHMENT}):
        life("account", "restore", "lab")
        life.deploy("management", approve={"guardrail-weaker": ATTACHMENT})
    assert life.file == in_use


def test_it_is_closed(life):
    in_use = life.file
    with life.changes("terraform", terraform={PERMISSION}):
        life("account", "close", "lab")
        assert life.file == {**in_use, "closing": True}
        assert "Others still have what is for lab" in life("account", "close", "lab", "--yes", code=1)
        life.deploy("terraform")
    with life.changes(management={ACCOUNT}, lab=OWN | {BUDGET}):
        assert "lab still has 7 resources" in life("account", "close", "lab", "--yes", code=1)
        life.small.stack("lab").destroy()
        life("account", "close", "lab", "--yes", kill=5)
        life.deploy("management", approve={"account-gone": ACCOUNT}, kill=35)
    assert life.account()[2] == "SUSPENDED"
    assert not (life.small.config / "accounts/lab.yaml").exists()
    assert "as the configuration says" in life("drift")


def test_aws_reopens_it_and_it_is_closed_again(life):
    id_, *_ = life.account()
    assert "AWS Support reopens it" in life("account", "restore", "lab", code=1)
    life.small.local.reopen(id_)
    assert "estate account restore lab" in life("drift", code=2)
    with life.changes("management", "lab", management={ACCOUNT}, lab=OWN, terraform={PERMISSION}):
        life("account", "restore", "lab", kill=3)
        life.deploy("management")
        life("lock")
        life.deploy("lab", "terraform")
    assert life.account() == (id_, "The lab", "ACTIVE", "live")
    assert not life.small.organization.lock.closed

    with life.changes(management={ACCOUNT}, terraform={PERMISSION}):
        life("account", "close", "lab")
        life.deploy("terraform")
        life("account", "close", "lab", "--leave", "--yes")
        life.deploy("management", approve={"account-gone": ACCOUNT})
    assert life.account()[2] == "SUSPENDED"
    life.small.local.pass_days(90)
    assert "as the configuration says" in life("drift")
    assert "gone for good" in life("account", "restore", "lab", code=1)
    taken = life("account", "new", "lab-2", "--ou", "workloads", "--email", LAB, code=1)
    assert "an address that no AWS account had" in " ".join(taken.split())
