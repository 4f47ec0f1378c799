"""The kinds of text that the configuration is made of."""

import re
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from config.facts.regions import ALL_REGIONS, UNSUPPORTED_REGIONS
from config.model.base import Known, Matches, refuse
from constructs_lib.policies.quotas import quota

SLUG_PATTERN = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_SLUG_CURE = "Use lower-case letters, digits and single hyphens, starting with a letter."
_SLUG = "a slug such as 'shared-services'"


LONGEST_SLUG = 40
_LONGEST_ORGANIZATION_SLUG = 20


def is_slug(text: str) -> bool:
    """Whether the text is a slug."""
    return len(text) <= LONGEST_SLUG and re.fullmatch(SLUG_PATTERN, text) is not None


def as_slug(text: str, longest: int = LONGEST_SLUG) -> str:
    """The slug that a name suggests, for messages; empty if there is none."""
    whole = (
        re.sub(r"[^a-z0-9]+", "-", re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", text).lower())
        .strip("-")
        .lstrip("0123456789-")
    )
    if len(whole) <= longest:
        return whole
    return whole[: longest + 1].rpartition("-")[0] or whole[:longest]


def _slug_cure(text: str) -> str:
    suggestion = as_slug(text)
    return f"Write {suggestion!r}." if suggestion else _SLUG_CURE


def _short_slug_cure(text: str) -> str:
    suggestion = as_slug(text, _LONGEST_ORGANIZATION_SLUG)
    return f"Write {suggestion!r}." if suggestion else _SLUG_CURE


def _account_id_cure(text: str) -> str:
    digits = re.sub("[^0-9]", "", text)
    return f'Write "{digits}".' if len(digits) == 12 else "Copy it from AWS; keep leading zeros."  # noqa: PLR2004 - ids have 12 digits


def _id_as_text(value: Any) -> Any:
    """YAML reads 12 unquoted digits as a number (with a leading zero, as text): the id is the same."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _of_aws(name: str, expected: str) -> Matches:
    """An id as AWS makes them."""
    return Matches(quota(name).pattern or "", expected, quota=name)


Slug = Annotated[str, Matches(SLUG_PATTERN, _SLUG, _slug_cure, longest=LONGEST_SLUG)]
"""An identity that never changes: resource addresses, stack names and state keys are made from it."""

OrganizationSlug = Annotated[
    str,
    Matches(SLUG_PATTERN, "a short slug such as 'acme'", _short_slug_cure, longest=_LONGEST_ORGANIZATION_SLUG),
]
"""Shorter than other slugs: names that are unique in all of AWS, such as buckets', start with it."""

UnitPath = Annotated[
    str,
    Matches(rf"{SLUG_PATTERN}(?:/{SLUG_PATTERN})*", "a path of OU slugs such as 'workloads/production'"),
]

AccountId = Annotated[
    str,
    Matches("[0-9]{12}", "an account id of exactly 12 digits", _account_id_cure),
    BeforeValidator(_id_as_text, json_schema_input_type=str),
]

OrganizationId = Annotated[str, _of_aws("organization.id", "an organization id such as 'o-a1b2c3d4e5'")]
RootId = Annotated[str, _of_aws("root.id", "a root id such as 'r-ab12'")]
UnitId = Annotated[str, _of_aws("ou.id", "an OU id such as 'ou-ab12-c3d4e5f6'")]
PolicyId = Annotated[str, Matches(r"p-[0-9a-zA-Z_]{8,128}", "a policy id such as 'p-a1b2c3d4'")]

ManagedBy = Literal["control-tower", "lza", "other"]
"""What else looks after something: AWS Control Tower, the Landing Zone Accelerator, or a person, script or stack of another."""

AccountName = Annotated[str, Matches(r"[ -~]*[!-~][ -~]*", "an account name in printable ASCII", quota="account.name")]
UnitName = Annotated[str, Matches(r"[^\x00-\x1f]*\S[^\x00-\x1f]*", "a name on one line", quota="ou.name")]
PolicyName = Annotated[str, Matches(r"[^\x00-\x1f]*\S[^\x00-\x1f]*", "a name on one line", quota="policy.name")]
RoleDescription = Annotated[str, Matches(None, "a description", quota="role.description")]
PolicyDescription = Annotated[
    str, Matches(r"[^\x00-\x1f]*", "a description on one line", quota="iam-policy.description")
]
"""Of a managed policy of an account."""
Description = Annotated[str, Matches(r"[^\x00-\x08\x0b-\x1f]*", "a description", quota="policy.description")]

_ADDRESS = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"
Email = Annotated[
    str, Matches(_ADDRESS, "an e-mail address such as 'aws+production@example.com'", quota="account.email")
]


def _check_email_pattern(value: str) -> str:
    if value.count("{account}") != 1 or not re.fullmatch(_ADDRESS, value.replace("{account}", "a")):
        raise refuse(
            "an e-mail address with {account} in it once, such as 'aws+{account}@example.com'",
            "Every account without an address of its own gets this one with its slug.",
        )
    return value


EmailPattern = Annotated[
    str,
    AfterValidator(_check_email_pattern),
    WithJsonSchema(
        {"type": "string", "pattern": r"^[^{}\s]*\{account\}[^{}\s]*@[^{}\s]+$|^[^{}@\s]+@[^{}\s]*\{account\}[^{}\s]*$"}
    ),
]

Region = Annotated[str, Known(ALL_REGIONS, "a region", UNSUPPORTED_REGIONS.get)]

_PRINCIPAL = r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com"


def _principal_cure(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9.-]+", text):
        return ""
    service = text.removesuffix(".com").rpartition(".")[0] if text.endswith(".com") else text
    return f"Write '{service or text}.amazonaws.com'."


ServicePrincipal = Annotated[
    str, Matches(_PRINCIPAL, "a service principal such as 'guardduty.amazonaws.com'", _principal_cure)
]
TrustedPrincipal = Annotated[
    str, Matches(rf"{_PRINCIPAL}(?:\.cn)?", "a service principal such as 'ec2.amazonaws.com'", _principal_cure)
]
"""Of a service that a role trusts: in China, some have a name of their own there."""

AccountState = Literal["quarantined", "suspended"]
"""Why an account is out of use; one in use has no state."""

_TAG_SELECTOR = r"tag:[^=\s][^=]*=.*"
SELECTOR_PATTERN = (
    rf"root|ou:{SLUG_PATTERN}(?:/{SLUG_PATTERN})*|account:{SLUG_PATTERN}|{_TAG_SELECTOR}"
    rf"|purpose:{SLUG_PATTERN}|state:(?:{'|'.join(get_args(AccountState))})"
)


def _selector_cure(text: str) -> str:
    if re.fullmatch(rf"{SLUG_PATTERN}(?:/{SLUG_PATTERN})*", text):
        return f"Say what it is: 'ou:{text}'" + ("." if "/" in text else f" or 'account:{text}'.")
    return ""


Selector = Annotated[
    str,
    Matches(
        SELECTOR_PATTERN,
        "a selector: 'root', 'ou:<path>', 'account:<slug>', 'tag:<key>=<value>', 'purpose:<purpose>', 'state:quarantined' or "
        "'state:suspended'",
        _selector_cure,
    ),
]

_PLACES = {
    "root": "`defaults`",
    "ou": "`defaults` of the OU",
    "account": "`settings` in its file",
    "purpose": "`defaults_by_purpose`",
}


def _tag_selector_cure(text: str) -> str:
    kind = text.partition(":")[0]
    if re.fullmatch(SELECTOR_PATTERN, text) and kind in _PLACES:
        return f"Write it in {_PLACES[kind]}."
    return f"Write 'tag:{text}'." if re.fullmatch(r"[^:=\s][^=]*=.*", text) else ""


TagSelector = Annotated[str, Matches(_TAG_SELECTOR, "the selector of a tag: 'tag:<key>=<value>'", _tag_selector_cure)]

_TAG_TEXT = r"[\w .:/=+@-]*"
TagKey = Annotated[
    str,
    Matches(
        rf"(?![aA][wW][sS]:){_TAG_TEXT}",
        "a tag key of letters, digits, spaces and . : / = + @ _ -, not starting with 'aws:'",
        longest=128,
    ),
]
TagValue = Annotated[
    str,
    Matches(_TAG_TEXT, "a tag value of letters, digits, spaces and . : / = + @ _ -", longest=256),
]
_MOST_TAGS = 50
Tags = Annotated[dict[TagKey, TagValue], Field(max_length=_MOST_TAGS)]
_FURTHER_TAG_KEY = Annotated[
    str,
    Matches(
        rf"(?![aA][wW][sS]:)(?![sS][tT][aA][cC][kK]$){_TAG_TEXT}",
        "a tag key of letters, digits, spaces and . : / = + @ _ -, not starting with 'aws:', nor 'stack', by which execution roles "
        "know what is theirs",
        longest=128,
    ),
]
FurtherTags = Annotated[dict[_FURTHER_TAG_KEY, TagValue], Field(max_length=_MOST_TAGS)]
"""Of single things, beside what everything in the account has."""

RoleName = Annotated[
    str, Matches(r"[A-Za-z0-9_+=,.@-]+", "a role name of letters, digits and + = , . @ _ -", quota="role.name")
]
ExternalId = Annotated[
    str,
    Matches(r"[A-Za-z0-9_+=,.@:/-]+", "an external id of letters, digits and + = , . @ : / _ -", quota="external-id"),
]
Arn = Annotated[
    str, Matches(r"arn:[a-z-]+:[^:\s]*:[^:\s]*:[^:\s]*:\S+", "an ARN such as 'arn:aws:iam::aws:policy/ReadOnlyAccess'")
]
KmsKeyArn = Annotated[
    str,
    Matches(
        r"arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:(key|alias)/\S+",
        "the ARN of a KMS key or alias such as 'arn:aws:kms:eu-central-1:111122223333:alias/volumes'",
        "An alias by itself (`alias/volumes`) does not say whose it is.",
    ),
]
_DOMAIN_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?"
Domain = Annotated[
    str,
    Matches(
        rf"(?:{_DOMAIN_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?",
        "a domain such as 'cloud.example.org'",
        "Write it in lower case, without a dot at the end.",
        longest=253,
    ),
]
DocumentPath = Annotated[
    str, Matches(r"(?!/)(?!.*\.\.).*\.json", "a path below policies/ such as 'documents/tags.json'")
]
TextPath = Annotated[
    str,
    Matches(
        r"(?!/)(?!.*\.\.).*\.(?:rules|txt)",
        "a path below policies/ such as 'documents/egress.rules' or 'documents/names.txt'",
    ),
]
Effect = Literal["Allow", "Deny"]
_SESSION = quota("session.duration")
LogDays = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
]
"""For how many days CloudWatch can keep logs."""

SessionDuration = Annotated[int, Field(ge=_SESSION.minimum, le=_SESSION.limit)]
"""Seconds."""
