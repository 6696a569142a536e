import Pooling
import Routing
import ShardMap
import Telemetry
import Wire

/// What `SHOW shardway.route` answers: where this transaction is, and why; and what a write there is told.
extension Worker where K: ~Copyable {
  mutating func route(of link: SlabHandle, _ handle: SlabHandle) -> [(name: String, value: String?)]
  {
    guard let route = pooledClients[handle.index].lastRoute,
      pools[links[link].pool].slot == route.slot
    else { return [("instance", nil)] }
    let instance = instance(at: pools[links[link].pool].address)
    return [
      ("instance", instance.map { map.text($0.id) }),
      ("zone", instance.map { map.text(map.zone($0.zone).id) }),
      ("tier_asked", (route.tierAsked ?? route.tier).name),
      ("tier", route.tier.name),
      ("lag_bound_ms", route.provenLagNanoseconds.map { "\(($0 + 999_999) / 1_000_000)" }),
      ("sample_age_ms", route.sampleAgeNanoseconds.map { "\($0 / 1_000_000)" }),
      ("map_version", "\(map.header.mapVersion)"),
      ("reason", route.reason.name),
      ("mode", route.mode.mode.name),
    ]
  }

  /// Tells a client why its write can't be done where it was sent: an error of a replica's, with a hint.
  mutating func putError(_ body: [UInt8], _ link: SlabHandle, _ handle: SlabHandle) {
    var body = body
    if ErrorFields.hasCode(SQLState.readOnlyTransaction.description, body),
      let route = pooledClients[handle.index].lastRoute
    {
      if route.mode.refusesWrites { context.report.counters.add(.refusedByMode) }
      let instance = instance(at: pools[links[link].pool].address).map { map.text($0.id) }
      body = ErrorFields.adding(
        hint: route.mode.refusesWrites
          ? "Nothing is written in the mode \(route.mode.mode.name) (\(route.mode.cause.name)): "
            + "SHOW \(RouterOption.mode) tells why, and until when."
          : "The tier \(route.tier.name) has sent this to the replica \(instance ?? "of another map")"
            + ", where nothing is written: SET \(RouterOption.consistency) = 'strong' before what writes.",
        to: body)
    }
    let message = MessageEncoder.encode(type: BackendMessageType.errorResponse, body: body)
    message.withUnsafeBytes { putAnswer($0.baseAddress!, $0.count, handle) }
  }

  /// The instance that has this address by the map in use.
  private mutating func instance(at address: SocketAddress) -> InstanceRecord? {
    for number in 0..<map.counts.instances {
      let instance = map.instance(InstanceIndex(UInt32(number)))
      if instance.address == address { return instance }
    }
    return nil
  }
}
