"""A table over the log archive, that Athena reads CloudTrail's logs by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_match, require_region

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ISSUER: Final = "struct<type:string,principalid:string,arn:string,accountid:string,username:string>"
_SESSION: Final = f"struct<attributes:struct<mfaauthenticated:string,creationdate:string>,sessionissuer:{_ISSUER}>"
COLUMNS: Final[Mapping[str, str]] = {
    "eventversion": "string",
    "useridentity": (
        "struct<type:string,principalid:string,arn:string,accountid:string,invokedby:string,accesskeyid:string,username:string,"
        f"sessioncontext:{_SESSION}>"
    ),
    "eventtime": "string",
    "eventsource": "string",
    "eventname": "string",
    "awsregion": "string",
    "sourceipaddress": "string",
    "useragent": "string",
    "errorcode": "string",
    "errormessage": "string",
    "requestparameters": "string",
    "responseelements": "string",
    "requestid": "string",
    "eventid": "string",
    "readonly": "string",
    "resources": "array<struct<arn:string,accountid:string,type:string>>",
    "eventtype": "string",
    "recipientaccountid": "string",
    "sharedeventid": "string",
    "vpcendpointid": "string",
    "eventcategory": "string",
}
"""What CloudTrail records, in Hive's types.

Source: https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-org-wide-trail.html
"""

PARTITIONS: Final = ("account", "region", "timestamp")
"""What the table is partitioned by: the folders of an organization's trail, of which the last three are one day."""
_NAME: Final = r"[a-z][a-z0-9_]{0,127}"
_FOLDERS: Final = "$${account}/CloudTrail/$${region}/$${timestamp}"  # as Terraform writes Athena's ${account}


@typed
@dataclass(frozen=True)
class TrailTable:
    """The names of all that queries of a trail need.

    Args:
        workgroup: The Athena workgroup.
        database: The database in the account's Glue Data Catalog.
        table: The table in it.
        archive_bucket: The bucket that the trail delivers to.
        results_bucket: The bucket of results, unique in the partition.
        key_arn: The KMS key that encrypts both.
        account_id: The account that has the archive.
        organization_id: The organization, whose folder in the archive is read.
        region: The region of all this.
        partition: ``aws`` or ``aws-us-gov``.

    Raises:
        InvalidValueError: If a name is none that Athena takes without quotes, or account or region is malformed.
    """

    workgroup: str
    database: str
    table: str
    archive_bucket: str
    results_bucket: str
    key_arn: str
    account_id: str
    organization_id: str
    region: str
    partition: str = "aws"

    def __post_init__(self) -> None:
        for argument, name in (("database", self.database), ("table", self.table)):
            require_match(argument, name, _NAME, expected="a small letter, then small letters, digits and '_'")
        expected = "1 to 128 letters, digits, '_', '.' and '-'"
        require_match("workgroup", self.workgroup, r"[A-Za-z0-9._-]{1,128}", expected=expected)
        require_account_id("account_id", self.account_id)
        require_region("region", self.region)

    @property
    def location(self) -> str:
        """The folder of the accounts' folders."""
        return f"s3://{self.archive_bucket}/AWSLogs/{self.organization_id}/"

    def projection(self, *, regions: Sequence[str], days: int) -> dict[str, str]:
        """The properties by which Athena finds the table's partitions by itself.

        A query names the accounts that it is about, so that the table need not be changed for a new one.

        Args:
            regions: The regions that have folders.
            days: For how many days logs are kept.

        Returns:
            As Terraform takes them: what Athena fills in is no expression of Terraform's.

        Source: https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
        """
        return {
            "projection.enabled": "true",
            "projection.account.type": "injected",
            "projection.region.type": "enum",
            "projection.region.values": ",".join(sorted(regions)),
            "projection.timestamp.type": "date",
            "projection.timestamp.format": "yyyy/MM/dd",
            "projection.timestamp.interval": "1",
            "projection.timestamp.interval.unit": "DAYS",
            "projection.timestamp.range": f"NOW-{days}DAYS,NOW",
            "storage.location.template": f"{self.location}{_FOLDERS}",
        }
