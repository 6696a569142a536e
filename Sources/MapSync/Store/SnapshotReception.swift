internal import MapExchange
internal import ShardMap

/// A snapshot while it is received: written beside the last good one, verified and compiled as it
/// comes, so that it is read once and never held in memory.
public final class SnapshotReception {
  private let output: SnapshotFile
  private var reader: SnapshotReader
  private var compiler: RecordCompiler?
  private var unwritten: [UInt8] = []

  init(beside path: String, store: LastGoodStore) throws(MapFileError) {
    output = try SnapshotFile(beside: path, files: store.files)
    reader = SnapshotReader(verifier: store.verifier, limits: store.limits)
  }

  /// Takes the next piece of the body.
  ///
  /// - Throws: ``StoreFault``; the rest need not be received then.
  public func receive(_ piece: some Collection<UInt8>) throws(StoreFault) {
    unwritten.append(contentsOf: piece)
    reader.receive(piece)
    try takeRecords()
    if unwritten.count >= StoreLimits.pieceBytes { try write() }
  }

  private func takeRecords() throws(StoreFault) {
    try StoreFault.exchange { () throws(ExchangeError) in
      while let record = try reader.next() {
        if compiler == nil, let seal = reader.seal { compiler = RecordCompiler(seal: seal) }
        try compiler?.add(record)
      }
    }
  }

  private func write() throws(StoreFault) {
    try StoreFault.file { () throws(MapFileError) in try output.append(unwritten) }
    unwritten.removeAll(keepingCapacity: true)
  }

  /// Ends the body: everything about it is checked, and it is on the disk.
  func finish() throws(StoreFault) -> Finished {
    reader.receiveEnd()
    try takeRecords()
    let verified = try StoreFault.exchange { () throws(ExchangeError) in try reader.finish() }
    try write()
    try StoreFault.file { () throws(MapFileError) in try output.synchronize() }
    var compiler = compiler ?? RecordCompiler(seal: verified.seal)
    self.compiler = nil
    let builder = try StoreFault.exchange { () throws(ExchangeError) in try compiler.finish() }
    return Finished(file: output, verified: verified, builder: builder)
  }

  struct Finished {
    let file: SnapshotFile
    let verified: VerifiedSnapshot
    let builder: MapBuilder
  }
}
