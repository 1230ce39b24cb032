resource "aws_cloudwatch_log_group" "app" {
  name              = "/terraform/app"
  retention_in_days = var.edition == 1 ? 7 : 30
  tags              = { edition = var.edition }
}

resource "aws_cloudwatch_log_stream" "app" {
  name           = "one"
  log_group_name = aws_cloudwatch_log_group.app.name
}

resource "aws_cloudwatch_log_metric_filter" "errors" {
  name           = "errors"
  log_group_name = aws_cloudwatch_log_group.app.name
  pattern        = "{ $.level = \"ERROR${var.edition}\" }"

  metric_transformation {
    namespace     = "Terraform"
    name          = "Errors"
    value         = "1"
    default_value = "0"
  }
}

resource "aws_cloudwatch_log_subscription_filter" "out" {
  name            = "out"
  log_group_name  = aws_cloudwatch_log_group.app.name
  filter_pattern  = "edition${var.edition}"
  destination_arn = aws_kinesis_stream.records.arn
  role_arn        = local.role
}

resource "aws_cloudwatch_log_destination" "hub" {
  name       = "hub"
  target_arn = aws_kinesis_stream.records.arn
  role_arn   = local.role
  tags       = { edition = var.edition }
}

resource "aws_cloudwatch_log_destination_policy" "hub" {
  destination_name = aws_cloudwatch_log_destination.hub.name
  access_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "11111111111${var.edition}" }
      Action    = "logs:PutSubscriptionFilter"
      Resource  = aws_cloudwatch_log_destination.hub.arn
    }]
  })
}

resource "aws_cloudwatch_log_subscription_filter" "hub" {
  name            = "hub"
  log_group_name  = aws_cloudwatch_log_group.app.name
  filter_pattern  = ""
  destination_arn = aws_cloudwatch_log_destination.hub.arn
  distribution    = "Random"
}

resource "aws_cloudwatch_log_account_policy" "all" {
  policy_name = "all"
  policy_type = "SUBSCRIPTION_FILTER_POLICY"
  policy_document = jsonencode({
    DestinationArn = aws_kinesis_stream.records.arn
    RoleArn        = local.role
    FilterPattern  = "edition${var.edition}"
  })
  selection_criteria = "LogGroupName NOT IN [\"/terraform/app\"]"
}

resource "aws_cloudwatch_log_data_protection_policy" "app" {
  log_group_name = aws_cloudwatch_log_group.app.name
  policy_document = jsonencode({
    Name    = "edition${var.edition}"
    Version = "2021-06-01"
    Statement = [
      {
        Sid            = "Audit"
        DataIdentifier = ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"]
        Operation      = { Audit = { FindingsDestination = {} } }
      },
      {
        Sid            = "Mask"
        DataIdentifier = ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"]
        Operation      = { Deidentify = { MaskConfig = {} } }
      }
    ]
  })
}

resource "aws_cloudwatch_log_index_policy" "app" {
  log_group_name  = aws_cloudwatch_log_group.app.name
  policy_document = jsonencode({ Fields = ["requestId", "edition${var.edition}"] })
}
