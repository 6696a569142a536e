internal import ShardMap

extension Validator {
  mutating func checkTopology() {
    let regions = document.topology.regions
    let instances = document.topology.instances
    checkLimit(regions.count, MapLimits.regions, "topology.regions")
    checkLimit(regions.reduce(0) { $0 + $1.zones.count }, MapLimits.zones, "topology.regions")
    checkLimit(instances.count, MapLimits.instances, "topology.instances")

    checkIDs(
      regions.enumerated().lazy.map { ("topology.regions[\($0.offset)].id", $0.element.id) },
      kind: "region")
    let zones = Set(regions.flatMap(\.zones))
    checkIDs(
      regions.enumerated().lazy.flatMap { place, region in
        region.zones.enumerated().map {
          ("topology.regions[\(place)].zones[\($0.offset)]", $0.element)
        }
      }, kind: "zone")
    checkIDs(
      instances.enumerated().lazy.map { ("topology.instances[\($0.offset)].id", $0.element.id) },
      kind: "instance")

    var addresses: [SocketAddress: String] = [:]
    for (place, instance) in instances.enumerated() {
      let path = "topology.instances[\(place)]"
      checkReference(instance.zone, in: zones, path + ".zone", kind: "zone")
      checkAddress(instance.address, path + ".address", among: &addresses)
    }
  }

  private mutating func checkAddress(
    _ text: String, _ path: String, among addresses: inout [SocketAddress: String]
  ) {
    guard let address = SocketAddress(text) else {
      find(
        path, "\"\(text)\" is not an IP address with a port",
        hint: "write it like 192.0.2.7:5432 or [2001:db8::7]:5432; names aren't resolved")
      return
    }
    if let first = addresses[address] {
      find(
        path, "\(address) is also the address at \(first)",
        hint: "two instances can't listen on one address")
    } else {
      addresses[address] = path
    }
  }
}
