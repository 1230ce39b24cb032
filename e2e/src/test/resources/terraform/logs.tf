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
