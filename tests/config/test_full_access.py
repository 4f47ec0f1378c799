"""FullAWSAccess detached: only what policies allow is possible, and everything that judges guardrails knows it."""

import json

import pytest

import config
from config.controls import Chains
from estate.controls.explain import explain
from estate.controls.impact import impact
from estate.controls.impact_report import as_text
from stacks.kept.digest import Digests

pytestmark = pytest.mark.row("E3")


def scp(*statements, targets=("ou:workloads",), **more):
    return json.dumps(
        {"type": "service_control_policy", "targets": list(targets), "statements": list(statements), **more}
    )


def allow(*actions, **more):
    return {"effect": "Allow", "actions": list(actions), **more}


EVERYTHING_NEEDED = allow("*")


@pytest.fixture
def organization(directory):
    """The workloads may only use what policies/list.yaml allows."""
    directory.append("organization.yaml", 'without_full_access: ["ou:workloads"]\n')
    directory.write("policies/list.yaml", scp(EVERYTHING_NEEDED))
    return directory


def found(directory, severity="error"):
    _, problems = config.examine(directory.path)
    return [str(problem) for problem in problems if problem.severity == severity]


def answer(directory, action, account="shop", **more):
    chains = Chains(config.load(directory.path, prove_access=False))
    return explain(chains, chains.organization.accounts[account], action, **more)


def test_a_list_that_allows_what_is_needed_holds(organization):
    assert found(organization) == found(organization, "warning") == []


def test_a_list_that_is_not_there_is_refused(organization):
    (organization.path / "policies/list.yaml").unlink()
    (message,) = found(organization)
    assert "on ou:workloads: No service control policy is attached, which AWS refuses" in message
    assert "Keep FullAWSAccess attached, or attach a policy that allows something." in message


@pytest.mark.parametrize(
    ("statements", "case", "needed"),
    [
        ([allow("ec2:*", "s3:*")], "deploy", "iam:"),
        ([allow("ec2:*", "s3:*")], "repair", "iam:"),
        ([allow("sts:*")], "deploy", "iam:"),
        # A policy that only denies allows nothing.
        ([{"effect": "Deny", "actions": "organizations:LeaveOrganization"}], "deploy", "iam:"),
        ([allow("*", conditions={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}})], "deploy", " in us-east-1"),
        ([allow("*", resources="arn:aws:s3:::*")], "deploy", "iam:"),
    ],
    ids=["without iam", "to repair", "sts only", "only a deny", "another region", "other resources"],
)
def test_a_list_that_locks_out_is_refused(organization, statements, case, needed):
    organization.write("policies/list.yaml", scp(*statements))
    messages = [message for message in found(organization) if f"accept the lockout '{case}'" in message]
    assert messages, found(organization)
    for message in messages:
        assert message.startswith("policies/list.yaml:1: statements: found a lockout: ")
        assert "the policy 'list' on ou:workloads does not allow it " in message
        assert "and FullAWSAccess is not attached there" in message
        assert "attach FullAWSAccess again (`without_full_access`)" in message
    assert any(needed in message for message in messages)


def test_the_lockout_may_be_meant(organization):
    accepted = [
        {"case": case, "accounts": ["ou:workloads"], "reason": "Nobody works there."}
        for case in ("assume", "deploy", "repair", "recover")
    ]
    organization.write("policies/list.yaml", scp(allow("s3:*"), accepted_lockouts=accepted))
    assert found(organization) == []


def test_an_allow_beside_full_access_is_warned_of_where_it_is(organization):
    organization.replace("organization.yaml", '["ou:workloads"]', '["ou:workloads/production"]')
    organization.write("policies/list.yaml", scp(allow("*"), targets=["ou:workloads/production"]))
    assert found(organization, "warning") == []
    organization.write("policies/list.yaml", scp(allow("*"), targets=["ou:workloads/production", "ou:security"]))
    (warning,) = found(organization, "warning")
    assert "The Allow changes nothing where FullAWSAccess is attached, too" in warning


def test_full_access_takes_a_slot_only_where_it_is(organization):
    for number in range(9):
        organization.write(
            f"policies/more{number}.yaml",
            scp({"effect": "Deny", "actions": "s3:DeleteBucket"}),
        )
    assert found(organization) == []
    organization.write("policies/more9.yaml", scp({"effect": "Deny", "actions": "s3:DeleteBucket"}))
    (message,) = found(organization)
    assert "11 policies of kind scp are attached, and 10 may be" in message


def test_explain_knows_where_it_is_missing(organization):
    organization.write("policies/list.yaml", scp(allow("s3:*", "sts:*")))
    assert answer(organization, "s3:ListAllMyBuckets").allowed
    assert answer(organization, "ec2:RunInstances", account="security").allowed
    denied = answer(organization, "ec2:RunInstances")
    assert not denied.allowed
    (reason,) = denied.deciding[1].reasons
    assert (reason.node, reason.statement) == ("ou:workloads", None)
    # A policy below cannot give what one above does not.
    organization.write("policies/below.yaml", scp(allow("ec2:*"), targets=["ou:workloads/production"]))
    assert not answer(organization, "ec2:RunInstances").allowed


def test_impact_knows_what_is_lost_and_gained(organization):
    listed = config.load(organization.path)
    organization.replace("organization.yaml", 'without_full_access: ["ou:workloads"]\n', "")
    before = config.load(organization.path)
    organization.append("organization.yaml", 'without_full_access: ["ou:workloads"]\n')
    assert impact(before, listed).access == ()  # the list allows everything
    accepted = [
        {"case": case, "accounts": ["ou:workloads"], "reason": "A test."}
        for case in ("assume", "deploy", "repair", "recover")
    ]
    organization.write("policies/list.yaml", scp(allow("s3:*", "sts:*", "iam:*"), accepted_lockouts=accepted))
    after = config.load(organization.path)
    (access,) = impact(before, after).access
    assert (access.accounts, access.policies) == (("shop", "test"), ("list",))
    (line,) = access.loses
    assert line.callers == "everybody"
    assert line.actions[0] == "*"
    assert {"not s3:*", "not sts:*", "not iam:*"} <= set(line.actions)
    (back,) = impact(after, before).access
    assert (back.gains, back.loses) == (access.loses, ())


def test_impact_tells_what_is_allowed_under_conditions_only(organization):
    before = config.load(organization.path)
    condition = {"StringEquals": {"aws:PrincipalTag/team": "shop"}}
    organization.write("policies/list.yaml", scp(allow("*"), allow("ec2:*", conditions=condition)))
    (access,) = impact(before, config.load(organization.path)).access
    assert [each.sentence for each in access.allows] == ["ec2:* where aws:PrincipalTag/team is shop"]
    assert "everybody is allowed ec2:* where aws:PrincipalTag/team is shop (list)" in as_text(
        impact(before, config.load(organization.path)), "before"
    )


def test_what_is_no_node_is_refused(organization):
    organization.replace("organization.yaml", '["ou:workloads"]', '["ou:workload"]')
    (message,) = found(organization)
    assert "without_full_access" in message
    assert "Did you mean 'workloads'?" in message


def test_it_is_part_of_what_stacks_are_kept_by(organization):
    listed = config.load(organization.path)
    organization.replace("organization.yaml", 'without_full_access: ["ou:workloads"]\n', "")
    assert Digests().of(listed.without_full_access) != Digests().of(config.load(organization.path).without_full_access)
