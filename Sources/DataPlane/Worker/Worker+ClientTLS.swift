import Telemetry
import TLS

/// Clients whose encryption ends here.
///
/// The ClientHello is read before anything is decided, so that a tenant with workers of its own gets to one of them in time: once the handshake has
/// begun, the connection is this worker's.
extension Worker where K: ~Copyable {
  /// A client was told to begin its handshake, or has begun it by itself: it has a handshake's time for the first flight, and as long for the rest.
  mutating func awaitHandshake(_ handle: SlabHandle) {
    guard let timeout = context.settings.tls?.handshakeTimeout else { return }
    let end = kernel.now.advanced(by: timeout)
    timers.set(handle.index, to: min(end, loginDeadline(handle)))
  }

  /// A client's first flight is there, for a server of this name.
  mutating func encryptClient(_ handle: SlabHandle, serverName: [UInt8]?) {
    let names = listeners[sessions[handle].listener].tenantNames
    if let tenant = names.tenant(ofServerName: serverName), handOver(handle, tenant) { return }
    let count = sessions[handle].login.count
    let hello = UnsafeRawBufferPointer(start: loginBytes(handle), count: count)
    guard memory.take(SecureLimits.bytesASocket) else {
      return refuse(handle, .tooManyEncrypted)
    }
    guard kernel.secure(sessions[handle].client, .server, received: hello) else {
      memory.giveBack(SecureLimits.bytesASocket)
      return refuse(handle, .tooManyEncrypted)
    }
    sessions[handle].isClientEncrypted = true
    sessions[handle].greeting.encryptionBegan()
    sessions[handle].login.count = 0
    timers.set(handle.index, to: loginDeadline(handle))
  }

  /// A client has left before it said who it is, or its handshake has failed.
  mutating func greetingEnded(_ handle: SlabHandle) {
    if sessions[handle].isClientEncrypted,
      case .failed(let failure)? = kernel.facts(of: sessions[handle].client)?.state
    {
      tell(.tlsFailed(failure, isClient: true), handle)
    }
    end(handle)
  }

  /// The tenants that a client has named by its encryption.
  mutating func encryptedTenants(_ handle: SlabHandle) -> EncryptedTenants {
    if !handedEncryptions.isEmpty, let handed = handedEncryptions[handle.index] {
      return handed.tenants
    }
    guard sessions[handle].isClientEncrypted,
      let session = kernel.facts(of: sessions[handle].client)?.session
    else { return EncryptedTenants() }
    return listeners[sessions[handle].listener].tenantNames.tenants(of: session)
  }

  /// Uses other certificates and keys from now on, or says why not.
  mutating func renewTLS(_ material: TLSMaterial) {
    do throws(TLSError) {
      try kernel.renew(material)
      serverTLS = serverTLS == nil ? nil : material.servers ?? serverTLS
    } catch {
      context.report.events.put(
        WorkerEvent(kind: .tlsNotRenewed(error.description), tenant: [], address: nil))
    }
  }
}

extension TenantNames {
  /// The tenant of a server name in lower case; nil where it names none.
  func tenant(ofServerName name: [UInt8]?) -> [UInt8]? {
    guard let suffix = serverNameSuffix, let name, name.count > suffix.utf8.count,
      name.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    else { return nil }
    return Array(name.dropLast(suffix.utf8.count))
  }
}
