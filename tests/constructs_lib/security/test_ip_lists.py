import json

import pytest
from cdktf_cdktf_provider_aws.provider import AwsProvider

from constructs_lib import GuardDutyIpListsConstruct, InvalidValueError, RegionDetector
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.policies.evaluator import Policies, PolicySet, Principal, Request, evaluate
from tests.template import synth

pytestmark = pytest.mark.row("C6")

OWNER = "222222222222"
WRITER = f"arn:aws:iam::{OWNER}:role/TerraformExecutionRole"
REGIONS = ("eu-west-1", "us-east-1")
EVERYTHING = PolicySet.of(
    PolicyDocument.from_json('{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}')
)


def made(**changes):
    def build(stack):
        detectors = {
            region: RegionDetector(f"detector-{region}", AwsProvider(stack, region, alias=region, region=region))
            for region in REGIONS
        }
        arguments = {"bucket_name": "acme-guardduty-lists", "detectors": detectors, "trusted": "198.51.100.7\n"}
        GuardDutyIpListsConstruct(stack, "lists", **{**arguments, **changes})

    return synth(build)


def shown(found, type_):
    return {
        (one["detector_id"], one["name"], one["activate"], one["format"], one["provider"])
        for one in found.resources(type_).values()
    }


def test_each_list_is_on_in_every_region():
    found = made(threats={"scanners": "203.0.113.0/24\n", "bots": "203.0.113.9\n"})
    assert shown(found, "aws_guardduty_ipset") == {
        (f"detector-{region}", "trusted", True, "TXT", f"aws.{region}") for region in REGIONS
    }
    assert shown(found, "aws_guardduty_threatintelset") == {
        (f"detector-{region}", name, True, "TXT", f"aws.{region}")
        for region in REGIONS
        for name in ("bots", "scanners")
    }


def test_a_list_is_where_its_file_is_and_another_text_is_another_place():
    keys = set()
    for text in ("198.51.100.7\n", "198.51.100.8\n"):
        found = made(trusted=text)
        (name, file) = next(iter(found.resources("aws_s3_object").items()))
        assert file["content"] == text
        assert file["lifecycle"] == {"create_before_destroy": True}
        locations = {one["location"] for one in found.resources("aws_guardduty_ipset").values()}
        assert locations == {f"s3://${{aws_s3_object.{name}.bucket}}/${{aws_s3_object.{name}.key}}"}
        keys.add(file["key"])
    assert len(keys) == 2


def test_what_is_not_said_is_not_there():
    assert made().resources("aws_guardduty_threatintelset") == {}
    assert made(trusted=None, threats={"bots": "203.0.113.9\n"}).resources("aws_guardduty_ipset") == {}


def test_the_bucket_is_closed_and_encrypted():
    found = made()
    assert set(found.only("aws_s3_bucket_public_access_block").values()) >= {True}
    (rule,) = found.only("aws_s3_bucket_server_side_encryption_configuration")["rule"]
    assert rule["apply_server_side_encryption_by_default"]["sse_algorithm"] == "AES256"


@pytest.mark.parametrize("action", ["s3:PutObject", "s3:DeleteObject", "s3:PutBucketPolicy"])
@pytest.mark.parametrize(("role", "expected"), [(WRITER, True), (f"arn:aws:iam::{OWNER}:role/Admin", False)])
def test_roles_that_deploy_write_and_others_of_the_account_do_not(action, role, expected):
    document = json.dumps(made(writer_arns=[WRITER]).policy("aws_s3_bucket_policy", "policy"))
    resource = "arn:aws:s3:::acme-guardduty-lists" + ("/trusted/x.txt" if "Object" in action else "")
    known = {"aws:SecureTransport": "true", "s3:TlsVersion": "1.3"}
    request = Request(Principal.of(role), action, resource, OWNER, "eu-west-1", known)
    policies = Policies(identity=EVERYTHING, resource=PolicySet.of(PolicyDocument.from_json(document)))
    assert evaluate(request, policies).allowed is expected


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"trusted": None}, "trusted"),
        ({"trusted": "\n"}, "trusted"),
        ({"trusted": "198.51.100.7\n" * 2001}, "trusted"),
        ({"threats": {"Bots": "203.0.113.9\n"}}, "threats"),
        ({"threats": {"bots": ""}}, "threats"),
        ({"threats": {f"a{number}": "203.0.113.9\n" for number in range(7)}}, "threats"),
        ({"bucket_name": "A"}, "bucket_name"),
        ({"detectors": {}}, "detectors"),
    ],
)
def test_what_guardduty_would_refuse_is_refused(changes, name):
    with pytest.raises(InvalidValueError, match=name):
        made(**changes)
