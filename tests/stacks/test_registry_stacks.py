"""Container images for the organization, where the sample has none."""

import json


def test_an_account_has_repositories_when_told(synthesize_changed):
    pusher = "arn:aws:iam::222222222222:role/ci"

    def change(data):
        data["defaults_by_tag"] = {
            "tag:data-classification=confidential": {
                "container_registry": {"repositories": {"api": "shop/api", "web": "shop/web"}, "pushers": [pusher]}
            }
        }

    stack = synthesize_changed(change, ["production"])["production"]["resource"]
    assert {one["name"] for one in stack["aws_ecr_repository"].values()} == {"shop/api", "shop/web"}
    assert {one["image_tag_mutability"] for one in stack["aws_ecr_repository"].values()} == {"IMMUTABLE"}
    policy = json.loads(next(iter(stack["aws_ecr_repository_policy"].values()))["policy"])
    assert policy["Statement"][-1]["Principal"] == {"AWS": pusher}
