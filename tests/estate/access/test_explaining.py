"""`estate explain` about identities: the layer that decides, by hand for an organization in which each of them does."""

import json
from functools import partial

import pytest
from typer.testing import CliRunner

from config import load
from estate.access.explaining import explain_identity
from estate.cli import app
from tests.estate.access.worlds import WORK, allow, ids_of, policy, questions_of, role, trust
from tests.organizations import SAMPLE, write_organization

pytestmark = [pytest.mark.row("E7"), pytest.mark.row("A7")]
RCP = """\
type: resource_control_policy
targets: [root]
statements:
  - effect: Deny
    principals: "*"
    actions: s3:DeleteObjectVersion
"""
BUCKET = "arn:aws:s3:::example-inbox"
GITHUB = "token.actions.githubusercontent.com"
ROLES = "role:workload-0000"


@pytest.fixture(scope="module")
def organization(tmp_path_factory):
    directory = write_organization(tmp_path_factory.mktemp("organization"), 6)
    file = directory / "organization.yaml"
    file.write_text(f"{file.read_text()}policy_types: [service_control_policy, resource_control_policy]\n")
    (directory / "policies/keep-versions.yaml").write_text(RCP)
    return load(directory)


@pytest.fixture(scope="module")
def explain(organization):
    """Ask about one identity in an account."""
    ids = ids_of(organization)
    deny = {"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*", "Sid": "KeepBuckets"}
    opened = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ids['security']}:role/reader"}}
    closed = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutBucketAcl", "Resource": BUCKET}
    claims = {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com", f"{GITHUB}:sub": "repo:example/app:ref:x"}}
    provider = f"arn:aws:iam::{ids[WORK]}:oidc-provider/{GITHUB}"
    questions = questions_of(
        organization,
        workload_0000={
            "aws_iam_role": {
                "writer": role(
                    "writer",
                    trust(Federated=provider, action="sts:AssumeRoleWithWebIdentity", conditions=claims),
                    allow("s3:*"),
                    deny,
                ),
                "bounded": role(
                    "bounded",
                    trust(AWS=f"arn:aws:iam::{ids[WORK]}:role/writer"),
                    allow("*"),
                    permissions_boundary=f"arn:aws:iam::{ids[WORK]}:policy/only-s3",
                ),
                "office": role(
                    "office",
                    trust(Service="lambda.amazonaws.com"),
                    allow("s3:GetObject", Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
                ),
                "admin": role("admin", trust(Service="lambda.amazonaws.com"), allow("*")),
            },
            "aws_iam_policy": {"only-s3": {"name": "only-s3", "policy": policy(allow("s3:*"))}},
            "aws_s3_bucket": {"inbox": {"bucket": "example-inbox"}},
            "aws_s3_bucket_policy": {
                "inbox": {
                    "bucket": "example-inbox",
                    "policy": policy({**opened, "Action": "s3:GetObject", "Resource": f"{BUCKET}/*"}, closed),
                }
            },
        },
        security={"aws_iam_role": {"reader": role("reader", trust(Service="ec2.amazonaws.com"), allow("s3:*"))}},
        management={
            "aws_identitystore_group": {"dev": {"display_name": "Developers"}},
            "aws_ssoadmin_permission_set": {"power": {"name": "Power"}},
            "aws_ssoadmin_permission_set_inline_policy": {
                "power": {
                    "permission_set_arn": "${aws_ssoadmin_permission_set.power.arn}",
                    "inline_policy": policy(allow("s3:*"), deny),
                }
            },
            "aws_ssoadmin_account_assignment": {
                "dev": {
                    "permission_set_arn": "${aws_ssoadmin_permission_set.power.arn}",
                    "principal_id": "${aws_identitystore_group.dev.group_id}",
                    "target_id": ids[WORK],
                }
            },
        },
    )

    def ask(name, action, account=WORK, **more):
        return explain_identity(questions, name, organization.accounts[account], action, **more)

    return ask


LAYERS = [
    # who, action, more → verdict, layer, the reason in words, why by hand
    ("role:{}/writer", "s3:PutObject", {}, "yes", "identity policy", "identity policy 'inline', statement number 0"),
    ("role:{}/writer", "ec2:RunInstances", {}, "no", "identity policy", "no identity policy allows it"),
    ("role:{}/writer", "s3:DeleteBucket", {}, "no", "identity policy", "identity policy 'inline', statement 'KeepBuckets'"),
    ("role:{}/bounded", "ec2:RunInstances", {}, "no", "permissions boundary", "no permissions boundary allows it"),
    ("role:{}/bounded", "s3:DeleteBucket", {}, "yes", "identity policy", "identity policy 'inline', statement number 0"),
    ("group:Developers", "s3:PutObject", {}, "yes", "permission set",
     "permission set's policy 'inline policy', statement number 0"),
    ("group:developers", "s3:PutObject", {}, "yes", "permission set",
     "permission set's policy 'inline policy', statement number 0"),
    ("group:Developers", "ec2:RunInstances", {}, "no", "permission set", "no policy of the permission set allows it"),
    ("group:Developers", "s3:DeleteBucket", {}, "no", "permission set",
     "permission set's policy 'inline policy', statement 'KeepBuckets'"),
    ("role:{}/admin", "account:DisableRegion", {}, "no", "SCP", "SCP 'deny-leaving' at ou:workloads/production, statement number 1"),
    ("root:{}", "account:DisableRegion", {}, "no", "SCP", "SCP 'deny-leaving' at ou:workloads/production, statement number 1"),
    ("root:{}", "s3:PutObject", {}, "yes", "root user", "root user"),
    ("role:{}/admin", "s3:DeleteObjectVersion", {}, "no", "RCP", "RCP 'keep-versions' at root, statement number 0"),
    ("role:{}/admin", "s3:PutBucketAcl", {"resource": BUCKET}, "no", "resource policy",
     f"resource policy 'policy of {BUCKET}', statement number 1"),
    ("role:{}/admin", "s3:PutBucketAcl", {"resource": f"{BUCKET}-2"}, "yes", "identity policy",
     "identity policy 'inline', statement number 0"),
    ("role:security/reader", "s3:GetObject", {"resource": f"{BUCKET}/a"}, "yes", "resource policy",
     f"resource policy 'policy of {BUCKET}', statement number 0"),
    ("role:security/reader", "s3:PutObject", {"resource": f"{BUCKET}/a"}, "no", "resource policy", "no resource policy allows it"),
    ("role:{}/office", "s3:GetObject", {}, "depends", "identity policy", "identity policy 'inline', statement number 0"),
    ("role:{}/office", "s3:GetObject", {"context": {"aws:SourceIp": "203.0.113.9"}}, "yes", "identity policy",
     "identity policy 'inline', statement number 0"),
    ("role:{}/office", "s3:GetObject", {"context": {"aws:SourceIp": "192.0.2.1"}}, "no", "identity policy",
     "no identity policy allows it"),
    ("pipeline:github", "s3:PutObject", {}, "yes", "identity policy", "identity policy 'inline', statement number 0"),
    ("service:lambda.amazonaws.com", "dynamodb:PutItem", {}, "yes", "identity policy",
     "identity policy 'inline', statement number 0"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "action", "more", "verdict", "layer", "words"), LAYERS)
def test_the_layer_that_decides(explain, name, action, more, verdict, layer, words):
    found = explain(name.format(WORK), action, **more)
    first = next(each for each in found.decided if not each.who.name.endswith("/bounded") or "bounded" in name)
    reason = first.answer.decision.reason
    assert (first.answer.verdict, first.layer(reason), first.told(reason)) == (verdict, layer, words)


def test_what_it_depends_on_is_told(explain):
    (found,) = explain(f"{ROLES}/office", "s3:GetObject").decided
    assert found.answer.needs == ("aws:SourceIp IpAddress 203.0.113.0/24",)


def test_the_way_to_whoever_makes_the_call(explain):
    """The pipeline becomes writer, and writer bounded: the deny of writer's own policy does not bind bounded."""
    found = explain("pipeline:github", "s3:DeleteBucket")
    ways = {each.who.name: ([step.how for step in each.way], str(each.answer.verdict)) for each in found.decided}
    assert ways == {f"{ROLES}/bounded": (["assumes", "assumes"], "yes"), f"{ROLES}/writer": (["assumes"], "no")}
    assert found.decided[0].who.name == f"{ROLES}/bounded"


def test_a_token_is_good_for_becoming_a_role(explain, organization):
    one, other = (f"arn:aws:iam::{ids_of(organization)[WORK]}:role/{name}" for name in ("writer", "office"))
    assume = partial(explain, "pipeline:github", "sts:AssumeRoleWithWebIdentity")
    assert (assume(resource=one).verdict, assume(resource=other).verdict) == ("yes", "no")


def test_nobody_acts_in_an_account_into_which_there_is_no_way(explain):
    found = explain("group:Developers", "s3:GetObject", "network")
    assert (found.verdict, found.decided) == ("no", ())


@pytest.mark.parametrize(
    ("name", "message"),
    [("group:Developrs", "Did you mean 'group:Developers'"), ("pipeline:bitbucket", "there is no identity")],
)
def test_somebody_who_is_not_there(explain, name, message):
    with pytest.raises(ValueError, match=message):
        explain(name, "s3:GetObject")


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setenv("ESTATE_CONFIG", str(SAMPLE))
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *arguments: CliRunner().invoke(app, ["explain", *arguments])


def test_the_command(run):
    """Developers administer no identities, by their own policies; nobody makes IAM users, by a guardrail."""
    users = run("staging", "iam:CreateUser", "--principal", "group:developers").output
    for words in (
        "denied  iam:CreateUser in account:staging by group:developers",
        "  as       permission-set:staging/Developer  denied",
        "group:Developers → is assigned permission-set:staging/Developer",
        "because  SCP 'baseline-identities' at root, statement 'DenyIamUsers'",
        "policies/baseline-identities.yaml, or where it is attached (root)",
    ):
        assert words in users
    none = run("network", "s3:GetObject", "--principal", "group:developers").output
    assert "because  nobody whom group:developers becomes acts in account:network" in none
    told = run("production", "s3:PutObject", "--principal", "person:alan", "--json").output
    found = json.loads(told)
    assert (found["verdict"], [each["as"] for each in found["decisions"]]) == (
        "no",
        ["permission-set:production/ReadOnly"],
    )
    assert found["decisions"][0]["decided_by"][0]["layer"] == "permission set"
    assert [step["how"] for step in found["decisions"][0]["way"]] == ["is a member of", "is assigned"]


def test_a_mistake_ends_the_command_with_a_cure(run):
    result = run("staging", "s3:GetObject", "--principal", "group:Developrs")
    assert (result.exit_code, "Did you mean 'group:Developers'" in result.output) == (1, True)
