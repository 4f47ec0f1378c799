"""Another project's state lets go of what is taken over here, by id, and keeps the rest."""

import json

import pytest

from estate.adoption.snapshot import SnapshotError
from estate.adoption.state import read_state, steps
from estate.adoption.view import View
from tests.estate.adoption.test_view import snapshot
from tests.estate.adoption.test_writing import ACCOUNTS, POLICIES, UNITS

pytestmark = pytest.mark.row("E4")


def resource(type_, name, *ids, module=None):
    found = {"mode": "managed", "type": type_, "name": name, "instances": [{"attributes": {"id": id_}} for id_ in ids]}
    return found | ({"module": module} if module else {})


def test_what_is_known_by_its_id_goes_and_the_rest_stays():
    state = {
        "version": 4,
        "resources": [
            resource(
                "aws_organizations_account", "this", "222222222222", "333333333333", module='module.accounts["a.b"]'
            ),
            resource("aws_organizations_account", "prod", "999999999999"),  # the name is known, the id is not
            resource("aws_organizations_policy_attachment", "s3", "ou-ab12-11111111:p-11111111"),
            resource("aws_s3_bucket", "logs", "logs"),
            {"mode": "data", "type": "aws_organizations_organization", "name": "this", "instances": []},
        ],
    }
    text = "\n".join(steps(View(snapshot(UNITS, ACCOUNTS, POLICIES)), state, "there"))
    assert "from = module.accounts.aws_organizations_account.this\n" in text
    assert "from = aws_organizations_policy_attachment.s3\n" in text
    assert text.count("destroy = false") == 2
    assert "It keeps: `aws_organizations_account.prod`, `aws_s3_bucket.logs`." in text


def test_what_is_no_state_is_refused(tmp_path):
    path = tmp_path / "plan.json"
    path.write_text(json.dumps({"version": 3}))
    with pytest.raises(SnapshotError, match="no state of Terraform's of version 4"):
        read_state(str(path))
    with pytest.raises(SnapshotError, match="No such file"):
        read_state(str(tmp_path / "missing"))
