/// A value that is never shown: not by `print`, not by `dump`, and not as a part of something else that
/// is.
public protocol SecretValue: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{}

extension SecretValue {
  /// `(secret)`.
  public var description: String { "(secret)" }

  /// `(secret)`.
  public var debugDescription: String { "(secret)" }

  /// Without children.
  public var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}
