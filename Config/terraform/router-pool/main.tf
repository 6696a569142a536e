# A pool of routers behind a Network Load Balancer: load-balancer.tf takes connections in, scaling.tf
# runs the routers, network.tf says who may talk to whom, role.tf what a router may do at AWS.

locals {
  tags = merge({ "shardway:pool" = coalesce(var.pool, var.name) }, var.tags)

  # A router that is taken out of service has said so to the load balancer long before it stops: it
  # goes on accepting for keepAccepting and ends the last session at the deadline. Nothing of this
  # module may cut it shorter; the load balancer's longest delay is an hour.
  drain_seconds = min(3600, var.drain_keep_accepting_seconds + var.drain_deadline_seconds)

  # By which the autoscaling group waits for a router that it ends; shardway-drain.sh tells it when to go on.
  drain_hook = "drain"

  health_interval_seconds = 10
}
