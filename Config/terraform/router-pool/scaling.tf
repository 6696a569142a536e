resource "aws_launch_template" "router" {
  name_prefix            = "${var.name}-"
  image_id               = var.ami_id
  instance_type          = var.instance_type
  vpc_security_group_ids = [aws_security_group.routers.id]
  update_default_version = true

  user_data = base64encode(templatefile("${path.module}/user-data.sh.tftpl", {
    pool                  = var.pool == null ? "" : var.pool
    router_configuration  = var.router_configuration
    sidecar_configuration = var.sidecar_configuration
    drain_script          = file("${path.module}/shardway-drain.sh")
    drain_unit            = file("${path.module}/shardway-drain.service")
    group                 = var.name
    hook                  = local.drain_hook
  }))

  iam_instance_profile {
    name = aws_iam_instance_profile.router.name
  }

  # Credentials only to who asks with a token, and not through a container's hop.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  monitoring {
    enabled = true
  }

  tag_specifications {
    resource_type = "instance"
    tags          = merge(local.tags, { Name = "${var.name}-router" })
  }

  tags = local.tags
}

resource "aws_autoscaling_group" "routers" {
  name                = var.name
  vpc_zone_identifier = var.subnet_ids
  min_size            = var.size.min
  max_size            = var.size.max
  desired_capacity    = var.size.desired
  target_group_arns   = [aws_lb_target_group.routers.arn]

  # Not ELB: a router that drains is not ready on purpose, and would be replaced in the middle of it.
  health_check_type         = "EC2"
  health_check_grace_period = 120
  wait_for_capacity_timeout = "0"

  launch_template {
    id      = aws_launch_template.router.id
    version = aws_launch_template.router.latest_version
  }

  # A new image or configuration replaces routers one after the other, each when the one before is in
  # service; all others go on.
  instance_refresh {
    strategy = "Rolling"
    preferences {
      min_healthy_percentage = 100
      max_healthy_percentage = 150
      instance_warmup        = 60
    }
  }

  # Ending a machine waits here until its router has drained: shardway-drain.sh has it drain, and tells the
  # group. For a machine that tells nothing it waits until the time is over.
  initial_lifecycle_hook {
    name                 = local.drain_hook
    lifecycle_transition = "autoscaling:EC2_INSTANCE_TERMINATING"
    heartbeat_timeout    = local.drain_seconds
    default_result       = "CONTINUE"
  }

  # Destroying the group ends its machines first.
  timeouts {
    delete = "${local.drain_seconds + 600}s"
  }

  dynamic "tag" {
    for_each = local.tags
    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }

  lifecycle {
    # Scaling changes it.
    ignore_changes = [desired_capacity]
  }

  # No machine is without its rights.
  depends_on = [aws_iam_role_policy.drained, aws_iam_role_policy_attachment.given]
}

resource "aws_autoscaling_policy" "cpu" {
  name                   = "${var.name}-cpu"
  autoscaling_group_name = aws_autoscaling_group.routers.name
  policy_type            = "TargetTrackingScaling"

  estimated_instance_warmup = 60

  target_tracking_configuration {
    target_value = var.target_cpu_percent

    predefined_metric_specification {
      predefined_metric_type = "ASGAverageCPUUtilization"
    }
  }
}
