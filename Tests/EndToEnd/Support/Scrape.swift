import Foundation
import LocalFleet

/// What `/metrics` of a router says at a moment.
struct Scrape {
  private let values: [String: Double]

  /// Asks the router's HTTP server, whose port its log tells.
  init(_ router: LocalRouter) async throws {
    guard
      let words = router.log.split(separator: "\n").last(where: { $0.hasSuffix(" (HTTP)") })?
        .split(separator: " ").dropLast().last,
      let port = words.split(separator: ":").last.flatMap({ UInt16($0) })
    else { throw Missing(what: "an HTTP server in \(router.logPath)") }
    let answer = try await HTTPAnswer(of: "/metrics", port: port)
    var values: [String: Double] = [:]
    for line in answer.body.split(separator: "\n") where line.hasPrefix("shardway_") {
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
