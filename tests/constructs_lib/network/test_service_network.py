import json

import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.network.service_network import ServiceNetworkConstruct
from tests.template import synth

pytestmark = pytest.mark.row("A8")


def services(stack, **changes):
    return ServiceNetworkConstruct(
        stack, "services", **{"name": "services", "organization_id": "o-a1b2c3d4e5", **changes}
    )


def test_signed_calls_of_the_organization_are_let_in():
    template = synth(services)
    assert template.only("aws_vpclattice_service_network")["auth_type"] == "AWS_IAM"
    policy = template.only("aws_vpclattice_auth_policy")
    assert policy["resource_identifier"].startswith("${aws_vpclattice_service_network.")
    (statement,) = json.loads(policy["policy"])["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Allow", "vpc-lattice-svcs:Invoke")
    assert statement["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}


@pytest.mark.parametrize("name", ["abc", "a-b", "a-1", "service", "a" * 63])
def test_what_lattice_takes_is_taken(name):
    assert synth(lambda stack: services(stack, name=name)).only("aws_vpclattice_service_network")["name"] == name


@pytest.mark.parametrize("name", ["ab", "Services", "sn-services", "a--b", "-ab", "ab-", "a" * 64, "a-" * 40 + "a"])
def test_what_lattice_would_refuse_is_refused(name):
    with pytest.raises(InvalidValueError, match="3 to 63"):
        synth(lambda stack: services(stack, name=name))
