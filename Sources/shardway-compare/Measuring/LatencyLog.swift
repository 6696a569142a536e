internal import Foundation

/// The latency of each transaction of a block.
struct LatencyLog {
  /// In microseconds, ascending.
  private let sorted: [UInt32]

  init(microseconds: [UInt32]) { sorted = microseconds.sorted() }

  /// Reads all files of `pgbench -l` in a folder.
  static func read(folder: String) -> LatencyLog {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return LatencyLog(
      microseconds: names.flatMap { name in
        parse(FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data())
      })
  }

  /// The third field of each line: `client transaction latency script seconds microseconds`.
  static func parse(_ text: some Sequence<UInt8>) -> [UInt32] {
    var latencies: [UInt32] = []
    var field = 0
    var value: UInt32 = 0
    for byte in text {
      switch byte {
      case UInt8(ascii: "\n"):
        if field >= 2 { latencies.append(value) }
        (field, value) = (0, 0)
      case UInt8(ascii: " "): field += 1
      default:
        if field == 2 { value = value &* 10 &+ UInt32(byte &- UInt8(ascii: "0")) }
      }
    }
    return latencies
  }

  /// The smallest latency that at least `share` per cent of the transactions don't exceed.
  func percentile(_ share: Int) -> Double {
    guard !sorted.isEmpty else { return .nan }
    return Double(sorted[max(0, (sorted.count * share + 99) / 100 - 1)])
  }
}
