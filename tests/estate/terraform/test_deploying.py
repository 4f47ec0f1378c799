"""`estate deploy`: the order, the guard before every apply, failures."""

from dataclasses import dataclass, field

import pytest
from rich.console import Console

from config import load
from estate.bootstrap.screen import Screen, StoppedError
from estate.paths import CHECKOUT
from estate.terraform import deploying
from estate.terraform.deploying import Deploying, unknown
from estate.terraform.planning import Planned
from estate.terraform.stack import Changes, TerraformError
from tests.estate.guard.plans import change, plan

CREATES = plan(change("aws_vpc.a", ("create",), None, {}))
CLOSES = plan(change("aws_organizations_account.a", ("delete",), {"email": "e"}))


@dataclass
class Fake:
    """Stands for Terraform in every stack, and writes down what it is asked to do."""

    plans: dict = field(default_factory=dict)
    fails: tuple = ()
    done: list = field(default_factory=list)

    def stack(self, name, _out, _variables):
        return FakeStack(name, self)

    def plan_all(self, stacks, _jobs):
        for stack in stacks:
            self.done.append(f"plan {stack.name}")
            yield Planned(stack, 0, Changes(pending=stack.name in self.plans))


@dataclass
class FakeStack:
    name: str
    fake: Fake

    def planned(self):
        return self.fake.plans[self.name]

    def apply(self):
        if self.name in self.fake.fails:
            raise TerraformError(self.name, "apply", "Error: Throttling", CHECKOUT / "log")
        self.fake.done.append(f"apply {self.name}")


@pytest.fixture
def deploy(monkeypatch, tmp_path):
    def deploy(fake, *names, yes=True):
        monkeypatch.setattr(deploying, "Stack", fake.stack)
        monkeypatch.setattr(deploying, "plan_all", fake.plan_all)
        screen = Screen(yes=yes, console=Console(record=True, width=200))
        organization = load(CHECKOUT / "config")
        Deploying(organization, tmp_path, tmp_path, screen, {}).run(names)

    return deploy


@pytest.mark.row("B7")
def test_stacks_are_deployed_after_those_that_they_need(deploy):
    fake = Fake({"management": CREATES, "network": CREATES, "production": CREATES})
    deploy(fake, "production", "network", "management")
    assert fake.done == [
        f"{verb} {name}" for name in ("management", "network", "production") for verb in ("plan", "apply")
    ]


def test_a_stack_without_changes_is_left_alone(deploy):
    fake = Fake()
    deploy(fake, "network")
    assert fake.done == ["plan network"]


@pytest.mark.row("B7", "C3")
def test_the_guard_stops_before_anything_is_applied(deploy):
    fake = Fake({"management": CLOSES, "network": CREATES})
    with pytest.raises(StoppedError, match="The guard stopped"):
        deploy(fake, "management", "network")
    assert fake.done == ["plan management"]


def test_nobody_who_answers_means_no(deploy):
    fake = Fake({"network": CREATES})
    with pytest.raises(StoppedError, match="say --yes"):
        deploy(fake, "network", yes=False)
    assert fake.done == ["plan network"]


def test_a_failure_ends_the_later_stages_and_not_its_own(deploy):
    fake = Fake({"staging": CREATES, "production": CREATES, "network": CREATES}, fails=("production",))
    with pytest.raises(StoppedError, match="production: failed"):
        deploy(fake, "network", "production", "staging")
    assert "apply staging" in fake.done
    fake = Fake({"network": CREATES, "production": CREATES}, fails=("network",))
    with pytest.raises(StoppedError, match="network: failed"):
        deploy(fake, "network", "production")
    assert fake.done == ["plan network"]


def test_a_stack_that_there_is_not_is_named():
    organization = load(CHECKOUT / "config")
    assert (
        unknown(organization, ["network", "prodction"]) == "There is no stack 'prodction'. Did you mean 'production'?"
    )
    assert unknown(organization, ["network"]) == ""
