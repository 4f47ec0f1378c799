"""A table over the log archive, that Athena reads CloudTrail's logs by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

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
