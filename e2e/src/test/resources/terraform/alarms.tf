resource "aws_cloudwatch_metric_alarm" "load" {
  alarm_name          = "terraform-load"
  alarm_description   = "Edition ${var.edition}"
  namespace           = "Terraform"
  metric_name         = "Load"
  dimensions          = { Host = "a" }
  statistic           = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 80.5 + var.edition
  period              = 60
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.told.arn]
  ok_actions          = var.edition == 1 ? [] : [aws_sns_topic.told.arn]
  tags                = { edition = var.edition }
}

resource "aws_cloudwatch_metric_alarm" "slowest" {
  alarm_name          = "terraform-slowest"
  namespace           = "Terraform"
  metric_name         = "Latency"
  extended_statistic  = "p99.${var.edition}"
  unit                = "Milliseconds"
  comparison_operator = "LessThanOrEqualToThreshold"
  threshold           = 0
  period              = 10
  evaluation_periods  = 1
}

resource "aws_cloudwatch_composite_alarm" "both" {
  alarm_name        = "terraform-both"
  alarm_description = "Edition ${var.edition}"
  alarm_rule = join(var.edition == 1 ? " AND " : " OR ", [
    "ALARM(${aws_cloudwatch_metric_alarm.load.alarm_name})",
    "NOT OK(\"${aws_cloudwatch_metric_alarm.slowest.arn}\")",
  ])
  alarm_actions = [aws_sns_topic.told.arn]
  tags          = { edition = var.edition }

  actions_suppressor {
    alarm            = aws_cloudwatch_metric_alarm.slowest.alarm_name
    wait_period      = 10 * var.edition
    extension_period = 20
  }
}
