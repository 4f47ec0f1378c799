import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.network.transit_gateway_routing import (
    TransitGatewayRoute,
    TransitGatewayRouteTable,
    TransitGatewayRoutingConstruct,
)
from tests.template import synth

pytestmark = pytest.mark.row("A8")

SPOKES = TransitGatewayRouteTable(
    associations=("shop",),
    routes={"all": TransitGatewayRoute("0.0.0.0/0", "egress"), "inside": TransitGatewayRoute("10.0.0.0/8")},
)
EGRESS = TransitGatewayRouteTable(associations=("egress",), propagations=("shop", "egress"))


def routing(stack, **changes):
    arguments = {
        "name": "hub",
        "transit_gateway_id": "tgw-1",
        "attachments": {"egress": "tgw-attach-1"},
        "accounts": {"shop": "444444444444"},
        "tables": {"spokes": SPOKES, "egress": EGRESS},
    }
    return TransitGatewayRoutingConstruct(stack, "routing", **{**arguments, **changes})


def test_attachments_of_other_accounts_are_those_that_are_there():
    template = synth(routing)
    found = template.json["data"]["aws_ec2_transit_gateway_attachments"]
    ((name, looked_up),) = found.items()
    filters = {one["name"]: one["values"] for one in looked_up["filter"]}
    assert filters == {
        "resource-owner-id": ["444444444444"],
        "resource-type": ["vpc"],
        "state": ["available", "modifying"],
    }
    each = f"${{toset(data.aws_ec2_transit_gateway_attachments.{name}.ids)}}"
    associations = template.resources("aws_ec2_transit_gateway_route_table_association").values()
    assert {one["transit_gateway_attachment_id"]: one.get("for_each") for one in associations} == {
        "tgw-attach-1": None,
        "${each.value}": each,
    }
    assert not template.resources("aws_ec2_transit_gateway_vpc_attachment_accepter")


def test_those_that_wait_are_let_in_first():
    template = synth(lambda stack: routing(stack, accept=True))
    (looked_up,) = template.json["data"]["aws_ec2_transit_gateway_attachments"].values()
    assert looked_up["filter"][2]["values"] == ["available", "modifying", "pendingAcceptance"]
    (name,) = template.resources("aws_ec2_transit_gateway_vpc_attachment_accepter")
    accepted = [f"aws_ec2_transit_gateway_vpc_attachment_accepter.{name}"]
    for kind in ("association", "propagation"):
        found = template.resources(f"aws_ec2_transit_gateway_route_table_{kind}").values()
        assert {one["transit_gateway_attachment_id"]: one.get("depends_on") for one in found} == {
            "tgw-attach-1": None,
            "${each.value}": accepted,
        }


def test_static_routes_lead_to_an_attachment_or_nowhere():
    routes = synth(routing).resources("aws_ec2_transit_gateway_route").values()
    found = {
        one["destination_cidr_block"]: (one.get("transit_gateway_attachment_id"), one.get("blackhole"))
        for one in routes
    }
    assert found == {"0.0.0.0/0": ("tgw-attach-1", None), "10.0.0.0/8": (None, True)}


def test_an_association_keeps_its_address_in_another_table():
    """It is replaced then: AWS wants the old association gone first."""
    other = {"spokes": TransitGatewayRouteTable(), "egress": TransitGatewayRouteTable(associations=("shop",))}
    kind = "aws_ec2_transit_gateway_route_table_association"
    before, after = synth(routing).resources(kind), synth(lambda stack: routing(stack, tables=other)).resources(kind)
    assert set(after) < set(before)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tables": {"a": TransitGatewayRouteTable(associations=("shpo",))}}, "shpo.*one of egress, shop"),
        ({"tables": {"a": TransitGatewayRouteTable(propagations=("shpo",))}}, "propagations"),
        ({"tables": {"a": SPOKES, "b": SPOKES}}, "an attachment that 'a' has not already"),
        (
            {"tables": {"a": TransitGatewayRouteTable(routes={"r": TransitGatewayRoute("0.0.0.0/0", "shpo")})}},
            "one of egress, shop",
        ),
        ({"apart": {"shpo": {"shpo/data": "tgw-attach-3"}}}, "apart is 'shpo'.*one of shop"),
        (
            {
                "apart": {"shop": {"shop/data": "tgw-attach-3"}},
                "tables": {"a": TransitGatewayRouteTable(routes={"r": TransitGatewayRoute("0.0.0.0/0", "shop")})},
            },
            "one of egress, shop/data",
        ),
        ({"tables": {"a": TransitGatewayRouteTable(routes={"r": TransitGatewayRoute("10.0.0.1/8")})}}, "destination"),
        ({"tables": {"A": EGRESS}}, "tables"),
        ({"accounts": {"egress": "444444444444"}}, "keys that no attachment has"),
    ],
)
def test_what_ec2_would_refuse_is_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: routing(stack, **changes))


def test_a_route_leads_to_the_vpc_of_another_account():
    """As soon as it is there, and has been let in."""
    out = {"a": TransitGatewayRouteTable(routes={"r": TransitGatewayRoute("0.0.0.0/0", "shop")})}
    template = synth(lambda stack: routing(stack, tables=out, accept=True))
    (name,) = template.json["data"]["aws_ec2_transit_gateway_attachments"]
    route = template.only("aws_ec2_transit_gateway_route")
    assert route["for_each"] == f"${{toset(data.aws_ec2_transit_gateway_attachments.{name}.ids)}}"
    assert route["transit_gateway_attachment_id"] == "${each.value}"
    (accepter,) = template.resources("aws_ec2_transit_gateway_vpc_attachment_accepter")
    assert route["depends_on"] == [f"aws_ec2_transit_gateway_vpc_attachment_accepter.{accepter}"]


def test_vpcs_of_another_account_are_told_apart_at_the_addresses_of_all_of_them():
    """So that nothing is replaced but the association of what moves."""
    apart = {"shop": {"shop/app": "tgw-attach-2", "shop/data": "tgw-attach-3", "shop/old": "tgw-attach-4"}}
    tables = {
        "spokes": TransitGatewayRouteTable(
            associations=("shop/app",), routes={"data": TransitGatewayRoute("10.0.0.0/8", "shop/data")}
        ),
        "egress": TransitGatewayRouteTable(associations=("egress", "shop/data"), propagations=("egress", "shop/app")),
    }
    before, after = synth(routing), synth(lambda stack: routing(stack, apart=apart, tables=tables))
    kind = "aws_ec2_transit_gateway_route_table_"
    for each in (f"{kind}association", f"{kind}propagation"):
        assert set(after.resources(each)) == set(before.resources(each))
    (name,) = after.json["data"]["aws_ec2_transit_gateway_attachments"]
    ids = f"data.aws_ec2_transit_gateway_attachments.{name}.ids"

    def those(*wanted):
        listed = ", ".join(f'"{id_}"' for id_ in wanted)
        return f"${{toset(setintersection({ids}, [{listed}]))}}"

    (association,) = [one for one in after.resources(f"{kind}association").values() if "for_each" in one]
    assert association["for_each"] == those("tgw-attach-2", "tgw-attach-3")
    table_ids = association["transit_gateway_route_table_id"]
    for attachment, table in (("2", "spokes"), ("3", "egress")):
        (table_name,) = [each for each in after.resources(kind.rstrip("_")) if f"table-{table}" in each]
        assert f'"tgw-attach-{attachment}" = {kind.rstrip("_")}.{table_name}.id' in table_ids
    (propagation,) = [one for one in after.resources(f"{kind}propagation").values() if "for_each" in one]
    assert propagation["for_each"] == those("tgw-attach-2")
    route = after.only("aws_ec2_transit_gateway_route")
    assert (route["for_each"], route["transit_gateway_attachment_id"]) == (those("tgw-attach-3"), "${each.value}")


def test_what_is_said_of_an_account_holds_for_those_that_are_not_told_apart():
    apart = {"shop": {"shop/exit": "tgw-attach-2"}}
    tables = {
        "spokes": TransitGatewayRouteTable(associations=("shop",)),
        "egress": TransitGatewayRouteTable(associations=("shop/exit",), propagations=("shop", "egress")),
        "all": TransitGatewayRouteTable(propagations=("shop", "shop/exit")),
    }
    template = synth(lambda stack: routing(stack, apart=apart, tables=tables))
    (name,) = template.json["data"]["aws_ec2_transit_gateway_attachments"]
    ids = f"data.aws_ec2_transit_gateway_attachments.{name}.ids"
    kind = "aws_ec2_transit_gateway_route_table_"
    association = template.only(f"{kind}association")
    assert association["for_each"] == f"${{toset(setsubtract({ids}, []))}}"
    (spokes,) = [each for each in template.resources(kind.rstrip("_")) if "table-spokes" in each]
    assert association["transit_gateway_route_table_id"].endswith(f"{kind.rstrip('_')}.{spokes}.id)}}")
    propagations = template.resources(f"{kind}propagation")
    assert {
        key.partition("propagation-")[2].rpartition("_")[0]: one.get("for_each") for key, one in propagations.items()
    } == {
        "egress-shop": f'${{toset(setsubtract({ids}, ["tgw-attach-2"]))}}',
        "egress-egress": None,
        "all-shop": f"${{toset(setsubtract({ids}, []))}}",
    }
