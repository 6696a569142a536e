internal import Console
internal import Foundation
internal import LoadReport
internal import LoadResults

extension Outputs {
  /// Writes a run's result.
  func write(_ result: RunResult) throws(BenchError) {
    if let json { try Self.write(Self.encoded(result), to: json) }
    if let hgrm {
      for load in result.loads {
        let path = "\(hgrm)/\(OutputOptions.fileName(load.name)).hgrm"
        try Self.write(PercentileDistribution(load.latency).hgrm, to: path)
      }
    }
  }

  /// Writes what a search for the limit has found.
  func write(_ result: LimitResult) throws(BenchError) {
    if let json { try Self.write(Self.encoded(result), to: json) }
  }

  /// As JSON, the same for the same result.
  static func encoded(_ result: some Encodable) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do { return try encoder.encode(result) } catch {
      preconditionFailure("numbers and texts can be written: \(error)")
    }
  }
}
