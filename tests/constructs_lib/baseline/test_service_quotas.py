import pytest

from constructs_lib.baseline.service_quotas import ServiceQuota, ServiceQuotasConstruct
from constructs_lib.errors import InvalidValueError
from tests.template import synth


def build(stack, quotas):
    return ServiceQuotasConstruct(stack, "quotas", quotas=quotas)


def test_a_quota_is_asked_for_by_its_codes():
    quota = synth(lambda stack: build(stack, {"vpcs": ServiceQuota("vpc", "L-F678F1CE", 10)})).only(
        "aws_servicequotas_service_quota"
    )
    assert (quota["service_code"], quota["quota_code"], quota["value"]) == ("vpc", "L-F678F1CE", 10)


@pytest.mark.parametrize(
    ("quotas", "message"),
    [
        ({"VPCs": ServiceQuota("vpc", "L-F678F1CE", 10)}, "quotas is 'VPCs'"),
        ({"vpcs": ServiceQuota("VPC", "L-F678F1CE", 10)}, "a code such as 'vpc'"),
        ({"vpcs": ServiceQuota("vpc", "vpcs", 10)}, "a code such as 'L-F678F1CE'"),
        ({"vpcs": ServiceQuota("vpc", "L-F678F1CE", 0)}, "more than 0"),
    ],
)
def test_malformed_quotas_are_refused(quotas, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: build(stack, quotas))
