"""Slugs, inherited tags and what is left out: all from a snapshot, without AWS."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.model.types import is_slug
from estate.adoption.slugs import slugs
from estate.adoption.snapshot import Snapshot, SnapshotError, read_snapshot
from estate.adoption.view import View

pytestmark = pytest.mark.row("E4")


def snapshot(units=(), accounts=(), policies=()):
    """An organization: (id, name, parent, tags) of OUs and accounts, (id, name, targets) of policies."""
    found = Snapshot("eu-central-1")
    found.organization = {
        "Id": "o-a1b2c3d4e5",
        "Arn": "arn:aws:organizations::111111111111:organization/o-a1b2c3d4e5",
        "MasterAccountId": "111111111111",
    }
    found.root = {"Id": "r-ab12", "PolicyTypes": ["SERVICE_CONTROL_POLICY"], "Tags": {}}
    found.units = {id_: {"Name": name, "Parent": parent, "Tags": tags} for id_, name, parent, tags in units}
    management = ("111111111111", "Boss", "r-ab12", {})
    found.accounts = {
        id_: {
            "Name": name,
            "Email": f"{id_}@example.com",
            "State": "ACTIVE",
            "Shut": False,
            "Parent": parent,
            "Tags": tags,
        }
        for id_, name, parent, tags in (management, *accounts)
    }
    found.policies = {
        id_: {
            "Name": name,
            "Description": "",
            "Type": "SERVICE_CONTROL_POLICY",
            "AwsManaged": False,
            "Content": '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": ["s3:*"], "Resource": ["*"]}]}',
            "Targets": list(targets),
            "Tags": {},
        }
        for id_, name, targets in policies
    }
    found.done.append("end")
    return found


@given(st.dictionaries(st.from_regex("[0-9]{12}", fullmatch=True), st.text(max_size=60), max_size=12))
def test_every_name_gives_a_slug_of_its_own_in_whatever_order_it_comes(names):
    found = slugs(names, {}, ["prod"], "account")
    assert len(set(found.values()) | {"prod"}) == len(names) + 1
    assert all(is_slug(slug) for slug in found.values()), found
    assert slugs(dict(reversed(names.items())), {}, ["prod"], "account") == found


def test_equal_names_are_told_apart_by_the_ou_above_and_then_by_the_id():
    units = [("ou-ab12-11111111", "Shop", "r-ab12", {}), ("ou-ab12-22222222", "Bank", "r-ab12", {})]
    accounts = [
        ("222222222222", "Prod", "ou-ab12-11111111", {}),
        ("333333333333", "prod", "ou-ab12-22222222", {}),
        ("444444444444", "Same", "ou-ab12-22222222", {}),
        ("555555555555", "same", "ou-ab12-22222222", {}),
    ]
    assert View(snapshot(units, accounts)).accounts == {
        "111111111111": "management",
        "222222222222": "shop-prod",
        "333333333333": "bank-prod",
        "444444444444": "same-4444",
        "555555555555": "same-5555",
    }


def test_a_tag_that_all_accounts_of_an_ou_carry_stands_at_the_ou():
    units = [
        ("ou-ab12-11111111", "Shop", "r-ab12", {}),
        ("ou-ab12-22222222", "Live", "ou-ab12-11111111", {"Team": "shop"}),
    ]
    accounts = [
        ("222222222222", "One", "ou-ab12-22222222", {"Team": "shop", "Stage": "live", "aws:made-by": "AWS"}),
        ("333333333333", "Two", "ou-ab12-22222222", {"Team": "shop", "Stage": "live", "Own": "x"}),
        ("444444444444", "Three", "ou-ab12-11111111", {"Team": "shop"}),
    ]
    view = View(snapshot(units, accounts))
    assert view.common_tags == {"ou-ab12-11111111": {"Team": "shop"}, "ou-ab12-22222222": {"Stage": "live"}}
    assert [view.account_tags(id_) for id_, *_ in accounts] == [{}, {"Own": "x"}, {}]
    assert [view.own_tags(id_) for id_, *_ in units] == [{}, {"Team": "shop"}]


def test_a_snapshot_is_kept_for_its_owner_and_one_of_another_version_is_refused(tmp_path):
    found = snapshot()
    found.save(tmp_path / "kept.json")
    assert (tmp_path / "kept.json").stat().st_mode & 0o777 == 0o600
    assert read_snapshot(tmp_path / "kept.json") == found
    (tmp_path / "old.json").write_text('{"format": 0, "region": "eu-central-1"}')
    with pytest.raises(SnapshotError, match="has format 0; this version reads 2"):
        read_snapshot(tmp_path / "old.json")
