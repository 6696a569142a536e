import Foundation
import LocalFleet

/// What `/metrics` of a router says at a moment.
struct Scrape {
  private let values: [String: Double]

  /// Asks the router's HTTP server, whose port its log tells.
  init(_ router: LocalRouter) throws {
    guard
      let words = router.log.split(separator: "\n").last(where: { $0.hasSuffix(" (HTTP)") })?
        .split(separator: " ").dropLast().last,
      let port = words.split(separator: ":").last.flatMap({ UInt16($0) }),
      let socket = LoopbackSocket.connected(to: port, patience: .seconds(20))
    else { throw Missing(what: "an HTTP server in \(router.logPath)") }
    defer { close(socket) }
    let question = Array("GET /metrics HTTP/1.1\r\nHost: router\r\nConnection: close\r\n\r\n".utf8)
    guard send(socket, question, question.count, Int32(MSG_NOSIGNAL)) == question.count else {
      throw Missing(what: "a place for the question")
    }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    while case let count = recv(socket, &piece, piece.count, 0), count > 0 {
      bytes += piece.prefix(count)
    }
    var values: [String: Double] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    where line.hasPrefix("shardway_") {
      guard let blank = line.lastIndex(of: " ") else { continue }
      values[String(line[..<blank])] = Double(line[line.index(after: blank)...])
    }
    guard !values.isEmpty else { throw Missing(what: "metrics") }
    self.values = values
  }

  /// The value of a sample, by its name and labels as they are written.
  subscript(key: String) -> Double { values[key] ?? 0 }

  /// The sum of the samples whose names and labels have all of these parts.
  func sum(_ parts: String...) -> Double {
    values.filter { sample in parts.allSatisfy { sample.key.contains($0) } }
      .reduce(0) { $0 + $1.value }
  }
}
