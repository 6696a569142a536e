import Wire

/// Messages that are always the same, made once for each worker.
///
/// Invariant that keeps the pointers safe: each is an allocation that is freed by `deinit` only.
final class CannedAnswers {
  let numberDescription: UnsafeRawBufferPointer
  let binaryNumberDescription: UnsafeRawBufferPointer
  let fillDescription: UnsafeRawBufferPointer
  let binaryFillDescription: UnsafeRawBufferPointer
  let idle: UnsafeRawBufferPointer
  let inTransaction: UnsafeRawBufferPointer
  let failed: UnsafeRawBufferPointer
  private let tags: [UnsafeRawBufferPointer]

  init() {
    let number = [RowDescription.Column("?column?", .int8)]
    let fill = [RowDescription.Column("repeat")]
    numberDescription = Self.keep(RowDescription.encoded(number))
    binaryNumberDescription = Self.keep(RowDescription.encoded(number, isBinary: [true]))
    fillDescription = Self.keep(RowDescription.encoded(fill))
    binaryFillDescription = Self.keep(RowDescription.encoded(fill, isBinary: [true]))
    idle = Self.keep(Self.ready(.idle))
    inTransaction = Self.keep(Self.ready(.inTransaction))
    failed = Self.keep(Self.ready(.failed))
    tags = CommandTag.allCases.map { Self.keep(CommandComplete.encoded(tag: $0.text)) }
  }

  deinit {
    let all =
      [
        numberDescription, binaryNumberDescription, fillDescription, binaryFillDescription, idle,
        inTransaction, failed,
      ] + tags
    for bytes in all { bytes.deallocate() }
  }

  /// The CommandComplete of a tag.
  func complete(_ tag: CommandTag) -> UnsafeRawBufferPointer { tags[tag.rawValue] }

  /// The ReadyForQuery of a status.
  func ready(_ status: TransactionStatus) -> UnsafeRawBufferPointer {
    switch status {
    case .idle: idle
    case .inTransaction: inTransaction
    case .failed: failed
    }
  }

  private static func ready(_ status: TransactionStatus) -> [UInt8] {
    MessageEncoder.encode(type: BackendMessageType.readyForQuery, body: [status.rawValue])
  }

  private static func keep(_ message: [UInt8]) -> UnsafeRawBufferPointer {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: message.count, alignment: 8)
    copy.copyBytes(from: message)
    return UnsafeRawBufferPointer(copy)
  }
}
