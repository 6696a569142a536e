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
  private let descriptor: Int32

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
    let pieceBytes = 1 << 20
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceBytes, alignment: 64)
    defer { piece.deallocate() }
    var offset = range.lowerBound
    while offset < range.upperBound {
      let wanted = min(pieceBytes, range.upperBound - offset)
      let received = pread(descriptor, piece.baseAddress, wanted, off_t(offset))
      guard received >= 0 else {
        if errno == EINTR { continue }
        throw .system(path: path, operation: "read", code: errno)
      }
      guard received > 0 else {
        throw .damaged(path: path, .truncated(expected: range.upperBound, found: offset))
      }
      checksum.update(UnsafeRawBufferPointer(rebasing: piece[..<received]))
      offset += received
    }
    return checksum.value
  }
}
