internal import Glibc

extension MapBuilder {
  /// Writes the compiled file so that a reader finds either the whole old map or the whole new one.
  ///
  /// A temporary file in the same directory is written, synchronized and renamed over `path`, and
  /// the directory is synchronized. When anything fails, the temporary file is removed and `path`
  /// is as it was.
  ///
  /// - Throws: ``MapBuildError``; its `file` case when the disk refuses.
  public func publish(to path: String) throws(MapBuildError) {
    let output: OutputFile
    do throws(MapFileError) {
      output = try OutputFile(replacing: path)
    } catch {
      throw .file(error)
    }
    let header = try layOut { (piece) throws(MapBuildError) in
      try Self.asBuildError { () throws(MapFileError) in try output.append(piece) }
    }
    try Self.asBuildError { () throws(MapFileError) in try output.finish(header: header) }
  }

  private static func asBuildError(
    _ body: () throws(MapFileError) -> Void
  ) throws(MapBuildError) {
    do throws(MapFileError) {
      try body()
    } catch {
      throw .file(error)
    }
  }
}

/// A file on its way to replace another one. Dropped before ``finish(header:)``, it leaves nothing.
private final class OutputFile {
  private let path: String
  private let temporaryPath: String
  private let descriptor: Int32
  private var end = MapFormat.Header.byteCount
  private var isInPlace = false

  init(replacing path: String) throws(MapFileError) {
    var template = Array((path + ".XXXXXX").utf8CString)
    descriptor = mkstemp(&template)
    guard descriptor >= 0 else {
      throw .system(path: path, operation: "create a temporary file beside", code: errno)
    }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    self.path = path
    temporaryPath = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }

  deinit {
    Glibc.close(descriptor)
    if !isInPlace { unlink(temporaryPath) }
  }

  func append(_ bytes: [UInt8]) throws(MapFileError) {
    try write(bytes, at: end)
    end += bytes.count
  }

  /// Puts the header before what was appended, and the file in its place.
  func finish(header: [UInt8]) throws(MapFileError) {
    try write(header, at: 0)
    // `mkstemp` makes a private file; routers and operators run as other users, and a map holds no
    // secret.
    guard fchmod(descriptor, 0o644) == 0 else {
      throw .system(path: temporaryPath, operation: "set the mode of", code: errno)
    }
    guard fsync(descriptor) == 0 else {
      throw .system(path: temporaryPath, operation: "synchronize", code: errno)
    }
    guard rename(temporaryPath, path) == 0 else {
      throw .system(path: path, operation: "replace", code: errno)
    }
    isInPlace = true
    try synchronizeDirectory()
  }

  private func write(_ bytes: [UInt8], at offset: Int) throws(MapFileError) {
    var done = 0
    while done < bytes.count {
      let written = bytes.withUnsafeBytes { buffer in
        pwrite(
          descriptor, buffer.baseAddress! + done, bytes.count - done, off_t(offset + done))
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        throw .system(path: temporaryPath, operation: "write", code: errno)
      }
      done += written
    }
  }

  /// Without this, the rename itself may be lost in a power failure.
  private func synchronizeDirectory() throws(MapFileError) {
    let slash = path.lastIndex(of: "/")
    let directory = slash.map { String(path[...$0]) } ?? "."
    let descriptor = Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .system(path: directory, operation: "open", code: errno)
    }
    defer { Glibc.close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw .system(path: directory, operation: "synchronize", code: errno)
    }
  }
}
