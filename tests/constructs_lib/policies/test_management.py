"""Policies without statements: one emitter, one reader, their shape and size."""

import copy
import pickle

import pytest

from constructs_lib.policies.check import check_document, check_size
from constructs_lib.policies.document import PolicyFormatError
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.management import CHILD_OPERATORS, ManagementPolicy, assign, check_management, locked


def tag(**settings):
    return {"tags": {"team": settings}}


def ai(setting):
    return {"services": {"default": {"opt_out_policy": setting}}}


def ec2(**settings):
    return {"ec2_attributes": {"instance_metadata_defaults": settings}}


def plan(**rule):
    written = {
        "schedule_expression": assign("cron(0 5 ? * * *)"),
        "target_backup_vault_name": assign("Default"),
        **rule,
    }
    return {"plans": {"daily": {"regions": assign(["eu-west-1"]), "rules": {"daily": written}}}}


def days(cold, gone):
    return {"move_to_cold_storage_after_days": assign(cold), "delete_after_days": assign(gone)}


def test_an_element_that_is_written_twice_is_refused():
    with pytest.raises(PolicyFormatError, match="'team' is written twice"):
        ManagementPolicy.from_json(PolicyKind.TAG, '{"tags":{"team":{},"team":{}}}')


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
        (
            PolicyKind.AI_OPT_OUT,
            {"services": {"rekogniton": ai(assign("optIn"))["services"]["default"]}},
            "ai-service",
            "rekognition",
        ),
        (PolicyKind.TAG, tag(enforced_for=assign(["ec3:instance"])), "tag-type", "Did you mean"),
        (PolicyKind.TAG, tag(enforced_for=assign(["ec2:instanse"])), "tag-type-unknown", "instance"),
        (
            PolicyKind.DECLARATIVE_EC2,
            {"ec2_attributes": {"of_next_year": {"a": assign("x")}}},
            "management-setting",
            "There is",
        ),
        (PolicyKind.DECLARATIVE_EC2, ec2(http_put_response_hop_limit=assign("100")), "management-value", "-1 to 64"),
        (PolicyKind.DECLARATIVE_EC2, ec2(http_put_response_hop_limit=assign("two")), "management-value", "-1 to 64"),
        (PolicyKind.DECLARATIVE_EC2, ec2(http_token=assign("required")), "management-setting", "'http_tokens'"),
        (PolicyKind.DECLARATIVE_EC2, ec2(http_tokens={"@@append": ["required"]}), "management-operator", "@@assign"),
        (
            PolicyKind.DECLARATIVE_EC2,
            {"ec2_attributes": {"snapshot_block_public_access": {"state": assign("blocked")}}},
            "management-value",
            "block_all_sharing",
        ),
        (
            PolicyKind.DECLARATIVE_EC2,
            {"ec2_attributes": {"serial_console_access": assign("disabled")}},
            "management-value",
            "status",
        ),
        (PolicyKind.BACKUP, {"plans": {"daily": {"regions": assign(["eu-west-1"])}}}, "backup-plan", "rules"),
        (PolicyKind.BACKUP, plan(lifecycle=days("30", "60")), "backup-lifecycle", "120 days"),
        (
            PolicyKind.BACKUP,
            plan(copy_actions={"arn:aws:backup:eu-west-1:$account:backup-vault:v": {"lifecycle": days("30", "119")}}),
            "backup-lifecycle",
            "120 days",
        ),
        (PolicyKind.BACKUP, plan(start_backup_window_minutes=assign("30")), "management-value", "60 to"),
        (
            PolicyKind.BACKUP,
            plan(start_backup_window_minutes=assign("60"), complete_backup_window_minutes=assign("90")),
            "backup-window",
            "120 minutes",
        ),
        (PolicyKind.BACKUP, plan(schedule_expression=assign("daily")), "backup-schedule", "cron"),
        (PolicyKind.BACKUP, plan(lifecycel={"delete_after_days": assign("60")}), "management-setting", "'lifecycle'"),
        (
            PolicyKind.CHATBOT,
            {"chatbot": {"platforms": {"slack": {"client": assign("on")}}}},
            "management-value",
            "enabled, disabled",
        ),
        (
            PolicyKind.CHATBOT,
            {"chatbot": {"platforms": {"discord": {"client": assign("enabled")}}}},
            "management-setting",
            "slack",
        ),
        (
            PolicyKind.CHATBOT,
            {"chatbot": {"platforms": {"slack": {"default": {"supported_channel_types": assign(["secret"])}}}}},
            "management-value",
            "private, public",
        ),
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
    assert check_size(ManagementPolicy(kind, {"a": "x" * (limit - frame)}), kind) == []
    larger = ManagementPolicy(kind, {"a": "x" * (limit - frame + 1)})
    (finding,) = check_size(larger, kind)
    assert (finding.code, finding.measured, finding.limit) == ("too-large", limit + 1, limit)
    assert finding.at(policy="big") in check_document(larger, kind, "big")


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
        (
            PolicyKind.DECLARATIVE_EC2,
            ec2(http_put_response_hop_limit=assign("-1"), http_tokens=assign("no_preference")),
        ),
        (PolicyKind.DECLARATIVE_EC2, ec2(http_tokens={**assign("required"), CHILD_OPERATORS: ["@@none"]})),
        (
            PolicyKind.DECLARATIVE_EC2,
            {
                "ec2_attributes": {
                    "allowed_images_settings": {
                        "state": assign("audit_mode"),
                        "image_criteria": {"criteria_1": {"allowed_image_providers": {"@@append": ["amazon"]}}},
                    },
                    "exception_message": assign("Ask."),
                }
            },
        ),
        (PolicyKind.BACKUP, plan(lifecycle=days("30", "120"))),
        (PolicyKind.BACKUP, plan(lifecycle={"delete_after_days": assign("60")})),
        (PolicyKind.BACKUP, plan(enable_continuous_backup={"@@assign": True})),
        (PolicyKind.BACKUP, {"plans": {"daily": {"regions": {"@@append": ["eu-west-1"]}}}}),  # extends one from above
        (
            PolicyKind.CHATBOT,
            {
                "chatbot": {
                    "platforms": {
                        "slack": {
                            "client": assign("enabled"),
                            "workspaces": assign(["T1"]),
                            "default": {"supported_channel_types": assign(["private"])},
                        },
                        "microsoft_teams": {"tenants": {"t": assign(["x"])}},
                    },
                    "default": {"client": assign("disabled")},
                }
            },
        ),
    ],
)
def test_right_ones_are_not_refused(kind, content):
    assert check_management(ManagementPolicy(kind, content)) == []


def test_settings_can_be_closed_to_children():
    assert locked(assign("optOut")) == {"@@assign": "optOut", "@@operators_allowed_for_child_policies": ["@@none"]}


def test_statements_and_settings_are_not_confused():
    with pytest.raises(TypeError):
        check_document(ManagementPolicy(PolicyKind.TAG, TAGS), PolicyKind.SCP)
