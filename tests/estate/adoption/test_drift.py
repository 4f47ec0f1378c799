"""What AWS has otherwise than the configuration is told, and nothing is that is alike."""

from dataclasses import replace

import pytest

import config
from config.model.lock import Closed
from estate.adoption.drift import drifts
from tests.estate.adoption.test_view import snapshot
from tests.estate.adoption.test_writing import ACCOUNTS, POLICIES, UNITS, write

pytestmark = pytest.mark.row("E4")


@pytest.fixture
def organization(tmp_path):
    write(tmp_path, snapshot(UNITS, ACCOUNTS, POLICIES))
    return config.load(tmp_path)


def changed(name):  # noqa: C901, PLR0912 - a table of changes
    found = snapshot(UNITS, ACCOUNTS, POLICIES)
    policy = found.policies["p-11111111"]
    match name:
        case "account":
            found.accounts["444444444444"] = {**found.accounts["222222222222"], "Name": "By hand"}
        case "gone":
            del found.accounts["222222222222"]
        case "moved":
            found.accounts["333333333333"]["Parent"] = "ou-ab12-11111111"
        case "tags":
            found.accounts["333333333333"]["Tags"] = {"Owner": "me"}
        case "shut":
            found.accounts["333333333333"] |= {"Shut": True, "State": "SUSPENDED"}
        case "ou":
            found.units["ou-ab12-22222222"] = {"Name": "By hand", "Parent": "r-ab12", "Tags": {}}
        case "renamed":
            found.units["ou-ab12-11111111"]["Name"] = "Shop"
        case "policy":
            found.policies["p-22222222"] = {**policy, "Name": "By hand"}
        case "text":
            policy["Content"] = policy["Content"].replace("s3", "ec2")
        case "order":
            policy["Content"] = (
                '{"Statement": {"Resource": "*", "Action": "s3:*", "Effect": "Deny"}, "Version": "2012-10-17"}'
            )
        case "attached":
            policy["Targets"].append("r-ab12")
        case "detached":
            policy["Targets"].remove("333333333333")
        case "service":
            found.service_access.append("sso.amazonaws.com")
        case "type":
            found.root["PolicyTypes"].append("TAG_POLICY")
        case "administrator":
            found.administrators["sso.amazonaws.com"] = ["222222222222"]
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nothing", []),
        ("order", []),
        ("account", ["account 444444444444: Account 'By hand' is not in the configuration."]),
        ("gone", ["account 222222222222: Account prod is gone."]),
        ("moved", ["account 333333333333: Account left-in-the-root is in shop-co, not in the root."]),
        ("tags", ["account 333333333333: Account left-in-the-root has the tags {'Owner': 'me'}, not {}."]),
        ("shut", ["account 333333333333: Account left-in-the-root is shut (SUSPENDED)."]),
        ("ou", ["ou ou-ab12-22222222: OU 'By hand' is not in the configuration."]),
        ("renamed", ["ou ou-ab12-11111111: OU shop-co is named 'Shop', not 'Shop & Co'."]),
        ("policy", ["policy p-22222222: SERVICE_CONTROL_POLICY 'By hand' is not in the configuration."]),
        ("text", ["policy p-11111111: Policy deny-s3 says something else than the configuration."]),
        ("attached", ["attachment r-ab12:p-11111111: Policy deny-s3 is attached to root, too."]),
        (
            "detached",
            ["attachment 333333333333:p-11111111: Policy deny-s3 is not attached to account:left-in-the-root."],
        ),
        ("service", ["service-access sso.amazonaws.com: sso.amazonaws.com is on, and not in the configuration."]),
        ("type", ["policy-type TAG_POLICY: TAG_POLICY is on, and not in the configuration."]),
        (
            "administrator",
            [
                "administrator 222222222222/sso.amazonaws.com: 222222222222 administers sso.amazonaws.com beside the configuration."
            ],
        ),
    ],
)
def test_each_difference_is_told(organization, name, expected):
    found = drifts(organization, changed(name))
    assert [f"{each.kind} {each.id}: {each.message}" for each in found] == expected
    assert all(each.cure for each in found)


@pytest.mark.row("E5")
def test_a_closed_account_is_told_of_when_it_is_open_again(organization):
    closed = {"lab": Closed(id="444444444444", email="lab@example.com", until="2027-02-27")}
    organization = replace(organization, lock=organization.lock.model_copy(update={"closed": closed}))
    found = snapshot(UNITS, ACCOUNTS, POLICIES)
    found.accounts["444444444444"] = {**found.accounts["222222222222"], "Shut": True, "State": "SUSPENDED"}
    assert drifts(organization, found) == []
    found.accounts["444444444444"]["Shut"] = False
    (told,) = drifts(organization, found)
    assert (told.message, told.cure) == (
        "Account lab was closed, and is open again.",
        "Take it back: estate account restore lab. Else close it again in AWS.",
    )


def test_what_is_left_alone_is_not_told(tmp_path):
    found = snapshot(UNITS, ACCOUNTS, POLICIES)
    found.service_access = ["guardduty.amazonaws.com"]
    found.administrators = {"guardduty.amazonaws.com": ["222222222222"]}
    write(tmp_path, found)
    organization = config.load(tmp_path)
    assert organization.left_alone == ("222222222222/guardduty.amazonaws.com",)
    assert drifts(organization, found) == []
