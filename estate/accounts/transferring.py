"""An account on its way from one organization into another: what keeps it there, what ends, and who may enter it afterwards.

Since November 2025 AWS takes an account from one organization into another without a time in which it stands alone, so that it
needs no means of payment of its own.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_account_migration.html
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import boto3
from botocore.exceptions import ClientError

from config.nodes import Organization
from estate.account_state import account_state, is_shut
from estate.accounts.refusals import why

_YOUNGEST: Final = dt.timedelta(days=4)
"""AWS lets no account go that was made more recently (`WAIT_PERIOD_ACTIVE`; it was seven days before).

Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_LeaveOrganization.html
"""
_WHY: Final[Mapping[str, str]] = {
    "WAIT_PERIOD_ACTIVE": "AWS made it less than four days ago. Run this again when it is older.",
    "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG": "It is still a delegated administrator there. End that, then run this again.",
    "ACCOUNT_CANNOT_LEAVE_WITHOUT_PHONE_VERIFICATION": "Its root user has to verify a telephone number first. Run this again then.",
    "ACCOUNT_NUMBER_LIMIT_EXCEEDED": "The organization has as many accounts as its quota allows. Ask for more in Service Quotas "
    "(Organizations, in us-east-1), then run this again.",
    "InvalidHandshakeTransitionException": "The invitation is not open any more. Run this again to send another.",
}
"""What AWS's reasons mean, and what helps."""
_ABSENT: Final = "AccountNotFoundException"
_SESSION: Final = "estate-transfer"


class TransferError(RuntimeError):
    """The account cannot be transferred so; the message says why and what helps."""


@dataclass(frozen=True)
class There:
    """What the account is in the other organization.

    Args:
        member: Whether it is (still) a member.
        obstacles: What has to be done there before AWS lets it go.
        lines: What ends when it goes.
    """

    member: bool
    obstacles: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


def prerequisites(client: Any, account_id: str, today: dt.datetime | None = None) -> There:
    """What stands in the way of an account's leaving, and what ends with it.

    Args:
        client: Organizations, as the management account of the organization that it is in.
        account_id: The account.
        today: Now, by default.
    """
    try:
        found = client.describe_account(AccountId=account_id)["Account"]
    except ClientError as error:
        if error.response["Error"]["Code"] != _ABSENT:
            raise
        return There(member=False)  # it has left already
    now = today or dt.datetime.now(dt.UTC)
    return There(
        member=True,
        obstacles=tuple(_obstacles(client, account_id, found, now)),
        lines=tuple(_ending(client, account_id)),
    )


def _obstacles(client: Any, account_id: str, found: Any, now: dt.datetime) -> Iterator[str]:
    organization = client.describe_organization()["Organization"]
    if organization["MasterAccountId"] == account_id:
        yield f"{account_id} is the management account: it leaves only when its organization is deleted."
        return
    if is_shut(found):
        yield f"{account_id} is {account_state(found)}: AWS Support reopens it within 90 days, when its root user asks."
    if found.get("JoinedMethod") == "CREATED" and now - found["JoinedTimestamp"] < _YOUNGEST:
        day = (found["JoinedTimestamp"] + _YOUNGEST).date()
        yield f"{account_id} was made there on {found['JoinedTimestamp'].date()}: AWS lets it go from {day} on."
    administered = (
        client.get_paginator("list_delegated_services_for_account") if _administers(client, account_id) else None
    )
    for page in administered.paginate(AccountId=account_id) if administered else ():
        for service in page["DelegatedServices"]:
            principal = service["ServicePrincipal"]
            yield (
                f"{account_id} administers {principal}: aws organizations deregister-delegated-administrator "
                f"--account-id {account_id} --service-principal {principal}"
            )


def _administers(client: Any, account_id: str) -> bool:
    pages = client.get_paginator("list_delegated_administrators").paginate()
    return any(each["Id"] == account_id for page in pages for each in page["DelegatedAdministrators"])


def _ending(client: Any, account_id: str) -> Iterator[str]:
    """What the account has of that organization."""
    names: dict[str, list[str]] = {}
    node, kind = account_id, "ACCOUNT"
    types = [each["Type"] for root in client.list_roots()["Roots"] for each in root["PolicyTypes"]]
    while True:
        for type_ in types:
            found = client.list_policies_for_target(TargetId=node, Filter=type_)["Policies"]
            names.setdefault(type_, []).extend(each["Name"] for each in found if not each["AwsManaged"])
        if kind == "ROOT":
            break
        (parent,) = client.list_parents(ChildId=node)["Parents"]
        node, kind = parent["Id"], parent["Type"]
    for type_, policies in sorted(names.items()):
        if policies:
            yield f"{type_} that no longer hold for it: {', '.join(sorted(set(policies)))}"
    services = [
        each["ServicePrincipal"]
        for page in client.get_paginator("list_aws_service_access_for_organization").paginate()
        for each in page["EnabledServicePrincipals"]
    ]
    if services:
        yield f"Services that leave it, with what they share and assign there: {', '.join(sorted(services))}"


def take_entry(organization: Organization, other: Any, account_id: str) -> None:
    """Accept the invitation for an account, and hand its entry over: in the end the new management account alone enters it.

    Until the account is in, both may enter, so that neither is locked out whenever this is interrupted; done again, it goes on.

    Args:
        organization: Where it goes.
        other: A session of the management account that it comes from.
        account_id: The account.

    Raises:
        TransferError: It cannot be entered, or no invitation is open.
    """
    region, role = organization.home_region, organization.break_glass_role
    new, old = str(organization.management.id), other.client("sts", region_name=region).get_caller_identity()["Account"]
    inside = _inside(other, organization, account_id)
    iam = inside.client("iam", region_name=region)
    _trust(iam, organization, role, old, new)
    client = inside.client("organizations", region_name=region)
    wanted = organization.organization_id
    handshakes = [
        each
        for each in client.list_handshakes_for_account(Filter={"ActionType": "INVITE"})["Handshakes"]
        if each["State"] == "OPEN" and any(f"o-{party['Id'].removeprefix('o-')}" == wanted for party in each["Parties"])
    ]
    if not handshakes:
        raise TransferError(f"No invitation of {wanted} is open for {account_id}. Run this again to send one.")
    try:
        client.accept_handshake(HandshakeId=handshakes[0]["Id"])
    except ClientError as error:
        raise TransferError(f"AWS does not let {account_id} come over yet: {why(error, _WHY)}") from error
    _trust(iam, organization, role, new)


def finish_entry(organization: Organization, other: Any, account_id: str) -> None:
    """See that the other management account enters an account no more that has come over; done again, it changes nothing."""
    try:
        inside = _inside(other, organization, account_id)
    except TransferError:
        return  # it cannot, as it should be
    iam = inside.client("iam", region_name=organization.home_region)
    _trust(iam, organization, organization.break_glass_role, str(organization.management.id))


def _inside(other: Any, organization: Organization, account_id: str) -> Any:
    role = f"arn:{organization.partition}:iam::{account_id}:role/{organization.break_glass_role}"
    try:
        given = other.client("sts", region_name=organization.home_region).assume_role(
            RoleArn=role, RoleSessionName=_SESSION
        )
    except ClientError as error:
        raise TransferError(
            f"The other organization's management account cannot enter {account_id} by {organization.break_glass_role}, so its own "
            "administrator has to accept."
        ) from error
    keys = given["Credentials"]
    return boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])


def _trust(iam: Any, organization: Organization, role: str, *accounts: str) -> None:
    """Let some accounts enter by a role, and no other."""
    trusted = [f"arn:{organization.partition}:iam::{account}:root" for account in accounts]
    statement = {"Effect": "Allow", "Principal": {"AWS": trusted}, "Action": "sts:AssumeRole"}
    iam.update_assume_role_policy(
        RoleName=role, PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )
