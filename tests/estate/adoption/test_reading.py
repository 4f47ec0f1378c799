"""Reading can be cut off at any request and goes on to the same end; it asks for each thing once."""

from collections import Counter
from types import SimpleNamespace

import pytest

from estate.adoption.reading import Reader
from estate.adoption.snapshot import Snapshot, read_snapshot

pytestmark = pytest.mark.row("E4")
ROOT, MANAGEMENT = "r-ab12", "111111111111"


class Cut(Exception):  # noqa: N818 - it is a cable, no error of ours
    """The process ends here."""


class Aws:
    """Answers for an organization, in place of boto3: counts requests, and ends at one of them."""

    def __init__(self, accounts: int, cut: int | None = None) -> None:
        self.requests: Counter[str] = Counter()
        self._accounts, self._cut = accounts, cut

    def _count(self, operation: str) -> None:
        if self._cut is not None and self.requests.total() == self._cut:
            raise Cut
        self.requests[operation] += 1

    def client(self, service, _region=None):
        answers = {
            "describe_organization": {
                "Organization": {
                    "Id": "o-a1b2c3d4e5",
                    "Arn": f"arn:aws:organizations::{MANAGEMENT}:organization/o-a1b2c3d4e5",
                    "FeatureSet": "ALL",
                    "MasterAccountId": MANAGEMENT,
                }
            },
            "get_caller_identity": {"Account": MANAGEMENT},
            "describe_resource_policy": {"ResourcePolicy": {"Content": "{}"}},
            "describe_policy": {"Policy": {"Content": "{}"}},
        }

        def answer(operation):
            def call(**_):
                self._count(operation)
                return answers[operation]

            return call

        return SimpleNamespace(**{name: answer(name) for name in answers}, service=service)

    def pages(self, _service, operation, _key, **arguments):
        self._count(operation)
        members = [f"{200000000000 + number}" for number in range(self._accounts)]
        unit = {"Id": "ou-ab12-11111111", "Name": "All"}
        match operation, arguments.get("ParentId"):
            case "list_roots", _:
                types = [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]
                return iter([{"Id": ROOT, "PolicyTypes": types}])
            case "list_accounts_for_parent", parent:
                ids = [MANAGEMENT] if parent == ROOT else members
                return iter([{"Id": id_, "Name": id_, "Email": f"{id_}@a.example", "Status": "ACTIVE"} for id_ in ids])
            case "list_organizational_units_for_parent", parent:
                return iter([unit] if parent == ROOT else [])
            case "list_policies", _:
                return iter([{"Id": f"p-1111111{number}", "Name": "P", "AwsManaged": False} for number in range(2)])
            case "list_tags_for_resource", _:
                return iter([{"Key": "Id", "Value": arguments["ResourceId"]}])
            case _:
                return iter(())

    def into(self, account, _roles, _partition):
        self._count("assume_role")
        return f"{account}: nobody"


def read(aws, path):
    found = read_snapshot(path) if path.is_file() else Snapshot("eu-central-1")
    Reader(aws, found, path, ["Role"], lambda _: None).read()
    return found


@pytest.fixture(autouse=True)
def _nothing_inside(monkeypatch):
    monkeypatch.setattr("estate.adoption.reading.read_inside", lambda *_, **__: {})


def test_cut_off_at_every_request_it_ends_the_same(tmp_path):
    aws = Aws(accounts=3)
    whole = read(aws, tmp_path / "whole.json")
    for cut in range(aws.requests.total()):
        path = tmp_path / f"{cut}.json"
        with pytest.raises(Cut):
            read(Aws(accounts=3, cut=cut), path)
        assert read(Aws(accounts=3), path) == whole


def test_a_thousand_accounts_cost_two_requests_each(tmp_path):
    few, many = Aws(accounts=0), Aws(accounts=1000)
    read(few, tmp_path / "few.json")
    found = read(many, tmp_path / "many.json")
    assert len(found.accounts) == 1001
    assert many.requests.total() - few.requests.total() == 2000  # its tags, and the role by which it is entered
