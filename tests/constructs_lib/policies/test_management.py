"""Policies without statements: one emitter, one reader, their shape and size."""

import copy
import pickle

import pytest

from constructs_lib.policies.check import check_document
from constructs_lib.policies.document import PolicyFormatError
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.management import CHILD_OPERATORS, ManagementPolicy, assign, check_management, locked


def tag(**settings):
    return {"tags": {"team": settings}}


def ai(setting):
    return {"services": {"default": {"opt_out_policy": setting}}}


TAGS = {"tags": {"team": {"tag_value": assign(["b", "a"]), "tag_key": assign("Team")}}}


def test_is_emitted_in_one_order_and_read_back():
    policy = ManagementPolicy(PolicyKind.TAG, TAGS)
    text = '{"tags":{"team":{"tag_key":{"@@assign":"Team"},"tag_value":{"@@assign":["b","a"]}}}}'
    assert policy.to_json() == text
    assert ManagementPolicy.from_json(PolicyKind.TAG, text) == policy
    assert ManagementPolicy.from_json(PolicyKind.TAG, policy.to_dict()) == policy
    assert pickle.loads(pickle.dumps(policy)) == policy == copy.deepcopy(policy)
    assert len({policy, ManagementPolicy(PolicyKind.TAG, TAGS)}) == 1
    with pytest.raises(TypeError):
        policy.content["tags"] = {}


@pytest.mark.parametrize(
    ("kind", "source"),
    [(PolicyKind.TAG, "{"), (PolicyKind.TAG, "[]"), (PolicyKind.SCP, "{}"), (PolicyKind.TRUST, TAGS)],
)
def test_what_is_none_is_refused(kind, source):
    with pytest.raises(PolicyFormatError):
        ManagementPolicy.from_json(kind, source)


@pytest.mark.parametrize(
    ("kind", "content", "code", "cure"),
    [
        (PolicyKind.TAG, {"tag": TAGS["tags"]}, "management-root", "tags"),
        (PolicyKind.TAG, {}, "management-empty", "what the policy sets"),
        (PolicyKind.TAG, {"tags": {}}, "management-empty", "what the policy sets"),
        (PolicyKind.TAG, {"tags": {"team": {"tag_key": {"@@asign": "Team"}}}}, "management-operator", "@@assign"),
        (PolicyKind.TAG, {"tags": {"team": {"tag_key": "Team"}}}, "management-value", '"@@assign": "Team"'),
        (PolicyKind.BACKUP, {"plan": {"a": {}}}, "management-root", "plans"),
        (PolicyKind.DECLARATIVE_EC2, {"ec2_atributes": {"a": assign("b")}}, "management-root", "ec2_attributes"),
        (
            PolicyKind.AI_OPT_OUT,
            {"services": {"default": {"opt_out_policy": ["optOut"]}}},
            "management-value",
            "optOut",
        ),
        (PolicyKind.CHATBOT, {"services": {}}, "management-root", "chatbot"),
        (PolicyKind.TAG, tag(tag_valeu=assign(["a"])), "management-setting", "'tag_value'"),
        (PolicyKind.TAG, tag(tag_key=assign("Teams")), "tag-key", "'teams'"),
        (PolicyKind.TAG, tag(tag_key=assign(["Team"])), "management-value", "one text"),
        (PolicyKind.TAG, tag(tag_key={"@@append": "Team"}), "management-operator", "@@assign"),
        (PolicyKind.TAG, tag(tag_value=assign("a")), "management-value", "list of texts"),
        (PolicyKind.TAG, tag(tag_value=assign(["*a*"])), "tag-wildcards", "Write one"),
        (PolicyKind.TAG, tag(enforced_for={"@@append": ["aws_instance"]}), "tag-type", "ec2:instance"),
        (PolicyKind.TAG, {"tags": {"Team": {}, "team": {}}}, "tag-twice", "one of them"),
        (PolicyKind.TAG, tag(tag_key={CHILD_OPERATORS: "@@none"}), "management-children", "list of @@all"),
        (PolicyKind.BACKUP, {"plans": {"a": {CHILD_OPERATORS: ["none"]}}}, "management-children", "@@none"),
        (PolicyKind.AI_OPT_OUT, {"services": {"lex": {"optOut": assign("x")}}}, "management-setting", "opt_out_policy"),
        (PolicyKind.AI_OPT_OUT, ai(assign("optout")), "ai-choice", "'optOut'"),
        (PolicyKind.AI_OPT_OUT, ai(assign(["optOut"])), "ai-choice", "optOut"),
        (PolicyKind.AI_OPT_OUT, ai({"@@remove": ["optIn"]}), "management-operator", "@@assign"),
    ],
)
def test_wrong_shapes_are_refused_with_their_cure(kind, content, code, cure):
    found = check_management(ManagementPolicy(kind, content), "example")
    assert code in [finding.code for finding in found]
    assert cure in next(finding.cure for finding in found if finding.code == code)
    assert all(finding.policy == "example" for finding in found)


@pytest.mark.parametrize(
    ("kind", "limit"),
    [
        (PolicyKind.TAG, 10_000),
        (PolicyKind.BACKUP, 10_000),
        (PolicyKind.DECLARATIVE_EC2, 10_000),
        (PolicyKind.CHATBOT, 10_000),
        (PolicyKind.AI_OPT_OUT, 2_500),
    ],
)
def test_sizes_are_measured(kind, limit):
    frame = len(ManagementPolicy(kind, {"a": ""}).to_json())
    assert check_document(ManagementPolicy(kind, {"a": "x" * (limit - frame)}), kind) == []
    (finding,) = check_document(ManagementPolicy(kind, {"a": "x" * (limit - frame + 1)}), kind, "big")
    assert (finding.code, finding.measured, finding.limit, finding.policy) == ("too-large", limit + 1, limit, "big")


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (PolicyKind.TAG, TAGS),
        (PolicyKind.TAG, tag()),  # AWS takes lower case for what is not said
        (PolicyKind.TAG, tag(tag_value={"@@append": ["x*"], "@@remove": ["*y"], CHILD_OPERATORS: ["@@append"]})),
        (PolicyKind.TAG, tag(enforced_for=assign(["s3:*", "ec2:ALL_SUPPORTED", "rds:cluster-pg"]))),
        (PolicyKind.TAG, tag(tag_key=assign("${var.key}"), report_required_tag_for=assign(["${var.type}"]))),
        (
            PolicyKind.AI_OPT_OUT,
            {"services": {CHILD_OPERATORS: ["@@none"], "lex": ai(assign("optIn"))["services"]["default"]}},
        ),
        (PolicyKind.AI_OPT_OUT, ai(locked(assign("optOut")))),
        (PolicyKind.DECLARATIVE_EC2, {"ec2_attributes": {"of_next_year": {"tag_valeu": assign("x")}}}),
    ],
)
def test_right_ones_are_not_refused(kind, content):
    assert check_management(ManagementPolicy(kind, content)) == []


def test_settings_can_be_closed_to_children():
    assert locked(assign("optOut")) == {"@@assign": "optOut", "@@operators_allowed_for_child_policies": ["@@none"]}


def test_statements_and_settings_are_not_confused():
    with pytest.raises(TypeError):
        check_document(ManagementPolicy(PolicyKind.TAG, TAGS), PolicyKind.SCP)
