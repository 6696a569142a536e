/// A PostgreSQL connection string made of keywords and values.
///
/// The order is kept, so that what is printed reads well.
public struct Conninfo: Sendable {
  private var parameters: [(keyword: String, value: String)] = []

  /// A connection to 127.0.0.1.
  public init(port: UInt16, user: String, database: String) {
    parameters = [
      ("host", "127.0.0.1"), ("port", "\(port)"), ("user", user), ("dbname", database),
    ]
  }

  /// A connection by the Unix socket in a folder.
  public init(socketFolder: String, port: UInt16, user: String, database: String) {
    parameters = [
      ("host", socketFolder), ("port", "\(port)"), ("user", user), ("dbname", database),
    ]
  }

  /// The value of a keyword of libpq, such as `sslmode`; nil removes it.
  public subscript(_ keyword: String) -> String? {
    get { parameters.first { $0.keyword == keyword }?.value }
    set {
      guard let newValue else { return parameters.removeAll { $0.keyword == keyword } }
      if let index = parameters.firstIndex(where: { $0.keyword == keyword }) {
        parameters[index].value = newValue
      } else {
        parameters.append((keyword, newValue))
      }
    }
  }

  /// The same with another value of one keyword.
  public func with(_ keyword: String, _ value: String?) -> Conninfo {
    var copy = self
    copy[keyword] = value
    return copy
  }

  /// The same with one more `-c name=value` in `options`.
  public func setting(_ name: String, _ value: String) -> Conninfo {
    let added = "-c \(name)=\(value)"
    return with("options", self["options"].map { "\($0) \(added)" } ?? added)
  }

  /// The text libpq reads, with quotes where a value needs them.
  public var text: String {
    parameters.map { "\($0.keyword)=\(Self.quoted($0.value))" }.joined(separator: " ")
  }

  /// A line to paste into a shell.
  public var psqlLine: String { "psql \"\(text)\"" }

  private static func quoted(_ value: String) -> String {
    guard value.isEmpty || value.contains(where: { " '\\".contains($0) }) else { return value }
    let escaped = value.map { "'\\".contains($0) ? "\\\($0)" : "\($0)" }.joined()
    return "'\(escaped)'"
  }
}
