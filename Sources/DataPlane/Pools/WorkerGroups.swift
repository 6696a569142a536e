import Wire

/// Which workers of a router serve whom: the first ones everybody, the last ones the tenants of a label each.
public struct WorkerGroups: Sendable, Equatable {
  /// Workers that serve the same tenants and share their server connections.
  public struct Group: Sendable, Equatable {
    /// The label of its tenants; nil for those that serve everybody else.
    public let label: String?
    /// Its workers, by number; never empty.
    public let workers: Range<Int>
    let rules: DedicatedSettings?
  }

  /// The groups in the order of their workers: first the shared one.
  public let groups: [Group]

  /// Workers that all serve everybody.
  public init(workers: Int) {
    groups = [Group(label: nil, workers: 0..<workers, rules: nil)]
  }

  /// Takes the last workers for the labels, in their order.
  public init(workers: Int, dedicated: [DedicatedSettings]) throws(WorkerGroupsFault) {
    let taken = dedicated.reduce(0) { $0 + $1.workers }
    guard taken < workers else { throw .noneShared(dedicated: taken, workers: workers) }
    var groups = [Group(label: nil, workers: 0..<workers - taken, rules: nil)]
    for rules in dedicated {
      let first = groups[groups.count - 1].workers.upperBound
      groups.append(
        Group(label: rules.label, workers: first..<first + rules.workers, rules: rules))
    }
    self.groups = groups
  }

  /// The workers that serve everybody who has none of their own; they alone listen.
  public var shared: Range<Int> { groups[0].workers }

  /// All workers.
  public var count: Int { groups[groups.count - 1].workers.upperBound }

  /// The group of a worker.
  func number(ofWorker worker: Int) -> Int {
    groups.firstIndex { $0.workers.contains(worker) } ?? 0
  }

  /// The group of a label, by number; the shared one where the label has none.
  func number(ofLabel label: RawSpan) -> Int {
    groups.firstIndex { $0.label.map { Self.equal($0, label) } ?? false } ?? 0
  }

  private static func equal(_ text: String, _ bytes: RawSpan) -> Bool {
    text.utf8.count == bytes.byteCount
      && text.utf8.enumerated().allSatisfy {
        bytes.byte(at: $0.offset) == $0.element
      }
  }
}

/// Why workers can't be shared out as it was asked for.
public enum WorkerGroupsFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// No worker would be left for tenants without a label, and to listen.
  case noneShared(dedicated: Int, workers: Int)

  /// What is wrong and what to do, to be read behind the field's name.
  public var description: String {
    switch self {
    case .noneShared(let dedicated, let workers):
      "takes \(dedicated) of \(workers) workers, and at least one must serve everybody else; "
        + "raise workers, or dedicate fewer"
    }
  }
}
