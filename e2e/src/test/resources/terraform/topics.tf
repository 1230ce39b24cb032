resource "aws_sns_topic" "told" {
  name         = "terraform"
  display_name = "Edition ${var.edition}"
  tags         = { by = "terraform" }
}

resource "aws_sns_topic_policy" "told" {
  arn = aws_sns_topic.told.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Edition${var.edition}"
      Effect    = "Allow"
      Principal = { Service = "cloudwatch.amazonaws.com" }
      Action    = "SNS:Publish"
      Resource  = aws_sns_topic.told.arn
    }]
  })
}

resource "aws_sns_topic_subscription" "reader" {
  topic_arn           = aws_sns_topic.told.arn
  protocol            = "email"
  endpoint            = "reader@shop.example"
  filter_policy       = jsonencode({ edition = [tostring(var.edition)] })
  filter_policy_scope = var.edition == 1 ? "MessageAttributes" : "MessageBody"
}
