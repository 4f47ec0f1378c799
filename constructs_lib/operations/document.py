"""A document of Systems Manager."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cdktf_cdktf_provider_aws.ssm_document import SsmDocument
from constructs import Construct

from constructs_lib.tokens import as_text
from constructs_lib.typed import typed
from constructs_lib.validation import require_length, require_match, require_one_of

if TYPE_CHECKING:
    from cdktf import TerraformProvider

_MOST = 65536


@typed
class SsmDocumentConstruct(Construct):
    """A runbook, or what machines run.

    Children: ``Resource``.

    Args:
        scope: Where the document is kept.
        id_: The construct's id.
        name: 3 to 128 letters, digits, dots, underscores and hyphens; AWS's own begin with ``AWS``, ``Amazon`` or ``Amzn``.
        content: The document as AWS takes it, at most 65,536 characters; Terraform evaluates nothing in it.
        kind: ``Automation`` (a runbook) or ``Command``. Default: a runbook.
        content_format: ``JSON`` or ``YAML``. Default: YAML.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If the name is none that AWS takes, or is kept for AWS; or the content is too long.

    Example:
        >>> SsmDocumentConstruct(stack, "Runbook", name="Enable-ELB-Logging", content=Path("runbook.yaml").read_text())

    Source: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        content: str,
        kind: Literal["Automation", "Command"] = "Automation",
        content_format: Literal["JSON", "YAML"] = "YAML",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_match(
            "name",
            name,
            r"(?i:(?!aws|amazon|amzn))[A-Za-z0-9_.-]{3,128}",
            expected="3 to 128 letters, digits and _.-, which do not begin as AWS's own documents",
        )
        require_length("content", content, 1, _MOST)
        require_one_of("kind", kind, ("Automation", "Command"))
        require_one_of("content_format", content_format, ("JSON", "YAML"))
        self._document = SsmDocument(
            self,
            "Resource",
            name=name,
            document_type=kind,
            document_format=content_format,
            content=as_text(content),
            provider=provider,
        )

    @property
    def document_name(self) -> str:
        """Its name; what uses it waits until it is there."""
        return self._document.name
