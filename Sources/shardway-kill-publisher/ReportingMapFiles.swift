import ShardMap

/// The real file operations, each noted while it is under way.
struct ReportingMapFiles: MapFiles {
  let page: StepPage
  private let real = POSIXMapFiles()

  init(page: StepPage) {
    self.page = page
  }

  private func during<Value>(
    _ step: PublishingStep, _ body: () throws(MapFileError) -> Value
  ) throws(MapFileError) -> Value {
    page.current = step
    defer { page.current = .workingOut }
    return try body()
  }

  func removeLeftovers(beside path: String) {
    page.current = .removingLeftovers
    real.removeLeftovers(beside: path)
    page.current = .workingOut
  }

  func makeTemporary(beside path: String) throws(MapFileError) -> OpenMapFile {
    try during(.makingTemporary) { () throws(MapFileError) in
      try real.makeTemporary(beside: path)
    }
  }

  func copy(
    _ byteCount: Int, of source: OpenMapFile, to file: OpenMapFile
  ) throws(MapFileError) {
    try during(.copying) { () throws(MapFileError) in
      try real.copy(byteCount, of: source, to: file)
    }
  }

  func write(_ bytes: [UInt8], at offset: Int, to file: OpenMapFile) throws(MapFileError) {
    try during(.writing) { () throws(MapFileError) in
      try real.write(bytes, at: offset, to: file)
    }
  }

  func truncate(_ file: OpenMapFile, to byteCount: Int) throws(MapFileError) {
    try during(.writing) { () throws(MapFileError) in try real.truncate(file, to: byteCount) }
  }

  func setMode(_ mode: UInt32, of file: OpenMapFile) throws(MapFileError) {
    try during(.settingMode) { () throws(MapFileError) in try real.setMode(mode, of: file) }
  }

  func synchronize(_ file: OpenMapFile) throws(MapFileError) {
    try during(.synchronizing) { () throws(MapFileError) in try real.synchronize(file) }
  }

  func rename(_ file: OpenMapFile, to path: String) throws(MapFileError) {
    try during(.renaming) { () throws(MapFileError) in try real.rename(file, to: path) }
  }

  func synchronizeDirectory(of path: String) throws(MapFileError) {
    try during(.synchronizingDirectory) { () throws(MapFileError) in
      try real.synchronizeDirectory(of: path)
    }
  }

  func close(_ file: OpenMapFile) {
    page.current = .closing
    real.close(file)
    page.current = .workingOut
  }

  func unlink(_ file: OpenMapFile) {
    real.unlink(file)
  }
}
