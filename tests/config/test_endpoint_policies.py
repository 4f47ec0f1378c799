"""Policies of endpoints: what `estate check` says of documents, which the refusals of refusals.yaml are too small for."""

import json

import pytest

import config

pytestmark = pytest.mark.row("A8")

POLICIES = "endpoint_policies: {ours: {document: documents/ours.json}}\n"
VPC = "settings: {network: {cidr: 10.0.0.0/20, zones: [a], tiers: {private: {}}, endpoints: {policies: {default: ours}}}}\n"


@pytest.fixture
def check(directory):
    def run(resources):
        statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": resources}
        document = {"Version": "2012-10-17", "Statement": [statement]}
        directory.write("policies/documents/ours.json", json.dumps(document))
        directory.append("organization.yaml", POLICIES)
        directory.append("accounts/shop.yaml", VPC)
        _, problems = config.examine(directory.path)
        return [str(problem) for problem in problems]

    return run


def of_size(size):
    """Resources of a policy that AWS counts so many bytes of, with what keeps others out."""
    around = len(
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":[]},'
        '{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":'
        '{"StringNotEquals":{"aws:PrincipalOrgID":"o-0000000000"}}}]}'
    )
    arns = [f"arn:aws:s3:::{number:020}" for number in range((size - around) // 36)]
    rest = size - around - sum(len(arn) + 3 for arn in arns) + 1
    return [*arns[:-1], arns[-1] + "/" + "x" * (rest - 1)]


def test_a_document_as_large_as_aws_takes_it_is_no_problem(check):
    assert check(of_size(20_480)) == []


def test_one_byte_more_is(check):
    (problem,) = check(of_size(20_481))
    assert "endpoint_policies.ours.document: found The policy has 20,481 bytes of 20,480" in problem


def test_variables_of_the_account_are_put_in_where_it_is_known(check):
    assert check("arn:$(partition):s3:::data-$(account_id)-$(account)/*") == []


def test_unknown_variables_are_refused(check):
    (problem,) = check("arn:aws:s3:::data-$(acount)/*")
    assert "$(acount)" in problem
