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

resource "aws_cloudwatch_contributor_insight_rule" "talkers" {
  rule_name  = "talkers"
  rule_state = var.edition == 1 ? "ENABLED" : "DISABLED"
  rule_definition = jsonencode({
    Schema        = { Name = "CloudWatchLogRule", Version = 1 }
    LogGroupNames = ["/terraform/*"]
    LogFormat     = "JSON"
    Contribution  = { Keys = ["$.client"], Filters = [] }
    AggregateOn   = "Count"
  })
  tags = { edition = var.edition }
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

resource "aws_cloudwatch_log_resource_policy" "rules" {
  policy_name = "rules"
  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = ["events.amazonaws.com", "delivery.logs.amazonaws.com"] }
      Action    = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource  = "${aws_cloudwatch_log_group.app.arn}:edition${var.edition}*"
    }]
  })
}

resource "aws_cloudwatch_query_definition" "slow" {
  name            = "terraform/slow"
  log_group_names = [aws_cloudwatch_log_group.app.name]
  query_string    = "filter ms > ${var.edition} | sort ms desc | limit 20"
}

resource "aws_cloudwatch_log_anomaly_detector" "app" {
  detector_name           = "terraform"
  log_group_arn_list      = [aws_cloudwatch_log_group.app.arn]
  anomaly_visibility_time = 7 + var.edition
  evaluation_frequency    = "TEN_MIN"
  enabled                 = true
}

resource "aws_cloudwatch_log_group" "hub" {
  name = "/terraform/hub"
}

resource "aws_cloudwatch_log_delivery_source" "app" {
  name         = "terraform"
  log_type     = "APPLICATION_LOGS"
  resource_arn = aws_cloudwatch_log_group.app.arn
}

resource "aws_cloudwatch_log_delivery_destination" "hub" {
  name          = "terraform"
  output_format = "json"
  tags          = { edition = var.edition }

  delivery_destination_configuration {
    destination_resource_arn = aws_cloudwatch_log_group.hub.arn
  }
}

resource "aws_cloudwatch_log_delivery" "app" {
  delivery_source_name     = aws_cloudwatch_log_delivery_source.app.name
  delivery_destination_arn = aws_cloudwatch_log_delivery_destination.hub.arn
}
