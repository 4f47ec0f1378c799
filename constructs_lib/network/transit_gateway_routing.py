"""Which networks a transit gateway connects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cdktf import Fn, TerraformIterator, Token
from cdktf_cdktf_provider_aws.data_aws_ec2_transit_gateway_attachments import (
    DataAwsEc2TransitGatewayAttachments,
    DataAwsEc2TransitGatewayAttachmentsFilter,
)
from cdktf_cdktf_provider_aws.ec2_transit_gateway_prefix_list_reference import Ec2TransitGatewayPrefixListReference
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
        destination: The IPv4 network that it is for; None with a prefix list.
        attachment: The key of the attachment that it leads to, or of an account with one attached VPC. Default: none; what is
            sent there is dropped (a blackhole).
        prefix_list_id: The prefix list that it is for, in place of a network.
    """

    destination: str | None
    attachment: str | None = None
    prefix_list_id: str | None = None


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
        apart: Attachments of some of these accounts which are told apart, by the account's key, and their ids by keys of their
            own. What is said of the account holds for the others then. Default: none.
        accept: Whether these wait for acceptance, and get it. Default: the transit gateway accepts them by itself.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If a table names a key that there is not, or a key is associated with two tables.

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
        apart: Mapping[str, Mapping[str, str]] | None = None,
        accept: bool = False,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self._accounts, self._apart, self._accept = dict(accounts or {}), dict(apart or {}), accept
        self._attachments = attachments
        self._provider = provider
        _refuse(tables, attachments, self._accounts, self._apart)
        self._homes = {single: key for key, ids in self._apart.items() for single in ids}
        self._ids = {key: self._look_up(key, account_id) for key, account_id in sorted(self._accounts.items())}
        self._found = {key: TerraformIterator.from_list(ids) for key, ids in self._ids.items()}
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
        for key in sorted(self._apart):
            self._associate_each(key, tables)

    @property
    def route_table_ids(self) -> dict[str, str]:
        """The ids of the route tables, ``tgw-rtb-…``, by slug."""
        return {slug: table.id for slug, table in self._tables.items()}

    def _look_up(self, key: str, account_id: str) -> list[str]:
        states = (*_ALIVE, _WAITING) if self._accept else _ALIVE
        filters = {"resource-owner-id": [account_id], "resource-type": ["vpc"], "state": list(states)}
        # Not by the transit gateway's id: while that is not known, neither is how many attachments there are.
        return DataAwsEc2TransitGatewayAttachments(
            self,
            f"attachments-{key}",
            filter=[
                DataAwsEc2TransitGatewayAttachmentsFilter(name=name, values=values) for name, values in filters.items()
            ],
            provider=self._provider,
        ).ids

    def _let_in(self, key: str, name: str) -> Ec2TransitGatewayVpcAttachmentAccepter:
        return Ec2TransitGatewayVpcAttachmentAccepter(
            self,
            f"accepted-{key}",
            for_each=self._found[key],
            transit_gateway_attachment_id=self._attachment(key, self._found[key]),
            transit_gateway_default_route_table_association=False,
            transit_gateway_default_route_table_propagation=False,
            tags={"Name": name},
            provider=self._provider,
        )

    def _fill(self, slug: str, table: TransitGatewayRouteTable) -> None:
        table_id = self._tables[slug].id
        for key in sorted(set(table.associations) - {*self._homes} - {*self._apart}):
            self._associate(key, table_id, self._found.get(key))
        for key in sorted({self._homes.get(key, key) for key in table.propagations}):
            each = self._those(key, table.propagations) if key in self._apart else self._found.get(key)
            self._propagate(slug, key, table_id, each)
        for route_slug, route in sorted(table.routes.items()):
            self._route(f"route-{slug}-{require_slug('routes', route_slug)}", route, table_id)

    def _associate(self, key: str, table_id: str, each: ListTerraformIterator | None) -> None:
        # Named without its table: in another one it is replaced, since AWS wants the old one gone first.
        Ec2TransitGatewayRouteTableAssociation(
            self,
            f"association-{key}",
            for_each=each,
            transit_gateway_attachment_id=self._attachment(key, each),
            transit_gateway_route_table_id=table_id,
            # Of a transit gateway that had a default route table before.
            replace_existing_association=True if each else None,
            depends_on=self._acceptance(key),
            provider=self._provider,
        )

    def _associate_each(self, account: str, tables: Mapping[str, TransitGatewayRouteTable]) -> None:
        """Associate attachments of an account with tables of their own, by the addresses that they had with one for all."""
        ids = self._apart[account]
        homes = {key: self._tables[slug].id for slug, table in tables.items() for key in table.associations}
        keys = [key for key in (account, *ids) if key in homes]
        each = self._those(account, keys)
        own = {ids[key]: homes[key] for key in keys if key in ids}
        table_id = Fn.lookup(own, Token.as_string(each.value), homes.get(account, ""))
        self._associate(account, Token.as_string(table_id), each)

    def _propagate(self, slug: str, key: str, table_id: str, each: ListTerraformIterator | None) -> None:
        Ec2TransitGatewayRouteTablePropagation(
            self,
            f"propagation-{slug}-{key}",
            for_each=each,
            transit_gateway_attachment_id=self._attachment(key, each),
            transit_gateway_route_table_id=table_id,
            depends_on=self._acceptance(key),
            provider=self._provider,
        )

    def _route(self, id_: str, route: TransitGatewayRoute, table_id: str) -> None:
        key = route.attachment
        account = self._homes.get(key, key) if key else None
        each = self._those(account, [key]) if account and key in self._homes else self._found.get(key or "")
        attachment_id = self._attachment(key, each) if key else None
        depends_on = self._acceptance(account) if account else None
        if route.prefix_list_id is not None:
            Ec2TransitGatewayPrefixListReference(
                self,
                id_,
                for_each=each,
                prefix_list_id=route.prefix_list_id,
                transit_gateway_attachment_id=attachment_id,
                blackhole=None if key else True,
                transit_gateway_route_table_id=table_id,
                depends_on=depends_on,
                provider=self._provider,
            )
            return
        Ec2TransitGatewayRoute(
            self,
            id_,
            for_each=each,
            destination_cidr_block=str(route.destination),
            transit_gateway_attachment_id=attachment_id,
            blackhole=None if key else True,
            transit_gateway_route_table_id=table_id,
            depends_on=depends_on,
            provider=self._provider,
        )

    def _those(self, account: str, keys: Iterable[str]) -> ListTerraformIterator:
        """The attachments of an account that are there and have one of some keys; the account's is that of all without one."""
        wanted, ids = {*keys}, self._apart[account]
        if account in wanted:
            others = sorted(id_ for key, id_ in ids.items() if key not in wanted)
            return TerraformIterator.from_list(Token.as_list(Fn.setsubtract(self._ids[account], others)))
        named = sorted(id_ for key, id_ in ids.items() if key in wanted)
        return TerraformIterator.from_list(Token.as_list(Fn.setintersection(self._ids[account], [named])))

    def _attachment(self, key: str, each: ListTerraformIterator | None) -> str:
        """The id of an attachment; of another account's, what stands for each of them."""
        return Token.as_string(each.value) if each else self._attachments[key]

    def _acceptance(self, key: str) -> list[ITerraformDependable] | None:
        return [self._accepted[key]] if key in self._accepted else None


def _refuse(
    tables: Mapping[str, TransitGatewayRouteTable],
    attachments: Mapping[str, str],
    accounts: Mapping[str, str],
    apart: Mapping[str, Mapping[str, str]],
) -> None:
    for key in (*attachments, *accounts):
        require_slug("accounts" if key in accounts else "attachments", key)
    if both := sorted({*attachments} & {*accounts}):
        raise InvalidValueError("accounts", both, expected="keys that no attachment has")
    _require_known("apart", apart, accounts)
    known = {*attachments, *accounts, *(single for singles in apart.values() for single in singles)}
    homes: dict[str, str] = {}
    for slug, table in sorted(tables.items()):
        require_slug("tables", slug)
        _require_known(f"tables[{slug!r}].associations", table.associations, known)
        _require_known(f"tables[{slug!r}].propagations", table.propagations, known)
        for key in table.associations:
            if key in homes:
                raise InvalidValueError(
                    f"tables[{slug!r}].associations", key, expected=f"an attachment that {homes[key]!r} has not already"
                )
            homes[key] = slug
        for route_slug, route in table.routes.items():
            where = f"tables[{slug!r}].routes[{route_slug!r}]"
            if (route.destination is None) == (route.prefix_list_id is None):
                raise InvalidValueError(where, route.destination, expected="either a destination or a prefix_list_id")
            if route.destination is not None:
                require_network(f"{where}.destination", route.destination, 0, 32)
            _require_known(f"{where}.attachment", filter(None, (route.attachment,)), known - {*apart})


def _require_known(name: str, keys: Iterable[str], known: Iterable[str]) -> None:
    for key in keys:
        if key not in known:
            raise InvalidValueError(name, key, expected=f"one of {', '.join(sorted(known)) or 'no attachments'}")
