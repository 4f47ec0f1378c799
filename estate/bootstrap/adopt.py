"""What a killed run made and could not write down any more: found in AWS, and given to Terraform by import blocks.

Terraform writes an S3 state every 20 seconds and at its end, a local one after each resource. What it had made since, and
what AWS was just making, is in no state when it is killed.

Source: https://developer.hashicorp.com/terraform/language/import
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import boto3
from botocore.exceptions import ClientError

from config.nodes import Account, Organization
from estate.bootstrap.finders import FINDERS, MISSING, Candidate, Known, NotAdoptableError, Place, UnknownValueError
from estate.terraform.ready import Adopted
from estate.terraform.stack import Stack

_IMPORTS = "adopt.tf.json"
# Every stack tags what it makes with its own name.
_STACK_TAG = "stack"


class Adoption:
    """Looks for what the plan of a stack would make a second time.

    Args:
        organization: The configuration.
        account: The stack's account.
        role: The role in it that deploys.
        stack: The stack's name.
    """

    def __init__(self, organization: Organization, account: Account, role: str, stack: str) -> None:
        self._organization, self._account, self._role, self._stack = organization, account, role, stack
        self._place = cache(self._place_in)

    def find(self, plan: Mapping[str, Any]) -> list[Adopted]:
        """Find what exists already of what a plan creates.

        Args:
            plan: Terraform's JSON.

        Raises:
            NotAdoptableError: Something with that name is there, and another made it, or it is shut.
        """
        regions = _regions(plan, self._account.region)
        taken = set(_ids(plan.get("prior_state", {}).get("values", {}).get("root_module", {})))
        found = []
        for change in plan.get("resource_changes", ()):
            if change["change"]["actions"] != ["create"] or change["type"] not in FINDERS:
                continue
            candidate = self._candidate(change, regions[change["address"]], taken)
            if candidate:
                taken.add(candidate.id)
                found.append(Adopted(change["address"], candidate.id))
        return found

    def _candidate(self, change: Mapping[str, Any], region: str, taken: set[str]) -> Candidate | None:
        values = Known(change["change"]["after"])
        try:
            candidates = [one for one in FINDERS[change["type"]](self._place(region), values) if one.id not in taken]
        except UnknownValueError:
            return None  # what it is found by is known only when something else is there, which then is not
        except ClientError as error:
            if error.response["Error"]["Code"] in MISSING:
                return None
            raise
        ours = [one for one in candidates if one.tags is None or one.tags.get(_STACK_TAG) == self._stack]
        if candidates and not ours and _unique(change["type"]):
            raise NotAdoptableError(
                f"{change['address']}: {candidates[0].id} exists in account {self._account.slug} and has no tag "
                f"{_STACK_TAG}={self._stack}, so another made it. To take it over, give it that tag and run this "
                "again; else choose another name."
            )
        return ours[0] if ours else None

    def _place_in(self, region: str) -> Place:
        organization, account = self._organization, self._account
        if account is organization.management:
            return Place(boto3.Session(region_name=region), str(account.id), organization.partition)
        sts: Any = boto3.client("sts", region_name=organization.home_region)
        external_id = organization.execution_role.external_id
        given = sts.assume_role(
            RoleArn=f"arn:{organization.partition}:iam::{account.id}:role/{self._role}",
            RoleSessionName=f"estate-{account.slug}"[:64],
            **({"ExternalId": external_id} if external_id else {}),
        )["Credentials"]
        keys = given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
        return Place(boto3.Session(*keys, region_name=region), str(account.id), organization.partition)


def write_imports(stack: Stack, adopted: list[Adopted]) -> None:
    """Tell Terraform to import resources with the next plan; with none, take back what was said before."""
    path = stack.directory / _IMPORTS
    if not adopted:
        path.unlink(missing_ok=True)
        return
    path.write_text(json.dumps({"import": [{"to": one.address, "id": one.id} for one in adopted]}), encoding="utf-8")


def _unique(type_: str) -> bool:
    """Whether a second one of the same name could not be made at all."""
    return type_.startswith(("aws_iam_", "aws_organizations_", "aws_s3_", "aws_dynamodb_"))


def _regions(plan: Mapping[str, Any], default: str) -> dict[str, str]:
    """The region of every address."""
    configuration = plan["configuration"]
    by_provider = {
        key: provider.get("expressions", {}).get("region", {}).get("constant_value", default)
        for key, provider in configuration.get("provider_config", {}).items()
    }
    known = {
        resource["address"]: by_provider.get(resource["provider_config_key"], default)
        for resource in configuration["root_module"].get("resources", ())
    }
    addresses = (change["address"] for change in plan.get("resource_changes", ()))
    return {address: known.get(address.partition("[")[0], default) for address in addresses}


def _ids(module: Mapping[str, Any]) -> Iterator[str]:
    """The ids of what is in the state already."""
    for resource in module.get("resources", ()):
        if resource["type"] in FINDERS and resource["mode"] == "managed":
            yield resource["values"]["id"]
