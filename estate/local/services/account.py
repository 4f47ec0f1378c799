"""Account: name, contact information and regions; moto has the alternate contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3

from estate.local.answers import AwsError
from estate.local.extension import Answer, Call, Extension, Json, Shelf
from estate.local.membership import organization_of

if TYPE_CHECKING:
    from moto.organizations.models import FakeAccount

extension = Extension("account")

# Regions that are on in every account; the others have to be opted into.
_ALWAYS_ON = frozenset(
    [
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
        "ap-south-1",
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-southeast-1",
        "ap-southeast-2",
        "ca-central-1",
        "eu-central-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "eu-north-1",
        "sa-east-1",
    ]
)
_PRINCIPAL = "account.amazonaws.com"
_contacts = Shelf[Json](dict, regional=False)
_codes = Shelf[dict[str, str]](dict, regional=False)
CODE = "000000"
"""What AWS would send to a new address."""
_opted_in = Shelf[dict[str, str]](dict, regional=False)


@extension.answers("GetAccountInformation")
def get_account_information(call: Call) -> Answer:
    """Show an account's name."""
    account = _account(call)
    return {"AccountId": account.id, "AccountName": account.name, "AccountCreatedDate": account.create_time}


@extension.answers("PutAccountName")
def put_account_name(call: Call) -> Answer:
    """Rename an account, in place."""
    _account(call).name = call["AccountName"]
    return {}


@extension.answers("GetPrimaryEmail")
def get_primary_email(call: Call) -> Answer:
    """Show the address of a member account's root user."""
    return {"PrimaryEmail": _account(call).email}


@extension.answers("StartPrimaryEmailUpdate")
def start_primary_email_update(call: Call) -> Answer:
    """Send a code to the new address: here always the same one."""
    _refuse_used(call, call["PrimaryEmail"])
    _codes.of(_account(call).id)[call["PrimaryEmail"]] = CODE
    return {"Status": "PENDING"}


@extension.answers("AcceptPrimaryEmailUpdate")
def accept_primary_email_update(call: Call) -> Answer:
    """Change the address, if the code is the one that was sent to it."""
    account, email = _account(call), call["PrimaryEmail"]
    if _codes.of(account.id).get(email) != call["Otp"]:
        raise AwsError("ValidationException", f"This is not the code that was sent to {email}.")
    _refuse_used(call, email)
    _codes.of(account.id).clear()
    account.email = email
    return {"Status": "ACCEPTED"}


@extension.answers("PutContactInformation")
def put_contact_information(call: Call) -> Answer:
    """Keep the primary contact."""
    _contacts.of(_subject(call)).update(ContactInformation=call["ContactInformation"])
    return {}


@extension.answers("GetContactInformation")
def get_contact_information(call: Call) -> Answer:
    """Show the primary contact."""
    contact = _contacts.of(_subject(call))
    if not contact:
        raise AwsError("ResourceNotFoundException", "No contact information found for this account.")
    return contact


@extension.answers("EnableRegion", "DisableRegion")
def opt(call: Call) -> Answer:
    """Opt a region in or out, at once."""
    region = call["RegionName"]
    if region in _ALWAYS_ON:
        raise AwsError("ValidationException", f"{region} is on in every account.")
    _opted_in.of(_subject(call))[region] = "ENABLED" if call.operation == "EnableRegion" else "DISABLED"
    return {}


@extension.answers("GetRegionOptStatus")
def get_region_opt_status(call: Call) -> Answer:
    """Say whether a region is on."""
    return {"RegionName": call["RegionName"], "RegionOptStatus": _status(call, call["RegionName"])}


@extension.answers("ListRegions")
def list_regions(call: Call) -> Answer:
    """List all regions and whether they are on."""
    statuses = {name: _status(call, name) for name in boto3.Session().get_available_regions("ec2", call.partition)}
    wanted = call.get("RegionOptStatusContains")
    return {
        "Regions": [
            {"RegionName": name, "RegionOptStatus": status}
            for name, status in statuses.items()
            if not wanted or status in wanted
        ]
    }


def is_open(account_id: str, partition: str, region: str) -> bool:
    """Whether an account may call services in a region."""
    if partition != "aws" or region in _ALWAYS_ON or region == "aws-global":
        return True
    return _opted_in.of(account_id).get(region) == "ENABLED"


def _status(call: Call, region: str) -> str:
    return "ENABLED_BY_DEFAULT" if region in _ALWAYS_ON else _opted_in.of(_subject(call)).get(region, "DISABLED")


def _refuse_used(call: Call, email: str) -> None:
    organization = organization_of(call.account_id, call.partition)
    if organization and any(known.email.lower() == email.lower() for known in organization.accounts):
        raise AwsError("ConflictException", f"The address {email} is used by an account already.", status=409)


def _subject(call: Call) -> str:
    """The account that a call is about: another one only for the management account, if the service is trusted."""
    about = str(call.get("AccountId", call.account_id))
    if about != call.account_id:
        organization = organization_of(call.account_id, call.partition)
        trusted = {one["ServicePrincipal"] for one in organization.services} if organization else set()
        administers = organization and (
            call.account_id == organization.account_id
            or any(one.account.id == call.account_id and _PRINCIPAL in one.services for one in organization.admins)
        )
        if not administers or _PRINCIPAL not in trusted:
            raise AwsError(
                "AccessDeniedException",
                f"User: {call.caller.arn} is not authorized to perform: account:{call.operation} (your organization must "
                f"first enable trusted access with {_PRINCIPAL})",
                status=403,
            )
    return about


def _account(call: Call) -> FakeAccount:
    organization = organization_of(call.account_id, call.partition)
    accounts = organization.accounts if organization else []
    account = next((known for known in accounts if known.id == _subject(call)), None)
    if account is None:
        raise AwsError("ResourceNotFoundException", f"There is no account {_subject(call)} in the organization.")
    return account
