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
  description = "An image with the programs and their units."
  type        = string
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
  sidecar_configuration = file("${path.module}/sidecar.yaml")

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
