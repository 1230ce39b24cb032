terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "endpoint" {
  type = string
}

# What a change changes: apply with 1, then with 2.
variable "edition" {
  type = number
}

locals {
  role = "arn:aws:iam::000000000000:role/terraform"
}

provider "aws" {
  skip_metadata_api_check = true
  endpoints {
    autoscaling = var.endpoint
    cloudtrail  = var.endpoint
    cloudwatch  = var.endpoint
    events      = var.endpoint
    iam         = var.endpoint
    kinesis     = var.endpoint
    logs        = var.endpoint
    sns         = var.endpoint
    sts         = var.endpoint
  }
}
