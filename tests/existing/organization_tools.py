"""What the builders share: clients that reach one endpoint and nothing else, and a small organization DSL.

It uses boto3 and nothing of the product, as somebody does who made an organization by hand.
"""

import json
import os
import time

import boto3
from botocore.config import Config

REGION = "eu-central-1"


class Aws:
    """Clients of one account at a loopback endpoint.

    The keys are the local AWS's own (docs/local-aws.md); environment, profiles and instance metadata are not looked at.
    """

    def __init__(self, endpoint, keys=None, region=REGION):
        self.endpoint, self.region = endpoint, region
        self.keys = keys or {
            "aws_access_key_id": os.environ.get("LOCAL_AWS_KEY_ID", "AKIALOCALMANAGEMENT0"),
            "aws_secret_access_key": os.environ.get("LOCAL_AWS_SECRET", "the-local-aws-holds-no-secret-at-all-000"),
        }

    def client(self, service, region=None):
        os.environ.update(
            AWS_CONFIG_FILE="/dev/null", AWS_SHARED_CREDENTIALS_FILE="/dev/null", AWS_EC2_METADATA_DISABLED="true"
        )
        config = Config(proxies={}, retries={"max_attempts": 1}, s3={"addressing_style": "path"})
        return boto3.Session(**self.keys, region_name=region or self.region).client(
            service, endpoint_url=self.endpoint, config=config
        )

    def account_id(self):
        return self.client("sts").get_caller_identity()["Account"]

    def into(self, account_id, role):
        """The same in a member account."""
        given = self.client("sts").assume_role(
            RoleArn=f"arn:aws:iam::{account_id}:role/{role}", RoleSessionName="builder"
        )
        keys = given["Credentials"]
        return Aws(
            self.endpoint,
            {
                "aws_access_key_id": keys["AccessKeyId"],
                "aws_secret_access_key": keys["SecretAccessKey"],
                "aws_session_token": keys["SessionToken"],
            },
            self.region,
        )


class Org:
    """Makes an organization, and remembers ids by name."""

    def __init__(self, aws):
        self.aws, self.api = aws, aws.client("organizations")
        self.management = aws.account_id()
        self.organization = self.api.create_organization(FeatureSet="ALL")["Organization"]
        self.root = self.api.list_roots()["Roots"][0]["Id"]
        self.ous, self.accounts, self.policies = {"": self.root}, {}, {}

    def enable_types(self, *types):
        for type_ in types:
            self.api.enable_policy_type(RootId=self.root, PolicyType=type_)

    def trust(self, *services):
        for service in services:
            self.api.enable_aws_service_access(ServicePrincipal=service)

    def ou(self, path, tags=None):
        """Make the OU at a path of names: "Engineering/Prod"."""
        parent, _, name = path.rpartition("/")
        made = self.api.create_organizational_unit(ParentId=self.ous[parent], Name=name, Tags=_tags(tags))
        self.ous[path] = made["OrganizationalUnit"]["Id"]

    def account(self, name, email, path="", role="OrganizationAccountAccessRole", tags=None):
        status = self.api.create_account(AccountName=name, Email=email, RoleName=role, Tags=_tags(tags))[
            "CreateAccountStatus"
        ]
        for _ in range(60):
            if status["State"] != "IN_PROGRESS":
                break
            time.sleep(0.2)
            status = self.api.describe_create_account_status(CreateAccountRequestId=status["Id"])["CreateAccountStatus"]
        id_ = self.accounts[name] = status["AccountId"]
        if path:
            self.api.move_account(AccountId=id_, SourceParentId=self.root, DestinationParentId=self.ous[path])
        return id_

    def policy(self, name, document, targets, type_="SERVICE_CONTROL_POLICY", description="", tags=None):
        """Make a policy and attach it: targets are "" for the root, paths of OUs, or names of accounts."""
        made = self.api.create_policy(
            Name=name, Description=description, Type=type_, Content=json.dumps(document), Tags=_tags(tags)
        )
        id_ = self.policies[name] = made["Policy"]["PolicySummary"]["Id"]
        for target in targets:
            self.api.attach_policy(PolicyId=id_, TargetId=self.ous.get(target) or self.accounts[target])
        return id_

    def delegate(self, account, service):
        self.api.register_delegated_administrator(AccountId=self.accounts[account], ServicePrincipal=service)

    def summary(self):
        return f"{self.organization['Id']}: {len(self.ous) - 1} OUs, {len(self.accounts)} member accounts, {len(self.policies)} policies"


def deny(sid, actions, resources="*", **condition):
    """A statement as people write it in the console."""
    statement = {"Sid": sid, "Effect": "Deny", "Action": actions, "Resource": resources}
    return statement | ({"Condition": condition} if condition else {})


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _tags(tags):
    return [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
