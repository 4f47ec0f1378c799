"""Identity Center is compared by name: what somebody did by hand is told, and nothing is that is alike."""

import json
from copy import deepcopy

import pytest

import config
from estate.adoption.drift import drifts
from tests.estate.adoption.test_view import snapshot
from tests.estate.adoption.test_writing import ACCOUNTS, POLICIES, UNITS, write

pytestmark = pytest.mark.row("E4")
SET = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"
INLINE = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


def permission_set(name, **other):
    usual = {
        "Name": name,
        "Description": "",
        "SessionDuration": "PT2H",
        "RelayState": "",
        "ManagedPolicies": ["arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"],
        "CustomerPolicies": [],
        "InlinePolicy": "",
        "Boundary": None,
        "Tags": {},
    }
    return {**usual, **other}


def user(name, **other):
    usual = {
        "UserName": name,
        "GivenName": name.title(),
        "FamilyName": "Doe",
        "DisplayName": f"{name.title()} Doe",
        "Email": f"{name}@example.com",
        "EmailIsUsual": True,
        "External": False,
        "More": [],
    }
    return {**usual, **other}


def group(name, members=(), **other):
    usual = {"Name": name, "Description": "", "External": False, "Members": {f"m-{each}": each for each in members}}
    return {**usual, **other}


def assignment(account, who="g-1", kind="GROUP", permission_set=SET):
    return {"Account": account, "PermissionSet": permission_set, "Type": kind, "Id": who}


def organization_with_people():
    found = snapshot(UNITS, ACCOUNTS, POLICIES)
    found.service_access = ["sso.amazonaws.com"]
    found.identity_center = {
        "InstanceArn": "arn:aws:sso:::instance/ssoins-1",
        "IdentityStoreId": "d-1",
        "Region": "eu-central-1",
        "Groups": {"g-1": group("Readers", ["u-1"]), "g-2": group("From the company", External=True)},
        "Users": {"u-1": user("ada"), "u-2": user("bob")},
        "PermissionSets": {
            SET: permission_set("Read"),
            f"{SET}2": permission_set("Odd", SessionDuration="PT90M"),
            f"{SET}3": permission_set(
                "Write",
                InlinePolicy=json.dumps(INLINE),
                CustomerPolicies=[["/teams/", "Deploy"], ["/", "Look"]],
                Boundary=["/", "Bound"],
            ),
        },
        "Assignments": [
            assignment("222222222222"),
            assignment("222222222222", "g-2"),
            assignment("333333333333", "u-2", "USER", f"{SET}3"),
            assignment("333333333333", permission_set=f"{SET}2"),
        ],
    }
    return found


@pytest.fixture(scope="module")
def organization(tmp_path_factory):
    directory = tmp_path_factory.mktemp("people")
    found = organization_with_people()
    found.inside = {
        id_: {
            "Role": "x",
            "Found": {"imports": {"": {"aws_iam_policy": dict.fromkeys(["/,Look", "/teams/,Deploy", "/,Bound"], "x")}}},
        }
        for id_ in ("333333333333",)
    }
    write(directory, found)
    return config.load(directory, prove_access=False)


def change(name, center):  # noqa: C901, PLR0912 - a table of changes
    match name:
        case "assigned":
            center["Assignments"].append(assignment("333333333333"))
        case "assigned to somebody gone":
            center["Assignments"].append(assignment("333333333333", "u-9", "USER"))
        case "assigned in an unknown account":
            center["Assignments"].append(assignment("444444444444"))
        case "unassigned":
            center["Assignments"].pop(0)
        case "new set":
            center["PermissionSets"][f"{SET}4"] = permission_set("By hand")
        case "no set":
            del center["PermissionSets"][SET]
            center["Assignments"] = center["Assignments"][2:]
        case "more power":
            center["PermissionSets"][SET]["ManagedPolicies"].append("arn:aws:iam::aws:policy/AdministratorAccess")
            center["PermissionSets"][SET]["SessionDuration"] = "PT12H"
        case "inline":
            center["PermissionSets"][f"{SET}3"]["InlinePolicy"] = json.dumps(INLINE).replace("s3:*", "*")
        case "inline put on":
            center["PermissionSets"][SET]["InlinePolicy"] = json.dumps(INLINE)
        case "no boundary":
            center["PermissionSets"][f"{SET}3"]["Boundary"] = None
        case "tags of stacks":
            center["PermissionSets"][SET]["Tags"] = {"Environment": "production"}
        case "new group":
            center["Groups"]["g-3"] = group("By hand")
        case "new group of the company":
            center["Groups"]["g-3"] = group("More", External=True)
        case "no group":
            del center["Groups"]["g-1"]
            center["Assignments"] = center["Assignments"][1:]
            center["Assignments"].pop()
        case "member":
            center["Groups"]["g-1"]["Members"]["m-2"] = "u-2"
        case "no member":
            center["Groups"]["g-1"]["Members"] = {}
        case "member of the company's":
            center["Groups"]["g-2"]["Members"] = {"m-2": "u-2"}
        case "mail":
            center["Users"]["u-1"]["Email"] = "eve@example.com"
        case "odd is assigned":
            center["Assignments"].append(assignment("222222222222", permission_set=f"{SET}2"))


SEVERAL = {
    "no set": [
        "permission-set Read: Permission set 'Read' is not in Identity Center.",
        "assignment 222222222222/Read/group/From the company: Group 'From the company' does not get 'Read' in prod.",
        "assignment 222222222222/Read/group/Readers: Group 'Readers' does not get 'Read' in prod.",
    ],
    "no group": [
        "group Readers: Group 'Readers' is not in Identity Center.",
        "assignment 222222222222/Read/group/Readers: Group 'Readers' does not get 'Read' in prod.",
    ],
}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nothing", None),
        (
            "assigned",
            "assignment 333333333333/Read/group/Readers: Group 'Readers' gets 'Read' in left-in-the-root, beside the configuration.",
        ),
        (
            "assigned to somebody gone",
            "assignment 333333333333/Read/user/u-9: User 'u-9' gets 'Read' in left-in-the-root, beside the configuration.",
        ),
        (
            "assigned in an unknown account",
            "assignment 444444444444/Read/group/Readers: Group 'Readers' gets 'Read' in 444444444444, beside the configuration.",
        ),
        ("unassigned", "assignment 222222222222/Read/group/Readers: Group 'Readers' does not get 'Read' in prod."),
        ("new set", f"permission-set {SET}4: Permission set 'By hand' is not in the configuration."),
        ("no set", SEVERAL["no set"]),
        (
            "more power",
            f"permission-set {SET}: Permission set 'Read' differs from the configuration in `session_hours`, `managed_policies`.",
        ),
        ("inline", f"permission-set {SET}3: Permission set 'Write' differs from the configuration in `statements`."),
        (
            "inline put on",
            f"permission-set {SET}: Permission set 'Read' differs from the configuration in `statements`.",
        ),
        ("no boundary", f"permission-set {SET}3: Permission set 'Write' differs from the configuration in `boundary`."),
        ("tags of stacks", None),
        ("new group", "group g-3: Group 'By hand' is not in the configuration."),
        ("new group of the company", None),
        ("no group", SEVERAL["no group"]),
        ("member", "membership g-1/bob: User 'bob' is in group 'Readers', too."),
        ("no member", "membership g-1/ada: User 'ada' is not in group 'Readers'."),
        ("member of the company's", None),
        ("mail", "user u-1: User 'ada' differs from the configuration in `email`."),
        ("odd is assigned", None),  # adoption wrote it into `left_alone`
    ],
)
def test_each_difference_is_told(organization, name, expected):
    found = organization_with_people()
    change(name, found.identity_center)
    told = [f"{each.kind} {each.id}: {each.message}" for each in drifts(organization, found)]
    assert told == ([] if expected is None else [expected] if isinstance(expected, str) else expected)
    assert all(each.cure for each in drifts(organization, found))


def test_what_cannot_be_read_is_told(organization):
    found = organization_with_people()
    found.identity_center = None
    (told,) = drifts(organization, found)
    assert told.message == "eu-central-1 has no Identity Center."
    found.unread["Identity Center"] = "AccessDenied"
    (told,) = drifts(organization, found)
    assert told.message == "Identity Center could not be read: AccessDenied"


def test_without_identity_center_nothing_of_it_is_told(tmp_path):
    write(tmp_path, snapshot(UNITS, ACCOUNTS, POLICIES))
    found = organization_with_people()
    found.service_access = []
    assert drifts(config.load(tmp_path), deepcopy(found)) == []
