"""The whole life of an account, command by command and deploy by deploy: nothing else changes, and kills change nothing.

On demand (`make life`), since it takes eight minutes of processor time; the steps have tests of their own.
"""

import contextlib
import datetime as dt
import json
import os
import random
import re
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
    "customer_policies": {},
    "identity_providers": {},
}


# What Terraform says that a plan does to an address, and the calls of those who only look.
PLANNED = re.compile(
    r"^ *# (\S+) (?:will|must)(?: no longer)? be (created|updated|destroyed|replaced|imported|managed)", re.MULTILINE
)
_CALL = re.compile(r" (\w+) \d{3} \d+ms$")
_READS = ("Get", "List", "Describe", "Head", "View", "AssumeRole")


class Life:
    """A small organization, and what is deployed of it."""

    def __init__(self, directory, local):
        self.small = Small.write(directory, local, more=MORE)
        (self.small.config / "accounts/shop.yaml").unlink()
        (self.small.config / "policies/quarantine.yaml").write_text(yaml.safe_dump(QUARANTINE))
        self.moments = random.Random(SEED)
        self.deployed = set()
        self._log, self._read = [], 0

    def __call__(self, *arguments, kill=0, **options):
        """Run a command; `kill` lets it die after so many calls to AWS at most, and runs it again."""
        if kill:
            end = self.calls() + self.moments.randint(1, kill)
            self.kill(*arguments, when=lambda: self.calls() >= end)
        return self.small.estate(*arguments, **options)

    def edit(self, *arguments):
        """Run a command that edits files, which dies at a random moment: it has done all or nothing, and then does it again."""
        before, end = self.files(), time.monotonic() + self.moments.uniform(0.2, 1.5)
        self.kill("account", *arguments, when=lambda: time.monotonic() >= end)
        if self.files() == before:
            self("account", *arguments)
        assert self.files() != before
        self.small.organization.accounts  # noqa: B018 - it can be read

    def files(self):
        """What the configuration says; drafts that a killed command left are none of it."""
        found = self.small.config.rglob("[!.]*.yaml")
        return {path: path.read_bytes() for path in found}

    def kill(self, *arguments, when):
        """Run a command, and kill it at a moment with all that it runs."""
        process = self.small.start(*arguments)
        while process.poll() is None and not when():
            time.sleep(0.01)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    def log(self):
        """What the local AWS was asked, a line for each call; what was read before is not read again."""
        with self.small.local.log.open("rb") as file:
            file.seek(self._read)
            text = file.read().rpartition(b"\n")[0]
        if text:
            self._read += len(text) + 1
            self._log += [line for line in text.decode().splitlines() if _CALL.search(line)]
        return self._log

    def calls(self, of=" "):
        return sum(of in line for line in self.log())

    def plan(self, plans, *, stopped=False):
        """Plan only: it does what is meant, by address, in each stack, and changes nothing; how many calls that takes."""
        before, states = self.calls(), self.states()
        to = self.small.directory / "plans"
        printed = self("plan", *plans, "--to", str(to), code=1 if stopped else 0)
        assert ("stopped by the guard" in printed) is stopped
        for name, meant in plans.items():
            assert dict(PLANNED.findall((to / f"{name}.md").read_text())) == meant
        operations = {_CALL.search(line)[1] for line in self.log()[before:]}
        assert {one for one in operations if not one.startswith(_READS)} == set()
        assert self.states() == states
        return self.calls() - before

    def deploy(self, plans, approve=None, when=None):
        """Plan only, then deploy: killed at a random moment, and run again.

        Args:
            plans: What the plans of the stacks do: verbs by address, by stack.
            approve: What the guard stops, and is approved then: rules by address. Nothing else is.
            when: When it is killed, in place of a random moment.
        """
        calls = self.plan(plans, stopped=bool(approve))
        approvals = self.small.config / "approvals.yaml"
        if approve:
            entries = [{**APPROVAL, "rule": rule, "address": address} for address, rule in approve.items()]
            approvals.write_text(yaml.safe_dump({"approvals": entries}))
        # It plans as was just done, and then applies.
        end = self.calls() + self.moments.randint(1, calls + 10)
        self.kill("deploy", *plans, "--yes", when=when or (lambda: self.calls() >= end))
        printed = self("deploy", *plans, "--yes")
        approvals.unlink(missing_ok=True)
        self.deployed |= set(plans)
        return printed

    @contextlib.contextmanager
    def changes(self, *planned, **expected):
        """What is done meanwhile adds and removes these addresses in these stacks, replaces nothing, and leaves nothing to do.

        What is not deployed meanwhile keeps its states byte for byte, and all other accounts are in AWS as they were.

        Args:
            planned: The stacks that are planned once more; all if none is named.
            expected: The addresses, by stack.
        """
        self.deployed = set()
        before, states, others = self.ids(), self.states(), self.others()
        yield
        after, deployed = self.ids(), self.deployed | set(expected)
        assert {name: text for name, text in self.states().items() if name not in deployed} == {
            name: text for name, text in states.items() if name not in deployed
        }
        assert self.others() == others
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

    def states(self):
        return {path.stem: path.read_bytes() for path in (self.small.directory / "state").rglob("*.tfstate")}

    def ids(self):
        """What is deployed: the id of each resource by its address, by stack."""
        return {
            name: {
                f"{one['type']}.{one['name']}": one["instances"][0]["attributes"].get("id")
                for one in json.loads(text)["resources"]
                if one["mode"] == "managed"
            }
            for name, text in self.states().items()
        }

    def others(self):
        """All accounts but this one, as AWS has them: names, states, OUs, tags, policies."""
        client = self.small.local.session().client("organizations")
        found = {}
        for one in client.list_accounts()["Accounts"]:
            if one["Email"] != LAB:
                id_ = one["Id"]
                policies = client.list_policies_for_target(TargetId=id_, Filter="SERVICE_CONTROL_POLICY")["Policies"]
                tags = client.list_tags_for_resource(ResourceId=id_)["Tags"]
                found[id_] = one["Name"], one["State"], client.list_parents(ChildId=id_)["Parents"], tags, policies
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
FORGOTTEN = {ACCOUNT: "managed"}
# With the last permission to take on a role goes the right to write such permissions.
RIGHTS = "aws_iam_policy.execution-role_Policy1_2BDED547"
LET_IN, SHUT_OUT = ({PERMISSION: verb, RIGHTS: "updated"} for verb in ("created", "destroyed"))
OWN = {
    "aws_iam_policy.boundary_45A5A84B",
    "aws_iam_policy.execution-role_Policy1_2BDED547",
    "aws_iam_role.execution-role_Role_F7BDE5EE",
    "aws_iam_role.role-look_8D4DC032",
    "aws_iam_role_policy_attachment.execution-role_Role_policy-1_4AB7F43B",
    "aws_iam_role_policy_attachment.role-look_SecurityAudit_A90B9B3A",
}


def made(addresses):
    return dict.fromkeys(addresses, "created")


def gone(addresses):
    return dict.fromkeys(addresses, "destroyed")


def test_it_is_made_renamed_and_moved(life):
    with life.changes(management={ACCOUNT}, lab=OWN, terraform={PERMISSION}):
        life.edit("new", "lab", "--ou", "workloads")
        # The worst moment: AWS makes the account, and nobody has written that down.
        asked, accounts = life.calls(" CreateAccount "), len(life.others())
        printed = life.deploy({"management": made({ACCOUNT})}, when=lambda: life.calls(" CreateAccount ") > asked)
        assert f"exists already and is taken over: {ACCOUNT}" in printed
        assert len(life.others()) == accounts
        life("lock")
        life.deploy({"lab": made(OWN), "terraform": LET_IN})
    id_, *_ = life.account()
    assert life.account() == (id_, "Lab", "ACTIVE", "workloads")

    with life.changes("management"):
        life.edit("rename", "lab", "The lab")
        life.deploy({"management": {}})
    assert life.account() == (id_, "The lab", "ACTIVE", "workloads")

    with life.changes("management"):
        life.edit("move", "lab", "workloads/live")
        life.deploy({"management": {ACCOUNT: "updated"}})
    assert life.account() == (id_, "The lab", "ACTIVE", "live")
    assert life.file == {"name": "The lab", "ou": "workloads/live"}


def test_it_is_lent_quarantined_and_restored(life):
    until = (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30)).isoformat()
    with life.changes("lab", lab={BUDGET}):
        life.edit("lease", "lab", "--until", until, "--email", "ada@example.com", "--budget", "50")
        life.deploy({"lab": {BUDGET: "created", RIGHTS: "updated"}})
    in_use = life.file
    assert in_use["lease"] == {"until": until, "emails": ["ada@example.com"], "then": "close"}

    with life.changes("management", management={ATTACHMENT}):
        life.edit("quarantine", "lab")
        life.deploy({"management": made({ATTACHMENT})})
    assert life.file == {**in_use, "state": "quarantined"}

    with life.changes("management", management={ATTACHMENT}):
        life.edit("restore", "lab")
        life.deploy({"management": gone({ATTACHMENT})}, approve={ATTACHMENT: "guardrail-weaker"})
    assert life.file == in_use


def test_it_is_closed(life):
    in_use = life.file
    with life.changes("terraform", terraform={PERMISSION}):
        life.edit("close", "lab")
        assert life.file == {**in_use, "closing": True}
        assert "Others still have what is for lab" in life("account", "close", "lab", "--yes", code=1)
        life.deploy({"terraform": SHUT_OUT})
    with life.changes(management={ACCOUNT}, lab=OWN | {BUDGET}):
        assert "lab still has 7 resources" in life("account", "close", "lab", "--yes", code=1)
        life.small.stack("lab").destroy()
        life("account", "close", "lab", "--yes", kill=5)
        life.deploy({"management": FORGOTTEN}, approve={ACCOUNT: "account-gone"})
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
        life.deploy({"management": {ACCOUNT: "imported"}})
        life("lock")
        life.deploy({"lab": made(OWN), "terraform": LET_IN})
    assert life.account() == (id_, "The lab", "ACTIVE", "live")
    assert not life.small.organization.lock.closed

    with life.changes(management={ACCOUNT}, terraform={PERMISSION}):
        life.edit("close", "lab")
        life.deploy({"terraform": SHUT_OUT})
        life("account", "close", "lab", "--leave", "--yes", kill=5)
        life.deploy({"management": FORGOTTEN}, approve={ACCOUNT: "account-gone"})
    assert life.account()[2] == "SUSPENDED"
    life.small.local.pass_days(90)
    assert "as the configuration says" in life("drift")
    assert "gone for good" in life("account", "restore", "lab", code=1)
    taken = life("account", "new", "lab-2", "--ou", "workloads", "--email", LAB, code=1)
    assert "an address that no AWS account had" in " ".join(taken.split())


def test_what_aws_refuses_is_a_sentence_and_the_same_deploy_goes_on(life):
    outside = life.small.local.session().client("organizations")
    life("account", "new", "spare", "--ou", "workloads")
    for reason, helps in (
        ("ACCOUNT_NUMBER_LIMIT_EXCEEDED: It is full.", "A quota is used up."),
        ("PAYMENT_INSTRUMENT_REQUIRED: There is none.", "has a valid means of payment"),
    ):
        life.small.local.fault(
            "organizations", "CreateAccount", code="ConstraintViolationException", message=reason, times=1
        )
        assert helps in " ".join(life("deploy", "management", "--yes", code=1).split())
    # An address that an account has which was closed for good.
    life("account", "email", "spare", "other@example.com")
    assert outside.create_account(Email="other@example.com", AccountName="Other")["CreateAccountStatus"]["AccountId"]
    printed = " ".join(life("deploy", "management", "--yes", code=1).split())
    assert "An AWS account has this address." in printed
    assert "another made it" in printed
    life("account", "email", "spare", "spare@example.com")
    life("deploy", "management", "--yes")
    assert {one["Email"] for one in outside.list_accounts()["Accounts"]} >= {"other@example.com", "spare@example.com"}
