# Has an example talk to a stand-in for AWS, with the network and image that this one comes with.

variable "stand_in" {
  description = "The stand-in's address, on loopback."
  type        = string
}

provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true

  endpoints {
    autoscaling = var.stand_in
    ec2         = var.stand_in
    elbv2       = var.stand_in
    iam         = var.stand_in
    sts         = var.stand_in
  }
}
