variable "name" {
  description = "The pool's name: of all that is made, and what --pool says where `pool` is not given."
  type        = string

  validation {
    # A target group's name has at most 32 characters, and some are the module's own.
    condition     = can(regex("^[a-z][a-z0-9-]{0,19}$", var.name))
    error_message = "name must be 1 to 20 lower-case letters, digits and hyphens, a letter first."
  }
}

variable "pool" {
  description = "The pool in the shard map that these routers run for; null for routers that serve every tenant."
  type        = string
  default     = null
}

variable "vpc_id" {
  description = "The VPC of the load balancer and the routers."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets, one a zone; a router in each zone keeps traffic inside of it."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "subnet_ids must name subnets of at least two zones: one zone may fail."
  }
}

variable "client_cidrs" {
  description = "Networks from which clients connect."
  type        = list(string)

  validation {
    condition     = length(var.client_cidrs) > 0 && alltrue([for cidr in var.client_cidrs : can(cidrhost(cidr, 0))])
    error_message = "client_cidrs must name at least one network, as 10.0.0.0/8."
  }
}

variable "metrics_cidrs" {
  description = "Networks from which Prometheus scrapes the routers; none: nobody may."
  type        = list(string)
  default     = []
}

variable "ami_id" {
  description = "An image with shardway-router, shardway-sidecar and their systemd units, curl and the AWS CLI installed."
  type        = string
}

variable "instance_type" {
  description = "What a router runs on. A worker runs on each of its cores."
  type        = string
  default     = "c7g.xlarge"
}

variable "router_configuration" {
  description = "The text of router.yaml, without secrets. Its ports, drain and PROXY protocol must be those of this module: see `router_settings` in the outputs."
  type        = string

  validation {
    condition     = strcontains(var.router_configuration, "proxyProtocol: required")
    error_message = "router_configuration must have `proxyProtocol: required` on its listeners: the load balancer sends that header, and without it every login fails."
  }
}

variable "sidecar_configuration" {
  description = "The text of sidecar.yaml, without secrets. Its `id` must be one for each machine: @INSTANCE_ID@ in the text becomes the instance's id."
  type        = string

  validation {
    condition     = can(regex("(?m)^id:.*@INSTANCE_ID@", var.sidecar_configuration))
    error_message = "sidecar_configuration must have @INSTANCE_ID@ in its `id`: machines of one name can't be told apart."
  }
}

variable "policy_arns" {
  description = "Policies of the routers' role, such as one by which they read their secrets."
  type        = list(string)
  default     = []
}

variable "is_internal" {
  description = "Whether the load balancer has private addresses only."
  type        = bool
  default     = true
}

variable "client_port" {
  description = "Where clients connect, at the load balancer and at each router."
  type        = number
  default     = 6432
}

variable "health_port" {
  description = "The port of the router's `health.http`."
  type        = number
  default     = 6481
}

variable "metrics_port" {
  description = "The port of the router's `http.address`."
  type        = number
  default     = 6480
}

variable "drain_keep_accepting_seconds" {
  description = "The router's `drain.keepAccepting`: how long it accepts after it has said that it is not ready. The load balancer needs three failed checks, ten seconds apart, and a while to spread that."
  type        = number
  default     = 90

  validation {
    condition     = var.drain_keep_accepting_seconds >= 60
    error_message = "drain_keep_accepting_seconds must be at least 60: the load balancer sends new connections until it has seen three failed checks."
  }
}

variable "drain_deadline_seconds" {
  description = "The router's `drain.deadline`: after so long what is still open is ended with 57P01."
  type        = number
  default     = 300
}

variable "size" {
  description = "How many routers at least, at most, and at first."
  type = object({
    min     = number
    max     = number
    desired = number
  })
  default = { min = 2, max = 8, desired = 2 }

  validation {
    condition     = var.size.min >= 2 && var.size.min <= var.size.desired && var.size.desired <= var.size.max
    error_message = "size must have 2 <= min <= desired <= max: a single router can't be replaced without a gap."
  }
}

variable "target_cpu_percent" {
  description = "The processor use that scaling keeps the pool at. Below what a zone's loss puts onto the rest."
  type        = number
  default     = 45

  validation {
    condition     = var.target_cpu_percent >= 10 && var.target_cpu_percent <= 80
    error_message = "target_cpu_percent must be 10 to 80."
  }
}

variable "tags" {
  description = "Tags of all that is made."
  type        = map(string)
  default     = {}
}
