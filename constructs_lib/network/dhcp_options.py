"""What machines in a VPC are told when they start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.vpc_dhcp_options import VpcDhcpOptions
from cdktf_cdktf_provider_aws.vpc_dhcp_options_association import VpcDhcpOptionsAssociation
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdktf import TerraformProvider

_MOST = 4


@typed
class DhcpOptionsConstruct(Construct):
    """A VPC's DHCP options.

    Children: ``Resource`` (the options), ``Association``.

    Args:
        scope: A stack of the account that has the VPC.
        id_: The construct's id.
        name: Their name tag.
        vpc_id: The VPC.
        domain_name: The domain that short names are looked for in. Default: none.
        domain_name_servers: Whom names are asked of, four at most. Default: Route 53 Resolver (``AmazonProvidedDNS``).
        ntp_servers: Whom the time is asked of, four at most. Default: nobody is named; Amazon Time Sync is there all the same.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If there are more servers than AWS takes.

    Example:
        >>> DhcpOptionsConstruct(stack, "dhcp", name="hub", vpc_id=vpc.vpc_id, domain_name="internal.example.com")

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_DHCP_Options.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        vpc_id: str,
        domain_name: str | None = None,
        domain_name_servers: Sequence[str] = (),
        ntp_servers: Sequence[str] = (),
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        for key, servers in (("domain_name_servers", domain_name_servers), ("ntp_servers", ntp_servers)):
            if len(servers) > _MOST:
                raise InvalidValueError(key, list(servers), expected=f"at most {_MOST} addresses")
        options = VpcDhcpOptions(
            self,
            "Resource",
            domain_name=domain_name,
            domain_name_servers=list(domain_name_servers) or ["AmazonProvidedDNS"],
            ntp_servers=list(ntp_servers) or None,
            tags={"Name": name},
            provider=provider,
        )
        VpcDhcpOptionsAssociation(self, "Association", vpc_id=vpc_id, dhcp_options_id=options.id, provider=provider)
