import ShardMap
import TLS
import Telemetry
import Wire

/// Clients whose encryption has begun at this worker, and who belong to another: a TLS connection is one thread's. So this worker keeps the
/// connection, and relays its plaintext to the other one over a pair of sockets; to that one the far socket is the client.
///
/// Such a session costs both workers. Clients that name their tenant by the server name are handed over before their handshake, and cost one.
extension Worker where K: ~Copyable {
  /// Hands a session over with all that the client has sent; false where that can't be done, and the session is served here.
  mutating func handOverInside(_ handle: SlabHandle, _ tenant: [UInt8], to worker: Int) -> Bool {
    guard let inside = kernel.makePair() else { return false }
    let bytes = RawSpan(_unsafeStart: loginBytes(handle), byteCount: sessions[handle].login.count)
    let handed = HandedSession(
      client: inside.far, listener: sessions[handle].listener,
      acceptedAt: sessions[handle].acceptedAt,
      encryption: HandedEncryption(
        tenants: encryptedTenants(handle),
        serverEndPoint: kernel.facts(of: sessions[handle].client)?.session?.serverEndPoint ?? []),
      origin: clientAddress(handle), proxied: proxiedTenants[handle.index],
      greeting: sessions[handle].greeting, bytes: bytes.copy(of: 0..<bytes.byteCount))
    guard pass(handed, to: worker) else {
      kernel.close(inside.near)
      kernel.close(inside.far)
      return false
    }
    relayInside(handle, to: inside.near, tenant: tenant)
    return true
  }

  /// Relays a session to a socket of this process: what it has sent so far is there already.
  mutating func relayInside(_ handle: SlabHandle, to socket: Int32, tenant: [UInt8]) {
    idlers.remove(handle.index)
    sessions[handle].server = socket
    sessions[handle].target = Target(
      tenant: TenantName(tenant) ?? .none, tier: nil, address: SocketAddress(ipv4: 0, port: 0),
      slot: nil, startedAt: kernel.now, generation: 0, epoch: 0)
    sessions[handle].moveOn(.routed)
    sessions[handle].moveOn(.reached)
    sessions[handle].moveOn(.forwarded)
    giveBackLoginBuffer(handle)
    setIdleDeadline(handle)
    list(handle)
  }

  /// Closes a pair that nobody has got.
  mutating func close(_ pair: (near: Int32, far: Int32)) {
    kernel.close(pair.near)
    kernel.close(pair.far)
  }
}
