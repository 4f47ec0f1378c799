import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.network.vpn_connection import VpnConnectionConstruct, VpnTunnelOptions
from constructs_lib.network.vpn_logs import VpnLogsConstruct
from tests.template import synth

pytestmark = pytest.mark.row("A8")

CERTIFICATE = "arn:aws:acm:eu-central-1:111111111111:certificate/6e2e2b0c-5f0b-4c6e-8f5e-2d9f6c3b1a47"
BOTH = ("tunnel1", "tunnel2")


def vpn(stack, **changes):
    arguments = {"name": "hub-office", "transit_gateway_id": "tgw-1", "address": "192.0.2.1"}
    return VpnConnectionConstruct(stack, "office", **{**arguments, **changes})


def test_tunnels_agree_upon_nothing_weak():
    found = synth(vpn).only("aws_vpn_connection")
    for tunnel in BOTH:
        assert found[f"{tunnel}_ike_versions"] == ["ikev2"]
        for phase in ("phase1", "phase2"):
            assert found[f"{tunnel}_{phase}_dh_group_numbers"] == [19, 20, 21]
            assert found[f"{tunnel}_{phase}_encryption_algorithms"] == ["AES256", "AES256-GCM-16"]
            assert found[f"{tunnel}_{phase}_integrity_algorithms"] == ["SHA2-256", "SHA2-384", "SHA2-512"]


def test_no_key_is_written_down():
    """AWS makes them, and keeps them where its API does not tell them."""
    found = synth(vpn).only("aws_vpn_connection")
    assert found["preshared_key_storage"] == "SecretsManager"
    assert not [key for key in found if key.endswith("_preshared_key")]


def test_a_certificate_takes_the_place_of_keys():
    template = synth(lambda stack: vpn(stack, address=None, certificate_arn=CERTIFICATE))
    gateway = template.only("aws_customer_gateway")
    assert (gateway["certificate_arn"], gateway.get("ip_address")) == (CERTIFICATE, None)
    assert "preshared_key_storage" not in template.only("aws_vpn_connection")


def test_another_address_is_another_gateway_before_the_old_one_goes():
    assert synth(vpn).only("aws_customer_gateway")["lifecycle"] == {"create_before_destroy": True}


@pytest.mark.parametrize(("asn", "number"), [(65010, "65010"), (None, "65000")])
def test_ranges_are_told_by_bgp_or_not_at_all(asn, number):
    template = synth(lambda stack: vpn(stack, asn=asn))
    assert template.only("aws_customer_gateway")["bgp_asn"] == number
    assert template.only("aws_vpn_connection")["static_routes_only"] is (asn is None)


def test_both_tunnels_log():
    def build(stack):
        logs = VpnLogsConstruct(stack, "logs", name="hub", account_id="111111111111", region="eu-central-1")
        vpn(stack, log_group_arn=logs.log_group_arn)

    template = synth(build)
    (name,) = template.resources("aws_cloudwatch_log_group")
    assert template.only("aws_cloudwatch_log_group")["name"] == "/aws/vendedlogs/vpn/hub"
    assert template.only("aws_cloudwatch_log_group")["kms_key_id"].startswith("${aws_kms_key.")
    found = template.only("aws_vpn_connection")
    for tunnel in BOTH:
        assert found[f"{tunnel}_log_options"] == {
            "cloudwatch_log_options": {
                "log_enabled": True,
                "log_group_arn": f"${{aws_cloudwatch_log_group.{name}.arn}}",
                "log_output_format": "json",
            }
        }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"address": None}, "a public IPv4 address, or a certificate_arn"),
        ({"address": "office.example.com"}, "an IPv4 address"),
        ({"asn": 0}, "asn is 0"),
        ({"options": VpnTunnelOptions(ike_versions=())}, "some of ikev1, ikev2"),
        ({"options": VpnTunnelOptions(ike_versions=("ikev3",))}, "ikev1, ikev2"),
        ({"options": VpnTunnelOptions(encryption_algorithms=("DES",))}, "AES128"),
        ({"options": VpnTunnelOptions(integrity_algorithms=("MD5",))}, "SHA1"),
        ({"options": VpnTunnelOptions(dh_groups=(5,))}, "2, 14, 15"),
    ],
)
def test_what_ec2_would_refuse_is_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: vpn(stack, **changes))
