import MapSync
import ShardMap
import Synchronization

/// The file operations of a process that is killed in one of them: before it, in the middle of it,
/// or behind it. Of a dead process nothing happens any more, but that its descriptors are closed.
final class MortalFiles: SyncFiles {
  /// Where in its last operation the process dies.
  enum Moment: Int, CaseIterable, Sendable { case before, amid, behind }

  private struct Fate {
    var operationsLeft: Int?
    var moment = Moment.before
    var operations = 0
    var isDead = false
  }

  private let fate = Mutex(Fate())
  private let disk = POSIXMapFiles()

  /// What the kernel would say to a dead process, if it could ask.
  private static let error: Int32 = 5

  /// Whether the process was killed.
  var isDead: Bool { fate.withLock { $0.isDead } }
  /// Operations that were begun.
  var operations: Int { fate.withLock { $0.operations } }

  /// Has the process die in the operation of this number from now, counted from 1.
  func die(inOperation number: Int, _ moment: Moment) {
    fate.withLock {
      $0.operationsLeft = number
      $0.moment = moment
    }
  }

  func dieNow() { fate.withLock { $0.isDead = true } }

  /// What is done of an operation: all, some or nothing of it.
  private enum Share { case all, part, nothing }

  private func begin() -> (share: Share, diesBehind: Bool) {
    fate.withLock { fate in
      guard !fate.isDead else { return (.nothing, true) }
      fate.operations += 1
      guard let left = fate.operationsLeft else { return (.all, false) }
      fate.operationsLeft = left - 1
      guard left == 1 else { return (.all, false) }
      fate.isDead = true
      switch fate.moment {
      case .before: return (.nothing, true)
      case .amid: return (.part, true)
      case .behind: return (.all, true)
      }
    }
  }

  private func perform<Value>(
    _ path: String, _ body: () throws(MapFileError) -> Value,
    part: () throws(MapFileError) -> Void = { () throws(MapFileError) in }
  ) throws(MapFileError) -> Value {
    let (share, dies) = begin()
    switch share {
    case .all:
      let value = try body()
      guard dies else { return value }
    case .part: try part()
    case .nothing: break
    }
    throw .system(path: path, operation: "die in", code: Self.error)
  }

  // MARK: Operations

  func removeLeftovers(beside path: String) {
    if begin().share == .all { disk.removeLeftovers(beside: path) }
  }

  func makeTemporary(beside path: String) throws(MapFileError) -> OpenMapFile {
    var made: OpenMapFile?
    do throws(MapFileError) {
      return try perform(path) { () throws(MapFileError) in
        let file = try disk.makeTemporary(beside: path)
        made = file
        return file
      }
    } catch {
      // A dead process holds no descriptor, and no mark.
      if let made { disk.close(made) }
      throw error
    }
  }

  func copy(
    _ byteCount: Int, of source: OpenMapFile, to file: OpenMapFile
  ) throws(MapFileError) {
    try perform(file.path) { () throws(MapFileError) in
      try disk.copy(byteCount, of: source, to: file)
    } part: { () throws(MapFileError) in
      try disk.copy(byteCount / 2, of: source, to: file)
    }
  }

  func write(_ bytes: [UInt8], at offset: Int, to file: OpenMapFile) throws(MapFileError) {
    try perform(file.path) { () throws(MapFileError) in
      try disk.write(bytes, at: offset, to: file)
    } part: { () throws(MapFileError) in
      try disk.write(Array(bytes.prefix(bytes.count / 2)), at: offset, to: file)
    }
  }

  func truncate(_ file: OpenMapFile, to byteCount: Int) throws(MapFileError) {
    try perform(file.path) { () throws(MapFileError) in
      try disk.truncate(file, to: byteCount)
    }
  }

  func setMode(_ mode: UInt32, of file: OpenMapFile) throws(MapFileError) {
    try perform(file.path) { () throws(MapFileError) in try disk.setMode(mode, of: file) }
  }

  func synchronize(_ file: OpenMapFile) throws(MapFileError) {
    try perform(file.path) { () throws(MapFileError) in try disk.synchronize(file) }
  }

  func rename(_ file: OpenMapFile, to path: String) throws(MapFileError) {
    try perform(path) { () throws(MapFileError) in try disk.rename(file, to: path) }
  }

  func synchronizeDirectory(of path: String) throws(MapFileError) {
    try perform(path) { () throws(MapFileError) in try disk.synchronizeDirectory(of: path) }
  }

  /// The kernel closes what a dead process had open.
  func close(_ file: OpenMapFile) { disk.close(file) }

  func unlink(_ file: OpenMapFile) {
    if begin().share == .all { disk.unlink(file) }
  }

  func open(_ path: String, creating: Bool) throws(MapFileError) -> OpenMapFile? {
    try perform(path) { () throws(MapFileError) in try disk.open(path, creating: creating) }
  }

  func byteCount(of file: OpenMapFile) throws(MapFileError) -> Int {
    try perform(file.path) { () throws(MapFileError) in try disk.byteCount(of: file) }
  }

  func read(
    _ count: Int, at offset: Int, of file: OpenMapFile
  ) throws(MapFileError) -> [UInt8] {
    try perform(file.path) { () throws(MapFileError) in
      try disk.read(count, at: offset, of: file)
    }
  }
}
