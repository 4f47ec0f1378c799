"""An account made, moved and closed by requests: shown by the review's jobs, deployed by the workflow's, which are killed.

On demand, as `account_life.py` (`make life`).
"""

import json

import pytest
import yaml

from estate.pipeline.github import review as github_review
from tests.e2e.account_life import APPROVAL, PLANNED
from tests.e2e.test_new_account_jobs import GH
from tests.pipelines import SUBJECTS, Repository, Runner, git
from tests.small import BUCKET

pytestmark = [pytest.mark.e2e, pytest.mark.row("C3", "C4", "E2", "E5")]

ACCOUNT = "aws_organizations_account.account-lab"
LAB = "aws+lab@example.com"


class Requests:
    """A repository, its requests, and what is deployed when they are merged."""

    def __init__(self, small, directory):
        self.small, self.directory = small, directory
        self.repository = Repository(directory / "origin", small)
        self.config = self.repository.directory / "config"
        self.deployed = self.git("rev-parse", "HEAD").strip()
        self.checkouts = 0

    def git(self, *arguments):
        return git(self.repository.directory, *arguments)

    def estate(self, *arguments, **options):
        """Run a command in the repository, with the management account's credentials."""
        return self.small.estate(*arguments, ESTATE_CONFIG=str(self.config), **options)

    def review(self):
        """Make a request of what was edited; what the review shows of its plans: verbs by address, by stack."""
        self.repository.commit("request")
        before = self.states(), self.accounts()
        wanted = json.loads(self._review("stacks", "").outputs["stacks"]["plan_0"])
        sections = {stack: self._review("plan_0", stack).section(stack) for stack in wanted}
        assert (self.states(), self.accounts()) == before
        self.git("checkout", "--quiet", "main")
        return {stack: dict(PLANNED.findall(text)) for stack, text in sections.items()}

    def _review(self, job, stack):
        directory = self._checkout()
        self.repository.checkout(directory / "change", "request")
        runner = Runner(self.small, directory, github_review.review)
        runner.run(job, stack, "pull_request_target", subject=SUBJECTS["branch"])
        return runner

    def _checkout(self):
        self.checkouts += 1
        (self.directory / f"{self.checkouts}").mkdir()
        return self.repository.checkout(self.directory / f"{self.checkouts}" / "zone")

    def merge(self):
        """Merge the request."""
        self.git("checkout", "--quiet", "request")
        return self.repository.commit()

    def workflow(self):
        """The workflow of what is merged, as it begins."""
        commit = self.git("rev-parse", "main").strip()
        runner = Runner(self.small, self._checkout())
        runner.program("gh", GH.format(tools=runner.tools))
        runner.head(commit)
        (runner.tools / "base").write_text(self.deployed)
        return runner

    def deploy(self):
        """Let the workflow deploy what is merged, and merge the ids that it locks."""
        printed = self.workflow().whole()
        if self.git("branch", "--list", "estate-lock").strip():
            lock = self.git("show", "estate-lock:config/organization.lock.yaml")
            (self.config / "organization.lock.yaml").write_text(lock)
            self.repository.commit()
            self.git("branch", "--quiet", "-D", "estate-lock")
        self.deployed = self.git("rev-parse", "main").strip()
        return "".join(printed.values())

    def leaves_nothing_to_do(self, *stacks):
        runner = self.workflow()
        for stack in stacks:
            runner.run("plan_0", stack, "schedule")
            assert runner.section(stack) == f"### Plans\n\nNo changes: {stack}.\n"

    def states(self):
        """The states in the bucket, by stack."""
        owner = self.small.organization.accounts["terraform"].id
        client = self.small.local.session(owner).client("s3")
        found = client.list_objects_v2(Bucket=BUCKET)["Contents"]
        keys = [one["Key"] for one in found if one["Key"].endswith(".tfstate")]
        return {key: client.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}

    def ids(self):
        """What is deployed: the id of each resource by its address, by state."""
        return {
            f"{key} {one['type']}.{one['name']}": one["instances"][0]["attributes"].get("id")
            for key, text in self.states().items()
            for one in json.loads(text)["resources"]
            if one["mode"] == "managed"
        }

    def accounts(self):
        """What AWS has of each account, by its address."""
        client = self.small.local.session().client("organizations")
        return {
            one["Email"]: (one["Name"], one["State"], client.list_parents(ChildId=one["Id"])["Parents"][0]["Id"])
            for one in client.list_accounts()["Accounts"]
        }

    def unit(self):
        """The OU that the account is in."""
        units = {id_: slug for slug, id_ in self.small.organization.lock.organizational_units.items()}
        return units[self.accounts()[LAB][2]]


@pytest.fixture(scope="module")
def requests(small, tmp_path_factory):
    return Requests(small, tmp_path_factory.mktemp("requests"))


def changed(before, after):
    return {key for key in {*before, *after} if before.get(key) != after.get(key)}


def replaced(before, after):
    """What is there before and after, with another id."""
    return {key for key in {*before} & {*after} if before[key] != after[key]}


def test_a_request_makes_it(requests):
    ids, states, accounts = requests.ids(), requests.states(), requests.accounts()
    requests.estate("account", "new", "lab", "--ou", "workloads")
    shown = requests.review()
    assert shown["management"] == {ACCOUNT: "created"}
    assert shown["lab"] == {}  # it waits for the account
    requests.merge()
    # The worst moment: AWS makes the account, and nobody has written that down.
    requests.workflow().whole(kill=("management", " CreateAccount "))
    requests.estate("unlock", "management", "--yes")
    printed = requests.estate("deploy", "management", "--yes")
    assert f"exists already and is taken over: {ACCOUNT}" in printed
    assert "lab: applied" in requests.deploy()
    requests.leaves_nothing_to_do("management", "terraform", "lab", "shop")
    assert changed(accounts, requests.accounts()) == {LAB}
    assert requests.unit() == "workloads"
    assert replaced(ids, requests.ids()) == set()
    assert changed(states, requests.states()) == {
        f"stacks/{name}.tfstate" for name in ("lab", "management", "terraform")
    }
    assert {each for each in changed(ids, requests.ids()) if not each.startswith("stacks/lab.tfstate ")} == {
        f"stacks/management.tfstate {ACCOUNT}"
    }


def test_a_request_moves_it(requests):
    ids, states, accounts = requests.ids(), requests.states(), requests.accounts()
    requests.estate("account", "move", "lab", "workloads/live")
    shown = requests.review()
    assert shown == {"management": {ACCOUNT: "updated"}}
    requests.merge()
    requests.workflow().whole(kill=("management", " MoveAccount "))
    requests.estate("unlock", "management", "--yes")
    requests.deploy()
    requests.leaves_nothing_to_do("management", "terraform", "lab", "shop")
    assert changed(accounts, requests.accounts()) == {LAB}
    assert requests.unit() == "live"
    assert requests.ids() == ids
    assert changed(states, requests.states()) <= {"stacks/management.tfstate"}


def test_requests_close_it(requests):
    ids, accounts = requests.ids(), requests.accounts()
    requests.estate("account", "close", "lab")
    assert requests.review() == {}  # others had nothing for it, and its stack is left alone from now on
    requests.merge()
    requests.deploy()
    assert (requests.ids(), requests.accounts()) == (ids, accounts)
    requests.estate("account", "close", "lab", "--leave", "--yes")
    approval = {**APPROVAL, "rule": "account-gone", "address": ACCOUNT}
    (requests.config / "approvals.yaml").write_text(yaml.safe_dump({"approvals": [approval]}))
    assert requests.review()["management"] == {ACCOUNT: "managed"}
    requests.merge()
    requests.deploy()
    (requests.config / "approvals.yaml").unlink()
    requests.repository.commit()
    requests.leaves_nothing_to_do("management", "terraform", "shop")
    assert changed(accounts, requests.accounts()) == {LAB}
    assert requests.accounts()[LAB][1] == "SUSPENDED"
    assert changed(ids, requests.ids()) == {f"stacks/management.tfstate {ACCOUNT}"}
