import Glibc
import MapSync
import ShardMap
import Synchronization

/// File operations of a process that is killed at one of them.
///
/// The step at which it dies is done by half if it is a write, and otherwise not at all. Whatever
/// the code tries after that doesn't happen; descriptors are closed, as the kernel does.
final class MortalFiles: SyncFiles {
  private struct State {
    var steps = 0
    var log: [String] = []
  }

  private let deathAt: Int
  private let real = POSIXMapFiles()
  private let state = Mutex(State())

  /// Dies at this step, counted from 1; 0 for never.
  init(deathAt: Int = 0) { self.deathAt = deathAt }

  var isDead: Bool { state.withLock { deathAt > 0 && $0.steps >= deathAt } }

  /// What was done, in order.
  var log: [String] { state.withLock { $0.log } }

  private enum Fate { case lives, dies, isDead }

  private func step(_ name: String, _ path: String) -> Fate {
    state.withLock {
      if deathAt > 0, $0.steps >= deathAt { return .isDead }
      $0.steps += 1
      $0.log.append("\(name) \(path.split(separator: "/").last ?? "")")
      return $0.steps == deathAt ? .dies : .lives
    }
  }

  private static func death(_ path: String) -> MapFileError {
    .system(path: path, operation: "outlive", code: ESRCH)
  }

  private func mortal(
    _ name: String, _ path: String, _ body: () throws(MapFileError) -> Void
  ) throws(MapFileError) {
    guard step(name, path) == .lives else { throw Self.death(path) }
    try body()
  }

  func removeLeftovers(beside path: String) {
    if step("sweep", path) == .lives { real.removeLeftovers(beside: path) }
  }

  func makeTemporary(beside path: String) throws(MapFileError) -> OpenMapFile {
    switch step("make", path) {
    case .lives: return try real.makeTemporary(beside: path)
    case .dies:
      // The file is there, and nobody has it.
      real.close(try real.makeTemporary(beside: path))
      throw Self.death(path)
    case .isDead: throw Self.death(path)
    }
  }

  func copy(
    _ byteCount: Int, of source: OpenMapFile, to file: OpenMapFile
  ) throws(MapFileError) {
    try mortal("copy", file.path) { () throws(MapFileError) in
      try real.copy(byteCount, of: source, to: file)
    }
  }

  func write(_ bytes: [UInt8], at offset: Int, to file: OpenMapFile) throws(MapFileError) {
    switch step("write", file.path) {
    case .lives: try real.write(bytes, at: offset, to: file)
    case .dies:
      try real.write(Array(bytes.prefix(bytes.count / 2)), at: offset, to: file)
      throw Self.death(file.path)
    case .isDead: throw Self.death(file.path)
    }
  }

  func truncate(_ file: OpenMapFile, to byteCount: Int) throws(MapFileError) {
    try mortal("truncate", file.path) { () throws(MapFileError) in
      try real.truncate(file, to: byteCount)
    }
  }

  func setMode(_ mode: UInt32, of file: OpenMapFile) throws(MapFileError) {
    try mortal("mode", file.path) { () throws(MapFileError) in
      try real.setMode(mode, of: file)
    }
  }

  func synchronize(_ file: OpenMapFile) throws(MapFileError) {
    try mortal("sync", file.path) { () throws(MapFileError) in try real.synchronize(file) }
  }

  func rename(_ file: OpenMapFile, to path: String) throws(MapFileError) {
    try mortal("rename", path) { () throws(MapFileError) in try real.rename(file, to: path) }
  }

  func synchronizeDirectory(of path: String) throws(MapFileError) {
    try mortal("syncfolder", path) { () throws(MapFileError) in
      try real.synchronizeDirectory(of: path)
    }
  }

  func close(_ file: OpenMapFile) { real.close(file) }

  func unlink(_ file: OpenMapFile) {
    if step("unlink", file.path) == .lives { real.unlink(file) }
  }

  func open(_ path: String, creating: Bool) throws(MapFileError) -> OpenMapFile? {
    if isDead { throw Self.death(path) }
    return try real.open(path, creating: creating)
  }

  func byteCount(of file: OpenMapFile) throws(MapFileError) -> Int {
    try real.byteCount(of: file)
  }

  func read(
    _ count: Int, at offset: Int, of file: OpenMapFile
  ) throws(MapFileError) -> [UInt8] {
    try real.read(count, at: offset, of: file)
  }
}
