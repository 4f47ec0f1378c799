"""Route tables of a transit gateway: written out, or those that a preset stands for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from config.model.base import Matches, Model, refuse
from config.model.cidr import AnyCidr
from config.model.types import SELECTOR_PATTERN, SLUG_PATTERN, Selector, Slug

_VPC_PATTERN: Final = rf"{SLUG_PATTERN}(?:/{SLUG_PATTERN})?"
_BEYOND_PATTERN: Final = rf"region:[a-z]{{2,}}(?:-[a-z]+)+-[0-9]|(?:vpn|dx):{SLUG_PATTERN}"
BEYOND: Final = ("region:", "vpn:", "dx:")
"""How attachments begin that are no VPCs."""
AttachmentSelector = Annotated[
    str,
    Matches(
        rf"{SELECTOR_PATTERN}|vpc:{_VPC_PATTERN}|{_BEYOND_PATTERN}",
        "a selector of accounts ('root', 'ou:<path>', 'account:<slug>', 'tag:<key>=<value>', 'purpose:<purpose>'), 'vpc:<slug>', "
        "'vpc:<account>/<slug>', 'region:<region>', 'vpn:<slug>' or 'dx:<slug>'",
    ),
]
VpcName = Annotated[
    str,
    Matches(
        _VPC_PATTERN, "a VPC of this account ('main', or one of its `vpcs`), or of another one ('<account>/<slug>')"
    ),
]
PRIVATE: Final = {
    "private-10": "10.0.0.0/8",
    "private-172": "172.16.0.0/12",
    "private-192": "192.168.0.0/16",
}
"""Ranges that no address on the internet is from (RFC 1918)."""
EVERYWHERE: Final = "0.0.0.0/0"


AttachmentName = Annotated[
    str,
    Matches(
        rf"{_VPC_PATTERN}|{_BEYOND_PATTERN}",
        "a VPC of this account ('main', or one of its `vpcs`), of another one ('<account>/<slug>'), 'region:<region>', "
        "'vpn:<slug>' or 'dx:<slug>'",
    ),
]


class StaticRoute(Model):
    """A static route."""

    destination: AnyCidr | None = Field(default=None, description="The range that it is for.")
    prefix_list: Slug | None = Field(
        default=None, description="In its place, one of `prefix_lists` of this account: all its ranges."
    )
    attachment: AttachmentName | None = Field(
        default=None,
        description="The VPC that it leads to: `main` for this account's `network` itself, one of its `vpcs`, or "
        "`<account>/<slug>` for another account's; `region:<region>`, the transit gateway there; `vpn:<slug>` or `dx:<slug>`.",
    )
    blackhole: bool = Field(default=False, description="Whether what is sent there is dropped.")

    @model_validator(mode="after")
    def _is_for_something(self) -> Self:
        if (self.destination is None) == (self.prefix_list is None):
            raise refuse("either a `destination` or a `prefix_list`")
        return self

    @model_validator(mode="after")
    def _leads_somewhere_or_nowhere(self) -> Self:
        if (self.attachment is None) != self.blackhole:
            raise refuse("either an `attachment` that the route leads to, or `blackhole: true`")
        return self


class RouteTable(Model):
    """A route table of the transit gateway."""

    associations: tuple[AttachmentSelector, ...] = Field(
        default=(),
        description="Whose traffic it routes: the attached VPCs of these accounts, `vpc:<slug>`, one of this account's, or "
        "`vpc:<account>/<slug>`, one of another's; what comes from another region's transit gateway by `region:<region>`, from a VPN by `vpn:<slug>`, by Direct Connect by `dx:<slug>`.",
    )
    propagations: tuple[AttachmentSelector, ...] = Field(
        default=(), description="Whose ranges it knows: VPCs that can be reached."
    )
    routes: dict[Slug, StaticRoute] = Field(
        default_factory=dict, description="Static routes by slug; of one destination, they win over propagated ones."
    )

    @model_validator(mode="after")
    def _other_regions_tell_nothing(self) -> Self:
        if named := [each for each in self.propagations if each.startswith("region:")]:
            raise refuse(
                f"no {named[0]!r} in `propagations`, since AWS propagates nothing between transit gateways",
                "Write `routes`.",
            )
        return self

    @model_validator(mode="after")
    def _one_way_to_a_destination(self) -> Self:
        ways: dict[str, str] = {}
        for slug, route in sorted(self.routes.items()):
            where = str(route.destination or route.prefix_list)
            if where in ways:
                raise refuse(f"one route to {where}, but {ways[where]!r} and {slug!r} both have it")
            ways[where] = slug
        return self


class Preset(Model):
    """Route tables that many organizations have, by the name of what they are for."""

    kind: Literal["flat", "isolated", "central-egress", "inspection"] = Field(
        description="`flat`: every VPC reaches every other. `isolated`: VPCs reach those of their environment and the shared "
        "ones. `central-egress`: the same, and the internet by the VPC `egress`. `inspection`: whatever leaves a VPC goes "
        "through the VPC `inspection`."
    )
    environments: dict[Slug, tuple[Selector, ...]] = Field(
        default_factory=dict,
        description="Accounts whose VPCs reach each other, by the environment's slug; without any, nobody reaches anybody.",
    )
    shared: tuple[AttachmentSelector, ...] = Field(
        default=(),
        description="Whose VPCs all environments reach, and are reached by; VPNs with BGP and Direct Connect (`vpn:<slug>`, `dx:<slug>`) "
        "are reached by nobody else.",
    )
    egress: VpcName | None = Field(
        default=None,
        description="The VPC with the way to the internet: `main`, one of this account's `vpcs`, or `<account>/<slug>`.",
    )
    inspection: VpcName | None = Field(
        default=None,
        description="The VPC that inspects, of this account or `<account>/<slug>`; its attachment is in `appliance_mode`.",
    )

    @model_validator(mode="after")
    def _has_what_it_is_of(self) -> Self:
        needs = {"isolated": ("environments",), "central-egress": ("egress",), "inspection": ("inspection",)}
        may: Mapping[str, tuple[str, ...]] = {
            "flat": ("shared",),
            "isolated": ("environments", "shared"),
            "central-egress": ("egress", "environments", "shared"),
            "inspection": ("inspection", "egress", "shared"),
        }
        for key in needs.get(self.kind, ()):
            if not getattr(self, key):
                raise refuse(f"`{key}` with `kind: {self.kind}`")
        if named := [each for each in self.shared if each.startswith("region:")]:
            raise refuse(
                f"no {named[0]!r} in `shared`, since AWS propagates nothing between transit gateways",
                "Write `route_tables`.",
            )
        for key in ("egress", "environments", "inspection", "shared"):
            if getattr(self, key) and key not in may[self.kind]:
                raise refuse(f"no `{key}` with `kind: {self.kind}`", "Remove it, or choose another `kind`.")
        if taken := sorted({"egress", "shared"} & {*self.environments}):
            raise refuse(f"other slugs of `environments`: a route table is called {taken[0]!r} already")
        if self.egress and self.egress == self.inspection:
            raise refuse("an `egress` VPC beside `inspection`", "Leave `egress` out if one VPC does both.")
        return self


@dataclass(frozen=True)
class Table:
    """A route table with its attachments.

    Those of this account by `vpc:<slug>`, of another one's all by `account:<slug>` or each by `vpc:<account>/<slug>`.
    """

    associations: tuple[str, ...]
    propagations: tuple[str, ...]
    routes: Mapping[str, StaticRoute] = field(default_factory=dict)


Choose = Callable[[Sequence[str]], tuple[str, ...]]
"""From selectors to the attachments that they stand for, each once."""


def _preset_tables(preset: Preset, choose: Choose) -> dict[str, Table]:
    """The route tables that a preset stands for.

    Args:
        preset: The preset.
        choose: Gives the attachments that selectors stand for.

    Source: https://docs.aws.amazon.com/vpc/latest/tgw/TGW_Scenarios.html
    """
    everybody = choose(("root", *preset.shared) if preset.kind in ("flat", "inspection") else ("root",))
    if preset.kind == "flat":
        return {"flat": Table(everybody, everybody)}
    if preset.kind == "inspection":
        return _inspected(preset, everybody, choose)
    outside = _vpcs(preset.egress, choose)
    shared = _but(choose(preset.shared), outside)
    environments = {
        slug: _but(choose(found), (*outside, *shared)) for slug, found in sorted(preset.environments.items())
    }
    way = _to_internet(preset.egress)
    tables = {slug: Table(members, (*members, *shared), way) for slug, members in environments.items()}
    if not environments:
        environments = {"spokes": _but(everybody, (*outside, *shared))}
        tables = {"spokes": Table(environments["spokes"], shared, way)}
    inside = tuple(member for members in environments.values() for member in members)
    if shared:
        tables["shared"] = Table(shared, (*inside, *shared), way)
    if outside:
        tables["egress"] = Table(outside, (*inside, *shared))
    return tables


def routing_tables(preset: Preset | None, tables: Mapping[str, RouteTable], choose: Choose) -> dict[str, Table]:
    """The route tables of a transit gateway, from either."""
    if preset:
        return _preset_tables(preset, choose)
    return {
        slug: Table(choose(table.associations), choose(table.propagations), table.routes)
        for slug, table in sorted(tables.items())
    }


def _inspected(preset: Preset, everybody: tuple[str, ...], choose: Choose) -> dict[str, Table]:
    inspection, egress = _vpcs(preset.inspection, choose), _vpcs(preset.egress, choose)
    spokes = _but(everybody, inspection)
    return {
        # What comes from the internet is inspected, too.
        "inspected": Table(
            spokes, (), {"everywhere": StaticRoute(destination=EVERYWHERE, attachment=preset.inspection)}
        ),
        "inspection": Table(inspection, _but(spokes, egress), _to_internet(preset.egress)),
    }


def _to_internet(egress: str | None) -> dict[str, StaticRoute]:
    """The way out. Private ranges that are not known end here: they would come back, and spokes reach each other on the way."""
    if egress is None:
        return {}
    inside = {slug: StaticRoute(destination=cidr, blackhole=True) for slug, cidr in PRIVATE.items()}
    return {"everywhere": StaticRoute(destination=EVERYWHERE, attachment=egress), **inside}


def _vpcs(name: str | None, choose: Choose) -> tuple[str, ...]:
    return choose((f"vpc:{name}",)) if name else ()


def _but(found: Iterable[str], without: Iterable[str]) -> tuple[str, ...]:
    gone = set(without)
    return tuple(each for each in found if each not in gone)
