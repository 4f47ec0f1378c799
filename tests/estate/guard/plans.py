"""Plans in Terraform's JSON, made small."""


def change(address, actions, before=None, after=None, *, unknown=None, replace_paths=None):
    found = {"actions": list(actions), "before": before, "after": after, "after_unknown": unknown or {}}
    if replace_paths:
        found["replace_paths"] = replace_paths
    return {"address": address, "mode": "managed", "type": address.split(".")[0], "name": "x", "change": found}


def plan(*changes):
    return {"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": list(changes)}
