/// Memory that one quiet send takes, in order: at most as many pieces as a lane has slices.
public struct SendPieces {
  private var pieces = InlineArray<4, UnsafeRawBufferPointer>(
    repeating: UnsafeRawBufferPointer(start: nil, count: 0))
  /// How many there are.
  public private(set) var count = 0

  /// No pieces.
  public init() {}

  /// Adds a piece.
  ///
  /// - Precondition: there are fewer than ``RelayLimits/slicesALane``.
  public mutating func append(_ piece: UnsafeRawBufferPointer) {
    precondition(count < RelayLimits.slicesALane, "more pieces than a lane has slices")
    pieces[count] = piece
    count += 1
  }

  /// The piece at a place, 0 being the first.
  public subscript(index: Int) -> UnsafeRawBufferPointer {
    precondition(index < count, "no piece at this place")
    return pieces[index]
  }
}
