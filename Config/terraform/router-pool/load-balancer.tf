resource "aws_lb" "this" {
  name               = var.name
  internal           = var.is_internal
  load_balancer_type = "network"
  subnets            = var.subnet_ids
  security_groups    = [aws_security_group.load_balancer.id]

  # A client reaches the routers of its own zone; where that has none that is ready, another's.
  enable_cross_zone_load_balancing = false

  tags = local.tags
}

resource "aws_lb_target_group" "routers" {
  name     = "${var.name}-routers"
  vpc_id   = var.vpc_id
  port     = var.client_port
  protocol = "TCP"

  # The client's address comes in the header, also through VPC endpoints, which would hide it.
  proxy_protocol_v2  = true
  preserve_client_ip = false

  # A target that is deregistered keeps its connections for so long: the router ends them itself,
  # spread over time and at transaction boundaries.
  deregistration_delay   = local.drain_seconds
  connection_termination = false

  # An unhealthy router that still has sessions keeps them: readiness says only that it wants no more.
  target_health_state {
    enable_unhealthy_connection_termination = false
  }

  # Ready, not alive and not its dependencies: a dead control plane or database must not take a
  # region's routers out of service all at once.
  health_check {
    protocol            = "HTTP"
    port                = tostring(var.health_port)
    path                = "/ready"
    matcher             = "200"
    interval            = local.health_interval_seconds
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }

  tags = local.tags

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lb_listener" "clients" {
  load_balancer_arn = aws_lb.this.arn
  port              = var.client_port
  protocol          = "TCP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.routers.arn
  }

  tags = local.tags
}
