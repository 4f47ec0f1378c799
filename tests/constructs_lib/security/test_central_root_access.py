import pytest

from constructs_lib.security.central_root_access import CentralRootAccessConstruct
from tests.template import synth


@pytest.mark.parametrize(
    ("changes", "features"),
    [
        ({}, ["RootCredentialsManagement", "RootSessions"]),
        ({"root_sessions": False}, ["RootCredentialsManagement"]),
    ],
)
def test_root_credentials_are_managed_centrally(changes, features):
    template = synth(lambda stack: CentralRootAccessConstruct(stack, "root", **changes))
    assert template.only("aws_iam_organizations_features")["enabled_features"] == features
