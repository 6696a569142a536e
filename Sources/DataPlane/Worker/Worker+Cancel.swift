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
    guard inside != nil || !sessions[handle].isClientEncrypted else { return end(handle) }
    let handed = HandedCancel(
      client: inside?.far ?? sessions[handle].client, listener: sessions[handle].listener,
      origin: clientAddress(handle), packet: packet, workersLeft: context.peers.count - 1)
    guard handed.workersLeft > 0 || isForOtherProcess(handed) else {
      context.report.counters.add(.cancelsUnknown)
      if let inside { close(inside) }
      return end(handle)
    }
    if let inside {
      // Its encryption stays here: what goes to others is the far end of what it is relayed to.
      relayInside(handle, to: inside.near, tenant: [])
      return goOn(handed)
    }
    // The connection goes on elsewhere; here it ends without being closed.
    sessions[handle].isHandedOver = true
    goOn(handed)
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
    if next.workersLeft > 0 || isForOtherProcess(next) {
      sessions[handle].isHandedOver = true
      goOn(next)
    } else {
      context.report.counters.add(.cancelsUnknown)
    }
    end(handle)
  }

  /// Whether the session of a key that no worker knows may be another process's, which takes over or hands over.
  private func isForOtherProcess(_ handed: HandedCancel) -> Bool {
    !handed.isForeign && takeover.channel?.isOpen == true
  }

  /// Hands a request on to the next worker, or to the other process when all have seen it.
  private mutating func goOn(_ handed: HandedCancel) {
    guard handed.workersLeft == 0 else { return pass(handed) }
    takeover.channel?.send(
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
    let next = context.peers[(context.index + 1) % context.peers.count]
    if !next.post(.cancel(handed)) { kernel.close(handed.client) }
  }
}
