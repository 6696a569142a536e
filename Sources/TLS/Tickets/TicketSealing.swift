internal import COpenSSL

// Session tickets: all that a server would have to remember of a session, sealed and kept by the client (RFC 5077, RFC 8446
// section 4.6.1). Nothing is kept here.
extension TLSContext {
  /// Has sessions be resumed by tickets; called by the initializer.
  func allowTickets(_ keys: TicketKeys) throws(TLSError) {
    SSL_CTX_set_timeout(context, max(1, Int(keys.lifetime.components.seconds)))
    // One is enough for a client that asks for one with each connection; OpenSSL sends two.
    guard SSL_CTX_set_num_tickets(context, 1) == 1,
      shardway_tickets_by(
        context,
        { connection, name, iv, cipher, mac, isSealing in
          guard let connection, let name, let iv, let cipher, let mac,
            let keys = TLSContext.owner(of: connection).ticketKeys
          else { return -1 }
          return isSealing != 0
            ? keys.seal(name: name, iv: iv, cipher, mac)
            : keys.open(name: name, iv: iv, cipher, mac)
        }) != 0
    else { throw .setupFailed(reason: ErrorQueue.takeReason()) }
  }
}

extension TicketKeys {
  /// What OpenSSL is to be told of a ticket.
  private enum Verdict {
    static let failed: Int32 = -1
    static let unknownKey: Int32 = 0
    static let good: Int32 = 1
    /// Good, and the client is to have a new one.
    static let renew: Int32 = 2
  }

  /// Names the key of a new ticket, and sets it up. `name` and `iv` have room for 16 bytes each.
  fileprivate func seal(
    name: UnsafeMutablePointer<UInt8>, iv: UnsafeMutablePointer<UInt8>, _ cipher: OpaquePointer,
    _ mac: OpaquePointer
  ) -> Int32 {
    let key = sealing()
    guard RAND_bytes(iv, 16) == 1 else { return Verdict.failed }
    name.update(from: key.name, count: SHARDWAY_TICKET_NAME)
    let isGood = shardway_ticket_begin(cipher, mac, key.cipher, key.mac, iv, 1) != 0
    return isGood ? Verdict.good : Verdict.failed
  }

  /// Finds the key of a ticket, and sets it up.
  fileprivate func open(
    name: UnsafeMutablePointer<UInt8>, iv: UnsafeMutablePointer<UInt8>, _ cipher: OpaquePointer,
    _ mac: OpaquePointer
  ) -> Int32 {
    let named = UnsafeRawBufferPointer(start: name, count: SHARDWAY_TICKET_NAME)
    guard let (key, isOld) = opening(named) else { return Verdict.unknownKey }
    guard shardway_ticket_begin(cipher, mac, key.cipher, key.mac, iv, 0) != 0 else {
      return Verdict.failed
    }
    return isOld ? Verdict.renew : Verdict.good
  }
}
