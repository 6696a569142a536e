# A pool for all tenants that have none of their own.

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

module "shared" {
  source = "../../router-pool"

  name         = "shared"
  pool         = "shared"
  vpc_id       = var.vpc_id
  subnet_ids   = var.subnet_ids
  client_cidrs = ["10.0.0.0/8"]
  ami_id       = var.ami_id

  router_configuration  = file("${path.module}/router.yaml")
  sidecar_configuration = templatefile("${path.module}/sidecar.yaml", { map_key = var.map_key })

  metrics_cidrs = ["10.0.0.0/16"]
  size          = { min = 3, max = 12, desired = 3 }
}

output "address" {
  description = "The host name that clients connect to."
  value       = module.shared.address
}

output "router_settings" {
  description = "What router.yaml has to have."
  value       = module.shared.router_settings
}
