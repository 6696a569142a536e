import ShardMap
import Wire

/// What servers are told of clients, where it is asked for: a PROXY header before anything else, and
/// the client's address in `application_name`.
extension Worker where K: ~Copyable {
  /// What a session's connection begins with; empty where nothing was asked for.
  mutating func announcement(_ handle: SlabHandle) -> [UInt8] {
    let servers = context.settings.servers
    guard let target = sessions[handle].target,
      (target.isRouter ? servers.relayAnnouncement : servers.announcement) == .version2
    else { return [] }
    // A cancel request has no route.
    let hasRoute = sessions[handle].relay != nil || target.slot != nil
    let route =
      hasRoute
      ? ProxyField.route(
        tenant: target.tenant.array, shardEpoch: target.epoch, mapVersion: map.header.mapVersion)
      : nil
    return ServerAnnouncements.ofClient(
      clientAddress(handle), to: target.address, route: route)
  }

  /// What a connection that sessions share begins with, or one of the router's own.
  var linkAnnouncement: [UInt8] {
    mutating get { context.settings.servers.ownAnnouncement }
  }

  /// Puts bytes in front of those in the login buffer; false where there is no room for them.
  mutating func putInFront(_ bytes: [UInt8], _ handle: SlabHandle) -> Bool {
    guard !bytes.isEmpty else { return true }
    let count = sessions[handle].login.count
    guard count + bytes.count <= RelayLimits.loginBytes else { return false }
    let room = loginBytes(handle)
    (room + bytes.count).copyMemory(from: room, byteCount: count)
    bytes.withUnsafeBytes { room.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
    sessions[handle].login.count = count + bytes.count
    return true
  }

  /// What `application_name` is to be at the server; nil where it stays as the client has it.
  mutating func markedName(
    _ startup: StartupMessage, packet: RawSpan, options: StartupOptions, _ handle: SlabHandle
  ) -> String? {
    guard context.settings.servers.applicationName == .clientAddress,
      let address = clientAddress(handle)
    else { return nil }
    // A parameter of its own wins over one in `options`, as at the server.
    let name =
      startup.value(RouterOption.applicationName, in: packet)
      ?? options.value(RouterOption.applicationName)
    return MarkedName.of(name ?? [], at: address)
  }
}
