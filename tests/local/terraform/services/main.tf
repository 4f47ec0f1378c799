terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "5.100.0" }
  }
}

provider "aws" { region = "us-east-1" }

resource "aws_organizations_organization" "this" {
  feature_set                   = "ALL"
  aws_service_access_principals = ["access-analyzer.amazonaws.com", "guardduty.amazonaws.com", "sso.amazonaws.com"]
}

resource "aws_iam_organizations_features" "this" {
  enabled_features = ["RootCredentialsManagement", "RootSessions"]
  depends_on       = [aws_organizations_organization.this]
}

resource "aws_accessanalyzer_analyzer" "this" {
  analyzer_name = "organization"
  type          = "ORGANIZATION"
  depends_on    = [aws_organizations_organization.this]
}

resource "aws_guardduty_detector" "this" {
  enable = true
  tags   = { team = "security" }
}

resource "aws_guardduty_detector_feature" "this" {
  detector_id = aws_guardduty_detector.this.id
  name        = "S3_DATA_EVENTS"
  status      = "ENABLED"
}

resource "aws_securityhub_account" "this" { enable_default_standards = false }

resource "aws_securityhub_standards_subscription" "this" {
  standards_arn = "arn:aws:securityhub:us-east-1::standards/cis-aws-foundations-benchmark/v/3.0.0"
  depends_on    = [aws_securityhub_account.this]
}

resource "aws_budgets_budget" "this" {
  name         = "monthly"
  budget_type  = "COST"
  limit_amount = "100"
  limit_unit   = "USD"
  time_unit    = "MONTHLY"
  tags         = { team = "finance" }

  notification {
    comparison_operator        = "GREATER_THAN"
    threshold                  = 80
    threshold_type             = "PERCENTAGE"
    notification_type          = "ACTUAL"
    subscriber_email_addresses = ["finance@example.com"]
  }
}

resource "aws_ce_anomaly_monitor" "this" {
  name              = "services"
  monitor_type      = "DIMENSIONAL"
  monitor_dimension = "SERVICE"
}

resource "aws_ce_anomaly_subscription" "this" {
  name             = "daily"
  frequency        = "DAILY"
  monitor_arn_list = [aws_ce_anomaly_monitor.this.arn]
  subscriber {
    type    = "EMAIL"
    address = "finance@example.com"
  }
  threshold_expression {
    dimension {
      key           = "ANOMALY_TOTAL_IMPACT_ABSOLUTE"
      match_options = ["GREATER_THAN_OR_EQUAL"]
      values        = ["100"]
    }
  }
}

data "aws_ssoadmin_instances" "this" { depends_on = [aws_organizations_organization.this] }

resource "aws_ssoadmin_permission_set" "this" {
  name         = "Reader"
  instance_arn = tolist(data.aws_ssoadmin_instances.this.arns)[0]
  tags         = { team = "identity" }
}

resource "aws_ec2_instance_metadata_defaults" "this" { http_tokens = "required" }

resource "aws_ebs_snapshot_block_public_access" "this" { state = "block-all-sharing" }

resource "aws_kms_key" "this" {
  enable_key_rotation     = true
  rotation_period_in_days = 90
  deletion_window_in_days = 7
  tags                    = { team = "security" }
}

resource "aws_servicequotas_service_quota" "this" {
  service_code = "vpc"
  quota_code   = "L-F678F1CE"
  value        = 200
}

resource "aws_ce_cost_allocation_tag" "this" {
  tag_key    = "team"
  status     = "Active"
  depends_on = [aws_kms_key.this] # AWS refuses a tag that nothing has carried
}
