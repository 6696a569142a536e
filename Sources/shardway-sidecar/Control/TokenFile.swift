import FoundationEssentials
import Glibc
import Synchronization

/// The bearer token, read again when its file has changed.
final class TokenFile: Sendable {
  private struct Stamp: Equatable {
    var number: UInt64?
    var byteCount: UInt64?
    var modified: Date?
  }
  private struct Cached {
    var stamp: Stamp?
    var token = ""
  }

  /// Longest token, in bytes.
  static let limit = 4096

  /// Why there is no token.
  struct Fault: Error, CustomStringConvertible { let description: String }

  let path: String
  private let cached = Mutex(Cached())

  init(path: String) { self.path = path }

  /// The token as the file has it now.
  func token() throws(Fault) -> String {
    guard let stamp = Self.stamp(of: path) else {
      throw Fault(
        description: "the token file \(path) can't be read: create it, for this user only")
    }
    let known = cached.withLock { $0.stamp == stamp ? $0.token : nil }
    if let known { return known }
    let token = try read()
    cached.withLock { $0 = Cached(stamp: stamp, token: token) }
    return token
  }

  /// Whether the file has changed since the token was read.
  var hasChanged: Bool {
    let stamp = Self.stamp(of: path)
    return cached.withLock { stamp != nil && $0.stamp != stamp }
  }

  private func read() throws(Fault) -> String {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw Fault(description: "the token file \(path) can't be read as UTF-8 text")
    }
    let token = text.drop { $0.isWhitespace }.prefix { !$0.isWhitespace }
    guard (1...Self.limit).contains(token.utf8.count),
      token.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
    else {
      throw Fault(
        description: "the token file \(path) must hold one token of 1 to \(Self.limit) characters")
    }
    return String(token)
  }

  private static func stamp(of path: String) -> Stamp? {
    guard let file = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
    return Stamp(
      number: file[.systemFileNumber] as? UInt64, byteCount: file[.size] as? UInt64,
      modified: file[.modificationDate] as? Date)
  }
}
