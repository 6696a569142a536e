#!/bin/sh
# Has this machine's router drain when the autoscaling group is about to end the machine, and then tells the
# group, which waits for that as its lifecycle hook says.
#
# Takes the router's unit, the group and the hook from SHARDWAY_UNIT, SHARDWAY_GROUP and SHARDWAY_HOOK. Where
# something fails it ends, and systemd starts it again: each step may be done twice.
set -eu

metadata=http://169.254.169.254/latest

# Tells something of this instance, by version 2 of its metadata service.
ask() {
  token=$(curl -sf -m 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$metadata/api/token") &&
    curl -sf -m 5 -H "X-aws-ec2-metadata-token: $token" "$metadata/meta-data/$1"
}

# Before that it is another state, or none is told.
until [ "$(ask autoscaling/target-lifecycle-state)" = Terminated ]; do sleep 5; done

# Returns when the router has ended. Where it can't be stopped the machine ends as well.
echo "$SHARDWAY_GROUP ends this machine: $SHARDWAY_UNIT drains"
systemctl stop "$SHARDWAY_UNIT" || echo "$SHARDWAY_UNIT was not stopped"

instance=$(ask instance-id)
region=$(ask placement/region)
aws autoscaling complete-lifecycle-action --region "$region" --instance-id "$instance" \
  --auto-scaling-group-name "$SHARDWAY_GROUP" --lifecycle-hook-name "$SHARDWAY_HOOK" \
  --lifecycle-action-result CONTINUE
echo "$SHARDWAY_GROUP was told that $SHARDWAY_UNIT has drained"
