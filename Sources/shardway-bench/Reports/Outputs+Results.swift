internal import Foundation
internal import LoadReport
internal import LoadResults

extension Outputs {
  /// Reads the JSON file of a run.
  static func read(_ path: String) throws(BenchError) -> RunResult {
    do { return try ResultFile.read(path) } catch { throw .resultFile(error) }
  }

  /// Writes a run's result.
  func write(_ result: RunResult) throws(BenchError) {
    try makeFolders()
    if let json {
      do { try ResultFile.write(result, to: json) } catch { throw .resultFile(error) }
    }
    if let html { try Self.write(HTMLReport.text(of: result), to: html) }
    if let hgrm {
      for load in result.loads {
        let path = "\(hgrm)/\(OutputOptions.fileName(load.name)).hgrm"
        try Self.write(PercentileDistribution(load.latency).hgrm, to: path)
      }
    }
  }

  /// Writes what is different between two runs.
  func write(_ comparison: RunComparison) throws(BenchError) {
    try makeFolders()
    if let json { try Self.write(Self.encoded(comparison), to: json) }
    if let html { try Self.write(HTMLReport.text(of: comparison), to: html) }
  }

  /// Writes what a search for the limit has found.
  func write(_ result: LimitResult) throws(BenchError) {
    try makeFolders()
    if let json { try Self.write(Self.encoded(result), to: json) }
    if let html { try Self.write(HTMLReport.text(of: result), to: html) }
  }

  /// As JSON, the same for the same result.
  private static func encoded(_ result: some Encodable) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do { return try encoder.encode(result) } catch {
      preconditionFailure("numbers and texts can be written: \(error)")
    }
  }
}
