import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.network.gateway_load_balancer import ApplianceHealthCheck, GatewayLoadBalancerConstruct
from tests.template import synth

pytestmark = pytest.mark.row("A8")


def balancer(stack, **changes):
    said = {
        "name": "firewalls",
        "vpc_id": "vpc-0123456789abcdef0",
        "subnet_ids": ["subnet-0123456789abcdef0"],
        "account_ids": ["333333333333", "444444444444"],
    }
    return GatewayLoadBalancerConstruct(stack, "firewalls", **{**said, **changes})


def test_appliances_are_registered_and_all_else_is_there():
    template = synth(balancer)
    lb = template.only("aws_lb")
    assert (lb["load_balancer_type"], lb["enable_deletion_protection"]) == ("gateway", True)
    group = template.only("aws_lb_target_group")
    assert (group["port"], group["protocol"], group["target_type"]) == (6081, "GENEVE", "instance")
    assert group["health_check"] == {"interval": 10, "port": "80", "protocol": "TCP"}
    listener = template.only("aws_lb_listener")
    assert listener["load_balancer_arn"].startswith("${aws_lb.")
    assert listener["default_action"][0]["target_group_arn"].startswith("${aws_lb_target_group.")


def test_whoever_is_named_connects_without_being_asked_and_nobody_else():
    service = synth(balancer).only("aws_vpc_endpoint_service")
    assert service["acceptance_required"] is False
    assert service["allowed_principals"] == ["arn:aws:iam::333333333333:root", "arn:aws:iam::444444444444:root"]
    assert service["gateway_load_balancer_arns"][0].startswith("${aws_lb.")


def test_what_is_said_is_taken():
    check = ApplianceHealthCheck("HTTPS", 8443, "/health", 5)
    template = synth(
        lambda stack: balancer(
            stack, targets="ip", health_check=check, cross_zone=True, delete_protection=False, partition="aws-cn"
        )
    )
    lb, group = template.only("aws_lb"), template.only("aws_lb_target_group")
    assert (lb["enable_cross_zone_load_balancing"], lb["enable_deletion_protection"]) == (True, False)
    assert group["target_type"] == "ip"
    assert group["health_check"] == {"interval": 5, "path": "/health", "port": "8443", "protocol": "HTTPS"}
    (own, _) = template.only("aws_vpc_endpoint_service")["allowed_principals"]
    assert own == "arn:aws-cn:iam::333333333333:root"
    asked = synth(lambda stack: balancer(stack, health_check=ApplianceHealthCheck("HTTP")))
    assert asked.only("aws_lb_target_group")["health_check"]["path"] == "/"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "internal-fw"}, "'internal-' first"),
        ({"name": "a" * 33}, "up to 32"),
        ({"subnet_ids": []}, "a subnet in each zone"),
        ({"account_ids": []}, "the accounts that may connect"),
        ({"account_ids": ["*"]}, "account_ids"),
        ({"health_check": ApplianceHealthCheck(port=0)}, "health_check.port"),
        ({"health_check": ApplianceHealthCheck(interval_seconds=301)}, "health_check.interval_seconds"),
        ({"health_check": ApplianceHealthCheck(path="/health")}, "no path with TCP"),
    ],
)
def test_what_aws_would_refuse_is_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: balancer(stack, **changes))
