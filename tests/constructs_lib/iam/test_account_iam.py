"""Policies, SAML providers and instance profiles of accounts, and trust in those who are no identity of the organization."""

import pytest

from constructs_lib import (
    CrossAccountAccess,
    CrossAccountRoleConstruct,
    CustomerPolicyConstruct,
    InstanceProfileConstruct,
    InvalidPolicyError,
    InvalidValueError,
    PolicyDocument,
    SamlProviderConstruct,
    allow,
)
from constructs_lib.policies.trusts import oidc_trust, outside_trust, saml_trust, service_trust
from tests.template import synth

READS = PolicyDocument.of(allow("s3:GetObject", "arn:aws:s3:::acme-reports/*"))
METADATA = "<EntityDescriptor>" + "A" * 1000
PROVIDER = "arn:aws:iam::444455556666:saml-provider/Okta"


def test_a_policy():
    template = synth(lambda stack: CustomerPolicyConstruct(stack, "reads", name="Reads", document=READS))
    made = template.only("aws_iam_policy")
    assert (made["name"], "path" in made, "description" in made) == ("Reads", False, False)
    assert template.policy("aws_iam_policy", "policy") == READS.to_dict()
    assert template.addresses() == ["aws_iam_policy.reads_7FAFE5FA"]


def test_a_policy_below_a_path():
    made = synth(
        lambda stack: CustomerPolicyConstruct(
            stack, "reads", name="Reads", document=READS, path="/teams/", description="For teams", tags={"a": "b"}
        )
    ).only("aws_iam_policy")
    assert (made["path"], made["description"], made["tags"]) == ("/teams/", "For teams", {"a": "b"})


@pytest.mark.parametrize(
    "bad", [{"path": "teams"}, {"path": "/a b/"}, {"name": "a b"}, {"name": ""}, {"description": "x" * 1001}]
)
def test_a_policy_that_aws_would_refuse(bad):
    with pytest.raises(InvalidValueError, match=next(iter(bad))):
        synth(lambda stack: CustomerPolicyConstruct(stack, "reads", **{"name": "Reads", "document": READS, **bad}))


def test_a_document_that_aws_would_refuse():
    unknown = PolicyDocument.of(allow("s3:GetObjekt", "*"))
    with pytest.raises(InvalidPolicyError, match="GetObject"):
        synth(lambda stack: CustomerPolicyConstruct(stack, "reads", name="Reads", document=unknown))


def test_a_saml_provider():
    template = synth(lambda stack: SamlProviderConstruct(stack, "okta", name="Okta", metadata=METADATA))
    made = template.only("aws_iam_saml_provider")
    assert (made["name"], made["saml_metadata_document"]) == ("Okta", METADATA)


@pytest.mark.parametrize("bad", [{"name": "O kta"}, {"metadata": "<EntityDescriptor>"}])
def test_a_saml_provider_that_aws_would_refuse(bad):
    with pytest.raises(InvalidValueError, match=next(iter(bad))):
        synth(lambda stack: SamlProviderConstruct(stack, "okta", **{"name": "Okta", "metadata": METADATA, **bad}))


def machines(stack):
    access = CrossAccountAccess(
        account_id="444455556666", role_name="Machines", others=(service_trust("ec2.amazonaws.com"),)
    )
    role = CrossAccountRoleConstruct(stack, "role", access=access, permissions=READS)
    InstanceProfileConstruct(stack, "profile", name="Machines", role_name=role.role_name)


def test_machines_have_a_role_by_an_instance_profile():
    template = synth(machines)
    assert template.only("aws_iam_instance_profile") == {
        "name": "Machines",
        "role": "${aws_iam_role.role_C7B7E775.name}",
    }
    assert template.policy("aws_iam_role", "assume_role_policy") == {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
        ],
    }


def test_others_stand_beside_accounts():
    access = CrossAccountAccess(
        account_id="444455556666",
        trusted_accounts=("111122223333",),
        external_id="estate",
        others=(outside_trust(["arn:aws:iam::999988887777:root"], "vendor"),),
    )
    inside, outside = access.trust.to_dict()["Statement"]
    assert inside["Principal"] == {"AWS": "arn:aws:iam::111122223333:root"}
    assert outside["Condition"] == {"StringEquals": {"sts:ExternalId": "vendor"}}


def test_a_role_for_nobody_is_refused():
    with pytest.raises(InvalidValueError, match="or somebody in others"):
        CrossAccountAccess(account_id="444455556666")


@pytest.mark.parametrize(
    ("statement", "conditions"),
    [
        (service_trust("ec2.amazonaws.com"), None),
        (
            service_trust("backup.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": ["1" * 12]}}),
            {"StringEquals": {"aws:SourceAccount": "1" * 12}},
        ),
        (
            outside_trust(
                ["arn:aws:iam::999988887777:role/Scan"], "x1", conditions={"Bool": {"aws:SecureTransport": [True]}}
            ),
            {"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"sts:ExternalId": "x1"}},
        ),
        (saml_trust(PROVIDER), {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}),
        (
            saml_trust(PROVIDER, partition="aws-us-gov"),
            {"StringEquals": {"SAML:aud": "https://signin.amazonaws-us-gov.com/saml"}},
        ),
        (
            saml_trust(PROVIDER, conditions={"StringEquals": {"SAML:aud": ["https://eu.example/saml"]}}),
            {"StringEquals": {"SAML:aud": "https://eu.example/saml"}},
        ),
        (
            oidc_trust(PROVIDER, issuer="gitlab.com", audiences=["a", "b"], subjects=["project_path:acme/*"]),
            {
                "StringEquals": {"gitlab.com:aud": ["a", "b"]},
                "StringLike": {"gitlab.com:sub": "project_path:acme/*"},
            },
        ),
        (
            oidc_trust(PROVIDER, issuer="gitlab.com", audiences=["a"], subjects=["project_path:acme/x"]),
            {"StringEquals": {"gitlab.com:aud": "a", "gitlab.com:sub": "project_path:acme/x"}},
        ),
    ],
)
def test_conditions_of_trusts(statement, conditions):
    assert statement.to_dict().get("Condition") == conditions
