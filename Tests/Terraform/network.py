"""Prints the network and an image of the stand-in for AWS, as values of an example's variables."""

import json
import sys

import boto3

compute = boto3.client(
    "ec2",
    endpoint_url=sys.argv[1],
    region_name="eu-central-1",
    aws_access_key_id="test",
    aws_secret_access_key="test",
)
network = compute.describe_vpcs()["Vpcs"][0]["VpcId"]
subnets = compute.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [network]}])["Subnets"]
print("vpc_id =", json.dumps(network))
print("subnet_ids =", json.dumps(sorted(subnet["SubnetId"] for subnet in subnets)))
print("ami_id =", json.dumps(compute.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]))
