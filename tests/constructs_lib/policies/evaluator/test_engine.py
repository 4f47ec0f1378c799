"""The decision, case by case as AWS describes it.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html,
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
"""

import timeit

import pytest

from constructs_lib.policies.document import PolicyDocument, allow, deny
from constructs_lib.policies.evaluator import Layer, Policies, Policy, PolicySet, Principal, Request, evaluate

pytestmark = pytest.mark.row("A7", "C7", "D4")

HERE, THERE, MANAGEMENT = "111122223333", "444455556666", "999988887777"
USER = f"arn:aws:iam::{HERE}:user/ann"
ROLE = f"arn:aws:iam::{HERE}:role/deploy"
SESSION = f"arn:aws:sts::{HERE}:assumed-role/deploy/session"
QUEUE, OTHER_QUEUE = f"arn:aws:sqs:eu-west-1:{HERE}:orders", f"arn:aws:sqs:eu-west-1:{THERE}:orders"
KEY = f"arn:aws:kms:eu-west-1:{HERE}:key/1234"


def policies(*statements, name="policy", node=None):
    return PolicySet((Policy(name, PolicyDocument(statements)),), node)


ALL = policies(allow("*", "*"))
NOTHING = policies()
SEND = policies(allow("sqs:SendMessage", "*"))


def to(*principals):
    return policies(allow("*", "*", principals={"AWS": principals}))


def decide(principal=USER, action="sqs:SendMessage", on=QUEUE, context=None, **found):
    caller = principal if isinstance(principal, Principal) else Principal.of(principal)
    return evaluate(Request(caller, action, on, context=context or {}), Policies(**found))


class TestWithinAnAccount:
    def test_nothing_allows_by_itself(self):
        decision = decide()
        assert not decision.allowed
        assert (decision.reason.layer, str(decision.reason)) == (Layer.IDENTITY, "no identity policy allows it")

    def test_an_identity_policy_is_enough(self):
        assert decide(identity=SEND).allowed

    @pytest.mark.parametrize("named", [(USER,), ("*",)])
    def test_so_is_a_resource_policy_that_names_the_user(self, named):
        assert decide(resource=to(*named)).allowed

    def test_one_that_names_the_account_hands_the_decision_over(self):
        assert not decide(resource=to(HERE)).allowed
        assert decide(resource=to(HERE), identity=SEND).allowed

    def test_an_explicit_deny_wins(self):
        for layer in ("identity", "boundary", "session", "resource"):
            denying = policies(deny("sqs:*", "*", principals="*" if layer == "resource" else None), name=layer)
            found = {"identity": ALL, layer: denying}
            decision = decide(ROLE, **found)
            assert (decision.allowed, decision.is_explicit_deny, decision.reason.policy) == (False, True, layer)

    def test_the_root_user_may_do_everything(self):
        assert decide(f"arn:aws:iam::{HERE}:root").allowed
        assert not decide(
            f"arn:aws:iam::{HERE}:root", resource=policies(deny("*", "*", principals={"AWS": HERE}))
        ).allowed


class TestBoundariesAndSessions:
    @pytest.mark.parametrize(("limit", "layer"), [("boundary", Layer.BOUNDARY), ("session", Layer.SESSION)])
    def test_they_limit_identity_policies(self, limit, layer):
        decision = decide(ROLE, identity=ALL, **{limit: NOTHING})
        assert (decision.allowed, decision.reason.layer) == (False, layer)
        assert decide(ROLE, identity=ALL, **{limit: SEND}).allowed

    @pytest.mark.parametrize("limit", ["boundary", "session"])
    def test_they_limit_what_is_granted_to_the_role_but_not_to_the_session(self, limit):
        assert not decide(ROLE, resource=to(ROLE), **{limit: NOTHING}).allowed
        assert decide(ROLE, resource=to(SESSION), **{limit: NOTHING}).allowed
        assert decide(ROLE, resource=to("*"), **{limit: NOTHING}).allowed

    def test_a_grant_to_the_role_needs_no_identity_policy(self):
        assert decide(ROLE, resource=to(ROLE)).allowed
        assert decide(ROLE, resource=to(ROLE), boundary=SEND).allowed

    def test_a_boundary_does_not_limit_a_grant_to_the_user(self):
        assert decide(resource=to(USER), boundary=NOTHING).allowed

    def test_a_federated_user_has_what_was_handed_over(self):
        federated = f"arn:aws:sts::{HERE}:federated-user/ann"
        assert not decide(federated, identity=ALL).allowed
        assert decide(federated, identity=ALL, session=SEND).allowed
        assert decide(federated, resource=to(federated)).allowed
        assert not decide(federated, resource=to(USER)).allowed

    def test_not_principal_denies_everybody_with_a_boundary(self):
        """Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"""
        but = policies(deny("*", "*", not_principals={"AWS": (USER, HERE)}))
        assert decide(identity=ALL, resource=but).allowed
        assert not decide(identity=ALL, resource=but, boundary=ALL).allowed


class TestAcrossAccounts:
    def test_both_sides_must_allow(self):
        for identity, owner, allowed in (
            (ALL, None, False),
            (NOTHING, to(USER), False),
            (ALL, to(USER), True),
            (ALL, to(HERE), True),
            (ALL, to("*"), True),
        ):
            assert decide(on=OTHER_QUEUE, identity=identity, resource=owner).allowed is allowed

    def test_the_missing_side_is_named(self):
        assert decide(on=OTHER_QUEUE, identity=ALL).reason.layer is Layer.RESOURCE
        assert decide(on=OTHER_QUEUE, resource=to(USER)).reason.layer is Layer.IDENTITY

    def test_the_root_user_needs_the_other_side_too(self):
        root = f"arn:aws:iam::{HERE}:root"
        assert not decide(root, on=OTHER_QUEUE).allowed
        assert decide(root, on=OTHER_QUEUE, resource=to(HERE)).allowed


class TestTrustAndKeyPolicies:
    """They must allow even what stays in the account."""

    @pytest.mark.parametrize(("action", "resource"), [("sts:AssumeRole", ROLE), ("kms:Decrypt", KEY)])
    def test_an_identity_policy_is_not_enough(self, action, resource):
        request = Request(Principal.of(USER), action, resource)
        assert evaluate(request, Policies(identity=ALL)).reason.layer is Layer.RESOURCE
        assert evaluate(request, Policies(identity=ALL, resource=to(HERE))).allowed
        assert not evaluate(request, Policies(resource=to(HERE))).allowed
        assert evaluate(request, Policies(resource=to(USER))).allowed

    def test_listing_keys_touches_no_key(self):
        assert evaluate(Request(Principal.of(USER), "kms:ListKeys"), Policies(identity=ALL)).allowed

    def test_pipelines_come_with_a_token(self):
        provider = f"arn:aws:iam::{HERE}:oidc-provider/token.actions.githubusercontent.com"
        claims = {"token.actions.githubusercontent.com:sub": "repo:acme/app:ref:refs/heads/main"}
        trust = policies(
            allow(
                "sts:AssumeRoleWithWebIdentity",
                principals={"Federated": provider},
                conditions={"StringEquals": claims},
            )
        )
        request = Request(Principal.of(provider), "sts:AssumeRoleWithWebIdentity", ROLE, context=claims)
        assert evaluate(request, Policies(resource=trust)).allowed
        stranger = {"token.actions.githubusercontent.com:sub": "repo:evil/app:ref:refs/heads/main"}
        request = Request(Principal.of(provider), "sts:AssumeRoleWithWebIdentity", ROLE, context=stranger)
        assert not evaluate(request, Policies(resource=trust)).allowed


class TestOrganization:
    def test_every_level_must_allow(self):
        root, unit = policies(allow("*", "*"), node="root"), policies(allow("s3:*", "*"), node="ou:workloads")
        decision = decide(identity=ALL, scps=(root, unit))
        assert (decision.allowed, decision.reason.node, decision.is_explicit_deny) == (False, "ou:workloads", False)
        assert str(decision.reason) == "no SCP at ou:workloads allows it"
        assert decide(identity=ALL, scps=(root, root)).allowed

    def test_a_deny_names_policy_statement_and_node(self):
        guard = policies(allow("*", "*"), deny("sqs:*", "*", sid="NoQueues"), name="no-queues", node="ou:workloads")
        reason = decide(identity=ALL, scps=(guard,)).reason
        assert (reason.layer, reason.policy, reason.node, reason.sid, reason.index) == (
            Layer.SCP, "no-queues", "ou:workloads", "NoQueues", 1,
        )  # fmt: skip
        assert str(reason) == "SCP 'no-queues' at ou:workloads, statement 'NoQueues'"

    def test_they_allow_nothing_by_themselves(self):
        assert not decide(scps=(ALL,)).allowed

    def test_they_restrict_root_users_and_grants_of_resources(self):
        shut = policies(allow("s3:*", "*"))
        assert not decide(f"arn:aws:iam::{HERE}:root", scps=(shut,)).allowed
        assert not decide(resource=to(USER), scps=(shut,)).allowed

    def test_rcps_restrict_everybody_who_comes(self):
        tls = policies(
            deny("*", "*", principals="*", conditions={"Bool": {"aws:SecureTransport": "false"}}),
            name="tls",
            node="root",
        )
        plain = {"aws:SecureTransport": "false"}
        for caller in (USER, "ec2.amazonaws.com", Principal.anonymous()):
            decision = decide(caller, identity=ALL, resource=to("*"), rcps=(tls,), context=plain)
            assert (decision.allowed, decision.reason.layer) == (False, Layer.RCP)
            assert decide(
                caller, identity=ALL, resource=to("*"), rcps=(tls,), context={"aws:SecureTransport": "true"}
            ).allowed

    def test_scps_do_not_restrict_services_and_strangers(self):
        for caller in ("ec2.amazonaws.com", Principal.anonymous()):
            assert decide(caller, resource=to("*"), scps=(NOTHING,)).allowed

    def test_the_management_account_is_exempt(self):
        decision = decide(
            identity=ALL, scps=(NOTHING,), rcps=(policies(deny("*", "*", principals="*")),), management_account=HERE
        )
        assert (decision.allowed, decision.exempt) == (True, (Layer.SCP, Layer.RCP))
        assert not decide(identity=ALL, scps=(NOTHING,), management_account=MANAGEMENT).allowed

    def test_only_its_own_principals_and_resources_are(self):
        denied = policies(deny("*", "*", principals="*"))
        request = Request(Principal.of(f"arn:aws:iam::{MANAGEMENT}:role/admin"), "sqs:SendMessage", QUEUE)
        decision = evaluate(
            request, Policies(identity=ALL, resource=to(MANAGEMENT), rcps=(denied,), management_account=MANAGEMENT)
        )
        assert (decision.allowed, decision.reason.layer) == (False, Layer.RCP)

    def test_service_linked_roles_are_exempt(self):
        linked = f"arn:aws:iam::{HERE}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
        decision = decide(linked, identity=ALL, scps=(NOTHING,), rcps=(policies(deny("*", "*", principals="*")),))
        assert (decision.allowed, decision.exempt) == (True, (Layer.SCP, Layer.RCP))

    def test_a_central_root_session_has_what_its_task_allows(self):
        root = f"arn:aws:iam::{HERE}:root"
        guard = policies(
            allow("*", "*"),
            deny(
                "*",
                "*",
                conditions={
                    "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"},
                    "Null": {"aws:AssumedRoot": "true"},
                },
            ),
        )
        task = policies(allow("sqs:SetQueueAttributes", "*"))
        assumed = {"aws:AssumedRoot": "true"}
        assert decide(root, "sqs:SetQueueAttributes", session=task, scps=(guard,), context=assumed).allowed
        assert not decide(root, "sqs:DeleteQueue", session=task, scps=(guard,), context=assumed).allowed
        assert not decide(root, "sqs:SetQueueAttributes", scps=(guard,)).allowed


class TestElements:
    @pytest.mark.parametrize(
        ("statement", "action", "applies"),
        [
            (allow("SQS:sendmessage", "*"), "sqs:SendMessage", True),
            (allow("sqs:*Message", "*"), "sqs:SendMessage", True),
            (allow("sqs:?endMessage", "*"), "sqs:SendMessage", True),
            (allow("sqs:Send", "*"), "sqs:SendMessage", False),
            (allow(not_actions="sqs:Receive*", resources="*"), "sqs:SendMessage", True),
            (allow(not_actions="sqs:*", resources="*"), "sqs:SendMessage", False),
            (allow(not_actions="*", resources="*"), "sqs:SendMessage", False),
        ],
    )
    def test_actions(self, statement, action, applies):
        assert decide(action=action, identity=policies(statement)).allowed is applies

    @pytest.mark.parametrize(
        ("statement", "resource", "applies"),
        [
            (allow("*", "arn:aws:s3:::b/*"), "arn:aws:s3:::b/a/c", True),
            (allow("*", "arn:aws:s3:::b/*"), "arn:aws:s3:::B/a", False),
            (allow("*", "arn:aws:sqs:*:orders"), QUEUE, False),
            (allow("*", "arn:aws:sqs:*:*:orders"), QUEUE, True),
            (allow("*", "arn:aws:sqs"), QUEUE, True),
            (allow("*", "arn:aws:sqs:eu-west-1:*"), QUEUE, True),
            (allow("*", "arn:aws:sqs:*:*:*"), "*", False),
            (allow("*", "*"), "*", True),
            (allow("*", not_resources="arn:aws:sqs:*:*:other"), QUEUE, True),
            (allow("*", not_resources="arn:aws:sqs:*:*:ord*"), QUEUE, False),
            (allow("*", not_resources="*"), QUEUE, False),
            (allow("*", "arn:aws:s3:::b/${aws:username}/*"), "arn:aws:s3:::b/ann/x", True),
            (allow("*", "arn:aws:s3:::b/${aws:PrincipalTag/team, 'all'}/*"), "arn:aws:s3:::b/all/x", True),
            (allow("*", "arn:aws:s3:::b/${aws:PrincipalTag/team}/*"), "arn:aws:s3:::b//x", False),
            (allow("*", not_resources="arn:aws:s3:::b/${aws:PrincipalTag/team}/*"), "arn:aws:s3:::b//x", True),
            (allow("*", "arn:aws:iam::${aws:PrincipalAccount}:user/x"), f"arn:aws:iam::{HERE}:user/x", False),
        ],
    )
    def test_resources(self, statement, resource, applies):
        request = Request(Principal.of(USER), "sqs:SendMessage", resource)
        assert evaluate(request, Policies(identity=policies(statement))).allowed is applies

    def test_all_conditions_must_hold(self):
        both = allow("*", "*", conditions={"StringEquals": {"aws:a": "1", "aws:b": "2"}, "Null": {"aws:c": "true"}})
        for context, allowed in (
            ({"aws:a": "1", "aws:b": "2"}, True),
            ({"aws:a": "1"}, False),
            ({"aws:a": "1", "aws:b": "2", "aws:c": "3"}, False),
        ):
            assert decide(identity=policies(both), context=context).allowed is allowed


def test_an_evaluation_takes_some_ten_microseconds():
    """A chain as organizations have them: four levels, five policies each, ten statements each."""
    statements = [
        deny(
            f"service{number}:*",
            "*",
            conditions={"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}},
            sid=f"S{number}",
        )
        for number in range(8)
    ]
    region = deny(
        not_actions=["iam:*", "sts:*", "organizations:*"],
        resources="*",
        conditions={
            "StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "us-east-1"]},
            "ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/Admin*"},
        },
    )
    guard = [Policy(f"guard-{number}", PolicyDocument((region, *statements))) for number in range(4)]
    level = PolicySet((Policy("FullAWSAccess", PolicyDocument.of(allow("*", "*"))), *guard))
    found = Policies(identity=ALL, scps=(level,) * 4)

    def once():
        return evaluate(
            Request(Principal.of(ROLE), "sqs:SendMessage", QUEUE, context={"aws:RequestedRegion": "eu-west-1"}), found
        )

    assert once().allowed
    best = min(timeit.repeat(once, number=200, repeat=5)) / 200
    assert best < 500e-6, f"{best * 1e6:.0f} microseconds; it is about 50 on an idle machine"
