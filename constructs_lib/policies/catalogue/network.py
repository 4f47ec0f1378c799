"""Guardrails about what connects a network with others."""

from constructs_lib.policies.catalogue import values
from constructs_lib.policies.catalogue.registry import guardrail
from constructs_lib.policies.catalogue.values import DEPLOYERS
from constructs_lib.policies.document import PolicyDocument, Strings, deny
from constructs_lib.policies.kinds import PolicyKind

_GROUP = "Network"
_CONNECTIONS = ("internet", "peering", "vpn", "transit", "direct-connect", "dns", "accelerators")


@guardrail(PolicyKind.SCP, group=_GROUP, exempted=DEPLOYERS)
def deny_network_changes(*, parts: Strings = _CONNECTIONS) -> PolicyDocument:
    """Deny changing how networks are connected; whoever runs the network is exempt.

    Args:
        parts: Out of internet, nat, peering, vpn, transit, direct-connect, vpcs, default-vpcs, routes, network-acls,
            endpoints, dns, accelerators and firewalls. The actions of each are in data/denied_actions.json.

    Breaks:
        Teams that connect their own VPCs; with vpcs and routes, tools that make a network of their own.

    Source:
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_vpc.html
        https://docs.aws.amazon.com/vpc/latest/userguide/security-iam.html
    """
    return PolicyDocument.of(deny(values.parts("parts", parts, "network"), "*", sid="DenyNetworkChanges"))


@guardrail(PolicyKind.SCP, group=_GROUP)
def deny_public_addresses(*, partition: str = "aws") -> PolicyDocument:
    """Deny launching instances with a public address, and databases that are reached from the internet.

    Args:
        partition: The partition of the organization.

    Breaks:
        Instances that serve the internet by themselves: put a load balancer in front.

    Source:
        https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
        https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html
    """
    return PolicyDocument.of(
        deny(
            "ec2:RunInstances",
            f"arn:{partition}:ec2:*:*:network-interface/*",
            conditions={"Bool": {"ec2:AssociatePublicIpAddress": "true"}},
            sid="DenyPublicAddresses",
        ),
        deny(
            ("rds:CreateDBCluster", "rds:CreateDBInstance", "rds:ModifyDBInstance"),
            "*",
            conditions={"Bool": {"rds:PubliclyAccessible": "true"}},
            sid="DenyPublicDatabases",
        ),
    )
