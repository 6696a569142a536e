import AllocationCount
import Benchmark
import Wire

/// What the codec costs: each figure is for one message, packet or hello.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .throughput, .allocations], scalingFactor: .kilo,
    maxDuration: .seconds(2))

  Benchmark("MessageScanner: small messages in one slice") { benchmark in
    let stream = Samples.stream(messages: benchmark.scaledIterations.count)
    benchmark.measureCounted {
      blackHole(scan(stream, sliceBytes: stream.count))
    }
  }

  Benchmark("MessageScanner: small messages in slices of 61 bytes") { benchmark in
    let stream = Samples.stream(messages: benchmark.scaledIterations.count)
    benchmark.measureCounted {
      blackHole(scan(stream, sliceBytes: 61))
    }
  }

  Benchmark("InitialPacket: startup message of psql") { benchmark in
    try benchmark.measureCounted {
      for _ in benchmark.scaledIterations {
        blackHole(try InitialPacket.decode(Samples.startup.span.bytes))
      }
    }
  }

  Benchmark("InitialPacket: startup message, half arrived") { benchmark in
    let half = Array(Samples.startup.prefix(Samples.startup.count / 2))
    try benchmark.measureCounted {
      for _ in benchmark.scaledIterations {
        blackHole(try InitialPacket.decode(half.span.bytes))
      }
    }
  }

  Benchmark("StartupMessage: rewritten for its tenant") { benchmark in
    guard case .startup(let message) = try InitialPacket.decode(Samples.startup.span.bytes)?.packet
    else { fatalError("the sample is no startup message") }
    let database = Array("acme".utf8)
    try benchmark.measureCounted {
      for _ in benchmark.scaledIterations {
        blackHole(
          try message.rewritten(
            packet: Samples.startup.span.bytes, database: database.span.bytes))
      }
    }
  }

  Benchmark("ClientHello: server name and protocol") { benchmark in
    try benchmark.measureCounted {
      for _ in benchmark.scaledIterations {
        blackHole(try ClientHello.decode(Samples.hello.span.bytes))
      }
    }
  }

  Benchmark("ClientHello: half arrived") { benchmark in
    let half = Array(Samples.hello.prefix(Samples.hello.count / 2))
    try benchmark.measureCounted {
      for _ in benchmark.scaledIterations {
        blackHole(try ClientHello.decode(half.span.bytes))
      }
    }
  }

  transactionPooling()
}

/// What it costs to see whether a text matters to a pooler, and to name a statement anew.
private func transactionPooling() {
  for (name, text) in Samples.texts {
    Benchmark("StatementRecognizer: \(name)") { benchmark in
      benchmark.measureCounted {
        for _ in benchmark.scaledIterations {
          blackHole(StatementRecognizer.recognize(text.span.bytes))
        }
      }
    }
  }

  Benchmark("BindMessage: names read, the statement's replaced") { benchmark in
    let (body, name) = (Samples.bind, Array("shardway_4711".utf8))
    let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 256)
    defer { memory.deallocate() }
    try benchmark.measureCounted {
      for _ in benchmark.scaledIterations {
        var output = OutputSpan(buffer: memory, initializedCount: 0)
        try BindMessage.decodePrefix(body.span.bytes, bodyLength: body.count)?
          .appendRenamed(
            statement: name.span.bytes, of: body.span.bytes, bodyLength: body.count, to: &output)
        blackHole(output.finalize(for: memory))
      }
    }
  }
}

/// Sends a stream through a scanner in slices, and counts the messages.
func scan(_ stream: [UInt8], sliceBytes: Int) -> Int {
  var scanner = MessageScanner()
  var messages = 0
  var start = 0
  while start < stream.count {
    let end = min(start + sliceBytes, stream.count)
    let slice = stream.span.bytes.extracting(start..<end)
    var offset = 0
    do {
      while let event = try scanner.next(slice, from: &offset) {
        if case .header = event { messages += 1 }
      }
    } catch {
      fatalError("the sample is no stream of messages: \(error)")
    }
    start = end
  }
  return messages
}

extension BenchmarkMetric {
  /// Calls to the heap's allocator.
  static let allocations = BenchmarkMetric.custom("Allocations")
}

extension Benchmark {
  /// Measures `work`, and counts what it allocates.
  func measureCounted<Failure>(_ work: () throws(Failure) -> Void) throws(Failure) {
    let before = allocation_count()
    startMeasurement()
    try work()
    stopMeasurement()
    measurement(.allocations, Int(allocation_count() - before))
  }
}
