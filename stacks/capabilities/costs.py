"""What AWS charges for each capability: what drives the bill, never how much, since prices change.

Source: https://aws.amazon.com/pricing/ (November 2026)
"""

from collections.abc import Mapping
from typing import Final

_FREE: Final = ("Nothing.",)

COST_DRIVERS: Final[Mapping[str, tuple[str, ...]]] = {
    "accepted_shares": _FREE,
    "account_id": _FREE,
    "baseline": ("Nothing; a KMS key of your own for volumes costs by the month and by request.",),
    "baseline.regions": _FREE,
    "budget": _FREE,
    "ci": _FREE,
    "config_recorder": (
        "Each recorded change of a resource, in every account and region: by far the largest part in a busy account.",
        "`frequency: DAILY` and `excluded_resource_types` lower it.",
    ),
    "container_registry": ("Storage of images; traffic to other regions and the internet.",),
    "cost": _FREE,
    "delegated_administrators": _FREE,
    "delivery": ("The state's bucket and key, and the lock table where there is one: cents a month.",),
    "dns": ("Each zone by the month, queries by the million.",),
    "dns.dnssec": ("A KMS key by the month for each zone, and its use by the ten thousand.",),
    "dns.query_log": ("Each gigabyte of logs, and a KMS key by the month for all zones of an account.",),
    "execution_role": _FREE,
    "identity_center": _FREE,
    "ipam": ("Each address in use by the hour, in all accounts, with `advanced: true`.",),
    "logging": (
        "Storage of logs, less after `archive_after_days`.",
        "The first trail's management events cost nothing; data events and insights cost by the event.",
        "Two KMS keys by the month (the archive's and the alerts').",
    ),
    "logging.alerts": (
        "Events sent to the security account, by the million; mails after the first thousand of a month.",
    ),
    "network": (
        "Each NAT gateway by the hour, and each gigabyte through it.",
        "Each interface endpoint by hour and zone, and each gigabyte; gateway endpoints cost nothing.",
        "Each attachment to the transit gateway by the hour, and each gigabyte.",
        "Public addresses by the hour; flow logs by the gigabyte.",
    ),
    "roles": _FREE,
    "scheduled_scaling": (
        "Calls of the scheduler, after the first millions of a month; a KMS key of your own (`keys`).",
    ),
    "security.access_analyzer": (
        "External access costs nothing; `unused_access` costs by the month for each role and user of all accounts.",
    ),
    "security.central_root_access": _FREE,
    "security.config": ("Each evaluation of a rule, in every account and region.",),
    "security.detective": ("Each gigabyte of logs read.",),
    "security.guardduty": (
        "Events and logs analyzed, in every account and region; each of the `features` by what it looks at.",
    ),
    "security.inspector": ("Each instance by the month, each image by the scan, each function by the month.",),
    "security.macie": ("Each bucket by the month, each gigabyte inspected.",),
    "security.security_hub": (
        "Each check of a standard, in every account and region, and findings of other services by the thousand.",
        "Controls need `config_recorder`, whose records are charged there.",
    ),
    "shares": _FREE,
    "transit_gateway": ("Nothing by itself: attachments and traffic are charged where they are (`network`).",),
}
"""By capability, what its monthly cost depends on."""
