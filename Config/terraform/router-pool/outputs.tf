output "address" {
  description = "The host name that clients connect to."
  value       = aws_lb.this.dns_name
}

output "port" {
  description = "The port that clients connect to."
  value       = aws_lb_listener.clients.port
}

output "target_group_arn" {
  description = "The target group, for alarms on it."
  value       = aws_lb_target_group.routers.arn
}

output "autoscaling_group_name" {
  description = "The autoscaling group, for dashboards and instance refreshes."
  value       = aws_autoscaling_group.routers.name
}

output "router_security_group_id" {
  description = "The routers' security group: shards let it in."
  value       = aws_security_group.routers.id
}

output "router_settings" {
  description = "What router.yaml has to have for this load balancer."
  value = {
    listeners = [{ address = "0.0.0.0:${var.client_port}", proxyProtocol = "required" }]
    health    = { http = "0.0.0.0:${var.health_port}" }
    http      = { address = "0.0.0.0:${var.metrics_port}" }
    drain = {
      keepAccepting = "${var.drain_keep_accepting_seconds}s"
      deadline      = "${var.drain_deadline_seconds}s"
    }
  }
}
