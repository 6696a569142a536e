import Pooling
import Routing
import Wire

/// A worker's tables with a hundred statements, each of a client's names and all on one link.
struct PoolingTables: ~Copyable {
  private var registry: StatementRegistry
  private var client: ClientStatements
  private var link: LinkStatements
  private var links = WaitLinks(capacity: 1_000)
  private var queue = WaitQueue(number: 0)
  private var values: ValueTable
  private let linkValues: ParameterValues
  private let clientValues: [ParameterValues]
  /// A hundred names of four bytes, one behind the other.
  private let names: [UInt8]
  private let definitions: [[UInt8]]
  private let ids: [StatementID]
  /// A Bind for each name, without its header.
  private let binds: [[UInt8]]
  private let output = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 256)

  deinit { output.deallocate() }

  init() throws {
    let limits = PoolingLimits()
    let key = HashKey(seed: 1)
    var client = ClientStatements()
    var registry = StatementRegistry(limits: limits, key: key)
    var link = LinkStatements(capacity: limits.statementsALink)
    let names = (10..<110).map { Array("S_\($0)".utf8.suffix(4)) }
    definitions = (0..<100).map {
      Array(
        "SELECT balance FROM accounts WHERE id = $1 AND branch = \($0)\0\0\u{1}\0\0\0\u{17}".utf8)
    }
    var ids: [StatementID] = []
    for (name, definition) in zip(names, definitions) {
      let id = try registry.intern(definition.span.bytes)
      _ = try client.set(
        name.span.bytes, to: id, limit: limits.statementsAClient, key: key)
      _ = link.insert(id)
      ids.append(id)
    }
    var values = ValueTable(limits: limits, key: key)
    let settings: [(TrackedParameter, String)] = [
      (.clientEncoding, "UTF8"), (.timeZone, "Europe/Berlin"), (.applicationName, "bench"),
    ]
    var linkValues = ParameterValues()
    for (parameter, value) in settings {
      try values.set(parameter, to: value.utf8Span.span.bytes, in: &linkValues)
    }
    var other = values.copy(linkValues)
    try values.set(.applicationName, to: "other".utf8Span.span.bytes, in: &other)
    clientValues = (0..<100).map { $0 % 3 == 0 ? linkValues : other }
    binds = names.map { [0] + $0 + [0, 0, 0, 0, 1, 0, 0, 0, 4, 1, 2, 3, 4, 0, 0] }
    self.names = names.flatMap(\.self)
    self.linkValues = linkValues
    self.values = values
    self.ids = ids
    self.client = client
    self.link = link
    self.registry = registry
  }

  /// Looks up the client's names in turn.
  mutating func lookUpNames(_ count: Int) -> UInt64 {
    var sum: UInt64 = 0
    let names = names
    for index in 0..<count {
      if let id = client.get(names.span.bytes.extracting(index % 100 * 4..<index % 100 * 4 + 4)) {
        sum &+= id.rawValue
      }
    }
    return sum
  }

  /// Touches the link's statements in turn, so that each moves from the end to the front.
  mutating func touchStatements(_ count: Int) -> Int {
    var found = 0
    for index in 0..<count where link.touch(ids[index % 100]) { found += 1 }
    return found
  }

  /// What a Bind needs: the statement of the client's name, whether the link has it, and its name there.
  mutating func findServerNames(_ count: Int) -> Int {
    var bytes = 0
    let names = names
    for index in 0..<count {
      guard let id = client.get(names.span.bytes.extracting(index % 100 * 4..<index % 100 * 4 + 4)),
        link.touch(id)
      else { continue }
      bytes += id.serverName.byteCount
    }
    return bytes
  }

  /// Reads Binds, and writes each again up to its values, for the statement's name at the server.
  mutating func rewriteBinds(_ count: Int) throws -> Int {
    var bytes = 0
    for index in 0..<count {
      let bind = binds[index % 100]
      let body = bind.span.bytes
      guard let prefix = try BindMessage.decodePrefix(body, bodyLength: body.byteCount),
        let id = client.get(body.extracting(prefix.statement)), link.touch(id)
      else { continue }
      let name = id.serverName
      var output = OutputSpan(buffer: self.output, initializedCount: 0)
      try prefix.appendRenamed(
        statement: name.bytes, of: body, bodyLength: body.byteCount, to: &output)
      bytes += output.finalize(for: self.output)
    }
    return bytes
  }

  /// Compares a link's settings with a hundred clients' in turn.
  mutating func compareSettings(_ count: Int) -> Int {
    var equal = 0
    for index in 0..<count where clientValues[index % 100] == linkValues { equal += 1 }
    return equal
  }

  /// Has ten sessions in line, and each in turn served and waiting again.
  mutating func waitAndServe(_ count: Int) -> Int {
    for slot in 0..<10 as Range<UInt32> { queue.push(slot, until: .origin, in: &links) }
    var sum = 0
    for _ in 0..<count {
      guard let slot = queue.pop(in: &links) else { break }
      sum += Int(slot)
      queue.push(slot, until: .origin, in: &links)
    }
    while queue.pop(in: &links) != nil {}
    return sum
  }

  /// Interns statements that are there, and gives the references back.
  mutating func intern(_ count: Int) throws -> UInt64 {
    var sum: UInt64 = 0
    for index in 0..<count {
      let definition = definitions[index % 100]
      let id = try registry.intern(definition.span.bytes)
      sum &+= id.rawValue
      registry.release(id)
    }
    return sum
  }
}
