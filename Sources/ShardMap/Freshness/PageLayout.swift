/// Where everything stands in a freshness page: 4 KiB, little-endian, words of eight bytes.
///
/// What different processes write, and what they wait for, lies in cache lines of its own.
enum PageLayout {
  /// Bytes of the file: one page of memory on the machines that are supported.
  static let byteCount = 4096

  /// "SWFRESH1", read as a little-endian number.
  static let magic: UInt64 = 0x3148_5345_5246_5753
  static let version: UInt64 = 1

  /// Grows with each statement of the sidecar's; routers wait for it (32 bits).
  static let generation = 64
  /// Grows with each wish of a router's; the sidecar waits for it (32 bits).
  static let refreshWanted = 128

  /// The sidecar's statement, twice: the older one is kept until the newer one is whole.
  static let statements = [256, 512]
  static let statementBytes = 256

  /// What routers say, each in a slot of its own.
  static let firstSlot = 1024
  static let slotBytes = 384
  static let slotCount = 7

  /// The first byte of a slot: its owner, followed by what the owner has said.
  static func slot(_ index: Int) -> Int { firstSlot + index * slotBytes }
}
