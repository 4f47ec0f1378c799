import json
import re

import pytest
from cdktf_cdktf_provider_aws.provider import AwsProvider

from constructs_lib import (
    InvalidPolicyError,
    InvalidValueError,
    PolicyConstruct,
    PolicyDocument,
    PolicyKind,
    ScpConstruct,
    allow,
    catalogue,
    deny,
)
from tests.template import synth

STAY = PolicyDocument.of(deny("organizations:LeaveOrganization", "*"))


@pytest.mark.row("A7")
def test_scp_is_minified_named_by_its_id_and_attached_nowhere():
    template = synth(lambda stack: ScpConstruct(stack, "stay", document=STAY))
    assert template.only("aws_organizations_policy") == {
        "name": "stay",
        "type": "SERVICE_CONTROL_POLICY",
        "content": '{"Version":"2012-10-17","Statement":[{"Effect":"Deny",'
        '"Action":"organizations:LeaveOrganization","Resource":"*"}]}',
    }
    assert template.addresses() == ["aws_organizations_policy.stay_0D606323"]


@pytest.mark.row("A7", "C7")
def test_scp_attaches_to_targets_by_their_key():
    def attached(**targets):
        return synth(
            lambda stack: ScpConstruct(
                stack, "stay", document=STAY, targets=targets, name="Stay", description="No exit", tags={"a": "b"}
            )
        )

    template = attached(production="ou-abcd-11111111", staging="ou-abcd-22222222")
    assert {found["target_id"] for found in template.resources("aws_organizations_policy_attachment").values()} == {
        "ou-abcd-11111111",
        "ou-abcd-22222222",
    }
    policy = template.only("aws_organizations_policy")
    assert (policy["name"], policy["description"], policy["tags"]) == ("Stay", "No exit", {"a": "b"})
    remade = attached(staging="ou-abcd-33333333", production="ou-abcd-44444444")
    assert remade.addresses() == template.addresses()


def test_policy_variables_reach_aws_as_they_are():
    document = PolicyDocument.of(deny("s3:*", "arn:aws:s3:::home/${aws:username}/*"))
    content = synth(lambda stack: ScpConstruct(stack, "home", document=document)).only("aws_organizations_policy")[
        "content"
    ]
    assert "home/$${aws:username}/*" in content


@pytest.mark.row("C9")
def test_kinds_without_statements_take_what_their_json_says():
    document = {"tags": {"costcenter": {"tag_key": {"@@assign": "CostCenter"}}}}
    policy = synth(
        lambda stack: PolicyConstruct(stack, "cost", kind=PolicyKind.TAG, document=document, targets={"root": "r-abcd"})
    ).only("aws_organizations_policy")
    assert policy["type"] == "TAG_POLICY"
    assert json.loads(policy["content"]) == document
    assert " " not in policy["content"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": ""}, r"stay: name is ''; expected 1 to 128 characters"),
        ({"name": "n" * 129}, r"stay: name .* expected 1 to 128 characters, not 129"),
        ({"description": "d" * 513}, r"stay: description .* expected 0 to 512 characters, not 513"),
        ({"document": STAY.to_dict()}, r"document is .* expected a PolicyDocument"),
    ],
)
def test_scp_refuses(arguments, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: ScpConstruct(stack, "stay", **{"document": STAY, **arguments}))


def test_policy_refuses_kinds_of_iam_and_statements_where_there_are_none():
    with pytest.raises(InvalidValueError, match="expected a kind of organization policy"):
        synth(lambda stack: PolicyConstruct(stack, "p", kind=PolicyKind.TRUST, document=STAY))
    with pytest.raises(InvalidValueError, match="expected a mapping"):
        synth(lambda stack: PolicyConstruct(stack, "p", kind=PolicyKind.TAG, document=STAY))


@pytest.mark.parametrize(
    ("kind", "error", "message"),
    [
        (
            "securityhub_policy",
            InvalidPolicyError,
            "AWS provider 5.100.0 does not take policies of type SECURITYHUB_POLICY. Use provider 6.22.0 or newer.",
        ),
        ("GUARDDUTY_POLICY", InvalidPolicyError, "No provider version that takes it was known on 2026-11-01."),
        ("TAGS_POLICY", InvalidPolicyError, "AWS has no policy type 'TAGS_POLICY'. Did you mean 'TAG_POLICY'?"),
        ("TAG_POLICY", InvalidValueError, "guard: kind is 'TAG_POLICY'; expected a PolicyKind."),
    ],
)
def test_a_type_that_the_pinned_provider_lacks_names_the_one_that_takes_it(kind, error, message):
    with pytest.raises(error, match=re.escape(message)):
        synth(lambda stack: PolicyConstruct(stack, "guard", kind=kind, document={"securityhub": {}}))


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (allow("organizations:LeaveOrganisation", "*"), "Did you mean 'organizations:LeaveOrganization'"),
        (deny("s3:*", "*", principals="*"), "policy 'p' statement 0"),
        (deny("s3:*", [f"arn:aws:s3:::{'b' * 50}{i}/*" for i in range(200)]), r"measured 1\d,\d{3}, limit 10,240"),
    ],
)
def test_what_aws_would_refuse_does_not_synthesize(statement, message):
    with pytest.raises(InvalidPolicyError, match=message) as refused:
        synth(lambda stack: ScpConstruct(stack, "p", document=PolicyDocument.of(statement)))
    assert isinstance(refused.value, ValueError)
    assert refused.value.findings


def test_other_kinds_are_measured_too():
    document = {"services": {"default": {"opt_out_policy": {"@@assign": "o" * 2500}}}}
    with pytest.raises(InvalidPolicyError, match="limit 2,500"):
        synth(lambda stack: PolicyConstruct(stack, "p", kind=PolicyKind.AI_OPT_OUT, document=document))


def test_what_is_doubtful_is_a_warning():
    document = PolicyDocument.of(
        deny("s3:*", "*", conditions={"StringEquals": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}})
    )
    (warning,) = synth(lambda stack: ScpConstruct(stack, "p", document=document)).warnings
    assert warning.startswith("policy 'p' statement 0")


def test_the_provider_is_handed_on():
    template = synth(
        lambda stack: ScpConstruct(
            stack, "p", document=STAY, targets={"root": "r-abcd"},
            provider=AwsProvider(stack, "other", alias="management", region="us-east-1"),
        )
    )  # fmt: skip
    for type_ in ("aws_organizations_policy", "aws_organizations_policy_attachment"):
        assert template.only(type_)["provider"] == "aws.management"


@pytest.mark.parametrize(
    "target",
    ["workloads", "11112222333", "ou-abcd", "arn:aws:organizations::111122223333:ou/o-abcdefghij/ou-abcd-12345678"],
)
def test_a_target_is_an_id_as_organizations_takes_it(target):
    with pytest.raises(InvalidValueError, match=r"targets\['there'\].*organizational unit"):
        synth(lambda stack: ScpConstruct(stack, "p", document=STAY, targets={"there": target}))


@pytest.mark.row("E12")
@pytest.mark.parametrize(
    ("kind", "document", "code"),
    [
        (PolicyKind.SCP, PolicyDocument.of(deny("s3:*", "arn:aws:s3:::<team>")), "placeholder"),
        (PolicyKind.TAG, {"tags": {"team": {"tag_key": {"@@asign": "Team"}}}}, "management-operator"),
        (PolicyKind.TAG, {"tag": {"team": {"tag_key": {"@@assign": "Team"}}}}, "management-root"),
    ],
)
def test_a_construct_refuses_what_check_refuses(kind, document, code):
    with pytest.raises(InvalidPolicyError) as error:
        synth(lambda stack: PolicyConstruct(stack, "x", kind=kind, document=document))
    assert code in [finding.code for finding in error.value.findings]


@pytest.mark.row("E12")
def test_what_looks_like_a_placeholder_in_a_description_is_only_warned_about():
    template = synth(lambda stack: ScpConstruct(stack, "x", document=STAY, description="Keeps <team> and ${x} in"))
    assert [line.partition(" holds")[2][:26] for line in template.warnings] == [
        " the placeholder '<team>',",
        " the placeholder '${x}', w",
    ]


def test_what_is_accepted_is_not_said():
    allowing = PolicyDocument.of(allow("s3:*", "*"))
    (warning,) = synth(lambda stack: ScpConstruct(stack, "x", document=allowing)).warnings
    assert "The Allow changes nothing where FullAWSAccess is attached, too" in warning
    accepting = synth(lambda stack: ScpConstruct(stack, "x", document=allowing, accepted=["allow-beside-full-access"]))
    assert accepting.warnings == ()


@pytest.mark.row("E3")
def test_a_guardrail_of_the_catalogue_is_a_document():
    tags = catalogue.standardize_tags(tags={"Team": catalogue.TagRule()}).document
    template = synth(lambda stack: PolicyConstruct(stack, "tags", kind=PolicyKind.TAG, document=tags))
    assert json.loads(template.only("aws_organizations_policy")["content"]) == tags.to_dict()
    with pytest.raises(InvalidValueError, match="tags: kind is 'backup'; expected tag, as its document is"):
        synth(lambda stack: PolicyConstruct(stack, "tags", kind=PolicyKind.BACKUP, document=tags))
