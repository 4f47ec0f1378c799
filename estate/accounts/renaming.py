"""Names and e-mail addresses of accounts that exist, changed by AWS's account API.

Terraform would have to make the account anew to change its address, so it ignores both, and a stray change never costs an
account. What the configuration says is done here instead, beside the apply of the same plan, and Terraform sees it afterwards.

Source: https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-update-root-user-email.html
"""

from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import ClientError

from config.nodes import Organization
from estate.accounts import TRUSTED
from estate.guard.plan import Plan, Rename


@dataclass(frozen=True)
class Renamed:
    """What became of a name or an address.

    Args:
        rename: What was to be done.
        done: Whether AWS has it now.
        said: What happened, or what is awaited; a sentence.
        failed: Whether AWS refused it.
    """

    rename: Rename
    done: bool
    said: str
    failed: bool = False

    def __str__(self) -> str:
        return f"{self.rename.slug}: {self.said}"


def rename_accounts(organization: Organization, plan: Plan, session: Any = None) -> list[Renamed]:
    """Give accounts the names and addresses that the configuration has for them.

    A name changes at once. An address changes when somebody enters the code that AWS sends to the new one
    (`estate account email`): until then each call sends a new code.

    Args:
        organization: The configuration.
        plan: The plan of the management account's stack.
        session: The management account's boto3 session; from the environment by default.
    """
    if not plan.renames:
        return []
    session = session or boto3.Session(region_name=organization.home_region)
    return [_rename(organization, session, rename, _holder(rename, plan)) for rename in plan.renames]


def _rename(organization: Organization, session: Any, rename: Rename, holder: str) -> Renamed:
    if holder:
        return Renamed(
            rename,
            done=False,
            said=f"waits, since {rename.wanted} is the address of {holder} until that has another one. An address serves one "
            "account: if two swap theirs, give one of them a third address first.",
        )
    try:
        if rename.argument == "name":
            _put_name(organization, session, rename)
            return Renamed(rename, done=True, said=f"its name is {rename.wanted!r} now")
        if TRUSTED not in organization.trusted_services:
            return Renamed(
                rename,
                done=False,
                said=f"its address stays {rename.deployed}: AWS changes addresses for the management account only where "
                f"{TRUSTED} is trusted. Add that to `trusted_services`, deploy, and deploy again.",
                failed=True,
            )
        _client(session, organization).start_primary_email_update(AccountId=rename.account, PrimaryEmail=rename.wanted)
    except ClientError as error:
        return Renamed(rename, done=False, said=f"{rename}: AWS refuses: {_reason(error)}", failed=True)
    return Renamed(
        rename,
        done=False,
        said=f"AWS has sent a code to {rename.wanted}. The address changes when it is entered: "
        f"estate account email {rename.slug} --code CODE",
    )


def _put_name(organization: Organization, session: Any, rename: Rename) -> None:
    if TRUSTED in organization.trusted_services:
        _client(session, organization).put_account_name(AccountId=rename.account, AccountName=rename.wanted)
        return
    # Without the service's trust AWS takes names from the account itself alone.
    role = f"arn:{organization.partition}:iam::{rename.account}:role/{organization.break_glass_role}"
    given = session.client("sts", region_name=organization.home_region).assume_role(
        RoleArn=role, RoleSessionName=f"estate-{rename.slug}"[:64]
    )["Credentials"]
    inside = boto3.Session(
        given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], region_name=organization.home_region
    )
    _client(inside, organization).put_account_name(AccountName=rename.wanted)


def _client(session: Any, organization: Organization) -> Any:
    return session.client("account", region_name=organization.home_region)


def _reason(error: ClientError) -> str:
    found = error.response["Error"]
    return f"{found.get('Message') or found['Code']} ({found['Code']})"


def _holder(rename: Rename, plan: Plan) -> str:
    """The account that has an address now; empty if none of this stack's has it."""
    if rename.argument != "email":
        return ""
    held = {
        str(change.before.get("email")).lower(): change.address.rpartition(".account-")[2]
        for change in plan.changes
        if change.type == "aws_organizations_account" and change.before and change.address != rename.address
    }
    return held.get(rename.wanted.lower(), "")
