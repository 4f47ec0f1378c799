"""People: IAM Identity Center's permission sets, groups, users and assignments."""
