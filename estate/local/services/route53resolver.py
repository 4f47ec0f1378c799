"""Route 53 Resolver: what other accounts share of it, DNS Firewall, query logs that go again. Rules and endpoints are moto's."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from moto.route53resolver.models import Route53ResolverBackend, route53resolver_backends

from estate.local.answers import AwsError
from estate.local.authority import Resource
from estate.local.extension import MOTO_ANSWERS, Answer, Call, Extension, Json, Shelf
from estate.local.services.ram_reach import shared_resources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

extension = Extension("route53resolver")

_found = Shelf[dict[str, Json]](dict)
"""Domain lists, rule groups and their associations by id: what they are, with domains, rules and tags."""
_SHARED: Final = {"resolver-rule": "resolver_rules", "resolver-query-log-config": "resolver_query_log_configs"}
_RULE: Final = ("Priority", "Action", "BlockResponse", "Name", "FirewallDomainRedirectionAction", "Qtype")


@extension.amends("Rules and query logs that another account shares are seen by the accounts they are shared with.")
def _show_shared() -> None:
    for kind, name in (
        ("resolver-rule", "associate_resolver_rule"),
        ("resolver-rule", "get_resolver_rule"),
        ("resolver-query-log-config", "associate_resolver_query_log_config"),
        ("resolver-query-log-config", "get_resolver_query_log_config"),
    ):
        setattr(Route53ResolverBackend, name, _with_shared(getattr(Route53ResolverBackend, name), kind))


def _with_shared(method: Callable[..., Any], kind: str) -> Callable[..., Any]:
    def found(self: Route53ResolverBackend, *arguments: Any, **named: Any) -> Any:
        attribute = _SHARED[kind]
        own = getattr(self, attribute)
        shared: dict[str, Any] = {}
        for owner, arn in shared_resources(self.account_id, self.partition, self.region_name):
            if f":{kind}/" in arn:
                there = getattr(route53resolver_backends[owner][self.region_name], attribute)
                id_ = arn.rpartition("/")[2]
                shared |= {id_: there[id_]} if id_ in there else {}
        setattr(self, attribute, {**own, **shared})
        try:
            return method(self, *arguments, **named)
        finally:
            setattr(self, attribute, own)

    return found


@extension.amends("A query log's tags can be listed and changed, as those of rules and endpoints.")
def _know_query_logs() -> None:
    matched = Route53ResolverBackend._matched_arn  # noqa: SLF001 - what moto looks for

    def matched_too(self: Route53ResolverBackend, resource_arn: str) -> None:
        if resource_arn not in [config.arn for config in self.resolver_query_log_configs.values()]:
            matched(self, resource_arn)

    Route53ResolverBackend._matched_arn = matched_too  # type: ignore[method-assign] # noqa: SLF001


@extension.answers("DeleteResolverQueryLogConfig")
def delete_resolver_query_log_config(call: Call) -> Answer:
    """Delete a query log."""
    kept = route53resolver_backends[call.account_id][call.region].resolver_query_log_configs
    config = kept.pop(call["ResolverQueryLogConfigId"], None)
    if config is None:
        raise _absent(call["ResolverQueryLogConfigId"])
    return {"ResolverQueryLogConfig": {**config.description(), "Status": "DELETING"}}


@extension.answers("DisassociateResolverQueryLogConfig")
def disassociate_resolver_query_log_config(call: Call) -> Answer:
    """Let a VPC's queries go unlogged."""
    kept = route53resolver_backends[call.account_id][call.region].resolver_query_log_config_associations
    for id_, association in list(kept.items()):
        if (association.resolver_query_log_config_id, association.resource_id) == (
            call["ResolverQueryLogConfigId"],
            call["ResourceId"],
        ):
            del kept[id_]
            return {"ResolverQueryLogConfigAssociation": {**association.description(), "Status": "DELETING"}}
    raise _absent(call["ResourceId"])


@extension.answers("CreateFirewallDomainList")
def create_firewall_domain_list(call: Call) -> Answer:
    """Make an empty list."""
    made = _make(call, "rslvr-fdl", "firewall-domain-list", {"Name": call["Name"], "DomainCount": 0})
    made["domains"] = []
    return {"FirewallDomainList": made["what"]}


@extension.answers("UpdateFirewallDomains")
def update_firewall_domains(call: Call) -> Answer:
    """Add to a list, take from it, or say it anew."""
    one, given = _get(call, call["FirewallDomainListId"]), [_with_dot(domain) for domain in call["Domains"]]
    kept = {
        "ADD": [*one["domains"], *(each for each in given if each not in one["domains"])],
        "REMOVE": [each for each in one["domains"] if each not in given],
        "REPLACE": given,
    }[call["Operation"]]
    one["domains"] = kept
    one["what"]["DomainCount"] = len(kept)
    return {"Id": one["what"]["Id"], "Name": one["what"]["Name"], "Status": "COMPLETE"}


@extension.answers("GetFirewallDomainList")
def get_firewall_domain_list(call: Call) -> Answer:
    """Show a list."""
    return {"FirewallDomainList": _get(call, call["FirewallDomainListId"])["what"]}


@extension.answers("ListFirewallDomains")
def list_firewall_domains(call: Call) -> Answer:
    """Show what is in a list."""
    return {"Domains": _get(call, call["FirewallDomainListId"])["domains"]}


@extension.answers("DeleteFirewallDomainList")
def delete_firewall_domain_list(call: Call) -> Answer:
    """Delete a list that no rule names."""
    id_ = call["FirewallDomainListId"]
    one = _get(call, id_)
    if any(rule["FirewallDomainListId"] == id_ for each in _found(call).values() for rule in each.get("rules", ())):
        raise AwsError("ConflictException", f"{id_} is in use.")
    del _found(call)[id_]
    return {"FirewallDomainList": {**one["what"], "Status": "DELETING"}}


@extension.answers("CreateFirewallRuleGroup")
def create_firewall_rule_group(call: Call) -> Answer:
    """Make a rule group."""
    what = {"Name": call["Name"], "RuleCount": 0, "OwnerId": call.account_id, "ShareStatus": "NOT_SHARED"}
    made = _make(call, "rslvr-frg", "firewall-rule-group", what)
    made["rules"] = []
    return {"FirewallRuleGroup": made["what"]}


@extension.answers("GetFirewallRuleGroup")
def get_firewall_rule_group(call: Call) -> Answer:
    """Show a rule group, of one's own or shared."""
    return {"FirewallRuleGroup": _rule_group(call)["what"]}


@extension.answers("DeleteFirewallRuleGroup")
def delete_firewall_rule_group(call: Call) -> Answer:
    """Delete a rule group that no VPC uses."""
    id_ = call["FirewallRuleGroupId"]
    one = _get(call, id_)
    for _, _, kept in _found.each():
        if any(each["what"].get("FirewallRuleGroupId") == id_ for each in kept.values()):
            raise AwsError("ConflictException", f"{id_} is associated with a VPC.")
    del _found(call)[id_]
    return {"FirewallRuleGroup": {**one["what"], "Status": "DELETING"}}


@extension.answers("CreateFirewallRule")
def create_firewall_rule(call: Call) -> Answer:
    """Add a rule for a list, taken at its word if it is not the account's: AWS keeps some. No two have one priority."""
    group = _get(call, call["FirewallRuleGroupId"])
    if any(rule["Priority"] == call["Priority"] for rule in group["rules"]):
        raise AwsError("ConflictException", f"There is a rule of priority {call['Priority']} already.")
    rule = {
        "FirewallRuleGroupId": call["FirewallRuleGroupId"],
        "FirewallDomainListId": call["FirewallDomainListId"],
        "CreatorRequestId": call.get("CreatorRequestId", ""),
        "FirewallDomainRedirectionAction": "INSPECT_REDIRECTION_DOMAIN",
        **{key: call[key] for key in _RULE if call.get(key) is not None},
    }
    group["rules"].append(rule)
    group["what"]["RuleCount"] = len(group["rules"])
    return {"FirewallRule": rule}


@extension.answers("UpdateFirewallRule")
def update_firewall_rule(call: Call) -> Answer:
    """Change a rule."""
    rule = _rule(call)
    if call.get("Action") not in (None, "BLOCK"):
        rule.pop("BlockResponse", None)
    rule |= {key: call[key] for key in _RULE if call.get(key) is not None}
    return {"FirewallRule": rule}


@extension.answers("ListFirewallRules")
def list_firewall_rules(call: Call) -> Answer:
    """Show the rules of a group."""
    return {"FirewallRules": _rule_group(call)["rules"]}


@extension.answers("DeleteFirewallRule")
def delete_firewall_rule(call: Call) -> Answer:
    """Take a rule away."""
    rule, group = _rule(call), _get(call, call["FirewallRuleGroupId"])
    group["rules"] = [each for each in group["rules"] if each is not rule]
    group["what"]["RuleCount"] = len(group["rules"])
    return {"FirewallRule": rule}


@extension.answers("AssociateFirewallRuleGroup")
def associate_firewall_rule_group(call: Call) -> Answer:
    """Let a rule group, of one's own or shared, decide on a VPC's queries."""
    _rule_group(call)
    for each in _found(call).values():
        if each["what"].get("VpcId") != call["VpcId"]:
            continue
        if each["what"]["Priority"] == call["Priority"]:
            raise AwsError("ValidationException", f"The VPC has a rule group of priority {call['Priority']} already.")
        if each["what"]["FirewallRuleGroupId"] == call["FirewallRuleGroupId"]:
            raise AwsError("ConflictException", "The VPC has this rule group already.")
    what = {
        "FirewallRuleGroupId": call["FirewallRuleGroupId"],
        "VpcId": call["VpcId"],
        "Name": call["Name"],
        "Priority": call["Priority"],
        "MutationProtection": call.get("MutationProtection", "DISABLED"),
    }
    return {
        "FirewallRuleGroupAssociation": _make(call, "rslvr-frgassoc", "firewall-rule-group-association", what)["what"]
    }


@extension.answers("GetFirewallRuleGroupAssociation")
def get_firewall_rule_group_association(call: Call) -> Answer:
    """Show which rule group decides on which VPC's queries."""
    return {"FirewallRuleGroupAssociation": _get(call, call["FirewallRuleGroupAssociationId"])["what"]}


@extension.answers("UpdateFirewallRuleGroupAssociation")
def update_firewall_rule_group_association(call: Call) -> Answer:
    """Change when the group is asked, and what the association is called."""
    one = _get(call, call["FirewallRuleGroupAssociationId"])
    one["what"] |= {key: call[key] for key in ("Priority", "MutationProtection", "Name") if call.get(key) is not None}
    return {"FirewallRuleGroupAssociation": one["what"]}


@extension.answers("DisassociateFirewallRuleGroup")
def disassociate_firewall_rule_group(call: Call) -> Answer:
    """Let the group decide no more."""
    one = _get(call, call["FirewallRuleGroupAssociationId"])
    del _found(call)[one["what"]["Id"]]
    return {"FirewallRuleGroupAssociation": {**one["what"], "Status": "DELETING"}}


@extension.answers("ListTagsForResource")
def list_tags_for_resource(call: Call) -> Answer:
    """List the tags of what is ours; moto lists those of the rest."""
    one = _by_arn(call)
    return MOTO_ANSWERS if one is None else {"Tags": one["tags"]}


@extension.answers("TagResource")
def tag_resource(call: Call) -> Answer:
    """Tag what is ours."""
    one = _by_arn(call)
    if one is None:
        return MOTO_ANSWERS
    keys = {tag["Key"] for tag in call["Tags"]}
    one["tags"] = [*(tag for tag in one["tags"] if tag["Key"] not in keys), *call["Tags"]]
    return {}


@extension.answers("UntagResource")
def untag_resource(call: Call) -> Answer:
    """Take tags of what is ours away."""
    one = _by_arn(call)
    if one is None:
        return MOTO_ANSWERS
    one["tags"] = [tag for tag in one["tags"] if tag["Key"] not in call["TagKeys"]]
    return {}


def _make(call: Call, prefix: str, kind: str, what: Json) -> Json:
    id_ = f"{prefix}-{uuid.uuid4().hex[:16]}"
    request = {"CreatorRequestId": call.get("CreatorRequestId", "")}
    made = {"what": {"Id": id_, "Arn": call.arn(f"{kind}/{id_}"), "Status": "COMPLETE", **request, **what}}
    _found(call)[id_] = {**made, "tags": call.get("Tags", [])}
    return _found(call)[id_]


def _get(call: Call, id_: str) -> Json:
    one = _found(call).get(id_)
    if one is None:
        raise _absent(id_)
    return one


def _by_arn(call: Call) -> Json | None:
    return next((one for one in _found(call).values() if one["what"]["Arn"] == call["ResourceArn"]), None)


def _rule_group(call: Call) -> Json:
    """A rule group of the account, or one that another shares with it."""
    id_ = call["FirewallRuleGroupId"]
    for owner, arn in shared_resources(call.account_id, call.partition, call.region):
        if arn.endswith(f":firewall-rule-group/{id_}") and id_ in _found.of(owner, call.region):
            return _found.of(owner, call.region)[id_]
    return _get(call, id_)


def _rule(call: Call) -> Json:
    for rule in _get(call, call["FirewallRuleGroupId"])["rules"]:
        if rule["FirewallDomainListId"] == call["FirewallDomainListId"]:
            found: Json = rule
            return found
    raise _absent(call["FirewallDomainListId"])


def _with_dot(domain: str) -> str:
    return domain if domain.endswith(".") else f"{domain}."


def _absent(id_: str) -> AwsError:
    return AwsError("ResourceNotFoundException", f"{id_} does not exist.")


def _resource(call: Call) -> list[Resource] | None:
    """The rules, lists, groups and logs that are named, whose account may be another one."""
    return [Resource(arn, call.account_id) for arn in _arns(call)] or None


def _arns(call: Call) -> Iterator[str]:
    kinds = {
        "FirewallDomainListId": "firewall-domain-list",
        "FirewallRuleGroupId": "firewall-rule-group",
        "FirewallRuleGroupAssociationId": "firewall-rule-group-association",
        "ResolverEndpointId": "resolver-endpoint",
        "ResolverQueryLogConfigId": "resolver-query-log-config",
        "ResolverRuleId": "resolver-rule",
    }
    if call.get("ResourceArn"):
        yield call["ResourceArn"]
    for key, kind in kinds.items():
        if call.get(key):
            yield call.arn(f"{kind}/{call[key]}")


extension.resource_of = _resource
