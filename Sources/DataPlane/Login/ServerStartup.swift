import Wire

/// What is sent to a server before a session is relayed.
enum ServerStartup {
  /// SSLRequest, asked of a server before a ClientHello is passed on (protocol page "SSL Session Encryption").
  static let sslRequest: [UInt8] = [0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x2F]

  /// A client's startup packet as the server is to see it: the tenant's database, the user without the tenant, and none of the
  /// settings that were meant for the router. All else stays, in its order; `isReadOnly` has its transactions begin read-only, and
  /// `applicationName` takes the place of the client's own.
  static func packet(
    _ startup: StartupMessage, in packet: RawSpan, options: StartupOptions, user: [UInt8],
    database: RawSpan, isReadOnly: Bool = false, applicationName: String? = nil
  ) throws(StartupPacketError) -> [UInt8] {
    var kept = options
    kept.removeSettings {
      $0.hasPrefix(RouterOption.prefix) || isReadOnly && $0.isNamed(readOnlySwitch)
    }
    return try startup.rewritten(
      packet: packet, database: database, user: user.span.bytes, options: kept.encoded().span.bytes,
      keeping: {
        let name = packet.copy(of: $0.name)
        return !name.starts(with: RouterOption.prefix.utf8)
          && !name.elementsEqual(RouterOption.plainTraceParent.utf8)
          && !(isReadOnly && name.elementsEqual(readOnlySwitch.utf8))
          && !(applicationName != nil && name.elementsEqual(RouterOption.applicationName.utf8))
      },
      adding: (isReadOnly ? [(readOnlySwitch, "on")] : [])
        + (applicationName.map { [(RouterOption.applicationName, $0)] } ?? []))
  }

  private static let readOnlySwitch = "default_transaction_read_only"
}
