internal import Console
internal import Foundation

/// The files that a measurement is written to.
struct Outputs: Sendable {
  var json: String?
  var html: String?
  /// A folder.
  var hgrm: String?

  /// Checks that all can be written, and makes nothing yet: before the load, so that no measurement is
  /// lost to a misspelt path.
  func check() throws(BenchError) {
    for path in [json, html].compactMap(\.self) {
      guard !Self.isFolder(path) else { throw .file(path: path, reason: "is a folder") }
      try Self.checkPlace(path)
    }
    if let hgrm { try Self.checkPlace(hgrm) }
  }

  /// Makes the folders.
  func makeFolders() throws(BenchError) {
    let parents = [json, html].compactMap(\.self).map {
      URL(fileURLWithPath: $0).absoluteURL.deletingLastPathComponent().path
    }
    for folder in parents + [hgrm].compactMap(\.self) {
      do {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
      } catch {
        throw .file(path: folder, reason: "the folder can't be made: \(error)")
      }
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

  /// Whether something can be written, or made in the nearest folder that is there.
  private static func checkPlace(_ path: String) throws(BenchError) {
    var place = URL(fileURLWithPath: path).absoluteURL
    while !FileManager.default.fileExists(atPath: place.path) {
      place.deleteLastPathComponent()
      guard !FileManager.default.fileExists(atPath: place.path) || isFolder(place.path) else {
        throw .file(path: path, reason: "can't be written: \(place.path) is no folder")
      }
    }
    guard access(place.path, W_OK) == 0 else {
      let reason = String(cString: strerror(errno))
      throw .file(path: path, reason: "can't be written: \(place.path): \(reason)")
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }
}
