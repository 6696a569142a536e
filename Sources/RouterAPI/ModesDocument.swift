/// `GET /api/v1/modes`: what is not normal.
public struct ModesDocument: Codable, Sendable, Equatable {
  /// Shards that are not normal, by name, then tenants with sessions here that are not.
  public var modes: [Entry]

  /// A list of modes.
  public init(modes: [Entry]) { self.modes = modes }

  /// What is taken away, by whom, and until when.
  public struct Mode: Codable, Sendable, Equatable {
    /// `relaxed`, `eventual-only`, `read-only` or `paused`.
    public var mode: String
    /// Who says so: `map-shard`, `map-tenant` or `no-primary`.
    public var cause: String
    /// What the mode takes away, in a sentence.
    public var explanation: String
    /// Why, in people's words; nil where nobody said.
    public var why: String?
    /// Since when, in milliseconds since 1970; nil where nobody knows.
    public var sinceMilliseconds: UInt64?
    /// When it ends by itself, in milliseconds since 1970; nil where it doesn't.
    public var untilMilliseconds: UInt64?
    /// What ends it.
    public var exitRule: String

    /// A mode from its parts.
    public init(
      mode: String, cause: String, explanation: String, why: String?, sinceMilliseconds: UInt64?,
      untilMilliseconds: UInt64?, exitRule: String
    ) {
      self.mode = mode
      self.cause = cause
      self.explanation = explanation
      self.why = why
      self.sinceMilliseconds = sinceMilliseconds
      self.untilMilliseconds = untilMilliseconds
      self.exitRule = exitRule
    }
  }

  /// A shard or a tenant in a mode.
  public struct Entry: Codable, Sendable, Equatable {
    /// `shard` or `tenant`.
    public var scope: String
    /// Its id.
    public var name: String
    /// Its mode.
    public var mode: Mode

    /// Something in a mode.
    public init(scope: String, name: String, mode: Mode) {
      self.scope = scope
      self.name = name
      self.mode = mode
    }
  }
}
