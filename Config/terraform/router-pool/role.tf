# What a router may do at AWS: tell its own autoscaling group that it has drained. What else it needs,
# such as reading its secrets, comes with `policy_arns`.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

data "aws_iam_policy_document" "instances" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.${data.aws_partition.current.dns_suffix}"]
    }
  }
}

data "aws_iam_policy_document" "drained" {
  statement {
    actions = ["autoscaling:CompleteLifecycleAction"]

    # By the group's name and not by a reference: the right is there before the group, and as long as it is.
    resources = [join(":", [
      "arn", data.aws_partition.current.partition, "autoscaling", data.aws_region.current.name,
      data.aws_caller_identity.current.account_id, "autoScalingGroup", "*", "autoScalingGroupName/${var.name}",
    ])]
  }
}

resource "aws_iam_role" "router" {
  name_prefix        = "${var.name}-router-"
  description        = "Routers of the pool ${var.name}"
  assume_role_policy = data.aws_iam_policy_document.instances.json
  tags               = local.tags
}

resource "aws_iam_role_policy" "drained" {
  name   = "drained"
  role   = aws_iam_role.router.id
  policy = data.aws_iam_policy_document.drained.json
}

resource "aws_iam_role_policy_attachment" "given" {
  count = length(var.policy_arns)

  role       = aws_iam_role.router.name
  policy_arn = var.policy_arns[count.index]
}

resource "aws_iam_instance_profile" "router" {
  name_prefix = "${var.name}-router-"
  role        = aws_iam_role.router.name
  tags        = local.tags
}
