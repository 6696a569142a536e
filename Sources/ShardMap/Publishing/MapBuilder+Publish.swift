extension MapBuilder {
  /// Writes the compiled file so that a reader finds either the whole old map or the whole new one.
  ///
  /// A temporary file in the same directory is written, synchronized and renamed over `path`, and
  /// the directory is synchronized. When anything fails, the temporary file is removed and `path`
  /// is as it was; when the process is killed, the next who publishes removes it.
  ///
  /// - Throws: ``MapBuildError``; its `file` case when the disk refuses.
  public func publish(
    to path: String, durability: MapDurability = .beforeUse,
    files: any MapFiles = POSIXMapFiles()
  ) throws(MapBuildError) {
    let file = try Self.asBuildError { () throws(MapFileError) in
      try MapReplacement(of: path, files: files)
    }
    var end = MapFormat.Header.byteCount
    let header = try layOut { (piece) throws(MapBuildError) in
      try Self.asBuildError { () throws(MapFileError) in try file.write(piece, at: end) }
      end += piece.count
    }
    try Self.asBuildError { () throws(MapFileError) in
      try file.write(header, at: 0)
      try file.finish(durability)
    }
  }

  private static func asBuildError<Value>(
    _ body: () throws(MapFileError) -> Value
  ) throws(MapBuildError) -> Value {
    do throws(MapFileError) {
      return try body()
    } catch {
      throw .file(error)
    }
  }
}
