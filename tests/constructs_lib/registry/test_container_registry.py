import json

import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.registry.container_registry import ContainerRegistryConstruct
from tests.template import synth


def build(stack, **changes):
    arguments = {"repositories": {"api": "shop/api"}, "organization_id": "o-a1b2c3d4e5"}
    return ContainerRegistryConstruct(stack, "registry", **{**arguments, **changes})


@pytest.mark.row("C1")
def test_images_are_scanned_and_their_tags_stay():
    repository = synth(build).only("aws_ecr_repository")
    assert (repository["name"], repository["image_tag_mutability"]) == ("shop/api", "IMMUTABLE")
    assert repository["image_scanning_configuration"] == {"scan_on_push": True}
    assert repository["encryption_configuration"] == [{"encryption_type": "AES256"}]


@pytest.mark.row("C1")
def test_the_organization_pulls_and_nobody_else_pushes():
    pull, lambda_ = synth(build).policy("aws_ecr_repository_policy", "policy")["Statement"]
    assert pull["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    for actions in (pull["Action"], lambda_["Action"]):
        assert not [action for action in actions if "Put" in action or "Upload" in action]


@pytest.mark.row("C1")
def test_lambda_pulls_for_functions_of_the_organization_alone():
    document = synth(build).policy("aws_ecr_repository_policy", "policy")
    (found,) = [each for each in document["Statement"] if each["Principal"] == {"Service": "lambda.amazonaws.com"}]
    assert found["Action"] == ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    assert found["Condition"] == {"StringEquals": {"aws:SourceOrgID": "o-a1b2c3d4e5"}}


def test_ci_pushes_and_a_key_encrypts_when_given():
    ci, key = "arn:aws:iam::222222222222:role/ci", "arn:aws:kms:eu-central-1:222222222222:key/k"
    template = synth(lambda stack: build(stack, push_arns=[ci], key_arn=key, mutable_tags=True))
    push = template.policy("aws_ecr_repository_policy", "policy")["Statement"][-1]
    assert push["Principal"] == {"AWS": ci}
    assert "ecr:PutImage" in push["Action"]
    repository = template.only("aws_ecr_repository")
    assert repository["encryption_configuration"] == [{"encryption_type": "KMS", "kms_key": key}]
    assert repository["image_tag_mutability"] == "MUTABLE"


def test_old_images_go():
    policy = synth(lambda stack: build(stack, kept_images=30, untagged_days=1)).only("aws_ecr_lifecycle_policy")
    untagged, tagged = json.loads(policy["policy"])["rules"]
    assert (untagged["selection"]["tagStatus"], untagged["selection"]["countNumber"]) == ("untagged", 1)
    assert (tagged["selection"]["countType"], tagged["selection"]["countNumber"]) == ("imageCountMoreThan", 30)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"repositories": {}}, "at least one"),
        ({"repositories": {"api": "Shop/API"}}, "in lower case"),
        ({"repositories": {"API": "shop/api"}}, "repositories is 'API'"),
        ({"organization_id": "acme"}, "organization_id is 'acme'"),
        ({"kept_images": 0}, "kept_images is 0"),
        ({"untagged_days": 0}, "untagged_days is 0"),
    ],
)
def test_what_ecr_would_refuse_is_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: build(stack, **changes))
