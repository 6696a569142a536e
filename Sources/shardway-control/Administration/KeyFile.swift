import ConfigurationFile
import Foundation
import MapExchange

extension SecretFile {
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
  /// Reads the key.
  ///
  /// - Parameters:
  ///   - path: the file's path, or `credential:NAME`.
  ///   - field: the setting that names it; empty where a command's argument does.
  /// - Returns: the key.
  /// - Throws: that it can't be read, that others may read it, or that it holds no key.
  static func read(_ path: String, _ field: String = "") throws(FieldError) -> SigningKey {
    let text = String(decoding: try SecretFile.whole(path, field), as: UTF8.self)
    guard let key = SigningKey(text) else {
      throw FieldError(
        field, "\(path) holds no signing key: make one with `shardway-control keys generate`")
    }
    return key
  }
}
