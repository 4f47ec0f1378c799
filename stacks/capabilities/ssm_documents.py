"""Documents of Systems Manager, in each governed region."""

from collections.abc import Sequence

from config.capabilities.ssm_documents import SsmDocument
from constructs_lib.operations.document import SsmDocumentConstruct
from stacks.scope import AccountScope


def add(stack: AccountScope, documents: Sequence[SsmDocument]) -> None:
    """Add the documents that the account has."""
    for document in documents:
        for region in stack.organization.governed_regions:
            id_ = f"ssm-document-{document.slug}-{region}"
            stack.parts[id_] = SsmDocumentConstruct(
                stack,
                id_,
                name=document.name,
                kind=document.type,
                content=document.content,
                content_format=document.format,
                provider=stack.provider(region),
            )
