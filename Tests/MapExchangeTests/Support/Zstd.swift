import Testing

@testable import MapExchange

/// One frame of these bytes.
func zstd(_ bytes: [UInt8]) -> [UInt8] {
  var compressor = ZstdCompressor()
  compressor.append(bytes)
  compressor.finish()
  return compressor.takeOutput()
}

/// What a body expands to.
func expanded(_ body: [UInt8]) throws -> [UInt8] {
  var expander = ZstdExpander()
  var place = 0
  var bytes: [UInt8] = []
  while try expander.step(body, &place, into: &bytes) || place < body.count {}
  let isComplete = expander.isComplete
  #expect(isComplete)
  return bytes
}
