import Wire

/// How far a session has come that is relayed to a router of its tenant's pool.
struct PoolRelay {
  /// The address that was tried first, by its place among the pool's.
  let first: Int
  /// Addresses that were tried, the one that is being tried included.
  var tries = 1

  /// Addresses of a pool that are tried for one session before it is refused.
  static let mostTries = 4

  /// The place of the address to try now, among so many.
  func place(among count: Int) -> Int { (first + tries - 1) % count }

  /// The start-up packet for the other router: as it came, and behind it the mark that keeps that one from relaying it again.
  ///
  /// - Parameters:
  ///   - startup: the packet, decoded.
  ///   - packet: its bytes.
  ///   - mark: the pool of the router that relays.
  /// - Returns: the whole new packet.
  /// - Throws: `StartupPacketError.lengthOutOfRange` when it is too long with the mark.
  static func startup(
    _ startup: StartupMessage, in packet: RawSpan, mark: [UInt8]
  ) throws(StartupPacketError) -> [UInt8] {
    var writer = StartupMessageWriter(protocolVersion: startup.protocolVersion)
    for parameter in startup.parameters {
      try writer.append(
        name: packet.extracting(parameter.name), value: packet.extracting(parameter.value))
    }
    try writer.append(name: RouterOption.relayed, value: mark.span.bytes)
    return try writer.finish()
  }
}
