terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "5.100.0" }
  }
}

provider "aws" { region = "eu-central-1" }

resource "aws_organizations_organization" "this" {
  feature_set                   = "ALL"
  aws_service_access_principals = ["ram.amazonaws.com", "sso.amazonaws.com"]
  enabled_policy_types          = ["SERVICE_CONTROL_POLICY", "TAG_POLICY", "BACKUP_POLICY", "DECLARATIVE_POLICY_EC2"]
}

resource "aws_organizations_organizational_unit" "workloads" {
  name      = "Workloads"
  parent_id = aws_organizations_organization.this.roots[0].id
}

resource "aws_organizations_organizational_unit" "production" {
  name      = "Production"
  parent_id = aws_organizations_organizational_unit.workloads.id
}

resource "aws_organizations_account" "network" {
  name      = "network"
  email     = "network@example.com"
  role_name = "OrganizationAccountAccessRole"
  parent_id = aws_organizations_organizational_unit.production.id

  lifecycle { ignore_changes = [role_name] }
}

resource "aws_organizations_policy" "regions" {
  name = "regions"
  content = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      NotAction = ["iam:*", "organizations:*", "sts:*", "s3:*"]
      Resource  = "*"
      Condition = { StringNotEquals = { "aws:RequestedRegion" = ["eu-central-1"] } }
    }]
  })
  depends_on = [aws_organizations_organization.this]
}

resource "aws_organizations_policy_attachment" "regions" {
  policy_id = aws_organizations_policy.regions.id
  target_id = aws_organizations_organizational_unit.workloads.id
}

resource "aws_ram_sharing_with_organization" "this" { depends_on = [aws_organizations_organization.this] }

provider "aws" {
  alias               = "network"
  region              = "eu-central-1"
  allowed_account_ids = [aws_organizations_account.network.id]
  assume_role {
    role_arn     = "arn:aws:iam::${aws_organizations_account.network.id}:role/OrganizationAccountAccessRole"
    session_name = "terraform-network"
  }
}

resource "aws_s3_account_public_access_block" "this" {
  provider          = aws.network
  block_public_acls = true
}

resource "aws_s3_bucket" "this" {
  provider = aws.network
  bucket   = "bucket-without-path-style-argument"
}

resource "aws_s3_object" "this" {
  provider = aws.network
  bucket   = aws_s3_bucket.this.bucket
  key      = "some/key"
  content  = "content"
}

resource "aws_ram_resource_share" "this" {
  provider                  = aws.network
  name                      = "shared"
  allow_external_principals = false
}

resource "aws_ram_principal_association" "this" {
  provider           = aws.network
  resource_share_arn = aws_ram_resource_share.this.arn
  principal          = aws_organizations_organizational_unit.production.arn
  depends_on         = [aws_ram_sharing_with_organization.this]
}

output "network" { value = aws_organizations_account.network.id }
