"""What no policy of a layer restricts: AWS's exemptions, one by one."""

import pytest

from constructs_lib.policies.data import load
from constructs_lib.policies.document import PolicyDocument, allow, deny
from constructs_lib.policies.evaluator import Layer, Policies, PolicySet, Principal, Request, evaluate, never_bound

pytestmark = pytest.mark.row("A7")

HERE, THERE = "111122223333", "444455556666"
ALL = PolicySet.of(PolicyDocument.of(allow("*", "*")))
NOBODY = PolicySet.of(PolicyDocument.of(deny("*", "*", principals="*")))
SCP = PolicySet.of(PolicyDocument.of(allow("*", "*"), deny("*", "*")))
ROLE, ROOT = f"arn:aws:iam::{HERE}:role/team", f"arn:aws:iam::{HERE}:root"
KEY, MANAGED = f"arn:aws:kms:eu-west-1:{HERE}:key/1", f"arn:aws:kms:eu-west-1:{HERE}:alias/aws/s3"
OPEN = PolicySet.of(PolicyDocument.of(allow("*", "*", principals="*")))


def decide(principal, action, on="*", owner=None, **policies):
    request = Request(Principal.of(principal), action, on, owner)
    return evaluate(request, Policies(**{"identity": ALL, "resource": OPEN, **policies}))


@pytest.mark.parametrize(
    ("action", "on", "by_rcp", "by_scp"),
    [
        ("kms:Decrypt", KEY, True, True),
        ("kms:RetireGrant", KEY, False, True),
        ("kms:RevokeGrant", KEY, True, True),
        ("kms:Decrypt", MANAGED, False, True),
        ("kms:Decrypt", MANAGED.replace("aws/s3", "own/s3"), True, True),
        ("sts:GetCallerIdentity", "*", False, False),
        ("sts:GetSessionToken", "*", False, False),
        ("sts:GetFederationToken", "*", True, True),
        ("mechanicalturk:CreateHIT", "*", True, False),
    ],
)
def test_calls_that_control_policies_do_not_bind(action, on, by_rcp, by_scp):
    assert decide(ROLE, action, on, rcps=(NOBODY,)).allowed is not by_rcp
    assert decide(ROLE, action, on, scps=(SCP,)).allowed is not by_scp


def test_a_call_that_needs_no_permission_needs_no_policy_and_heeds_none():
    decision = decide(ROLE, "sts:GetCallerIdentity", identity=PolicySet.of(PolicyDocument.of(deny("*", "*"))))
    assert (decision.allowed, str(decision)) == (True, "allowed: no permission is needed")
    assert decide(ROLE, "sts:GetCallerIdentity", identity=PolicySet(), resource=None).allowed


@pytest.mark.parametrize("action", ["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"])
def test_a_bucket_policy_cannot_keep_its_owner_s_root_user_from_itself(action):
    shut = PolicySet.of(PolicyDocument.of(deny("s3:*", "*", principals="*")))
    bucket = {"on": "arn:aws:s3:::b", "owner": HERE}
    decision = decide(ROOT, action, **bucket, resource=shut)
    assert (decision.allowed, decision.exempt) == (True, (Layer.RESOURCE,))
    assert not decide(ROOT, action, **bucket, resource=shut, scps=(SCP,)).allowed
    assert not decide(ROOT, action, **bucket, resource=shut, rcps=(NOBODY,)).allowed
    assert not decide(ROLE, action, **bucket, resource=shut).allowed
    assert not decide(ROOT, "s3:DeleteBucket", **bucket, resource=shut).allowed
    assert not decide(f"arn:aws:iam::{THERE}:root", action, **bucket, resource=shut).allowed


def test_members_root_users_are_bound():
    assert not decide(ROOT, "s3:GetObject", "arn:aws:s3:::b/k", HERE, scps=(SCP,)).allowed
    assert not decide(ROOT, "s3:GetObject", "arn:aws:s3:::b/k", HERE, rcps=(NOBODY,)).allowed


def test_the_list_is_dated_and_every_entry_has_a_source():
    listed = load("unbound")
    assert listed["as_of"] >= "2026-11-28"
    assert all(
        source.startswith("https://docs.aws.amazon.com/") for entry in listed["entries"] for source in entry["sources"]
    )
    assert all(entry["sources"] and entry["because"] for entry in listed["entries"])


def test_what_is_never_bound_is_known_by_layer():
    assert "kms:RetireGrant" in never_bound(Layer.RCP)
    assert "kms:RetireGrant" not in never_bound(Layer.SCP)
    assert "sts:GetCallerIdentity" in never_bound(Layer.SCP)
