resource "aws_autoscaling_group" "terraform" {
  name               = "terraform"
  availability_zones = ["us-east-1a"]
  min_size           = 1
  max_size           = 2 + var.edition
  enabled_metrics    = ["GroupDesiredCapacity"]

  # Only named: templates are EC2's, and so are the images that Terraform looks up for a launch configuration.
  launch_template {
    id      = "lt-0123456789abcdef0"
    version = "1"
  }

  tag {
    key                 = "team"
    value               = "ops"
    propagate_at_launch = true
  }
}

resource "aws_autoscaling_policy" "step" {
  name                      = "step"
  autoscaling_group_name    = aws_autoscaling_group.terraform.name
  policy_type               = "StepScaling"
  adjustment_type           = "ChangeInCapacity"
  estimated_instance_warmup = 60

  step_adjustment {
    scaling_adjustment          = var.edition
    metric_interval_lower_bound = 0
  }
}

resource "aws_autoscaling_policy" "tracking" {
  name                   = "tracking"
  autoscaling_group_name = aws_autoscaling_group.terraform.name
  policy_type            = "TargetTrackingScaling"

  target_tracking_configuration {
    target_value = 50
    predefined_metric_specification {
      predefined_metric_type = "ASGAverageCPUUtilization"
    }
  }
}

resource "aws_autoscaling_notification" "terraform" {
  group_names   = [aws_autoscaling_group.terraform.name]
  notifications = ["autoscaling:EC2_INSTANCE_LAUNCH"]
  topic_arn     = aws_sns_topic.scaling.arn
}

resource "aws_sns_topic" "scaling" {
  name = "terraform-scaling"
}

resource "aws_cloudwatch_metric_alarm" "scaling" {
  alarm_name          = "terraform-scaling"
  namespace           = "Terraform"
  metric_name         = "load"
  statistic           = "Average"
  period              = 60
  evaluation_periods  = 1
  threshold           = 80
  comparison_operator = "GreaterThanThreshold"
  alarm_actions       = [aws_autoscaling_policy.step.arn]
}

resource "aws_cloudwatch_metric_alarm" "math" {
  alarm_name          = "terraform-math"
  evaluation_periods  = 2
  threshold           = 4 + var.edition
  comparison_operator = "GreaterThanThreshold"

  metric_query {
    id          = "percent"
    expression  = "errors / calls * 100"
    label       = "errors in percent"
    return_data = true
  }

  metric_query {
    id = "errors"
    metric {
      namespace   = "Terraform"
      metric_name = "errors"
      period      = 60
      stat        = "Sum"
    }
  }

  metric_query {
    id = "calls"
    metric {
      namespace   = "Terraform"
      metric_name = "calls"
      period      = 60
      stat        = "Sum"
    }
  }
}

resource "aws_autoscaling_schedule" "nightly" {
  scheduled_action_name  = "nightly"
  autoscaling_group_name = aws_autoscaling_group.terraform.name
  recurrence             = "0 22 * * *"
  time_zone              = "Europe/Berlin"
  min_size               = 0
  max_size               = var.edition
  desired_capacity       = 0
}

resource "aws_autoscaling_schedule" "once" {
  scheduled_action_name  = "once"
  autoscaling_group_name = aws_autoscaling_group.terraform.name
  start_time             = "2099-01-01T00:00:00Z"
  end_time               = "2099-12-31T00:00:00Z"
  min_size               = -1
  max_size               = -1
  desired_capacity       = var.edition
}

resource "aws_autoscaling_lifecycle_hook" "drain" {
  name                    = "drain"
  autoscaling_group_name  = aws_autoscaling_group.terraform.name
  lifecycle_transition    = "autoscaling:EC2_INSTANCE_TERMINATING"
  heartbeat_timeout       = 60 * var.edition
  default_result          = "CONTINUE"
  notification_metadata   = "drain"
  notification_target_arn = aws_sns_topic.scaling.arn
  role_arn                = "arn:aws:iam::000000000000:role/hooks"
}
