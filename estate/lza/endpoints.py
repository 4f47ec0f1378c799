"""Endpoints of VPCs, and what can be done by them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from config.errors import did_you_mean, one_of
from estate.lza.documents import document
from estate.lza.reading import NETWORK

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from estate.lza.draft import Draft
    from estate.lza.reading import Node

_EVERYTHING: Final = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
_FREE: Final = ["dynamodb", "s3"]


def endpoint_policies(_node: Node, into: Draft) -> None:
    """Have the policies of endpoints; one that lets everything through is AWS's own."""
    for entry in into.lza.file(NETWORK).each("endpointPolicies"):
        name = entry.needed("name")
        slug = into.short(name)
        into.networks.endpoint_policies[name] = ""
        path = document(entry.child("document"), into, f"endpoint-{slug}")
        if path is None:
            continue
        statements = json.loads(into.documents[path]).get("Statement")
        if statements in (_EVERYTHING, [_EVERYTHING]):
            del into.documents[path]
            continue
        into.networks.endpoint_policies[name] = slug
        into.at("endpoint_policies")[slug] = {"document": path}


def endpoints(entry: Node, vpc: Mapping[str, Any], slugs: Mapping[str, str], into: Draft) -> dict[str, Any]:
    """What a VPC's settings say of its endpoints.

    Args:
        entry: The VPC, or a template of some.
        vpc: Its settings so far.
        slugs: Slugs of its subnets by their names.
        into: The draft.
    """
    gateways, interfaces = entry.child("gatewayEndpoints"), entry.child("interfaceEndpoints")
    found: dict[str, Any] = {}
    services = [each.needed("service") for each in gateways.each("endpoints")]
    if other := sorted({*services} - {*_FREE}):
        into.note(gateways, f"Left out: gateway endpoints of {', '.join(other)}.")
    if sorted(services) != _FREE and vpc.get("subnets", vpc.get("tiers")):
        found["gateways"] = sorted({*services} & {*_FREE})
    if names := [each.needed("service") for each in interfaces.each("endpoints")]:
        found["interfaces"] = names
        among(interfaces.child("subnets"), interfaces.texts("subnets"), slugs, "a subnet of the VPC")
        if interfaces.flag("central"):
            found["central"] = True
        if where := [slugs[name] for name in interfaces.texts("subnets") if name in slugs]:
            found["subnets"] = where
    policies = {**_policies(gateways, into), **_policies(interfaces, into)}
    if len(set(policies.values())) == 1 and all(policies.values()):
        found["policies"] = {"default": next(iter(policies.values()))}
    elif own := {service: slug for service, slug in policies.items() if slug}:
        found["policies"] = own
    return found


def _policies(node: Node, into: Draft) -> dict[str, str]:
    """Service to the slug of its endpoint's policy; empty if that is AWS's own."""
    known, usual, found = into.networks.endpoint_policies, node.text("defaultPolicy"), {}
    for each in node.each("endpoints"):
        name = each.text("policy") or usual
        if name:
            among(
                each.child("policy") if each.text("policy") else node.child("defaultPolicy"),
                [name],
                known,
                "one of `endpointPolicies`",
            )
        if (service := each.text("service")) and (node.path[-1] != "gatewayEndpoints" or service in _FREE):
            found[service] = known.get(name, "")
    return found


def among(node: Node, names: Iterable[str], known: Collection[str], what: str) -> None:
    """Names that a value has are those of something."""
    for name in names:
        if name not in known:
            node.problem(repr(name), f"{what}: {one_of(known)}", did_you_mean(name, known))
