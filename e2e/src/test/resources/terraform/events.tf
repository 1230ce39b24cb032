resource "aws_kinesis_stream" "records" {
  name             = "terraform"
  shard_count      = 1
  retention_period = 24
  tags             = { edition = var.edition }
}

resource "aws_cloudwatch_event_bus" "orders" {
  name = "terraform"
  tags = { edition = var.edition }
}

resource "aws_cloudwatch_event_rule" "paid" {
  name           = "terraform-paid"
  event_bus_name = aws_cloudwatch_event_bus.orders.name
  description    = "Edition ${var.edition}"
  event_pattern  = jsonencode({ source = ["shop"], detail = { edition = [{ numeric = [">=", var.edition] }] } })
  tags           = { edition = var.edition }
}

resource "aws_cloudwatch_event_target" "paid" {
  rule           = aws_cloudwatch_event_rule.paid.name
  event_bus_name = aws_cloudwatch_event_bus.orders.name
  target_id      = "topic"
  arn            = aws_sns_topic.told.arn

  input_transformer {
    input_paths    = { order = "$.detail.order" }
    input_template = "\"Order <order>, edition ${var.edition}\""
  }

  retry_policy {
    maximum_event_age_in_seconds = 3600
    maximum_retry_attempts       = var.edition
  }
}

resource "aws_cloudwatch_event_rule" "hourly" {
  name                = "terraform-hourly"
  schedule_expression = "rate(${1 + var.edition} hours)"
}

resource "aws_cloudwatch_event_target" "hourly" {
  rule      = aws_cloudwatch_event_rule.hourly.name
  target_id = "stream"
  arn       = aws_kinesis_stream.records.arn
  role_arn  = local.role
  input     = jsonencode({ edition = var.edition })

  kinesis_target {
    partition_key_path = "$.id"
  }
}

resource "aws_cloudwatch_event_connection" "shop" {
  name               = "terraform"
  description        = "Edition ${var.edition}"
  authorization_type = "API_KEY"

  auth_parameters {
    api_key {
      key   = "x-key"
      value = "secret ${var.edition}"
    }
  }
}

resource "aws_cloudwatch_event_api_destination" "shop" {
  name                             = "terraform"
  connection_arn                   = aws_cloudwatch_event_connection.shop.arn
  invocation_endpoint              = "https://shop.example/${var.edition}"
  http_method                      = "POST"
  invocation_rate_limit_per_second = 20
}
