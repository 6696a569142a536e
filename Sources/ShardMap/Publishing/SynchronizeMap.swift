internal import Glibc

/// Waits until the map at a path, and its name, are on the disk: what
/// ``MapDurability/deferred`` left to do. It may be called from another thread than the one that
/// publishes, and costs nothing when nothing is left.
public func synchronizeMap(
  at path: String, files: any MapFiles = POSIXMapFiles()
) throws(MapFileError) {
  let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw .system(path: path, operation: "open", code: errno) }
  let file = OpenMapFile(path: path, descriptor: descriptor)
  defer { files.close(file) }
  try files.synchronize(file)
  try files.synchronizeDirectory(of: path)
}
