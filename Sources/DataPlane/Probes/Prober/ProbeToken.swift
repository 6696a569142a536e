/// What an operation of the prober is for, and in which slot: the 64 bits that come back with its completion.
///
/// Layout: operation in bits 56-63, slot in 0-31. A slot is given away only when nothing of it is outstanding, so it needs no generation.
struct ProbeToken {
  enum Operation: UInt8 {
    case connect = 1
    case receive, send, cancel, doorbell
  }

  let rawValue: UInt64

  init(rawValue: UInt64) { self.rawValue = rawValue }

  init(_ operation: Operation, _ slot: Int = 0) {
    rawValue = UInt64(operation.rawValue) << 56 | UInt64(UInt32(slot))
  }

  var operation: Operation? { Operation(rawValue: UInt8(rawValue >> 56)) }
  var slot: Int { Int(UInt32(truncatingIfNeeded: rawValue)) }
}
