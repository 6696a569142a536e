"""Asks the stand-in for AWS whether a pool is there as its routers need it."""

import base64
import fnmatch
import sys

import boto3

address, pool = sys.argv[1:]
name = {"shared": "shared", "premium": "premium-1"}[pool]


def client(service):
    return boto3.client(
        service,
        endpoint_url=address,
        region_name="eu-central-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def expect(what, found, wanted):
    if found != wanted:
        sys.exit(f"{pool}: {what} is {found!r}, not {wanted!r}")


balancing, scaling, compute, identity = client("elbv2"), client("autoscaling"), client("ec2"), client("iam")

balancer = balancing.describe_load_balancers(Names=[name])["LoadBalancers"][0]
expect("the load balancer's type", balancer["Type"], "network")

group = balancing.describe_target_groups(Names=[f"{name}-routers"])["TargetGroups"][0]
expect("the health check", (group["HealthCheckProtocol"], group["HealthCheckPath"], group["HealthCheckPort"]),
       ("HTTP", "/ready", "6481"))
attributes = {
    entry["Key"]: entry["Value"]
    for entry in balancing.describe_target_group_attributes(TargetGroupArn=group["TargetGroupArn"])["Attributes"]
}
drain = 90 + {"shared": 300, "premium": 900}[pool]
expect("PROXY protocol", attributes["proxy_protocol_v2.enabled"], "true")
expect("the deregistration delay", attributes["deregistration_delay.timeout_seconds"], str(drain))

routers = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"][0]
expect("the target group of the routers", routers["TargetGroupARNs"], [group["TargetGroupArn"]])
expect("what replaces routers", routers["HealthCheckType"], "EC2")
policies = scaling.describe_policies(AutoScalingGroupName=name)["ScalingPolicies"]
expect("scaling", [policy["PolicyType"] for policy in policies], ["TargetTrackingScaling"])

hooks = scaling.describe_lifecycle_hooks(AutoScalingGroupName=name)["LifecycleHooks"]
expect("what the group waits for", [(hook["LifecycleTransition"], hook["HeartbeatTimeout"]) for hook in hooks],
       [("autoscaling:EC2_INSTANCE_TERMINATING", drain)])

template = routers["LaunchTemplate"]["LaunchTemplateId"]
version = compute.describe_launch_template_versions(LaunchTemplateId=template, Versions=["$Latest"])
data = version["LaunchTemplateVersions"][0]["LaunchTemplateData"]
script = base64.b64decode(data["UserData"]).decode()
expect("the unit that starts", f"unit=shardway-router@{name}" in script, True)
expect("the configuration in place", "proxyProtocol: required" in script, True)
expect("tokens for credentials", data["MetadataOptions"]["HttpTokens"], "required")
expect("a key in the sidecar's place for it", '- "shardway-public-key:of-a-test"' in script, True)
expect("what drains the router", [line in script for line in (
    f"SHARDWAY_GROUP={name}", f"SHARDWAY_HOOK={hooks[0]['LifecycleHookName']}",
    "aws autoscaling complete-lifecycle-action", "ExecStart=/usr/local/sbin/shardway-drain",
)], [True] * 4)
expect("room in the user data", len(script) < 16384, True)

# The script may tell this group, and no other, that it need not wait any more; and nothing else.
profile = identity.get_instance_profile(InstanceProfileName=data["IamInstanceProfile"]["Name"])["InstanceProfile"]
role = profile["Roles"][0]["RoleName"]
expect("policies from outside", identity.list_attached_role_policies(RoleName=role)["AttachedPolicies"], [])
rights = [
    right
    for policy in identity.list_role_policies(RoleName=role)["PolicyNames"]
    for right in identity.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]["Statement"]
]
expect("what the routers' role may do", [(right["Effect"], right["Action"]) for right in rights],
       [("Allow", "autoscaling:CompleteLifecycleAction")])
arn = routers["AutoScalingGroupARN"]
expect("to this group", fnmatch.fnmatchcase(arn, rights[0]["Resource"]), True)
expect("to another group", fnmatch.fnmatchcase(arn + "-2", rights[0]["Resource"]), False)
