internal import CZstd

/// Compresses a stream into one Zstandard frame (RFC 8878) with a checksum.
///
/// Invariant: `context` is alive from init to deinit, and nothing else has it.
struct ZstdCompressor: ~Copyable, @unchecked Sendable {
  private let context: OpaquePointer
  /// Bytes to compress, kept until there are enough for a call.
  private var input: [UInt8] = []
  /// Compressed bytes that nobody took yet.
  private(set) var output: [UInt8] = []

  /// 3 is the library's own default; a window of 1 MiB keeps writer and reader small.
  private static let level: Int32 = 3
  private static let windowLog: Int32 = 20
  private static let inputBytes = 64 << 10

  init() {
    guard let context = ZSTD_createCCtx() else { preconditionFailure("memory is exhausted") }
    self.context = context
    set(ZSTD_c_compressionLevel, Self.level)
    set(ZSTD_c_windowLog, Self.windowLog)
    set(ZSTD_c_checksumFlag, 1)
  }

  deinit { ZSTD_freeCCtx(context) }

  private func set(_ parameter: ZSTD_cParameter, _ value: Int32) {
    let code = ZSTD_CCtx_setParameter(context, parameter, value)
    precondition(ZSTD_isError(code) == 0, "every libzstd knows these parameters")
  }

  mutating func append(_ bytes: [UInt8]) {
    input.append(contentsOf: bytes)
    if input.count >= Self.inputBytes { run(ZSTD_e_continue) }
  }

  /// Ends the frame.
  mutating func finish() { run(ZSTD_e_end) }

  mutating func takeOutput() -> [UInt8] {
    let taken = output
    output = []
    return taken
  }

  private mutating func run(_ directive: ZSTD_EndDirective) {
    let room = ZSTD_CStreamOutSize()
    input.withUnsafeBytes { source in
      var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
      var remaining = 0
      repeat {
        let chunk = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
          var target = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
          remaining = ZSTD_compressStream2(context, &target, &input, directive)
          count = target.pos
        }
        precondition(ZSTD_isError(remaining) == 0, "compressing fails only without memory")
        if !chunk.isEmpty { output.append(contentsOf: chunk) }
      } while input.pos < input.size || (directive == ZSTD_e_end && remaining > 0)
    }
    input.removeAll(keepingCapacity: true)
  }
}
