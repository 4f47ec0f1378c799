"""The VPCs that AWS makes in every region of a new account, and how to be rid of one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class DefaultVpc:
    """A default VPC.

    Args:
        vpc_id: Its id.
        region: Its region.
        used_by: The network interfaces in it; with any, it cannot be removed.
    """

    vpc_id: str
    region: str
    used_by: tuple[str, ...]


def find(session: Any, regions: list[str]) -> Iterator[DefaultVpc]:
    """The default VPCs of an account.

    Args:
        session: A boto3 session of the account.
        regions: The regions to look in.
    """
    for region in regions:
        ec2 = session.client("ec2", region_name=region)
        for vpc in ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]:
            interfaces = ec2.describe_network_interfaces(Filters=_in(vpc["VpcId"]))["NetworkInterfaces"]
            used_by = sorted(interface["NetworkInterfaceId"] for interface in interfaces)
            yield DefaultVpc(vpc["VpcId"], region, tuple(used_by))


def remove(session: Any, vpc: DefaultVpc) -> None:
    """Remove a default VPC with what AWS put into it: internet gateway and subnets.

    Raises:
        ValueError: If something is in it.
        botocore.exceptions.ClientError: If AWS finds it in use otherwise.
    """
    if vpc.used_by:
        raise ValueError(f"{vpc.vpc_id} in {vpc.region} is in use by {', '.join(vpc.used_by)}.")
    ec2 = session.client("ec2", region_name=vpc.region)
    attached = [{"Name": "attachment.vpc-id", "Values": [vpc.vpc_id]}]
    for gateway in ec2.describe_internet_gateways(Filters=attached)["InternetGateways"]:
        ec2.detach_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"], VpcId=vpc.vpc_id)
        ec2.delete_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"])
    for subnet in ec2.describe_subnets(Filters=_in(vpc.vpc_id))["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    ec2.delete_vpc(VpcId=vpc.vpc_id)


def _in(vpc_id: str) -> list[dict[str, Any]]:
    return [{"Name": "vpc-id", "Values": [vpc_id]}]
