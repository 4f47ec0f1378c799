"""Who is about to change what, and where: shown before anybody says yes, refused where it cannot be meant."""

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import ClientError

from config.nodes import Organization
from estate.local.environment import ACCESS_KEY_ID
from estate.terraform.screen import Screen
from estate.terraform.stopped import StoppedError

ROLE: Final = "TF_VAR_deploy_role"
"""The variable that names another role than the execution role."""
_SERVICES: Final = ("sts", "organizations", "iam", "s3")
_DENIED: Final = ("AccessDenied", "AccessDeniedException")
_NOWHERE: Final = "AWSOrganizationsNotInUseException"


@dataclass(frozen=True)
class Caller:
    """Who makes the calls, and to whom.

    Args:
        account: The credentials' account.
        arn: The credentials' ARN.
        endpoint: Where STS is called.
        region: The region.
    """

    account: str
    arn: str
    endpoint: str
    region: str

    @property
    def is_local(self) -> bool:
        """Whether the calls stay on this machine."""
        return is_loopback(self.endpoint)


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def introduce(organization: Organization, screen: Screen, variables: Mapping[str, str]) -> Caller:
    """Show who is about to change what.

    Args:
        organization: The configuration.
        screen: It is shown there.
        variables: Terraform's environment.

    Raises:
        StoppedError: These credentials, or what answers them, are not this organization's.
        BotoCoreError: There are no credentials, or nothing answers.
        ClientError: AWS refuses them.
    """
    session = boto3.Session(region_name=boto3.Session().region_name or organization.home_region)
    _one_place(session)
    client = session.client("sts")
    found = client.get_caller_identity()
    caller = Caller(found["Account"], found["Arn"], client.meta.endpoint_url, str(session.region_name))
    for name, value in _lines(organization, caller, variables.get(ROLE)):
        screen.say(f"  {name:9} {value}")
    _ours(organization, caller, session)
    return caller


def _lines(organization: Organization, caller: Caller, role: str | None) -> Iterator[tuple[str, str]]:
    slugs = [account.slug for account in organization.accounts.values() if account.id == caller.account]
    yield "account", f"{caller.account} ({slugs[0]})" if slugs else caller.account
    yield "caller", caller.arn
    yield "endpoint", f"{caller.endpoint} ({'the local AWS: nothing real is changed' if caller.is_local else 'AWS'})"
    yield "region", caller.region
    yield "role", f"{role or organization.execution_role.name}, in each account"
    yield "route", "around the execution role" if role else "through the execution role"


def _one_place(session: Any) -> None:
    """See that all calls go to AWS, or all to the local one, with credentials of that one.

    Raises:
        StoppedError: They do not.
    """
    urls = {service: session.client(service).meta.endpoint_url for service in _SERVICES}
    local = {service: url for service, url in urls.items() if is_loopback(url)}
    if local and len(local) < len(urls):
        others = {service: url for service, url in urls.items() if service not in local}
        raise StoppedError(
            f"Some calls go to this machine ({_listed(local)}), others do not ({_listed(others)}). Set all of the "
            "endpoints (`eval $(estate local env)`), or none: unset AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_…."
        )
    credentials = session.get_credentials()
    if credentials and credentials.access_key == ACCESS_KEY_ID and not local:
        raise StoppedError(
            f"The credentials are the local AWS's, and the calls go to AWS ({urls['sts']}). Set AWS_ENDPOINT_URL "
            "(`eval $(estate local env)`), or sign in at AWS."
        )


def _listed(urls: Mapping[str, str]) -> str:
    return ", ".join(f"{service}: {url}" for service, url in urls.items())


def _ours(organization: Organization, caller: Caller, session: Any) -> None:
    """See that credentials, and what answers them, are this organization's.

    Raises:
        StoppedError: They are not.
    """
    known = {account.id for account in organization.accounts.values() if account.id}
    # Before all accounts have an id, one that is not known may still be one of them.
    complete = len(known) == len(organization.accounts)
    if complete and caller.account not in known:
        raise StoppedError(
            f"These credentials are of account {caller.account}, which is none of {organization.slug}. Sign in with the "
            f"management account ({organization.management.id}), or with the account of the pipelines."
        )
    lock = organization.lock
    if lock is None:
        return
    where = "The local AWS" if caller.is_local else "AWS"
    try:
        answers = session.client("organizations").describe_organization()["Organization"]["Id"]
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _DENIED:
            return  # a role of pipelines, which need not ask; its account was checked
        if code != _NOWHERE:
            raise
        answers = "no organization"
    if answers != lock.organization_id:
        raise StoppedError(
            f"{where} answers for {answers}, and organization.lock.yaml is of {lock.organization_id}. Use the "
            f"credentials and the endpoint of that organization{', or move the lock away to try things' if caller.is_local else ''}."
        )
