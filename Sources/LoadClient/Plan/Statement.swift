/// Bytes in a plan's store.
struct Stretch {
  var start: Int32
  var count: Int32

  /// No bytes.
  static var none: Stretch { Stretch(start: 0, count: 0) }
}

/// A part of the message that carries a statement's parameters.
struct MessagePiece {
  /// What is written.
  enum Content: UInt8 {
    /// Bytes of the store.
    case bytes
    /// A value's digits, in the middle of a text.
    case digits
    /// A value as a parameter of Bind: the length in four bytes, and the digits.
    case parameter
  }

  var content: Content
  /// The value's number.
  var variable: UInt8
  var bytes: Stretch
}

/// A statement as it is sent: with simple queries one message; else perhaps Parse, then Bind,
/// Execute and Sync.
struct Statement {
  /// Number of the statement that is prepared on the server; −1 where none is.
  var prepared: Int16
  /// The Parse message; empty for simple queries.
  var parse: Stretch
  /// The pieces of Query or Bind, its type and an empty length at the front of the first.
  var pieces: Range<Int32>
  /// Bytes of the last piece that follow the message: those of Execute and Sync.
  var following: Int32
  /// The most bytes that the pieces can have, whatever the values are.
  var mostBytes: Int32
}

/// A statement's place in a transaction.
struct Step {
  /// What a checker takes from its answer.
  enum Reading: UInt8 {
    case nothing
    /// What the session has written to its own counter.
    case ownWrite
    /// What the session reads of its own counter.
    case ownRead
    /// What was written to the tenant's counter.
    case counterWrite
    /// What is read of the tenant's counter, and whether on a replica.
    case counterRead
    /// What the router has proven about the instance; an error is an answer, too: that it is no
    /// router.
    case route
  }

  /// What the step does to the session's tier.
  enum TierChange: UInt8 {
    case none, away, back
  }

  /// Index of the statement.
  var statement: Int32
  var reading = Reading.nothing
  var tierChange = TierChange.none
  /// Whether the client pauses before the next step.
  var pausesAfter = false

  /// Whether nobody looks at its answer.
  @inline(__always)
  var isPlain: Bool {
    if case .nothing = reading, case .none = tierChange { true } else { false }
  }
}

/// A transaction: steps, and what is drawn before the first.
struct Program {
  /// Whose counter the first value is.
  enum Counter: UInt8 {
    case none, tenants, connections
  }

  var steps: Range<Int32>
  /// Ranges that the values are drawn from.
  var draws: Range<Int32>
  var counter = Counter.none
}

/// What an entry of the mix runs.
enum Kind {
  case program(Int)
  /// A program that writes the tenant's counter; one that reads it and asks for the route; one that
  /// only reads it.
  case staleness(write: Int, readWithRoute: Int, read: Int, boundNanoseconds: Int64)
}
