"""The route tables that a preset stands for, with the accounts that it is about."""

import pytest

import config
from config.capabilities.transit_gateway.routing import TRANSIT_GATEWAY_ROUTING
from config.registry import inputs_of

pytestmark = pytest.mark.row("A8")

_VPC = "{cidr: %s, subnets: {a: {cidr: %s, zone: a}}, attachment: {appliance_mode: true}"
HUB, TEST = _VPC % ("10.0.0.0/16", "10.0.0.0/20"), _VPC % ("10.1.0.0/16", "10.1.0.0/20") + "}"
SECURITY = _VPC % ("10.2.0.0/16", "10.2.0.0/20") + "}"
FURTHER = _VPC % ("10.9.0.0/16", "10.9.0.0/20") + "}"
EVERYBODY = ("account:security", "vpc:main", "vpc:out", "account:test")


@pytest.fixture
def tables(directory):
    """What becomes of a transit gateway's settings: associations and propagations, and where routes lead."""
    directory.append("organization.yaml", "shares: {s: {account: shop, transit_gateway: true, principals: [root]}}\n")
    directory.append("accounts/test.yaml", f"settings: {{network: {TEST}}}\n")
    directory.append("accounts/security.yaml", f"settings: {{network: {SECURITY}}}\n")

    def run(text):
        directory.append(
            "accounts/shop.yaml",
            f"settings:\n  transit_gateway: {text}\n  network: {HUB}, vpcs: {{out: {FURTHER}}}}}\n",
        )
        configuration = config.load(directory.path)
        (part,) = TRANSIT_GATEWAY_ROUTING.parts
        found = part.of(inputs_of(configuration, configuration.accounts["shop"])).regions["eu-central-1"]
        return {
            slug: (
                set(table.associations),
                set(table.propagations),
                {route.destination: route.attachment for route in table.routes.values()},
            )
            for slug, table in found.tables.items()
        }

    return run


def test_flat(tables):
    everybody = set(EVERYBODY)
    assert tables("{preset: {kind: flat}}") == {"flat": (everybody, everybody, {})}


def test_isolated(tables):
    found = tables(
        "{preset: {kind: isolated, environments: {live: ['account:security'], lab: ['account:test']},"
        " shared: ['vpc:out', 'vpc:main']}}"
    )
    shared = {"vpc:out", "vpc:main"}
    assert found == {
        "live": ({"account:security"}, {"account:security", *shared}, {}),
        "lab": ({"account:test"}, {"account:test", *shared}, {}),
        "shared": (shared, set(EVERYBODY), {}),
    }


PRIVATE = {"10.0.0.0/8": None, "172.16.0.0/12": None, "192.168.0.0/16": None}


def test_central_egress(tables):
    found = tables("{preset: {kind: central-egress, egress: out, shared: ['vpc:main']}}")
    spokes, way = {"account:security", "account:test"}, {"0.0.0.0/0": "out", **PRIVATE}
    assert found == {
        "spokes": (spokes, {"vpc:main"}, way),
        "shared": ({"vpc:main"}, {*spokes, "vpc:main"}, way),
        "egress": ({"vpc:out"}, {*spokes, "vpc:main"}, {}),
    }


@pytest.mark.parametrize("egress", [None, "main"])
def test_inspection(tables, egress):
    beside = f", egress: {egress}" if egress else ""
    found = tables(f"{{preset: {{kind: inspection, inspection: out{beside}}}}}")
    spokes = {"account:security", "account:test", "vpc:main"}
    known = spokes - {f"vpc:{egress}"}
    assert found == {
        "inspected": (spokes, set(), {"0.0.0.0/0": "out"}),
        "inspection": ({"vpc:out"}, known, {"0.0.0.0/0": egress, **PRIVATE} if egress else {}),
    }


def test_the_way_out_is_in_another_account(tables):
    """Which has one attached VPC, so that it needs no id."""
    found = tables("{preset: {kind: central-egress, egress: security/main, shared: ['vpc:main', 'vpc:out']}}")
    shared, way = {"vpc:main", "vpc:out"}, {"0.0.0.0/0": "security/main", **PRIVATE}
    assert found == {
        "spokes": ({"account:test"}, shared, way),
        "shared": (shared, {"account:test", *shared}, way),
        "egress": ({"account:security"}, {"account:test", *shared}, {}),
    }


def test_what_inspects_in_another_account_is_in_appliance_mode(directory):
    directory.append("organization.yaml", "shares: {s: {account: shop, transit_gateway: true, principals: [root]}}\n")
    directory.append("accounts/test.yaml", f"settings: {{network: {TEST.replace('true', 'false')}}}\n")
    directory.append(
        "accounts/shop.yaml",
        "settings: {transit_gateway: {preset: {kind: inspection, inspection: test/main}}}\n",
    )
    with pytest.raises(config.ConfigError, match=r"accounts/test.yaml.*attachment: found an attachment without it"):
        config.load(directory.path)


def _several(directory, *ids):
    """Two attached VPCs of an account, told apart, with the ids of their attachments."""
    directory.append("organization.yaml", "shares: {s: {account: shop, transit_gateway: true, principals: [root]}}\n")
    main, data = (f"id: {id_}" if id_ else "" for id_ in ids)
    directory.append(
        "accounts/test.yaml",
        f"settings:\n  network: {_VPC % ('10.1.0.0/16', '10.1.0.0/20')}, vpcs: {{data: {FURTHER}}}}}\n".replace(
            "appliance_mode: true", main, 1
        ).replace("appliance_mode: true", data),
    )
    directory.append(
        "accounts/shop.yaml",
        "settings:\n  transit_gateway: {route_tables: {a: {associations: ['vpc:test/data'], propagations: [root]}, "
        "b: {associations: ['vpc:test/main'], routes: {r: {destination: 10.0.0.0/8, attachment: test/data}}}}}\n",
    )
    configuration = config.load(directory.path)
    (part,) = TRANSIT_GATEWAY_ROUTING.parts
    return configuration, part.of(inputs_of(configuration, configuration.accounts["shop"])).regions["eu-central-1"]


def test_vpcs_of_an_account_are_told_apart_by_ids(directory):
    configuration, found = _several(directory, "tgw-attach-00000001", "tgw-attach-00000002")
    assert not configuration.warnings
    assert found.attached.ids == {
        "test": {"vpc:test/main": "tgw-attach-00000001", "vpc:test/data": "tgw-attach-00000002"}
    }
    assert {
        slug: (table.associations, set(table.propagations), [*table.routes]) for slug, table in found.tables.items()
    } == {
        "a": (("vpc:test/data",), {"vpc:test/data", "vpc:test/main"}, []),
        "b": (("vpc:test/main",), set(), ["r"]),
    }


@pytest.mark.parametrize(
    ("ids", "key"), [((None, "tgw-attach-00000002"), ""), (("tgw-attach-00000001", None), "vpcs.data.")]
)
def test_until_an_id_is_known_no_vpc_of_the_account_is_in_a_route_table(directory, ids, key):
    """And nothing leads there: none of them gets the way of another one. A warning says so."""
    configuration, found = _several(directory, *ids)
    (warning,) = configuration.warnings
    assert warning.key == f"settings.network.{key}attachment"
    assert "ways that are there are taken down" in warning.expected
    assert {
        slug: (table.associations, table.propagations, [*table.routes]) for slug, table in found.tables.items()
    } == {
        "a": ((), (), []),
        "b": ((), (), []),
    }


def test_vpcs_that_are_not_named_go_by_their_account(directory):
    """Whether their ids are written or not."""
    directory.append("organization.yaml", "shares: {s: {account: shop, transit_gateway: true, principals: [root]}}\n")
    network = _VPC.replace("appliance_mode: true", "id: tgw-attach-00000001") % ("10.1.0.0/16", "10.1.0.0/20")
    directory.append(
        "accounts/test.yaml", f"settings:\n  network: {network}, vpcs: {{data: {FURTHER}, old: {SECURITY}}}}}\n"
    )
    directory.append(
        "accounts/shop.yaml",
        "settings:\n  transit_gateway: {preset: {kind: central-egress, egress: test/main}}\n",
    )
    configuration = config.load(directory.path)
    (part,) = TRANSIT_GATEWAY_ROUTING.parts
    found = part.of(inputs_of(configuration, configuration.accounts["shop"])).regions["eu-central-1"]
    assert found.attached.ids == {"test": {"vpc:test/main": "tgw-attach-00000001"}}
    assert found.tables["spokes"].associations == ("account:test",)
    assert found.tables["egress"].associations == ("vpc:test/main",)


@pytest.mark.parametrize(
    "kind", ["{kind: flat, shared: ['vpn:office']}", "{kind: inspection, inspection: out, shared: ['vpn:office']}"]
)
def test_presets_take_vpns_in(directory, kind):
    directory.append(
        "accounts/shop.yaml",
        f"settings:\n  transit_gateway: {{preset: {kind}, vpns: {{office: {{address: 192.0.2.1, asn: 65010}}}}}}\n"
        f"  network: {HUB}, vpcs: {{out: {FURTHER}}}}}\n",
    )
    configuration = config.load(directory.path)
    assert not configuration.warnings
    (part,) = TRANSIT_GATEWAY_ROUTING.parts
    found = part.of(inputs_of(configuration, configuration.accounts["shop"])).regions["eu-central-1"]
    assert any("vpn:office" in table.associations for table in found.tables.values())
    assert any("vpn:office" in table.propagations for table in found.tables.values())


def test_more_route_tables_than_aws_has_by_default(directory):
    tables = ", ".join(f"t{number}: {{}}" for number in range(21))
    directory.append("accounts/shop.yaml", f"settings: {{transit_gateway: {{route_tables: {{{tables}}}}}}}\n")
    (warning,) = config.load(directory.path).warnings
    assert (warning.arrived, warning.cure) == ("21 route tables", "Ask AWS by `baseline.quotas`.")


def test_a_region_whose_tables_lead_nowhere_back_is_warned_of(directory):
    """Two regions are peered as soon as one of them names the other."""
    directory.append(
        "accounts/shop.yaml",
        "settings: {transit_gateway: {route_tables: {a: {associations: ['region:us-east-1'], routes: "
        "{f: {destination: 10.64.0.0/12, attachment: 'region:us-east-1'}}}}, "
        "regions: {us-east-1: {asn: 64513, route_tables: {b: {}}}}}}\n",
    )
    configuration = config.load(directory.path)
    assert [warning.arrived for warning in configuration.warnings] == [
        "no route table for region:eu-central-1",
        "no route to region:eu-central-1",
    ]
    (part,) = TRANSIT_GATEWAY_ROUTING.parts
    assert part.of(inputs_of(configuration, configuration.accounts["shop"])).peerings == (
        ("eu-central-1", "us-east-1"),
    )


def test_tunnels_that_may_agree_upon_what_is_broken_are_warned_of(directory):
    tunnels = "{ike_versions: [ikev1, ikev2], integrity_algorithms: [SHA1], dh_groups: [2, 14, 22]}"
    directory.append(
        "accounts/shop.yaml",
        f"settings: {{transit_gateway: {{connect_all: true, vpns: {{office: {{address: 192.0.2.1, asn: 65010, tunnels: {tunnels}}}}}}}}}\n",
    )
    (warning,) = config.load(directory.path).warnings
    assert warning.arrived == "tunnels that may use SHA1, ikev1, the group 2, the group 22"


def test_ways_outside_that_no_route_table_has_are_warned_of(directory):
    directory.append(
        "accounts/shop.yaml",
        "settings: {transit_gateway: {route_tables: {a: {propagations: ['vpn:office']}}, "
        "vpns: {office: {address: 192.0.2.1, asn: 65010}}, direct_connect: {hq: {asn: 64520, allowed_prefixes: [10.0.0.0/8]}}}}\n",
    )
    assert [warning.arrived for warning in config.load(directory.path).warnings] == [
        "no route table for vpn:office, dx:hq",
        "no route to dx:hq",
    ]
