"""How to find a resource that AWS has and Terraform's state has not: by what makes it the one that the plan wants to make.

Only types whose creation is not repeatable need this: an OU of the same name would be refused, a second VPC would be one too
many, while a bucket policy is simply written again.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from estate.account_state import REOPEN, account_state, is_shut

MISSING = frozenset(
    {
        "403",  # a bucket that another account has
        "404",
        "AWSOrganizationsNotInUseException",
        "AccountNotRegisteredException",
        "InvalidAccessException",
        "InvalidRouteTableID.NotFound",
        "NoSuchBucket",
        "NoSuchEntity",
        "NotFoundException",
        "OrganizationalUnitNotFoundException",
        "ParentNotFoundException",
        "PolicyNotFoundException",
        "ResourceNotFoundException",
        "TrailNotFoundException",
    }
)
"""The codes by which AWS says that something is not there."""
_POLL_SECONDS = 1.0
_POLLS = 120


@dataclass(frozen=True)
class Candidate:
    """Something that exists.

    Args:
        id: What `terraform import` takes for it.
        tags: Its tags; None where the type has none, or AWS tells what it belongs to in another way.
    """

    id: str
    tags: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Place:
    """Where to look: an account and a region.

    Args:
        session: A boto3 session for it.
        account_id: The account.
        partition: Its partition.
    """

    session: Any
    account_id: str
    partition: str

    def client(self, service: str) -> Any:
        """A client of a service."""
        return self.session.client(service)

    def pages(self, service: str, operation: str, key: str, **arguments: Any) -> Iterator[Any]:
        """All that an operation lists."""
        for page in self.client(service).get_paginator(operation).paginate(**arguments):
            yield from page[key]


class UnknownValueError(LookupError):
    """A value is known only when something else has been made."""


class NotAdoptableError(RuntimeError):
    """Something that a stack wants to make exists already, and cannot be taken over."""


class Known(dict[str, Any]):
    """The planned values of a resource, as far as they are known."""

    def __missing__(self, key: str) -> Any:
        raise UnknownValueError(key)


Values = Mapping[str, Any]
Finder = Callable[[Place, Values], Iterator[Candidate]]
FINDERS: dict[str, Finder] = {}


def _finds(*types: str) -> Callable[[Finder], Finder]:
    def register(finder: Finder) -> Finder:
        FINDERS.update(dict.fromkeys(types, finder))
        return finder

    return register


def _tags(found: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in found}


# ── Organizations ────────────────────────────────────────────────────────────────────────────────────────────────────


def _organizations_tags(place: Place, id_: str) -> dict[str, str]:
    return _tags(list(place.pages("organizations", "list_tags_for_resource", "Tags", ResourceId=id_)))


@_finds("aws_organizations_organization")
def _organization(place: Place, _: Values) -> Iterator[Candidate]:
    """An organization has no tags; its accounts tell whose it is, as soon as there are any."""
    found = place.client("organizations").describe_organization()["Organization"]
    tags = [
        _organizations_tags(place, account["Id"])
        for account in place.pages("organizations", "list_accounts", "Accounts")
        if account["Id"] != found["MasterAccountId"]
    ]
    common = set.intersection(*(set(one.items()) for one in tags)) if tags else None
    yield Candidate(found["Id"], None if common is None else dict(common))


@_finds("aws_organizations_organizational_unit")
def _unit(place: Place, values: Values) -> Iterator[Candidate]:
    units = place.pages(
        "organizations",
        "list_organizational_units_for_parent",
        "OrganizationalUnits",
        ParentId=values["parent_id"],
    )
    for unit in units:
        if unit["Name"] == values["name"]:
            yield Candidate(unit["Id"], _organizations_tags(place, unit["Id"]))


@_finds("aws_organizations_account")
def _account(place: Place, values: Values) -> Iterator[Candidate]:
    _wait_for_accounts(place)
    for account in place.pages("organizations", "list_accounts", "Accounts"):
        if account["Email"].lower() != values["email"].lower():
            continue
        if is_shut(account):
            raise NotAdoptableError(
                f"The account with the e-mail address {account['Email']}, {account['Id']}, is shut ({account_state(account)}). {REOPEN}"
            )
        yield Candidate(account["Id"], _organizations_tags(place, account["Id"]))


def _wait_for_accounts(place: Place) -> None:
    """Accounts are made in the background: what a killed run asked for may be there only in a minute."""
    for _ in range(_POLLS):
        waiting = place.pages(
            "organizations", "list_create_account_status", "CreateAccountStatuses", States=["IN_PROGRESS"]
        )
        if not any(waiting):
            return
        time.sleep(_POLL_SECONDS)


@_finds("aws_organizations_policy")
def _organization_policy(place: Place, values: Values) -> Iterator[Candidate]:
    for policy in place.pages("organizations", "list_policies", "Policies", Filter=values["type"]):
        if policy["Name"] == values["name"] and not policy["AwsManaged"]:
            yield Candidate(policy["Id"], _organizations_tags(place, policy["Id"]))


@_finds("aws_organizations_policy_attachment")
def _policy_attachment(place: Place, values: Values) -> Iterator[Candidate]:
    policy, target = values["policy_id"], values["target_id"]
    targets = place.pages("organizations", "list_targets_for_policy", "Targets", PolicyId=policy)
    if any(found["TargetId"] == target for found in targets):
        yield Candidate(f"{target}:{policy}")


@_finds("aws_organizations_delegated_administrator")
def _delegated_administrator(place: Place, values: Values) -> Iterator[Candidate]:
    account, service = values["account_id"], values["service_principal"]
    found = place.pages("organizations", "list_delegated_services_for_account", "DelegatedServices", AccountId=account)
    if any(one["ServicePrincipal"] == service for one in found):
        yield Candidate(f"{account}/{service}")


# ── IAM ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@_finds("aws_iam_role")
def _role(place: Place, values: Values) -> Iterator[Candidate]:
    role = place.client("iam").get_role(RoleName=values["name"])["Role"]
    yield Candidate(role["RoleName"], _tags(role.get("Tags", ())))


@_finds("aws_iam_user")
def _user(place: Place, values: Values) -> Iterator[Candidate]:
    user = place.client("iam").get_user(UserName=values["name"])["User"]
    yield Candidate(user["UserName"], _tags(user.get("Tags", ())))


@_finds("aws_iam_policy")
def _iam_policy(place: Place, values: Values) -> Iterator[Candidate]:
    arn = f"arn:{place.partition}:iam::{place.account_id}:policy{values['path']}{values['name']}"
    policy = place.client("iam").get_policy(PolicyArn=arn)["Policy"]
    yield Candidate(arn, _tags(policy.get("Tags", ())))


@_finds("aws_iam_openid_connect_provider")
def _oidc_provider(place: Place, values: Values) -> Iterator[Candidate]:
    arn = f"arn:{place.partition}:iam::{place.account_id}:oidc-provider/{values['url'].removeprefix('https://')}"
    found = place.client("iam").get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    yield Candidate(arn, _tags(found.get("Tags", ())))


# ── State: bucket, key, table ────────────────────────────────────────────────────────────────────────────────────────


@_finds("aws_s3_bucket")
def _bucket(place: Place, values: Values) -> Iterator[Candidate]:
    client, bucket = place.client("s3"), values["bucket"]
    client.head_bucket(Bucket=bucket, ExpectedBucketOwner=place.account_id)
    try:
        tags = _tags(client.get_bucket_tagging(Bucket=bucket)["TagSet"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchTagSet":
            raise
        tags = {}
    # A bucket is tagged after it is made. One of this account, with exactly this name, without tags and with nothing in it, is
    # one cut off there. One with something in it has been in use, and not by a stack that has yet to be made.
    cut_off = not tags and not _holds_anything(client, bucket)
    yield Candidate(bucket, None if cut_off else tags)


def _holds_anything(client: Any, bucket: str) -> bool:
    found = client.list_object_versions(Bucket=bucket, MaxKeys=1)
    return bool(found.get("Versions") or found.get("DeleteMarkers"))


@_finds("aws_kms_key")
def _key(place: Place, values: Values) -> Iterator[Candidate]:
    client = place.client("kms")
    for key in place.pages("kms", "list_keys", "Keys"):
        metadata = client.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
        if metadata["KeyState"] != "Enabled" or metadata["KeyManager"] != "CUSTOMER":
            continue
        if metadata.get("Description") == values["description"]:
            tags = client.list_resource_tags(KeyId=key["KeyId"])["Tags"]
            yield Candidate(key["KeyId"], {tag["TagKey"]: tag["TagValue"] for tag in tags})


@_finds("aws_kms_alias")
def _alias(place: Place, values: Values) -> Iterator[Candidate]:
    if any(alias["AliasName"] == values["name"] for alias in place.pages("kms", "list_aliases", "Aliases")):
        yield Candidate(values["name"])


@_finds("aws_dynamodb_table")
def _table(place: Place, values: Values) -> Iterator[Candidate]:
    client = place.client("dynamodb")
    arn = client.describe_table(TableName=values["name"])["Table"]["TableArn"]
    yield Candidate(values["name"], _tags(client.list_tags_of_resource(ResourceArn=arn)["Tags"]))


# ── Networks ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_EC2 = {
    "aws_vpc": "vpc",
    "aws_subnet": "subnet",
    "aws_internet_gateway": "internet-gateway",
    "aws_route_table": "route-table",
    "aws_security_group": "security-group",
    "aws_network_acl": "network-acl",
    "aws_nat_gateway": "natgateway",
    "aws_eip": "elastic-ip",
    "aws_flow_log": "vpc-flow-log",
    "aws_vpc_endpoint": "vpc-endpoint",
}


def _by_tags(kind: str) -> Finder:
    def find(place: Place, values: Values) -> Iterator[Candidate]:
        """EC2 tags what it makes in the same call; names are tags there."""
        wanted = values["tags_all"]
        found: dict[str, dict[str, str]] = {}
        filters = [
            {"Name": "resource-type", "Values": [kind]},
            {"Name": "key", "Values": sorted(wanted)},
        ]
        for tag in place.pages("ec2", "describe_tags", "Tags", Filters=filters):
            found.setdefault(tag["ResourceId"], {})[tag["Key"]] = tag["Value"]
        yield from (Candidate(id_, tags) for id_, tags in sorted(found.items()) if tags == wanted)

    return find


FINDERS.update({type_: _by_tags(kind) for type_, kind in _EC2.items()})


@_finds("aws_route")
def _route(place: Place, values: Values) -> Iterator[Candidate]:
    table, destination = values["route_table_id"], values["destination_cidr_block"]
    for found in place.client("ec2").describe_route_tables(RouteTableIds=[table])["RouteTables"]:
        if any(route.get("DestinationCidrBlock") == destination for route in found["Routes"]):
            yield Candidate(f"{table}_{destination}")


@_finds("aws_route_table_association")
def _route_table_association(place: Place, values: Values) -> Iterator[Candidate]:
    subnet, table = values["subnet_id"], values["route_table_id"]
    for found in place.client("ec2").describe_route_tables(RouteTableIds=[table])["RouteTables"]:
        if any(association.get("SubnetId") == subnet for association in found["Associations"]):
            yield Candidate(f"{subnet}/{table}")


@_finds("aws_ram_resource_share")
def _share(place: Place, values: Values) -> Iterator[Candidate]:
    shares = place.pages("ram", "get_resource_shares", "resourceShares", resourceOwner="SELF", name=values["name"])
    for share in shares:
        if share["status"] == "ACTIVE":
            tags = {tag["key"]: tag["value"] for tag in share.get("tags", ())}
            yield Candidate(share["resourceShareArn"], tags)


# ── Others ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@_finds("aws_guardduty_detector")
def _detector(place: Place, _: Values) -> Iterator[Candidate]:
    yield from map(Candidate, place.pages("guardduty", "list_detectors", "DetectorIds"))


@_finds("aws_securityhub_account")
def _security_hub(place: Place, _: Values) -> Iterator[Candidate]:
    place.client("securityhub").describe_hub()
    yield Candidate(place.account_id)


@_finds("aws_accessanalyzer_analyzer")
def _analyzer(place: Place, values: Values) -> Iterator[Candidate]:
    found = place.client("accessanalyzer").get_analyzer(analyzerName=values["analyzer_name"])["analyzer"]
    yield Candidate(found["name"], found.get("tags", {}))


@_finds("aws_cloudtrail")
def _trail(place: Place, values: Values) -> Iterator[Candidate]:
    yield Candidate(place.client("cloudtrail").get_trail(Name=values["name"])["Trail"]["TrailARN"])


@_finds("aws_cloudwatch_log_group")
def _log_group(place: Place, values: Values) -> Iterator[Candidate]:
    for group in place.pages("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=values["name"]):
        if group["logGroupName"] == values["name"]:
            tags = place.client("logs").list_tags_for_resource(resourceArn=group["arn"].removesuffix(":*"))["tags"]
            yield Candidate(values["name"], tags)


@_finds("aws_budgets_budget")
def _budget(place: Place, values: Values) -> Iterator[Candidate]:
    name = values["name"]
    place.client("budgets").describe_budget(AccountId=place.account_id, BudgetName=name)
    yield Candidate(f"{place.account_id}:{name}")
