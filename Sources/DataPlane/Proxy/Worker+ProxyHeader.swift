import Routing
import ShardMap
import Telemetry
import Wire

/// PROXY headers in front of what clients say: read before the greeting, so also before TLS.
extension Worker where K: ~Copyable {
  /// Whether a new client has to say first where it comes from, and until when.
  mutating func awaitProxyHeader(_ handle: SlabHandle) {
    switch listeners[sessions[handle].listener].proxy {
    case .off: return
    case .required: sessions[handle].proxyStage = .required
    case .optional(let networks):
      guard let peer = kernel.peer(of: sessions[handle].client),
        networks.contains(where: { $0.contains(peer) })
      else { return }
      sessions[handle].proxyStage = .optional
    }
  }

  /// Until when a client has to have said the first that it must.
  mutating func greetingDeadline(_ handle: SlabHandle) -> MonotonicTime {
    guard sessions[handle].proxyStage == .required else { return loginDeadline(handle) }
    let header = sessions[handle].acceptedAt.advanced(by: context.settings.timeouts.proxyHeader)
    return min(header, loginDeadline(handle))
  }

  /// Reads the header, where one is awaited; false as long as the greeting can't be read.
  mutating func readProxyHeader(_ handle: SlabHandle) -> Bool {
    let bytes = RawSpan(_unsafeStart: loginBytes(handle), byteCount: sessions[handle].login.count)
    switch sessions[handle].proxyStage.read(bytes) {
    case .wait: return false
    case .none:
      sessions[handle].proxyStage = .over
      return true
    case .header(let header):
      context.report.counters.add(header.origin == .local ? .proxyLocal : .proxyHeaders)
      sessions[handle].origin = header.origin.client
      let tenants = ProxiedTenants(header, in: bytes, endpoints: context.settings.vpcEndpoints)
      if !tenants.isEmpty { proxiedTenants[handle.index] = tenants }
      sessions[handle].proxyStage = .over
      forget(header.byteCount, handle)
      timers.set(handle.index, to: loginDeadline(handle))
      return true
    case .refuse(let fault):
      refuseProxied(handle, fault)
      return false
    }
  }

  /// Ends a connection at its header: whoever speaks another protocol than was configured would not
  /// understand why.
  mutating func refuseProxied(_ handle: SlabHandle, _ fault: ProxyFault) {
    context.report.counters.add(fault.counter)
    if let text = fault.text { tell(.proxyRefused(text), handle) }
    end(handle)
  }

  /// Where a session's client is: by the header where there was one, else by its connection; nil
  /// when that can't be told. A system call where there was none.
  mutating func clientAddress(_ handle: SlabHandle) -> SocketAddress? {
    if let origin = sessions[handle].origin { return origin }
    return kernel.peer(of: sessions[handle].client)?.unmapped
  }
}
