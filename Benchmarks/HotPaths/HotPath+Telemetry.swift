import DataPlane
import Telemetry

extension HotPath {
  /// What a worker counts.
  static let telemetry = [
    HotPath("telemetry/count") {
      let page = CounterPage<WorkerCounter>()
      return { count in
        for index in 0..<count { page.add(index & 1 == 0 ? .upstreamBytes : .downstreamBytes, 64) }
        return Int(truncatingIfNeeded: page.value(.upstreamBytes))
      }
    }
  ]
}
