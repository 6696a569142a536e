import Glibc
import LoadClient
import LoadScenario

/// The full log of one worker: a line of CSV for each transaction, written in blocks of whole
/// lines, so that workers share a file.
struct TransactionLog: ~Copyable {
  /// The first line.
  static let header = "load,tenant,intended_ns,sent_ns,done_ns,outcome\n"

  private let descriptor: Int32
  /// What each line begins with, by load and tenant: `premium,acme,`.
  private let beginnings: [[[UInt8]]]
  private var block: [UInt8] = []
  private var failure: Int32?

  /// For the loads of a run; `descriptor` is open for appending.
  init(descriptor: Int32, loads: [PlannedLoad]) {
    self.descriptor = descriptor
    beginnings = loads.map { load in
      load.names.map { Array((Self.field(load.load.name) + "," + Self.field($0) + ",").utf8) }
    }
    block.reserveCapacity(GeneratorLimits.logBlockBytes + 4096)
  }

  /// Adds a line. Times are nanoseconds from the beginning of the measurement; `sent` is nil where
  /// no connection took it, `failure` where it completed.
  mutating func append(
    _ load: Int, _ tenant: Int, intended: Int64, sent: Int64?, done: Int64, _ failure: Failure?
  ) {
    block.append(contentsOf: beginnings[load][tenant])
    append(intended)
    if let sent { append(sent) } else { block.append(UInt8(ascii: ",")) }
    append(done)
    block.append(contentsOf: failure.map { Array($0.name.utf8) } ?? Self.completed)
    block.append(UInt8(ascii: "\n"))
    if block.count >= GeneratorLimits.logBlockBytes { write() }
  }

  /// Writes what is left; why a write failed, if one did.
  mutating func end() -> String? {
    write()
    return failure.map { String(cString: strerror($0)) }
  }

  private static let completed = Array("completed".utf8)

  private mutating func append(_ number: Int64) {
    if number < 0 { block.append(UInt8(ascii: "-")) }
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var rest = number.magnitude
    var count = 0
    repeat {
      digits[count] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
      count += 1
    } while rest > 0
    while count > 0 {
      count -= 1
      block.append(digits[count])
    }
    block.append(UInt8(ascii: ","))
  }

  private mutating func write() {
    var offset = 0
    while failure == nil, offset < block.count {
      let written = block.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress! + offset, $0.count - offset)
      }
      if written >= 0 { offset += written } else if errno != EINTR { failure = errno }
    }
    block.removeAll(keepingCapacity: true)
  }

  /// A text as a field of CSV (RFC 4180).
  private static func field(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D })
    else { return text }
    let quoted = text.reduce(into: "") { $0 += $1 == "\"" ? "\"\"" : String($1) }
    return "\"\(quoted)\""
  }
}
