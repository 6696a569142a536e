internal import Glibc
public import ShardMap

/// The file operations of a sidecar: those of publishing a map, and those of a log that grows.
public protocol SyncFiles: MapFiles {
  /// Opens a file for reading and writing until ``ShardMap/MapFiles/close(_:)``; nil when there is
  /// none. `creating` makes an empty one then.
  func open(_ path: String, creating: Bool) throws(MapFileError) -> OpenMapFile?

  /// The file's length in bytes.
  func byteCount(of file: OpenMapFile) throws(MapFileError) -> Int

  /// Up to `count` bytes from an offset; fewer at the end of the file only.
  func read(_ count: Int, at offset: Int, of file: OpenMapFile) throws(MapFileError) -> [UInt8]
}

extension POSIXMapFiles: SyncFiles {
  /// Opens, or makes, a file that its owner writes and its group reads.
  public func open(_ path: String, creating: Bool) throws(MapFileError) -> OpenMapFile? {
    let flags = O_RDWR | O_CLOEXEC | (creating ? O_CREAT : 0)
    var descriptor: Int32
    repeat { descriptor = Glibc.open(path, flags, 0o640) } while descriptor < 0 && errno == EINTR
    guard descriptor >= 0 else {
      if errno == ENOENT, !creating { return nil }
      throw .system(path: path, operation: "open", code: errno)
    }
    return OpenMapFile(path: path, descriptor: descriptor)
  }

  /// The length that the system tells.
  public func byteCount(of file: OpenMapFile) throws(MapFileError) -> Int {
    var status = stat()
    guard fstat(file.descriptor, &status) == 0 else {
      throw .system(path: file.path, operation: "ask for the length of", code: errno)
    }
    return Int(status.st_size)
  }

  /// Reads on until the file ends.
  public func read(
    _ count: Int, at offset: Int, of file: OpenMapFile
  ) throws(MapFileError) -> [UInt8] {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        // Inside the buffer: `filled` is below its capacity.
        let received = pread(
          file.descriptor, buffer.baseAddress! + filled, count - filled, off_t(offset + filled))
        if received < 0, errno == EINTR { continue }
        if received < 0 { failure = errno }
        guard received > 0 else { return }
        filled += received
      }
    }
    guard failure == 0 else {
      throw .system(path: file.path, operation: "read", code: failure)
    }
    return bytes
  }
}
