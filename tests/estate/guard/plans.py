"""Plans in Terraform's JSON, made small."""


def change(
    address,
    actions,
    before=None,
    after=None,
    *,
    unknown=None,
    replace_paths=None,
    references=None,
    moved_from=None,
    imported=None,
    sensitive=None,
    constants=None,
):
    """A change; `references` says from which addresses the configuration takes arguments, `constants` what it says itself."""
    found = {"actions": list(actions), "before": before, "after": after, "after_unknown": unknown or {}}
    if replace_paths:
        found["replace_paths"] = replace_paths
    if imported:
        found["importing"] = {"id": imported}
    if sensitive:
        found["before_sensitive"] = found["after_sensitive"] = sensitive
    local = address.rpartition("module.")[2].split(".", 1)[1] if address.startswith("module.") else address
    entry = {"address": address, "mode": "managed", "type": local.split(".")[0], "name": "x", "change": found}
    if moved_from:
        entry["previous_address"] = moved_from
    if references:
        entry["_references"] = references
    if constants:
        entry["_constants"] = constants
    return entry


def plan(*changes, drift=(), deferred=()):
    resources = [
        {
            "address": entry["address"],
            "expressions": {name: {"references": list(found)} for name, found in entry.get("_references", {}).items()}
            | {name: {"constant_value": value} for name, value in entry.get("_constants", {}).items()},
            "provisioners": [{"type": "local-exec"}] if "_provisioners" in entry else [],
        }
        for entry in changes
        if entry.keys() & {"_references", "_provisioners", "_constants"}
    ]
    found = {"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": list(changes)}
    if drift:
        found["resource_drift"] = list(drift)
    if deferred:
        found["deferred_changes"] = [
            {"reason": "provider_config_unknown", "resource_change": entry} for entry in deferred
        ]
    return found | {"configuration": {"root_module": {"resources": resources}}}
