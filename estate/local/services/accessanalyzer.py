"""IAM Access Analyzer, which moto does not have at all: analyzers and their archive rules."""

from __future__ import annotations

from datetime import UTC, datetime

from estate.local.answers import AwsError
from estate.local.delegation import Administrators
from estate.local.extension import Answer, Call, Extension, Json, Shelf
from estate.local.membership import organization_of

extension = Extension("accessanalyzer")

_administrators = Administrators("access-analyzer.amazonaws.com")
_analyzers = Shelf[dict[str, Json]](dict)
_archive_rules = Shelf[dict[tuple[str, str], Json]](dict)


@extension.answers("CreateAnalyzer")
def create_analyzer(call: Call) -> Answer:
    """Create an analyzer. One of the whole organization: only from its management account or the administrator."""
    name = call["analyzerName"]
    if name in _analyzers(call):
        raise AwsError("ConflictException", f"There is an analyzer {name} already.")
    organization = organization_of(call.account_id, call.partition)
    if call["type"].startswith("ORGANIZATION") and (organization is None or organization.account_id != call.account_id):
        _administrators.require(call, "ValidationException")
    arn = call.arn(f"analyzer/{name}", service="access-analyzer")
    analyzer = {
        "arn": arn,
        "name": name,
        "type": call["type"],
        "status": "ACTIVE",
        "createdAt": datetime.now(UTC),
        "tags": call.get("tags", {}),
    }
    if call.get("configuration"):
        analyzer["configuration"] = call["configuration"]
    _analyzers(call)[name] = analyzer
    for rule in call.get("archiveRules", []):
        _archive_rules(call)[name, rule["ruleName"]] = _rule(rule)
    return {"arn": arn}


@extension.answers("UpdateAnalyzer")
def update_analyzer(call: Call) -> Answer:
    """Change what an analyzer looks at."""
    analyzer = _analyzer(call)
    analyzer["configuration"] = call.get("configuration", analyzer.get("configuration"))
    return {"configuration": analyzer["configuration"]}


@extension.answers("GetAnalyzer")
def get_analyzer(call: Call) -> Answer:
    """Show an analyzer."""
    return {"analyzer": _analyzer(call)}


@extension.answers("ListAnalyzers")
def list_analyzers(call: Call) -> Answer:
    """List analyzers, of one type if asked."""
    found = _analyzers(call).values()
    return {"analyzers": [one for one in found if call.get("type", one["type"]) == one["type"]]}


@extension.answers("DeleteAnalyzer")
def delete_analyzer(call: Call) -> Answer:
    """Delete an analyzer and its archive rules."""
    name = _analyzer(call)["name"]
    del _analyzers(call)[name]
    for key in [key for key in _archive_rules(call) if key[0] == name]:
        del _archive_rules(call)[key]
    return {}


@extension.answers("CreateArchiveRule", "UpdateArchiveRule")
def put_archive_rule(call: Call) -> Answer:
    """Create or change an archive rule."""
    _archive_rules(call)[_analyzer(call)["name"], call["ruleName"]] = _rule(call.given())
    return {}


@extension.answers("GetArchiveRule")
def get_archive_rule(call: Call) -> Answer:
    """Show an archive rule."""
    rule = _archive_rules(call).get((call["analyzerName"], call["ruleName"]))
    if rule is None:
        raise AwsError("ResourceNotFoundException", f"There is no archive rule {call['ruleName']}.")
    return {"archiveRule": rule}


@extension.answers("ListArchiveRules")
def list_archive_rules(call: Call) -> Answer:
    """List an analyzer's archive rules."""
    name = _analyzer(call)["name"]
    return {"archiveRules": [rule for key, rule in _archive_rules(call).items() if key[0] == name]}


@extension.answers("DeleteArchiveRule")
def delete_archive_rule(call: Call) -> Answer:
    """Delete an archive rule."""
    _archive_rules(call).pop((call["analyzerName"], call["ruleName"]), None)
    return {}


@extension.answers("ListTagsForResource", "TagResource", "UntagResource")
def tags(call: Call) -> Answer:
    """Keep an analyzer's tags."""
    analyzer = next((one for one in _analyzers(call).values() if one["arn"] == call["resourceArn"]), None)
    if analyzer is None:
        raise AwsError("ResourceNotFoundException", f"There is no analyzer {call['resourceArn']}.")
    analyzer["tags"].update(call.get("tags", {}))
    for key in call.get("tagKeys", []):
        analyzer["tags"].pop(key, None)
    return {"tags": analyzer["tags"]} if call.operation.startswith("List") else {}


def _analyzer(call: Call) -> Json:
    analyzer = _analyzers(call).get(call["analyzerName"])
    if analyzer is None:
        raise AwsError("ResourceNotFoundException", f"There is no analyzer {call['analyzerName']}.")
    return analyzer


def _rule(rule: Json) -> Json:
    now = datetime.now(UTC)
    return {"ruleName": rule["ruleName"], "filter": rule["filter"], "createdAt": now, "updatedAt": now}
