import Wire

/// Bytes like those that the router sees most.
enum Samples {
  /// The answer to a small query: five messages, 72 bytes, over and over.
  static func stream(messages count: Int) -> [UInt8] {
    let answer: [(UInt8, Int)] = [
      (BackendMessageType.rowDescription, 33), (BackendMessageType.dataRow, 11),
      (BackendMessageType.commandComplete, 9), (BackendMessageType.readyForQuery, 1),
      (FrontendMessageType.sync, 0),
    ]
    var stream: [UInt8] = []
    for index in 0..<count {
      let (type, bodyLength) = answer[index % answer.count]
      stream += MessageEncoder.encode(
        type: type, body: [UInt8](repeating: 0x41, count: bodyLength))
    }
    return stream
  }

  /// What psql sends first.
  static let startup: [UInt8] = {
    var writer = StartupMessageWriter()
    do {
      try writer.append(name: "user", value: "alice")
      try writer.append(name: "database", value: "acme")
      try writer.append(name: "application_name", value: "psql")
      try writer.append(name: "client_encoding", value: "UTF8")
      return try writer.finish()
    } catch {
      fatalError("the sample can't be written: \(error)")
    }
  }()

  /// A hello of 343 bytes with a server name and `postgresql` as protocol, as OpenSSL lays it out.
  static let hello: [UInt8] = {
    let name = Array("acme.db.localhost".utf8)
    let alpn = Array("postgresql".utf8)
    let nameExtension: [UInt8] = [0, 0, 0, 22, 0, 20, 0, 0, 17] + name
    let alpnExtension: [UInt8] = [0, 16, 0, 13, 0, 11, 10] + alpn
    let padding: [UInt8] = [0, 21, 0, 154] + [UInt8](repeating: 0, count: 154)
    let extensions = nameExtension + alpnExtension + padding
    var body: [UInt8] = [3, 3] + [UInt8](repeating: 7, count: 32)
    body += [32] + [UInt8](repeating: 8, count: 32)
    body += [0, 60] + [UInt8](repeating: 9, count: 60) + [1, 0]
    body += [0, UInt8(extensions.count)] + extensions
    let handshake = [1, 0, UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + body
    return [22, 3, 1, UInt8(handshake.count >> 8), UInt8(handshake.count & 0xFF)] + handshake
  }()

  /// What a network load balancer sends before a client's first byte.
  static let proxyHeader = ProxyHeader.encoded(
    .ipv4(
      source: IPv4Endpoint(address: 0xCB00_7107, port: 51_234),
      destination: IPv4Endpoint(address: 0x0A00_0001, port: 5432)),
    fields: [.vpcEndpoint("vpce-08d2bf15fac5001c9")], hasChecksum: true)

  /// Texts of queries, each with a name.
  static let texts: [(String, [UInt8])] = [
    ("short-select", "SELECT abalance FROM pgbench_accounts WHERE aid = $1"),
    ("commit", "COMMIT"),
    ("set-consistency", "SET shardway.consistency = 'bounded(2s)'"),
    ("insert-4-kibibytes", insert),
    ("insert-4-kibibytes-semicolon", insert + ", (0, 'a;b', '')"),
  ].map { ($0, Array($1.utf8)) }

  private static let insert: String = {
    var text = "INSERT INTO events (id, tenant, body) VALUES (1, 'acme', '')"
    while text.utf8.count < 4_070 {
      text += ", (\(text.utf8.count), 'acme', 'two boxes of soap, paid by card')"
    }
    return text
  }()
}
