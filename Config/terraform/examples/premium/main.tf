# A pool for one premium tenant: routers that nobody else uses, and that drain for longer.

terraform {
  required_version = ">= 1.5"
}

variable "vpc_id" {
  description = "Where the pool runs."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets, one a zone."
  type        = list(string)
}

variable "ami_id" {
  description = "An image with the programs and their units, curl and the AWS CLI."
  type        = string
}

variable "map_key" {
  description = "The public key of the map's seals: what `shardway-control keys show SIGNING-KEY` prints."
  type        = string

  validation {
    condition     = startswith(var.map_key, "shardway-public-key:")
    error_message = "map_key must be what `shardway-control keys show` prints: shardway-public-key:…"
  }
}

module "premium" {
  source = "../../router-pool"

  name         = "premium-1"
  pool         = "premium-1"
  vpc_id       = var.vpc_id
  subnet_ids   = var.subnet_ids
  client_cidrs = ["10.0.0.0/8"]
  ami_id       = var.ami_id

  router_configuration  = file("${path.module}/router.yaml")
  sidecar_configuration = templatefile("${path.module}/sidecar.yaml", { map_key = var.map_key })

  metrics_cidrs = ["10.0.0.0/16"]
  size          = { min = 2, max = 4, desired = 2 }

  # Long transactions end by themselves; the pool is kept far from its limit.
  drain_deadline_seconds = 900
  target_cpu_percent     = 30
}

output "address" {
  description = "The host name that clients connect to."
  value       = module.premium.address
}

output "router_settings" {
  description = "What router.yaml has to have."
  value       = module.premium.router_settings
}
