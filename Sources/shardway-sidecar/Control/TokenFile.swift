import ConfigurationFile
import Files
import Synchronization

/// The bearer token, read again when its file has changed.
final class TokenFile: Sendable {
  private struct Cached {
    var stamp: FileStamp?
    var token = ""
  }

  /// Longest token, in bytes.
  static let limit = 4096
  /// The setting that names it.
  private static let field = "tokenFile"

  /// A file's path, or `credential:NAME`.
  let path: String
  private let cached = Mutex(Cached())

  init(path: String) { self.path = path }

  /// The token as the file has it now.
  ///
  /// - Throws: what is wrong with the file.
  func token() throws(FieldError) -> String {
    let stamp = stamp
    let known = cached.withLock { stamp != nil && $0.stamp == stamp ? $0.token : nil }
    if let known { return known }
    let token = try read()
    cached.withLock { $0 = Cached(stamp: stamp, token: token) }
    return token
  }

  /// Whether the file has changed since the token was read.
  var hasChanged: Bool {
    let stamp = stamp
    return cached.withLock { stamp != nil && $0.stamp != stamp }
  }

  private func read() throws(FieldError) -> String {
    let text = String(decoding: try SecretFile.whole(path, Self.field), as: UTF8.self)
    let token = text.drop { $0.isWhitespace }.prefix { !$0.isWhitespace }
    guard (1...Self.limit).contains(token.utf8.count),
      token.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
    else {
      throw FieldError(Self.field, "\(path) must hold one token of 1 to \(Self.limit) characters")
    }
    return String(token)
  }

  /// Of what a link leads to.
  private var stamp: FileStamp? {
    SecretFile.location(of: path).flatMap { FileStamp(of: $0) }
  }
}
