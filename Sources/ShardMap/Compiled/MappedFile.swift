internal import Glibc

/// A file mapped for reading. One of the two places with unsafe code of this module's reading side.
///
/// **Invariant:** ``bytes`` address the whole mapping, which is made in `init` and taken away in
/// `deinit` only. A published map is never written in place: a new one replaces it by rename, and
/// this mapping keeps the old. (Whoever truncates the file itself ends every process that reads it,
/// as with any mapped file.)
final class MappedFile: Sendable {
  let path: String
  let bytes: MapBytes
  /// Open for reading for as long as this lives.
  let descriptor: Int32

  /// Maps a whole file. None of its pages is read yet.
  init(path: String) throws(MapFileError) {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .system(path: path, operation: "open", code: errno)
    }
    do throws(MapFileError) {
      bytes = try Self.map(descriptor, path: path)
    } catch {
      Glibc.close(descriptor)
      throw error
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit {
    munmap(UnsafeMutableRawPointer(mutating: bytes.base), bytes.count)
    Glibc.close(descriptor)
  }

  private static func map(_ descriptor: Int32, path: String) throws(MapFileError) -> MapBytes {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .system(path: path, operation: "read the size of", code: errno)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .notARegularFile(path: path)
    }
    let count = Int(status.st_size)
    guard count >= MapFormat.Header.byteCount else {
      // An empty file can't even be mapped.
      throw .damaged(
        path: path, .truncated(expected: MapFormat.Header.byteCount, found: count))
    }
    guard let base = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0), base != MAP_FAILED
    else {
      throw .system(path: path, operation: "map", code: errno)
    }
    // Look-ups are spread over the whole file: reading ahead would evict what is used.
    madvise(base, count, MADV_RANDOM)
    return MapBytes(base: base, count: count)
  }

  /// XXH3 of a range, read piece by piece beside the mapping: what is checked doesn't become
  /// resident.
  func checksum(_ range: Range<Int>) throws(MapFileError) -> UInt64 {
    let checksum = Checksum()
    try readPieces(of: range, bytes: 1 << 20) { piece in
      checksum.update(piece)
      return true
    }
    return checksum.value
  }

  /// The bytes of a range, read beside the mapping.
  func read(_ range: Range<Int>) throws(MapFileError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count)
    try readPieces(of: range, bytes: 1 << 20) { piece in
      bytes.append(contentsOf: piece)
      return true
    }
    return bytes
  }

  /// Reads a range in pieces of one size, the last one shorter.
  ///
  /// - Throws: that the tenants are damaged when `isSound` says so of a piece.
  func readPieces(
    of range: Range<Int>, bytes pieceBytes: Int, isSound: (UnsafeRawBufferPointer) -> Bool
  ) throws(MapFileError) {
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceBytes, alignment: 64)
    defer { piece.deallocate() }
    var offset = range.lowerBound
    while offset < range.upperBound {
      let wanted = min(pieceBytes, range.upperBound - offset)
      try fill(UnsafeMutableRawBufferPointer(rebasing: piece[..<wanted]), from: offset)
      guard isSound(UnsafeRawBufferPointer(rebasing: piece[..<wanted])) else {
        throw .damaged(path: path, .checksum(.tenants))
      }
      offset += wanted
    }
  }

  private func fill(
    _ buffer: UnsafeMutableRawBufferPointer, from offset: Int
  ) throws(MapFileError) {
    guard let base = buffer.baseAddress else { return }
    var done = 0
    while done < buffer.count {
      let received = pread(descriptor, base + done, buffer.count - done, off_t(offset + done))
      guard received >= 0 else {
        if errno == EINTR { continue }
        throw .system(path: path, operation: "read", code: errno)
      }
      guard received > 0 else {
        throw .damaged(
          path: path, .truncated(expected: offset + buffer.count, found: offset + done))
      }
      done += received
    }
  }
}
