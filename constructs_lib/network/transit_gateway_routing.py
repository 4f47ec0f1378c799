"""Which networks a transit gateway connects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cdktf import TerraformIterator, Token
from cdktf_cdktf_provider_aws.data_aws_ec2_transit_gateway_attachments import (
    DataAwsEc2TransitGatewayAttachments,
    DataAwsEc2TransitGatewayAttachmentsFilter,
)
from cdktf_cdktf_provider_aws.ec2_transit_gateway_route import Ec2TransitGatewayRoute
from cdktf_cdktf_provider_aws.ec2_transit_gateway_route_table import Ec2TransitGatewayRouteTable
from cdktf_cdktf_provider_aws.ec2_transit_gateway_route_table_association import (
    Ec2TransitGatewayRouteTableAssociation,
)
from cdktf_cdktf_provider_aws.ec2_transit_gateway_route_table_propagation import (
    Ec2TransitGatewayRouteTablePropagation,
)
from cdktf_cdktf_provider_aws.ec2_transit_gateway_vpc_attachment_accepter import (
    Ec2TransitGatewayVpcAttachmentAccepter,
)
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_network, require_slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cdktf import ITerraformDependable, ListTerraformIterator, TerraformProvider

_ALIVE = ("available", "modifying")
_WAITING = "pendingAcceptance"


@typed
@dataclass(frozen=True)
class TransitGatewayRoute:
    """A static route of a transit gateway's route table.

    Args:
        destination: The IPv4 network that it is for.
        attachment: The key of the attachment that it leads to. Default: none; what is sent there is dropped (a blackhole).
    """

    destination: str
    attachment: str | None = None


@typed
@dataclass(frozen=True)
class TransitGatewayRouteTable:
    """A route table of a transit gateway. Attachments are named by their keys.

    Args:
        associations: Whose traffic it routes; an attachment is in one table only.
        propagations: Whose networks it knows.
        routes: Static routes by slug.
    """

    associations: tuple[str, ...] = ()
    propagations: tuple[str, ...] = ()
    routes: Mapping[str, TransitGatewayRoute] = field(default_factory=dict)


@typed
class TransitGatewayRoutingConstruct(Construct):
    """Route tables of a transit gateway, and which attachments they serve and know.

    Attachments of other accounts are looked up while planning: those that are not there yet come with a later deploy. Until
    then they reach nothing, and nothing reaches them.

    Children: ``table-<slug>`` and ``route-<table>-<slug>`` per route table and static route, ``attachments-<key>`` per other
    account (what is looked up; ``accepted-<key>``, too, if attachments are accepted), ``association-<key>`` per attachment
    or account, ``propagation-<table>-<key>``.

    Args:
        scope: A stack of the account that has the transit gateway, or a construct in it.
        id_: The construct's id.
        name: What the name tags start with.
        transit_gateway_id: The transit gateway, without default route tables.
        tables: Route tables by slug.
        attachments: The ids of attachments in this stack, by key.
        accounts: The ids of other accounts whose VPCs are attached, by key; what is said of a key holds for all of them.
            The account has no other transit gateway that they are attached to.
        accept: Whether these wait for acceptance, and get it. Default: the transit gateway accepts them by itself.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If a table names a key that there is not, a key is associated with two tables, or a route leads to
            an account, which may have several attachments.

    Example:
        >>> TransitGatewayRoutingConstruct(
        ...     stack, "routing", name="hub", transit_gateway_id=gateway.transit_gateway_id,
        ...     attachments={"egress": attachment.attachment_id}, accounts={"shop": "444444444444"},
        ...     tables={
        ...         "spokes": TransitGatewayRouteTable(
        ...             associations=("shop",), routes={"all": TransitGatewayRoute("0.0.0.0/0", "egress")}
        ...         ),
        ...         "egress": TransitGatewayRouteTable(associations=("egress",), propagations=("shop",)),
        ...     },
        ... )

    Source: https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        transit_gateway_id: str,
        tables: Mapping[str, TransitGatewayRouteTable],
        attachments: Mapping[str, str],
        accounts: Mapping[str, str] | None = None,
        accept: bool = False,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self._attachments, self._accounts, self._accept = attachments, dict(accounts or {}), accept
        self._provider = provider
        _refuse(tables, attachments, self._accounts)
        self._found = {key: self._look_up(key, account_id) for key, account_id in sorted(self._accounts.items())}
        self._accepted = {key: self._let_in(key, f"{name}-{key}") for key in self._found} if accept else {}
        self._tables = {
            slug: Ec2TransitGatewayRouteTable(
                self,
                f"table-{slug}",
                transit_gateway_id=transit_gateway_id,
                tags={"Name": f"{name}-{slug}"},
                provider=provider,
            )
            for slug in sorted(tables)
        }
        for slug, table in sorted(tables.items()):
            self._fill(slug, table)

    @property
    def route_table_ids(self) -> dict[str, str]:
        """The ids of the route tables, ``tgw-rtb-…``, by slug."""
        return {slug: table.id for slug, table in self._tables.items()}

    def _look_up(self, key: str, account_id: str) -> ListTerraformIterator:
        states = (*_ALIVE, _WAITING) if self._accept else _ALIVE
        filters = {"resource-owner-id": [account_id], "resource-type": ["vpc"], "state": list(states)}
        # Not by the transit gateway's id: while that is not known, neither is how many attachments there are.
        found = DataAwsEc2TransitGatewayAttachments(
            self,
            f"attachments-{key}",
            filter=[
                DataAwsEc2TransitGatewayAttachmentsFilter(name=name, values=values) for name, values in filters.items()
            ],
            provider=self._provider,
        )
        return TerraformIterator.from_list(found.ids)

    def _let_in(self, key: str, name: str) -> Ec2TransitGatewayVpcAttachmentAccepter:
        return Ec2TransitGatewayVpcAttachmentAccepter(
            self,
            f"accepted-{key}",
            for_each=self._found[key],
            transit_gateway_attachment_id=self._attachment(key),
            transit_gateway_default_route_table_association=False,
            transit_gateway_default_route_table_propagation=False,
            tags={"Name": name},
            provider=self._provider,
        )

    def _fill(self, slug: str, table: TransitGatewayRouteTable) -> None:
        table_id = self._tables[slug].id
        for key in sorted(table.associations):
            self._associate(key, table_id)
        for key in sorted(set(table.propagations)):
            self._propagate(slug, key, table_id)
        for route_slug, route in sorted(table.routes.items()):
            Ec2TransitGatewayRoute(
                self,
                f"route-{slug}-{require_slug('routes', route_slug)}",
                destination_cidr_block=route.destination,
                transit_gateway_attachment_id=None if route.attachment is None else self._attachments[route.attachment],
                blackhole=True if route.attachment is None else None,
                transit_gateway_route_table_id=table_id,
                provider=self._provider,
            )

    def _associate(self, key: str, table_id: str) -> None:
        each = self._found.get(key)
        # Named without its table: in another one it is replaced, since AWS wants the old one gone first.
        Ec2TransitGatewayRouteTableAssociation(
            self,
            f"association-{key}",
            for_each=each,
            transit_gateway_attachment_id=self._attachment(key),
            transit_gateway_route_table_id=table_id,
            # Of a transit gateway that had a default route table before.
            replace_existing_association=True if each else None,
            depends_on=self._acceptance(key),
            provider=self._provider,
        )

    def _propagate(self, slug: str, key: str, table_id: str) -> None:
        Ec2TransitGatewayRouteTablePropagation(
            self,
            f"propagation-{slug}-{key}",
            for_each=self._found.get(key),
            transit_gateway_attachment_id=self._attachment(key),
            transit_gateway_route_table_id=table_id,
            depends_on=self._acceptance(key),
            provider=self._provider,
        )

    def _attachment(self, key: str) -> str:
        """The id of an attachment; of another account's, what stands for each of them."""
        return Token.as_string(self._found[key].value) if key in self._found else self._attachments[key]

    def _acceptance(self, key: str) -> list[ITerraformDependable] | None:
        return [self._accepted[key]] if key in self._accepted else None


def _refuse(
    tables: Mapping[str, TransitGatewayRouteTable], attachments: Mapping[str, str], accounts: Mapping[str, str]
) -> None:
    for key in (*attachments, *accounts):
        require_slug("accounts" if key in accounts else "attachments", key)
    if both := sorted({*attachments} & {*accounts}):
        raise InvalidValueError("accounts", both, expected="keys that no attachment has")
    homes: dict[str, str] = {}
    for slug, table in sorted(tables.items()):
        require_slug("tables", slug)
        _require_known(f"tables[{slug!r}].associations", table.associations, {*attachments, *accounts})
        _require_known(f"tables[{slug!r}].propagations", table.propagations, {*attachments, *accounts})
        for key in table.associations:
            if key in homes:
                raise InvalidValueError(
                    f"tables[{slug!r}].associations", key, expected=f"an attachment that {homes[key]!r} has not already"
                )
            homes[key] = slug
        for route_slug, route in table.routes.items():
            where = f"tables[{slug!r}].routes[{route_slug!r}]"
            require_network(f"{where}.destination", route.destination, 0, 32)
            _require_known(f"{where}.attachment", filter(None, (route.attachment,)), attachments)


def _require_known(name: str, keys: Iterable[str], known: Iterable[str]) -> None:
    for key in keys:
        if key not in known:
            raise InvalidValueError(name, key, expected=f"one of {', '.join(sorted(known)) or 'no attachments'}")
