import ShardMap
import Telemetry
import Wire

/// Connections to servers that are encrypted here: asked for by an SSLRequest, and never given up for the clear.
extension Worker where K: ~Copyable {
  /// Whether a session's server is to be asked for encryption.
  mutating func encryptsServers(_ handle: SlabHandle) -> Bool {
    guard serverTLS != nil,
      case .postgres = listeners[sessions[handle].listener].spoken
    else { return false }
    return true
  }

  /// Encrypts a session's connection to its server, which has agreed to that; false when that can't be done.
  mutating func encryptServer(_ handle: SlabHandle) -> Bool {
    kernel.secure(
      sessions[handle].server, .client(secureServer(handle)),
      received: UnsafeRawBufferPointer(start: nil, count: 0))
  }

  /// Whom a session's connection must reach: a server of its tenant's shard, or a router of the pool it is relayed to.
  private mutating func secureServer(_ handle: SlabHandle) -> SecureServer {
    let target = sessions[handle].target!
    let map = map
    if target.isRouter {
      let pool = String(decoding: relayedPool(handle), as: UTF8.self)
      return SecureServer(at: target.address, asking: serverTLS?.pool(pool))
    }
    let tenant = target.tenant.array
    let shard = map.tenant(id: tenant.span.bytes).map {
      map.text(map.shard(map.tenant($0).shard).id)
    }
    return SecureServer(at: target.address, asking: shard.flatMap { serverTLS?.shard($0) })
  }

  /// Whether a session's server, or the router that it is relayed to, could not be trusted.
  mutating func isServerTrustMissing(_ handle: SlabHandle) -> Bool {
    guard case .failed(let failure)? = kernel.facts(of: sessions[handle].server)?.state else {
      return false
    }
    return failure.isAboutTrust
  }

  /// Why the other end of a session's connection is not trusted.
  mutating func notTrusted(_ handle: SlabHandle) -> Refusal {
    guard case .failed(let failure)? = kernel.facts(of: sessions[handle].server)?.state else {
      return notTrusted(handle, because: "it can't be set up here")
    }
    tell(.tlsFailed(failure, isClient: false), handle)
    return notTrusted(handle, because: failure.description)
  }

  private mutating func notTrusted(_ handle: SlabHandle, because reason: String) -> Refusal {
    let tenant = sessions[handle].target?.tenant.array ?? []
    return sessions[handle].target?.isRouter == true
      ? .poolNotTrusted(tenant: tenant, pool: relayedPool(handle), reason: reason)
      : .serverNotTrusted(tenant: tenant, reason: reason)
  }

  /// The other end of a session's connection does not encrypt.
  mutating func withoutTLS(_ handle: SlabHandle) -> Refusal {
    let tenant = sessions[handle].target?.tenant.array ?? []
    return sessions[handle].target?.isRouter == true
      ? .poolWithoutTLS(tenant: tenant, pool: relayedPool(handle))
      : .serverWithoutTLS(tenant: tenant)
  }
}

extension SecureServer {
  /// The server at an address: its name is the one that is asked for, or else the address.
  init(at address: SocketAddress, asking wanted: ServerTLSSettings.Target?) {
    let wanted = wanted ?? ServerTLSSettings.Target()
    let name = wanted.serverName ?? address.host
    self.init(
      settings: wanted.client, name: name, sessionKey: Array("\(address) \(name)".utf8))
  }
}
