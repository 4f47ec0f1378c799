"""Every attack is tried with real calls on a deployed organization, and refused by the control that is meant to.

Then the controls are taken away, and the attacks that they refused go through: the suite can fail.
"""

import json

import pytest
from botocore.exceptions import ClientError

from constructs_lib.logging.trail_table import COLUMNS
from estate.rehearsal.athena import Table
from estate.rehearsal.sources import TrailError, Wanted
from tests.attacks.attack import ALL
from tests.attacks.attacks import (
    ARCHIVE,
    ATTACKS,
    BOUNDARY,
    BOUNDED,
    BUCKETS,
    DENIED,
    EXECUTION,
    NOTHING_ALLOWS,
    PIPELINE,
    STATE,
    TIERS,
)
from tests.deployed import edit, planned_actions, resynthesize

pytestmark = [pytest.mark.e2e, pytest.mark.row("E1")]


@pytest.mark.row("A2", "C12")
@pytest.mark.parametrize("stack", ["shop", "security", "terraform"])
def test_the_ordinary_route_reads_all_that_it_deploys(target, stack):
    assert planned_actions(target.deploying(stack)) == {}


@pytest.mark.row("A2", "C12")
def test_the_ordinary_route_deploys_what_is_ordinary(target):
    edit(target.small.config / "organization.yaml", lambda data: data["roles"]["look"].update(description="Looks."))
    resynthesize(target.small)
    stack = target.deploying("shop")
    assert list(planned_actions(stack).values()) == [["update"]]
    stack.apply()
    assert target.administrator("shop").client("iam").get_role(RoleName="Look")["Role"]["Description"] == "Looks."


@pytest.mark.row("C12", "E8")
def test_the_ordinary_route_changes_what_queries_of_the_trail_may_read(target):
    limits = {"scan_limit_gib": 1, "results_days": 30}
    edit(target.small.config / "organization.yaml", lambda data: data["logging"]["queries"].update(limits))
    resynthesize(target.small)
    stack = target.deploying("security")
    changed = planned_actions(stack)
    assert {address.partition(".")[0] for address in changed} == {
        "aws_athena_workgroup",
        "aws_s3_bucket_lifecycle_configuration",
    }
    stack.apply()
    shown = target.administrator("security").client("athena").get_work_group(WorkGroup="trail-queries")["WorkGroup"]
    assert shown["Configuration"]["BytesScannedCutoffPerQuery"] == 1024**3
    assert planned_actions(target.deploying("security")) == {}


@pytest.mark.row("E8")
def test_a_job_that_plans_asks_the_trails_table_and_nothing_else(target):
    """As `estate rehearse --trail athena:trail-queries/trail.events --role TrailReader` asks; the local AWS finds no rows."""
    administrator = target.administrator("security")
    reader = target.assume(target.job("plan"), "security", "TrailReader")
    wanted = Wanted(frozenset(target.ids.values()))
    assert Table("trail-queries", "trail", "events", reader).condensed(wanted) == {}
    asked = administrator.client("athena").list_query_executions(WorkGroup="trail-queries")["QueryExecutionIds"]
    assert len(asked) == 1
    with pytest.raises(TrailError, match="not authorized to perform: athena:StartQueryExecution"):
        Table("primary", "trail", "events", reader).condensed(wanted)
    glue = reader.client("glue")
    columns = glue.get_table(DatabaseName="trail", Name="events")["Table"]["StorageDescriptor"]["Columns"]
    assert {each["Name"]: each["Type"] for each in columns} == COLUMNS
    with pytest.raises(ClientError, match="not authorized to perform: glue:DeleteTable"):
        glue.delete_table(DatabaseName="trail", Name="events")


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_refused(target, attack):
    refusal = attack.refusal(target)
    assert refusal is not None, "it went through"
    assert attack.by in refusal


def test_without_the_buckets_policies_the_roles_own_refuse(target):
    s3 = target.administrator("security").client("s3")
    for bucket in ("", "-access", "-config", "-copies"):
        s3.delete_bucket_policy(Bucket=f"{target.archive}{bucket}")
    for attack in BUCKETS:
        assert attack.by in (attack.refusal(target) or "it went through"), attack.name


ASSUMES = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}


@pytest.mark.row("C4", "C12", "D5")
def test_a_tier_is_kept_out_by_what_it_may_assume_and_by_whom_the_role_trusts(target):
    """Neither alone lets it in: the CI role's permission, nor the execution role's trust."""
    ci, role = target.administrator("terraform").client("iam"), target.administrator("shop").client("iam")
    own = role.get_role(RoleName=EXECUTION)["Role"]["AssumeRolePolicyDocument"]
    (attack,) = (one for one in TIERS if one.name == "deploy a workload with the job of the core")
    other = json.loads(json.dumps(own).replace("TerraformCiDeployRole", "TerraformCiDeployRole-core"))
    assert other != own
    policy = {"RoleName": "TerraformCiDeployRole-core", "PolicyName": "more"}

    ci.put_role_policy(**policy, PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [ASSUMES]}))
    assert attack.refusal(target) is not None
    role.update_assume_role_policy(RoleName=EXECUTION, PolicyDocument=json.dumps(other))
    assert attack.refusal(target) is None
    ci.delete_role_policy(**policy)
    assert attack.refusal(target) is not None
    role.update_assume_role_policy(RoleName=EXECUTION, PolicyDocument=json.dumps(own))


def test_without_the_boundary_its_attacks_go_through(target):
    iam = target.administrator("shop").client("iam")
    iam.create_policy_version(
        PolicyArn=target.arn("shop", "policy/TerraformBoundary"), PolicyDocument=ALL, SetAsDefault=True
    )
    assert succeed(target, [attack for attack in BOUNDED if attack.by == BOUNDARY])


def test_without_the_execution_roles_own_policies_its_attacks_go_through(target):
    for slug in ("security", "shop", "terraform"):
        iam = target.administrator(slug).client("iam")
        for policy in iam.list_attached_role_policies(RoleName=EXECUTION)["AttachedPolicies"]:
            iam.detach_role_policy(RoleName=EXECUTION, PolicyArn=policy["PolicyArn"])
        iam.put_role_policy(RoleName=EXECUTION, PolicyName="all", PolicyDocument=ALL)
    for attacks in (BUCKETS, ARCHIVE, PIPELINE, STATE):
        assert succeed(target, [attack for attack in attacks if attack.by in (DENIED, NOTHING_ALLOWS)])


def succeed(target, attacks):
    """Whether all of them go through; else the test says which does not, and why."""
    refused = {attack.name: refusal for attack in attacks if (refusal := attack.refusal(target)) is not None}
    assert refused == {}
    return len(attacks) > 0
