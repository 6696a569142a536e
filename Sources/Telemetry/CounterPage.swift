public import Synchronization

/// Counters of one thread that others may read: a relaxed load and store a count, no read-modify-write.
///
/// `Name` numbers the counters from 0. Invariant that keeps the pointer safe: it holds one cell for each case of `Name`, for the life of
/// the object; only the owning thread calls ``add(_:_:)``.
public final class CounterPage<Name: RawRepresentable & CaseIterable & Sendable>: Sendable
where Name.RawValue == Int {
  private nonisolated(unsafe) let cells: UnsafeMutablePointer<Atomic<UInt64>>

  /// A page of zeroes.
  public init() {
    cells = .allocate(capacity: Name.allCases.count)
    for index in 0..<Name.allCases.count { (cells + index).initialize(to: Atomic(0)) }
  }

  deinit { cells.deallocate() }

  /// Adds to a counter. Only the owning thread may.
  @inlinable
  public func add(_ name: Name, _ amount: UInt64 = 1) {
    let cell = cell(name)
    cell.pointee.store(
      cell.pointee.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
  }

  /// The counter's value, as of some moment just now. Any thread may ask.
  @inlinable
  public func value(_ name: Name) -> UInt64 { cell(name).pointee.load(ordering: .relaxed) }

  @usableFromInline
  func cell(_ name: Name) -> UnsafeMutablePointer<Atomic<UInt64>> {
    precondition(name.rawValue < Name.allCases.count, "counters are numbered from 0")
    return cells + name.rawValue
  }
}
