internal import CZstd

/// Expands one Zstandard frame (RFC 8878) step by step, a window of at most 8 MiB behind it.
///
/// Invariant: `context` is alive from init to deinit, and nothing else has it.
struct ZstdExpander: ~Copyable, @unchecked Sendable {
  private let context: OpaquePointer
  /// Whether the frame's end was seen, its checksum included.
  private(set) var isComplete = false

  /// Most bytes of one step.
  static let stepBytes = 64 << 10

  init() {
    guard let context = ZSTD_createDCtx() else { preconditionFailure("memory is exhausted") }
    self.context = context
    let code = ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, ExchangeLimits.windowLog)
    precondition(ZSTD_isError(code) == 0, "every libzstd knows the parameter")
  }

  deinit { ZSTD_freeDCtx(context) }

  /// Expands what it can of `input` from `place` on and appends at most ``stepBytes``.
  ///
  /// - Returns: Whether the room was used up, so that there may be more without more input.
  mutating func step(
    _ input: [UInt8], _ place: inout Int, into output: inout [UInt8]
  ) throws(ExchangeError) -> Bool {
    var result = 0
    var source = ZSTD_inBuffer()
    var isFull = false
    let expanded = input.withUnsafeBytes { bytes in
      [UInt8](unsafeUninitializedCapacity: Self.stepBytes) { buffer, count in
        source = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: place)
        var target = ZSTD_outBuffer(dst: buffer.baseAddress, size: Self.stepBytes, pos: 0)
        result = ZSTD_decompressStream(context, &target, &source)
        isFull = target.pos == target.size
        // Of a step that failed nothing is used.
        count = ZSTD_isError(result) == 0 ? target.pos : 0
      }
    }
    guard ZSTD_isError(result) == 0 else {
      if ZSTD_getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge {
        throw .tooLarge("the compressed stream's window", limit: 1 << Int(ExchangeLimits.windowLog))
      }
      throw .compression(String(cString: ZSTD_getErrorName(result)))
    }
    place = source.pos
    isComplete = result == 0
    output.append(contentsOf: expanded)
    return isFull && !isComplete
  }
}
