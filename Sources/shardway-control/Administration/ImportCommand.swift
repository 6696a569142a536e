import ArgumentParser
import ControlPlane
import Foundation
import MapDocument
import MapExchange
import ShardMap

/// `import`: a map that people wrote moves into an empty store.
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Loads a map document into an empty store.",
    discussion: """
      Epochs and generations are kept. The map's version begins anew, with the log: routers that use
      a map of a higher version refuse it, so give them an empty folder for their last map.

      Example:
        shardway-control import map.json --config /etc/shardway/control.yaml --why "the first map"
      """)

  @Argument(help: "The map document (JSON).")
  var document: String
  @OptionGroup var store: StoreOptions
  @Option(help: "The reason, for the log.")
  var why: String?
  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    try await ConsoleError.telling {
      let store = try store.open()
      guard try await store.currentHead().sequence == 0 else {
        throw PlainError("the store isn't empty: an import is for a first start only")
      }
      guard let data = FileManager.default.contents(atPath: document) else {
        throw PlainError("\(document) can't be read")
      }
      let map = try MapDocument.decode(Array(data))
      let findings = map.validate()
      guard findings.isEmpty else {
        throw PlainError(findings.map { "\(document): \($0)" }.joined(separator: "\n"))
      }
      let start = ContinuousClock.now
      let head = try await store.load(
        map.resources.map { MapRecord($0) }, by: NSUserName(), why: why ?? "import of \(document)")
      if json {
        JSONOutput.print([
          "mapVersion": .integer(head.sequence), "resources": .integer(head.count),
          "root": .string(head.root.description),
        ])
      } else {
        print(
          "\(head.count) resources in \(ContinuousClock.now - start); map version \(head.sequence)")
      }
      if map.mapVersion > UInt64(head.sequence) {
        FileHandle.standardError.write(
          Data("the document's version was \(map.mapVersion), higher than the new one\n".utf8))
      }
    }
  }
}
