import CAllocator

/// Keeps the process small: what was used for a moment goes back to the system.
enum Allocator {
  /// One arena for all threads: each would keep freed memory of its own. Before any thread starts.
  static func useOneArena() { shardway_use_one_arena() }

  /// Bytes of a delta, as it travels, that takes memory worth giving back: some hundreds of changes.
  static let largeDelta = 16 << 10

  /// Gives back what was freed, after a whole map was compiled most of it; and the code of what is
  /// done rarely, such as starting and compiling, which would stay in memory for ever.
  static func trim() {
    shardway_trim_heap()
    shardway_drop_code()
  }
}
