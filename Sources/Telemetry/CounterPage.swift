public import Synchronization

/// Counters of one thread that others may read: a relaxed load and store a count, no read-modify-write.
///
/// `Name` numbers the counters from 0, in the order of its cases. Invariant that keeps the pointer safe: it holds `count` cells, one for
/// each case of `Name`, for the life of the object; only the owning thread calls ``add(_:_:)``.
public final class CounterPage<Name: RawRepresentable & CaseIterable & Sendable>: Sendable
where Name.RawValue == Int {
  @usableFromInline nonisolated(unsafe) let cells: UnsafeMutablePointer<Atomic<UInt64>>
  @usableFromInline let count: Int

  /// A page of zeroes.
  public init() {
    count = Name.allCases.count
    cells = .allocate(capacity: count)
    for index in 0..<count { (cells + index).initialize(to: Atomic(0)) }
  }

  deinit { cells.deallocate() }

  /// Adds to a counter. Only the owning thread may.
  @inlinable
  public func add(_ name: Name, _ amount: UInt64 = 1) {
    let place = place(name)
    cells[place].store(cells[place].load(ordering: .relaxed) &+ amount, ordering: .relaxed)
  }

  /// The counter's value, as of some moment just now. Any thread may ask.
  @inlinable
  public func value(_ name: Name) -> UInt64 { cells[place(name)].load(ordering: .relaxed) }

  @inlinable
  func place(_ name: Name) -> Int {
    precondition(name.rawValue < count, "counters are numbered from 0")
    return name.rawValue
  }
}
