"""`estate deploy`: the order, the guard before every apply, failures."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from rich.console import Console

from config import load
from estate.guard.plan import Plan
from estate.paths import CHECKOUT
from estate.terraform import deploying, planning
from estate.terraform.deploying import Deploying, unknown, unlocked
from estate.terraform.planning import Planned
from estate.terraform.ready import Adopted, Ready
from estate.terraform.screen import Screen
from estate.terraform.stack import Changes, TerraformError
from estate.terraform.stopped import StoppedError
from tests.estate.guard.plans import change, plan
from tests.organizations import SAMPLE, copy_sample

CREATES = plan(change("aws_vpc.a", ("create",), None, {}))
RIGHTS = plan(change("aws_iam_policy.execution-role_Policy1_2BDED547", ("update",), {"policy": "{}"}, {"policy": "[]"}))
CLOSED = """Error: Cannot assume IAM Role

  with provider["registry.terraform.io/hashicorp/aws"],
  on cdk.tf.json line 63, in provider.aws[0]:

IAM Role (arn:aws:iam::922784526003:role/TerraformExecutionRole) cannot be
assumed."""
CLOSES = plan(change("aws_organizations_account.a", ("delete",), {"email": "e"}))


@dataclass
class Fake:
    """Stands for Terraform in every stack, and writes down what it is asked to do."""

    plans: dict = field(default_factory=dict)
    fails: tuple = ()
    denied: int = 0
    done: list = field(default_factory=list)
    changed: dict = field(default_factory=dict)

    closed: tuple = ()
    deployed: tuple = ()

    def stack(self, name, _out, variables):
        return FakeStack(name, self, variables)

    def plan(self, stack):
        self.done.append(f"plan {stack.name}{stack.by}")
        closed = stack.name in self.closed and not stack.by
        error = TerraformError(stack.name, "plan", CLOSED, CHECKOUT / "log") if closed else None
        return Planned(stack, 0, None if error else Changes(pending=stack.name in self.plans), error)


@dataclass
class FakeStack:
    name: str
    fake: Fake
    variables: dict = field(default_factory=dict)
    part: tuple = ()
    directory: Path = Path("nowhere")

    @property
    def by(self):
        role = self.variables.get("TF_VAR_deploy_role")
        return "" if role == "TerraformExecutionRole" else f" by {role}"

    @property
    def has_state(self):
        return self.name in self.fake.deployed

    def planned(self):
        found = self.fake.plans[self.name]["resource_changes"]
        targets = [argument.removeprefix("-target=") for argument in self.part]
        return plan(*(one for one in found if not targets or one["address"] in targets))

    def plan(self, *part):
        self.part = part
        self.fake.plans |= self.fake.changed
        self.fake.done.append(" ".join(["plan", self.name, "again", *part]))
        return bool(self.planned()["resource_changes"])

    def apply(self):
        if self.name in self.fake.fails:
            raise TerraformError(self.name, "apply", "Error: Throttling", CHECKOUT / "log")
        self.fake.done.append(f"apply {self.name}{self.by}")
        if self.fake.denied:
            self.fake.denied -= 1
            raise TerraformError(self.name, "apply", "Error: AccessDenied: macie2:EnableMacie", CHECKOUT / "log")
        made = self.planned()["resource_changes"]
        left = [one for one in self.fake.plans[self.name]["resource_changes"] if one not in made]
        self.fake.plans = {**self.fake.plans, self.name: plan(*left)}


@pytest.fixture
def deploy(monkeypatch, tmp_path):
    def deploy(fake, *names, yes=True, directory=SAMPLE, take_over=lambda *_: None, **variables):
        monkeypatch.setattr(deploying, "Stack", fake.stack)
        monkeypatch.setattr(planning, "_plan", fake.plan)
        monkeypatch.setattr(planning, "in_parallel", lambda work, stacks, _jobs: map(work, stacks))
        console = Console(record=True, width=200)
        organization = load(directory)
        screen = Screen(yes=yes, console=console)
        Deploying(organization, tmp_path, tmp_path, screen, variables, patience=0, take_over=take_over).run(names)
        return console.export_text()

    return deploy


@pytest.mark.row("B7")
def test_stacks_are_deployed_after_those_that_they_need(deploy):
    fake = Fake({"management": CREATES, "network": CREATES, "production": CREATES})
    deploy(fake, "production", "network", "management")
    assert fake.done == [
        f"{verb} {name}" for name in ("management", "network", "production") for verb in ("plan", "apply")
    ]


@pytest.mark.row("E5")
def test_what_is_out_of_use_is_not_deployed(deploy, tmp_path):
    directory = copy_sample(tmp_path / "config")
    with (directory / "accounts/production.yaml").open("a") as file:
        file.write("state: quarantined\n")
    fake = Fake()
    printed = deploy(fake, directory=directory)
    assert "production: quarantined, so not deployed" in printed
    assert "plan staging" in fake.done
    assert "plan production" not in fake.done
    with pytest.raises(StoppedError, match=r"production is quarantined.*`estate account restore`"):
        deploy(fake, "staging", "production", directory=directory)


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


def taken_over(fake, planned=CREATES):
    """What a killed run had made is found, and planned as taken over."""

    def take_over(stack, error, part):
        assert ("Throttling" in error.output, part) == (True, [])
        fake.fails, fake.plans = (), {**fake.plans, stack.name: planned}
        adopted = (Adopted("aws_vpc.a", "vpc-1"),)
        return Ready(stack, Plan.from_json(stack.name, stack.planned()), pending=True, adopted=adopted)

    return take_over


def test_what_a_killed_run_had_made_is_taken_over_by_the_same_deploy(deploy):
    fake = Fake({"management": CREATES, "network": CREATES}, fails=("management",))
    printed = deploy(fake, "management", "network", take_over=taken_over(fake))
    assert "management: exists already and is taken over: aws_vpc.a (vpc-1)" in printed
    assert fake.done == ["plan management", "apply management", "plan network", "apply network"]


IMPORTS = plan(
    change("aws_organizations_account.a", ("update",), {"parent_id": "r-1"}, {"parent_id": "ou-1"}, imported="vpc-1")
)


@pytest.mark.row("B7", "C3")
def test_what_is_taken_over_is_brought_to_its_end_and_what_stands_for_another_is_not(deploy):
    """AWS makes accounts in the root: killed before it was moved, it is taken over and moved at once."""
    fake = Fake({"management": CREATES}, fails=("management",))
    deploy(fake, "management", take_over=taken_over(fake, IMPORTS))
    assert fake.done == ["plan management", "apply management"]
    with pytest.raises(StoppedError, match="The guard stopped"):
        deploy(Fake({"management": IMPORTS}), "management")


@pytest.mark.row("B7", "C3")
def test_the_guard_judges_what_takes_over(deploy):
    fake = Fake({"management": CREATES}, fails=("management",))
    with pytest.raises(StoppedError, match="The guard stopped"):
        deploy(fake, "management", take_over=taken_over(fake, CLOSES))
    assert fake.done == ["plan management"]


RULES = plan(change("aws_config_organization_managed_rule.a", ("create",), None, {}), *CREATES["resource_changes"])


@pytest.mark.row("C6")
def test_rules_are_made_when_the_other_accounts_are_done(deploy):
    fake = Fake({"security": RULES, "production": CREATES})
    printed = deploy(fake, "security", "production")
    assert fake.done == [
        "plan security",
        "plan security again -target=aws_vpc.a",
        "apply security",
        "plan production",
        "apply production",
        "plan security again",
        "apply security",
    ]
    assert "security: organization rules (1) follow when every account has a Config recorder" in printed
    first, last = printed.split("Finish security")
    assert "security  deployed, but for what follows" in first
    assert "security  deployed\n" in last


def test_a_run_that_was_killed_between_the_steps_is_finished_by_the_next(deploy):
    fake = Fake({"security": plan(RULES["resource_changes"][0], change("aws_vpc.a", ("no-op",), {}, {}))})
    fake.changed = {"security": plan(RULES["resource_changes"][0])}
    printed = deploy(fake, "security", "production")
    assert printed.count("security  deployed") == 1
    assert fake.done == [
        "plan security",
        "plan security again -target=aws_vpc.a",
        "plan production",
        "plan security again",
        "apply security",
    ]


def test_rules_of_a_stack_that_is_deployed_alone_wait_for_nothing(deploy):
    fake = Fake({"security": RULES})
    deploy(fake, "security")
    assert fake.done == ["plan security", "apply security"]


def test_what_nobody_approved_is_not_done_in_a_later_step(deploy):
    fake = Fake({"security": RULES, "production": CREATES})
    fake.changed = {"security": plan(*RULES["resource_changes"], change("aws_vpc.b", ("delete",), {}, None))}
    with pytest.raises(StoppedError, match="has changed since its plan was approved"):
        deploy(fake, "security", "production")
    assert fake.done[-1] == "plan security again"
    assert fake.done.count("apply security") == 1


GRANTS = plan(change("aws_iam_policy.execution-role_Policy1", ("update",), {}, {}), *CREATES["resource_changes"])


@pytest.mark.row("B4")
def test_a_permission_that_aws_does_not_know_of_yet_is_waited_for_once(deploy):
    fake = Fake({"security": GRANTS}, denied=1)
    printed = deploy(fake, "security")
    by = "by OrganizationAccountAccessRole"
    assert fake.done == ["plan security", f"apply security {by}", "plan security again", f"apply security {by}"]
    assert "AWS does not know of the new permissions yet" in printed
    with pytest.raises(StoppedError, match="security: failed"):
        deploy(Fake({"security": GRANTS}, denied=2), "security")


def test_a_permission_that_nobody_grants_is_not_waited_for(deploy):
    fake = Fake({"security": CREATES}, denied=1)
    with pytest.raises(StoppedError, match="security: failed"):
        deploy(fake, "security")
    assert fake.done == ["plan security", "apply security"]


def test_a_stack_that_there_is_not_is_named():
    organization = load(SAMPLE)
    assert (
        unknown(organization, ["network", "prodction"]) == "There is no stack 'prodction'. Did you mean 'production'?"
    )
    assert unknown(organization, ["network"]) == ""


@pytest.mark.row("E12")
def test_what_can_be_planned_is_applied_though_something_beside_it_cannot(deploy):
    """It may be what the other one waits for: a rerun then finds it there."""
    fake = Fake({"production": CREATES, "staging": CREATES})
    planned = fake.plan

    def plan(stack):
        one = planned(stack)
        error = TerraformError("production", "plan", "Error: no matching EC2 Transit Gateway", CHECKOUT / "log")
        return Planned(one.stack, 0, error=error) if one.stack.name == "production" else one

    fake.plan = plan
    with pytest.raises(StoppedError, match="production: failed"):
        deploy(fake, "production", "staging")
    assert fake.done == ["plan production", "plan staging", "apply staging"]


@pytest.mark.row("E12")
def test_a_name_that_changes_hands_takes_two_steps(deploy):
    unit = "aws_organizations_organizational_unit"
    renamed = [
        change(f"{unit}.{slug}", ("update",), {"name": old, "parent_id": "r-1"}, {"name": new, "parent_id": "r-1"})
        for slug, old, new in (("a", "A", "B"), ("b", "B", "C"))
    ]
    fake = Fake({"management": plan(*renamed)})
    printed = deploy(fake, "management")
    assert fake.done == [
        "plan management",
        f"plan management again -target={unit}.b",
        "apply management",
        "plan management again",
        "apply management",
    ]
    _, done = printed.split("before the rest: Names are given up before others get them.")
    assert "Names are given up before others get them." in done


@pytest.mark.row("E1", "B7")
def test_a_plan_that_changes_rights_is_applied_by_the_foundation_route(deploy):
    fake = Fake({"network": RIGHTS, "production": CREATES}, deployed=("network", "production"))
    printed = deploy(fake, "network", "production")
    assert fake.done == [
        "plan network",
        "apply network by OrganizationAccountAccessRole",
        "plan production",
        "apply production",
    ]
    assert "network: by the foundation route, for aws_iam_policy.execution-role_Policy1_2BDED547" in printed


@pytest.mark.row("E1", "A2")
def test_a_new_account_takes_the_foundation_route(deploy):
    fake = Fake({"network": CREATES}, closed=("network",))
    deploy(fake, "network")
    assert fake.done == [
        "plan network",
        "plan network by OrganizationAccountAccessRole",
        "apply network by OrganizationAccountAccessRole",
    ]


def test_an_account_that_shuts_its_role_is_not_entered_by_another(deploy):
    fake = Fake({"network": CREATES}, closed=("network",), deployed=("network",))
    with pytest.raises(StoppedError):
        deploy(fake, "network")
    assert fake.done == ["plan network"]


def test_a_role_that_was_chosen_stays(deploy):
    fake = Fake({"network": RIGHTS})
    deploy(fake, "network", TF_VAR_deploy_role="Mine")
    assert fake.done == ["plan network by Mine", "apply network by Mine"]


@pytest.mark.row("E1", "C2")
def test_nobody_enters_the_management_account_by_a_role(deploy):
    fake = Fake({"management": RIGHTS})
    printed = deploy(fake, "management")
    assert fake.done == ["plan management", "apply management"]
    assert "management: an administrator's credentials are needed" in printed


def test_new_accounts_are_to_be_locked_once_the_organization_was_deployed():
    organization = load(SAMPLE)
    said = unlocked(organization, [])
    assert said.startswith("No id is locked of development, network, ")
    assert said.endswith("Run `estate lock`, and commit organization.lock.yaml.")
    assert unlocked(organization, ["management", "network"]) == said
    assert unlocked(organization, ["network"]) == ""
