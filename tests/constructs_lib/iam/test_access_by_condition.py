"""Roles that are trusted before they exist."""

import pytest

from constructs_lib import CrossAccountAccess, InvalidValueError

CI = "arn:aws:iam::222222222222:role/ci"


@pytest.mark.row("D4", "B4")
def test_the_account_is_the_principal_and_the_role_a_condition():
    access = CrossAccountAccess(
        account_id="333333333333",
        trusted_arns=(CI,),
        external_id="estate",
        organization_id="o-a1b2c3d4e5",
        by_condition=True,
    )
    assert access.trust.to_dict()["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::222222222222:root"},
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"sts:ExternalId": "estate", "aws:PrincipalOrgID": "o-a1b2c3d4e5"},
                "ArnEquals": {"aws:PrincipalArn": CI},
            },
        }
    ]
    assert access.admits(CI)
    assert not access.admits("arn:aws:iam::222222222222:role/other")


def test_whole_accounts_are_refused_beside_it():
    with pytest.raises(InvalidValueError, match="none with by_condition"):
        CrossAccountAccess(
            account_id="333333333333", trusted_arns=(CI,), trusted_accounts=("222222222222",), by_condition=True
        )
