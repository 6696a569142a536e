import Authentication
import Pooling
import Routing
import ShardMap

/// A client that shares server connections and is between two transactions, as another process goes on with it: all
/// that makes its session what it is, but for its connection.
///
/// It holds secrets: what the client has proved itself with, by which servers are logged in to. So it is never shown.
struct HandedClient: SecretValue, Equatable {
  /// A setting that follows the client, by name.
  struct Setting: Sendable, Equatable {
    var name: [UInt8]
    var value: [UInt8]
  }

  /// A prepared statement: the client's name for it, and the body of its Parse message behind the name.
  struct Statement: Sendable, Equatable {
    var name: [UInt8]
    var definition: [UInt8]
  }

  /// The listener that it came by, by number.
  var listener: UInt32 = 0
  var tenant: [UInt8] = []
  /// The user at the server.
  var user: [UInt8] = []
  /// The start-up packet that servers are sent for it.
  var startup: [UInt8] = []
  /// The router's means to log in to servers, encoded.
  var credential: [UInt8] = []
  /// The consistency that it asks for; nil for the policy's.
  var tier: Consistency?
  var wantsNotices = false
  /// Settings that servers report.
  var settings: [Setting] = []
  /// Settings that they don't, as the text of ``UnreportedSettings``.
  var unreported: [UInt8] = []
  var statements: [Statement] = []
  /// The fingerprint of its cancel key.
  var cancelKey: UInt64 = 0
  /// What its reads have to have seen.
  var floor = SessionFloor.none
  /// Where it is by a PROXY header; nil where its connection tells.
  var origin: SocketAddress?
  /// When it connected, and last did something: on the machine's clock, which both processes have.
  var acceptedAt = MonotonicTime.origin
  var lastActivity = MonotonicTime.origin
}

/// As fields with tags. A tag that isn't known is left out, so that a later version may add some.
extension HandedClient {
  private enum Tag: UInt8 {
    case listener = 1
    case tenant, user, startup, credential, tier, wantsNotices, setting, unreported, statement
    case cancelKey, lastWrite, position, acceptedAt, lastActivity, origin
  }

  func write(to writer: inout TakeoverWriter) {
    writer.put(tag: Tag.listener.rawValue) { $0.put(listener) }
    writer.put(tag: Tag.tenant.rawValue) { $0.put(tenant) }
    writer.put(tag: Tag.user.rawValue) { $0.put(user) }
    writer.put(tag: Tag.startup.rawValue) { $0.put(startup) }
    writer.put(tag: Tag.credential.rawValue) { $0.put(credential) }
    if let tier { writer.put(tag: Tag.tier.rawValue) { $0.put(tier.name) } }
    if wantsNotices { writer.put(tag: Tag.wantsNotices.rawValue) { _ in } }
    for setting in settings {
      writer.put(tag: Tag.setting.rawValue) {
        $0.put(setting.name)
        $0.put(setting.value)
      }
    }
    if !unreported.isEmpty { writer.put(tag: Tag.unreported.rawValue) { $0.put(unreported) } }
    for statement in statements {
      writer.put(tag: Tag.statement.rawValue) {
        $0.put(statement.name)
        $0.put(statement.definition)
      }
    }
    writer.put(tag: Tag.cancelKey.rawValue) { $0.put(cancelKey) }
    writer.put(tag: Tag.lastWrite.rawValue) { $0.put(floor.lastWriteEndedAt.nanoseconds) }
    if let position = floor.explicit {
      writer.put(tag: Tag.position.rawValue) { $0.put(position.rawValue) }
    }
    if let origin { writer.put(tag: Tag.origin.rawValue) { $0.put("\(origin)") } }
    writer.put(tag: Tag.acceptedAt.rawValue) { $0.put(acceptedAt.nanoseconds) }
    writer.put(tag: Tag.lastActivity.rawValue) { $0.put(lastActivity.nanoseconds) }
  }

  init(reading fields: inout TakeoverFields) throws(TakeoverError) {
    self.init()
    while let (code, field) = try fields.field() {
      var value = field
      if let tag = Tag(rawValue: code) { try read(tag, &value) }
    }
    guard !tenant.isEmpty, !startup.isEmpty else { throw .malformed("a client without a tenant") }
  }

  private mutating func read(_ tag: Tag, _ value: inout TakeoverFields) throws(TakeoverError) {
    switch tag {
    case .listener: listener = try value.number(UInt32.self)
    case .tenant: tenant = try value.text()
    case .user: user = try value.text()
    case .startup: startup = try value.text()
    case .credential: credential = try value.text()
    case .tier:
      let text = try value.text()
      guard let tier = Consistency(parsing: text) else { throw .malformed("there is no such tier") }
      self.tier = tier
    case .wantsNotices: wantsNotices = true
    case .setting: settings.append(Setting(name: try value.text(), value: try value.text()))
    case .unreported: unreported = try value.text()
    case .statement:
      statements.append(Statement(name: try value.text(), definition: try value.text()))
    case .cancelKey: cancelKey = try value.number(UInt64.self)
    case .lastWrite:
      floor.lastWriteEndedAt = MonotonicTime(nanoseconds: try value.number(UInt64.self))
    case .position: floor.explicit = LogPosition(rawValue: try value.number(UInt64.self))
    case .origin:
      let text = try value.string()
      guard let address = SocketAddress(text) else { throw .malformed("\"\(text)\" is no address") }
      origin = address
    case .acceptedAt: acceptedAt = MonotonicTime(nanoseconds: try value.number(UInt64.self))
    case .lastActivity: lastActivity = MonotonicTime(nanoseconds: try value.number(UInt64.self))
    }
  }
}
