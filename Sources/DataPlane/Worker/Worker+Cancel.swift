import Telemetry
import Wire

/// Cancel requests: to the server of the session whose key they bear, whichever worker has it.
///
/// The key is the server's own, passed to the client untouched; so it is the server that checks it, and a request with a wrong one does nothing.
extension Worker where K: ~Copyable {
  /// A client has sent a CancelRequest.
  mutating func handleCancel(_ handle: SlabHandle, packet: [UInt8]) {
    idlers.remove(handle.index)
    guard !forward(handle, packet: packet) else { return }
    let inside = sessions[handle].isClientEncrypted ? kernel.makePair() : nil
    let handed = HandedCancel(
      client: inside?.far ?? sessions[handle].client, listener: sessions[handle].listener,
      origin: sessions[handle].origin, packet: packet,
      workersLeft: context.peers.count - 1)
    guard handed.workersLeft > 0 else {
      if let inside { close(inside) }
      // What another process would be handed is the socket, without its encryption.
      if sessions[handle].isClientEncrypted {
        context.report.counters.add(.cancelsUnknown)
      } else {
        nobodyKnows(handed, handle)
      }
      return end(handle)
    }
    if let inside {
      relayInside(handle, to: inside.near, tenant: [])
      return pass(handed)
    }
    guard !sessions[handle].isClientEncrypted else { return end(handle) }
    // The connection goes on at the next worker; here it ends without being closed.
    sessions[handle].isHandedOver = true
    pass(handed)
    end(handle)
  }

  /// A worker that does not know the key has handed a request on.
  mutating func adopt(_ handed: HandedCancel) {
    guard !isStopping, let handle = openSession(client: handed.client, listener: handed.listener)
    else { return kernel.close(handed.client) }
    idlers.remove(handle.index)
    sessions[handle].origin = handed.origin
    timers.set(handle.index, to: loginDeadline(handle))
    guard !forward(handle, packet: handed.packet) else { return }
    var next = handed
    next.workersLeft -= 1
    if next.workersLeft > 0 {
      sessions[handle].isHandedOver = true
      pass(next)
    } else {
      nobodyKnows(next, handle)
    }
    end(handle)
  }

  /// No worker knows a request's key: its session may be another process's, if one takes over.
  private mutating func nobodyKnows(_ handed: HandedCancel, _ handle: SlabHandle) {
    guard !handed.isForeign, let channel = takeover.channel, channel.isOpen else {
      return context.report.counters.add(.cancelsUnknown)
    }
    sessions[handle].isHandedOver = true
    channel.send(
      .cancel(listener: UInt32(handed.listener), packet: handed.packet), handed.client)
  }

  /// Sends the request to the server of the session that has the key; false if this worker has no such session.
  private mutating func forward(_ handle: SlabHandle, packet: [UInt8]) -> Bool {
    let named = packet.span.bytes.extracting(Self.cancelHeaderBytes..<packet.count)
    guard let slot = cancels.slot(of: CancelFingerprint(named)),
      let session = sessions.currentHandle(at: Int(slot)),
      var target = sessions[session].target
    else { return false }
    var packet = packet
    if pooledClients.has(slot) {
      // Nothing of the session's runs: there is nothing to cancel, and whatever ran on its last link is somebody else's.
      guard let link = linkToCancel(session) else {
        end(handle)
        return true
      }
      packet = links[link].cancelRequest
      target.address = pools[links[link].pool].address
      cancelRequestBegins(handle, for: link)
    }
    context.report.counters.add(.cancelsForwarded)
    target.slot = nil
    target.startedAt = kernel.now
    sessions[handle].target = target
    fillLoginBuffer(handle, packet)
    sessions[handle].moveOn(.routed)
    connect(handle)
    list(handle)
    return true
  }

  /// Length and code of a CancelRequest; what follows has the form of BackendKeyData: process id, then key.
  private static var cancelHeaderBytes: Int { 8 }

  private mutating func pass(_ handed: HandedCancel) {
    context.peers[(context.index + 1) % context.peers.count].post(.cancel(handed))
  }
}
