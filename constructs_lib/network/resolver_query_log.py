"""What VPCs ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.route53_resolver_query_log_config import Route53ResolverQueryLogConfig
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed

if TYPE_CHECKING:
    from cdktf import TerraformProvider


@typed
class ResolverQueryLogConstruct(Construct):
    """A log of the queries of VPCs that are associated with it (`ResolverUseConstruct`).

    Children: ``Resource``.

    Args:
        scope: A stack of the account that has it.
        id_: The construct's id.
        name: Its name.
        bucket_arn: The bucket that it is written to, of any account of the organization. Default: `log_group_arn`.
        log_group_arn: The log group that it is written to (`QueryLogGroupConstruct`). Default: `bucket_arn`.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If it is written nowhere, or to two places.

    Example:
        >>> ResolverQueryLogConstruct(stack, "query-log", name="hub", bucket_arn="arn:aws:s3:::acme-logs")

    Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        bucket_arn: str | None = None,
        log_group_arn: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        destination = bucket_arn or log_group_arn
        if destination is None or (bucket_arn and log_group_arn):
            raise InvalidValueError("bucket_arn", bucket_arn, expected="either it or `log_group_arn`")
        self._log = Route53ResolverQueryLogConfig(
            self, "Resource", name=name, destination_arn=destination, tags={"Name": name}, provider=provider
        )

    @property
    def query_log_id(self) -> str:
        """Its id, ``rqlc-…``."""
        return self._log.id

    @property
    def query_log_arn(self) -> str:
        """Its ARN, as `RamShareConstruct` takes it."""
        return self._log.arn
