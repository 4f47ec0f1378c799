"""The jobs of the generated workflow, run as GitHub runs them: with nothing but a token, on a deployed organization."""

import datetime as dt
import json
import re

import pytest
import yaml
from botocore.exceptions import ClientError

from estate.kept.record import Record, commit_of_checkout
from estate.local.session import session
from estate.pipeline.gitlab import pipeline as gitlab
from estate.pipeline.gitlab.deploys import deploys as gitlab_deploys
from estate.pipeline.setting import Setting
from tests.deployed import edit
from tests.pipelines import SUBJECTS, GitlabRunner, Runner, token_of_github
from tests.small import BUCKET

pytestmark = pytest.mark.e2e


@pytest.fixture
def runner(small, tmp_path):
    return Runner(small, tmp_path)


@pytest.mark.row("C4", "B7", "C12")
def test_the_daily_plan_finds_nothing(runner):
    """Through the planning roles, with policies decided on every call: CI role, account's role, state's role."""
    runner.run("plan_0", "management", "schedule")
    assert runner.section("management") == "### Plans\n\nNo changes: management.\n"


def merge(small, value):
    """Change what the role Look of the account shop says of itself: a merge."""
    edit(small.config / "organization.yaml", lambda data: data["roles"]["look"].update(description=value))


@pytest.mark.row("C4", "B4", "B7", "C12", "E2")
def test_what_is_planned_and_approved_is_applied(small, runner):
    """Planned through roles that only read, kept, applied through the execution role; then nothing is found any more."""
    merge(small, "Looks at gold.")
    runner.plan("shop", "schedule")  # the job `drift` tells of it
    assert "| shop | 0 |" in runner.section("shop")
    runner.plan("shop")
    text = runner.section("shop")
    assert re.search(r'description\s+= ".*" -> "Looks at gold\."', text)
    assert f"of commit `{commit_of_checkout()[:12]}`, and no other" in text
    record = json.loads((runner.directory / "plans/shop.record.json").read_text())
    assert record["passes"] is True
    assert record["plan"][:16] in text
    assert "gold" not in json.dumps(record)
    assert "shop: applied" in runner.deploy("shop")
    assert "is not applied twice" in runner.deploy("shop")
    runner.plan("shop", "schedule")
    assert runner.section("shop") == "### Plans\n\nNo changes: shop.\n"


@pytest.mark.row("E2")
def test_a_newer_merge_makes_an_older_run_refuse(small, runner):
    """Approved late, or run again: the newer run has planned everything that is not deployed yet."""
    merge(small, "Looks at silver.")
    runner.plan("shop")
    runner.head("f" * 40)
    assert "the branch is at ffffffffffff by now" in runner.deploy("shop", code=1)
    runner.head(commit_of_checkout())
    merge(small, "Looks at bronze.")
    assert "its Terraform JSON is not what was planned" in runner.deploy("shop", code=1)
    runner.plan("shop")
    assert "shop: applied" in runner.deploy("shop")


@pytest.mark.row("E2")
def test_a_state_that_moved_on_makes_a_plan_refuse(small, runner):
    merge(small, "Looks at copper.")
    runner.plan("shop")
    small.estate("deploy", "shop", "--yes", "--role", "OrganizationAccountAccessRole")
    assert "its state has moved on since it was planned" in runner.deploy("shop", code=1)


@pytest.mark.row("E2")
def test_who_plans_cannot_read_a_plan_and_a_swapped_one_is_refused(small, runner, setting):
    merge(small, "Looks at tin.")
    runner.plan("shop")
    record = json.loads((runner.directory / "plans/shop.record.json").read_text())
    key = f"plans/shop/{record['plan']}.tfplan"
    for role, allowed in (("Read", False), ("", True)):
        bucket = of_state(small, setting, f"TerraformState{role}Role", "shop")
        decided(allowed, lambda bucket=bucket: bucket.get_object(Bucket=BUCKET, Key=key))
    decided(False, lambda: of_state(small, setting, "TerraformStateRole", "terraform"))
    of_state(small, setting, "TerraformStateReadRole", "shop").put_object(Bucket=BUCKET, Key=key, Body=b"another plan")
    printed = runner.deploy("shop", code=1)
    assert "is not the plan that was approved" in printed
    assert "somebody swapped it" in printed


@pytest.mark.row("E2", "A10")
def test_a_killed_apply_is_seen_and_the_next_run_goes_on(small, runner):
    merge(small, "Looks at iron.")
    runner.plan("shop")
    runner.deploy("shop", kill_after=" iam UpdateRole")
    printed = runner.deploy("shop", code=1)
    assert "estate unlock shop" in printed
    small.estate("unlock", "shop", "--yes")
    runner.plan("shop")
    if (runner.directory / "plans/shop.record.json").exists():
        assert "did not end: this plan is what is left" in runner.section("shop")
    runner.deploy("shop")
    runner.plan("shop", "schedule")
    assert runner.section("shop") == "### Plans\n\nNo changes: shop.\n"


def of_state(small, setting, role, stack):
    """A session of a state's role, got as a job gets it."""
    plans = "Read" in role
    route = setting.routes["shop"]
    found = signed_in(
        small,
        route.plan_role if plans else route.deploy_role,
        sub=SUBJECTS["branch" if plans else "environment"],
    )
    arn = f"arn:aws:iam::{small.organization.accounts['terraform'].id}:role/{role}"
    given = found.client("sts").assume_role(
        RoleArn=arn, RoleSessionName="state", Tags=[{"Key": "TerraformStack", "Value": stack}]
    )["Credentials"]
    keys = given["AccessKeyId"], given["SecretAccessKey"]
    return session(small.local.endpoint, *keys, region="eu-central-1", token=given["SessionToken"]).client("s3")


@pytest.mark.row("C4", "B7", "E2")
def test_gitlabs_jobs_apply_what_was_planned_whatever_variables_say(small, tmp_path):
    """A schedule's or a person's variables come before those of a job; here they name another role and other arguments."""
    merge(small, "Looks at lead.")
    runner = GitlabRunner(small, tmp_path)
    jobs = yaml.safe_load(gitlab.pipeline(runner.setting))
    part = sorted(runner.setting.stacks).index("shop") + 1
    strange = {"TF_VAR_deploy_role": "OrganizationAccountAccessRole", "TF_CLI_ARGS": "-help", "AWS_PROFILE": "mine"}
    runner.run(jobs["plan"], **strange, CI_NODE_INDEX=str(part), CI_NODE_TOTAL=str(len(runner.setting.stacks)))
    assert [path.name for path in (tmp_path / "plans").glob("*.record.json")] == ["shop.record.json"]
    child = yaml.safe_load(gitlab_deploys(runner.setting, ["shop"], parent="77"))
    (apply,) = (job for name, job in child.items() if name.startswith("deploy "))
    runner.head("f" * 40)
    assert "the branch is at ffffffffffff by now" in runner.run(apply, code=1, **strange)
    runner.head(commit_of_checkout())
    assert "shop: applied" in runner.run(apply, **strange)


@pytest.mark.row("C4")
def test_a_pull_request_cannot_deploy(runner):
    (runner.directory / "plans").mkdir()
    now = dt.datetime.now(dt.UTC)
    record = Record("shop", commit_of_checkout(), "0" * 64, "", 0, "0" * 64, "0" * 64, "1.11.4", now, passes=True)
    record.write(runner.directory / "plans/shop.record.json")
    printed = runner.deploy("shop", subject=SUBJECTS["pull_request"], code=1)
    assert "sts:AssumeRoleWithWebIdentity" in printed


@pytest.fixture(scope="module")
def setting(small):
    return Setting.of(small.organization)


def signed_in(small, role, **claims):
    """A session of a pipeline with a token like this."""
    sts = small.local.session().client("sts")
    given = sts.assume_role_with_web_identity(
        RoleArn=role, RoleSessionName="github-1-1-abc", WebIdentityToken=token_of_github(**claims)
    )["Credentials"]
    keys = given["AccessKeyId"], given["SecretAccessKey"]
    return session(small.local.endpoint, *keys, region="eu-central-1", token=given["SessionToken"])


TOKENS = {
    "the environment deploys": ("deploy_role", {}, True),
    "a branch deploys": ("deploy_role", {"sub": SUBJECTS["branch"]}, False),
    "a pull request deploys": ("deploy_role", {"sub": SUBJECTS["pull_request"]}, False),
    "the environment on another branch deploys": ("deploy_role", {"ref": "refs/heads/mine"}, False),
    "another environment deploys": ("deploy_role", {"sub": "repo:acme@100/zone@200:environment:staging"}, False),
    "the core's environment deploys": ("deploy_role", {"sub": "repo:acme@100/zone@200:environment:core"}, False),
    "the organization's environment deploys": (
        "deploy_role",
        {"sub": "repo:acme@100/zone@200:environment:organization"},
        False,
    ),
    "another repository deploys": ("deploy_role", {"sub": "repo:acme@100/other@201:environment:production"}, False),
    "a token for another audience": ("deploy_role", {"aud": "https://github.com/acme"}, False),
    "a token of another issuer": ("deploy_role", {"iss": "https://example.com"}, False),
    "an expired token": ("deploy_role", {"exp": 1}, False),
    "a pull request plans by its own workflow": ("plan_role", {"sub": SUBJECTS["pull_request"]}, False),
    "the branch plans": ("plan_role", {"sub": SUBJECTS["branch"]}, True),
    "another branch plans": ("plan_role", {"sub": "repo:acme@100/zone@200:ref:refs/heads/mine"}, False),
    "another repository plans": ("plan_role", {"sub": "repo:acme@100/other@201:pull_request"}, False),
}


@pytest.mark.row("B2", "C4")
@pytest.mark.parametrize("case", TOKENS)
def test_who_gets_into_the_deployed_pipeline_roles(small, setting, case):
    role, claims, allowed = TOKENS[case]
    decided(allowed, lambda: signed_in(small, getattr(setting.routes["shop"], role), **claims))


EXECUTION = {
    "the deploying role": ("deploy_role", {"ExternalId": "small"}, True),
    "the deploying role without the external id": ("deploy_role", {}, False),
    "the deploying role with another external id": ("deploy_role", {"ExternalId": "other"}, False),
    "the planning role": ("plan_role", {"ExternalId": "small"}, False),
    "an administrator of the terraform account": ("terraform", {"ExternalId": "small"}, False),
    "an administrator of another account": ("management", {"ExternalId": "small"}, False),
}


@pytest.mark.row("B4", "C12", "D5")
@pytest.mark.parametrize("case", EXECUTION)
def test_who_gets_into_the_deployed_execution_role(small, setting, case):
    caller, given, allowed = EXECUTION[case]
    if caller in small.organization.accounts:
        found = small.local.session(small.organization.accounts[caller].id)
    else:
        subject = {"deploy_role": SUBJECTS["environment"], "plan_role": SUBJECTS["branch"]}[caller]
        found = signed_in(small, getattr(setting.routes["shop"], caller), sub=subject)
    role = f"arn:aws:iam::{small.organization.accounts['shop'].id}:role/TerraformExecutionRole"
    decided(allowed, lambda: found.client("sts").assume_role(RoleArn=role, RoleSessionName="terraform-shop", **given))


TIERS = {"shop": "production", "terraform": "core", "management": "organization"}
"""An account of each tier, and the tier's environment."""


@pytest.mark.row("C4", "C12", "D5")
@pytest.mark.parametrize("of", TIERS)
@pytest.mark.parametrize("account", TIERS)
def test_a_tiers_job_gets_into_its_own_accounts_and_states_only(small, setting, of, account):
    own = of == account
    token = {"sub": f"repo:acme@100/zone@200:environment:{TIERS[of]}"}
    decided(own, lambda: signed_in(small, setting.routes[account].deploy_role, **token))
    sts = signed_in(small, setting.routes[of].deploy_role, **token).client("sts")
    ids = {slug: found.id for slug, found in small.organization.accounts.items()}
    role = {"RoleSessionName": "job", "ExternalId": "small"}
    decided(own, lambda: sts.assume_role(RoleArn=f"arn:aws:iam::{ids[account]}:role/TerraformExecutionRole", **role))
    state = {"RoleSessionName": "job", "Tags": [{"Key": "TerraformStack", "Value": account}]}
    arn = f"arn:aws:iam::{ids['terraform']}:role/TerraformState"
    decided(own, lambda: sts.assume_role(RoleArn=f"{arn}Role", **state))
    # The organization's is read for ids that are not locked yet.
    decided(account == "management", lambda: sts.assume_role(RoleArn=f"{arn}ReadRole", **state))


@pytest.mark.row("C4", "C12")
def test_a_job_of_another_tier_does_not_deploy(small, runner):
    """Somebody changes the workflow so that the core's job applies a plan of a workload: AWS refuses it."""
    merge(small, "Looks at zinc.")
    runner.plan("shop")
    printed = runner.run("deploy_1_core_0", "shop", code=1)
    assert "AccessDenied" in printed
    assert "shop: applied" in runner.deploy("shop")


@pytest.mark.row("B5", "C12")
@pytest.mark.parametrize("name", ["OrganizationAccountAccessRole", "Other"])
def test_the_pipeline_gets_into_no_other_role(small, setting, name):
    arn = f"arn:aws:iam::{small.organization.accounts['shop'].id}:role/{name}"
    sts = signed_in(small, setting.routes["shop"].deploy_role).client("sts")
    decided(False, lambda: sts.assume_role(RoleArn=arn, RoleSessionName="terraform-shop"))


def decided(allowed, call):
    if allowed:
        call()
        return
    with pytest.raises(ClientError) as refused:
        call()
    assert refused.value.response["Error"]["Code"] in ("AccessDenied", "InvalidIdentityToken", "ExpiredTokenException")
