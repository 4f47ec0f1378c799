"""Tags of SAML providers, which moto does not keep."""

from __future__ import annotations

from typing import Any

from moto.iam.models import iam_backends

from estate.local.extension import MOTO_ANSWERS, Answer, Call, Shelf
from estate.local.services.iam import extension

_tags = Shelf[dict[str, dict[str, str]]](dict, regional=False)
"""By the ARN of the provider."""


@extension.answers("CreateSAMLProvider")
def create_saml_provider(call: Call) -> Answer:
    """Keep the tags; moto makes the provider."""
    arn = call.arn(f"saml-provider/{call['Name']}", regional=False)
    _tags(call)[arn] = {tag["Key"]: tag["Value"] for tag in call.get("Tags", [])}
    return MOTO_ANSWERS


@extension.answers("GetSAMLProvider")
def get_saml_provider(call: Call) -> Answer:
    """Return a provider with its tags."""
    arn = call["SAMLProviderArn"]
    found: Any = iam_backends[call.account_id][call.partition].get_saml_provider(arn)
    return {
        "SAMLMetadataDocument": found.saml_metadata_document,
        "CreateDate": found.create_date,
        "ValidUntil": found.valid_until,
        "Tags": [{"Key": key, "Value": value} for key, value in sorted(_tags(call).get(arn, {}).items())],
    }


@extension.answers("TagSAMLProvider")
def tag_saml_provider(call: Call) -> Answer:
    """Add tags."""
    _tags(call).setdefault(call["SAMLProviderArn"], {}).update({tag["Key"]: tag["Value"] for tag in call["Tags"]})
    return {}


@extension.answers("UntagSAMLProvider")
def untag_saml_provider(call: Call) -> Answer:
    """Take tags away."""
    tags = _tags(call).get(call["SAMLProviderArn"], {})
    for key in call["TagKeys"]:
        tags.pop(key, None)
    return {}
