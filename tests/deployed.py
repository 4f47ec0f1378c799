"""What end-to-end tests ask of the deployed sample organization."""

import yaml

from estate.terraform.synth import synthesize


def tree(demo):
    """Paths of names, as AWS shows the OUs, with the accounts in them."""
    client = demo.local.session().client("organizations")
    root = client.list_roots()["Roots"][0]["Id"]
    found = {}

    def visit(parent, path):
        pages = client.get_paginator("list_accounts_for_parent").paginate(ParentId=parent)
        found[path] = sorted(account["Name"] for page in pages for account in page["Accounts"])
        for page in client.get_paginator("list_organizational_units_for_parent").paginate(ParentId=parent):
            for unit in page["OrganizationalUnits"]:
                visit(unit["Id"], f"{path}/{unit['Name']}" if path else unit["Name"])

    visit(root, "")
    return found


def stacks(demo):
    return {path.parent.name: path.read_bytes() for path in (demo.out / "stacks").glob("*/cdk.tf.json")}


def resynthesize(demo):
    synthesize(out=demo.out, variables=demo.variables)
    return stacks(demo)


def edit(path, change):
    """Change a YAML file of the demonstration's configuration."""
    data = yaml.safe_load(path.read_text())
    change(data)
    path.write_text(yaml.safe_dump(data))


def planned_actions(stack):
    """What a plan does, by address."""
    if not (stack.directory / ".terraform").is_dir():
        stack.init()  # which hashes the provider
    if not stack.plan():
        return {}
    return {
        change["address"]: change["change"]["actions"]
        for change in stack.planned()["resource_changes"]
        if change["change"]["actions"] not in (["no-op"], ["read"])
    }
