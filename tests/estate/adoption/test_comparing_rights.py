"""Who plans the management account's stack in pipelines may call what the daily comparison calls, and it calls nothing else."""

import pytest

from estate.adoption.clients import Clients
from estate.adoption.reading import Reader
from estate.adoption.snapshot import Snapshot
from estate.local import running_local_aws
from stacks.rights import COMPARED, COMPARED_PEOPLE
from tests.existing import organization_c

pytestmark = pytest.mark.row("E4", "C12")
PREFIXES = {"sso-admin": "sso"}
PERMITTED_TO_ALL = {"sts:GetCallerIdentity"}
OF_ITS_OWN = {"iam:GetRole"}
"""Permitted on one role by its name."""


def test_the_comparison_calls_what_it_is_permitted_and_nothing_else(tmp_path):
    called = set()

    def note(model, **_):
        prefix = model.service_model.service_name
        called.add(f"{PREFIXES.get(prefix, prefix)}:{model.name}")

    with running_local_aws() as local:
        organization_c.build(local.endpoint)
        session = local.session()
        session.events.register("before-call", note)
        read = Snapshot("eu-central-1", done=["inside"])
        Reader(Clients(session, "eu-central-1"), read, tmp_path / "drift.json", (), lambda _: None).read()
    assert read.unread == {}
    assert called == {*COMPARED, *COMPARED_PEOPLE, *OF_ITS_OWN, *PERMITTED_TO_ALL}
