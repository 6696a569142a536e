import Wire

/// What `write` appends to memory with room for so many bytes, behind bytes that are there already.
///
/// - Throws: what `write` throws, once it is sure that nothing was appended.
func written(
  room: Int = 4_096,
  _ write: (inout OutputSpan<UInt8>) throws(MessageWriteError) -> Void
) throws(MessageWriteError) -> [UInt8] {
  let before: [UInt8] = [1, 2, 3]
  let bytes = try [UInt8](capacity: before.count + room) {
    (output) throws(MessageWriteError) in
    for byte in before { output.append(byte) }
    do throws(MessageWriteError) {
      try write(&output)
    } catch {
      precondition(output.count == before.count, "a failed write left something behind")
      throw error
    }
  }
  precondition(bytes.starts(with: before), "a write changed what was there")
  return Array(bytes.dropFirst(before.count))
}
