extension MapDelta {
  /// Reads a delta and checks its form. Its seal is not checked: that is ``SealVerifier/check(_:)``,
  /// which ``decode(_:verifier:limits:)`` also does.
  ///
  /// - Throws: ``ExchangeError``.
  public static func decode(
    _ bytes: [UInt8], limits: ExchangeLimits = .standard
  ) throws(ExchangeError) -> MapDelta {
    try decode(bytes, limits: limits, check: nil)
  }

  /// Reads a delta and checks its form and its seal; nothing behind a bad seal is looked at.
  ///
  /// - Throws: ``ExchangeError``.
  public static func decode(
    _ bytes: [UInt8], verifier: SealVerifier, limits: ExchangeLimits = .standard
  ) throws(ExchangeError) -> MapDelta {
    try decode(bytes, limits: limits, check: verifier)
  }

  private static func decode(
    _ bytes: [UInt8], limits: ExchangeLimits, check verifier: SealVerifier?
  ) throws(ExchangeError) -> MapDelta {
    var lines = LineReader(
      compressedLimit: limits.deltaCompressedBytes, expandedLimit: limits.deltaExpandedBytes,
      lineLimit: limits.lineBytes)
    lines.receive(bytes)
    lines.receiveEnd()
    guard let first = try lines.next() else { throw .truncated }
    let header = try DeltaHeader(first, limits: limits)
    try verifier?.check(header.seal)

    var upserts: [MapRecord] = []
    while upserts.count < header.upserts {
      guard let line = try lines.next() else { throw header.short(upserts.count) }
      let record = try MapRecord(line, line: lines.line)
      if let last = upserts.last?.key, !(last < record.key) {
        throw disorder(record.key, last, lines.line)
      }
      upserts.append(record)
    }
    let removes = try removes(&lines, header, of: upserts)
    guard try lines.next() == nil else {
      throw .malformed(line: lines.line, reason: "there are more lines than the first one names")
    }
    return MapDelta(from: header.from, seal: header.seal, upserts: upserts, removes: removes)
  }

  private static func removes(
    _ lines: inout LineReader, _ header: DeltaHeader, of upserts: [MapRecord]
  ) throws(ExchangeError) -> [ResourceKey] {
    let kept = Set(upserts.lazy.map(\.key))
    var removes: [ResourceKey] = []
    while removes.count < header.removes {
      guard let line = try lines.next() else { throw header.short(upserts.count + removes.count) }
      let key = try removal(line, number: lines.line)
      if let last = removes.last, !(key < last) { throw disorder(key, last, lines.line) }
      guard !kept.contains(key) else {
        throw .malformed(line: lines.line, reason: "\(key) is both there and removed")
      }
      removes.append(key)
    }
    return removes
  }

  private static func removal(_ line: [UInt8], number: Int) throws(ExchangeError) -> ResourceKey {
    do throws(JSONFault) {
      try CanonicalScanner.check(line)
    } catch {
      throw .malformed(line: number, reason: error.text)
    }
    var fields = JSONView(checked: line).fields
    guard let text = fields?.take("remove")?.string, let key = ResourceKey(text) else {
      throw .malformed(line: number, reason: "a removal names a key such as tenant/acme")
    }
    return key
  }

  private static func disorder(
    _ key: ResourceKey, _ last: ResourceKey, _ line: Int
  ) -> ExchangeError {
    .malformed(line: line, reason: "\(key) is there twice or follows \(last) out of order")
  }
}

/// A delta's first line.
private struct DeltaHeader {
  let from: UInt64
  let seal: MapSeal
  let upserts: Int
  let removes: Int

  init(_ line: [UInt8], limits: ExchangeLimits) throws(ExchangeError) {
    var fields = try ExchangeFormat.header(line).fields
    guard let format = fields?.take("format")?.string else {
      throw .malformed(line: 1, reason: "it has no format")
    }
    guard format == ExchangeFormat.delta else { throw .unsupportedFormat(format) }
    guard let from = fields?.take("from")?.unsigned,
      let removes = fields?.take("removes")?.unsigned,
      let sealed = fields?.take("seal"), let upserts = fields?.take("upserts")?.unsigned
    else { throw .malformed(line: 1, reason: "a delta has from, removes, seal and upserts") }
    seal = try MapSeal(sealed)
    guard from < seal.mapVersion else {
      throw .malformed(
        line: 1, reason: "it leads from version \(from) to \(seal.mapVersion), which isn't later")
    }
    let limit = UInt64(limits.deltaChanges)
    guard upserts <= limit, removes <= limit - upserts else {
      throw .tooLarge("the number of changes", limit: limits.deltaChanges)
    }
    self.from = from
    self.upserts = Int(upserts)
    self.removes = Int(removes)
  }

  func short(_ found: Int) -> ExchangeError {
    .malformed(
      line: 1, reason: "it names \(upserts + removes) changes, and there are \(found)")
  }
}
