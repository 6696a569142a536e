resource "aws_security_group" "load_balancer" {
  name_prefix = "${var.name}-lb-"
  description = "Clients of the router pool ${var.name}"
  vpc_id      = var.vpc_id
  tags        = local.tags

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_security_group_rule" "clients" {
  type              = "ingress"
  description       = "Clients"
  security_group_id = aws_security_group.load_balancer.id
  protocol          = "tcp"
  from_port         = var.client_port
  to_port           = var.client_port
  cidr_blocks       = var.client_cidrs
}

resource "aws_security_group_rule" "to_routers" {
  for_each = { sessions = var.client_port, health = var.health_port }

  type                     = "egress"
  description              = "To the routers: ${each.key}"
  security_group_id        = aws_security_group.load_balancer.id
  protocol                 = "tcp"
  from_port                = each.value
  to_port                  = each.value
  source_security_group_id = aws_security_group.routers.id
}

resource "aws_security_group" "routers" {
  name_prefix = "${var.name}-routers-"
  description = "Routers of the pool ${var.name}"
  vpc_id      = var.vpc_id
  tags        = local.tags

  lifecycle {
    create_before_destroy = true
  }
}

# Whoever may send a PROXY header may say who a client is: only the load balancer may.
resource "aws_security_group_rule" "from_load_balancer" {
  for_each = { sessions = var.client_port, health = var.health_port }

  type                     = "ingress"
  description              = "From the load balancer: ${each.key}"
  security_group_id        = aws_security_group.routers.id
  protocol                 = "tcp"
  from_port                = each.value
  to_port                  = each.value
  source_security_group_id = aws_security_group.load_balancer.id
}

resource "aws_security_group_rule" "metrics" {
  count = length(var.metrics_cidrs) > 0 ? 1 : 0

  type              = "ingress"
  description       = "Prometheus"
  security_group_id = aws_security_group.routers.id
  protocol          = "tcp"
  from_port         = var.metrics_port
  to_port           = var.metrics_port
  cidr_blocks       = var.metrics_cidrs
}

# Shards and the control plane, wherever the map has them.
resource "aws_security_group_rule" "from_routers" {
  type              = "egress"
  description       = "To shards and the control plane"
  security_group_id = aws_security_group.routers.id
  protocol          = "tcp"
  from_port         = 0
  to_port           = 65535
  cidr_blocks       = ["0.0.0.0/0"]
}
