import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.network.ram_share_accepter import RamShareAccepterConstruct
from tests.template import synth

SHARE = "arn:aws-us-gov:ram:us-gov-west-1:999999999999:resource-share/7ab63972-b505-7e2a-420d-6f5d3a1b2c3d"


@pytest.mark.row("A8")
def test_a_share_from_outside_is_accepted():
    template = synth(lambda stack: RamShareAccepterConstruct(stack, "accepter", share_arn=SHARE))
    assert template.only("aws_ram_resource_share_accepter")["share_arn"] == SHARE


def test_an_id_is_not_enough():
    with pytest.raises(InvalidValueError, match="the ARN of a share"):
        synth(lambda stack: RamShareAccepterConstruct(stack, "accepter", share_arn="7ab63972-b505"))
