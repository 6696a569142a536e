import Wire

/// A setting that servers report and clients can change: what a link must be given back its client's value of.
///
/// All of PostgreSQL 18's list except `scram_iterations`, which only matters to who sets a password,
/// and `session_authorization`, which only superusers change and which needs a statement of its own.
/// Of others only what a client has SET itself is known: ``UnreportedSettings``. (PostgreSQL, "Asynchronous
/// Operations" of the message flow.)
public enum TrackedParameter: UInt8, Sendable, CaseIterable {
  // In the order in which they are set: texts after it are in the new encoding.
  case clientEncoding
  case dateStyle
  case intervalStyle
  case timeZone
  /// Changes how the string constants of a query are read.
  case standardConformingStrings
  case applicationName
  /// Reported from PostgreSQL 14 on.
  case defaultTransactionReadOnly
  /// Reported from PostgreSQL 18 on, and by some earlier servers of others.
  case searchPath

  /// The setting's name as servers spell it.
  public var name: StaticString {
    switch self {
    case .clientEncoding: "client_encoding"
    case .dateStyle: "DateStyle"
    case .intervalStyle: "IntervalStyle"
    case .timeZone: "TimeZone"
    case .standardConformingStrings: "standard_conforming_strings"
    case .applicationName: "application_name"
    case .defaultTransactionReadOnly: "default_transaction_read_only"
    case .searchPath: "search_path"
    }
  }

  /// The parameter of this name, in letters of any case; nil for one that isn't tracked. Allocates nothing.
  public init?(named name: RawSpan) {
    for parameter in Self.allCases where parameter.isNamed(name) {
      self = parameter
      return
    }
    return nil
  }

  private func isNamed(_ name: RawSpan) -> Bool {
    self.name.withUTF8Buffer { own in
      guard own.count == name.byteCount else { return false }
      for offset in 0..<own.count
      where Self.lowercased(own[offset]) != Self.lowercased(name.byte(at: offset)) {
        return false
      }
      return true
    }
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}

/// Some of the tracked parameters, and perhaps what servers don't report.
public struct ParameterSet: Sendable, Hashable {
  private var bits: UInt8 = 0
  /// Whether something of the ``UnreportedSettings`` is in it.
  public internal(set) var hasUnreported = false

  /// None of them.
  public init() {}

  /// Whether none is in it.
  public var isEmpty: Bool { bits == 0 && !hasUnreported }

  /// Whether this one is in it.
  public func contains(_ parameter: TrackedParameter) -> Bool { bits & bit(parameter) != 0 }

  mutating func insert(_ parameter: TrackedParameter) { bits |= bit(parameter) }

  private func bit(_ parameter: TrackedParameter) -> UInt8 { 1 << parameter.rawValue }
}
