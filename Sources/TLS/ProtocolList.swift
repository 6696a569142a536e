internal import COpenSSL

/// The protocols of ALPN in the form of the extension: each a byte of length and a name.
///
/// Invariant: `bytes` is an allocation of `count` bytes, freed once by the owner.
struct ProtocolList {
  let bytes: UnsafeMutablePointer<UInt8>
  let count: UInt32

  init(_ names: [String]) throws(TLSError) {
    var list: [UInt8] = []
    for name in names {
      guard 1...TLSLimits.protocolNameBytes ~= name.utf8.count else {
        throw .badProtocolName(name)
      }
      list.append(UInt8(name.utf8.count))
      list.append(contentsOf: name.utf8)
    }
    bytes = .allocate(capacity: max(list.count, 1))
    bytes.initialize(from: list, count: list.count)
    count = UInt32(list.count)
  }

  func deallocate() { bytes.deallocate() }

  /// What a server answers to a client's offer: the first of its own protocols that is offered, or an alert. It points `chosen` into one of the
  /// two lists, as OpenSSL wants it.
  func choose(
    offered: UnsafePointer<UInt8>?, count offeredCount: UInt32,
    into chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
    _ chosenCount: UnsafeMutablePointer<UInt8>?
  ) -> Int32 {
    var place: UnsafeMutablePointer<UInt8>?
    let verdict = SSL_select_next_proto(&place, chosenCount, bytes, count, offered, offeredCount)
    guard verdict == OPENSSL_NPN_NEGOTIATED else { return SSL_TLSEXT_ERR_ALERT_FATAL }
    chosen?.pointee = UnsafePointer(place)
    return SSL_TLSEXT_ERR_OK
  }
}
