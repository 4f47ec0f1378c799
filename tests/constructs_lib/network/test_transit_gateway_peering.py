import pytest
from cdktf import TerraformOutput
from cdktf_cdktf_provider_aws.provider import AwsProvider

from constructs_lib.network.transit_gateway_peering import TransitGatewayPeeringConstruct
from tests.template import synth

pytestmark = pytest.mark.row("A8")


def test_one_region_asks_and_the_other_accepts():

    def build(stack):
        far = AwsProvider(stack, "far", alias="far", region="us-east-1")
        peering = TransitGatewayPeeringConstruct(
            stack,
            "peering",
            name="hub",
            transit_gateway_id="tgw-1",
            peer_transit_gateway_id="tgw-2",
            peer_region="us-east-1",
            peer_provider=far,
        )
        TerraformOutput(stack, "id", value=peering.attachment_id)

    template = synth(build)
    asked = template.only("aws_ec2_transit_gateway_peering_attachment")
    assert (asked["peer_region"], asked["peer_transit_gateway_id"], asked.get("provider")) == (
        "us-east-1",
        "tgw-2",
        None,
    )
    accepter = template.only("aws_ec2_transit_gateway_peering_attachment_accepter")
    assert accepter["provider"] == "aws.far"
    assert accepter["transit_gateway_attachment_id"].startswith("${aws_ec2_transit_gateway_peering_attachment.")
    # Whoever names it waits for the acceptance.
    (output,) = template.json["output"].values()
    assert output["value"].startswith("${aws_ec2_transit_gateway_peering_attachment_accepter.")
