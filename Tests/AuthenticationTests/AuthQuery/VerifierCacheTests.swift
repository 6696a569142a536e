import Testing

@testable import Authentication

@Suite("Cache of verifiers")
struct VerifierCacheTests {
  private static let memory = VerifierCacheLimits.memory.nanoseconds
  private static let missingMemory = VerifierCacheLimits.missingMemory.nanoseconds
  private static let value = VerifierCache.Value.verifier(.scram(Sample.verifier))

  private static func name(_ number: Int) -> [UInt8] { [UInt8](text: "user\(number)") }

  @Test("knows nothing at first")
  func empty() {
    let cache = VerifierCache(seed: 1)
    #expect(cache.value(shard: 0, user: [], nowNanoseconds: 0) == nil)
    #expect(cache.value(shard: 0, user: Sample.user, nowNanoseconds: 0) == nil)
  }

  @Test("knows a role on its shard for as long as it is remembered, and a missing one for less")
  func memory() {
    var cache = VerifierCache(seed: 1)
    cache.insert(Self.value, shard: 5, user: Sample.user, nowNanoseconds: 100)
    cache.insert(.missing, shard: 5, user: [UInt8](text: "nobody"), nowNanoseconds: 100)
    for (passed, isKnown, isMissingKnown) in [
      (0, true, true), (Self.missingMemory - 1, true, true), (Self.missingMemory, true, false),
      (Self.memory - 1, true, false), (Self.memory, false, false),
    ] {
      let now = 100 + passed
      #expect(
        cache.value(shard: 5, user: Sample.user, nowNanoseconds: now)
          == (isKnown ? Self.value : nil))
      #expect(
        cache.value(shard: 5, user: [UInt8](text: "nobody"), nowNanoseconds: now)
          == (isMissingKnown ? .missing : nil))
    }
    #expect(cache.value(shard: 6, user: Sample.user, nowNanoseconds: 100) == nil)
    #expect(cache.value(shard: 5, user: [UInt8](text: "amand"), nowNanoseconds: 100) == nil)
    #expect(cache.value(shard: 5, user: [], nowNanoseconds: 100) == nil)
  }

  @Test("the newest word counts, and is remembered anew")
  func newest() {
    var cache = VerifierCache(seed: 1)
    cache.insert(.missing, shard: 5, user: Sample.user, nowNanoseconds: 0)
    cache.insert(Self.value, shard: 5, user: Sample.user, nowNanoseconds: 1)
    #expect(cache.value(shard: 5, user: Sample.user, nowNanoseconds: Self.memory) == Self.value)
    cache.insert(.missing, shard: 5, user: Sample.user, nowNanoseconds: 2)
    #expect(cache.value(shard: 5, user: Sample.user, nowNanoseconds: 2) == .missing)
    cache.remove(shard: 5, user: Sample.user)
    #expect(cache.value(shard: 5, user: Sample.user, nowNanoseconds: 2) == nil, "no older one")
  }

  @Test("forgets one role, or all")
  func removal() {
    var cache = VerifierCache(seed: 1)
    for shard in 0..<3 as Range<UInt64> {
      cache.insert(Self.value, shard: shard, user: Sample.user, nowNanoseconds: 0)
    }
    cache.remove(shard: 1, user: Sample.user)
    cache.remove(shard: 9, user: Sample.user)
    #expect(cache.value(shard: 0, user: Sample.user, nowNanoseconds: 0) == Self.value)
    #expect(cache.value(shard: 1, user: Sample.user, nowNanoseconds: 0) == nil)
    #expect(cache.value(shard: 2, user: Sample.user, nowNanoseconds: 0) == Self.value)
    cache.removeAll()
    #expect(cache.value(shard: 0, user: Sample.user, nowNanoseconds: 0) == nil)
  }

  @Test("keeps names that roles can have, and no longer ones")
  func longNames() {
    var cache = VerifierCache(seed: 1)
    for (count, isKept) in [(0, true), (63, true), (64, false), (9_000, false)] {
      let user = [UInt8](repeating: 0x61, count: count)
      cache.insert(Self.value, shard: 1, user: user, nowNanoseconds: 0)
      let value = cache.value(shard: 1, user: user, nowNanoseconds: 0)
      #expect(value == (isKept ? Self.value : nil))
    }
  }

  @Test("a flood of missing names drives no verifier out", arguments: [1, 2, 3] as [UInt64])
  func flood(seed: UInt64) {
    var cache = VerifierCache(seed: seed)
    let known = VerifierCacheLimits.places / 8
    for number in 0..<known {
      cache.insert(Self.value, shard: 1, user: Self.name(number), nowNanoseconds: 0)
    }
    // The verifiers are forgotten sooner than what comes now.
    let late = Self.memory - 1
    func count(_ cache: borrowing VerifierCache) -> Int {
      (0..<known).count { cache.value(shard: 1, user: Self.name($0), nowNanoseconds: late) != nil }
    }
    let before = count(cache)
    #expect(before * 100 >= known * 99)
    for number in known..<30_000 {
      cache.insert(.missing, shard: 1, user: Self.name(number), nowNanoseconds: late)
    }
    #expect(count(cache) == before)
    #expect(cache.value(shard: 1, user: Self.name(29_999), nowNanoseconds: late) == .missing)
  }

  @Test("what is forgotten makes room for what is missing")
  func forgotten() {
    var cache = VerifierCache(seed: 5)
    for number in 0..<30_000 {
      cache.insert(Self.value, shard: 1, user: Self.name(number), nowNanoseconds: 0)
    }
    let names = 30_000..<30_500
    for number in names {
      cache.insert(.missing, shard: 1, user: Self.name(number), nowNanoseconds: Self.memory)
    }
    let known = names.count {
      cache.value(shard: 1, user: Self.name($0), nowNanoseconds: Self.memory) == .missing
    }
    #expect(known == names.count)
  }

  @Test("a newcomer always finds a place, be it that of what is forgotten soonest")
  func replacement() {
    var cache = VerifierCache(seed: 4)
    for number in 0..<30_000 {
      let now = UInt64(number)
      cache.insert(Self.value, shard: 1, user: Self.name(number), nowNanoseconds: now)
      #expect(cache.value(shard: 1, user: Self.name(number), nowNanoseconds: now) == Self.value)
    }
    let newest = (29_000..<30_000).count {
      cache.value(shard: 1, user: Self.name($0), nowNanoseconds: 30_000) != nil
    }
    #expect(newest > 950, "\(newest)")
    #expect(cache.value(shard: 1, user: Self.name(0), nowNanoseconds: 30_000) == nil)
  }

  @Test("what is remembered at the end of the clock is not forgotten at its beginning")
  func endOfTime() {
    var cache = VerifierCache(seed: 1)
    cache.insert(Self.value, shard: 1, user: Sample.user, nowNanoseconds: .max - 1)
    #expect(cache.value(shard: 1, user: Sample.user, nowNanoseconds: .max - 1) == Self.value)
  }
}
