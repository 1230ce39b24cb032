resource "aws_cloudwatch_dashboard" "all" {
  dashboard_name = "terraform"
  dashboard_body = jsonencode({
    widgets = [
      { type = "text", x = 0, y = 0, width = 6, height = 3, properties = { markdown = "Edition ${var.edition}" } },
      {
        type       = "metric", x = 6, y = 0, width = 6, height = 3
        properties = { region = "us-east-1", metrics = [["Terraform", "Load", "Host", "a", { stat = "p90" }]] }
      },
    ]
  })
}

resource "aws_cloudwatch_metric_stream" "all" {
  name          = "terraform"
  role_arn      = local.role
  firehose_arn  = aws_kinesis_stream.records.arn
  output_format = "json"
  tags          = { edition = var.edition }

  include_filter {
    namespace    = "Terraform"
    metric_names = ["Load", "Edition${var.edition}"]
  }

  statistics_configuration {
    additional_statistics = ["p95", "tm99"]
    include_metric {
      namespace   = "Terraform"
      metric_name = "Load"
    }
  }
}
