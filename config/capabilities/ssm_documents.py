"""Documents of Systems Manager: runbooks and commands of the accounts' own."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, Literal

import ruamel.yaml
from pydantic import Field

from config.capabilities.capability import AccountInput, OrganizationCapability, Part
from config.capabilities.config_rules import DocumentName
from config.capabilities.in_accounts import names_once, somebody_has_it
from config.errors import KeyPath, Problem
from config.model.base import Matches, Model
from config.model.types import Selector, Slug
from config.nodes import Account, Configuration, Organization
from config.sources.files import Files
from config.sources.resolving import Resolving

KEY: Final = "ssm_documents"
_SCHEMAS: Final = {"Automation": "0.3", "Command": "2.2"}
_MOST: Final = 65536  # characters, as Systems Manager takes them
_OF_AWS: Final = ("aws", "amazon", "amzn")
OwnName = Annotated[
    str,
    Matches(
        r"(?i:(?!aws|amazon|amzn))[A-Za-z0-9_.-]{3,128}",
        "a document's name such as 'Enable-ELB-Logging', which does not begin as AWS's own",
    ),
]


class SsmDocumentEntry(Model):
    """A document that accounts have, in each governed region."""

    name: OwnName = Field(description="Its name in Systems Manager.")
    type: Literal["Automation", "Command"] = Field(
        default="Automation", description="A runbook (Automation), or what machines run (Command)."
    )
    document: Annotated[
        str,
        Matches(r"(?!/)(?!.*\.\.).*\.(?:json|ya?ml)", "a path below policies/ such as 'documents/enable-logging.yaml'"),
    ] = Field(description="A file below policies/ with the document as AWS takes it.")
    accounts: tuple[Selector, ...] = Field(min_length=1, description="The accounts that have it.")


@dataclass(frozen=True, eq=False)
class SsmDocument:
    """A document of Systems Manager."""

    slug: str
    name: str
    type: Literal["Automation", "Command"]
    content: str
    format: Literal["JSON", "YAML"]
    accounts: tuple[Account, ...]


def _resolve(entries: Mapping[str, SsmDocumentEntry], resolving: Resolving) -> dict[str, SsmDocument]:
    found = {}
    for slug, entry in sorted(entries.items()):
        path: KeyPath = (KEY, slug)
        accounts = resolving.accounts((*path, "accounts"), entry.accounts)
        content = _content((*path, "document"), entry, resolving)
        if content is not None:
            format_: Literal["JSON", "YAML"] = "JSON" if entry.document.endswith(".json") else "YAML"
            found[slug] = SsmDocument(slug, entry.name, entry.type, content, format_, accounts)
    return found


def _content(path: KeyPath, entry: SsmDocumentEntry, resolving: Resolving) -> str | None:
    """The text of a document; None if it is none, which is said."""
    text = resolving.text(path, entry.document)
    if text is None:
        return None
    try:
        read = _read(text, "JSON" if entry.document.endswith(".json") else "YAML")
    except (ValueError, ruamel.yaml.error.YAMLError) as error:
        arrived = f"{entry.document!r}: {' '.join(str(error).split())}"
        resolving.problem(path, arrived, "valid JSON" if entry.document.endswith(".json") else "valid YAML")
        return None
    parameters = read.get("parameters") if isinstance(read, dict) else None
    for name in parameters if isinstance(parameters, dict) else ():
        if not isinstance(name, str):
            resolving.problem(
                path, f"{entry.document!r} with the parameter {name!r}", "parameters whose names are text"
            )
            return None
    wanted = _SCHEMAS[entry.type]
    schema = read.get("schemaVersion") if isinstance(read, dict) else None
    if str(schema) != wanted:
        arrived = f"{entry.document!r} with schemaVersion {schema!r}"
        resolving.problem(path, arrived, f"schemaVersion '{wanted}', which documents of type {entry.type} have")
        return None
    if len(text) > _MOST:
        resolving.problem(
            path, f"{entry.document!r}: {len(text):,} characters", f"at most {_MOST:,}, as AWS takes them"
        )
        return None
    return text


def _read(text: str, format_: Literal["JSON", "YAML"]) -> Any:
    return json.loads(text) if format_ == "JSON" else ruamel.yaml.YAML(typ="safe").load(text)


def parameters_of(document: SsmDocument) -> dict[str, bool]:
    """The parameters that a document takes, and whether each has to be given."""
    found = _read(document.content, document.format).get("parameters")
    return (
        {name: "default" not in one for name, one in found.items() if isinstance(one, dict)}
        if isinstance(found, dict)
        else {}
    )


def _accounts(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Somebody has each document, and the documents of an account differ in their names."""
    found = SSM_DOCUMENTS.of(organization) or {}
    for document in found.values():
        path = (KEY, document.slug, "accounts")
        yield from somebody_has_it(organization, files, path, document.accounts, "the document")
    claims = [((KEY, slug, "name"), each.name, f"the document {slug!r}", each.accounts) for slug, each in found.items()]
    yield from names_once(files, claims, "a name that no other document of an account has")


def own_document(organization: Organization, account: Account, name: DocumentName) -> SsmDocument | None:
    """The document of an account's own with a name; None if it has none."""
    for each in (SSM_DOCUMENTS.of(organization) or {}).values():
        if each.name == name and account in each.accounts:
            return each
    return None


def is_of_aws(name: str) -> bool:
    """Whether a document's name is one of AWS's own."""
    return name.lower().startswith(_OF_AWS)


def _in_account(inputs: AccountInput) -> tuple[SsmDocument, ...] | None:
    own = inputs.account
    found = (SSM_DOCUMENTS.of(inputs.organization) or {}).values()
    return tuple(replace(each, accounts=(own,)) for each in found if own in each.accounts) or None


SSM_DOCUMENTS: Final[OrganizationCapability[Mapping[str, SsmDocument]]] = OrganizationCapability(
    key=KEY,
    annotation=dict[Slug, SsmDocumentEntry],
    default_factory=dict,
    description="Runbooks and commands of Systems Manager, in some accounts.",
    resolve=_resolve,
    rules=(_accounts,),
    parts=(
        Part(
            name=KEY,
            build="stacks.capabilities.ssm_documents:add",
            value=_in_account,
            types=frozenset({"aws_ssm_document"}),
            cost=("Steps that runbooks run, after the first hundred thousand of a month.",),
        ),
    ),
)
