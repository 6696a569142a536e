import Glibc
import ShardMap
import Wire

@testable import DataPlane

/// A TCP connection that says nothing by itself, by calls that wait; closed when nobody has it.
final class RawClient {
  struct Failure: Error { let errno: Int32 }

  private let descriptor: Int32

  /// Connects.
  init(to address: SocketAddress) throws {
    descriptor = Sockets.open(for: address, keepAlive: KeepAlive())
    var storage = sockaddr_storage()
    let count = Sockets.write(address, to: &storage)
    let result = withUnsafePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, count) }
    }
    guard result == 0 else { throw Failure(errno: errno) }
  }

  deinit { close(descriptor) }

  /// Sends all of it.
  func send(_ bytes: [UInt8]) throws {
    guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
      throw Failure(errno: errno)
    }
  }

  /// What comes next, at least a byte.
  func receive() throws -> [UInt8] {
    try waitToRead(descriptor)
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else { throw Failure(errno: count == 0 ? ECONNRESET : errno) }
    return Array(bytes.prefix(count))
  }
}

/// A user of the admin console who is trusted.
final class AdminClient {
  private let connection: RawClient
  private var arrived: [UInt8] = []

  /// Connects and logs in.
  init(to address: SocketAddress, user: String = "olga") throws {
    connection = try RawClient(to: address)
    var startup = StartupMessageWriter()
    try startup.append(name: "user", value: user)
    try startup.append(name: "database", value: "shardway")
    try connection.send(startup.finish())
    _ = try answer()
  }

  /// A statement's rows, each by its columns' names; those that are null are left out.
  func table(_ statement: String) throws -> [[String: String]] {
    try connection.send(
      MessageEncoder.encode(
        type: FrontendMessageType.query, body: Array(statement.utf8) + [0]))
    var names: [String] = []
    var rows: [[String: String]] = []
    for message in try answer() {
      switch message.type {
      case UInt8(ascii: "T"): names = Self.names(message.body)
      case UInt8(ascii: "D"):
        let values = Self.values(message.body)
        rows.append(
          Dictionary(
            uniqueKeysWithValues: zip(names, values).compactMap { name, value in
              value.map { (name, $0) }
            }))
      default: continue
      }
    }
    return rows
  }

  /// All messages up to the next ReadyForQuery.
  private func answer() throws -> [(type: UInt8, body: [UInt8])] {
    var messages: [(type: UInt8, body: [UInt8])] = []
    while true {
      while arrived.count >= 5 {
        let length = Self.number(arrived[1..<5])
        guard arrived.count > length else { break }
        messages.append((arrived[0], Array(arrived[5...length])))
        arrived.removeFirst(length + 1)
        if messages.last?.type == BackendMessageType.readyForQuery { return messages }
      }
      arrived += try connection.receive()
    }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reduce(0) { $0 << 8 | Int($1) }
  }

  private static func names(_ body: [UInt8]) -> [String] {
    var names: [String] = []
    var place = 2
    while let end = body[place...].firstIndex(of: 0) {
      names.append(String(decoding: body[place..<end], as: UTF8.self))
      // Table, column, type, size, modifier, format.
      place = end + 1 + 18
      if place >= body.count { break }
    }
    return names
  }

  private static func values(_ body: [UInt8]) -> [String?] {
    var values: [String?] = []
    var place = 2
    while place < body.count {
      let length = Int32(truncatingIfNeeded: number(body[place..<place + 4]))
      place += 4
      values.append(
        length < 0
          ? nil : String(decoding: body[place..<place + Int(length)], as: UTF8.self))
      place += max(0, Int(length))
    }
    return values
  }
}
