import pytest

from constructs_lib import DocumentSharingConstruct, VolumeKeyConstruct
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.policies.evaluator import Policies, Policy, PolicySet, Principal, Request, evaluate
from tests.template import synth

ACCOUNT = "444444444444"
KEY = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/1"


@pytest.mark.row("A8")
@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"kms:CallerAccount": ACCOUNT, "kms:ViaService": "ec2.eu-central-1.amazonaws.com"}, True),
        ({"kms:CallerAccount": ACCOUNT, "kms:ViaService": "s3.eu-central-1.amazonaws.com"}, False),
        ({"kms:CallerAccount": ACCOUNT}, False),
        ({"kms:CallerAccount": "5" * 12, "kms:ViaService": "ec2.eu-central-1.amazonaws.com"}, False),
    ],
)
def test_whoever_is_of_the_account_uses_the_key_by_ec2_alone(keys, expected):
    template = synth(lambda stack: VolumeKeyConstruct(stack, "key", account_id=ACCOUNT, region="eu-central-1"))
    document = PolicyDocument.from_json(template.only("aws_kms_key")["policy"])
    policies = Policies(resource=PolicySet((Policy("key", document),)))
    scaling = Principal.of(f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/autoscaling.amazonaws.com/Scaling")
    assert evaluate(Request(scaling, "kms:Decrypt", KEY, ACCOUNT, "eu-central-1", keys), policies).allowed is expected
    assert template.only("aws_kms_key")["lifecycle"] == {"prevent_destroy": True}


@pytest.mark.row("A8")
def test_the_switch_is_named_as_aws_names_it():
    template = synth(
        lambda stack: DocumentSharingConstruct(stack, "sharing", account_id=ACCOUNT, region="eu-central-1")
    )
    setting = template.only("aws_ssm_service_setting")
    assert setting["setting_value"] == "Disable"
    assert setting["setting_id"] == (
        f"arn:aws:ssm:eu-central-1:{ACCOUNT}:servicesetting/ssm/documents/console/public-sharing-permission"
    )
