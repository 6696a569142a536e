/// The tracked settings of a client or of a link, as numbers of values in the worker's ``ValueTable``.
///
/// Two sets with the same values are equal, so that a link is known to suit a client by comparing 36
/// bytes. A set holds a reference to each of its values. Copying the struct makes no references: that
/// is what ``ValueTable/copy(_:)`` is for.
public struct ParameterValues: Sendable, Equatable, BitwiseCopyable {
  /// By ``TrackedParameter``, 0 where the value isn't known; the last is that of the ``UnreportedSettings``, 0 for none.
  @usableFromInline var numbers: InlineArray<9, UInt32>

  /// No value is known.
  @inlinable
  public init() { numbers = InlineArray(repeating: 0) }

  /// Whether both have the same values. Allocates nothing.
  @inlinable
  public static func == (left: ParameterValues, right: ParameterValues) -> Bool {
    var difference: UInt32 = 0
    for index in 0..<9 { difference |= left.numbers[index] ^ right.numbers[index] }
    return difference == 0
  }

  /// Whether the parameter's value is known.
  public func knows(_ parameter: TrackedParameter) -> Bool { self[parameter] != 0 }

  /// Whether anything is known of settings that servers don't report.
  public var hasUnreported: Bool { unreported != 0 }

  /// The text of settings that servers don't report.
  var unreported: UInt32 {
    get { numbers[8] }
    set { numbers[8] = newValue }
  }

  subscript(parameter: TrackedParameter) -> UInt32 {
    get { numbers[Int(parameter.rawValue)] }
    set { numbers[Int(parameter.rawValue)] = newValue }
  }
}
