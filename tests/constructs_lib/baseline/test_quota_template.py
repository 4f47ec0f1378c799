import pytest

from constructs_lib import InvalidValueError, QuotaTemplateConstruct, ServiceQuota
from tests.template import synth

pytestmark = pytest.mark.row("A8")
VPCS = ServiceQuota("vpc", "L-F678F1CE", 10)


def made(quotas):
    return synth(lambda stack: QuotaTemplateConstruct(stack, "quotas", quotas=quotas))


def test_aws_goes_by_the_template():
    template = made({"vpcs-eu-central-1": ("eu-central-1", VPCS)})
    found = template.only("aws_servicequotas_template")
    assert (found["region"], found["service_code"], found["quota_code"], found["value"]) == (
        "eu-central-1",
        "vpc",
        "L-F678F1CE",
        10,
    )
    assert template.only("aws_servicequotas_template_association") is not None


@pytest.mark.parametrize(
    "quotas",
    [
        {},
        {f"a{number}": ("eu-central-1", VPCS) for number in range(11)},
        {"vpcs": ("eu-central-1", ServiceQuota("vpc", "VPCs", 10))},
        {"vpcs": ("eu-central-1", ServiceQuota("vpc", "L-F678F1CE", 0))},
        {"vpcs": ("Frankfurt", VPCS)},
    ],
)
def test_what_aws_would_refuse(quotas):
    with pytest.raises(InvalidValueError):
        made(quotas)
