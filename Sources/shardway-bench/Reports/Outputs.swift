internal import Console
internal import Foundation

/// The files that a measurement is written to.
struct Outputs: Sendable {
  var json: String?
  var html: String?
  /// A folder.
  var hgrm: String?

  /// Makes the folders, and checks that the files can be written: before the load, so that no
  /// measurement is lost to a misspelt path.
  func open() throws(BenchError) {
    for path in [json, html].compactMap(\.self) {
      try Self.makeFolder(URL(fileURLWithPath: path).deletingLastPathComponent().path)
      guard let file = fopen(path, "a") else { throw Self.failure(path) }
      fclose(file)
    }
    if let hgrm {
      try Self.makeFolder(hgrm)
      guard access(hgrm, W_OK) == 0 else { throw Self.failure(hgrm) }
    }
  }

  /// Writes a file in one step.
  static func write(_ text: String, to path: String) throws(BenchError) {
    try write(Data(text.utf8), to: path)
  }

  /// Writes a file in one step.
  static func write(_ data: Data, to path: String) throws(BenchError) {
    do { try data.write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
      throw .file(path: path, reason: "can't be written: \(error)")
    }
  }

  /// Says where everything is.
  func tell(_ terminal: Terminal) {
    for path in [html, json, hgrm].compactMap(\.self) { terminal.line("written: \(path)") }
  }

  private static func makeFolder(_ path: String) throws(BenchError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .file(path: path, reason: "the folder can't be made: \(error)")
    }
  }

  private static func failure(_ path: String) -> BenchError {
    .file(path: path, reason: "can't be written: \(String(cString: strerror(errno)))")
  }
}
