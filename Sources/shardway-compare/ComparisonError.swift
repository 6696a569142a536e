/// Why a comparison could not be made.
enum ComparisonError: Error, CustomStringConvertible {
  /// A contender let no client through.
  case notReady(String, reason: String, log: String)
  /// Transactions failed, so that their number says nothing.
  case failedTransactions(String, workload: String, errors: [String: Int])

  /// The system lets a process open too few files for the connections of a proxy.
  case tooFewFiles(needed: UInt64, allowed: UInt64)

  var description: String {
    switch self {
    case .tooFewFiles(let needed, let allowed):
      "a proxy needs \(needed) open files, and \(allowed) are allowed: raise the limit (`ulimit -n`)"
    case .notReady(let name, let reason, let log):
      "\(name) let no client through: \(reason)" + (log.isEmpty ? "" : "\n\(log)")
    case .failedTransactions(let name, let workload, let errors):
      "transactions of \"\(workload)\" failed through \(name): "
        + (errors.isEmpty
          ? "none was completed"
          : errors.sorted { $0.key < $1.key }.map { "\($0.key) × \($0.value)" }
            .joined(separator: ", "))
    }
  }
}
