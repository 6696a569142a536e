internal import Foundation
internal import RouterAPI

/// What a router has told at one moment.
struct TopNews: Codable, Sendable, Equatable {
  var fleet: FleetDocument
  var shards: ShardsDocument
  var pools: PoolsDocument
  var tenants: TenantsDocument
  var modes: ModesDocument
  var workers: WorkersDocument

  /// As `--json` prints it.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
