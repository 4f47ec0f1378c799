"""`estate apply`: the file that was approved, and no other. Terraform itself is in tests/e2e/test_pipeline_jobs.py."""

import datetime as dt
import json
import zipfile
from dataclasses import dataclass, field, replace

import pytest

from config import load
from estate.kept import applying
from estate.kept.access import Access
from estate.kept.applying import Applying, RefusedError
from estate.kept.record import Record, RecordError, digest_of, digest_of_json, digest_of_tool
from estate.kept.store import Folder
from estate.terraform.stack import Stack
from estate.terraform.stopped import StoppedError
from tests.estate.guard.plans import change, plan
from tests.organizations import SAMPLE

CREATES = plan(change("aws_vpc.a", ("create",), None, {}))
CLOSES = plan(change("aws_organizations_account.a", ("delete",), {"email": "e"}))
COMMIT = "c" * 40


@dataclass(frozen=True)
class Faked(Stack):
    """A stack whose Terraform writes down what it is asked to do."""

    shows: dict = field(default_factory=lambda: CREATES)
    done: list = field(default_factory=list)
    left: list = field(default_factory=list)
    variables: dict = field(default_factory=dict)

    def init(self, *_):
        self.done.append("init")

    def planned(self):
        return self.shows

    def plan(self, *targets):
        self.done.append(" ".join(["plan", *targets]))
        found = [one for one in self.left if not targets or f"-target={one['address']}" in targets]
        object.__setattr__(self, "shows", plan(*found))
        return bool(found)

    def apply(self):
        self.done.append("apply")
        done = [one["address"] for one in self.shows["resource_changes"]]
        self.left[:] = [one for one in self.left if one["address"] not in done]


@pytest.fixture
def stack(tmp_path):
    found = Faked("network", tmp_path / "cdktf.out")
    found.directory.mkdir(parents=True)
    state = {"terraform": {"backend": {"local": {"path": "../../../state/network.tfstate"}}}}
    (found.directory / "cdk.tf.json").write_text(json.dumps(state))
    write_state(found, serial=4)
    found.plan_file.parent.mkdir(parents=True)
    write_plan(found.plan_file)
    return found


def write_state(stack, serial):
    path = stack.directory / "../../../state/network.tfstate"
    path.resolve().parent.mkdir(exist_ok=True)
    path.resolve().write_text(json.dumps({"lineage": "a-b-c", "serial": serial}))


def write_plan(path, serial=4, **more):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tfstate", json.dumps({"lineage": "a-b-c", "serial": serial}))
        archive.writestr("tfplan", json.dumps(more))


@pytest.fixture
def record(stack):
    digest = digest_of(stack.plan_file)
    Folder(stack.name, stack.work / "kept").keep(digest, stack.plan_file)
    return Record(
        stack=stack.name,
        commit=COMMIT,
        plan=digest,
        lineage="a-b-c",
        serial=4,
        synthesized=digest_of_json(stack),
        tool=digest_of_tool(),
        terraform="1.11.4",
        planned=dt.datetime.now(dt.UTC),
        passes=True,
    )


@pytest.fixture
def applies(stack, tmp_path, monkeypatch):
    monkeypatch.setattr(applying, "commit_of_checkout", lambda: COMMIT)
    monkeypatch.setattr(applying, "terraform_version", lambda: "1.11.4")
    access = Access("TerraformExecutionRole", None)

    def apply(record, head=COMMIT, on=stack, route=None):
        return Applying(load(SAMPLE), tmp_path, access, head, longest_hours=24, route=route).run(on, record)

    return apply


@pytest.mark.row("E2")
def test_what_was_approved_is_applied(applies, stack, record):
    assert applies(record) == "applied"
    assert stack.done == ["init", "apply"]


@pytest.mark.row("E2")
def test_it_is_applied_once(applies, stack, record):
    applies(record)
    assert "is not applied twice" in applies(record)
    assert stack.done == ["init", "apply"]


CHANGED = {
    "another stack's record": ({"stack": "security"}, "this record is of stack security"),
    "stopped by the guard": ({"passes": False}, "the guard stopped this plan"),
    "another commit": ({"commit": "d" * 40}, "the plan is of commit dddddddddddd, and cccccccccccc is checked out"),
    "too old": (
        {"planned": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)},
        r"the plan is \d+ hours old, and may be 24 at most \(ci.plan_max_age_hours\)",
    ),
    "another tool": ({"tool": "0" * 64}, "this program is not the one that made the plan"),
    "another Terraform": ({"terraform": "1.12.0"}, "the plan is of Terraform 1.12.0, and this is 1.11.4"),
    "another JSON": ({"synthesized": "0" * 64}, "its Terraform JSON is not what was planned"),
    "a plan that is gone": ({"plan": "0" * 64}, "its plan is not kept any more"),
    "another state": ({"serial": 5}, "the plan and its record name different states"),
}


@pytest.mark.row("E2")
@pytest.mark.parametrize("case", CHANGED)
def test_refusals(applies, stack, record, case):
    changed, said = CHANGED[case]
    with pytest.raises(RefusedError, match=said):
        applies(replace(record, **changed))
    assert "apply" not in stack.done


@pytest.mark.row("E2")
def test_a_branch_that_went_on_is_refused(applies, stack, record):
    with pytest.raises(RefusedError, match=r"the branch is at eeeeeeeeeeee by now: .* Approve the newer run instead"):
        applies(record, head="e" * 40)
    assert stack.done == []


@pytest.mark.row("E2")
def test_a_swapped_file_is_refused(applies, stack, record):
    kept = stack.work / "kept" / f"plans/network/{record.plan}.tfplan"
    write_plan(kept, other="plan")
    with pytest.raises(RefusedError, match="somebody swapped it"):
        applies(record)
    assert stack.done == []


@pytest.mark.row("E2")
def test_a_state_that_moved_on_is_refused(applies, stack, record):
    write_state(stack, serial=5)
    with pytest.raises(RefusedError, match=r"moved on since it was planned \(serial 4, now 5\)"):
        applies(record)
    assert stack.done == []


@pytest.mark.row("E2")
def test_a_part_that_a_killed_run_applied_is_not_begun_again(applies, stack, record):
    Folder(stack.name, stack.work / "kept").mark({"plan": record.plan, "began": "2026-11-28T12:00:00+00:00"})
    write_state(stack, serial=5)
    with pytest.raises(RefusedError, match="a part of this plan was applied at 2026-11-28T12:00:00"):
        applies(record)
    write_state(stack, serial=4)
    assert applies(record) == "applied"


@pytest.mark.row("E2")
def test_the_guard_judges_the_file_itself(applies, stack, record):
    with pytest.raises(RefusedError, match=r"the guard stops this plan: aws_organizations_account\.a"):
        applies(record, on=replace(stack, shows=CLOSES))
    assert "apply" not in stack.done


UNIT = "aws_organizations_organizational_unit"


def renamed(slug, before, after):
    ours = {"parent_id": "r-1", "id": f"ou-{slug}"}
    return change(f"{UNIT}.{slug}", ("update",), {**ours, "name": before}, {**ours, "name": after})


@pytest.mark.row("E12")
def test_a_name_that_changes_hands_takes_two_steps(applies, stack, record):
    changes = [renamed("a", "A", "B"), renamed("b", "B", "C")]
    found = replace(stack, shows=plan(*changes), left=changes)
    assert applies(record, on=found) == "applied"
    assert found.done == ["init", f"plan -target={UNIT}.b", "apply", "plan", "apply"]


@pytest.mark.row("E2", "E12")
def test_what_is_left_after_a_step_is_held_to_the_approved_plan(applies, stack, record):
    changes = [renamed("a", "A", "B"), renamed("b", "B", "C")]
    found = replace(stack, shows=plan(*changes), left=[*changes, change("aws_vpc.a", ("delete",), {}, None)])
    with pytest.raises(StoppedError, match="has changed since its plan was approved"):
        applies(record, on=found)
    assert found.done.count("apply") == 1


def test_kept_plans_are_their_owners_alone(stack, record):
    kept = stack.work / "kept" / f"plans/network/{record.plan}.tfplan"
    assert kept.stat().st_mode & 0o777 == 0o600


def test_a_record_is_written_and_read(record, tmp_path):
    changed = replace(record, targets=("-target=aws_vpc.a",), later=("organization rules (2) follow",))
    changed.write(tmp_path / "r")
    assert Record.read(tmp_path / "r") == changed


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"form": 2}', '{"form": 1, "stack": "a"}'])
def test_something_else_is_no_record(tmp_path, text):
    (tmp_path / "r").write_text(text)
    with pytest.raises(RecordError, match="record"):
        Record.read(tmp_path / "r")
    with pytest.raises(RecordError, match="No such file"):
        Record.read(tmp_path / "none")


RIGHTS = plan(change("aws_iam_policy.execution-role_Policy1_2BDED547", ("update",), {"policy": "{}"}, {"policy": "[]"}))


@pytest.mark.row("E2", "C12")
def test_a_plan_that_the_ordinary_route_cannot_apply_is_refused_whole(applies, stack, record):
    with pytest.raises(
        RefusedError, match=r"changes deployment rights .*execution-role_Policy1_2BDED547.*`estate deploy"
    ):
        applies(record, on=replace(stack, shows=RIGHTS))
    assert "apply" not in stack.done


@pytest.mark.row("E2", "C12")
def test_a_job_of_one_route_refuses_plans_of_the_other(applies, stack, record):
    with pytest.raises(
        RefusedError, match=r"takes the foundation route, and this job the ordinary one\. .* `estate deploy"
    ):
        applies(replace(record, route="foundation"), route="ordinary")
    with pytest.raises(RefusedError, match="takes the ordinary route, and its record says foundation"):
        applies(replace(record, route="foundation"), route="foundation")
    assert "apply" not in stack.done
