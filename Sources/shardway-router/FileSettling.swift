import DataPlane
import Files

/// Whether files have changed, and have stopped changing: a look that finds them as the look before did, and not as they were taken last.
///
/// An editor writes a file in several steps, and a deployment several files: what is half written is not read. Pure: the caller looks.
struct FileSettling {
  /// The files as they were when they were read last.
  private var taken: [FileStamp?]
  /// As they were at the last look, where that was another.
  private var pending: [FileStamp?]?

  /// Files that were read just now.
  init(_ files: [FileStamp?]) { taken = files }

  /// They are read now, whoever wanted it.
  mutating func take(_ files: [FileStamp?]) {
    taken = files
    pending = nil
  }

  /// Looks; true when they are to be read, once for each change.
  mutating func look(_ files: [FileStamp?]) -> Bool {
    guard files != taken else {
      pending = nil
      return false
    }
    guard files == pending else {
      pending = files
      return false
    }
    take(files)
    return true
  }
}
