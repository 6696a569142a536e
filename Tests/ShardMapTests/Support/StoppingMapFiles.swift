import Synchronization

@testable import ShardMap

/// File operations of which one fails, and with it, when the writer is killed, all that come after.
final class StoppingMapFiles: MapFiles {
  private let real = POSIXMapFiles()
  private let stopAt: Int
  private let isKilled: Bool
  private let steps = Mutex<(count: Int, names: [String])>((0, []))

  /// Lets `stopAt` operations happen, and stops at the next.
  init(stopAt: Int, isKilled: Bool) {
    self.stopAt = stopAt
    self.isKilled = isKilled
  }

  /// Operations that were asked for.
  var names: [String] { steps.withLock { $0.names } }

  private func isStopped(_ name: String) -> Bool {
    steps.withLock { steps in
      defer {
        steps.count += 1
        steps.names.append(name)
      }
      return isKilled ? steps.count >= stopAt : steps.count == stopAt
    }
  }

  private func step(_ name: String) throws(MapFileError) {
    if isStopped(name) { throw .system(path: name, operation: "go on after", code: 5) }
  }

  func removeLeftovers(beside path: String) {
    if !isStopped("removeLeftovers") { real.removeLeftovers(beside: path) }
  }

  func makeTemporary(beside path: String) throws(MapFileError) -> OpenMapFile {
    try step("makeTemporary")
    return try real.makeTemporary(beside: path)
  }

  func copy(
    _ byteCount: Int, of source: OpenMapFile, to file: OpenMapFile
  ) throws(MapFileError) {
    // A half of it is done, as it may be.
    let isCut = isStopped("copy")
    try real.copy(isCut ? byteCount / 2 : byteCount, of: source, to: file)
    if isCut { throw .system(path: file.path, operation: "copy to", code: 5) }
  }

  func write(_ bytes: [UInt8], at offset: Int, to file: OpenMapFile) throws(MapFileError) {
    let isCut = isStopped("write")
    try real.write(isCut ? Array(bytes.prefix(bytes.count / 2)) : bytes, at: offset, to: file)
    if isCut { throw .system(path: file.path, operation: "write", code: 28) }
  }

  func truncate(_ file: OpenMapFile, to byteCount: Int) throws(MapFileError) {
    try step("truncate")
    try real.truncate(file, to: byteCount)
  }

  func setMode(_ mode: UInt32, of file: OpenMapFile) throws(MapFileError) {
    try step("setMode")
    try real.setMode(mode, of: file)
  }

  func synchronize(_ file: OpenMapFile) throws(MapFileError) {
    try step("synchronize")
    try real.synchronize(file)
  }

  func rename(_ file: OpenMapFile, to path: String) throws(MapFileError) {
    try step("rename")
    try real.rename(file, to: path)
  }

  func synchronizeDirectory(of path: String) throws(MapFileError) {
    try step("synchronizeDirectory")
    try real.synchronizeDirectory(of: path)
  }

  /// The kernel does this for a process that was killed.
  func close(_ file: OpenMapFile) {
    real.close(file)
  }

  func unlink(_ file: OpenMapFile) {
    if !isStopped("unlink") { real.unlink(file) }
  }
}
