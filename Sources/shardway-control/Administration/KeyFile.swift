import Foundation
import MapExchange

/// Files that hold a secret: readable by their owner only.
enum SecretFile {
  /// Makes a new file; one that is there already is left alone.
  static func create(_ path: String, _ text: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    guard descriptor >= 0 else {
      throw PlainError("\(path) can't be made: \(String(cString: strerror(errno)))")
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try file.write(contentsOf: Data((text + "\n").utf8))
    try file.synchronize()
  }
}

/// A file with a private signing key.
enum KeyFile {
  static func read(_ path: String) throws -> SigningKey {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw PlainError("the signing key \(path) can't be read")
    }
    guard let key = SigningKey(text) else {
      throw PlainError(
        "\(path) holds no signing key: make one with `shardway-control keys generate`")
    }
    return key
  }
}
