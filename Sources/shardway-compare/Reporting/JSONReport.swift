internal import Foundation
internal import LocalFleet

/// The whole comparison, as `--json` writes it.
struct JSONReport: Codable {
  let startedAt: Date
  let machine: Machine
  let settings: Settings
  let workloads: [WorkloadResult]
  let targets: [TargetVerdict]

  /// How the blocks were run.
  struct Settings: Codable, Sendable {
    let rounds: Int
    let blockSeconds: Int
    let protocolMode: BlockRunner.ProtocolMode
    let pinning: Pinning
  }

  /// Writes the file.
  ///
  /// - Throws: `FleetError.folder` when it can't be written.
  func write(to path: String) throws(FleetError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    encoder.dateEncodingStrategy = .iso8601
    do {
      try encoder.encode(self).write(to: URL(fileURLWithPath: path))
    } catch {
      throw .folder(path: path, reason: "\(error)")
    }
  }
}
