import CThreads

/// The processor cores this process may run on.
enum Cores {
  /// More cores than this are not used.
  static let maximum = 1024

  /// Their numbers, in order; never empty.
  static func allowed() -> [Int32] {
    var cores = [Int32](repeating: 0, count: maximum)
    let count = Int(shardway_allowed_cores(&cores, Int32(maximum)))
    return count > 0 ? Array(cores.prefix(count)) : [0]
  }

  /// Binds the calling thread to a core; where that is not allowed the thread stays free.
  ///
  /// - Returns: 0, or the errno that says why not.
  static func pinCallingThread(to core: Int32) -> Int32 { shardway_pin_to_core(core) }
}
